"""Adds articles: reads, cuts, tokenizes, embeds and stores them in batches."""

from __future__ import annotations

import hashlib
import io
import os
import time
from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from contextlib import closing
from dataclasses import fields, replace
from functools import partial
from pathlib import Path

from index.cleaning.structure import blocks_of
from index.errors import NoTextError, Phrase, ReadError, YinjuError
from index.ingest.embedding import BATCH_SIZE, vectors
from index.ingest.files import open_regular, stat_regular
from index.ingest.zotero import Entry
from index.lexicon.embedder import Embedder
from index.readers.containers import members
from index.readers.reader_process import ReaderProcess, failed, failures_told
from index.readers.registry import CONTAINER_SUFFIXES, ReadBytes, kind_of, max_bytes
from index.storage.bibliography import Description
from index.storage.sources import FileRecord, StoredArticle
from index.storage.store import NewArticle, NewPassage, Store
from index.text.aliases import extract_aliases
from index.text.display import encodable
from index.text.passages import split_passages
from index.text.tokenizer import Tokenizer
from index.types import (
    MEMBER_MARK,
    UNWATCHED,
    AddReport,
    ArticleInfo,
    Member,
    Monitor,
    ParsedArticle,
    PartiallyParsedArticle,
    RemovedArticle,
)

#: A batch is stored once it has this many passages or is this many seconds old.
BATCH_PASSAGES, BATCH_SECONDS = 512, 2.0
#: Unreadable articles named per file of several; the rest is counted.
MAX_NAMED = 20
_KEPT = Phrase("what was finished is kept")
#: What ends a run, whichever article it comes from: stopping, a damaged library, a bad model, a full disk.
_ENDING = (YinjuError, MemoryError, OSError)


class Adder:
    """A run of adding, to be closed. The caller holds the write lock. Stored batches stay if it stops."""

    def __init__(
        self,
        store: Store,
        embedder: Embedder | None,
        tokenizer: Tokenizer,
        total: int = 0,
        monitor: Monitor = UNWATCHED,
    ) -> None:
        """``monitor`` counts articles, of ``total``, that are stored or did not change.

        Without an ``embedder`` it reads and reports as ever, and stores nothing.
        """
        self._store, self._embedder, self._tokenizer = store, embedder, tokenizer
        self._sources = store.sources
        self._total, self._monitor = total, monitor
        self._reader = ReaderProcess(partial(monitor.check, _KEPT), store.path.parent, monitor.page)
        self._done = self._waiting_passages = 0
        #: By path: articles to be stored, and which of them replace one.
        self._waiting: dict[str, NewArticle] = {}
        self._known: set[str] = set()
        #: Records of files with the same content but another time, and of files of several articles: those
        #: being read, and those read to the end with the articles that they no longer hold.
        self._new_records: dict[str, FileRecord] = {}
        self._descriptions: list[Description] = []
        self._being_read: list[str] = []
        self._read_containers: dict[str, tuple[FileRecord, list[StoredArticle]]] = {}
        #: The files of the articles that would be stored.
        self._rehearsed: dict[str, FileRecord] = {}
        self._flushed = time.monotonic()
        #: Files that a person named: of these it is told that they hold no text.
        self.named: Collection[str] = ()
        self.report = AddReport()

    @property
    def read(self) -> ReadBytes:
        """Reads the content of a file, as adding does."""
        return self._reader.read

    def add_file(self, path: Path) -> None:
        """Adds a file unless it is unchanged since it was last added. A file that cannot be read is reported.

        Of a file of several articles, each article is added, and those no longer in it are removed.
        """
        if path.suffix.lower() in CONTAINER_SUFFIXES:
            self._try(str(path), partial(self._read_members, path))
        else:
            self._add(str(path), partial(self._read, path))

    def count_as_known(self, paths: Iterable[str]) -> None:
        """Articles added at ``paths`` are told as updated: in a rehearsal they have not moved there."""
        self._known.update(paths)

    def add_parsed(self, key: str, parsed: ParsedArticle) -> None:
        """Adds an article under ``key`` unless the same article is there."""
        self._add(key, lambda: self._add_if_changed(key, parsed))

    def add_entry(self, entry: Entry, stored: ArticleInfo | None) -> None:
        """Adds a file, note or abstract with what a reference manager says of it.

        ``stored`` is the article that is there. Unless its file or title changed, its text stays as it is.
        """
        self._add(entry.path, partial(self._add_entry, entry, stored))

    def put_back(self, removed: Iterable[RemovedArticle], over: bool = False) -> None:
        """Adds removed articles as they were. ``over`` replaces what took their paths; else it stays."""
        for article in removed:
            self._add(article.path, partial(self._restore, article, over))

    def close(self) -> None:
        """Ends the process that reads files."""
        self._reader.close()

    def finish(self) -> None:
        """Stores the articles that still wait."""
        self.flush()
        if self._done:
            self._monitor.done(self._done, max(self._total, self._done))

    def _add(self, key: str, action: Callable[[], bool]) -> None:
        """Runs ``action``, which returns whether the article changed, and records the outcome."""
        if self._try(key, action) is False:
            self.report.unchanged.append(key)
        self._after_article()

    def _try(self, key: str, action: Callable[[], bool]) -> bool | None:
        """The result of ``action``; None if it failed, which is reported."""
        self._monitor.check(_KEPT)
        try:
            if not encodable(key):
                raise ReadError("its name is not in UTF-8")
            return action()
        except NoTextError as error:
            if key in self.named:
                self.report.skipped.append((key, error.message))
            else:
                self._pass_over(kind_of(key))
        except ReadError as error:
            self.report.skipped.append((key, error.message))
        except OSError as error:
            self.report.skipped.append((key, error.strerror or str(error)))
        return None

    def _read(self, path: Path) -> bool:
        status, known = stat_regular(path), self._file(str(path))
        if known and known.fits(status):
            return False
        data, record = self._content(path)
        if known and known.digest == record.digest:
            self._new_records[str(path)] = record
            return False
        self._prepare(str(path), record, known is not None, self._reader.read(data, path.name))
        return True

    @staticmethod
    def _content(path: Path) -> tuple[bytes, FileRecord]:
        status = stat_regular(path)
        with open_regular(path) as file:
            data = io.BufferedReader(file).read(max_bytes(path.name) + 1)  # the reader refuses more
        return data, FileRecord.of(data, status.st_mtime_ns)

    def _read_members(self, path: Path) -> bool:
        """Adds the articles in a file of several; returns whether the file was read."""
        key, status = str(path), stat_regular(path)
        known, before = self._sources.container(key), self._sources.stored(key)
        if known and known.fits(status):
            self.report.unchanged += [article.path for article in before]
            return False
        with open_regular(path) as file:
            digest = hashlib.file_digest(file, "sha256").hexdigest()
            record = FileRecord(digest, status.st_size, status.st_mtime_ns)
            if known and known.digest == digest:
                self._read_containers[key] = record, []
                self.report.unchanged += [article.path for article in before]
                return False
            file.seek(0)
            self._being_read.append(key)
            with failures_told():
                inside = members(file, path.suffix.lower(), self._reader.read, self._pass_over)
            with closing(inside):
                found = self._add_members(key, inside, status.st_mtime_ns)
            if record.fits(os.fstat(file.fileno())):
                self._read_containers[key] = record, [a for a in before if a.path not in found]
        if not found:
            raise ReadError("it holds no articles")
        return True

    def _pass_over(self, kind: str) -> None:
        self.report.passed_over[kind] = self.report.passed_over.get(kind, 0) + 1

    def _add_members(self, key: str, inside: Iterable[Member], modified: int) -> set[str]:
        """Adds the articles in the file ``key``; returns the paths of all, including those that failed."""
        found: set[str] = set()
        refused, before = 0, len(self.report.skipped)
        for member in each_member(inside):
            path = f"{key}{MEMBER_MARK}{member.name}"
            found.add(path)
            self._add(path, partial(self._add_member, path, member, modified))
            if len(self.report.skipped) - before > MAX_NAMED:
                self.report.skipped.pop()
                refused += 1
        if refused:
            more = Phrase("{count} more cannot be read", count=f"{refused:,}")
            self.report.skipped.append((f"{key}{MEMBER_MARK}…", more))
        return found

    def _add_member(self, path: str, member: Member, modified: int) -> bool:
        file, known = FileRecord.of(member.data, modified), self._file(path)
        if known and known.digest == file.digest:
            return False
        with failures_told():
            parsed = member.read()
        self._prepare(path, file, known is not None, parsed)
        return True

    def _add_if_changed(self, key: str, parsed: ParsedArticle) -> bool:
        file, known = FileRecord.of(repr(parsed).encode(), 0), self._file(key)
        if known == file:
            return False
        self._prepare(key, file, known is not None, parsed)
        return True

    def _add_entry(self, entry: Entry, stored: ArticleInfo | None) -> bool:
        path, known = entry.path, self._file(entry.path)
        if (content := entry.content) is not None:
            data, record = content, FileRecord.of(content, 0)
        elif known and stored and entry.fits(known):
            data, record = b"", known
        else:
            data, record = self._content(Path(path))
        if known is None or stored is None or known.digest != record.digest:
            name = os.path.basename(path) if entry.text is None else "note.html"
            parsed = entry.describe(self._reader.read(data, name))
        else:
            if known != record:
                self._new_records[path] = record
            if stored.reference == entry.reference:
                return False
            [kept] = self._store.removable([stored.id])
            parsed = entry.describe(ParsedArticle(*(getattr(kept, f.name) for f in fields(ParsedArticle))))
            if parsed.title == stored.title:
                facts = parsed.published, parsed.author, parsed.source
                self._descriptions.append(Description(stored.id, path, *facts, entry.reference))
                return True
        self._prepare(path, record, known is not None, parsed)
        return True

    def _restore(self, removed: RemovedArticle, over: bool) -> bool:
        path = removed.path
        if not over and self._file(path) is not None:
            return False
        parsed = ParsedArticle(*(getattr(removed, field.name) for field in fields(ParsedArticle)))
        file = FileRecord(removed.digest, removed.size, removed.modified)
        self._prepare(path, file, False, parsed)
        self._waiting[path] = replace(self._waiting[path], id=removed.id, added=removed.added)
        return True

    def flush(self) -> None:
        """Embeds and stores the waiting articles in one transaction, then records their files."""
        if self._embedder is None:
            self._rehearsed |= {path: article.file for path, article in self._waiting.items()}
        else:
            self._store_waiting(self._embedder)
        for article in self._waiting.values():
            outcome = self.report.updated if article.path in self._known else self.report.added
            outcome.append(article.path)
            self.report.passages += len(article.passages)
            if isinstance(article.parsed, PartiallyParsedArticle):
                self.report.partial.append((article.path, article.parsed.unread))
        self._waiting, self._waiting_passages, self._flushed = {}, 0, time.monotonic()
        self.report.updated += [each.path for each in self._descriptions]
        gone = [article for _, left in self._read_containers.values() for article in left]
        self.report.removed += [article.path for article in gone]
        if self._embedder is not None:
            if gone:
                self._store.remove([article.id for article in gone])
            if self._descriptions:
                self._store.bibliography.describe(self._descriptions)
            if self._new_records or self._read_containers:
                self._sources.record(
                    self._new_records, {key: file for key, (file, _) in self._read_containers.items()}
                )
        self._being_read, self._new_records, self._read_containers = [], {}, {}
        self._descriptions = []

    def _store_waiting(self, embedder: Embedder) -> None:
        if self._being_read:
            self._sources.mark_reading(self._being_read)
        if self._waiting:
            embedded = self._embedded_apart([*self._waiting.values()], embedder)
            self._waiting = {article.path: article for article in embedded}
            if embedded:
                self._store.put(embedded)

    def _file(self, path: str) -> FileRecord | None:
        """The file of the article stored, or about to be stored, under ``path``."""
        if path in self._waiting:
            return self._waiting[path].file
        return self._rehearsed.get(path) or self._store.file(path)

    def _prepare(self, path: str, file: FileRecord, known: bool, parsed: ParsedArticle) -> None:
        if not encodable(parsed.text + parsed.title):
            raise ReadError("it holds characters that are no text (lone surrogates)")
        try:
            article = self._prepared(path, file, parsed)
        except _ENDING:
            raise
        except Exception as error:
            raise failed(error) from error
        self._waiting[path] = article
        self._waiting_passages += len(article.passages)
        if known:
            self._known.add(path)

    def _prepared(self, path: str, file: FileRecord, parsed: ParsedArticle) -> NewArticle:
        words = self._tokenizer.words
        title = words(parsed.title)
        contexts: dict[str, str] = {}
        passages = []
        blocks = parsed.blocks or blocks_of(parsed.text)
        for start, end, heading, aside, lead in split_passages(parsed.text, blocks):
            self._monitor.check(_KEPT)
            above = f"{heading}\n{lead}" if lead else heading
            if above not in contexts:
                contexts[above] = " ".join(title + words(above))
            text = parsed.text[start:end]
            passages.append(
                NewPassage(
                    start, end, heading, contexts[above], text, " ".join(words(text)), b"", lead, aside
                )
            )
        if not passages:
            raise ReadError("it holds no text")
        parsed = replace(parsed, blocks=blocks)
        return NewArticle(path, file, parsed, passages, extract_aliases(parsed.text, parsed.title))

    def _embedded_apart(self, articles: Sequence[NewArticle], embedder: Embedder) -> list[NewArticle]:
        """As `_embedded`. If that fails, each article is tried by itself, and one that fails is told."""
        try:
            return self._embedded(articles, embedder)
        except _ENDING:
            raise
        except Exception as error:
            if len(articles) > 1:
                return [done for article in articles for done in self._embedded_apart([article], embedder)]
            self.report.skipped.append((articles[0].path, failed(error).message))
            return []

    def _embedded(self, articles: Sequence[NewArticle], embedder: Embedder) -> list[NewArticle]:
        """The articles with their passages' vectors. One batch may hold passages of several articles."""
        rows = [(article.parsed.title, passage) for article in articles for passage in article.passages]
        made: list[bytes] = []
        for first in range(0, len(rows), BATCH_SIZE):
            self._monitor.check(_KEPT)
            made += vectors(embedder, rows[first : first + BATCH_SIZE])
        remaining = iter(made)
        return [
            replace(a, passages=[p._replace(vector=next(remaining)) for p in a.passages]) for a in articles
        ]

    def _after_article(self) -> None:
        """Stores the batch once it is full, and reports progress."""
        self._done += 1
        if self._waiting_passages >= BATCH_PASSAGES or time.monotonic() - self._flushed > BATCH_SECONDS:
            self.flush()
        self._monitor.done(self._done - len(self._waiting), max(self._total, self._done))


def each_member(inside: Iterable[Member]) -> Iterator[Member]:
    """The articles in a file of several. ReadError, too: the next one cannot be had."""
    members = iter(inside)
    while True:
        with failures_told():
            member = next(members, None)
        if member is None:
            return
        yield member
