"""Reads files in a process that can be ended, whatever a file does to the library that parses it.

A parser written in C cannot be interrupted, and it may hold Python's lock: no key and no clock gets through
to it. Its process is ended instead. Nothing but the bytes of files goes to it, so a library is safe from it.
It can do other work on what it read, too, so that several processes share it (`index.ingest.workers`).
"""

from __future__ import annotations

import hashlib
import os
import pickle
import select
import signal
import sys
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from contextvars import ContextVar
from functools import partial
from pathlib import Path
from typing import IO, TYPE_CHECKING, Any, NamedTuple, TypeVar

from index.errors import Cancelled, ReadError
from index.readers.encodings import sniff_format
from index.readers.recognition import (
    VERSION,
    Picture,
    Recognize,
    is_installed,
    recognize,
    recognize_pages,
)
from index.readers.registry import RECOGNIZING, plugin_for, read_bytes
from index.storage.scans import Scans
from index.text.display import one_line
from index.types import ParsedArticle, RecognizedPage

if TYPE_CHECKING:
    import subprocess

#: Of processor time and memory, for one file. 64 MiB of text take half a minute and 1 GB.
MAX_SECONDS, MAX_MEMORY = 180, 4 * 2**30
#: Bytes of a text that is read without a process, as that takes less than a second; of one without any tag.
SMALL, SMALL_PLAIN = 2**16, 2**19
#: Characters of what a library says went wrong.
_LONGEST_REASON = 200
#: Windows can neither wait for a pipe for a while nor bound what a process takes. There, files are read here.
HAS_LIMITS = os.name == "posix"
Result = TypeVar("Result")
#: Seconds between two looks at whether to stop.
_POLL_SECONDS = 0.1


class ReaderProcess:
    """Starts its process for the first file that needs one. Close it."""

    def __init__(
        self,
        check: Callable[[], None],
        library: Path | None = None,
        page: Callable[[int, int], None] = lambda _count, _total: None,
    ) -> None:
        """``check`` is called while a file is being read; what it raises ends the reading.

        What is recognized is kept in the folder of the ``library``. ``page`` is told how many pages are
        recognized, of how many of a file.
        """
        self._check, self.page = check, page
        self._scans = Scans(library, VERSION) if library else None
        self._process: subprocess.Popen[bytes] | None = None

    def read(self, data: bytes, name: str) -> ParsedArticle:
        """As `registry.read_bytes`. ReadError, too: it takes too much time or memory, or the reader fails."""
        small = SMALL if b"<" in data[:SMALL_PLAIN] else SMALL_PLAIN
        quick = len(data) <= small and sniff_format(data) in (None, ".mhtml") and not plugin_for(name)
        if quick or not HAS_LIMITS:
            with failures_told():
                return read_bytes(data, name, recognize_pages if is_installed() else None)
        return self.run(partial(_read_here, data, name), data)

    def start(self) -> None:
        """Starts the process. OSError: it cannot be started."""
        self._process = self._process or _start()

    def run(self, work: Callable[[], Result], data: bytes = b"") -> Result:
        """The result of ``work`` in the process, where a pickled `read` reads as this one.

        ``data`` is the file that it reads, if any. ReadError: as for `read`.
        """
        self.start()
        process = self._process
        assert process
        try:
            outcome = self._outcome(process, work, data)
        except (BrokenPipeError, EOFError, pickle.UnpicklingError):
            self.close()
            raise _ended(process.returncode) from None
        except BaseException:  # Ctrl+C, too: the process would read on
            self.close()
            raise
        if isinstance(outcome, ReadError):
            raise outcome
        result: Result = outcome
        return result

    def __reduce__(self) -> tuple[type[_Here], tuple[()]]:
        return _Here, ()

    def _outcome(self, process: subprocess.Popen[bytes], work: Callable[[], Any], data: bytes) -> Any:
        assert process.stdin and process.stdout
        digest, kept = "", dict[int, RecognizedPage]()
        if self._scans is not None and sniff_format(data) in RECOGNIZING:
            digest = hashlib.sha256(data).hexdigest()
            kept = self._scans.pages(digest)
        pickle.dump((work, kept), process.stdin)
        process.stdin.flush()
        while True:
            while not select.select([process.stdout], [], [], _POLL_SECONDS)[0]:
                self._check()
            news = pickle.load(process.stdout)
            if not isinstance(news, _Recognized):
                return news
            if self._scans is not None and news.number not in kept:
                self._scans.keep(digest, *news)
            self.page(news.done, news.total)
            pickle.dump(None, process.stdin)  # one message at a time: what is buffered cannot be waited for
            process.stdin.flush()

    def kill(self) -> None:
        """Ends the process, perhaps while another thread waits for it: see `run`."""
        if process := self._process:
            process.kill()

    def close(self) -> None:
        if self._process is None:
            return
        process, self._process = self._process, None
        process.kill()
        process.wait()
        for pipe in (process.stdin, process.stdout):
            with suppress(BrokenPipeError):
                if pipe is not None:
                    pipe.close()


@contextmanager
def failures_told() -> Iterator[None]:
    """Whatever a reader raises becomes a ReadError, so that no file stops another.

    Cancelled passes, and so does an error of the system, which says itself what is wrong.
    """
    try:
        yield
    except (ReadError, Cancelled):
        raise
    except Exception as error:
        if isinstance(error, OSError) and error.strerror:
            raise
        raise failed(error) from error


def failed(error: Exception) -> ReadError:
    """What is told of a file of which ``error`` ended the reading."""
    told = one_line(f"{type(error).__name__}: {error}"[:_LONGEST_REASON]).rstrip(": ")
    return ReadError("reading it ended unexpectedly ({reason})", reason=told)


def _start() -> subprocess.Popen[bytes]:
    """The process, with the modules of this one; it is in no group that keys interrupt."""
    import subprocess  # most runs need none

    program = f"import sys; sys.path[:] = {sys.path!r}; from {__name__} import serve; serve()"
    return subprocess.Popen(
        [sys.executable, "-P", "-c", program],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        env=os.environ | {"OMP_NUM_THREADS": "1"},  # several of them share the processor
        process_group=0,
    )


def _ended(code: int) -> ReadError:
    if code == -signal.SIGXCPU:
        return ReadError("reading it takes over {seconds} seconds of processor time", seconds=MAX_SECONDS)
    return ReadError("reading it ended unexpectedly ({reason})", reason=f"exit code {code}")


# In the process


class _Recognized(NamedTuple):
    """A page of the file, and how many are recognized now, of how many."""

    number: int
    page: RecognizedPage
    done: int
    total: int


class _Here:
    """What a `ReaderProcess` becomes in its process."""

    def read(self, data: bytes, name: str) -> ParsedArticle:
        return _read_here(data, name)


def _read_here(data: bytes, name: str) -> ParsedArticle:
    """As `registry.read_bytes`. Other work on what was read has the time limit to itself."""
    parsed = read_bytes(data, name, _recognize.get() if is_installed() else None)
    _limit_time()
    return parsed


#: How the pages of the file in hand are recognized.
_recognize: ContextVar[Recognize] = ContextVar("recognize")


def serve() -> None:
    """Does work until there is no more. What a library prints goes nowhere."""
    requests, answers = sys.stdin.buffer, os.fdopen(os.dup(1), "wb")
    os.dup2(2, 1)
    memory = _limit("RLIMIT_AS", MAX_MEMORY)
    _limit("RLIMIT_CORE", 0)
    while True:
        try:
            work, kept = pickle.load(requests)
        except EOFError:
            return
        _limit_time()
        _recognize.set(partial(_recognized, requests, answers, kept))
        _answer(answers, work, memory)


def _limit_time() -> None:
    """Allows the limit from now on: for a file, or for a page that is recognized."""
    _limit("RLIMIT_CPU", int(sum(os.times()[:2])) + 1 + MAX_SECONDS)


def _recognized(
    requests: IO[bytes],
    answers: IO[bytes],
    kept: Mapping[int, RecognizedPage],
    numbers: Sequence[int],
    picture: Callable[[int], Picture],
) -> dict[int, RecognizedPage]:
    """The text of pages, as `recognition.Recognize`: the kept ones, and others, which are sent to be kept."""
    pages: dict[int, RecognizedPage] = {}
    for number in numbers:
        pages[number] = kept[number] if number in kept else recognize(picture(number))
        pickle.dump(_Recognized(number, pages[number], len(pages), len(numbers)), answers)
        answers.flush()
        pickle.load(requests)
        _limit_time()
    return pages


def _answer(answers: IO[bytes], work: Callable[[], Any], memory: int) -> None:
    try:
        outcome = work()
    except ReadError as error:
        outcome = error
    except MemoryError:
        outcome = ReadError("reading it takes over {limit} GiB of memory", limit=f"{memory / 2**30:.2g}")
    except Exception as error:
        outcome = failed(error)
    pickle.dump(outcome, answers)
    answers.flush()


def _limit(name: str, most: int) -> int:
    """Allows ``most``, or as much as may be; returns how much that is."""
    import resource

    kind = getattr(resource, name)
    _, hard = resource.getrlimit(kind)
    most = most if hard == resource.RLIM_INFINITY else min(most, hard)
    with suppress(ValueError, OSError):  # macOS does not limit memory
        resource.setrlimit(kind, (most, hard))
    return most
