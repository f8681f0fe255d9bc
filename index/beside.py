"""Work that goes on in a thread while the caller does something else.

It pays where the work leaves the interpreter to others: FAISS and tantivy do while they search, and requests
while they wait.
"""

from __future__ import annotations

from _thread import start_new_thread
from collections.abc import Callable
from concurrent.futures import Future
from typing import TypeVar

T = TypeVar("T")


def beside(work: Callable[[], T]) -> Callable[[], T]:
    """Begins the work. The result waits for its end, then returns or raises what it does.

    No program waits for the thread when it ends.
    """
    done = Future[T]()

    def run() -> None:
        try:
            done.set_result(work())
        except BaseException as error:  # the caller's to handle, as if it had been raised there
            done.set_exception(error)

    start_new_thread(run, ())  # a Thread would be waited for until it runs: 0.2 ms, or several
    return done.result
