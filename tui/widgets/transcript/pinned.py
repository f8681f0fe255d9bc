"""The question of a turn that is longer than the view."""

from __future__ import annotations

from textual.content import Content
from textual.reactive import reactive
from textual.widget import Widget

from index.text.display import one_line


class Pinned(Widget):
    """Stands at the top of the transcript, on one line, while the question itself is above the view."""

    question: reactive[str] = reactive("")

    def watch_question(self, question: str) -> None:
        self.display = bool(question)

    def render(self) -> Content:
        return Content(one_line(self.question)).truncate(self.content_size.width, ellipsis=True)
