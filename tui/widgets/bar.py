"""A line with facts at its left end and links at its right end."""

from __future__ import annotations

from collections.abc import Callable
from typing import ClassVar

from textual.content import Content

from tui.widgets.link import Linked, link


class Bar(Linked):
    """``left`` is cut where the room ends, ``right`` is not: name, number and text of each link.

    Both are asked anew on each render. A text without a name is shown as it is.
    """

    COMPONENT_CLASSES: ClassVar[set[str]] = {"bar--link"}

    def __init__(
        self, left: Callable[[], Content], right: Callable[[], list[tuple[str, str, int]]], *, id: str
    ) -> None:
        super().__init__(id=id)
        self._left, self._right = left, right

    def translate(self) -> None:
        self.refresh()

    def render(self) -> Content:
        style, width = self.get_visual_style("bar--link"), self.content_size.width
        links = [
            Content.assemble(link(text, style, name, number)) if name else Content(text)
            for text, name, number in self._right()
        ]
        right = Content("  ").join(links)
        left = self._left().truncate(max(0, width - right.cell_length - 2), ellipsis=True)
        gap = max(1, width - left.cell_length - right.cell_length)
        return Content.assemble(left, " " * gap, right).truncate(width)
