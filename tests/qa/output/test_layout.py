"""An article in lines: what blocks look like, and that all that is shown keeps its offset."""

from __future__ import annotations

from collections.abc import Iterable

import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from properties import check_layout

from index.text.blocks import find_blocks
from index.text.display import cells, wrap
from index.types import Block, Kind, Span
from qa.output.layout import Layout, Line

TEXTS = st.text(st.sampled_from("ab, .，。「」（）报价林岚\n é\u0301😀-’“Ａ\u200d"), max_size=120)


def one_by_one(text: str, width: int) -> list[Span]:
    lines, start = [], 0
    for paragraph in text.split("\n"):
        lines += [Span(start + left, start + right) for left, right in wrap(paragraph, width) or [(0, 0)]]
        start += len(paragraph) + 1
    return lines


@given(TEXTS, st.integers(2, 30))
@example("", 2)
@example("\n\n", 5)
@example("e" + "\u0301" * 50 + " x", 2)
@example("两周以后，Harbor AI 的负责人亲自登门。", 7)
def test_lines_of_a_text_without_blocks_are_those_of_wrap(text: str, width: int) -> None:
    lines = Layout(text).wrap(width)
    expected = one_by_one(text, width)
    assert [(line.start, line.end) for line in lines] == expected
    for offset in range(len(text) + 1):
        holds = next((n for n, line in enumerate(expected) if offset < line.end), len(expected) - 1)
        assert lines.line_of(offset) == holds


def marked(text: str, **kinds: str) -> Layout:
    """The layout of a text; ``kinds`` name the lines, by how they begin, that the reader knew."""
    found = [
        (Span(at, text.find("\n", at) % (len(text) + 1)), Kind(kind))
        for kind, begin in kinds.items()
        for at in [text.index(begin)]
    ]
    return Layout(text, find_blocks(text, found))


def shown(lines: Iterable[Line]) -> str:
    return "\n".join("".join(piece.text for piece in line.pieces).rstrip() for line in lines)


def test_headings_lose_their_marks_and_have_a_style_by_level() -> None:
    lines = marked("# 账本\n\n文字。\n\n## Second\n\nText.\n\n#### Fourth\n\nText.").wrap(40)
    assert shown(lines).split("\n\n") == ["账本", "文字。", "Second", "Text.", "Fourth", "Text."]
    assert [line.style for line in lines if line.style != "text"] == ["heading1", "heading2", "heading3"]


def test_items_get_bullets_and_hang() -> None:
    text = """- one item that is longer than a line
  - 内层的条目也会折行因为它很长
    A paragraph of the item, of two lines
- two
9. nine
10. 第十条也很长很长很长很长"""
    assert shown(marked(text).wrap(24)).startswith("""• one item that is
  longer than a line
  ◦ 内层的条目也会折行因
    为它很长
    A paragraph of the
    item, of two lines
• two
""")
    assert (
        shown(marked("9. nine\n10. 第十条也很长很长很长很长").wrap(16))
        == """9. nine
10. 第十条也很长
    很长很长很长"""
    )


def test_code_keeps_its_indentation_and_loses_its_fences() -> None:
    text = "Call it:\n\n```python\ndef f():\n    return 12345 + 67890\n\nf()\n```\n\nThen go on."
    lines = marked(text).wrap(22)
    assert (
        shown(lines)
        == """Call it:

  def f():
      return 12345 +
      67890

  f()

Then go on."""
    )
    assert [line.style for line in lines].count("code") == 5


def test_quotations_have_a_bar_and_what_stands_aside_has_its_style() -> None:
    text = "Before it.\n\nQuoted words in two lines\n\nBy Ada Chen\n\nFigure 1: a lake\n\nAfter it."
    lines = marked(text, quotation="Quoted", metadata="By").wrap(20)
    assert shown(lines) == (
        "Before it.\n\n│ Quoted words in\n│ two lines\n\nBy Ada Chen\n\nFigure 1: a lake\n\nAfter it."
    )
    styles = [line.style for line in lines if line.start < line.end]
    assert styles == ["text", "quotation", "quotation", "aside", "caption", "text"]


TABLE = """项目 | 结果 | Reference range
白细胞计数 | 5.2 | 4 to 10
C-reactive protein |  | below 5"""


def test_rows_stand_in_columns_under_their_header() -> None:
    lines = marked(TABLE).wrap(60)
    assert (
        shown(lines)
        == """项目               │ 结果 │ Reference range
───────────────────┼──────┼────────────────
白细胞计数         │ 5.2  │ 4 to 10
C-reactive protein │      │ below 5"""
    )
    assert [line.style for line in lines] == ["header", "header", "text", "text"]


def test_a_table_that_is_too_wide_wraps_its_cells_or_stands_below_each_other() -> None:
    assert (
        shown(marked(TABLE).wrap(36))
        == """项目          │ 结果 │ Reference
              │      │ range
──────────────┼──────┼──────────────
白细胞计数    │ 5.2  │ 4 to 10
C-reactive    │      │ below 5
protein       │      │"""
    )
    assert (
        shown(marked(TABLE).wrap(28))
        == """项目
结果
Reference range
────────────────────────────
项目       白细胞计数
结果       5.2
Referenc…  4 to 10

项目       C-reactive
           protein
Referenc…  below 5"""
    )


def test_a_table_after_another_has_columns_of_its_own() -> None:
    lines = shown(marked("a | b\n1 | 2\n\nlonger | b\n3 | 4").wrap(30))
    assert lines == "a │ b\n──┼──\n1 │ 2\n\nlonger │ b\n───────┼──\n3      │ 4"


FILLED = """The most famous case concerned cars. In December 2015 Anthony
Levandowski, an engineer in Google's self-driving project, copied
"some 14,000" files from a company server."""


def test_a_hard_wrapped_paragraph_is_wrapped_anew() -> None:
    layout = marked(f"Cars\n\n{FILLED}\n\nIt ended.")
    lines = layout.wrap(200)
    assert shown(lines) == f"Cars\n\n{FILLED.replace(chr(10), ' ')}\n\nIt ended."
    at = layout.text.index("copied\n") + len("copied")
    assert layout.place(at) == (65, 3) and layout.place(at + 1) == (0, 4)


def test_no_space_parts_wide_characters_at_a_line_break() -> None:
    text = "研究所不会为了一位研究员\n改变薪资制度，AI\nlab"
    assert shown(Layout(text, [Block(Kind.PARAGRAPH, 0, len(text))]).wrap(80)) == text.replace(
        "\n", "", 1
    ).replace("\n", " ")


def test_debris_and_references_fold_to_a_line_each_and_unfold() -> None:
    text = "Menu\nLogin\n\nThe article begins here.\n\n## References\n\nOne, 2020\n\nTwo, 2021"
    marks = [(Span(0, 4), Kind.DEBRIS), (Span(5, 10), Kind.DEBRIS)]
    layout = Layout(text, find_blocks(text, marks))
    assert [(run.kind, run.lines, text[slice(*run.span)]) for run in layout.runs] == [
        (Kind.DEBRIS, 2, "Menu\nLogin"),
        (Kind.REFERENCE, 2, "One, 2020\n\nTwo, 2021"),
    ]
    folded = layout.wrap(40)
    assert shown(folded) == "\n\nThe article begins here.\n\nReferences\n\n"
    assert [n for n, line in enumerate(folded) if line.fold] == [0, 6]
    assert folded.line_of(text.index("Login")) == 0 and folded.line_of(text.index("2021")) == 6
    unfolded = layout.wrap(40, {1})
    assert shown(unfolded).endswith("References\n\n\nOne, 2020\n\nTwo, 2021")
    assert unfolded[unfolded.line_of(text.index("2021"))].run == 1
    assert [line.run for line in unfolded] == [0, -1, -1, -1, -1, -1, 1, 1, 1, 1]


WORDS = st.text(st.sampled_from("ab ，。报价 é\u0301😀`#|-1.「" + "word "), min_size=1, max_size=40)
PARTS = st.one_of(
    WORDS,
    WORDS.map("## {}".format),
    st.builds("{}{}{}".format, st.sampled_from(["", "  ", "    "]), st.sampled_from(["- ", "3. "]), WORDS),
    st.lists(st.lists(WORDS, min_size=2, max_size=5).map(" | ".join), min_size=2, max_size=4).map("\n".join),
    st.lists(WORDS, max_size=4).map(lambda lines: "\n".join(["```c", *lines, "```"])),
)


@given(
    st.lists(st.tuples(PARTS, st.sampled_from(["\n", "\n\n"])), max_size=8),
    st.integers(4, 100),
    st.sampled_from([None, *Kind]),
)
def test_what_is_shown_is_shown_once_at_its_offset(
    parts: list[tuple[str, str]], width: int, kind: Kind | None
) -> None:
    text = "".join(map("".join, parts))
    check_layout(text, width, kind)


@pytest.mark.parametrize("width", [2, 5, 9])
def test_the_narrowest_pane_cuts_nothing_off(width: int) -> None:
    text = f"- one\n  - 二\n\n{TABLE}\n\n```\n    code\n```"
    lines = marked(text).wrap(width)
    assert all(cells("".join(piece.text for piece in line.pieces).rstrip()) <= width for line in lines)
    check_layout(text, max(4, width))


@given(TEXTS, st.lists(st.tuples(st.sampled_from(Kind), *[st.integers(-2, 130)] * 6), max_size=6))
def test_blocks_of_another_text_lose_nothing(text: str, blocks: list[Block]) -> None:
    lines = Layout(text, [Block(*block) for block in blocks]).wrap(20)
    assert all(line.end <= len(text) for line in lines) and lines.line_of(len(text)) < len(lines)
