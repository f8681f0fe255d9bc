"""SQLite for several threads, with a checksum on every page, and errors that name the kind of file.

The checksums are SQLite's own (https://sqlite.org/cksumvfs.html). They are written into eight reserved bytes
at the end of each page and checked whenever a page is read. The driver is apsw: its wheels bring that
extension, and it opens no transactions by itself.
"""

from __future__ import annotations

import json
import os
import shutil
import threading
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from functools import cache
from itertools import islice
from pathlib import Path
from typing import Any, NamedTuple, TypeVar

import apsw

from index.errors import KEPT, Busy, Damaged, Inaccessible, LibraryError, OutOfMemory, Phrase, YinjuError
from index.storage.folder import can_lock

#: SQLite's code → class of the error, message about ``path``, and hint.
ErrorTexts = Mapping[int, tuple[type[YinjuError], Phrase, Phrase]]

LIBRARY_ERRORS: ErrorTexts = {
    apsw.SQLITE_MISUSE: (LibraryError, Phrase("the library {path} was closed"), Phrase("")),
    apsw.SQLITE_READONLY: (
        Inaccessible,
        Phrase("the library {path} cannot be written to"),
        Phrase("check its permissions"),
    ),
    apsw.SQLITE_FULL: (
        Inaccessible,
        Phrase("the disk of the library {path} is full"),
        KEPT,
    ),
    apsw.SQLITE_IOERR: (
        Inaccessible,
        Phrase("the disk of the library {path} fails: {what}"),
        Phrase("what was finished is kept; is there room, is the disk sound?"),
    ),
    apsw.SQLITE_BUSY: (
        Busy,
        Phrase("the library {path} is in use"),
        Phrase("wait until the other program is done"),
    ),
    apsw.SQLITE_CANTOPEN: (
        Inaccessible,
        Phrase("the library {path} cannot be opened"),
        Phrase("check its permissions"),
    ),
    apsw.SQLITE_NOLFS: (
        Inaccessible,
        Phrase("the file system of the library {path} has no locks"),
        Phrase("articles can be read, not added; a copy on another disk takes them"),
    ),
    apsw.SQLITE_CORRUPT: (
        Damaged,
        Phrase("the library {path} is damaged: {what}"),
        Phrase("qa doctor --fix saves what can be read"),
    ),
}
Value = TypeVar("Value")
#: The types that the values of a row must have.
Types = Sequence[type | tuple[type, ...]]
MISPLACED = Phrase("values are not where they belong")
#: Bytes at the end of each page that hold its checksum, and where the file's head says so.
RESERVED, RESERVED_AT = 8, 20
PAGE_SIZE = 4096
#: A disk with less free space counts as full: SQLite's shared memory does not fit. Bytes.
_MIN_FREE_BYTES = 65_536
#: Empty pages cut off in one transaction, so that the log stays short.
_VACUUM_PAGES = 5_000
#: Milliseconds that a connection waits for another.
_TIMEOUT = 30_000
#: What a write-ahead log that grew is cut back to, in bytes.
_LOG_SIZE = 16_000_000
#: Codes that mean that the content read is not the content written.
_DAMAGE = frozenset({apsw.SQLITE_IOERR_DATA, apsw.SQLITE_IOERR_CORRUPTFS, apsw.SQLITE_IOERR_SHORT_READ})
#: Code → the code of the same cause.
_SAME_CAUSE = {
    apsw.SQLITE_LOCKED: apsw.SQLITE_BUSY,
    apsw.SQLITE_PROTOCOL: apsw.SQLITE_BUSY,
    apsw.SQLITE_PERM: apsw.SQLITE_CANTOPEN,
}


class LogLeft(apsw.CantOpenError):
    """The last writes are in the write-ahead log, and the shared memory to read it cannot be made here."""


class _Opened(NamedTuple):
    """A thread's connection.

    ``seen`` describes the file as it was if it was opened without locks: SQLite does not notice then that it
    changes. ``why`` is the code of what forced that: `apsw.SQLITE_NOLFS`, `apsw.SQLITE_FULL`, or 0 where
    nothing can be written.
    """

    connection: apsw.Connection
    seen: tuple[int, ...] = ()
    why: int = 0

    def stale(self, path: Path) -> bool:
        """Whether the file has changed unnoticed, or the disk that was full has room again."""
        return bool(self.seen) and (
            self.seen != _seen(path) or (self.why == apsw.SQLITE_FULL and not _is_full(path.parent))
        )


class Database:
    """The database at ``path``. Each thread has its own connection; all errors are of one class."""

    def __init__(self, path: Path, texts: ErrorTexts = LIBRARY_ERRORS) -> None:
        """Errors name the file; with the texts of libraries, its folder."""
        self.path = path
        self._texts = texts
        self._named = path.parent if texts is LIBRARY_ERRORS else path
        self._local = threading.local()
        self._connections: list[apsw.Connection] = []
        self._closed = False

    def close(self) -> None:
        """Closes the connections of all threads."""
        self._closed = True
        while self._connections:
            self._connections.pop().close(True)

    def connection(self) -> apsw.Connection:
        """This thread's connection. apsw.Error: it cannot be opened."""
        if self._closed:
            raise apsw.ConnectionClosedError("closed")
        opened: _Opened | None = getattr(self._local, "opened", None)
        if opened is None or opened.stale(self.path):
            opened = _open(self.path)
            self._local.opened = opened
            self._connections.append(opened.connection)
        return opened.connection

    def without_locks(self) -> YinjuError | None:
        """An error that tells it, if the file can be read alone because its file system has no locks."""
        with self.errors():
            self.connection()
        if self._local.opened.why != apsw.SQLITE_NOLFS:
            return None
        kind, message, hint = self._texts[apsw.SQLITE_NOLFS]
        return kind(Phrase(message, path=self._named), hint)

    def rows(self, sql: str, values: Sequence[Any] = (), types: Types = ()) -> list[Any]:
        """All rows of a query. ``types`` has the type of each column.

        A value of another type means damage: a sound page in the wrong place gives rows of another table.
        """
        with self._reading():
            found = self.connection().execute(sql, values).fetchall()
        self._refuse_misplaced(found, types)
        return found

    def _refuse_misplaced(self, rows: Sequence[Any], types: Types) -> None:
        if types and not all(all(map(isinstance, row, types)) for row in rows):
            raise self.damaged(MISPLACED)

    def json_list(self, text: str, kind: type[Value]) -> tuple[Value, ...]:
        """The values of a list that is stored as JSON."""
        try:
            found = json.loads(text)
        except ValueError as error:
            raise self.damaged(MISPLACED) from error
        if not isinstance(found, list) or not all(isinstance(value, kind) for value in found):
            raise self.damaged(MISPLACED)
        return tuple(found)

    def row(self, sql: str, values: Sequence[Any] = (), types: Types = ()) -> Any:
        """The first row of a query that finds one in every undamaged library."""
        found = self.rows(sql, values, types)
        if not found:
            raise self.damaged(Phrase("facts are missing"))
        return found[0]

    def batches(self, sql: str, values: Sequence[Any], size: int, types: Types = ()) -> Iterator[list[Any]]:
        """The rows of a query, up to ``size`` at a time. ``types`` as in `rows`."""
        with self._reading():
            cursor = iter(self.connection().execute(sql, values))
            while batch := list(islice(cursor, size)):
                self._refuse_misplaced(batch, types)
                yield batch

    @contextmanager
    def transaction(self) -> Iterator[apsw.Connection]:
        """A connection to write with. Everything is committed, or nothing if an exception is raised."""
        with self.errors():
            connection = self.connection()
            try:
                connection.execute("BEGIN IMMEDIATE")
                yield connection
                connection.execute("COMMIT")
            finally:
                if connection.in_transaction:
                    connection.execute("ROLLBACK")

    @contextmanager
    def _reading(self) -> Iterator[None]:
        """`errors`, and damage where stored bytes are no text: parts of it lie in the place of others."""
        with self.errors():
            try:
                yield
            except UnicodeDecodeError as error:
                raise self.damaged(MISPLACED) from error

    @contextmanager
    def errors(self) -> Iterator[None]:
        """Turns SQLite's exceptions into the error class of this kind of file."""
        try:
            yield
        except apsw.Error as error:
            raise self._explain(error) from error

    def reclaim_space(self) -> None:
        """Cuts empty pages off the file, and empties the write-ahead log.

        This needs some space itself. What does not fit, or is being read by others, stays until the next
        time.
        """
        connection = self.connection()
        with self.errors():
            connection.set_busy_timeout(0)
            try:
                empty, before = _empty_pages(connection), 0
                while empty and empty != before:  # files of earlier formats keep theirs
                    connection.execute(f"PRAGMA incremental_vacuum({_VACUUM_PAGES})").fetchall()
                    empty, before = _empty_pages(connection), empty
                connection.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchall()
            except (apsw.BusyError, apsw.FullError):
                pass
            finally:
                connection.set_busy_timeout(_TIMEOUT)

    def checkpoint(self) -> None:
        """Moves the whole write-ahead log into the file, which is complete without it from then on."""
        with self.errors():
            [[busy, _, _]] = self.connection().execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchall()
            if busy:
                raise apsw.BusyError

    def has_checksums(self) -> bool:
        """Whether each page carries a checksum."""
        with self.errors():
            return self.connection().reserve_bytes() == RESERVED

    def add_checksums(self) -> None:
        """Rewrites the whole file with checksums, in one step. It needs twice the file's space."""
        with self.errors():
            connection = self.connection()
            connection.reserve_bytes(reserve=RESERVED)
            connection.execute("PRAGMA auto_vacuum = INCREMENTAL")
            connection.execute("VACUUM")

    def is_intact(self, deep: bool = True) -> bool:
        """Whether SQLite can read the file and, with ``deep``, finds no error anywhere in it."""
        check = "PRAGMA quick_check(1)" if deep else "SELECT 'ok' FROM (SELECT count(*) FROM sqlite_schema)"
        try:
            return self.connection().execute(check).fetchone() == ("ok",)
        except apsw.Error as error:
            if _code(error) in (apsw.SQLITE_CORRUPT, apsw.SQLITE_NOTADB):
                return False
            raise self._explain(error) from error

    def _explain(self, error: apsw.Error) -> YinjuError:
        code = primary_code(error, self.path.parent)
        if isinstance(error, LogLeft):
            text = Phrase(
                "the last changes of {path} stand in a log that cannot be read here", path=self._named
            )
            return self._texts[apsw.SQLITE_CANTOPEN][0](
                text, Phrase("copy it to a disk that can be written to")
            )
        if getattr(error, "extendedresult", 0) == apsw.SQLITE_IOERR_DATA:
            return self.damaged(Phrase("a page does not match its checksum"))
        opened: _Opened | None = getattr(self._local, "opened", None)
        if opened is not None and opened.seen:
            if code == apsw.SQLITE_READONLY and opened.why:
                code = opened.why
            elif opened.seen != _seen(self.path):  # it was changed while it was read
                code = apsw.SQLITE_BUSY
        if code == apsw.SQLITE_NOMEM:
            return OutOfMemory()
        if code == apsw.SQLITE_CORRUPT or code not in self._texts:
            return self.damaged(str(error))
        kind, message, hint = self._texts[code]
        return kind(Phrase(message, path=self._named, what=str(error)), hint)

    def damaged(self, what: str) -> YinjuError:
        kind, message, hint = self._texts[apsw.SQLITE_CORRUPT]
        return kind(Phrase(message, path=self._named, what=what), hint)


def _empty_pages(connection: apsw.Connection) -> int:
    [[count]] = connection.execute("PRAGMA freelist_count").fetchall()
    return int(count)  # type: ignore[arg-type]


def _size(path: Path) -> int:
    """The size of a file; 0 if there is none."""
    try:
        return path.stat().st_size
    except FileNotFoundError:
        return 0


def primary_code(error: apsw.Error, folder: Path) -> int:
    """SQLite's primary code of an error on a file in ``folder``. Codes of the same cause become one."""
    code = _code(error)
    return apsw.SQLITE_FULL if code == apsw.SQLITE_IOERR and _is_full(folder) else code


def _is_full(folder: Path) -> bool:
    return shutil.disk_usage(folder).free < _MIN_FREE_BYTES


def _code(error: apsw.Error) -> int:
    """SQLite's primary code. Codes of the same cause become one."""
    if isinstance(error, (apsw.ConnectionClosedError, apsw.CursorClosedError)):
        return apsw.SQLITE_MISUSE
    if getattr(error, "extendedresult", 0) in _DAMAGE:
        return apsw.SQLITE_CORRUPT
    code: int = getattr(error, "result", apsw.SQLITE_ERROR)
    return _SAME_CAUSE.get(code, code)


@cache
def checksum_vfs() -> str:
    """Loads the file system layer that writes and checks page checksums; returns its name.

    LibraryError: this build of apsw lacks it.
    """
    # As apsw.sqlite_extra does, without its 40 ms of import.
    folder = Path(apsw.__file__).parent / "sqlite_extra_binaries"
    extension = next(folder.glob("cksumvfs.*"), None)
    if extension is None:
        raise LibraryError(
            "this build of apsw has no checksums for SQLite (cksumvfs)", "install the one that pip downloads"
        )
    connection = apsw.Connection(":memory:")
    try:
        connection.enable_load_extension(True)
        connection.load_extension(str(extension))
    finally:
        connection.close()
    return "cksmvfs"


def create(path: Path, script: str, rows: Iterable[tuple[str, Sequence[Any]]] = ()) -> None:
    """Makes a database from ``script`` and ``rows`` (statements with values) and syncs it to disk.

    The file at ``path`` is empty or does not exist. apsw.Error: it cannot be made.
    """
    connection = apsw.Connection(str(path), vfs=checksum_vfs())
    try:
        connection.reserve_bytes(reserve=RESERVED)
        connection.execute("PRAGMA auto_vacuum = INCREMENTAL")
        with connection:  # one transaction: else each statement waits for the disk
            connection.execute(script).fetchall()
            for sql, values in rows:
                connection.execute(sql, values)
        connection.execute("PRAGMA journal_mode = WAL").fetchall()
    finally:
        connection.close()
    fsync_folder(path.parent)


def fsync_folder(folder: Path) -> None:
    """Syncs the names in a folder to disk, which syncing the files in it does not do."""
    if os.name == "nt":  # folders cannot be opened there, and names are synced with files
        return
    opened = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(opened)
    finally:
        os.close(opened)


def _open(path: Path) -> _Opened:
    """A connection that can write if the folder and its disk allow it, else one that only reads."""
    uri, seen, why = path.absolute().as_uri(), _seen(path), 0
    has_log = _size(path.with_name(f"{path.name}-wal")) > 0
    for mode, flag in (("rw", apsw.SQLITE_OPEN_READWRITE), ("ro", apsw.SQLITE_OPEN_READONLY)):
        try:
            return _Opened(_connect(path, f"{uri}?mode={mode}", flag))
        except apsw.Error as error:
            if lacks_locks(error, path.parent):
                why = apsw.SQLITE_NOLFS
                break
            code = primary_code(error, path.parent)
            if code == apsw.SQLITE_FULL and not has_log:
                why = code
                break
            if code not in (apsw.SQLITE_CANTOPEN, apsw.SQLITE_READONLY):
                raise
    # WAL's shared memory cannot be made in a read-only folder or on a full disk: "immutable" works without
    # it, and without locks. It reads the file alone.
    if has_log:
        raise LogLeft
    return _Opened(_connect(path, f"{uri}?immutable=1", apsw.SQLITE_OPEN_READONLY), seen, why)


def _connect(path: Path, uri: str, flag: int) -> apsw.Connection:
    connection = apsw.Connection(uri, flag | apsw.SQLITE_OPEN_URI, checksum_vfs())
    try:
        try:
            _begin(connection)
        except apsw.BusyError:
            if not can_lock(path.parent):  # there is nothing to wait for
                raise
            connection.set_busy_timeout(_TIMEOUT)
            _begin(connection)
        connection.set_busy_timeout(_TIMEOUT)
    except apsw.Error:
        connection.close()
        raise
    return connection


def _begin(connection: apsw.Connection) -> None:
    connection.execute("PRAGMA foreign_keys = ON")
    # What was reported as stored must survive a power cut.
    connection.execute("PRAGMA synchronous = FULL")
    connection.execute(f"PRAGMA journal_size_limit = {_LOG_SIZE}").fetchall()
    connection.execute("SELECT count(*) FROM sqlite_schema").fetchall()


def lacks_locks(error: apsw.Error, folder: Path) -> bool:
    """Whether an error on a file in ``folder`` comes of a file system that has no locks.

    SQLite takes that for a lock of somebody else's, or for a failing disk.
    """
    return _code(error) in (apsw.SQLITE_BUSY, apsw.SQLITE_IOERR) and not can_lock(folder)


def _seen(path: Path) -> tuple[int, ...]:
    """What changes when the database does."""
    try:
        found = os.stat(path)
    except FileNotFoundError:
        return (0,)
    return found.st_ino, found.st_size, found.st_mtime_ns, _size(path.with_name(f"{path.name}-wal"))
