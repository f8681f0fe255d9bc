"""Cuts the power: of all that the program wrote, only what it made sure of with fsync is certain to be left.

``torture_power.c``, preloaded into the real program, keeps what is certain. At a random instant the program
is killed and images are made of what the disk may hold then: for each name in a folder and each block of
a file either what is certain or something newer, as file systems may write in any order.
"""

from __future__ import annotations

import os
import random
import shutil
import sqlite3
import subprocess
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import NamedTuple

from torture_kill import instant
from torture_result import Result, Session
from torture_story import Program, Step, Story, failed
from torture_truth import Change, Oracle, State, Wrong, demand

from index.library import Library

#: What is left of names and of contents that were not made sure of: nothing of it, all of it, or some.
MOODS = {
    "nothing that is not certain": (0.0, 0.0),
    "names, but no contents": (1.0, 0.0),
    "contents, but no names": (0.0, 1.0),
    "some of each": (0.5, 0.5),
}
_BLOCK = 4096


class Entry(NamedTuple):
    """A name in a folder: of a folder or a file, with its inode."""

    folder: bool
    inode: int


def compiled(source: str, scratch: Path) -> Path | None:
    """The C source beside this file as a library to preload, or None where there is no compiler."""
    if not (compiler := shutil.which("cc")):
        return None
    made = (scratch / source).with_suffix(".so").resolve()
    file = Path(__file__).with_name(source)
    subprocess.run([compiler, "-shared", "-fPIC", "-O1", "-o", str(made), str(file), "-ldl"], check=True)
    return made


def repeat_preloaded(
    source: str,
    what: str,
    times: int,
    seed: str,
    scratch: Path,
    oracle: Oracle,
    kind: Callable[[str, Path, Oracle, Result, Path], Session],
    once: Callable[[Session], None],
    each: int = 40,
) -> Result:
    """`Result.repeat` on sessions of a kind that needs the C source preloaded; nothing without a compiler."""
    result = Result()
    shim = compiled(source, scratch)
    if shim is None:
        result.counts["not run: there is no C compiler"] = 1
        return result

    def begin(number: int) -> Session:
        return kind(f"{seed}.{number}", scratch / f"{what}{number}", oracle, result, shim)

    return result.repeat(what, times, seed, begin, once, each)


class Disk:
    """A folder that stands for a disk, and beside it the shadow of what is certain to be on it."""

    def __init__(self, scratch: Path, shim: Path) -> None:
        self.base, self._shadow = scratch / "disk", scratch / "shadow"
        self.base.mkdir(parents=True)
        self.environ = {
            "LD_PRELOAD": str(shim),
            "TORTURE_BASE": str(self.base.resolve()),
            "TORTURE_SHADOW": str(self._shadow.resolve()),
        }

    def settle(self) -> None:
        """From now on all that is there is certain."""
        shutil.rmtree(self._shadow, ignore_errors=True)
        for kind in ("files", "folders", "links"):
            (self._shadow / kind).mkdir(parents=True)
        for folder, _, files in os.walk(self.base):
            inode = os.stat(folder).st_ino
            lines = [f"{'d' if e.folder else 'f'} {e.inode} {n}\n" for n, e in _listing(Path(folder)).items()]
            (self._shadow / "folders" / str(inode)).write_text("".join(lines))
            for name in files:
                file = Path(folder, name)
                number = str(file.stat().st_ino)
                shutil.copy(file, self._shadow / "files" / number)
                os.link(file, self._shadow / "links" / number)

    def image(self, target: Path, rng: random.Random, mood: tuple[float, float]) -> None:
        """Writes to ``target`` what may be on the disk after the power was cut now."""
        now = {os.stat(folder).st_ino: Path(folder) for folder, _, _ in os.walk(self.base)}
        self._folder(self.base.stat().st_ino, target, now, rng, mood)

    def _folder(
        self, inode: int, target: Path, now: dict[int, Path], rng: random.Random, mood: tuple[float, float]
    ) -> None:
        target.mkdir()
        shadow = self._shadow / "folders" / str(inode)
        certain = dict(_read_listing(shadow)) if shadow.exists() else {}
        newer = _listing(now[inode]) if inode in now else {}
        for name in sorted(certain.keys() | newer.keys()):
            entry = (newer if rng.random() < mood[0] else certain).get(name)
            if entry is None or name.endswith("-shm"):  # SQLite makes it anew from the log
                continue
            if entry.folder:
                self._folder(entry.inode, target / name, now, rng, mood)
                continue
            shadow = self._shadow / "files" / str(entry.inode)
            old = shadow.read_bytes() if shadow.exists() else b""
            link = self._shadow / "links" / str(entry.inode)
            here = now.get(inode, Path()) / name
            new = link.read_bytes() if link.exists() else here.read_bytes()
            (target / name).write_bytes(_mixed(old, new, rng, mood[1]))


def _mixed(old: bytes, new: bytes, rng: random.Random, share: float) -> bytes:
    """``old`` with about a ``share`` of the blocks in which ``new`` differs, and of what it is longer."""
    if share in (0.0, 1.0) or old == new:
        return new if share else old
    if len(new) < len(old):  # file systems cut a file in one step, or not
        return rng.choice((old, new))
    length = rng.choice((len(old), len(new), rng.randint(len(old), len(new))))
    made = bytearray()
    for start in range(0, length, _BLOCK):
        block = rng.choice((old, new))[start : start + _BLOCK]
        # Room that was taken and never written holds zeros.
        made += block.ljust(min(_BLOCK, length - start), b"\0")
    return bytes(made[:length])


def _listing(folder: Path) -> dict[str, Entry]:
    return {e.name: Entry(e.is_dir(follow_symlinks=False), e.inode()) for e in os.scandir(folder)}


def _read_listing(file: Path) -> Iterator[tuple[str, Entry]]:
    for line in file.read_text().splitlines():
        kind, inode, name = line.split(" ", 2)
        yield name, Entry(kind == "d", int(inode))


class PowerRun:
    """One library whose power is cut again and again; it goes on with one of the images."""

    def __init__(self, seed: str, scratch: Path, oracle: Oracle, result: Result, shim: Path) -> None:
        self._rng, self._seed = random.Random(seed), seed
        self._scratch, self._oracle, self._counts = scratch, oracle, result.counts
        self._disk = Disk(scratch, shim)
        self._program = Program(scratch, self._disk.environ)
        self._story = Story(self._rng, scratch / "articles", self._disk.base / "backup.db")
        self._told: list[str] = []

    def cut(self) -> None:
        """Runs up to three commands, the last of them perhaps not to its end, and looks at images."""
        self._disk.settle()
        library = self._disk.base / "library"
        images = [self._scratch / f"image{number}" for number in range(len(MOODS))]
        with self._reader(library / "library.db"):
            last, change, finished = self._run(library)
            for image, mood in zip(images, MOODS.values(), strict=True):
                shutil.rmtree(image, ignore_errors=True)
                self._disk.image(image, self._rng, mood)
        self._counts["cuts after a report" if finished else "cuts within a command"] += 1
        states = [self._check(m, i, change, finished) for m, i in zip(MOODS, images, strict=True)]
        taken = self._rng.randrange(len(images))
        shutil.rmtree(self._disk.base)
        images[taken].rename(self._disk.base)
        if last:
            self._story.settle(last, states[taken], finished)
        self._story.state = states[taken]

    @contextmanager
    def _reader(self, database: Path) -> Iterator[None]:
        """Somebody reads, now and then: then SQLite's log cannot be emptied, and must be certain itself."""
        if not database.exists() or self._rng.random() < 0.6:
            yield
            return
        self._counts["cuts while somebody read"] += 1
        reader = sqlite3.connect(database, isolation_level=None)
        try:
            reader.execute("BEGIN")
            reader.execute("SELECT count(*) FROM articles").fetchone()
            yield
        finally:
            reader.close()

    def _run(self, library: Path) -> tuple[Step | None, Change, bool]:
        """The last command, if it was not left to end, what it changes, and whether it reported that."""
        calm = self._rng.choice((0, 1, 1, 2))
        for _ in range(calm):
            step = self._story.next()
            ran = self._program.run(library, *step.args)
            demand(step.reported(ran.stdout), f"seed {self._seed}, {step.name}: {failed(ran)}")
            self._story.settle(step, step.change.after, True)
            self._told.append(step.name)
            self._counts["commands that ended before a cut"] += 1
        if calm and self._rng.random() < 0.3:
            return None, Change(self._story.state, self._story.state), True
        step = self._story.next()
        process = self._program.start(library, *step.args)
        instant(self._rng, library, process)
        process.kill()
        out, _ = process.communicate()
        finished = step.reported(out)
        self._told.append(f"{step.name}, {'reported' if finished else 'cut'}")
        return step, step.change, finished

    def _check(self, mood: str, image: Path, change: Change, finished: bool) -> State:
        """Looks at a copy: the image itself is gone on with, or kept where it is wrong."""
        copy = self._scratch / "copy"
        shutil.rmtree(copy, ignore_errors=True)
        shutil.copytree(image, copy)
        self._counts[f"images: {mood}"] += 1
        try:
            if not Library.exists(copy / "library"):
                demand(not change.before.articles and not (finished and change.after.articles), "it is gone")
                return State()
            with self._oracle.open(copy / "library") as library:
                state = self._oracle.settle(library, change, finished)
                self._oracle.check_search(library, state, self._story.questions(2))
            return state
        except Exception as error:
            raise Wrong(f"seed {self._seed}, {mood}, {image}, after {self._told[-4:]}: {error!r}") from error


def run(seed: str, cuts: int, scratch: Path, oracle: Oracle) -> Result:
    """So many power cuts. A library in which something is wrong is left for a new one."""
    return repeat_preloaded("torture_power.c", "cuts", cuts, seed, scratch, oracle, PowerRun, PowerRun.cut)
