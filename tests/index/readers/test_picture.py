"""Pictures: how they are decoded, what is refused, and that their text is read."""

from __future__ import annotations

import io
from collections.abc import Callable, Sequence
from contextlib import closing
from pathlib import Path

import documents
import pytest
from PIL import Image, ImageDraw, ImageFont

from index.errors import Cancelled, ReadError
from index.library import Library
from index.maintenance.doctor import Doctor
from index.readers import picture as reader
from index.readers.reader_process import ReaderProcess
from index.readers.recognition import Picture
from index.readers.registry import read_bytes
from index.storage.scans import FOLDER, Scans
from index.types import RECOGNIZED, UNSURE, Monitor, PartiallyParsedArticle, RecognizedPage, Region
from qa.engine import Engine

PAGES = Path(__file__).parents[2] / "evaluation" / "pictures"
LINE = "The reservoir holds 12.6 million cubic metres."


def drawn(*lines: str, size: tuple[int, int] = (900, 240)) -> Image.Image:
    page = Image.new("L", size, 255)
    for i, line in enumerate(lines):
        ImageDraw.Draw(page).text((40, 40 + 60 * i), line, fill=0, font=ImageFont.load_default(32))
    return page


def saved(image: Image.Image, kind: str, **options: object) -> bytes:
    made = io.BytesIO()
    image.save(made, kind, **options)
    return made.getvalue()


def seen(data: bytes, text: str = LINE, sure: float = 0.99) -> tuple[list[Picture], object]:
    """The pages that are looked at, and the article if each is recognized as ``text``."""
    looked: list[Picture] = []

    def recognize(numbers: Sequence[int], picture: Callable[[int], Picture]) -> dict[int, RecognizedPage]:
        looked.extend(map(picture, numbers))
        return {number: (Region(text, 72, 100, 400, 114, sure),) for number in numbers}

    return looked, read_bytes(data, "a.png", recognize)


@pytest.mark.parametrize("kind", ["PNG", "JPEG", "TIFF", "WEBP"])
def test_each_kind_is_known_by_its_first_bytes(kind: str) -> None:
    (page,), parsed = seen(saved(drawn(LINE), kind))
    assert page.image.size == (900, 240)
    assert isinstance(parsed, object) and parsed.text == LINE  # type: ignore[attr-defined]
    assert [block.read for block in parsed.blocks] == [RECOGNIZED]  # type: ignore[attr-defined]


def test_a_photo_is_turned_as_the_camera_noted() -> None:
    exif = Image.Exif()
    exif[0x112] = 6  # the top is at the right
    (page,), _ = seen(saved(drawn(LINE).rotate(90, expand=True), "JPEG", exif=exif))
    assert page.image.size == (900, 240)


def test_what_is_transparent_stands_on_white() -> None:
    clear = Image.merge("LA", (Image.new("L", (100, 100), 0), Image.new("L", (100, 100), 0)))
    (page,), _ = seen(saved(clear, "PNG"))
    assert page.image.getpixel((50, 50)) == 255


def test_the_greys_of_sixteen_bits_stay_apart() -> None:
    (page,), _ = seen(saved(Image.new("I;16", (100, 100), 30_000), "TIFF"))
    assert 115 < page.image.getpixel((50, 50)) < 119  # type: ignore[operator]


def test_a_fax_has_pages() -> None:
    first, *rest = (drawn(f"{LINE} {n}").convert("1") for n in range(3))
    looked, parsed = seen(saved(first, "TIFF", save_all=True, append_images=rest, compression="group4"))
    assert len(looked) == len(parsed.pages) == 3  # type: ignore[attr-defined]


def test_lines_of_little_confidence_are_told() -> None:
    _, parsed = seen(saved(drawn(LINE), "PNG"), sure=0.6)
    assert isinstance(parsed, PartiallyParsedArticle) and "with doubt: 1" in parsed.unread
    assert [block.read for block in parsed.blocks] == [UNSURE] and parsed.text == LINE


@pytest.mark.parametrize(
    ("data", "told"),
    [
        (saved(drawn(LINE), "PNG")[:900], "damaged"),
        (saved(drawn(LINE), "JPEG")[:60], "damaged"),
        (b"\x89PNG\r\n", "damaged"),
        (b"II*\0" + b"\xff" * 40, "damaged"),
        (b"RIFF\x10\0\0\0WEBPVP8 ", "damaged"),
        (saved(Image.new("L", (16, 16)), "PNG"), "no text"),
        (saved(Image.new("1", (1, 30_000)), "PNG"), "no text"),
    ],
    ids=["cut PNG", "cut JPEG", "PNG head", "TIFF head", "WebP head", "icon", "thread"],
)
def test_broken_and_empty_pictures_are_refused(data: bytes, told: str) -> None:
    with pytest.raises(ReadError, match=told):
        seen(data)


def test_a_bomb_is_refused_before_it_is_unpacked(monkeypatch: pytest.MonkeyPatch) -> None:
    bomb = saved(Image.new("1", (20_000, 20_000)), "PNG")
    assert len(bomb) < 100_000
    with pytest.raises(ReadError, match="too large"):
        seen(bomb)
    monkeypatch.setattr(reader, "MAX_PAGES", 2)
    with pytest.raises(ReadError, match="too large"):
        seen(saved(drawn(), "TIFF", save_all=True, append_images=[drawn()] * 2))


def test_pictures_with_too_few_letters_have_no_text() -> None:
    with pytest.raises(ReadError, match="no text"):
        seen(saved(drawn("ACME"), "PNG"), "ACME")


def test_without_the_extra_a_line_says_how_to_install_it() -> None:
    for data, name in (
        (saved(drawn(LINE), "PNG"), "a.png"),
        (documents.make_pdf([[]], pictures=[0]), "a.pdf"),
    ):
        with pytest.raises(ReadError) as told:
            read_bytes(data, name)
        assert "pip install 'yinju[ocr]'" in told.value.message


def mixed_pdf() -> bytes:
    """Three pages: text, a scan, text."""
    pages = [
        documents.column("The mill was built in 1923."),
        [],
        documents.column("It closed in 1979 for good."),
    ]
    return documents.make_pdf(pages, pictures=[1])


def test_scanned_pages_of_a_pdf_stand_between_its_other_pages() -> None:
    looked, parsed = seen(mixed_pdf())
    assert len(looked) == 1
    assert parsed.text == f"The mill was built in 1923.\n\n{LINE}\n\nIt closed in 1979 for good."  # type: ignore[attr-defined]
    assert [block.read for block in parsed.blocks] == [0, RECOGNIZED, 0]  # type: ignore[attr-defined]


# With the real thing


@pytest.mark.slow(60)
def test_a_stopped_scan_goes_on_where_it_was_and_its_quotes_are_marked(tmp_path: Path) -> None:
    folder = tmp_path / "articles"
    folder.mkdir()
    first = Image.open(PAGES / "hans.png").convert("L").crop((0, 0, 1240, 330))
    second = drawn(LINE, "Margaret Ellis rebuilt the pumping station in 1951.")
    (folder / "scan.tif").write_bytes(saved(first, "TIFF", save_all=True, append_images=[second]))
    (folder / "logo.png").write_bytes(saved(Image.new("RGB", (200, 120), "navy"), "PNG"))
    stopped = False

    def page(done: int, total: int) -> None:
        nonlocal stopped
        stopped = total == 2 and done == 1

    with Library.open(tmp_path / "library", create=True) as library:
        with pytest.raises(Cancelled):
            library.add([folder], monitor=Monitor(cancelled=lambda: stopped, page=page))
        kept = {file.name: file.read_text("utf-8") for file in (tmp_path / "library" / FOLDER).iterdir()}
        scan = next(name for name, text in kept.items() if "云石镇" in text)
        pages: list[tuple[int, int]] = []
        report = library.add([folder], monitor=Monitor(page=lambda *counts: pages.append(counts)))
        assert [Path(path).name for path in report.added] == ["scan.tif"]
        assert report.passed_over == {".png": 1} and not report.skipped
        (refused,) = library.add([folder / "logo.png"]).skipped
        assert refused[1] == "the picture holds no text"
        assert (1, 2) in pages and (2, 2) in pages
        after = (tmp_path / "library" / FOLDER / scan).read_text("utf-8")
        assert after.startswith(kept[scan]) and after.count("\n") == 2 * kept[scan].count("\n")
        for question, page_number, quoted in (
            ("磨坊的石磨直径是多少？", 1, "两米四"),
            ("Who rebuilt the pumping station?", 2, "Margaret Ellis"),
        ):
            (citation, *_) = Engine(library).ask(question).citations
            assert quoted in citation.quote and citation.page == page_number and citation.read
            assert citation.to_json()["picture"] in ("sure", "unsure")
        told = [finding.text for finding in Doctor(tmp_path / "library").examine()]
        assert told and not any("not Yinju" in text for text in told)
        library.remove([info.id for info in library.articles()])
        assert not (tmp_path / "library" / FOLDER / scan).exists()  # its text is gone, too


@pytest.mark.slow(20)
def test_a_page_on_its_head_is_read() -> None:
    with closing(ReaderProcess(lambda: None)) as process:
        parsed = process.read(saved(drawn(LINE, LINE).rotate(180), "PNG"), "a.png")
    assert LINE in parsed.text


def test_what_is_kept_survives_a_cut_line_and_serves_one_version(tmp_path: Path) -> None:
    page = (Region("长桥", 1.0, 2.0, 3.0, 4.0, 0.9),)
    scans = Scans(tmp_path, 1)
    scans.keep("abc", 0, page, 1, 2)
    (file,) = (tmp_path / FOLDER).iterdir()
    with file.open("a", encoding="utf-8") as opened:
        opened.write('[1, 2, [["half')
    scans.keep("abc", 1, (), 2, 2)
    assert scans.pages("abc") == {0: page, 1: ()}
    assert Scans(tmp_path, 2).pages("abc") == {} == scans.pages("def")


def test_what_has_no_article_is_dropped_but_for_what_is_not_read_to_the_end(tmp_path: Path) -> None:
    scans = Scans(tmp_path, 1)
    page = (Region("长桥全长一千二百米", 1.0, 2.0, 3.0, 4.0, 0.9),)
    for digest, found, total in (("gone", page, 1), ("half", page, 2), ("empty", (), 1), ("there", page, 1)):
        scans.keep(digest, 0, found, 1, total)
    scans.prune(lambda: {"there"})
    assert {file.name[:-8] for file in (tmp_path / FOLDER).iterdir()} == {"half", "empty", "there"}
