"""A box for the paths of files and folders, one a line, completed while they are typed."""

from __future__ import annotations

import asyncio
from typing import ClassVar

from rich.text import Text
from textual import events, work
from textual.binding import BindingType
from textual.message import Message
from textual.widgets import TextArea

from qa.i18n import N_, _
from tui.rendering.formats import shown
from tui.system.paths import complete, looks_like_paths
from tui.widgets.common.base import EndsWorkers, TranslatedOnMount, bind, hidden


class PathBox(EndsWorkers, TranslatedOnMount, TextArea):
    """Enter submits. Tab takes the completion, or moves on if there is none."""

    PART = N_("Files or folders")
    BINDINGS: ClassVar[list[BindingType]] = [
        bind("tab", "complete", "path.complete", N_("Complete"), N_("Take the completion"), priority=True),
        hidden("enter", "submit", "path.submit", N_("Add"), priority=True),
        hidden("shift+enter,ctrl+j", "newline", "path.line", N_("New line"), priority=True),
    ]

    class Submitted(Message):
        """The paths are to be added."""

    def __init__(self) -> None:
        super().__init__(id="path", compact=True, soft_wrap=True, highlight_cursor_line=False)

    def translate(self) -> None:
        self.placeholder = _("~/articles")

    def get_line(self, line_index: int) -> Text:
        """The line with unprintable characters blanked. The path itself stays: a file may have any name."""
        line = super().get_line(line_index)
        line.plain = shown(line.plain)
        return line

    def put(self, path: str) -> None:
        """Add a path in a line of its own."""
        before = self.text.rstrip()
        self.text = f"{before}\n{path}" if before else path
        self.move_cursor(self.document.end)

    @property
    def _typed(self) -> str:
        """The line with the cursor; "" unless the cursor is at its end."""
        row, column = self.cursor_location
        line = self.document.get_line(row)
        return line if column == len(line) else ""

    def update_suggestion(self) -> None:
        self.suggestion = ""
        if self._typed:
            self._suggest(self._typed)

    @work(exclusive=True)
    async def _suggest(self, typed: str) -> None:
        whole = await asyncio.to_thread(complete, typed)
        if whole is not None and typed == self._typed:
            self.suggestion = whole[len(typed) :]

    def action_complete(self) -> None:
        if self.suggestion:
            self.insert(self.suggestion)
        else:
            self.screen.focus_next()

    def action_submit(self) -> None:
        self.post_message(self.Submitted())

    def action_newline(self) -> None:
        self.insert("\n")

    async def _on_paste(self, event: events.Paste) -> None:
        """Begin a line for each file that is dropped. `TextArea` then inserts what was pasted."""
        if self._typed.strip() and looks_like_paths(event.text):
            self.insert("\n")
