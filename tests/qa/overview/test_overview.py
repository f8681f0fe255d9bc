"""What a library holds: facts, particular terms, reposts, changed figures, and the extract of an article."""

from __future__ import annotations

import math
from collections.abc import Mapping
from itertools import pairwise
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from index.errors import Cancelled
from index.lexicon.lexicon import bundled_lexicon
from index.text.language import detect
from index.types import Article, ArticleInfo, Monitor, ParsedArticle, Span
from qa.overview.extract import extract
from qa.overview.facts import facts_of
from qa.overview.keyness import keyness
from qa.overview.phrases import gather, join_phrases
from qa.question.filters import Filters
from qa.session import Session
from qa.settings import Settings

# Four articles about a lighthouse in two languages, one of them a changed copy, and one of something else.
KEEPER = (
    "The lighthouse of Nordvik has a new keeper, Ida Harbo. Harbo counted 412 ships in the first month, more "
    "than any keeper before her. The lighthouse of Nordvik was built of granite, and its lamp turns on "
    "mercury. Ida Harbo says that the lamp of the lighthouse is older than the harbour."
)
TEXTS = {
    "keeper": ("The keeper", KEEPER, "2023-11-02", "Harbour News"),
    "copy": ("The new keeper", KEEPER.replace("412", "437"), "2024-02-03", "Shore Paper"),
    "灯塔": (
        "灯塔换人",
        "诺德维克（Nordvik）灯塔来了新的看守人伊达·哈尔博（Ida Harbo）。"
        "诺德维克灯塔由花岗岩建成，灯塔的灯浮在水银上。"
        "哈尔博说，灯塔比港口还老。",
        "2023-12-24",
        "港口报",
    ),
    "燈塔": ("燈塔之夜", "諾德維克燈塔在夜裡照亮港口。燈塔的看守人數著船隻，燈塔的燈不停。", None, "港口报"),
    "tea": (
        "Tea",
        "Tea is picked in spring. The leaves are dried slowly in the shade of the house.",
        "2024",
        None,
    ),
}


def a_session(path: Path, texts: Mapping[str, tuple[str, str, str | None, str | None]]) -> Session:
    session = Session.open(Settings(library=path), create=True)
    session.library.add_parsed(
        [
            (key, ParsedArticle(text, title, detect(text), published=published, source=source))
            for key, (title, text, published, source) in texts.items()
        ]
    )
    return session


@pytest.fixture(scope="module")
def session(tmp_path_factory: pytest.TempPathFactory) -> Session:
    return a_session(tmp_path_factory.mktemp("library"), TEXTS)


def info(number: int, published: str | None, source: str | None = None) -> ArticleInfo:
    added = f"2026-01-{number:02}"
    return ArticleInfo(number, f"{number}.txt", f"A {number}", "en", published, None, source, added, 10, 1)


# Facts


def test_months_without_gaps_where_they_are_few() -> None:
    facts = facts_of([info(1, "2023-11-02"), info(2, "2024-01-03T10:00"), info(3, "2024-01"), info(4, None)])
    assert [(p.name, p.count) for p in facts.periods] == [("2023-11", 1), ("2023-12", 0), ("2024-01", 2)]
    assert facts.undated == 1 and facts.newest[0].id == 4


@pytest.mark.parametrize("dates", [["2019-01", "2024-02"], ["2023", "2024-02"]])
def test_years_where_months_are_many_or_unknown(dates: list[str]) -> None:
    names = [period.name for period in facts_of([info(1, dates[0]), info(2, dates[1])]).periods]
    assert names == [str(year) for year in range(int(dates[0][:4]), 2025)]


def test_what_is_no_date_counts_as_none_and_the_last_year_ends() -> None:
    facts = facts_of([info(1, "last spring"), info(2, "2024-13"), info(3, "9999"), info(4, "9998-12-31")])
    assert [(p.name, p.count) for p in facts.periods] == [("9998", 1), ("9999", 1)]
    assert facts.undated == 2


@given(st.lists(st.dates().map(str) | st.integers(1500, 2100).map(str) | st.none(), min_size=1, max_size=20))
def test_each_dated_article_passes_the_filters_of_one_period(dates: list[str | None]) -> None:
    articles = [info(number, date) for number, date in enumerate(dates, 1)]
    facts = facts_of(articles)
    for period in facts.periods if len(facts.periods) < 500 else ():
        assert sum(map(period.filters.allows, articles)) == period.count
    assert sum(period.count for period in facts.periods) + facts.undated == len(dates)


def test_sources_and_languages_are_counted(session: Session) -> None:
    facts = session.facts()
    assert facts.sources[0] == ("港口报", 2)
    assert dict(facts.languages) == {"en": 3, "zh-Hans": 1, "zh-Hant": 1}
    assert session.facts(Filters(languages=("en",))).articles == 3


# Keyness


def test_keyness_is_the_log_likelihood_ratio() -> None:
    """Against the ratio of two binomial likelihoods, computed from their definition."""

    def log_likelihood(count: int, size: int, share: float) -> float:
        rest = (size - count) * math.log(1 - share) if share < 1 else 0.0
        return (count * math.log(share) if count else 0.0) + rest

    for count, size, usual in (
        (30, 1000, 0.002),
        (2, 1000, 0.002),
        (1, 1000, 0.002),
        (7, 7, 0.5),
        (0, 50, 0.1),
    ):
        own = log_likelihood(count, size, count / size) if count else 0.0
        expected = 2 * (own - log_likelihood(count, size, usual))
        found = keyness(np.array([count]), np.array([size]), np.array([math.log(usual)]))[0]
        assert abs(found) == pytest.approx(expected, abs=1e-6)
        assert (found < 0) == (count / size < usual)


def test_keyness_of_a_known_table() -> None:
    """Rayson and Garside's example form: 100 of 10,000 words where one in a thousand is usual."""
    found = keyness(np.array([100]), np.array([10_000]), np.array([math.log(0.001)]))[0]
    assert found == pytest.approx(2 * (100 * math.log(10) + 9_900 * math.log(0.99 / 0.999)), abs=1e-6)


@given(st.integers(1, 500), st.integers(0, 400))
def test_keyness_grows_with_the_count(size: int, count: int) -> None:
    count = min(count, size - 1)
    sizes, usual = np.full(2, size), np.full(2, math.log(0.01))
    less, more = keyness(np.array([count, count + 1]), sizes, usual)
    assert more >= less


# Phrases


def test_words_that_nearly_always_stand_together_become_one() -> None:
    passages = [(n, n, "the keeper ida harbo saw ships 3 4 德 特 克 来 了 德 特 克") for n in range(1, 5)]
    corpus = join_phrases(gather(passages, 4), bundled_lexicon())
    counts = dict(zip(corpus.words, corpus.counts().tolist(), strict=True))
    assert counts["德特克"] == 8
    assert any("ida harbo" in word for word, count in counts.items() if count)
    assert not any("3" in word and " " in word for word in corpus.words)


def test_phrases_never_reach_over_passages_and_keep_their_articles() -> None:
    passages = [(n, n // 2, "nordvik pier") for n in range(6)] + [(9, 9, "nordvik"), (10, 9, "pier")]
    corpus = join_phrases(gather(passages, 4), bundled_lexicon())
    at = corpus.words.index("nordvik pier")
    assert corpus.counts()[at] == 6 and corpus.articles_with(at) == [0, 1, 2]
    assert corpus.article_counts(np.array([at]))[at] == 3


@given(
    st.lists(st.lists(st.sampled_from(["ab", "cd", "德", "特", "克", "的", "9"]), max_size=12), max_size=8)
)
def test_joining_keeps_every_word_in_order(passages: list[list[str]]) -> None:
    rows = [(n, n, " ".join(words)) for n, words in enumerate(passages)]
    before, after = gather(rows, len(rows)), join_phrases(gather(rows, len(rows)), bundled_lexicon())

    def letters(corpus: object) -> str:
        ids, words = corpus.ids, corpus.words  # type: ignore[attr-defined]
        return "".join("|" if id < 0 else words[id].replace(" ", "") for id in ids.tolist())

    assert letters(before) == letters(after)


# Terms


def test_terms_of_both_languages_stand_side_by_side(session: Session) -> None:
    terms = {(term.chinese, term.latin): term for term in session.survey().terms}
    assert ("诺德维克", "Nordvik") in terms
    lighthouse = next(term for (chinese, _), term in terms.items() if chinese in ("灯塔", "燈塔"))
    assert lighthouse.latin == "lighthouse" and len(lighthouse.articles) == 4
    assert not any(chinese == "的" or latin in ("the", "is") for chinese, latin in terms)


def test_terms_of_a_selection_are_of_its_articles_alone(session: Session) -> None:
    tea = next(info.id for info in session.articles() if info.title == "Tea")
    terms = session.survey(Filters(articles=(tea,))).terms
    assert terms and all(term.articles == (tea,) for term in terms)
    assert "Nordvik" not in {term.latin for term in terms}


def test_reposts_and_the_figure_that_was_changed(session: Session) -> None:
    survey = session.survey()
    assert [{info.title for info in group} for group in survey.reposts] == [{"The keeper", "The new keeper"}]
    (difference,) = survey.differences
    assert {difference.one.quantity, difference.other.quantity} == {"412 ships", "437 ships"}
    for side in (difference.one, difference.other):
        article = session.article(side.article.id)
        assert article.text[side.start : side.end] == side.text


def test_terms_are_told_before_the_rest_and_the_work_can_be_stopped(session: Session) -> None:
    told: list[object] = []
    survey = session.survey(found=told.append)
    assert len(told) == 1 and told[0].terms == survey.terms  # type: ignore[attr-defined]
    with pytest.raises(Cancelled):
        session.survey(monitor=Monitor(cancelled=lambda: True))


def test_an_empty_selection_has_nothing(session: Session) -> None:
    nothing = Filters(articles=(999,))
    assert session.survey(nothing).terms == () and session.facts(nothing).periods == ()


# The extract


def extracted(session: Session, article: Article) -> tuple[Span, ...]:
    return extract(article, session.library.tokenizer, bundled_lexicon())


def test_the_extract_is_verbatim_in_order_and_begins_with_the_first_sentence(session: Session) -> None:
    article = session.article("The keeper")
    spans = extracted(session, article)
    said = [article.text[start:end] for start, end in spans]
    assert said[0] == "The lighthouse of Nordvik has a new keeper, Ida Harbo."
    assert len(said) == 3 and list(spans) == sorted(spans)
    assert all(text.endswith(".") for text in said)


def test_the_extract_takes_the_sentences_with_particular_words_and_none_twice(tmp_path: Path) -> None:
    common = "People think about this every day and then they go home again to sleep well."
    particular = "The granite lighthouse of Nordvik turns its lamp on a bath of mercury at night."
    text = (
        f"The lighthouse of Nordvik is going to be repaired this summer.\n\n{common}\n\n{particular}\n\n"
        + ("\n\n".join(["Some of them said that it was a good thing for all of us in the end."] * 3))
    )
    session = a_session(tmp_path / "library", {"a": ("A", text, None, None)})
    article = session.article("A")
    said = [article.text[start:end] for start, end in extracted(session, article)]
    assert particular in said and said.count(said[-1]) == 1
    assert all(first.end <= second.start for first, second in pairwise(extracted(session, article)))


def test_no_sentence_is_said_twice_with_another_number(tmp_path: Path) -> None:
    said = [f"In year {n} the keeper of Nordvik counted {n} ships of granite at the pier." for n in range(9)]
    session = a_session(tmp_path / "library", {"a": ("A", " ".join(said), None, None)})
    assert len(extracted(session, session.article("A"))) == 1


def test_an_article_of_headings_has_no_extract(tmp_path: Path) -> None:
    session = a_session(tmp_path / "library", {"a": ("A", "# One\n\n# Two\n", None, None)})
    assert extracted(session, session.article("A")) == ()


# At a glance


def test_a_glance_tells_where_each_sentence_stands(tmp_path: Path) -> None:
    text = (
        "# Nordvik\n\nThe lighthouse of Nordvik has a new keeper, Ida Harbo, since this spring.\n\n"
        "## The lamp\n\nThe lamp of the lighthouse turns on mercury, says Ida Harbo of Nordvik.\n\n"
        "## The harbour\n\nThe harbour of Nordvik is younger than the lamp of the lighthouse.\n"
    )
    session = a_session(tmp_path / "library", {"a": ("Nordvik", text, None, None)})
    glance = session.glance(session.article("Nordvik").id)
    assert [each.heading for each in glance.extract] == ["", "The lamp", "The harbour"]
    assert all(text[each.start : each.end] == each.text for each in glance.extract)
    assert [heading for _, heading in glance.headings] == ["The lamp", "The harbour"]
    assert all(text.startswith(heading, start) for start, heading in glance.headings)
    assert dict(glance.names) == {"Nordvik": 4, "Ida Harbo": 2}, "also in a heading that names it"


def test_of_a_book_only_the_beginning_is_read(tmp_path: Path) -> None:
    text = "\n\n".join(
        f"The keeper of Nordvik counted {number} ships in the long month." for number in range(2_000)
    )
    session = a_session(tmp_path / "library", {"a": ("A", text, None, None)})
    glance = session.glance(session.article("A").id)
    assert glance.extract[0].start == 0 and all(each.end <= 40_000 for each in glance.extract)
    assert 0 < dict(glance.names)["Nordvik"] < 1_000
