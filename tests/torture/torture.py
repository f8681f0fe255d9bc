"""`make torture`: crashes, full disks and power cuts, in which no library may lose anything.

It drives the real program in processes of its own. The parts:

  kill      SIGKILL at random instants; afterwards everything equals a library built afresh
  power     the same, with all undone that was not made sure of by fsync: what a power cut leaves
  disk      full disks, limits on the size of files, writing that fails at the n-th call
  readonly  folders, files and mounts that cannot be written to
  peers     several writers at once, and readers while they write
  damage    flipped, zeroed, cut, lost and swapped bytes in every file
  calls     upgrade, backup, restore and repair while any call of theirs fails or is the last

Exit code 1 when anything was wrong; what shows it is kept in the folder that is printed.
"""

from __future__ import annotations

import argparse
import importlib
import multiprocessing
import os
import shutil
import sys
import tempfile
import time
from collections.abc import Callable
from concurrent.futures import ProcessPoolExecutor
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT))

from torture_result import Result  # noqa: E402
from torture_truth import Oracle  # noqa: E402

#: A part runs ``count`` trials with a seed in a scratch folder.
Part = Callable[[str, int, Path, Oracle], Result]
#: How many trials of each part the long form makes.
PARTS = {"kill": 500, "power": 200, "disk": 150, "readonly": 2, "peers": 4, "damage": 300, "calls": 240}


def main() -> int:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument(
        "--seed", type=int, default=int(time.time()), help="what all that is random follows from"
    )
    parser.add_argument("--part", default=",".join(PARTS), help="the parts to run, with commas between them")
    parser.add_argument("--workers", type=int, default=2, help="libraries tortured at a time")
    parser.add_argument(
        "--scratch", type=Path, help="a folder on the file system to test [default: a temporary one]"
    )
    for name, count in PARTS.items():
        parser.add_argument(
            f"--{name}s" if name == "kill" else f"--{name}", type=int, default=count, metavar="N"
        )
    given = parser.parse_args()
    parts = given.part.split(",")
    if unknown := set(parts) - set(PARTS):
        parser.error(f"no such part: {', '.join(sorted(unknown))}")
    scratch = Path(tempfile.mkdtemp(prefix="yinju-torture-", dir=given.scratch))
    print(f"seed {given.seed}, {given.workers} workers, in {scratch}", flush=True)
    wrong = 0
    for name in parts:
        began = time.perf_counter()
        count = getattr(given, "kills" if name == "kill" else name)
        result = run(name, given.seed, count, given.workers, scratch)
        print(f"\n{name}: {len(result.wrong)} wrong ({time.perf_counter() - began:.0f} s)")
        for what, number in sorted(result.counts.items()):
            print(f"  {number:7,}  {what}")
        sys.stdout.flush()
        wrong += len(result.wrong)
    if not wrong:
        shutil.rmtree(scratch)
    return min(wrong, 1)


def run(name: str, seed: int, count: int, workers: int, scratch: Path) -> Result:
    """A part's trials, shared out among processes."""
    workers = max(1, min(workers, count))
    shares = [count // workers + (number < count % workers) for number in range(workers)]
    # Processes that are started anew: models that one loaded are not safe to take over by fork.
    with ProcessPoolExecutor(workers, multiprocessing.get_context("spawn")) as pool:
        jobs = [
            pool.submit(_work, name, f"{seed}.{number}", share, scratch / f"{name}{number}")
            for number, share in enumerate(shares)
        ]
        result = Result()
        for job in jobs:
            result = result.merge(job.result())
        return result


def _work(name: str, seed: str, count: int, scratch: Path) -> Result:
    os.environ["OMP_NUM_THREADS"] = "1"
    scratch.mkdir(parents=True)
    part: Part = importlib.import_module(f"torture_{name}").run
    return part(seed, count, scratch, Oracle(scratch))


if __name__ == "__main__":
    raise SystemExit(main())
