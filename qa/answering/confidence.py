"""The confidence of an answer: logistic regression on a few features, fitted on the development sets."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import NamedTuple

import numpy as np

from qa import tuning
from qa.answering.scoring import Candidate, language_pair
from qa.retrieval.matcher import Matcher
from qa.types import Decision, Feature, Hit

#: A question word with a lower similarity counts as not matched.
_MATCHED = 0.5
_BIGRAMS = list(tuning.SENTENCE_WEIGHTS["en"]).index("bigrams")


def features(
    scores: Sequence[float], hits: Sequence[Hit], found: Sequence[Candidate], matcher: Matcher
) -> tuple[float, ...]:
    """The features, in the order of the tables of `tuning.CONFIDENCE_WEIGHTS`, after the constant 1.

    ``score`` is the best fused score. ``rise`` is its distance from the background, ``relative_rise`` that
    as a share of the score. ``dense`` is the best cosine of the vector search. ``unmet`` is the share of the
    question's weight without a match in the best passage. Across languages, ``untranslated`` is the part of
    it whose words have no known translation: the passage may well have them. ``lead`` is the distance of the
    best sentence's score from those of other passages. ``bigrams`` is the share of the question's character
    bigrams in that sentence. ``length`` is the logarithm of the number of question words: long questions
    never match whole.
    """
    score = max(scores)
    # A small library, or one about other things, has no background. Then the usual one is assumed.
    # Copies of a passage have equal scores. They are neither background nor rivals.
    background = _mean(sorted(set(scores), reverse=True)[tuning.BACKGROUND_RANKS], tuning.DEFAULT_BACKGROUND)
    rise = score - max(background, tuning.DEFAULT_BACKGROUND)
    cosines = [
        hit.found_by["dense"][1] for hit in hits[: tuning.RERANKED_PASSAGES] if "dense" in hit.found_by
    ]
    unmet = np.where(matcher.passage_best(hits[0].passage) < _MATCHED, matcher.weights, 0.0)
    cross = language_pair(matcher.query, found[0].hit) == "cross"
    untranslated = unmet[sorted(matcher.query.untranslatable)].sum() if cross else 0.0
    total = max(float(matcher.weights.sum()), 1e-6)
    best: dict[int, float] = {}
    seen: set[str] = set()
    for candidate in found:
        if candidate.text not in seen:
            best.setdefault(candidate.hit.passage.id, candidate.score)
            seen.add(candidate.text)
    others = _mean(list(best.values())[tuning.RIVAL_RANKS], tuning.DEFAULT_RIVAL_SCORE)
    return (
        1.0,
        score,
        rise,
        min(max(rise / max(score, 1e-6), 0.0), 1.0),
        max(cosines, default=0.0),
        float(unmet.sum() - untranslated) / total,
        (found[0].score - others) / 10,
        found[0].features[_BIGRAMS],
        math.log(len(matcher.query.words)),
        float(untranslated) / total,
    )


def _mean(values: Sequence[float], otherwise: float) -> float:
    return sum(values) / len(values) if values else otherwise


class Estimate(NamedTuple):
    """``probability`` (0 to 1) that the articles answer, whether it is enough, and its explanation."""

    probability: float
    answered: bool
    decision: Decision | None


def estimate(
    scores: Sequence[float], hits: Sequence[Hit], found: Sequence[Candidate], matcher: Matcher
) -> Estimate:
    """The confidence that the articles answer. The decision is None if nothing matches the question."""
    if not found or not hits[0].coverage:
        return Estimate(0.0, False, None)
    pair = language_pair(matcher.query, found[0].hit)
    weights = tuning.CONFIDENCE_WEIGHTS[pair]
    weighted = tuple(
        Feature(name, float(value), weight)
        for (name, weight), value in zip(weights.items(), features(scores, hits, found, matcher), strict=True)
    )
    logit = sum(feature.weight * feature.value for feature in weighted)
    probability = 1 / (1 + math.exp(-max(-50.0, min(50.0, logit))))
    threshold = tuning.MIN_CONFIDENCE[pair]
    return Estimate(probability, probability >= threshold, Decision(pair, threshold, weighted))
