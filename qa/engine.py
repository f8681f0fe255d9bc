"""Questions in, cited quotations out: both front ends ask through `Engine`."""

from __future__ import annotations

import re
import time
from collections.abc import Callable, Sequence
from dataclasses import replace
from functools import cache, cached_property
from typing import TYPE_CHECKING, NamedTuple

from index.errors import UsageError
from index.library import Library
from index.text.display import printable
from index.types import Scope
from qa import tuning
from qa.answering import confidence
from qa.answering.agreement import WordOverlap
from qa.answering.composition import NOTHING, Composed, compose, nearest_passages
from qa.answering.continuation import Continuation
from qa.answering.parts import Reply, with_parts
from qa.answering.reranking import reorder_passages, reorder_sentences, rerank
from qa.answering.scoring import Candidate
from qa.answering.units import Units
from qa.linguistics.cues import ASKS, dialogue_act
from qa.output.parts import numbered
from qa.question.asked import what_is_asked
from qa.question.filters import NO_FILTERS, Filters
from qa.question.follow_ups import ResolvedQuestion, resolve_follow_up
from qa.question.parts import completed, parts_of
from qa.question.query import Query
from qa.question.written import marked
from qa.retrieval.copies import NearCopies
from qa.retrieval.matcher import Matcher
from qa.retrieval.retriever import Ranking, Retriever
from qa.types import (
    MAX_QUESTION_LENGTH,
    Answer,
    AnswerSentence,
    Citation,
    ExplainedWord,
    Gloss,
    Hit,
    SearchResult,
    page_of,
    read_of,
)

if TYPE_CHECKING:
    from index.lexicon.cross_encoder import Reranker
    from qa.answering.glosses import Glosser

#: Neighbours of a question word that an answer lists.
_MAX_NEIGHBOURS = 6
#: The most parts of a question that are asked.
_MAX_PARTS = 3
_ADDRESS = re.compile(r"https?://[!-~]+", re.IGNORECASE)
#: The most turns before an earlier question that count when it is asked again.
_MAX_TURNS = 16
#: The most citations that are shown of articles that only touch on a question.
_RELATED = 3
#: Passages before and after a quote that are near it.
_BESIDE = 2


class _Question(NamedTuple):
    """A question as it is answered."""

    text: str
    resolved: ResolvedQuestion
    filters: Filters


class _Answered(NamedTuple):
    """An answer and what it was made of: the scored sentences, best first, their units, and copies."""

    answer: Answer
    candidates: Sequence[Candidate]
    units: Units
    near_copies: NearCopies


class Engine:
    """Asks one library. Several threads may use it at once."""

    def __init__(self, library: Library, reranker: Reranker | None = None) -> None:
        """``reranker`` orders the best passages and sentences of each question anew."""
        library.upgrade_if_needed()
        self.library = library
        #: The lowest confidence of an answer; 0 for that of `tuning.MIN_CONFIDENCE`.
        self.threshold = 0.0
        self._retriever, self._reranker = Retriever(library), reranker

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
        if self._reranker:
            hits = reorder_passages(hits, parsed.text, self._reranker)
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
        with the passages once they are retrieved, before their sentences are read. "Tell me more" and "which
        article?" go on from the last answer (`Answer.follow_up`). Raises UsageError for an empty or overlong
        question, and where there is no answer to go on from.
        """
        began = time.perf_counter()
        act = dialogue_act(marked(_checked(question)))
        if act:
            answer = self._go_on(act, k, previous, filters)
        else:
            answer = self._answer(question, k, previous, filters, found).answer
        return replace(answer, question=question, elapsed_ms=_milliseconds(began))

    def _answer(
        self,
        question: str,
        k: int,
        previous: Sequence[str],
        filters: Filters,
        found: Callable[[tuple[Hit, ...]], None] | None = None,
    ) -> _Answered:
        """The answer to a question of its own, or to one that takes words of the earlier ones over.

        One that is nothing but a question word ("why?") is asked first of what stands near the last quotes.
        """
        resolved = self._resolve(question, previous)
        query = self._retriever.query(_without_addresses(resolved.question))
        matcher = self._retriever.matcher(query)
        within = self._retriever.select(filters)
        read = max(k, tuning.RERANKED_PASSAGES)
        ranking = self._retriever.retrieve(query, matcher, read, within)
        if found is not None:
            found(_marked(ranking.hits, matcher))
        last = self._last(k, previous, filters) if resolved.bare else None
        asked = _Question(question, resolved, filters)
        shown = last[1].shown if last else ()
        if near := self._beside(last[1].last if last else ()):
            nearby = replace(self._retriever.retrieve(query, matcher, read, near), scores=ranking.scores)
            answered = self._told(asked, self._reply(question, matcher, nearby, shown), "", k)
            if answered.answer.answered:
                return answered
        whole = self._reply(question, matcher, ranking, shown)
        return self._told(asked, *with_parts(whole, self._parts(question, previous, read, within)), k)

    def _reply(
        self, question: str, matcher: Matcher, ranking: Ranking, shown: Sequence[Citation] = ()
    ) -> Reply:
        """What the retrieved passages hold of an answer. What was ``shown`` must hold what is asked for."""
        query = matcher.query
        hits, candidates = rerank(_marked(ranking.hits, matcher), matcher, ranking.blocks)
        if self._reranker:
            hits, candidates = reorder_sentences(hits, candidates, query.text, self._reranker)
        candidates = [
            c
            for c in candidates
            if c.held or not any(one.covers(c.hit.article.id, c.start, c.end) for one in shown)
        ]
        asked = what_is_asked(query)
        units = Units(candidates, query, asked, self._overlap, ranking.blocks, cache(self._text_of))
        composed = NOTHING
        if candidates:
            composed = compose(candidates, query, asked, units, self._overlap, ranking.near_copies)
        estimate = confidence.estimate(
            ranking.scores, hits, candidates, matcher, asked, composed.near, self.threshold
        )
        return Reply(question, matcher, ranking, hits, candidates, units, composed, estimate, asked.which)

    def _parts(self, question: str, previous: Sequence[str], read: int, within: Scope | None) -> list[Reply]:
        """What is found for each part of a question that asks several things; none for any other."""
        replies: list[Reply] = []
        earlier, first = list(previous), ""
        parts = parts_of(question)
        for part in parts.questions[:_MAX_PARTS]:
            resolved = self._resolve(part, earlier)
            text = resolved.question
            if replies and not parts.alone and not resolved.words:
                text = completed(part, first, self.library.tokenizer)
            matcher = self._retriever.matcher(self._retriever.query(_without_addresses(text)))
            ranking = self._retriever.retrieve(matcher.query, matcher, read, within)
            replies.append(self._reply(part, matcher, ranking))
            first = first or text
            earlier.append(part)
        return replies

    def _told(self, question: _Question, reply: Reply, lacks: str, k: int) -> _Answered:
        """The answer of a reply, in up to ``k`` citations. ``lacks`` is the part without an answer, or ""."""
        estimate, composed, ranking = reply.estimate, reply.composed, reply.ranking
        if not estimate.answered:
            near = composed.near
            if not estimate.related:
                near = nearest_passages(reply.candidates, reply.hits[:k], ranking.near_copies)
            composed = Composed((), near, ())
        composed = composed.first(k)
        query = reply.matcher.query
        answer = Answer(
            question=question.text,
            answered=estimate.answered,
            confidence=estimate.probability,
            sentences=composed.sentences,
            citations=tuple(
                replace(
                    c,
                    page=page_of(ranking.pages.get(c.hit.article.id, ()), c.start),
                    read=read_of(ranking.blocks.get(c.hit.article.id, ()), c.start, c.end),
                )
                for c in composed.citations
            ),
            missing=self._missing(query, reply.hits),
            carried=question.resolved.words,
            hits=tuple(reply.hits),
            elapsed_ms=0.0,
            disagreement=composed.disagreement,
            filters=question.filters,
            words=self._words(query),
            decision=estimate.decision,
            related=estimate.related,
            lacks=lacks or estimate.lacks,
            which=estimate.answered and reply.which,
            needed=min(composed.needed, len(composed.sentences)),
        )
        answer = numbered(answer)
        return _Answered(answer, reply.candidates, reply.units, ranking.near_copies)

    def _go_on(self, act: str, k: int, previous: Sequence[str], filters: Filters) -> Answer:
        """What follows the last answer, or where it stands. UsageError: there is none."""
        last = self._last(k, previous, filters)
        if last is None and not all(dialogue_act(marked(earlier)) for earlier in previous):
            raise UsageError("the question before was not answered", "ask it in other words, then go on")
        if last is None:
            raise UsageError(
                "there is no earlier answer to go on from",
                "ask a question first; in qa ask, name it with --after",
            )
        answer, shown = last
        goes_on = act == "source" or shown.step(_shown(answer, k))
        citations = shown.last if goes_on else ()
        answered = answer.answered and goes_on
        return replace(
            answer,
            answered=answered,
            related=answer.related and goes_on,
            confidence=answer.confidence if goes_on else 0.0,
            sentences=tuple(AnswerSentence(c.quote, c.number) for c in citations if answered),
            citations=citations,
            missing=(),
            carried=(),
            disagreement=(),
            decision=answer.decision if goes_on else None,
            lacks=answer.lacks if goes_on and not answered else "",
            which=False,
            needed=len(citations),
            follow_up=act,
        )

    def _last(self, k: int, previous: Sequence[str], filters: Filters) -> tuple[Answer, Continuation] | None:
        """The answer to the last question of its own, and what was shown of and after it; None without any.

        It is asked again, because an earlier question is all that is known of a conversation.
        """
        acts = [dialogue_act(marked(earlier)) for earlier in previous]
        asked = max((at for at, act in enumerate(acts) if not act), default=-1)
        if asked < 0:
            return None
        earlier = previous[max(0, asked - _MAX_TURNS) : asked]
        answer, candidates, units, near_copies = self._answer(previous[asked], k, earlier, filters)
        if answer.verdict == "none":
            return None
        limit = _shown(answer, k)
        shown = Continuation(answer.citations[:limit], candidates, units, near_copies, self.library)
        for _ in range(acts[asked:].count("more")):
            shown.step(limit)
        return answer, shown

    def _beside(self, shown: Sequence[Citation]) -> set[int]:
        """The passages of what was shown and those beside them, by their ids."""
        near: set[int] = set()
        for citation in shown:
            ids = [passage.id for passage in self.library.article_passages(citation.hit.article.id)]
            if citation.hit.passage.id in ids:
                at = ids.index(citation.hit.passage.id)
                near.update(ids[max(0, at - _BESIDE) : at + _BESIDE + 1])
        return near

    def gloss(self, text: str, into: str) -> tuple[Gloss, ...]:
        """What the words of ``text`` mean in the language ``into``, "zh" or "en"."""
        return self._glosser.glosses(text, into)

    def is_word(self, word: str) -> bool:
        """Whether a folded word is in the lexicon."""
        return self._retriever.lexicon.id(word) is not None

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

    def _missing(self, query: Query, hits: Sequence[Hit]) -> tuple[str, ...]:
        """The topical words that occur nowhere in the library, and have no synonym there but by misspelling.

        The tokenizer cuts unknown Chinese names (阿恩斯比) into single characters. They are joined again. The
        characters of a word that was taken for one of the same sound may occur, but not together.
        """
        frequencies = self._retriever.vocabulary().frequencies
        missing: list[str] = []
        name = before = ""
        for word, clause in zip(query.words, query.clauses, strict=True):
            met = self._retriever.occurs(query, word, frequencies) or (len(clause) > 1 and not word.meant)
            asks = word.written is None and ASKS.fullmatch(before + word.word)  # 什么 时候
            before = word.word
            if not word.topical or asks or met:
                name = ""
                continue
            character = len(word.text) == 1 and not word.text.isascii()
            if character and name and name + word.text in query.text:
                missing.pop()
            else:
                name = ""
            name = name + word.text if character else ""
            missing.append(name or word.text)
        found = ["".join(hit.passage.words) for hit in hits] if query.heard else []
        for start, end, meant, *_ in query.heard:
            asked = "".join(word.word for word in query.words[start:end])
            if any("".join(meant) in words for words in found[:1]) and not any(
                asked in words for words in found
            ):
                text = "".join(word.text for word in query.words[start:end])
                missing = [*(word for word in missing if word not in text), text]
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


def _shown(answer: Answer, k: int) -> int:
    """How many citations of an answer are shown, of ``k`` at most."""
    return max(k, 1) if answer.answered else min(max(k, 1), _RELATED)


def _without_addresses(question: str) -> str:
    """The question without web addresses; unchanged if it holds nothing else."""
    rest = _ADDRESS.sub(" ", question)
    return rest if any(map(str.isalnum, rest)) else question


def _milliseconds(began: float) -> float:
    return (time.perf_counter() - began) * 1000
