"""Lines that tell what a library holds. Each leads to the articles that it is about."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import ClassVar

from textual.binding import BindingType
from textual.containers import Vertical
from textual.content import Content

from index.text.display import one_line
from index.types import ArticleInfo
from qa.i18n import N_
from qa.question.filters import Filters
from tui.messages import ArticlesWanted, ArticleWanted
from tui.widgets.common.base import FocusLine, bind, hidden
from tui.widgets.common.label import Label

#: Cells of the bar before a count, and cells of a line from which it has one.
_BAR, _ROOM = 8, 34


class HeldRow(FocusLine):
    """A line with a count at its end. Enter or a click lists the articles that ``filters`` let pass.

    ``share``, 0 to 1, is how long its bar is; None for none.
    """

    COMPONENT_CLASSES: ClassVar[set[str]] = {"held--end", "held--bar", "held--equals"}
    BINDINGS: ClassVar[list[BindingType]] = [
        bind("enter,space", "follow", "held.list", N_("List"), N_("List these articles")),
        hidden("up,k", "app.focus_previous", "held.up", N_("Up"), N_("The line above")),
        hidden("down,j", "app.focus_next", "held.down", N_("Down"), N_("The line below")),
    ]

    def __init__(
        self,
        text: Callable[[], str],
        filters: Filters,
        end: Callable[[], str],
        share: float | None = None,
        tooltip: str = "",
    ) -> None:
        super().__init__()
        self._text, self._end, self._share = text, end, share
        self.filters = filters
        if tooltip:
            self.tooltip = Content(tooltip)

    def render(self) -> Content:
        width = self.content_size.width
        end = Content.styled(self._end(), self.get_visual_style("held--end"))
        bar = Content()
        if self._share is not None and width >= _ROOM:
            full = max(1, round(self._share * _BAR))
            bar = Content.styled("━" * full, self.get_visual_style("held--bar"))
            bar = Content.assemble(bar, " " * (_BAR - full), "  ")
        room = max(4, width - end.cell_length - bar.cell_length - 1)
        text = Content(one_line(self._text())).truncate(room, ellipsis=True)
        gap = max(1, width - text.cell_length - bar.cell_length - end.cell_length)
        return Content.assemble(text, " " * gap, bar, end).truncate(width, ellipsis=True)

    def action_follow(self) -> None:
        self.post_message(ArticlesWanted(self.filters))


class NewRow(HeldRow):
    """An article. Enter or a click reads it."""

    BINDINGS: ClassVar[list[BindingType]] = [
        bind("enter,space", "follow", "held.read", N_("Read"), N_("Read the article")),
    ]

    def __init__(self, info: ArticleInfo, beside: Sequence[ArticleInfo], end: str) -> None:
        super().__init__(lambda: info.title, Filters(articles=(info.id,)), lambda: end)
        self._info, self._beside = info, tuple(beside)

    def action_follow(self) -> None:
        self.post_message(ArticleWanted(self._info, self._beside))


class Section(Vertical):
    """A title and rows; hidden without rows."""

    def __init__(self, title: Callable[[], str], *, id: str) -> None:
        super().__init__(Label(title, classes="section-name"), id=id, classes="held")
        self.display = False

    async def show(self, rows: Sequence[HeldRow]) -> None:
        """Show these rows in place of those before. The focus stays at its place."""
        focused = next((at for at, row in enumerate(self.query(HeldRow)) if row.has_focus), None)
        async with self.batch():
            await self.query(HeldRow).remove()
            await self.mount_all(rows)
            self.display = bool(rows)
        if focused is not None and rows:
            rows[min(focused, len(rows) - 1)].focus()
