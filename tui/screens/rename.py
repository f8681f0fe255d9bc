"""The dialogue that asks for a title."""

from __future__ import annotations

from typing import ClassVar

from textual import on
from textual.app import ComposeResult
from textual.binding import BindingType
from textual.containers import Horizontal
from textual.widgets import Input

from index.text.display import one_line
from qa.i18n import N_, _
from tui.screens.base import Dialogue
from tui.widgets.common.base import bind
from tui.widgets.common.label import Box
from tui.widgets.common.link import Link

#: Characters of a title.
_LONGEST = 200


class RenameScreen(Dialogue["str | None"]):
    """Closes with the new title, None for no change."""

    AUTO_FOCUS = "#rename-title"
    BINDINGS: ClassVar[list[BindingType]] = [
        bind("escape", "dismiss", "rename.cancel", N_("Cancel"), N_("Keep the old title")),
    ]

    def __init__(self, title: str) -> None:
        super().__init__()
        self._before = one_line(title)

    def compose(self) -> ComposeResult:
        with Box(lambda: _("Title"), id="rename"):
            yield Input(self._before, id="rename-title", max_length=_LONGEST)
            with Horizontal(classes="links"):
                yield Link(lambda: _("OK (Enter)"), "keep")
                yield Link(lambda: _("Cancel (Esc)"), "dismiss")

    @on(Input.Submitted)
    def action_keep(self) -> None:
        title = one_line(self.query_one(Input).value)
        self.dismiss(title if title and title != self._before else None)
