"""The folder of a library: which path it can have, what is in the way, and who may look into it."""

from __future__ import annotations

import os
import stat
from contextlib import suppress
from pathlib import Path

from index.errors import Inaccessible, LibraryError, UsageError

#: SQLite takes paths of 1,024 bytes. No file of a library has a name as long as the rest.
_LONGEST = 960
#: How the names begin of what Yinju puts into the folder.
_OWN = ("library", ".library", "write.lock", "manifest.", "lexical-", "vectors-")


def refuse_impossible(folder: Path) -> None:
    """UsageError: no library can be in ``folder``, whatever is there."""
    path = str(folder)
    if "\0" in path:
        raise UsageError("the path of a library cannot have a null character", "check --library")
    try:
        longest = len(path.encode())
    except UnicodeEncodeError as error:  # tantivy cannot open it
        raise UsageError(
            "the path of a library must be UTF-8: {path}", "check --library", path=folder
        ) from error
    if longest > _LONGEST or any(len(part.encode()) > 255 for part in folder.parts):
        raise UsageError("the path is too long for a library: {path}", "check --library", path=folder)


def require_file(database: Path) -> None:
    """Whether there is a database to open.

    LibraryError: there is none. Inaccessible: it may not be read, or its disk fails.
    """
    folder = database.parent
    try:
        regular = stat.S_ISREG(os.stat(database).st_mode)
        readable = os.access(database, os.R_OK, effective_ids=os.access in os.supports_effective_ids)
    except (FileNotFoundError, NotADirectoryError):
        if not os.path.lexists(folder):
            raise LibraryError(
                "there is no library at {path}", "qa add PATH makes one", path=folder
            ) from None
        regular = False
    except PermissionError:
        regular, readable = True, False
    except OSError as error:
        raise Inaccessible(
            "the library {path} cannot be opened: {reason}", path=folder, reason=error.strerror or error
        ) from error
    if not regular:
        raise LibraryError("{path} is not a library", "qa add PATH makes one", path=folder)
    if not readable:
        raise Inaccessible("the library {path} cannot be opened", "check its permissions", path=folder)


def make_private(folder: Path) -> None:
    """Lets nobody but their owner get at the folder and at what Yinju has put into it.

    A folder that is private protects what is written there until the next call.
    """
    _close(os.path.realpath(folder))
    with suppress(OSError):  # whoever goes on to write is told
        for entry in os.scandir(folder):
            if entry.name.startswith(_OWN):
                _close(entry.path)
                if entry.is_dir(follow_symlinks=False):
                    for file in os.scandir(entry):
                        _close(file.path)


def _close(path: str) -> None:
    with suppress(OSError):  # it is gone, somebody else's, or on a file system without permissions
        mode = os.lstat(path).st_mode
        if mode & 0o077 and (stat.S_ISREG(mode) or stat.S_ISDIR(mode)):
            os.chmod(path, mode & 0o700)


def create_private(path: Path) -> None:
    """Makes an empty file that nobody but its owner can read. OSError: it cannot be made."""
    os.close(os.open(path, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600))
