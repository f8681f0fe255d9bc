"""What can be read of a damaged database is saved, whichever page is damaged, and what is lost is told."""

from __future__ import annotations

import gzip
import random
import shutil
import struct
import zipfile
from collections.abc import Callable
from contextlib import closing
from itertools import cycle
from pathlib import Path
from typing import Any, NamedTuple

import apsw
import pytest
from by_hand import change

from index.library import Library
from index.maintenance import pages
from index.maintenance.doctor import Doctor
from index.maintenance.findings import Finding
from index.maintenance.pages import PageFile, Remains
from index.storage.backup import swap_in
from index.storage.database import PAGE_SIZE as PAGE
from index.storage.store import Store

#: Libraries of earlier formats.
LIBRARIES = Path(__file__).parents[1] / "libraries"


class Held(NamedTuple):
    """What a library holds: texts by path, taught words, followed folders and files of several articles."""

    texts: dict[str, str]
    words: dict[str, tuple[str, ...]]
    folders: list[str]
    containers: set[str]


def held(path: Path) -> Held:
    with Library.open(path) as library:
        texts = {info.path: library.article(info.id).text for info in library.articles()}
        words = {word.word: word.same for word in library.words()}
        folders = library.folders()
    store = Store(path / "library.db")
    try:
        return Held(texts, words, folders, {*store.sources.containers()})
    finally:
        store.close()


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A library of articles whose files are gone: one fills many pages, three come from an archive."""
    folder = tmp_path_factory.mktemp("articles")
    for i in range(8):
        lines = (
            f"第{i}号图书馆的港口在{n}年付了{n * 7 + i}万元。" for n in range(300 if i in (3, 5) else 40)
        )
        (folder / f"{i}.txt").write_text("\n\n".join(lines), encoding="utf-8")
    with zipfile.ZipFile(folder / "all.zip", "w") as archive:
        for i in range(3):
            archive.writestr(f"{i}.txt", f"Lake {i} is {i + 60} metres deep.")
    path = tmp_path_factory.mktemp("made") / "library"
    with Library.open(path, create=True) as library:
        library.add([folder])
        library.teach("图书馆", ["library hall"])
        library.teach("号图")
    shutil.rmtree(folder)
    return path


@pytest.fixture(scope="module")
def whole(made: Path) -> Held:
    found = held(made)
    assert len(found.texts) == 11 and len(found.words) == 2 and found.folders and found.containers
    return found


def mended(path: Path) -> Finding:
    """What the repair says."""
    found = [f for f in Doctor(path, fix=True).examine() if f.check in ("pages", "database")]
    assert len(found) == 2 and found[1].state == "well", found
    return found[0]


def demand_saved(path: Path, whole: Held, least: Held | None = None) -> None:
    """After the repair there is what was there, but for what is told; and at least ``least``."""
    told, now = mended(path), held(path)
    assert now.texts.items() <= whole.texts.items() and now.words.items() <= whole.words.items()
    lost = {
        "articles": len(whole.texts.keys() - now.texts.keys()),
        "words": len(whole.words.keys() - now.words.keys()),
    }
    assert {kind: told.lost.get(kind, 0) for kind in lost} == lost, told.text
    assert told.state == ("wrong" if any(lost.values()) else "mended")
    assert (" 0 lost" in told.text) == (not any(lost.values()))
    if least:
        assert now.texts.items() >= least.texts.items() and now.words.items() >= least.words.items()
        assert (now.folders, now.containers) == (least.folders, least.containers)


def harm(path: Path, change: Callable[[bytearray], Any]) -> None:
    data = bytearray((path / "library.db").read_bytes())
    change(data)
    (path / "library.db").write_bytes(data)


def flip(at: int, bit: int = 4) -> Callable[[bytearray], None]:
    def flipped(data: bytearray) -> None:
        data[at] ^= bit

    return flipped


#: Places in the magic, page size, versions, reserved bytes, page count, free pages, schema, its encoding and
#: our mark; in the head of the schema's tree, in the places of its cells, and in the cells.
PAGE_1 = (0, 16, 18, 20, 24, 28, 32, 36, 40, 44, 52, 56, 60, 68, 96, 100, 103, 105, 110, 2500, 4000, 4090)


@pytest.mark.slow(seconds=20)
@pytest.mark.parametrize("at", PAGE_1)
def test_all_is_saved_where_the_first_page_is_damaged(path: Path, whole: Held, at: int) -> None:
    harm(path, flip(at))
    demand_saved(path, whole, whole)


def test_all_is_saved_where_the_last_page_is_cut_off_and_what_else_was_on_it_is_told(
    path: Path, whole: Held
) -> None:
    harm(path, lambda data: data.__delitem__(slice(-PAGE, None)))
    demand_saved(path, whole, whole)


def page_of(path: Path, table: str) -> int:
    """Where the first page of a table or index begins in the file."""
    connection = apsw.Connection(str(path / "library.db"))
    [[number]] = connection.execute("SELECT rootpage FROM sqlite_schema WHERE name = ?", [table]).fetchall()
    connection.close()
    return (int(str(number)) - 1) * PAGE


@pytest.mark.slow(seconds=60)
@pytest.mark.parametrize("share", range(6))
def test_what_is_not_on_the_damaged_page_is_saved(made: Path, path: Path, whole: Held, share: int) -> None:
    """Of each page in turn: texts are in passages once more, paths in an index, words nowhere else."""
    words = page_of(made, "words") // PAGE
    pages = len((made / "library.db").read_bytes()) // PAGE
    for page in range(share, pages, 6):
        shutil.copy(made / "library.db", path)
        start, other = page * PAGE, (page * 7 + share) % pages * PAGE
        content = (made / "library.db").read_bytes()
        swapped = slice(start, start + PAGE), slice(other, other + PAGE)
        kind, data = page // 6 % 3, bytearray(content)
        if kind == 0:
            flip(start + page * 131 % PAGE)(data)
        elif kind == 1:
            data[start : start + PAGE] = bytes(PAGE)
        else:
            for here, there in (swapped, swapped[::-1]):
                data[here] = content[there]
        if data != content:
            (path / "library.db").write_bytes(data)
            lost_words = kind < 2 and page == words
            demand_saved(path, whole, whole._replace(words={}) if lost_words else whole)


@pytest.mark.parametrize("version", [1, 2])
@pytest.mark.parametrize("page", [0, 2])
def test_libraries_without_checksums_are_saved_as_well(tmp_path: Path, version: int, page: int) -> None:
    """The page of the schema, or another, is zeroed."""
    data = gzip.decompress((LIBRARIES / f"format-{version}.db.gz").read_bytes())
    for content in (data, data[: page * PAGE] + bytes(PAGE) + data[(page + 1) * PAGE :]):
        path = tmp_path / ("whole" if content == data else "harmed")
        path.mkdir()
        (path / "library.db").write_bytes(content)
    mended(tmp_path / "harmed")
    for path in (tmp_path / "whole", tmp_path / "harmed"):
        with Library.open(path) as library:
            library.upgrade_if_needed()
    assert held(tmp_path / "harmed") == held(tmp_path / "whole")


def test_lost_words_are_told_by_name(path: Path, whole: Held) -> None:
    harm(path, flip(page_of(path, "words") + 4000))
    told = mended(path)
    assert told.state == "wrong" and told.lost == {"words": 2}
    assert "2 taught words lost: 号图, 图书馆" in told.text
    assert held(path) == whole._replace(words={})


def test_that_it_is_unknown_which_words_are_lost_is_told(path: Path, whole: Held) -> None:
    for table in ("words", "sqlite_autoindex_words_1", "aliases"):
        harm(path, flip(page_of(path, table) + 4000))
    told = mended(path)
    assert told.state == "wrong" and told.lost == {"unknown_words": 1}
    assert held(path) == whole._replace(words={})


def test_words_are_saved_where_no_article_can_be(path: Path, whole: Held) -> None:
    """What is lost without a trace is told as well."""
    harm(
        path,
        lambda data: data.__delitem__(slice(page_of(path, "sqlite_autoindex_containers_1") + PAGE, None)),
    )
    told, now = mended(path), held(path)
    assert now.words == whole.words and now.folders == whole.folders
    missing = len(whole.texts) - len(now.texts)
    assert missing and told.lost["articles"] + told.lost.get("untraced", 0) == missing


def test_removed_articles_do_not_come_back(path: Path) -> None:
    """The pages of what was removed are free, and keep their content where nobody cuts them off."""
    change(path / "library.db", "DELETE FROM articles WHERE id > 4")
    harm(path, flip(50))
    assert mended(path).lost == {}
    assert len(held(path).texts) == 4


def test_the_log_of_a_killed_program_is_read_as_well(path: Path, tmp_path: Path) -> None:
    with Library.open(path) as library:
        reader = apsw.Connection(str(path / "library.db"))
        reader.execute("BEGIN; SELECT count(*) FROM articles").fetchall()  # so that the log stays
        library.remove([1])
        killed = Path(shutil.copytree(path, tmp_path / "killed"))
        reader.close()
    for log, ids in ((True, {*range(2, 12)}), (False, {*range(1, 12)})):
        if not log:
            (killed / "library.db-wal").unlink()
        with closing(PageFile(killed / "library.db")) as file:
            assert Remains(file).keys("articles") == ids


def test_a_kill_at_the_end_of_a_repair_does_not_look_like_lost_changes(
    path: Path, whole: Held, monkeypatch: pytest.MonkeyPatch
) -> None:
    def killed(*args: Any) -> None:
        swap_in(*args)
        raise KeyboardInterrupt

    monkeypatch.setattr("index.maintenance.salvage.swap_in", killed)
    harm(path, flip(50))
    with pytest.raises(KeyboardInterrupt):
        Doctor(path, fix=True).examine()
    assert "wrong" not in [finding.state for finding in Doctor(path).examine()]
    assert held(path) == whole


ERRORS: list[Callable[[], Exception]] = [
    *(apsw.CorruptError, apsw.NotADBError, MemoryError, OverflowError, TypeError, ValueError, struct.error),
    lambda: UnicodeDecodeError("utf-8", b"", 0, 1, "no text"),
]
READINGS = (
    "index.maintenance.doctor.mismatched_articles",
    "index.storage.store.Store.counts",
    "index.storage.store.Store.titled",
    "index.storage.store.Store.passage_ids",
    "index.storage.changes.ChangeLog.generation",
)


@pytest.mark.parametrize("reading", READINGS)
def test_whatever_reading_raises_is_damage(path: Path, monkeypatch: pytest.MonkeyPatch, reading: str) -> None:
    for error in ERRORS:
        with monkeypatch.context() as patch:

            def fail(*_: object, error: Callable[[], Exception] = error) -> None:
                raise error()

            patch.setattr(reading, fail)
            [finding] = [f for f in Doctor(path).examine() if f.state == "wrong"]
            assert finding.check == "database" and finding.mendable
    assert all(finding.state == "well" for finding in Doctor(path).examine())


@pytest.mark.parametrize("reading", ["_varint", "_types", "_value"])
def test_no_row_that_cannot_be_read_ends_a_repair(
    path: Path, whole: Held, monkeypatch: pytest.MonkeyPatch, reading: str
) -> None:
    """The rows of one article fail, each in another way."""
    read, errors, failing = getattr(pages, reading), cycle(ERRORS[2:]), b"Lake 1"

    def fail(data: bytes, *values: Any) -> Any:
        if failing in data:
            error = next(errors)
            raise error()
        return read(data, *values)

    monkeypatch.setattr(pages, reading, fail)
    harm(path, flip(50))
    demand_saved(path, whole)
    assert 0 < len(held(path).texts) < len(whole.texts)


@pytest.mark.parametrize("seed", range(4))
def test_parts_of_texts_in_the_place_of_others_are_no_text(
    made: Path, path: Path, whole: Held, seed: int
) -> None:
    """Pages that go on with a text begin in the midst of a character, and SQLite finds them whole."""
    content, rng = (made / "library.db").read_bytes(), random.Random(seed)
    texts = [at for at in range(0, len(content), PAGE) if "图书馆的港口".encode() in content[at : at + PAGE]]
    texts = [at for at in texts if not content[at]]  # they begin with the number of the next page
    assert len(texts) > 6
    one, two = rng.sample(texts, 2)
    harm(path, lambda data: data.__setitem__(slice(one, one + PAGE), content[two : two + PAGE]))
    harm(path, lambda data: data.__setitem__(slice(two, two + PAGE), content[one : one + PAGE]))
    demand_saved(path, whole)
