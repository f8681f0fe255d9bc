"""Kills the real program at random instants, and checks the library after each kill."""

from __future__ import annotations

import os
import random
import statistics
import subprocess
import time
from collections import defaultdict, deque
from collections.abc import Callable, Hashable
from functools import partial
from pathlib import Path
from typing import NamedTuple

from torture.machine import Commands, Fault, Step, copy, ended, failed
from torture.oracle import demand, names

#: Seconds between two looks at a folder; the guessed seconds of a command that has never run to its end.
_LOOK, _GUESS = 0.0001, 0.8
#: More files than this have piled up from runs that were killed.
MOST_FILES = 120


class Kill(Fault):
    """Kills most commands. Half of the time the next command meets what the kill left."""

    def __init__(self, to: Commands) -> None:
        super().__init__(to)
        self._lives: dict[str, deque[float]] = defaultdict(lambda: deque(maxlen=5))

    def perform(self, step: Step) -> None:
        to, counts = self.to, self.counts
        # Most libraries are made without a kill, or most kills would strike the first moments of a library.
        calm = not to.told and self.rng.random() < 0.7
        began, process = time.perf_counter(), to.program.start(to.library, *step.args)
        if not calm:
            life = statistics.median(self._lives[step.name] or [_GUESS])
            wait_for_an_instant(self.rng, to.library, process, life)
            process.kill()
        ran = ended(process)
        killed, reported = ran.returncode == -9, step.reported(ran.stdout)
        if not killed:
            demand(step.done(ran), failed(ran))
            self._lives[step.name].append(time.perf_counter() - began)
        counts["kills" if killed else "ran to the end"] += 1
        # Half of the time the check works on a copy, or its own opening would repair what the kill left.
        meets = to.library.exists() and self.rng.random() < 0.5
        folder = copy(to.library, to.copy) if meets else to.library
        seen = killed and folder.exists() and (step.name == "sync" or self.rng.random() < 0.25)
        untouched = copy(folder, to.folder / "untouched") if seen else None
        questions = to.questions()
        state = self.oracle.look(folder, step.change, reported, questions)
        if untouched and (untouched / "library.db").exists():
            self.oracle.doctored(untouched, folder, state, questions)
            counts["doctored"] += 1
        counts["looked at"] += 1
        if folder.exists():
            files = sum(1 for _ in folder.rglob("*"))
            to.block.most("files", files)
            demand(files <= MOST_FILES, f"{files} files have piled up")
        if reported and not killed and step.change.before != step.change.after:
            more = names(folder) - self.oracle.tidy
            demand(not more, f"left behind: {dict(more)}")
        if killed:
            sides = {"nothing": step.change.before, "all": step.change.after}
            left = next((side for side, held in sides.items() if state == held), "a part")
            counts[f"killed at {step.name}"] += 1
            counts[f"left of it: {'all, and it was reported' if reported else left}"] += 1
        to.settle(step, state, reported)


class Instant(NamedTuple):
    """``changes`` new results of ``look``, then a random wait of ``least`` to ``most`` seconds."""

    look: Callable[[], Hashable] | None
    changes: int
    least: float
    most: float


def wait_for_an_instant(
    rng: random.Random, library: Path, process: subprocess.Popen[str], life: float = _GUESS
) -> None:
    """Returns when it is time to kill ``process``, which lasts about ``life`` seconds."""
    folder, log = partial(_stamp, library), partial(_stamp, library, "library.db-wal")
    instant = rng.choice(
        [
            # In the whole life of the process; near its end, where commit and indexes are.
            Instant(None, 0, 0, 1.1 * life),
            Instant(None, 0, 0.6 * life, 1.05 * life),
            # At one of the first changes of the folder; in the writing, at the indexes, at the exit.
            Instant(folder, rng.randrange(1, 15), 0, 0.003),
            Instant(folder, rng.randrange(1, 4), 0, 0.15),
            # Within a transaction, or right after its commit.
            Instant(log, 1, 0, rng.choice((0, 0.001, 0.01))),
            Instant(log, 1, 0, rng.choice((0, 0.001, 0.01))),
            # While it tidies up, reports and exits.
            Instant(partial(_stamp, library, "manifest.json"), 1, 0, 0.04),
        ]
    )
    look, changes, least, most = instant
    last = look() if look else None
    while look and changes and process.poll() is None:
        now = look()
        changes -= now != last
        last = now
        time.sleep(_LOOK)
    until = time.perf_counter() + rng.uniform(least, most)
    while process.poll() is None and (left := until - time.perf_counter()) > 0:
        time.sleep(min(left, 0.005))


def _stamp(folder: Path, name: str = "") -> frozenset[tuple[str, int, int]]:
    """Names, sizes and times of the files in ``folder``, or of the one called ``name``."""
    try:
        facts = [(e.name, e.stat()) for e in os.scandir(folder) if not name or e.name == name]
        return frozenset((entry, fact.st_size, fact.st_mtime_ns) for entry, fact in facts)
    except FileNotFoundError:
        return frozenset()
