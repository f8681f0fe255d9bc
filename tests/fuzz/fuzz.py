"""`make fuzz`: made-up and broken input for whatever reads input, guided by what it reaches in the code.

Atheris (libFuzzer for Python) changes inputs and keeps those that reach new lines of index/ and qa/. Each
target of `fuzz_targets` says what must hold whatever comes in. Beside that no input may take long: of every
hundredth all or a few characters are repeated up to 100 kB, and that is timed. Targets take turns, each in a
process of its own; what they keep lies in build/fuzz/NAME/ for the next run, and inputs that break something
in build/fuzz/broken/.

    fuzz.py [--minutes 30] [NAME …]    every target, or those named; exit code 1 where something broke
    fuzz.py --replay NAME FILE         one input again, with its traceback
"""

from __future__ import annotations

import argparse
import contextlib
import hashlib
import importlib.util
import random
import re
import resource
import subprocess
import sys
import time
import traceback
from collections.abc import Callable
from pathlib import Path
from typing import NoReturn

ROOT = Path(__file__).resolve().parents[2]
FOLDER = ROOT / "build" / "fuzz"
BROKEN = FOLDER / "broken"
Changing = Callable[[bytes, Callable[[bytes], bytes], random.Random], bytes]
#: Seconds that 100 kB may take, of processor time and with the tracing on; a whole run, and its memory.
SLOW, HANGS, MEGABYTES = 6.0, 60, 3000
_PUMPED = 100_000
_LONGEST = 4_096
_PROJECT = ("index/", "qa/", "tests/fuzz/fuzz_targets.py", "tests/fuzz/fuzz_answers.py")


class Runner:
    """Calls one target, counts, and keeps the first and shortest input of everything that breaks."""

    def __init__(self, name: str, run: Callable[[bytes], None], change: Changing | None = None) -> None:
        self.name, self._run, self._change = name, run, change
        self.runs, self._told = 0, 0.0
        self._known: set[str] = set()

    def __call__(self, data: bytes) -> None:
        self.runs += 1
        inputs = [data]
        if self.runs % 100 == 0 and data:
            chooser = random.Random(self.runs)
            if self._change is None:
                inputs.append(_pumped(data, chooser))
            else:
                with contextlib.suppress(Exception):  # it is no sound container any more
                    inputs.append(self._change(data, lambda inside: _pumped(inside, chooser), chooser))
        for each in inputs:
            if (broken := self.broken(each)) and broken[0] not in self._known:
                self._known.add(broken[0])
                self._keep(each, *broken)
        if (now := time.monotonic()) - self._told > 1:
            self._told = now
            (FOLDER / f"{self.name}.runs").write_text(str(self.runs))

    def broken(self, data: bytes) -> tuple[str, str] | None:
        """What ``data`` breaks, in a few words, and how."""
        began = time.process_time()
        try:
            self._run(data)
        except Exception as error:
            return _signature(error), traceback.format_exc()
        took = time.process_time() - began
        most = SLOW * max(1, len(data) / _PUMPED)
        return ("it takes too long", f"{took:.1f} s for {len(data):,} bytes\n") if took > most else None

    def _keep(self, data: bytes, signature: str, how: str) -> None:
        data = self._shortened(data, signature)
        name = f"{self.name}-{hashlib.sha256(signature.encode()).hexdigest()[:8]}"
        (BROKEN / name).write_bytes(data)
        told = f"{signature}\n{len(data)} bytes: {data[:300]!r}\n\n{how}"
        (BROKEN / f"{name}.txt").write_text(told, encoding="utf-8", errors="backslashreplace")

    def _shortened(self, data: bytes, signature: str) -> bytes:
        """``data`` less all that is not needed to break the same, as far as ten seconds go."""
        until = time.monotonic() + 10
        size = len(data) // 2
        while size:
            at = 0
            while at < len(data) and time.monotonic() < until:
                less = data[:at] + data[at + size :]
                found = self.broken(less)
                if found and found[0] == signature:
                    data = less
                else:
                    at += size
            size //= 2
        return data


def _pumped(data: bytes, chooser: random.Random) -> bytes:
    """``data``, with all or a few characters of it so many times that it is 100 kB."""
    text = data.decode("utf-8", "surrogateescape")
    start, end = 0, len(text)
    if chooser.random() < 0.8 and text:
        start = chooser.randrange(len(text))
        end = start + chooser.randint(1, 8)
    unit = text[start:end]
    times = _PUMPED // max(1, len(unit.encode("utf-8", "surrogateescape")))
    return (text[:start] + unit * times + text[end:]).encode("utf-8", "surrogateescape")


def _signature(error: Exception) -> str:
    """What tells one break from another: the kind of error and the last line of the project's it came by."""
    own = [
        frame
        for frame in traceback.extract_tb(error.__traceback__)
        if frame.filename.startswith(tuple(str(ROOT / part) for part in _PROJECT))
    ]
    place = f"{Path(own[-1].filename).name}:{own[-1].name}" if own else "?"
    message = str(error) if type(error).__name__ == "Finding" else ""
    return " ".join(filter(None, (type(error).__name__, place, message)))


def _only(name: str, seconds: int) -> NoReturn:
    """One target, in this process."""
    import atheris

    sys.path[:0] = [str(ROOT), str(Path(__file__).parent)]
    with atheris.instrument_imports(include=["index", "qa"], enable_loader_override=False):
        import fuzz_seeds
        import fuzz_targets

        change = fuzz_seeds.CHANGES.get(name)
        runner = Runner(name, fuzz_targets.targets()[name](), change)
        runner(b"")  # what the target imports when first called
        for seed in fuzz_seeds.seeds(name)[:3]:
            runner(seed)

    def within(data: bytes, most: int, seed: int) -> bytes:
        """Changes the inside of a container four times out of five, else its bytes."""
        chooser = random.Random(seed)
        if change and chooser.random() < 0.8:
            with contextlib.suppress(Exception):  # it is no sound container any more
                found = change(data, lambda inside: atheris.Mutate(inside, len(inside) + 64), chooser)
                return found if len(found) <= most else data
        return atheris.Mutate(data, most)

    options = [
        *(f"-max_total_time={seconds}", f"-timeout={HANGS}", f"-rss_limit_mb={MEGABYTES}"),
        *(
            "-print_final_stats=1",
            f"-report_slow_units={HANGS}",
            f"-max_len={_LONGEST}",
            f"-artifact_prefix={BROKEN}/{name}-",
        ),
        *(f"-dict={FOLDER / 'dictionary'}", "-reload=0", "-len_control=0", str(FOLDER / name)),
    ]
    atheris.Setup([sys.argv[0], *options], runner, custom_mutator=within if change else None)
    atheris.Fuzz()
    sys.exit()


def _replay(name: str, path: Path) -> int:
    sys.path[:0] = [str(ROOT), str(Path(__file__).parent)]
    import fuzz_targets

    broken = Runner(name, fuzz_targets.targets()[name]()).broken(path.read_bytes())
    print(broken[1] if broken else "nothing breaks")
    return 1 if broken else 0


def _names() -> list[str]:
    sys.path[:0] = [str(ROOT), str(Path(__file__).parent)]
    import fuzz_targets

    return list(fuzz_targets.targets())


def _prepare(names: list[str]) -> None:
    import fuzz_seeds

    BROKEN.mkdir(parents=True, exist_ok=True)
    (FOLDER / "dictionary").write_text(fuzz_seeds.dictionary())
    for name in names:
        (FOLDER / name).mkdir(exist_ok=True)
        for seed in fuzz_seeds.seeds(name):
            (FOLDER / name / hashlib.sha1(seed).hexdigest()).write_bytes(seed[:_LONGEST])


def _spend(name: str, seconds: int) -> tuple[int, int, int, int]:
    """Runs, new edges of the code, kept inputs and breaks of a target in ``seconds``."""
    runs_file = FOLDER / f"{name}.runs"
    runs_file.unlink(missing_ok=True)
    before = {path.name for path in BROKEN.iterdir()}
    log = FOLDER / f"{name}.log"
    with log.open("wb") as output:
        done = subprocess.run(
            [sys.executable, __file__, "--only", name, "--seconds", str(seconds)],
            stdout=output,
            stderr=subprocess.STDOUT,
            cwd=ROOT,
            check=False,
        )
    told = log.read_text(encoding="utf-8", errors="replace")
    edges = [int(number) for number in re.findall(r"\bcov: (\d+)", told)] or [0]
    runs = int(runs_file.read_text()) if runs_file.exists() else 0
    new = [name for name in {path.name for path in BROKEN.iterdir()} - before if not name.endswith(".txt")]
    if done.returncode and not new:
        new = [f"{name}: exit code {done.returncode}"]
        print(told[-2000:], file=sys.stderr)
    return runs, edges[-1] - edges[0], len(list((FOLDER / name).iterdir())), len(new)


def main() -> int:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("names", nargs="*", metavar="NAME")
    parser.add_argument("--minutes", type=float, default=30)
    parser.add_argument("--replay", nargs=2, metavar=("NAME", "FILE"))
    parser.add_argument("--only", help=argparse.SUPPRESS)
    parser.add_argument("--seconds", type=int, help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.replay:
        return _replay(options.replay[0], Path(options.replay[1]))
    if options.only:
        _only(options.only, options.seconds)
    if importlib.util.find_spec("atheris") is None:
        print(
            "make fuzz needs atheris, which is made for Python 3.11 to 3.13 on Linux (x86-64)",
            file=sys.stderr,
        )
        return 2
    known = _names()
    if strange := set(options.names) - set(known):
        parser.error(f"no target {', '.join(sorted(strange))}; there are {', '.join(known)}")
    names = options.names or known
    _prepare(names)
    print(
        f"{'target':<10} {'seconds':>7} {'runs':>9} {'runs/s':>7} "
        f"{'new edges':>9} {'inputs':>7} {'broken':>6}"
    )
    total, breaks, began = 0, 0, time.monotonic()
    for place, name in enumerate(names):
        # What one target leaves of its time goes to those after it.
        left = options.minutes * 60 - (time.monotonic() - began)
        started = time.monotonic()
        runs, edges, inputs, broken = _spend(name, max(1, round(left / (len(names) - place))))
        took = time.monotonic() - started
        total, breaks = total + runs, breaks + broken
        print(
            f"{name:<10} {took:>7.0f} {runs:>9,} {runs / took:>7,.0f} {edges:>9,} {inputs:>7,} {broken:>6}",
            flush=True,
        )
    minutes = (time.monotonic() - began) / 60
    peak = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss / 1024
    print(f"{total:,} runs in {minutes:.1f} minutes, at most {peak:,.0f} MB; {breaks} broken")
    if breaks:
        print(f"what broke is in {BROKEN.relative_to(ROOT)}", file=sys.stderr)
    return 1 if breaks else 0


if __name__ == "__main__":
    sys.exit(main())
