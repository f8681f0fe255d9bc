"""Work in a process of its own, so that typing never waits for it.

Cutting and embedding hold Python's lock for long stretches: in a thread, keys would be echoed 20 to 40 ms
late. The process is told what to do in pickles on its standard input and tells how it goes in pickles
on its standard output; it stops when its input is closed, as it is when the app ends.
"""

from __future__ import annotations

import os
import pickle
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import IO, Any, TypeVar

from index.errors import LibraryError, YinjuError
from index.types import Monitor

#: Seconds between two reports of progress.
OFTEN = 0.1
#: What the process runs: with the search path of the app, not what lies in the current folder.
_PROGRAM = (
    "import pickle, sys; sys.path[:] = pickle.load(sys.stdin.buffer); import tui.jobs.process as a; a.serve()"
)


@dataclass(frozen=True, slots=True)
class Step:
    """How far it is: ``read`` of ``total`` files, pages or passages are looked at.

    ``stored`` of them are kept for good; ``file`` is what comes next.
    """

    read: int
    stored: int
    total: int
    file: str = ""


NOT_BEGUN = Step(0, 0, 0)

Result = TypeVar("Result")
Tell = Callable[[Step], None]
#: What the process does: a function of a module, with its arguments (`functools.partial`), can be pickled.
Job = Callable[[Tell, Callable[[], bool]], Result]


@dataclass(frozen=True, slots=True)
class _Done:
    result: Any


def run(job: Job[Result], tell: Tell, cancelled: Callable[[], bool]) -> Result:
    """What ``job`` returns in another process; blocks.

    Raises what it raises of `YinjuError`; LibraryError too where the process was ended from outside.
    """
    import tempfile  # takes 4 ms, which the first frame need not wait for

    with tempfile.TemporaryFile() as errors:
        process = subprocess.Popen(
            [sys.executable, "-P", "-c", _PROGRAM],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=errors,
            start_new_session=True,  # keys that interrupt are the app's
        )
        assert process.stdin is not None and process.stdout is not None
        with process.stdin as orders, process.stdout as news:
            watch = threading.Thread(target=_close_when, args=(cancelled, orders, process), daemon=True)
            outcome = None
            try:
                pickle.dump(sys.path, orders)
                pickle.dump(job, orders)
                orders.flush()
                watch.start()
                while isinstance(outcome := pickle.load(news), Step):
                    tell(outcome)
            except (EOFError, BrokenPipeError):
                outcome = None
        code = process.wait()
        if isinstance(outcome, _Done):
            result: Result = outcome.result
            return result
        if isinstance(outcome, YinjuError):
            raise outcome
        if code < 0:
            raise LibraryError(
                "the work was ended by the system ({signal})",
                "what was finished is kept; begin it again",
                signal=signal.Signals(-code).name,
            )
        errors.seek(0)
        raise RuntimeError(errors.read().decode(errors="replace"))


def _close_when(cancelled: Callable[[], bool], orders: IO[bytes], process: subprocess.Popen[bytes]) -> None:
    """Close the process's input once it is to stop."""
    while process.poll() is None:
        if cancelled():
            orders.close()
            return
        time.sleep(OFTEN)


def serve() -> None:
    """The other end, in the process: what is asked for on standard input is done."""
    if sys.platform != "win32":
        os.nice(10)  # the app goes first
    news = sys.stdout.buffer
    sys.stdout = sys.stderr  # what a library prints is no news
    job: Job[Any] = pickle.load(sys.stdin.buffer)
    stopped = threading.Event()

    def wait() -> None:
        os.read(sys.stdin.fileno(), 1)  # a buffered read could not be left when the process ends
        stopped.set()

    threading.Thread(target=wait, daemon=True).start()

    def send(news_item: Any) -> None:
        pickle.dump(news_item, news)
        news.flush()

    try:
        send(_Done(job(send, stopped.is_set)))
    except YinjuError as error:
        send(error)
    except BrokenPipeError:  # the app is gone
        return


def counting(tell: Tell, cancelled: Callable[[], bool]) -> Monitor:
    """Watches work that counts, and tells of it now and then."""
    told = 0.0

    def progress(done: int, total: int) -> None:
        nonlocal told
        now = time.monotonic()
        if now - told >= OFTEN or done == total:
            told = now
            tell(Step(done, done, total))

    return Monitor(progress, cancelled)
