"""Synchronizes a library with its folders and files: new, changed, moved and deleted ones."""

from __future__ import annotations

import hashlib
import os
import stat
from collections import Counter
from collections.abc import Callable, Collection, Iterable, Sequence
from contextlib import closing
from dataclasses import fields
from functools import partial
from itertools import takewhile
from pathlib import Path, PurePath
from typing import TYPE_CHECKING

from index.errors import KEPT, Phrase, ReadError, UsageError
from index.ingest.files import Listing, open_regular
from index.ingest.zotero import is_zotero
from index.ingest.zotero_changes import ZoteroChanges
from index.readers.reader_process import ReaderProcess
from index.readers.registry import OF_SEVERAL, ReadBytes, max_bytes
from index.storage.interfaces import ArticleStore, SourceStore
from index.storage.sources import UNREAD, FileRecord, Moved, StoredArticle, container_of
from index.types import UNWATCHED, Monitor, ParsedArticle, SyncReport

if TYPE_CHECKING:
    from index.ingest.add import Adder


class Syncer:
    """Compares the disk with the library when it is made; ``run`` then applies the differences.

    When in doubt, articles are kept: those of a folder that is missing or empty (a drive may not be plugged
    in) or cannot be read, and those of a file that became unreadable.
    """

    def __init__(
        self,
        store: ArticleStore,
        paths: Sequence[Path] = (),
        gone: bool = False,
        monitor: Monitor = UNWATCHED,
    ) -> None:
        """``paths`` are folders or files to compare; by default everything that was ever added.

        With ``gone``, a missing file that was added by itself, or a missing folder of ``paths``, counts as
        deleted. UsageError: one of ``paths`` was never added.
        """
        self._store, self._sources, self._monitor = store, store.sources, monitor
        self.report = SyncReport()
        self._containers = self._sources.containers()
        #: The articles of each known file.
        self._known: dict[str, list[StoredArticle]] = {path: [] for path in self._containers}
        stored, self._followed = self._sources.stored(), self._sources.folders()
        self._zotero = ZoteroChanges(store, stored, self._followed)
        for article in stored:
            if os.path.isabs(article.path) and not self._zotero.is_from_zotero(article.path):
                file = container_of(article.path, self._containers) or article.path
                self._known.setdefault(file, []).append(article)
        self._folders = self._folders_to_check(paths)
        self._named = [*self._folders, *map(_absolute, paths)] if paths else []
        self._listing = Listing()
        deleted = set(map(_absolute, paths)) if gone else set[str]()
        for database in filter(is_zotero, self._folders):
            self._zotero.compare(database, self.report, deleted=database in deleted)
        self._folders = [folder for folder in self._folders if not is_zotero(folder)]
        self._changed: list[str] = []
        self._new: dict[str, os.stat_result] = {}
        self._lost: list[str] = []
        self._compare(deleted)
        self._missing = [] if gone else [f for f in self._lost if not _is_under(f, self._folders)]
        self._moves = self._find_moves()

    def _folders_to_check(self, paths: Sequence[Path]) -> list[str]:
        """The folders to look at."""
        followed = self._followed
        if not paths:
            return followed
        folders = []
        for path in map(_absolute, paths):
            below = [folder for folder in followed if _is_under(folder, [path])]
            if _is_under(path, followed) and path not in self._known:
                below.append(path)
            if not below and not any(_is_under(file, [path]) for file in self._known):
                raise UsageError("{path} was never added", "qa add {path} adds it", path=path)
            folders += below
        return list(dict.fromkeys(folders))

    # Looking

    def _compare(self, deleted: Collection[str]) -> None:
        """Sorts all files into new, changed, unchanged and lost; missing folders of ``deleted`` are lost."""
        away = []
        for folder in self._folders:
            if os.path.isfile(folder):  # one of ``paths``, new in a followed folder
                self._listing.files[folder] = None
                continue
            reason = None if folder in deleted else self._why_absent(folder)
            if reason:
                self.report.away.append((folder, reason))
                away.append(folder)
            else:
                self._listing.add_folder(folder)
        for folder in [f for f, error in self._listing.unreadable.items() if _is_gone(error)]:
            del self._listing.unreadable[folder]
        for folder, error in self._listing.unreadable.items():
            self.report.skipped.append((folder, error.strerror or str(error)))
        for path in [path for path in self._listing.files if self._zotero.owns(path)]:
            del self._listing.files[path]
            self._known.pop(path, None)
        passed_over = self._zotero.passed_over + Counter(self._listing.kinds_passed_over())
        self.report.passed_over = dict(passed_over.most_common())
        kept = [*away, *self._listing.unreadable]
        for file in [*self._listing.files, *(file for file in self._known if self._may_be_lost(file, kept))]:
            self._monitor.check(KEPT)
            self._classify(file)

    def _may_be_lost(self, file: str, kept: Collection[str]) -> bool:
        if file in self._listing.files or (self._named and not _is_under(file, self._named)):
            return False
        return not _is_under(file, kept)

    def _why_absent(self, folder: str) -> Phrase | None:
        """Why a folder's articles may be elsewhere rather than deleted: it is missing, or empty."""
        try:
            with os.scandir(folder) as entries:
                empty = all(entry.name.startswith(".") for entry in entries)
        except OSError as error:
            return Phrase("the folder is not there") if _is_gone(error) else None
        held = empty and any(_is_under(file, [folder]) for file in self._known)
        return Phrase("the folder is empty") if held else None

    def _classify(self, file: str) -> None:
        known = self._known.get(file)
        try:
            status = os.stat(file)
            there = stat.S_ISREG(status.st_mode) and (
                file in self._listing.files or self._has_this_name(file)
            )
        except OSError as error:
            if not _is_gone(error):
                self.report.skipped.append((file, error.strerror or str(error)))
                return
            there = False
        if not there:
            if known is not None:
                self._lost.append(file)
        elif known is None:
            self._new[file] = status
        elif self._record(file).fits(status):
            self.report.unchanged += [article.path for article in known]
        else:
            self._changed.append(file)

    def _has_this_name(self, file: str) -> bool:
        """Whether a file is listed under this very name, which links and case-blind systems do not need."""
        folder, name = os.path.split(file)
        try:
            return name in os.listdir(folder) and os.path.realpath(file) not in self._listing.files
        except PermissionError:  # its folder may be entered but not listed
            return True

    def _record(self, file: str) -> FileRecord:
        """The record of a known file when it was last read."""
        return self._containers.get(file) or self._known[file][0].file

    # Moves

    def _find_moves(self) -> dict[str, tuple[str, FileRecord]]:
        """Maps the old path of each moved file to its new path and its record there."""
        sizes, lost = set(), dict[tuple[str, bool], list[str]]()
        for file in self._lost:
            record = self._record(file)
            sizes.add(record.size)
            lost.setdefault((record.digest, file in self._containers), []).append(file)
        moves = {}
        for file, status in self._new.items():
            self._monitor.check(KEPT)
            now = _record_of(file) if status.st_size in sizes else None
            holds_several = PurePath(file).suffix.lower() in OF_SEVERAL
            same = lost.get((now.digest, holds_several)) if now else None
            if now and same:
                old = max(same, key=lambda old: _alike(old, file))
                same.remove(old)
                moves[old] = file, now
        return moves

    def _moved(self, article: StoredArticle, path: str, record: FileRecord, read: ReadBytes) -> Moved:
        """The article with its new path, and UNREAD if it parses differently under the new name."""
        try:
            with open_regular(path) as file:
                data = file.read(max_bytes(path) + 1)
            parsed = read(data, PurePath(path).name)
        except (ReadError, OSError):
            parsed = None
        before = self._store.article(article.id)
        same = parsed and all(
            getattr(before, f.name) == getattr(parsed, f.name) for f in fields(ParsedArticle)
        )
        return article, path, record if same else UNREAD

    # Doing

    def _reader(self) -> ReaderProcess:
        check = partial(self._monitor.check, KEPT)
        return ReaderProcess(check, self._store.scans, self._monitor.page)

    def rehearse(self, adder: Callable[[int], Adder]) -> SyncReport:
        """What ``run`` will report. ``adder(n)`` is to read n files and store nothing."""
        moved = []
        with closing(self._reader()) as reader:
            for old, (new, record) in self._moves.items():
                self._monitor.check(KEPT)
                if old not in self._containers:
                    moved.append(self._moved(self._known[old][0], new, record, reader.read))
        self._complete_report()
        return self._read(moved, adder)

    def preview(self) -> SyncReport:
        """What ``run`` would do if all files could be read; files to be added or read again are not read."""
        report = self.report
        for file in self._changed:
            paths = [article.path for article in self._known[file]]
            record = None if file in self._containers else _record_of(file)
            if record and record.digest == self._record(file).digest:
                report.unchanged += paths
            else:
                report.updated.append(file)
        moved = {new for new, _ in self._moves.values()}
        report.added += [file for file in self._new if file not in moved]
        self._zotero.preview(report)
        self._complete_report()
        return report

    def run(self, adder: Callable[[int], Adder]) -> SyncReport:
        """Applies the differences; the caller holds the write lock. ``adder(n)`` is to add n files."""
        articles, containers = [], []
        with closing(self._reader()) as reader:
            for old, (new, record) in self._moves.items():
                self._monitor.check(KEPT)
                if old in self._containers:
                    containers.append((old, new, record))
                else:
                    articles.append(self._moved(self._known[old][0], new, record, reader.read))
        relocated = self._zotero.moves()
        if articles or containers or relocated:
            self._sources.move([*articles, *relocated], containers)
        removed = [article.id for file in self._removed() for article in self._known[file]]
        removed += [article.id for article in self._zotero.unlisted]
        if removed:
            self._store.remove(removed)
        for file in self._removed():
            if file in self._containers:
                self._sources.drop(file)
        self._complete_report()
        return self._read(articles, adder)

    def _read(self, moved: Sequence[Moved], adder: Callable[[int], Adder]) -> SyncReport:
        """Reads what is new or changed, and of what ``moved`` what reads differently under its new name."""
        places = {new for new, _ in self._moves.values()}
        again = [new for _, new, record in moved if record == UNREAD]
        files = [*self._changed, *again, *(file for file in self._new if file not in places)]
        entries = self._zotero.to_add()
        if files or entries:
            with closing(adder(len(files) + len(entries))) as adding:
                adding.report = self.report
                adding.count_as_known([*again, *self._zotero.relocated])
                adding.add_files([*map(Path, files)])
                for entry, stored in entries:
                    adding.add_entry(entry, stored)
                adding.finish()
        return self.report

    def _removed(self) -> list[str]:
        kept = {*self._moves, *self._missing}
        return [file for file in self._lost if file not in kept]

    def _complete_report(self) -> None:
        report = self.report
        report.moved += [(old, new) for old, (new, _) in self._moves.items()]
        report.moved += [(article.path, new) for new, article in self._zotero.relocated.items()]
        report.removed += [a.path for file in self._removed() for a in self._known[file]]
        report.removed += [article.path for article in self._zotero.unlisted]
        report.missing += [
            a.path for file in self._missing if file not in self._moves for a in self._known[file]
        ]


def fingerprint(sources: SourceStore) -> int:
    """A number that changes once ``Syncer`` may have something to do."""
    listing = Listing()
    containers = sources.containers()
    databases = list(filter(is_zotero, sources.folders()))
    for folder in sources.folders():
        if folder not in databases:
            listing.add_folder(folder)
    alone = (container_of(a.path, containers) or a.path for a in sources.stored() if os.path.isabs(a.path))
    found = []
    logs = (f"{database}-wal" for database in databases)
    for file in dict.fromkeys([*listing.files, *containers, *alone, *databases, *logs]):
        try:
            status = os.stat(file)
        except OSError as error:
            found.append((file, error.errno, 0))
        else:
            found.append((file, status.st_size, status.st_mtime_ns))
    return hash((tuple(found), tuple(listing.unreadable)))


def _absolute(path: Path) -> str:
    return os.path.realpath(os.path.expanduser(path))


def _is_under(path: str, folders: Iterable[str]) -> bool:
    """Whether ``path`` is one of ``folders``, or lies in one."""
    return any(path == folder or path.startswith(folder.rstrip(os.sep) + os.sep) for folder in folders)


def _is_gone(error: OSError) -> bool:
    """Whether the error means that nothing is there, rather than that it cannot be read."""
    return isinstance(error, FileNotFoundError | NotADirectoryError)


def _record_of(path: str) -> FileRecord | None:
    """The current record of a file; None if it cannot be read, which reading it will report."""
    try:
        with open_regular(path) as file:
            status = os.fstat(file.fileno())
            digest = hashlib.file_digest(file, "sha256").hexdigest()
    except (ReadError, OSError):
        return None
    return FileRecord(digest, status.st_size, status.st_mtime_ns)


def _alike(one: str, other: str) -> int:
    """The number of equal parts of two paths, counted from the end."""
    pairs = zip(reversed(PurePath(one).parts), reversed(PurePath(other).parts), strict=False)
    return sum(1 for _ in takewhile(lambda pair: pair[0] == pair[1], pairs))
