"""Full and failing disks: what was reported stays, the rest is refused in one line, and work goes on later.

A disk fails in one of three ways: the file system is too small (if this process may mount one), the size of
files is limited, or the n-th call that writes fails (``shim.c``, preloaded into the real program).
"""

from __future__ import annotations

import errno
import json
import os
import resource
import shutil
import subprocess
from functools import partial

from torture.machine import Commands, Fault, Program, Step, demand_refusal, failed
from torture.oracle import Wrong, demand, told
from torture.power import failing, shim

from index.library import Library


def may_mount() -> bool:
    """Whether this process can probably mount file systems."""
    return os.geteuid() == 0 and bool(shutil.which("mount")) and os.access("/proc/self/ns/mnt", os.R_OK)


def mount(*args: str) -> None:
    subprocess.run(args, check=True, stdout=subprocess.DEVNULL)


class FailingDisk(Fault):
    """Each command meets one failure. A full file system stays for some commands and then gets room."""

    def __init__(self, to: Commands) -> None:
        super().__init__(to)
        self._shim, self._mounted = shim(to.block.scratch), False
        self._ways = [self._limit, *[self._fail] * (2 if self._shim else 0), *[self._fill] * may_mount()]

    def perform(self, step: Step) -> None:
        self.counts["disks"] += 1
        if self._mounted:
            return self._on_little_room(step)
        self.rng.choice(self._ways)(step)

    def _limit(self, step: Step) -> None:
        """No file may grow beyond some size."""
        size = int(2 ** self.rng.uniform(12, 21))
        limit = partial(resource.setrlimit, resource.RLIMIT_FSIZE, (size, size))
        # Python would truncate its own compiled modules: https://github.com/python/cpython/issues/126606
        program = Program(self.to.folder / "home", {"PYTHONDONTWRITEBYTECODE": "1"})
        self._settle(step, program.run(self.to.library, *step.args, preexec_fn=limit), "a limit on files")

    def _fail(self, step: Step) -> None:
        """One call fails, or all from then on."""
        error = self.rng.choice((errno.ENOSPC, errno.EIO, errno.EDQUOT))
        call, ever = int(2 ** self.rng.uniform(0, 9)), self.rng.random() < 0.6
        environ = failing(self._shim, self.to.base, call, error, ever)
        ran = Program(self.to.folder / "home", environ).run(self.to.library, *step.args)
        self._settle(step, ran, errno.errorcode[error])

    def _fill(self, step: Step) -> None:
        """A file system with little room."""
        base = self.to.base
        used = sum(file.stat().st_size // 4096 + 2 for file in base.rglob("*")) * 4096
        size = used + int(2 ** self.rng.uniform(12, 22))
        kept = base.rename(self.to.folder / "kept")
        base.mkdir()
        mount("mount", "-t", "tmpfs", "-o", f"size={size}", "yinju-torture", str(base))
        self._mounted = True
        shutil.copytree(kept, base, dirs_exist_ok=True)
        shutil.rmtree(kept)
        self._on_little_room(step)

    def _on_little_room(self, step: Step) -> None:
        """Goes on until the disk is full, asks, and makes room. Then the next command must work."""
        to = self.to
        ran = to.program.run(to.library, *step.args)
        if step.done(ran) and self.rng.random() < 0.9:
            return to.settle(step, step.change.after, True)
        try:
            self._ask_while_full(step)
            mount("mount", "-o", "remount,size=1g", str(to.base))
            self._settle(step, ran, "a full file system")
            to.run_well(to.new_step())
        finally:
            kept = shutil.copytree(to.base, to.folder / "kept")
            self.close()
            shutil.copytree(kept, to.base, dirs_exist_ok=True)
            shutil.rmtree(kept)

    def close(self) -> None:
        if self._mounted:
            mount("umount", str(self.to.base))
            self._mounted = False

    def _ask_while_full(self, step: Step) -> None:
        to, counts = self.to, self.counts
        for question in to.questions(1) if Library.exists(to.library) else []:
            ran = to.program.run(to.library, "ask", question, "--json")
            if ran.returncode == 5:  # SQLite may have no room for its memory that processes share
                demand_refusal(ran)
                demand("full" in ran.stderr or "room" in ran.stderr, failed(ran))
                counts["refused to answer on a full disk"] += 1
                continue
            demand(ran.returncode in (0, 1), f"asked on a full disk: {failed(ran)}")
            try:
                told(json.loads(ran.stdout), step.change.before)
            except Wrong:
                told(json.loads(ran.stdout), step.change.after)
            counts["asked on a full disk"] += 1

    def _settle(self, step: Step, ran: subprocess.CompletedProcess[str], how: str) -> None:
        to, done = self.to, step.done(ran)
        if not done:
            demand_refusal(ran)
        self.counts[f"{how}: {'done' if done else 'refused'}"] += 1
        try:
            to.settle(step, self.oracle.look(to.library, step.change, done, to.questions()), done)
        except Wrong as wrong:
            raise Wrong(f"with {how}, {'done' if done else 'refused'}: {wrong}") from wrong
