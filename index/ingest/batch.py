"""The batch of a run of adding: what is ready to be stored, in one transaction."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace

from index.ingest.prepare import BATCH_SIZE, ENDING, vectors
from index.lexicon.embedder import Embedder
from index.readers.reader_process import failed
from index.storage.bibliography import Description
from index.storage.interfaces import ArticleStore
from index.storage.sources import FileRecord, StoredArticle
from index.storage.store import NewArticle
from index.types import AddReport, PartiallyParsedArticle

#: A batch is stored once it has this many passages or is this many seconds old.
BATCH_PASSAGES, BATCH_SECONDS = 512, 2.0


class Batch:
    """Articles and records that wait to be stored in ``store``.

    Without an ``embedder`` it reports as ever, and stores nothing. ``check`` raises Cancelled to end a run.
    """

    def __init__(self, store: ArticleStore, embedder: Embedder | None, check: Callable[[], None]) -> None:
        self._store, self._embedder, self._check = store, embedder, check
        #: By path: articles to be stored, and which of them replace one.
        self._articles: dict[str, NewArticle] = {}
        self._known: set[str] = set()
        self._passages = 0
        #: Records of files with the same content but another time, and of files of several articles: those
        #: being read, and those read to the end with the articles that they no longer hold.
        self._records: dict[str, FileRecord] = {}
        self._being_read: list[str] = []
        self._read: dict[str, tuple[FileRecord, list[StoredArticle]]] = {}
        self._descriptions: list[Description] = []
        #: The files of the articles that would be stored.
        self._rehearsed: dict[str, FileRecord] = {}
        self._flushed = time.monotonic()

    def __len__(self) -> int:
        """The articles that wait."""
        return len(self._articles)

    @property
    def is_due(self) -> bool:
        full = self._passages >= BATCH_PASSAGES * self._store.batch_size
        return full or time.monotonic() - self._flushed > BATCH_SECONDS

    def file(self, path: str) -> FileRecord | None:
        """The file of the article stored, or about to be stored, under ``path``."""
        if path in self._articles:
            return self._articles[path].file
        return self._rehearsed.get(path) or self._store.file(path)

    def put(self, article: NewArticle, *, known: bool) -> None:
        """Stores an article with the batch; one that is ``known`` is told as updated."""
        self._articles[article.path] = article
        self._passages += len(article.passages)
        if known:
            self._known.add(article.path)

    def count_as_known(self, paths: Iterable[str]) -> None:
        """Articles that are put at ``paths`` are told as updated."""
        self._known.update(paths)

    def describe(self, description: Description) -> None:
        """Stores what is said of an article whose text stays as it is."""
        self._descriptions.append(description)

    def record(self, path: str, file: FileRecord) -> None:
        """Records a file with the same content but another time."""
        self._records[path] = file

    def begin_container(self, path: str) -> None:
        """Notes that a file of several articles is being read."""
        self._being_read.append(path)

    def end_container(self, path: str, file: FileRecord, gone: list[StoredArticle]) -> None:
        """Records a file of several articles, read to the end; what is ``gone`` from it is removed."""
        self._read[path] = file, gone

    def flush(self, report: AddReport) -> None:
        """Embeds and stores the articles in one transaction, records their files, and reports all of it."""
        if self._embedder is None:
            self._rehearsed |= {path: article.file for path, article in self._articles.items()}
        else:
            self._store_articles(self._embedder, report)
        for article in self._articles.values():
            outcome = report.updated if article.path in self._known else report.added
            outcome.append(article.path)
            report.passages += len(article.passages)
            if isinstance(article.parsed, PartiallyParsedArticle):
                report.partial.append((article.path, article.parsed.unread))
        self._articles, self._passages, self._flushed = {}, 0, time.monotonic()
        report.updated += [each.path for each in self._descriptions]
        gone = [article for _, left in self._read.values() for article in left]
        report.removed += [article.path for article in gone]
        if self._embedder is not None:
            if gone:
                self._store.remove([article.id for article in gone])
            if self._descriptions:
                self._store.bibliography.describe(self._descriptions)
            if self._records or self._read:
                read = {path: file for path, (file, _) in self._read.items()}
                self._store.sources.record(self._records, read)
        self._being_read, self._records, self._read, self._descriptions = [], {}, {}, []

    def _store_articles(self, embedder: Embedder, report: AddReport) -> None:
        if self._being_read:
            self._store.sources.mark_reading(self._being_read)
        if self._articles:
            embedded = self._embedded_apart([*self._articles.values()], embedder, report)
            self._articles = {article.path: article for article in embedded}
            if embedded:
                self._store.put(embedded)

    def _embedded_apart(
        self, articles: Sequence[NewArticle], embedder: Embedder, report: AddReport
    ) -> list[NewArticle]:
        """As `_embedded`. If that fails, each article is tried by itself, and one that fails is told."""
        try:
            return self._embedded(articles, embedder)
        except ENDING:
            raise
        except Exception as error:
            if len(articles) > 1:
                parts = (self._embedded_apart([article], embedder, report) for article in articles)
                return [article for part in parts for article in part]
            report.skipped.append((articles[0].path, failed(error).message))
            return []

    def _embedded(self, articles: Sequence[NewArticle], embedder: Embedder) -> list[NewArticle]:
        """The articles with their passages' vectors. One call may embed passages of several articles."""
        rows = [(a.parsed.title, p) for a in articles for p in a.passages if not p.vector]
        made: list[bytes] = []
        for first in range(0, len(rows), BATCH_SIZE):
            self._check()
            made += vectors(embedder, rows[first : first + BATCH_SIZE])
        remaining = iter(made)
        return [
            replace(a, passages=[p if p.vector else p._replace(vector=next(remaining)) for p in a.passages])
            for a in articles
        ]
