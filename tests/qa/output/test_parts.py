"""How quotes are shown, whatever the form of output."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from qa.output.parts import in_lines, quote_lines


@pytest.mark.parametrize(
    ("quote", "lines"),
    [
        ("一句话。", ["一句话。"]),
        ("the wall that the men of the harbour built over\nninety years", None),
        ("参展的有：\n\n- 岳麓\n- 商务", ["参展的有：", "- 岳麓", "- 商务"]),
        ("备份：\n\n```bash\npg_dump a\n\n  b\n```", ["备份：", "pg_dump a", "b"]),
        ("\x1b\u200b", [""]),
    ],
)
def test_a_sentence_is_one_line_what_it_announces_has_its_own(quote: str, lines: list[str] | None) -> None:
    assert quote_lines(quote) == (lines or [quote.replace("\n", " ")])


@given(st.text("甲a`\n -|：。", max_size=40))
def test_offsets_stay(quote: str) -> None:
    shown = in_lines(quote)
    assert len(shown) == len(quote)
    assert all(a == b or (a in "`\n" and b == " ") or b == " " for a, b in zip(quote, shown, strict=True))
