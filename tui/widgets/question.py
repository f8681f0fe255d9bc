"""The question box."""

from __future__ import annotations

from typing import ClassVar

from textual import events
from textual.binding import Binding, BindingType
from textual.message import Message
from textual.widgets import Input

from index.fold import printable


class QuestionBox(Input):
    """Enter asks; up and down go through the questions asked before."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding(
            "up", "earlier", "Earlier question", show=False, id="question.earlier", tooltip="Asked before"
        ),
        Binding(
            "down", "later", "Later question", show=False, id="question.later", tooltip="Asked after that"
        ),
    ]

    class Asked(Message):
        """A question was asked. It is trimmed and not empty."""

        def __init__(self, question: str) -> None:
            super().__init__()
            self.question = question

    def __init__(self) -> None:
        super().__init__(placeholder="Ask in Chinese or English · 用中文或英文提问", id="question")
        self._history: list[str] = []
        self._at = 0
        self._draft = ""

    def remember(self, question: str) -> None:
        if not self._history or self._history[-1] != question:
            self._history.append(question)
        self._at = len(self._history)
        self._draft = ""

    async def action_submit(self) -> None:
        if question := self.value.strip():
            self.value = ""
            self.post_message(self.Asked(question))

    def action_earlier(self) -> None:
        self._go(-1)

    def action_later(self) -> None:
        self._go(1)

    def _go(self, step: int) -> None:
        at = self._at + step
        if not 0 <= at <= len(self._history):
            return
        if self._at == len(self._history):
            self._draft = self.value
        self._at = at
        self.value = self._draft if at == len(self._history) else self._history[at]
        self.cursor_position = len(self.value)

    def _on_paste(self, event: events.Paste) -> None:
        """A question pasted from several lines is one question; `Input` would keep the first line alone."""
        event.prevent_default()
        event.stop()
        self.insert_text_at_cursor(" ".join(printable(event.text).split()))
