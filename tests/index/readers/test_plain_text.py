"""Plain text whose layout tells headings and tables."""

from __future__ import annotations

import pytest

from index.readers.plain_text import with_marks
from index.readers.registry import read_bytes
from index.types import Kind


def test_underlined_lines_are_headings() -> None:
    text = "Kitchen\n=======\n\nOpen all day.\n\n预算\n----\n\n三万元。\n"
    article = read_bytes(text.encode(), "notes.txt")
    assert (article.title, article.text) == ("Kitchen", "# Kitchen\n\nOpen all day.\n\n## 预算\n\n三万元。")
    headings = [(b.level, article.text[b.start + b.marker : b.end]) for b in article.blocks if b.level]
    assert headings == [(1, "Kitchen"), (2, "预算")]
    assert [b.kind for b in article.blocks] == [Kind.HEADING, Kind.PARAGRAPH] * 2


@pytest.mark.parametrize(
    "text",
    [
        "It rained.\n----------\n",  # a sentence above a rule
        "A line of a paragraph\nand its end\n-----------\n",
        "Name | Price\n------------\nPump | 300\n",
        "Jane\n--\nTel 123\n",  # a signature
        "Ann\n-------------------------------\nBob\n",
        "=====\n=====\n",
        "- item\n------\n",
    ],
)
def test_other_rules_are_none(text: str) -> None:
    assert with_marks(text) == text


@pytest.mark.parametrize(
    "table",
    [
        "Part\tPrice\nPump A\t300\nPump B\t250",
        "Part\t\tPrice\r\nPump A\t300\r\nPump B\t250\r\n",
        "Part      Price\n------    -----\nPump A    300\nPump B    250",
        "  Part    Price\n  Pump A    300\n  Pump B    250",
    ],
)
def test_tabs_and_aligned_columns_are_tables(table: str) -> None:
    article = read_bytes(f"Stock list\n\nAs of May.\n\n{table}".encode(), "stock.txt")
    assert article.text.endswith("Part | Price\nPump A | 300\nPump B | 250")
    assert [(b.kind, b.level) for b in article.blocks[-3:]] == [(Kind.ROW, 1), (Kind.ROW, 0), (Kind.ROW, 0)]


@pytest.mark.parametrize(
    ("sheet", "told"),
    [
        ("Part\tStock\tPrice\nA\t\t9\nB\t4\t8", "Part | Stock | Price\nA |  | 9\nB | 4 | 8"),
        ("Part\tStock\t\nA\t\t\nB\t4\t", "Part | Stock\nA | \nB | 4"),
        ("Part\t\tPrice\nA\t\t9", "Part | Price\nA | 9"),  # tabs that only align
        ("Stock\t\nof May\t4", "Stock\t\nof May\t4"),
    ],
)
def test_an_empty_cell_of_a_spreadsheet_leaves_the_others_in_their_columns(sheet: str, told: str) -> None:
    assert with_marks(sheet) == told


def test_chinese_columns_are_aligned_by_their_width() -> None:
    text = "品名      单价\n苹果      6元\n桂花糕    12元"
    assert with_marks(text) == "品名 | 单价\n苹果 | 6元\n桂花糕 | 12元"


@pytest.mark.parametrize(
    "text",
    [
        "One  space\ntoo many  here\nand there  again",  # not aligned
        "def f(x):\n    return x  # twice\n",
        "Dear Ann,\n\tthe pump came.\nBob\n",
        "a\tb\n\nc\td\n",  # one line each
        "a | b\tc\nd | e\tf\n",
        "```\na\tb\nc\td\n```\n",
        "1.  Wash.\n2.  Dry.\n3.  Iron.\n",
        "-   Wash.\n-   Dry.\n-   Iron.\n",
        "#  one line\n#  two lines\n#  three lines\n",
    ],
)
def test_other_spaces_make_no_table(text: str) -> None:
    assert with_marks(text) == text
