"""Candidate sentences: their places, their scores."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from made_up import TEXTS, a_library, found

from index.library import Library
from qa import tuning
from qa.answering.scoring import _distinctness, language_pair, score_sentences
from qa.retrieval.retriever import Retriever


@pytest.fixture(scope="module")
def library(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Library]:
    with a_library(tmp_path_factory.mktemp("answer") / "library", TEXTS) as library:
        yield library


def test_candidates_are_all_sentences_of_the_passages_best_first(library: Library) -> None:
    scored = found(library, "Who opened the Harbour Museum?")
    assert [c.score for c in scored] == sorted((c.score for c in scored), reverse=True)
    places = {(c.hit.passage.id, c.start) for c in scored}
    assert len(places) == len(scored)
    query = Retriever(library).query("Who opened the Harbour Museum?")
    for candidate in scored:
        weights = list(tuning.SENTENCE_WEIGHTS[language_pair(query, candidate.hit)].values())
        assert len(candidate.features) == len(weights)
        assert candidate.score == pytest.approx(np.dot(candidate.features, weights), rel=1e-4)
    # Together the sentences leave out nothing but white space.
    for hit in {c.hit.passage.id: c.hit for c in scored}.values():
        parts = sorted((c for c in scored if c.hit.passage.id == hit.passage.id), key=lambda c: c.start)
        assert "".join("".join(c.text.split()) for c in parts) == "".join(hit.passage.text.split())


def test_headings_are_never_quoted(tmp_path: Path) -> None:
    text = (
        "## The mill opens\n\nIt opens at nine; #1 is the ticket to ask for.\n\n### Prices\n\nEntry is free."
    )
    with a_library(tmp_path / "library", {"mill": ("Visiting", text)}) as library:
        scored = found(library, "When does the mill open?")
        assert {c.text for c in scored} == {
            "It opens at nine; #1 is the ticket to ask for.",
            "Entry is free.",
        }


def test_without_candidates_there_is_nothing_near(library: Library) -> None:
    retriever = Retriever(library)
    assert score_sentences([], retriever.matcher(retriever.query("anything")), {}) == []


def test_passages_whose_scores_are_below_zero_are_no_better_for_it(library: Library) -> None:
    retriever = Retriever(library)
    query = retriever.query("Who opened the Harbour Museum?")
    matcher = retriever.matcher(query)
    ranking = retriever.retrieve(query, matcher, 5)

    def scores(of_hits: float) -> list[float]:
        hits = [replace(hit, score=of_hits * rank) for rank, hit in enumerate(ranking.hits, start=1)]
        return [candidate.score for candidate in score_sentences(hits, matcher, ranking.blocks)]

    assert scores(-0.01) == scores(0.0)


def test_distinctness_is_inverse_sentence_frequency() -> None:
    best = np.array([[1, 1, 0], [1, 0, 0], [1, 0, 0], [1, 0, 0.5]], dtype=np.float32)
    everywhere, once, half = _distinctness(best)
    power = tuning.SIMILARITY_POWER
    for factor, count in ((everywhere, 4), (once, 1), (half, 0.5**power)):
        expected = np.log1p((4 - count + 0.5) / (count + 0.5)) / np.log1p(9)
        assert factor == pytest.approx(expected, rel=1e-4)
    assert half > once > everywhere > 0


def test_each_feature_has_a_weight_and_its_column(library: Library, monkeypatch: pytest.MonkeyPatch) -> None:
    """The tables' order is the columns' order, whatever it is."""
    question = "Who opened the Harbour Museum?"
    before = found(library, question)
    turned = {pair: dict(reversed(weights.items())) for pair, weights in tuning.SENTENCE_WEIGHTS.items()}
    monkeypatch.setattr(tuning, "SENTENCE_WEIGHTS", turned)
    monkeypatch.setattr(
        "qa.answering.scoring._WEIGHTS",
        {pair: np.array([*w.values()], np.float32) for pair, w in turned.items()},
    )
    after = found(library, question)
    assert [c.features for c in after] == [c.features[::-1] for c in before]
    assert [c.score for c in after] == pytest.approx([c.score for c in before], rel=1e-4)
