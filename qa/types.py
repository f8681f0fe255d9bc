"""The nouns of a question. ``Answer.to_json`` and ``SearchResult.to_json`` are the JSON contract."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from index.types import ArticleInfo, Passage
from qa.question.filters import NO_FILTERS, Filters

#: Characters a question may have.
MAX_QUESTION_LENGTH = 2000


@dataclass(frozen=True, slots=True)
class Match:
    """A question word met in a passage: ``article.text[start:end] == text``.

    ``word`` is the question's word as asked, ``similarity`` 1.0 for the same word and the
    lexicon's cosine (0 to 1) for a synonym or translation.
    """

    start: int
    end: int
    text: str
    word: str
    similarity: float


@dataclass(frozen=True, slots=True)
class Hit:
    """A retrieved passage. ``score`` is the fused score, and once its sentences are read (`reranking`)
    that plus a share of the best one's; ``legs`` has each leg's rank and score.

    ``coverage`` (0 to 1) is the share of the question's weight that the passage matches. ``also`` are other
    articles with a copy of the passage (`copies`), best first; ``page`` is the one it begins on, from 1.
    """

    rank: int
    score: float
    passage: Passage
    article: ArticleInfo
    coverage: float
    matches: tuple[Match, ...] = ()
    found_by: dict[str, tuple[int, float]] = field(default_factory=dict)
    also: tuple[ArticleInfo, ...] = ()
    page: int | None = None

    def to_json(self) -> dict[str, Any]:
        data: dict[str, Any] = {
            "rank": self.rank,
            "score": round(self.score, 4),
            "article": self.article.id,
            "title": self.article.title,
            "path": self.article.path,
            "start": self.passage.start,
            "end": self.passage.end,
            "text": self.passage.text,
            "matches": [
                {
                    "start": m.start,
                    "end": m.end,
                    "text": m.text,
                    "word": m.word,
                    "similarity": round(m.similarity, 3),
                }
                for m in self.matches
            ],
        }
        return data | location_json(self.also, self.page)


@dataclass(frozen=True, slots=True)
class Citation:
    """Where a quote stands: ``article.text[start:end] == quote``, within ``hit.passage``.

    ``also`` are other articles in which it stands too, reposts and near-copies, best first; ``page`` is
    the one it begins on, from 1, where the article has pages.
    """

    number: int
    start: int
    end: int
    quote: str
    hit: Hit
    also: tuple[ArticleInfo, ...] = ()
    page: int | None = None

    def to_json(self) -> dict[str, Any]:
        article, passage = self.hit.article, self.hit.passage
        data: dict[str, Any] = {
            "number": self.number,
            "article": article.id,
            "title": article.title,
            "path": article.path,
            "language": article.language,
            "published": article.published,
            "start": self.start,
            "end": self.end,
            "quote": self.quote,
            "passage": {"start": passage.start, "end": passage.end, "text": passage.text},
            "score": round(self.hit.score, 4),
        }
        return data | location_json(self.also, self.page)


def page_of(begins: Sequence[int], offset: int) -> int | None:
    """The page, from 1, on which the character at ``offset`` stands; ``begins`` is where each page begins."""
    return max(1, bisect_right(begins, offset)) if begins else None


def location_json(also: tuple[ArticleInfo, ...], page: int | None) -> dict[str, Any]:
    """The keys "page" and "also", each only where there is something to tell."""
    told: dict[str, Any] = {} if page is None else {"page": page}
    if also:
        told["also"] = [{"article": info.id, "title": info.title, "path": info.path} for info in also]
    return told


@dataclass(frozen=True, slots=True)
class AnswerSentence:
    """One quoted sentence of the answer and the number of the citation that backs it."""

    text: str
    citation: int


@dataclass(frozen=True, slots=True)
class DifferingQuantity:
    """One of several figures that articles tell of one thing: as written, and the citation it stands in."""

    text: str
    citation: int


@dataclass(frozen=True, slots=True)
class ExplainedWord:
    """A question word as the search saw it: its ``weight`` (about 0 to 1.5) and what it might meet.

    ``topical`` is False for function and question words, which neither match nor count. ``occurs``
    tells whether the word itself is in the library; ``neighbours`` are words of the library that may
    stand for it, with their cosines, best first.
    """

    text: str
    weight: float
    topical: bool
    occurs: bool
    neighbours: tuple[tuple[str, float], ...] = ()


@dataclass(frozen=True, slots=True)
class Feature:
    """One of the features by which an answer is trusted (``confidence``); it adds ``value * weight``."""

    name: str
    value: float
    weight: float


@dataclass(frozen=True, slots=True)
class Decision:
    """How it was decided whether to answer: yes where the confidence reaches ``threshold``.

    ``pair`` says which weights were used: "zh" or "en" where question and passage are in that
    language, "cross" where they are in two. The confidence is the logistic function of the signs' sum.
    """

    pair: str
    threshold: float
    features: tuple[Feature, ...]


@dataclass(frozen=True, slots=True)
class Gloss:
    """What ``text[start:end]`` of a quote means in the other language, with the lexicon's cosine."""

    start: int
    end: int
    gloss: str
    similarity: float


@dataclass(frozen=True, slots=True)
class Answer:
    """The reply to a question. When ``answered`` is False, ``citations`` are the nearest passages.

    ``carried`` are the words taken over from earlier questions, ``missing`` the question's words
    found nowhere in the articles, ``hits`` the passages considered, best first. ``disagreement`` is
    empty or has two figures or more, in which the cited articles differ. ``filters`` are those that
    it was asked with, ``words`` and ``decision`` tell how it came about; ``decision`` is None where
    there was nothing to decide on.
    """

    question: str
    answered: bool
    confidence: float
    sentences: tuple[AnswerSentence, ...]
    citations: tuple[Citation, ...]
    missing: tuple[str, ...]
    carried: tuple[str, ...]
    hits: tuple[Hit, ...]
    elapsed_ms: float
    disagreement: tuple[DifferingQuantity, ...] = ()
    filters: Filters = NO_FILTERS
    words: tuple[ExplainedWord, ...] = ()
    decision: Decision | None = None

    @property
    def supports(self) -> tuple[int, ...]:
        """The numbers of the citations that back the sentences and are not quoted for themselves."""
        quoted = {sentence.citation for sentence in self.sentences}
        return tuple(c.number for c in self.citations if self.answered and c.number not in quoted)

    def to_json(self) -> dict[str, Any]:
        data: dict[str, Any] = {
            "question": self.question,
            "answered": self.answered,
            "confidence": round(self.confidence, 3),
            "answer": [{"text": s.text, "citation": s.citation} for s in self.sentences],
            "citations": [c.to_json() for c in self.citations],
            "missing": list(self.missing),
            "elapsed_ms": round(self.elapsed_ms, 1),
        }
        if self.carried:
            data["carried"] = list(self.carried)
        if self.disagreement:
            data["disagreement"] = [{"text": f.text, "citation": f.citation} for f in self.disagreement]
        if self.filters:
            data["filters"] = str(self.filters)
        return data


@dataclass(frozen=True, slots=True)
class SearchResult:
    """The reply to ``qa search``."""

    query: str
    hits: tuple[Hit, ...]
    elapsed_ms: float
    filters: Filters = NO_FILTERS

    def to_json(self) -> dict[str, Any]:
        data: dict[str, Any] = {
            "query": self.query,
            "hits": [hit.to_json() for hit in self.hits],
            "elapsed_ms": round(self.elapsed_ms, 1),
        }
        if self.filters:
            data["filters"] = str(self.filters)
        return data
