"""What asking returns. ``Answer.to_json`` and ``SearchResult.to_json`` are the JSON contract."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Sequence
from dataclasses import asdict, dataclass, field
from typing import Any

from index.text.blocks import places_inside
from index.types import UNSURE, ArticleInfo, Block, Passage
from qa.question.filters import NO_FILTERS, Filters
from qa.vaults import vault_link

#: The most characters that a question may have.
MAX_QUESTION_LENGTH = 2000


@dataclass(frozen=True, slots=True)
class Match:
    """A word of a passage that matches a question word: ``article.text[start:end] == text``.

    ``word`` is the question's word as asked. ``similarity`` is 1.0 for the same word, and the lexicon's
    cosine (0 to 1) for a synonym or translation.
    """

    start: int
    end: int
    text: str
    word: str
    similarity: float


@dataclass(frozen=True, slots=True)
class Hit:
    """A retrieved passage.

    ``score`` is the fused score of both retrievers. Reranking adds a share of the best sentence's score.
    ``coverage`` (0 to 1) is the share of the question's weight that the passage matches. ``found_by`` has
    rank and score in each retriever that found the passage: "lexical" (soft BM25) and "dense" (vectors).
    ``also`` are other articles with a copy of the passage, best first. ``page`` is the page it begins on,
    from 1, None if the article has no pages. ``read`` is how it was read, see `index.types.Block`.
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
    read: int = 0

    @property
    def link(self) -> str | None:
        """The link that opens the article in Obsidian at the passage; None if it is in no vault."""
        return vault_link(self.article.path, self.passage.heading, self.page)

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
        return data | location_json(self.also, self.page, self.read, self.link)


@dataclass(frozen=True, slots=True)
class Context:
    """What a quote needs to be understood: ``article.text[start:end] == text``, before the quote.

    ``role`` is "heading", "header" (the header row of a table), "lead" (what announces a list or code),
    "question" (what an answer answers) or "caption".
    """

    start: int
    end: int
    text: str
    role: str


@dataclass(frozen=True, slots=True)
class Citation:
    """Where a quote stands: ``article.text[start:end] == quote``, within ``hit.passage``.

    ``also`` are other articles that hold the quote as well, best first. ``page`` is the page it begins on,
    from 1, None if the article has no pages. ``context`` is in reading order. ``more`` counts the further
    items of a list that is quoted in part. ``read`` is how it was read, see `index.types.Block`.
    """

    number: int
    start: int
    end: int
    quote: str
    hit: Hit
    also: tuple[ArticleInfo, ...] = ()
    page: int | None = None
    context: tuple[Context, ...] = ()
    more: int = 0
    read: int = 0

    @property
    def article(self) -> ArticleInfo:
        """The article that is quoted."""
        return self.hit.article

    def covers(self, article: int, start: int, end: int) -> bool:
        """Whether it quotes some of this text of the article of this id."""
        return self.hit.article.id == article and self.start < end and start < self.end

    @property
    def link(self) -> str | None:
        """The link that opens the article in Obsidian at the heading above the quote; None as for a hit."""
        # The title of a callout heads what is in it, too, but has no hashes and is no heading in Obsidian.
        headings = (c.text for c in reversed(self.context) if c.role == "heading" and c.text.startswith("#"))
        heading = next(headings, "")
        return vault_link(self.hit.article.path, heading or self.hit.passage.heading, self.page)

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
            "context": [asdict(part) for part in self.context],
        }
        more: dict[str, Any] = {"more": self.more} if self.more else {}
        if article.reference and article.reference.key:
            more["key"] = article.reference.key
        return data | more | location_json(self.also, self.page, self.read, self.link)


def read_of(blocks: Sequence[Block], start: int, end: int) -> int:
    """How ``text[start:end]`` was read, see `index.types.Block`."""
    return max((blocks[at].read for at in places_inside(blocks, start, end)), default=0)


def picture_json(read: int) -> dict[str, str]:
    """The JSON field "picture": "sure" or "unsure" for what was read from a picture, else none."""
    return {"picture": "unsure" if read == UNSURE else "sure"} if read else {}


def page_of(begins: Sequence[int], offset: int) -> int | None:
    """The page, from 1, that holds the character at ``offset``. ``begins`` are the offsets of the pages."""
    return max(1, bisect_right(begins, offset)) if begins else None


def location_json(
    also: tuple[ArticleInfo, ...], page: int | None, read: int, link: str | None = None
) -> dict[str, Any]:
    """The JSON fields "page", "picture", "link" and "also", each only if there is something to say."""
    data: dict[str, Any] = ({} if page is None else {"page": page}) | picture_json(read)
    if link:
        data["link"] = link
    if also:
        data["also"] = [{"article": info.id, "title": info.title, "path": info.path} for info in also]
    return data


@dataclass(frozen=True, slots=True)
class AnswerSentence:
    """One quoted sentence of the answer and the number of the citation that backs it."""

    text: str
    citation: int


@dataclass(frozen=True, slots=True)
class DifferingQuantity:
    """One of several quantities that articles give for one thing: its text, and the citation with it."""

    text: str
    citation: int


@dataclass(frozen=True, slots=True)
class ExplainedWord:
    """A question word as the search used it, for `qa.output.explain`.

    ``weight`` is its importance, about 0 to 1.5. ``topical`` is False for function words and question
    words, which match nothing. ``occurs`` says whether the word itself is in the library. ``neighbours``
    are similar words of the library with their cosines, best first.
    """

    text: str
    weight: float
    topical: bool
    occurs: bool
    neighbours: tuple[tuple[str, float], ...] = ()


@dataclass(frozen=True, slots=True)
class Feature:
    """One of the features of the confidence (`qa.answering.confidence`). It adds ``value * weight``."""

    name: str
    value: float
    weight: float


@dataclass(frozen=True, slots=True)
class Decision:
    """Why a question is answered or not: it is if the confidence reaches ``threshold``.

    ``pair`` names the weights that were used: "zh" or "en" if question and passage are both in that
    language, otherwise "cross". The confidence is the logistic function of the sum of the features.
    """

    pair: str
    threshold: float
    features: tuple[Feature, ...]


@dataclass(frozen=True, slots=True)
class Gloss:
    """What ``text[start:end]`` means in the other language. ``similarity`` is the lexicon's cosine."""

    start: int
    end: int
    gloss: str
    similarity: float


@dataclass(frozen=True, slots=True)
class Answer:
    """The reply to a question.

    ``confidence`` (0 to 1) is the probability that the quotes answer it. If ``answered`` is False, there
    are no ``sentences`` and ``citations`` are the nearest passages. ``missing`` are the question's words
    found nowhere in the articles. ``carried`` are the words taken from earlier questions. ``hits`` are the
    passages considered, best first. ``disagreement`` is empty, or holds two or more quantities in which the
    cited articles differ. ``words`` and ``decision`` explain the answer. ``decision`` is None if no passage
    matches the question.

    ``related`` says of a question without an answer that the citations, at most three, touch on it. ``lacks``
    is then the type of `qa.linguistics.answer_types` that nothing here gives ("money"), "" if none is known.
    Of an answered question of several parts it is the part, as asked, that nothing here answers. ``which``
    says that the question asks for things of one kind, which several articles may name. The first ``needed``
    sentences answer together; those after them only add to it.

    ``follow_up`` is "more" if the quotes are what follows those of the answer before (none: all was shown),
    "source" if they are those of the answer before, whose articles are asked for. The confidence, hits, words
    and decision are then those of that answer; where nothing follows, the confidence is 0, the decision None.
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
    related: bool = False
    lacks: str = ""
    follow_up: str = ""
    which: bool = False
    needed: int = 1

    @property
    def verdict(self) -> str:
        """ "answer"; "related": the articles touch on the question and do not answer it; "none"."""
        return "answer" if self.answered else "related" if self.related else "none"

    @property
    def sources(self) -> list[tuple[ArticleInfo, list[Citation]]]:
        """The cited articles, each with its citations, in the order of the first."""
        found: dict[int, list[Citation]] = {}
        for citation in self.citations:
            found.setdefault(citation.hit.article.id, []).append(citation)
        return [(citations[0].hit.article, citations) for citations in found.values()]

    @property
    def supports(self) -> tuple[int, ...]:
        """The numbers of the citations that support the answer without being quoted in it."""
        quoted = {sentence.citation for sentence in self.sentences}
        return tuple(c.number for c in self.citations if self.answered and c.number not in quoted)

    @property
    def gathered(self) -> tuple[int, int]:
        """The quotes and their articles, if several articles answer together; otherwise (0, 0)."""
        quoted = {sentence.citation for sentence in self.sentences}
        articles = {c.hit.article.id for c in self.citations if c.number in quoted}
        return (len(quoted), len(articles)) if self.which and len(articles) > 1 else (0, 0)

    def to_json(self) -> dict[str, Any]:
        data: dict[str, Any] = {
            "question": self.question,
            "answered": self.answered,
            "verdict": self.verdict,
            "confidence": round(self.confidence, 3),
            "answer": [{"text": s.text, "citation": s.citation} for s in self.sentences],
            "citations": [c.to_json() for c in self.citations],
            "missing": list(self.missing),
            "elapsed_ms": round(self.elapsed_ms, 1),
        }
        if self.lacks:
            data["lacks"] = self.lacks
        if self.follow_up:
            data["follow_up"] = self.follow_up
        if self.follow_up == "source":
            data["sources"] = [
                {
                    "article": about.id,
                    "title": about.title,
                    "author": about.author,
                    "source": about.source,
                    "published": about.published,
                    "path": about.path,
                    "citations": [citation.number for citation in citations],
                }
                for about, citations in self.sources
            ]
        if any(self.gathered):
            data["gathered"] = dict(zip(("points", "articles"), self.gathered, strict=True))
        if self.carried:
            data["carried"] = list(self.carried)
        if self.disagreement:
            data["disagreement"] = [{"text": f.text, "citation": f.citation} for f in self.disagreement]
        if self.filters:
            data["filters"] = str(self.filters)
        return data


@dataclass(frozen=True, slots=True)
class Suggestion:
    """A question that the articles answer.

    ``kind`` is that of `qa.question.made.Made`; "more" for what follows the answer; "elsewhere" for the
    ``count`` other articles that hold a ``name`` of the quote; "differs" if articles give other quantities
    for what the quote says. Only "more" is asked after the questions before, with the filters of the answer.
    """

    question: str
    kind: str
    name: str = ""
    count: int = 0
    filters: Filters = NO_FILTERS


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
