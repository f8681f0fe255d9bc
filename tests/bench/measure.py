"""One process, measured from outside: seconds, peak memory and output; for the app, the time to its picture.

The process that measures stays small: Linux counts the memory of the parent at the start into the peak of
its child.
"""

from __future__ import annotations

import json
import os
import signal
import statistics
import sys
import termios
import time
from pathlib import Path
from subprocess import Popen
from tempfile import TemporaryFile
from typing import NamedTuple

ROOT = Path(__file__).resolve().parents[2]
QA = (sys.executable, "-m", "qa")
#: Where the console script leads, in this tree and in earlier ones.
_OPEN = """import importlib
for name in ("tui.main", "qa.cli.main", "qa.cli"):
    try:
        main = importlib.import_module(name).main
        break
    except ImportError:
        pass
main()"""
APP = (sys.executable, "-c", _OPEN)


class Ran(NamedTuple):
    """One finished process: ``seconds`` of wall clock, ``peak`` memory in MB, standard output."""

    seconds: float
    peak: float
    output: str


def run(*command: str, given: str = "") -> Ran:
    """Runs ``command`` with ``given`` on standard input; a failure ends the benchmark."""
    with TemporaryFile() as source, TemporaryFile() as output, TemporaryFile() as errors:
        source.write(given.encode())
        source.seek(0)
        start = time.perf_counter()
        process = Popen(command, stdin=source, stdout=output, stderr=errors)
        _, status, usage = os.wait4(process.pid, 0)
        seconds = time.perf_counter() - start
        process.returncode = os.waitstatus_to_exitcode(status)
        if process.returncode not in (0, 1):  # 1: no answer found
            errors.seek(0)
            told = errors.read().decode(errors="replace")
            sys.exit(f"{' '.join(command)} ended with exit code {process.returncode}:\n{told}")
        output.seek(0)
        unit = 1e6 if sys.platform == "darwin" else 1e3
        return Ran(seconds, usage.ru_maxrss / unit, output.read().decode())


def frame(text: str, *command: str) -> float:
    """Seconds until an app in a terminal of 80x24 shows ``text``."""
    master, slave = os.openpty()
    termios.tcsetwinsize(slave, (24, 80))
    environ = os.environ | {"TERM": "xterm-256color", "LANG": "C.UTF-8", "LC_ALL": "C.UTF-8"}
    start = time.perf_counter()
    process = Popen(command, stdin=slave, stdout=slave, stderr=slave, env=environ, start_new_session=True)
    os.close(slave)
    painted = b""
    while text.encode() not in painted:
        painted += os.read(master, 65536)
        if time.perf_counter() - start > 30:
            sys.exit(f"{' '.join(command)} did not paint {text!r}")
    seconds = time.perf_counter() - start
    os.killpg(process.pid, signal.SIGKILL)
    process.wait()
    os.close(master)
    return seconds


def forget_settings(home: Path) -> None:
    """What is run from now on knows nothing of this machine's user."""
    for name in [name for name in os.environ if name.startswith(("QA_", "XDG_"))]:
        del os.environ[name]
    os.environ["HOME"] = str(home)


def percentile(values: list[float], percent: int) -> float:
    return statistics.quantiles(values, n=100, method="inclusive")[percent - 1]


def plain(value: float) -> str:
    return f"{value:,.0f}" if value >= 100 else f"{value:.3g}"


def golden() -> list[str]:
    """The golden questions of the bundled articles."""
    files = sorted((ROOT / "seeds").glob("golden*.jsonl"))
    lines = [line for file in files for line in file.read_text(encoding="utf-8").splitlines()]
    return [json.loads(line)["question"] for line in lines]
