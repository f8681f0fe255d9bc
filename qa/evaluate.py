"""``qa eval``: measures retrieval, quoting and abstaining on a BEIR-style folder.

The folder holds ``corpus.jsonl``, ``queries.jsonl`` and ``qrels.jsonl``, each also as ``.gz``. A
document becomes an article of a temporary library, and every question goes through the same
engine as ``qa ask``. nDCG: Järvelin and Kekäläinen (2002); MRR: Voorhees (1999).
"""

from __future__ import annotations

import gzip
import json
import math
import tempfile
import time
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from index.errors import UsageError
from index.fold import fold_text, printable
from index.language import detect
from index.library import Library
from index.types import Draft, Progress
from qa.engine import Engine

#: Documents a ranking is cut at.
_DEPTH = 10
#: Passages asked for, since a long document can be several of them.
_PASSAGES = 30


@dataclass(frozen=True, slots=True)
class Question:
    """A judged question; ``answers`` is empty where none are known."""

    id: str
    text: str
    answers: tuple[str, ...]
    answerable: bool


@dataclass(frozen=True, slots=True)
class Dataset:
    """Documents (id, title, text), questions, and relevance: question id → document id → grade."""

    documents: Sequence[tuple[str, str, str]]
    questions: Sequence[Question]
    qrels: Mapping[str, Mapping[str, float]]


@dataclass(slots=True)
class _Tally:
    """Sums over questions; ``ranked`` counts those with relevant documents."""

    ranked: int = 0
    ndcg: float = 0.0
    mrr: float = 0.0
    recall: dict[int, float] = field(default_factory=lambda: dict.fromkeys((1, 5, 10), 0.0))
    quotable: int = 0
    in_first: int = 0
    in_quotes: int = 0
    sentences: int = 0
    confidences: list[tuple[float, bool, bool]] = field(default_factory=list)
    milliseconds: list[float] = field(default_factory=list)


def read_dataset(folder: Path, queries: Path | None = None) -> Dataset:
    """The documents of ``folder`` with its questions, or those of the folder ``queries``.

    In a cross-language run the quotes are in the documents' language, so the answers that
    ``folder`` itself gives to a question of the same id count as well.
    """
    asked = queries or folder
    own: dict[str, Sequence[str]] = {}
    if queries and _find(folder, "queries"):
        own = {str(row["_id"]): row.get("answers") or () for row in _rows(folder, "queries", "_id")}
    documents = [
        (str(row["_id"]), str(row.get("title") or ""), str(row["text"]))
        for row in _rows(folder, "corpus", "_id", "text")
    ]
    questions = [
        Question(
            id=str(row["_id"]),
            text=str(row["text"]),
            answers=(*(row.get("answers") or ()), *own.get(str(row["_id"]), ())),
            answerable=bool(row.get("answerable", True)),
        )
        for row in _rows(asked, "queries", "_id", "text")
    ]
    qrels: dict[str, dict[str, float]] = {}
    for row in _rows(asked, "qrels", "query-id", "corpus-id", "score"):
        if not isinstance(grade := row["score"], int | float):
            raise UsageError(
                f"{asked}: a score in qrels is no number: {grade!r}", "give grades such as 0, 1, 2"
            )
        if grade > 0:  # a judged document of grade 0 is not relevant
            qrels.setdefault(str(row["query-id"]), {})[str(row["corpus-id"])] = float(grade)
    if not documents or not questions:
        raise UsageError(f"{folder} holds no documents or no questions", "see qa eval --help for the layout")
    return Dataset(documents, questions, qrels)


def evaluate(
    folder: Path,
    queries: Path | None = None,
    *,
    model: str | None = None,
    progress: Progress | None = None,
) -> dict[str, Any]:
    """All measures as one JSON-ready object; a measure that the data cannot tell is None."""
    data = read_dataset(folder, queries)
    with (
        tempfile.TemporaryDirectory(prefix="yinju-eval-") as scratch,
        Library.open(Path(scratch) / "library", create=True, model=model) as library,
    ):
        _ = library.tokenizer, library.embedder
        began = time.perf_counter()
        report = library.add_drafts(
            [(key, Draft(printable(text), title, detect(text))) for key, title, text in data.documents]
        )
        seconds = time.perf_counter() - began
        engine = Engine(library)
        names = {article.id: article.path for article in library.articles()}
        engine.ask("warm-up")  # loads the indexes, so that the timings are warm
        tally = _Tally()
        for done, question in enumerate(data.questions, start=1):
            _ask(engine, question, data.qrels.get(question.id, {}), names, tally)
            if progress:
                progress(done, len(data.questions))
    return {
        "documents": len(data.documents),
        "passages": report.passages,
        "questions": len(data.questions),
        **_summary(tally),
        "passages_per_second": round(report.passages / seconds, 1),
    }


def _ask(
    engine: Engine, question: Question, relevant: Mapping[str, float], names: Mapping[int, str], tally: _Tally
) -> None:
    try:
        hits = engine.search(question.text, k=_PASSAGES).hits if relevant else ()
        answer = engine.ask(question.text)
    except UsageError:  # an empty or overlong question: asked, it gets no answer
        hits, answer = (), None
    if relevant:
        ranking = list(dict.fromkeys(names[hit.article.id] for hit in hits))[:_DEPTH]
        tally.ranked += 1
        tally.ndcg += ndcg(ranking, relevant)
        tally.mrr += reciprocal_rank(ranking, relevant)
        for k in tally.recall:
            tally.recall[k] += len(set(ranking[:k]) & set(relevant)) / len(relevant)
    confidence, answered = (answer.confidence, answer.answered) if answer else (0.0, False)
    tally.confidences.append((confidence, question.answerable, answered))
    if answer:
        tally.milliseconds.append(answer.elapsed_ms)
    if question.answerable and question.answers:
        tally.quotable += 1
        quotes = [fold_text(sentence.text) for sentence in answer.sentences] if answer else []
        tally.in_first += _holds(quotes[:1], question.answers)
        tally.in_quotes += _holds(quotes, question.answers)
        tally.sentences += len(quotes)


def _holds(quotes: Sequence[str], answers: Sequence[str]) -> bool:
    return any(fold_text(answer) in quote for answer in answers for quote in quotes)


def _summary(tally: _Tally) -> dict[str, float | None]:
    times = sorted(tally.milliseconds)
    refused = [not answered for _, answerable, answered in tally.confidences if not answerable]
    lost = [not answered for _, answerable, answered in tally.confidences if answerable]
    return {
        "ndcg@10": _share(tally.ndcg, tally.ranked),
        "mrr@10": _share(tally.mrr, tally.ranked),
        **{f"recall@{k}": _share(total, tally.ranked) for k, total in tally.recall.items()},
        "answer_in_first_sentence": _share(tally.in_first, tally.quotable),
        "answer_in_quotes": _share(tally.in_quotes, tally.quotable),
        "sentences_quoted": _share(tally.sentences, tally.quotable),
        "unanswerable_refused": _share(sum(refused), len(refused)),
        "answerable_refused": _share(sum(lost), len(lost)),
        "auroc": auroc(
            [c for c, answerable, _ in tally.confidences if answerable],
            [c for c, answerable, _ in tally.confidences if not answerable],
        ),
        "p50_ms": round(times[len(times) // 2], 2) if times else None,
        "p95_ms": round(times[min(len(times) - 1, int(len(times) * 0.95))], 2) if times else None,
    }


def ndcg(ranking: Sequence[str], relevant: Mapping[str, float]) -> float:
    """nDCG of a ranking cut at its own length, gains as graded."""
    gains = sum(relevant.get(key, 0.0) / math.log2(i + 2) for i, key in enumerate(ranking))
    ideal = sorted(relevant.values(), reverse=True)[:_DEPTH]
    best = sum(grade / math.log2(i + 2) for i, grade in enumerate(ideal))
    return gains / best if best else 0.0


def reciprocal_rank(ranking: Sequence[str], relevant: Mapping[str, float]) -> float:
    """1 / rank of the first relevant document, 0 without one."""
    return next((1 / rank for rank, key in enumerate(ranking, start=1) if relevant.get(key)), 0.0)


def auroc(positive: Sequence[float], negative: Sequence[float]) -> float | None:
    """Probability that a positive outscores a negative, ties half (Mann and Whitney 1947)."""
    if not positive or not negative:
        return None
    ordered = sorted([(score, True) for score in positive] + [(score, False) for score in negative])
    ranks, i = 0.0, 0
    while i < len(ordered):
        j = i
        while j < len(ordered) and ordered[j][0] == ordered[i][0]:
            j += 1
        ranks += (i + j + 1) / 2 * sum(is_positive for _, is_positive in ordered[i:j])
        i = j
    count = len(positive)
    return round((ranks - count * (count + 1) / 2) / (count * len(negative)), 4)


def _share(total: float, count: int) -> float | None:
    return round(total / count, 4) if count else None


def _find(folder: Path, name: str) -> Path | None:
    paths = (folder / f"{name}.jsonl", folder / f"{name}.jsonl.gz")
    return next((path for path in paths if path.is_file()), None)


def _rows(folder: Path, name: str, *keys: str) -> Iterator[dict[str, Any]]:
    """The objects of a JSON Lines file, each with ``keys``; UsageError where it is not so."""
    path = _find(folder, name)
    if path is None:
        raise UsageError(f"{folder} has no {name}.jsonl", "see qa eval --help for the layout")
    opened = gzip.open if path.suffix == ".gz" else open
    try:
        with opened(path, "rt", encoding="utf-8") as lines:
            for number, line in enumerate(lines, start=1):
                if line.strip():
                    yield _row(line, keys, f"{path} line {number}")
    except (OSError, EOFError, UnicodeDecodeError) as error:
        raise UsageError(f"{path} cannot be read: {error}", "it must be JSON Lines in UTF-8") from error


def _row(line: str, keys: Sequence[str], place: str) -> dict[str, Any]:
    try:
        row = json.loads(line)
    except ValueError as error:
        raise UsageError(f"{place} is not JSON: {error}", "see qa eval --help for the layout") from error
    if not isinstance(row, dict) or any(key not in row for key in keys):
        raise UsageError(f"{place} is no object with {', '.join(keys)}", "see qa eval --help for the layout")
    return row
