"""A line for the path of one file, completed while it is typed."""

from __future__ import annotations

import asyncio
from typing import ClassVar

from textual.binding import BindingType
from textual.suggester import Suggester
from textual.widgets import Input

from qa.i18n import N_
from tui.system.paths import complete
from tui.widgets.common.base import bind


class _Paths(Suggester):
    def __init__(self) -> None:
        super().__init__(use_cache=False, case_sensitive=True)

    async def get_suggestion(self, value: str) -> str | None:
        return await asyncio.to_thread(complete, value)


class FileInput(Input):
    """Tab takes the completion, or moves on if there is none."""

    PART = N_("File")
    BINDINGS: ClassVar[list[BindingType]] = [
        bind("tab", "complete", "file.complete", N_("Complete"), N_("Take the completion")),
    ]

    def __init__(self, value: str, *, id: str) -> None:
        super().__init__(value, id=id, suggester=_Paths(), select_on_focus=False)

    def action_complete(self) -> None:
        whole = complete(self.value) if self.cursor_at_end else None
        if whole is None or whole == self.value:
            self.screen.focus_next()
        else:
            self.value = whole
            self.cursor_position = len(whole)
