"""`make fuzz`: made-up and broken input for whatever reads input, guided by what it reaches in the code.

Atheris (libFuzzer for Python) changes inputs and keeps those that reach new lines of the program. Targets
are what `properties.TARGETS` calls with bytes, and every `@given` test, by its `fuzz_one_input`. Each
runs in a process of its own; what it keeps lies in build/fuzz/NAME/ for the next run, and inputs that break
something in build/fuzz/broken/. Of every hundredth input of the former all or a few characters are repeated
up to 100 kB, and that is timed. What breaks a test is in Hypothesis's database, too: run the test.

    run.py [--minutes 30] [NAME …]    every target, or those with NAME in theirs; exit code 1: one broke
    run.py --replay NAME FILE         one input again, with its traceback
"""

from __future__ import annotations

import argparse
import contextlib
import hashlib
import importlib.util
import os
import random
import re
import subprocess
import sys
import time
import traceback
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from functools import partial, update_wrapper
from inspect import iscoroutinefunction
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[2]
sys.path[:0] = [str(ROOT), str(ROOT / "tests")]
FOLDER = ROOT / "build" / "fuzz"
BROKEN = FOLDER / "broken"
#: Seconds that 100 kB may take, of processor time and with the tracing on; a whole run, and its memory.
SLOW, HANGS, MEGABYTES = 6.0, 60, 3000
PUMPED, LONGEST = 100_000, 4_096
_STARTED = time.monotonic()
_PROJECT = ("index/", "qa/", "tui/", "tests/properties.py")


class Runner:
    """Calls one target and keeps the first and shortest input of everything that breaks."""

    def __init__(self, name: str, run: Callable[[bytes], object]) -> None:
        from fuzz.seeds import CHANGES

        self._name, self._run, self._runs = name, run, 0
        self._known: set[str] = set()
        self._change = CHANGES.get(name)

    def __call__(self, data: bytes) -> None:
        self._runs += 1
        self._try(data)
        if self._runs % 100 == 0 and data and "::" not in self._name:
            chooser = random.Random(self._runs)
            if self._change is None:
                self._try(_pumped(data, chooser))
            else:
                with contextlib.suppress(Exception):  # it is no sound container any more
                    self._try(self._change(data, lambda inside: _pumped(inside, chooser), chooser))

    def _try(self, data: bytes) -> None:
        if (broken := self.broken(data)) and broken[0] not in self._known:
            self._known.add(broken[0])
            data = self._shortened(data, broken[0])
            file = BROKEN / f"{_slug(self._name)}-{hashlib.sha256(broken[0].encode()).hexdigest()[:8]}"
            file.write_bytes(data)
            told = f"{broken[0]}\n{len(data)} bytes: {data[:300]!r}\n\n{broken[1]}"
            file.with_suffix(".txt").write_text(told, encoding="utf-8", errors="backslashreplace")

    def broken(self, data: bytes) -> tuple[str, str] | None:
        """What ``data`` breaks, in a few words, and how."""
        began = time.process_time()
        try:
            self._run(data)
        except Exception as error:
            return _signature(error), traceback.format_exc()
        took = time.process_time() - began
        most = SLOW * max(1, len(data) / PUMPED)
        return ("it takes too long", f"{took:.1f} s for {len(data):,} bytes\n") if took > most else None

    def _shortened(self, data: bytes, signature: str) -> bytes:
        """``data`` less all that is not needed to break the same, as far as ten seconds go."""
        until, size = time.monotonic() + 10, len(data) // 2
        while size:
            at = 0
            while at < len(data) and time.monotonic() < until:
                less = data[:at] + data[at + size :]
                if (found := self.broken(less)) and found[0] == signature:
                    data = less
                else:
                    at += size
            size //= 2
        return data

    def fuzz(self, seconds: float) -> None:
        """Runs until the process is so old, and ends it."""
        import atheris

        def within(data: bytes, most: int, seed: int) -> bytes:
            """Changes the inside of a container four times out of five, else its bytes."""
            chooser = random.Random(seed)
            if self._change and chooser.random() < 0.8:
                with contextlib.suppress(Exception):  # it is no sound container any more
                    found = self._change(data, lambda part: atheris.Mutate(part, len(part) + 64), chooser)
                    return found if len(found) <= most else data
            return atheris.Mutate(data, most)

        self(b"")  # what the target imports when first called
        kept = FOLDER / _slug(self._name)
        left = max(2, round(seconds - (time.monotonic() - _STARTED)))
        limits = (f"-max_total_time={left}", f"-timeout={HANGS}", f"-rss_limit_mb={MEGABYTES}")
        files = (f"-artifact_prefix={BROKEN}/{kept.name}-", f"-dict={FOLDER / 'dictionary'}", str(kept))
        more = ("-print_final_stats=1", f"-report_slow_units={HANGS}", "-reload=0", "-len_control=0")
        options = [sys.argv[0], *limits, f"-max_len={LONGEST}", *more, *files]
        atheris.Setup(options, self, custom_mutator=within if self._change else None)
        atheris.Fuzz()


def _pumped(data: bytes, chooser: random.Random) -> bytes:
    """``data``, with all or a few characters of it so many times that it is 100 kB."""
    text = data.decode("utf-8", "surrogateescape")
    start, end = 0, len(text)
    if chooser.random() < 0.8 and text:
        start = chooser.randrange(len(text))
        end = start + chooser.randint(1, 8)
    unit = text[start:end]
    times = PUMPED // max(1, len(unit.encode("utf-8", "surrogateescape")))
    return (text[:start] + unit * times + text[end:]).encode("utf-8", "surrogateescape")


def _signature(error: Exception) -> str:
    """What tells one break from another: the kind of error and the last line of the project's it came by."""
    own = [
        frame
        for frame in traceback.extract_tb(error.__traceback__)
        if frame.filename.startswith(tuple(str(ROOT / part) for part in _PROJECT))
    ]
    place = f"{Path(own[-1].filename).name}:{own[-1].name}" if own else "?"
    message = str(error).partition("\n")[0] if isinstance(error, AssertionError) else ""
    return f"{type(error).__name__} {place} {message}"


def _slug(name: str) -> str:
    return re.sub(r"\W+", "-", name.rpartition("/")[2])


Use = Callable[[Callable[[bytes], object]], object]


class GivenTests:
    """A plugin of pytest: names the `@given` tests, or hands the one that is run to ``use``."""

    def __init__(self, use: Use | None = None) -> None:
        self.names: list[str] = []
        self._use = use

    def pytest_collection_finish(self, session: Any) -> None:
        given = [item for item in session.items if hasattr(item.obj, "hypothesis")]
        self.names = [i.nodeid for i in given if not iscoroutinefunction(i.obj.hypothesis.inner_test)]

    def pytest_pyfunc_call(self, pyfuncitem: Any) -> bool:
        test, fixtures = pyfuncitem.obj, pyfuncitem._fixtureinfo.argnames
        fixed = {name: pyfuncitem.funcargs[name] for name in fixtures}
        if fixed:
            inner = test.hypothesis.inner_test
            test.hypothesis.inner_test = update_wrapper(partial(inner, **fixed), inner)
        if self._use:
            self._use(test.hypothesis.fuzz_one_input)
        return True


def _given_tests(*options: str, use: Use | None = None) -> list[str]:
    import pytest

    plugin = GivenTests(use)
    pytest.main(["-qq", "-s", "-p", "no:cacheprovider", *options], plugins=[plugin])
    return plugin.names


def _with(name: str, use: Callable[[Runner], object]) -> None:
    """Makes the target and hands its runner to ``use``."""
    if "::" in name:
        _given_tests(name, use=lambda run: use(Runner(name, run)))
    else:
        import properties

        use(Runner(name, properties.TARGETS[name]))


def _names() -> list[str]:
    """All targets, asked for in a process of its own: it imports the program."""
    done = subprocess.run([sys.executable, __file__, "--list"], cwd=ROOT, stdout=subprocess.PIPE, text=True)
    lines = dict.fromkeys(done.stdout.splitlines())
    return [line for line in lines if re.fullmatch(r"\w+|tests/\S+\.py::\S.*", line)]


def _spend(name: str, seconds: int) -> tuple[str, int, int]:
    """A line of the table, runs and breaks of a target in ``seconds``."""
    from fuzz.seeds import seeds

    kept = FOLDER / _slug(name)
    kept.mkdir(exist_ok=True)
    for seed in [] if "::" in name else seeds(name):
        (kept / hashlib.sha1(seed).hexdigest()).write_bytes(seed[:LONGEST])
    began = time.time()
    command = [sys.executable, __file__, "--only", name, "--seconds", str(seconds)]
    done = subprocess.run(command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, cwd=ROOT, check=False)
    told = done.stdout.decode("utf-8", "replace")
    edges = [int(number) for number in re.findall(r"\bcov: (\d+)", told)] or [0]
    runs = int((re.findall(r"number_of_executed_units: *(\d+)", told) or ["0"])[-1])
    broken = [f for f in BROKEN.glob(f"{kept.name}-*") if f.suffix != ".txt" and f.stat().st_mtime >= began]
    if (done.returncode or not runs) and not broken:
        print(f"{name}: exit code {done.returncode}\n{told[-2000:]}", file=sys.stderr)
    breaks = len(broken) or int(bool(done.returncode or not runs))
    took, inputs = time.time() - began, len(list(kept.iterdir()))
    cells = f"{took:>7.0f} {runs:>9,} {runs / took:>7,.0f} {edges[-1] - edges[0]:>9,} {inputs:>7,}"
    return f"{cells} {breaks:>6}  {name}", runs, breaks


def main() -> int:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("names", nargs="*", metavar="NAME")
    parser.add_argument("--minutes", type=float, default=30)
    parser.add_argument("--jobs", type=int, default=os.cpu_count(), help="processes at a time")
    parser.add_argument("--replay", nargs=2, metavar=("NAME", "FILE"))
    parser.add_argument("--list", action="store_true", help="name all targets")
    parser.add_argument("--only", help=argparse.SUPPRESS)
    parser.add_argument("--seconds", type=int, help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.list:
        import properties

        print(*properties.TARGETS, *_given_tests("--collect-only"), sep="\n")
        return 0
    if options.replay:
        name, file = options.replay
        broken: list[tuple[str, str] | None] = []
        _with(name, lambda runner: broken.append(runner.broken(Path(file).read_bytes())))
        print(broken[0][1] if broken[0] else "nothing breaks")
        return int(broken[0] is not None)
    if importlib.util.find_spec("atheris") is None:
        print(
            "make fuzz needs atheris, which is made for Python 3.11 to 3.13 on Linux (x86-64)",
            file=sys.stderr,
        )
        return 2
    if options.only:
        import atheris

        with atheris.instrument_imports(include=["index", "qa", "tui"], enable_loader_override=False):
            _with(options.only, lambda runner: runner.fuzz(options.seconds))
        return 1  # fuzzing ends the process by itself
    known = _names()
    names = [n for n in known if n in options.names or any(w in n for w in options.names if "::" in n)]
    names = names if options.names else known
    if not names:
        parser.error(f"no such target; there are {', '.join(known)}")
    from fuzz.seeds import dictionary

    BROKEN.mkdir(parents=True, exist_ok=True)
    (FOLDER / "dictionary").write_text(dictionary())
    began, each = time.monotonic(), max(2, round(options.minutes * 60 * options.jobs / len(names)))
    print(
        f"{len(names)} targets, {each} s each\nseconds      runs  runs/s new edges  inputs broken  target",
        flush=True,
    )
    total = breaks = 0
    with ThreadPoolExecutor(options.jobs) as pool:
        for line, runs, broken in pool.map(partial(_spend, seconds=each), names):
            print(line, flush=True)
            total, breaks = total + runs, breaks + broken
    print(f"{total:,} runs in {(time.monotonic() - began) / 60:.1f} minutes; {breaks} broken")
    if breaks:
        print(f"what broke is in {BROKEN.relative_to(ROOT)}", file=sys.stderr)
    return min(breaks, 1)


if __name__ == "__main__":
    sys.exit(main())
