"""The nouns of the index. Offsets count characters (code points) of ``Article.text``."""

from __future__ import annotations

from collections.abc import Callable, Collection, Generator, Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from functools import partial
from typing import NamedTuple

from index.errors import Cancelled, Phrase

#: In the path of an article in a file of several: ``<file>!/<member>``. That of a mail is its file's.
MEMBER_MARK = "!/"
#: Kinds of file that are told as passed over; the rest are counted together.
MAX_KINDS = 8


@dataclass(frozen=True, slots=True)
class Monitor:
    """Watches long work. Both functions are called from the thread that works.

    ``done(count, total)`` is told how much of the work is done, in articles unless the work counts something
    else. ``cancelled()`` returns True once the work should stop. ``page(count, total)`` is told how
    many pages of a file are recognized, where they are pictures, and ``rows(count, total)`` how many rows a
    server has imported.
    """

    done: Callable[[int, int], None] = lambda _count, _total: None
    cancelled: Callable[[], bool] = lambda: False
    page: Callable[[int, int], None] = lambda _count, _total: None
    rows: Callable[[int, int], None] = lambda _count, _total: None

    def check(self, outcome: str = "") -> None:
        """Raises Cancelled if the work should stop; ``outcome`` says what becomes of what it did so far."""
        if self.cancelled():
            raise Cancelled("stopped", outcome)


#: For work that nobody watches.
UNWATCHED = Monitor()


class Span(NamedTuple):
    """Half-open range of characters, ``text[start:end]``."""

    start: int
    end: int


class Kind(StrEnum):
    """What a block is. Metadata, references, furniture and debris are about the article, not of it."""

    HEADING = "heading"
    PARAGRAPH = "paragraph"
    ITEM = "item"
    ROW = "row"
    CODE = "code"
    QUOTATION = "quotation"
    QUESTION = "question"
    ANSWER = "answer"
    CAPTION = "caption"
    METADATA = "metadata"
    REFERENCE = "reference"
    FURNITURE = "furniture"
    DEBRIS = "debris"


#: How a block was read from a picture.
RECOGNIZED, UNSURE = 1, 2
READ = (0, RECOGNIZED, UNSURE)
#: Kinds that are never quoted.
ASIDE = frozenset({Kind.METADATA, Kind.REFERENCE, Kind.FURNITURE, Kind.DEBRIS})


class Block(NamedTuple):
    """``text[start:end]``; the first ``marker`` characters only mark what it is ("## ", "- ", "```").

    ``level`` is 1 to 6 for headings, the depth for items (0 outermost), 1 for the header row of a table and
    0 for its other rows. ``parent`` and ``lead`` are places in the list of blocks, -1 for none. The parent is
    the heading above, or the item that a block belongs to. The lead is what is needed to understand the
    block: the line that announces a list or code, the header row of a row, the question of an answer, the
    caption of a header row. ``read`` is `RECOGNIZED` if it was read from a picture, `UNSURE` if parts of it
    were hard to read there; 0 for the text of the file itself.
    """

    kind: Kind
    start: int
    end: int
    level: int = 0
    marker: int = 0
    parent: int = -1
    lead: int = -1
    read: int = 0


class Region(NamedTuple):
    """A line of text that was recognized in its box of a page, in points; ``y`` grows downwards.

    ``confidence`` is 0 to 1.
    """

    text: str
    x0: float
    y0: float
    x1: float
    y1: float
    confidence: float


#: What was recognized on a page, in no order.
RecognizedPage = tuple[Region, ...]


class Token(NamedTuple):
    """One word to match by: ``text`` is folded, ``start:end`` point into the unfolded text."""

    text: str
    start: int
    end: int


class Scored(NamedTuple):
    """A passage id with its score in one of the two searches (higher is better)."""

    passage: int
    score: float


class Selection(NamedTuple):
    """What filters ask of articles: one of the ``languages`` ("zh": any Chinese), published in
    ``[after, before)``, one of ``names`` within their title, path, source or tags (as
    ``index.text.filter_names.filter_key`` makes them), one of the ids ``articles``. Empty ones ask nothing.
    """

    languages: tuple[str, ...] = ()
    after: str = ""
    before: str = ""
    names: tuple[str, ...] = ()
    articles: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True)
class Where:
    """The passages that satisfy an expression of a server; "" is nowhere."""

    expression: str


#: Passages to search within: their ids, or what a server evaluates.
Scope = Collection[int] | Where
#: What a search by words asks for: of each question word its alternatives (word, weight).
Clauses = Sequence[Sequence[tuple[str, float]]]


class Creator(NamedTuple):
    """Who made an item. ``role`` is "author", "editor" …; ``given`` is "" for a name in one field."""

    role: str
    family: str
    given: str


@dataclass(frozen=True, slots=True)
class Reference:
    """What a reference manager says of an article. ``source`` is the path of its database.

    ``member`` names the file, note or abstract there that the article was read from, ``item`` the item that
    it belongs to. ``key`` is the item's citation key, "" if it has none. ``kind`` and the names in ``fields``
    are Zotero's: "journalArticle", "DOI", "publicationTitle". ``tags`` are its tags and collections.
    """

    source: str
    member: str
    item: str
    key: str
    kind: str
    fields: tuple[tuple[str, str], ...] = ()
    creators: tuple[Creator, ...] = ()
    tags: tuple[str, ...] = ()

    def field(self, name: str) -> str:
        """The value of a field, "" if it has none."""
        return dict(self.fields).get(name, "")


@dataclass(frozen=True, slots=True)
class ParsedArticle:
    """An article as read from a file: cleaned text and what the file says about itself.

    ``language`` is "zh-Hans", "zh-Hant", "en" or "und". ``published`` is ISO 8601, a year or
    more ("2024", "2024-01", "2024-01-23", "2024-01-23T18:19"). ``pages`` are the offsets in ``text`` at which
    its pages begin, the first at index 0; () where there are no pages. ``blocks`` are what the text is made
    of, in order; without them they are found in the text.
    """

    text: str
    title: str
    language: str
    published: str | None = None
    author: str | None = None
    source: str | None = None
    pages: tuple[int, ...] = ()
    blocks: tuple[Block, ...] = ()
    reference: Reference | None = None


@dataclass(frozen=True, slots=True)
class PartiallyParsedArticle(ParsedArticle):
    """An article with unreadable parts; ``unread`` names them (an `index.errors.Phrase`)."""

    unread: str = ""


class Member(NamedTuple):
    """An article in a file of several; without a name that file itself.

    ``data`` are the bytes whose hash tells whether it changed. ``read()`` parses it. ReadError: it cannot be
    read.
    """

    name: str
    data: bytes
    read: Callable[[], ParsedArticle]

    @classmethod
    def refused(cls, name: str, error: Exception) -> Member:
        """A member whose ``read()`` raises ``error``."""
        return cls(name, b"", partial(_refuse, error))


def _refuse(error: Exception) -> ParsedArticle:
    raise error


#: The articles in an open file of several, one at a time. Close it before the file.
Members = Generator[Member, None, None]


class PassageSpan(NamedTuple):
    """A passage before it is stored: ``text[start:end]`` of its article and its nearest heading.

    ``heading`` is "" when there is none; it never repeats the article's title. ``aside``: it holds metadata,
    references or debris alone. ``lead`` is the text before it that it needs:
    the headings above its heading, and what its first block needs, such as the header row of a table.
    """

    start: int
    end: int
    heading: str = ""
    aside: bool = False
    lead: str = ""


class Heading(NamedTuple):
    """A heading as it stands in the text of an article, and where it begins."""

    article: int
    start: int
    text: str


@dataclass(frozen=True, slots=True)
class ArticleInfo:
    """What a list of articles shows; ``added`` is ISO 8601 in UTC, ``path`` may hold `MEMBER_MARK`."""

    id: int
    path: str
    title: str
    language: str
    published: str | None
    author: str | None
    source: str | None
    added: str
    characters: int
    passages: int
    reference: Reference | None = field(default=None, kw_only=True)


@dataclass(frozen=True, slots=True)
class Article(ArticleInfo):
    """An article with its text, which all offsets count in, its pages and blocks (see `ParsedArticle`)."""

    text: str
    pages: tuple[int, ...] = field(default=(), kw_only=True)
    blocks: tuple[Block, ...] = field(default=(), kw_only=True)


@dataclass(frozen=True, slots=True)
class RemovedArticle(Article):
    """A removed article, with the record of its file: see ``Library.undo_remove``."""

    digest: str
    size: int
    modified: int


@dataclass(frozen=True, slots=True)
class Passage:
    """A stored passage: ``article.text[start:end] == text``.

    ``words`` are the folded tokens of ``text``; ``context`` the folded tokens of the article's
    title, the passage's heading and its lead, which count when matching and are never quoted. ``aside`` as in
    `PassageSpan`.
    """

    id: int
    article: int
    start: int
    end: int
    text: str
    heading: str
    words: tuple[str, ...]
    context: tuple[str, ...]
    aside: bool = False


class Alias(NamedTuple):
    """Two names for one thing: ``name`` as ``index.text.fold.name_key`` makes it, ``other`` folded.

    ``part`` is "", or the folded Latin word that stands for a longer name on either side (Deitke for Matt
    Deitke). Trust it only if it is no common word.
    """

    name: str
    other: str
    part: str = ""


@dataclass(frozen=True, slots=True)
class TaughtWord:
    """A word that a person taught the library, and names that mean the same, as they were given."""

    word: str
    same: tuple[str, ...] = ()


@dataclass(slots=True)
class AddReport:
    """The result of ``Library.add``. ``skipped`` pairs each path with the reason why it was not added.

    A reason is an `index.errors.Phrase` or the system's message. ``removed`` are articles that a file of
    several, such as a ZIP archive, no longer holds. ``partial`` pairs the path of each added or updated
    article that lacks parts of its file with a description of them. ``passed_over`` counts the files in the
    folders and archives that are no articles by suffix (".doc"), "" for all without one. Of the items of a
    reference manager that have no file here, ``from_abstract`` counts those whose abstract was taken, and
    ``without_text`` the others.
    """

    added: list[str] = field(default_factory=list)
    updated: list[str] = field(default_factory=list)
    unchanged: list[str] = field(default_factory=list)
    skipped: list[tuple[str, str]] = field(default_factory=list)
    removed: list[str] = field(default_factory=list)
    partial: list[tuple[str, str]] = field(default_factory=list)
    passages: int = 0
    seconds: float = 0.0
    passed_over: dict[str, int] = field(default_factory=dict)
    from_abstract: int = 0
    without_text: int = 0

    def kinds_passed_over(self) -> list[Phrase]:
        """Each kind of ``passed_over`` with its count, the most frequent first; the rare are one entry."""
        return told_kinds(self.passed_over)


def told_kinds(counts: Mapping[str, int]) -> list[Phrase]:
    """Each kind of file (a suffix, or "") with its count, the most frequent first; the rare are one entry."""
    ordered = sorted(counts.items(), key=lambda kind: (kind[0] == "", -kind[1], kind[0]))
    told = [
        Phrase("{count} {suffix}", count=f"{count:,}", suffix=suffix)
        if suffix
        else Phrase("{count} without a suffix", count=f"{count:,}")
        for suffix, count in ordered[:MAX_KINDS]
    ]
    if rest := sum(count for _, count in ordered[MAX_KINDS:]):
        told.append(Phrase("{count} others", count=f"{rest:,}"))
    return told


@dataclass(slots=True)
class SyncReport(AddReport):
    """The result of ``Library.sync``. ``removed`` also has the articles whose files are deleted.

    ``moved`` pairs old and new paths. ``missing`` are articles that were added by themselves and are kept
    although their files are gone. ``away`` pairs each missing or empty folder with the reason why its
    articles were kept.
    """

    moved: list[tuple[str, str]] = field(default_factory=list)
    missing: list[str] = field(default_factory=list)
    away: list[tuple[str, str]] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class LibraryStatus:
    """Counts and facts for ``qa status``; ``bytes`` is the size of the folder on disk, None on a server.

    ``folders`` are followed: folders, and databases of Zotero.
    """

    path: str
    articles: int
    passages: int
    characters: int
    languages: dict[str, int]
    model: str
    dimensions: int
    format_version: int
    generation: int
    bytes: int | None
    folders: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class ConversationInfo:
    """What a list of saved conversations shows. Times are ISO 8601 in UTC; ``turns`` is a count."""

    id: int
    title: str
    library: str
    updated: str
    turns: int


@dataclass(frozen=True, slots=True)
class SavedTurn:
    """A question with its saved answer (JSON); ``asked`` is ISO 8601 in UTC."""

    id: int
    question: str
    asked: str
    answer: str


@dataclass(frozen=True, slots=True)
class PinnedQuote:
    """A quote on the sheet of a library: ``article.text[start:end] == quote`` when it was pinned.

    ``article`` is what was known of the article then; ``page`` the page that the quote begins on, None if
    the article has no pages. ``note`` is the person's own. ``pinned`` is ISO 8601 in UTC.
    """

    id: int
    article: ArticleInfo
    start: int
    end: int
    quote: str
    page: int | None
    note: str
    pinned: str
