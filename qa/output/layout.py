"""Lays out an article by its blocks, in lines of any width: a whole book while a terminal is resized.

Headings lose their "#", items get bullets, rows columns, code loses its fences. All that is text of the
article keeps its offset there; bullets, bars and rules have none.
"""

from __future__ import annotations

import re
from array import array
from bisect import bisect_right
from collections.abc import Collection, Iterator, MutableSequence, Sequence
from itertools import takewhile
from typing import NamedTuple

from index.text.blocks import cells as cells_of
from index.text.display import NO_END, NO_START, cells, crop
from index.text.sentences import BULLETS
from index.types import ASIDE, Block, Kind, Span

#: Kinds of block that are folded.
_FOLDED = frozenset({Kind.DEBRIS, Kind.REFERENCE})
#: A prefix is left out where it would take more than one of so many parts of the line. None is wider.
_SHARE, _WIDEST_PREFIX = 2, 16
#: What is shown in the place of `BULLETS`.
_BULLET, _INNER_BULLET = "• ", "◦ "
#: What stands between two columns and crosses the rule, and the least width of a column that is narrowed.
_BETWEEN, _CROSSING, _LEAST_COLUMN = " │ ", "─┼─", 12
#: Columns are named beside their cells if there is this much room for the names.
_LEAST_LABEL = 6
#: A line break within a block, which a wider line makes a space, or nothing between wide characters.
_JOINT = re.compile(" *\n *")
#: In place of the number of a line in its unit: a fold, the rule under a header row, the gap after a row.
_FOLD, _RULE, _GAP = -1, -2, -3


class Piece(NamedTuple):
    """What stands on a line: text of the article that starts at ``start`` there, or a decoration (-1)."""

    text: str
    start: int = -1


class Line(NamedTuple):
    """A line as it is shown; the offsets of its pieces are in ``start:end``.

    ``style`` is "text", "heading1" to "heading3", "code", "quotation", "question", "caption", "header" or
    "aside". ``run`` is the number of the run that the line is of, -1 for none; ``fold``: it stands for the
    run, and has no pieces.
    """

    start: int
    end: int
    style: str
    pieces: tuple[Piece, ...]
    run: int = -1
    fold: bool = False


class Run(NamedTuple):
    """Blocks that are folded together: as many as ``lines``, all debris or all references.

    ``first`` and ``last`` are places in `Layout.units`; the last is not of the run.
    """

    span: Span
    kind: Kind
    lines: int
    first: int
    last: int


class _Unit(NamedTuple):
    """What is wrapped by itself: ``text[start:end]``.

    Before its first line stands ``first``, before the others ``rest``. ``table`` is the number of the table
    that a row is of, -1 for none.
    """

    start: int
    end: int
    style: str = "text"
    first: str = ""
    rest: str = ""
    table: int = -1


class Layout:
    """``text`` with its ``blocks``, measured once so that it can be wrapped to any width.

    Lines break where those of `index.text.display.wrap` do. That function looks at every character for each
    width. Here numpy arrays hold the cells before each character and the last possible break, so that a line
    takes two look-ups: 5 million characters take 0.2 s instead of 3.5.
    """

    def __init__(self, text: str, blocks: Sequence[Block] = ()) -> None:
        self.text = text
        #: The offset at which each line of the text starts.
        self.paragraphs = array("i", [0])
        self.units: list[_Unit] = []
        self.runs: list[Run] = []
        #: The rows of each table, each as its cells, and how many of them are header rows.
        self.tables: list[tuple[list[list[Span]], int]] = []
        #: Cells before each character; the last offset up to each character at which a line may break.
        self.before = self._last = memoryview(array("i", [0]))
        joints = self._divide(blocks)
        if text:
            self._measure(joints)

    def place(self, offset: int) -> tuple[int, int]:
        """The column and the number of the line of the text that ``offset`` is on."""
        paragraph = bisect_right(self.paragraphs, offset) - 1
        return offset - self.paragraphs[paragraph], paragraph

    def wrap(self, width: int, unfolded: Collection[int] = ()) -> Lines:
        """The lines at a width of ``width`` cells, at least 2. ``unfolded`` are numbers of runs."""
        return Lines(self, width, unfolded)

    def fill(
        self,
        span: Span,
        first: int,
        rest: int,
        starts: MutableSequence[int],
        ends: MutableSequence[int],
        *,
        code: bool = False,
    ) -> int:
        """Add the lines of the text of ``span``, of ``first`` cells and then ``rest``. Returns their number.

        ``code`` keeps its indentation.
        """
        (start, end), width, lines = span, first, 0
        text, before, last = self.text, self.before, self._last
        least = start
        if code:
            least += len(text[start:end]) - len(text[start:end].lstrip(" "))
        while start < end:
            if text[start] in " \n" and start >= least:
                start += 1
                continue
            reach = min(end, start + width) + 1
            while reach <= end and before[reach - 1] - before[start] <= width:
                reach = min(end, reach + width) + 1  # marks take no room
            best = bisect_right(before, before[start] + width, start + 1, reach) - 1
            if best < end:
                best = last[best] if last[best] > max(start, least) else max(best, start + 1)
            starts.append(start)
            ends.append(start + len(text[start:best].rstrip(" \n")))
            start, width, least, lines = best, rest, 0, lines + 1
        return lines

    def pieces(self, start: int, end: int) -> Iterator[Piece]:
        """``text[start:end]``; a line break in it is a space, or nothing beside a wide character."""
        at = start
        if "\n" in (part := self.text[start:end]):
            for joint in _JOINT.finditer(part):
                left, right = start + joint.start(), start + joint.end()
                yield Piece(self.text[at:left], at)
                if self.before[right] > self.before[left]:
                    yield Piece(" ", left)
                at = right
        yield Piece(self.text[at:end], at)

    # Dividing

    def _divide(self, blocks: Sequence[Block]) -> list[Span]:
        """Find the units, runs and tables. Returns the line breaks within blocks."""
        text, joints = self.text, list[Span]()
        hangs: dict[int, str] = {}
        at, run_kind = 0, None
        for number, block in enumerate(blocks):
            if not at <= block.start <= block.start + block.marker <= block.end <= len(text):
                continue  # the library is damaged
            gap = len(self.units)
            self._add_lines(at, block.start)
            first = len(self.units)
            self._add_block(number, blocks, hangs, new_table=gap < first)
            if block.kind is not Kind.CODE and text.find("\n", block.start, block.end) >= 0:
                joints += (Span(*m.span()) for m in _JOINT.finditer(text, block.start, block.end))
            at = block.end
            if block.kind in _FOLDED:
                if block.kind is not run_kind:
                    self.runs.append(Run(Span(block.start, at), block.kind, 0, first, first))
                run = self.runs[-1]
                self.runs[-1] = run._replace(
                    span=Span(run.span.start, at), lines=run.lines + 1, last=len(self.units)
                )
            run_kind = block.kind
        self._add_lines(at, len(text))
        return joints

    def _add_lines(self, start: int, end: int) -> None:
        """The lines outside of blocks: blank ones, and all lines of a text without blocks."""
        parts = self.text[start:end].split("\n")
        for number, part in enumerate(parts):
            beside = (number == 0 and start > 0) or (number == len(parts) - 1 and end < len(self.text))
            if part.strip() or not beside:
                self.units.append(_Unit(start, start + len(part)))
            start += len(part) + 1

    def _add_block(
        self, number: int, blocks: Sequence[Block], hangs: dict[int, str], *, new_table: bool
    ) -> None:
        text, block = self.text, blocks[number]
        kind, start, end, level, marker, parent, *_ = block
        indent = hangs.get(parent, "")
        first = rest = indent
        style: str = "aside" if kind in ASIDE else kind.value if kind.value in _STYLED else "text"
        if kind is Kind.CODE:
            self._add_code(block, indent + "  ")
            return
        if kind is Kind.ROW:
            before = blocks[number - 1] if number and self.tables and not new_table else None
            if before is None or before.kind is not kind or before.level < level:
                self.tables.append(([], 0))
            rows, headers = self.tables[-1]
            rows.append(cells_of(text, block))
            self.tables[-1] = rows, headers + (level > 0)
            self.units.append(
                _Unit(start, end, "header" if level > 0 else "text", indent, indent, len(self.tables) - 1)
            )
            return
        if kind is Kind.HEADING:
            start += marker
            style = f"heading{min(3, max(1, level))}"
        elif kind is Kind.ITEM:
            label = text[start : start + marker].strip()
            if label in BULLETS:
                start += marker
                first = indent + (_INNER_BULLET if level else _BULLET)
                rest = indent + "  "
            else:
                rest = indent + " " * (cells(label.replace("\n", "")) + 1)
            hangs[number] = rest = rest[:_WIDEST_PREFIX]
        elif kind is Kind.QUOTATION:
            first = rest = indent + "│ "
        self.units.append(_Unit(start, end, style, first, rest))

    def _add_code(self, block: Block, prefix: str) -> None:
        start, end = block.start + block.marker, block.end
        closing = self.text.rfind("\n", start - 1, end) + 1
        if block.marker and not self.text[closing:end].strip("` "):
            end = closing - 1
        for line in self.text[start : max(start, end)].split("\n") if end >= start else ():
            rest = prefix + " " * (len(line) - len(line.lstrip(" ")))
            self.units.append(_Unit(start, start + len(line), "code", prefix, rest[:_WIDEST_PREFIX]))
            start += len(line) + 1

    def _measure(self, joints: Sequence[Span]) -> None:
        import numpy as np  # the engine has loaded it by the time that there is something to read

        text, size = self.text, len(self.text)
        codes = np.frombuffer(text.encode("utf-32-le", "surrogatepass"), dtype="<u4")
        present = np.flatnonzero(np.bincount(codes))
        chars = [chr(code) for code in present.tolist()]
        table = np.zeros(int(present[-1]) + 1, dtype=np.uint8)
        starts, ends = np.zeros_like(table, dtype=bool), np.zeros_like(table, dtype=bool)
        table[present] = [cells(char) for char in chars]
        starts[present] = [char not in NO_START for char in chars]
        ends[present] = [char not in NO_END for char in chars]

        widths, space = table[codes], codes == 32
        for start, end in joints:
            narrow = start == 0 or (widths[start - 1] < 2 and widths[end] < 2)
            widths[start:end], space[start:end] = 0, False
            widths[start], space[start] = narrow, narrow
        before = np.zeros(size + 1, dtype=np.int32)
        np.cumsum(widths, out=before[1:])
        wide = widths == 2
        breaks = (space[:-1] | wide[:-1] | wide[1:]) & starts[codes[1:]] & ends[codes[:-1]] | space[1:]
        last = np.zeros(size + 1, dtype=np.int32)
        last[1:size] = np.where(breaks, np.arange(1, size, dtype=np.int32), 0)
        self.before, self._last = before.data, np.maximum.accumulate(last).data
        self.paragraphs.extend((np.flatnonzero(codes == 10) + 1).tolist())


#: Kinds whose lines have a style of their own.
_STYLED = frozenset({"quotation", "question", "caption"})


class Lines:
    """The lines of a layout at one width, by number."""

    def __init__(self, layout: Layout, width: int, unfolded: Collection[int]) -> None:
        self._layout, self._width = layout, width
        self._starts, self._ends = array("i"), array("i")
        self._units, self._parts = array("i"), array("i")
        self._grids: dict[int, _Grid] = {}
        #: The first unit of each run.
        self._runs = [run.first for run in layout.runs]
        runs = dict(zip(self._runs, enumerate(layout.runs), strict=True))
        number = 0
        while number < len(layout.units):
            if number in runs:
                place, run = runs[number]
                folded = place not in unfolded
                self._add(run.span.start, run.span.end if folded else run.span.start, number, _FOLD)
                if folded:
                    number = run.last
                    continue
            self._wrap(number)
            number += 1

    def _wrap(self, number: int) -> None:
        unit = self._layout.units[number]
        if unit.table >= 0:
            grid = self._grid(unit, number)
            for part in range(grid.height(number)):
                self._add(unit.start, unit.end, number, part)
            if (gap := grid.after(number)) is not None:
                self._add(unit.end, unit.end, number, gap)
            return
        first, rest = self._prefixes(unit)
        span = Span(unit.start, unit.end)
        room, code = self._width, unit.style == "code"
        lines = self._layout.fill(
            span, room - len(first), room - len(rest), self._starts, self._ends, code=code
        )
        if lines:
            self._units.extend([number] * lines)
            self._parts.extend(range(lines))
        else:
            self._add(unit.start, unit.start, number, 0)

    def _add(self, start: int, end: int, unit: int, part: int) -> None:
        self._starts.append(start)
        self._ends.append(end)
        self._units.append(unit)
        self._parts.append(part)

    def _prefixes(self, unit: _Unit) -> tuple[str, str]:
        """What stands before the lines of a unit; nothing if there is little room."""
        if unit.rest and max(len(unit.first), len(unit.rest)) * _SHARE > self._width:
            return "", ""
        return unit.first, unit.rest

    def _grid(self, unit: _Unit, number: int) -> _Grid:
        if (grid := self._grids.get(unit.table)) is None:
            indent = self._prefixes(unit)[0]
            rows, headers = self._layout.tables[unit.table]
            grid = self._grids[unit.table] = _Grid(self._layout, rows, headers, number, indent, self._width)
        return grid

    def __len__(self) -> int:
        return len(self._starts)

    def __iter__(self) -> Iterator[Line]:
        return map(self.__getitem__, range(len(self)))

    def __getitem__(self, number: int) -> Line:
        place, part = self._units[number], self._parts[number]
        start, end, unit = self._starts[number], self._ends[number], self._layout.units[place]
        run = bisect_right(self._runs, place) - 1
        if run >= 0 and place >= self._layout.runs[run].last:
            run = -1
        if part == _FOLD:
            return Line(start, end, "aside", (), run, fold=True)
        if unit.table >= 0:
            pieces = self._grid(unit, place).pieces(place, part)
            if spans := [
                (piece.start, piece.start + len(piece.text)) for piece in pieces if piece.start >= 0
            ]:
                start, end = min(spans)[0], max(end for _, end in spans)
            return Line(start, end, unit.style, pieces, run)
        prefix = self._prefixes(unit)[min(part, 1)]
        shown = self._layout.pieces(start, end) if start < end else ()
        return Line(start, end, unit.style, (*([Piece(prefix)] if prefix else ()), *shown), run)

    def line_of(self, offset: int) -> int:
        """The number of the line with the character at ``offset``; 0 for an empty text."""
        number = max(0, min(bisect_right(self._ends, offset), len(self) - 1))
        place = self._units[number] if len(self) else -1
        if place >= 0 and self._layout.units[place].table >= 0:
            same = takewhile(lambda n: n < len(self) and self._units[n] == place, range(number, len(self)))
            for other in same:
                if any(
                    0 <= piece.start <= offset < piece.start + len(piece.text) for piece in self[other].pieces
                ):
                    return other
        return number


class _Grid:
    """A table at one width: its columns side by side, or one below the other where they have no room."""

    def __init__(
        self,
        layout: Layout,
        rows: Sequence[Sequence[Span]],
        headers: int,
        first: int,
        indent: str,
        width: int,
    ) -> None:
        self._layout, self._rows, self._headers, self._first = layout, rows, headers, first
        self._indent, self._room = indent, max(2, width - len(indent))
        needed = [0] * max(map(len, rows))
        for row in rows:
            for column, cell in enumerate(row):
                needed[column] = max(needed[column], self._cells(cell))
        room = self._room - len(_BETWEEN) * (len(needed) - 1)
        self._fits = sum(needed) <= room
        self._widths = needed if self._fits else _narrowed(needed, room)
        self._labels: Sequence[str] = ()
        if not self._widths and headers and (most := self._room // 3) >= _LEAST_LABEL:
            labels = [layout.text[slice(*cell)] for cell in rows[headers - 1]]
            self._labels = [crop(label, most) for label in labels]
        self._made: tuple[int, list[tuple[Piece, ...]]] = (-1, [])

    def _cells(self, span: Span) -> int:
        return self._layout.before[span.end] - self._layout.before[span.start]

    def height(self, unit: int) -> int:
        """The number of lines of the row."""
        if self._fits:
            return 1
        row = self._rows[unit - self._first]
        if not self._widths:
            return len(self._lines(unit))
        return max(
            [1, *(self._layout.fill(cell, width, width, [], []) for cell, width in self._columns(row))]
        )

    def _columns(self, row: Sequence[Span]) -> Iterator[tuple[Span, int]]:
        return zip(row, self._widths, strict=False)

    def _cell(self, cell: Span, width: int) -> list[Span]:
        """The lines of a cell."""
        starts: list[int] = []
        ends: list[int] = []
        self._layout.fill(cell, width, width, starts, ends)
        return list(map(Span, starts, ends))

    def after(self, unit: int) -> int | None:
        """What stands under the row: the rule, or the gap to the next row."""
        row = unit - self._first
        if row == self._headers - 1:
            return _RULE
        return _GAP if not self._widths and self._headers <= row < len(self._rows) - 1 else None

    def pieces(self, unit: int, part: int) -> tuple[Piece, ...]:
        if part == _GAP:
            return ()
        if part == _RULE:
            rule = _CROSSING.join("─" * width for width in self._widths) or "─" * min(self._room, 90)
            return (Piece(self._indent + rule),)
        return self._lines(unit)[part]

    def _lines(self, unit: int) -> list[tuple[Piece, ...]]:
        if self._made[0] != unit:
            row = unit - self._first
            made = self._beside(self._rows[row]) if self._widths else self._below(row)
            self._made = unit, [tuple(line) for line in made]
        return self._made[1]

    def _beside(self, row: Sequence[Span]) -> Iterator[list[Piece]]:
        columns = [self._cell(cell, width) for cell, width in self._columns(row)]
        for part in range(max([1, *map(len, columns)])):
            line, between = [], self._indent
            for column, width in enumerate(self._widths):
                lines = columns[column] if column < len(columns) else []
                span = lines[part] if part < len(lines) else Span(0, 0)
                if between:
                    line.append(Piece(between))
                if span.end > span.start:
                    line.append(Piece(self._layout.text[slice(*span)], span.start))
                between = " " * (width - self._cells(span)) + _BETWEEN
            yield line

    def _below(self, row: int) -> Iterator[list[Piece]]:
        """The cells of a row, each on lines of its own after the name of its column."""
        shown = [(column, cell) for column, cell in enumerate(self._rows[row]) if cell.end > cell.start]
        named = self._labels if row >= self._headers else ()
        width = max(map(cells, named), default=0)
        hang = width + 2 if width else 0
        for column, cell in shown or [(0, Span(0, 0))]:
            label = named[column] if column < len(named) else ""
            prefix = label + " " * (hang - cells(label))
            for start, end in self._cell(cell, self._room - hang):
                before = self._indent + prefix
                yield [*([Piece(before)] if before else ()), Piece(self._layout.text[start:end], start)]
                prefix = " " * hang


def _narrowed(needed: Sequence[int], room: int) -> list[int]:
    """The widths of columns that need more than ``room`` cells: wide ones share what narrow ones leave.

    [] if that is too little to read.
    """
    widths = list(needed)
    wide = sorted(range(len(widths)), key=lambda column: widths[column])
    while wide:
        share = room // len(wide)
        if widths[wide[0]] > share:
            break
        room -= widths[wide.pop(0)]
    for number, column in enumerate(wide):
        widths[column] = room // len(wide) + (number < room % len(wide))
    return widths if all(widths[column] >= _LEAST_COLUMN for column in wide) else []
