"""Kills the real program at random instants and looks at what is left each time."""

from __future__ import annotations

import json
import os
import random
import shutil
import statistics
import subprocess
import time
from collections import defaultdict, deque
from dataclasses import dataclass
from pathlib import Path

from torture_result import Result
from torture_story import Program, Step, Story, failed
from torture_truth import Oracle, State, Wrong, demand, names

from index.library import Library

#: Seconds between two looks at the folder while it is waited for a change in it.
_LOOK = 0.0003
#: Seconds of a command that never ran to its end yet.
_GUESS = 0.8
#: More files than this in a folder were left by runs that were killed.
MOST_FILES = 120


@dataclass(frozen=True)
class Ended:
    """How a command ended: ``killed``, or by itself; ``reported``: its report was printed in full."""

    killed: bool
    reported: bool


class KillRun:
    """One library that is killed at again and again."""

    def __init__(self, seed: str, scratch: Path, oracle: Oracle, result: Result) -> None:
        self._rng = random.Random(seed)
        self._seed, self._scratch, self._oracle, self.result = seed, scratch, oracle, result
        scratch.mkdir(parents=True)
        self._library = scratch / "library"
        self._program = Program(scratch)
        self._story = Story(self._rng, scratch / "articles")
        self._lives: dict[str, deque[float]] = defaultdict(lambda: deque(maxlen=5))
        self._steps: list[str] = []

    def go_on(self, kills: int) -> None:
        """Runs commands until so many were killed. Wrong: with all that tells how it came to it."""
        aim = self.result.counts["kills"] + kills
        while self.result.counts["kills"] < aim:
            step = self._story.next()
            # Most libraries are made in peace, or their first moments would have most of the kills.
            calm = not self._steps and self._rng.random() < 0.7
            try:
                self._one(step, calm)
            except Exception as error:
                told = "\n  ".join([*self._steps[-8:], f"{step.name}: {error!r}"])
                raise Wrong(f"seed {self._seed}, library {self._library}:\n  {told}") from error

    def _one(self, step: Step, calm: bool) -> None:
        before = _generation(self._library, self._oracle)
        log = _log_size(self._library)
        began = time.perf_counter()
        process = self._program.start(self._library, *step.args)
        if not calm:
            instant(self._rng, self._library, process, statistics.median(self._lives[step.name] or [_GUESS]))
            process.kill()
        out, err = process.communicate()
        ended = Ended(process.returncode == -9, step.reported(out))
        if not ended.killed:
            ran = subprocess.CompletedProcess(process.args, process.returncode, out, err)
            demand(ended.reported and process.returncode in (0, int(step.name == "ask")), failed(ran))
            self._lives[step.name].append(time.perf_counter() - began)
        counts = self.result.counts
        counts["kills" if ended.killed else "ran to the end"] += 1
        if ended.killed:
            counts[f"killed at {step.name}"] += 1
        # Half of the time the next command meets what the kill left, and not what this check made of it.
        looked_at = self._library
        if self._library.exists() and self._rng.random() < 0.5:
            looked_at = self._scratch / "copy"
            shutil.rmtree(looked_at, ignore_errors=True)
            shutil.copytree(self._library, looked_at)
        grown = _log_size(self._library) != log
        state, phase = self._check(looked_at, step, ended, before, grown)
        if ended.killed:
            counts[f"phase: {phase}"] += 1
        self._steps.append(f"{step.name}: {phase}")
        self._story.settle(step, state, ended.reported)

    def _check(self, folder: Path, step: Step, ended: Ended, before: int, grown: bool) -> tuple[State, str]:
        if not Library.exists(folder):
            demand(not step.change.before.articles and not ended.reported, "the library is gone")
            return State(), "before the library was made"
        with self._oracle.open(folder) as library:
            state = self._oracle.settle(library, step.change, ended.reported)
            number, indexed = library.status().generation, _indexed(folder)
            self._oracle.check_search(library, state, self._story.questions())
        self.result.counts["checked against a fresh library"] += 1
        files = sum(1 for _ in folder.rglob("*"))
        self.result.counts["most files"] = max(files, self.result.counts["most files"])
        demand(files <= MOST_FILES, f"{files} files have piled up")
        if ended.reported and not ended.killed and number > before:
            more = names(folder) - self._oracle.tidy
            demand(not more, f"left behind: {dict(more)}")
        return state, _phase(before, number, indexed, grown, ended, state == step.change.after)


def _phase(before: int, number: int, indexed: int, grown: bool, ended: Ended, done: bool) -> str:
    """Where a kill fell, told by what it left: the generations of the database and of the indexes."""
    if ended.reported:
        return "after the report"
    if number == before:
        return "within a transaction" if grown else "before the first write"
    if indexed < number:
        return "after the commit, before the indexes" if done else "between two commits"
    return "after the indexes, before the report"


def _generation(folder: Path, oracle: Oracle) -> int:
    """That of the last commit, read in a copy so that nothing is mended by the look."""
    if not Library.exists(folder):
        return -1
    look = folder.with_name("look")
    shutil.rmtree(look, ignore_errors=True)
    look.mkdir()
    for file in folder.glob("library.db*"):
        shutil.copy(file, look)
    with oracle.open(look) as library:
        return library.status().generation


def _indexed(folder: Path) -> int:
    try:
        number: int = json.loads((folder / "manifest.json").read_text())["generation"]
        return number
    except (OSError, ValueError):
        return -1


def _log_size(folder: Path) -> int:
    """The bytes of SQLite's log, which grow while a transaction is written."""
    log = folder / "library.db-wal"
    return log.stat().st_size if log.exists() else 0


def _stamp(folder: Path) -> frozenset[tuple[str, int, int]]:
    """What a look at the folder shows: names, sizes and times."""
    try:
        found = []
        for entry in os.scandir(folder):
            facts = entry.stat()
            found.append((entry.name, facts.st_size, facts.st_mtime_ns))
        return frozenset(found)
    except FileNotFoundError:
        return frozenset()


# Instants: each returns when it is time to kill


def instant(rng: random.Random, library: Path, process: subprocess.Popen[str], life: float = _GUESS) -> None:
    """Waits for a random instant in the life of ``process``, which lasts about ``life`` seconds."""
    rng.choice(_INSTANTS)(rng, library, process, life)


def _any_time(rng: random.Random, library: Path, process: subprocess.Popen[str], life: float) -> None:
    """Uniform over the command's whole life, from its start to its exit."""
    _wait(process, rng.uniform(0, 1.1 * life))


def _at_the_end(rng: random.Random, library: Path, process: subprocess.Popen[str], life: float) -> None:
    """The last third of the life, where commit and indexes are."""
    _wait(process, rng.uniform(0.6 * life, 1.05 * life))


def _at_a_change(rng: random.Random, library: Path, process: subprocess.Popen[str], life: float) -> None:
    """Up to 3 ms after one of the first changes that the folder shows."""
    _changes(library, process, rng.randrange(1, 15))
    _wait(process, rng.uniform(0, 0.003))


def _in_the_log(rng: random.Random, library: Path, process: subprocess.Popen[str], life: float) -> None:
    """When SQLite's log begins to grow: within a transaction, or right after its commit."""
    before = _log_size(library)
    while process.poll() is None and _log_size(library) == before:
        time.sleep(_LOOK / 3)
    _wait(process, rng.choice((0, rng.uniform(0, 0.001), rng.uniform(0, 0.01))))


def _after_a_change(rng: random.Random, library: Path, process: subprocess.Popen[str], life: float) -> None:
    """Up to 150 ms after the first changes: within the writing, at the indexes and at the exit."""
    _changes(library, process, rng.randrange(1, 4))
    _wait(process, rng.uniform(0, 0.15))


def _after_the_manifest(
    rng: random.Random, library: Path, process: subprocess.Popen[str], life: float
) -> None:
    """When the indexes are done: while tidying up, reporting and exiting."""
    before = _indexed(library)
    while process.poll() is None and _indexed(library) == before:
        time.sleep(_LOOK)
    _wait(process, rng.uniform(0, 0.04))


def _changes(library: Path, process: subprocess.Popen[str], count: int) -> None:
    last = _stamp(library)
    while count and process.poll() is None:
        now = _stamp(library)
        count -= now != last
        last = now
        time.sleep(_LOOK)


def _wait(process: subprocess.Popen[str], seconds: float) -> None:
    until = time.perf_counter() + seconds
    while process.poll() is None and (left := until - time.perf_counter()) > 0:
        time.sleep(min(left, 0.005))


_INSTANTS = (
    _any_time,
    _at_the_end,
    _at_a_change,
    _in_the_log,
    _in_the_log,
    _after_a_change,
    _after_the_manifest,
)


def run(seed: str, kills: int, scratch: Path, oracle: Oracle) -> Result:
    """So many kills. Where something is wrong its library stays in ``scratch``, and a new one is begun."""
    result, begun = Result(), 0
    while result.counts["kills"] < kills:
        folder = scratch / f"kill{begun}"
        session = KillRun(f"{seed}.{begun}", folder, oracle, result)
        # A library is left for a new one after some time: the first steps are worth trying, too.
        try:
            session.go_on(min(50, kills - result.counts["kills"]))
            shutil.rmtree(folder)
            result.tell("kills", seed, 50)
        except Wrong as wrong:
            result.add_wrong(str(wrong))
        begun += 1
    return result
