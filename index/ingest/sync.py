"""Brings a library into step with the folders and files that were added: new, changed, moved, deleted."""

from __future__ import annotations

import hashlib
import os
import stat
from collections.abc import Callable, Collection, Iterable, Sequence
from dataclasses import fields
from itertools import takewhile
from pathlib import Path, PurePath
from typing import TYPE_CHECKING

from index.errors import Phrase, ReadError, UsageError
from index.ingest.files import Listing, opened
from index.readers.registry import CONTAINER_SUFFIXES, most_bytes, read_bytes
from index.storage.sources import UNREAD, FileRecord, Moved, Sources, StoredArticle, container_of
from index.storage.store import Store
from index.types import UNWATCHED, Monitor, ParsedArticle, SyncReport

if TYPE_CHECKING:
    from index.ingest.add import Adder

_KEPT = Phrase("what was finished is kept")


class Syncer:
    """One look at what there is on disk, beside what is stored; ``run`` then makes them the same.

    What cannot be told is kept: articles of a folder that is missing or empty, as where a drive is not
    plugged in, or that may not be looked into, and of files that became unreadable.
    """

    def __init__(
        self,
        store: Store,
        paths: Sequence[Path] = (),
        gone: bool = False,
        monitor: Monitor = UNWATCHED,
    ) -> None:
        """``paths`` are folders or files to look at, else everything that was ever added.

        ``gone``: files that were added by themselves, and folders among ``paths``, are really gone where
        they are missing. UsageError: one of ``paths`` was never added.
        """
        self._store, self._sources, self._monitor = store, store.sources, monitor
        self.report = SyncReport()
        self._containers = self._sources.containers()
        #: The articles of each file that some were added from.
        self._known: dict[str, list[StoredArticle]] = {path: [] for path in self._containers}
        for article in self._sources.stored():
            if os.path.isabs(article.path):
                file = container_of(article.path, self._containers) or article.path
                self._known.setdefault(file, []).append(article)
        self._folders = self._folders_to_check(paths)
        self._named = [*self._folders, *map(_absolute, paths)] if paths else []
        self._listing = Listing()
        self._changed: list[str] = []
        self._new: dict[str, os.stat_result] = {}
        self._lost: list[str] = []
        self._look(set(map(_absolute, paths)) if gone else ())
        self._missing = [] if gone else [f for f in self._lost if not _under(f, self._folders)]
        self._moves = self._find_moves()

    def _folders_to_check(self, paths: Sequence[Path]) -> list[str]:
        """The folders to look at."""
        followed = self._sources.folders()
        if not paths:
            return followed
        folders = []
        for path in map(_absolute, paths):
            below = [folder for folder in followed if _under(folder, [path])]
            if _under(path, followed) and path not in self._known:
                below.append(path)
            if not below and not any(_under(file, [path]) for file in self._known):
                raise UsageError("{path} was never added", "qa add {path} adds it", path=path)
            folders += below
        return list(dict.fromkeys(folders))

    # Looking

    def _look(self, surely: Collection[str]) -> None:
        """Sorts all files into new, changed, unchanged and lost; folders not there in ``surely`` are gone."""
        away = []
        for folder in self._folders:
            if os.path.isfile(folder):  # one of ``paths``, new in a folder that is followed
                self._listing.files[folder] = None
                continue
            reason = None if folder in surely else self._away(folder)
            if reason:
                self.report.away.append((folder, reason))
                away.append(folder)
            else:
                self._listing.look(folder)
        for folder in [f for f, error in self._listing.unreadable.items() if _is_gone(error)]:
            del self._listing.unreadable[folder]
        for folder, error in self._listing.unreadable.items():
            self.report.skipped.append((folder, error.strerror or str(error)))
        kept = [*away, *self._listing.unreadable]
        for file in [*self._listing.files, *(file for file in self._known if self._may_be_lost(file, kept))]:
            self._monitor.check(_KEPT)
            self._sort(file)

    def _may_be_lost(self, file: str, kept: Collection[str]) -> bool:
        if file in self._listing.files or (self._named and not _under(file, self._named)):
            return False
        return not _under(file, kept)

    def _away(self, folder: str) -> Phrase | None:
        """Why the articles of a folder may be elsewhere than gone: it is missing, or holds nothing at all."""
        try:
            with os.scandir(folder) as entries:
                empty = all(entry.name.startswith(".") for entry in entries)
        except OSError as error:
            return Phrase("the folder is not there") if _is_gone(error) else None
        held = empty and any(_under(file, [folder]) for file in self._known)
        return Phrase("the folder is empty") if held else None

    def _sort(self, file: str) -> None:
        known = self._known.get(file)
        try:
            facts = os.stat(file)
            there = stat.S_ISREG(facts.st_mode) and (file in self._listing.files or self._by_this_name(file))
        except OSError as error:
            if not _is_gone(error):
                self.report.skipped.append((file, error.strerror or str(error)))
                return
            there = False
        if not there:
            if known is not None:
                self._lost.append(file)
        elif known is None:
            self._new[file] = facts
        elif _unchanged(self._record(file), facts):
            self.report.unchanged += [article.path for article in known]
        else:
            self._changed.append(file)

    def _by_this_name(self, file: str) -> bool:
        """Whether a file that is there is called so: links, and systems blind to case, lead there as well."""
        folder, name = os.path.split(file)
        try:
            return name in os.listdir(folder) and os.path.realpath(file) not in self._listing.files
        except PermissionError:  # its folder may be passed through only
            return True

    def _record(self, file: str) -> FileRecord:
        """What a known file was when it was read."""
        return self._containers.get(file) or self._known[file][0].file

    # Moves

    def _find_moves(self) -> dict[str, tuple[str, FileRecord]]:
        """By the old path, the new one of each file that has another by now, and what it is there."""
        sizes, lost = set(), dict[tuple[str, bool], list[str]]()
        for file in self._lost:
            record = self._record(file)
            sizes.add(record.size)
            lost.setdefault((record.digest, file in self._containers), []).append(file)
        moves = {}
        for file, facts in self._new.items():
            self._monitor.check(_KEPT)
            now = _record_of(file) if facts.st_size in sizes else None
            same = lost.get((now.digest, _holds_several(file))) if now else None
            if now and same:
                old = max(same, key=lambda old: _alike(old, file))
                same.remove(old)
                moves[old] = file, now
        return moves

    def _moved(self, article: StoredArticle, path: str, record: FileRecord) -> Moved:
        """The article at its new path; where it reads otherwise under that name, to be read again."""
        try:
            with opened(path) as file:
                data = file.read(most_bytes(path) + 1)
            parsed = read_bytes(data, PurePath(path).name)
        except (ReadError, OSError):
            parsed = None
        before = self._store.article(article.id)
        same = parsed and all(
            getattr(before, f.name) == getattr(parsed, f.name) for f in fields(ParsedArticle)
        )
        return article, path, record if same else UNREAD

    # Doing

    def preview(self) -> SyncReport:
        """What ``run`` would do; files that would be added or read again are not read here."""
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
        self._complete_report()
        return report

    def run(self, adder: Callable[[int], Adder]) -> SyncReport:
        """Does it. ``adder(total)`` makes what adds that many files; the caller holds the write lock."""
        articles, containers = [], []
        for old, (new, record) in self._moves.items():
            self._monitor.check(_KEPT)
            if old in self._containers:
                containers.append((old, new, record))
            else:
                articles.append(self._moved(self._known[old][0], new, record))
        if articles or containers:
            self._sources.move(articles, containers)
        removed = [article.id for file in self._removed() for article in self._known[file]]
        if removed:
            self._store.remove(removed)
        for file in self._removed():
            if file in self._containers:
                self._sources.drop(file)
        self._complete_report()
        moved = {new for new, _ in self._moves.values()}
        again = [new for _, new, record in articles if record == UNREAD]
        files = [*self._changed, *again, *(file for file in self._new if file not in moved)]
        if files:
            adding = adder(len(files))
            adding.report = self.report
            for file in files:
                adding.add_file(Path(file))
            adding.finish()
        return self.report

    def _removed(self) -> list[str]:
        kept = {*self._moves, *self._missing}
        return [file for file in self._lost if file not in kept]

    def _complete_report(self) -> None:
        report = self.report
        report.moved += [(old, new) for old, (new, _) in self._moves.items()]
        report.removed += [a.path for file in self._removed() for a in self._known[file]]
        report.missing += [
            a.path for file in self._missing if file not in self._moves for a in self._known[file]
        ]


def fingerprint(sources: Sources) -> int:
    """A number that is another one once there may be something to do for ``Syncer``."""
    listing = Listing()
    for folder in sources.folders():
        listing.look(folder)
    containers = sources.containers()
    alone = (container_of(a.path, containers) or a.path for a in sources.stored() if os.path.isabs(a.path))
    found = []
    for file in dict.fromkeys([*listing.files, *containers, *alone]):
        try:
            facts = os.stat(file)
        except OSError as error:
            found.append((file, error.errno, 0))
        else:
            found.append((file, facts.st_size, facts.st_mtime_ns))
    return hash((tuple(found), tuple(listing.unreadable)))


def _absolute(path: Path) -> str:
    return os.path.realpath(os.path.expanduser(path))


def _under(path: str, folders: Iterable[str]) -> bool:
    """Whether ``path`` is one of ``folders``, or lies in one."""
    return any(path == folder or path.startswith(folder.rstrip(os.sep) + os.sep) for folder in folders)


def _is_gone(error: OSError) -> bool:
    """Whether there is nothing, rather than something that cannot be told of."""
    return isinstance(error, FileNotFoundError | NotADirectoryError)


def _unchanged(record: FileRecord, facts: os.stat_result) -> bool:
    return (record.size, record.modified) == (facts.st_size, facts.st_mtime_ns)


def _holds_several(file: str) -> bool:
    return PurePath(file).suffix.lower() in CONTAINER_SUFFIXES


def _record_of(path: str) -> FileRecord | None:
    """What a file is now; None where it cannot be read, which reading it will tell."""
    try:
        with opened(path) as file:
            facts = os.fstat(file.fileno())
            digest = hashlib.file_digest(file, "sha256").hexdigest()
    except (ReadError, OSError):
        return None
    return FileRecord(digest, facts.st_size, facts.st_mtime_ns)


def _alike(one: str, other: str) -> int:
    """How many parts of two paths are the same, from the end."""
    pairs = zip(reversed(PurePath(one).parts), reversed(PurePath(other).parts), strict=False)
    return sum(1 for _ in takewhile(lambda pair: pair[0] == pair[1], pairs))
