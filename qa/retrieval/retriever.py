"""Finds passages: soft BM25 over words and their neighbours, fused with the vector leg.

Soft BM25 lets each question word match its best neighbour in a passage (dis-max), weighted by
the question word's own importance, so that a Chinese question meets an English passage word for
word. The vector leg is FAISS over pooled passage vectors. Scores are fused, not ranks: the
lexical leg as a share of what the question could reach at most, plus a part of the cosine. Copies
of a passage (``qa.retrieval.copies``) stand behind it and take no other's place. What comes first is then
ordered anew by ``qa.answering.reranking``.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass

from index.lexicon.lexicon import Lexicon, bundled_lexicon
from index.library import Library
from index.types import ArticleInfo, Passage, Scored
from qa import tuning
from qa.question.filters import Filters
from qa.question.query import LazyFrequencies, Query, Vocabulary, analyse
from qa.retrieval.copies import CopyGroup, NearCopies, NearCopyFilter
from qa.retrieval.matcher import Matcher
from qa.types import Hit, page_of

#: The most that BM25's term part can reach, ``K1 + 1``.
_TERM_CEILING = 2.2
#: Up to how many passages all their words are held in memory: a million have as many words.
_WORDS_HELD = 20_000
#: Scores no further apart are the same.
_EQUAL = 1e-6


@dataclass(frozen=True, slots=True)
class Ranking:
    """``hits`` best first, the fused ``scores`` of every passage that a leg proposed and that is no copy,
    best first, what copies there were, and where the pages of the hits' articles begin, if they have any."""

    hits: list[Hit]
    scores: list[float]
    near_copies: NearCopies
    pages: Mapping[int, Sequence[int]]

    def page(self, article: int, offset: int) -> int | None:
        """The page, from 1, on which the character at ``offset`` stands."""
        return page_of(self.pages.get(article, ()), offset)


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
            library, passages = self.library, self.library.passage_count
            few = passages <= _WORDS_HELD
            frequencies = library.vocabulary() if few else LazyFrequencies(library.document_frequency)
            self._vocabulary = generation, Vocabulary(frequencies, passages, self.lexicon)
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

    def candidates(
        self, query: Query, within: Collection[int] | None = None, depth: int | None = None
    ) -> tuple[list[Scored], list[Scored]]:
        """The ``depth`` passages that soft BM25 and the vector leg propose ``within``, each best first."""
        depth = depth or tuning.CANDIDATES
        words = tuple(word.word for word in query.words)
        vector = self.library.embedder.embed_query(query.text, words)
        dense = self.library.search_vector(vector, depth, within) if vector.any() else []
        return self.library.search_words(query.clauses, depth, within), dense

    def retrieve(
        self, query: Query, matcher: Matcher, k: int, within: Collection[int] | None = None
    ) -> Ranking:
        """The ``k`` best different passages of those ``within``, of all for None; ties go to the older one.

        Where copies leave fewer than ``k``, the legs are asked for more.
        """
        lexical, dense, fused, groups, copies = self._groups(query, k, within)
        passages = [p for group in groups for p in (group.passage, *group.copies)]
        articles = self.library.articles_by_id([passage.article for passage in passages])
        for group in groups:
            _choose_representative(group, fused, articles)
        groups = [group for group in groups if group.passage.article in articles]
        pages = self.library.pages({group.passage.article for group in groups})
        ranked_by = {"lexical": _ranks(lexical), "dense": _ranks(dense)}
        hits = []
        for rank, group in enumerate(groups, start=1):
            passage = group.passage
            hit = Hit(
                rank=rank,
                score=fused[passage.id],
                passage=passage,
                article=articles[passage.article],
                coverage=float(matcher.coverage(matcher.passage_best(passage))),
                found_by={
                    name: ranks[passage.id] for name, ranks in ranked_by.items() if passage.id in ranks
                },
                also=_articles(group, articles),
                page=page_of(pages.get(passage.article, ()), passage.start),
            )
            hits.append(hit)
        ranked = sorted(passages, key=lambda passage: (-fused[passage.id], passage.id))
        near_copies = NearCopies(groups, [(p, articles[p.article]) for p in ranked if p.article in articles])
        scores = sorted((score for passage, score in fused.items() if passage not in copies), reverse=True)
        return Ranking(hits, scores, near_copies, pages)

    def _groups(
        self, query: Query, k: int, within: Collection[int] | None
    ) -> tuple[list[Scored], list[Scored], Mapping[int, float], list[CopyGroup], set[int]]:
        """What each leg proposes, the fused scores, the ``k`` best groups of copies, and what is a copy."""
        depth = tuning.CANDIDATES
        while True:
            lexical, dense = self.candidates(query, within, depth)
            fused = _fuse(lexical, dense, query.weight * _TERM_CEILING, depth)
            ranked = sorted(fused, key=lambda passage: (-fused[passage], passage))
            filter_, copies = self._drop_copies(ranked, k)
            exhausted = max(len(lexical), len(dense)) < depth or depth >= tuning.MAX_CANDIDATES
            if filter_.full or not copies or exhausted:
                return lexical, dense, fused, filter_.groups, copies
            depth *= 4

    def _drop_copies(self, ranked: Sequence[int], k: int) -> tuple[NearCopyFilter, set[int]]:
        """The first ``k`` different passages of ``ranked`` with their copies, and which passages are copies.

        Twice as many as are wanted are looked at, and more while there are copies.
        """
        filter_ = NearCopyFilter(k)
        copies: set[int] = set()
        for at in range(0, len(ranked), 2 * k):
            found = {p.id for p in self.library.passages(ranked[at : at + 2 * k]) if filter_.add(p)}
            copies |= found
            if filter_.full and not found:
                break
        return filter_, copies


def _choose_representative(
    group: CopyGroup, fused: Mapping[int, float], articles: Mapping[int, ArticleInfo]
) -> None:
    """Of copies word for word that score the same, the one that was published first stands for the group."""
    first = group.passage

    def order(passage: Passage) -> tuple[bool, str, int, int]:
        info = articles.get(passage.article)
        published = (info.published if info else None) or "9999"
        return info is None, published, passage.article, passage.id

    same = [p for p in group.copies if p.words == first.words and fused[first.id] - fused[p.id] <= _EQUAL]
    group.passage = min([first, *same], key=order)
    group.copies = [p for p in (first, *group.copies) if p is not group.passage]


def _articles(group: CopyGroup, articles: Mapping[int, ArticleInfo]) -> tuple[ArticleInfo, ...]:
    """The other articles that have the passage, each once."""
    ids = dict.fromkeys(p.article for p in group.copies if p.article != group.passage.article)
    return tuple(articles[i] for i in ids if i in articles)


def _fuse(
    lexical: Sequence[Scored], dense: Sequence[Scored], ceiling: float, depth: int
) -> Mapping[int, float]:
    """Passage id → fused score. A passage that one leg did not propose gets that leg's least score, if
    the leg proposed all of ``depth``."""
    parts = (
        ({hit.passage: hit.score / max(ceiling, 1e-9) for hit in lexical}, 1.0),
        ({hit.passage: hit.score for hit in dense}, tuning.DENSE_WEIGHT),
    )
    fused = dict.fromkeys((hit.passage for hit in (*lexical, *dense)), 0.0)
    for scores, weight in parts:
        absent = min(scores.values(), default=0.0) if len(scores) >= depth else 0.0
        for passage in fused:
            fused[passage] += weight * scores.get(passage, absent)
    return fused


def _ranks(hits: Sequence[Scored]) -> dict[int, tuple[int, float]]:
    return {hit.passage: (rank, hit.score) for rank, hit in enumerate(hits, start=1)}
