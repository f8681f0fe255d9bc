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
from itertools import islice

from index.cleaning.metadata import Metadata, find_metadata, title_of
from index.readers.extracted_text import ExtractedText
from index.readers.table_rows import as_text, tables, tidy

_DELIMITERS = ",;\t|"
#: Rows from which the delimiter is told.
_SAMPLE = 200
_NAMED = re.compile(r"sep=([,;\t|:^~#])\r?\n", re.I)  # how Excel names the delimiter


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
    parts, above = as_text(tables(rows))
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
        yield tidy(row)
    for line in lines[at:]:  # a quote was never closed: from there on each line is a row
        if _is_open(line):
            reader = csv.reader([line], delimiter=delimiter, quoting=csv.QUOTE_NONE)
        else:
            reader = csv.reader([line], delimiter=delimiter)
        yield from map(tidy, reader)


def _is_open(line: str) -> bool:
    return line.count('"') % 2 == 1
