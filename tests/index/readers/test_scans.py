"""What was recognized on pages becomes text in reading order, and what is doubtful is told."""

from __future__ import annotations

from index.readers.pdf_layout import paragraphs
from index.readers.scans import scanned_lines, told_unsure
from index.types import Region

LEFT = (
    "The bridge over the river was",
    "built in 1958 by nine hundred",
    "men from the two villages and",
    "is long.",
)
RIGHT = (
    "Its engineer lived in a house",
    "beside the bridge until he had",
    "seen the last of the floods in",
    "1974.",
)


def row(text: str, x: float, y: float, size: float = 12, sure: float = 0.99) -> Region:
    """A line as it is found: its box reaches below the baseline."""
    width = sum(size if letter >= "\u2e80" else 0.5 * size for letter in text)
    return Region(text, x, y, x + width, y + 1.2 * size, sure)


def text_of(*page: Region) -> str:
    return paragraphs([*scanned_lines({0: page}).values()])[0]


def test_columns_are_read_one_after_the_other_under_their_heading() -> None:
    page = [row("The bridge", 72, 60, 24)]
    for i, (left, right) in enumerate(zip(LEFT, RIGHT, strict=True)):
        page += row(right, 300, 120 + 18 * i), row(left, 72, 120 + 18 * i)
    assert text_of(*page) == f"# The bridge\n\n{' '.join(LEFT)}\n\n{' '.join(RIGHT)}"


def test_cells_of_a_row_are_read_from_left_to_right() -> None:
    cells = [("Year", "Visitors", "Price"), ("2023", "43,218", "25"), ("2024", "48,640", "25")]
    page = [
        row(cell, 72 + 150 * j, 100 + 20 * i) for i, line in enumerate(cells) for j, cell in enumerate(line)
    ]
    assert text_of(*reversed(page)) == "Year | Visitors | Price\n2023 | 43,218 | 25\n2024 | 48,640 | 25"


def test_a_word_broken_at_the_end_of_a_line_is_whole() -> None:
    page = [
        row("The committee had decided to re-", 72, 100),
        row("build the pumping station there.", 72, 118),
    ]
    assert text_of(*page) == "The committee had decided to rebuild the pumping station there."


def test_vertical_chinese_is_read_from_the_right() -> None:
    columns = ["港口的燈塔高三十八公尺", "塔身以花崗石砌成頂層的", "鏡片從英國運來重四百斤"] * 3
    page = [
        Region(text, 400 - 24 * i, 60, 414 - 24 * i, 60 + 14 * len(text), 0.99)
        for i, text in enumerate(columns)
    ]
    assert text_of(*page) == "".join(columns)


def test_boxes_of_nearly_the_same_height_are_no_headings() -> None:
    page = [row(line, 72, 100 + 18 * i, 11 + i % 3) for i, line in enumerate((*LEFT, *RIGHT))]
    assert "#" not in text_of(*page)


def test_lines_of_little_confidence_are_marked_and_told_with_their_pages() -> None:
    pages = {2: (row(LEFT[0], 72, 100), row(LEFT[1], 72, 118, sure=0.7)), 4: (row(RIGHT[0], 72, 100),)}
    assert [line.unsure for line in scanned_lines(pages)[2]] == [False, True]
    assert told_unsure(pages) == "lines of pictures read with doubt: 1; pages: 3"
    assert told_unsure({4: pages[4]}) == ""


def test_a_chinese_line_that_lacks_characters_by_its_width_is_doubtful() -> None:
    full = [
        "镇上的水磨坊建于一九二三年秋天",
        "由石匠陆景明主持修造前后十七月",
        "磨坊一共三层底层装着两台大石磨",
        "每天可以磨出面粉一千六百斤左右",
    ]
    page = [row(text, 72, 100 + 20 * i) for i, text in enumerate(full)]
    whole = row("二〇〇八年磨坊改成了一座博物馆", 72, 180)
    lacking = whole._replace(text=whole.text.replace("〇〇", ""))
    assert told_unsure({0: (*page, whole)}) == ""
    assert told_unsure({0: (*page, lacking)}) == "lines of pictures read with doubt: 1; pages: 1"
