"""Work in a process of its own, so that typing never waits for it.

Cutting and embedding hold Python's lock for long stretches: in a thread, keys would be echoed 20 to 40 ms
late. The process stops when it is told to, and when the app ends in whatever way: its pipe is closed then.
"""

from __future__ import annotations

import os
import signal
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, redirect_stderr, suppress
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, TypeVar

from index.errors import LibraryError, YinjuError, memory_told
from index.types import Monitor

if TYPE_CHECKING:
    from multiprocessing.connection import Connection

#: Seconds between two reports of progress, and between two looks at whether to stop.
REPORT_SECONDS = 0.1


@dataclass(frozen=True, slots=True)
class Step:
    """Progress: ``read`` of ``total`` files, pages or passages. ``stored`` of them are kept for good.

    ``file`` is read next.
    """

    read: int
    stored: int
    total: int
    file: str = ""


NOT_BEGUN = Step(0, 0, 0)


@dataclass(frozen=True, slots=True)
class Watcher:
    """What a job reports to: it calls ``tell`` at each step, and stops when ``cancelled()`` is true."""

    tell: Callable[[Step], None]
    cancelled: Callable[[], bool]

    def monitor(self) -> Monitor:
        """A monitor that tells each count as a `Step`, at most ten times a second."""
        last = 0.0

        def done(count: int, total: int) -> None:
            nonlocal last
            now = time.monotonic()
            if now - last >= REPORT_SECONDS or count == total:
                last = now
                self.tell(Step(count, count, total))

        return Monitor(done, self.cancelled)


Result = TypeVar("Result")
#: The work of the process. It is pickled: a function of a module, or a `functools.partial` of one.
Job = Callable[[Watcher], Result]


@dataclass(frozen=True, slots=True)
class _Done:
    result: Any


def run(job: Job[Result], watcher: Watcher) -> Result:
    """Run ``job`` in another process, wait for it and return its result.

    Raises its `YinjuError`; LibraryError if the job fails in another way or its process is ended.
    """
    from multiprocessing import get_context  # the first frame need not wait for it

    context = get_context("spawn")
    ours, theirs = context.Pipe()
    process = context.Process(target=_serve, args=(theirs,), daemon=True)
    with _launching():
        process.start()
    theirs.close()
    outcome: Any = None
    try:
        with ours, suppress(EOFError, OSError):  # the process is gone
            ours.send(job)
            outcome = _watched(ours, watcher)
    finally:
        process.join()
    if isinstance(outcome, _Done):
        result: Result = outcome.result
        return result
    if isinstance(outcome, YinjuError):
        raise outcome
    if process.exitcode is not None and process.exitcode < 0:
        raise LibraryError(
            "the work was ended by the system ({signal})",
            "what was finished is kept; begin it again",
            signal=signal.Signals(-process.exitcode).name,
        )
    raise _failure(f"exit code {process.exitcode}")


def _watched(pipe: Connection, watcher: Watcher) -> Any:
    """The outcome of the job. Passes on each step until then. EOFError, OSError: the process is gone."""
    stopping = False
    while True:
        if not stopping and watcher.cancelled():
            stopping = True
            pipe.send(None)
        if pipe.poll(REPORT_SECONDS):
            news = pipe.recv()
            if not isinstance(news, Step):
                return news
            watcher.tell(news)


def _failure(reason: str) -> LibraryError:
    return LibraryError(
        "the work failed unexpectedly ({reason})",
        "what was finished is kept; begin it again, and check the library if it fails again",
        reason=reason,
    )


@contextmanager
def _launching() -> Iterator[None]:
    """Start a process that imports nothing from the current folder (`python -P`).

    It gets the real standard error: Textual's replacement has no file descriptor.
    """
    before = os.environ.get("PYTHONSAFEPATH", "")
    os.environ["PYTHONSAFEPATH"] = "1"
    try:
        with redirect_stderr(sys.__stderr__):
            yield
    finally:
        os.environ["PYTHONSAFEPATH"] = before  # empty is as good as not set


# In the process


def _serve(pipe: Connection) -> None:
    """Receives a job, does it and sends its outcome."""
    if sys.platform != "win32":
        os.setsid()  # keys that interrupt are the app's
        os.nice(10)  # the app goes first
    nowhere = os.open(os.devnull, os.O_RDWR)
    for stream in range(3):  # what a library prints is no news
        os.dup2(nowhere, stream)
    stopped = threading.Event()

    def wait() -> None:
        with suppress(EOFError, OSError):
            pipe.recv()  # anything that is sent says: stop
        stopped.set()

    try:
        job: Job[Any] = pipe.recv()
        threading.Thread(target=wait, daemon=True).start()
        with memory_told():
            outcome: Any = _Done(job(Watcher(pipe.send, stopped.is_set)))
    except YinjuError as error:
        outcome = error
    except Exception as error:
        outcome = _failure(f"{type(error).__name__}: {error}")
    with suppress(BrokenPipeError):  # the app is gone
        pipe.send(outcome)
