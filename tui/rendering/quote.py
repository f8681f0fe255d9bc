"""A quotation on screen: laid out by its blocks, its context dimmed above it, its number beside it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from textual.content import Content
from textual.css.styles import RulesMap
from textual.strip import Strip
from textual.style import Style
from textual.visual import RenderOptions

from index.types import Kind
from qa.output.layout import Layout, Piece
from qa.output.layout import Line as LaidLine
from qa.output.quotes import Quotation
from tui.rendering.prose import Line, Prose, beside, selected


class QuoteProse(Prose):
    """``content`` is styled text as long as that of ``quoted``.

    The ``label`` hangs at the left of the first line of the quote, and the ``tail`` follows the last one.
    Decorations are in the style of the context.
    """

    def __init__(
        self, content: Content, label: Content, quoted: Quotation, context: Style, tail: Content | None = None
    ) -> None:
        for block in quoted.blocks:
            if block.kind is Kind.HEADING:
                content = content.stylize("bold", block.start, block.end)
        super().__init__(content.stylize(context, 0, quoted.quote), label)
        self.tail = tail or Content()
        self._quoted, self._context = quoted, context
        self._layout = Layout(content.plain, quoted.blocks)
        self._laid: tuple[int, list[LaidLine]] = (0, [])

    def laid(self, width: int) -> list[LaidLine]:
        """The lines of the text in ``width`` cells. One without text is for the tail."""
        room = max(2, width - self._gutter)
        if self._laid[0] != room:
            lines = list(self._quoted.lines(self._layout, room))
            if self.tail and sum(map(_cells, lines[-1].pieces)) + self.tail.cell_length > room:
                end = len(self.content)
                lines.append(LaidLine(end, end, "text", ()))
            self._laid = room, lines
        return self._laid[1]

    def get_height(self, rules: RulesMap, width: int) -> int:
        return len(self.laid(width))

    def render_strips(
        self, width: int, height: int | None, style: Style, options: RenderOptions
    ) -> list[Strip]:
        plain = replace(options, rules={"text_wrap": "nowrap"}, selection=None)
        strips: list[Strip] = []
        label = self.label
        lines = self.laid(width)
        for number, line in enumerate(lines[:height]):
            named = label if line.start >= self._quoted.quote else None
            label = None if named else label
            pieces = [strip for piece in line.pieces for strip in self._piece(piece, style, options, plain)]
            if number == len(lines) - 1 and self.tail:
                pieces += self.tail.render_strips(self.tail.cell_length, 1, style, plain)
            strips.append(Strip.join([*beside(named, self._gutter, style, plain), *pieces]))
        return strips

    def _piece(
        self, piece: Piece, style: Style, options: RenderOptions, plain: RenderOptions
    ) -> Iterator[Strip]:
        if not piece.text:
            return
        if piece.start < 0:
            yield from Content.styled(piece.text, self._context).render_strips(_cells(piece), 1, style, plain)
            return
        end = piece.start + len(piece.text)
        content = self.content[piece.start : end]
        if content.plain != piece.text:
            content = Content(piece.text)  # a line break that is shown as a space
        column, paragraph = self._layout.place(piece.start)
        content = selected(
            content, Line(piece.start, end, paragraph, column), options.selection, options.selection_style
        )
        for strip in content.render_strips(_cells(piece), 1, style, plain):
            yield strip.apply_offsets(column, paragraph)


def _cells(piece: Piece) -> int:
    return Content(piece.text).cell_length
