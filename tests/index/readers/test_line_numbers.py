"""The line of a file on which a quote stands."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from index.errors import ReadError
from index.library import Library
from index.readers.line_numbers import line_in_file


@given(st.integers(1, 60), st.sampled_from(["utf-8", "gb18030", "utf-16"]))
def test_the_line_of_a_quote_in_plain_text_is_the_line_it_stands_on(line: int, encoding: str) -> None:
    text = "\n".join(f"第{n}节记录了研究所第{n}个季度的开支。" for n in range(1, 61))
    offset = text.index(f"第{line}节")
    assert line_in_file(text.encode(encoding), text, offset) == line


def test_the_line_is_found_where_the_file_has_markup_and_breaks_lines_elsewhere() -> None:
    raw = "<html>\n<body>\n<p>Harbor AI doubled\n  its offer to <b>Lin Lan</b>\nto $240 million.</p>"
    text = "Harbor AI doubled its offer to Lin Lan to $240 million."
    assert line_in_file(raw.encode(), text, 0) == 3
    assert line_in_file(raw.encode(), text, text.index("its offer")) == 4


def test_of_several_places_the_one_as_far_on_as_in_the_article_counts() -> None:
    text = "\n".join(["The same line."] * 40)
    assert line_in_file(text.encode(), text, text.index("same", 20 * 15)) == 21


def test_a_quote_that_the_file_does_not_hold_leads_to_its_first_line() -> None:
    assert line_in_file(b"nothing of it", "Something else altogether", 0) == 1


def test_the_library_tells_the_line_and_refuses_what_is_no_text() -> None:
    assert Library.line_in_file(b"One.\nTwo.", "One.\nTwo.", 5) == 2
    with pytest.raises(ReadError):
        Library.line_in_file(b"%PDF-1.7\n\0\1\2\xff\xfe\0" * 20, "One.", 0)
