"""Asking and searching as both front ends do."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from click.testing import Result
from made_up import TEXTS, a_library

from index.errors import UsageError
from index.lexicon.lexicon import bundled_lexicon
from index.library import Library
from index.types import ParsedArticle
from qa import tuning
from qa.engine import Engine
from qa.types import MAX_QUESTION_LENGTH, Answer, SearchResult

Run = Callable[..., Result]
QUESTIONS = [
    "Who opened the Harbour Museum?",
    "港口博物馆是谁创办的？",
    "長橋有多長？",
    "Why does the tower clock lose time?",
    "Who invented penicillin?",
    "茶园收成了多少公斤？",
]


@pytest.fixture(scope="module")
def library(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Library]:
    with a_library(tmp_path_factory.mktemp("engine") / "library", TEXTS) as library:
        yield library


@pytest.fixture(scope="module")
def engine(library: Library) -> Engine:
    return Engine(library)


def timeless(reply: Answer | SearchResult) -> Answer | SearchResult:
    return replace(reply, elapsed_ms=0.0)


@pytest.mark.parametrize("question", ["", "  \n", "\u200b\u202e", "\x1b", "？" * (MAX_QUESTION_LENGTH + 1)])
def test_empty_and_overlong_questions_are_refused(engine: Engine, question: str) -> None:
    for ask in (engine.ask, engine.search):
        with pytest.raises(UsageError) as refused:
            ask(question)
        assert refused.value.hint


@pytest.mark.parametrize(
    "question", ["？！", "的", "zzyzx", "a" * MAX_QUESTION_LENGTH, "\ud800?", "²½ ℃", "who"]
)
def test_odd_questions_get_an_answer_all_the_same(engine: Engine, question: str) -> None:
    answer = engine.ask(question)
    assert 0 <= answer.confidence <= 1
    assert engine.search(question).query == question


def test_an_answer_holds_together(engine: Engine, library: Library) -> None:
    for question in QUESTIONS:
        answer = engine.ask(question, k=3)
        assert answer.question == question and answer.elapsed_ms > 0
        assert bool(answer.sentences) == answer.answered
        assert 1 <= len(answer.citations) <= 3
        assert all(citation.hit in answer.hits for citation in answer.citations)
        assert [hit.rank for hit in answer.hits] == list(range(1, len(answer.hits) + 1))
        for citation in answer.citations:
            article = library.article(citation.hit.article.id)
            assert article.text[citation.start : citation.end] == citation.quote
        for sentence in answer.sentences:
            assert answer.citations[sentence.citation - 1].quote == sentence.text
        assert json.loads(json.dumps(answer.to_json()))["answered"] == answer.answered


def test_an_answer_and_a_refusal(engine: Engine, monkeypatch: pytest.MonkeyPatch) -> None:
    question = "Who opened the Harbour Museum in 1962?"
    answer = engine.ask(question)
    assert answer.answered and "Ada Brook" in answer.sentences[0].text
    monkeypatch.setattr(tuning, "MIN_CONFIDENCE", dict.fromkeys(tuning.MIN_CONFIDENCE, 1.01))
    refused = engine.ask(question, k=4)
    assert not refused.answered and refused.sentences == ()
    assert refused.confidence == answer.confidence
    # What touches on the question is shown all the same.
    assert refused.verdict == "related" and refused.citations == answer.citations[:4]
    monkeypatch.setattr(tuning, "MIN_RELATED", 1.01)
    refused = engine.ask(question, k=4)
    # So are the nearest passages, each by its best sentence.
    assert refused.verdict == "none"
    assert [citation.hit for citation in refused.citations] == list(refused.hits[:4])
    assert "Ada Brook" in refused.citations[0].quote


def test_missing_words_are_those_found_nowhere(engine: Engine) -> None:
    assert engine.ask("Did Zzyzx Quux open the Harbour Museum? Did Zzyzx?").missing == ("Zzyzx", "Quux")
    assert engine.ask("Who opened the Harbour Museum?").missing == ()
    assert engine.ask("博物馆是谁开的？").missing == ()  # said in other words, or in English
    assert engine.ask("who, what, the? 的").missing == ()
    assert engine.ask("博物馆是什么时候开的？").missing == ()  # 时候 is of the question word
    assert engine.ask("𠮷咗嘅，乜嘢是谁？").missing == ("𠮷咗嘅", "乜嘢")  # not character by character


@pytest.mark.parametrize(
    ("question", "quote"),
    [
        ("哪座桥在一九五八年通车？", "1958 年通車"),
        ("Which bridge opened in nineteen fifty-eight?", "1958 年通車"),
        ("9000辆什么每天从桥上经过？", "九千輛腳踏車"),
        ("Who sold it for 3,000,000 pounds?", "3 million pounds"),
        ("谁的博物馆卖了三百万英镑？", "300 万英镑"),
        ("40 minutes: what does the ferry cross?", "forty minutes"),
        ("Who has 80,000 books?", "八万册"),
        ("What gave one hundred and forty jars?", "140 jars"),
    ],
)
def test_a_number_is_found_however_it_is_written(engine: Engine, question: str, quote: str) -> None:
    answer = engine.ask(question)
    assert answer.answered and quote in answer.sentences[0].text
    assert answer.missing == ()


@pytest.fixture(scope="module")
def words(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Engine]:
    """Each article beside one that differs in a word."""
    texts = {
        "places": ("Opening times", "The restaurant opens at eleven.\n\nThe pharmacy opens at nine."),
        "animals": ("The zoo", "Quokkas live on Rottnest Island.\n\nWallabies live on Kangaroo Island."),
        "office": ("The office", "Time sheets are due on Friday.\n\nInvoices are due on Monday."),
        "papers": ("Archives", "Schrödinger's papers are in the tower.\n\nBohr's papers are in the cellar."),
        "phones": ("电话", "张伟的电话是010-6275 1234。\n\n李娜的电话是021-5566 7788。"),
    }
    with a_library(tmp_path_factory.mktemp("words") / "library", texts) as library:
        yield Engine(library)


@pytest.mark.parametrize(
    ("question", "quote"),
    [
        ("Where does a quokka live?", "Rottnest"),
        ("Where does a wallaby live?", "Kangaroo"),
        ("When are timesheets due?", "Friday"),
        ("When is the time-sheet due?", "Friday"),
        ("Where are the papers of Schroedinger?", "tower"),
        ("62751234是谁的电话？", "张伟"),
        ("55667788是谁的电话？", "李娜"),
    ],
)
def test_a_word_is_found_in_its_other_forms(words: Engine, question: str, quote: str) -> None:
    answer = words.ask(question)
    assert answer.answered and quote in answer.sentences[0].text
    assert answer.missing == ()


@pytest.mark.parametrize(
    ("question", "quote", "misspelt"),
    [
        ("When does the restaraunt open?", "eleven", "restaraunt"),
        ("When does the Pharmecy open?", "nine", "Pharmecy"),
        ("Where are Schrödingr's papers?", "tower", "Schrödingr's"),
    ],
)
def test_a_misspelt_word_is_found_and_told(words: Engine, question: str, quote: str, misspelt: str) -> None:
    answer = words.ask(question)
    assert answer.answered and quote in answer.sentences[0].text
    assert answer.missing == (misspelt,)
    # The right word gives more confidence.
    right = words.ask(question.replace(misspelt, quote_word(answer)))
    assert right.confidence > answer.confidence and right.missing == ()


def quote_word(answer: Answer) -> str:
    """The word that an answer took for the misspelt one."""
    (taken,) = {
        name for word in answer.words if word.text in answer.missing for name, _ in word.neighbours[:1]
    }
    return taken


def test_a_web_address_pasted_along_changes_nothing(engine: Engine) -> None:
    plain = engine.ask("Who opened the Harbour Museum?")
    pasted = engine.ask("https://example.com/a?utm=b#c Who opened the Harbour Museum?")
    assert plain.answered and replace(pasted, question=plain.question, elapsed_ms=plain.elapsed_ms) == plain
    assert not engine.ask("https://example.com/a?utm=b#c").answered


def test_a_follow_up_takes_over_what_it_leaves_out(engine: Engine) -> None:
    alone = engine.ask("When was it sold to the city?")
    assert alone.carried == ()
    follow = engine.ask("When was it sold to the city?", previous=["Who opened the Harbour Museum?"])
    assert {word.lower() for word in follow.carried} >= {"harbour", "museum"}
    assert follow.question == "When was it sold to the city?"
    assert follow.hits[0].article.path in ("museum", "博物馆")
    assert follow.to_json()["carried"] == list(follow.carried) and "carried" not in alone.to_json()


def test_a_question_of_its_own_carries_nothing(engine: Engine) -> None:
    question = "Why does the tower clock lose four minutes a day?"
    answer = engine.ask(question, previous=["Who opened the Harbour Museum?"])
    assert answer.carried == ()
    assert timeless(answer) == timeless(engine.ask(question))


def test_search_marks_the_words_that_match(engine: Engine, library: Library) -> None:
    result = engine.search("museum ships 博物館", k=4)
    assert len(result.hits) == 4
    for hit in result.hits:
        text = library.article(hit.article.id).text
        assert text[hit.passage.start : hit.passage.end] == hit.passage.text
        for match in hit.matches:
            assert text[match.start : match.end] == match.text
            assert hit.passage.start <= match.start < match.end <= hit.passage.end
            assert match.word in ("museum", "ships", "博物館")
    marked = {match.text: match.similarity for hit in result.hits for match in hit.matches}
    assert marked["ships"] == marked["museum"] == marked["博物馆"] == 1.0
    assert 0 < marked["船"] < 1
    places = [(match.start, match.end) for match in result.hits[0].matches]
    assert places == sorted(set(places))
    assert json.loads(json.dumps(result.to_json()))["hits"][0]["matches"]


@pytest.mark.parametrize("k", [1, 2, 100])
def test_k_counts_passages(engine: Engine, library: Library, k: int) -> None:
    hits = engine.search("museum", k=k).hits
    assert len(hits) == min(k, library.passage_count)
    assert len(engine.ask("Who opened the museum?", k=k).citations) <= k


def test_threads_get_the_answers_that_one_gets(library: Library) -> None:
    expected = [timeless(Engine(library).ask(question)) for question in QUESTIONS]
    shared = Engine(library)
    with ThreadPoolExecutor(4) as pool:
        replies = [*pool.map(shared.ask, QUESTIONS * 4)]
    assert [timeless(reply) for reply in replies] == expected * 4


def test_articles_added_while_asking_are_found(tmp_path: Path) -> None:
    with a_library(tmp_path / "library", {"clock": TEXTS["clock"]}) as library:
        engine = Engine(library)
        question = "How many jars of honey did the bees give?"
        assert "honey" in engine.ask(question).missing
        title, text = TEXTS["bees"]
        library.add_parsed([("bees", ParsedArticle(text, title, "en"))])
        answer = engine.ask(question)
        assert answer.missing == () and "140 jars of honey" in answer.citations[0].quote
        (bees,) = (info.id for info in library.articles() if info.path == "bees")
        library.remove([bees])
        assert all(hit.article.path != "bees" for hit in engine.ask(question).hits)


def test_a_library_without_articles_answers_nothing(tmp_path: Path) -> None:
    with Library.open(tmp_path / "library", create=True) as library:
        answer = Engine(library).ask("Who opened the Harbour Museum?")
    assert (answer.answered, answer.confidence, answer.citations, answer.hits) == (False, 0.0, (), ())
    assert "Harbour" in answer.missing


def test_a_library_follows_the_bundled_lexicon(
    qa: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """One with half the dimensions takes the place of the one that a library was made with."""
    with a_library(tmp_path / "own", TEXTS) as made:
        dimensions = made.status().dimensions
    now = bundled_lexicon()
    vectors = now.vectors(np.arange(len(now)))[:, : dimensions // 2]
    vectors /= np.maximum(np.linalg.norm(vectors, axis=1, keepdims=True), 1e-9)
    other = now.with_vectors(vectors, now.weights)
    other.fingerprint = "another"
    monkeypatch.setattr("index.lexicon.lexicon.bundled_lexicon", lambda: other)
    monkeypatch.setattr("qa.retrieval.retriever.bundled_lexicon", lambda: other)
    listed = qa("list", "--library", tmp_path / "own", "--json")
    answer = qa("ask", "--library", tmp_path / "own", "--json", QUESTIONS[0])
    assert answer.exit_code == 0 and "1962" in json.loads(answer.stdout)["answer"][0]["text"]
    assert (
        json.loads(qa("status", "--library", tmp_path / "own", "--json").stdout)["dimensions"]
        == dimensions // 2
    )
    assert qa("list", "--library", tmp_path / "own", "--json").stdout == listed.stdout
    with a_library(tmp_path / "fresh", TEXTS) as fresh, Library.open(tmp_path / "own") as own:
        for question in QUESTIONS:
            new, old = Engine(fresh).search(question).hits, Engine(own).search(question).hits
            assert [(h.article.path, h.score) for h in new] == [(h.article.path, h.score) for h in old]
