"""Work beside the caller's: its result or its error is the caller's."""

from __future__ import annotations

import threading

import pytest

from index.beside import beside


def test_the_work_goes_on_while_the_caller_does_something_else() -> None:
    begun, asked = threading.Event(), threading.Event()

    def work() -> str:
        begun.set()
        assert asked.wait(60)
        return "found"

    found = beside(work)
    assert begun.wait(60)  # the caller has not asked yet
    asked.set()
    assert found() == found() == "found"


def test_an_error_is_raised_where_the_result_is_asked_for() -> None:
    def work() -> None:
        raise OSError("no such shelf")

    found = beside(work)
    with pytest.raises(OSError, match="no such shelf"):
        found()


def test_a_program_ends_without_waiting_for_the_work() -> None:
    thread: list[bool] = []
    beside(lambda: thread.append(threading.current_thread().daemon))()
    assert thread == [True]
