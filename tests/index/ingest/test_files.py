"""Which files are found, and that nothing but regular files is opened, whatever the names say."""

from __future__ import annotations

import json
import os
import socket
from collections.abc import Iterator
from pathlib import Path

import pytest
from small_library import open_library

from index.errors import ReadError
from index.ingest.files import Listing, find_files, open_regular, stat_regular
from index.library import Library
from index.readers.registry import read_bytes

TEXT = "图书馆在北京。它的开放时间很长。"


def names(folder: Path) -> list[str]:
    return [str(path.relative_to(folder.resolve())) for path in find_files([folder])]


def test_articles_are_listed_by_name_and_hidden_ones_left_out(tmp_path: Path) -> None:
    for name in ("b.txt", "a.MD", "c/d.zip", "c/.e.txt", ".f/g.txt", "h.json", "i.exe", "c/j.jsonl", "txt"):
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_text(TEXT, encoding="utf-8")
    assert names(tmp_path) == ["a.MD", "b.txt", "c/d.zip", "c/j.jsonl"]
    assert names(tmp_path / "h.json") == ["."]  # named, it is taken at its word


def test_special_files_are_passed_over_and_never_opened(
    library: Library, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Reading a FIFO that nobody writes to would wait for ever."""
    folder = tmp_path / "articles"
    folder.mkdir()
    (folder / "a.txt").write_text(TEXT, encoding="utf-8")
    os.mkfifo(folder / "fifo.txt")
    (folder / "null.txt").symlink_to("/dev/null")
    (folder / "zero.jsonl").symlink_to("/dev/zero")
    with socket.socket(socket.AF_UNIX) as server:
        monkeypatch.chdir(folder)  # such names are short
        server.bind("socket.md")
        assert names(folder) == ["a.txt"]
        told = library.add(
            [folder / "fifo.txt", Path("/dev/zero"), folder / "zero.jsonl", folder / "socket.md"]
        )
    assert {reason for _, reason in told.skipped} == {"it is not a regular file"} and len(told.skipped) == 3


def test_a_fifo_that_takes_a_files_place_does_not_stop_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    file, fifo = tmp_path / "a.txt", tmp_path / "b.txt"
    file.write_text(TEXT, encoding="utf-8")
    os.mkfifo(fifo)
    status = stat_regular(file)
    monkeypatch.setattr("index.ingest.files.stat_regular", lambda path: status)
    with pytest.raises(ReadError, match="not a regular file"), open_regular(fifo):
        pass


@pytest.fixture
def very_deep(tmp_path: Path) -> Iterator[Path]:
    """Folders in folders, deeper than Python recurses, and than one path may say."""
    depth, here, folder = 1_200, os.getcwd(), tmp_path / "articles"
    folder.mkdir()
    os.chdir(folder)
    try:
        for _ in range(depth):
            os.mkdir("deeper")
            os.chdir("deeper")
        bottom = os.open(".", os.O_RDONLY)
        Path("lost.txt").write_text(TEXT, encoding="utf-8")
        os.chdir(here)
        yield folder
        os.fchdir(bottom)  # what removes the folders of tests would recurse
        os.close(bottom)
        os.remove("lost.txt")
        for _ in range(depth):
            os.chdir("..")
            os.rmdir("deeper")
    finally:
        os.chdir(here)


def test_folders_may_lie_deeper_than_python_recurses(very_deep: Path) -> None:
    (very_deep / "a.txt").write_text(TEXT, encoding="utf-8")
    listing = Listing()
    listing.add_folder(str(very_deep))
    assert [os.path.basename(path) for path in listing.files] == ["a.txt"]
    (error,) = listing.unreadable.values()
    assert "too long" in str(error)


def test_a_folder_that_may_not_be_looked_into_is_told_once(
    library: Library, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = tmp_path / "articles"
    for name in ("open", "closed"):
        (folder / name).mkdir(parents=True)
        for number in range(3):
            (folder / name / f"{number}.txt").write_text(TEXT, encoding="utf-8")
    scan = os.scandir

    def refusing(path: str) -> object:
        if str(path).endswith("closed"):
            raise PermissionError(13, "Permission denied")
        return scan(path)

    monkeypatch.setattr(os, "scandir", refusing)
    report = library.add([folder])
    assert len(report.added) == 3
    assert report.skipped == [(str(folder / "closed"), "the folder may not be looked into")]


def test_odd_names_are_kept_as_they_are_and_found_again(library: Library, tmp_path: Path) -> None:
    odd = [
        "a\nb.txt",
        "\x1b[31mred.txt",
        "\u202etxt.exe.txt",
        "🙂 \u200b.txt",
        "-rf.txt",
        "a!/b.txt",
        " .txt",
        "%00.txt",
    ]
    folder = tmp_path / "文章!"
    for number, name in enumerate(odd):
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(f"第{number}号。" + TEXT, encoding="utf-8")
    assert len(library.add([folder]).added) == len(odd)
    assert {Path(info.path) for info in library.articles()} == {folder / name for name in odd}
    assert len(library.sync().unchanged) == len(odd)
    assert all(library.find(str(folder / name)).path == str(folder / name) for name in odd)


def test_names_that_are_no_text_are_told_and_stop_nothing(library: Library, tmp_path: Path) -> None:
    folder = tmp_path / "articles"
    folder.mkdir()
    (folder / "a.txt").write_text(TEXT, encoding="utf-8")
    try:
        bad = os.path.join(os.fsencode(folder), "新闻.txt".encode("gbk"))
        Path(os.fsdecode(bad)).write_text(TEXT, encoding="utf-8")
    except OSError:  # a system that takes no such names
        bad = None
    report = library.add([folder])
    assert len(report.added) == 1
    assert [reason for _, reason in report.skipped] == ["its name is not in UTF-8"] * (bad is not None)
    assert library.folders() == [str(folder)]
    assert len(library.sync().skipped) == len(report.skipped)


def test_files_that_change_while_they_are_read_are_read_again(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = tmp_path / "articles"
    folder.mkdir()
    file, gone = folder / "a.txt", folder / "b.txt"
    lines = folder / "c.jsonl"
    for path in (file, gone):
        path.write_text(TEXT, encoding="utf-8")
    lines.write_text(json.dumps({"text": TEXT}), encoding="utf-8")
    read, later = read_bytes, "图书馆搬到了上海。它在河边。"

    def read_while_it_changes(data: bytes, name: str) -> object:
        if name == "a.txt":
            file.write_text(later, encoding="utf-8")
            gone.unlink(missing_ok=True)
            lines.write_text(json.dumps({"text": later}), encoding="utf-8")
        return read(data, name)

    monkeypatch.setattr("index.readers.reader_process.read_bytes", read_while_it_changes)
    with open_library(tmp_path / "library") as library:
        report = library.add([folder])
        assert [path for path, _ in report.skipped] == [str(gone)]
        monkeypatch.setattr("index.readers.reader_process.read_bytes", read)
        library.sync()
        assert {library.article(info.id).text for info in library.articles()} == {later}
