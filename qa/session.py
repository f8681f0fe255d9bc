"""One open library with the engine that asks it: all that the command line and the app do with a library.

What must hold before anything is done is checked here, and here an unforeseen error in a damaged library
becomes a LibraryError that says so.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Sequence
from dataclasses import dataclass, replace
from functools import cached_property, wraps
from pathlib import Path
from typing import TYPE_CHECKING, Concatenate, ParamSpec, TypeVar

from index.address import LibraryUrl
from index.errors import Phrase, UsageError, memory_told
from index.library import Library
from index.storage.schema import is_library_file
from index.types import (
    UNWATCHED,
    AddReport,
    Article,
    ArticleInfo,
    Heading,
    LibraryStatus,
    Monitor,
    PinnedQuote,
    RemovedArticle,
    SyncReport,
    TaughtWord,
)
from qa.bundled import is_bundled, open_bundled, open_library
from qa.question.filters import NO_FILTERS, Filters
from qa.settings import Settings, history_file, own_library
from qa.types import MAX_QUESTION_LENGTH, read_of

if TYPE_CHECKING:
    from index.maintenance.findings import Finding
    from qa.engine import Engine
    from qa.output.sheet import SheetQuote
    from qa.overview.facts import Facts
    from qa.overview.glance import Glance
    from qa.overview.names import Name, NameFinder
    from qa.overview.survey import Survey
    from qa.suggestions import Suggested, Suggestions
    from qa.types import Answer, Gloss, Hit, SearchResult
    from qa.verify import Claim, Verdict
    from qa.writing.writer import Writing

#: Why the bundled articles stay as they are.
_CANNOT_ADD = Phrase("nothing can be added to the bundled articles")
_CANNOT_FOLLOW = Phrase("the bundled articles come from no folder")
_CANNOT_REMOVE = Phrase("the bundled articles cannot be removed")
_CANNOT_TEACH = Phrase("words cannot be taught to the bundled articles")

P = ParamSpec("P")
R = TypeVar("R")


def _guarded(method: Callable[Concatenate[Session, P], R]) -> Callable[Concatenate[Session, P], R]:
    """The method, with LibraryError in place of an unforeseen error if the database is damaged.

    OutOfMemory: there is not enough memory.
    """

    @wraps(method)
    def guarded(session: Session, /, *args: P.args, **kwargs: P.kwargs) -> R:
        with memory_told(), session.library.reraise_as_damage():
            return method(session, *args, **kwargs)

    return guarded


class Session:
    """Works on one library until it is closed. Usable from several threads.

    ``upgraded_from`` is where the database of an earlier format is kept, if this session upgraded it.
    """

    def __init__(self, library: Library, settings: Settings) -> None:
        self.library, self.settings = library, settings
        self.upgraded_from: Path | None = None

    @classmethod
    def open(cls, settings: Settings, *, create: bool = False) -> Session:
        """Opens the library that ``settings`` name, else the user's own, else the bundled articles.

        With ``create`` it is never the bundled articles: a library that is missing is made. LibraryError:
        it is missing, damaged, or of another format.
        """
        if create:
            library = Library.open(own_library(settings), create=True, model=settings.model or None)
        else:
            library = open_library(settings)
        return cls(library, settings)

    @classmethod
    def open_bundled(cls, settings: Settings) -> Session:
        """Opens the bundled articles, also where there is a library of the user's own."""
        return cls(open_bundled(), settings)

    def close(self) -> None:
        self.library.close()

    def __enter__(self) -> Session:
        return self

    def __exit__(self, *exception: object) -> None:
        self.close()

    @property
    def path(self) -> Path:
        """The folder of the library."""
        return self.library.path

    @property
    def replaced(self) -> bool:
        """Whether the library was removed, or another stands in its place."""
        return self.library.is_replaced()

    @property
    def bundled(self) -> bool:
        """Whether these are the bundled articles, which nobody changes."""
        return is_bundled(self.library)

    @_guarded
    def upgrade(self, monitor: Monitor = UNWATCHED) -> None:
        """Brings a library of an earlier version up to date; ``monitor`` counts passages."""
        self.upgraded_from = self.library.upgrade_if_needed(monitor)

    # Asking

    @cached_property
    def engine(self) -> Engine:
        return self._new_engine(self.settings.reranker)

    @cached_property
    def _quick_engine(self) -> Engine:
        """One without the cross-encoder, for work that asks a lot."""
        return self._new_engine("") if self.settings.reranker else self.engine

    def _new_engine(self, reranker: str) -> Engine:
        from index.lexicon.cross_encoder import load_reranker
        from qa.engine import Engine

        engine = Engine(self.library, load_reranker(reranker))
        engine.threshold = self.settings.sure / 100
        return engine

    def use(self, settings: Settings) -> None:
        """From now on, ask with these settings, but for the library and the models."""
        own = self.settings
        self.settings = replace(settings, library=own.library, model=own.model, reranker=own.reranker)
        self.engine.threshold = self._quick_engine.threshold = settings.sure / 100
        vars(self).pop("_suggestions", None)  # it knows what was sure enough before

    @_guarded
    def ask(
        self,
        question: str,
        *,
        previous: Sequence[str] = (),
        filters: Filters = NO_FILTERS,
        found: Callable[[tuple[Hit, ...]], None] | None = None,
        k: int = 0,
    ) -> Answer:
        """See `Engine.ask`; without ``k`` that of the settings holds, or else five."""
        k = k or self.settings.k or 5
        return self.engine.ask(question, k=k, previous=previous, filters=filters, found=found)

    @_guarded
    def write(self, answer: Answer, question: str) -> Writing | None:
        """What is written from the quotes of an answer, see `writing.writer.write`."""
        from index.lexicon.lexicon import bundled_lexicon
        from qa.writing.support import Supporter
        from qa.writing.writer import write

        library = self.library
        supporter = Supporter(library.tokenizer, bundled_lexicon(), library.aliases)
        return write(answer, question, self.settings, supporter)

    @_guarded
    def search(self, query: str, *, filters: Filters = NO_FILTERS, k: int = 0) -> SearchResult:
        """See `Engine.search`; without ``k`` that of the settings holds, or else ten.

        Nothing is found if no passage has a word of the query, or one that means the same.
        """
        result = self.engine.search(query, k or self.settings.k or 10, filters)
        return result if any(hit.matches for hit in result.hits) else replace(result, hits=())

    @_guarded
    def gloss(self, text: str, into: str) -> tuple[Gloss, ...]:
        """See `Engine.gloss`."""
        return self.engine.gloss(text, into)

    @cached_property
    def _suggestions(self) -> Suggestions:
        from qa.suggestions import Suggestions

        return Suggestions(
            self._quick_engine, lambda text: self._name_finder.find(text), self.settings.k or 5
        )

    @_guarded
    def suggest_first(self, language: str, monitor: Monitor = UNWATCHED) -> Suggested:
        """Questions to begin with, see `Suggestions.first`."""
        return self._suggestions.first(language, monitor)

    @_guarded
    def suggest_next(
        self, answer: Answer, previous: Sequence[str] = (), monitor: Monitor = UNWATCHED
    ) -> Suggested:
        """What to ask after an answer, see `Suggestions.next`."""
        return self._suggestions.next(answer, previous, monitor)

    @_guarded
    def verify(self, claims: Iterable[Claim] | None = None) -> list[Verdict]:
        """Checks citations again: these, or those of the conversations and pinned quotes kept."""
        from qa.verify import check, check_history

        if claims is None:
            return list(check_history(history_file(), self.library))
        return list(check(claims, self.library))

    @_guarded
    def find(self, quote: str) -> Verdict:
        """Looks for a quote in all articles, see `qa.verify.find_quote`."""
        from qa.verify import find_quote

        likely = self._quick_engine.search(quote[:MAX_QUESTION_LENGTH]).hits if quote.strip() else ()
        return find_quote(quote, self.library, [hit.article.id for hit in likely])

    @_guarded
    def sheet(self, pinned: Sequence[PinnedQuote]) -> list[SheetQuote]:
        """The pinned quotes with where they stand now."""
        from qa.output.sheet import SheetQuote
        from qa.verify import check, claim_of

        claims = (claim_of(each, number) for number, each in enumerate(pinned, start=1))
        verdicts = [*zip(pinned, check(claims, self.library), strict=True)]
        quotes = [SheetQuote(pin, now.state, now.article, now.found) for pin, now in verdicts]
        blocks = self.library.blocks({quote.now.id for quote in quotes if quote.now is not None})
        return [
            replace(quote, read=read_of(blocks[quote.now.id], *quote.span)) if quote.now else quote
            for quote in quotes
        ]

    # Reading

    @_guarded
    def status(self) -> LibraryStatus:
        return self.library.status()

    @_guarded
    def articles(self, filters: Filters = NO_FILTERS) -> list[ArticleInfo]:
        """The articles that pass, in the order they were first added."""
        found = self.library.articles()
        return list(filter(filters.allows, found)) if filters else found

    @_guarded
    def article(self, reference: str | int) -> Article:
        """The article of this id, path, file name or title. UsageError: there is none, or several."""
        found = reference if isinstance(reference, int) else self.library.find(reference).id
        return self.library.article(found)

    @_guarded
    def headings(self) -> list[Heading]:
        """The headings of all articles, in the order of the articles."""
        return self.library.headings()

    @_guarded
    def facts(self, filters: Filters = NO_FILTERS) -> Facts:
        """Dates, sources, languages and newest additions of the articles that pass; it is instant."""
        from qa.overview.facts import facts_of

        return facts_of(self.articles(filters))

    @_guarded
    def survey(
        self,
        filters: Filters = NO_FILTERS,
        monitor: Monitor = UNWATCHED,
        found: Callable[[Survey], None] | None = None,
    ) -> Survey:
        """The terms, reposts and differences of the articles that pass, see `qa.overview.survey.survey`."""
        from qa.overview.survey import survey

        return survey(self.library, self.articles(filters), monitor, found)

    @_guarded
    def glance(self, article: int) -> Glance:
        """An extract, the headings and the names of the article with this id."""
        from index.lexicon.lexicon import bundled_lexicon
        from qa.overview.glance import glance

        found = self.library.article(article)
        return glance(found, self.library.tokenizer, bundled_lexicon(), self._name_finder)

    @_guarded
    def names(self, article: Article) -> tuple[Name, ...]:
        """The names in an article, most frequent first."""
        return self._name_finder.of_article(article)

    @cached_property
    def _name_finder(self) -> NameFinder:
        from index.lexicon.lexicon import bundled_lexicon
        from qa.overview.names import NameFinder

        return NameFinder(self.library.tokenizer, bundled_lexicon())

    @_guarded
    def words(self) -> list[TaughtWord]:
        """The words that were taught."""
        return self.library.words()

    @_guarded
    def near_duplicates(self, monitor: Monitor = UNWATCHED) -> list[tuple[int, ...]]:
        """Groups of articles whose texts are nearly the same, by ids."""
        return self.library.near_duplicates(monitor)

    # Changing

    def _refuse_bundled(self, refusal: Phrase) -> None:
        if self.bundled:
            raise UsageError(refusal, "add your own with qa add PATH; they take their place")

    @_guarded
    def add(self, paths: Sequence[Path], monitor: Monitor = UNWATCHED) -> AddReport:
        """Adds files and folders, see `Library.add`."""
        self._refuse_bundled(_CANNOT_ADD)
        return self.library.add(paths, monitor=monitor)

    @_guarded
    def add_zotero(self, folder: Path | None, monitor: Monitor = UNWATCHED) -> SyncReport:
        """Adds what is in a library of Zotero, see `Library.add_zotero`."""
        self._refuse_bundled(_CANNOT_ADD)
        return self.library.add_zotero(folder, monitor=monitor)

    @_guarded
    def sync(
        self,
        paths: Sequence[Path] = (),
        *,
        dry_run: bool = False,
        unread: bool = False,
        gone: bool = False,
        monitor: Monitor = UNWATCHED,
    ) -> SyncReport:
        """Brings the library into step with its files, see `Library.sync`."""
        self._refuse_bundled(_CANNOT_FOLLOW)
        return self.library.sync(paths, dry_run=dry_run, unread=unread, gone=gone, monitor=monitor)

    @_guarded
    def unfollow(self, folders: Iterable[Path]) -> None:
        """From now on ``sync`` leaves these folders alone; their articles stay."""
        self._refuse_bundled(_CANNOT_FOLLOW)
        for folder in folders:
            self.library.unfollow(folder)

    @_guarded
    def followed(self) -> list[str]:
        """The folders that ``sync`` looks at."""
        self._refuse_bundled(_CANNOT_FOLLOW)
        return self.library.folders()

    @_guarded
    def files_state(self) -> int:
        """A number that changes once there may be something to do for ``sync``."""
        return self.library.files_state()

    @_guarded
    def remove(self, references: Collection[str], filters: Filters = NO_FILTERS) -> list[ArticleInfo]:
        """Removes the articles that are called so and pass; none at all if one of the names is wrong.

        Without ``references``, which takes ``filters``, it removes all that pass.
        """
        self._refuse_bundled(_CANNOT_REMOVE)
        if not references and not filters:
            raise UsageError("no article is named", "give articles, folders or filters")
        named = [info for ref in references for info in self.library.articles_named(ref)]
        found = {info.id: info for info in (named if references else self.library.articles())}
        found = {id: info for id, info in found.items() if not filters or filters.allows(info)}
        self.library.remove(list(found))
        return list(found.values())

    @_guarded
    def remove_undoable(self, ids: Sequence[int]) -> tuple[RemovedArticle, ...]:
        """Removes articles and returns what ``undo_remove`` needs."""
        self._refuse_bundled(_CANNOT_REMOVE)
        return self.library.remove_undoable(ids)

    @_guarded
    def undo_remove(self, removed: Sequence[RemovedArticle]) -> int:
        """Puts articles back; returns how many, see `Library.undo_remove`."""
        return self.library.undo_remove(removed)

    @_guarded
    def teach(self, word: str, same: Sequence[str] = (), monitor: Monitor = UNWATCHED) -> TaughtWord:
        """Teaches a word, and names that mean the same, see `Library.teach`."""
        self._refuse_bundled(_CANNOT_TEACH)
        return self.library.teach(word, same, monitor=monitor)

    @_guarded
    def forget(self, word: str, monitor: Monitor = UNWATCHED) -> TaughtWord:
        """Undoes ``teach``."""
        self._refuse_bundled(_CANNOT_TEACH)
        return self.library.forget(word, monitor=monitor)

    @_guarded
    def back_up(self, target: Path, monitor: Monitor = UNWATCHED) -> int:
        """Copies the library into one file, in place of an earlier backup only; returns its size in bytes.

        Others may read and write meanwhile. ``monitor`` counts database pages.
        """
        refuse_folder(target)
        if target.exists() and not is_library_file(target):
            raise UsageError("{path} exists and is no backup", "give another name", path=target)
        self.library.back_up(target.absolute(), monitor=monitor)
        return target.stat().st_size


# Without an open library


def refuse_folder(path: Path) -> None:
    """UsageError: ``path`` is a folder where a file is wanted."""
    if path.is_dir():
        raise UsageError("{path} is a folder", "name a file in it, such as library-backup.db", path=path)


def paths_of(names: Iterable[str]) -> list[Path]:
    """The paths of files and folders. UsageError: one is empty; `Path` would make it the current folder."""
    paths = list(names)
    if "" in paths:
        raise UsageError("a path is empty", "the current folder is .")
    return [Path(path) for path in paths]


def files_in(paths: Sequence[Path]) -> list[Path]:
    """The files that `Session.add` reads, in order. UsageError: a path is missing, or holds no articles."""
    from index.ingest.files import find_files

    return find_files(paths)[0]


def examine(library: Path, *, fix: bool = False, monitor: Monitor = UNWATCHED) -> list[Finding]:
    """What the doctor finds in the library of this folder, which need not be one that can be opened.

    ``fix`` mends what can be mended. ``monitor`` counts passages.
    """
    if isinstance(library, LibraryUrl):
        from index.maintenance.server import ServerDoctor

        return ServerDoctor(library, fix=fix, monitor=monitor).examine()
    from index.maintenance.doctor import Doctor

    return Doctor(library, fix=fix, monitor=monitor).examine()


@dataclass(frozen=True, slots=True)
class Restored:
    """What the library holds now; ``kept`` is where what was there before lies, None where nothing was."""

    status: LibraryStatus
    kept: Path | None


def restore(backup: Path, library: Path, monitor: Monitor = UNWATCHED) -> Restored:
    """Puts a backup in the place of the library in this folder, which is kept.

    ``monitor`` counts database pages.
    """
    if isinstance(library, LibraryUrl):
        raise UsageError(
            "a backup is not put back on a server",
            "qa --library FOLDER restore FILE puts it into a folder; qa add adds its articles to the server",
        )
    from index.maintenance.restore import restore as put_back

    library = library.absolute()
    kept = put_back(backup.absolute(), library, monitor)
    with Session.open(Settings(library=library)) as session:
        session.upgrade()
        _ = session.library.search_generation()  # builds the search indexes
        return Restored(session.status(), kept)
