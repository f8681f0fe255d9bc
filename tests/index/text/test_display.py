from __future__ import annotations

import unicodedata
from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st
from properties import check_printable
from rich.cells import cell_len

from index.text.display import cells, crop, masked, printable, wrap

MIXED = st.text(st.sampled_from("ab c 长桥公尺，。「」()é1"), max_size=60)


@given(MIXED, st.integers(4, 30))
def test_wrap_keeps_every_character_and_fits(text: str, width: int) -> None:
    lines = wrap(text, width)
    assert "".join(text[a:b] for a, b in lines).replace(" ", "") == text.replace(" ", "")
    assert all(cells(text[a:b]) <= width and text[a:b].strip() == text[a:b] != "" for a, b in lines)
    assert all(left.end <= right.start for left, right in pairwise(lines))


@given(MIXED, st.integers(1, 30))
def test_crop_fits(text: str, width: int) -> None:
    short = crop(text, width)
    assert cells(short) <= width
    assert short == text or short.endswith("…")


def test_wrap_breaks_chinese_anywhere_but_never_before_a_full_stop() -> None:
    text = "长桥全长一千米。它很美"
    assert [text[a:b] for a, b in wrap(text, 14)] == ["长桥全长一千", "米。它很美"]


def test_wrap_breaks_english_at_spaces_and_cuts_a_word_longer_than_a_line() -> None:
    text = "deep lake https://example.org/x"
    assert [text[a:b] for a, b in wrap(text, 10)] == ["deep lake", "https://ex", "ample.org/", "x"]


def test_cells_agrees_with_what_the_app_draws_with() -> None:
    """Textual counts columns by Rich. Arabic signs that span numbers and the soft hyphen are left aside."""
    every = map(chr, (*range(0x20, 0xD800), *range(0xE000, 0x32000)))
    shown = [char for char in every if unicodedata.category(char) not in ("Cc", "Cf", "Cn", "Zl", "Zp")]
    assert [char for char in shown if cells(char) != cell_len(char)] == []


def test_cells_counts_wide_characters_twice_and_marks_not_at_all() -> None:
    assert cells("a长，") == 5
    assert cells(unicodedata.normalize("NFD", "é")) == 1


@given(st.text())
def test_printable_has_nothing_that_moves_the_cursor_or_the_reading_order(text: str) -> None:
    check_printable(text)


@given(st.text())
def test_masked_text_is_printable_and_has_its_characters_where_they_were(text: str) -> None:
    shown = masked(text)
    check_printable(shown)
    assert len(shown) == len(text) and printable(shown) == shown
    assert all(one in (other, " ", "\ufffd") for one, other in zip(shown, text, strict=True))


def test_masked_shows_where_a_character_was_taken_out() -> None:
    assert masked("引句\tb\x1b[31m\u2028\U000e0041c") == "引句 b\ufffd[31m \ufffdc"
    assert masked("z" + "\u0334" * 9) == "z" + "\u0334" * 8 + "\ufffd"


def test_printable_keeps_text_and_lines() -> None:
    assert printable("引句\t“a”\nb\x1b[31m\x9b\u202ec\ufeff\ud800\u200d") == "引句 “a”\nb[31mc"


def test_printable_keeps_marks_but_no_flood_of_them() -> None:
    assert printable("e\u0301 ạ̄ กำ็") == "e\u0301 ạ̄ กำ็"
    assert (
        printable("z" + "\u0334" * 500 + "a" + "\u200b\u0300" * 20) == "z" + "\u0334" * 8 + "a" + "\u0300" * 8
    )
