"""Processes that share the work on articles. What they make is used in the order in which it was asked for.

Each works on one thing at a time, so that whatever ends one costs one article. A thread waits for each.
"""

from __future__ import annotations

import os
from collections import deque
from collections.abc import Callable
from concurrent.futures import Future, wait
from pathlib import Path
from queue import SimpleQueue
from threading import Event, Thread
from typing import Generic, TypeVar

from index.errors import Cancelled
from index.readers.reader_process import HAS_LIMITS, ReaderProcess, failures_told
from index.types import Monitor

#: Beyond these, processes wait for the one that stores what they make.
MOST_WORKERS = 8
#: Seconds between two looks at whether to stop.
_POLL_SECONDS = 0.1
Result = TypeVar("Result")


class Job(Generic[Result]):
    """Work that is done, being done or to be done. Its result is never None."""

    def __init__(self, work: Callable[[], Result]) -> None:
        self._work, self.future = work, Future[Result | None]()
        #: How many pages are recognized, of how many: what was not told yet.
        self.pages = deque[tuple[int, int]]()

    def done(self) -> bool:
        return self.future.done()

    def result(self, monitor: Monitor, kept: str) -> Result:
        """Waits for the result, or raises what the work raised. Cancelled: ``monitor`` stopped it.

        What no process could be started for is done here.
        """
        while True:
            ended = wait([self.future], _POLL_SECONDS).done
            monitor.check(kept)
            while self.pages:
                monitor.page(*self.pages.popleft())
            if ended:
                result = self.future.result()
                if result is not None:
                    return result
                with failures_told():
                    return self._work()


class Workers:
    """Up to ``count`` processes, each started when it is first needed. Close them."""

    def __init__(self, count: int, library: Path) -> None:
        """What is recognized is kept in the folder of the ``library``. OSError: no process can be started."""
        self._stopping = Event()
        self._waiting = SimpleQueue[Callable[[ReaderProcess], None]]()
        self._readers: list[ReaderProcess] = []
        self._threads: list[Thread] = []
        for _ in range(count):
            reader = ReaderProcess(self._check, library)
            thread = Thread(target=self._serve, args=[reader], daemon=True)
            try:
                if not self._readers:
                    reader.start()
                thread.start()
            except RuntimeError as error:  # no more threads are allowed
                reader.close()
                if not self._readers:
                    raise OSError(str(error)) from error
                break
            self._readers.append(reader)
            self._threads.append(thread)

    def _check(self) -> None:
        if self._stopping.is_set():
            raise Cancelled("stopped")

    def _serve(self, reader: ReaderProcess) -> None:
        while not self._stopping.is_set():
            self._waiting.get()(reader)

    def submit(self, work: Callable[[], Result], data: bytes = b"") -> Job[Result]:
        """Begins ``work`` as soon as a process is free, see `ReaderProcess.run`."""
        job = Job[Result](work)

        def run(reader: ReaderProcess) -> None:
            try:
                reader.start()
            except OSError:  # no more processes are allowed
                job.future.set_result(None)
                return
            try:
                reader.page = lambda count, total: job.pages.append((count, total))
                job.future.set_result(reader.run(work, data))
            except BaseException as error:
                job.future.set_exception(error)

        self._waiting.put(run)
        return job

    def close(self) -> None:
        """Ends the processes, whatever they do."""
        self._stopping.set()
        for reader in self._readers:
            reader.kill()  # one that stands still takes no data from its thread
        for _ in self._threads:
            self._waiting.put(lambda _: None)
        for thread in self._threads:
            thread.join()
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
