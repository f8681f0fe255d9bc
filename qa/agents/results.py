"""What the tools return: the fields of the JSON contract that an agent needs, as much as it can take in.

Every text is printable and has its characters where they stand in the article (`index.text.display.masked`),
so that ``text[start:end]`` of what ``read`` returns is the quote that ``ask`` returns.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable, Iterator, Sequence
from itertools import islice
from typing import Annotated, Any, TypeVar

import msgspec
from msgspec import Meta, Struct

from index.errors import Phrase, UsageError, YinjuError
from index.text.blocks import heading_path
from index.text.display import crop, masked, one_line
from index.types import AddReport, Article, ArticleInfo, SyncReport, TaughtWord
from qa.output.addresses import name_of
from qa.types import Answer, Citation, SearchResult, page_of, picture_json, read_of

#: The most characters of article text in one reply. Agents cut longer replies off by themselves, unsaid.
MAX_CHARACTERS = 8_000
#: The most names of files or words in one list.
MAX_NAMES = 50
#: The most copies of a quote that are named, and quotes that only come near.
_MAX_COPIES = 5
_MAX_NEAREST = 3
#: Columns of a title, an author or a source.
_WIDTH = 200

T = TypeVar("T")
Note = Annotated[str, Meta(description="What there is to know of the library.")]
LeftOff = Annotated[str, Meta(description="What did not fit, and how to get it.")]
Path = Annotated[str, Meta(description="Name of the file.")]
Date = Annotated[str | None, Meta(description="ISO 8601: a year, month, day or minute.")]
Key = Annotated[str, Meta(description="Citation key in Zotero.")]
Page = Annotated[int | None, Meta(description="Page of the document on which it begins, from 1.")]


Picture = Annotated[
    str, Meta(description='"sure" or "unsure" if it was read from a picture, which may have gone wrong.')
]


class Copy(Struct):
    """Another article that holds the same text."""

    article: int
    title: str
    path: Path


class Context(Struct):
    """Stands before the quote, which needs it to be understood."""

    start: int
    end: int
    text: str
    role: Annotated[str, Meta(description="heading, header (of a table), lead, question or caption.")]


class Cited(Struct, omit_defaults=True):
    """A quote: characters start to end of the article, word for word."""

    number: int
    role: Annotated[
        str,
        Meta(description="answer; support: says the same as an answer; nearest: near and answers nothing."),
    ]
    article: int
    title: str
    path: Path
    language: str
    published: Date
    start: int
    end: int
    quote: str
    context: list[Context]
    page: Page = None
    picture: Picture = ""
    also: list[Copy] = []
    more: Annotated[int, Meta(description="Items of the list that are not quoted.")] = 0
    key: Key = ""
    link: Annotated[str, Meta(description="Opens the place in Obsidian.")] = ""


class Quantity(Struct):
    text: str
    citation: int


class AskResult(Struct, omit_defaults=True):
    question: str
    answered: Annotated[bool, Meta(description="Whether the articles answer. If not, no citation does.")]
    verdict: Annotated[
        str, Meta(description="answer; related: the articles touch on the question without an answer; none.")
    ]
    confidence: Annotated[float, Meta(description="How likely the quotes answer rightly, 0 to 1.")]
    citations: list[Cited]
    missing: Annotated[list[str], Meta(description="Words of the question that are in no article.")]
    lacks: Annotated[str, Meta(description="What, or which part of the question, has no answer.")] = ""
    disagreement: Annotated[
        list[Quantity], Meta(description="Different figures that articles give for one thing.")
    ] = []
    filters: str = ""
    note: Note = ""
    left_off: LeftOff = ""


class Passage(Struct, omit_defaults=True):
    """A passage: characters start to end of the article."""

    rank: int
    article: int
    title: str
    path: Path
    start: int
    end: int
    text: str
    page: Page = None
    picture: Picture = ""
    also: list[Copy] = []


class SearchHits(Struct, omit_defaults=True):
    query: str
    hits: list[Passage]
    filters: str = ""
    note: Note = ""
    left_off: LeftOff = ""


class ReadResult(Struct, omit_defaults=True):
    article: int
    title: str
    path: Path
    language: str
    published: Date
    author: str | None
    source: str | None
    heading: Annotated[str, Meta(description='The headings above it, outermost first, with " › " between.')]
    start: int
    end: int
    text: Annotated[str, Meta(description="Characters start to end of the article.")]
    characters: Annotated[int, Meta(description="Length of the whole article.")]
    next: Annotated[int | None, Meta(description="Where to read on; null at the end.")]
    page: Page = None
    picture: Picture = ""
    before: Annotated[str, Meta(description="What ends where the text begins.")] = ""
    after: Annotated[str, Meta(description="What begins where the text ends.")] = ""
    left_off: LeftOff = ""


class Listed(Struct, omit_defaults=True):
    id: int
    title: str
    path: Path
    language: str
    published: Date
    author: str | None
    source: str | None
    characters: int
    key: Key = ""


class ArticleList(Struct, omit_defaults=True):
    total: Annotated[int, Meta(description="Articles that pass the filters.")]
    offset: int
    articles: list[Listed]
    next: Annotated[int | None, Meta(description="The offset to go on from; null at the end.")]
    filters: str = ""
    note: Note = ""


class Problem(Struct):
    path: Path
    reason: str


class Changes(Struct, omit_defaults=True):
    """Names of files and articles, and how many there are of each."""

    counts: dict[str, int]
    added: list[str]
    updated: list[str]
    moved: list[str]
    removed: list[str]
    problems: Annotated[list[Problem], Meta(description="What could not be read, wholly or in part.")]
    left_off: LeftOff = ""


class Taught(Struct):
    word: str
    same: list[str]


class Words(Struct, omit_defaults=True):
    words: Annotated[list[Taught], Meta(description="All that is taught.")]
    left_off: LeftOff = ""


class Results:
    """Makes results. ``paths``: files are named with their folders."""

    def __init__(self, *, paths: bool = False) -> None:
        self._paths = paths

    def path(self, path: str) -> str:
        return one_line(path if self._paths else name_of(path) or path)

    def phrase(self, text: str) -> str:
        """``text`` on one line; files that a phrase has among its values are named as everywhere."""
        if not isinstance(text, Phrase) or not text.values:
            return one_line(text)
        return one_line(text.template.format(**{key: self._value(each) for key, each in text.values.items()}))

    def _value(self, value: object) -> object:
        if isinstance(value, YinjuError):
            return " ".join(filter(None, (self.phrase(value.message), self.phrase(value.hint))))
        if isinstance(value, Phrase):
            return self.phrase(value)
        if isinstance(value, str | os.PathLike):
            parts = os.fspath(value).split(", ")
            return ", ".join(self.path(part) if os.path.isabs(part) else part for part in parts)
        return value

    def answer(self, answer: Answer) -> AskResult:
        found = answer.citations if answer.answered else answer.citations[:_MAX_NEAREST]
        citations = list(_fitting(found, _length))
        quoting = {sentence.citation for sentence in answer.sentences}
        kept = {citation.number for citation in citations}
        left = len(found) - len(citations)
        return AskResult(
            question=masked(answer.question),
            answered=answer.answered,
            verdict=answer.verdict,
            confidence=round(answer.confidence, 3),
            citations=[self._cited(c, answer.answered, c.number in quoting) for c in citations],
            missing=[one_line(word) for word in answer.missing],
            lacks=one_line(answer.lacks),
            disagreement=[
                Quantity(one_line(part.text), part.citation)
                for part in answer.disagreement
                if part.citation in kept
            ],
            filters=one_line(str(answer.filters)),
            left_off=f"{left} more citations. Ask a narrower question, or with filters." if left else "",
        )

    def _cited(self, citation: Citation, answered: bool, quoted: bool) -> Cited:
        article = citation.hit.article
        return Cited(
            number=citation.number,
            role=("answer" if quoted else "support") if answered else "nearest",
            article=article.id,
            title=_line(article.title),
            path=self.path(article.path),
            language=article.language,
            published=article.published,
            start=citation.start,
            end=citation.end,
            quote=masked(citation.quote),
            context=[
                Context(part.start, part.end, masked(part.text), part.role) for part in citation.context
            ],
            page=citation.page,
            picture=_picture(citation.read),
            also=self._copies(citation.also),
            more=citation.more,
            key=_key(article),
            link=masked(citation.link or "") if self._paths else "",
        )

    def _copies(self, articles: Iterable[ArticleInfo]) -> list[Copy]:
        return [
            Copy(info.id, _line(info.title), self.path(info.path)) for info in islice(articles, _MAX_COPIES)
        ]

    def search(self, found: SearchResult) -> SearchHits:
        kept = list(_fitting(found.hits, lambda hit: len(hit.passage.text)))
        left = len(found.hits) - len(kept)
        return SearchHits(
            query=masked(found.query),
            hits=[
                Passage(
                    rank=hit.rank,
                    article=hit.article.id,
                    title=_line(hit.article.title),
                    path=self.path(hit.article.path),
                    start=hit.passage.start,
                    end=hit.passage.end,
                    text=masked(hit.passage.text),
                    page=hit.page,
                    picture=_picture(hit.read),
                    also=self._copies(hit.also),
                )
                for hit in kept
            ],
            filters=one_line(str(found.filters)),
            left_off=f"{left} more passages. Search with more words, or with filters." if left else "",
        )

    def read(self, article: Article, start: int, end: int, around: int) -> ReadResult:
        """Characters ``start`` to ``end``, 0 for as many as fit. UsageError: the article has none there."""
        length = len(article.text)
        if not start < max(length, 1) or (end and end <= start):
            raise UsageError(
                "article {article} has no characters {start} to {end}",
                "it has {length} of them",
                article=article.id,
                start=start,
                end=end or length,
                length=length,
            )
        wanted = min(end or length, length)
        most = start + MAX_CHARACTERS - 2 * around
        stop = wanted if wanted <= most else _whole_blocks(article, start, most)
        return ReadResult(
            article=article.id,
            title=_line(article.title),
            path=self.path(article.path),
            language=article.language,
            published=article.published,
            author=_line(article.author) if article.author else None,
            source=_line(article.source) if article.source else None,
            heading=_heading(article, start),
            start=start,
            end=stop,
            text=masked(article.text[start:stop]),
            characters=length,
            next=stop if stop < length else None,
            page=page_of(article.pages, start),
            picture=_picture(read_of(article.blocks, start, stop)),
            before=masked(article.text[max(0, start - around) : start]),
            after=masked(article.text[stop : stop + around]),
            left_off=f"Characters {stop} to {wanted}. Read on with start {stop}." if stop < wanted else "",
        )

    def articles(self, found: Sequence[ArticleInfo], filters: str, offset: int, limit: int) -> ArticleList:
        rows = [
            Listed(
                id=info.id,
                title=_line(info.title),
                path=self.path(info.path),
                language=info.language,
                published=info.published,
                author=_line(info.author) if info.author else None,
                source=_line(info.source) if info.source else None,
                characters=info.characters,
                key=_key(info),
            )
            for info in found[offset : offset + limit]
        ]
        rows = list(_fitting(rows, lambda row: len(msgspec.json.encode(row))))
        reached = offset + len(rows)
        following = reached if rows and reached < len(found) else None
        return ArticleList(len(found), offset, rows, following, one_line(filters))

    def changes(self, report: AddReport) -> Changes:
        moved, away = (report.moved, report.away) if isinstance(report, SyncReport) else ([], [])
        problems = [*report.skipped, *report.partial, *away]
        lists = {
            "added": [self.path(path) for path in report.added],
            "updated": [self.path(path) for path in report.updated],
            "moved": [f"{self.path(old)} → {self.path(new)}" for old, new in moved],
            "removed": [self.path(path) for path in report.removed],
        }
        counts = {name: len(names) for name, names in lists.items()}
        counts |= {"unchanged": len(report.unchanged), "problems": len(problems)}
        counts |= {"from_abstract": report.from_abstract, "without_text": report.without_text}
        too_many = max(len(problems), *map(len, lists.values())) > MAX_NAMES
        return Changes(
            counts=counts,
            **{name: names[:MAX_NAMES] for name, names in lists.items()},
            problems=[Problem(self.path(path), self.phrase(why)) for path, why in problems[:MAX_NAMES]],
            left_off=f"Of each list all but the first {MAX_NAMES}; counts has them all." if too_many else "",
        )

    def words(self, taught: Sequence[TaughtWord]) -> Words:
        left = len(taught) - MAX_NAMES
        return Words(
            [
                Taught(one_line(each.word), [one_line(name) for name in each.same])
                for each in taught[:MAX_NAMES]
            ],
            f"{left} more words; qa words list has them all." if left > 0 else "",
        )


def _fitting(rows: Iterable[T], length: Callable[[T], int]) -> Iterator[T]:
    """The first of ``rows`` whose lengths sum up to `MAX_CHARACTERS` at most, but one of them at least."""
    room = MAX_CHARACTERS
    for number, row in enumerate(rows):
        room -= length(row)
        if number and room < 0:
            return
        yield row


def _length(citation: Citation) -> int:
    return len(citation.quote) + sum(len(part.text) for part in citation.context)


def _picture(read: int) -> str:
    return picture_json(read).get("picture", "")


def _key(article: ArticleInfo) -> str:
    return _line(article.reference.key) if article.reference else ""


def _line(text: str) -> str:
    return crop(one_line(text), _WIDTH)


def _whole_blocks(article: Article, start: int, most: int) -> int:
    """The end of the last block between ``start`` and ``most``, or ``most`` within a block."""
    ends = (block.end for block in article.blocks if start < block.end <= most)
    return max(ends, default=most)


def _heading(article: Article, offset: int) -> str:
    """The headings above the block at ``offset``."""
    places = [place for place, block in enumerate(article.blocks) if block.start <= offset]
    above = heading_path(article.blocks, places[-1]) if places else ()
    blocks = (article.blocks[place] for place in above)
    return " › ".join(_line(article.text[block.start + block.marker : block.end]) for block in blocks)


def schema(kind: type[Struct]) -> dict[str, Any]:
    """The JSON schema of an object, with ``type`` at its root, as the protocol wants it."""
    (root,), parts = msgspec.json.schema_components([kind], ref_template="#/$defs/{name}")
    inlined: dict[str, Any] = parts.pop(str(root["$ref"]).rpartition("/")[2])
    return inlined | ({"$defs": parts} if parts else {})
