"""One writer at a time, across threads and processes."""

from __future__ import annotations

import os
import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from index.errors import LibraryError


class Busy(LibraryError):
    """Somebody else is writing."""


class Unwritable(LibraryError):
    """The folder cannot be written to."""


@contextmanager
def write_lock(folder: Path, wait: float = 0.0) -> Iterator[None]:
    """Holds the library's write lock, waiting for it up to ``wait`` seconds.

    The lock is SQLite's own, on an empty database: it works on every system, and the system
    lets go of it when the process ends, however it ends.
    """
    file = folder / "write.lock"
    # SQLite grants a "lock" on what it may only read, so that is asked first.
    if not all(_writable(path) for path in (folder, file) if path.exists()):
        raise Unwritable("the library {path} cannot be written to", "check its permissions", path=folder)
    connection = sqlite3.connect(file, timeout=wait, isolation_level=None)
    try:
        connection.execute("BEGIN EXCLUSIVE")
    except sqlite3.Error as error:
        connection.close()
        if error.sqlite_errorcode & 0xFF == sqlite3.SQLITE_BUSY:
            raise Busy(
                "another qa add or remove is working on the library {path}",
                "wait until it is done",
                path=folder,
            ) from error
        raise Unwritable("{file} cannot be locked: {error}", "remove it", file=file, error=error) from error
    try:
        yield
    finally:
        connection.close()


def _writable(path: Path) -> bool:
    return os.access(path, os.W_OK, effective_ids=os.access in os.supports_effective_ids)
