"""The library that agents ask, opened at the first call and used in threads: the event loop never waits."""

from __future__ import annotations

import asyncio
import threading
import time
from collections.abc import Awaitable, Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from functools import partial
from typing import TypeVar

from index.library import Library
from index.types import Monitor
from qa.session import Session
from qa.settings import Settings, default_library

#: Calls that work at a time; the others wait for their turn.
_THREADS = 4
#: Seconds between two reports of how far a call is.
_REPORT_SECONDS = 0.5

R = TypeVar("R")
Progress = Callable[[float, float], Awaitable[None]]


class LibraryThreads:
    """Runs functions on an open session. Leaving its context stops what runs and closes the library."""

    def __init__(self, settings: Settings) -> None:
        self._settings = settings
        self._pool = ThreadPoolExecutor(_THREADS, "library")
        self._closing = threading.Event()
        self._opening = threading.Lock()
        self._sessions = ExitStack()
        self._session: Session | None = None

    def __enter__(self) -> LibraryThreads:
        return self

    def __exit__(self, *exception: object) -> None:
        self._closing.set()
        self._pool.shutdown(cancel_futures=True)
        self._sessions.close()

    async def run(self, work: Callable[[Session, Monitor], R], progress: Progress) -> R:
        """What ``work`` returns. Cancelled, it asks ``work`` to stop and does not wait for it."""
        loop, stopped, last = asyncio.get_running_loop(), threading.Event(), 0.0

        async def report(done: int, total: int) -> None:
            await progress(done, total)

        def tell(done: int, total: int) -> None:
            nonlocal last
            if (now := time.monotonic()) - last >= _REPORT_SECONDS and not stopped.is_set():
                last = now
                asyncio.run_coroutine_threadsafe(report(done, total), loop)

        monitor = Monitor(tell, lambda: stopped.is_set() or self._closing.is_set())
        try:
            return await loop.run_in_executor(self._pool, partial(self._work, work, monitor))
        finally:
            stopped.set()

    def _work(self, work: Callable[[Session, Monitor], R], monitor: Monitor) -> R:
        monitor.check()
        return work(self._opened(monitor), monitor)

    def _opened(self, monitor: Monitor) -> Session:
        """The session; another one once its library is replaced, or the bundled articles give way to one."""
        with self._opening:
            session = self._session
            if session is None or session.replaced or self._has_given_way(session):
                session = self._sessions.enter_context(Session.open(self._settings))
                session.upgrade(monitor)
                self._session = session
            return session

    def _has_given_way(self, session: Session) -> bool:
        return session.bundled and self._settings.library is None and Library.exists(default_library())
