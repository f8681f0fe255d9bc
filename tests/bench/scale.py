"""`make scale`: time, memory and room on disk as a library grows. PASSAGES says to how many passages.

Articles are made up, always the same: words drawn by their share of running text in the lexicon, with
numbers, and names of which some are said again and again within one article. They are added in parts, folder
by folder. ``--keep FOLDER`` works there and leaves all of it in place, ``--write FOLDER`` only writes them.
"""

from __future__ import annotations

import argparse
import json
import random
import tempfile
from collections.abc import Iterator
from concurrent.futures import ProcessPoolExecutor
from multiprocessing import get_context
from pathlib import Path

from measure import APP, QA, Ran, forget_settings, frame, golden, percentile, plain, run

#: Passages of an article, about; characters of one; parts.
ARTICLE, SIZE, PARTS = 12, {"zh-Hans": 375, "zh-Hant": 375, "en": 750}, 10
LANGUAGES = ("zh-Hans", "en", "zh-Hans", "en", "zh-Hant")
Row = tuple[str, float, str]


def main() -> None:
    parser = argparse.ArgumentParser(description="Time, memory and room on disk as a library grows.")
    parser.add_argument("passages", type=int, nargs="?", default=100_000)
    parser.add_argument("--keep", metavar="FOLDER")
    parser.add_argument("--write", metavar="FOLDER")
    options = parser.parse_args()
    if options.write:
        write(Path(options.write), options.passages // ARTICLE)
        return
    with tempfile.TemporaryDirectory(prefix="yinju-scale-") as scratch:
        folder = Path(options.keep or scratch).absolute()
        forget_settings(folder)
        if not (folder / "articles").exists():
            # In a process of its own: this one stays small.
            with ProcessPoolExecutor(1, get_context("spawn")) as own:
                own.submit(write, folder / "articles", options.passages // ARTICLE).result()
        for name, value, unit in measure(folder):
            print(f"{name:52} {plain(value):>10} {unit}", flush=True)


def measure(folder: Path) -> Iterator[Row]:
    """Adds the parts, asks, and removes; each command is a process of its own."""
    library, one, questions = folder / "library", folder / "one.txt", golden()

    def qa(command: str, *args: str, given: str = "") -> Ran:
        return run(*QA, command, "--library", str(library), *args, given=given)

    speeds, articles = [], 0
    for part in sorted((folder / "articles").iterdir()):
        added = qa("add", "--json", str(part))
        told = json.loads(added.output)
        articles += len(told["added"])
        speeds.append(told["passages"] / added.seconds)
        yield f"adding part {part.name} of {PARTS}", speeds[-1], "passages/s"
        yield "  peak memory", added.peak, "MB"
    yield "  last part beside the first", speeds[-1] / speeds[0], "x"
    yield from sizes(library)
    one.write_text("小说家林若溪出生于 1979 年。\n\nHer first novel sold 83,000 copies.\n", encoding="utf-8")
    yield from costs("one article more", qa("add", str(one)))
    yield from costs("one removed", qa("remove", str(one)))
    qa("ask", questions[0])
    yield from costs("qa ask, whole process", sorted(qa("ask", question) for question in questions[:5])[2])
    batch = qa("ask", "--batch", "-", given="\n".join(questions))
    times = [json.loads(line)["elapsed_ms"] for line in batch.output.splitlines()][1:]
    yield f"ask, warm, {len(times)} questions, p50", percentile(times, 50), "ms"
    yield "  p95", percentile(times, 95), "ms"
    yield "  peak memory", batch.peak, "MB"
    yield from costs("qa ask, English articles only", qa("ask", "-f", "lang:en", questions[0]))
    for name in ("status", "list", "doctor"):
        yield from costs(f"qa {name}", qa(name))
    shown = frame(f"{articles:,} articles", *APP, "--library", str(library))
    yield "app, its articles in sight", shown, "s"
    listed = json.loads(qa("list", "--json").output)["articles"]
    half = [article["path"] for article in listed[:2000:2]]
    yield from costs(f"{len(half):,} articles removed", qa("remove", *half))
    yield from sizes(library)


def costs(name: str, ran: Ran) -> Iterator[Row]:
    yield name, ran.seconds, "s"
    yield "  peak memory", ran.peak, "MB"


def sizes(library: Path) -> Iterator[Row]:
    """Room on disk: the articles, the words, the vectors."""
    for name, pattern in (("database", "library.db*"), ("words", "lexical-*/*"), ("vectors", "vectors-*")):
        yield f"  on disk, {name}", sum(file.stat().st_size for file in library.glob(pattern)) / 1e6, "MB"


def write(folder: Path, count: int) -> None:
    """Writes so many articles in ``PARTS`` folders."""
    import numpy as np
    from opencc import OpenCC

    from index.lexicon.lexicon import bundled_lexicon

    chance, lexicon, traditional = random.Random(2026), bundled_lexicon(), OpenCC("s2tw")
    words, sums = {}, {}
    for language in ("zh", "en"):
        rows = [row for row in lexicon.rows_of(language) if lexicon.words[row].isalpha()]
        words[language] = [lexicon.words[row] for row in rows]
        sums[language] = np.cumsum(np.exp(lexicon.log_probabilities[rows].astype(np.float64))).tolist()
    for number in range(count):
        language = LANGUAGES[number % len(LANGUAGES)]
        names = ["".join(chance.choices("bdfghklmnprstvwyzcjx", k=5)).capitalize() for _ in range(8)]
        paragraphs, length = [f"{names[0]} {number}"], 0
        while length < SIZE[language] * ARTICLE * (0.4 + number % 13 / 10):
            sentences = []
            for _ in range(chance.randint(2, 9)):
                weights, drawn = sums[language[:2]], chance.randint(5, 18)
                said = chance.choices(words[language[:2]], cum_weights=weights, k=drawn)
                said.insert(2, chance.choice(names) if chance.random() < 0.5 else "")
                said.insert(4, str(int(10 ** chance.uniform(0, 7))) if chance.random() < 0.4 else "")
                sentences.append(" ".join(said) + ". " if language == "en" else "".join(said) + "。")
            paragraphs.append("".join(sentences))
            length += len(paragraphs[-1])
        text = "\n\n".join(paragraphs) + "\n"
        target = folder / f"{number * PARTS // count + 1:02}" / f"{number:07}.txt"
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_text(traditional.convert(text) if language == "zh-Hant" else text, encoding="utf-8")


if __name__ == "__main__":
    main()
