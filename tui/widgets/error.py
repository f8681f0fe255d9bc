"""What went wrong and what to do about it."""

from __future__ import annotations

from typing import ClassVar

from textual.content import Content
from textual.widgets import Static

from index.errors import YinjuError
from qa.render import one_line


class ErrorBlock(Static):
    COMPONENT_CLASSES: ClassVar[set[str]] = {"error--hint"}

    def __init__(self, error: YinjuError) -> None:
        super().__init__(markup=False)
        self.error = error

    def render(self) -> Content:
        message = Content(one_line(self.error.message))
        if not self.error.hint:
            return message
        hint = Content.styled("→ " + one_line(self.error.hint), self.get_visual_style("error--hint"))
        return Content("\n").join([message, hint])
