"""Wrapping in bulk gives the lines that wrapping paragraph by paragraph gives."""

from __future__ import annotations

from hypothesis import example, given
from hypothesis import strategies as st

from index.text.display import wrap
from tui.rendering.prose import Line
from tui.rendering.wrapping import Layout, unfilled

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


FILLED = """The most famous case concerned cars. In December 2015 Anthony
Levandowski, an engineer in Google's self-driving project, copied
"some 14,000" files from a company server."""


def test_a_filled_paragraph_is_wrapped_anew() -> None:
    assert unfilled(FILLED) == FILLED.replace("\n", " ")
    assert unfilled(f"CARS\n\n{FILLED}\n\n{FILLED}\n").count("\n") == 5


def test_lines_that_are_meant_stay() -> None:
    for text in (
        "Two roads diverged in a yellow wood,\nAnd sorry I could not travel both",
        "\n".join(f"{n}. An item of a list that fills its line up to the very end of it" for n in range(3)),
        "研究所不會為了一位研究員改變薪資制度，也不會為了一位研究員改變薪資制度，研究所不會為了一位研究員改變薪資制度，也不會為了。\n"
        * 2,
        "A short line\nand one that goes on for long enough to be the end of a paragraph",
        FILLED.replace("\n", "\n\n"),
    ):
        assert unfilled(text) == text


@given(TEXTS)
def test_offsets_stay(text: str) -> None:
    assert unfilled(text).replace(" ", "\n") == text.replace(" ", "\n")
