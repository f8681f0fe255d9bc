"""The nouns of the index. Offsets count characters (code points) of ``Article.text``."""

from __future__ import annotations

from collections.abc import Callable, Generator
from dataclasses import dataclass, field
from typing import NamedTuple

from index.errors import Cancelled

#: In the path of an article in a file of several: ``<file>!/<member>``.
MEMBER_MARK = "!/"


@dataclass(frozen=True, slots=True)
class Monitor:
    """Watches long work. Both functions are called from the thread that works.

    ``done(count, total)`` is told how much of the work is done, in articles unless the work counts something
    else. ``cancelled()`` returns True once the work should stop.
    """

    done: Callable[[int, int], None] = lambda _count, _total: None
    cancelled: Callable[[], bool] = lambda: False

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


class Token(NamedTuple):
    """One word to match by: ``text`` is folded, ``start:end`` point into the unfolded text."""

    text: str
    start: int
    end: int


class Scored(NamedTuple):
    """A passage id with the score one search leg gave it (higher is better)."""

    passage: int
    score: float


@dataclass(frozen=True, slots=True)
class ParsedArticle:
    """An article as read from a file: cleaned text and what the file says about itself.

    ``language`` is "zh-Hans", "zh-Hant", "en" or "und". ``published`` is ISO 8601, a date or a
    date with minutes ("2024-01-23", "2024-01-23T18:19"). ``pages`` are the offsets in ``text`` at which
    its pages begin, the first at index 0; () where there are no pages.
    """

    text: str
    title: str
    language: str
    published: str | None = None
    author: str | None = None
    source: str | None = None
    pages: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True)
class PartiallyParsedArticle(ParsedArticle):
    """An article of which some could not be read: ``unread`` tells what (an `index.errors.Phrase`)."""

    unread: str = ""


class Member(NamedTuple):
    """An article in a file of several: the bytes that tell whether it changed, and what reads it.

    ``read()`` raises ReadError where it is none.
    """

    name: str
    data: bytes
    read: Callable[[], ParsedArticle]

    @classmethod
    def refused(cls, name: str, error: Exception) -> Member:
        """One that ``error`` keeps from being read."""

        def read() -> ParsedArticle:
            raise error

        return cls(name, b"", read)


#: The articles of an open file of several, one at a time; to be closed before the file is.
Members = Generator[Member, None, None]


@dataclass(frozen=True, slots=True)
class PassageSpan:
    """A passage before it is stored: ``text[start:end]`` of its article and its nearest heading.

    ``heading`` is "" when there is none; it never repeats the article's title.
    """

    start: int
    end: int
    heading: str = ""


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


@dataclass(frozen=True, slots=True)
class Article(ArticleInfo):
    """An article with its text, the text that every offset counts in; ``pages`` as in `ParsedArticle`."""

    text: str
    pages: tuple[int, ...] = field(default=(), kw_only=True)


@dataclass(frozen=True, slots=True)
class RemovedArticle(Article):
    """An article that was removed, with what its file was then: see ``Library.undo_remove``."""

    digest: str
    size: int
    modified: int


@dataclass(frozen=True, slots=True)
class Passage:
    """A stored passage: ``article.text[start:end] == text``.

    ``words`` are the folded tokens of ``text``; ``context`` the folded tokens of the article's
    title and the passage's heading, which count when matching and are never quoted.
    """

    id: int
    article: int
    start: int
    end: int
    text: str
    heading: str
    words: tuple[str, ...]
    context: tuple[str, ...]


class Alias(NamedTuple):
    """``name``, as ``index.text.fold.name_key`` makes it, may be met as ``other``, folded.

    ``part`` is "", or the folded Latin word that stands alone for a longer name (Deitke for Matt
    Deitke) on either side: to be trusted where it is no common word.
    """

    name: str
    other: str
    part: str = ""


@dataclass(frozen=True, slots=True)
class TaughtWord:
    """A word that a person taught the library, and names that mean the same, all as given."""

    word: str
    same: tuple[str, ...] = ()


@dataclass(slots=True)
class AddReport:
    """What ``Library.add`` did. ``skipped`` pairs each path with the reason it was not added.

    A reason is an `index.errors.Phrase`, or what the system says. ``removed`` are articles that stood
    in a file of several, such as a ZIP archive, and stand there no more. ``partial`` pairs the path of
    each article that was added or updated without a part of its file with what could not be read of it.
    """

    added: list[str] = field(default_factory=list)
    updated: list[str] = field(default_factory=list)
    unchanged: list[str] = field(default_factory=list)
    skipped: list[tuple[str, str]] = field(default_factory=list)
    removed: list[str] = field(default_factory=list)
    partial: list[tuple[str, str]] = field(default_factory=list)
    passages: int = 0
    seconds: float = 0.0


@dataclass(slots=True)
class SyncReport(AddReport):
    """What ``Library.sync`` did, or would do; ``removed`` are articles whose files are gone as well.

    ``moved`` pairs the old path with the new one; ``missing`` are articles that were added by themselves,
    whose files are gone, and that were kept; ``away`` pairs each folder that is not there, or empty, with
    the reason why its articles were kept.
    """

    moved: list[tuple[str, str]] = field(default_factory=list)
    missing: list[str] = field(default_factory=list)
    away: list[tuple[str, str]] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class LibraryStatus:
    """Counts and facts for ``qa status``; ``bytes`` is the size of the folder on disk."""

    path: str
    articles: int
    passages: int
    characters: int
    languages: dict[str, int]
    model: str
    dimensions: int
    format_version: int
    generation: int
    bytes: int


@dataclass(frozen=True, slots=True)
class ConversationInfo:
    """What a list of kept conversations shows; times are ISO 8601 in UTC, ``turns`` is their number."""

    id: int
    title: str
    library: str
    started: str
    updated: str
    turns: int


@dataclass(frozen=True, slots=True)
class SavedTurn:
    """A question with its answer as it was kept; ``answer`` is JSON, ``asked`` is ISO 8601 in UTC."""

    id: int
    question: str
    asked: str
    answer: str
