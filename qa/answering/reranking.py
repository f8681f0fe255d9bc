"""Reranks the first passages by their best sentences.

The retrievers see a passage as a bag of words. Its best sentence shows whether the words of the question
stand together, under the right heading and with the expected type of answer.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, TypeVar

from qa import tuning
from qa.answering.scoring import Blocks, Candidate, candidates, score_passages
from qa.retrieval.matcher import Matcher
from qa.types import Hit

if TYPE_CHECKING:
    from index.lexicon.cross_encoder import Reranker

#: The first sentences that a cross-encoder reads.
_SENTENCES = 32

Item = TypeVar("Item", Hit, Candidate)


def rerank(hits: Sequence[Hit], matcher: Matcher, blocks: Blocks) -> tuple[list[Hit], list[Candidate]]:
    """The hits with the first `tuning.RERANKED_PASSAGES` reordered, and the sentences of those, best first.

    The score of a hit becomes its fused score plus `tuning.RERANK_WEIGHT` times the score of its best
    sentence. Later hits keep their order behind them, and count the worst of these best sentences.
    ``blocks`` are those of the hits' articles.
    """
    read, rest = hits[: tuning.RERANKED_PASSAGES], hits[tuning.RERANKED_PASSAGES :]
    passages = score_passages(read, matcher, blocks)
    best = {
        passage.hit.passage.id: max(score for _, score in passage.scores)
        for passage in passages
        if passage.scores
    }
    least = min(best.values(), default=0.0)

    def scored(hit: Hit) -> float:
        return hit.score + tuning.RERANK_WEIGHT * best.get(hit.passage.id, least)

    order = [*sorted(read, key=lambda hit: (-scored(hit), hit.rank)), *rest]
    ranked = [replace(hit, rank=rank, score=scored(hit)) for rank, hit in enumerate(order, start=1)]
    return ranked, candidates(passages, {hit.passage.id: hit for hit in ranked})


def reorder_passages(hits: Sequence[Hit], question: str, reranker: Reranker) -> list[Hit]:
    """The hits, those that `rerank` read in the order of a cross-encoder. It reads them below their headings.

    The best takes the highest score that there was, the next the second, and so on: so scores keep the scale
    on which answers are composed and their confidence was fitted.
    """
    read, rest = hits[: tuning.RERANKED_PASSAGES], hits[tuning.RERANKED_PASSAGES :]
    scores = reranker.scores(question, [_headed(hit, hit.passage.text) for hit in read])
    return _numbered([*_permuted(read, scores), *rest])


def reorder_sentences(
    hits: Sequence[Hit], found: Sequence[Candidate], question: str, reranker: Reranker
) -> tuple[list[Hit], list[Candidate]]:
    """What `rerank` gives, the best sentences in the order of a cross-encoder, as in `reorder_passages`.

    Their passages follow the order of their best sentences: to read them as well would take three times as
    long.
    """
    first = found[:_SENTENCES]
    scores = reranker.scores(question, [_headed(candidate.hit, candidate.text) for candidate in first])
    ordered = [*_permuted(first, scores), *found[_SENTENCES:]]
    best = dict.fromkeys(candidate.hit.passage.id for candidate in ordered)
    places = {passage: place for place, passage in enumerate(best)}
    read, rest = hits[: tuning.RERANKED_PASSAGES], hits[tuning.RERANKED_PASSAGES :]
    ranked = _numbered([*_permuted(read, [-places.get(hit.passage.id, len(places)) for hit in read]), *rest])
    hit_of = {hit.passage.id: hit for hit in ranked}
    return ranked, [replace(candidate, hit=hit_of[candidate.hit.passage.id]) for candidate in ordered]


def _numbered(hits: Sequence[Hit]) -> list[Hit]:
    return [replace(hit, rank=rank) for rank, hit in enumerate(hits, start=1)]


def _headed(hit: Hit, text: str) -> str:
    return "\n".join(filter(None, (hit.article.title, hit.passage.heading, text)))


def _permuted(items: Sequence[Item], scores: Sequence[float]) -> list[Item]:
    """The items, which come best first, in the order of other scores. Their own go to the new places."""
    order = sorted(range(len(items)), key=lambda place: -scores[place])
    return [replace(items[place], score=item.score) for place, item in zip(order, items, strict=True)]
