"""A page of a PDF that says nothing, or that is not understood, costs itself alone."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import pytest
from documents import Put, column, make_pdf

from index.readers import pdf
from index.readers.pdf import read_pdf
from index.readers.pdf_characters import Word
from index.readers.pdf_lines import Line
from index.readers.registry import read_bytes
from index.types import PartiallyParsedArticle


def test_a_page_of_spaces_is_empty() -> None:
    pages = [column(f"第{i}页写着渡轮第{i}天停航。") for i in range(1, 4)]
    pages[1] = [Put(" ", 72, 700, 12), Put(" ", 90, 600, 12)]
    article = read_pdf(make_pdf(pages))
    assert not article.unread and "第1页" in article.text and "第3页" in article.text


def test_a_page_that_is_not_understood_does_not_cost_the_others(monkeypatch: pytest.MonkeyPatch) -> None:
    read = pdf.page_lines

    def fail(words: Sequence[Word], *others: Any) -> list[Line]:
        if any("2" in word.text for word in words):
            raise IndexError("no such run")
        return read(words, *others)

    monkeypatch.setattr(pdf, "page_lines", fail)
    pages = [column(f"第{i}页写着渡轮停航。") for i in range(1, 4)]
    parsed = read_bytes(make_pdf(pages), "a.pdf")
    assert isinstance(parsed, PartiallyParsedArticle) and parsed.unread.endswith(": 2")
    assert "第1页" in parsed.text and "第3页" in parsed.text
