"""The headings of an article, to go to one of them."""

from __future__ import annotations

from bisect import bisect_right
from dataclasses import dataclass
from typing import ClassVar

from rich.segment import Segment
from textual import events
from textual.binding import BindingType
from textual.geometry import Region, Size
from textual.message import Message
from textual.reactive import reactive
from textual.scroll_view import ScrollView
from textual.strip import Strip
from textual.style import Style

from index.text.display import crop, one_line
from index.types import Article, Kind
from qa.i18n import N_
from tui.widgets.common.base import hidden

#: Headings below this level are not indented further.
_DEEPEST = 4


class Outline(ScrollView, can_focus=True):
    """A line for each heading. The highlighted one is above what is being read.

    Only the lines in view are rendered, so that an article may have any number of headings.
    """

    PART = N_("Headings")
    ALLOW_SELECT = False
    COMPONENT_CLASSES: ClassVar[set[str]] = {"outline--highlighted", "outline--hover"}
    BINDINGS: ClassVar[list[BindingType]] = [
        hidden("enter", "choose", "outline.go", N_("Go there"), N_("Go to this heading")),
        hidden("down,j", "move(1)", "outline.down", N_("Down"), N_("The next heading")),
        hidden("up,k", "move(-1)", "outline.up", N_("Up"), N_("The heading before")),
        hidden("pagedown,space", "turn(1)", "outline.page", N_("Page down"), N_("One page down")),
        hidden("pageup", "turn(-1)", "outline.page_up", N_("Page up"), N_("One page up")),
        hidden("home,g", "end(-1)", "outline.home", N_("Beginning"), N_("To the beginning")),
        hidden("end,G", "end(1)", "outline.end", N_("End"), N_("To the end")),
    ]
    highlighted: reactive[int] = reactive(0)
    #: The line under the pointer.
    hovered: reactive[int | None] = reactive[int | None](None)

    @dataclass
    class Chosen(Message):
        """The reader wants to go to the heading at ``offset`` of the article's text."""

        offset: int

    def __init__(self) -> None:
        super().__init__(id="outline")
        self._starts: list[int] = []
        self._lines: list[str] = []

    def __len__(self) -> int:
        return len(self._starts)

    def __bool__(self) -> bool:
        return True

    def show(self, article: Article) -> None:
        """List the headings of ``article``."""
        found = [
            (block.level, block.start, text)
            for block in article.blocks
            if block.kind is Kind.HEADING
            and (text := one_line(article.text[block.start + block.marker : block.end]))
        ]
        top = min((level for level, _start, _text in found), default=0)
        self._starts = [start for _level, start, _text in found]
        self._lines = ["  " * min(level - top, _DEEPEST) + text for level, _start, text in found]
        self.highlighted, self.hovered = 0, None
        self.virtual_size = Size(0, len(found))
        self.refresh()

    def follow(self, offset: int) -> None:
        """Highlight the heading that ``offset`` is under."""
        if self._starts:
            self.highlighted = max(0, bisect_right(self._starts, offset) - 1)

    def validate_highlighted(self, line: int) -> int:
        return max(0, min(line, len(self) - 1))

    def watch_highlighted(self) -> None:
        self._reveal()
        self.refresh()

    def watch_hovered(self) -> None:
        self.refresh()

    def on_resize(self) -> None:
        self._reveal()

    def _reveal(self) -> None:
        """Scroll so that the highlighted line is in view."""
        if self.size.height:
            self.scroll_to_region(Region(0, self.highlighted, 1, 1), animate=False, immediate=True)

    def render_line(self, y: int) -> Strip:
        line, width = round(self.scroll_y) + y, self.scrollable_content_region.width
        style = self.visual_style
        if line >= len(self):
            return Strip.blank(width, style.rich_style)
        for name, at in (("hover", self.hovered), ("highlighted", self.highlighted)):
            if line == at:
                style += self.get_visual_style(f"outline--{name}", partial=True)
        style += Style.from_meta({"heading": line})
        text = f" {crop(self._lines[line], max(1, width - 2))}"
        return Strip([Segment(text, style.rich_style)]).adjust_cell_length(width, style.rich_style)

    # Going about

    def action_move(self, step: int) -> None:
        self.highlighted += step

    def action_turn(self, step: int) -> None:
        self.highlighted += step * max(1, self.size.height - 1)

    def action_end(self, side: int) -> None:
        self.highlighted = len(self) if side > 0 else 0

    def action_choose(self) -> None:
        if self._starts:
            self.post_message(self.Chosen(self._starts[self.highlighted]))

    # The pointer

    def _line_at(self, event: events.MouseEvent) -> int | None:
        line = round(self.scroll_y) + event.y
        return line if line < len(self) else None

    def on_mouse_move(self, event: events.MouseMove) -> None:
        self.hovered = self._line_at(event)

    def on_leave(self) -> None:
        self.hovered = None

    def on_click(self, event: events.Click) -> None:
        if (line := self._line_at(event)) is not None:
            self.highlighted = line
            self.action_choose()
