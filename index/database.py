"""SQLite, for several threads and with errors told in the words of what the file is."""

from __future__ import annotations

import sqlite3
import threading
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from index.errors import LibraryError, Phrase, YinjuError

#: By SQLite's code: what to say about ``path``, and a hint.
Wording = Mapping[int, tuple[Phrase, Phrase]]

LIBRARY: Wording = {
    sqlite3.SQLITE_MISUSE: (Phrase("the library {path} was closed"), Phrase("")),
    sqlite3.SQLITE_READONLY: (
        Phrase("the library {path} cannot be written to"),
        Phrase("check its permissions"),
    ),
    sqlite3.SQLITE_FULL: (
        Phrase("the disk of the library {path} is full"),
        Phrase("what was finished is kept"),
    ),
    sqlite3.SQLITE_BUSY: (
        Phrase("the library {path} is in use"),
        Phrase("wait until the other program is done"),
    ),
    sqlite3.SQLITE_CANTOPEN: (Phrase("the library {path} cannot be opened"), Phrase("check its permissions")),
    sqlite3.SQLITE_CORRUPT: (
        Phrase("the library {path} is damaged: {what}"),
        Phrase("move it away and add the articles again"),
    ),
}


class Database:
    """The database at ``path``: each thread has its own connection, errors are of one kind."""

    def __init__(
        self, path: Path, error: type[YinjuError] = LibraryError, wording: Wording = LIBRARY
    ) -> None:
        """Errors name the file, or in the wording of libraries its folder."""
        self.path = path
        self._error, self._wording = error, wording
        self._named = path.parent if wording is LIBRARY else path
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

    def whole(self, deep: bool = True) -> bool:
        """Whether SQLite can read the file and, ``deep``, finds nothing wrong in any part of it."""
        check = "PRAGMA quick_check(1)" if deep else "SELECT 'ok' FROM (SELECT count(*) FROM sqlite_schema)"
        try:
            found: tuple[str] = self._connection().execute(check).fetchone()
        except sqlite3.Error as error:
            if error.sqlite_errorcode & 0xFF in (sqlite3.SQLITE_CORRUPT, sqlite3.SQLITE_NOTADB):
                return False
            raise self._explain(error) from error
        return found == ("ok",)

    def _explain(self, error: sqlite3.Error) -> YinjuError:
        code = sqlite3.SQLITE_MISUSE
        if not isinstance(error, sqlite3.ProgrammingError):
            code = error.sqlite_errorcode & 0xFF
        if code == sqlite3.SQLITE_LOCKED:
            code = sqlite3.SQLITE_BUSY
        if code == sqlite3.SQLITE_CORRUPT or code not in self._wording:
            return self.damaged(str(error))
        message, hint = self._wording[code]
        return self._error(Phrase(message, path=self._named), hint)

    def damaged(self, what: str) -> YinjuError:
        message, hint = self._wording[sqlite3.SQLITE_CORRUPT]
        return self._error(Phrase(message, path=self._named, what=what), hint)


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
