"""One sheet of a workbook: the cells that a person sees, as rows of texts."""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from collections.abc import Callable
from typing import Any, NamedTuple

from index.errors import ReadError
from index.readers.office_package import elements
from index.readers.table_rows import is_year
from index.text.forms import is_amount

#: The last row and column that a sheet can have.
_LAST_ROW, _LAST_COLUMN = 1_048_576, 16_384
_CELL = re.compile(r"\$?([A-Z]{1,3})\$?(\d{1,7})")
#: Ranges of hidden columns and of filters that are looked at.
_MAX_RANGES = 2_000
#: The text of a merged cell is repeated in all that it covers unless it is longer.
_LONGEST_REPEATED = 60

#: What stands in the cells of a row, by column, from 1 on.
Cells = dict[int, str]


class Range(NamedTuple):
    """The cells from one corner to the other, both included."""

    top: int
    left: int
    bottom: int
    right: int


class Budget:
    """How many cells, empty ones among them, and characters a workbook may still become."""

    def __init__(self, cells: int, characters: int) -> None:
        self._cells, self._characters = cells, characters

    def take(self, cells: int, characters: int = 0) -> None:
        """ReadError: no more are left."""
        self._cells -= cells
        self._characters -= characters
        if self._cells < 0 or self._characters < 0:
            raise ReadError("the workbook's sheets are too large", "split it, or save the sheets as CSV")


class Sheet:
    """The cells of a sheet. ReadError: it is damaged, or too large.

    ``hidden`` counts its rows and columns with something in them that were hidden by hand, ``unfinished`` the
    formulas without a result.
    """

    def __init__(self, data: bytes, text_of: Callable[[Any], str | None], budget: Budget) -> None:
        """``text_of`` gives the text of a cell; None: of a formula without a result."""
        self.hidden = self.unfinished = 0
        self._budget, self._text_of = budget, text_of
        self._rows: dict[int, Cells] = {}
        self._hidden_rows: set[int] = set()
        #: A byte for each column that is hidden by hand, and for each row that a filter may hide.
        self._hidden_columns = bytearray(_LAST_COLUMN + 1)
        self._filtered = bytearray()
        self._merged: list[Range] = []
        self._ranges = 0
        row = 0
        for element in elements(data, "row", "col", "mergeCell", "autoFilter"):
            name = element.tag.rpartition("}")[2]
            if name == "row":
                row = self._read_row(element, row)
            elif name == "col":
                self._read_columns(element)
            elif found := range_of(element.get("ref", "")):
                if name == "mergeCell":
                    self._merged.append(found)
                elif next(element.iter("{*}filterColumn"), None) is not None:
                    self.filter(found)

    def filter(self, found: Range) -> None:
        """Tells that rows of a table are filtered: those that are hidden for it are read."""
        self._ranges += 1
        if self._ranges <= _MAX_RANGES:
            self._filtered = self._filtered or bytearray(_LAST_ROW + 1)
            _set(self._filtered, found.top, found.bottom)

    def _read_row(self, element: Any, before: int) -> int:
        number = element.get("r", "")
        row = int(number) if re.fullmatch(r"\d{1,7}", number) else before + 1
        if not 0 < row <= _LAST_ROW:
            return before
        if _is_hidden(element, "ht"):
            self._hidden_rows.add(row)
        cells = self._rows.setdefault(row, {})
        column = 0
        for cell in element.iterchildren("{*}c"):
            place = _CELL.fullmatch(cell.get("r", ""))
            column = _column(place[1]) if place else column + 1
            if column > _LAST_COLUMN:
                continue
            text = self._text_of(cell)
            if text is None:
                self.unfinished += 1
            elif text := " ".join(text.split()):
                self._budget.take(1, len(text))
                cells[column] = text
        return row

    def _read_columns(self, element: Any) -> None:
        first, last = element.get("min", ""), element.get("max", "")
        if re.fullmatch(r"\d{1,5} \d{1,5}", f"{first} {last}") and _is_hidden(element, "width"):
            self._ranges += 1
            if self._ranges <= _MAX_RANGES:
                _set(self._hidden_columns, int(first), int(last))

    def rows(self) -> list[tuple[int, list[str]]]:
        """The rows that a person sees, with their numbers; [] stands for blank ones between two of them."""
        seen = self._seen()
        skipped = self._hidden_rows.difference(seen)
        skipped |= _Merged(seen, self._merged, self._budget).resolve()
        found: list[tuple[int, list[str]]] = []
        before = 0
        for row in sorted(row for row, cells in seen.items() if cells):
            if found and any(between not in skipped for between in range(before + 1, row)):
                found.append((row, []))
            last = max(seen[row])
            self._budget.take(last)
            found.append((row, [seen[row].get(column, "") for column in range(1, last + 1)]))
            before = row
        return found

    def _seen(self) -> dict[int, Cells]:
        """What is not hidden, or is so for a filter alone."""
        hidden = {row for row in self._hidden_rows if not self._filtered or not self._filtered[row]}
        used = {column for cells in self._rows.values() for column in cells}
        columns = {column for column in used if self._hidden_columns[column]}
        self.hidden += sum(bool(self._rows.get(row)) for row in hidden) + len(columns)
        return {
            row: {column: text for column, text in cells.items() if column not in columns}
            for row, cells in self._rows.items()
            if row not in hidden
        }


class _Merged:
    """Says in each of the cells that are merged what they show, so that every row can be read alone.

    A row of a label and one merged cell beside it stays as it is, and so does a merged cell alone in its row.
    """

    def __init__(self, rows: dict[int, Cells], merged: list[Range], budget: Budget) -> None:
        self._rows, self._budget = rows, budget
        self._order = sorted(rows)
        self._last = max((column for cells in rows.values() for column in cells), default=0)
        self._ranges = [found._replace(right=min(found.right, self._last)) for found in merged]

    def resolve(self) -> set[int]:
        """Fills merged cells; returns the rows that became part of the header above them."""
        for found in self._ranges:
            for row in self._covered(found):
                cells = self._rows[row]
                self._budget.take(len(cells) + 1)
                for column in [c for c in cells if found.left <= c <= found.right]:
                    if (row, column) != (found.top, found.left):
                        del cells[column]  # what a merged cell covers is not seen
        own = {row: set(cells) for row, cells in self._rows.items()}
        for found in self._ranges:
            text = self._rows.get(found.top, {}).get(found.left, "")
            if not text or len(text) > _LONGEST_REPEATED:
                continue
            for row in self._covered(found):
                outside = sum(not found.left <= column <= found.right for column in own[row])
                across = outside > 1 or (outside and row == found.top and self._begins(row, own))
                if outside and (across or row > found.top):
                    last = found.right if across else found.left
                    self._budget.take(last - found.left + 1, len(text) * (last - found.left + 1))
                    self._rows[row].update(dict.fromkeys(range(found.left, last + 1), text))
        return self._joined_headers(own)

    def _covered(self, found: Range) -> list[int]:
        order = self._order
        covered = order[bisect_left(order, found.top) : bisect_right(order, found.bottom)]
        self._budget.take(len(covered))
        return covered

    @staticmethod
    def _begins(row: int, own: dict[int, set[int]]) -> bool:
        """Whether a table may begin with this row."""
        return len(own.get(row - 1, ())) < 2 <= len(own[row])

    def _joined_headers(self, own: dict[int, set[int]]) -> set[int]:
        """Makes one header of two rows: names of several columns, and below them those of each."""
        joined: set[int] = set()
        starts: dict[int, dict[int, Range]] = {}
        for found in self._ranges:
            if found.right > found.left or found.bottom > found.top:
                starts.setdefault(found.top, {})[found.left] = found
        for row, ranges in starts.items():
            below = own.get(row + 1, set())
            if row not in own or not self._begins(row, own) or len(below) < 2 or not own.get(row + 2):
                continue
            groups = [
                f for f in ranges.values() if f.right > f.left and f.bottom == row and f.left in own[row]
            ]
            alone = own[row].difference(group.left for group in groups)
            names = [self._rows[row + 1][column] for column in below]
            if (
                groups
                and not alone & below
                and all(any(group.left <= column <= group.right for column in below) for group in groups)
                and not any(is_amount(name) and not is_year(name) for name in names)
            ):
                self._join(row)
                joined.add(row + 1)
        return joined

    def _join(self, row: int) -> None:
        cells, below = self._rows[row], self._rows[row + 1]
        for column, text in below.items():
            above = cells.get(column, "")
            cells[column] = text if above in ("", text) else f"{above} {text}"
        below.clear()


def range_of(reference: str) -> Range | None:
    """The cells that a reference such as "B2:D9" names; None if it names none."""
    first, _, last = reference.partition(":")
    one, other = _CELL.fullmatch(first), _CELL.fullmatch(last or first)
    if not one or not other:
        return None
    rows, columns = sorted((int(one[2]), int(other[2]))), sorted((_column(one[1]), _column(other[1])))
    return Range(rows[0], columns[0], rows[1], columns[1])


def _set(mask: bytearray, first: int, last: int) -> None:
    """Sets the bytes from ``first`` to ``last``, as far as there are any."""
    last = min(last, len(mask) - 1)
    mask[first : last + 1] = b"\1" * (last + 1 - first)


def _column(letters: str) -> int:
    number = 0
    for letter in letters:
        number = number * 26 + ord(letter) - ord("A") + 1
    return number


def _is_hidden(element: Any, size: str) -> bool:
    """Whether a row or column is hidden by hand. One that is only folded away in an outline is not."""
    hidden = element.get("hidden") in ("1", "true") or re.fullmatch(r"0+(?:\.0+)?", element.get(size, ""))
    return bool(hidden) and element.get("outlineLevel", "0") == "0"
