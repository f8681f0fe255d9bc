"""Adding articles in a process of its own, so that typing never waits for it.

Cutting and embedding hold Python's lock for long stretches: in a thread, keys would be echoed 20 to 40 ms
late. The process is told what to do in one pickle on its standard input and tells how it goes in
pickles on its standard output; it stops when its input is closed, as it is when the app ends.
"""

from __future__ import annotations

import os
import pickle
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Any

from index.errors import Cancelled, LibraryError, YinjuError
from index.types import AddReport, CancelCheck

#: Seconds between two reports of progress.
_OFTEN = 0.1
#: What the process runs: with the search path of the app, not what lies in the current folder.
_PROGRAM = (
    "import pickle, sys; sys.path[:] = pickle.load(sys.stdin.buffer); import tui.adding as a; a.serve()"
)


@dataclass(frozen=True, slots=True)
class Step:
    """``read`` of ``total`` files are read, ``stored`` of them for good; ``file`` is what comes next."""

    read: int
    stored: int
    total: int
    file: str = ""


Tell = Callable[[Step], None]


def add(library: Path, paths: Sequence[Path], tell: Tell, cancelled: CancelCheck) -> AddReport:
    """Add files and folders to the library in this folder, from another process; blocks.

    Raises what `Library.add` raises; LibraryError too where the process was ended from outside.
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
                pickle.dump((library, list(paths)), orders)
                orders.flush()
                watch.start()
                while isinstance(outcome := pickle.load(news), Step):
                    tell(outcome)
            except (EOFError, BrokenPipeError):
                outcome = None
        code = process.wait()
        if isinstance(outcome, AddReport):
            return outcome
        if isinstance(outcome, YinjuError):
            raise outcome
        if code < 0:
            raise LibraryError(
                "adding was ended by the system ({signal})",
                "what was finished is kept; add the rest again",
                signal=signal.Signals(-code).name,
            )
        errors.seek(0)
        raise RuntimeError(errors.read().decode(errors="replace"))


def _close_when(cancelled: CancelCheck, orders: IO[bytes], process: subprocess.Popen[bytes]) -> None:
    """Close the process's input once it is to stop."""
    while process.poll() is None:
        if cancelled():
            orders.close()
            return
        time.sleep(_OFTEN)


def serve() -> None:
    """The other end, in the process: what is asked for on standard input is done."""
    if sys.platform != "win32":
        os.nice(10)  # the app goes first
    news = sys.stdout.buffer
    sys.stdout = sys.stderr  # what a library prints is no news
    path, paths = pickle.load(sys.stdin.buffer)
    stopped = threading.Event()

    def wait() -> None:
        os.read(sys.stdin.fileno(), 1)  # a buffered read could not be left when the process ends
        stopped.set()

    threading.Thread(target=wait, daemon=True).start()

    def send(news_item: Any) -> None:
        pickle.dump(news_item, news)
        news.flush()

    try:
        send(_add(path, paths, send, stopped.is_set))
    except YinjuError as error:
        send(error)
    except BrokenPipeError:  # the app is gone
        return


def _add(path: Path, paths: Sequence[Path], tell: Tell, cancelled: CancelCheck) -> AddReport:
    from index.files import find_files
    from index.library import Library

    tell(Step(0, 0, 0))
    files = find_files(paths)
    read, told = 0, 0.0

    def progress(stored: int, total: int) -> None:
        """Called after each file, and once more at the end."""
        nonlocal read, told
        read, now = min(read + 1, total), time.monotonic()
        if now - told >= _OFTEN or stored == total:
            told = now
            tell(Step(read, stored, total, files[read].name if read < len(files) else ""))

    with Library.open(path) as library:
        if cancelled():
            raise Cancelled("stopped", "what was finished is kept")
        return library.add(paths, progress=progress, cancelled=cancelled)
