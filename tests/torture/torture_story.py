"""A random sequence of commands on one library, and what each must make of it."""

from __future__ import annotations

import json
import os
import random
import subprocess
import sys
from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import torture_texts as texts
from torture_truth import Change, State, demand

from index.readers.registry import read_bytes

ROOT = Path(__file__).resolve().parents[2]
#: How many articles a library is kept at, about, and a big folder's passages: more than one batch.
MANY, BIG = 50, 600


class Program:
    """The real program, in processes that know nothing of this machine's user."""

    def __init__(
        self, scratch: Path, environ: Mapping[str, str] | None = None, prefix: tuple[str, ...] = ()
    ) -> None:
        """``prefix``: what the program is started by, as ``setpriv``."""
        home = scratch / "home"
        home.mkdir(parents=True, exist_ok=True)
        foreign = ("QA_", "XDG_", "PYTHON")
        kept = {name: value for name, value in os.environ.items() if not name.startswith(foreign)}
        own = {"HOME": str(home), "PYTHONPATH": str(ROOT), "OMP_NUM_THREADS": "1"}
        self._environ = {**kept, **own, **(environ or {})}
        self._prefix = prefix

    def start(self, library: Path, *args: str, **more: Any) -> subprocess.Popen[str]:
        line = [*self._prefix, sys.executable, "-m", "qa", *args, "--library", str(library)]
        return subprocess.Popen(
            line,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
            env=self._environ,
            cwd="/",
            **more,
        )

    def run(self, library: Path, *args: str, **more: Any) -> subprocess.CompletedProcess[str]:
        process = self.start(library, *args, **more)
        out, err = process.communicate(timeout=300)
        return subprocess.CompletedProcess(process.args, process.returncode, out, err)


def one_clear_line(ran: subprocess.CompletedProcess[str], code: int = 3) -> None:
    """Wrong unless the program refused with ``code`` and told it in one line."""
    lines = ran.stderr.strip().splitlines()
    demand(ran.returncode == code, f"exit code {ran.returncode}, not {code}: {ran.stderr[-500:]}")
    demand(len(lines) == 1 and lines[0].startswith("qa: "), f"not one clear line: {ran.stderr[-500:]!r}")


def failed(ran: subprocess.CompletedProcess[str]) -> str:
    """How a command ended that should have worked."""
    return f"exit code {ran.returncode}: {ran.stdout[-500:]} {ran.stderr[-1000:]}"


@dataclass(frozen=True)
class Step:
    """One command. ``after``: what the library holds when it is done; ``whole`` see ``Change``."""

    name: str
    args: tuple[str, ...]
    change: Change

    def reported(self, out: str) -> bool:
        """Whether ``out`` reports all of it as done; Wrong where it reports something else."""
        try:
            told = json.loads(out)
        except ValueError:
            return False
        if self.name.startswith("add"):
            paths = {*told["added"], *told["updated"], *told["unchanged"]}
            due = {
                p for p, d in self.change.after.articles.items() if self.change.before.articles.get(p) != d
            }
            demand(not told["skipped"] and due <= paths, f"not all of {sorted(due)} is reported: {out}")
        return True


class Story:
    """Chooses commands and writes the articles for them; is told with ``settle`` what came of them."""

    def __init__(self, rng: random.Random, folder: Path, backup: Path | None = None) -> None:
        """``folder`` is for the articles; ``backup`` is the file to back up into, if not one there."""
        self._rng = rng
        self._folder = folder.resolve()
        self._backup_file = str(backup or self._folder / "backup.db")
        self._files: dict[str, texts.Written] = {}
        self._number = 0
        #: Folders that `qa sync` follows for sure, and what the backup holds for sure.
        self._followed: frozenset[Path] = frozenset()
        self._backup: tuple[State, frozenset[Path]] | None = None
        self.state = State()

    def settle(self, step: Step, state: State, reported: bool) -> None:
        """``step`` came to its end, or not, and the library holds ``state``."""
        self.state = state
        if step.name == "backup":
            self._backup = (state, self._followed) if reported else None
        elif step.name == "restore" and self._backup:
            followed = self._backup[1]
            self._followed = followed if reported else followed & self._followed
        elif step.name == "add folder" and reported:
            self._followed |= {Path(step.args[1])}

    def next(self) -> Step:
        """One more command."""
        articles, words = self.state.articles, self.state.words
        if not articles:
            return self.add_new(8)
        if len(articles) > MANY:
            return self._remove(self._rng.sample(sorted(articles), len(articles) - MANY // 3), "remove many")
        return self._rng.choices(
            (
                self.add_new,
                self._change,
                self._add_folder,
                lambda: self._add(self._some(sorted(self._files), 5), "add again"),
                lambda: self._remove(self._some(sorted(articles), 4), "remove"),
                self._teach,
                lambda: self._forget() if words else self._teach(),
                self._ask,
                lambda: self._add(self._write_new(6, BIG // 6), "add big"),
                lambda: self._sync() if self._followed else self._add_folder(),
                self._back_up,
                lambda: self._restore() if self._backup else self._back_up(),
                lambda: self._step("doctor", ("doctor", "--fix"), self.state),
            ),
            (6, 4, 4, 2, 5, 2, 1, 1, 1, 4, 1, 2, 1),
        )[0]()

    def add_new(self, most: int = 6) -> Step:
        """Adds up to so many new articles."""
        return self._add(self._write_new(self._rng.randrange(most // 3, most + 1)), "add")

    def questions(self, count: int = 3) -> list[str]:
        """Some that articles answer, or answered until they were changed or removed."""
        asked = [written.question for written in self._files.values()]
        return self._rng.sample(asked, min(count, len(asked)))

    def _some(self, names: list[str], most: int) -> list[str]:
        return self._rng.sample(names, self._rng.randrange(1, min(most, len(names)) + 1))

    def _write_new(self, count: int, paragraphs: int | None = None) -> list[str]:
        made = []
        for _ in range(count):
            self._number += 1
            path = self._folder / self._rng.choice("abc") / f"{self._number}.md"
            self._files[str(path)] = texts.write(path, self._rng, paragraphs)
            made.append(str(path))
        return made

    def _step(self, name: str, args: tuple[str, ...], after: State, whole: bool = True) -> Step:
        return Step(name, (*args, "--json"), Change(self.state, after, whole))

    def _due(self, paths: list[str]) -> State:
        return self.state.put({path: read_bytes(self._files[path].data, path) for path in paths})

    def _add(self, paths: list[str], name: str) -> Step:
        return self._step(name, ("add", *paths), self._due(paths), whole=False)

    def _change(self) -> Step:
        paths = self._some(sorted(self.state.articles), 5)
        for path in paths:
            self._files[path] = texts.write(Path(path), self._rng)
        return self._add(paths, "add changed")

    def _add_folder(self) -> Step:
        self._write_new(self._rng.randrange(3))
        for path in self._some(sorted(self._files), 3):
            self._files[path] = texts.write(Path(path), self._rng)
        folder = self._rng.choice(sorted({Path(path).parent for path in self._files}))
        inside = [path for path in self._files if Path(path).parent == folder]
        return self._step("add folder", ("add", str(folder)), self._due(inside), whole=False)

    def _remove(self, paths: list[str], name: str) -> Step:
        return self._step(name, ("remove", *paths), self.state.without(paths))

    def _teach(self) -> Step:
        word, same = texts.a_word(self._rng)
        if word in self.state.words:
            return self._forget()
        after = State(self.state.articles, {**self.state.words, word: (same,)})
        return self._step("words add", ("words", "add", word, same), after)

    def _forget(self) -> Step:
        word = self._rng.choice(sorted(self.state.words))
        rest = {w: same for w, same in self.state.words.items() if w != word}
        return self._step("words remove", ("words", "remove", word), State(self.state.articles, rest))

    def _sync(self) -> Step:
        """A folder with new, changed, moved and deleted files is brought into step."""
        folder = self._rng.choice(sorted(self._followed))
        here = [path for path in sorted(self._files) if Path(path).parent == folder and Path(path).exists()]
        self._rng.shuffle(here)
        for path in here[1:3]:
            self._files[path] = texts.write(Path(path), self._rng)
        for path in here[3 : 3 + self._rng.randrange(3)]:
            Path(path).unlink()
            del self._files[path]
        moves = []
        for path in here[6 : 6 + self._rng.randrange(3)]:
            self._number += 1
            new = folder / f"{self._number}.md"
            Path(path).rename(new)
            self._files[str(new)] = self._files.pop(path)
            known = self.state.articles.get(path)
            if known == read_bytes(self._files[str(new)].data, path):
                moves.append((path, str(new)))
        inside = [path for path in self._files if Path(path).parent == folder]
        gone = [p for p in self.state.articles if Path(p).parent == folder and p not in self._files]
        after = self._due(inside).without(gone)
        step = self._step("sync", ("sync", str(folder)), after, whole=False)
        return replace(step, change=replace(step.change, moves=tuple(moves)))

    def _back_up(self) -> Step:
        return self._step("backup", ("backup", self._backup_file), self.state)

    def _restore(self) -> Step:
        assert self._backup
        return self._step("restore", ("restore", self._backup_file), self._backup[0])

    def _ask(self) -> Step:
        return self._step("ask", ("ask", *self.questions(1)), self.state)
