"""Processes that share the work on articles. What they make is used in the order in which it was asked for.

Each works on one thing at a time, so that whatever ends one costs one article. A thread waits for each.
"""

from __future__ import annotations

import os
from collections import deque
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor, wait
from pathlib import Path
from threading import Event
from typing import Generic, TypeVar

from index.errors import Cancelled
from index.readers.reader_process import HAS_LIMITS, ReaderProcess
from index.types import Monitor

#: Beyond these, processes wait for the one that stores what they make.
MOST_WORKERS = 8
#: Seconds between two looks at whether to stop.
_POLL_SECONDS = 0.1
Result = TypeVar("Result")


class Job(Generic[Result]):
    """Work that is done, being done or to be done."""

    def __init__(self) -> None:
        self.future: Future[Result]
        #: How many pages are recognized, of how many: what was not told yet.
        self.pages = deque[tuple[int, int]]()

    def done(self) -> bool:
        return self.future.done()

    def result(self, monitor: Monitor, kept: str) -> Result:
        """Waits for the result, or raises what the work raised. Cancelled: ``monitor`` stopped it."""
        while True:
            ended = wait([self.future], _POLL_SECONDS).done
            monitor.check(kept)
            while self.pages:
                monitor.page(*self.pages.popleft())
            if ended:
                return self.future.result()


class Workers:
    """``count`` processes, each started when it is first needed. Close them."""

    def __init__(self, count: int, library: Path) -> None:
        """What is recognized is kept in the folder of the ``library``. OSError: no process can be started."""
        self._stopping = Event()
        self._readers = [ReaderProcess(self._check, library) for _ in range(count)]
        self._readers[0].start()
        self._free = self._readers[::-1]
        self._threads = ThreadPoolExecutor(count)

    def _check(self) -> None:
        if self._stopping.is_set():
            raise Cancelled("stopped")

    def submit(self, work: Callable[[], Result], data: bytes = b"") -> Job[Result]:
        """Begins ``work`` as soon as a process is free, see `ReaderProcess.run`."""
        job = Job[Result]()

        def run() -> Result:
            reader = self._free.pop()
            try:
                self._check()
                reader.page = lambda count, total: job.pages.append((count, total))
                return reader.run(work, data)
            finally:
                self._free.append(reader)

        job.future = self._threads.submit(run)
        return job

    def close(self) -> None:
        """Ends the processes, whatever they do."""
        self._stopping.set()
        self._threads.shutdown(cancel_futures=True)
        for reader in self._readers:
            reader.close()


def worker_count() -> int:
    """How many processes can work at a time here; 1 if this one does so alone."""
    if not HAS_LIMITS:
        return 1
    try:
        usable = len(os.sched_getaffinity(0))
    except AttributeError:  # macOS
        usable = os.cpu_count() or 1
    return max(1, min(usable, _quota(), MOST_WORKERS))


def _quota() -> int:
    """The processors that a container may use; many if nothing bounds it."""
    try:
        most, period = Path("/sys/fs/cgroup/cpu.max").read_text().split()
        return int(most) // int(period)
    except (OSError, ValueError, ZeroDivisionError):
        return MOST_WORKERS
