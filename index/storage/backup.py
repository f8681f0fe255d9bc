"""Copies of a library's database: made while it is in use, checked before one replaces it.

The search indexes are not copied: they are rebuilt from the restored database.
"""

from __future__ import annotations

import os
import re
import secrets
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, closing, contextmanager, nullcontext, suppress
from datetime import UTC, datetime
from glob import escape
from itertools import count
from pathlib import Path

import apsw

from index.errors import LibraryError, Phrase
from index.storage.database import RESERVED, Database, checksum_vfs, fsync_folder, primary_code
from index.storage.folder import create_private
from index.types import UNWATCHED, Monitor

#: Pages copied between two checks for cancellation.
_STEP = 2_000
_UNCHANGED = Phrase("nothing was changed")
#: How the name of a note of an unfinished copy begins; milliseconds to wait for its lock.
_NOTE, _NOTE_TIMEOUT = ".copy-", 2_000


def copy_database(
    database: Database, target: Path, monitor: Monitor = UNWATCHED, library: Path | None = None
) -> None:
    """Writes a snapshot of ``database`` to the file ``target``, which is replaced as the last step.

    Others may write meanwhile. If this process is killed, the next one that writes to the library in folder
    ``library`` deletes the unfinished copy. LibraryError: ``target`` cannot be written.
    """
    new = target.with_name(f".{target.name.lstrip('.')}-{secrets.token_hex(4)}")
    with _noted(new, library) if library else nullcontext():
        _delete_leftovers(target)
        _copy(database, new, target, monitor)


def _copy(database: Database, new: Path, target: Path, monitor: Monitor) -> None:
    try:
        create_private(new)
        # Nobody else knows this file, and the file system may have no locks.
        flags = apsw.SQLITE_OPEN_READWRITE | apsw.SQLITE_OPEN_URI
        opened = apsw.Connection(f"{new.absolute().as_uri()}?nolock=1", flags, checksum_vfs())
        try:
            source = database.connection()
            if database.has_checksums():
                _begin_with_checksums(opened, source)
            copy_pages(source, opened, monitor)
        finally:
            opened.close()
        with new.open("rb") as file:
            os.fsync(file.fileno())
        os.replace(new, target)
        fsync_folder(target.parent)
    except (OSError, apsw.Error) as error:
        reason = error.strerror if isinstance(error, OSError) else _reason(error, target.parent)
        raise LibraryError("{path} cannot be written: {reason}", path=target, reason=reason) from error
    finally:
        delete_quietly(new)


def _begin_with_checksums(new: apsw.Connection, source: apsw.Connection) -> None:
    """Makes the first page of a file, with room for checksums, as ``source`` has it.

    Only from then on are checksums computed. A large copy writes other pages before the first one; those that
    the source has changed itself, and still holds in memory, would keep their checksums of before.
    """
    [[size]] = source.execute("PRAGMA page_size").fetchall()
    new.reserve_bytes(reserve=RESERVED)
    new.execute(f"PRAGMA page_size = {size}; PRAGMA user_version = 1").fetchall()


def _reason(error: apsw.Error, folder: Path) -> str:
    # SQLite's own message may be "not an error".
    reasons = {apsw.SQLITE_FULL: Phrase("the disk is full"), apsw.SQLITE_IOERR: Phrase("the disk fails")}
    return reasons.get(primary_code(error, folder)) or str(error)


@contextmanager
def _noted(copy: Path, library: Path) -> Iterator[None]:
    """Keeps a note of an unfinished copy in a library's folder, locked for as long as it is written."""
    note = library / f"{_NOTE}{secrets.token_hex(4)}"
    with ExitStack() as held, suppress(apsw.Error, OSError):  # no note where nothing can be written
        held.callback(delete_quietly, note)
        create_private(note)
        connection = held.enter_context(closing(apsw.Connection(str(note))))
        connection.set_busy_timeout(_NOTE_TIMEOUT)
        connection.execute("PRAGMA synchronous = OFF; CREATE TABLE copy (path)").fetchall()
        connection.execute("INSERT INTO copy VALUES (?)", [os.fsencode(copy.absolute())])
        connection.execute("BEGIN IMMEDIATE")
        held = held.pop_all()
    with held:
        yield


def unfinished_copies(library: Path) -> tuple[set[Path], set[Path]]:
    """The copies that killed processes left and those being written, with their notes in the folder."""
    left, at_work = set[Path](), set[Path]()
    for note in library.glob(f"{_NOTE}????????"):
        found = left
        paths = [note]
        with (
            suppress(apsw.Error),
            closing(apsw.Connection(str(note), apsw.SQLITE_OPEN_READWRITE)) as connection,
        ):
            for [name] in connection.execute("SELECT CAST(path AS BLOB) FROM copy").fetchall():
                if isinstance(name, bytes) and _is_copy(path := Path(os.fsdecode(name))):
                    paths.append(path)
            try:
                connection.execute("BEGIN IMMEDIATE")
            except apsw.BusyError:
                found = at_work
        found.update(paths)
    return left, at_work


def delete_unfinished_copies(library: Path) -> None:
    """Deletes the copies that killed processes left."""
    for path in unfinished_copies(library)[0]:
        delete_quietly(path)


def _is_copy(path: Path) -> bool:
    """Whether a file may be an unfinished copy: a note from elsewhere may name anything."""
    try:
        with path.open("rb") as file:
            head = file.read(16)
    except OSError:
        return False
    named = re.fullmatch(r"\..+-[0-9a-f]{8}", path.name)
    return named is not None and (head == b"SQLite format 3\0" or not any(head))


def _delete_leftovers(target: Path) -> None:
    """Deletes what killed copies left behind: files that nobody has written to for an hour."""
    for left in target.parent.glob(f".{escape(target.name)}-????????*"):
        with suppress(OSError):
            if time.time() - left.stat().st_mtime > 3600:
                left.unlink()


def copy_pages(
    source: apsw.Connection,
    target: apsw.Connection,
    monitor: Monitor = UNWATCHED,
    before_commit: Callable[[], object] = lambda: None,
) -> None:
    """Overwrites ``target`` with the content of ``source``, in one transaction.

    ``monitor`` counts database pages.
    """
    source.execute("BEGIN")  # a snapshot, whatever is written meanwhile
    try:
        source.execute("SELECT count(*) FROM sqlite_schema").fetchall()
        with target.backup("main", source, "main") as run:
            run.step(0)  # counts the pages
            while not run.done:
                monitor.check(_UNCHANGED)
                if run.remaining <= _STEP:
                    before_commit()
                run.step(_STEP)
                monitor.done(run.page_count - run.remaining, run.page_count)
    finally:
        source.execute("ROLLBACK")


def delete(database: Path) -> None:
    """Deletes a database, if there is one, and SQLite's files beside it."""
    for end in ("", "-wal", "-shm", "-journal"):
        database.with_name(database.name + end).unlink(missing_ok=True)


def delete_quietly(database: Path) -> None:
    """`delete` without errors, which would hide the first error on a failing disk. The doctor sees
    leftovers.
    """
    with suppress(OSError):
        delete(database)


def swap_in(database: Path, new: Path, why: str) -> Path:
    """Puts ``new`` in the place of a database, which is renamed with the date; returns its new path.

    SQLite's files beside the old database move first: they must not stand beside the new one. Where the file
    system has hard links, there is a database at every moment. OSError: it cannot be done.
    """
    stem = f"library-{why}-{datetime.now(UTC):%Y-%m-%dT%H-%M-%S}"
    names = (f"{stem}-{number}.db" if number > 1 else f"{stem}.db" for number in count(1))
    aside = next(path for name in names if not (path := database.with_name(name)).exists())
    for end in ("-wal", "-shm"):
        with suppress(FileNotFoundError):
            os.replace(database.with_name(database.name + end), aside.with_name(aside.name + end))
    try:
        os.link(database, aside)
    except OSError:
        os.replace(database, aside)
    os.replace(new, database)
    return aside
