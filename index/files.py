"""Which files to add."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path

from index.errors import UsageError
from index.readers import SUFFIXES


def find_files(paths: Sequence[Path]) -> list[tuple[Path, bool]]:
    """The files to add, each once, and whether it was named itself (rather than its folder)."""
    found: dict[Path, bool] = {}
    for given in paths:
        path = Path(given).expanduser()
        if path.is_dir():
            inside = list(_walk(path, set()))
            if not inside:
                raise UsageError(f"no articles found in {path}", f"they end in {' '.join(sorted(SUFFIXES))}")
            for file in inside:
                found.setdefault(file, False)
        elif path.exists():
            found[path.resolve()] = True
        else:
            raise UsageError(f"there is no file or folder {path}")
    return list(found.items())


def _walk(folder: Path, seen: set[tuple[int, int]]) -> Iterator[Path]:
    """Articles in a folder by name, hidden ones left out; a folder met again is not entered."""
    try:
        facts = folder.stat()
        entries = sorted(folder.iterdir())
    except OSError:
        return  # a folder we may not look into holds nothing for us
    if (facts.st_dev, facts.st_ino) in seen:
        return
    seen.add((facts.st_dev, facts.st_ino))
    for entry in entries:
        if entry.name.startswith("."):
            continue
        if entry.is_dir():
            yield from _walk(entry, seen)
        elif entry.suffix.lower() in SUFFIXES and entry.is_file():
            yield entry.resolve()
