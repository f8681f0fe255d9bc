"""Finds passages by two retrievers: soft BM25 over words and their neighbours, and vectors.

In soft BM25 each question word matches its best neighbour in a passage (dis-max), weighted by the
importance of the question word. So a Chinese question matches an English passage word by word. The vectors
are pooled word vectors, searched with FAISS. The scores are fused, not the ranks: the lexical score as a
share of the highest score possible, plus a part of the cosine. Copies of a passage (`qa.retrieval.copies`)
are grouped with it and take no place of their own. `qa.answering.reranking` then reorders the first ones.

BM25: Robertson and Zaragoza, "The Probabilistic Relevance Framework: BM25 and Beyond" (2009). Fusion: Bruch,
Gai and Ingber, "An Analysis of Fusion Functions for Hybrid Retrieval" (2023).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import NamedTuple

from index.lexicon.dictionary import bundled_dictionary
from index.lexicon.lexicon import Lexicon, bundled_lexicon
from index.library import Library
from index.types import ArticleInfo, Block, Passage, Scope, Scored
from qa import tuning
from qa.question.analysis import analyse
from qa.question.chinese_names import ChineseNames
from qa.question.filters import Filters
from qa.question.query import Query, QueryWord
from qa.question.sounds import Sounds
from qa.question.vocabulary import Frequencies, LazyFrequencies, Vocabulary
from qa.retrieval.copies import CopyGroup, NearCopies, NearCopyFilter
from qa.retrieval.crowding import Standing, coverages, standing_out
from qa.retrieval.matcher import Matcher
from qa.retrieval.passages import PassageTexts
from qa.retrieval.writing import WrittenWords
from qa.types import Hit, page_of, read_of

#: The upper bound of BM25's term factor, ``K1 + 1``.
_TERM_CEILING = 2.2
#: Up to this many passages, the frequencies of all words are held in memory.
_WORDS_HELD = 20_000
#: In a library that is more crowded than this, more passages are compared than are wanted.
_CROWDED = 0.5
#: Scores this close count as equal.
_EQUAL = 1e-6


@dataclass(frozen=True, slots=True)
class Ranking:
    """What was retrieved.

    ``hits`` come best first. ``scores`` are the fused scores of all candidates that are no copies, best
    first. ``pages`` maps the ids of the hits' articles to the offsets of their pages, ``blocks`` to what
    they are made of.
    """

    hits: list[Hit]
    scores: list[float]
    near_copies: NearCopies
    pages: Mapping[int, Sequence[int]]
    blocks: Mapping[int, Sequence[Block]]


class Candidates(NamedTuple):
    """The passages that each retriever proposes, best first."""

    lexical: list[Scored]
    dense: list[Scored]

    def ranks(self) -> dict[str, dict[int, tuple[int, float]]]:
        """Retriever → passage id → rank from 1 and score."""
        return {
            name: {hit.passage: (rank, hit.score) for rank, hit in enumerate(hits, start=1)}
            for name, hits in self._asdict().items()
        }


class Retriever:
    """Retrieves from one library. Its vocabulary is kept until the library changes."""

    def __init__(self, library: Library) -> None:
        self.library = library
        self.lexicon: Lexicon = bundled_lexicon()
        self._vocabulary: tuple[tuple[int, str], Vocabulary] | None = None
        self._texts = PassageTexts()
        self._selected: tuple[tuple[int, str], Filters, Scope] | None = None

    def query(self, text: str) -> Query:
        """The question, analysed for both retrievers."""
        library = self.library
        vocabulary = self.vocabulary()
        return analyse(
            text, library.tokenizer, self.lexicon, vocabulary, library.aliases, bundled_dictionary()
        )

    def vocabulary(self) -> Vocabulary:
        """The library's words, read again when its generation changed."""
        generation = self.library.search_generation()
        if self._vocabulary is None or self._vocabulary[0] != generation:
            library, passages = self.library, self.library.passage_count
            few = passages <= _WORDS_HELD
            frequencies = library.vocabulary() if few else LazyFrequencies(library.document_frequency)
            self._vocabulary = (
                generation,
                Vocabulary(
                    frequencies,
                    passages,
                    self.lexicon,
                    Sounds(library, self.lexicon),
                    library.words_beginning,
                    ChineseNames(library, self.lexicon),
                ),
            )
        return self._vocabulary[1]

    def matcher(self, query: Query) -> Matcher:
        """A `Matcher` that compares the question with texts."""
        return Matcher(query, self.lexicon, self.library.tokenizer, self._texts, self._title_of)

    def _title_of(self, article: int) -> str:
        """The title of an article, "" if it has just been removed."""
        found = self.library.articles_by_id([article]).get(article)
        return found.title if found else ""

    def occurs(self, query: Query, word: QueryWord, frequencies: Frequencies) -> bool:
        """Whether the library has a word of the question, written so if it is rare enough to look at all.

        ``frequencies`` are those of its `vocabulary`.
        """
        frequency = frequencies.get(word.word, 0)
        if word.written is None or not word.written.another or not 0 < frequency <= tuning.CANDIDATES_READ:
            return frequency > 0
        told = WrittenWords(replace(query, words=(word,), synonyms=()), self._title_of)
        found = self.library.search_words((((word.word, 1.0),),), frequency)
        return not all(map(told.unfit, self.library.passages([hit.passage for hit in found])))

    def select(self, filters: Filters) -> Scope | None:
        """The passages that pass ``filters``, None for all. Kept until the library changes."""
        if not filters:
            return None
        generation = self.library.search_generation()
        if self._selected is None or self._selected[:2] != (generation, filters):
            within = self.library.select(filters.selection(), filters.allows)
            self._selected = generation, filters, within
        return self._selected[2]

    def candidates(self, query: Query, within: Scope | None = None, depth: int | None = None) -> Candidates:
        """The ``depth`` best passages of each retriever, among those ``within``."""
        depth = depth or tuning.CANDIDATES
        vector = self.library.embedder.embed_query(query.text, query.meant)
        dense = self.library.begin_search_vector(vector, depth, within)
        return Candidates(self._by_words(query, within, depth), dense())

    def _by_words(self, query: Query, within: Scope | None, depth: int) -> list[Scored]:
        told = WrittenWords(query, self._title_of)
        if not told:
            return self.library.search_words(query.clauses, depth, within)
        full = self.library.search_words(query.clauses, max(depth, tuning.CANDIDATES_READ), within)
        without = self.library.search_words(told.clauses_without(), depth, within)
        passages = self.library.passages([hit.passage for hit in full])
        return told.told_apart(full, without, passages)[:depth]

    def retrieve(
        self,
        query: Query,
        matcher: Matcher,
        k: int,
        within: Scope | None = None,
        *,
        aside: bool = False,
    ) -> Ranking:
        """The ``k`` best different passages ``within`` the given ids, None for all. Ties go to the older one.

        In a crowded library twice as many are compared first (`qa.retrieval.crowding`). If copies leave fewer
        than these, more candidates are fetched. With ``aside``, passages of metadata, references and debris
        count as well.
        """
        crowding = self.vocabulary().crowding
        candidates, fused, found = self._different(query, 2 * k if crowding > _CROWDED else k, within, aside)
        passages = [p for group in found.groups for p in (group.passage, *group.copies)]
        articles = self.library.articles_by_id([passage.article for passage in passages])
        for group in found.groups:
            _choose_representative(group, fused, articles)
        groups = [group for group in found.groups if group.passage.article in articles]
        ranks = candidates.ranks()
        rated = [(group, fused[group.passage.id]) for group in groups]
        if crowding:
            told = WrittenWords(query, self._title_of)
            rated = _standing_out(query, rated, articles, candidates.dense, crowding, told)[:k]
        hit_articles = {group.passage.article for group, _ in rated}
        pages, blocks = self.library.pages(hit_articles), self.library.blocks(hit_articles)
        hits = [
            Hit(
                rank=rank,
                score=score,
                passage=passage,
                article=articles[passage.article],
                coverage=float(matcher.coverage(matcher.passage_best(passage))),
                found_by={name: of[passage.id] for name, of in ranks.items() if passage.id in of},
                also=_articles(group, articles),
                page=page_of(pages.get(passage.article, ()), passage.start),
                read=read_of(blocks.get(passage.article, ()), passage.start, passage.end),
            )
            for rank, (group, score) in enumerate(rated, start=1)
            for passage in (group.passage,)
        ]
        ranked = sorted(passages, key=lambda passage: (-fused[passage.id], passage.id))
        near_copies = NearCopies(groups, [(p, articles[p.article]) for p in ranked if p.article in articles])
        scores = [score for passage, score in fused.items() if passage not in found.copies]
        return Ranking(hits, sorted(scores, reverse=True), near_copies, pages, blocks)

    def _different(
        self, query: Query, k: int, within: Scope | None, aside: bool
    ) -> tuple[Candidates, dict[int, float], NearCopyFilter]:
        """The candidates, their fused scores, and a filter with the ``k`` best different passages.

        The first 2 ``k`` candidates are compared, and further ones as long as copies are found.
        """
        depth = tuning.CANDIDATES
        while True:
            candidates = self.candidates(query, within, depth)
            fused = _fuse(*candidates, query.weight * _TERM_CEILING, depth)
            ranked = sorted(fused, key=lambda passage: (-fused[passage], passage))
            found = NearCopyFilter(k)
            for at in range(0, len(ranked), 2 * k):
                read = self.library.passages(ranked[at : at + 2 * k])
                for passage in read if not aside else ():
                    if passage.aside:
                        del fused[passage.id]
                copies = sum(found.add(passage) for passage in read if passage.id in fused)
                if found.full and not copies:
                    break
            exhausted = max(map(len, candidates)) < depth or depth >= tuning.MAX_CANDIDATES
            if found.full or not found.copies or exhausted:
                return candidates, fused, found
            depth *= 4


def _standing_out(
    query: Query,
    rated: Sequence[tuple[CopyGroup, float]],
    articles: Mapping[int, ArticleInfo],
    dense: Sequence[Scored],
    crowding: float,
    told: WrittenWords,
) -> list[tuple[CopyGroup, float]]:
    """The groups with the scores of `qa.retrieval.crowding`, best first."""
    passages = [group.passage for group, _ in rated]
    cosines = {hit.passage: hit.score for hit in dense}
    least = min(cosines.values(), default=0.0)
    covered = coverages(query, ({*one.context, *one.words} - told.unfit(one) for one in passages))
    standings = [
        Standing(articles[passage.article].language[:2], score, cosines.get(passage.id, least), share)
        for passage, (_, score), share in zip(passages, rated, covered, strict=True)
    ]
    scores = standing_out(standings, query.language, crowding)
    anew = [(group, score) for (group, _), score in zip(rated, scores, strict=True)]
    return sorted(anew, key=lambda pair: -pair[1])


def _choose_representative(
    group: CopyGroup, fused: Mapping[int, float], articles: Mapping[int, ArticleInfo]
) -> None:
    """Among identical copies with equal scores, the earliest published one represents the group."""
    first = group.passage

    def order(passage: Passage) -> tuple[bool, str, int, int]:
        info = articles.get(passage.article)
        published = (info.published if info else None) or "9999"
        return info is None, published, passage.article, passage.id

    same = [p for p in group.copies if p.words == first.words and fused[first.id] - fused[p.id] <= _EQUAL]
    group.passage = min([first, *same], key=order)
    group.copies = [p for p in (first, *group.copies) if p is not group.passage]


def _articles(group: CopyGroup, articles: Mapping[int, ArticleInfo]) -> tuple[ArticleInfo, ...]:
    """The other articles with a copy of the passage, each once."""
    ids = dict.fromkeys(p.article for p in group.copies if p.article != group.passage.article)
    return tuple(articles[i] for i in ids if i in articles)


def _fuse(lexical: Sequence[Scored], dense: Sequence[Scored], ceiling: float, depth: int) -> dict[int, float]:
    """Passage id → fused score.

    A passage that one retriever did not propose gets the lowest score of that retriever, if it proposed all
    of ``depth``, otherwise 0.
    """
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
