"""A quote in the other language, with what its words mean beneath them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import ClassVar, NamedTuple

from textual.content import Content
from textual.geometry import Size
from textual.reactive import reactive
from textual.widget import Widget

from index.text.display import NO_START, cells
from qa.types import Gloss

#: Cells between two columns of a language that writes words apart.
_GAP = " "


class Column(NamedTuple):
    """A stretch of the quote above its gloss, "" for none."""

    text: str
    gloss: str

    @property
    def needs(self) -> int:
        """Cells that it takes at the end of a row."""
        return max(cells(self.text.rstrip()), cells(self.gloss))

    @property
    def width(self) -> int:
        return max(cells(self.text), cells(self.gloss) + len(_GAP) if self.gloss else 0)


class Glossed(Widget):
    """``text`` is printable; ``glosses`` are in reading order and do not overlap."""

    COMPONENT_CLASSES: ClassVar[set[str]] = {"glossed--gloss", "glossed--label"}

    glosses: reactive[Sequence[Gloss]] = reactive[Sequence[Gloss]]((), layout=True)

    def __init__(
        self, text: str, glosses: Sequence[Gloss] = (), *, label: str = "", name: str | None = None
    ) -> None:
        """``label`` is before the first line; the others are indented."""
        super().__init__(name=name)
        self.text, self._label = text, label
        self.set_reactive(Glossed.glosses, glosses)

    def get_content_height(self, container: Size, viewport: Size, width: int) -> int:
        return sum(2 if any(column.gloss for column in row) else 1 for row in self.rows(width))

    def render(self) -> Content:
        gloss = self.get_visual_style("glossed--gloss", partial=True)
        before = Content.styled(self._label, self.get_visual_style("glossed--label", partial=True))
        indent = " " * before.cell_length
        lines: list[Content] = []
        for row in self.rows(self.content_size.width):
            text = "".join(_padded(column.text, column.width) for column in row)
            lines.append(Content.assemble(indent if lines else before, text.rstrip()))
            if any(column.gloss for column in row):
                under = "".join(_padded(column.gloss, column.width) for column in row)
                lines.append(Content.styled(indent + under.rstrip(), gloss))
        return Content("\n").join(lines)

    def rows(self, width: int) -> list[list[Column]]:
        """The columns of each row in ``width`` cells, with the label."""
        return list(_rows(_columns(self.text, self.glosses), max(2, width - cells(self._label))))


def _rows(columns: Iterable[Column], width: int) -> Iterator[list[Column]]:
    row: list[Column] = []
    used = 0
    for column in (piece for whole in columns for piece in _cut(whole, width)):
        if row and used + column.needs > width:
            yield row
            row, used = [], 0
        row.append(column)
        used += column.width
    if row:
        yield row


def _columns(text: str, glosses: Sequence[Gloss]) -> Iterator[Column]:
    """The text cut at its glosses. What is between them has no gloss and may break anywhere."""
    at = 0
    starts = [*(gloss.start for gloss in glosses[1:]), len(text)]
    for gloss, following in zip(glosses, starts, strict=False):
        yield from (Column(piece, "") for piece in _breakable(text[at : gloss.start]))
        at = gloss.end
        while at < following and text[at] in NO_START:  # closing marks stay with what they close
            at += 1
        yield Column(text[gloss.start : at], gloss.gloss)
    yield from (Column(piece, "") for piece in _breakable(text[at:]))


def _breakable(text: str) -> Iterator[str]:
    """Words with the spaces after them; wide characters one by one, closing marks with what they close."""
    piece = ""
    for char in text:
        wide = cells(char) > 1
        ends = piece.endswith(" ") or (piece and (wide or cells(piece[-1]) > 1))
        if ends and char not in NO_START and char != " ":
            yield piece
            piece = ""
        piece += char
    if piece:
        yield piece


def _cut(column: Column, width: int) -> Iterator[Column]:
    """``column`` in pieces that fit ``width`` cells; the first has the gloss, cropped where it is longer."""
    gloss = column.gloss
    while cells(gloss) > width:
        gloss = gloss[:-1]
    text, piece = column.text, ""
    for char in text:
        if cells(piece + char) > width:
            yield Column(piece, gloss)
            piece, gloss = "", ""
        piece += char
    yield Column(piece, gloss)


def _padded(text: str, width: int) -> str:
    return text + " " * (width - cells(text))
