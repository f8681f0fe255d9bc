"""Finds passages: soft BM25 over words and their neighbours, fused with the vector leg.

Soft BM25 lets each question word match its best neighbour in a passage (dis-max), weighted by
the question word's own importance, so that a Chinese question meets an English passage word for
word. The vector leg is FAISS over pooled passage vectors. Scores are fused, not ranks: the
lexical leg as a share of what the question could reach at most, plus a part of the cosine. What
comes first is then ordered anew by ``qa.rerank``.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass

from index.lexicon import Lexicon, bundled_lexicon
from index.library import Library
from index.types import Scored
from qa import tuning
from qa.filters import Filters
from qa.match import Matcher
from qa.query import Query, Vocabulary, analyse
from qa.types import Hit

#: The most that BM25's term part can reach, ``K1 + 1``.
_TERM_CEILING = 2.2


@dataclass(frozen=True, slots=True)
class Ranking:
    """``hits`` best first, and the fused ``scores`` of every passage that a leg proposed, best first."""

    hits: list[Hit]
    scores: list[float]


class Retriever:
    """Retrieves from one library; keeps its vocabulary until the library changes."""

    def __init__(self, library: Library) -> None:
        self.library = library
        self.lexicon: Lexicon = bundled_lexicon()
        self._vocabulary: tuple[int, Vocabulary] | None = None
        self._selected: tuple[int, Filters, Collection[int]] | None = None

    def query(self, text: str) -> Query:
        """The question as the legs see it."""
        library = self.library
        return analyse(text, library.tokenizer, self.lexicon, self.vocabulary(), library.aliases)

    def vocabulary(self) -> Vocabulary:
        """The library's words, read anew when its generation moved."""
        generation = self.library.generation
        if self._vocabulary is None or self._vocabulary[0] != generation:
            frequencies = self.library.vocabulary()
            self._vocabulary = generation, Vocabulary(frequencies, self.library.passage_count, self.lexicon)
        return self._vocabulary[1]

    def matcher(self, query: Query) -> Matcher:
        """What compares the question with texts."""
        return Matcher(query, self.lexicon, self.library.tokenizer)

    def select(self, filters: Filters) -> Collection[int] | None:
        """The passages that ``filters`` let through, None for all; kept until the library changes."""
        if not filters:
            return None
        generation = self.library.generation
        if self._selected is None or self._selected[:2] != (generation, filters):
            allowed = [info.id for info in self.library.articles() if filters.allows(info)]
            self._selected = generation, filters, self.library.passages_of(allowed)
        return self._selected[2]

    def legs(self, query: Query, within: Collection[int] | None = None) -> tuple[list[Scored], list[Scored]]:
        """What soft BM25 and the vector leg propose of the passages ``within``, each best first."""
        words = tuple(word.word for word in query.words)
        vector = self.library.embedder.embed_query(query.text, words)
        dense = self.library.search_vector(vector, tuning.CANDIDATES, within) if vector.any() else []
        return self.library.search_words(query.clauses, tuning.CANDIDATES, within), dense

    def retrieve(
        self, query: Query, matcher: Matcher, k: int, within: Collection[int] | None = None
    ) -> Ranking:
        """The ``k`` best passages of those ``within``, of all for None; ties go to the older one."""
        lexical, dense = self.legs(query, within)
        fused = _fuse(lexical, dense, ceiling=query.weight * _TERM_CEILING)
        ranked = sorted(fused, key=lambda passage: (-fused[passage], passage))
        passages = self.library.passages(ranked[:k])
        articles = self.library.articles_by_id([passage.article for passage in passages])
        legs = {"lexical": _ranks(lexical), "dense": _ranks(dense)}
        hits = [
            Hit(
                rank=rank,
                score=fused[passage.id],
                passage=passage,
                article=articles[passage.article],
                coverage=float(matcher.coverage(matcher.met(passage))),
                legs={name: ranks[passage.id] for name, ranks in legs.items() if passage.id in ranks},
            )
            for rank, passage in enumerate((p for p in passages if p.article in articles), start=1)
        ]
        return Ranking(hits, [fused[passage] for passage in ranked])


def _fuse(lexical: Sequence[Scored], dense: Sequence[Scored], ceiling: float) -> Mapping[int, float]:
    """Passage id → fused score. A passage that one leg did not propose gets that leg's least score."""
    parts = (
        ({hit.passage: hit.score / max(ceiling, 1e-9) for hit in lexical}, 1.0),
        ({hit.passage: hit.score for hit in dense}, tuning.DENSE_WEIGHT),
    )
    fused = dict.fromkeys((hit.passage for hit in (*lexical, *dense)), 0.0)
    for scores, weight in parts:
        absent = min(scores.values(), default=0.0) if len(scores) >= tuning.CANDIDATES else 0.0
        for passage in fused:
            fused[passage] += weight * scores.get(passage, absent)
    return fused


def _ranks(hits: Sequence[Scored]) -> dict[int, tuple[int, float]]:
    return {hit.passage: (rank, hit.score) for rank, hit in enumerate(hits, start=1)}
