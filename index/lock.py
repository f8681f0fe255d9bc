"""One writer at a time, across threads and processes."""

from __future__ import annotations

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
    connection = None
    try:
        connection = sqlite3.connect(folder / "write.lock", timeout=wait, isolation_level=None)
        connection.execute("BEGIN EXCLUSIVE")
    except sqlite3.OperationalError as error:
        if connection is not None:
            connection.close()
        if error.sqlite_errorcode & 0xFF == sqlite3.SQLITE_BUSY:
            raise Busy(
                f"another qa add or remove is working on the library {folder}", "wait until it is done"
            ) from error
        raise Unwritable(f"the library {folder} cannot be written to", "check its permissions") from error
    try:
        yield
    finally:
        connection.close()
