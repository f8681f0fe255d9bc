"""Rows of cells as tables: where each begins, whether its first row names the columns, and its lines."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from itertools import groupby

from index.cleaning.marks import HEADER
from index.text.blocks import row_of
from index.text.forms import is_amount, is_form

#: Rows in which the kind of a column is looked for.
_BELOW = 20
_YEAR = re.compile(r"(?:19|20)\d\d")
_DIGITS = re.compile(r"\d+")


def tidy(row: Sequence[str]) -> list[str]:
    """The cells on one line each, without the empty ones at the end."""
    cells = [" ".join(cell.split()) for cell in row]
    while cells and not cells[-1]:
        cells.pop()
    return cells


def tables(rows: Sequence[list[str]]) -> Iterator[list[list[str]]]:
    """The runs of rows without a blank one between them.

    The next one of the same width goes on a table unless it has a header of its own.
    """
    table: list[list[str]] = []
    width = 0
    for filled, group in groupby(rows, key=bool):
        if not filled:
            continue
        run = [*group]
        if table and (not 1 < width == len(run[0]) or _is_headed_anew(run, table)):
            yield table
            table, width = [], 0
        table += run
        width = max(width, *map(len, run), 0)
    if table:
        yield table


def _is_headed_anew(run: Sequence[Sequence[str]], table: Sequence[Sequence[str]]) -> bool:
    """Whether ``run``, below ``table``, begins with names of columns.

    They are above amounts, and one of them is that of the table, too; or they are above nothing but amounts,
    where the table has such.
    """
    named = [
        column
        for column, cell in enumerate(run[0])
        if cell and not _DIGITS.search(cell) and all(_has_amount(row, column) for row in run[1 : _BELOW + 1])
    ]
    if len(run) < 2 or not named:
        return False
    repeats = any(cell and cell == other for cell, other in zip(run[0], table[0], strict=False))
    amounts = len(run) > 2 and any(
        len(table) > 2 and all(_has_amount(row, column) for row in table[1:]) for column in named
    )
    return repeats or amounts


def _has_amount(row: Sequence[str], column: int) -> bool:
    return column < len(row) and is_amount(row[column])


def is_year(cell: str) -> bool:
    return _YEAR.fullmatch(cell) is not None


def as_text(found: Iterable[Sequence[Sequence[str]]]) -> tuple[list[str], int]:
    """Tables and the notes around them, and how many notes stand above the first table.

    The rows of one cell above a table are notes, or all of its rows.
    """
    parts: list[str] = []
    above = 0
    for table in found:
        first = next((place for place, row in enumerate(table) if sum(map(bool, row)) > 1), len(table))
        parts += (" ".join(filter(None, row)) for row in table[:first])
        if first < len(table):
            above = above or len(parts)
            parts.append("\n".join(_written(table[first:])))
    return parts, above


def side_by_side(table: Sequence[Sequence[str]]) -> Iterator[list[list[str]]]:
    """The tables that stand beside each other with an empty column between; else the one without such.

    Each has a header of its own, and they have other rows, or the name of a column twice.
    """
    width = max(map(len, table), default=0)
    filled = [any(column < len(row) and row[column] for row in table) for column in range(width)]
    groups = [[*columns] for there, columns in groupby(range(width), key=filled.__getitem__) if there]
    found = [[_cut(row, columns) for row in table] for columns in groups]
    if len(groups) > 1 and all(len(columns) > 1 for columns in groups) and _are_several(found):
        yield from ([row for row in rows if row] for rows in found)
        return
    yield [_cut(row, [column for columns in groups for column in columns]) for row in table]


def _cut(row: Sequence[str], columns: Sequence[int]) -> list[str]:
    return tidy([row[column] if column < len(row) else "" for column in columns])


def _are_several(found: Sequence[Sequence[Sequence[str]]]) -> bool:
    headers: list[str] = []
    for rows in found:
        first = next((place for place, row in enumerate(rows) if sum(map(bool, row)) > 1), len(rows))
        if len(rows[first:]) < 2 or not is_headed(rows[first:]):
            return False
        headers += filter(None, rows[first])
    filled = {tuple(map(bool, rows)) for rows in found}
    return len(filled) > 1 or len(headers) > len(set(headers))


def _written(table: Sequence[Sequence[str]]) -> Iterator[str]:
    """The lines of a table. A row with one cell has an empty one beside it, else it would end the table."""
    mark = HEADER if is_headed(table) else ""
    for row in table:
        yield mark + row_of(row if len(row) > 1 else [*row, ""])
        mark = ""


def is_headed(table: Sequence[Sequence[str]]) -> bool:
    """Whether the first row names the columns: no cell of it is like one below it, in its digits."""
    first, below = table[0], table[1 : _BELOW + 1]
    for column, cell in enumerate(first):
        form = _form(cell)
        forms = {_form(row[column]) for row in below if column < len(row) and row[column]}
        if _DIGITS.search(cell) and form in forms:
            return False
    return len(table) > 1 and not is_form(table[: _BELOW + 1])


def _form(cell: str) -> str:
    """What a cell looks like: that of a year, of another number, or its text without the digits."""
    if is_year(cell):
        return "year"
    return "number" if is_amount(cell) else _DIGITS.sub("0", cell)
