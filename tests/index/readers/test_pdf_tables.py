"""Ruled tables of PDFs: each text stays in its column, and a word within a cell stays whole."""

from __future__ import annotations

from collections.abc import Sequence

import pytest
from documents import Put, make_pdf

from index.readers.pdf import read_pdf

COLUMNS = (70.0, 190.0, 310.0, 430.0)


def ruled(*rows: Sequence[str], columns: Sequence[float] = COLUMNS) -> str:
    """The text of a page with a ruled table; the lines of a cell are parted by "/"."""
    height = 40
    ends = [740.0 - height * row for row in range(len(rows) + 1)]
    rules = [(columns[0], y, columns[-1], y) for y in ends]
    rules += [(x, ends[-1], x, ends[0]) for x in columns]
    page = [
        Put(line, x + 6, top - 12 - 12 * number, 10)
        for row, top in zip(rows, ends, strict=False)
        for cell, x in zip(row, columns, strict=False)
        for number, line in enumerate(cell.split("/"))
        if line
    ]
    return read_pdf(make_pdf([page], rules=rules)).text


def test_an_empty_cell_leaves_the_others_in_their_columns() -> None:
    rows = [("Line", "Boats", "Price"), ("South", "", "9.00"), ("", "3", ""), ("East", "4", "")]
    assert ruled(*rows) == "Line | Boats | Price\nSouth |  | 9.00\n | 3\nEast | 4"


def test_the_gap_of_a_double_line_is_no_cell() -> None:
    assert ruled(("Line", "", "Boats"), ("South", "", "4"), columns=(70, 190, 196, 310)) == (
        "Line | Boats\nSouth | 4"
    )


@pytest.mark.parametrize(
    ("cell", "told"),
    [
        ("the inspec-/tion", "the inspection"),
        ("a well-/known yard", "a well-known yard"),
        ("the inspec\u00ad/tion", "the inspection"),
        ("2023-/2024", "2023- 2024"),
    ],
)
def test_a_hyphen_at_the_end_of_a_line_of_a_cell(cell: str, told: str) -> None:
    assert ruled(("What", "When"), (cell, "in a well-known year")) == (
        f"What | When\n{told} | in a well-known year"
    )
