"""Adding articles, and taking in what changed on disk, in a process of its own (`tui.jobs.process`)."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from functools import partial
from pathlib import Path

from index.errors import Phrase
from index.types import AddReport, Monitor, SyncReport
from tui.jobs import process
from tui.jobs.process import NOT_BEGUN, OFTEN, Step, Tell


def add(library: Path, paths: Sequence[Path], tell: Tell, cancelled: Callable[[], bool]) -> AddReport:
    """Add files and folders to the library in this folder; blocks. Raises what `Library.add` raises."""
    return process.run(partial(_add, library, list(paths)), tell, cancelled)


def sync(library: Path, dry_run: bool, tell: Tell, cancelled: Callable[[], bool]) -> SyncReport:
    """Bring the library in this folder into step with its files; blocks. Raises what `Library.sync` raises.

    ``dry_run`` only tells what would be done.
    """
    return process.run(partial(_sync, library, dry_run), tell, cancelled)


# In the process


def _add(path: Path, paths: Sequence[Path], tell: Tell, cancelled: Callable[[], bool]) -> AddReport:
    from index.ingest.files import find_files
    from index.library import Library

    tell(NOT_BEGUN)
    files = find_files(paths)
    read, told = 0, 0.0

    def progress(stored: int, total: int) -> None:
        """Called after each file, and once more at the end."""
        nonlocal read, told
        read, now = min(read + 1, total), time.monotonic()
        if now - told >= OFTEN or stored == total:
            told = now
            tell(Step(read, stored, total, files[read].name if read < len(files) else ""))

    monitor = Monitor(progress, cancelled)
    with Library.open(path) as library:
        monitor.check(Phrase("what was finished is kept"))
        return library.add(paths, monitor=monitor)


def _sync(path: Path, dry_run: bool, tell: Tell, cancelled: Callable[[], bool]) -> SyncReport:
    from index.library import Library

    tell(NOT_BEGUN)
    with Library.open(path) as library:
        return library.sync(dry_run=dry_run, monitor=process.counting(tell, cancelled))
