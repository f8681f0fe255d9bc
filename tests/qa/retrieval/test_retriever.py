"""Retrieval from a small library, against naive soft BM25 and exact vector search."""

from __future__ import annotations

import zlib
from collections.abc import Iterator, Sequence
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from made_up import TEXTS, a_library

from index.library import Library
from index.search.rescoring import K1, B
from index.text.language import detect
from index.types import ParsedArticle, Passage, Scored
from qa import tuning
from qa.question.query import Query
from qa.retrieval.retriever import Retriever, _fuse

QUESTIONS = [
    "Who opened the Harbour Museum?",
    "博物馆是谁创办的？",
    "長橋有多長？",
    "Who designed the long bridge?",
    "为什么钟走得慢？",
    "ferry company 1931 sold",
    "乌龙茶 6,200 kilograms",
    "zzyzx quux",
]


@pytest.fixture(scope="module")
def library(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Library]:
    with a_library(tmp_path_factory.mktemp("retrieve") / "library") as library:
        yield library


def all_passages(library: Library) -> list[Passage]:
    return [passage for info in library.articles() for passage in library.article_passages(info.id)]


def soft_bm25(query: Query, passages: Sequence[Passage]) -> dict[int, float]:
    bags = {passage.id: [*passage.context, *passage.words] for passage in passages}
    assert max(map(len, bags.values())) <= 40  # up to here tantivy keeps lengths exactly
    average = sum(map(len, bags.values())) / len(bags)
    scores: dict[int, float] = {}
    for passage, bag in bags.items():
        norm = K1 * (1 - B + B * len(bag) / average)
        for clause in query.clauses:
            counts = [(bag.count(word), weight) for word, weight in clause if word in bag]
            if counts:
                best = max(weight * n * (K1 + 1) / (n + norm) for n, weight in counts)
                scores[passage] = scores.get(passage, 0.0) + best
    return scores


def exact_vectors(library: Library, query: Query, passages: Sequence[Passage]) -> dict[int, float]:
    words = [[*passage.context, *passage.words] for passage in passages]
    table = library.embedder.embed_passages([passage.text for passage in passages], words)
    asked = library.embedder.embed_query(query.text, [word.word for word in query.words])
    if not asked.any():
        return {}  # a question of unknown words is near to nothing
    return {passage.id: float(row @ asked) for passage, row in zip(passages, table, strict=True)}


def assert_as_naive(library: Library, question: str) -> None:
    retriever = Retriever(library)
    query = retriever.query(question)
    matcher = retriever.matcher(query)
    passages = all_passages(library)
    lexical, dense = soft_bm25(query, passages), exact_vectors(library, query, passages)
    expected = {
        passage: lexical.get(passage, 0.0) / (query.weight * (K1 + 1))
        + tuning.DENSE_WEIGHT * dense.get(passage, 0.0)
        for passage in {*lexical, *dense}
    }
    hits = retriever.retrieve(query, matcher, 100).hits
    assert {hit.passage.id: hit.score for hit in hits} == pytest.approx(expected, abs=2e-3)
    assert [hit.rank for hit in hits] == list(range(1, len(hits) + 1))
    assert [hit.score for hit in hits] == sorted((hit.score for hit in hits), reverse=True)
    for hit in hits:
        assert hit.article.id == hit.passage.article
        own = matcher.best([*hit.passage.context, *hit.passage.words])
        assert hit.coverage == pytest.approx(matcher.coverage(own))
        legs = {name: score for name, (_, score) in hit.found_by.items()}
        naive = {
            name: scores[hit.passage.id]
            for name, scores in (("lexical", lexical), ("dense", dense))
            if hit.passage.id in scores
        }
        assert legs == pytest.approx(naive, abs=2e-3)


@pytest.mark.parametrize("question", QUESTIONS)
def test_scores_are_those_of_a_naive_search(library: Library, question: str) -> None:
    assert_as_naive(library, question)


@pytest.mark.parametrize(
    ("question", "expected"),
    [
        ("Who opened the Harbour Museum?", {"museum", "博物馆"}),
        ("哪家博物館是阿達·布魯克創辦的？", {"博物馆", "museum"}),
        ("Why does the clock lose time?", {"clock"}),
        ("钟为什么走得慢？", {"clock"}),
        ("Who designed the bridge?", {"bridge"}),
        ("How many kilograms of oolong tea were harvested?", {"茶园"}),
        ("轮渡公司是哪一年创办的？", {"ferry"}),
    ],
)
def test_the_best_passages_tell_of_what_was_asked(
    library: Library, question: str, expected: set[str]
) -> None:
    retriever = Retriever(library)
    query = retriever.query(question)
    hits = retriever.retrieve(query, retriever.matcher(query), 4).hits
    assert hits[0].article.path in expected
    assert expected <= {hit.article.path for hit in hits}


def test_the_best_k_are_the_head_of_the_whole_ranking(library: Library) -> None:
    retriever = Retriever(library)
    query = retriever.query(QUESTIONS[0])
    whole = retriever.retrieve(query, retriever.matcher(query), 100)
    head = retriever.retrieve(query, retriever.matcher(query), 3)
    assert [hit.passage for hit in head.hits] == [hit.passage for hit in whole.hits[:3]]
    assert head.scores == whole.scores == [hit.score for hit in whole.hits]


def test_a_question_without_known_words_finds_nothing(library: Library) -> None:
    retriever = Retriever(library)
    for question in ("zzyzx quux", "？！"):
        query = retriever.query(question)
        assert retriever.retrieve(query, retriever.matcher(query), 10).hits == []


def test_of_equal_passages_the_one_added_first_stands_for_all(tmp_path: Path) -> None:
    same = dict.fromkeys(("c", "a", "b"), ("Mill", "The wooden mill grinds barley on Sundays."))
    with a_library(tmp_path / "library", {**same, "other": TEXTS["clock"]}) as library:
        retriever = Retriever(library)
        query = retriever.query("Where does the mill grind barley?")
        hits = retriever.retrieve(query, retriever.matcher(query), 3).hits
        assert [hit.article.path for hit in hits] == ["c", "other"]
        assert [info.path for info in hits[0].also] == ["a", "b"]


scored = st.dictionaries(st.integers(1, 9), st.floats(0.01, 5), max_size=6)


@given(scored, scored, st.floats(0.5, 9))
def test_fused_scores(lexical: dict[int, float], dense: dict[int, float], ceiling: float) -> None:
    fused = _fuse([Scored(*i) for i in lexical.items()], [Scored(*i) for i in dense.items()], ceiling, 100)
    assert fused == pytest.approx(
        {
            passage: lexical.get(passage, 0.0) / ceiling + tuning.DENSE_WEIGHT * dense.get(passage, 0.0)
            for passage in {*lexical, *dense}
        }
    )


def test_what_a_full_leg_left_out_gets_its_least_score(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(tuning, "DENSE_WEIGHT", 0.5)
    fused = _fuse([Scored(1, 4.0), Scored(2, 2.0)], [Scored(3, 0.8)], ceiling=4.0, depth=2)
    assert fused == pytest.approx({1: 1.0, 2: 0.5, 3: 0.5 + 0.4})


def test_the_vocabulary_is_kept_until_the_library_changes(tmp_path: Path) -> None:
    with a_library(tmp_path / "library", {"clock": TEXTS["clock"]}) as library:
        retriever = Retriever(library)
        before = retriever.vocabulary()
        assert retriever.vocabulary() is before and "pendulum" in before.frequencies
        title, text = TEXTS["bees"]
        library.add_parsed([("bees", ParsedArticle(text, title, detect(text)))])
        after = retriever.vocabulary()
        assert after is not before and "honey" in after.frequencies
        assert after.passages == library.passage_count == before.passages + 1


class Buckets:
    """Another embedder: counts words into buckets."""

    name, fingerprint, dimensions = "buckets", "1", 256

    def embed_passages(self, texts: Sequence[str], words: Sequence[Sequence[str]]) -> np.ndarray:
        counts = np.zeros((len(words), self.dimensions), np.float32)
        for row, bag in zip(counts, words, strict=True):
            for word in bag:
                row[zlib.crc32(word.encode()) % self.dimensions] += 1
        return counts / np.maximum(np.linalg.norm(counts, axis=1, keepdims=True), 1e-9)

    def embed_query(self, text: str, words: Sequence[str]) -> np.ndarray:
        return self.embed_passages([text], [words])[0]


def test_another_embedder_takes_the_place_of_the_vector_leg(tmp_path: Path) -> None:
    with Library.open(tmp_path / "library", create=True, embedder=Buckets()) as library:
        library.add_parsed(
            [(key, ParsedArticle(text, title, detect(text))) for key, (title, text) in TEXTS.items()]
        )
        for question in QUESTIONS:
            assert_as_naive(library, question)
