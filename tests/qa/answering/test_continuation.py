"""Going on from an answer: "tell me more" reads on, "which article?" names it, "why?" looks near it first."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import combinations
from pathlib import Path

import pytest
from made_up import a_library

from index.errors import UsageError
from index.library import Library
from index.types import Kind
from qa import tuning
from qa.engine import Engine
from qa.output import explain, terminal
from qa.question.filters import parse
from qa.types import Answer

ORCHARD = """---
author: Nell Marsh
source: Orchard Weekly
date: 2021-03-04
---

# The orchard on the hill

Nell Marsh bought the orchard in 1994. It had eleven pear trees and a shed without a roof.

Her first harvest rotted in the rain.

## The press

The cider press weighs two tonnes. It came from a farm that closed. To start it you need:

- a litre of oil
- two people
- a dry morning

Her son mended the screw, which had bent when a branch fell between the plates during a storm.

## Varieties

Variety | Trees
Conference | 40
Comice | 12

The Comice trees suffer from canker, because the soil is wet.
"""
NOTES = """# Notes on cider

Every cider press in the county is heavy and painted green. Children may not touch it.
"""
MILL = """# 河边的水磨

水磨由石匠郭成业在 1931 年建成。磨盘重八百公斤，由两头骡子拉来。

1954 年发大水，水磨停了三年。停工是因为水渠被泥沙堵住了。

## 面粉

水磨每天磨面粉四百斤。村里人用小米换面粉。
"""
BUILT = "水磨是哪一年建成的？"
WEIGHT = "How heavy is the cider press?"


@pytest.fixture(scope="module")
def library(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Library]:
    folder: Path = tmp_path_factory.mktemp("continuation")
    for name, text in (("orchard.md", ORCHARD), ("notes.md", NOTES), ("mill.md", MILL)):
        (folder / name).write_text(text, encoding="utf-8")
    with a_library(folder / "library") as library:
        library.add([folder / name for name in ("orchard.md", "notes.md", "mill.md")])
        yield library


@pytest.fixture(scope="module")
def engine(library: Library) -> Engine:
    return Engine(library)


def read_on(engine: Engine, question: str, more: str) -> list[Answer]:
    """The answer and what follows it, up to the reply that nothing does."""
    asked = [question]
    answers = [engine.ask(question)]
    while answers[-1].citations:
        answers.append(engine.ask(more, previous=asked))
        asked.append(more)
        assert len(answers) < 20
    return answers


@pytest.mark.parametrize(
    ("question", "more"), [("When did Nell Marsh buy the orchard?", "Tell me more."), (BUILT, "還有呢？")]
)
def test_more_reads_on_to_the_end_and_repeats_nothing(
    engine: Engine, library: Library, question: str, more: str
) -> None:
    first, *following, end = read_on(engine, question, more)
    assert first.answered and following
    assert all(answer.verdict == "answer" and answer.follow_up == "more" for answer in following)
    shown = [citation for answer in (first, *following) for citation in answer.citations]
    for one, other in combinations(shown, 2):
        assert not one.covers(other.hit.article.id, other.start, other.end)
    for citation in shown:
        article = library.article(citation.hit.article.id)
        assert article.text[citation.start : citation.end] == citation.quote
        assert citation.hit.passage.start <= citation.start <= citation.end <= citation.hit.passage.end
    # Every sentence of the article after the answer was shown, and no heading, header row or metadata was.
    article = library.article(first.citations[0].hit.article.id)
    for block in article.blocks:
        read = any(citation.covers(article.id, block.start, block.end) for citation in shown)
        header = block.kind is Kind.ROW and block.level == 1
        assert read != (header or block.kind in (Kind.HEADING, Kind.METADATA))
    assert (end.verdict, end.confidence, end.to_json()["follow_up"]) == ("none", 0.0, "more")
    assert end.decision is None and "Nothing follows" in explain.text(end, terminal.Terminal())
    assert terminal.answer(end, terminal.Terminal()).startswith("Nothing follows")


def test_more_finishes_the_section_then_goes_to_another_article_on_it(engine: Engine) -> None:
    first, rest, elsewhere, *_ = read_on(engine, WEIGHT, "what else?")
    assert "two tonnes" in first.sentences[0].text
    assert [citation.hit.article.title for citation in first.citations[:1]] == ["The orchard on the hill"]
    assert rest.citations[-1].quote.startswith("Her son mended")
    assert rest.citations[0].context[-1].text == "## The press"
    assert elsewhere.citations[0].hit.article.title == "Notes on cider"
    assert "Children" in elsewhere.citations[0].quote


def test_more_shows_no_more_than_a_list_may_have_and_finishes_what_is_nearly_read(
    engine: Engine, monkeypatch: pytest.MonkeyPatch
) -> None:
    whole = read_on(engine, BUILT, "继续")
    monkeypatch.setattr(tuning, "UNIT_WIDTH", 10)
    monkeypatch.setattr(tuning, "LIST_WIDTH", 40)
    small = read_on(engine, BUILT, "继续")
    assert len(small) > len(whole)
    assert all(len(citation.quote) < 40 for answer in small[1:] for citation in answer.citations)


def test_one_citation_at_a_time_loses_nothing(engine: Engine) -> None:
    asked = [WEIGHT]
    quotes: list[str] = []
    while (answer := engine.ask("more", previous=asked, k=1)).citations:
        assert len(answer.citations) == 1
        quotes.append(answer.citations[0].quote)
        asked.append("more")
    assert len(set(quotes)) == len(quotes) and any("Comice" in quote for quote in quotes)


@pytest.mark.parametrize("question", ["which article?", "哪篇文章？", "When was that article written?"])
def test_the_source_is_told_with_author_source_and_day(engine: Engine, question: str) -> None:
    before = engine.ask(WEIGHT)
    answer = engine.ask(question, previous=[WEIGHT])
    assert (answer.verdict, answer.follow_up) == ("answer", "source")
    assert answer.citations == before.citations and answer.confidence == before.confidence
    about = answer.to_json()["sources"][0]
    assert about.pop("path").endswith("orchard.md") and about.pop("article")
    assert about == {
        "title": "The orchard on the hill",
        "author": "Nell Marsh",
        "source": "Orchard Weekly",
        "published": "2021-03-04",
        "citations": [1],
    }
    shown = terminal.answer(answer, terminal.Terminal())
    assert shown.startswith("[1] The orchard on the hill · 2021-03-04")
    assert "Nell Marsh · Orchard Weekly" in shown and "two tonnes" not in shown


def test_an_article_without_author_source_and_date_says_so(engine: Engine) -> None:
    shown = terminal.answer(engine.ask("出处？", previous=[BUILT]), terminal.Terminal())
    assert shown.startswith("[1] 河边的水磨") and "It names neither author, source nor date." in shown


def test_the_source_of_more_is_where_that_stands(engine: Engine) -> None:
    asked = [WEIGHT, "more", "more"]
    more = engine.ask("more", previous=asked[:2])
    source = engine.ask("where does it say that?", previous=asked)
    assert source.citations == more.citations
    assert [about.title for about, _ in source.sources] == ["Notes on cider"]
    assert "sources" not in more.to_json() and "follow_up" not in engine.ask(WEIGHT).to_json()


@pytest.mark.parametrize("question", ["tell me more", "还有呢？", "which article?", "出处？"])
@pytest.mark.parametrize(
    ("previous", "hint"),
    [
        ([], "ask a question first"),
        (["tell me more"], "ask a question first"),
        (["Who invented penicillin?"], "in other words"),
    ],
)
def test_without_an_answer_before_there_is_a_hint(
    engine: Engine, question: str, previous: list[str], hint: str
) -> None:
    with pytest.raises(UsageError) as refused:
        engine.ask(question, previous=previous)
    assert "\n" not in str(refused.value) and hint in refused.value.hint


def test_what_follows_what_is_only_related_is_no_answer(
    engine: Engine, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(tuning, "MIN_CONFIDENCE", dict.fromkeys(tuning.MIN_CONFIDENCE, 1.01))
    first, more, *_ = read_on(engine, WEIGHT, "more")
    assert first.verdict == more.verdict == "related" and more.citations and not more.sentences
    assert len(more.citations) <= 3


def test_words_are_carried_over_what_was_read_on(engine: Engine) -> None:
    asked = [BUILT, "还有呢？", "出处？"]
    answer = engine.ask("谁建的？", previous=asked)
    assert answer.carried == engine.ask("谁建的？", previous=asked[:1]).carried
    assert "水磨" in answer.carried and "郭成业" in answer.sentences[0].text


def test_a_bare_question_is_asked_near_the_last_quote_first(engine: Engine) -> None:
    stopped = engine.ask("为什么？", previous=["水磨停了几年？"])
    assert "泥沙" in stopped.sentences[0].text and stopped.carried
    near = {hit.article.title for hit in stopped.hits}
    assert near == {"河边的水磨"}
    # What was just quoted answers again only if it holds what is asked for.
    where = engine.ask("when?", previous=["Who bought the orchard?"])
    assert "1994" in where.sentences[0].text


def test_filters_hold_for_what_is_gone_on_from(engine: Engine) -> None:
    filters = parse("in:Notes")[1]
    more = engine.ask("more", previous=[WEIGHT], filters=filters)
    assert {citation.hit.article.title for citation in more.citations} <= {"Notes on cider"}
