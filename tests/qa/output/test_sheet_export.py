"""The exported quote sheet, read back by parsers of its forms."""

from __future__ import annotations

from dataclasses import replace

import pytest
from bibtex_reader import entries, unescaped
from hypothesis import given
from hypothesis import strategies as st
from made_up import an_article
from markdown_it import MarkdownIt
from mdit_py_plugins.footnote import footnote_plugin

from index.text.display import one_line, printable
from index.types import PinnedQuote, Span
from qa import i18n
from qa.output import sheet
from qa.output.sheet import SheetQuote

MARKDOWN = MarkdownIt("commonmark").use(footnote_plugin)
#: What exports must carry as it stands: words of both languages, and every mark with a meaning somewhere.
_words = st.lists(
    st.sampled_from(
        ["lake", "湖水", "深六十米。", "*", "_x_", "[^1]", "{", "}", "\\", "%", "&", "$", "#", "~", "^", "`"]
    ),
    min_size=1,
    max_size=6,
).map(" ".join)


def a_quote(
    quote: str = "The lake is deep.", number: int = 1, note: str = "", state: str = "right"
) -> SheetQuote:
    article = replace(an_article(number), published="2024-01-23", author="Ann Lee", source="The Paper")
    pinned = PinnedQuote(
        number, article, 5, 5 + len(quote), quote, None, note, "2026-01-02T03:04:05.000+00:00"
    )
    found = Span(7, 7 + len(quote)) if state == "moved" else None
    return SheetQuote(pinned, state, None if state == "gone" else article, found)


def test_every_form_has_quotes_sources_and_notes_in_order() -> None:
    quotes = [a_quote(note="For chapter 2"), a_quote("湖深六十米。", number=2)]
    assert sheet.plain(quotes) == (
        "[1] The lake is deep.\n"
        "    — Article 1, Ann Lee, The Paper, 2024-01-23, /made/up/1.txt, characters 5–22\n"
        "    Note: For chapter 2\n"
        "\n"
        "[2] 湖深六十米。\n"
        "    — Article 2, Ann Lee, The Paper, 2024-01-23, /made/up/2.txt, characters 5–11\n"
    )
    assert sheet.markdown(quotes) == (
        "# Quotes\n\n> The lake is deep.[^1]\n\nFor chapter 2\n\n> 湖深六十米。[^2]\n\n"
        "[^1]: *Article 1*, Ann Lee, The Paper, 2024-01-23, `/made/up/1.txt`, characters 5–22\n\n"
        "[^2]: *Article 2*, Ann Lee, The Paper, 2024-01-23, `/made/up/2.txt`, characters 5–11\n"
    )
    first, second = entries(sheet.bibtex(quotes))
    assert first[0] == "article" and first[2]["annote"] == "For chapter 2"
    assert "annote" not in second[2] and second[2]["title"] == "{Article 2}"


@pytest.mark.parametrize(
    ("state", "place", "told"),
    [
        ("moved", "characters 7–24", "it stands elsewhere in the article now"),
        ("changed", "characters 5–22", "the article has changed: these words are not in it any more"),
        ("gone", "characters 5–22", "the article is not in the library any more"),
    ],
)
def test_what_became_of_a_quote_is_told(state: str, place: str, told: str) -> None:
    quotes = [a_quote(state=state)]
    assert f"{place}. {told}" in sheet.plain(quotes) and f"{place}. {told}" in sheet.markdown(quotes)
    assert place.replace("–", "--") in entries(sheet.bibtex(quotes))[0][2]["note"]


def test_it_is_in_the_language_of_the_interface() -> None:
    i18n.use("zh-Hans")
    told = sheet.plain([a_quote(note="用在第二章", state="gone")])
    assert "第 5–22 个字符。这篇文章已经不在文章库里了" in told and "备注：用在第二章" in told
    assert sheet.markdown([]) == "# 摘录\n"


@given(st.lists(st.tuples(_words, _words), min_size=1, max_size=5))
def test_markdown_reads_back_as_the_quotes_their_numbers_and_notes(made: list[tuple[str, str]]) -> None:
    quotes = [a_quote(f"A {quote}", number, f"N {note}") for number, (quote, note) in enumerate(made, 1)]
    tokens = MARKDOWN.parse(sheet.markdown(quotes))
    inside, quoted, notes, cited, footnotes = "", [], [], [], []
    for token in tokens:
        if token.type in ("blockquote_open", "footnote_open", "heading_open"):
            inside = token.type
        elif token.type in ("blockquote_close", "footnote_close", "heading_close"):
            inside = ""
        elif token.type == "inline":
            children = token.children or []
            text = "".join(child.content for child in children if child.type != "footnote_ref")
            cited += [int(c.meta["label"]) for c in children if c.type == "footnote_ref"]
            {"blockquote_open": quoted, "footnote_open": footnotes, "": notes}.get(inside, []).append(text)
    assert quoted == [one_line(f"A {quote}") for quote, _note in made]
    assert notes == [one_line(f"N {note}") for _quote, note in made]
    assert cited == list(range(1, len(made) + 1)) and len(footnotes) == len(made)
    assert all(f"Article {number}," in text for number, text in enumerate(footnotes, 1))


@given(st.lists(st.tuples(st.integers(1, 3), _words), min_size=1, max_size=6))
def test_bibtex_reads_back_with_one_entry_for_each_article(made: list[tuple[int, str]]) -> None:
    quotes = [a_quote("x" * at, article, note) for at, (article, note) in enumerate(made, start=1)]
    read = entries(sheet.bibtex(quotes))
    order = [*dict.fromkeys(article for article, _note in made)]
    assert [fields["title"] for _kind, _key, fields in read] == [f"{{Article {number}}}" for number in order]
    assert len({key for _kind, key, _fields in read}) == len(read)
    for number, (_kind, _key, fields) in zip(order, read, strict=True):
        of_it = [(at, note) for at, (article, note) in enumerate(made, start=1) if article == number]
        assert fields["note"].endswith("characters " + ", ".join(f"5--{5 + at}" for at, _note in of_it))
        assert unescaped(fields["annote"]) == "; ".join(one_line(note) for _at, note in of_it)
        assert (fields["year"], fields["month"], fields["date"]) == ("2024", "jan", "2024-01-23")


@given(st.text(max_size=40), st.text(max_size=20))
def test_plain_text_holds_nothing_unprintable(quote: str, note: str) -> None:
    told = sheet.plain([a_quote(quote, note=note)])
    assert told == printable(told)
