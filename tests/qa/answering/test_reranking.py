"""The new order of the passages: its score by brute force, its ranks, and what is left as it was."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

import pytest
from made_up import TEXTS, a_library

from index.library import Library
from qa import tuning
from qa.answering.reranking import rerank
from qa.answering.scoring import score_sentences
from qa.retrieval.matcher import Matcher
from qa.retrieval.retriever import Retriever
from qa.types import Hit

QUESTIONS = ["Who founded the ferry company?", "博物馆去年有多少参观者？", "長橋是誰設計的？", "honey"]


@pytest.fixture(scope="module")
def library(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Library]:
    with a_library(tmp_path_factory.mktemp("rerank") / "library", TEXTS) as library:
        yield library


def retrieved(library: Library, question: str) -> tuple[list[Hit], Matcher]:
    """Every passage in the order of the legs."""
    retriever = Retriever(library)
    query = retriever.query(question)
    matcher = retriever.matcher(query)
    return retriever.retrieve(query, matcher, library.passage_count).hits, matcher


@pytest.fixture(params=QUESTIONS)
def legs(request: pytest.FixtureRequest, library: Library) -> tuple[list[Hit], Matcher]:
    hits, matcher = retrieved(library, request.param)
    assert len(hits) > 4
    return hits, matcher


@pytest.mark.parametrize("read", [1, 4, 100])
def test_score_and_order_are_those_of_brute_force(
    legs: tuple[list[Hit], Matcher], read: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    hits, matcher = legs
    monkeypatch.setattr(tuning, "RERANKED_PASSAGES", read)
    ranked, found = rerank(hits, matcher, {})
    best = {
        hit.passage.id: max(c.score for c in found if c.hit.passage.id == hit.passage.id)
        for hit in hits[:read]
    }
    expected = [
        (hit.passage.id, hit.score + tuning.RERANK_WEIGHT * best.get(hit.passage.id, min(best.values())))
        for hit in hits
    ]
    # Stable: of equal scores the one that the legs put first.
    expected[:read] = sorted(expected[:read], key=lambda pair: -pair[1])
    assert [hit.passage.id for hit in ranked] == [passage for passage, _ in expected]
    assert [hit.score for hit in ranked] == pytest.approx([score for _, score in expected])


@pytest.mark.parametrize("read", [1, 4])
def test_ranks_count_from_1_scores_fall_and_what_was_not_read_stays_behind(
    legs: tuple[list[Hit], Matcher], read: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    hits, matcher = legs
    monkeypatch.setattr(tuning, "RERANKED_PASSAGES", read)
    ranked, found = rerank(hits, matcher, {})
    assert [hit.rank for hit in ranked] == list(range(1, len(hits) + 1))
    scores = [hit.score for hit in ranked]
    assert scores == sorted(scores, reverse=True)
    behind = [hit.passage.id for hit in hits[read:]]
    assert [hit.passage.id for hit in ranked[read:]] == behind
    assert not {c.hit.passage.id for c in found} & set(behind)


def test_sentences_are_those_of_the_passages_read_and_carry_the_new_hits(
    legs: tuple[list[Hit], Matcher],
) -> None:
    hits, matcher = legs
    ranked, found = rerank(hits, matcher, {})
    before = score_sentences(hits[: tuning.RERANKED_PASSAGES], matcher, {})
    assert [(c.hit.passage.id, c.start, c.score) for c in found] == [
        (c.hit.passage.id, c.start, c.score) for c in before
    ]
    assert all(c.hit is ranked[c.hit.rank - 1] for c in found)


def test_the_best_sentence_brings_its_passage_forward(library: Library) -> None:
    hits, matcher = retrieved(library, QUESTIONS[0])
    # The legs tell nothing any more: the scores are the same, and the order is turned round.
    level = [Hit(n, 0.5, hit.passage, hit.article, hit.coverage) for n, hit in enumerate(hits[::-1], start=1)]
    ranked, found = rerank(level, matcher, {})
    assert ranked[0].passage.id == found[0].hit.passage.id != level[0].passage.id
    assert "Marta Lindqvist founded the ferry company" in ranked[0].passage.text


def test_copies_of_a_passage_stay_in_the_order_of_the_legs(library: Library) -> None:
    (first, *_), matcher = retrieved(library, QUESTIONS[0])
    copies = [
        replace(first, rank=rank, passage=replace(first.passage, id=number))
        for rank, number in enumerate((13, 11, 15, 12, 14), start=1)
    ]
    ranked, _ = rerank(copies, matcher, {})
    assert [hit.passage.id for hit in ranked] == [13, 11, 15, 12, 14]
    assert len({hit.score for hit in ranked}) == 1


def test_no_hits_give_nothing(library: Library) -> None:
    _, matcher = retrieved(library, QUESTIONS[0])
    assert rerank([], matcher, {}) == ([], [])
