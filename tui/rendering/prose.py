"""Running text in Chinese and English, wrapped by the rules of both.

Textual breaks lines at spaces alone, which leaves a Chinese sentence after an English word on a line
of its own and puts full stops at the start of lines.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import NamedTuple

from rich.cells import cell_len
from rich.segment import Segment
from textual.content import Content
from textual.css.styles import RulesMap
from textual.selection import Selection
from textual.strip import Strip
from textual.style import Style
from textual.visual import RenderOptions, Visual
from textual.widget import Widget

from index.text.display import wrap
from index.types import Span


class Line(NamedTuple):
    """``text[start:end]``. It starts in this ``paragraph`` at this ``column``, as text selections count."""

    start: int
    end: int
    paragraph: int
    column: int


class Prose(Visual):
    """Styled text. A ``label`` hangs at the left of its first line."""

    def __init__(self, content: Content, label: Content | None = None) -> None:
        self.content = content
        self.label = label
        self._gutter = label.cell_length + 1 if label is not None else 0
        self._lines: tuple[int, list[Line]] = (0, [])

    def lines(self, width: int) -> list[Line]:
        """The lines of the text in ``width`` cells."""
        room = max(2, width - self._gutter)
        if self._lines[0] != room:
            self._lines = room, _lines(self.content.plain, room)
        return self._lines[1]

    def get_optimal_width(self, rules: RulesMap, container_width: int) -> int:
        return max((cell_len(line) for line in self.content.plain.split("\n")), default=0) + self._gutter

    def get_height(self, rules: RulesMap, width: int) -> int:
        return len(self.lines(width))

    def render_strips(
        self, width: int, height: int | None, style: Style, options: RenderOptions
    ) -> list[Strip]:
        lines = self.lines(width)[:height]
        plain = replace(options, rules={"text_wrap": "nowrap"}, selection=None)
        strips: list[Strip] = []
        for line, piece in zip(lines, _pieces(self.content, lines), strict=True):
            piece = selected(piece, line, options.selection, options.selection_style)
            rendered = piece.render_strips(max(1, width - self._gutter), 1, style, plain)
            strip = rendered[0].apply_offsets(line.column, line.paragraph)
            label = self.label if self.label is not None and not strips else None
            strips.append(Strip.join([*beside(label, self._gutter, style, plain), strip]))
        return strips


def beside(label: Content | None, gutter: int, style: Style, options: RenderOptions) -> list[Strip]:
    """What is shown in a gutter of so many cells to the left of a line."""
    if not gutter:
        return []
    strips = label.render_strips(gutter - 1, 1, style, options)[:1] if label is not None else []
    return [*strips, Strip([Segment(" " * (1 if strips else gutter), style.rich_style)])]


def _lines(text: str, width: int) -> list[Line]:
    lines: list[Line] = []
    start = 0
    for number, paragraph in enumerate(text.split("\n")):
        for left, right in wrap(paragraph, width) or [Span(0, 0)]:
            lines.append(Line(start + left, start + right, number, left))
        start += len(paragraph) + 1
    return lines


def _pieces(content: Content, lines: Sequence[Line]) -> list[Content]:
    """The content of each line, in one pass over the spans."""
    cuts = sorted({offset for line in lines for offset in (line.start, line.end)} - {0, len(content)})
    parts = content.divide(cuts) if cuts else [content]
    starts = dict(zip([0, *cuts], parts, strict=True))
    return [starts[line.start] if line.end > line.start else Content() for line in lines]


def selected(piece: Content, line: Line, selection: Selection | None, style: Style | None) -> Content:
    """``piece``, the text of ``line``, with what is selected of it in ``style``."""
    span = selection.get_span(line.paragraph) if selection is not None else None
    if span is None or style is None:
        return piece
    start, end = span[0] - line.column, len(piece) if span[1] == -1 else span[1] - line.column
    return piece.stylize(style, max(0, start), end) if end > max(0, start) else piece


class ProseView(Widget):
    """A widget that shows one `Prose`. Selected text is copied as it was before wrapping."""

    def __init__(self, text: str = "", *, id: str | None = None, classes: str | None = None) -> None:
        super().__init__(id=id, classes=classes)
        self.text = text
        self._prose: Prose | None = None

    def build(self) -> Prose:
        """The prose in the current styles. Subclasses mark it up."""
        return Prose(Content(self.text))

    @property
    def prose(self) -> Prose:
        if self._prose is None:
            self._prose = self.build()
        return self._prose

    def translate(self) -> None:
        """Build the prose again: the language, or what `build` reads, has changed."""
        self._prose = None
        self.refresh(layout=True)

    def notify_style_update(self) -> None:
        super().notify_style_update()
        self._prose = None

    def render(self) -> Prose:
        return self.prose

    def get_selection(self, selection: Selection) -> tuple[str, str] | None:
        return selection.extract(self.prose.content.plain), "\n"
