"""Metrics of retrieval and confidence, as plain functions of numbers.

nDCG: Järvelin and Kekäläinen (2002). MRR: Voorhees (1999). AUROC: Mann and Whitney (1947). Expected
calibration error: Naeini, Cooper and Hauskrecht (2015).
"""

from __future__ import annotations

import math
from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

#: Rankings are cut at this many documents.
DEPTH = 10
#: The number of confidence bins, all of equal width.
BINS = 10


@dataclass(frozen=True, slots=True)
class Bin:
    """The answers with a confidence in ``[start, end)``. The last bin includes its end.

    ``confidence`` is their mean. ``answerable`` is the share of questions that the articles answer, and
    ``quoted`` the share whose known answer is in the quotes. All three are None in an empty bin, and
    ``quoted`` is None if no answers are known.
    """

    start: float
    end: float
    count: int
    confidence: float | None
    answerable: float | None
    quoted: float | None


def ndcg(ranking: Sequence[str], relevant: Mapping[str, float]) -> float:
    """nDCG of a ranking of at most `DEPTH` documents, with the grades as gains."""
    gains = sum(relevant.get(key, 0.0) / math.log2(i + 2) for i, key in enumerate(ranking))
    ideal = sorted(relevant.values(), reverse=True)[:DEPTH]
    best = sum(grade / math.log2(i + 2) for i, grade in enumerate(ideal))
    return gains / best if best else 0.0


def reciprocal_rank(ranking: Sequence[str], relevant: Mapping[str, float]) -> float:
    """1 / rank of the first relevant document, 0 if there is none."""
    return next((1 / rank for rank, key in enumerate(ranking, start=1) if relevant.get(key)), 0.0)


def auroc(positive: Sequence[float], negative: Sequence[float]) -> float | None:
    """The probability that a positive outscores a negative; ties count half. None if either is empty."""
    if not positive or not negative:
        return None
    ordered = sorted(negative)
    wins = sum(bisect_left(ordered, score) + bisect_right(ordered, score) for score in positive) / 2
    return round(wins / (len(positive) * len(negative)), 4)


def reliability(answers: Iterable[tuple[float, bool, bool | None]]) -> list[Bin]:
    """`BINS` bins of ``answers``: (confidence 0 to 1, answerable, answer quoted, None if unknown)."""
    bins: list[list[tuple[float, bool, bool | None]]] = [[] for _ in range(BINS)]
    for answer in answers:
        bins[min(int(answer[0] * BINS), BINS - 1)].append(answer)
    return [
        Bin(
            start=i / BINS,
            end=(i + 1) / BINS,
            count=len(held),
            confidence=share(sum(confidence for confidence, _, _ in held), len(held)),
            answerable=share(sum(answerable for _, answerable, _ in held), len(held)),
            quoted=share(sum(known), len(known)),
        )
        for i, held in enumerate(bins)
        for known in [[quoted for _, _, quoted in held if quoted is not None]]
    ]


def calibration_error(bins: Iterable[Bin]) -> float | None:
    """The mean distance between confidence and share of answerable questions, weighted by count."""
    filled = [
        (b.count, b.confidence, b.answerable)
        for b in bins
        if b.confidence is not None and b.answerable is not None
    ]
    distances = (count * abs(confidence - answerable) for count, confidence, answerable in filled)
    return share(sum(distances), sum(count for count, _, _ in filled))


def share(total: float, count: int) -> float | None:
    """``total / count``, rounded to four places; None if ``count`` is 0."""
    return round(total / count, 4) if count else None
