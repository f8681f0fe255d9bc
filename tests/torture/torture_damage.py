"""Damages the files of libraries: bits, blocks, lengths, whole files. None may go unnoticed or answer.

Each time the doctor or opening must tell; no quote may be wrong; what is derived must be built anew, equal
to that of a fresh library; after `qa doctor --fix` all must be well but articles that it names as lost.
"""

from __future__ import annotations

import json
import os
import random
import re
import shutil
import sqlite3
import traceback
from collections.abc import Callable
from pathlib import Path
from typing import Any

from torture_result import Result
from torture_story import Program, Story, failed, one_clear_line
from torture_truth import Change, Oracle, State, Wrong, demand, told

from index.errors import YinjuError
from index.maintenance.doctor import Doctor
from index.readers.registry import read_bytes
from qa.engine import Engine

_PAGE = 4096
#: What holds nothing: SQLite's lock, and what tantivy locks and lists by.
_EMPTY = re.compile(r"write\.lock|\.lock$|-shm$")
#: How many articles a library has that is damaged, and how many trials it is used for.
_ARTICLES, _TRIALS = 24, 25


def _flip_bit(data: bytearray, rng: random.Random) -> None:
    data[rng.randrange(len(data))] ^= 1 << rng.randrange(8)


def _overwrite(data: bytearray, rng: random.Random) -> None:
    at = rng.randrange(len(data))
    count = min(len(data) - at, int(2 ** rng.uniform(0, 13)))
    data[at : at + count] = rng.randbytes(count)


def _zero(data: bytearray, rng: random.Random) -> None:
    at = rng.randrange(-(-len(data) // _PAGE)) * _PAGE
    data[at : at + _PAGE] = bytes(len(data[at : at + _PAGE]))


def _cut(data: bytearray, rng: random.Random) -> None:
    del data[rng.choice((0, rng.randrange(len(data)), len(data) // _PAGE // 2 * _PAGE)) :]


def _lengthen(data: bytearray, rng: random.Random) -> None:
    data += rng.randbytes(rng.choice((1, 100, _PAGE)))


def _swap_pages(data: bytearray, rng: random.Random) -> None:
    """Both pages are whole, each in the other's place."""
    one, two = (rng.randrange(-(-len(data) // _PAGE)) * _PAGE for _ in range(2))
    first = data[one : one + _PAGE]
    data[one : one + _PAGE] = data[two : two + len(first)]
    data[two : two + _PAGE] = first


_HARM = (_flip_bit, _flip_bit, _flip_bit, _overwrite, _zero, _cut, _lengthen, _swap_pages)


class DamageRun:
    """One library, copies of which are damaged."""

    def __init__(self, seed: str, scratch: Path, oracle: Oracle, result: Result) -> None:
        self._rng, self._seed = random.Random(seed), seed
        self._scratch, self._oracle, self.result = scratch, oracle, result
        self._program = Program(scratch)
        self._good, self._earlier = scratch / "good", scratch / "earlier"
        self._story = Story(self._rng, scratch / "articles")
        self._write(3)
        shutil.copytree(self._good, self._earlier)
        self._then = self._state = self._story.state
        reader = sqlite3.connect(self._good / "library.db", isolation_level=None)
        if self._rng.random() < 0.4:  # the last changes stay in SQLite's log
            reader.execute("BEGIN")
            reader.execute("SELECT count(*) FROM articles").fetchone()
        self._write(3)
        with self._oracle.open(self._good) as library:
            self._generation = library.status().generation
        self._whole = scratch / "whole"
        shutil.copytree(self._good, self._whole, ignore=shutil.ignore_patterns("*-shm"))
        reader.close()
        self._name = ""
        self._questions = self._story.questions(3)
        self._logged = (self._whole / "library.db-wal").exists()

    def _write(self, steps: int) -> None:
        for number in range(steps):
            step = self._story.next() if number else self._story.add_new(_ARTICLES // 2)
            ran = self._program.run(self._good, *step.args)
            demand(step.reported(ran.stdout), failed(ran))
            self._story.settle(step, step.change.after, True)

    def trial(self) -> None:
        """Harm to one file."""
        harmed, copy = self._scratch / "harmed", self._scratch / "copy"
        shutil.rmtree(harmed, ignore_errors=True)
        shutil.copytree(self._whole, harmed)
        files = sorted(file for file in harmed.rglob("*") if file.is_file() and file.stat().st_size)
        main = [file for file in files if file.name.startswith("library.db")]
        file = self._rng.choice(main if self._rng.random() < 0.4 else files)
        how, same = self._harm(file)
        name = re.sub("[0-9a-f]{8,}", "*", str(file.relative_to(harmed)))
        self._name = f"{how} {name}"
        where = f"seed {self._seed}, {how} {file.relative_to(harmed)} in {harmed}"
        kind = "the log" if name.endswith("-wal") else name if name == "library.db" else "derived files"
        self._state = self._story.state
        if kind == "library.db" and how == "an earlier":
            kind, self._state = "an earlier library.db", self._then
        self.result.counts[f"harm to {kind}"] += 1
        empty = same or bool(_EMPTY.search(name))
        for look in (self._open, self._examine, self._mend):
            shutil.rmtree(copy, ignore_errors=True)
            shutil.copytree(harmed, copy)
            try:
                self.result.counts.update(_in_child(lambda: look(copy, kind, empty)))  # noqa: B023
            except Wrong as wrong:
                raise Wrong(f"{where}: {look.__name__.strip('_')}: {wrong}") from wrong

    def _harm(self, file: Path) -> tuple[str, bool]:
        """What was done, and whether the file is as it was all the same."""
        before = file.read_bytes()
        earlier = self._earlier / file.relative_to(self._scratch / "harmed")
        chance = self._rng.random()
        if chance < 0.06:
            file.unlink()
            return "lost", False
        # SQLite cannot tell that a log is not its database's, so those two are not parted.
        parted = file.name.startswith("library.db") and self._logged
        if chance < 0.14 and earlier.is_file() and not parted:
            shutil.copy(earlier, file)
            return "an earlier", file.read_bytes() == before
        harm = self._rng.choice(_HARM)
        data = bytearray(before)
        harm(data, self._rng)
        file.write_bytes(data)
        return harm.__name__.strip("_"), bytes(data) == before

    def _open(self, folder: Path, kind: str, empty: bool) -> list[str]:
        """Asked as if nothing were known of the harm: right answers, or an error; never a wrong quote."""
        state = self._state
        try:
            with self._oracle.open(folder) as library:
                engine = Engine(library)
                for question in self._questions:
                    self._true(engine.ask(question).to_json(), kind)
                if kind not in ("library.db", "the log") or empty:
                    self._oracle.settle(library, Change(state, state), True)
                    self._oracle.check_search(library, state, self._questions)
                elif kind == "the log" and library.status().generation < self._generation:
                    return ["the log: asking gave an earlier state"]
        except YinjuError as error:
            demand(
                kind in ("library.db", "the log") and not empty, f"derived files are not built anew: {error}"
            )
            return [f"{kind}: asking was refused"]
        return [f"{kind}: asking gave what was right"]

    def _true(self, answer: dict[str, Any], kind: str) -> None:
        """Quotes stand in their articles; without the end of the log those are as they were before."""
        if kind == "the log":
            answer = {**answer, "citations": []}
        told(answer, self._state)

    def _examine(self, folder: Path, kind: str, empty: bool) -> list[str]:
        try:
            found = Doctor(folder).examine()
        except YinjuError:
            return [f"{kind}: found"]
        if any(finding.state == "wrong" for finding in found):
            return [f"{kind}: found"]
        demand(empty or self._same(folder), f"not found: {[f.text for f in found]}")
        return [f"{kind}: without effect ({self._name})"]

    def _same(self, folder: Path) -> bool:
        """Whether all is there and answers as it did: harm to what nobody reads."""
        state = self._state
        with self._oracle.open(folder) as library:
            self._oracle.settle(library, Change(state, state), True)
            self._oracle.check_search(library, state, self._questions)
        return True

    def _mend(self, folder: Path, kind: str, empty: bool) -> list[str]:
        """The real command; what it cannot save it must name, and the rest must be whole."""
        state = self._state
        ran = self._program.run(folder, "doctor", "--fix", "--json")
        if ran.returncode == 3 and not ran.stdout:
            one_clear_line(ran)
            demand(kind == "library.db", f"not mended: {ran.stderr}")
            return [f"{kind}: nothing was left to save, and told"]
        demand(ran.returncode in (0, 3), failed(ran))
        text = " ".join(finding["text"] for finding in json.loads(ran.stdout)["findings"])
        demand(ran.returncode == 0 or kind != "derived files", f"not mended: {text}")
        again = self._program.run(folder, "doctor", "--json")
        demand(again.returncode == 0, f"wrong after it was mended: {failed(again)}")
        with self._oracle.open(folder) as library:
            there = {info.path: library.article(info.id).text for info in library.articles()}
            lost = sorted(state.articles.keys() - there)
            taught = {word.word: word.same for word in library.words()}
            kept = {path: parsed for path, parsed in state.articles.items() if path in there}
            if kind == "library.db":  # what could not be saved was read again, as its file is now
                files = {path: read_bytes(Path(path).read_bytes(), path) for path in kept}
                kept |= {path: parsed for path, parsed in files.items() if parsed.text == there[path]}
            rest = State(kept, taught)
            if kind == "the log":  # the doctor says what stood in its end, and sync brings it back
                demand("lost" in text or not lost, f"lost without a word: {lost}")
                return [f"{kind}: the end of it was lost, and told"]
            self._oracle.settle(library, Change(rest, rest), True)
            self._oracle.check_search(library, rest, self._questions)
        demand(kind == "library.db" or not lost, f"lost: {lost}")
        demand(all(path in text for path in lost[:20]), f"lost without a word: {lost}: {text}")
        demand(set(taught.items()) <= set(state.words.items()), f"words nobody taught: {taught}")
        return [
            f"{kind}: mended" + (f", {'some' if there else 'all'} articles named as lost" if lost else "")
        ]


def _in_child(work: Callable[[], list[str]]) -> list[str]:
    """Runs ``work`` in a process of its own: damaged files that are mapped into memory may end it."""
    out, into = os.pipe()
    child = os.fork()
    if child == 0:
        try:
            reply: dict[str, Any] = {"counts": work()}
        except Wrong as wrong:
            reply = {"wrong": str(wrong)}
        except BaseException:  # the child may never go on as its parent, whatever was raised
            reply = {"wrong": traceback.format_exc()[-1500:]}
        os.write(into, json.dumps(reply).encode()[:60_000])
        os._exit(0)
    os.close(into)
    with os.fdopen(out, "rb") as stream:
        data = stream.read()
    _, status = os.waitpid(child, 0)
    demand(status == 0 and bool(data), f"the process ended with status {status}")
    reply = json.loads(data)
    demand("wrong" not in reply, reply.get("wrong", ""))
    counts: list[str] = reply["counts"]
    return counts


def run(seed: str, trials: int, scratch: Path, oracle: Oracle) -> Result:
    """So many harms, each to a copy of a whole library. Where something is wrong the copy is kept."""
    result = Result()

    def begin(number: int) -> DamageRun:
        return DamageRun(f"{seed}.{number}", scratch / f"damage{number}", oracle, result)

    return result.repeat("harms", trials, seed, begin, DamageRun.trial, _TRIALS)
