"""`make bench`: Yinju measured as a user meets it, beside plain BM25 and raw FAISS in the same run.

Plain BM25 is bm25s on jieba's words, raw FAISS an exact float32 index. Each does its part of the work and
nothing else: no cleaning, offsets, cross-language matching, storage or quotations. Every figure comes from
a process of its own. ``--against REV`` measures another commit too, in turn with this tree. ``--large
1000000`` asks a library of so many passages as well; making it takes a quarter of an hour once, and 6 GB in
build/bench/. The samples are kept for pyperf there, to be compared with later ones:
``python -m pyperf compare_to build/bench/REV.json build/bench/here.json``.
"""

from __future__ import annotations

import argparse
import json
import os
import shutil
import statistics
import subprocess
import sys
import tempfile
from collections import defaultdict
from collections.abc import Mapping
from pathlib import Path
from subprocess import DEVNULL

from baselines import VECTORS
from measure import APP, QA, ROOT, Ran, forget_settings, frame, golden, percentile, plain, run

KEPT = ROOT / "build" / "bench"
QUESTION = "谷歌和 OpenAI 怎样留住研究人员?"
BM25, FLAT = "bm25s + jieba", "FAISS IndexFlatIP"
SEARCH = f"vector search of {VECTORS:,}, ms"
#: The lines of the table, each with its goal and with what stands beside it. The unit comes last.
FIGURES = {
    "qa ask, cold, whole process, s": ("<= 0.8", BM25),
    "  peak memory, MB": ("< 350", BM25),
    "qa --help, s": ("<= 0.15", ""),
    "app, first frame, s": ("<= 0.6", "Textual, one line"),
    "  with its library open, s": ("", ""),
    "qa add, passages/s": (">= 800", BM25),
    "qa add again, nothing changed, s": ("", ""),
    "ask, warm, p50, ms": ("<= 12", BM25),
    "  p95, ms": ("", BM25),
    SEARCH: ("", FLAT),
    "  recall@10, share": ("", FLAT),
    "environment of make run, MB": ("< 450", ""),
}
#: The same for a large library.
LARGE = {
    "qa add, a tenth of it, passages/s": (">= 1,900", ""),
    "qa ask, cold, whole process, s": ("", ""),
    "  peak memory, MB": ("< 500", ""),
    "ask, warm, p50, ms": ("<= 50", ""),
    "  p95, ms": ("", ""),
    "  peak memory of all questions, MB": ("< 500", ""),
}
#: By figure.
Samples = dict[str, list[float]]


def main() -> None:
    parser = argparse.ArgumentParser(description="Measure beside plain BM25, raw FAISS and another commit.")
    parser.add_argument("--against", metavar="REV", help="a commit to measure in turn with this tree")
    parser.add_argument("--runs", type=int, default=5)
    parser.add_argument("--large", type=int, metavar="PASSAGES", help="measure a library of so many passages")
    options = parser.parse_args()
    trees = {"here": ROOT}
    with tempfile.TemporaryDirectory(prefix="yinju-bench-") as scratch:
        if options.against:
            trees[options.against] = other = Path(scratch, "other")
            git("add", "--detach", str(other), options.against)
        try:
            samples = measure(Path(scratch), trees, options.runs)
            large = measure_large(Path(scratch), trees, options.runs, options.large) if options.large else {}
        finally:
            if options.against:
                git("remove", "--force", str(other))
    keep(samples)
    keep(large, "-large")
    show(FIGURES, samples, options.against)
    if large:
        print(f"\nA library of {options.large:,} passages")
        show(LARGE, large, options.against)


def show(figures: Mapping[str, tuple[str, str]], samples: Mapping[str, Samples], other: str | None) -> None:
    """Prints the medians: here, at the other commit, and of what stands beside it, with their ratios."""
    medians = {tree: {name: statistics.median(v) for name, v in of.items()} for tree, of in samples.items()}
    here, against, beside = (medians.get(tree, {}) for tree in ("here", other, "beside"))
    print(f"{'':36} {'Yinju':>9} {'goal':>9}  {(other or '')[:18]:>18}  {'beside':>9} {'ratio':>8}")
    for name, (goal, baseline) in figures.items():
        cells = [f"{name:36} {plain(here[name]):>9} {goal:>9} "]
        for value in (against.get(name), beside.get(name)):
            cells.append(f"{plain(value):>9} {here[name] / value:7.2f}x" if value else f"{'':18}")
        print(*cells, baseline)


def git(*command: str) -> None:
    subprocess.run(["git", "worktree", *command], cwd=ROOT, check=True, stdout=DEVNULL, stderr=DEVNULL)


def keep(samples: Mapping[str, Samples], kind: str = "") -> None:
    """What took seconds or milliseconds, for pyperf."""
    import pyperf

    KEPT.mkdir(parents=True, exist_ok=True)
    for tree, of in samples.items():
        made = []
        for name, values in of.items():
            if unit := {"s": 1.0, "ms": 1e-3}.get(name.rpartition(" ")[2]):
                runs = [pyperf.Run([value * unit], metadata={"name": name.strip()}) for value in values]
                made.append(pyperf.Benchmark(runs))
        pyperf.BenchmarkSuite(made).dump(str(KEPT / f"{tree.replace('/', '-')}{kind}.json"), replace=True)


def measure(scratch: Path, trees: Mapping[str, Path], runs: int) -> dict[str, Samples]:
    """All samples by tree, and "beside". Trees take turns; each command runs once unmeasured first."""
    forget_settings(scratch)
    passages, articles = scratch / "bundled.json", scratch / "articles"
    baseline("bundled", passages, articles)
    baseline("bm25_index", passages, scratch / "bm25")
    samples: dict[str, Samples] = {tree: defaultdict(list) for tree in (*trees, "beside")}
    here, beside = samples["here"], samples["beside"]
    for turn in range(runs + 1):
        if turn == 1:  # the first was to fill the caches
            for of in samples.values():
                of.clear()
        for tree, place in trees.items():
            of, home = samples[tree], scratch / tree.replace("/", "-")
            os.environ |= {"PYTHONPATH": str(place), "HOME": str(home)}
            home.mkdir(exist_ok=True)
            asking(of, run(*QA, "ask", QUESTION))
            of["qa --help, s"].append(run(*QA, "--help").seconds)
            of["app, first frame, s"].append(frame("Yinju", *APP))
            of["  with its library open, s"].append(frame("24 articles", *APP))
            if turn < 2:
                adding(of, home / "library", articles)
        os.environ |= {"PYTHONPATH": str(ROOT), "HOME": str(scratch)}
        asking(beside, baseline("bm25_ask", scratch / "bm25", QUESTION))
        beside["app, first frame, s"].append(frame("Textual", *BASELINES, "bare_app"))
    count = int(baseline("passages", scratch / "here" / "library", passages).output)
    indexed = baseline("bm25_index", passages, scratch / "bm25")
    beside["qa add, passages/s"].append(count / indexed.seconds)
    warm(beside, json.loads(baseline("bm25_ask", scratch / "bm25", given="\n".join(golden())).output))
    ours, flat, recall = json.loads(baseline("vectors").output)
    here[SEARCH], beside[SEARCH] = [ours], [flat]
    here["  recall@10, share"], beside["  recall@10, share"] = [recall], [1.0]
    here["environment of make run, MB"] = [environment()]
    return samples


BASELINES = (sys.executable, str(Path(__file__).with_name("baselines.py")))


def baseline(name: str, *arguments: str | Path, given: str = "") -> Ran:
    return run(*BASELINES, name, *map(str, arguments), given=given)


def asking(of: Samples, asked: Ran) -> None:
    of["qa ask, cold, whole process, s"].append(asked.seconds)
    of["  peak memory, MB"].append(asked.peak)


def adding(of: Samples, library: Path, articles: Path) -> None:
    """Adds all, adds again, and asks the golden questions of one process."""
    shutil.rmtree(library, ignore_errors=True)
    added = run(*QA, "add", "--json", "--library", str(library), str(articles))
    of["qa add, passages/s"].append(json.loads(added.output)["passages"] / added.seconds)
    again = run(*QA, "add", "--library", str(library), str(articles))
    of["qa add again, nothing changed, s"].append(again.seconds)
    asked = run(*QA, "ask", "--library", str(library), "--batch", "-", given="\n".join(golden()))
    warm(of, [json.loads(line)["elapsed_ms"] for line in asked.output.splitlines()[1:]])


def measure_large(scratch: Path, trees: Mapping[str, Path], runs: int, passages: int) -> dict[str, Samples]:
    """All samples of a library of made-up articles by tree. Trees of one lexicon and format share it."""
    articles = KEPT / f"articles-{passages}"
    if not articles.exists():
        # In a process of its own: this one stays small.
        run(
            sys.executable, str(Path(__file__).with_name("scale.py")), "--write", str(articles), str(passages)
        )
    samples: dict[str, Samples] = {tree: defaultdict(list) for tree in trees}
    libraries = {}
    for tree, place in trees.items():
        os.environ |= {"PYTHONPATH": str(place), "HOME": str(scratch)}
        made_with = run(sys.executable, "-c", _MADE_WITH).output.strip()
        libraries[tree] = library = KEPT / f"library-{passages}-{made_with}"
        if not library.exists():
            run(*QA, "add", "--library", str(library.with_suffix(".new")), str(articles))
            library.with_suffix(".new").rename(library)
    part = next(iter(sorted(articles.iterdir())))
    for turn in range(runs + 1):
        for tree, place in trees.items():
            os.environ |= {"PYTHONPATH": str(place), "HOME": str(scratch)}
            of, library = samples[tree], str(libraries[tree])
            asked = run(*QA, "ask", "--library", library, QUESTION)
            if turn == 0:  # to fill the caches
                continue
            asking(of, asked)
            if turn < 3:
                batch = run(*QA, "ask", "--library", library, "--batch", "-", given="\n".join(golden()))
                warm(of, [json.loads(line)["elapsed_ms"] for line in batch.output.splitlines()[1:]])
                of["  peak memory of all questions, MB"].append(batch.peak)
                added = run(*QA, "add", "--json", "--library", str(scratch / "part"), str(part))
                count = json.loads(added.output)["passages"]
                of["qa add, a tenth of it, passages/s"].append(count / added.seconds)
                shutil.rmtree(scratch / "part")
    return samples


#: Prints the lexicon and the format that a tree makes libraries with.
_MADE_WITH = """from index.lexicon.lexicon import bundled_lexicon
from index.storage.schema import FORMAT_VERSION
print(bundled_lexicon().fingerprint, FORMAT_VERSION, sep="-")"""


def warm(of: Samples, milliseconds: list[float]) -> None:
    of["ask, warm, p50, ms"].append(percentile(milliseconds, 50))
    of["  p95, ms"].append(percentile(milliseconds, 95))


def environment() -> float:
    """MB on disk of what `make run` installs: an install of its own, thrown away after."""
    copy = ROOT / "build" / "bench-environment"
    shutil.rmtree(copy, ignore_errors=True)
    pip = [str(copy / "bin" / "python"), "-m", "pip", "--disable-pip-version-check", "install", "--quiet"]
    constraints = ["--constraint", str(ROOT / "constraints.txt")]
    run(sys.executable, "-m", "venv", str(copy))
    run(*pip, *constraints, "--upgrade", "pip")
    run(*pip, *constraints, "--editable", str(ROOT))
    total = sum(file.lstat().st_blocks * 512 for file in copy.rglob("*"))
    shutil.rmtree(copy)
    return total / 1e6


if __name__ == "__main__":
    main()
