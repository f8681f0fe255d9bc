"""Questions in, cited quotations out: both front ends ask through `Engine`."""

from __future__ import annotations

import re
import time
from collections.abc import Callable, Sequence
from dataclasses import replace
from functools import cached_property
from typing import TYPE_CHECKING

from index.errors import UsageError
from index.library import Library
from index.text.display import printable
from qa import tuning
from qa.answering import confidence
from qa.answering.agreement import WordOverlap
from qa.answering.composition import NOTHING, Composed, compose, nearest_passages
from qa.answering.reranking import rerank
from qa.answering.units import Units
from qa.question.asked import what_is_asked
from qa.question.filters import NO_FILTERS, Filters
from qa.question.follow_ups import ResolvedQuestion, resolve_follow_up
from qa.question.query import Query
from qa.retrieval.matcher import Matcher
from qa.retrieval.retriever import Retriever
from qa.types import MAX_QUESTION_LENGTH, Answer, ExplainedWord, Gloss, Hit, SearchResult, page_of

if TYPE_CHECKING:
    from qa.answering.glosses import Glosser

#: Neighbours of a question word that an answer lists.
_MAX_NEIGHBOURS = 6
_ADDRESS = re.compile(r"https?://[!-~]+", re.IGNORECASE)


class Engine:
    """Asks one library. Several threads may use it at once."""

    def __init__(self, library: Library) -> None:
        library.upgrade_if_needed()
        self.library = library
        self._retriever = Retriever(library)

    def search(self, query: str, k: int = 10, filters: Filters = NO_FILTERS) -> SearchResult:
        """The ``k`` best passages with the words that match. Raises UsageError like `ask`."""
        began = time.perf_counter()
        parsed = self._retriever.query(_checked(query))
        matcher = self._retriever.matcher(parsed)
        within = self._retriever.select(filters)
        ranking = self._retriever.retrieve(
            parsed, matcher, max(k, tuning.RERANKED_PASSAGES), within, aside=True
        )
        hits, _ = rerank(ranking.hits, matcher, ranking.blocks)
        return SearchResult(query, _marked(hits[:k], matcher), _milliseconds(began), filters)

    def ask(
        self,
        question: str,
        *,
        k: int = 5,
        previous: Sequence[str] = (),
        filters: Filters = NO_FILTERS,
        found: Callable[[tuple[Hit, ...]], None] | None = None,
    ) -> Answer:
        """Answer in quoted sentences with up to ``k`` citations, or say that the articles do not answer.

        ``previous`` are the conversation's earlier questions as asked, oldest first. ``found`` is called
        with the passages once they are retrieved, before their sentences are read. Raises UsageError for
        an empty or overlong question.
        """
        began = time.perf_counter()
        resolved = self._resolve(_checked(question), previous)
        query = self._retriever.query(_without_addresses(resolved.question))
        matcher = self._retriever.matcher(query)
        within = self._retriever.select(filters)
        ranking = self._retriever.retrieve(query, matcher, max(k, tuning.RERANKED_PASSAGES), within)
        marked = _marked(ranking.hits, matcher)
        if found is not None:
            found(marked)
        hits, candidates = rerank(marked, matcher, ranking.blocks)
        asked = what_is_asked(query)
        composed = NOTHING
        if candidates:
            units = Units(candidates, query, asked, self._overlap, ranking.blocks, self._text_of)
            composed = compose(candidates, query, asked, units, self._overlap, ranking.near_copies)
        estimate = confidence.estimate(ranking.scores, hits, candidates, matcher, asked, composed.quoted)
        if not estimate.answered:
            near = composed.quoted
            if not estimate.related:
                near = nearest_passages(candidates, hits[:k], ranking.near_copies)
            composed = Composed((), near, ())
        composed = composed.first(k)
        return Answer(
            question=question,
            answered=estimate.answered,
            confidence=estimate.probability,
            sentences=composed.sentences,
            citations=tuple(
                replace(c, page=page_of(ranking.pages.get(c.hit.article.id, ()), c.start))
                for c in composed.citations
            ),
            missing=self._missing(query),
            carried=resolved.words,
            hits=tuple(hits),
            elapsed_ms=_milliseconds(began),
            disagreement=composed.disagreement,
            filters=filters,
            words=self._words(query),
            decision=estimate.decision,
            related=estimate.related,
            lacks=estimate.lacks,
        )

    def gloss(self, text: str, into: str) -> tuple[Gloss, ...]:
        """What the words of ``text`` mean in the language ``into``, "zh" or "en"."""
        return self._glosser.glosses(text, into)

    @cached_property
    def _glosser(self) -> Glosser:
        from qa.answering.glosses import Glosser  # the command line never glosses

        library = self.library
        return Glosser(
            library.tokenizer,
            self._retriever.lexicon,
            library.aliases,
            lambda: self._retriever.vocabulary().frequencies,
        )

    def _text_of(self, article: int) -> str:
        """The text of an article, "" if it has just been removed."""
        try:
            return self.library.article(article).text
        except UsageError:
            return ""

    @cached_property
    def _overlap(self) -> WordOverlap:
        return WordOverlap(self._retriever.lexicon)

    def _resolve(self, question: str, previous: Sequence[str]) -> ResolvedQuestion:
        if not previous:
            return ResolvedQuestion((), question)
        lexicon = self._retriever.lexicon
        return resolve_follow_up(question, previous, self.library.tokenizer, lexicon.similarity)

    def _words(self, query: Query) -> tuple[ExplainedWord, ...]:
        """The question's words, each with its neighbours in the library."""
        frequencies = self._retriever.vocabulary().frequencies
        return tuple(
            ExplainedWord(
                text=word.text,
                weight=word.weight,
                topical=word.topical,
                occurs=word.word in frequencies,
                neighbours=tuple(
                    (other, (weight / word.weight) ** (1 / tuning.SIMILARITY_POWER) if word.weight else 0.0)
                    for other, weight in clause[1 : 1 + _MAX_NEIGHBOURS]
                ),
            )
            for word, clause in zip(query.words, query.clauses, strict=True)
        )

    def _missing(self, query: Query) -> tuple[str, ...]:
        """The topical words that occur nowhere in the library and have no synonym there.

        The tokenizer cuts unknown Chinese names (阿恩斯比) into single characters. They are joined again.
        """
        vocabulary = self._retriever.vocabulary()
        missing: list[str] = []
        name = ""
        for word, clause in zip(query.words, query.clauses, strict=True):
            if not word.topical or len(clause) > 1 or word.word in vocabulary.frequencies:
                name = ""
                continue
            character = len(word.text) == 1 and not word.text.isascii()
            if character and name and name + word.text in query.text:
                missing.pop()
            else:
                name = ""
            name = name + word.text if character else ""
            missing.append(name or word.text)
        return tuple(dict.fromkeys(missing))


def _marked(hits: Sequence[Hit], matcher: Matcher) -> tuple[Hit, ...]:
    """The hits with the words that match the question marked."""
    return tuple(replace(hit, matches=matcher.matches(hit.passage)) for hit in hits)


def _checked(question: str) -> str:
    if not printable(question).strip():
        raise UsageError("the question is empty", 'ask something, for example: qa ask "Who founded Vercept?"')
    if len(question) > MAX_QUESTION_LENGTH:
        raise UsageError(
            "the question has {count:,} characters, the limit is {limit:,}",
            "ask a shorter one; longer texts are added with qa add",
            count=len(question),
            limit=MAX_QUESTION_LENGTH,
        )
    return question


def _without_addresses(question: str) -> str:
    """The question without web addresses; unchanged if it holds nothing else."""
    rest = _ADDRESS.sub(" ", question)
    return rest if any(map(str.isalnum, rest)) else question


def _milliseconds(began: float) -> float:
    return (time.perf_counter() - began) * 1000
