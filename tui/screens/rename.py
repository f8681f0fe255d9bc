"""The dialogue that asks for a title."""

from __future__ import annotations

from typing import ClassVar

from textual import on
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Vertical
from textual.widgets import Input

from qa.render import one_line
from tui.i18n import N_, _
from tui.page import Dialogue


class RenameScreen(Dialogue["str | None"]):
    """Closes with the new title, None where nothing is to change."""

    AUTO_FOCUS = "#rename-title"
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape", "dismiss", N_("Cancel"), id="rename.cancel", tooltip=N_("Keep the title")),
    ]

    def __init__(self, title: str) -> None:
        super().__init__()
        self._before = one_line(title)

    def compose(self) -> ComposeResult:
        with Vertical(id="rename", classes="dialogue"):
            yield Input(self._before, id="rename-title")

    def on_mount(self) -> None:
        self.translate()

    def translate(self) -> None:
        box = self.query_one("#rename")
        box.border_title, box.border_subtitle = _("Title"), _("Enter keeps it · Esc cancels")

    @on(Input.Submitted)
    def _submitted(self, event: Input.Submitted) -> None:
        title = one_line(event.value)
        self.dismiss(title if title and title != self._before else None)
