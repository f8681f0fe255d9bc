"""What is folded under a line that says how much it is."""

from __future__ import annotations

from collections.abc import Callable
from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import BindingType
from textual.containers import Vertical
from textual.content import Content
from textual.reactive import reactive
from textual.widget import Widget

from qa.i18n import N_
from tui.widgets.common.base import FocusLine, bind, hidden, mark
from tui.widgets.common.link import key_of


class FoldLine(FocusLine):
    """Enter or a click shows or hides what is folded."""

    COMPONENT_CLASSES: ClassVar[set[str]] = {"fold--key"}
    BINDINGS: ClassVar[list[BindingType]] = [
        bind("enter,space", "follow", "fold.toggle", N_("More"), N_("Show or hide what is folded here")),
        hidden("up", "app.focus_previous", "fold.up", N_("Up"), N_("The line above")),
        hidden("down", "app.focus_next", "fold.down", N_("Down"), N_("The line below")),
    ]
    is_open: reactive[bool] = reactive(False)

    def __init__(self, says: Callable[[], str]) -> None:
        super().__init__()
        self._says = says

    def render(self) -> Content:
        key = key_of(self.screen, "answer.more")
        arrow = "▾" if self.is_open else "▸"
        return Content.assemble(f"{self._says()} {arrow}", (f"  {key}", self.get_visual_style("fold--key")))

    def action_follow(self) -> None:
        self.query_ancestor(Fold).toggle()


class Fold(Vertical):
    """Folded until it is toggled. ``says`` tells how much there is."""

    is_open: reactive[bool] = reactive(False)

    def __init__(self, says: Callable[[], str], *parts: Widget) -> None:
        super().__init__()
        self._says, self._parts = says, parts

    def compose(self) -> ComposeResult:
        yield FoldLine(self._says).data_bind(Fold.is_open)
        yield Vertical(*self._parts, classes="folded")

    def watch_is_open(self, is_open: bool) -> None:
        for folded in self.query_children(".folded"):
            mark(folded, "-open", is_open, folded)

    def toggle(self) -> None:
        self.is_open = not self.is_open
