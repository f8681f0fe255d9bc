"""A library: a folder of articles that can be added to, searched and read.

``library.db`` is the source of truth (``index.storage.store``); the rest of the folder is derived from it
(``index.search.indexes``).
"""

from __future__ import annotations

import os
import time
from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from contextlib import contextmanager
from operator import length_hint
from pathlib import Path
from typing import TYPE_CHECKING

from index.errors import Cancelled, LibraryError, ModelError, UsageError
from index.ingest.embedding import EmbeddingPipeline
from index.lexicon.embedder import Embedder, canonical_name, load_embedder
from index.search.indexes import SearchIndexes
from index.storage.integrity import integrity_errors
from index.storage.lock import Unwritable, write_lock
from index.storage.schema import Meta, create_library
from index.storage.store import Store
from index.types import (
    UNWATCHED,
    AddReport,
    Alias,
    Article,
    ArticleInfo,
    LibraryStatus,
    Monitor,
    ParsedArticle,
    Passage,
    RemovedArticle,
    Scored,
    SyncReport,
    TaughtWord,
)

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from index.ingest.add import Adder
    from index.lexicon.lexicon import Lexicon
    from index.text.tokenizer import Tokenizer

_DATABASE = "library.db"
#: How long a writer waits for another to finish, in seconds.
_LOCK_TIMEOUT = 2.0
#: What values of the wrong kind raise.
_UNFORESEEN = (TypeError, ValueError, AttributeError, LookupError, ArithmeticError, AssertionError)


class Library:
    """Articles, their passages, and the two ways to search them. Usable from several threads."""

    def __init__(
        self, path: Path, store: Store, embedder: Embedder | None = None, tokenizer: Tokenizer | None = None
    ) -> None:
        """See ``open``. ``embedder`` and ``tokenizer`` stand in for those the library names."""
        self.path = path
        self._store = store
        self._indexes = SearchIndexes(path, store.changes)
        self._pipeline = EmbeddingPipeline(path, store, embedder, tokenizer)

    @staticmethod
    def exists(path: Path) -> bool:
        """Whether folder ``path`` holds a library, or what is left of one."""
        return os.path.exists(path / _DATABASE)

    @staticmethod
    def suffixes() -> frozenset[str]:
        """What the names of files end in that can be added, in lower case, with the dot."""
        from index.readers.registry import SUFFIXES

        return frozenset(SUFFIXES)

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
        """Opens the library in folder ``path``; with ``create``, makes it where there is none.

        ``model`` names the embedding model of a new library ("" or "lexicon": the bundled one); for
        one that exists it must be the model that made it (ModelError), and None takes that.
        LibraryError: missing, damaged, of another format, or not a library.
        """
        path = Path(os.path.expanduser(path)).absolute()
        database = path / _DATABASE
        if create and not os.path.exists(database):
            embedder = embedder or load_embedder(model or "")
            meta = Meta(embedder.name, embedder.fingerprint, embedder.dimensions)
            create_library(database, meta, _LOCK_TIMEOUT)
        if not os.path.exists(path):
            raise LibraryError("there is no library at {path}", "qa add PATH makes one", path=path)
        store = Store(database)
        made_with = store.meta.model
        if model is not None and canonical_name(model) != made_with:
            store.close()
            raise ModelError(
                "the library {path} was made with {made_with}, not with {model}",
                "leave out --model, or use another --library",
                path=path,
                made_with=made_with,
                model=canonical_name(model),
            )
        return cls(path, store, embedder, tokenizer)

    @contextmanager
    def reraise_as_damage(self) -> Iterator[None]:
        """Raises LibraryError in place of an unforeseen error if SQLite finds the database damaged.

        Sound pages in the wrong places pass their checksums, and give values of the wrong kind.
        """
        try:
            yield
        except _UNFORESEEN as error:
            if wrong := integrity_errors(self._store.database):
                raise self._store.database.damaged(wrong[0]) from error
            raise

    # The models

    @property
    def model(self) -> str:
        """The name of the embedding model that made this library."""
        return self._store.meta.model

    @property
    def embedder(self) -> Embedder:
        self.upgrade_if_needed()
        return self._pipeline.embedder

    @property
    def lexicon(self) -> Lexicon:
        return self._pipeline.lexicon

    @property
    def tokenizer(self) -> Tokenizer:
        """Cuts by the lexicon's words and those that are taught to this library now."""
        return self._pipeline.tokenizer

    def upgrade_if_needed(self, monitor: Monitor = UNWATCHED) -> Path | None:
        """Brings a library of an earlier format, or made with another bundled lexicon, up to date.

        It takes the texts that are stored; where there is nothing to do it costs nothing. Adding and
        asking do it by themselves. Returns where the database is kept as it was, if it had an earlier
        format. LibraryError: it is needed and the library cannot be written to.
        Cancelled: ``monitor`` stopped it; the library is as it was.
        """
        if not self._pipeline.outdated():
            return None
        try:
            with self._writing(monitor) as kept:
                return kept
        except Unwritable as error:
            if not self._pipeline.usable():
                raise LibraryError(
                    "the library {path} was made with another version of the lexicon",
                    "make its folder writable and ask again, or add its articles to a new library",
                    path=self.path,
                ) from error
            return None

    # Writing

    def add(
        self,
        paths: Sequence[Path],
        *,
        monitor: Monitor = UNWATCHED,
    ) -> AddReport:
        """Adds files and the articles in folders; what is there already and did not change stays.

        Folders are followed from then on, see ``sync``. Files that cannot be read are reported, not
        raised. UsageError: a path that is missing, a folder without articles. Cancelled:
        ``monitor`` stopped it; what was finished is kept.
        """
        from index.ingest.files import find_files, folders_of

        files, folders = find_files(paths), folders_of(paths)

        def run(adder: Adder) -> None:
            self._store.sources.follow(folders)
            for file in files:
                adder.add_file(file)

        return self._add(run, len(files), monitor)

    def add_parsed(
        self,
        articles: Iterable[tuple[str, ParsedArticle]],
        *,
        monitor: Monitor = UNWATCHED,
    ) -> AddReport:
        """Adds articles that are no files, each under a key that serves as its path."""

        def run(adder: Adder) -> None:
            for key, parsed in articles:
                adder.add_parsed(key, parsed)

        return self._add(run, length_hint(articles), monitor)

    def _add(
        self,
        run: Callable[[Adder], None],
        total: int,
        monitor: Monitor,
    ) -> AddReport:
        from index.ingest.add import Adder

        started = time.perf_counter()
        with self._writing():
            adder = Adder(self._store, self._pipeline.embedder, self.tokenizer, total, monitor)
            run(adder)
            adder.finish()
        adder.report.seconds = time.perf_counter() - started
        return adder.report

    def sync(
        self,
        paths: Sequence[Path] = (),
        *,
        dry_run: bool = False,
        gone: bool = False,
        monitor: Monitor = UNWATCHED,
    ) -> SyncReport:
        """Brings the library into step with the files it was made from, see ``index.ingest.sync.Syncer``.

        ``dry_run`` only tells what would be done. Cancelled: ``monitor`` stopped it; what was finished
        is kept, and the next time does the rest.
        """
        from index.ingest.add import Adder
        from index.ingest.sync import Syncer

        started = time.perf_counter()
        self.upgrade_if_needed(monitor)
        if dry_run:
            return Syncer(self._store, paths, gone, monitor).preview()
        with self._writing():
            report = Syncer(self._store, paths, gone, monitor).run(
                lambda total: Adder(self._store, self._pipeline.embedder, self.tokenizer, total, monitor)
            )
        report.seconds = time.perf_counter() - started
        return report

    def unfollow(self, folder: Path) -> None:
        """From now on ``sync`` leaves a folder alone; its articles stay. UsageError: it did not follow it."""
        with self._writing():
            self._store.sources.unfollow(folder)

    def remove(self, ids: Sequence[int]) -> int:
        """Removes articles everywhere; returns how many of ``ids`` there were."""
        with self._writing():
            return self._store.remove(ids)

    def remove_undoable(self, ids: Sequence[int]) -> tuple[RemovedArticle, ...]:
        """Removes articles and returns what ``undo_remove`` needs to put them back."""
        with self._writing():
            removed = self._store.removable(ids)
            self._store.remove([article.id for article in removed])
            return removed

    def undo_remove(
        self,
        removed: Sequence[RemovedArticle],
        *,
        monitor: Monitor = UNWATCHED,
    ) -> int:
        """Puts articles back under their ids, cut and embedded anew; returns how many.

        One whose path was added again in the meantime is left out: the newer one stays.
        """
        report = self._add(lambda adder: adder.put_back(removed), len(removed), monitor)
        return len(report.added)

    def teach(
        self,
        word: str,
        same: Sequence[str] = (),
        *,
        monitor: Monitor = UNWATCHED,
    ) -> TaughtWord:
        """From now on ``word`` is one word, and finds what ``same`` finds; returns all that is taught of it.

        Only passages that hold its Chinese characters are cut and embedded anew. UsageError: a word
        that says nothing, or nothing that a library could learn from.
        """
        from index.ingest.vocabulary import Teacher

        with self._writing():
            return Teacher(self._store, self._pipeline, monitor).teach(word, same)

    def forget(self, word: str, *, monitor: Monitor = UNWATCHED) -> TaughtWord:
        """Undoes ``teach``; UsageError where the word was not taught."""
        from index.ingest.vocabulary import Teacher

        with self._writing():
            return Teacher(self._store, self._pipeline, monitor).forget(word)

    @contextmanager
    def _writing(self, monitor: Monitor = UNWATCHED) -> Iterator[Path | None]:
        """Holds the write lock on a library that is up to date; afterwards searches see what was written.

        Gives where the database is kept as it was, if it had an earlier format until now.
        """
        with write_lock(self.path, _LOCK_TIMEOUT):
            kept = self._pipeline.upgrade(monitor) if self._pipeline.outdated() else None
            try:
                yield kept
            except Cancelled:
                self._indexes.catch_up()
                raise
            self._indexes.catch_up()
            self._store.reclaim_space()

    # The whole

    @property
    def lost(self) -> int:
        """How many of the last writes were lost with a damaged log, until the doctor has told of it."""
        return self._indexes.lost

    def back_up(self, target: Path, *, monitor: Monitor = UNWATCHED) -> None:
        """Copies all of this moment into one file, while others read and write; ``monitor`` counts pages.

        LibraryError: it cannot be written. `index.maintenance.restore` puts it back.
        """
        self._store.back_up(target, monitor)

    def near_duplicates(self, monitor: Monitor = UNWATCHED) -> list[tuple[int, ...]]:
        """Groups of articles whose texts are nearly the same, by ids, see ``index.search.duplicates``."""
        from index.search.duplicates import near_duplicates

        return near_duplicates(self._store, monitor)

    def status(self) -> LibraryStatus:
        articles, passages, characters = self._store.counts()
        return LibraryStatus(
            path=str(self.path),
            articles=articles,
            passages=passages,
            characters=characters,
            languages=self._store.languages(),
            model=self.model,
            dimensions=self._store.meta.dimensions,
            format_version=self._store.version,
            generation=self._store.changes.generation().number,
            bytes=sum(file.stat().st_size for file in self.path.rglob("*") if file.is_file()),
        )

    # Reading

    def articles(self) -> list[ArticleInfo]:
        """All articles, in the order they were first added."""
        return self._store.articles()

    def articles_by_id(self, ids: Sequence[int]) -> dict[int, ArticleInfo]:
        """Those of ``ids`` that there are."""
        return self._store.articles_by_id(ids)

    def article(self, article: int) -> Article:
        """One article with its text; UsageError if there is none of this id."""
        found = self._store.article(article)
        if found is None:
            raise UsageError("there is no article {article}", "qa list shows them", article=article)
        return found

    def find(self, ref: str) -> ArticleInfo:
        """The article of this id, path, file name or title; UsageError if none, or several."""
        ref = ref.encode("utf-8", "replace").decode().replace("\0", "?")  # such characters name nothing
        if ref.isascii() and ref.isdigit() and len(ref) < 19:
            by_id = self._store.articles_by_id([int(ref)])
            if by_id:
                return by_id[int(ref)]
        path = str(Path(os.path.expanduser(ref)).resolve())
        found = self._store.named(path, os.sep) or self._store.named(ref, os.sep)
        if not found:
            raise UsageError("no article is called {name}", "qa list shows them", name=ref)
        if len(found) > 1:
            told = {"count": len(found), "name": ref, "ids": ", ".join(str(info.id) for info in found[:5])}
            raise UsageError("{count} articles are called {name}", "give one of their numbers: {ids}", **told)
        return found[0]

    def find_all(self, ref: str) -> list[ArticleInfo]:
        """The articles in the file of several at this path, or else the one that ``find`` finds."""
        path = os.path.realpath(os.path.expanduser(ref).replace("\0", "?"))
        inside = self._store.sources.stored(path)
        return [*self.articles_by_id([a.id for a in inside]).values()] if inside else [self.find(ref)]

    def folders(self) -> list[str]:
        """The folders that were added, which ``Library.sync`` looks at."""
        return self._store.sources.folders() if self._store.version >= 3 else []

    def files_state(self) -> int:
        """A number that is another one once there may be something to do for ``Library.sync``."""
        from index.ingest.sync import fingerprint

        return fingerprint(self._store.sources)

    def passages(self, ids: Sequence[int]) -> list[Passage]:
        """The passages of these ids in the order asked; ids that are gone are left out."""
        found = self._store.passages(ids)
        return [found[i] for i in ids if i in found]

    def article_passages(self, article: int) -> list[Passage]:
        """The passages of an article in reading order."""
        return self._store.article_passages(article)

    def passages_of(self, articles: Collection[int]) -> set[int]:
        """The ids of all passages of these articles, for searching ``within`` them."""
        return self._store.passages_of(articles)

    def pages(self, articles: Iterable[int]) -> dict[int, tuple[int, ...]]:
        """Where the pages of these articles begin in their texts, of those that have pages."""
        return self._store.pages(articles)

    @property
    def passage_count(self) -> int:
        return self._store.counts()[1]

    def words(self) -> list[TaughtWord]:
        """The words that were taught."""
        return self._store.words()

    def aliases(self, keys: Iterable[str]) -> list[Alias]:
        """What the names with these keys (``index.text.fold.name_key``) may be met as, most often said first.

        Said with a taught word or by the articles: 德特克(Matt Deitke). Two names that are glossed by
        the same third one of several words mean the same, too.
        """
        return self._store.resolved_aliases(keys)

    # Searching

    @property
    def generation(self) -> int:
        """Counts the writes that searches see; what was learnt by searching is out of date once it moved."""
        return self._indexes.current().generation.number

    def vocabulary(self) -> dict[str, int]:
        """Every word of the passages and their context, with the number of passages that hold it."""
        return self._indexes.current().lexical.vocabulary()

    def search_words(
        self, clauses: Sequence[Sequence[tuple[str, float]]], k: int, within: Collection[int] | None = None
    ) -> list[Scored]:
        """The ``k`` best passages by words, see ``index.search.lexical.LexicalIndex``.

        ``within``: only passages of these ids, with the scores that they have among all.
        """
        return self._indexes.current().lexical.search(clauses, k, within)

    def document_frequency(self, words: Sequence[str]) -> list[int]:
        """In how many passages each word occurs."""
        return self._indexes.current().lexical.document_frequency(words)

    def search_vector(
        self, vector: NDArray[np.float32], k: int, within: Collection[int] | None = None
    ) -> list[Scored]:
        """The ``k`` passages nearest to a vector [dimensions], by inner product; ``within`` as above."""
        return self._indexes.current().vectors.search(vector, k, within)

    def close(self) -> None:
        self._store.close()

    def __enter__(self) -> Library:
        return self

    def __exit__(self, *exception: object) -> None:
        self.close()
