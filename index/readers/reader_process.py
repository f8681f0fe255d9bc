"""Reads files in a process that can be ended, whatever a file does to the library that parses it.

A parser written in C cannot be interrupted, and it may hold Python's lock: no key and no clock gets through
to it. Its process is ended instead. Nothing but the bytes of files goes to it, so a library is safe from it.
"""

from __future__ import annotations

import os
import pickle
import select
import signal
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from typing import IO, TYPE_CHECKING, Any

from index.errors import Cancelled, ReadError
from index.readers.encodings import sniff_format
from index.readers.registry import plugin_for, read_bytes
from index.text.display import one_line
from index.types import ParsedArticle

if TYPE_CHECKING:
    import subprocess

#: Of processor time and memory, for one file. 64 MiB of text take half a minute and 1 GB.
MAX_SECONDS, MAX_MEMORY = 180, 4 * 2**30
#: Bytes of a text that is read without a process, as that takes less than a second; of one without any tag.
SMALL, SMALL_PLAIN = 2**16, 2**19
#: Characters of what a library says went wrong.
_LONGEST_REASON = 200
#: Windows can neither wait for a pipe for a while nor bound what a process takes. There, files are read here.
_HAS_LIMITS = os.name == "posix"
#: Seconds between two looks at whether to stop.
_POLL_SECONDS = 0.1


class ReaderProcess:
    """Starts its process for the first file that needs one. Close it."""

    def __init__(self, check: Callable[[], None]) -> None:
        """``check`` is called while a file is being read; what it raises ends the reading."""
        self._check = check
        self._process: subprocess.Popen[bytes] | None = None

    def read(self, data: bytes, name: str) -> ParsedArticle:
        """As `registry.read_bytes`. ReadError, too: it takes too much time or memory, or the reader fails."""
        small = SMALL if b"<" in data[:SMALL_PLAIN] else SMALL_PLAIN
        quick = len(data) <= small and sniff_format(data) in (None, ".mhtml") and not plugin_for(name)
        if quick or not _HAS_LIMITS:
            with failures_told():
                return read_bytes(data, name)
        process = self._process = self._process or _start()
        try:
            outcome = self._outcome(process, data, name)
        except (BrokenPipeError, EOFError, pickle.UnpicklingError):
            self.close()
            raise _ended(process.returncode) from None
        except BaseException:  # Ctrl+C, too: the process would read on
            self.close()
            raise
        if isinstance(outcome, ParsedArticle):
            return outcome
        raise outcome

    def _outcome(self, process: subprocess.Popen[bytes], data: bytes, name: str) -> Any:
        assert process.stdin and process.stdout
        pickle.dump((data, name), process.stdin)
        process.stdin.flush()
        while not select.select([process.stdout], [], [], _POLL_SECONDS)[0]:
            self._check()
        return pickle.load(process.stdout)

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
        process_group=0,
    )


def _ended(code: int) -> ReadError:
    if code == -signal.SIGXCPU:
        return ReadError("reading it takes over {seconds} seconds of processor time", seconds=MAX_SECONDS)
    return ReadError("reading it ended unexpectedly ({reason})", reason=f"exit code {code}")


# In the process


def serve() -> None:
    """Reads files until there are no more. What a library prints goes nowhere."""
    requests, answers = sys.stdin.buffer, os.fdopen(os.dup(1), "wb")
    os.dup2(2, 1)
    _limit("RLIMIT_AS", MAX_MEMORY)
    _limit("RLIMIT_CORE", 0)
    while True:
        try:
            data, name = pickle.load(requests)
        except EOFError:
            return
        _limit("RLIMIT_CPU", int(sum(os.times()[:2])) + 1 + MAX_SECONDS)
        _answer(answers, data, name)


def _answer(answers: IO[bytes], data: bytes, name: str) -> None:
    outcome: ParsedArticle | ReadError
    try:
        outcome = read_bytes(data, name)
    except ReadError as error:
        outcome = error
    except MemoryError:
        outcome = ReadError("reading it takes over {limit} GiB of memory", limit=MAX_MEMORY >> 30)
    except Exception as error:
        outcome = failed(error)
    pickle.dump(outcome, answers)
    answers.flush()


def _limit(name: str, most: int) -> None:
    import resource

    kind = getattr(resource, name)
    _, hard = resource.getrlimit(kind)
    with suppress(ValueError, OSError):  # macOS does not limit memory
        resource.setrlimit(kind, (most if hard == resource.RLIM_INFINITY else min(most, hard), hard))
