"""`make scale`: time, memory and room on disk as a library grows. PASSAGES says to how many passages.

Articles are made up, always the same: the bundled articles' sentences in any order, most of their words,
numbers and names changed for others drawn as texts have them (by their share of running text in the
lexicon; names and numbers without end), a few of them again and again within one article. `--json` prints
the figures instead of the table; `--keep FOLDER` works there and leaves all of it in place.
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
from collections.abc import Callable, Iterator, Sequence
from itertools import pairwise
from pathlib import Path
from typing import Any

from bench import Ran, at, frame, golden, median, run

ROOT = Path(__file__).resolve().parents[2]
QA = (sys.executable, "-m", "tui")
#: Passages of an article, about; articles of a folder; steps in which adding is timed.
ARTICLE, FOLDER, STEPS = 12, 1_000, 10
#: Characters of a passage, about.
SIZE = {"zh-Hans": 375, "zh-Hant": 375, "en": 750}
#: Of the words of a sentence, the share that is changed; of those, what an article says again and again.
CHANGED, AGAIN = 0.5, 0.4
#: Words that make up more of running text than this (natural logarithm) stay.
RARER = -8.0
LANGUAGES = ("zh-Hans", "en", "zh-Hans", "en", "zh-Hant")

Row = tuple[str, float, str]


def main() -> None:
    options = _options()
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
                print(f"{name:52} {_plain(value):>10} {unit}", flush=True)
        if options.json:
            print(json.dumps(rows, ensure_ascii=False, indent=2))


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description="Time, memory and room on disk as a library grows.")
    parser.add_argument("passages", type=int, nargs="?", default=100_000)
    parser.add_argument("--keep", metavar="FOLDER")
    parser.add_argument("--json", action="store_true")
    return parser.parse_args()


def _plain(value: float) -> str:
    return f"{value:,.0f}" if value >= 100 else f"{value:.3g}"


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
    place, one = str(library), folder / "one.txt"
    one.write_text("小说家林若溪出生于 1979 年。\n\nHer first novel sold 83,000 copies.\n", encoding="utf-8")
    yield from costs("one article more", run(*QA, "add", "--library", place, str(one)))
    yield from costs("one removed", run(*QA, "remove", "--library", place, str(one)))
    yield from asking(place)
    yield "library open", json.loads(part("open", library).output), "s"
    for name in ("status", "list", "doctor"):
        yield from costs(f"qa {name}", run(*QA, name, "--library", place))
    shown = frame(f"{articles:,} articles", *QA, "--library", place)
    yield "app, its articles in sight", shown.seconds, "s"
    yield from costs("near-duplicates", part("duplicates", library))


def costs(name: str, ran: Ran) -> Iterator[Row]:
    yield name, ran.seconds, "s"
    yield "  peak memory", ran.peak, "MB"


def asking(place: str) -> Iterator[Row]:
    questions = golden()
    run(*QA, "ask", "--library", place, questions[0])
    cold = [run(*QA, "ask", "--library", place, question) for question in questions[:5]]
    yield "qa ask, whole process", median(cold), "s"
    yield "  peak memory", max(ran.peak for ran in cold), "MB"
    ran = run(*QA, "ask", "--library", place, "--batch", "-", given="\n".join(questions).encode())
    times = [json.loads(line)["elapsed_ms"] for line in ran.output.splitlines()][1:]
    yield f"ask, warm, {len(times)} questions, p50", at(times, 50), "ms"
    yield "  p95", at(times, 95), "ms"
    yield "  peak memory", ran.peak, "MB"
    yield from costs(
        "qa ask, English articles only", run(*QA, "ask", "--library", place, "-f", "lang:en", questions[0])
    )


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
    figures = {
        "speeds": [report.passages / STEPS / (after - before) for before, after in pairwise(times)],
        "seconds": ended - began,
        "indexing": ended - stored,
        "articles": len(report.added),
        "passages": report.passages,
        "storing_peak": storing,
        "peak": peak(),
    }
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
    maker = Maker()
    for number in range(int(passages) // ARTICLE):
        text = maker.article(LANGUAGES[number % len(LANGUAGES)])
        target = Path(folder, f"{number // FOLDER:04}", f"{number:07}.txt")
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_text(text, encoding="utf-8")
    print(number + 1)


class Maker:
    """Makes articles up."""

    def __init__(self, seed: int = 2026) -> None:
        import numpy as np
        from opencc import OpenCC

        from index.lexicon.lexicon import bundled_lexicon
        from index.text.tokenizer import Tokenizer

        self._chance, self._random = random.Random(seed), np.random.default_rng(seed)
        self._lexicon = bundled_lexicon()
        self._tokenizer = Tokenizer(self._lexicon.frequencies())
        self._words = {"zh": self._drawn("zh", 2), "en": self._drawn("en", 4)}
        self._opencc = OpenCC("s2tw")
        self._sentences: dict[str, list[list[tuple[str, str]]]] = {}
        self._read()

    def _drawn(self, language: str, length: int) -> tuple[list[str], Any]:
        """Words that may be drawn, and the sums of their shares of running text."""
        import numpy as np

        rows = self._lexicon.rows_of(language)
        shares = np.exp(self._lexicon.log_probabilities[rows].astype(np.float64))
        words = [self._lexicon.words[row] for row in rows]
        fit = [
            i
            for i, word in enumerate(words)
            if len(word) >= length and word.isalpha() and shares[i] < np.exp(RARER)
        ]
        return [words[i] for i in fit], np.cumsum(shares[fit])

    def _read(self) -> None:
        from index.readers.registry import CONTAINER_SUFFIXES, SUFFIXES, read_bytes
        from index.text.sentences import sentences

        for file in sorted((ROOT / "seeds").iterdir()):
            if file.suffix in SUFFIXES - CONTAINER_SUFFIXES:
                parsed = read_bytes(file.read_bytes(), file.name)
                for span in sentences(parsed.text):
                    parts = list(self._parts(parsed.text[span.start : span.end]))
                    self._sentences.setdefault(parsed.language, []).append(parts)

    def _parts(self, sentence: str) -> Iterator[tuple[str, str]]:
        """Pieces of a sentence with what may stand in their place: a number, a name, a word, or only they."""
        end = 0
        for token in self._tokenizer.tokens(sentence):
            piece = sentence[token.start : token.end]
            kind = ""
            if piece.isdigit():
                kind = "number"
            elif piece.isascii() and piece[0].isupper() and token.start and piece.isalpha():
                kind = "name"
            elif self._lexicon.log_probability(token.text) < RARER and piece.isalpha():
                kind = "en" if piece.isascii() and len(piece) > 3 else "zh" if len(piece) > 1 else ""
            if kind:
                yield "", sentence[end : token.start]
                yield kind, piece
                end = token.end
        yield "", sentence[end:]

    def article(self, language: str) -> str:
        """The text of an article of about ``ARTICLE`` passages; its first line is a title."""
        again: dict[str, list[str]] = {}
        size = SIZE[language] * self._chance.uniform(0.4, 1.6) * ARTICLE
        gap = " " if language == "en" else ""
        paragraphs, sentences = [self._sentence(language, again).strip("。.")[:60]], [""]
        length = 0
        while length < size:
            sentences.append(self._sentence(language, again))
            length += len(sentences[-1])
            if self._chance.random() < 0.2:
                paragraphs.append(gap.join(sentences).strip())
                sentences = []
        return "\n\n".join([*paragraphs, gap.join(sentences)]) + "\n"

    def _sentence(self, language: str, again: dict[str, list[str]]) -> str:
        chance = self._chance.random
        made = []
        for kind, piece in self._chance.choice(self._sentences[language]):
            if kind and chance() < CHANGED:
                told = again.setdefault(kind, [])
                if told and chance() < AGAIN:
                    piece = self._chance.choice(told)  # what was said more often, more often (Simon, 1955)
                else:
                    piece = self._another(kind, language)
                told.append(piece)
            made.append(piece)
        return "".join(made)

    def _another(self, kind: str, language: str) -> str:
        if kind == "number":
            return self._number()
        if kind == "name":
            return self._name(min(abs(int(self._random.zipf(1.2))), 10**9))
        words, sums = self._words[kind]
        word = words[min(int(sums.searchsorted(self._chance.random() * sums[-1])), len(words) - 1)]
        return self._opencc.convert(word) if language == "zh-Hant" else word

    def _number(self) -> str:
        drawn = self._chance.random()
        if drawn < 0.4:
            return str(self._chance.randint(1990, 2026))
        if drawn < 0.7:
            return str(self._chance.randint(1, 100))
        return f"{10 ** self._chance.uniform(0, 7):.{self._chance.choice((0, 0, 1))}f}"

    @staticmethod
    def _name(number: int) -> str:
        """The name of this number: low ones are short and drawn often."""
        syllables = []
        number += 20
        while number:
            number, rest = divmod(number, 100)
            syllables.append("bdfghklmnprstvwyzcjx"[rest // 5] + "aeiou"[rest % 5])
        return "".join(syllables).capitalize() + "n"


PARTS: dict[str, Callable[..., None]] = {
    "write": write,
    "add": add,
    "open": open_library,
    "duplicates": duplicates,
    "remove": remove,
}


def dispatch(arguments: Sequence[str]) -> None:
    if arguments and arguments[0] in PARTS:
        PARTS[arguments[0]](*arguments[1:])
    else:
        main()


if __name__ == "__main__":
    dispatch(sys.argv[1:])
