"""How sure an answer is: a probability from a few features, by logistic regression on the dev sets."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import NamedTuple

from qa import tuning
from qa.answering.scoring import Candidate, language_pair
from qa.retrieval.matcher import Matcher
from qa.types import Decision, Feature, Hit

#: Similarity under which a question word counts as not met.
_MET = 0.5
_BIGRAMS = list(tuning.SENTENCE_WEIGHTS["en"]).index("bigrams")


def features(
    scores: Sequence[float], hits: Sequence[Hit], found: Sequence[Candidate], matcher: Matcher
) -> tuple[float, ...]:
    """What tells whether the articles answer, in the order of each table of ``tuning.CONFIDENCE_WEIGHTS``.

    ``rise`` is how far the best fused score stands above the background, ``relative_rise`` that as a
    share of it; ``dense`` the best cosine of the vector leg; ``unmet`` the share of the question's
    weight that the best passage meets in no word; ``lead`` how far the best sentence's score stands
    above those of other passages; ``bigrams`` what it has of the question's letters in their order;
    ``length`` the logarithm of how many words the question has: a long one is never met whole.
    """
    score = max(scores)
    # A small library, or one about other things, has no background to speak of: the usual stands in.
    # Copies of a passage score the same; they are neither background nor rivals.
    background = _mean(sorted(set(scores), reverse=True)[tuning.BACKGROUND_RANKS], tuning.DEFAULT_BACKGROUND)
    rise = score - max(background, tuning.DEFAULT_BACKGROUND)
    cosines = [
        hit.found_by["dense"][1] for hit in hits[: tuning.RERANKED_PASSAGES] if "dense" in hit.found_by
    ]
    unmet = matcher.weights[matcher.passage_best(hits[0].passage) < _MET].sum()
    best: dict[int, float] = {}
    said: set[str] = set()
    for candidate in found:
        if candidate.text not in said:
            best.setdefault(candidate.hit.passage.id, candidate.score)
            said.add(candidate.text)
    others = _mean(list(best.values())[tuning.RIVAL_RANKS], tuning.DEFAULT_RIVAL_SCORE)
    return (
        1.0,
        score,
        rise,
        min(max(rise / max(score, 1e-6), 0.0), 1.0),
        max(cosines, default=0.0),
        float(unmet / max(float(matcher.weights.sum()), 1e-6)),
        (found[0].score - others) / 10,
        found[0].features[_BIGRAMS],
        math.log(len(matcher.query.words)),
    )


def _mean(values: Sequence[float], otherwise: float) -> float:
    return sum(values) / len(values) if values else otherwise


class Estimate(NamedTuple):
    """``probability`` (0 to 1) that the articles answer, whether that is enough, and how it came about."""

    probability: float
    answered: bool
    decision: Decision | None


def estimate(
    scores: Sequence[float], hits: Sequence[Hit], found: Sequence[Candidate], matcher: Matcher
) -> Estimate:
    """How sure it is that the articles answer; the decision is None where nothing was found."""
    if not found or not hits[0].coverage:
        return Estimate(0.0, False, None)
    pair = language_pair(matcher.query, found[0].hit)
    weights = tuning.CONFIDENCE_WEIGHTS[pair]
    told = tuple(
        Feature(name, float(value), weight)
        for (name, weight), value in zip(weights.items(), features(scores, hits, found, matcher), strict=True)
    )
    logit = sum(feature.weight * feature.value for feature in told)
    probability = 1 / (1 + math.exp(-max(-50.0, min(50.0, logit))))
    threshold = tuning.MIN_CONFIDENCE[pair]
    return Estimate(probability, probability >= threshold, Decision(pair, threshold, told))
