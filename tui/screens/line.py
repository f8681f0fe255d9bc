"""The dialogue that asks for a line of text."""

from __future__ import annotations

from collections.abc import Callable
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


class LineScreen(Dialogue["str | None"]):
    """Closes with the new line, None for no change. It has at most ``longest`` characters."""

    AUTO_FOCUS = "#line"
    BINDINGS: ClassVar[list[BindingType]] = [
        bind("escape", "dismiss", "rename.cancel", N_("Cancel"), N_("Change nothing")),
    ]

    def __init__(
        self, name: Callable[[], str], before: str, *, longest: int = 200, empty: bool = False
    ) -> None:
        """``name`` says what is asked for; ``empty``: the line may be."""
        super().__init__()
        self._says, self._longest, self._empty = name, longest, empty
        self._before = one_line(before)

    def compose(self) -> ComposeResult:
        with Box(self._says, id="line-box"):
            yield Input(self._before, id="line", max_length=self._longest)
            with Horizontal(classes="links"):
                yield Link(lambda: _("OK (Enter)"), "keep")
                yield Link(lambda: _("Cancel (Esc)"), "dismiss")

    @on(Input.Submitted)
    def action_keep(self) -> None:
        line = one_line(self.query_one(Input).value)
        self.dismiss(line if line != self._before and (line or self._empty) else None)
