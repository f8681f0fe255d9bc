"""How sure an answer is: a probability from a few signs, by logistic regression on the dev sets."""

from __future__ import annotations

import math
from collections.abc import Sequence

from index.language import detect
from qa import tuning
from qa.answer import Candidate
from qa.types import Hit

#: Names of the signs, in the order of ``tuning.CONFIDENCE_WEIGHTS``.
SIGNS = ("bias", "coverage", "sentence", "score", "lead", "dense", "exact")


def signs(hits: Sequence[Hit], found: Sequence[Candidate]) -> tuple[float, ...]:
    """What tells whether the best passage answers: its coverage, its sentence's, its scores.

    ``lead`` is how far the best passage stands above the fifth; ``exact`` the share of the
    question that the best sentence holds word for word.
    """
    best = found[0]
    later = hits[min(len(hits), 5) - 1]
    dense = [hit.legs["dense"][1] for hit in hits if "dense" in hit.legs]
    return (
        1.0,
        max(hit.coverage for hit in hits[:3]),
        best.features[0] + best.features[3] + best.features[5],
        hits[0].score,
        hits[0].score - later.score if len(hits) > 1 else hits[0].score,
        max(dense, default=0.0),
        best.features[1],
    )


def estimate(question: str, hits: Sequence[Hit], found: Sequence[Candidate]) -> float:
    """Probability (0 to 1) that the answer is right; 0 when nothing was found."""
    if not found:
        return 0.0
    weights = tuning.CONFIDENCE_WEIGHTS[language_pair(question, found[0].hit)]
    return 1 / (1 + math.exp(-sum(w * s for w, s in zip(weights, signs(hits, found), strict=True))))


def language_pair(question: str, hit: Hit) -> str:
    """ "zh", "en" or "cross": whether question and article are in one language, and which."""
    asked, held = (language[:2] for language in (detect(question), detect(hit.passage.text)))
    return asked if asked == held and asked in ("zh", "en") else "cross"
