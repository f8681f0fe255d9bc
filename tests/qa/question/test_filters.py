from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st
from properties import check_filters

from index.errors import UsageError
from index.types import ArticleInfo, Reference
from qa.question.filters import KEYS, LANGUAGES, Filters, parse, parse_all


def an_article(
    number: int = 1,
    *,
    path: str = "/notes/news/a.txt",
    title: str = "标题",
    language: str = "zh-Hans",
    published: str | None = "2024-01-23T18:19",
    source: str | None = None,
) -> ArticleInfo:
    return ArticleInfo(number, path, title, language, published, None, source, "2026-01-01", 10, 1)


# Reading the typed form


@pytest.mark.parametrize(
    ("typed", "question", "filters"),
    [
        ("lang:en who paid?", "who paid?", Filters(languages=("en",))),
        ("who LANG：英文 paid?", "who paid?", Filters(languages=("en",))),
        ("谁付的 lang:zh，en", "谁付的", Filters(languages=("zh", "en"))),
        (
            "after:2024年1月 before:2024/3/5 x",
            "x",
            Filters(after="2024-01", before="2024-03-05"),
        ),
        ("after:2023 x after:２０２４", "x", Filters(after="2024")),
        ("in:“路透 社”說了什麼", "說了什麼", Filters(sources=("路透 社",))),
        ("in:「路透」的報道", "的報道", Filters(sources=("路透",))),
        ('in:"two words" in:one x', "x", Filters(sources=("two words", "one"))),
        ("article:12,15 x article:#3", "x", Filters(articles=(3, 12, 15))),
        ("article:１２、15 x", "x", Filters(articles=(12, 15))),
        ("lang:en", "", Filters(languages=("en",))),
    ],
)
def test_filters_are_taken_out_of_the_question(typed: str, question: str, filters: Filters) -> None:
    assert parse(typed) == (question, filters)


@pytest.mark.parametrize(
    ("names", "language"),
    [
        ("zh ZH 中文 chinese 漢語", "zh"),
        ("zh-Hans zh_cn hans cn 简体 簡體 简体中文", "zh-Hans"),
        ("zh-hant tw hk 繁體 繁体 繁體中文 正體", "zh-Hant"),
        ("en English 英文 英語", "en"),
    ],
)
def test_languages_go_by_many_names(names: str, language: str) -> None:
    for name in names.split():
        assert parse(f"lang:{name}")[1] == Filters(languages=(language,))


@pytest.mark.parametrize(
    "text",
    [
        'what is "lang:en" for?',
        "「in:路透」是什么？ “after:lunch 的 lang:xx” ",
        "in: the ratio 3:2",
        "slang:en begin:now",
        "他说:lang:en",
        "the language: en",
        "  two  spaces\n",
    ],
)
def test_text_without_filters_stays_as_it_is(text: str) -> None:
    assert parse(text) == (text, Filters())


@pytest.mark.parametrize(
    ("typed", "told"),
    [
        ("lang:klingon", "lang:klingon"),
        ("lang:,", "lang:"),
        ("after:lunch", "after:lunch"),
        ("before:2024-13", "before:2024-13"),
        ("after:2024-02-30", "after:2024-02-30"),
        ("after:0000", "after:0000"),
        ('in:"never closed', "no closing quotation mark"),
        ('in:""', "nothing to filter by"),
        ("in:\u200b", "nothing to filter by"),
        ("article:twelve", "article:twelve"),
        ("article:" + "9" * 5000, "article:999"),
    ],
)
def test_a_wrong_value_is_told_with_a_hint(typed: str, told: str) -> None:
    with pytest.raises(UsageError) as caught:
        parse(f"who paid? {typed}")
    assert told in caught.value.message and caught.value.hint
    assert len(caught.value.message) < 120


def test_messages_carry_nothing_unprintable() -> None:
    with pytest.raises(UsageError) as caught:
        parse("lang:\x1b[31m\u202ered")
    assert str(caught.value).isprintable()


def test_options_hold_filters_alone() -> None:
    assert parse_all(("lang:en in:x", "lang:zh")) == Filters(("en", "zh"), sources=("x",))
    assert parse_all(()) == Filters()
    for wrong in ("en", "", "lang:en who?"):
        with pytest.raises(UsageError):
            parse_all((wrong,))


_years = st.integers(1900, 2100).map(str)
_months = st.builds("{}-{:02}".format, _years, st.integers(1, 12))
_dates = st.one_of(st.just(""), _years, _months, st.dates().map(lambda day: day.isoformat()))
_filters = st.builds(
    Filters,
    st.lists(st.sampled_from(LANGUAGES), max_size=3).map(tuple),
    _dates,
    _dates,
    st.lists(st.text(max_size=12).filter(lambda s: any(map(str.isalnum, s))), max_size=3).map(tuple),
    st.lists(st.integers(0, 10**15 - 1), max_size=4).map(tuple),
)
_words = st.text(alphabet=st.characters(exclude_characters="：:"), max_size=30)


@given(_filters, _words)
def test_the_typed_form_reads_back(filters: Filters, words: str) -> None:
    question = words.strip()
    assert parse(f"{filters} {question}".strip()) == (question, filters)


@given(_filters)
def test_parts_add_up_and_come_off(filters: Filters) -> None:
    assert parse_all(filters.parts()) == filters
    left = filters
    for part in filters.parts():
        assert part not in left.without(part).parts()
        left = left.without(part)
    assert not left and str(left) == ""


_pieces = st.one_of(
    st.sampled_from([f"{key}{colon}" for key in KEYS for colon in ":："]),
    st.sampled_from(['"', "“", "”", "「", "」", " ", "2024"]),
    st.text(max_size=6),
)


@given(st.lists(_pieces, max_size=12).map("".join))
def test_any_text_is_read_or_refused(text: str) -> None:
    check_filters(text)


_REPEATED = ['"', "“", "「『", ' "', "lang:", "in:“", ' in:"', "in:「x", "after:2024-", " \u3000", "in:x "]


@pytest.mark.parametrize("piece", _REPEATED)
def test_long_texts_are_read_once(piece: str) -> None:
    """A pattern that goes back over what it has read would take minutes here."""
    text = piece * (400_000 // len(piece))
    try:
        question, filters = parse(text)
    except UsageError as error:
        assert len(str(error)) < 400
    else:
        assert question == text or filters


# What passes


@pytest.mark.parametrize(
    ("typed", "passes"),
    [
        ("lang:zh", True),
        ("lang:hans", True),
        ("lang:hant", False),
        ("lang:hant lang:zh", True),
        ("lang:en", False),
        ("after:2024", True),
        ("after:2024-01-23", True),
        ("after:2024-01-24", False),
        ("before:2024-01-23", False),
        ("before:2024-01-24", True),
        ("after:2024-01 before:2024-02", True),
        ("before:2024", False),
        ("in:路透", True),
        ("in:路透社", True),
        ("in:標題", True),
        ("in:NEWS", True),
        ("in:a.txt", True),
        ("in:elsewhere", False),
        ("in:elsewhere in:路透", True),
        ("in:路透 lang:en", False),
        ("article:1", True),
        ("article:2,3", False),
    ],
)
def test_what_passes(typed: str, passes: bool) -> None:
    article = an_article(source="路透社「中文」", title="标题")
    assert parse(typed)[1].allows(article) is passes


def test_an_article_without_a_date_passes_no_filter_by_date() -> None:
    undated = an_article(published=None)
    assert Filters().allows(undated)
    assert not Filters(after="1900").allows(undated) and not Filters(before="2100").allows(undated)


def test_what_is_dated_by_its_year_is_before_none_of_its_months() -> None:
    of_a_year = an_article(published="1987")
    assert Filters(before="1988").allows(of_a_year) and Filters(after="1987").allows(of_a_year)
    assert not Filters(before="1987-05").allows(of_a_year) and not Filters(after="1987-05").allows(of_a_year)


def test_quotation_marks_do_not_count() -> None:
    assert parse('in:"他说 你好"')[1].allows(an_article(title="他说 “你好”"))


def test_adding_takes_the_later_date_and_both_languages() -> None:
    one, other = parse_all(("lang:en after:2023 in:a",)), parse_all(("lang:zh after:2024",))
    assert str(one.adding(other)) == "lang:en lang:zh after:2024 in:a"
    assert str(Filters(articles=(1, 2, 3)).without("article:2")) == "article:1,3"


def test_tags_and_collections_of_zotero_are_places_to_look_in() -> None:
    said = Reference("/z.sqlite", "A", "B", "", "book", tags=("Clocks & Tides", "未读"))
    article = replace(an_article(), reference=said)
    for words, passes in (('in:"clocks & tides"', True), ("in:未读", True), ("in:bridges", False)):
        assert parse(words)[1].allows(article) is passes
