"""Asking a large library: it reads no more of it than of a small one, and answers the same."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest
from made_up import a_library

from index.library import Library
from index.storage.database import Database
from index.types import ParsedArticle
from qa.engine import Engine
from qa.retrieval import retriever

QUESTIONS = [
    "Who opened the Harbour Museum?",
    "港口博物馆是谁创办的？",
    "長橋有多長？",
    "Who invented penicillin?",
]


def test_a_vocabulary_that_is_looked_up_gives_the_same_answers(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with a_library(tmp_path / "library") as library:
        held = [Engine(library).ask(question) for question in QUESTIONS]
        monkeypatch.setattr(retriever, "_WORDS_HELD", 0)
        monkeypatch.setattr(Library, "vocabulary", pytest.fail)
        looked_up = [Engine(library).ask(question) for question in QUESTIONS]
        engine = Engine(library)
        assert engine.gloss("the museum opened in 1931", "zh")
    assert any(answer.answered for answer in held) and not all(answer.answered for answer in held)
    for one, other in zip(held, looked_up, strict=True):
        assert other.sentences == one.sentences and other.missing == one.missing
        assert [hit.passage.id for hit in other.hits] == [hit.passage.id for hit in one.hits]
        assert other.confidence == pytest.approx(one.confidence, abs=1e-4)
        assert [word.occurs for word in other.words] == [word.occurs for word in one.words]


def test_a_question_fetches_as_many_rows_from_a_large_library(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(retriever, "_WORDS_HELD", 0)
    fetched = 0
    rows = Database.rows

    def count(database: Database, sql: str, values: Sequence[Any] = (), *kinds: Any) -> list[Any]:
        nonlocal fetched
        found = rows(database, sql, values, *kinds)
        fetched += len(found)
        return found

    monkeypatch.setattr(Database, "rows", count)
    counts = []
    with a_library(tmp_path / "library") as library:
        for copies in (40, 400):
            more = [
                (
                    f"notice {i}",
                    ParsedArticle(
                        f"Notice {i * 31}: hall {i} stays shut on day {i % 28}.", f"Notice {i}", "en"
                    ),
                )
                for i in range(copies)
            ]
            library.add_parsed(more)
            engine = Engine(library)
            engine.ask(QUESTIONS[0])
            fetched = 0
            for question in QUESTIONS:
                engine.ask(question)
            counts.append(fetched)
    assert counts[0] * 0.5 < counts[1] < counts[0] * 1.5
