"""Long work on the library in a folder, in a process of its own (`tui.jobs.process`). All of it blocks.

Each function runs one of `qa.session`, and raises the same errors.
"""

from __future__ import annotations

import os
import time
from collections.abc import Sequence
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from index.errors import KEPT, UsageError
from index.types import AddReport, Monitor, SyncReport, TaughtWord
from qa.settings import Settings
from tui.jobs.process import NOT_BEGUN, REPORT_SECONDS, Step, Watcher, run

if TYPE_CHECKING:
    from index.maintenance.findings import Finding
    from qa.session import Restored
    from qa.verify import Verdict


def add(library: Path, paths: Sequence[Path], watcher: Watcher) -> AddReport:
    """Add files and folders."""
    return run(partial(_add, library, list(paths)), watcher)


def sync(library: Path, dry_run: bool, watcher: Watcher) -> SyncReport:
    """Update the library from its files; ``dry_run`` only reports what would be done."""
    return run(partial(_sync, library, dry_run), watcher)


def examine(library: Path, fix: bool, watcher: Watcher) -> Sequence[Finding]:
    """Check the library; with ``fix``, repair what can be repaired."""
    return run(partial(_examine, library, fix), watcher)


def verify(history: Path, watcher: Watcher) -> Sequence[Verdict]:
    """Check the citations and pinned quotes in file ``history``, each in its own library."""
    return run(partial(_verify, history), watcher)


def teach(library: Path, word: str, same: Sequence[str], watcher: Watcher) -> TaughtWord:
    """Teach the library a word, and names that mean the same."""
    return run(partial(_teach, library, word, same), watcher)


def forget(library: Path, word: str, watcher: Watcher) -> TaughtWord:
    """Undo `teach`; returns what was forgotten."""
    return run(partial(_forget, library, word), watcher)


def back_up(library: Path, target: Path, watcher: Watcher) -> int:
    """Copy the library into the file ``target``; returns its size in bytes."""
    return run(partial(_back_up, library, target), watcher)


def restore(backup: Path, library: Path, watcher: Watcher) -> Restored:
    """Replace the library by a backup; the library is kept beside it."""
    return run(partial(_restore, backup, library), watcher)


def typed_file(typed: str) -> Path:
    """The file that a typed path means. Raises UsageError if it names none."""
    from qa.session import refuse_folder

    path = Path(os.path.abspath(os.path.expanduser(typed.strip())))
    if not typed.strip() or "\0" in typed:
        raise UsageError("name a file", "such as ~/library-backup.db")
    refuse_folder(path)
    return path


# In the process


def _add(library: Path, paths: Sequence[Path], watcher: Watcher) -> AddReport:
    from qa.session import Session, files_in

    watcher.tell(NOT_BEGUN)
    files = files_in(paths)
    read, told, kept = 0, 0.0, 0

    def done(stored: int, total: int) -> None:
        """Called after each file, and once more at the end."""
        nonlocal read, told, kept
        read, now, kept = min(read + 1, total), time.monotonic(), stored
        if now - told >= REPORT_SECONDS or stored == total:
            told = now
            watcher.tell(Step(read, stored, total, files[read].name if read < len(files) else ""))

    def page(number: int, total: int) -> None:
        name = files[read].name if read < len(files) else ""
        watcher.tell(Step(read, kept, len(files), f"{name} ({number}/{total})"))

    def rows(number: int, total: int) -> None:
        watcher.tell(Step(len(files), kept, len(files), f"{library.name} ({number:,}/{total:,})"))

    monitor = Monitor(done, watcher.cancelled, page, rows)
    with Session.open(Settings(library=library)) as session:
        monitor.check(KEPT)
        return session.add(paths, monitor)


def _sync(library: Path, dry_run: bool, watcher: Watcher) -> SyncReport:
    from qa.session import Session

    watcher.tell(NOT_BEGUN)
    with Session.open(Settings(library=library)) as session:
        return session.sync(dry_run=dry_run, unread=True, monitor=watcher.monitor())


def _examine(library: Path, fix: bool, watcher: Watcher) -> Sequence[Finding]:
    from qa import session

    watcher.tell(NOT_BEGUN)
    return session.examine(library, fix=fix, monitor=watcher.monitor())


def _verify(history: Path, watcher: Watcher) -> Sequence[Verdict]:
    from qa.verify import check_history

    monitor = watcher.monitor()
    found: list[Verdict] = []
    for verdict in check_history(history, None):
        monitor.check()
        found.append(verdict)
    return found


def _teach(library: Path, word: str, same: Sequence[str], watcher: Watcher) -> TaughtWord:
    from qa.session import Session

    with Session.open(Settings(library=library)) as session:
        return session.teach(word, same, watcher.monitor())


def _forget(library: Path, word: str, watcher: Watcher) -> TaughtWord:
    from qa.session import Session

    with Session.open(Settings(library=library)) as session:
        return session.forget(word, watcher.monitor())


def _back_up(library: Path, target: Path, watcher: Watcher) -> int:
    from qa.session import Session

    with Session.open(Settings(library=library)) as session:
        return session.back_up(target, watcher.monitor())


def _restore(backup: Path, library: Path, watcher: Watcher) -> Restored:
    from qa import session

    return session.restore(backup, library, watcher.monitor())
