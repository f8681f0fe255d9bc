"""Copies of a library's database: made while it is in use, checked before one replaces it.

The search indexes are not copied: they are rebuilt from the restored database.
"""

from __future__ import annotations

import os
import secrets
import time
from contextlib import suppress
from datetime import UTC, datetime
from glob import escape
from itertools import count
from pathlib import Path

import apsw

from index.errors import LibraryError, Phrase
from index.storage.database import Database, checksum_vfs, fsync_folder, primary_code
from index.storage.folder import create_private
from index.types import UNWATCHED, Monitor

#: Pages copied between two checks for cancellation.
_STEP = 2_000
_UNCHANGED = Phrase("nothing was changed")


def copy_database(database: Database, target: Path, monitor: Monitor = UNWATCHED) -> None:
    """Writes a snapshot of ``database`` to the file ``target``, which is replaced as the last step.

    Others may write meanwhile. LibraryError: ``target`` cannot be written.
    """
    new = target.with_name(f".{target.name}-{secrets.token_hex(4)}")
    _delete_leftovers(target)
    try:
        create_private(new)
        # Nobody else knows this file, and the file system may have no locks.
        flags = apsw.SQLITE_OPEN_READWRITE | apsw.SQLITE_OPEN_URI
        opened = apsw.Connection(f"{new.absolute().as_uri()}?nolock=1", flags, checksum_vfs())
        try:
            copy_pages(database.connection(), opened, monitor)
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


def _reason(error: apsw.Error, folder: Path) -> str:
    # SQLite's own message may be "not an error".
    reasons = {apsw.SQLITE_FULL: Phrase("the disk is full"), apsw.SQLITE_IOERR: Phrase("the disk fails")}
    return reasons.get(primary_code(error, folder)) or str(error)


def _delete_leftovers(target: Path) -> None:
    """Deletes what killed copies left behind: files that nobody has written to for an hour."""
    for left in target.parent.glob(f".{escape(target.name)}-????????*"):
        with suppress(OSError):
            if time.time() - left.stat().st_mtime > 3600:
                left.unlink()


def copy_pages(source: apsw.Connection, target: apsw.Connection, monitor: Monitor = UNWATCHED) -> None:
    """Overwrites ``target`` with the content of ``source``, in one transaction.

    ``monitor`` counts database pages.
    """
    source.execute("BEGIN")  # a snapshot, whatever is written meanwhile
    try:
        source.execute("SELECT count(*) FROM sqlite_schema").fetchall()
        with target.backup("main", source, "main") as run:
            while not run.done:
                monitor.check(_UNCHANGED)
                run.step(_STEP)
                monitor.done(run.page_count - run.remaining, run.page_count)
    finally:
        source.execute("ROLLBACK")


def delete(database: Path) -> None:
    """Deletes a database, if there is one, and SQLite's files beside it."""
    for end in ("", "-wal", "-shm", "-journal"):
        database.with_name(database.name + end).unlink(missing_ok=True)


def delete_quietly(database: Path) -> None:
    """`delete` without errors, which would hide the first on a failing disk. The doctor sees leftovers."""
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
