"""Orders the passages of a large library: what stands out in its own language comes first.

Among very many passages some in the language of the question meet its words by chance, and exactly, while
those that answer in the other language meet them by translations. So a passage is compared with the others of
its language, as rankings of several collections are before they are merged (Callan, Lu and Croft, "Searching
distributed collections with inference networks", 1995).
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from typing import NamedTuple

from qa import tuning
from qa.question.query import Query


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


def coverages(query: Query, texts: Iterable[Collection[str]]) -> list[float]:
    """The share (0 to 1) of the question that each text, folded words, covers by its alternatives.

    `qa.retrieval.matcher` tells the same by vectors, of passages that are read.
    """
    asked = [
        (word.weight, [(name.split(), weight) for name, weight in sorted(clause, key=lambda pair: -pair[1])])
        for word, clause in zip(query.words, query.clauses, strict=True)
        if word.topical and word.weight > 0
    ]
    total = sum(weight for weight, _ in asked)
    found = []
    for text in texts:
        held = frozenset(text)
        best = (
            min(most, next((weight for words, weight in others if held.issuperset(words)), 0.0))
            for most, others in asked
        )
        found.append(sum(best) / total if total else 0.0)
    return found


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
