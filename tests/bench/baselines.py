"""What Yinju is measured beside, and what that needs: ``baselines.py NAME ARGUMENTS``.

Each function runs in a process of its own and imports only what it measures.
"""

from __future__ import annotations

import json
import random
import statistics
import sys
import time
from collections import defaultdict
from itertools import cycle
from pathlib import Path
from typing import Any

CHARACTERS, ARTICLE = 3_000 * 450, 10 * 450
#: How many vectors are searched, and how often.
VECTORS, SEARCHES = 100_000, 200


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
    shuffle, target = random.Random(2024), Path(folder)
    target.mkdir()
    for number, language in zip(range(CHARACTERS // ARTICLE), cycle(sorted(pools))):
        said = shuffle.sample(pools[language], len(pools[language]))
        blocks = ((" " if language == "en" else "").join(said[at : at + 8]) for at in range(0, len(said), 8))
        (target / f"{number:04}.txt").write_text("\n\n".join(blocks)[:ARTICLE], encoding="utf-8")


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
    print(json.dumps([*milliseconds, shared / (10 * SEARCHES)]))


def bare_app() -> None:
    """The least that Textual can show."""
    from textual.app import App, ComposeResult
    from textual.widgets import Static

    class Bare(App[None]):
        def compose(self) -> ComposeResult:
            yield Static("Textual")

    Bare().run()


if __name__ == "__main__":
    globals()[sys.argv[1]](*sys.argv[2:])
