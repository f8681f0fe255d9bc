"""The commands that are rare and matter most: upgrade, backup, restore, repair.

Each runs on a library of its own while one of the calls that change the disk fails, or that call and all
later ones, or the process is killed before it. Nothing that was there may be lost. Run once more, the command
must give what it gives when nothing fails.
"""

from __future__ import annotations

import errno
import gzip
import random
import shutil
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from torture import articles
from torture.machine import ROOT, Block, Program, demand_refusal, failed
from torture.oracle import Change, State, Wrong, demand
from torture.power import failing, shim

from index.storage.database import PAGE_SIZE

#: What happens to a call. 0: the process is killed.
_ERRORS = {"ENOSPC": errno.ENOSPC, "EIO": errno.EIO, "EDQUOT": errno.EDQUOT, "kill": 0}
_ARTICLES = 12
_DOCTOR = ("doctor", "--fix", "--json")
#: A command that brings a library up to date; `qa status` only looks.
_UPGRADE = ("search", "--json", "图书馆")


@dataclass
class Case:
    """A command, and what makes its library.

    Unless a call fails, ``calls`` of them lead to ``state`` and the exit ``code``: a repair that cannot save
    a taught word from the damaged page says so with 3.
    """

    prepare: Callable[[], object]
    args: tuple[str, ...]
    calls: int = 0
    state: State | None = None
    code: int = 0


class Rare:
    """One library, its backup, and libraries of earlier formats."""

    def __init__(self, block: Block) -> None:
        self._rng, self._block, self._scratch = random.Random(block.seed), block, block.scratch
        self._base, self._tally = (self._scratch / "disk").resolve(), self._scratch / "tally"
        self._whole, self._early = self._scratch / "whole", self._scratch / "early.db"
        self._library, self._backup = self._base / "library", self._base / "backup.db"
        self._program = Program(self._scratch / "home")
        paths = [self._scratch / "articles" / f"{number}.md" for number in range(_ARTICLES)]
        self._questions = [articles.write(path, self._rng).question for path in paths]
        self._run(self._whole, "add", *map(str, paths[: _ARTICLES // 2]))
        self._run(self._whole, "words", "add", *articles.a_word(self._rng))
        self._run(self._whole, "backup", str(self._early))
        self._run(self._whole, "add", *map(str, paths))
        self._page = self._rng.randrange(1, (self._whole / "library.db").stat().st_size // PAGE_SIZE)
        self._cases = {
            "upgrade from format 1": Case(lambda: self._fixture(1), _UPGRADE),
            "upgrade from format 2": Case(lambda: self._fixture(2), _UPGRADE),
            "backup": Case(self._copy, ("backup", str(self._backup))),
            "restore": Case(self._copy, ("restore", str(self._early))),
            "restore over a damaged one": Case(self._damaged, ("restore", str(self._early))),
            "repair": Case(self._damaged, _DOCTOR),
            "indexes made anew": Case(self._without_indexes, _DOCTOR),
        }

    def _run(self, folder: Path, *args: str, also: int = 0) -> None:
        ran = self._program.run(folder, *args)
        demand(ran.returncode in (0, also), f"{args[0]}: {failed(ran)}")

    # The libraries

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

    # The trials

    def trial(self) -> None:
        """Runs one command with one failure. Raises Wrong for a loss."""
        name, counts = self._rng.choice(sorted(self._cases)), self._block.counts
        case, held = self._cases[name], self._block.oracle.held
        kind, ever, call = self._rng.choice(sorted(_ERRORS)), self._rng.random() < 0.5, 0
        counts["commands"] += 1
        try:
            if case.state is None:
                case.code = self._try(case, 1 << 30, "EIO", False)
                case.calls, case.state = int(self._tally.read_text()), self._outcome(name)
            call = self._rng.randrange(1, case.calls + 1)
            if self._try(case, call, kind, ever):
                counts["refused or killed"] += 1
                if name == "backup":
                    found = held(self._restored(self._backup))
                    either = held(self._whole), held(self._restored(self._early))
                    demand(found in either, "the backup is neither")
                if name.startswith("upgrade"):
                    demand(held(self._library) == case.state, "articles are gone")
                self._run(self._library, *case.args, also=case.code)
            counts[name] += 1
            demand(self._outcome(name) == case.state, "it came to something else")
        except Exception as error:
            what = f"{name}, {kind} at call {call} of {case.calls}{' and on' if ever else ''}"
            raise Wrong(f"seed {self._block.seed}, {what}, {self._library}: {error!r}") from error

    def _try(self, case: Case, call: int, kind: str, ever: bool) -> int:
        """Runs the command on its library while a call fails. Returns its exit code."""
        shutil.rmtree(self._base, ignore_errors=True)
        self._base.mkdir()
        case.prepare()
        environ = failing(shim(self._scratch), self._base, call, _ERRORS[kind], ever)
        environ["TORTURE_TALLY"] = str(self._tally)
        ran = Program(self._scratch / "home", environ).run(self._library, *case.args)
        told = case.args[0] == "doctor" and ran.returncode == 3 and '"findings"' in ran.stdout
        if ran.returncode and not told and not (kind == "kill" and ran.returncode < 0):
            demand_refusal(ran)
        return ran.returncode

    def _outcome(self, name: str) -> State:
        """What the library or the backup holds in the end. Raises Wrong if it is not whole."""
        folder = self._restored(self._backup) if name == "backup" else self._library
        self._run(folder, *_DOCTOR)
        state = self._block.oracle.held(folder)
        return self._block.oracle.look(folder, Change(state, state), True, self._questions[:2])

    def _restored(self, backup: Path) -> Path:
        folder = self._scratch / "restored" / backup.stem
        shutil.rmtree(folder, ignore_errors=True)
        self._run(folder, "restore", str(backup))
        return folder


def run(block: Block) -> None:
    """Runs trials until ``block`` is over."""
    rare = Rare(block)
    while not block.over:
        rare.trial()
