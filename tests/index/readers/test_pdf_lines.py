"""Words at places of a page become lines: every word once, in reading order."""

from __future__ import annotations

import unicodedata
from collections import Counter

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from index.readers.pdf_characters import LINE_END, SPACE, Style, Word
from index.readers.pdf_lines import page_lines
from index.readers.pdf_objects import Rules


def written(text: str, x: float, y: float, size: float = 10, turn: int = 0, piece: int = 0) -> Word:
    """A word with letters half as wide as high."""
    return Word(text, x, x + 0.5 * size * len(text), y, Style(size, 400, turn), piece)


def texts(words: list[Word]) -> list[str]:
    return [" ".join(line.text.split()) for line in page_lines(words, Rules([], []), lambda _: words)]


places = st.tuples(st.integers(0, 500), st.integers(0, 700), st.sampled_from([6.0, 10.0, 10.0, 24.0]))


@settings(max_examples=150, deadline=None)
@given(st.lists(places, max_size=60), st.sampled_from([0, 90, 180, 270, 30]))
def test_every_word_is_in_one_line(found: list[tuple[int, int, float]], turn: int) -> None:
    words = [written(f"w{i}", x, y, size, turn, i) for i, (x, y, size) in enumerate(found)]
    lines = page_lines(words, Rules([], []), lambda _: words)
    letters = unicodedata.normalize("NFKC", "".join(line.text for line in lines).replace(" | ", ""))
    assert Counter(letters.replace(" ", "")) == Counter("".join(word.text for word in words))
    assert [line.block for line in lines] == sorted(line.block for line in lines)


@settings(max_examples=100, deadline=None)
@given(
    st.integers(1, 3),
    st.integers(5, 30),
    st.floats(0, 9),
    st.sampled_from(["rows", "columns", "backwards"]),
)
def test_columns_of_prose_are_read_in_order(columns: int, rows: int, offset: float, drawn: str) -> None:
    """The oracle is the order in which the words are made."""
    lines = [[f"c{column}r{row:02}" + "abcdefgh" * 3 for row in range(rows)] for column in range(columns)]
    words = {
        (column, row): written(text, 50 + 180 * column, 700 - 12 * row - offset * column, piece=row)
        for column, texts_of_column in enumerate(lines)
        for row, text in enumerate(texts_of_column)
    }
    order = sorted(words, key=lambda place: place if drawn == "columns" else place[::-1])
    drawn_words = [words[place] for place in (reversed(order) if drawn == "backwards" else order)]
    assert texts(drawn_words) == [text for column in lines for text in column]


def two_columns(distance: float) -> tuple[list[Word], list[str]]:
    """The words of two columns, drawn row by row, and their lines in reading order."""
    lines = [[f"c{column}r{row:02}" + "abcdefgh" * 3 for row in range(12)] for column in range(2)]
    words = [
        written(lines[column][row], 50 + distance * column, 700 - 12 * row, piece=2 * row + column)
        for row in range(12)
        for column in range(2)
    ]
    return words, lines[0] + lines[1]


def test_a_heading_that_is_wider_than_the_column_below_it() -> None:
    words, lines = two_columns(300)
    assert texts([written("Heading" * 8, 50, 730, piece=99), *words]) == ["Heading" * 8, *lines]


@pytest.mark.parametrize("marks", ["•", "2."])
def test_marks_of_items_are_no_column_between_two(marks: str) -> None:
    words, lines = two_columns(200)
    items = [written(marks, 225, word.y, piece=word.piece + 100) for word in words[1:14:4]]
    told = [f"{marks} {line}" if 12 <= at < 20 and at % 2 == 0 else line for at, line in enumerate(lines)]
    assert [text.replace(" | ", " ") for text in texts([*words, *items])] == told


@pytest.mark.parametrize("rows", [1, 2])
def test_the_last_column_may_have_just_begun(rows: int) -> None:
    words, lines = two_columns(180)
    left, right = words[::2], words[1::2][:rows]
    assert texts([*left, *right]) == lines[: len(left) + rows]


@pytest.mark.parametrize("distance", [165, 168, 180])
def test_a_page_number_in_the_gutter_parts_no_columns(distance: float) -> None:
    words, lines = two_columns(distance)
    number = written("3", 50 + 145 + (distance - 145) / 2 - 2.5, 540, piece=99)
    assert texts([*words, number]) == [*lines, "3"]


@pytest.mark.parametrize(
    ("words", "text"),
    [
        ([written("ferry", 50, 700), LINE_END, written("3", 75, 704, 6, piece=1)], "ferry 3"),
        ([written("1", 50, 704, 6), LINE_END, written("The", 53, 700, piece=1)], "1 The"),
        ([written("10", 50, 700), LINE_END, written("-7", 60, 704, 6, piece=1)], "10⁻⁷"),
        ([written("3", 50, 700), LINE_END, written("rd", 55, 704, 6, piece=1)], "3rd"),
        ([written("Big", 50, 700, 40), LINE_END, written("small", 60, 690, 6, piece=1)], "Big small"),
        ([written("th", 50, 700), LINE_END, written("e", 60.2, 700, piece=1)], "the"),
        ([written("the", 50, 700), LINE_END, written("ferry", 67, 700, piece=1)], "the ferry"),
        ([written("2", 50, 700, turn=340), SPACE, written("9", 55, 700, turn=340, piece=1)], "29"),
    ],
)
def test_a_word_goes_on_behind_a_line_end_of_pdfium_and_a_mark_of_a_footnote_does_not(
    words: list[Word], text: str
) -> None:
    assert texts(words) == [text]


def test_a_line_keeps_what_headings_and_tables_are_told_by() -> None:
    words = [written("Title", 50, 740, 24), written("label", 50, 700), written("3.9", 300, 700)]
    words[0] = words[0]._replace(style=Style(24, 700, 0))
    title, row = page_lines(words, Rules([], []), lambda _: words)
    assert (title.size, title.weight, title.row) == (24, 700, False)
    assert (row.text, row.size, row.row) == ("label | 3.9", 10, True)


@pytest.mark.parametrize(("x", "y", "stamp"), [(300, -20, True), (500, -200, False)])
def test_a_turned_line_along_the_margin_is_a_stamp_and_one_in_the_page_a_label(
    x: int, y: int, stamp: bool
) -> None:
    words = [written(f"line{i}" + "abcde" * 8, 100, 700 - 12 * i, piece=i) for i in range(20)]
    words.append(written("aside", x, y, 10, 90))
    *_, last = page_lines(words, Rules([], []), lambda _: words)
    assert (last.text, last.stamp) == ("aside", stamp)


def test_right_to_left_words_keep_their_order() -> None:
    words = [written("שלום", 200, 700), SPACE, written("עולם", 170, 700)]
    assert texts(words) == ["שלום עולם"]
