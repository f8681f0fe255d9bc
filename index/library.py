"""A library: articles that can be added to, searched and read, in a folder or on a Milvus server.

In a folder, ``library.db`` is the source of truth (``index.storage.store``), and everything else is derived
from it (``index.search.indexes``). On a server, collections hold it all (``index.milvus``).
"""

from __future__ import annotations

import os
import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import closing, contextmanager
from functools import partial
from operator import length_hint
from pathlib import Path
from typing import TYPE_CHECKING

from index.address import LibraryUrl, library_path
from index.errors import KEPT, Inaccessible, ModelError, UsageError, YinjuError
from index.ingest.embedding import EmbeddingPipeline
from index.lexicon.embedder import LEXICON, Embedder, canonical_name, load_embedder
from index.search.indexes import SearchIndexes
from index.storage.folder import DATABASE, refuse_impossible
from index.storage.integrity import MISREADS
from index.storage.interfaces import ArticleStore, Place, Searches
from index.storage.lock import Unwritable
from index.storage.place import LOCK_TIMEOUT, FolderPlace
from index.storage.schema import Meta, create_library
from index.storage.store import Store
from index.text.fold import joined
from index.types import (
    UNWATCHED,
    AddReport,
    Alias,
    Article,
    ArticleInfo,
    Block,
    Clauses,
    Heading,
    LibraryStatus,
    Monitor,
    ParsedArticle,
    Passage,
    RemovedArticle,
    Scope,
    Scored,
    Selection,
    SyncReport,
    TaughtWord,
)

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from index.ingest.add import Adder
    from index.plugins import Plugin
    from index.text.tokenizer import Tokenizer


class Library:
    """Articles, their passages, and two ways to search them. Usable from several threads."""

    def __init__(
        self,
        path: Path,
        parts: tuple[ArticleStore, Searches, Place],
        embedder: Embedder | None = None,
        tokenizer: Tokenizer | None = None,
    ) -> None:
        """See ``open``. ``embedder`` and ``tokenizer`` replace those that the library names."""
        self.path = path
        self._store, self._indexes, self._place = parts
        self._pipeline = EmbeddingPipeline(path, self._store, embedder, tokenizer)

    @staticmethod
    def exists(path: Path) -> bool:
        """Whether the folder ``path`` holds a library, or parts of one; True also if it may not be read.

        A library on a server counts as there: opening it tells.
        """
        if isinstance(path, LibraryUrl):
            return True
        try:
            os.stat(path / DATABASE)
        except PermissionError:  # opening it tells that
            return True
        except (OSError, ValueError):
            return False
        return True

    @staticmethod
    def suffixes() -> frozenset[str]:
        """The suffixes of files that can be added: lower case, with the dot."""
        from index.readers.registry import all_suffixes

        return all_suffixes()

    @staticmethod
    def plugins() -> list[Plugin]:
        """The installed plugins, with what is wrong with them."""
        from index.plugins import examined
        from index.readers.registry import SUFFIXES

        return examined({"reader": SUFFIXES, "embedder": (LEXICON,)})

    @staticmethod
    def line_in_file(data: bytes, text: str, offset: int) -> int:
        """The line of a file's ``data``, from 1, on which ``text[offset:]`` of its article begins; else 1.

        Raises ReadError for a binary file.
        """
        from index.readers.line_numbers import line_in_file

        return line_in_file(data, text, offset)

    @classmethod
    def open(
        cls,
        path: Path,
        *,
        create: bool = False,
        model: str | None = None,
        embedder: Embedder | None = None,
        tokenizer: Tokenizer | None = None,
    ) -> Library:
        """Opens the library at ``path``, a folder or address; with ``create``, makes it if there is none.

        ``model`` names the embedding model of a new library ("" or "lexicon": the bundled one). For an
        existing library it must be the model that made it (ModelError); None accepts any. LibraryError: the
        library is missing, damaged or of another format, or the folder holds something else. Inaccessible: it
        cannot be opened here. UsageError: no library can have this path.
        """
        path = library_path(path)

        def new() -> Meta:
            made_by = embedder or load_embedder(model or "")
            return Meta(made_by.name, made_by.fingerprint, made_by.dimensions)

        parts: tuple[ArticleStore, Searches, Place]
        if isinstance(path, LibraryUrl):
            from index.milvus.place import open_server

            parts = open_server(path, new if create else None)
        else:
            refuse_impossible(path)
            if create and not cls.exists(path):
                create_library(path / DATABASE, new(), LOCK_TIMEOUT)
            store = Store(path / DATABASE)
            parts = store, SearchIndexes(path, store.changes), FolderPlace(path, store)
        made_with = parts[0].meta.model
        if model is not None and canonical_name(model) != made_with:
            parts[0].close()
            raise ModelError(
                "the library {path} was made with {made_with}, not with {model}",
                "leave out --model, or use another --library",
                path=path,
                made_with=made_with,
                model=canonical_name(model),
            )
        return cls(path, parts, embedder, tokenizer)

    def is_replaced(self) -> bool:
        """Whether the database is gone, or another file than the one that was opened.

        SQLite would go on with the deleted file, and what is written to it would be lost.
        """
        return self._place.is_replaced()

    @contextmanager
    def reraise_as_damage(self) -> Iterator[None]:
        """Raises LibraryError in place of an unforeseen error if the database is found damaged.

        Sound pages in the wrong places pass their checksums, and give values of the wrong kind.
        """
        try:
            yield
        except MISREADS as error:
            self._place.refuse_damage(error)
            raise

    # The models

    @property
    def embedder(self) -> Embedder:
        self.upgrade_if_needed()
        return self._pipeline.embedder

    @property
    def tokenizer(self) -> Tokenizer:
        """Cuts by the words of the lexicon and those taught to this library so far."""
        return self._pipeline.tokenizer

    def upgrade_if_needed(self, monitor: Monitor = UNWATCHED) -> Path | None:
        """Updates a library that has an earlier format or was made with another bundled lexicon.

        It costs nothing if there is nothing to do. Articles of an earlier format are read again where their
        files are unchanged. Adding and asking do it by themselves. Returns the path of a copy of the
        database as it was, if it had an earlier format. LibraryError: an update is needed and the library
        cannot be written to. Cancelled: ``monitor`` stopped it; the library is as it was, or its search
        indexes are behind.
        """
        if not self._pipeline.outdated():
            return None
        try:
            with self._writing(monitor) as kept:
                return kept
        except Unwritable as error:
            if not self._pipeline.usable():
                raise Inaccessible(
                    "the library {path} was made with another version of the lexicon",
                    "make its folder writable and ask again, or add its articles to a new library",
                    path=self.path,
                ) from error
            return None

    # Writing

    def add(self, paths: Sequence[Path], *, monitor: Monitor = UNWATCHED) -> AddReport:
        """Adds files, and the articles in folders. Articles that did not change stay as they are.

        Folders are followed from then on, see ``sync``. Files that cannot be read are reported, not raised.
        UsageError: a path is missing, or a folder holds no articles. Cancelled: ``monitor`` stopped it;
        finished work is kept.
        """
        from index.ingest.files import find_files, folders_of

        (files, passed_over), folders = find_files(paths), folders_of(paths)

        def run(adder: Adder) -> None:
            adder.report.passed_over = passed_over
            adder.named = {os.path.realpath(os.path.expanduser(path)) for path in paths}
            self._store.sources.follow(folders)
            adder.add_files(files)

        return self._add(run, len(files), monitor)

    def add_zotero(self, folder: Path | None = None, *, monitor: Monitor = UNWATCHED) -> SyncReport:
        """Adds what is in a library of Zotero, and follows it, see `index.ingest.zotero`.

        ``folder`` is its data directory, by default the one that Zotero uses here. UsageError: there is none.
        What is not in it any more is removed, as ``sync`` does. Cancelled: as for ``add``.
        """
        from index.ingest.zotero import find_database

        database = find_database(folder)
        with self._writing(Monitor(cancelled=monitor.cancelled, rows=monitor.rows)):
            self._store.sources.follow([str(database)])
        return self.sync([database], monitor=monitor)

    def add_parsed(
        self, articles: Iterable[tuple[str, ParsedArticle]], *, monitor: Monitor = UNWATCHED
    ) -> AddReport:
        """Adds articles that are not files. Each has a key that serves as its path."""

        def run(adder: Adder) -> None:
            if isinstance(articles, Sequence):
                adder.add_all_parsed(articles)
            else:
                for key, parsed in articles:
                    adder.add_parsed(key, parsed)

        return self._add(run, length_hint(articles), monitor)

    def _add(self, run: Callable[[Adder], None], total: int, monitor: Monitor) -> AddReport:
        from index.ingest.add import Adder

        started = time.perf_counter()
        with self._writing(Monitor(cancelled=monitor.cancelled, rows=monitor.rows)):
            parts = self._store, self._pipeline.embedder, self.tokenizer
            with closing(Adder(*parts, total, monitor, self._pipeline.recipe())) as adder:
                run(adder)
                adder.finish()
        adder.report.seconds = time.perf_counter() - started
        return adder.report

    def sync(
        self,
        paths: Sequence[Path] = (),
        *,
        dry_run: bool = False,
        unread: bool = False,
        gone: bool = False,
        monitor: Monitor = UNWATCHED,
    ) -> SyncReport:
        """Synchronizes the library with its files, see `index.ingest.sync.Syncer`.

        ``dry_run`` only reports what would change; with ``unread`` it does so at once, as if all files could
        be read and each held one article. Cancelled: ``monitor`` stopped it; finished work is kept, and the
        next run does the rest.
        """
        from index.ingest.add import Adder
        from index.ingest.sync import Syncer

        def adder(embedder: Embedder | None, total: int) -> Adder:
            return Adder(self._store, embedder, self.tokenizer, total, monitor, self._pipeline.recipe())

        started = time.perf_counter()
        self.upgrade_if_needed(monitor)
        if dry_run:
            syncer = Syncer(self._store, paths, gone, monitor)
            if unread:
                return syncer.preview()
            return syncer.rehearse(lambda total: adder(None, total))
        with self._writing(Monitor(cancelled=monitor.cancelled, rows=monitor.rows)):
            embedder = self._pipeline.embedder
            report = Syncer(self._store, paths, gone, monitor).run(lambda total: adder(embedder, total))
        report.seconds = time.perf_counter() - started
        return report

    def unfollow(self, folder: Path) -> None:
        """Stops following a folder; its articles stay. UsageError: it was not followed."""
        with self._writing():
            self._store.sources.unfollow(folder)

    def remove(self, ids: Sequence[int]) -> int:
        """Removes articles; returns how many of ``ids`` existed."""
        with self._writing():
            return self._store.remove(ids)

    def remove_undoable(self, ids: Sequence[int]) -> tuple[RemovedArticle, ...]:
        """Removes articles and returns what ``undo_remove`` needs to put them back."""
        with self._writing():
            removed = self._store.removable(ids)
            self._store.remove([article.id for article in removed])
            return removed

    def undo_remove(self, removed: Sequence[RemovedArticle], *, monitor: Monitor = UNWATCHED) -> int:
        """Puts removed articles back under their ids, cut and embedded again; returns how many.

        An article whose path was added again in the meantime is left out: the newer one stays.
        """
        report = self._add(lambda adder: adder.put_back(removed), len(removed), monitor)
        return len(report.added)

    def teach(self, word: str, same: Sequence[str] = (), *, monitor: Monitor = UNWATCHED) -> TaughtWord:
        """Makes ``word`` one word that also finds what ``same`` finds; returns all that is taught of it.

        Only passages with its Chinese characters are cut and embedded again. UsageError: the word is empty or
        too long, or there is nothing to learn.
        """
        from index.ingest.vocabulary import Teacher

        with self._writing():
            return Teacher(self._store, self._pipeline, monitor).teach(word, same)

    def forget(self, word: str, *, monitor: Monitor = UNWATCHED) -> TaughtWord:
        """Undoes ``teach``. UsageError: the word was not taught."""
        from index.ingest.vocabulary import Teacher

        with self._writing():
            return Teacher(self._store, self._pipeline, monitor).forget(word)

    @contextmanager
    def _writing(self, monitor: Monitor = UNWATCHED) -> Iterator[Path | None]:
        """Holds the write lock on an up-to-date library. Afterwards searches see what was written.

        Yields the path of a copy of the database as it was, if it had an earlier format until now.
        """
        with self._place.writing(monitor):
            kept = None
            if self._pipeline.outdated():
                kept = self._pipeline.upgrade(monitor)
                self._bring_up(monitor)
            yield kept  # if that is stopped, the next search brings the indexes up to date
            self._store.recut(self._pipeline.cut())
            self._indexes.catch_up(partial(monitor.check, KEPT))
            self._place.tidy()

    def _bring_up(self, monitor: Monitor) -> None:
        """Stores the articles of an earlier format as they are read now."""
        if not (ids := self._store.unstructured()):
            return
        from index.ingest.add import Adder
        from index.ingest.upgrade import bring_up

        with closing(Adder(self._store, self._pipeline.embedder, self.tokenizer, len(ids), monitor)) as adder:
            bring_up(self._store, adder)

    # The whole

    @property
    def lost(self) -> int:
        """How many of the last writes were lost with a damaged log; 0 once the doctor has reported them."""
        return self._indexes.lost

    def without_locks(self) -> YinjuError | None:
        """An error that tells it, if the library can be read alone because its file system has no locks."""
        return self._place.without_locks()

    def back_up(self, target: Path, *, monitor: Monitor = UNWATCHED) -> None:
        """Copies a snapshot of everything into one file, while others read and write; ``monitor`` counts
        pages.

        `index.maintenance.restore` puts it back. LibraryError: the file cannot be written.
        """
        self._place.back_up(target, monitor)

    def near_duplicates(self, monitor: Monitor = UNWATCHED) -> list[tuple[int, ...]]:
        """Groups of articles with nearly the same text, by ids, see `index.search.duplicates`."""
        from index.search.duplicates import near_duplicates

        return near_duplicates(self._store, monitor)

    def status(self) -> LibraryStatus:
        articles, passages, characters = self._store.counts()
        meta = self._store.meta
        return LibraryStatus(
            path=str(self.path),
            articles=articles,
            passages=passages,
            characters=characters,
            languages=self._store.languages(),
            model=meta.model,
            dimensions=meta.dimensions,
            format_version=self._store.format_version,
            generation=self._store.generation().number,
            bytes=self._place.size(),
            folders=tuple(self.folders()),
        )

    # Reading

    def articles(self) -> list[ArticleInfo]:
        """All articles, in the order they were first added."""
        return self._store.articles()

    def articles_by_id(self, ids: Sequence[int]) -> dict[int, ArticleInfo]:
        """The articles of ``ids`` that exist."""
        return self._store.articles_by_id(ids)

    def article(self, article: int) -> Article:
        """One article with its text; UsageError if there is none of this id."""
        found = self._store.article(article) if abs(article) < 1 << 63 else None  # SQLite has no more
        if found is None:
            raise UsageError("there is no article {article}", "qa list shows them", article=article)
        return found

    def find(self, ref: str) -> ArticleInfo:
        """The article with this id, path, file name or title. UsageError: none has it, or several do."""
        ref = ref.encode("utf-8", "replace").decode().replace("\0", "?")  # such characters name nothing
        if ref.isascii() and ref.isdigit() and len(ref) < 19:
            by_id = self._store.articles_by_id([int(ref)])
            if by_id:
                return by_id[int(ref)]
        found = self._called(ref)
        if not found:
            raise UsageError("no article is called {name}", "qa list shows them", name=ref)
        if len(found) > 1:
            facts = {"count": len(found), "name": ref, "ids": ", ".join(str(info.id) for info in found[:5])}
            raise UsageError(
                "{count} articles are called {name}", "give one of their numbers: {ids}", **facts
            )
        return found[0]

    def _called(self, ref: str) -> list[ArticleInfo]:
        """The articles with this path, or else file name or title."""
        path = str(Path(os.path.expanduser(ref)).resolve())
        return self._store.named(path, os.sep) or self._store.named(ref, os.sep)

    def articles_named(self, ref: str) -> list[ArticleInfo]:
        """All in the file of several articles at this path, or what ``find`` finds, or all in this folder."""
        if not ref:  # as a path it would be the current folder, with all that is in it
            raise UsageError("no article is named", "give articles, folders or filters")
        ref = ref.encode("utf-8", "replace").decode().replace("\0", "?")
        path = os.path.realpath(os.path.expanduser(ref))
        if inside := self._store.sources.stored(path):
            return [*self.articles_by_id([a.id for a in inside]).values()]
        below = os.path.join(path, "")
        in_folder = [info for info in self.articles() if info.path.startswith(below)]
        return in_folder if in_folder and not self._called(ref) and not ref.isdigit() else [self.find(ref)]

    def folders(self) -> list[str]:
        """The followed folders, which ``sync`` compares."""
        return self._store.sources.folders() if self._store.version >= 3 else []

    def files_state(self) -> int:
        """A number that changes once ``sync`` may have something to do."""
        from index.ingest.sync import fingerprint

        return fingerprint(self._store.sources)

    def passages(self, ids: Sequence[int]) -> list[Passage]:
        """The passages of these ids, in that order; ids that no longer exist are left out.

        Damaged: some were not found because the database is damaged.
        """
        found = self._store.passages(ids)
        if len(found) < len(set(ids)):
            self._place.refuse_damage()
        return [found[i] for i in ids if i in found]

    def article_passages(self, article: int) -> list[Passage]:
        """The passages of an article in reading order."""
        return self._store.article_passages(article)

    def words_of(self, passages: Iterable[int]) -> list[tuple[int, str]]:
        """(id, the folded words of context and text with spaces between) of those of them that there are."""
        return self._store.words_of(passages)

    def passage_words(self, articles: Iterable[int]) -> Iterator[tuple[int, int, str]]:
        """(id, article, folded words with spaces between) of the passages of these articles, in order.

        Passages of metadata, references and debris are left out.
        """
        return self._store.passage_words(articles)

    def select(self, selection: Selection, allows: Callable[[ArticleInfo], bool]) -> Scope:
        """The passages of the articles that pass, to search ``within``.

        ``allows`` tells it of an article, and ``selection`` says the same to a server.
        """
        return self._store.select(selection, allows)

    def pages(self, articles: Iterable[int]) -> dict[int, tuple[int, ...]]:
        """The page offsets in the texts of those of the articles that have pages."""
        return self._store.pages(articles)

    def blocks(self, articles: Iterable[int]) -> dict[int, tuple[Block, ...]]:
        """What the texts of these articles are made of."""
        return self._store.blocks(articles)

    def headings(self) -> list[Heading]:
        """The headings of all articles, in the order of the articles."""
        return self._store.headings()

    @property
    def passage_count(self) -> int:
        return self._store.counts()[1]

    def words(self) -> list[TaughtWord]:
        """The taught words."""
        return self._store.words()

    def aliases(self, keys: Iterable[str]) -> list[Alias]:
        """Other names of the things with these keys (``index.text.fold.name_key``), most frequent first.

        They come from taught words and from glosses in articles: 德特克(Matt Deitke). Two names that share a
        gloss of several words are aliases, too.
        """
        found = self._store.aliases(keys)
        between: dict[str, list[Alias]] = {}
        for alias in found:
            if " " in alias.other and not alias.part:
                between.setdefault(joined(alias.other), []).append(alias)
        for more in self._store.aliases(between) if between else []:
            found += [Alias(alias.name, more.other, more.part) for alias in between[more.name]]
        return [alias for alias in found if joined(alias.other) != alias.name]

    def glosses(self, articles: Iterable[int]) -> list[tuple[Alias, int]]:
        """The aliases that these articles explain, and those that were taught; each with how many do so."""
        return self._store.glosses(articles)

    # Searching

    def search_generation(self) -> tuple[int, str]:
        """The writes that searches see and a random token, after the indexes caught up with the database.

        What was learned by searching is outdated once it changes. The count alone does not tell: a backup
        that is restored may have had as many writes.
        """
        return self._indexes.current().generation

    def vocabulary(self) -> dict[str, int]:
        """Every word of the passages and their context, with the number of passages that hold it."""
        return self._indexes.current().lexical.vocabulary()

    def words_beginning(self, prefixes: Sequence[str]) -> list[list[str]]:
        """For each prefix, the words of `vocabulary` that begin with it."""
        return self._indexes.current().lexical.words_beginning(prefixes)

    def search_words(self, clauses: Clauses, k: int, within: Scope | None = None) -> list[Scored]:
        """The ``k`` best passages by words, see `index.search.lexical.LexicalIndex`.

        ``within``: only passages of these ids, scored as among all.
        """
        return self._indexes.current().lexical.search(clauses, k, within)

    def document_frequency(self, words: Sequence[str]) -> list[int]:
        """The number of passages with each word."""
        return self._indexes.current().lexical.document_frequency(words)

    def search_vector(self, vector: NDArray[np.float32], k: int, within: Scope | None = None) -> list[Scored]:
        """The ``k`` passages of highest inner product with a vector [dimensions]; ``within`` as above."""
        return self._indexes.current().vectors.search(vector, k, within)

    def begin_search_vector(
        self, vector: NDArray[np.float32], k: int, within: Scope | None = None
    ) -> Callable[[], list[Scored]]:
        """Begins `search_vector` beside what the caller does next, if it takes long; the result ends it."""
        return self._indexes.current().vectors.begin(vector, k, within)

    def close(self) -> None:
        self._store.close()

    def __enter__(self) -> Library:
        return self

    def __exit__(self, *exception: object) -> None:
        self.close()
