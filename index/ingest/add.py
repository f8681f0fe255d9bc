"""Adds articles: finds what changed, has it made ready (`preparer`) and stored (`batch`), and reports on it.

Long work is shared by several processes (`workers`). This one reads the files' bytes and stores what is made
of them, in the order of the files: what is stored and told is the same, whoever did the work.
"""

from __future__ import annotations

import hashlib
import io
import os
from collections import deque
from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from contextlib import closing
from dataclasses import dataclass, fields
from functools import partial
from io import FileIO
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple, TypeVar

from index.errors import KEPT, NoTextError, Phrase, ReadError
from index.ingest.batch import Batch
from index.ingest.files import open_regular, stat_regular
from index.ingest.prepare import PreparedArticle, Recipe
from index.ingest.preparer import Preparer
from index.ingest.zotero import Entry
from index.lexicon.embedder import Embedder
from index.readers.containers import members
from index.readers.reader_process import failures_told
from index.readers.registry import OF_SEVERAL, ReadBytes, kind_of, max_bytes
from index.storage.bibliography import Description
from index.storage.interfaces import ArticleStore
from index.storage.sources import FileRecord
from index.storage.store import NewArticle
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
    RemovedArticle,
)

if TYPE_CHECKING:
    from index.ingest.workers import Job

#: Files that the store is told of at a time.
_EXPECTED = 500
#: Unreadable articles named per file of several; the rest is counted.
MAX_NAMED = 20
#: Articles begun and not yet stored or waiting to be, and bytes of their files; one may be larger.
MAX_BEGUN, MAX_BEGUN_BYTES = 64, 32 * 2**20
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
        self._store, self._sources = store, store.sources
        self._total, self._monitor = total, monitor
        store.watch(monitor)
        if recipe is not None and embedder is None:
            recipe = recipe._replace(embeds=False)
        self.report = AddReport()
        self._batch = Batch(store, embedder, partial(monitor.check, KEPT))
        self._preparer = Preparer(tokenizer, recipe, store.scans, monitor)
        #: What was begun, in the order in which it is finished.
        self._steps = deque[_Step]()
        #: Files begun and articles finished, of ``total``, and the file of several in hand.
        self._files = self._done = 0
        self._container: _Container | None = None
        #: Files that a person named: of these it is told that they hold no text.
        self.named: Collection[str] = ()

    @property
    def read(self) -> ReadBytes:
        """Reads the content of a file, as adding does."""
        return self._preparer.read

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
        if path.suffix.lower() in OF_SEVERAL:
            self._begin(str(path), partial(self._read_members, path), is_article=False)
        else:
            self._add(str(path), partial(self._read, path))

    def count_as_known(self, paths: Iterable[str]) -> None:
        """Articles added at ``paths`` are told as updated: in a rehearsal they have not moved there."""
        self._batch.count_as_known(paths)

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
        self._preparer.close()

    def flush(self) -> None:
        """Stores what is ready."""
        self._batch.flush(self.report)

    def finish(self) -> None:
        """Finishes and stores what is begun."""
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
        self._monitor.check(KEPT)
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
        status, known = stat_regular(path), self._batch.file(str(path))
        if known and known.fits(status):
            return _UNCHANGED
        data, record = self._content(path)
        if known and known.digest == record.digest:
            self._batch.record(str(path), record)
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
                self._batch.end_container(key, record, [])
                return _Begun(unchanged)
            file.seek(0)
            self._batch.begin_container(key)
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
                self._batch.end_container(key, record, [a for a in before if a.path not in found])
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
            path = f"{key}{MEMBER_MARK}{member.name}" if member.name else key
            found.add(path)
            container.read += len(member.data)
            self._add(path, partial(self._add_member, path, member, modified))
        return found

    def _add_member(self, path: str, member: Member, modified: int) -> _Begun:
        file, known = FileRecord.of(member.data, modified), self._batch.file(path)
        if known and known.digest == file.digest:
            return _UNCHANGED
        return self._prepare(path, file, known is not None, member.read, member.data)

    def _add_if_changed(self, key: str, parsed: ParsedArticle) -> _Begun:
        file, known = FileRecord.of(repr(parsed).encode(), 0), self._batch.file(key)
        if known == file:
            return _UNCHANGED
        return self._prepare(key, file, known is not None, partial(_given, parsed))

    def _add_entry(self, entry: Entry, stored: ArticleInfo | None) -> _Begun:
        path, known = entry.path, self._batch.file(entry.path)
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
            self._batch.record(path, record)
        if stored.reference == entry.reference:
            return _UNCHANGED
        [kept] = self._store.removable([stored.id])
        parsed = entry.describe(ParsedArticle(*(getattr(kept, f.name) for f in fields(ParsedArticle))))
        if parsed.title != stored.title:
            return self._prepare(path, record, True, partial(_given, parsed))
        facts = parsed.published, parsed.author, parsed.source
        described = Description(stored.id, path, *facts, entry.reference)

        def finish() -> bool:
            self._batch.describe(described)
            return True

        return _Begun(finish)

    def _restore(self, removed: RemovedArticle, over: bool) -> _Begun:
        path = removed.path
        if not over and self._batch.file(path) is not None:
            return _UNCHANGED
        parsed = ParsedArticle(*(getattr(removed, field.name) for field in fields(ParsedArticle)))
        file = FileRecord(removed.digest, removed.size, removed.modified)
        return self._prepare(path, file, False, partial(_given, parsed), former=(removed.id, removed.added))

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
        job, ready = self._preparer.begin(read, data, self._left)

        def finish() -> bool:
            article = NewArticle(path, file, *ready()[:3], *former)
            self._batch.put(article, known=known)
            return True

        return _Begun(finish, job, file.size)

    def _left(self) -> float:
        """How much is left to do, as a multiple of what is begun."""
        begun = self._files - 1 + (self._container.share() if self._container else 1)
        return max(self._total, self._files) / max(begun, 1e-3) - 1

    def _after_article(self) -> None:
        """Stores the batch once it is full, and reports progress."""
        self._done += 1
        if self._batch.is_due:
            self.flush()
        self._monitor.done(self._done - len(self._batch), max(self._total, self._done))


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
