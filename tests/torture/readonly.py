"""Libraries that cannot be written to: questions are answered as ever, changes are refused in one line.

Permissions forbid the writing, or a file system that is mounted read-only (if this process may mount one).
"""

from __future__ import annotations

import json
import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager, nullcontext
from pathlib import Path

from torture.disk import may_mount, mount
from torture.machine import Commands, Fault, Program, Step, copy, demand_refusal, failed, reading
from torture.oracle import Change, demand, told

#: Starts a program as root, but without root's right to ignore permissions.
_HEED = ("setpriv", "--bounding-set=-dac_override,-dac_read_search,-fowner")
#: Modes of the folder and of the files in it.
_MODES = {
    "the folder may not be written to": (0o555, 0o644),
    "the files may not be written to": (0o755, 0o444),
    "neither may be written to": (0o555, 0o444),
    "the folder may not be looked into": (0o000, 0o644),
}


class ReadOnly(Fault):
    """After each command a copy of the library is made read-only in some way, and checked."""

    def __init__(self, to: Commands) -> None:
        super().__init__(to)
        heeds = os.geteuid() != 0 or shutil.which(_HEED[0])
        self._locks = [*(_MODES if heeds else ()), *(["it is mounted read-only"] if may_mount() else [])]

    def perform(self, step: Step) -> None:
        to = self.to
        state = self.rng.choice(("plain", "behind", "in the log")) if to.told else "plain"
        with reading(to.library) if state == "in the log" else nullcontext():
            to.run_well(step)
            locked = copy(to.library, to.folder / "locked")
        if state == "in the log":
            copy(locked, to.library)
        if state == "behind":  # the search indexes are
            (locked / "manifest.json").unlink(missing_ok=True)
        how = self.rng.choice(self._locks)
        self.counts["libraries"] += 1
        self.counts[f"{how}, {state}"] += 1
        heed = os.geteuid() == 0 and how in _MODES
        self._program = Program(to.folder / "home", None, *(_HEED if heed else ()))
        with _locked(locked, how):
            if how == "the folder may not be looked into":
                self._refuses(locked)
            else:
                self._look(locked, may_refuse=state == "in the log")
                if state == "plain":
                    ran = self._program.run(locked, "doctor", "--json")
                    demand(ran.returncode == 0, f"not called sound: {failed(ran)}")

    def _look(self, library: Path, may_refuse: bool) -> None:
        """Lists and asks. What SQLite cannot read without writing may be refused, but never left out."""
        to, state, questions = self.to, self.to.state, self.to.questions(2)
        ran = self._program.run(library, "list", "--json")
        if may_refuse and ran.returncode:
            demand_refusal(ran)
            for question in questions[:1]:
                demand_refusal(self._program.run(library, "ask", question))
            self.counts["refused to read"] += 1
            return self._refuses(library)
        demand(ran.returncode in (0, 1), f"list: {failed(ran)}")
        listed = {article["path"] for article in json.loads(ran.stdout)["articles"]}
        demand(listed == set(state.articles), f"{len(state.articles)} articles, listed are {len(listed)}")
        with self.oracle.open(to.library) as whole:
            self.oracle.settle(whole, Change(state, state), True)
            expected = self.oracle.check_search(whole, state, questions)
        for question in questions:
            ran = self._program.run(library, "ask", question, "--json")
            demand(ran.returncode in (0, 1), f"ask: {failed(ran)}")
            answer = told(json.loads(ran.stdout), state)
            demand(answer == expected[question], f"{question}: {answer}, not {expected[question]}")
            self.counts["asked"] += 1
        self._refuses(library)

    def _refuses(self, library: Path) -> None:
        commands: list[tuple[str, ...]] = [self.to.new_step().args]
        for path in sorted(self.to.state.articles)[:1]:
            commands += [("remove", path), ("words", "add", "青岚", "Velmin")]
        for args in commands:
            demand_refusal(self._program.run(library, *args))
            self.counts["refused"] += 1


@contextmanager
def _locked(library: Path, how: str) -> Iterator[None]:
    files = list(library.rglob("*"))
    if how not in _MODES:
        mount("mount", "--bind", str(library), str(library))
        try:
            mount("mount", "-o", "remount,bind,ro", str(library))
            yield
        finally:
            mount("umount", str(library))
        return
    folder_mode, file_mode = _MODES[how]
    for path in files:
        path.chmod(file_mode | 0o111 if path.is_dir() else file_mode)
    library.chmod(folder_mode)
    try:
        yield
    finally:
        library.chmod(0o755)
        for path in files:
            path.chmod(0o755 if path.is_dir() else 0o644)
