"""Which files to add."""

from __future__ import annotations

import os
from collections.abc import Iterator, Sequence
from pathlib import Path

from index.errors import UsageError
from index.readers import SUFFIXES


def find_files(paths: Sequence[Path]) -> list[Path]:
    """The files named and the articles in the folders named, absolute, each once.

    UsageError: a path that is missing, or a folder without articles.
    """
    found: dict[Path, None] = {}
    for given in paths:
        path = Path(os.path.expanduser(given))
        if os.path.isdir(path):
            inside = list(_walk(path, set()))
            if not inside:
                raise UsageError(
                    "no articles found in {path}",
                    "they end in {suffixes}",
                    path=path,
                    suffixes=" ".join(sorted(SUFFIXES)),
                )
            found.update(dict.fromkeys(inside))
        elif os.path.exists(path):
            found[path.resolve()] = None
        else:
            raise UsageError("there is no file or folder {path}", path=path)
    return list(found)


def _walk(folder: Path, seen: set[tuple[int, int]]) -> Iterator[Path]:
    """Articles in a folder by name, hidden ones left out; a folder met again is not entered.

    A folder that may not be looked into comes itself, so that reading it reports it.
    """
    try:
        facts, entries = folder.stat(), sorted(folder.iterdir())
    except OSError:
        yield folder.absolute()
        return
    if (facts.st_dev, facts.st_ino) in seen:
        return
    seen.add((facts.st_dev, facts.st_ino))
    for entry in entries:
        if entry.name.startswith("."):
            continue
        if os.path.isdir(entry):
            yield from _walk(entry, seen)
        elif entry.suffix.lower() in SUFFIXES and os.path.isfile(entry):
            yield entry.resolve()
