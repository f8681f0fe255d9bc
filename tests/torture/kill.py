"""Kills the real program at random instants and looks at what is left each time."""

from __future__ import annotations

import os
import random
import statistics
import subprocess
import time
from collections import defaultdict, deque
from collections.abc import Callable, Hashable
from pathlib import Path

from torture.machine import Commands, Fault, Step, copy, ended, failed
from torture.oracle import demand, names

#: Seconds between two looks at a folder; seconds of a command that never ran to its end yet.
_LOOK, _GUESS = 0.0001, 0.8
#: More files than this in a folder were left by runs that were killed.
MOST_FILES = 120


class Kill(Fault):
    """Most commands are killed, and half of the time the next one meets what the kill left."""

    def __init__(self, to: Commands) -> None:
        self._to = to
        self._lives: dict[str, deque[float]] = defaultdict(lambda: deque(maxlen=5))

    def perform(self, step: Step) -> None:
        to, counts = self._to, self._to.block.counts
        # Most libraries are made in peace, or their first moments would have most of the kills.
        calm = not to.told and to.rng.random() < 0.7
        began, process = time.perf_counter(), to.program.start(to.library, *step.args)
        if not calm:
            wait_for_an_instant(
                to.rng, to.library, process, statistics.median(self._lives[step.name] or [_GUESS])
            )
            process.kill()
        ran = ended(process)
        killed, reported = ran.returncode == -9, step.reported(ran.stdout)
        if not killed:
            demand(step.done(ran), failed(ran))
            self._lives[step.name].append(time.perf_counter() - began)
        counts["kills" if killed else "ran to the end"] += 1
        # Half of the time the next command meets what the kill left, and not what this look made of it.
        meets = to.library.exists() and to.rng.random() < 0.5
        folder = copy(to.library, to.copy) if meets else to.library
        state = to.block.oracle.look(folder, step.change, reported, to.questions())
        counts["looked at"] += 1
        if folder.exists():
            files = sum(1 for _ in folder.rglob("*"))
            to.block.most("files", files)
            demand(files <= MOST_FILES, f"{files} files have piled up")
        if reported and not killed and step.change.before != step.change.after:
            more = names(folder) - to.block.oracle.tidy
            demand(not more, f"left behind: {dict(more)}")
        if killed:
            left = (
                "nothing"
                if state == step.change.before
                else "all"
                if state == step.change.after
                else "a part"
            )
            counts[f"killed at {step.name}"] += 1
            counts["left of it: all, and it was reported" if reported else f"left of it: {left}"] += 1
        to.settle(step, state, reported)


def wait_for_an_instant(
    rng: random.Random, library: Path, process: subprocess.Popen[str], life: float = _GUESS
) -> None:
    """Returns when it is time to kill ``process``, which lasts about ``life`` seconds."""
    log = library / "library.db-wal"
    looks: tuple[tuple[Callable[[], Hashable] | None, int, float, float], ...] = (
        (None, 0, 0, 1.1 * life),  # the whole life
        (None, 0, 0.6 * life, 1.05 * life),  # its end, where commit and indexes are
        (
            lambda: _stamp(library),
            rng.randrange(1, 15),
            0,
            0.003,
        ),  # at one of the first changes of the folder
        (
            lambda: _stamp(library),
            rng.randrange(1, 4),
            0,
            0.15,
        ),  # in the writing, at the indexes, at the exit
        # Within a transaction, or right after its commit.
        (lambda: log.exists() and log.stat().st_size, 1, 0, rng.choice((0, 0.001, 0.01))),
        (lambda: log.exists() and log.stat().st_size, 1, 0, rng.choice((0, 0.001, 0.01))),
        # While it tidies up, reports and exits.
        (lambda: _stamp(library, "manifest.json"), 1, 0, 0.04),
    )
    look, changes, least, most = rng.choice(looks)
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
    """What a look at the folder shows: names, sizes and times."""
    try:
        facts = [(e.name, e.stat()) for e in os.scandir(folder) if not name or e.name == name]
        return frozenset((entry, fact.st_size, fact.st_mtime_ns) for entry, fact in facts)
    except FileNotFoundError:
        return frozenset()
