"""The folder of a library: which path it can have, what is in the way, who may look into it, and
whether its files can be locked.
"""

from __future__ import annotations

import errno
import os
import stat
import sys
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from index.errors import Inaccessible, LibraryError, Phrase, UsageError

DATABASE = "library.db"
#: SQLite takes paths of 1,024 bytes. No file of a library has a name as long as the rest.
_LONGEST = 960
#: How the names begin of what Yinju puts into the folder.
_OWN = ("library", ".library", "write.lock", "manifest.", "lexical-", "vectors-")
#: What locking a file fails with where the file system has no locks.
_NO_LOCKS = frozenset({errno.ENOLCK, errno.ENOSYS, errno.ENOTSUP, errno.EOPNOTSUPP, errno.EINVAL})


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
    """Raises an error unless there is a database that may be opened.

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


@contextmanager
def made_folder(folder: Path) -> Iterator[None]:
    """Makes the folder of a new library. If the library is not made, the folder goes again.

    LibraryError: it cannot be made, or it holds other files and no library.
    """
    missing = [path for path in (folder, *folder.parents) if not os.path.lexists(path)]
    try:
        # A run killed just here leaves the lock and an unfinished database, which do not count.
        others = os.path.isdir(folder) and not os.path.exists(folder / DATABASE) and os.listdir(folder)
        if others and any(not name.startswith((".", "write.lock")) for name in others):
            raise LibraryError(
                "{path} is no library and not empty", "give an empty or new folder to --library", path=folder
            )
        folder.mkdir(0o700, parents=True, exist_ok=True)
    except OSError as error:
        raise cannot_be_made(folder, error) from error
    try:
        yield
    except BaseException:  # Ctrl+C, too, leaves no empty folder
        with suppress(OSError):  # somebody else has put something there
            if missing and not os.path.exists(folder / DATABASE):
                (folder / "write.lock").unlink(missing_ok=True)
                for path in missing:
                    path.rmdir()
        raise


def cannot_be_made(folder: Path, error: Exception) -> LibraryError:
    """Why a library cannot be made in ``folder``."""
    for path in (folder, *folder.parents):
        if os.path.lexists(path) and not os.path.isdir(path):
            return LibraryError(
                "the library {path} cannot be made: {file} is a file",
                "check --library",
                path=folder,
                file=path,
            )
    reason = getattr(error, "strerror", None) or error
    text = Phrase("the library {path} cannot be made: {reason}", path=folder, reason=reason)
    kind = Inaccessible if isinstance(error, PermissionError) else LibraryError
    return kind(text, Phrase("check --library"))


def make_private(folder: Path) -> None:
    """Lets nobody but their owner get at the folder and at what Yinju has put into it.

    A folder that is private protects what is written there until the next call.
    """
    _close(os.path.realpath(folder))
    with suppress(OSError):  # whoever goes on to write is told
        with os.scandir(folder) as entries:
            own = [entry for entry in entries if entry.name.startswith(_OWN)]
        for entry in own:
            _close(entry.path)
            if entry.is_dir(follow_symlinks=False):
                for name in os.listdir(entry):
                    _close(os.path.join(entry, name))


def _close(path: str) -> None:
    with suppress(OSError):  # it is gone, somebody else's, or on a file system without permissions
        mode = os.lstat(path).st_mode
        if mode & 0o077 and (stat.S_ISREG(mode) or stat.S_ISDIR(mode)):
            os.chmod(path, mode & 0o700)


def create_private(path: Path) -> None:
    """Makes an empty file that nobody but its owner can read. OSError: it cannot be made."""
    os.close(os.open(path, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600))


def can_lock(folder: Path) -> bool:
    """Whether files in the folder can be locked; True where that cannot be found out.

    It is tried on a file that SQLite does not lock: closing one that it does would release SQLite's locks.
    """
    if sys.platform == "win32":
        return True
    import fcntl
    from tempfile import TemporaryFile

    manifest = folder / "manifest.json"
    try:
        with manifest.open("rb") if manifest.exists() else TemporaryFile(dir=folder) as file:
            fcntl.lockf(file, fcntl.LOCK_SH | fcntl.LOCK_NB)
    except OSError as error:
        return error.errno not in _NO_LOCKS
    return True
