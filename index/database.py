"""SQLite, for several threads and with errors told in the library's words."""

from __future__ import annotations

import sqlite3
import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from index.errors import LibraryError, Phrase


class Database:
    """The database at ``path``: each thread has its own connection, errors are LibraryErrors."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self._local = threading.local()
        self._connections: list[sqlite3.Connection] = []
        self._closed = False

    def close(self) -> None:
        """Closes the connections of all threads."""
        self._closed = True
        while self._connections:
            self._connections.pop().close()

    def _connection(self) -> sqlite3.Connection:
        if self._closed:
            raise sqlite3.ProgrammingError("closed")
        connection: sqlite3.Connection | None = getattr(self._local, "connection", None)
        if connection is None:
            connection = _connect(self.path)
            self._local.connection = connection
            self._connections.append(connection)
        return connection

    def rows(self, sql: str, values: Sequence[Any] = ()) -> list[Any]:
        """All rows of a query."""
        with self._errors():
            return self._connection().execute(sql, values).fetchall()

    def row(self, sql: str, values: Sequence[Any] = ()) -> Any:
        """The first row of a query that has one in every library that is whole."""
        found = self.rows(sql, values)
        if not found:
            raise self.damaged(Phrase("facts are missing"))
        return found[0]

    def batches(self, sql: str, values: Sequence[Any], size: int) -> Iterator[list[Any]]:
        """The rows of a query, up to ``size`` at a time."""
        with self._errors():
            cursor = self._connection().execute(sql, values)
            while batch := cursor.fetchmany(size):
                yield batch

    @contextmanager
    def transaction(self) -> Iterator[sqlite3.Connection]:
        """A connection to write with; all that is written is kept, or nothing if anything is raised."""
        with self._errors():
            connection = self._connection()
            try:
                connection.execute("BEGIN IMMEDIATE")
                yield connection
                connection.execute("COMMIT")
            finally:
                if connection.in_transaction:
                    connection.execute("ROLLBACK")

    @contextmanager
    def _errors(self) -> Iterator[None]:
        try:
            yield
        except sqlite3.Error as error:
            raise self._explain(error) from error

    def _explain(self, error: sqlite3.Error) -> LibraryError:
        where = self.path.parent
        if isinstance(error, sqlite3.ProgrammingError):
            return LibraryError("the library {path} was closed", path=where)
        code = error.sqlite_errorcode & 0xFF
        if code == sqlite3.SQLITE_READONLY:
            return LibraryError(
                "the library {path} cannot be written to", "check its permissions", path=where
            )
        if code == sqlite3.SQLITE_FULL:
            return LibraryError(
                "the disk of the library {path} is full", "what was finished is kept", path=where
            )
        if code in (sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED):
            return LibraryError(
                "the library {path} is in use", "wait until the other program is done", path=where
            )
        if code == sqlite3.SQLITE_CANTOPEN:
            return LibraryError("the library {path} cannot be opened", "check its permissions", path=where)
        return self.damaged(str(error))

    def damaged(self, what: str) -> LibraryError:
        return LibraryError(
            "the library {path} is damaged: {what}",
            "move it away and add the articles again",
            path=self.path.parent,
            what=what,
        )


def _connect(path: Path) -> sqlite3.Connection:
    """A connection that may write where the folder allows it, else one that reads."""
    uri = path.absolute().as_uri()
    # A folder that cannot be written to has no room for WAL's shared memory: "immutable" does without.
    for mode in ("mode=rw", "mode=ro", "immutable=1"):
        connection = sqlite3.connect(
            f"{uri}?{mode}", uri=True, timeout=30, isolation_level=None, check_same_thread=False
        )
        try:
            connection.execute("PRAGMA foreign_keys = ON")
            connection.execute("PRAGMA synchronous = NORMAL")
            connection.execute("SELECT count(*) FROM sqlite_schema")
            return connection
        except sqlite3.Error as error:
            connection.close()
            last = error
            if error.sqlite_errorcode & 0xFF not in (sqlite3.SQLITE_CANTOPEN, sqlite3.SQLITE_READONLY):
                raise
    raise last
