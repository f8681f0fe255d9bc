"""Random commands on one library, the faults that strike them, and what each command must leave behind.

Hypothesis chooses the commands. It does not shrink what it finds: an instant does not come back.
"""

from __future__ import annotations

import json
import os
import random
import shutil
import sqlite3
import subprocess
import sys
import tempfile
from abc import ABC, abstractmethod
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import wraps
from pathlib import Path
from typing import Any

from hypothesis import HealthCheck, Phase, seed, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, rule, run_state_machine_as_test
from torture import articles
from torture.oracle import Change, Oracle, State, Wrong, demand

from index.readers.registry import read_bytes

ROOT = Path(__file__).resolve().parents[2]
#: The articles that a library is kept at, about; the paragraphs of a big article; the commands of a library.
MANY, BIG, COMMANDS = 50, 100, 50


class Program:
    """The real program, in processes that know nothing of this machine's user."""

    def __init__(self, home: Path, environ: Mapping[str, str] | None = None, *prefix: str) -> None:
        """``prefix``: the command that starts the program, such as ``setpriv``."""
        home.mkdir(parents=True, exist_ok=True)
        foreign = ("QA_", "XDG_", "PYTHON")
        kept = {name: value for name, value in os.environ.items() if not name.startswith(foreign)}
        own = {"HOME": str(home), "PYTHONPATH": str(ROOT), "OMP_NUM_THREADS": "1"}
        self._environ, self._prefix = {**kept, **own, **(environ or {})}, prefix

    def start(self, library: Path, *args: str, **more: Any) -> subprocess.Popen[str]:
        line = [*self._prefix, sys.executable, "-m", "qa", *args, "--library", str(library)]
        pipe = subprocess.PIPE
        return subprocess.Popen(line, stdout=pipe, stderr=pipe, text=True, env=self._environ, cwd="/", **more)

    def run(self, library: Path, *args: str, **more: Any) -> subprocess.CompletedProcess[str]:
        return ended(self.start(library, *args, **more))


def ended(process: subprocess.Popen[str]) -> subprocess.CompletedProcess[str]:
    out, err = process.communicate(timeout=300)
    return subprocess.CompletedProcess(process.args, process.returncode, out, err)


def failed(ran: subprocess.CompletedProcess[str]) -> str:
    """Exit code and output of a command that should have ended in another way."""
    return f"exit code {ran.returncode}: {ran.stdout[-500:]} {ran.stderr[-1000:]}"


def demand_refusal(ran: subprocess.CompletedProcess[str]) -> None:
    """Raises Wrong unless the program refused, in one line."""
    lines = ran.stderr.strip().splitlines()
    clear = ran.returncode in (3, 4, 5) and len(lines) == 1 and lines[0].startswith("qa: ")
    demand(clear, f"not refused in one clear line: {failed(ran)}")


def copy(folder: Path, target: Path) -> Path:
    """Makes ``target`` a copy of ``folder``, and returns it. SQLite makes its -shm file anew."""
    shutil.rmtree(target, ignore_errors=True)
    return Path(shutil.copytree(folder, target, ignore=shutil.ignore_patterns("*-shm")))


@contextmanager
def reading(library: Path) -> Iterator[None]:
    """A reader keeps the last changes in SQLite's log.

    When it closes, SQLite writes the log to the database without our checksums. So go on with a copy.
    """
    reader = sqlite3.connect(library / "library.db", isolation_level=None)
    try:
        reader.execute("BEGIN")
        reader.execute("SELECT count(*) FROM articles").fetchone()
        yield
    finally:
        reader.close()


@dataclass(frozen=True)
class Step:
    """One command, and the ``change`` that it makes to the library."""

    name: str
    args: tuple[str, ...]
    change: Change

    def reported(self, out: str) -> bool:
        """Whether ``out`` reports the whole change as done. Raises Wrong if it reports another change."""
        try:
            told = json.loads(out)
        except ValueError:
            return False
        if "error" in told:  # with --json, a refusal is an object, too
            return False
        if self.name.startswith("add"):
            paths = {*told["added"], *told["updated"], *told["unchanged"]}
            before = self.change.before.articles
            due = {path for path, parsed in self.change.after.articles.items() if before.get(path) != parsed}
            demand(not told["skipped"] and due <= paths, f"not all of {sorted(due)} is reported: {out}")
        return True

    def done(self, ran: subprocess.CompletedProcess[str]) -> bool:
        """Whether it reported success. `ask` exits with 1 for no answer, `doctor` with 3 for a full disk."""
        right = {"ask": (0, 1), "doctor": (0, 3)}.get(self.name, (0,))
        return ran.returncode in right and self.reported(ran.stdout)


@dataclass
class Block:
    """A share of the work of a part. It ends when ``counts[what]`` reaches ``times``."""

    what: str
    times: int
    seed: str
    scratch: Path
    oracle: Oracle
    counts: Counter[str] = field(default_factory=Counter)
    wrong: list[str] = field(default_factory=list)

    @property
    def over(self) -> bool:
        return bool(self.wrong) or self.counts[self.what] >= self.times

    def most(self, what: str, number: int) -> None:
        self.counts[f"most {what}"] = max(number, self.counts[f"most {what}"])


class Fault(ABC):
    """A fault that strikes the commands of one library."""

    def __init__(self, to: Commands) -> None:
        self.to, self.rng, self.counts, self.oracle = to, to.rng, to.block.counts, to.block.oracle

    @abstractmethod
    def perform(self, step: Step) -> None:
        """Runs ``step``, checks what it left, and tells it to ``to.settle``. Raises Wrong for a loss."""

    def close(self) -> None:  # noqa: B027  # most faults leave nothing behind
        """Removes what must not outlive the library."""


def command(needs: Callable[[Any], object] = lambda _: True) -> Callable[[Callable[[Any], Step]], Any]:
    """A rule that runs the command which the function makes, or adds articles unless ``needs`` holds.

    It has no precondition: what Hypothesis draws must not depend on what a kill left of the library.
    """

    def decorate(make: Callable[[Commands], Step]) -> Any:
        @rule()
        @wraps(make)
        def run(self: Commands) -> None:
            held = len(self.state.articles)
            if self.works and held > MANY:
                self.perform(self.remove_step(self.rng.sample(sorted(self.state.articles), held - MANY // 3)))
            elif self.works:
                self.perform(make(self) if held and needs(self) else self.new_step(9 if not held else 6))

        return run

    return decorate


class Commands(RuleBasedStateMachine):
    """Commands on one library, and their articles. ``state`` is what the library holds."""

    block: Block
    fault_of: Callable[[Commands], Fault]

    @initialize(number=st.integers(0, 2**32))
    def begin(self, number: int) -> None:
        self.state, self.told, self.rests = State(), list[str](), self.block.over
        if self.rests:
            return
        self.rng = random.Random(f"{self.block.seed}.{number}")
        self.folder = Path(tempfile.mkdtemp(prefix="library-", dir=self.block.scratch)).resolve()
        self.base = self.folder / "disk"
        self.base.mkdir()
        self.library, self.copy = self.base / "library", self.folder / "copy"
        self.program = Program(self.folder / "home")
        self._files: dict[str, articles.Written] = {}
        self._number = 0
        #: The folders that `qa sync` certainly follows, and what the backup certainly holds.
        self._followed: frozenset[Path] = frozenset()
        self._backup: tuple[State, frozenset[Path]] | None = None
        self.backup_file = self.base / "backup.db"
        self.fault = type(self).fault_of(self)

    def teardown(self) -> None:
        if hasattr(self, "fault"):
            self.fault.close()
            if not self.block.wrong:
                shutil.rmtree(self.folder)

    def perform(self, step: Step) -> None:
        if self.block.over:
            return
        try:
            self.fault.perform(step)
            self.told.append(step.name)
        except Exception as error:
            told = ", ".join([*self.told[-8:], step.name])
            wrong = f"seed {self.block.seed}, {self.library}, after {told}: {error!r}"
            self.block.wrong.append(wrong)
            (self.folder / "wrong.txt").write_text(wrong, encoding="utf-8")  # a run may be broken off

    def settle(self, step: Step, state: State, reported: bool) -> None:
        """Notes that the library holds ``state`` after ``step``, and whether the step reported success."""
        self.state = state
        if step.name == "backup":
            self._backup = (state, self._followed) if reported else None
        elif step.name == "restore" and self._backup:
            followed = self._backup[1]
            self._followed = followed if reported else followed & self._followed
        elif step.name == "add folder" and reported:
            self._followed |= {Path(step.args[1])}

    def run_well(self, step: Step) -> None:
        """Runs ``step`` without a fault."""
        ran = self.program.run(self.library, *step.args)
        demand(step.done(ran), f"{step.name} without a fault: {failed(ran)}")
        self.settle(step, step.change.after, True)

    def questions(self, count: int = 3) -> list[str]:
        """Questions that articles answer, or answered until they were changed or removed."""
        asked = [written.question for written in self._files.values()]
        return self.rng.sample(asked, min(count, len(asked)))

    # Commands

    def step(
        self, name: str, *args: str, after: State | None = None, whole: bool = True, **more: Any
    ) -> Step:
        change = Change(self.state, self.state if after is None else after, whole, **more)
        return Step(name, (*args, "--json"), change)

    def _some(self, names: list[str], most: int) -> list[str]:
        return self.rng.sample(names, self.rng.randrange(1, min(most, len(names)) + 1))

    def _write(self, path: Path, paragraphs: int | None = None) -> str:
        self._files[str(path)] = articles.write(path, self.rng, paragraphs)
        return str(path)

    def _new(self, count: int, paragraphs: int | None = None) -> list[str]:
        self._number += count
        numbers = range(self._number - count, self._number)
        place = self.folder / "articles"
        return [self._write(place / self.rng.choice("abc") / f"{n}.md", paragraphs) for n in numbers]

    def _due(self, paths: list[str]) -> State:
        return self.state.put({path: read_bytes(self._files[path].data, path) for path in paths})

    def add_step(self, paths: list[str], name: str = "add") -> Step:
        return self.step(name, "add", *paths, after=self._due(paths), whole=False)

    def remove_step(self, paths: list[str]) -> Step:
        return self.step("remove", "remove", *paths, after=self.state.without(paths))

    def new_step(self, most: int = 6) -> Step:
        return self.add_step(self._new(self.rng.randrange(most // 3, most + 1)))

    @property
    def works(self) -> bool:
        return not self.rests and not self.block.over

    @command()
    def add(self) -> Step:
        return self.new_step()

    @command()
    def add_changed(self) -> Step:
        paths = [self._write(Path(path)) for path in self._some(sorted(self.state.articles), 5)]
        return self.add_step(paths, "add changed")

    @command()
    def add_again(self) -> Step:
        return self.add_step(self._some(sorted(self._files), 5), "add again")

    @command()
    def add_big(self) -> Step:
        return self.add_step(self._new(6, BIG), "add big")

    @command()
    def add_folder(self) -> Step:
        self._new(self.rng.randrange(3))
        for path in self._some(sorted(self._files), 3):
            self._write(Path(path))
        folder = self.rng.choice(sorted({Path(path).parent for path in self._files}))
        inside = [path for path in self._files if Path(path).parent == folder]
        return self.step("add folder", "add", str(folder), after=self._due(inside), whole=False)

    @command()
    def remove(self) -> Step:
        return self.remove_step(self._some(sorted(self.state.articles), 4))

    @command()
    def words(self) -> Step:
        known = dict(self.state.words)
        word, same = articles.a_word(self.rng)
        if known and (word in known or self.rng.random() < 0.4):
            word = self.rng.choice(sorted(known))
            del known[word]
            return self.step("words remove", "words", "remove", word, after=State(self.state.articles, known))
        after = State(self.state.articles, {**known, word: (same,)})
        return self.step("words add", "words", "add", word, same, after=after)

    @command()
    def ask(self) -> Step:
        return self.step("ask", "ask", *self.questions(1))

    @command(lambda self: self._followed)
    def sync(self) -> Step:
        """Syncs a folder with new, changed, moved and deleted files."""
        folder = self.rng.choice(sorted(self._followed))
        here = [path for path in sorted(self._files) if Path(path).parent == folder and Path(path).exists()]
        self.rng.shuffle(here)
        for path in here[1:3]:
            self._write(Path(path))
        for path in here[3 : 3 + self.rng.randrange(3)]:
            Path(path).unlink()
            del self._files[path]
        moves = []
        for path in here[6 : 6 + self.rng.randrange(3)]:
            self._number += 1
            new = str(folder / f"{self._number - 1}.md")
            Path(path).rename(new)
            self._files[new] = self._files.pop(path)
            if self.state.articles.get(path) == read_bytes(self._files[new].data, path):
                moves.append((path, new))
        inside = [path for path in self._files if Path(path).parent == folder]
        gone = [p for p in self.state.articles if Path(p).parent == folder and p not in self._files]
        after = self._due(inside).without(gone)
        return self.step("sync", "sync", str(folder), after=after, whole=False, moves=tuple(moves))

    @command()
    def backup(self) -> Step:
        return self.step("backup", "backup", str(self.backup_file))

    @command(lambda self: self._backup)
    def restore(self) -> Step:
        assert self._backup
        return self.step("restore", "restore", str(self.backup_file), after=self._backup[0])

    @command()
    def doctor(self) -> Step:
        return self.step("doctor", "doctor", "--fix")

    @rule()
    def a_pause(self) -> None:
        """Costs nothing. Hypothesis draws the first rule by name most often."""


def run_commands(block: Block, fault_of: Callable[[Commands], Fault]) -> None:
    """Makes one library after the other until ``block`` is over."""
    machine = seed(block.seed)(type("Machine", (Commands,), {"block": block, "fault_of": fault_of}))
    chosen = settings(
        max_examples=50 + block.times, stateful_step_count=COMMANDS, deadline=None, database=None,
        phases=[Phase.generate], suppress_health_check=list(HealthCheck), print_blob=False,
    )  # fmt: skip
    run_state_machine_as_test(machine, settings=chosen)
    if block.wrong:
        raise Wrong("\n".join(block.wrong))
