"""How sure an answer is: a probability from a few signs, by logistic regression on the dev sets."""

from __future__ import annotations

import math
from collections.abc import Sequence

import numpy as np

from qa import tuning
from qa.answer import Candidate, language_pair
from qa.match import Matcher
from qa.types import Hit

#: Similarity under which a question word counts as not met.
_MET = 0.5


def signs(
    scores: Sequence[float], hits: Sequence[Hit], found: Sequence[Candidate], matcher: Matcher
) -> tuple[float, ...]:
    """What tells whether the articles answer, in the order of ``tuning.CONFIDENCE_WEIGHTS``.

    ``rise`` is how far the best passage stands above the background, ``relative_rise`` that as a
    share of its score; ``weightiest`` how well the question's two most important words are met,
    ``unmet`` the share of its weight that is not; ``exact`` what the best sentence has word for
    word; ``dense`` the best cosine of the vector leg.
    """
    score = scores[0]
    # A small library, or one about other things, has no background to speak of: the usual stands in.
    rest = scores[tuning.BACKGROUND]
    background = sum(rest) / len(rest) if rest else 0.0
    rise = score - max(background, tuning.USUAL_BACKGROUND)
    best = matcher.met(hits[0].passage)
    weights = matcher.weights
    heaviest = np.argsort(-weights, kind="stable")[: min(2, int((weights > 0).sum()))]
    return (
        1.0,
        score,
        rise,
        min(max(rise / max(score, 1e-6), 0.0), 1.0),
        float(best[heaviest].mean()) if len(heaviest) else 0.0,
        found[0].features[1],
        max((h.legs["dense"][1] for h in hits[: tuning.READ_PASSAGES] if "dense" in h.legs), default=0.0),
        float(weights[best < _MET].sum() / max(float(weights.sum()), 1e-6)),
    )


def estimate(
    scores: Sequence[float], hits: Sequence[Hit], found: Sequence[Candidate], matcher: Matcher
) -> tuple[float, bool]:
    """Probability (0 to 1) that the articles answer, and whether that is enough to answer."""
    if not found or not hits[0].coverage:
        return 0.0, False
    pair = language_pair(matcher.query, found[0].hit)
    weights = tuning.CONFIDENCE_WEIGHTS[pair].values()
    logit = sum(w * s for w, s in zip(weights, signs(scores, hits, found, matcher), strict=True))
    probability = 1 / (1 + math.exp(-max(-50.0, min(50.0, logit))))
    return probability, probability >= tuning.LEAST_CONFIDENCE[pair]
