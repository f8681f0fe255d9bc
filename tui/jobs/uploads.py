"""Uploaded files, kept beside the library that their articles are added to.

An update from disk would take articles without files for removed, and a damaged database is read again from
the files. In the library's own folder they go where the library goes. A library on a server has a folder for
them on this machine.
"""

from __future__ import annotations

import filecmp
import os
import shutil
from collections.abc import Sequence
from itertools import chain, count
from pathlib import Path
from urllib.parse import quote

from index.address import LibraryUrl
from index.errors import LibraryError
from qa.settings import default_library

_FOLDER = "uploads"


def keep(library: Path, files: Sequence[Path]) -> list[Path]:
    """Moves ``files`` into the folder for uploads of the library; returns where they are.

    A file of the same name stays; the new one gets a number, unless both are the same. LibraryError: they
    cannot be moved.
    """
    folder = library / _FOLDER
    try:
        if isinstance(library, LibraryUrl):
            folder = default_library().with_name(_FOLDER) / quote(str(library), "")
            folder.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        folder.mkdir(mode=0o700, exist_ok=True)
        kept = [_copied(file, folder) for file in files]
        for file in files:
            file.unlink()
        return kept
    except OSError as error:
        raise LibraryError(
            "the uploaded files cannot be kept in {path}: {reason}",
            path=folder,
            reason=error.strerror or str(error),
        ) from error


def _copied(file: Path, folder: Path) -> Path:
    names = (f"{file.stem} ({number}){file.suffix}" for number in count(2))
    for target in (folder / name for name in chain([file.name], names)):
        try:
            copy = os.open(target, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        except FileExistsError:
            if target.is_file() and filecmp.cmp(file, target, shallow=False):
                return target
            continue
        try:
            with file.open("rb") as source, open(copy, "wb") as kept:
                shutil.copyfileobj(source, kept)
        except OSError:
            target.unlink(missing_ok=True)
            raise
        return target
    raise AssertionError("names do not end")
