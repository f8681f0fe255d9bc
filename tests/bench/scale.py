"""`make scale`: time, memory and room on disk as a library grows. PASSAGES says to how many passages.

Articles are made up, always the same: words drawn by their share of running text in the lexicon, with
numbers, and names of which some are said again and again within one article. `--json` prints the figures
instead of the table; `--keep FOLDER` works there and leaves all of it in place.
"""

from __future__ import annotations

import argparse
import json
import os
import random
import resource
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from itertools import pairwise
from pathlib import Path

from bench import QA, Ran, at, frame, golden, plain, run

#: Passages of an article, about; characters of one; articles of a folder; steps in which adding is timed.
ARTICLE, SIZE, FOLDER, STEPS = 12, {"zh-Hans": 375, "zh-Hant": 375, "en": 750}, 1_000, 10
LANGUAGES = ("zh-Hans", "en", "zh-Hans", "en", "zh-Hant")
Row = tuple[str, float, str]


def main() -> None:
    parser = argparse.ArgumentParser(description="Time, memory and room on disk as a library grows.")
    parser.add_argument("passages", type=int, nargs="?", default=100_000)
    parser.add_argument("--keep", metavar="FOLDER")
    parser.add_argument("--json", action="store_true")
    options = parser.parse_args()
    for name in [name for name in os.environ if name.startswith(("QA_", "XDG_"))]:
        del os.environ[name]
    with tempfile.TemporaryDirectory(prefix="yinju-scale-") as scratch:
        folder = Path(options.keep or scratch).absolute()
        folder.mkdir(parents=True, exist_ok=True)
        os.environ["HOME"] = str(folder)  # caches of its own
        rows = []
        for name, value, unit in measure(folder, options.passages):
            rows.append({"name": name, "value": value, "unit": unit})
            if not options.json:
                print(f"{name:52} {plain(value):>10} {unit}", flush=True)
        if options.json:
            print(json.dumps(rows, ensure_ascii=False, indent=2))


def measure(folder: Path, passages: int) -> Iterator[Row]:
    """Makes the articles, adds them, asks, and removes them; each command is a process of its own.

    What is in ``folder`` already is not done again.
    """
    articles, library, done = folder / "articles", folder / "library", folder / "added.json"
    if not done.exists():
        part("write", articles, passages)
        done.write_text(part("add", library, articles).output, encoding="utf-8")
    added = json.loads(done.read_text(encoding="utf-8"))
    for step, speed in enumerate(added["speeds"], start=1):
        yield f"adding, part {step} of {STEPS}", speed, "passages/s of processor time"
    yield "  last part beside the first", added["speeds"][-1] / added["speeds"][0], "x"
    yield "  whole", added["seconds"], "s"
    yield "  of that, search indexes", added["indexing"], "s"
    yield "  peak memory while storing", added["storing_peak"], "MB"
    yield "  peak memory", added["peak"], "MB"
    yield "passages", added["passages"], ""
    yield from sizes(library)
    yield from using(folder, library, added["articles"])
    for name, every in (("half of the articles removed", 2), ("all of them removed", 1)):
        yield from costs(name, part("remove", library, every))
        yield from sizes(library)


def using(folder: Path, library: Path, articles: int) -> Iterator[Row]:
    place, one = ("--library", str(library)), folder / "one.txt"
    one.write_text("小说家林若溪出生于 1979 年。\n\nHer first novel sold 83,000 copies.\n", encoding="utf-8")
    yield from costs("one article more", run(*QA, "add", *place, str(one)))
    yield from costs("one removed", run(*QA, "remove", *place, str(one)))
    questions = golden()
    run(*QA, "ask", *place, questions[0])
    cold = sorted(run(*QA, "ask", *place, question) for question in questions[:5])
    yield "qa ask, whole process", cold[2].seconds, "s"
    yield "  peak memory", max(ran.peak for ran in cold), "MB"
    ran = run(*QA, "ask", *place, "--batch", "-", given="\n".join(questions).encode())
    times = [json.loads(line)["elapsed_ms"] for line in ran.output.splitlines()][1:]
    yield f"ask, warm, {len(times)} questions, p50", at(times, 50), "ms"
    yield "  p95", at(times, 95), "ms"
    yield "  peak memory", ran.peak, "MB"
    english = run(*QA, "ask", *place, "-f", "lang:en", questions[0])
    yield from costs("qa ask, English articles only", english)
    yield "library open", json.loads(part("open", library).output), "s"
    for name in ("status", "list", "doctor"):
        yield from costs(f"qa {name}", run(*QA, name, *place))
    yield "app, its articles in sight", frame(f"{articles:,} articles", *QA, *place), "s"
    yield from costs("near-duplicates", part("duplicates", library))


def costs(name: str, ran: Ran) -> Iterator[Row]:
    yield name, ran.seconds, "s"
    yield "  peak memory", ran.peak, "MB"


def sizes(library: Path) -> Iterator[Row]:
    """Room on disk by part: the articles, the words, the vectors."""
    total = 0.0
    for name, pattern in (("database", "library.db*"), ("words", "lexical-*/*"), ("vectors", "vectors-*")):
        size = sum(file.stat().st_size for file in library.glob(pattern)) / 1e6
        total += size
        yield f"  on disk, {name}", size, "MB"
    yield "  on disk, in all", total, "MB"


def part(name: str, *arguments: str | Path | int) -> Ran:
    """Runs one of `PARTS` below in a process of its own; each prints something when it is done."""
    ran = run(sys.executable, __file__, name, *map(str, arguments))
    return ran if ran.output else sys.exit(f"{name} failed: {Path(__file__).name} {name} … shows why")


# Parts: each runs in a process of its own and imports only what it measures.


def peak() -> float:
    """The most memory that this process held so far, in MB."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / (1e6 if sys.platform == "darwin" else 1e3)


def add(library: str, articles: str) -> None:
    """Adds a folder; prints the speed of each of its parts, and what the search indexes took in the end.

    Parts are told in processor time: they are compared with one another, whatever else the machine does.
    """
    from index.library import Library
    from index.types import Monitor

    times = [time.process_time()]
    began = stored = time.perf_counter()
    storing = 0.0

    def progress(done: int, total: int) -> None:
        nonlocal stored, storing
        while done * STEPS >= total * len(times) and len(times) <= STEPS:
            times.append(time.process_time())
            print(f"{done:,} of {total:,}, {peak():.0f} MB", file=sys.stderr, flush=True)
        stored, storing = time.perf_counter(), peak()

    with Library.open(Path(library), create=True) as opened:
        report = opened.add([Path(articles)], monitor=Monitor(done=progress))
        ended = time.perf_counter()
    speeds = [report.passages / STEPS / (after - before) for before, after in pairwise(times)]
    figures = {"speeds": speeds, "seconds": ended - began, "indexing": ended - stored, "peak": peak()}
    figures |= {"articles": len(report.added), "passages": report.passages, "storing_peak": storing}
    print(json.dumps(figures))


def open_library(library: str) -> None:
    """Seconds that opening and the first look into the search indexes take, imports left out."""
    import faiss  # noqa: F401
    import tantivy  # noqa: F401

    from index.library import Library

    began = time.perf_counter()
    with Library.open(Path(library)) as opened:
        opened.document_frequency(["图书馆"])
        print(json.dumps(time.perf_counter() - began))


def duplicates(library: str) -> None:
    from index.library import Library

    with Library.open(Path(library)) as opened:
        print(len(opened.near_duplicates()))


def remove(library: str, every: str) -> None:
    """Removes each ``every``-th article."""
    from index.library import Library

    with Library.open(Path(library)) as opened:
        print(opened.remove([info.id for info in opened.articles()[:: int(every)]]))


def write(folder: str, passages: str) -> None:
    """Writes articles of so many passages in all, about, in folders of ``FOLDER``."""
    import numpy as np
    from opencc import OpenCC

    from index.lexicon.lexicon import bundled_lexicon

    chance, lexicon, traditional = random.Random(2026), bundled_lexicon(), OpenCC("s2tw")
    words, sums = {}, {}
    for language in ("zh", "en"):
        rows = [row for row in lexicon.rows_of(language) if lexicon.words[row].isalpha()]
        words[language] = [lexicon.words[row] for row in rows]
        sums[language] = np.cumsum(np.exp(lexicon.log_probabilities[rows].astype(np.float64))).tolist()
    for number in range(int(passages) // ARTICLE):
        language = LANGUAGES[number % len(LANGUAGES)]
        english = language == "en"
        names = ["".join(chance.choices("bdfghklmnprstvwyzcjx", k=5)).capitalize() for _ in range(8)]
        paragraphs, length = [f"{names[0]} {number}"], 0
        while length < SIZE[language] * ARTICLE * (0.4 + number % 13 / 10):
            sentences = []
            for _ in range(chance.randint(2, 9)):
                drawn = chance.choices(
                    words[language[:2]], cum_weights=sums[language[:2]], k=chance.randint(5, 18)
                )
                if chance.random() < 0.5:
                    drawn.insert(2, chance.choice(names))
                if chance.random() < 0.4:
                    drawn.insert(4, str(int(10 ** chance.uniform(0, 7))))
                sentences.append(" ".join(drawn) + ". " if english else "".join(drawn) + "。")
            paragraphs.append("".join(sentences))
            length += len(paragraphs[-1])
        text = "\n\n".join(paragraphs) + "\n"
        target = Path(folder, f"{number // FOLDER:04}", f"{number:07}.txt")
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_text(traditional.convert(text) if language == "zh-Hant" else text, encoding="utf-8")
    print(number + 1)


PARTS: dict[str, Callable[..., None]] = {
    "write": write, "add": add, "open": open_library, "duplicates": duplicates, "remove": remove,
}  # fmt: skip

if __name__ == "__main__":
    if sys.argv[1:] and sys.argv[1] in PARTS:
        PARTS[sys.argv[1]](*sys.argv[2:])
    else:
        main()
