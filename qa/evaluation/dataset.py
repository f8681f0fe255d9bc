"""Question sets in the BEIR layout: ``corpus``, ``queries`` and ``qrels``, each ``.jsonl`` or ``.jsonl.gz``.

BEIR: Thakur et al., "BEIR: A Heterogeneous Benchmark for Zero-shot Evaluation of Information Retrieval
Models" (2021). A row of ``queries`` may also have ``answers`` and ``answerable``.
"""

from __future__ import annotations

import gzip
import json
import random
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeVar

from index.errors import UsageError

#: The seed of every sample.
_SEED = 2024
_AnyQuestion = TypeVar("_AnyQuestion")


@dataclass(frozen=True, slots=True)
class Question:
    """A question. ``answers`` is empty if none are known."""

    id: str
    text: str
    answers: tuple[str, ...]
    answerable: bool


@dataclass(frozen=True, slots=True)
class Dataset:
    """Documents (id, title, text), questions, and qrels: question id → document id → grade."""

    documents: Sequence[tuple[str, str, str]]
    questions: Sequence[Question]
    qrels: Mapping[str, Mapping[str, float]]


def read_dataset(folder: Path, queries: Path | None = None) -> Dataset:
    """The documents of ``folder``, with its questions or those of the folder ``queries``.

    In a cross-language run the quotes are in the language of the documents. So the answers that ``folder``
    gives to the question of the same id count as well. Raises UsageError if a file is missing or malformed.
    """
    asked = queries or folder
    own: dict[str, Sequence[str]] = {}
    if queries and _find(folder, "queries"):
        own = {str(row["_id"]): row.get("answers") or () for row in read_rows(folder, "queries", "_id")}
    documents = [
        (str(row["_id"]), str(row.get("title") or ""), str(row["text"]))
        for row in read_rows(folder, "corpus", "_id", "text")
    ]
    questions = [
        Question(
            id=str(row["_id"]),
            text=str(row["text"]),
            answers=(*(row.get("answers") or ()), *own.get(str(row["_id"]), ())),
            answerable=bool(row.get("answerable", True)),
        )
        for row in read_rows(asked, "queries", "_id", "text")
    ]
    qrels: dict[str, dict[str, float]] = {}
    for row in read_rows(asked, "qrels", "query-id", "corpus-id", "score"):
        if not isinstance(grade := row["score"], int | float):
            raise UsageError(
                "{folder}: a score in qrels is no number: {grade!r}",
                "give grades such as 0, 1, 2",
                folder=asked,
                grade=grade,
            )
        if grade > 0:  # a judged document of grade 0 is not relevant
            qrels.setdefault(str(row["query-id"]), {})[str(row["corpus-id"])] = float(grade)
    if not documents or not questions:
        raise UsageError(
            "{folder} holds no documents or no questions", "see qa eval --help for the layout", folder=folder
        )
    return Dataset(documents, questions, qrels)


def unanswerable_questions(data: Dataset, other: Dataset) -> list[Question]:
    """The questions of ``other`` that the documents of ``data`` do not answer.

    Sets are often cut from the same pages. So only questions count whose relevant documents share neither
    title nor text with ``data``.
    """
    here = {part.strip() for _, title, text in data.documents for part in (title, text)} - {""}
    shared = {key for key, title, text in other.documents if {title.strip(), text.strip()} & here}
    return [
        question
        for question in other.questions
        if (relevant := other.qrels.get(question.id)) and shared.isdisjoint(relevant)
    ]


def sample(questions: Sequence[_AnyQuestion], limit: int | None) -> list[_AnyQuestion]:
    """At most ``limit`` questions, the same ones every time, in their order. None keeps all."""
    if limit is None or limit >= len(questions):
        return list(questions)
    drawn = sorted(random.Random(_SEED).sample(range(len(questions)), limit))
    return [questions[i] for i in drawn]


def _find(folder: Path, name: str) -> Path | None:
    paths = (folder / f"{name}.jsonl", folder / f"{name}.jsonl.gz")
    return next((path for path in paths if path.is_file()), None)


def read_rows(folder: Path, name: str, *keys: str) -> Iterator[dict[str, Any]]:
    """The objects of a JSON Lines file, each of which has ``keys``. Raises UsageError otherwise."""
    path = _find(folder, name)
    if path is None:
        raise UsageError(
            "{folder} has no {name}.jsonl", "see qa eval --help for the layout", folder=folder, name=name
        )
    opened = gzip.open if path.suffix == ".gz" else open
    try:
        with opened(path, "rt", encoding="utf-8") as lines:
            for number, line in enumerate(lines, start=1):
                if line.strip():
                    yield _row(line, keys, f"{path} line {number}")
    except (OSError, EOFError, UnicodeDecodeError) as error:
        raise UsageError(
            "{path} cannot be read: {error}", "it must be JSON Lines in UTF-8", path=path, error=error
        ) from error


def _row(line: str, keys: Sequence[str], place: str) -> dict[str, Any]:
    try:
        row = json.loads(line)
    except ValueError as error:
        raise UsageError(
            "{place} is not JSON: {error}", "see qa eval --help for the layout", place=place, error=error
        ) from error
    if not isinstance(row, dict) or any(key not in row for key in keys):
        raise UsageError(
            "{place} is no object with {keys}",
            "see qa eval --help for the layout",
            place=place,
            keys=", ".join(keys),
        )
    return row
