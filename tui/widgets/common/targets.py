"""What can be focused or pressed on a screen, with a label of one or two letters for each."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from rich.style import Style
from textual.errors import NoWidget
from textual.events import Click
from textual.geometry import Offset, Region
from textual.screen import Screen
from textual.widget import Widget
from textual.widgets import Button

from index.text.fold import fold_text
from tui.state.pinyin import initials, pattern
from tui.widgets.common.base import FocusLine
from tui.widgets.common.keybar import KeyBar

#: The letters of labels, those under the fingers first. No pinyin begins with the last three.
_LETTERS = "asdfghjklqwertyopzxcbnmiuv"
_PINYIN = _LETTERS[:-3]
#: What in a style can be clicked: links, numbers of citations, what is folded, headings.
_CLICKED = ("@click", "number", "citation", "fold", "heading")


@dataclass(frozen=True, slots=True)
class Target:
    """A ``widget``, or the part of it that looks like ``style`` and can be clicked; ``at`` on the screen."""

    widget: Widget
    at: Offset
    style: Style | None = None

    def press(self) -> None:
        """Focus it, and do what a click does unless that would only move a cursor."""
        if not self.widget.is_mounted:
            return
        if self.widget.focusable:
            self.widget.focus()
        if self.style is not None or isinstance(self.widget, Button | FocusLine) or _is_touched(self.widget):
            x, y = self.at - self.widget.region.offset
            click = Click(self.widget, x, y, 0, 0, 1, False, False, False, *self.at, self.style)
            self.widget.post_message(click)


def targets(screen: Screen[Any]) -> list[Target]:
    """The targets in view, from top to bottom and from left to right, no two in one place."""
    taken: dict[Offset, Target] = {}
    for widget, region in _in_view(screen):
        parts = [*_parts(widget, region)]
        for part in parts:
            taken.setdefault(part.at, part)
        if (widget.focusable or _is_touched(widget)) and not (parts and isinstance(widget, FocusLine)):
            free = (Offset(x, region.y) for x in range(region.x, region.right, 2))
            at = next((place for place in free if place not in taken), None)
            if at is not None:
                taken[at] = Target(widget, at)
    return sorted(taken.values(), key=lambda target: (target.at.y, target.at.x))


def _is_touched(widget: Widget) -> bool:
    """Whether it is there for the mouse alone."""
    return widget.has_class("touch") or widget.has_class("pressable")


def _in_view(screen: Screen[Any]) -> Iterator[tuple[Widget, Region]]:
    """The widgets in view, the inner ones before those around them; the bar of keys tells its own keys."""
    for widget in reversed([*screen.walk_children(Widget)]):
        if widget.is_scrollable and not widget.can_focus:
            continue
        try:
            region = screen.find_widget(widget).visible_region
            top = screen.get_widget_at(*region.offset)[0] if region else None
        except NoWidget:
            continue
        if top is not None and not isinstance(widget, KeyBar) and widget in (top, *top.ancestors):
            yield widget, region


def _parts(widget: Widget, region: Region) -> Iterator[Target]:
    """The parts of a widget that can be clicked, each where it begins."""
    if widget.children:
        return
    seen: set[str] = set()
    for y, strip in enumerate(widget.render_lines(region.translate(-widget.region.offset)), region.y):
        x = region.x
        for segment in strip:
            meta = segment.style.meta if segment.style is not None else {}
            name = repr([(key, meta[key]) for key in _CLICKED if key in meta])
            if any(key in meta for key in _CLICKED) and name not in seen:
                seen.add(name)
                yield Target(widget, Offset(x, y), segment.style)
            x += segment.cell_length


def labels(count: int) -> list[str]:
    """So many labels, of one letter while there are enough; none begins another."""
    if count <= len(_LETTERS):
        return list(_LETTERS[:count])
    first = 0
    while len(_PINYIN) - first + first * len(_PINYIN) < count:
        first += 1
    single, double = _PINYIN[: len(_PINYIN) - first], _PINYIN[len(_PINYIN) - first :]
    return [*single, *(one + two for one in double for two in _PINYIN)][:count]


def meant(typed: str, label: str) -> bool:
    """Whether ``typed`` is the label, or the beginning of it.

    An input method for Chinese passes characters on: each stands for the letter that its pinyin begins with.
    """
    return re.fullmatch(pattern(label[: len(typed)]), initials(fold_text(typed))) is not None
