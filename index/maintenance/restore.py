"""Restores a backup. It is checked completely before it replaces anything, and what it replaces is kept."""

from __future__ import annotations

import os
from pathlib import Path

from index.errors import Busy, Damaged, Inaccessible, LibraryError
from index.storage.backup import copy_database, copy_pages, swap_in
from index.storage.database import fsync_folder
from index.storage.folder import made_folder, refuse_impossible
from index.storage.integrity import integrity_errors
from index.storage.lock import write_lock
from index.storage.store import Store
from index.types import UNWATCHED, Monitor

#: How long to wait for another writer, in seconds.
_LOCK_TIMEOUT = 2.0


def restore(backup: Path, folder: Path, monitor: Monitor = UNWATCHED) -> Path | None:
    """Replaces the library in ``folder`` by the backup in a file; returns the path of the library before.

    A library in use changes in one transaction, for its readers too. A damaged one is moved aside.
    ``monitor`` counts database pages. LibraryError: the file is damaged or no backup; the library cannot
    be written to, or another program is writing to it.
    """
    if not backup.is_file():
        raise LibraryError("there is no file {path}", "qa backup FILE makes one", path=backup)
    if not _is_database(backup):
        raise LibraryError("{path} is no backup", "qa backup FILE makes one", path=backup)
    source = Store(backup)
    try:
        if wrong := integrity_errors(source.database):
            raise Damaged("the backup {path} is damaged: {what}", path=backup, what=wrong[0])
        refuse_impossible(folder)
        with made_folder(folder), write_lock(folder, _LOCK_TIMEOUT):
            database = folder / "library.db"
            kept = _replace(source, database, monitor)
            fsync_folder(folder)
            return kept
    except OSError as error:
        reason = error.strerror or error
        raise Inaccessible("{path} cannot be written: {reason}", path=folder, reason=reason) from error
    finally:
        source.close()


def _is_database(backup: Path) -> bool:
    try:
        with backup.open("rb") as file:
            return file.read(16) == b"SQLite format 3\0"
    except OSError as error:
        raise LibraryError(
            "{path} cannot be read: {reason}", path=backup, reason=error.strerror or error
        ) from error


def _replace(source: Store, database: Path, monitor: Monitor) -> Path | None:
    if database.exists() and (target := _intact_store(database)) is not None:
        try:
            return _overwrite(source, target, monitor)
        finally:
            target.close()
    # The copy is complete before the damaged database is moved.
    new = database.with_name(".library.new")
    copy_database(source.database, new, monitor)
    forget_indexes(database.parent)
    if database.exists():
        return swap_in(database, new, "damaged")
    os.replace(new, database)
    return None


def _intact_store(database: Path) -> Store | None:
    """The library's store; None if it is damaged."""
    try:
        store = Store(database)
    except (Busy, Inaccessible):
        raise
    except LibraryError:
        return None
    if integrity_errors(store.database):
        store.close()
        return None
    return store


def _overwrite(source: Store, target: Store, monitor: Monitor) -> Path | None:
    """Writes over an intact library; returns the copy of it that is kept, or None if it was empty."""
    kept = None
    if target.counts()[0]:
        kept = target.path.with_name("library-before-restore.db")
        copy_database(target.database, kept, Monitor(cancelled=monitor.cancelled))
    with target.database.errors():
        copy_pages(
            source.database.connection(),
            target.database.connection(),
            monitor,
            lambda: forget_indexes(target.path.parent),
        )
    return kept


def forget_indexes(folder: Path) -> None:
    """Lets the search indexes be built anew, from the database that is about to replace the present one.

    A kill between the two must not leave indexes that seem to know changes which the database lost.
    """
    (folder / "manifest.json").unlink(missing_ok=True)
    fsync_folder(folder)
