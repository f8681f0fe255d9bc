"""The commands that are rare and matter most: bringing up to date, backup, restore, repair.

Each runs on a library of its own while one of the calls that change the disk fails, or all from then on,
or the process is killed before it. What was there must be there still, and done once more the command must
come to what it comes to where nothing fails.
"""

from __future__ import annotations

import errno
import gzip
import random
import shutil
from collections.abc import Callable
from dataclasses import dataclass, fields
from pathlib import Path

import torture_texts as texts
from torture_power import repeat_preloaded
from torture_result import Result
from torture_story import ROOT, Program, failed, one_clear_line
from torture_truth import Change, Oracle, State, Wrong, demand

from index.library import Library
from index.storage.database import PAGE_SIZE
from index.types import ParsedArticle

#: What befalls a call; 0: the process is killed.
_ERRORS = {"ENOSPC": errno.ENOSPC, "EIO": errno.EIO, "EDQUOT": errno.EDQUOT, "kill": 0}
_ARTICLES = 12


@dataclass
class Case:
    """A command and the library it meets; ``calls`` and ``state``: how many it makes, what comes of it."""

    prepare: Callable[[], None]
    args: tuple[str, ...]
    calls: int = 0
    state: State | None = None


class CallsRun:
    """One library, its backup, and those that earlier formats left."""

    def __init__(self, seed: str, scratch: Path, oracle: Oracle, result: Result, shim: Path) -> None:
        self._rng, self._seed, self._oracle, self._counts = random.Random(seed), seed, oracle, result.counts
        self._base, self._tally = (scratch / "disk").resolve(), scratch / "tally"
        self._whole, self._early = scratch / "whole", scratch / "early.db"
        self._library, self._backup = self._base / "library", self._base / "backup.db"
        self._program = Program(scratch)
        self._failing = {
            "LD_PRELOAD": str(shim),
            "TORTURE_BASE": str(self._base),
            "TORTURE_TALLY": str(self._tally),
        }
        self._scratch = scratch
        self._write()
        self._page = self._rng.randrange(1, (self._whole / "library.db").stat().st_size // PAGE_SIZE)
        doctor = ("doctor", "--fix", "--json")
        self._cases = {
            "upgrade from format 1": Case(lambda: self._fixture(1), ("status", "--json")),
            "upgrade from format 2": Case(lambda: self._fixture(2), ("status", "--json")),
            "backup": Case(self._copy, ("backup", str(self._backup))),
            "restore": Case(self._copy, ("restore", str(self._early))),
            "restore over a damaged one": Case(self._damaged, ("restore", str(self._early))),
            "repair": Case(self._damaged, doctor),
            "indexes made anew": Case(self._without_indexes, doctor),
        }

    def _write(self) -> None:
        paths = [self._scratch / "articles" / f"{number}.md" for number in range(_ARTICLES)]
        self._questions = [texts.write(path, self._rng).question for path in paths]
        steps = (
            ("add", *map(str, paths[: _ARTICLES // 2])),
            ("words", "add", *texts.a_word(self._rng)),
            ("backup", str(self._early)),
            ("add", *map(str, paths)),
        )
        for step in steps:
            ran = self._program.run(self._whole, *step)
            demand(ran.returncode == 0, failed(ran))

    # What the commands meet

    def _fixture(self, version: int) -> None:
        packed = ROOT / "tests" / "index" / "libraries" / f"format-{version}.db.gz"
        self._library.mkdir(parents=True)
        (self._library / "library.db").write_bytes(gzip.decompress(packed.read_bytes()))

    def _copy(self) -> None:
        shutil.copytree(self._whole, self._library)
        shutil.copy(self._early, self._backup)

    def _damaged(self) -> None:
        self._copy()
        database = self._library / "library.db"
        data = bytearray(database.read_bytes())
        for at in range(self._page * PAGE_SIZE + 100, self._page * PAGE_SIZE + 140):
            data[at] ^= 0x5A
        database.write_bytes(data)

    def _without_indexes(self) -> None:
        self._copy()
        manifest = self._library / "manifest.json"
        manifest.write_text(manifest.read_text()[:-9])

    # What becomes of them

    def trial(self) -> None:
        """One command, one failure. Wrong: with what shows it."""
        name = self._rng.choice(sorted(self._cases))
        case = self._cases[name]
        kind, ever = self._rng.choice(sorted(_ERRORS)), self._rng.random() < 0.5
        call = 0
        try:
            if case.state is None:
                self._run(case, 1 << 30, "EIO", False)
                case.calls, case.state = int(self._tally.read_text()), self._outcome(name)
            call = self._rng.randrange(1, case.calls + 1)
            if not self._run(case, call, kind, ever):
                self._counts["refused or killed"] += 1
                self._look(name)
                ran = self._program.run(self._library, *case.args)
                demand(ran.returncode == 0, f"the second time: {failed(ran)}")
            self._counts[name] += 1
            demand(self._outcome(name) == case.state, "it came to something else")
        except Exception as error:
            what = f"{name}, {kind} at call {call} of {case.calls}{' and on' if ever else ''}"
            raise Wrong(f"seed {self._seed}, {what}, {self._library}: {error!r}") from error

    def _run(self, case: Case, call: int, kind: str, ever: bool) -> bool:
        """Whether the command did all of it, though a call failed."""
        shutil.rmtree(self._base, ignore_errors=True)
        self._base.mkdir()
        case.prepare()
        environ = {"TORTURE_CALL": str(call), "TORTURE_ERRNO": str(_ERRORS[kind])}
        program = Program(
            self._scratch, {**self._failing, **environ, **({"TORTURE_EVER": "1"} if ever else {})}
        )
        ran = program.run(self._library, *case.args)
        if ran.returncode == 0 or (kind == "kill" and ran.returncode < 0):
            return ran.returncode == 0
        if not (case.args[0] == "doctor" and ran.returncode == 3 and ran.stdout.startswith("{")):
            one_clear_line(ran)
        return False

    def _look(self, name: str) -> None:
        """What must be there after a failure, before anything else is done."""
        if name == "backup":
            found = self._held(self._restored())
            demand(found in (self._held(self._whole), self._held(self._early_one())), "the backup is neither")
        if name.startswith("upgrade"):
            demand(self._held(self._library) == self._cases[name].state, "articles are gone")

    def _outcome(self, name: str) -> State:
        """What the library holds, or the backup does, once all is done; Wrong where that is not whole."""
        folder = self._restored() if name == "backup" else self._library
        ran = self._program.run(folder, "doctor", "--fix", "--json")
        demand(ran.returncode == 0, f"the doctor: {failed(ran)}")
        state = self._held(folder)
        with self._oracle.open(folder) as library:
            self._oracle.settle(library, Change(state, state), True)
            self._oracle.check_search(library, state, self._questions[:2])
        return state

    def _restored(self) -> Path:
        return self._restore(self._backup, self._scratch / "restored")

    def _early_one(self) -> Path:
        return self._restore(self._early, self._scratch / "earlier")

    def _restore(self, backup: Path, folder: Path) -> Path:
        shutil.rmtree(folder, ignore_errors=True)
        ran = self._program.run(folder, "restore", str(backup))
        demand(ran.returncode == 0, f"the backup: {failed(ran)}")
        return folder

    def _held(self, folder: Path) -> State:
        with Library.open(folder) as library:
            articles = [library.article(info.id) for info in library.articles()]
            names = [field.name for field in fields(ParsedArticle)]
            return State(
                {a.path: ParsedArticle(*(getattr(a, name) for name in names)) for a in articles},
                {word.word: word.same for word in library.words()},
            )


def run(seed: str, trials: int, scratch: Path, oracle: Oracle) -> Result:
    """So many commands. Where something is wrong, the library is kept and new ones are made."""
    return repeat_preloaded(
        "torture_disk.c", "commands", trials, seed, scratch, oracle, CallsRun, CallsRun.trial, 80
    )
