"""Libraries that cannot be written to: asking works as ever, changing is refused in one line.

By permissions, which the program is made to heed where this runs as root, and on a file system that is
mounted read-only, where this may mount one.
"""

from __future__ import annotations

import json
import os
import random
import shutil
import sqlite3
import subprocess
from collections.abc import Callable, Iterator
from contextlib import contextmanager, nullcontext
from functools import partial
from pathlib import Path

from torture_disk import may_mount
from torture_result import Result
from torture_story import Program, Step, Story, failed, one_clear_line
from torture_truth import Change, Oracle, Wrong, demand, told

#: Root without the right to write where permissions do not allow it.
_HEED = ("setpriv", "--bounding-set=-dac_override,-dac_read_search,-fowner")


class ReadOnlyRun:
    """One library after the other, each brought into some state, locked in some way and looked at."""

    def __init__(self, seed: str, scratch: Path, oracle: Oracle, result: Result) -> None:
        self._rng, self._oracle, self.result = random.Random(seed), oracle, result
        self._scratch, self._library = scratch, scratch / "library"
        scratch.mkdir(parents=True, exist_ok=True)
        self._program = Program(scratch)
        self._story = Story(self._rng, scratch / "articles")

    def round(self) -> None:
        """Every state with every lock."""
        locks: dict[str, Callable[[Path], object]] = {}
        if os.geteuid() != 0 or shutil.which(_HEED[0]):
            locks["the folder may not be written to"] = partial(_folder, 0o555)
            locks["the files may not be written to"] = partial(_files, 0o444)
            locks["neither may be written to"] = _both
        else:
            self.result.counts["without setpriv, root heeds no permissions"] = 1
        if may_mount():
            locks["it is mounted read-only"] = _mounted
        for state in (_plain, _behind, self._unmerged):
            for how, lock in locks.items():
                self._story = Story(self._rng, self._scratch / f"articles{self.result.counts['libraries']}")
                shutil.rmtree(self._library, ignore_errors=True)
                for _ in range(self._rng.randrange(2, 5)):
                    self._write()
                state(self._library)
                name = f"{how}, {state.__name__.strip('_')}"
                self._trial(name, lock, self._look_or_refused if state == self._unmerged else self._look)
        if "the folder may not be written to" in locks:
            self._trial("the folder may not be looked into", partial(_folder, 0o000), self._refused)
            shutil.rmtree(self._library)
            self._library.mkdir()
            self._trial("an empty folder may not be written to", partial(_folder, 0o555), self._refused)

    def _write(self, step: Step | None = None) -> None:
        step = step or self._story.next()
        ran = self._program.run(self._library, *step.args)
        demand(step.reported(ran.stdout), failed(ran))
        self._story.settle(step, step.change.after, True)

    def _unmerged(self, library: Path) -> None:
        """The last changes stand in SQLite's log: somebody was reading, and all were killed."""
        kept = self._scratch / "kept"
        reader = sqlite3.connect(library / "library.db", isolation_level=None)
        try:
            reader.execute("BEGIN")
            reader.execute("SELECT count(*) FROM articles").fetchone()
            self._write()
            self._write(self._story.add_new(9))
            shutil.copytree(library, kept, ignore=shutil.ignore_patterns("*-shm"))
        finally:
            reader.close()
        demand((kept / "library.db-wal").stat().st_size > 0, "the log holds nothing")
        shutil.rmtree(library)
        kept.rename(library)

    def _trial(self, name: str, lock: Callable[[Path], object], look: Callable[[Program], None]) -> None:
        heed = os.geteuid() == 0 and lock is not _mounted
        program = Program(self._scratch, prefix=_HEED if heed else ())
        self.result.counts["libraries"] += 1
        try:
            locked = lock(self._library)
            with locked if locked is not None else nullcontext():  # type: ignore[attr-defined]
                look(program)
        except Exception as error:
            self.result.add_wrong(f"{name}: {error!r}")
        finally:
            _folder(0o755, self._library)
            _files(0o644, self._library)

    def _look_or_refused(self, program: Program) -> None:
        """What cannot be read without writing may be refused, but never be left out in silence."""
        ran = program.run(self._library, "list", "--json")
        if ran.returncode == 0:
            return self._look(program)
        one_clear_line(ran)
        self.result.counts["refused to read"] += 1
        for question in self._story.questions(1):
            one_clear_line(program.run(self._library, "ask", question))
        self._refused(program)

    def _look(self, program: Program) -> None:
        """Asks, lists, and is refused to change anything."""
        state = self._story.state
        ran = program.run(self._library, "list", "--json")
        demand(ran.returncode == 0, f"list: {failed(ran)}")
        listed = {article["path"] for article in json.loads(ran.stdout)["articles"]}
        demand(listed == set(state.articles), f"{len(state.articles)} articles, listed are {len(listed)}")
        copy = self._scratch / "copy"
        shutil.rmtree(copy, ignore_errors=True)
        shutil.copytree(self._library, copy)
        _folder(0o755, copy)
        _files(0o644, copy)
        questions = self._story.questions(2)
        with self._oracle.open(copy) as library:
            self._oracle.settle(library, Change(state, state), True)
            expected = self._oracle.check_search(library, state, questions)
        for question in questions:
            ran = program.run(self._library, "ask", question, "--json")
            demand(ran.returncode in (0, 1), f"ask: {failed(ran)}")
            answer = told(json.loads(ran.stdout), state)
            demand(answer == expected[question], f"{question}: {answer}, not {expected[question]}")
            self.result.counts["asked"] += 1
        self._refused(program)

    def _refused(self, program: Program) -> None:
        commands = [self._story.add_new().args]
        if self._story.state.articles:
            first = min(self._story.state.articles)
            commands += [("remove", first), ("words", "add", "青岚", "Velmin")]
        for args in commands:
            one_clear_line(program.run(self._library, *args))
            self.result.counts["refused"] += 1


def _plain(library: Path) -> None:
    """All was well."""


def _behind(library: Path) -> None:
    """The indexes are behind."""
    (library / "manifest.json").unlink(missing_ok=True)


def _folder(mode: int, library: Path) -> None:
    library.chmod(mode)


def _files(mode: int, library: Path) -> None:
    for path in library.rglob("*"):
        path.chmod(mode | 0o111 if path.is_dir() else mode)


def _both(library: Path) -> None:
    _files(0o444, library)
    _folder(0o555, library)


@contextmanager
def _mounted(library: Path) -> Iterator[None]:
    subprocess.run(["mount", "--bind", str(library), str(library)], check=True)
    try:
        subprocess.run(["mount", "-o", "remount,bind,ro", str(library)], check=True)
        yield
    finally:
        subprocess.run(["umount", str(library)], check=True)


def run(seed: str, rounds: int, scratch: Path, oracle: Oracle) -> Result:
    """So many rounds of every state with every lock."""
    result = Result()
    for number in range(rounds):
        try:
            ReadOnlyRun(f"{seed}.{number}", scratch / f"round{number}", oracle, result).round()
        except Wrong as wrong:
            result.add_wrong(f"seed {seed}.{number}: {wrong}")
    return result
