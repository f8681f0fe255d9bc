"""Candidate sentences: their places, their scores."""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import replace
from itertools import pairwise
from pathlib import Path

import numpy as np
import pytest
from made_up import TEXTS, a_library, found
from numpy.typing import NDArray

from index.lexicon.lexicon import bundled_tokenizer
from index.library import Library
from index.text.fold import fold_text
from index.types import Block
from qa import tuning
from qa.answering.scoring import Candidate, _distinctness, language_pair, score_sentences
from qa.retrieval.matcher import Matcher
from qa.retrieval.passages import passage_sentences
from qa.retrieval.retriever import Retriever
from qa.types import Hit

TOKENIZE = bundled_tokenizer()
#: Where the sentences of one passage begin.
ALL = np.zeros(1, dtype=np.int64)


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
    passages = _distinctness(np.concatenate([best, best[:3]]), np.array([0, 4]))
    everywhere, once, half = passages[0]
    power = tuning.SIMILARITY_POWER
    for factor, count in ((everywhere, 4), (once, 1), (half, 0.5**power)):
        expected = np.log1p((4 - count + 0.5) / (count + 0.5)) / np.log1p(9)
        assert factor == pytest.approx(expected, rel=1e-4)
    assert half > once > everywhere > 0
    assert passages[1] == pytest.approx(_distinctness(best[:3], ALL)[0], rel=1e-6)


def test_each_feature_has_a_weight_and_its_column(library: Library, monkeypatch: pytest.MonkeyPatch) -> None:
    """The tables' order is the columns' order, whatever it is."""
    question = "Who opened the Harbour Museum?"
    before = found(library, question)
    turned = {pair: dict(reversed(weights.items())) for pair, weights in tuning.SENTENCE_WEIGHTS.items()}
    monkeypatch.setattr(tuning, "SENTENCE_WEIGHTS", turned)
    monkeypatch.setattr("qa.answering.scoring._FEATURES", tuple(turned["en"]))
    monkeypatch.setattr(
        "qa.answering.scoring._WEIGHTS",
        {pair: np.array([*w.values()], np.float32) for pair, w in turned.items()},
    )
    after = found(library, question)
    assert [c.features for c in after] == [c.features[::-1] for c in before]
    assert [c.score for c in after] == pytest.approx([c.score for c in before], rel=1e-4)


def features_by_hand(
    matcher: Matcher, hit: Hit, blocks: Sequence[Block], distinct: NDArray[np.float32]
) -> dict[str, list[float]]:
    """Most features of a passage's sentences, one by one from their definitions."""
    spans = [span for span, _, _ in passage_sentences(hit.passage, blocks)]
    texts = [hit.passage.text[a:b] for a, b in spans]
    words = [TOKENIZE.words(text) for text in texts]
    best = [matcher.best(one) for one in words]
    context = matcher.best(hit.passage.context)
    query = matcher.query
    pairs = {(a.word, b.word) for a, b in pairwise(query.words) if a.topical or b.topical}
    bigrams = {a + b for a, b in pairwise(query.folded) if (a + b).isalnum()}
    found: dict[str, list[float]] = defaultdict(list)
    said = context
    for at, (text, own) in enumerate(zip(texts, best, strict=True)):
        covers = float(matcher.coverage(own))
        near = {
            "before": best[at - 1] if at else matcher.zeros(),
            "after": best[at + 1] if at + 1 < len(best) else matcher.zeros(),
            "context": context,
            "earlier": said,
        }
        for name, other in near.items():
            found[name].append(float(matcher.coverage(np.maximum(own, other))) - covers)
        carried = []
        for place, row in enumerate(best):
            carried.append(np.maximum(row, 0.9 * np.maximum.reduce([context, *best[:place]])))
        inherited = matcher.coverage(carried[at], _distinctness(np.stack(carried), ALL)[0])
        topic = np.maximum(context, best[0])
        rest = [w.word for w, met in zip(query.words, topic, strict=True) if w.topical and met**2 < 0.5]
        asked = matcher.pool([[w.word for w in query.words], rest])
        vector = matcher.pool([words[at]])[0]
        one_by_one = {
            "coverage": covers,
            "exact": matcher.coverage((own == 1).astype(np.float32)),
            "distinct": matcher.coverage(own, distinct),
            "residual": matcher.coverage(own, 1 - topic**2),
            "inherited": inherited,
            "passage_coverage": hit.coverage - covers,
            "length": math.log1p(len(words[at])) / 4,
            "phrase": len(pairs & set(pairwise(words[at]))) / max(len(pairs), 1),
            "bigrams": sum(pair in fold_text(text) for pair in bigrams) / max(len(bigrams), 1),
            "dense": asked[0] @ vector,
            "dense_rest": asked[1] @ vector,
            "first": at == 0,
        }
        for name, value in one_by_one.items():
            found[name].append(float(value))
        said = np.maximum(said, own)
    return found


@pytest.mark.parametrize(
    "question",
    [
        "Who opened the Harbour Museum?",
        "港口博物馆是谁创办的?",
        "How long is the bridge, and who designed it?",
    ],
)
def test_features_are_what_they_are_said_to_be(library: Library, question: str) -> None:
    retriever = Retriever(library)
    matcher = retriever.matcher(retriever.query(question))
    ranking = retriever.retrieve(matcher.query, matcher, 12)
    candidates = score_sentences(ranking.hits, matcher, ranking.blocks)
    bests = [matcher.best(TOKENIZE.words(c.text)) for c in candidates]
    distinct = _distinctness(np.stack(bests), ALL)[0]
    assert len({candidate.hit.passage.id for candidate in candidates}) > 3
    for hit in ranking.hits:
        expected = features_by_hand(matcher, hit, ranking.blocks[hit.article.id], distinct)
        own = sorted((c for c in candidates if c.hit is hit), key=lambda c: c.start)
        names = [*tuning.SENTENCE_WEIGHTS[language_pair(matcher.query, hit)]]
        assert len(own) == len(expected["first"])
        for name, values in expected.items():
            got = [candidate.features[names.index(name)] for candidate in own]
            assert got == pytest.approx(values, abs=1e-5), name


def test_what_is_kept_of_passages_changes_no_score(library: Library) -> None:
    questions = ["Who opened the Harbour Museum?", "长桥有多长?", "How many ships are in the museum?"]
    retriever = Retriever(library)

    def answers(retriever: Retriever, question: str) -> list[Candidate]:
        matcher = retriever.matcher(retriever.query(question))
        ranking = retriever.retrieve(matcher.query, matcher, 12)
        return score_sentences(ranking.hits, matcher, ranking.blocks)

    for question in [*questions, *reversed(questions)]:
        assert answers(retriever, question) == answers(Retriever(library), question)
