"""A folder as the place of a library."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from index.errors import YinjuError
from index.storage.backup import copy_database
from index.storage.folder import DATABASE
from index.storage.integrity import integrity_errors
from index.storage.lock import write_lock
from index.storage.scans import Scans
from index.storage.store import Store
from index.types import UNWATCHED, Monitor

#: How long a writer waits for another to finish, in seconds.
LOCK_TIMEOUT = 2.0


class FolderPlace:
    """The folder ``path`` with the database of ``store``."""

    def __init__(self, path: Path, store: Store) -> None:
        self._path, self._store = path, store
        self._file = os.stat(path / DATABASE).st_ino

    def is_replaced(self) -> bool:
        """See `index.library.Library.is_replaced`."""
        try:
            return os.stat(self._path / DATABASE).st_ino != self._file
        except OSError:
            return True

    def refuse_damage(self, cause: Exception | None = None) -> None:
        """Raises Damaged if SQLite finds the database damaged."""
        if wrong := integrity_errors(self._store.database):
            raise self._store.database.damaged(wrong[0]) from cause

    @contextmanager
    def writing(self, _monitor: Monitor = UNWATCHED) -> Iterator[None]:
        """Holds the write lock."""
        with write_lock(self._path, LOCK_TIMEOUT):
            yield

    def tidy(self) -> None:
        self._store.database.reclaim_space()
        Scans(self._path).prune(self._store.digests)

    def without_locks(self) -> YinjuError | None:
        return self._store.database.without_locks()

    def back_up(self, target: Path, monitor: Monitor) -> None:
        """``monitor`` counts pages of the database."""
        copy_database(self._store.database, target, monitor, self._path)

    def size(self) -> int:
        return sum(file.stat().st_size for file in self._path.rglob("*") if file.is_file())
