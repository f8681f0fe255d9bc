"""The tools: what each takes and does. Agents read the descriptions, so these are in English alone."""

from __future__ import annotations

import os
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, Any, TypeVar

import msgspec
from msgspec import Meta, Struct

from index.errors import UsageError, YinjuError
from index.text.display import crop
from index.types import Monitor
from qa.agents import results, texts
from qa.agents.results import Results
from qa.question.filters import Filters, default_filters, parse, parse_all
from qa.session import Session, files_in
from qa.settings import Settings
from qa.types import MAX_QUESTION_LENGTH

Noted = TypeVar("Noted", results.AskResult, results.SearchHits, results.ArticleList)
FilterList = Annotated[
    list[str],
    Meta(
        description="Only articles that pass: lang:en (zh, zh-Hans, zh-Hant), after:2024-01, before:2024-07, "
        'in:"part of a title, source or file name", article:12,15. Of one kind any must match, of several '
        "all."
    ),
]


class Ask(Struct, forbid_unknown_fields=True):
    question: Annotated[
        str,
        Meta(
            description="One question in Chinese or English that can be understood alone.",
            max_length=MAX_QUESTION_LENGTH,
        ),
    ]
    filters: FilterList = []
    k: Annotated[int, Meta(ge=1, le=20, description="The most quotes.")] = 5


class Search(Struct, forbid_unknown_fields=True):
    words: Annotated[
        str, Meta(description="Words in Chinese or English; both are found.", max_length=MAX_QUESTION_LENGTH)
    ]
    filters: FilterList = []
    k: Annotated[int, Meta(ge=1, le=50, description="The most passages.")] = 8


class Read(Struct, forbid_unknown_fields=True):
    article: Annotated[int, Meta(description="Id of the article, as the other tools give it.")]
    start: Annotated[int, Meta(ge=0, description="Offset of the first character.")] = 0
    end: Annotated[int, Meta(ge=0, description="Offset after the last one; 0 for as much as fits.")] = 0
    around: Annotated[
        int, Meta(ge=0, le=2_000, description="Characters to give before and after, by themselves.")
    ] = 0


class Articles(Struct, forbid_unknown_fields=True):
    filters: FilterList = []
    offset: Annotated[int, Meta(ge=0, description="How many to skip.")] = 0
    limit: Annotated[int, Meta(ge=1, le=200)] = 50


class Add(Struct, forbid_unknown_fields=True):
    paths: Annotated[
        list[str],
        Meta(
            description="Files and folders inside of followed folders; relative paths count from those.",
            min_length=1,
            max_length=1_000,
        ),
    ]


class Sync(Struct, forbid_unknown_fields=True):
    dry_run: Annotated[bool, Meta(description="Only tell what would be done.")] = False


class Words(Struct, forbid_unknown_fields=True):
    word: Annotated[str, Meta(description="The word to teach or forget. Without it, all are listed.")] = ""
    same: Annotated[list[str], Meta(description="Names that mean the same, in either language.")] = []
    forget: Annotated[bool, Meta(description="Forget the word.")] = False


def ask(session: Session, given: Ask, make: Results, _monitor: Monitor) -> results.AskResult:
    question, filters = _filtered(given.question, given.filters, session.settings)
    return _noted(session, make.answer(session.ask(question, k=given.k, filters=filters)))


def search(session: Session, given: Search, make: Results, _monitor: Monitor) -> results.SearchHits:
    words, filters = _filtered(given.words, given.filters, session.settings)
    return _noted(session, make.search(session.search(words, k=given.k, filters=filters)))


def _noted(session: Session, result: Noted) -> Noted:
    """The result with a note where the articles are not the user's own."""
    if session.bundled:
        result.note = "These are sample articles, not the user's own. With qa add PATH a person adds those."
    return result


def _filtered(typed: str, given: Sequence[str], settings: Settings) -> tuple[str, Filters]:
    """The text without the filters in it; all filters, or those of the settings."""
    text, more = parse(typed)
    return text, parse_all(given).adding(more) or default_filters(settings.filter)


def read(session: Session, given: Read, make: Results, _monitor: Monitor) -> results.ReadResult:
    return make.read(session.article(given.article), given.start, given.end, given.around)


def articles(session: Session, given: Articles, make: Results, _monitor: Monitor) -> results.ArticleList:
    filters = parse_all(given.filters)
    found = session.articles(filters)
    return _noted(session, make.articles(found, str(filters), given.offset, given.limit))


def add(session: Session, given: Add, make: Results, monitor: Monitor) -> results.Changes:
    folders = [path for path in session.followed() if os.path.isdir(path)]  # the others are of Zotero
    # Files one by one: a folder that is added is followed by itself, also once the one around it is not.
    files = files_in([_inside(path, folders) for path in given.paths])
    # What a link in a folder leads to is left to the person, who may have meant it.
    return make.changes(session.add([file for file in files if _is_inside(file, folders)], monitor))


def _is_inside(path: str | Path, folders: Sequence[str]) -> bool:
    return any(os.path.commonpath([folder, path]) == folder for folder in folders)


def _inside(path: str, folders: Sequence[str]) -> Path:
    """A file or folder inside of the followed folders. UsageError: it is none, or outside of them."""
    for folder in folders:
        found = os.path.realpath(os.path.join(folder, os.path.expanduser(path.replace("\0", "?"))))
        if _is_inside(found, [folder]) and os.path.exists(found):
            return Path(found)
    raise UsageError(
        "{path} is in none of the followed folders",
        "a person makes a folder followed with qa add FOLDER",
        path=path,
    )


def sync(session: Session, given: Sync, make: Results, monitor: Monitor) -> results.Changes:
    return make.changes(session.sync(dry_run=given.dry_run, monitor=monitor))


def words(session: Session, given: Words, make: Results, monitor: Monitor) -> results.Words:
    if given.forget:
        session.forget(given.word, monitor)
    elif given.word or given.same:
        session.teach(given.word, given.same, monitor)
    return make.words(session.words())


@dataclass(frozen=True, slots=True)
class Tool:
    """``run`` takes the arguments as ``takes`` and returns what ``text`` makes readable.

    ``writes``: there only with --write. ``destroys``: it may take something away.
    """

    title: str
    description: str
    takes: type[Struct]
    gives: type[Struct]
    run: Callable[[Session, Any, Results, Monitor], Struct]
    text: Callable[[Any], str]
    writes: bool = False
    destroys: bool = False

    def arguments(self, given: dict[str, Any]) -> Struct:
        """UsageError: they are not what the tool takes."""
        try:
            return msgspec.convert(given, self.takes, strict=False)
        except (msgspec.ValidationError, UnicodeEncodeError) as error:  # half a surrogate pair in a key
            known = ", ".join(field.name for field in msgspec.structs.fields(self.takes))
            raise UsageError(
                "the arguments are wrong: {error}", "it takes {known}", error=error, known=known
            ) from None


TOOLS = {
    "ask": Tool(
        "Ask the articles",
        "Answers a question with quotes from the user's own Chinese and English articles, word for word, "
        "each with article and offsets, or says that they hold no answer. Asks both languages at once.",
        Ask,
        results.AskResult,
        ask,
        texts.answer,
    ),
    "search": Tool(
        "Search passages",
        "Finds passages by words, in either language. For answers use ask, which knows when there is none.",
        Search,
        results.SearchHits,
        search,
        texts.hits,
    ),
    "read": Tool(
        "Read an article",
        "Gives a span of an article by offsets: what stands around a quote or passage (start, end, around), "
        f"or the article piece by piece, at most {results.MAX_CHARACTERS:,} characters a call.",
        Read,
        results.ReadResult,
        read,
        texts.span,
    ),
    "articles": Tool(
        "List the articles",
        "Lists the articles with their ids in the order they were added, those that pass the filters.",
        Articles,
        results.ArticleList,
        articles,
        texts.articles,
    ),
    "add": Tool(
        "Add files",
        "Adds new or changed files from the folders that the user has made followed, and from nowhere else.",
        Add,
        results.Changes,
        add,
        texts.changes,
        writes=True,
    ),
    "sync": Tool(
        "Follow the folders",
        "Brings the library into step with the followed folders: new, changed, moved and deleted files. "
        "Articles whose files were deleted are removed.",
        Sync,
        results.Changes,
        sync,
        texts.changes,
        writes=True,
        destroys=True,
    ),
    "words": Tool(
        "Teach words",
        "Teaches the library a word, and names that mean the same in either language; forgets it; or lists "
        "what was taught.",
        Words,
        results.Words,
        words,
        texts.words,
        writes=True,
        destroys=True,
    ),
}


def told(error: Exception, make: Results) -> str:
    """An error in one line and its hint in another. Files are named without folders like everywhere."""
    if not isinstance(error, YinjuError):
        return f"internal error: {type(error).__name__} (standard error of qa mcp tells more)"
    message = crop(make.phrase(error.message), _LONGEST_ERROR)  # it may repeat what the agent sent
    hint = make.phrase(error.hint)
    return f"{message}\nHint: {_HINTS.get(hint, hint)}" if hint else message


#: Columns of an error.
_LONGEST_ERROR = 1_000
#: What is said to people, as an agent can do it.
_HINTS = {"qa list shows them": "the tool articles lists them"}
