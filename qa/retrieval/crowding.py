"""Orders the passages of a large library: what stands out in its own language comes first.

Among very many passages some in the language of the question meet its words by chance, and exactly, while
those that answer in the other language meet them by translations. So a passage is compared with the others of
its language, as rankings of several collections are before they are merged (Callan, Lu and Croft, "Searching
distributed collections with inference networks", 1995).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace

from qa import tuning
from qa.types import Hit


def standing_out(hits: Sequence[Hit], language: str, cosines: Mapping[int, float], share: float) -> list[Hit]:
    """The hits, best first, with new ranks and scores.

    ``language`` is that of the question, ``cosines`` are those of the passages that the vectors proposed,
    ``share`` (0 to 1) tells how crowded the library is: with 0 nothing changes.
    """
    usual = _usual(hits)
    least = min(cosines.values(), default=0.0)

    def scored(hit: Hit) -> float:
        spoken = hit.article.language[:2]
        covered = tuning.CROWDED_COVERAGE + (tuning.CROWDED_ACROSS if spoken != language else 0.0)
        gain = tuning.CROWDED_DENSE * cosines.get(hit.passage.id, least) + covered * hit.coverage
        return hit.score + share * (gain - tuning.CROWDED_USUAL * usual[spoken])

    scores = {hit.passage.id: scored(hit) for hit in hits}
    order = sorted(hits, key=lambda hit: (-scores[hit.passage.id], hit.rank))
    return [replace(hit, rank=rank, score=scores[hit.passage.id]) for rank, hit in enumerate(order, start=1)]


def _usual(hits: Sequence[Hit]) -> dict[str, float]:
    """Language → the mean score of its third to eighth hit; of the last one where there are no more."""
    scores: dict[str, list[float]] = {}
    for hit in hits:
        scores.setdefault(hit.article.language[:2], []).append(hit.score)
    usual = {}
    for language, found in scores.items():
        middle = sorted(found, reverse=True)[2:8] or found[-1:]
        usual[language] = sum(middle) / len(middle)
    return usual
