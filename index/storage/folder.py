"""The folder of a library: which path it can have, and what is in the way."""

from __future__ import annotations

import os
import stat
from pathlib import Path

from index.errors import Inaccessible, LibraryError, UsageError

#: SQLite takes paths of 1,024 bytes. No file of a library has a name as long as the rest.
_LONGEST = 960


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
