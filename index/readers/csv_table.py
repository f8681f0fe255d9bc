"""Tables that spreadsheets and programs export as CSV or TSV, written as rows with " | " between the cells.

A file may begin with notes, such as a title, end with them, and hold several tables with blank lines between.
"""

from __future__ import annotations

import csv
import io
import re
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import replace
from itertools import groupby, islice

from index.cleaning.marks import HEADER
from index.cleaning.metadata import Metadata, find_metadata, title_of
from index.readers.extracted_text import ExtractedText
from index.text.blocks import row_of

_DELIMITERS = ",;\t|"
#: Rows from which the delimiter is told, and in which the kind of a column is looked for.
_SAMPLE, _BELOW = 200, 20
_NAMED = re.compile(r"sep=([,;\t|:^~#])\r?\n", re.I)  # how Excel names the delimiter
_NUMBER = re.compile(r"[-+−(]?[¥$€£]?\s?\d[\d,. ]*\s?%?\)?")
_YEAR = re.compile(r"(?:19|20)\d\d")
_DIGITS = re.compile(r"\d+")


def read_csv(text: str) -> ExtractedText:
    """The tables of a CSV file, the header row of each marked, and the notes around them.

    A file of one column is a list. Rows of one cell above a table, or after a blank row, are notes. Title,
    author and date are looked for in those above the tables alone: in a table they are of something else.
    """
    named = _NAMED.match(text)
    if named:
        text = text[named.end() :]
    lines = [*io.StringIO(text, newline="")]
    rows = [*_rows(lines, named[1] if named else _delimiter(lines))]
    if all(len(row) < 2 for row in rows):
        return ExtractedText("\n".join(f"- {row[0]}" for row in rows if row), told=True)
    parts: list[str] = []
    above = 0
    for table in _tables(rows):
        first = next((place for place, row in enumerate(table) if sum(map(bool, row)) > 1), len(table))
        parts += (" ".join(filter(None, row)) for row in table[:first])
        if first < len(table):
            above = above or len(parts)
            parts.append("\n".join(_written(table[first:])))
    notes = "\n\n".join(parts[:above])
    metadata = replace(find_metadata(notes), title=title_of(notes)) if notes else Metadata()
    return ExtractedText("\n\n".join(parts), metadata, told=True)


def _delimiter(lines: Sequence[str]) -> str:
    """What parts the cells: with it most rows have as many cells as most others, and they have most cells."""

    def fit(delimiter: str) -> tuple[float, int]:
        widths = Counter(len(row) for row in islice(_rows(lines, delimiter), _SAMPLE) if row)
        several = [(count, width) for width, count in widths.items() if width > 1]
        count, width = max(several, default=(0, 0))
        return (round(count / widths.total(), 1) if count else 0, width)

    return max(_DELIMITERS, key=fit)


def _rows(lines: Sequence[str], delimiter: str) -> Iterator[list[str]]:
    """The rows: cells on one line each, without the empty ones at the end; [] for a blank row."""
    csv.field_size_limit(max(csv.field_size_limit(), sum(map(len, lines)) + 1))
    reader = csv.reader(lines, delimiter=delimiter, skipinitialspace=delimiter != "\t")
    at = 0
    while at < len(lines):
        row = next(reader)
        if reader.line_num == len(lines) > at + 1 and _is_open("".join(lines[at:])):
            break
        at = reader.line_num
        yield _tidy(row)
    for line in lines[at:]:  # a quote was never closed: from there on each line is a row
        if _is_open(line):
            reader = csv.reader([line], delimiter=delimiter, quoting=csv.QUOTE_NONE)
        else:
            reader = csv.reader([line], delimiter=delimiter)
        yield from map(_tidy, reader)


def _is_open(line: str) -> bool:
    return line.count('"') % 2 == 1


def _tidy(row: Sequence[str]) -> list[str]:
    cells = [" ".join(cell.split()) for cell in row]
    while cells and not cells[-1]:
        cells.pop()
    return cells


def _tables(rows: Sequence[list[str]]) -> Iterator[list[list[str]]]:
    """The runs of rows without a blank one between them; the next one of the same width goes on a table."""
    table: list[list[str]] = []
    width = 0
    for filled, group in groupby(rows, key=bool):
        if not filled:
            continue
        run = [*group]
        if table and not 1 < width == len(run[0]):
            yield table
            table, width = [], 0
        table += run
        width = max(width, *map(len, run), 0)
    if table:
        yield table


def _written(table: Sequence[Sequence[str]]) -> Iterator[str]:
    """The lines of a table. A row with one cell has an empty one beside it, else it would end the table."""
    mark = HEADER if _is_headed(table) else ""
    for row in table:
        yield mark + row_of(row if len(row) > 1 else [*row, ""])
        mark = ""


def _is_headed(table: Sequence[Sequence[str]]) -> bool:
    """Whether the first row names the columns: no cell of it is like one below it, in its digits."""
    first, below = table[0], table[1 : _BELOW + 1]
    for column, cell in enumerate(first):
        form = _form(cell)
        forms = {_form(row[column]) for row in below if column < len(row) and row[column]}
        if _DIGITS.search(cell) and form in forms:
            return False
    return len(table) > 1


def _form(cell: str) -> str:
    """What a cell looks like: that of a year, of another number, or its text without the digits."""
    if _YEAR.fullmatch(cell):
        return "year"
    return "number" if _NUMBER.fullmatch(cell) else _DIGITS.sub("0", cell)
