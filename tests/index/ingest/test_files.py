"""Which files are found, and that nothing but regular files is opened, whatever the names say."""

from __future__ import annotations

import io
import json
import os
import socket
from collections.abc import Iterator
from functools import partial
from importlib import import_module
from io import FileIO
from pathlib import Path
from typing import Any

import documents
import pytest
from small_library import open_library

from index.errors import Cancelled, Damaged, Inaccessible, LibraryError, ModelError, ReadError, UsageError
from index.ingest.files import Listing, find_files, open_regular, stat_regular
from index.library import Library
from index.readers.jsonl import line_members
from index.readers.reader_process import _answer
from index.readers.recognition import recognize_pages
from index.readers.registry import ReadBytes, read_bytes
from index.text.tokenizer import Tokenizer
from index.types import AddReport, Members, ParsedArticle

TEXT = "图书馆在北京。它的开放时间很长。"


def names(folder: Path) -> list[str]:
    return [str(path.relative_to(folder.resolve())) for path in find_files([folder])[0]]


def test_articles_are_listed_by_name_and_hidden_ones_left_out(tmp_path: Path) -> None:
    for name in ("b.txt", "a.MD", "c/d.zip", "c/.e.txt", ".f/g.txt", "h.json", "i.exe", "c/j.jsonl", "txt"):
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_text(TEXT, encoding="utf-8")
    assert names(tmp_path) == ["a.MD", "b.txt", "c/d.zip", "c/j.jsonl"]
    assert names(tmp_path / "h.json") == ["."]  # named, it is taken at its word


def test_other_files_are_counted_by_kind(library: Library, tmp_path: Path) -> None:
    folder = tmp_path / "articles"
    for name in ("a.txt", "b.DOC", "c/d.doc", "c/e.gif", "f", "g.2024-01 (copy)", ".h.doc", ".i/j.doc"):
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text(TEXT, encoding="utf-8")
    (folder / "null.doc").symlink_to("/dev/null")
    report = library.add([folder])
    assert report.passed_over == {".doc": 2, ".gif": 1, "": 2}
    assert report.kinds_passed_over() == ["2 .doc", "1 .gif", "2 without a suffix"]
    (folder / "c" / "k.txt").write_text(TEXT, encoding="utf-8")
    assert find_files([folder, folder / "c"])[1] == report.passed_over  # none twice
    assert find_files([folder, folder / "b.DOC"])[1][".doc"] == 1
    assert library.sync().passed_over == report.passed_over


def test_a_folder_of_other_files_tells_their_kinds(library: Library, tmp_path: Path) -> None:
    folder = tmp_path / "articles"
    folder.mkdir()
    for name in ("a.doc", "b.doc", "c.rtf"):
        (folder / name).write_text(TEXT, encoding="utf-8")
    with pytest.raises(UsageError, match="no articles found") as error:
        library.add([folder])
    assert error.value.hint.startswith("passed over: 2 .doc, 1 .rtf; articles end in")


def test_other_files_in_an_archive_are_counted_by_kind(library: Library, tmp_path: Path) -> None:
    folder = tmp_path / "articles"
    folder.mkdir()
    (folder / "b.doc").write_text(TEXT, encoding="utf-8")
    inside = ("a.txt", "b.DOC", "c/d.doc", "e.gif", "README", ".h.doc", "__MACOSX/i.doc")
    (folder / "a.zip").write_bytes(documents.make_zip(dict.fromkeys(inside, TEXT)))
    report = library.add([folder])
    assert report.passed_over == {".doc": 3, ".gif": 1, "": 1} and len(report.added) == 1
    (folder / "a.zip").write_bytes(documents.make_zip(dict.fromkeys(inside[1:], TEXT)))
    report = library.sync()
    assert report.passed_over == {".doc": 3, ".gif": 1, "": 1}
    assert [reason for _, reason in report.skipped] == ["it holds no articles"]


def test_rare_kinds_are_counted_together() -> None:
    report = AddReport(passed_over={f".x{n}": 100 - n for n in range(12)})
    assert report.kinds_passed_over()[6:] == ["94 .x6", "93 .x7", "362 others"]


#: What a reader may raise; the last is the error of a library.
RAISED = [
    RecursionError("maximum recursion depth exceeded"),
    MemoryError(),
    UnicodeDecodeError("utf-8", b"\xff", 0, 1, "invalid\nstart byte"),
    KeyError("Root"),
    AssertionError(),
    OSError("no system error"),
    EOFError(),
    StopIteration(),
    LibraryError("not of this library"),
    type("PdfError", (Exception,), {})("the filter\x1b[31m is deprecated" + "!" * 5000),
]


@pytest.mark.parametrize("raised", RAISED, ids=lambda error: type(error).__name__)
@pytest.mark.parametrize("reader", ["read_bytes", "members", "next member", "in the process"])
def test_whatever_a_reader_raises_no_file_stops_another(
    library: Library, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, raised: Exception, reader: str
) -> None:
    def fail(data: bytes, name: str, _recognize: object = None) -> ParsedArticle:
        if name.startswith("b"):
            raise raised
        return read_bytes(data, name)

    def failing(file: FileIO, suffix: str, read: ReadBytes, pass_over: object) -> Members:
        yield from line_members(file, read)
        raise raised

    for name in ("a.txt", "c.txt"):
        (tmp_path / name).write_text(f"{name}: {TEXT}", encoding="utf-8")
    bad = "b.jsonl" if reader in ("members", "next member") else "b.txt"
    (tmp_path / bad).write_text('{"text": "船开了，人走了。"}\n', encoding="utf-8")
    if reader == "members":
        monkeypatch.setattr("index.ingest.add.members", lambda *_: fail(b"", "b"))
    elif reader == "next member":
        monkeypatch.setattr("index.ingest.add.members", failing)
    elif reader == "read_bytes":
        monkeypatch.setattr("index.readers.reader_process.read_bytes", fail)
    else:
        monkeypatch.setattr("index.readers.reader_process.read_bytes", fail)
        answers: list[ReadError] = []
        monkeypatch.setattr("pickle.dump", lambda outcome, file: answers.append(outcome))
        _answer(io.BytesIO(), partial(fail, b"", "b.txt", recognize_pages), 4 << 30)
        assert isinstance(answers[0], ReadError)
        return
    report = library.add([tmp_path])
    kept = {"a.txt", "c.txt"} | ({"b.jsonl!/line 1"} if reader == "next member" else set())
    assert {path.removeprefix(f"{tmp_path}/") for path in report.added} == kept
    ((path, reason),) = report.skipped
    assert path == str(tmp_path / bad)
    assert type(raised).__name__ in reason and len(reason) < 300 and not set("\n\x1b") & set(reason)


#: What is done with an article after it was read.
STEPS = ["words", "split_passages", "extract_aliases", "vectors"]


def failing_at(step: str, raised: BaseException, monkeypatch: pytest.MonkeyPatch) -> None:
    """Makes a step raise over every text that has the word 船."""
    module = "index.ingest.batch" if step == "vectors" else "index.ingest.prepare"
    owner: Any = Tokenizer if step == "words" else import_module(module)
    step_itself = getattr(owner, step)

    def fail(*given: Any) -> Any:
        if "船" in repr(given):
            raise raised
        return step_itself(*given)

    monkeypatch.setattr(owner, step, fail)


@pytest.mark.parametrize(
    "raised", [RecursionError("deep"), ValueError("bad\x1b[31m"), KeyError("k")], ids=repr
)
@pytest.mark.parametrize("step", STEPS)
def test_whatever_is_raised_after_reading_no_file_stops_another(
    library: Library, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, step: str, raised: Exception
) -> None:
    for name, text in (("a.txt", TEXT), ("b.txt", "船开了，人走了。"), ("c.txt", TEXT + "二")):
        (tmp_path / name).write_text(text, encoding="utf-8")
    (tmp_path / "d.jsonl").write_text(
        '{"text": "船又开了，人又走了。"}\n{"text": "人走了。"}', encoding="utf-8"
    )
    with monkeypatch.context() as patch:
        failing_at(step, raised, patch)
        report = library.add([tmp_path])
    names = {path.removeprefix(f"{tmp_path}/") for path in report.added}
    assert names == {"a.txt", "c.txt", "d.jsonl!/line 2"}
    assert {path.removeprefix(f"{tmp_path}/") for path, _ in report.skipped} == {"b.txt", "d.jsonl!/line 1"}
    assert all(type(raised).__name__ in reason and "\x1b" not in reason for _, reason in report.skipped)
    assert len(library.articles()) == 3
    assert library.add([tmp_path / "b.txt"]).added  # it is tried again


@pytest.mark.parametrize(
    "raised",
    [
        KeyboardInterrupt(),
        Cancelled("stopped"),
        MemoryError(),
        Damaged("not what was written"),
        ModelError("bad"),
    ],
    ids=lambda error: type(error).__name__,
)
@pytest.mark.parametrize("step", STEPS)
def test_what_is_to_end_a_run_does(
    library: Library, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, step: str, raised: BaseException
) -> None:
    (tmp_path / "b.txt").write_text("船开了，人走了。", encoding="utf-8")
    failing_at(step, raised, monkeypatch)
    with pytest.raises(type(raised)):
        library.add([tmp_path])


def test_a_full_disk_ends_a_run(library: Library, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(*_: object) -> None:
        raise Inaccessible("the disk is full")

    (tmp_path / "a.txt").write_text(TEXT, encoding="utf-8")
    monkeypatch.setattr("index.storage.store.Store.put", full)
    with pytest.raises(Inaccessible):
        library.add([tmp_path])


@pytest.mark.parametrize("raised", [KeyboardInterrupt(), Cancelled("stopped")], ids=["Ctrl-C", "Stop"])
def test_what_is_to_stop_it_does(
    library: Library, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, raised: BaseException
) -> None:
    def fail(data: bytes, name: str, _recognize: object = None) -> ParsedArticle:
        raise raised

    (tmp_path / "a.txt").write_text(TEXT, encoding="utf-8")
    monkeypatch.setattr("index.readers.reader_process.read_bytes", fail)
    with pytest.raises(type(raised)):
        library.add([tmp_path])


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

    def read_while_it_changes(data: bytes, name: str, _recognize: object) -> object:
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
