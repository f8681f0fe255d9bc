"""A large initial that reaches down over several lines of a PDF begins the first of these."""

from __future__ import annotations

import pytest
from documents import Put, make_pdf

from index.readers.pdf import read_pdf

LINES = ("cross the bay in the morning, and in the evening as", "well, unless there is a storm.")


def read(initial: str, first: str, size: float = 30, x: float = 72) -> str:
    page = [Put(initial, x, 700 - 14, size), Put(first, 72 + size * 0.55, 700)]
    page += [
        Put(line, 72 + size * 0.55 * (number == 0), 686 - 14 * number) for number, line in enumerate(LINES)
    ]
    return " ".join(read_pdf(make_pdf([page])).text.split())


@pytest.mark.parametrize(
    ("initial", "first", "told"),
    [
        ("T", "he ferries of the lake have a new timetable, and they", "The ferries"),
        ("T", "HE FERRIES of the lake have a new timetable, and they", "THE FERRIES"),
        ("A", "nd the ferries of the lake have a timetable, and they", "And the ferries"),
        ("A", "ferry of the lake has a new timetable, by which it may", "A ferry"),
        ('"T', "he ferries of the lake have a new timetable, and so on", '"The ferries'),
    ],
)
def test_an_initial_begins_the_line_beside_its_top(initial: str, first: str, told: str) -> None:
    text = read(initial, first, x=72 if len(initial) == 1 else 57)
    assert text.startswith(told)
    assert text.endswith(f"{first[-12:]} {' '.join(LINES)}")


def test_a_letter_that_marks_a_question_is_no_initial() -> None:
    assert "QWhat" not in read("Q", "What are the ferries of the lake for, and when do they")
