from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from index.types import ArticleInfo
from qa.question.completion import MAX_COMPLETIONS, Choices, Completion, complete
from qa.question.filters import parse


def an_article(number: int, folder: str, title: str, language: str, day: str, source: str) -> ArticleInfo:
    path = f"/home/me/texts/{folder}/{number}.txt"
    return ArticleInfo(number, path, title, language, day or None, None, source or None, "2026", 10, 1)


ARTICLES = [
    an_article(1, "work", "蘋果的薪酬", "zh-Hant", "2024-01-23", "路透社"),
    an_article(2, "work", "谁拿走了钱", "zh-Hans", "2024-03-01", "路透社"),
    an_article(3, "work", "Who was paid", "en", "2023-05-06", "The Daily \x1b[31mNews"),
    an_article(12, "old notes", "Pay in 1999", "en", "", ""),
]
CHOICES = Choices(ARTICLES)


def typed(text: str) -> list[str]:
    return [completion.text for completion in complete(text, len(text), CHOICES)]


@pytest.mark.parametrize(
    ("text", "offered"),
    [
        ("", ["lang:", "after:", "before:", "in:", "article:"]),
        ("who a", ["after:", "article:"]),
        ("who LA", ["lang:"]),
        ("who ", []),
        ("who x", []),
        ("lang:", ["lang:en", "lang:zh", "lang:zh-Hans", "lang:zh-Hant"]),
        ("who lang:繁", ["lang:zh-Hant"]),
        ("lang:en,zh-h", ["lang:en,zh-Hans", "lang:en,zh-Hant"]),
        ("after:", ["after:2024", "after:2023", "after:2024-03", "after:2024-01", "after:2023-05"]),
        ("after:2024-0", ["after:2024-03", "after:2024-01"]),
        ("after:2024/01", ["after:2024-01", "after:2024-01-23"]),
        ("before:", ["before:2024", "before:2024-03", "before:2024-01"]),
        ("in:", ["in:work", "in:路透社", 'in:"The Daily [31mNews"', 'in:"old notes"']),
        ("in:透", ["in:路透社"]),
        ('in:"old n', ['in:"old notes"']),
        ("in:「OLD n", ['in:"old notes"']),
        ('in:"old notes" ', []),
        ("article:", ["article:2", "article:1", "article:3", "article:12"]),
        ("article:1", ["article:1", "article:12"]),
        ("article:苹果", ["article:1"]),
        ("article:1,2,pay", ["article:1,2,12"]),
        ("article:nothing", []),
        ("article:x,", []),
        ("lang:20,", []),
    ],
)
def test_what_is_offered(text: str, offered: list[str]) -> None:
    assert typed(text) == offered


def test_notes_say_how_many_articles_pass() -> None:
    notes = {
        c.text: c.note for text in ("lang:", "after:", "before:", "in:") for c in complete(text, 9, CHOICES)
    }
    assert notes["lang:en"] == "English 2" and notes["lang:zh"] == "中文 2"
    assert notes["after:2024"] == "2" and notes["after:2023"] == "3" and notes["before:2024"] == "1"
    assert notes["in:路透社"] == "2"
    (first, *_) = complete("article:", 8, CHOICES)
    assert first.note == "谁拿走了钱"


def test_keys_come_with_what_the_articles_have() -> None:
    notes = {completion.text: completion.note for completion in complete("", 0, CHOICES)}
    assert notes["after:"] == "2023-05-06 – 2024-03-01" and notes["in:"].startswith("路透社")
    assert notes["article:"] == "1 – 12"


def test_the_value_under_the_cursor_is_replaced_whole() -> None:
    assert complete("who lang:ex paid", 10, CHOICES)[0] == Completion(4, 11, "lang:en", "English 2")
    assert complete('in:"old n" x', 9, CHOICES)[0][:3] == (0, 10, 'in:"old notes"')
    assert complete("who l paid", 5, CHOICES)[0][:3] == (4, 5, "lang:")
    assert complete("who lang:en", 5, CHOICES) == []


def test_without_articles_only_the_kinds_are_offered() -> None:
    assert len(complete("", 0, Choices())) == 5
    assert [complete(f"{key}:", 8, Choices()) for key in ("lang", "after", "before", "in", "article")] == [
        []
    ] * 5


_pieces = st.sampled_from(
    ["lang:", "in:", "after:", "article:", '"', "「", "20", "路", "o", " ", ",", "x", "：", "12"]
)


@given(st.lists(_pieces, max_size=8).map("".join), st.integers(0, 20))
def test_whatever_is_offered_fits_and_can_be_read(text: str, cursor: int) -> None:
    cursor = min(cursor, len(text))
    offered = complete(text, cursor, CHOICES)
    assert len(offered) <= MAX_COMPLETIONS and len({c.text for c in offered}) == len(offered)
    for start, end, new, note in offered:
        assert 0 <= start <= cursor <= end <= len(text) and note.isprintable()
        if not new.endswith(":"):
            assert parse(new)[0] == "" and any(map(parse(new)[1].allows, ARTICLES))


def test_an_article_dated_by_its_year_alone_is_offered_once() -> None:
    choices = Choices([an_article(1, "work", "旧档", "zh-Hans", "1987", ""), *ARTICLES])
    assert [c.text for c in complete("after:1987", 10, choices)] == ["after:1987"]
