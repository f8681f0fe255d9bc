"""A library checked, backed up and restored, in a process of its own (`jobs.process`). All of it blocks."""

from __future__ import annotations

import os
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from index.errors import LibraryError, UsageError
from index.types import LibraryStatus
from tui.jobs import process
from tui.jobs.process import NOT_BEGUN, Tell

if TYPE_CHECKING:
    from index.maintenance.findings import Finding


@dataclass(frozen=True, slots=True)
class Restored:
    """What the library holds now; ``kept`` is where what was there before lies, None where nothing was."""

    status: LibraryStatus
    kept: Path | None


def examine(library: Path, fix: bool, tell: Tell, cancelled: Callable[[], bool]) -> Sequence[Finding]:
    """What `index.maintenance.doctor.Doctor` finds in this folder; with ``fix`` it mends what it can."""
    return process.run(partial(_examine, library, fix), tell, cancelled)


def back_up(library: Path, target: Path, tell: Tell, cancelled: Callable[[], bool]) -> int:
    """Copy the library into the file ``target``; returns its size in bytes."""
    return process.run(partial(_back_up, library, target), tell, cancelled)


def restore(backup: Path, library: Path, tell: Tell, cancelled: Callable[[], bool]) -> Restored:
    """Put a backup in the place of the library in this folder, which is kept."""
    return process.run(partial(_restore, backup, library), tell, cancelled)


def typed_file(typed: str) -> Path:
    """The file that a typed path means. UsageError: it names none."""
    path = Path(os.path.abspath(os.path.expanduser(typed.strip())))
    if not typed.strip() or "\0" in typed:
        raise UsageError("name a file", "such as ~/library-backup.db")
    if path.is_dir():
        raise UsageError("{path} is a folder", "name a file in it, such as library-backup.db", path=path)
    return path


# In the process


def _examine(library: Path, fix: bool, tell: Tell, cancelled: Callable[[], bool]) -> Sequence[Finding]:
    from index.maintenance.doctor import Doctor

    tell(NOT_BEGUN)
    return Doctor(library, fix=fix, monitor=process.counting(tell, cancelled)).examine()


def _back_up(path: Path, target: Path, tell: Tell, cancelled: Callable[[], bool]) -> int:
    from index.library import Library
    from index.storage.store import Store

    if target.exists():  # nothing but a backup is written over
        try:
            Store(target).close()
        except LibraryError:
            raise UsageError("{path} exists and is no backup", "give another name", path=target) from None
    with Library.open(path) as library:
        library.back_up(target, monitor=process.counting(tell, cancelled))
    return target.stat().st_size


def _restore(backup: Path, path: Path, tell: Tell, cancelled: Callable[[], bool]) -> Restored:
    from index.library import Library
    from index.maintenance.restore import restore as put_back

    kept = put_back(backup, path, process.counting(tell, cancelled))
    with Library.open(path) as library:
        library.upgrade_if_needed()
        _ = library.generation  # builds the search indexes
        return Restored(library.status(), kept)
