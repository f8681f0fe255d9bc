"""The headings of an article, to go to one of them."""

from __future__ import annotations

from bisect import bisect_right
from dataclasses import dataclass
from typing import ClassVar

from textual import on
from textual.binding import BindingType
from textual.content import Content
from textual.message import Message
from textual.widgets import OptionList
from textual.widgets.option_list import Option

from index.text.display import one_line
from index.types import Article, Kind
from qa.i18n import N_
from tui.widgets.common.base import hidden

#: Headings below this level are not indented further.
_DEEPEST = 4


class Outline(OptionList):
    """The highlighted heading is the one above what is being read."""

    PART = N_("Headings")
    BINDINGS: ClassVar[list[BindingType]] = [
        hidden("enter", "select", "outline.go", N_("Go there"), N_("Go to this heading")),
        hidden("j", "cursor_down", "outline.down", N_("Down"), N_("The next heading")),
        hidden("k", "cursor_up", "outline.up", N_("Up"), N_("The heading before")),
    ]

    @dataclass
    class Chosen(Message):
        """The reader wants to go to the heading at ``offset`` of the article's text."""

        offset: int

    def __init__(self) -> None:
        super().__init__(id="outline", markup=False)
        self._starts: list[int] = []

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
        self.clear_options()
        self.add_options(
            Option(Content("  " * min(level - top, _DEEPEST) + text)) for level, _start, text in found
        )

    def follow(self, offset: int) -> None:
        """Highlight the heading that ``offset`` is under."""
        if self._starts:
            self.highlighted = max(0, bisect_right(self._starts, offset) - 1)

    def action_cursor_down(self) -> None:
        """One heading further. Textual would go on from the last one to the first."""
        if self.highlighted is not None and self.highlighted < self.option_count - 1:
            super().action_cursor_down()

    def action_cursor_up(self) -> None:
        if self.highlighted:
            super().action_cursor_up()

    @on(OptionList.OptionSelected)
    def _selected(self, event: OptionList.OptionSelected) -> None:
        event.stop()
        self.post_message(self.Chosen(self._starts[event.option_index]))

    @on(OptionList.OptionHighlighted)
    def _highlighted(self, event: OptionList.OptionHighlighted) -> None:
        event.stop()
