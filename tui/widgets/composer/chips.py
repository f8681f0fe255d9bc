"""The filters of the question, one chip each, above the question box."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import ClassVar

from textual.binding import BindingType
from textual.containers import HorizontalScroll
from textual.content import Content
from textual.events import Click
from textual.message import Message
from textual.widget import Widget

from index.text.display import crop, one_line
from qa.i18n import N_, _
from qa.question.filters import Filters, parse
from tui.widgets.common.base import TranslatedOnMount, bind, hidden

#: Articles that get a chip each; more share one.
_ARTICLES = 3
#: Columns of a title or name on a chip.
_ROOM = 24


def chip_parts(filters: Filters) -> list[str]:
    """The filter of each chip, as it would be typed."""
    parts = [part for part in filters.parts() if not part.startswith("article:")]
    if len(filters.articles) <= _ARTICLES:
        return parts + [f"article:{number}" for number in filters.articles]
    return [*parts, str(Filters(articles=filters.articles))]


def in_words(part: str, titles: Mapping[int, str]) -> str:
    """A typed filter in the words of the interface. ``titles`` gives the titles of articles by number."""
    filters = parse(part)[1]
    if filters.languages:
        return language_name(filters.languages[0])
    if filters.after:
        return _("from {date}").format(date=filters.after)
    if filters.before:
        return _("before {date}").format(date=filters.before)
    if filters.sources:
        return _("in {place}").format(place=crop(one_line(filters.sources[0]), _ROOM))
    if len(filters.articles) > 1:
        return _("{count} articles").format(count=len(filters.articles))
    number = filters.articles[0]
    title = titles.get(number)
    return crop(one_line(title), _ROOM) if title else _("article {number}").format(number=number)


def language_name(language: str) -> str:
    return {
        "zh": _("Chinese"),
        "zh-Hans": _("Simplified Chinese"),
        "zh-Hant": _("Traditional Chinese"),
        "en": _("English"),
    }.get(language, _("other languages"))


class Chip(TranslatedOnMount, Widget, can_focus=True):
    """One filter. Delete, Backspace or a click on its × removes it."""

    PART = N_("Chosen filters")
    BINDINGS: ClassVar[list[BindingType]] = [
        bind("delete,backspace,x", "remove", "chip.remove", N_("Remove"), N_("Ask without this filter")),
        hidden("left", "go(-1)", "chip.before", N_("Previous"), N_("The previous filter")),
        hidden("right", "go(1)", "chip.next", N_("Next"), N_("The next filter, or the question")),
    ]

    @dataclass
    class Removed(Message):
        """The question should be asked without this filter."""

        part: str

    class Passed(Message):
        """The arrows went past the last chip."""

    def __init__(self, part: str, titles: Mapping[int, str]) -> None:
        super().__init__()
        self.part = part
        self.titles = titles

    def render(self) -> Content:
        return Content(in_words(self.part, self.titles) + " ×")

    def translate(self) -> None:
        self.tooltip = _("Delete removes this filter")

    def on_click(self, event: Click) -> None:
        if event.x >= self.region.width - 3:
            self.action_remove()

    def action_remove(self) -> None:
        self.post_message(self.Removed(self.part))

    def action_go(self, step: int) -> None:
        chips = list(self.screen.query(Chip))
        at = chips.index(self) + step
        if at >= len(chips):
            self.post_message(self.Passed())
        elif at >= 0:
            chips[at].focus()


class Chips(HorizontalScroll, can_focus=False):
    """The row of chips, hidden while there is no filter."""

    async def show(self, filters: Filters, titles: Mapping[int, str]) -> None:
        """Show these filters. The focus keeps its place in the row."""
        chips = list(self.query(Chip))
        focused = next((at for at, chip in enumerate(chips) if chip.has_focus), None)
        self.display = bool(filters)
        async with self.batch():
            await self.remove_children()
            await self.mount_all(Chip(part, titles) for part in chip_parts(filters))
        chips = list(self.query(Chip))
        if focused is not None and chips:
            chips[min(focused, len(chips) - 1)].focus()
        elif focused is not None:
            self.post_message(Chip.Passed())
        elif chips:  # the newest is visible, however many there are
            self.call_after_refresh(chips[-1].scroll_visible, animate=False)
