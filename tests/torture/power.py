"""Cuts the power: of all that the program wrote, only what it synced with fsync certainly survives.

``shim.c``, preloaded into the real program, keeps a copy of what is synced. The program is killed at a random
instant. Then images are made of what the disk may hold. Each name in a folder and each block of a file is
either the synced one or a newer one, because file systems may write in any order.
"""

from __future__ import annotations

import os
import random
import shutil
import subprocess
from contextlib import ExitStack
from functools import cache
from pathlib import Path
from typing import NamedTuple

from torture.kill import wait_for_an_instant
from torture.machine import Commands, Fault, Program, Step, copy, ended, failed, reading
from torture.oracle import Change, Wrong, demand

#: The shares of the names and of the contents that survive without having been synced.
MOODS = {
    "nothing that is not certain": (0.0, 0.0),
    "names, but no contents": (1.0, 0.0),
    "contents, but no names": (0.0, 1.0),
    "some of each": (0.5, 0.5),
}
_BLOCK = 4096


class Entry(NamedTuple):
    """The inode that a name in a folder stands for: a folder's or a file's."""

    folder: bool
    inode: int


@cache
def shim(scratch: Path) -> Path | None:
    """The library to preload, compiled; None without a compiler or outside Linux."""
    if not (compiler := shutil.which("cc")) or os.uname().sysname != "Linux":
        return None
    made, source = (scratch / "shim.so").resolve(), Path(__file__).with_name("shim.c")
    subprocess.run([compiler, "-shared", "-fPIC", "-O1", "-o", str(made), str(source), "-ldl"], check=True)
    return made


def failing(preloaded: Path | None, base: Path, call: int, error: int, ever: bool) -> dict[str, str]:
    """Environment in which the ``call``-th change below ``base`` fails, with ``ever`` all later ones, too.

    ``error`` is an errno; 0 kills the process instead.
    """
    environ = {"LD_PRELOAD": str(preloaded), "TORTURE_BASE": str(base)}
    environ |= {"TORTURE_CALL": str(call), "TORTURE_ERRNO": str(error)}
    return environ | ({"TORTURE_EVER": "1"} if ever else {})


class Disk:
    """A folder that stands for a disk, and beside it the shadow: what of it is synced."""

    def __init__(self, base: Path, preloaded: Path) -> None:
        self.base, self._shadow = base.resolve(), base.resolve().with_name("shadow")
        self.environ = {"LD_PRELOAD": str(preloaded), "TORTURE_BASE": str(self.base)}
        self.environ["TORTURE_SHADOW"] = str(self._shadow)

    def settle(self) -> None:
        """Takes all that is there now as synced."""
        shutil.rmtree(self._shadow, ignore_errors=True)
        for kind in ("files", "folders", "links"):
            (self._shadow / kind).mkdir(parents=True)
        for folder, _, files in os.walk(self.base):
            lines = [f"{'d' if e.folder else 'f'} {e.inode} {n}\n" for n, e in _listing(Path(folder)).items()]
            (self._shadow / "folders" / str(os.stat(folder).st_ino)).write_text("".join(lines))
            for name in files:
                file = Path(folder, name)
                number = str(file.stat().st_ino)
                shutil.copy(file, self._shadow / "files" / number)
                os.link(file, self._shadow / "links" / number)

    def image(self, target: Path, rng: random.Random, mood: tuple[float, float]) -> None:
        """Writes to ``target`` what may be on the disk if the power is cut now."""
        now = {os.stat(folder).st_ino: Path(folder) for folder, _, _ in os.walk(self.base)}

        def write(inode: int, target: Path) -> None:
            target.mkdir()
            synced = _read_listing(self._shadow / "folders" / str(inode))
            newer = _listing(now[inode]) if inode in now else {}
            for name in sorted(synced.keys() | newer.keys()):
                entry = (newer if rng.random() < mood[0] else synced).get(name)
                if entry is None or name.endswith("-shm"):  # SQLite makes it anew from the log
                    continue
                if entry.folder:
                    write(entry.inode, target / name)
                    continue
                kept, link = (self._shadow / kind / str(entry.inode) for kind in ("files", "links"))
                old = kept.read_bytes() if kept.exists() else b""
                new = (link if link.exists() else now.get(inode, Path()) / name).read_bytes()
                (target / name).write_bytes(_mixed(old, new, rng, mood[1]))

        write(self.base.stat().st_ino, target)


def _mixed(old: bytes, new: bytes, rng: random.Random, share: float) -> bytes:
    """``old`` (``share`` 0), ``new`` (1), or a random choice of length and of every block between the two."""
    if share in (0.0, 1.0) or old == new:
        return new if share else old
    if len(new) < len(old):  # file systems cut a file in one step, or not
        return rng.choice((old, new))
    length = rng.choice((len(old), len(new), rng.randint(len(old), len(new))))
    made = bytearray()
    for start in range(0, length, _BLOCK):
        block = rng.choice((old, new))[start : start + _BLOCK]
        # A block that was allocated and never written holds zeros.
        made += block.ljust(min(_BLOCK, length - start), b"\0")
    return bytes(made[:length])


def _listing(folder: Path) -> dict[str, Entry]:
    return {e.name: Entry(e.is_dir(follow_symlinks=False), e.inode()) for e in os.scandir(folder)}


def _read_listing(file: Path) -> dict[str, Entry]:
    lines = [line.split(" ", 2) for line in file.read_text().splitlines()] if file.exists() else []
    return {name: Entry(kind == "d", int(inode)) for kind, inode, name in lines}


class PowerCut(Fault):
    """Cuts the power during commands or after them. The library goes on with one image of its disk."""

    def __init__(self, to: Commands) -> None:
        preloaded = shim(to.block.scratch)
        assert preloaded, "power cuts need a C compiler on Linux"
        super().__init__(to)
        self._disk, self._reader = Disk(to.base, preloaded), ExitStack()
        self._program = Program(to.folder / "home", self._disk.environ)
        self._disk.settle()

    def close(self) -> None:
        self._reader.close()

    def perform(self, step: Step) -> None:
        to, counts = self.to, self.counts
        process = self._program.start(to.library, *step.args)
        calm = self.rng.random() < 0.5
        if not calm:
            wait_for_an_instant(self.rng, to.library, process)
            process.kill()
        ran = ended(process)
        reported = step.reported(ran.stdout)
        if calm:
            demand(step.done(ran), failed(ran))
            to.settle(step, step.change.after, True)
            counts["commands that ended before a cut"] += 1
            if self.rng.random() < 0.7:
                return
        counts["cuts after a report" if reported else "cuts within a command"] += 1
        counts["cuts"] += 1
        self._cut(step, reported)

    def _cut(self, step: Step, reported: bool) -> None:
        to = self.to
        change = Change(step.change.after, step.change.after) if reported else step.change
        images = {mood: to.folder / f"image {mood}" for mood in MOODS}
        for mood, image in images.items():
            shutil.rmtree(image, ignore_errors=True)
            self._disk.image(image, self.rng, MOODS[mood])
        self._reader.close()
        states = {}
        for mood, image in images.items():
            try:  # with a copy: the image itself is what goes on, or what shows the fault
                found = copy(image, to.copy) / "library"
                states[mood] = self.oracle.look(found, change, reported, to.questions(2))
            except Exception as error:
                raise Wrong(f"{mood}, {image}, {'reported' if reported else 'cut'}: {error!r}") from error
            self.counts[f"images: {mood}"] += 1
        taken = self.rng.choice(list(MOODS))
        shutil.rmtree(to.base)
        images[taken].rename(to.base)
        to.settle(step, states[taken], reported)
        self._disk.settle()
        # While somebody reads, SQLite's log cannot be emptied. Then the log itself must be synced.
        if (to.library / "library.db").exists() and self.rng.random() < 0.4:
            self._reader.enter_context(reading(to.library))
            self.counts["cuts while somebody read"] += 1
