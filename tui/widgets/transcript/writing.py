"""Has an answer written from its quotes, in a thread, sentence by sentence."""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING

from textual.message import Message
from textual.widget import Widget
from textual.worker import get_current_worker

from index.errors import YinjuError
from qa.types import Answer
from tui.rendering.errors import without_frames
from tui.state.workspace import Workspace

if TYPE_CHECKING:
    from qa.writing.gate import Written
    from qa.writing.writer import Writing

_GROUP = "write"


class Writes:
    """Call it in the thread of ``widget``, whose workers do the work and which gets the messages."""

    @dataclass
    class Sent(Message):
        """The question and this many quotes go to ``source``."""

        source: str
        quotes: int

    @dataclass
    class Sentence(Message):
        """The next sentence, checked."""

        written: Written

    @dataclass
    class Ended(Message):
        """Nothing more will come, because of ``error`` if there is one."""

        error: YinjuError | None = None

    def __init__(self, widget: Widget) -> None:
        self._widget = widget
        self._writing: Writing | None = None

    def begin(self, workspace: Workspace, answer: Answer, question: str) -> None:
        """Have something written from the quotes of ``answer``. What was being written ends."""
        self.stop()
        write = partial(self._write, workspace, answer, question)
        self._widget.run_worker(write, thread=True, exclusive=True, group=_GROUP)

    def stop(self) -> None:
        """Hang up on the writer."""
        self._widget.workers.cancel_group(self._widget, _GROUP)
        if self._writing is not None:
            self._writing.cancel()

    def _write(self, workspace: Workspace, answer: Answer, question: str) -> None:
        worker, post = get_current_worker(), self._widget.post_message

        def stopped() -> bool:
            return worker.is_cancelled

        error: YinjuError | None = None
        try:
            self._writing = writing = workspace.session.write(answer, question)
            if stopped() or writing is None:
                return
            post(self.Sent(writing.source, writing.quotes))
            for written in writing:
                if stopped():
                    return
                post(self.Sentence(written))
        except YinjuError as failed:
            error = without_frames(failed)
        if not stopped():
            post(self.Ended(error))
