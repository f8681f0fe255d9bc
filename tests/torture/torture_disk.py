"""Disks that are full or fail: what was reported stays, the rest is refused in one line, work goes on later.

Three ways: a file system that is too small (where this may mount one), a limit on the size of files, and
``torture_disk.c``, preloaded into the real program, which lets the n-th call that writes fail.
"""

from __future__ import annotations

import errno
import json
import os
import random
import resource
import shutil
import subprocess
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import partial
from pathlib import Path
from typing import Any

from torture_power import compiled
from torture_result import Result
from torture_story import Program, Step, Story, failed, one_clear_line
from torture_truth import Change, Oracle, State, Wrong, demand, told

from index.library import Library


class DiskRun:
    """One library on a disk that fails now and then."""

    def __init__(self, seed: str, scratch: Path, oracle: Oracle, result: Result, shim: Path | None) -> None:
        self._rng, self._seed, self._oracle, self._counts = random.Random(seed), seed, oracle, result.counts
        self._base, self._scratch, self._shim = (scratch / "disk").resolve(), scratch, shim
        self._base.mkdir(parents=True)
        self._library = self._base / "library"
        self._program = Program(scratch)
        self._story = Story(self._rng, scratch / "articles")

    def trial(self) -> None:
        """One disk that fails. Wrong: with what shows it."""
        ways = [
            self._limited,
            *([self._failing] * 2 if self._shim else []),
            *([self._full] if may_mount() else []),
        ]
        way = self._rng.choice(ways)
        name = way.__name__.strip("_")
        try:
            way()
        except Exception as error:
            raise Wrong(f"seed {self._seed}, {name}, {self._library}: {error!r}") from error

    def _limited(self) -> None:
        """No file may grow beyond some size."""
        size = int(2 ** self._rng.uniform(12, 21))
        step = self._story.next()
        limit = partial(resource.setrlimit, resource.RLIMIT_FSIZE, (size, size))
        # Python would leave modules of its own cut short: https://github.com/python/cpython/issues/126606
        program = Program(self._scratch, {"PYTHONDONTWRITEBYTECODE": "1"})
        ran = program.run(self._library, *step.args, preexec_fn=limit)
        self._settle(step, ran, f"a limit of {size} bytes")

    def _failing(self) -> None:
        """One call fails, or all from then on."""
        call, error = (
            int(2 ** self._rng.uniform(0, 9)),
            self._rng.choice((errno.ENOSPC, errno.EIO, errno.EDQUOT)),
        )
        environ = {
            "LD_PRELOAD": str(self._shim),
            "TORTURE_BASE": str(self._base),
            "TORTURE_CALL": str(call),
            "TORTURE_ERRNO": str(error),
        }
        ever = self._rng.random() < 0.6
        step = self._story.next()
        program = Program(self._scratch, {**environ, **({"TORTURE_EVER": "1"} if ever else {})})
        ran = program.run(self._library, *step.args)
        self._settle(step, ran, f"{errno.errorcode[error]} at call {call}{' and on' if ever else ''}")

    def _full(self) -> None:
        """A file system with little room: add until it is full, ask, make room, go on."""
        used = sum(file.stat().st_size // 4096 + 2 for file in self._base.rglob("*")) * 4096
        kept = self._scratch / "kept"
        if kept.exists():
            shutil.rmtree(kept)
        shutil.copytree(self._base, kept)
        with _mounted(self._base, used + int(2 ** self._rng.uniform(12, 22))) as grow:
            shutil.copytree(kept, self._base, dirs_exist_ok=True)
            for _ in range(8):
                step = self._story.next()
                ran = self._program.run(self._library, *step.args)
                if not _well(step, ran):
                    break
                self._story.settle(step, step.change.after, True)
            self._ask_while_full(step.change)
            grow()
            self._settle(step, ran, "a full file system")
            step = self._story.next()
            ran = self._program.run(self._library, *step.args)
            demand(_well(step, ran), f"with room again: {failed(ran)}")
            self._settle(step, ran, "room again")
            shutil.rmtree(kept)
            shutil.copytree(self._base, kept)
        shutil.copytree(kept, self._base, dirs_exist_ok=True)

    def _ask_while_full(self, change: Change) -> None:
        if not Library.exists(self._library):
            return
        for question in self._story.questions(1):
            ran = self._program.run(self._library, "ask", question, "--json")
            if ran.returncode == 3:  # SQLite may find no room for what it shares between processes
                one_clear_line(ran)
                demand("full" in ran.stderr or "room" in ran.stderr, failed(ran))
                self._counts["refused to answer on a full disk"] += 1
                continue
            demand(ran.returncode in (0, 1), f"asked on a full disk: {failed(ran)}")
            answer = json.loads(ran.stdout)
            either = [state for state in (change.before, change.after) if _cites_only(answer, state)]
            demand(bool(either), f"asked on a full disk, it quotes what is in no article: {ran.stdout}")
            self._counts["asked on a full disk"] += 1

    def _settle(self, step: Step, ran: subprocess.CompletedProcess[str], how: str) -> None:
        well = _well(step, ran)
        if not well:
            try:
                one_clear_line(ran)
            except Wrong as wrong:
                raise Wrong(f"{step.name} with {how}: {wrong}") from wrong
        self._counts[f"{how.split(' of ')[0].split(' at ')[0]}: {'done' if well else 'refused'}"] += 1
        try:
            self._story.settle(step, self._look(step.change, well), well)
        except Wrong as wrong:
            raise Wrong(f"{step.name} with {how}, {'done' if well else 'refused'}: {wrong}") from wrong

    def _look(self, change: Change, finished: bool) -> State:
        if not Library.exists(self._library):
            demand(not change.before.articles and not finished, "the library is gone")
            return State()
        with self._oracle.open(self._library) as library:
            state = self._oracle.settle(library, change, finished)
            self._oracle.check_search(library, state, self._story.questions())
        self._counts["checked against a fresh library"] += 1
        return state


def _well(step: Step, ran: subprocess.CompletedProcess[str]) -> bool:
    """Whether the command reported success. No answer has exit code 1, the doctor's word of little room 3."""
    right = {"ask": (0, 1), "doctor": (0, 3)}.get(step.name, (0,))
    return ran.returncode in right and step.reported(ran.stdout)


def _cites_only(answer: dict[str, Any], state: State) -> bool:
    try:
        told(answer, state)
    except Wrong:
        return False
    return True


def may_mount() -> bool:
    """Whether this process may mount file systems, so far as can be told."""
    return os.geteuid() == 0 and bool(shutil.which("mount")) and os.access("/proc/self/ns/mnt", os.R_OK)


@contextmanager
def _mounted(folder: Path, size: int) -> Iterator[Callable[[], object]]:
    """A file system of so many bytes on ``folder``, emptied afterwards; gives what makes it large."""
    mount = ["mount", "-t", "tmpfs", "-o"]
    subprocess.run([*mount, f"size={size}", "yinju-torture", str(folder)], check=True)
    try:
        yield lambda: subprocess.run(["mount", "-o", "remount,size=1g", str(folder)], check=True)
    finally:
        subprocess.run(["umount", str(folder)], check=True)


def run(seed: str, trials: int, scratch: Path, oracle: Oracle) -> Result:
    """So many disks that fail. A library in which something is wrong is left for a new one."""
    result = Result()
    shim = compiled("torture_disk.c", scratch)
    for what, there in (
        ("a compiler, no call fails", shim),
        ("leave to mount, no disk is full", may_mount()),
    ):
        if not there:
            result.counts[f"without {what}"] = 1

    def begin(number: int) -> DiskRun:
        return DiskRun(f"{seed}.{number}", scratch / f"disk{number}", oracle, result, shim)

    return result.repeat("disks", trials, seed, begin, DiskRun.trial)
