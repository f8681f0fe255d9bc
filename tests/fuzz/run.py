"""`make fuzz`: generated and broken input for everything that reads input, guided by code coverage.

Each `@given` test is a target, through Hypothesis's `fuzz_one_input`. Atheris (libFuzzer for Python) changes
the bytes from which Hypothesis draws, and keeps those that reach new code. Each target runs in a process of
its own and keeps its inputs in build/fuzz/NAME/ for the next run. An input that breaks a test goes into
Hypothesis's database: the next run of the test shows and shrinks it. An input that hangs or crashes goes to
build/fuzz/broken/.

    run.py [--minutes 30] [NAME …]    all targets, or those whose names contain a NAME; exit code 1: one broke
"""

from __future__ import annotations

import argparse
import contextlib
import importlib.util
import io
import os
import re
import subprocess
import sys
import time
import traceback
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from inspect import iscoroutinefunction
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given

_STARTED = time.monotonic()
ROOT = Path(__file__).resolve().parents[2]
FOLDER = ROOT / "build" / "fuzz"
BROKEN = FOLDER / "broken"
#: The limits of one input: seconds, megabytes of memory, bytes that Hypothesis draws from.
HANGS, MEGABYTES, LONGEST = 60, 3000, 4_096
Run = Callable[[bytes], object]


class GivenTests:
    """A pytest plugin that names the `@given` tests, and hands a test that would run to ``use``."""

    def __init__(self, use: Callable[[Run], object]) -> None:
        self.names: list[str] = []
        self._use = use

    def pytest_collection_finish(self, session: Any) -> None:
        tests = [item for item in session.items if hasattr(item.obj, "hypothesis")]
        self.names = [i.nodeid for i in tests if not iscoroutinefunction(i.obj.hypothesis.inner_test)]

    def pytest_pyfunc_call(self, pyfuncitem: Any) -> bool:
        test = pyfuncitem.obj.hypothesis
        if fixed := {name: pyfuncitem.funcargs[name] for name in pyfuncitem._fixtureinfo.argnames}:
            inner, strategies = test.inner_test, test._given_kwargs
            test = given(**strategies)(lambda **drawn: inner(**fixed, **drawn)).hypothesis
        self._use(test.fuzz_one_input)
        return True


def given_tests(*options: str, use: Callable[[Run], object] = print) -> list[str]:
    plugin = GivenTests(use)
    pytest.main(["-qq", "-s", "-p", "no:cacheprovider", *options], plugins=[plugin])
    return plugin.names


def fuzz(run: Run, name: str, seconds: float) -> None:
    """Fuzzes until this process is ``seconds`` old. Then libFuzzer ends it."""
    import atheris

    known: set[str] = set()

    def once(data: bytes) -> None:
        try:
            run(data)
        except Exception as error:
            frame = traceback.extract_tb(error.__traceback__)[-1]
            signature = f"{type(error).__name__} {frame.filename}:{frame.name}"
            if signature not in known:
                known.add(signature)
                print(f"BROKEN: {signature}: {error}\n{traceback.format_exc()[-3000:]}", flush=True)

    once(b"")  # the target's late imports must not count as new coverage
    left = max(2, round(seconds - (time.monotonic() - _STARTED)))
    limits = (f"-max_total_time={left}", f"-timeout={HANGS}", f"-rss_limit_mb={MEGABYTES}")
    more = ("-print_final_stats=1", "-reload=0", "-len_control=0", f"-max_len={LONGEST}")
    kept = (f"-artifact_prefix={BROKEN}/{_slug(name)}-", str(FOLDER / _slug(name)))
    atheris.Setup([sys.argv[0], *limits, *more, *kept], once)
    atheris.Fuzz()


def _slug(name: str) -> str:
    return re.sub(r"\W+", "-", name.rpartition("/")[2])


def _spend(name: str, seconds: int) -> tuple[str, int, int]:
    """Fuzzes a target for ``seconds``. Returns its line of the table, its runs and its breaks."""
    kept = FOLDER / _slug(name)
    kept.mkdir(exist_ok=True)
    began = time.monotonic()
    command = [sys.executable, __file__, "--only", name, "--seconds", str(seconds)]
    done = subprocess.run(command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, cwd=ROOT, check=False)
    took, told = time.monotonic() - began, done.stdout.decode("utf-8", "replace")
    edges = [int(number) for number in re.findall(r"\bcov: (\d+)", told)] or [0]
    runs = int((re.findall(r"number_of_executed_units: *(\d+)", told) or ["0"])[-1])
    broken = told.count("BROKEN: ") + int(bool(done.returncode) or not runs)
    if broken:
        shown = told[told.find("BROKEN: ") :][:3000] if "BROKEN: " in told else told[-3000:]
        print(f"{name}, exit code {done.returncode}:\n{shown}", file=sys.stderr)
    inputs = len(list(kept.iterdir()))
    cells = f"{took:>7.0f} {runs:>9,} {runs / took:>7,.0f} {edges[-1] - edges[0]:>9,} {inputs:>7,}"
    return f"{cells} {broken:>6}  {name}", runs, broken


def main() -> int:
    whole = argparse.RawDescriptionHelpFormatter
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=whole)
    parser.add_argument("names", nargs="*", metavar="NAME")
    parser.add_argument("--minutes", type=float, default=30)
    parser.add_argument("--jobs", type=int, default=os.cpu_count(), help="processes at a time")
    parser.add_argument("--only", help=argparse.SUPPRESS)
    parser.add_argument("--seconds", type=int, help=argparse.SUPPRESS)
    options = parser.parse_args()
    if importlib.util.find_spec("atheris") is None:
        sys.exit("make fuzz needs atheris, which is made for Python 3.11 to 3.13 on Linux (x86-64)")
    if options.only:
        import atheris

        with atheris.instrument_imports(include=["index", "qa", "tui"], enable_loader_override=False):
            given_tests(options.only, use=partial(fuzz, name=options.only, seconds=options.seconds))
        return 1  # fuzzing ends the process by itself
    with contextlib.redirect_stdout(io.StringIO()):
        known = given_tests("--collect-only", str(ROOT / "tests"))
    names = [name for name in known if not options.names or any(part in name for part in options.names)]
    if not names:
        parser.error("no such target; there are\n" + "\n".join(known))
    BROKEN.mkdir(parents=True, exist_ok=True)
    began, each = time.monotonic(), max(2, round(options.minutes * 60 * options.jobs / len(names)))
    print(f"{len(names)} targets, {each} s each")
    print("seconds      runs  runs/s new edges  inputs broken  target", flush=True)
    total = breaks = 0
    with ThreadPoolExecutor(options.jobs) as pool:
        for line, runs, broken in pool.map(partial(_spend, seconds=each), names):
            print(line, flush=True)
            total, breaks = total + runs, breaks + broken
    print(f"{total:,} runs in {(time.monotonic() - began) / 60:.1f} minutes; {breaks} broken")
    return min(breaks, 1)


if __name__ == "__main__":
    sys.exit(main())
