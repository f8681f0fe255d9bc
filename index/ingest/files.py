"""Finds the files to add, and opens them. Only regular files are opened, whatever a name says."""

from __future__ import annotations

import os
import stat
from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from io import FileIO
from pathlib import Path

from index.errors import ReadError, UsageError
from index.readers.registry import all_suffixes, is_article, kind_of
from index.types import told_kinds

#: If a FIFO replaces the file at the last moment, opening it must not block.
_FLAGS = getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_NOCTTY", 0)


@dataclass(slots=True)
class Listing:
    """Articles found in folders: absolute paths without links, in the order found.

    ``passed_over`` are the other files, with their suffix in lower case or "".
    ``unreadable`` has the folders that could not be read, with the reason.
    """

    files: dict[str, None] = field(default_factory=dict)
    passed_over: dict[str, str] = field(default_factory=dict)
    unreadable: dict[str, OSError] = field(default_factory=dict)
    _met: set[tuple[int, int]] = field(default_factory=set)

    def add_folder(self, folder: str) -> None:
        """Lists the articles in a folder by name. Hidden ones are skipped; no folder is entered twice."""
        waiting = [self._entries(os.path.realpath(folder))]  # no recursion: folders may be nested deeply
        while waiting:
            for path, is_folder in waiting[-1]:
                if is_folder:
                    waiting.append(self._entries(path))
                    break
                self.files[path] = None
            else:
                waiting.pop()

    def _entries(self, folder: str) -> Iterator[tuple[str, bool]]:
        """The articles and folders directly in ``folder``, each with whether it is a folder."""
        try:
            status = os.stat(folder)
            if (status.st_dev, status.st_ino) in self._met:
                return
            self._met.add((status.st_dev, status.st_ino))
            with os.scandir(folder) as scan:
                entries = sorted(scan, key=lambda entry: entry.name)
        except OSError as error:
            self.unreadable[folder] = error
            return
        for entry in entries:
            if entry.name.startswith("."):
                continue
            path = os.path.join(folder, entry.name)
            try:
                if entry.is_symlink():
                    path = os.path.realpath(path)
                    is_folder, is_file = os.path.isdir(path), os.path.isfile(path)
                else:
                    is_folder, is_file = entry.is_dir(), entry.is_file()
            except OSError as error:
                self.unreadable[path] = error
                continue
            if is_folder or (is_file and is_article(entry.name)):
                yield path, is_folder
            elif is_file:
                self.passed_over[path] = kind_of(entry.name)

    def kinds_passed_over(self) -> dict[str, int]:
        """How many files of each suffix were passed over."""
        return dict(Counter(self.passed_over.values()).most_common())


def find_files(paths: Sequence[Path]) -> tuple[list[Path], dict[str, int]]:
    """The named files, and the articles in the named folders: absolute paths, each once.

    With it come the numbers of other files in the folders, by suffix.

    A folder that cannot be read is returned itself, so that reading it reports the reason. UsageError: a path
    is missing, or a folder holds no articles.
    """
    found = Listing()
    for given in paths:
        path = os.path.expanduser(given)
        if os.path.isdir(path):
            listing = Listing()
            listing.add_folder(path)
            if not listing.files and not listing.unreadable:
                kinds = told_kinds(listing.kinds_passed_over())
                raise UsageError(
                    "no articles found in {path}",
                    "passed over: {kinds}; articles end in {suffixes}" if kinds else "they end in {suffixes}",
                    path=path,
                    kinds=", ".join(kinds),
                    suffixes=" ".join(sorted(all_suffixes() - {".json"})),
                )
            found.files |= listing.files | dict.fromkeys(listing.unreadable)
            found.passed_over |= listing.passed_over
        elif os.path.exists(path):
            found.files[os.path.realpath(path)] = None
        else:
            raise UsageError("there is no file or folder {path}", path=path)
    for path in found.files:
        found.passed_over.pop(path, None)  # it is named itself
    return [Path(path) for path in found.files], found.kinds_passed_over()


def folders_of(paths: Sequence[Path]) -> list[str]:
    """Those of ``paths`` that are folders, absolute and without links."""
    expanded = map(os.path.expanduser, paths)
    return [os.path.realpath(path) for path in expanded if os.path.isdir(path)]


def stat_regular(path: str | Path) -> os.stat_result:
    """`os.stat` of a regular file. ReadError: it is a folder, device or pipe. OSError: it cannot be read."""
    status = os.stat(path)
    if stat.S_ISDIR(status.st_mode):
        raise ReadError("the folder may not be looked into")
    if not stat.S_ISREG(status.st_mode):
        raise ReadError("it is not a regular file")
    return status


@contextmanager
def open_regular(path: str | Path) -> Iterator[FileIO]:
    """Opens a regular file for reading, unbuffered. Raises ReadError and OSError as `stat_regular` does."""
    stat_regular(path)
    with open(path, "rb", buffering=0, opener=lambda name, flags: os.open(name, flags | _FLAGS)) as file:
        if not stat.S_ISREG(os.fstat(file.fileno()).st_mode):
            raise ReadError("it is not a regular file")
        yield file
