"""Files are read in a process that can be ended: it takes no library, and no program, with it."""

from __future__ import annotations

import os
import re
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import documents
import pytest

from index.errors import Cancelled, ReadError
from index.readers.reader_process import SMALL, ReaderProcess
from index.readers.registry import read_bytes
from index.types import PartiallyParsedArticle

TEXT = "长桥全长 <1,240> 米，由林望舒设计。\n\n" * 4_000
#: What the process runs in place of the reader, by the first word of the text.
STRANGE = """
import ctypes, os, signal
from index.readers import reader_process as process, registry
real = registry.read_bytes
def strange(data, name, recognize):
    word = data[:9].split()[0].decode()
    if word == "hang":
        pause = ctypes.PyDLL(None).sleep  # as C code that holds Python's lock
        pause(600)
    if word == "spin":
        while True: pass
    if word == "grow":
        return "x" * (1 << 40)
    if word == "die":
        os.kill(os.getpid(), signal.SIGSEGV)
    if word == "fail":
        raise LookupError("nothing there")
    if word == "print":
        os.write(1, b"noise"); print("noise", flush=True)
    return real(data, name, recognize)
process.read_bytes = strange
process.MAX_SECONDS = 2
process.serve()
"""


@pytest.fixture
def reader() -> Iterator[ReaderProcess]:
    with closing(ReaderProcess(lambda: None)) as made:
        yield made


@pytest.fixture
def strange(monkeypatch: pytest.MonkeyPatch) -> None:
    run = subprocess.Popen

    def start(command: list[str], **options: object) -> object:
        program = re.sub("from index.*", "", command[-1])
        return run([*command[:-1], f"{program}exec({STRANGE!r})"], **options)  # type: ignore[call-overload]

    monkeypatch.setattr(subprocess, "Popen", start)


def of(word: str) -> bytes:
    return f"{word} {TEXT}".encode()


@pytest.mark.parametrize(
    ("data", "name"),
    [
        (TEXT.encode(), "a.txt"),
        (f"<html><body>{documents.STORY * 300}</body></html>".encode(), "a.html"),
        (documents.make_docx(documents.PLAIN, "长桥"), "a.docx"),
        (documents.make_epub(documents.BOOK, documents.FACTS), "a.epub"),
        (documents.make_pdf([documents.column("The bridge is long."), []]), "a.pdf"),
    ],
    ids=["text", "page", "word", "book", "pdf"],
)
def test_it_reads_as_the_readers_do(reader: ReaderProcess, data: bytes, name: str) -> None:
    assert [reader.read(data, name) for _ in range(2)] == [read_bytes(data, name)] * 2
    assert reader._process is not None


def test_a_small_text_needs_no_process(reader: ReaderProcess) -> None:
    reader.read(TEXT.encode()[: SMALL // 2], "a.txt")
    reader.read(TEXT.replace("<", "").encode(), "a.txt")
    assert reader._process is None


def test_without_limits_there_is_no_process(reader: ReaderProcess, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("index.readers.reader_process.HAS_LIMITS", False)
    assert reader.read(documents.make_docx(documents.PLAIN, "长桥"), "a.docx").text
    assert reader._process is None


def test_what_is_refused_or_partly_read_is_told_the_same(reader: ReaderProcess) -> None:
    with pytest.raises(ReadError, match="too many lines") as told:
        reader.read(b"a\n" * 600_000, "a.txt")
    assert told.value.hint.values == {"limit": 500_000}
    pages = [documents.column("The bridge is long.")] * 3
    data = documents.make_pdf([*pages[:1], [], *pages], pictures=[1])
    parsed = reader.read(data, "a.pdf")
    assert isinstance(parsed, PartiallyParsedArticle) and "1 of 5" in parsed.unread
    assert parsed == read_bytes(data, "a.pdf")


@pytest.mark.parametrize(
    ("word", "told"),
    [
        ("spin", "reading it takes over 180 seconds"),
        ("grow", "reading it takes over 4 GiB of memory"),
        ("die", "reading it ended unexpectedly"),
        ("fail", r"reading it ended unexpectedly \(LookupError: nothing there\)"),
    ],
)
@pytest.mark.usefixtures("strange")
def test_a_reader_that_goes_wrong_is_ended_and_the_next_file_read(
    reader: ReaderProcess, word: str, told: str
) -> None:
    with pytest.raises(ReadError, match=told):
        reader.read(of(word), "a.txt")
    assert "1,240" in reader.read(of("print"), "a.txt").text
    assert "1,240" in reader.read(of("fine"), "a.txt").text


@pytest.mark.usefixtures("strange")
@pytest.mark.skipif(sys.platform != "linux", reason="macOS does not limit memory")
def test_of_memory_it_tells_what_the_system_allows(
    reader: ReaderProcess, monkeypatch: pytest.MonkeyPatch
) -> None:
    limited = "import resource; resource.setrlimit(resource.RLIMIT_AS, (3 << 29, 3 << 29))"
    monkeypatch.setitem(globals(), "STRANGE", limited + STRANGE)
    with pytest.raises(ReadError, match=r"over 1\.5 GiB of memory"):
        reader.read(of("grow"), "a.txt")


@pytest.mark.usefixtures("strange")
def test_a_reader_that_hangs_in_c_is_stopped_at_once() -> None:
    began = time.monotonic()

    def check() -> None:
        if time.monotonic() - began > 0.5:
            raise Cancelled("stopped")

    with closing(ReaderProcess(check)) as reader:
        with pytest.raises(Cancelled):
            reader.read(of("hang"), "a.txt")
        assert reader._process is None


def test_it_ends_with_the_program() -> None:
    """Whatever ended that: its pipe is closed then."""
    program = f"import sys; sys.path[:] = {sys.path!r}\nfrom test_reader_process import begin; begin()"
    command = [sys.executable, "-c", program]
    path = os.pathsep.join([str(Path(__file__).parent), *sys.path])
    with subprocess.Popen(command, stdout=subprocess.PIPE, env=os.environ | {"PYTHONPATH": path}) as ours:
        assert ours.stdout
        number = int(ours.stdout.readline())
        ours.send_signal(signal.SIGKILL)
        ours.wait()
    for _ in range(100):
        try:
            os.kill(number, 0)
        except ProcessLookupError:
            return
        time.sleep(0.1)
    pytest.fail("it is still there")


def begin() -> None:
    """For the test above: prints the number of the process once that has read, and waits."""
    reader = ReaderProcess(lambda: None)
    reader.read(TEXT.encode(), "a.txt")
    assert reader._process
    print(reader._process.pid, flush=True)
    time.sleep(600)
