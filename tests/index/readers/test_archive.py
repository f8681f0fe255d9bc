"""ZIP archives of articles: what is read, what is passed over, what is refused."""

from __future__ import annotations

import io
import struct
import zipfile
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from index.errors import ReadError
from index.readers import archive
from index.readers.archive import zip_members
from index.types import Member, ParsedArticle

TEXT = "图书馆在北京。它每天开放，星期一除外。"


def pack(path: Path, files: dict[str, bytes | str], method: int = zipfile.ZIP_DEFLATED) -> Path:
    with zipfile.ZipFile(path, "w", method) as made:
        for name, data in files.items():
            made.writestr(name, data)
    return path


def read(path: Path) -> dict[str, ParsedArticle | str]:
    """Each member's article, or the reason why it is none."""
    found: dict[str, ParsedArticle | str] = {}
    with path.open("rb", buffering=0) as file:
        for member in zip_members(file):
            assert member.name not in found
            try:
                found[member.name] = member.read()
            except ReadError as error:
                found[member.name] = error.message
    return found


def raw_member(name: bytes, data: bytes, **facts: int) -> bytes:
    """An archive of one stored member, as a hostile program might write it."""
    import zlib

    crc, size = zlib.crc32(data), facts.get("size", len(data))
    common = struct.pack(
        "<HHHHHIIIHH", 20, facts.get("flags", 0), 0, 0, 0, crc, len(data), size, len(name), 0
    )
    local = b"PK\x03\x04" + common + name + data
    central = b"PK\x01\x02" + struct.pack("<H", 20) + common + struct.pack("<HHHII", 0, 0, 0, 0, 0) + name
    contents = facts.get("contents", len(central))
    return local + central + b"PK\x05\x06" + struct.pack("<HHHHIIH", 0, 0, 1, 1, contents, len(local), 0)


def test_articles_are_read_by_their_names(tmp_path: Path) -> None:
    found = read(
        pack(
            tmp_path / "a.zip",
            {
                "folder/b.md": "# Opening hours\n\nThe library opens at nine.",
                "a.txt": TEXT,
                "page.html": f"<html><body><article><p>{TEXT * 20}</p></article></body></html>",
                "picture.gif": b"GIF8",
                "empty folder/": b"",
            },
        )
    )
    assert list(found) == ["a.txt", "folder/b.md", "page.html"]
    parsed = [parsed for parsed in found.values() if isinstance(parsed, ParsedArticle)]
    assert [parsed.text.split("。")[0] for parsed in parsed[::2]] == ["图书馆在北京"] * 2
    assert parsed[1].title == "Opening hours"


def test_members_that_are_none_are_passed_over(tmp_path: Path) -> None:
    path = pack(
        tmp_path / "a.zip", {"__MACOSX/._a.txt": "x", ".hidden/a.txt": TEXT, ".b.txt": TEXT, "c.txt": TEXT}
    )
    with zipfile.ZipFile(path, "a") as made:
        for name, kind in (("link.txt", 0o120777), ("pipe.txt", 0o010644)):
            info = zipfile.ZipInfo(name)
            info.create_system, info.external_attr = 3, kind << 16
            made.writestr(info, "/etc/passwd")
    assert list(read(path)) == ["c.txt"]


def test_the_last_of_one_name_counts(tmp_path: Path) -> None:
    path = pack(tmp_path / "a.zip", {"a.txt": "旧的图书馆在北京。"})
    with zipfile.ZipFile(path, "a") as made, pytest.warns(UserWarning, match="Duplicate"):
        made.writestr("a.txt", TEXT)
    parsed = read(path)["a.txt"]
    assert isinstance(parsed, ParsedArticle) and parsed.text == TEXT


@pytest.mark.parametrize(
    "name",
    ["../a.txt", "a/../../b.txt", "/etc/a.txt", "C:/a.txt", "c:\\a.txt", "..\\a.txt", "\\\\host\\a.txt"],
)
def test_names_that_lead_out_are_refused(tmp_path: Path, name: str) -> None:
    (tmp_path / "a.zip").write_bytes(raw_member(name.encode(), TEXT.encode()))
    assert list(read(tmp_path / "a.zip").values()) == ["its name leads out of the archive"]


def test_backslashes_part_folders(tmp_path: Path) -> None:
    (tmp_path / "a.zip").write_bytes(raw_member(b"folder\\a.txt", TEXT.encode()))
    assert list(read(tmp_path / "a.zip")) == ["folder/a.txt"]


@pytest.mark.parametrize(
    ("names", "encoding"),
    [
        (["新闻/北京图书馆开放时间.txt", "新闻/上海的人才.txt"], "gbk"),
        (["新聞/臺北圖書館開放時間.txt", "成功的經濟計劃.txt"], "big5"),  # 功 ends in a backslash there
        (["新闻/北京图书馆开放时间.txt", "b.txt"], "utf-8"),
        (["café.txt"], "cp1252"),
    ],
)
def test_names_in_old_encodings(
    tmp_path: Path, names: list[str], encoding: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    written = zipfile.ZipInfo
    monkeypatch.setattr(written, "_encodeFilenameFlags", lambda info: (info.filename.encode(encoding), 0))
    pack(tmp_path / "a.zip", dict.fromkeys(names, TEXT))
    assert sorted(read(tmp_path / "a.zip")) == sorted(names)


def test_names_are_fit_for_a_terminal(tmp_path: Path) -> None:
    found = read(pack(tmp_path / "a.zip", {"a\x1b[31m\nb\u202etxt.txt": TEXT}))
    assert list(found) == ["a[31m btxt.txt"]


def test_what_cannot_be_unpacked_is_told(tmp_path: Path) -> None:
    inner = io.BytesIO()
    pack(inner, {"x.txt": TEXT})  # type: ignore[arg-type]
    path = pack(
        tmp_path / "a.zip",
        {"inner.zip": inner.getvalue(), "lines.jsonl": "{}", "package.json": "{}", "good.txt": TEXT},
    )
    with zipfile.ZipFile(path, "a") as made:
        made.writestr("lzma.txt", TEXT, zipfile.ZIP_LZMA)
    told = read(path)
    assert isinstance(told.pop("good.txt"), ParsedArticle)
    assert told == {
        "inner.zip": "a file of several articles within another is not opened",
        "lines.jsonl": "a file of several articles within another is not opened",
        "lzma.txt": "its compression is not known",
    }
    (tmp_path / "b.zip").write_bytes(raw_member(b"secret.txt", TEXT.encode(), flags=1))
    assert read(tmp_path / "b.zip") == {"secret.txt": "it is encrypted"}


def test_a_damaged_member_leaves_the_others(tmp_path: Path) -> None:
    path = pack(tmp_path / "a.zip", {"a.txt": TEXT, "b.txt": TEXT + "二"}, zipfile.ZIP_STORED)
    data = bytearray(path.read_bytes())
    data[data.index(TEXT.encode()) + 3] ^= 1
    path.write_bytes(data)
    found = read(path)
    assert found["a.txt"] == "it is damaged in the archive" and isinstance(found["b.txt"], ParsedArticle)


def test_a_damaged_archive_is_refused(tmp_path: Path) -> None:
    for data in (b"", b"PK\x03\x04", b"no archive at all", raw_member(b"a.txt", b"a")[:-9]):
        (tmp_path / "a.zip").write_bytes(data)
        with pytest.raises(ReadError, match="archive is damaged"):
            read(tmp_path / "a.zip")


# Bombs


def test_what_unpacks_to_far_too_much_is_refused(tmp_path: Path) -> None:
    path = pack(tmp_path / "a.zip", {"zeros.txt": b"0" * (archive.RATIO_FROM + 1), "good.txt": TEXT})
    found = read(path)
    assert found["zeros.txt"] == "it unpacks to more than 200 times its size"
    assert isinstance(found["good.txt"], ParsedArticle)


def test_a_size_that_is_a_lie_is_found_out(tmp_path: Path) -> None:
    """What is unpacked is no more than the archive said, whatever the data would give."""
    path = pack(tmp_path / "a.zip", {"a.txt": b"0" * 5_000_000})
    data = path.read_bytes()
    lie = data.replace(struct.pack("<I", 5_000_000), struct.pack("<I", 4_000))
    assert lie != data
    path.write_bytes(lie)
    assert read(path) == {"a.txt": "it is damaged in the archive"}


def test_bounds_of_one_member_and_of_all(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = pack(tmp_path / "a.zip", {f"{i}.txt": TEXT for i in range(4)}, zipfile.ZIP_STORED)
    size = len(TEXT.encode())
    monkeypatch.setattr(archive, "MAX_TOTAL", 2 * size + 1)
    told = list(read(path).values())
    assert [isinstance(one, ParsedArticle) for one in told] == [True, True, False, False]
    assert str(told[2]).startswith("the archive unpacks to more than")
    monkeypatch.setattr("index.readers.registry.max_bytes", lambda name: size - 1)
    assert set(read(path).values()) == {"the file is too large"}


def test_too_many_members(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = pack(tmp_path / "a.zip", {f"{i}.txt": TEXT for i in range(4)})
    monkeypatch.setattr(archive, "MAX_MEMBERS", 3)
    with pytest.raises(ReadError, match="more than 3 members"):
        read(path)
    monkeypatch.setattr("index.readers.archive._Bounded.most", 70_000)
    path.write_bytes(raw_member(b"a.txt", b"a" * 80_000, contents=70_001))
    with pytest.raises(ReadError, match="damaged") as refused:
        read(path)
    assert "table of contents too large" in str(refused.value.__cause__)


def test_members_that_overlap(tmp_path: Path) -> None:
    """One piece of packed data under many names, as in D. Fifield's "A better zip bomb" (WOOT 2019)."""
    path = pack(tmp_path / "a.zip", {"a.txt": TEXT * 50}, zipfile.ZIP_STORED)
    data = path.read_bytes()
    start, end = data.index(b"PK\x01\x02"), data.index(b"PK\x05\x06")
    entry = data[start:end]
    central = b"".join(entry.replace(b"a.txt", name) for name in (b"a.txt", b"b.txt", b"c.txt"))
    tail = b"PK\x05\x06" + struct.pack("<HHHHIIH", 0, 0, 3, 3, len(central), start, 0)
    path.write_bytes(data[:start] + central + tail)
    with pytest.raises(ReadError, match="overlap"):
        read(path)


@settings(deadline=None)
@given(st.binary(max_size=300), st.integers(0, 500), st.binary(min_size=1, max_size=8))
def test_any_bytes_are_read_or_refused(tail: bytes, place: int, change: bytes) -> None:
    import tempfile

    with tempfile.TemporaryDirectory() as folder:
        path = pack(Path(folder) / "a.zip", {"a.txt": TEXT, "b/新.md": "# 题\n\n正文在这里。"})
        data = path.read_bytes() + tail
        path.write_bytes(data[:place] + change + data[place + len(change) :])
        try:
            found = read(path)
        except ReadError:
            return
        assert all(isinstance(one, ParsedArticle | str) for one in found.values())


def test_a_refused_member_says_why() -> None:
    with pytest.raises(ReadError, match="why"):
        Member.refused("a", ReadError("why")).read()
