"""`make bench`: Yinju measured as a user meets it, beside plain BM25 and raw FAISS in the same run.

Plain BM25 is bm25s on jieba's words, raw FAISS an exact float32 index: each does its part of the work and
nothing else (no cleaning, offsets, cross-language matching, storage or quotations). Every figure comes from a
process of its own; this one only starts them and reads the clock, and stays small because Linux counts the
memory of the parent at the start into a child's peak. ``--against REV`` measures another commit too, in turn
with this tree. Samples are kept as pyperf has them, in build/bench/, to be compared with later ones:
``python -m pyperf compare_to build/bench/REV.json build/bench/here.json``.
"""

from __future__ import annotations

import argparse
import fcntl
import json
import os
import random
import shutil
import statistics
import struct
import subprocess
import sys
import tempfile
import termios
import threading
import time
from collections import defaultdict
from collections.abc import Callable, Mapping
from itertools import cycle
from pathlib import Path
from subprocess import DEVNULL, Popen
from typing import Any, NamedTuple

ROOT = Path(__file__).resolve().parents[2]
KEPT = ROOT / "build" / "bench"
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
CHARACTERS, ARTICLE = 3_000 * 450, 10 * 450
VECTORS, SEARCHES = 100_000, 200
QUESTION = "谷歌和 OpenAI 怎样留住研究人员?"
BM25 = "bm25s + jieba"


class Ran(NamedTuple):
    """One finished process: ``seconds`` of wall clock, ``peak`` memory in MB, standard output."""

    seconds: float
    peak: float
    output: str


class Goal(NamedTuple):
    """What a figure is to be and what stands beside it; its name says the unit last."""

    goal: str = ""
    beside: str = ""
    baseline: str = ""


#: The lines of the table. ``beside`` names the samples of the baseline.
FIGURES = {
    "qa ask, cold, whole process, s": Goal("<= 0.8", "bm25 ask, s", BM25),
    "  peak memory, MB": Goal("< 350", "bm25 memory, MB", BM25),
    "qa --help, s": Goal("<= 0.15"),
    "app, first frame, s": Goal("<= 0.6", "bare app, s", "Textual, one line"),
    "  with its library open, s": Goal(),
    "qa add, passages/s": Goal(">= 800", "bm25 index, passages/s", BM25),
    "qa add again, nothing changed, s": Goal(),
    "ask, warm, p50, ms": Goal("", "bm25 p50, ms", BM25),
    "  p95, ms": Goal("", "bm25 p95, ms", BM25),
    f"vector search of {VECTORS:,}, ms": Goal("", "flat search, ms", "FAISS IndexFlatIP"),
    "  recall@10, share": Goal("", "flat recall", "FAISS IndexFlatIP"),
    "environment of make run, MB": Goal("< 450"),
}
Samples = dict[str, list[float]]


def main() -> None:
    parser = argparse.ArgumentParser(description="Measure beside plain BM25, raw FAISS and another commit.")
    parser.add_argument("--against", metavar="REV", help="a commit to measure in turn with this tree")
    parser.add_argument("--runs", type=int, default=5)
    parser.add_argument("--json", action="store_true", help="print the medians instead of the table")
    parser.add_argument("-v", action="store_true", help="let what is measured print its errors")
    options = parser.parse_args()
    trees = {"here": ROOT}
    with tempfile.TemporaryDirectory(prefix="yinju-bench-") as scratch:
        if options.against:
            trees[options.against] = other = Path(scratch, "other")
            git("add", "--detach", str(other), options.against)
        try:
            samples = measure(Path(scratch), trees, options.runs)
        finally:
            if options.against:
                git("remove", "--force", str(other))
    keep(samples)
    medians = {tree: {name: statistics.median(v) for name, v in of.items()} for tree, of in samples.items()}
    if options.json:
        print(json.dumps(medians, ensure_ascii=False, indent=2))
        return
    here = medians["here"]
    print(f"{'':36} {'Yinju':>9} {'goal':>9}  {(options.against or '')[:18]:>18}  {'beside':>9} {'ratio':>8}")
    for name, (goal, beside, baseline) in FIGURES.items():
        cells = [f"{name:36} {plain(here[name]):>9} {goal:>9} "]
        for value in (medians.get(options.against, {}).get(name), here.get(beside)):
            cells.append(f"{plain(value):>9} {here[name] / value:7.2f}x" if value else f"{'':18}")
        print(*cells, baseline)


def git(*command: str) -> None:
    subprocess.run(["git", "worktree", *command], cwd=ROOT, check=True, stdout=DEVNULL, stderr=DEVNULL)


def plain(value: float) -> str:
    return f"{value:,.0f}" if value >= 100 else f"{value:.3g}"


def keep(samples: Mapping[str, Samples]) -> None:
    """What took seconds or milliseconds, for pyperf."""
    import pyperf

    KEPT.mkdir(parents=True, exist_ok=True)
    for tree, of in samples.items():
        made = []
        for name, values in of.items():
            unit = {"s": 1.0, "ms": 1e-3}.get(name.rpartition(" ")[2])
            if unit:
                runs = [pyperf.Run([value * unit], metadata={"name": name.strip()}) for value in values]
                made.append(pyperf.Benchmark(runs))
        file = KEPT / f"{tree.replace('/', '-')}.json"
        pyperf.BenchmarkSuite(made).dump(str(file), replace=True)


def measure(scratch: Path, trees: Mapping[str, Path], runs: int) -> dict[str, Samples]:
    """All samples by tree and name; trees take turns, and each command runs once unmeasured first."""
    for name in [name for name in os.environ if name.startswith(("QA_", "XDG_"))]:
        del os.environ[name]
    os.environ["HOME"] = str(scratch)
    passages, articles = scratch / "bundled.json", scratch / "articles"
    part("bundled", passages, articles)
    part("bm25-index", passages, scratch / "bm25")
    samples: dict[str, Samples] = {tree: defaultdict(list) for tree in trees}
    here = samples["here"]
    for turn in range(runs + 1):
        if turn == 1:  # the first was to fill the caches
            for of in samples.values():
                of.clear()
        for tree, place in trees.items():
            of, home = samples[tree], scratch / tree.replace("/", "-")
            os.environ |= {"PYTHONPATH": str(place), "HOME": str(home)}
            home.mkdir(exist_ok=True)
            asked = run(*QA, "ask", QUESTION)
            of["qa ask, cold, whole process, s"].append(asked.seconds)
            of["  peak memory, MB"].append(asked.peak)
            of["qa --help, s"].append(run(*QA, "--help").seconds)
            of["app, first frame, s"].append(frame("Yinju", *APP))
            of["  with its library open, s"].append(frame("24 articles", *APP))
            if turn < 2:
                adding(of, home / "library", articles)
        os.environ |= {"PYTHONPATH": str(ROOT), "HOME": str(scratch)}
        asked = part("bm25-ask", scratch / "bm25", QUESTION)
        here["bm25 ask, s"].append(asked.seconds)
        here["bm25 memory, MB"].append(asked.peak)
        here["bare app, s"].append(frame("Textual", sys.executable, __file__, "bare-app"))
    stored = scratch / "here" / "library"
    count = int(part("passages", stored, scratch / "passages.json").output)
    here["bm25 index, passages/s"].append(
        count / part("bm25-index", scratch / "passages.json", scratch / "bm25").seconds
    )
    times = json.loads(part("bm25-batch", scratch / "bm25", given="\n".join(golden()).encode()).output)
    here["bm25 p50, ms"], here["bm25 p95, ms"] = [at(times, 50)], [at(times, 95)]
    names = (f"vector search of {VECTORS:,}, ms", "flat search, ms", "  recall@10, share", "flat recall")
    for name, value in zip(names, json.loads(part("vectors").output), strict=True):
        here[name] = [value]
    here["environment of make run, MB"] = [float(part("environment").output)]
    return samples


def adding(of: Samples, library: Path, articles: Path) -> None:
    """Adds all, adds again, and asks the golden questions of one process."""
    shutil.rmtree(library, ignore_errors=True)
    added = run(*QA, "add", "--json", "--library", str(library), str(articles))
    of["qa add, passages/s"].append(json.loads(added.output)["passages"] / added.seconds)
    again = run(*QA, "add", "--library", str(library), str(articles))
    of["qa add again, nothing changed, s"].append(again.seconds)
    asked = run(*QA, "ask", "--library", str(library), "--batch", "-", given="\n".join(golden()).encode())
    times = [json.loads(line)["elapsed_ms"] for line in asked.output.splitlines()[1:]]
    of["ask, warm, p50, ms"].append(at(times, 50))
    of["  p95, ms"].append(at(times, 95))


def run(*command: str, given: bytes = b"") -> Ran:
    """Runs ``command`` with ``given`` on standard input; a failure ends the benchmark."""
    with tempfile.TemporaryFile() as source, tempfile.TemporaryFile() as output:
        source.write(given)
        source.seek(0)
        start = time.perf_counter()
        process = Popen(command, stdin=source, stdout=output, stderr=None if "-v" in sys.argv else DEVNULL)
        _, status, usage = os.wait4(process.pid, 0)
        seconds = time.perf_counter() - start
        process.returncode = os.waitstatus_to_exitcode(status)
        if process.returncode not in (0, 1):  # 1: no answer found
            sys.exit(f"{' '.join(command)} ended with exit code {process.returncode}")
        output.seek(0)
        unit = 1e6 if sys.platform == "darwin" else 1e3
        return Ran(seconds, usage.ru_maxrss / unit, output.read().decode())


def frame(text: str, *command: str) -> float:
    """Seconds until an app in a terminal of 80x24 shows ``text``."""
    master, slave = os.openpty()
    fcntl.ioctl(slave, termios.TIOCSWINSZ, struct.pack("HHHH", 24, 80, 0, 0))
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
    process.terminate()
    drain = threading.Thread(target=_drain, args=[master])
    drain.start()  # a program that cannot write does not end
    process.wait()
    drain.join()
    os.close(master)
    return seconds


def _drain(terminal: int) -> None:
    try:
        while os.read(terminal, 65536):
            pass
    except OSError:  # the other end is closed
        return


def part(name: str, *arguments: str | Path, given: bytes = b"") -> Ran:
    """Runs one of `PARTS` below in a process of its own."""
    return run(sys.executable, __file__, name, *map(str, arguments), given=given)


def at(values: list[float], percent: int) -> float:
    return statistics.quantiles(values, n=100, method="inclusive")[percent - 1]


def golden() -> list[str]:
    """The golden questions of the bundled articles."""
    files = sorted((ROOT / "seeds").glob("golden*.jsonl"))
    lines = [line for file in files for line in file.read_text(encoding="utf-8").splitlines()]
    return [json.loads(line)["question"] for line in lines]


# Parts: each runs in a process of its own and imports only what it measures.


def bundled(passages: str, folder: str) -> None:
    """The bundled passages as JSON; articles of the bundled sentences, shuffled within their language."""
    from index.text.sentences import sentences
    from qa.bundled import open_bundled

    pools: dict[str, list[str]] = defaultdict(list)
    with open_bundled() as library:
        _dump(library, passages)
        for info in library.articles():
            text = library.article(info.id).text
            pools[info.language] += [text[span.start : span.end] for span in sentences(text)]
    shuffle, target, written = random.Random(2024), Path(folder), 0
    target.mkdir()
    for number, language in enumerate(cycle(sorted(pools))):
        text = ""
        for place, sentence in enumerate(shuffle.sample(pools[language], len(pools[language]))):
            if len(text) >= ARTICLE:
                break
            text += sentence + ("\n\n" if place % 8 == 7 else " " if language == "en" else "")
        (target / f"{number:04}.txt").write_text(text, encoding="utf-8")
        written += len(text)
        if written >= CHARACTERS:
            break


def _dump(library: Any, target: str) -> int:
    passages = [p.text for info in library.articles() for p in library.article_passages(info.id)]
    Path(target).write_text(json.dumps(passages, ensure_ascii=False), encoding="utf-8")
    return len(passages)


def passages(folder: str, target: str) -> None:
    """Dump the passages of a library; prints how many."""
    from index.library import Library

    with Library.open(Path(folder)) as library:
        print(_dump(library, target))


def _words(text: str) -> list[str]:
    import jieba

    jieba.setLogLevel(60)
    return [word for word in jieba.cut(text.lower()) if not word.isspace()]


def bm25_index(passages: str, folder: str) -> None:
    import bm25s

    texts = json.loads(Path(passages).read_text(encoding="utf-8"))
    retriever = bm25s.BM25(corpus=texts)
    retriever.index([_words(text) for text in texts], show_progress=False)
    retriever.save(folder)


def bm25_ask(folder: str, *questions: str) -> None:
    """Asks the questions, or those from standard input, and prints the milliseconds but the first's."""
    import bm25s

    retriever = bm25s.BM25.load(folder, load_corpus=True)
    times = []
    for question in questions or sys.stdin.read().splitlines():
        start = time.perf_counter()
        retriever.retrieve([_words(question)], k=5, show_progress=False)
        times.append(1e3 * (time.perf_counter() - start))
    print(json.dumps(times[1:]))


def vectors() -> None:
    """The vector index against raw FAISS on clustered unit vectors, as texts give them."""
    import faiss
    import numpy as np

    from index.lexicon.lexicon import bundled_lexicon
    from index.search.vectors import VectorIndex

    dimensions = bundled_lexicon().dimensions
    chance = np.random.default_rng(2024)
    centres = chance.standard_normal((1_000, dimensions))

    def sample(count: int) -> Any:
        drawn = centres[chance.integers(0, len(centres), count)] + chance.standard_normal((count, dimensions))
        return (drawn / np.linalg.norm(drawn, axis=1, keepdims=True)).astype(np.float32)

    stored, asked = sample(VECTORS), sample(SEARCHES)
    ours = VectorIndex.build(dimensions, VECTORS, lambda: [(np.arange(VECTORS), stored)])
    flat = faiss.IndexFlatIP(dimensions)
    flat.add(stored)
    mine, raw, shared = [], [], 0
    for query in asked:
        start = time.perf_counter()
        found = ours.search(query, 10)
        middle = time.perf_counter()
        _, ids = flat.search(query[None], 10)
        raw.append(time.perf_counter() - middle)
        mine.append(middle - start)
        shared += len({hit.passage for hit in found} & set(ids[0].tolist()))
    milliseconds = [1e3 * statistics.median(times) for times in (mine, raw)]
    print(json.dumps([*milliseconds, shared / (10 * SEARCHES), 1.0]))


def bare_app() -> None:
    """The least that Textual can show."""
    from textual.app import App, ComposeResult
    from textual.widgets import Static

    class Bare(App[None]):
        def compose(self) -> ComposeResult:
            yield Static("Textual")

    Bare().run()


def environment() -> None:
    """Size in MB on disk of what `make run` installs: an install of its own, thrown away after."""
    copy = ROOT / "build" / "bench-environment"
    shutil.rmtree(copy, ignore_errors=True)
    pip = [str(copy / "bin" / "python"), "-m", "pip", "--disable-pip-version-check", "install", "--quiet"]
    constraints = ["--constraint", str(ROOT / "constraints.txt")]
    run(sys.executable, "-m", "venv", str(copy))
    run(*pip, *constraints, "--upgrade", "pip")
    run(*pip, *constraints, "--editable", str(ROOT))
    total = sum(file.lstat().st_blocks * 512 for file in copy.rglob("*"))
    shutil.rmtree(copy)
    print(total / 1e6)


PARTS: dict[str, Callable[..., None]] = {
    "bundled": bundled, "passages": passages, "bm25-index": bm25_index, "bm25-ask": bm25_ask,
    "bm25-batch": bm25_ask, "vectors": vectors, "bare-app": bare_app, "environment": environment,
}  # fmt: skip

if __name__ == "__main__":
    if sys.argv[1:] and sys.argv[1] in PARTS:
        PARTS[sys.argv[1]](*sys.argv[2:])
    else:
        main()
