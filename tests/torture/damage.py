"""Damages the files of libraries: bits, blocks, lengths, whole files. No damage may go unnoticed.

Each time the doctor must find it, or opening must refuse. No quote may be wrong. Search indexes must be built
anew, equal to those of a fresh library. `qa doctor --fix` must mend everything but articles that it names.
"""

from __future__ import annotations

import json
import multiprocessing
import random
import re
import shutil
import traceback
from collections import Counter
from collections.abc import Callable
from contextlib import ExitStack
from pathlib import Path

from torture.machine import Commands, Fault, Step, copy, demand_refusal, failed, reading
from torture.oracle import Change, State, Wrong, demand, told

from index.errors import YinjuError
from index.maintenance.doctor import Doctor
from index.readers.registry import read_bytes
from qa.session import Session
from qa.settings import Settings

_PAGE = 4096
#: Files whose content nobody reads: locks, and SQLite's memory that processes share.
_EMPTY = re.compile(r"write\.lock|\.lock$|-shm$")
_HARMS = ("flip", "flip", "flip", "overwrite", "zero", "cut", "lengthen", "swap pages")


def harmed(how: str, before: bytes, rng: random.Random) -> bytes:
    """The bytes ``before`` with one harm done to them."""
    data, pages = bytearray(before), -(-len(before) // _PAGE)
    at, page, other = rng.randrange(len(data)), *(rng.randrange(pages) * _PAGE for _ in range(2))
    if how == "flip":
        data[at] ^= 1 << rng.randrange(8)
    elif how == "overwrite":
        count = min(len(data) - at, int(2 ** rng.uniform(0, 13)))
        data[at : at + count] = rng.randbytes(count)
    elif how == "zero":
        data[page : page + _PAGE] = bytes(len(data[page : page + _PAGE]))
    elif how == "cut":
        del data[rng.choice((0, at, len(data) // _PAGE // 2 * _PAGE)) :]
    elif how == "lengthen":
        data += rng.randbytes(rng.choice((1, 100, _PAGE)))
    else:  # both pages are whole, each in the other's place
        first = data[page : page + _PAGE]
        data[page : page + _PAGE] = data[other : other + len(first)]
        data[other : other + _PAGE] = first
    return bytes(data)


class Damage(Fault):
    """After some of the commands, copies of the library are damaged and checked."""

    def __init__(self, to: Commands) -> None:
        super().__init__(to)
        self._whole, self._earlier, self._then = to.folder / "whole", to.folder / "earlier", State()

    def perform(self, step: Step) -> None:
        to = self.to
        if self.rng.random() < 0.3 and self._whole.exists():
            copy(self._whole, self._earlier)
            self._then = to.state
        with ExitStack() as reader:
            if to.told and self.rng.random() < 0.4:  # the last changes stay in SQLite's log
                reader.enter_context(reading(to.library))
            to.run_well(step)
            with self.oracle.open(to.library) as library:
                self._generation = library.status().generation
            copy(to.library, self._whole)
        copy(self._whole, to.library)
        if len(to.state.articles) > 6 and self.rng.random() < 0.6:
            for _ in range(4):
                self._trial()

    def _trial(self) -> None:
        """Harms one file, and checks what opening, the doctor and mending make of it."""
        to = self.to
        self.counts["harms"] += 1
        folder = copy(self._whole, to.folder / "harmed")
        files = sorted(file for file in folder.rglob("*") if file.is_file() and file.stat().st_size)
        main = [file for file in files if file.name.startswith("library.db")]
        file = self.rng.choice(main if self.rng.random() < 0.4 else files)
        before = file.read_bytes()
        how = self._harm(file, folder)
        name = re.sub("[0-9a-f]{8,}", "*", str(file.relative_to(folder)))
        kind = "the log" if name.endswith("-wal") else name if name == "library.db" else "derived files"
        self._state = to.state
        if kind == "library.db" and how == "an earlier":
            kind, self._state = "an earlier library.db", self._then
        self.counts[f"harm to {kind}"] += 1
        # ``idle``: nobody reads what was changed, or it did not change.
        idle = bool(_EMPTY.search(name)) or (file.exists() and file.read_bytes() == before)
        for look in (self._open, self._examine, self._mend):
            copied = copy(folder, to.copy)
            try:
                found = _in_child(lambda look=look, copied=copied: look(copied, kind, idle))  # type: ignore[misc]
                self.counts[f"{kind}: {found}"] += 1
            except Wrong as wrong:
                where = f"{how} {file.relative_to(folder)} in {folder}"
                raise Wrong(f"{where}: {look.__name__.strip('_')}: {wrong}") from wrong

    def _harm(self, file: Path, folder: Path) -> str:
        """Harms ``file`` of the library in ``folder``. Returns how."""
        rng, earlier = self.rng, self._earlier / file.relative_to(folder)
        chance = rng.random()
        if chance < 0.06:
            file.unlink()
            return "lost"
        # SQLite cannot tell that a log belongs to another database, so the two stay together.
        parted = file.name.startswith("library.db") and (folder / "library.db-wal").exists()
        if chance < 0.14 and earlier.is_file() and not parted:
            shutil.copy(earlier, file)
            return "an earlier"
        how = rng.choice(_HARMS)
        file.write_bytes(harmed(how, file.read_bytes(), rng))
        return how

    def _whole_still(self, folder: Path) -> None:
        self.oracle.look(folder, Change(self._state, self._state), True, self.to.questions())

    def _open(self, folder: Path, kind: str, idle: bool) -> str:
        """Asks as if there were no harm: the answers are right, or it is refused. No quote is ever wrong."""
        may_refuse = kind in ("library.db", "the log") and not idle
        try:
            with self.oracle.open(folder) as library:
                session = Session(library, Settings())
                for question in self.to.questions():
                    answer = session.ask(question).to_json()
                    # If the log lost its end, articles are as they were before.
                    told({**answer, "citations": []} if kind == "the log" else answer, self._state)
                earlier = kind == "the log" and library.status().generation < self._generation
            if not may_refuse:
                self._whole_still(folder)
        except YinjuError as error:
            demand(may_refuse, f"derived files are not built anew: {error}")
            return "asking was refused"
        return "asking gave an earlier state" if earlier else "asking gave what was right"

    def _examine(self, folder: Path, kind: str, idle: bool) -> str:
        try:
            found = Doctor(folder).examine()
        except YinjuError:
            return "found"
        if any(finding.state == "wrong" for finding in found):
            return "found"
        if not idle:  # then nobody reads what was harmed
            self._whole_still(folder)
        return "without effect"

    def _mend(self, folder: Path, kind: str, idle: bool) -> str:
        """Runs the real command. It must name what it cannot save, and the rest must be whole."""
        state, program, oracle = self._state, self.to.program, self.oracle
        ran = program.run(folder, "doctor", "--fix", "--json")
        if ran.returncode == 3 and '"findings"' not in ran.stdout:
            demand_refusal(ran)
            demand(kind == "library.db", f"not mended: {ran.stderr}")
            return "nothing was left to save, and told"
        demand(ran.returncode in (0, 3), failed(ran))
        if not (folder / "library.db").stat().st_size:
            demand(
                kind == "library.db" and ran.returncode == 3, f"an empty database is not told: {ran.stdout}"
            )
            return "nothing was left to save, and told"
        findings = json.loads(ran.stdout)["findings"]
        text = " ".join(finding["text"] for finding in findings)
        told_lost = sum((Counter(finding.get("lost", {})) for finding in findings), Counter[str]())
        demand(ran.returncode == 0 or kind != "derived files", f"not mended: {text}")
        again = program.run(folder, "doctor", "--json")
        demand(again.returncode == 0, f"wrong after it was mended: {failed(again)}")
        held = oracle.held(folder)
        lost = sorted(state.articles.keys() - held.articles.keys())
        if kind == "the log":  # the doctor names what its lost end held, and sync brings it back
            demand("lost" in text or not lost, f"lost without a word: {lost}")
            return "the end of it was lost, and told"
        kept = {path: parsed for path, parsed in state.articles.items() if path in held.articles}
        if kind == "library.db":  # what could not be saved was read again from its file of today
            files = {path: read_bytes(Path(path).read_bytes(), path) for path in kept if Path(path).exists()}
            kept |= {
                path: parsed for path, parsed in files.items() if parsed.text == held.articles[path].text
            }
        # Where the row and the indexes of an article are gone, its text is saved under a number.
        texts = {state.articles[path].text: path for path in lost}
        for path in held.articles.keys() - state.articles.keys():
            text = held.articles[path].text
            demand(path.startswith("article ") and text in texts, f"{path} was never added")
            lost.remove(texts[text])
            kept[path] = held.articles[path]
        rest = State(kept, held.words)
        oracle.look(folder, Change(rest, rest), True, self.to.questions())
        demand(kind == "library.db" or not lost, f"lost: {lost}")
        # Where a name is lost, too, it is counted; of what left no trace, there is the most that it may be.
        counted = told_lost["articles"] <= len(lost) <= told_lost["articles"] + told_lost["untraced"]
        demand(counted, f"lost are {lost}, told is {told_lost}: {text}")
        words = len(state.words.keys() - held.words.keys())
        known = words == told_lost["words"] or told_lost["unknown_words"]
        demand(bool(known), f"{words} words are lost, told is {told_lost}: {text}")
        demand(held.words.items() <= state.words.items(), f"words nobody taught: {held.words}")
        return f"mended{', some articles named as lost' if lost else ''}"


def _in_child(work: Callable[[], str]) -> str:
    """Runs ``work`` in a process of its own: a damaged file that is mapped into memory may kill it."""
    fork = multiprocessing.get_context("fork")
    receiver, sender = fork.Pipe(duplex=False)

    def run() -> None:
        try:
            sender.send(("", work()))
        except Exception as error:
            sender.send((str(error) if isinstance(error, Wrong) else traceback.format_exc()[-1500:], ""))

    child = fork.Process(target=run)
    child.start()
    sender.close()
    try:
        wrong, found = receiver.recv()
    except EOFError:
        wrong = "the process died"
    child.join()
    demand(not wrong, wrong)
    return str(found)
