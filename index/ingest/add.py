"""Adds articles: reads, cuts, tokenizes, embeds and stores them in batches.

Long work is shared by several processes (`index.ingest.workers`). This one reads the files' bytes and stores
what is made of them, in the order of the files: what is stored and told is the same, whoever did the work.
"""

from __future__ import annotations

import hashlib
import io
import os
import time
from collections import deque
from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from contextlib import closing, suppress
from dataclasses import dataclass, fields, replace
from functools import partial
from io import FileIO
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple, TypeVar

from index.errors import NoTextError, Phrase, ReadError, YinjuError
from index.ingest.files import open_regular, stat_regular
from index.ingest.prepare import (
    BATCH_SIZE,
    PreparedArticle,
    Recipe,
    cut,
    prepare,
    vectors,
    with_words,
)
from index.ingest.zotero import Entry
from index.lexicon.embedder import Embedder
from index.readers.containers import members
from index.readers.reader_process import ReaderProcess, failed, failures_told
from index.readers.registry import CONTAINER_SUFFIXES, ReadBytes, kind_of, max_bytes
from index.storage.bibliography import Description
from index.storage.interfaces import ArticleStore
from index.storage.sources import FileRecord, StoredArticle
from index.storage.store import NewArticle, NewPassage
from index.text.display import encodable
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

if TYPE_CHECKING:
    from index.ingest.workers import Job, Workers

#: A batch is stored once it has this many passages or is this many seconds old.
BATCH_PASSAGES, BATCH_SECONDS = 512, 2.0
#: Files that the store is told of at a time.
_EXPECTED = 500
#: Unreadable articles named per file of several; the rest is counted.
MAX_NAMED = 20
#: Seconds of work after which it is shared, if so many seconds are left: a process takes one to start.
BEGIN_SECONDS, LEFT_SECONDS = 0.5, 2.0
#: Articles begun and not yet stored or waiting to be, and bytes of their files; one may be larger.
MAX_BEGUN, MAX_BEGUN_BYTES = 64, 32 * 2**20
#: The words of an article of more passages are made piece by piece, by several processes.
MAX_PASSAGES, PIECE = 2_048, 256
_KEPT = Phrase("what was finished is kept")
#: What ends a run, whichever article it comes from: stopping, a damaged library, a bad model, a full disk.
_ENDING = (YinjuError, MemoryError, OSError)
Made = TypeVar("Made")


@dataclass(slots=True)
class _Container:
    """A file of several articles that is being read, of ``size`` bytes.

    ``read`` counts bytes of its articles so far, ``unreadable`` articles that cannot be read, and ``unnamed``
    those of them that are not named.
    """

    file: FileIO
    size: int
    read: int = 0
    unreadable: int = 0
    unnamed: int = 0

    def share(self) -> float:
        """How much of the file is read, about: an archive is packed, and a list is read at once."""
        return min(self.read, self.file.tell()) / self.size


class _Begun(NamedTuple):
    """What is left to do: ``finish()`` tells whether the article changed, and waits for ``job`` if any.

    ``size``: of the file, in bytes.
    """

    finish: Callable[[], bool]
    job: Job[PreparedArticle] | None = None
    size: int = 0

    @property
    def ready(self) -> bool:
        return self.job is None or self.job.done()


class _Step(NamedTuple):
    """An article at ``key``, perhaps ``inside`` a file of several, or the end of such a file."""

    key: str
    begun: _Begun
    inside: _Container | None = None
    is_article: bool = True


_UNCHANGED = _Begun(lambda: False)


class Adder:
    """A run of adding, to be closed. The caller holds the write lock. Stored batches stay if it stops."""

    def __init__(
        self,
        store: ArticleStore,
        embedder: Embedder | None,
        tokenizer: Tokenizer,
        total: int = 0,
        monitor: Monitor = UNWATCHED,
        recipe: Recipe | None = None,
    ) -> None:
        """``monitor`` counts articles, of ``total``, that are stored or did not change.

        Without an ``embedder`` it reads and reports as ever, and stores nothing. With the ``recipe`` of
        ``tokenizer`` and ``embedder``, long work is shared by several processes.
        """
        self._store, self._embedder, self._tokenizer = store, embedder, tokenizer
        self._sources = store.sources
        self._total, self._monitor = total, monitor
        store.watch(monitor)
        self._reader = ReaderProcess(partial(monitor.check, _KEPT), store.scans, monitor.page)
        if recipe is not None and embedder is None:
            recipe = recipe._replace(embeds=False)
        self._recipe = recipe
        self._workers: Workers | None = None
        #: What was begun, in the order in which it is finished.
        self._steps = deque[_Step]()
        #: Files begun, of ``total``, seconds of work on them in this process, and the one of several in hand.
        self._files, self._worked = 0, 0.0
        self._container: _Container | None = None
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

    def add_files(self, paths: Sequence[Path]) -> None:
        """Adds files, see `add_file`."""
        for first in range(0, len(paths), _EXPECTED):
            some = paths[first : first + _EXPECTED]
            self._store.expect([str(path) for path in some])
            for path in some:
                self.add_file(path)

    def add_file(self, path: Path) -> None:
        """Adds a file unless it is unchanged since it was last added. A file that cannot be read is reported.

        Of a file of several articles, each article is added, and those no longer in it are removed.
        """
        if path.suffix.lower() in CONTAINER_SUFFIXES:
            self._begin(str(path), partial(self._read_members, path), is_article=False)
        else:
            self._add(str(path), partial(self._read, path))

    def count_as_known(self, paths: Iterable[str]) -> None:
        """Articles added at ``paths`` are told as updated: in a rehearsal they have not moved there."""
        self._known.update(paths)

    def add_all_parsed(self, articles: Sequence[tuple[str, ParsedArticle]]) -> None:
        """Adds articles under keys, see `add_parsed`."""
        for first in range(0, len(articles), _EXPECTED):
            some = articles[first : first + _EXPECTED]
            self._store.expect([key for key, _ in some])
            for key, parsed in some:
                self.add_parsed(key, parsed)

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
        """Ends the processes that read files and share the work."""
        self._reader.close()
        if self._workers is not None:
            self._workers.close()

    def finish(self) -> None:
        """Stores the articles that still wait."""
        self._settle(0)
        self.flush()
        if self._done:
            self._monitor.done(self._done, max(self._total, self._done))

    def _add(self, key: str, begin: Callable[[], _Begun]) -> None:
        """Begins with an article, and finishes what is ready by now."""
        self._settle(MAX_BEGUN - 1)
        if any(step.key == key for step in self._steps):
            self._settle(0)
        self._begin(key, begin)

    def _begin(self, key: str, begin: Callable[[], _Begun], is_article: bool = True) -> None:
        self._monitor.check(_KEPT)
        inside = self._container
        if inside is None:
            self._files += 1
        try:
            if not encodable(key):
                raise ReadError("its name is not in UTF-8")
            begun = begin()
        except (ReadError, OSError) as error:
            begun = _Begun(partial(_refuse, error))
        self._steps.append(_Step(key, begun, inside, is_article))
        self._settle(MAX_BEGUN)

    def _settle(self, most: int) -> None:
        """Finishes what is ready, and waits until at most so many steps are left, and not too many bytes."""
        steps = self._steps
        while steps:
            size = sum(step.begun.size for step in steps)
            if len(steps) <= most and size <= MAX_BEGUN_BYTES and not steps[0].begun.ready:
                return
            self._finish(steps.popleft())

    def _finish(self, step: _Step) -> None:
        """Records the outcome of a step."""
        key, inside, before = step.key, step.inside, len(self.report.skipped)
        changed = self._try(key, step.begun.finish)
        if inside is not None and len(self.report.skipped) > before:
            inside.unreadable += 1
            if inside.unreadable > MAX_NAMED:
                self.report.skipped.pop()
                inside.unnamed += 1
        if step.is_article:
            if changed is False:
                self.report.unchanged.append(key)
            self._after_article()

    def _try(self, key: str, action: Callable[[], bool]) -> bool | None:
        """The result of ``action``; None if it failed, which is reported."""
        try:
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

    def _read(self, path: Path) -> _Begun:
        status, known = stat_regular(path), self._file(str(path))
        if known and known.fits(status):
            return _UNCHANGED
        data, record = self._content(path)
        if known and known.digest == record.digest:
            self._new_records[str(path)] = record
            return _UNCHANGED
        return self._prepare(str(path), record, known is not None, partial(self.read, data, path.name), data)

    @staticmethod
    def _content(path: Path) -> tuple[bytes, FileRecord]:
        status = stat_regular(path)
        with open_regular(path) as file:
            data = io.BufferedReader(file).read(max_bytes(path.name) + 1)  # the reader refuses more
        return data, FileRecord.of(data, status.st_mtime_ns)

    def _read_members(self, path: Path) -> _Begun:
        """Begins with the articles in a file of several."""
        key, status = str(path), stat_regular(path)
        known, before = self._sources.container(key), self._sources.stored(key)

        def unchanged() -> bool:
            self.report.unchanged += [article.path for article in before]
            return False

        if known and known.fits(status):
            return _Begun(unchanged)
        with open_regular(path) as file:
            digest = hashlib.file_digest(file, "sha256").hexdigest()
            record = FileRecord(digest, status.st_size, status.st_mtime_ns)
            if known and known.digest == digest:
                self._read_containers[key] = record, []
                return _Begun(unchanged)
            file.seek(0)
            self._being_read.append(key)
            with failures_told():
                inside = members(file, path.suffix.lower(), self.read, self._pass_over)
            self._container = container = _Container(file, status.st_size)
            try:
                with closing(inside):
                    found = self._add_members(key, inside, status.st_mtime_ns, container)
            finally:
                self._container = None
            complete = record.fits(os.fstat(file.fileno()))

        def finish() -> bool:
            if container.unnamed:
                more = Phrase("{count} more cannot be read", count=f"{container.unnamed:,}")
                self.report.skipped.append((f"{key}{MEMBER_MARK}…", more))
            if complete:
                self._read_containers[key] = record, [a for a in before if a.path not in found]
            if not found:
                raise ReadError("it holds no articles")
            return True

        return _Begun(finish)

    def _pass_over(self, kind: str) -> None:
        self.report.passed_over[kind] = self.report.passed_over.get(kind, 0) + 1

    def _add_members(
        self, key: str, inside: Iterable[Member], modified: int, container: _Container
    ) -> set[str]:
        """Begins with the articles in the file ``key``; returns the paths of all."""
        found: set[str] = set()
        for member in each_member(inside):
            path = f"{key}{MEMBER_MARK}{member.name}"
            found.add(path)
            container.read += len(member.data)
            self._add(path, partial(self._add_member, path, member, modified))
        return found

    def _add_member(self, path: str, member: Member, modified: int) -> _Begun:
        file, known = FileRecord.of(member.data, modified), self._file(path)
        if known and known.digest == file.digest:
            return _UNCHANGED
        return self._prepare(path, file, known is not None, member.read, member.data)

    def _add_if_changed(self, key: str, parsed: ParsedArticle) -> _Begun:
        file, known = FileRecord.of(repr(parsed).encode(), 0), self._file(key)
        if known == file:
            return _UNCHANGED
        return self._prepare(key, file, known is not None, partial(_given, parsed))

    def _add_entry(self, entry: Entry, stored: ArticleInfo | None) -> _Begun:
        path, known = entry.path, self._file(entry.path)
        if (content := entry.content) is not None:
            data, record = content, FileRecord.of(content, 0)
        elif known and stored and entry.fits(known):
            data, record = b"", known
        else:
            data, record = self._content(Path(path))
        if known is None or stored is None or known.digest != record.digest:
            name = os.path.basename(path) if entry.text is None else "note.html"
            read = partial(_described, entry, partial(self.read, data, name))
            return self._prepare(path, record, known is not None, read, data)
        if known != record:
            self._new_records[path] = record
        if stored.reference == entry.reference:
            return _UNCHANGED
        [kept] = self._store.removable([stored.id])
        parsed = entry.describe(ParsedArticle(*(getattr(kept, f.name) for f in fields(ParsedArticle))))
        if parsed.title != stored.title:
            return self._prepare(path, record, True, partial(_given, parsed))
        facts = parsed.published, parsed.author, parsed.source
        described = Description(stored.id, path, *facts, entry.reference)

        def finish() -> bool:
            self._descriptions.append(described)
            return True

        return _Begun(finish)

    def _restore(self, removed: RemovedArticle, over: bool) -> _Begun:
        path = removed.path
        if not over and self._file(path) is not None:
            return _UNCHANGED
        parsed = ParsedArticle(*(getattr(removed, field.name) for field in fields(ParsedArticle)))
        file = FileRecord(removed.digest, removed.size, removed.modified)
        return self._prepare(path, file, False, partial(_given, parsed), former=(removed.id, removed.added))

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

    def _prepare(
        self,
        path: str,
        file: FileRecord,
        known: bool,
        read: Callable[[], ParsedArticle],
        data: bytes = b"",
        former: tuple[int | None, str | None] = (None, None),
    ) -> _Begun:
        """Begins with an article that is new or changed. ``read`` reads it, from ``data`` if it is a file."""
        if workers := self._share():
            assert self._recipe is not None
            job = workers.submit(partial(prepare, read, self._recipe, MAX_PASSAGES), data)
            ready = partial(job.result, self._monitor, _KEPT)
        else:
            job, article = None, self._prepared(read)
            ready = partial(_given, article)

        def finish() -> bool:
            article = self._worded(ready())
            self._waiting[path] = NewArticle(path, file, *article[:3], *former)
            self._waiting_passages += len(article.passages)
            if known:
                self._known.add(path)
            return True

        return _Begun(finish, job, file.size)

    def _prepared(self, read: Callable[[], ParsedArticle]) -> PreparedArticle:
        """The article that ``read`` reads, made ready in this process."""
        began = time.monotonic()
        try:
            with failures_told():
                parsed = read()
            return self._worded(cut(parsed))
        except _ENDING:
            raise
        except Exception as error:
            raise failed(error) from error
        finally:
            self._worked += time.monotonic() - began

    def _worded(self, article: PreparedArticle) -> PreparedArticle:
        """The article with its words. Those of a long one are made by several processes."""
        passages, title = article.passages, article.parsed.title
        if article.worded:
            return article
        if len(passages) <= MAX_PASSAGES or not (workers := self._start_workers()):
            check = partial(self._monitor.check, _KEPT)
            return article._replace(passages=with_words(title, passages, self._tokenizer, check), worded=True)
        assert self._recipe is not None
        made: list[NewPassage] = []
        jobs: deque[Job[list[NewPassage]]] = deque()
        for first in range(0, len(passages), PIECE):
            piece = passages[first : first + PIECE]
            jobs.append(workers.submit(partial(self._recipe.finished, title, piece)))
            if len(jobs) > MAX_BEGUN:
                made += jobs.popleft().result(self._monitor, _KEPT)
        for job in jobs:
            made += job.result(self._monitor, _KEPT)
        return article._replace(passages=made, worded=True)

    def _share(self) -> Workers | None:
        """The processes that share the work; None while there is too little of it."""
        if self._recipe is not None and self._workers is None and self._worked >= BEGIN_SECONDS:
            begun = self._files - 1 + (self._container.share() if self._container else 1)
            left = max(self._total, self._files) / max(begun, 1e-3) - 1
            if self._worked * left >= LEFT_SECONDS:
                self._start_workers()
        return self._workers

    def _start_workers(self) -> Workers | None:
        """The processes that share the work; None if this one has to do it alone."""
        if self._recipe is not None and self._workers is None:
            from index.ingest.workers import Workers, worker_count

            with suppress(OSError):  # no more processes are allowed
                if (count := worker_count()) > 1:
                    self._workers = Workers(count, self._store.scans)
                    self._reader.close()
            if self._workers is None:
                self._recipe = None
        return self._workers

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
        rows = [(a.parsed.title, p) for a in articles for p in a.passages if not p.vector]
        made: list[bytes] = []
        for first in range(0, len(rows), BATCH_SIZE):
            self._monitor.check(_KEPT)
            made += vectors(embedder, rows[first : first + BATCH_SIZE])
        remaining = iter(made)
        return [
            replace(a, passages=[p if p.vector else p._replace(vector=next(remaining)) for p in a.passages])
            for a in articles
        ]

    def _after_article(self) -> None:
        """Stores the batch once it is full, and reports progress."""
        self._done += 1
        if (
            self._waiting_passages >= BATCH_PASSAGES * self._store.batch_size
            or time.monotonic() - self._flushed > BATCH_SECONDS
        ):
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


def _refuse(error: Exception) -> bool:
    raise error


def _given(made: Made) -> Made:
    return made


def _described(entry: Entry, read: Callable[[], ParsedArticle]) -> ParsedArticle:
    return entry.describe(read())
