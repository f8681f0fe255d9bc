"""Copies of a library's database: made while it is in use, checked before one takes its place.

The search indexes are not copied: they are built from the database that comes back.
"""

from __future__ import annotations

import os
import secrets
import time
from contextlib import suppress
from datetime import UTC, datetime
from glob import escape
from pathlib import Path

import apsw

from index.database import Database, checksums, sync_folder
from index.errors import Cancelled, LibraryError
from index.types import CancelCheck, Progress

#: Pages copied between two looks at whether to go on.
_STEP = 2_000


def copy(
    database: Database, target: Path, progress: Progress | None = None, cancelled: CancelCheck | None = None
) -> None:
    """Writes one moment of ``database`` to the file ``target``, which is replaced as the last step.

    Others may write in the meantime. LibraryError: it cannot be written.
    """
    new = target.with_name(f".{target.name}-{secrets.token_hex(4)}")
    _sweep(target)
    try:
        opened = apsw.Connection(str(new), vfs=checksums())
        try:
            transfer(database.connection(), opened, progress, cancelled)
        finally:
            opened.close()
        with new.open("rb") as file:
            os.fsync(file.fileno())
        os.replace(new, target)
        sync_folder(target.parent)
    except (OSError, apsw.Error) as error:
        reason = (error.strerror if isinstance(error, OSError) else None) or error
        raise LibraryError("{path} cannot be written: {reason}", path=target, reason=reason) from error
    finally:
        for end in ("", "-wal", "-shm", "-journal"):
            new.with_name(new.name + end).unlink(missing_ok=True)


def _sweep(target: Path) -> None:
    """Deletes what copies left that were killed: files that nobody has written to for an hour."""
    for left in target.parent.glob(f".{escape(target.name)}-????????*"):
        with suppress(OSError):
            if time.time() - left.stat().st_mtime > 3600:
                left.unlink()


def transfer(
    source: apsw.Connection,
    target: apsw.Connection,
    progress: Progress | None = None,
    cancelled: CancelCheck | None = None,
) -> None:
    """Makes ``target`` what ``source`` is now, in one transaction. ``progress`` is told of pages."""
    source.execute("BEGIN")  # one moment of it, whatever is written meanwhile
    try:
        source.execute("SELECT count(*) FROM sqlite_schema").fetchall()
        with target.backup("main", source, "main") as run:
            while not run.done:
                if cancelled and cancelled():
                    raise Cancelled("stopped", "nothing was changed")
                run.step(_STEP)
                if progress:
                    progress(run.page_count - run.remaining, run.page_count)
    finally:
        source.execute("ROLLBACK")


def set_aside(database: Path, why: str) -> Path:
    """Gives a database, and what SQLite keeps beside it, a name with the date; returns that."""
    aside = database.with_name(f"library-{why}-{datetime.now(UTC):%Y-%m-%dT%H-%M-%S}.db")
    for end in ("-wal", "-shm", ""):
        beside = database.with_name(database.name + end)
        if beside.exists():
            os.replace(beside, aside.with_name(aside.name + end))
    return aside
