"""Wrapping: every character once, no line too wide, no punctuation astray."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from made_up_app import CHINESE, ENGLISH
from rich.cells import cell_len
from textual.content import Content
from textual.style import Style
from textual.visual import RenderOptions

from tui.rendering.formats import marked, meter, shown
from tui.rendering.prose import Prose

LETTERS = st.sampled_from("中文报价，。！「」（） abcZ09.,$\n")


@pytest.mark.parametrize("width", [20, 37, 58])
@pytest.mark.parametrize("text", [CHINESE, ENGLISH])
def test_lines_hold_the_text_and_fit(text: str, width: int) -> None:
    lines = Prose(Content(text)).lines(width)
    pieces = [text[line.start : line.end] for line in lines]
    assert "".join("".join(pieces).split()) == "".join(text.split())
    assert max(map(cell_len, pieces)) <= width
    assert not any(piece[:1] in set("，。：；、！？）」》”") for piece in pieces if piece)


def test_a_chinese_sentence_goes_on_beside_an_english_word() -> None:
    text = "Harbor 向研究员林岚开出了四年的报价并且答应提供足够多的算力"
    first = Prose(Content(text)).lines(24)[0]
    assert first.end - first.start > len("Harbor ")


@given(st.text(LETTERS, max_size=80), st.integers(4, 30))
def test_drawn_lines_are_the_lines(text: str, width: int) -> None:
    prose = Prose(Content(text), Content("1"))
    options = RenderOptions(Style.parse, {})  # type: ignore[arg-type]
    strips = prose.render_strips(width, None, Style(), options)
    assert len(strips) == prose.get_height({}, width)
    for number, (strip, line) in enumerate(zip(strips, prose.lines(width), strict=True)):
        drawn = "".join(segment.text for segment in strip)
        assert drawn[:2] == ("1 " if number == 0 else "  ")
        assert drawn[2:].rstrip() == text[line.start : line.end].rstrip()


@given(st.text(max_size=60))
def test_shown_text_keeps_every_offset(text: str) -> None:
    clean = shown(text)
    assert len(clean) == len(text)
    assert not set(clean) & set("\x1b\x07\u202e\u2066\x9b")


def test_matches_outside_what_is_shown_are_left_alone() -> None:
    from qa.types import Match

    matches = [Match(5, 7, "xx", "w", 1.0), Match(100, 102, "yy", "w", 0.5)]
    content = marked(Content("abcdef"), matches, 4, Style(bold=True), Style(underline=True))
    assert [(span.start, span.end) for span in content.spans] == [(1, 3)]


@pytest.mark.parametrize(("share", "bar"), [(0, "▱▱▱▱"), (0.5, "▰▰▱▱"), (1.7, "▰▰▰▰"), (-1, "▱▱▱▱")])
def test_meter(share: float, bar: str) -> None:
    assert meter(share, 4) == bar
