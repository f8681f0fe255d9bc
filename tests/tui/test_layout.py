"""Wrapping in bulk gives the lines that wrapping paragraph by paragraph gives."""

from __future__ import annotations

from hypothesis import example, given
from hypothesis import strategies as st

from qa.render import wrap
from tui.layout import Layout
from tui.prose import Line

TEXTS = st.text(st.sampled_from("ab, .，。「」（）报价林岚\n é\u0301😀-’“Ａ\u200d"), max_size=120)


def one_by_one(text: str, width: int) -> list[Line]:
    lines, start = [], 0
    for number, paragraph in enumerate(text.split("\n")):
        for left, right in wrap(paragraph, width) or [(0, 0)]:
            lines.append(Line(start + left, start + right, number, left))
        start += len(paragraph) + 1
    return lines


@given(TEXTS, st.integers(2, 30))
@example("", 2)
@example("\n\n", 5)
@example("e" + "\u0301" * 50 + " x", 2)
@example("两周以后，Harbor AI 的负责人亲自登门。", 7)
def test_lines_are_those_of_wrap(text: str, width: int) -> None:
    lines = Layout(text).wrap(width)
    expected = one_by_one(text, width)
    assert [lines[n] for n in range(len(lines))] == expected
    for offset in range(len(text) + 1):
        holds = next((n for n, line in enumerate(expected) if offset < line.end), len(expected) - 1)
        assert lines.line_of(offset) == holds


def test_one_text_wraps_to_any_width() -> None:
    laid = Layout("Harbor AI doubled its offer to Lin Lan.\n研究所不會為了一位研究員改變薪資制度。")
    for width in (10, 90, 10):
        lines = laid.wrap(width)
        assert [lines[n] for n in range(len(lines))] == one_by_one(laid.text, width)
