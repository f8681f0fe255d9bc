"""One writer at a time, across threads and processes."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import apsw

from index.errors import Busy, Inaccessible, Phrase
from index.storage.database import LIBRARY_ERRORS, lacks_locks, primary_code
from index.storage.folder import can_lock, make_private

#: Errors whose texts are those of other writes to a library.
_TOLD = frozenset(
    {apsw.SQLITE_FULL, apsw.SQLITE_IOERR, apsw.SQLITE_READONLY, apsw.SQLITE_CANTOPEN, apsw.SQLITE_NOLFS}
)


class Unwritable(Inaccessible):
    """The folder cannot be written to."""


@contextmanager
def write_lock(folder: Path, wait: float = 0.0) -> Iterator[None]:
    """Holds the library's write lock; waits up to ``wait`` seconds for it.

    It is SQLite's own lock on an empty database. That works on every system, and the system releases it when
    the process ends, however it ends. Busy: another program holds it. Unwritable: the folder cannot be
    written to.

    Whoever writes to a library makes it private, too.
    """
    file = folder / "write.lock"
    # SQLite grants a "lock" on a file it can only read, so writability is tested first.
    if not all(_writable(path) for path in (folder, file) if path.exists()):
        raise Unwritable("the library {path} cannot be written to", "check its permissions", path=folder)
    connection = None
    try:
        connection = apsw.Connection(str(file))
        try:
            connection.execute("BEGIN EXCLUSIVE")
        except apsw.BusyError:
            if not (wait and can_lock(folder)):
                raise
            connection.set_busy_timeout(int(wait * 1000))
            connection.execute("BEGIN EXCLUSIVE")
    except apsw.Error as error:
        if connection is not None:
            connection.close()
        code = apsw.SQLITE_NOLFS if lacks_locks(error, folder) else primary_code(error, folder)
        if code == apsw.SQLITE_BUSY:
            raise Busy(
                "another qa add or remove is working on the library {path}",
                "wait until it is done",
                path=folder,
            ) from error
        if code in _TOLD:
            _, message, hint = LIBRARY_ERRORS[code]
            raise Unwritable(Phrase(message, path=folder, what=str(error)), hint) from error
        raise Unwritable("{file} cannot be locked: {error}", "remove it", file=file, error=error) from error
    try:
        make_private(folder)
        yield
    finally:
        make_private(folder)
        connection.close()


def _writable(path: Path) -> bool:
    return os.access(path, os.W_OK, effective_ids=os.access in os.supports_effective_ids)
