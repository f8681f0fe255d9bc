"""Reranks the first passages by their best sentences.

The retrievers see a passage as a bag of words. Its best sentence shows whether the words of the question
stand together, under the right heading and with the expected type of answer.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from qa import tuning
from qa.answering.scoring import Blocks, Candidate, score_sentences
from qa.retrieval.matcher import Matcher
from qa.types import Hit


def rerank(hits: Sequence[Hit], matcher: Matcher, blocks: Blocks) -> tuple[list[Hit], list[Candidate]]:
    """The hits with the first `tuning.RERANKED_PASSAGES` reordered, and the sentences of those, best first.

    The score of a hit becomes its fused score plus `tuning.RERANK_WEIGHT` times the score of its best
    sentence. Later hits keep their order behind them, and count the worst of these best sentences.
    ``blocks`` are those of the hits' articles.
    """
    read, rest = hits[: tuning.RERANKED_PASSAGES], hits[tuning.RERANKED_PASSAGES :]
    found = score_sentences(read, matcher, blocks)
    best: dict[int, float] = {}
    for candidate in found:
        best.setdefault(candidate.hit.passage.id, candidate.score)
    least = min(best.values(), default=0.0)

    def scored(hit: Hit) -> float:
        return hit.score + tuning.RERANK_WEIGHT * best.get(hit.passage.id, least)

    order = [*sorted(read, key=lambda hit: (-scored(hit), hit.rank)), *rest]
    ranked = [replace(hit, rank=rank, score=scored(hit)) for rank, hit in enumerate(order, start=1)]
    hit_of = {hit.passage.id: hit for hit in ranked}
    return ranked, [replace(candidate, hit=hit_of[candidate.hit.passage.id]) for candidate in found]
