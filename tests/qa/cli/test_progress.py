from __future__ import annotations

import gc
import io
import os
import signal

import pytest

from qa.cli.progress import Progress, stoppable


class Terminal(io.StringIO):
    def isatty(self) -> bool:
        return True


class Clock:
    """A clock that stands still until it is told to go on."""

    def __init__(self) -> None:
        self.now = 100.0

    def __call__(self) -> float:
        return self.now


def test_a_terminal_gets_one_rewritten_line_with_counts_and_time_left() -> None:
    stream, clock = Terminal(), Clock()
    progress = Progress(stream, clock=clock)
    for done in (1, 2, 3):
        clock.now += 30
        progress(done, 4)
    progress(3, 4)  # too soon after the last to be worth a rewrite
    progress.close()
    text = stream.getvalue()
    assert "\n" not in text and text.endswith("\r\x1b[K")
    assert [part for part in text.replace("\x1b[K", "").split("\r") if part] == [
        "1 of 4 articles, 2 min left",
        "2 of 4 articles, 1 min left",
        "3 of 4 articles, 30 s left",
    ]


def test_a_pipe_gets_few_whole_lines_or_none() -> None:
    stream, clock = io.StringIO(), Clock()
    progress = Progress(stream, "questions", clock)
    for done in range(1, 2001):
        clock.now += 0.01
        progress(done, 2000)
    progress.close()
    assert stream.getvalue() == "1,000 of 2,000 questions, 10 s left\n2,000 of 2,000 questions\n"


def test_the_first_ctrl_c_asks_and_the_second_interrupts() -> None:
    before = signal.getsignal(signal.SIGINT)
    gc.disable()  # an interrupt that arrives in a callback of the collector is reported, not raised
    try:
        with pytest.raises(KeyboardInterrupt), stoppable() as stopped:
            assert not stopped()
            os.kill(os.getpid(), signal.SIGINT)
            assert stopped()
            os.kill(os.getpid(), signal.SIGINT)
    finally:
        gc.enable()
    assert signal.getsignal(signal.SIGINT) is before
