"""`make bench`: Yinju measured as a user meets it, beside plain BM25 and raw FAISS in the same run.

Plain BM25 is bm25s on jieba's words, raw FAISS an exact float32 index: each does its part of the
work and nothing else (no cleaning, offsets, cross-language matching, storage or quotations).
Every figure comes from a process of its own; this one only starts them and reads the clock, and
stays small because Linux counts the memory of the parent at the start into a child's peak.
`--json` prints the figures instead of the table.
"""

from __future__ import annotations

import fcntl
import json
import os
import random
import shutil
import statistics
import struct
import sys
import tempfile
import termios
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from subprocess import DEVNULL, Popen
from typing import Any, NamedTuple

ROOT = Path(__file__).resolve().parents[2]
QA = str(Path(sys.executable).with_name("qa"))
RUNS = 5
CHARACTERS, ARTICLE = 3_000 * 450, 10 * 450
VECTORS, SEARCHES = 100_000, 200
QUESTION = "谷歌和 OpenAI 怎样留住研究人员?"


class Ran(NamedTuple):
    """One finished process: ``seconds`` of wall clock, ``peak`` memory in MB, standard output."""

    seconds: float
    peak: float
    output: str


class Figure(NamedTuple):
    """One line of the table. ``goal`` and ``beside`` (the baseline) in the same unit as ``value``."""

    name: str
    unit: str
    value: float
    goal: str = ""
    baseline: str = ""
    beside: float | None = None


def main() -> None:
    with tempfile.TemporaryDirectory(prefix="yinju-bench-") as scratch:
        figures = list(measure(Path(scratch)))
    if "--json" in sys.argv[1:]:
        fields = [figure._asdict() | {"ratio": ratio(figure)} for figure in figures]
        print(json.dumps(fields, ensure_ascii=False, indent=2))
        return
    print(f"{'':44} {'Yinju':>9} {'goal':>9}  {'beside':>9} {'ratio':>8}")
    for figure in figures:
        beside = f"{figure.beside:9.3g} {ratio(figure):7.2f}x {figure.baseline}" if figure.beside else ""
        name = f"{figure.name}, {figure.unit}"
        print(f"{name:44} {_plain(figure.value):>9} {figure.goal:>9}  {beside}")


def ratio(figure: Figure) -> float | None:
    """Yinju's figure over the baseline's."""
    return figure.value / figure.beside if figure.beside else None


def _plain(value: float) -> str:
    return f"{value:,.0f}" if value >= 100 else f"{value:.3g}"


def measure(scratch: Path) -> Iterator[Figure]:
    """Runs everything, each command once unmeasured first so that caches are as on a second use."""
    for name in [name for name in os.environ if name.startswith(("QA_", "XDG_"))]:
        del os.environ[name]
    os.environ["HOME"] = str(scratch)  # a library and caches of its own

    run(QA, "ask", QUESTION)
    part("bm25-index", part("bundled", scratch / "bundled.json").output.strip(), scratch / "bm25-bundled")
    asked = repeat(lambda: run(QA, "ask", QUESTION))
    plain = repeat(lambda: part("bm25-ask", scratch / "bm25-bundled", QUESTION))
    bm25 = "bm25s + jieba"
    yield Figure("qa ask, cold, whole process", "s", median(asked), "<= 0.8", bm25, median(plain))
    peak = max(one.peak for one in asked)
    yield Figure("  peak memory", "MB", peak, "< 350", bm25, max(one.peak for one in plain))
    yield Figure("qa --help", "s", median(repeat(lambda: run(QA, "--help"))), "<= 0.15")

    frames = repeat(lambda: frame("Yinju", QA))
    bare = repeat(lambda: frame("Textual", sys.executable, __file__, "bare-app"))
    yield Figure("app, first frame", "s", median(frames), "<= 0.6", "Textual, one line", median(bare))
    opened = repeat(lambda: frame("24 articles", QA))
    yield Figure("  with its library open", "s", median(opened))

    articles, library = scratch / "articles", scratch / "library"
    part("articles", articles)
    added = run(QA, "add", "--library", str(library), str(articles))
    passages = int(part("passages", library, scratch / "passages.json").output)
    indexed = part("bm25-index", scratch / "passages.json", scratch / "bm25")
    yield Figure(
        f"qa add, {passages:,} passages",
        "passages/s",
        passages / added.seconds,
        ">= 800",
        bm25,
        passages / indexed.seconds,
    )
    again = run(QA, "add", "--library", str(library), str(articles))
    yield Figure("qa add again, nothing changed", "s", again.seconds)

    questions = golden()
    asking = "\n".join(questions).encode()
    replies = run(QA, "ask", "--library", str(library), "--batch", "-", given=asking).output.splitlines()
    ours = [json.loads(line)["elapsed_ms"] for line in replies[1:]]
    theirs = json.loads(part("bm25-batch", scratch / "bm25", given=asking).output)
    yield Figure(f"ask, warm, {len(ours)} questions, p50", "ms", at(ours, 50), "", bm25, at(theirs, 50))
    yield Figure("  p95", "ms", at(ours, 95), "", bm25, at(theirs, 95))

    search = json.loads(part("vectors").output)
    yield Figure(
        f"vector search, {VECTORS:,} x {search['dimensions']}",
        "ms",
        search["ms"],
        "",
        "FAISS IndexFlatIP",
        search["flat_ms"],
    )
    yield Figure("  recall@10", "share", search["recall"], "", "FAISS IndexFlatIP", 1.0)
    yield Figure("environment of make run", "MB", float(part("environment").output), "< 450")


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
            sys.exit(f"{' '.join(command)} ended with exit code {process.returncode} (-v shows why)")
        output.seek(0)
        unit = 1e6 if sys.platform == "darwin" else 1e3
        return Ran(seconds, usage.ru_maxrss / unit, output.read().decode())


def frame(text: str, *command: str) -> Ran:
    """Runs an app in a terminal of 80x24 until ``text`` is on it."""
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
    return Ran(seconds, 0.0, painted.decode(errors="replace"))


def _drain(terminal: int) -> None:
    try:
        while os.read(terminal, 65536):
            pass
    except OSError:  # the other end is closed
        return


def part(name: str, *arguments: str | Path, given: bytes = b"") -> Ran:
    """Runs one of `PARTS` below in a process of its own."""
    return run(sys.executable, __file__, name, *map(str, arguments), given=given)


def repeat(action: Callable[[], Ran]) -> list[Ran]:
    action()
    return [action() for _ in range(RUNS)]


def median(runs: list[Ran]) -> float:
    return statistics.median(one.seconds for one in runs)


def at(values: list[float], percent: int) -> float:
    return statistics.quantiles(values, n=100, method="inclusive")[percent - 1]


def golden() -> list[str]:
    """The golden questions of the bundled articles."""
    lines = [
        line
        for file in sorted((ROOT / "seeds").glob("golden*.jsonl"))
        for line in file.read_text(encoding="utf-8").splitlines()
    ]
    return [json.loads(line)["question"] for line in lines]


# Parts: each runs in a process of its own and imports only what it measures.


def write_bundled(target: str) -> None:
    """Dump the passages of the bundled library; prints the file's name."""
    from qa.bundled import open_bundled

    with open_bundled() as library:
        _dump(library, Path(target))
    print(target)


def write_passages(folder: str, target: str) -> None:
    """Dump the passages of a library; prints how many."""
    from index.library import Library

    with Library.open(Path(folder)) as library:
        print(_dump(library, Path(target)))


def _dump(library: Any, target: Path) -> int:
    passages = [p.text for info in library.articles() for p in library.article_passages(info.id)]
    target.write_text(json.dumps(passages, ensure_ascii=False), encoding="utf-8")
    return len(passages)


def write_articles(folder: str) -> None:
    """Articles made of the bundled articles' sentences, shuffled within their language, always the same."""
    from index.readers.registry import CONTAINER_SUFFIXES, SUFFIXES, read_bytes
    from index.text.sentences import sentences

    pools: dict[str, list[str]] = {}
    for file in sorted((ROOT / "seeds").iterdir()):
        if file.suffix in SUFFIXES - CONTAINER_SUFFIXES:
            parsed = read_bytes(file.read_bytes(), file.name)
            found = [parsed.text[span.start : span.end] for span in sentences(parsed.text)]
            pools.setdefault(parsed.language, []).extend(found)
    shuffle = random.Random(2024)
    target = Path(folder)
    target.mkdir()
    written, number = 0, 0
    while written < CHARACTERS:
        language = sorted(pools)[number % len(pools)]
        pool, gap = pools[language], " " if language == "en" else ""
        text, chosen = "", iter(shuffle.sample(pool, len(pool)))
        for count, sentence in enumerate(chosen):
            if len(text) >= ARTICLE:
                break
            text += sentence + ("\n\n" if count % 8 == 7 else gap)
        (target / f"{number:04}.txt").write_text(text, encoding="utf-8")
        written, number = written + len(text), number + 1


def _words(text: str) -> list[str]:
    import jieba

    return [word for word in jieba.cut(text.lower()) if not word.isspace()]


def _quiet_jieba() -> None:
    import jieba

    jieba.setLogLevel(60)


def bm25_index(passages: str, folder: str) -> None:
    import bm25s

    _quiet_jieba()
    texts = json.loads(Path(passages).read_text(encoding="utf-8"))
    retriever = bm25s.BM25(corpus=texts)
    retriever.index([_words(text) for text in texts], show_progress=False)
    retriever.save(folder)


def bm25_ask(folder: str, question: str) -> None:
    import bm25s

    _quiet_jieba()
    retriever = bm25s.BM25.load(folder, load_corpus=True)
    found, _ = retriever.retrieve([_words(question)], k=5, show_progress=False)
    print(*(hit["text"] for hit in found[0]), sep="\n")


def bm25_batch(folder: str) -> None:
    """Questions from standard input; prints the milliseconds of each, without the first."""
    import bm25s

    _quiet_jieba()
    retriever = bm25s.BM25.load(folder, load_corpus=True)
    times = []
    for question in sys.stdin.read().splitlines():
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
    print(json.dumps({
        "dimensions": dimensions, "ms": milliseconds[0], "flat_ms": milliseconds[1],
        "recall": shared / (10 * SEARCHES),
    }))  # fmt: skip


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
    "bundled": write_bundled,
    "passages": write_passages,
    "articles": write_articles,
    "bm25-index": bm25_index,
    "bm25-ask": bm25_ask,
    "bm25-batch": bm25_batch,
    "vectors": vectors,
    "bare-app": bare_app,
    "environment": environment,
}

if __name__ == "__main__":
    if sys.argv[1:] and sys.argv[1] in PARTS:
        PARTS[sys.argv[1]](*sys.argv[2:])
    else:
        main()
