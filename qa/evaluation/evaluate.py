"""``qa eval`` measures retrieval, quoting and abstention on a question set (`qa.evaluation.dataset`).

Each document becomes an article of a temporary library (`qa.evaluation.scratch`). Every question goes
through the engine of ``qa ask`` and ``qa search``.
"""

from __future__ import annotations

import time
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass, field, replace
from pathlib import Path
from typing import Any

from index.errors import UsageError
from index.lexicon.cross_encoder import load_reranker
from index.library import Library
from index.text.display import printable
from index.text.fold import fold_text
from index.text.language import detect
from index.types import UNWATCHED, Monitor, ParsedArticle
from qa import tuning
from qa.engine import Engine
from qa.evaluation.dataset import Dataset, Question, read_dataset, sample, unanswerable_questions
from qa.evaluation.metrics import DEPTH, auroc, calibration_error, ndcg, reciprocal_rank, reliability, share
from qa.evaluation.scratch import scratch_library
from qa.retrieval.retriever import Retriever

#: Passages to retrieve. A long document has several.
_PASSAGES = 30
#: The rankings compared: "all" is that of ``qa search``. "bm25" uses the question's own words alone, "soft"
#: their neighbours as well, "vector" FAISS.
_RANKERS = ("all", "bm25", "soft", "vector")


@dataclass(frozen=True, slots=True)
class _Outcome:
    """The outcome of a question. ``in_first`` and ``in_quotes`` are None if no answer is known."""

    answerable: bool
    answered: bool
    confidence: float
    sentences: int
    in_first: bool | None
    in_quotes: bool | None


@dataclass(slots=True)
class _Ranked:
    """Sums over the questions that have relevant documents, with nDCG for each ranking."""

    count: int = 0
    mrr: float = 0.0
    recall: dict[int, float] = field(default_factory=lambda: dict.fromkeys((1, 5, 10), 0.0))
    ndcg: dict[str, float] = field(default_factory=lambda: dict.fromkeys(_RANKERS, 0.0))


class _Measurer:
    """Asks one library. Documents have the ids of the question set."""

    def __init__(self, library: Library, reranker: str) -> None:
        self._library = library
        self._engine, self._retriever = Engine(library, load_reranker(reranker)), Retriever(library)
        self._names = {article.id: article.path for article in library.articles()}
        self.milliseconds: list[float] = []
        self._engine.ask("warm-up")  # loads the indexes, so that the timings are warm

    def ask(self, question: Question) -> _Outcome:
        """Ask as ``qa ask`` does. An empty or overlong question gets no answer."""
        try:
            answer = self._engine.ask(question.text)
        except UsageError:
            known = False if question.answers else None
            return _Outcome(question.answerable, False, 0.0, 0, known, known)
        self.milliseconds.append(answer.elapsed_ms)
        quotes = [fold_text(sentence.text) for sentence in answer.sentences]
        return _Outcome(
            question.answerable,
            answer.answered,
            answer.confidence,
            len(quotes),
            _holds(quotes[:1], question.answers),
            _holds(quotes, question.answers),
        )

    def rank(self, question: Question, relevant: Mapping[str, float], sums: _Ranked) -> None:
        """Search as ``qa search`` does, then with each retriever alone."""
        try:
            hits = self._engine.search(question.text, k=_PASSAGES).hits
            rankings = {
                "all": self._documents(hit.passage.id for hit in hits),
                **self._by_retriever(question.text),
            }
        except UsageError:
            rankings = {name: [] for name in sums.ndcg}
        sums.count += 1
        sums.mrr += reciprocal_rank(rankings["all"], relevant)
        for k in sums.recall:
            sums.recall[k] += len(set(rankings["all"][:k]) & set(relevant)) / len(relevant)
        for name, ranking in rankings.items():
            sums.ndcg[name] += ndcg(ranking, relevant)

    def _by_retriever(self, question: str) -> dict[str, list[str]]:
        query = self._retriever.query(question)
        exact = [clause[:1] for clause in query.clauses]  # the question's own words without neighbours
        soft, vector = self._retriever.candidates(query)
        proposed = {
            "bm25": self._library.search_words(exact, tuning.CANDIDATES),
            "soft": soft,
            "vector": vector,
        }
        return {name: self._documents(hit.passage for hit in hits) for name, hits in proposed.items()}

    def _documents(self, passages: Iterable[int]) -> list[str]:
        found = self._library.passages([*passages])
        return list(dict.fromkeys(self._names[passage.article] for passage in found))[:DEPTH]


def evaluate(
    folder: Path,
    queries: Path | None = None,
    *,
    others: Sequence[Path] = (),
    limit: int | None = None,
    model: str | None = None,
    reranker: str = "",
    beside: Path | None = None,
    monitor: Monitor = UNWATCHED,
) -> dict[str, Any]:
    """All metrics as one object for JSON. Metrics that the data do not allow are None.

    ``beside``: see `scratch_library`. ``limit`` samples that many questions. Questions of the folders
    ``others`` are asked as unanswerable ones, together as many as there are answerable questions. Raises
    UsageError if a folder holds no question set.
    """
    data = read_dataset(folder, queries)
    asked = {"": sample(data.questions, limit)}
    answerable = sum(question.answerable for question in asked[""])
    for other in others:
        asked[str(other)] = _unanswerable(data, other, -(-answerable // len(others)))
    everything = [(name, question) for name, questions in asked.items() for question in questions]
    outcomes: dict[str, list[_Outcome]] = {name: [] for name in asked}
    sums = _Ranked()
    with scratch_library(beside, model) as library:
        passages, seconds = fill(library, data.documents)
        measurer = _Measurer(library, reranker)
        for done, (name, question) in enumerate(everything, start=1):
            outcomes[name].append(measurer.ask(question))
            if not name and (relevant := data.qrels.get(question.id)):
                measurer.rank(question, relevant, sums)
            monitor.done(done, len(everything))
    own = outcomes.pop("")
    return {
        "documents": len(data.documents),
        "passages": passages,
        "questions": len(own),
        **_retrieval(sums),
        **_answers(own),
        **_abstaining(own, [outcome for outcome in own if not outcome.answerable]),
        "others": _others(own, outcomes) if outcomes else None,
        "p50_ms": _at(measurer.milliseconds, 0.5),
        "p95_ms": _at(measurer.milliseconds, 0.95),
        "passages_per_second": round(passages / seconds, 1),
    }


def _unanswerable(data: Dataset, folder: Path, count: int) -> list[Question]:
    found = unanswerable_questions(data, read_dataset(folder))
    if not found:
        raise UsageError(
            "{folder} has no judged question about documents of its own",
            "its documents, or their titles, are all in the folder measured",
            folder=folder,
        )
    return [replace(question, answers=(), answerable=False) for question in sample(found, count)]


def fill(library: Library, documents: Sequence[tuple[str, str, str]]) -> tuple[int, float]:
    """Add documents (id, title, text). Returns the passages and the seconds, without loading the models."""
    _ = library.tokenizer, library.embedder
    began = time.perf_counter()
    report = library.add_parsed(
        [(key, ParsedArticle(printable(text), title, detect(text))) for key, title, text in documents]
    )
    return report.passages, time.perf_counter() - began


def _holds(quotes: Sequence[str], answers: Sequence[str]) -> bool | None:
    if not answers:
        return None
    return any(fold_text(answer) in quote for answer in answers for quote in quotes)


def _retrieval(sums: _Ranked) -> dict[str, Any]:
    ndcgs = {name: share(total, sums.count) for name, total in sums.ndcg.items()}
    return {
        "ndcg@10": ndcgs.pop("all"),
        "mrr@10": share(sums.mrr, sums.count),
        **{f"recall@{k}": share(total, sums.count) for k, total in sums.recall.items()},
        "legs": ndcgs,
    }


def _answers(outcomes: Sequence[_Outcome]) -> dict[str, Any]:
    known = [outcome for outcome in outcomes if outcome.answerable and outcome.in_first is not None]
    return {
        "answer_in_first_sentence": share(sum(bool(outcome.in_first) for outcome in known), len(known)),
        "answer_in_quotes": share(sum(bool(outcome.in_quotes) for outcome in known), len(known)),
        "sentences_quoted": share(sum(outcome.sentences for outcome in known), len(known)),
    }


def _abstaining(outcomes: Sequence[_Outcome], unanswerable: Sequence[_Outcome]) -> dict[str, Any]:
    """Metrics of answerable ``outcomes`` against ``unanswerable`` ones. Calibration needs both."""
    answerable = [outcome for outcome in outcomes if outcome.answerable]
    asked = [*answerable, *unanswerable]
    bins = reliability(
        (outcome.confidence, outcome.answerable, outcome.in_quotes if outcome.answerable else False)
        for outcome in asked
    )
    both = bool(answerable and unanswerable)
    return {
        "unanswerable_refused": _refused(unanswerable),
        "answerable_refused": _refused(answerable),
        "auroc": auroc([r.confidence for r in answerable], [r.confidence for r in unanswerable]),
        "calibration_error": calibration_error(bins) if both else None,
        "reliability": [asdict(b) for b in bins] if both else None,
    }


def _others(outcomes: Sequence[_Outcome], strange: Mapping[str, Sequence[_Outcome]]) -> dict[str, Any]:
    everyone = [outcome for asked in strange.values() for outcome in asked]
    answerable = [outcome.confidence for outcome in outcomes if outcome.answerable]
    return {
        "questions": len(everyone),
        **_abstaining(outcomes, everyone),
        "folders": {
            name: {
                "questions": len(asked),
                "unanswerable_refused": _refused(asked),
                "auroc": auroc(answerable, [outcome.confidence for outcome in asked]),
            }
            for name, asked in strange.items()
        },
    }


def _refused(outcomes: Sequence[_Outcome]) -> float | None:
    return share(sum(not outcome.answered for outcome in outcomes), len(outcomes))


def _at(times: Sequence[float], part: float) -> float | None:
    ordered = sorted(times)
    return round(ordered[min(len(ordered) - 1, int(len(ordered) * part))], 2) if ordered else None
