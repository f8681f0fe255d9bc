"""Plain text whose headings are underlined."""

from __future__ import annotations

import pytest

from index.readers.registry import read_bytes
from index.readers.underlined import marked_headings
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
        "Name      Price\n---------------\nPump      300\n",  # a table
        "Name | Price\n------------\nPump | 300\n",
        "Jane\n--\nTel 123\n",  # a signature
        "Ann\n-------------------------------\nBob\n",
        "=====\n=====\n",
        "- item\n------\n",
    ],
)
def test_other_rules_are_none(text: str) -> None:
    assert marked_headings(text) == text
