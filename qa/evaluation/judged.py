"""``qa eval`` on judged documents: whether the quotes are what answers, and whether the confidence tells.

The folder holds the documents in ``docs/`` and ``questions.jsonl``. A question has ``id``, ``question``,
``docs`` (file names), ``evidence`` (verbatim pieces of their texts), ``answerable``, ``near_topic`` (about
what the documents discuss), ``multi`` (all of the evidence is needed), and ``split``, ``kind`` and ``cross``,
by which the questions are grouped.
"""

from __future__ import annotations

import statistics
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, NamedTuple

from index.errors import UsageError
from index.lexicon.cross_encoder import load_reranker
from index.types import UNWATCHED, Monitor
from qa.engine import Engine
from qa.evaluation.dataset import read_rows, sample
from qa.evaluation.metrics import DEPTH, auroc, share
from qa.evaluation.scratch import scratch_library
from qa.types import Decision

#: Two places are the same if they share this part of the shorter one, and a piece of evidence is shown if
#: this part of it is.
_ENOUGH = 0.5
#: From this confidence on, an answer is called sure.
_SURE = 0.9
#: What is told of each kind of question.
_OF_KINDS = frozenset({"questions", "evidence_first", "evidence_any", "complete"})
_FIELDS = (
    "id", "question", "kind", "split", "docs", "evidence", "answerable", "near_topic", "multi", "cross",
)  # fmt: skip


class Place(NamedTuple):
    """``text[start:end]`` of a document, which is named by its file."""

    document: str
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class JudgedQuestion:
    """A question. ``evidence`` has the places of each piece; it is empty if the question has no answer."""

    id: str
    text: str
    kind: str
    split: str
    evidence: Sequence[Sequence[Place]]
    answerable: bool
    near_topic: bool
    multi: bool
    cross: bool


@dataclass(frozen=True, slots=True)
class Reply:
    """What is quoted for a question, in order, and the passages that a search finds, best first.

    ``decision``: see `Answer`.
    """

    answered: bool
    confidence: float
    quotes: Sequence[Place]
    passages: Sequence[Place]
    decision: Decision | None = None


@dataclass(frozen=True, slots=True)
class Score:
    """How a reply met the evidence of its question.

    ``rank`` is that of the first passage with evidence. ``first`` and ``any`` tell of the first quote and of
    all quotes. ``complete`` (0 to 1) is the share of what is needed that is shown. ``shown`` are the
    characters quoted, and ``clean`` those of them in the paragraph, list or table of a piece of evidence.
    ``decision`` is that of the reply.
    """

    question: JudgedQuestion
    answered: bool
    confidence: float
    rank: int | None
    first: bool
    any: bool
    complete: float
    shown: int
    clean: int
    decision: Decision | None = None


def judge(
    folder: Path,
    *,
    limit: int | None = None,
    model: str | None = None,
    reranker: str = "",
    beside: Path | None = None,
    monitor: Monitor = UNWATCHED,
) -> dict[str, Any]:
    """`figures` of all questions, of each split, of one language and across languages; a few of each kind.

    Raises UsageError if the folder holds no judged documents or a piece of evidence is in none of them.
    """
    scores = score_all(folder, limit=limit, model=model, reranker=reranker, beside=beside, monitor=monitor)
    groups: dict[str, list[Score]] = defaultdict(list)
    kinds: dict[str, list[Score]] = defaultdict(list)
    for score in scores:
        groups[score.question.split].append(score)
        if score.question.answerable:
            groups["across languages" if score.question.cross else "one language"].append(score)
            kinds[score.question.kind].append(score)
    return {
        "all": figures(scores),
        **{name: figures(groups[name]) for name in sorted(groups)},
        "kinds": {
            kind: {name: told for name, told in figures(kinds[kind]).items() if name in _OF_KINDS}
            for kind in sorted(kinds)
        },
    }


def score_all(
    folder: Path,
    *,
    limit: int | None = None,
    model: str | None = None,
    reranker: str = "",
    beside: Path | None = None,
    monitor: Monitor = UNWATCHED,
) -> list[Score]:
    """Asks every question as ``qa ask`` and ``qa search`` do, in a temporary library. Raises like `judge`.

    ``beside``: see `scratch_library`.
    """
    with scratch_library(beside, model) as library:
        library.add([folder / "docs"])
        texts = {Path(article.path).name: library.article(article.id).text for article in library.articles()}
        engine = Engine(library, load_reranker(reranker))
        questions = sample(list(read_questions(folder, texts)), limit)
        scores = []
        for done, question in enumerate(questions, start=1):
            scores.append(score_reply(question, _ask(engine, question.text), texts))
            monitor.done(done, len(questions))
    return scores


def read_questions(folder: Path, texts: Mapping[str, str]) -> Iterator[JudgedQuestion]:
    """The questions of ``folder`` about documents with these ``texts``. Raises UsageError like `judge`."""
    for row in read_rows(folder, "questions", *_FIELDS):
        evidence = [
            [place for name in row["docs"] for place in _places(name, texts.get(name, ""), piece)]
            for piece in row["evidence"]
        ]
        if not all(evidence) or bool(evidence) != row["answerable"]:
            raise UsageError(
                "the evidence of question {id} is in no document that it names",
                "it must stand there word for word, see qa show",
                id=row["id"],
            )
        yield JudgedQuestion(
            id=row["id"],
            text=row["question"],
            kind=row["kind"],
            split=row["split"],
            evidence=evidence,
            answerable=row["answerable"],
            near_topic=row["near_topic"],
            multi=row["multi"],
            cross=row["cross"],
        )


def _places(document: str, text: str, piece: str) -> Iterator[Place]:
    at = text.find(piece)
    while at >= 0:
        yield Place(document, at, at + len(piece))
        at = text.find(piece, at + 1)


def _ask(engine: Engine, question: str) -> Reply:
    answer = engine.ask(question)
    cited = {
        citation.number: Place(Path(citation.hit.article.path).name, citation.start, citation.end)
        for citation in answer.citations
    }
    return Reply(
        answer.answered,
        answer.confidence,
        [cited[sentence.citation] for sentence in answer.sentences],
        [
            Place(Path(hit.article.path).name, hit.passage.start, hit.passage.end)
            for hit in engine.search(question, k=DEPTH).hits
        ],
        answer.decision,
    )


def score_reply(question: JudgedQuestion, reply: Reply, texts: Mapping[str, str]) -> Score:
    """The score of a reply about documents with these ``texts``."""
    evidence = [place for places in question.evidence for place in places]
    around = [_block(texts[place.document], place) for place in evidence]

    def met(place: Place) -> bool:
        return any(_same(place, piece) for piece in evidence)

    pieces = [
        max(_covered(place, reply.quotes) for place in places) >= _ENOUGH for places in question.evidence
    ]
    return Score(
        question,
        reply.answered,
        reply.confidence,
        next((rank for rank, place in enumerate(reply.passages, start=1) if met(place)), None),
        any(map(met, reply.quotes[:1])),
        any(map(met, reply.quotes)),
        sum(pieces) / len(pieces) if question.multi else float(any(pieces)),
        sum(quote.end - quote.start for quote in reply.quotes),
        sum(len(_characters(quote, around)) for quote in reply.quotes),
        reply.decision,
    )


def _same(one: Place, other: Place) -> bool:
    shorter = min(one.end - one.start, other.end - other.start)
    return len(_characters(one, [other])) >= max(1, _ENOUGH * shorter)


def _covered(place: Place, others: Sequence[Place]) -> float:
    return len(_characters(place, others)) / max(1, place.end - place.start)


def _characters(place: Place, others: Sequence[Place]) -> set[int]:
    """The offsets of the characters of ``place`` that any of ``others`` has, too."""
    return {
        offset
        for other in others
        if other.document == place.document
        for offset in range(max(place.start, other.start), min(place.end, other.end))
    }


def _block(text: str, place: Place) -> Place:
    """What stands around a place between blank lines: a paragraph, a list or a table."""
    start, end = text.rfind("\n\n", 0, place.start), text.find("\n\n", place.end)
    return Place(place.document, 0 if start < 0 else start + 2, len(text) if end < 0 else end)


def figures(scores: Sequence[Score]) -> dict[str, Any]:
    """Shares of the answerable questions, unless told otherwise. None where no question counts.

    ``passage@1`` and ``passage@5``: evidence is among the first passages found. ``evidence_first``,
    ``evidence_any`` and ``complete``: see `Score`. ``clean``: of all characters quoted. ``shown``: median of
    the characters quoted for an answered question. ``near_refused`` and ``other_refused``: of the
    unanswerable questions, on and off the topics of the documents. ``right_wrong_auroc``: of the confidence
    of answers with evidence against that of the others, those to unanswerable questions among them.
    ``near_auroc``: of answerable questions against near-topic ones. ``sure`` counts the answers with a
    confidence of at least 0.9, and ``sure_right`` is the share of them with evidence.
    """
    asked = [score for score in scores if score.question.answerable]
    answered = [score for score in asked if score.answered]
    near, other = (
        [s for s in scores if not s.question.answerable and s.question.near_topic is on]
        for on in (True, False)
    )
    given = [score for score in scores if score.answered]
    right, wrong = ([score.confidence for score in given if score.any is met] for met in (True, False))
    sure = [score.any for score in given if score.confidence >= _SURE]
    ranks = [score.rank or DEPTH + 1 for score in asked]
    return {
        "questions": len(scores),
        "passage@1": share(sum(rank <= 1 for rank in ranks), len(asked)),
        "passage@5": share(sum(rank <= 5 for rank in ranks), len(asked)),
        "evidence_first": share(sum(score.first for score in asked), len(asked)),
        "evidence_any": share(sum(score.any for score in asked), len(asked)),
        "complete": share(sum(score.complete for score in asked), len(asked)),
        "clean": share(sum(score.clean for score in answered), sum(score.shown for score in answered)),
        "shown": statistics.median(score.shown for score in answered) if answered else None,
        "answered": share(len(answered), len(asked)),
        "near_refused": share(sum(not score.answered for score in near), len(near)),
        "other_refused": share(sum(not score.answered for score in other), len(other)),
        "right_wrong_auroc": auroc(right, wrong),
        "near_auroc": auroc([score.confidence for score in asked], [score.confidence for score in near]),
        "sure": len(sure),
        "sure_right": share(sum(sure), len(sure)),
    }
