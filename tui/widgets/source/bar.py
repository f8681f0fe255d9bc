"""A line with facts at its left end and links at its right end."""

from __future__ import annotations

from collections.abc import Callable
from typing import ClassVar

from textual.content import Content
from textual.geometry import Size

from index.text.display import wrap
from index.types import Span
from tui.widgets.common.link import Linked, link


class FactBar(Linked):
    """Shows ``left()``, cropped or wrapped to the room that the links of ``right()`` leave.

    Each link is its text, name and number; a text without a name is no link. ``from_end`` crops the start.
    The class is not called Bar, because Textual's styles for its progress bars would apply.
    """

    COMPONENT_CLASSES: ClassVar[set[str]] = {"bar--link"}

    def __init__(
        self,
        left: Callable[[], Content],
        right: Callable[[], list[tuple[str, str, int]]] = list,
        *,
        id: str,
        from_end: bool = False,
    ) -> None:
        super().__init__(id=id)
        self._left, self._right, self._from_end = left, right, from_end

    def get_content_height(self, container: Size, viewport: Size, width: int) -> int:
        return max(1, len(self._wrapped(self._left(), width, self._links().cell_length)))

    def _links(self) -> Content:
        style = self.get_visual_style("bar--link")
        return Content("  ").join(
            Content.assemble(link(text, style, name, number)) if name else Content(text)
            for text, name, number in self._right()
        )

    def _wrapped(self, left: Content, width: int, taken: int) -> list[Span]:
        return wrap(left.plain, max(2, width - taken - 2))

    def render(self) -> Content:
        width, height = self.content_size
        left, right = self._left(), self._links()
        room = max(0, width - right.cell_length - 2)
        spans = self._wrapped(left, width, right.cell_length)
        lines = [left[start:end] for start, end in spans[:height]]
        if len(spans) > height > 0:
            lines[-1] = self._cut(left[spans[height - 1].start :], room)
        first = lines[0] if lines else Content()
        gap = max(1, width - first.cell_length - right.cell_length)
        return Content("\n").join([Content.assemble(first, " " * gap, right).truncate(width), *lines[1:]])

    def _cut(self, text: Content, room: int) -> Content:
        if not self._from_end:
            return text.truncate(room, ellipsis=True)
        while text and text.cell_length > room - 1:
            text = text[1:]
        return Content("…") + text
