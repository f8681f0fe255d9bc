"""Orders the passages of a large library: what stands out in its own language comes first.

Among very many passages some in the language of the question meet its words by chance, and exactly, while
those that answer in the other language meet them by translations. So a passage is compared with the others of
its language, as rankings of several collections are before they are merged (Callan, Lu and Croft, "Searching
distributed collections with inference networks", 1995).
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from qa import tuning


class Standing(NamedTuple):
    """What a passage is ranked by: its language, fused score and cosine, and its share of the question."""

    language: str
    score: float
    cosine: float
    coverage: float


def standing_out(found: Sequence[Standing], language: str, share: float) -> list[float]:
    """The score of each passage found, in their order.

    ``language`` is that of the question, ``share`` (0 to 1) tells how crowded the library is: with 0 the
    scores stay as they are.
    """
    usual = _usual(found)
    scores = []
    for each in found:
        covered = tuning.CROWDED_COVERAGE + (tuning.CROWDED_ACROSS if each.language != language else 0.0)
        gain = tuning.CROWDED_DENSE * each.cosine + covered * each.coverage
        scores.append(each.score + share * (gain - tuning.CROWDED_USUAL * usual[each.language]))
    return scores


def _usual(found: Sequence[Standing]) -> dict[str, float]:
    """Language → the mean score of its third to eighth passage; of the last one where there are no more."""
    scores: dict[str, list[float]] = {}
    for each in found:
        scores.setdefault(each.language, []).append(each.score)
    usual = {}
    for language, own in scores.items():
        own.sort(reverse=True)
        middle = own[2:8] or own[-1:]
        usual[language] = sum(middle) / len(middle)
    return usual
