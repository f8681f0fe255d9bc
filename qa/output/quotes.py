"""A quote as it is shown: its blocks, and above them what it needs to be understood."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from itertools import groupby, takewhile
from operator import eq
from typing import NamedTuple

from index.text.blocks import CELL, cells, find_blocks
from index.text.display import one_line, printable
from index.text.sentences import BULLETS
from index.types import ASIDE, Block, Kind, Span
from qa.output.layout import Layout, Line
from qa.types import Citation, Context

_HASHES = re.compile(r"\A#{1,6}\s+|\s+#+\Z")
_FENCE = re.compile("^`{3,}")
_ENDED = re.compile(r"[。！？!?…；;：:.][」』”’）)\"'\]]*$")
#: What begins with what it tells of is a line of its own: "To: …".
_LABELLED = re.compile(r"[^\s:：，。,.!?！？|][^:：，。,.!?！？|\n]{0,20}[:：]\s?[^\s/]")
#: From this width on, what stands below one another in a table has the names of its columns beside it.
_NAMED = 18
#: No blank line is shown before these.
_TIGHT = frozenset({Kind.ITEM, Kind.ROW, Kind.CODE})


class Quotation(NamedTuple):
    """``text[quote:]`` is the quote. Before it stand its context, a line each, and the header of its table.

    The blocks of the context are METADATA, which no block of the quote is.
    """

    text: str
    blocks: Sequence[Block]
    quote: int

    @property
    def apart(self) -> bool:
        """Whether blank lines stand around it: it has context, or more than one block."""
        return len(self.blocks) > 1

    def lines(self, layout: Layout, width: int) -> Iterator[Line]:
        """The lines at a width of ``width`` cells, without the rule under a header and blank lines in lists.

        ``layout`` is that of a text as long as ``text``.
        """
        closed = {
            offset
            for above, block in zip(self.blocks, self.blocks[1:], strict=False)
            if block.kind in _TIGHT
            for offset in range(above.end + 1, block.start)
        }
        columns = [block for block in self.blocks if CELL in self.text[block.start : block.end]]
        for line in layout.wrap(width):
            shown = line.start < line.end or not (line.start in closed or line.style == "header")
            if line.style == "header" and len(line.pieces) == 1 and width >= _NAMED:
                # Where columns stand below one another, their names stand beside them.
                shown = shown and not any(block.start <= line.start < block.end for block in columns)
            if shown:
                yield line


class Part(NamedTuple):
    """A piece of a quotation for markup. ``kind`` is ITEM, CODE, ROW, METADATA, or PARAGRAPH for all others.

    ``text`` lacks bullet and fences. ``depth`` counts the items with bullets around it. ``cells`` are those
    of a row; ``header`` rows name the columns.
    """

    kind: Kind
    text: str
    depth: int = 0
    cells: tuple[str, ...] = ()
    header: bool = False


def quotation(quote: str, citation: Citation, above: Citation | None = None, mark: str = "") -> Quotation:
    """The quote with its context, less what is shown already of ``above``, the citation before it.

    A row has the header of its table all the same. ``mark`` stands before each line of context.
    """
    rows = (" ".join(printable(part.text).split("\n")) for part in citation.context if part.role == "header")
    header = "".join(f"{_FENCE.sub('', row.strip())}\n" for row in rows)
    lines = list(context_lines(citation.context))
    if above is not None and above.hit.article.id == citation.hit.article.id:
        shown = list(context_lines(above.context))
        same = sum(1 for _ in takewhile(bool, map(eq, lines, shown)))
        # What stood above more than this quote stands in does not hold for it.
        lines = lines if same == len(lines) < len(shown) else lines[same:]
    lines = [f"{mark}{line}" for line in lines]
    known, at = list[Block](), 0
    for line in lines:
        known.append(Block(Kind.METADATA, at, at + len(line)))
        at += len(line) + 1
    for block in _blocks(quote, citation, header):
        parent = block.parent + len(lines) if block.parent >= 0 else -1
        known.append(block._replace(start=block.start + at, end=block.end + at, parent=parent))
    return Quotation("\n".join([*lines, header + quote]), known, at + len(header))


def bare_quotation(quote: str) -> Quotation:
    """A quote of which nothing else is known."""
    return Quotation(quote, _within(quote, find_blocks(quote)), 0)


def context_lines(context: Sequence[Context]) -> Iterator[str]:
    """The context but for header rows, in reading order; headings one below the other are one line."""
    shown = [part for part in context if part.role != "header"]
    for is_path, parts in groupby(shown, key=lambda part: part.role == "heading"):
        texts = [line for part in parts if (line := one_line(_HASHES.sub("", part.text.strip())))]
        yield from filter(None, [" › ".join(texts)] if is_path else texts)


def _blocks(quote: str, citation: Citation, header: str) -> list[Block]:
    """The blocks of the header rows and the quote below them, whose text is of a passage."""
    if header:
        ends = [at for at, char in enumerate(header) if char == "\n"]
        starts = [0, *(end + 1 for end in ends)]
        marked = [(Span(start, end), Kind.ROW) for start, end in zip(starts, ends, strict=False)]
        return _within(header + quote, find_blocks(header + quote, marked))
    passage, start = citation.hit.passage, citation.start - citation.hit.passage.start
    if passage.text[start : start + len(quote)] != quote:
        return _within(quote, find_blocks(quote))
    return _within(quote, find_blocks(passage.text), start)


def _within(text: str, blocks: Sequence[Block], begin: int = 0) -> list[Block]:
    """The parts of the blocks that are of ``text``, which begins at the offset ``begin``, as blocks of it.

    Of an item, row or the like that is cut, a paragraph remains. A line that ends within a sentence goes on.
    """
    found, places = list[Block](), dict[int, int]()
    for number, block in enumerate(blocks):
        start, end = max(0, block.start - begin), min(len(text), block.end - begin)
        if start >= end:
            continue
        kind = block.kind
        cut = block.start < begin or (kind is Kind.ROW and block.end - begin > end)
        if kind in ASIDE or (cut and kind is not Kind.CODE) or (kind is Kind.HEADING and not block.marker):
            kind = Kind.PARAGRAPH
        marker = 0 if cut or kind is Kind.PARAGRAPH else min(block.marker, end - start)
        above = found[-1] if found else Block(Kind.CODE, 0, 0)
        next_line = kind is above.kind is Kind.PARAGRAPH and text[above.end : start] == "\n"
        goes_on = next_line and not _LABELLED.match(text, start, end)
        if goes_on and not _ENDED.search(text, max(0, above.end - 8), above.end):
            places[number] = len(found) - 1
            found[-1] = above._replace(end=end)
            continue
        places[number] = len(found)
        found.append(Block(kind, start, end, block.level, marker, places.get(block.parent, -1)))
    return found


def parts(of: Quotation) -> Iterator[Part]:
    """The pieces of a quotation, in order."""
    depths = dict[int, int]()
    if not of.blocks or of.blocks[-1].end <= of.quote:
        yield Part(Kind.PARAGRAPH, of.text[of.quote :])
    for number, block in enumerate(of.blocks):
        text, depth = of.text[block.start : block.end], depths.get(block.parent, 0)
        label = text[: block.marker].strip()
        bullet = block.kind is Kind.ITEM and label in BULLETS
        depths[number] = depth + bullet
        if block.kind is Kind.ROW:
            row = tuple(of.text[slice(*cell)] for cell in cells(of.text, block))
            yield Part(Kind.ROW, text, depth, row, block.level > 0)
        elif block.kind is Kind.CODE:
            lines = text[block.marker :].split("\n")
            closed = block.marker and not lines[-1].strip("` ")
            yield Part(Kind.CODE, "\n".join(lines[:-1] if closed else lines), depth)
        elif block.kind is Kind.METADATA:
            yield Part(Kind.METADATA, text)
        else:
            marker = block.marker if bullet or block.kind is Kind.HEADING else 0
            yield Part(Kind.ITEM if bullet else Kind.PARAGRAPH, text[marker:], depth)
