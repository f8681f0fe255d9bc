"""The judged documents as promised, and the scoring against figures worked out by hand."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

import pytest

from index.errors import UsageError
from index.library import Library
from qa.evaluation.judged import JudgedQuestion, Place, Reply, figures, judge, read_questions, score_reply

JUDGED = Path(__file__).parents[2] / "judged"
DOCUMENTS = sorted((JUDGED / "docs").iterdir())
ROWS: list[dict[str, Any]] = [
    json.loads(line) for line in (JUDGED / "questions.jsonl").read_text(encoding="utf-8").splitlines()
]


@pytest.fixture(scope="module")
def library(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Library]:
    with Library.open(tmp_path_factory.mktemp("judged") / "library", create=True) as library:
        report = library.add([JUDGED / "docs"])
        assert not report.skipped and not report.partial
        yield library


@pytest.fixture(scope="module")
def texts(library: Library) -> dict[str, str]:
    return {Path(info.path).name: library.article(info.id).text for info in library.articles()}


def test_there_are_forty_documents_in_three_scripts(library: Library) -> None:
    assert len(DOCUMENTS) == 40
    assert Counter(info.language for info in library.articles()) == {"zh-Hans": 18, "zh-Hant": 4, "en": 18}
    languages = {Path(info.path).name: info.language for info in library.articles()}
    for row in filter(lambda row: row["answerable"], ROWS):
        assert row["doc_language"] == languages[row["docs"][0]]
        assert row["cross"] == ((row["lang"] == "en") != (row["doc_language"] == "en"))
    for document in DOCUMENTS:
        assert 30 <= len(document.read_text(encoding="utf-8").splitlines()) <= 120, document.name


def test_there_are_two_hundred_questions_half_to_fit_on() -> None:
    assert len({row["id"] for row in ROWS}) == len({row["question"] for row in ROWS}) == len(ROWS) == 200
    kinds = Counter((row["answerable"], row["near_topic"]) for row in ROWS)
    assert kinds == {(True, False): 150, (False, True): 35, (False, False): 15}
    assert Counter(row["split"] for row in ROWS) == {"dev": 100, "held": 100}
    assert 80 <= sum(row["cross"] for row in ROWS) <= 100
    assert {document.name for document in DOCUMENTS} == {name for row in ROWS for name in row["docs"]}
    splits = {(name, row["split"]) for row in ROWS for name in row["docs"]}
    assert len(splits) == 40  # no document is in both halves


def test_the_evidence_stands_in_the_documents_as_they_are_read(texts: Mapping[str, str]) -> None:
    for row, question in zip(ROWS, read_questions(JUDGED, texts), strict=True):
        assert question.id == row["id"]
        for piece, places in zip(row["evidence"], question.evidence, strict=True):
            assert {texts[document][start:end] for document, start, end in places} == {piece}
        assert bool(row["answers"]) == row["answerable"]
        for answer in row["answers"]:
            assert any(answer in piece for piece in row["evidence"]), (row["id"], answer)


def test_an_oracle_is_right_in_everything(texts: Mapping[str, str]) -> None:
    scores = []
    for question in read_questions(JUDGED, texts):
        evidence = [places[0] for places in question.evidence]
        oracle = Reply(question.answerable, float(question.answerable), evidence, evidence)
        scores.append(score_reply(question, oracle, texts))
    told = figures(scores)
    assert told.pop("right_wrong_auroc") is None  # no answer is wrong
    assert told.pop("shown") > 10
    assert (told.pop("questions"), told.pop("sure")) == (200, 150)
    assert set(told.values()) == {1.0}


# By hand: offsets in texts of two documents.
TEXTS = {"a": "# Rope\n\n- hemp 30 m\n- sisal 20 m\n\nHemp rots. Sisal does not.", "b": "Nothing of use."}
HEMP, SISAL = Place("a", 10, 19), Place("a", 22, 32)
ROTS, NOT = Place("a", 34, 44), Place("a", 45, 60)
NOTHING = Place("b", 0, 15)


def a_question(*evidence: Sequence[Place], multi: bool = False, near: bool = False) -> JudgedQuestion:
    return JudgedQuestion("q", "?", "list", "dev", evidence, bool(evidence), near, multi, False)


def a_reply(confidence: float, *quotes: Place, passages: Sequence[Place] = ()) -> Reply:
    return Reply(bool(quotes), confidence, quotes, passages)


def test_the_places_are_where_they_are_said_to_be() -> None:
    shown = [TEXTS[document][start:end] for document, start, end in (HEMP, SISAL, ROTS, NOT, NOTHING)]
    assert shown == ["hemp 30 m", "sisal 20 m", "Hemp rots.", "Sisal does not.", "Nothing of use."]


def test_half_of_what_is_needed() -> None:
    question = a_question([HEMP], [SISAL], multi=True)
    score = score_reply(question, a_reply(0.8, NOTHING, HEMP, passages=[NOTHING, Place("a", 0, 32)]), TEXTS)
    assert (score.rank, score.first, score.any, score.complete) == (2, False, True, 0.5)
    assert (score.shown, score.clean) == (15 + 9, 9)


def test_one_piece_is_enough_unless_all_are_needed() -> None:
    score = score_reply(a_question([HEMP], [SISAL]), a_reply(0.8, SISAL), TEXTS)
    assert score.first and score.complete == 1.0


def test_less_than_half_of_a_place_is_not_the_place() -> None:
    question = a_question([NOT])
    few, half = (score_reply(question, a_reply(0.8, Place("a", 38, end)), TEXTS) for end in (49, 53))
    assert (few.any, few.complete) == (False, 0.0)
    assert (half.any, half.complete) == (True, 1.0)
    assert few.clean == few.shown == 11  # the paragraph is that of the evidence


def test_the_figures_of_a_few_replies() -> None:
    near, off = a_question(near=True), a_question()
    told = figures([
        score_reply(a_question([HEMP]), a_reply(0.95, HEMP, passages=[HEMP]), TEXTS),
        score_reply(a_question([SISAL]), a_reply(0.9, NOTHING, passages=[NOTHING, SISAL]), TEXTS),
        score_reply(a_question([ROTS]), a_reply(0.1), TEXTS),
        score_reply(near, a_reply(0.7, NOTHING), TEXTS),
        score_reply(near, a_reply(0.2), TEXTS),
        score_reply(off, a_reply(0.0), TEXTS),
    ])  # fmt: skip
    assert told == {
        "questions": 6,
        "passage@1": 0.3333,
        "passage@5": 0.6667,
        "evidence_first": 0.3333,
        "evidence_any": 0.3333,
        "complete": 0.3333,
        "clean": round(9 / 24, 4),
        "shown": 12,
        "answered": 0.6667,
        "near_refused": 0.5,
        "other_refused": 1.0,
        "right_wrong_auroc": 1.0,  # 0.95 against 0.9 and 0.7
        "near_auroc": round(4 / 6, 4),  # 0.95 and 0.9 against 0.7 and 0.2; 0.1 is below both
        "sure": 2,
        "sure_right": 0.5,
    }


def test_no_questions_have_no_figures() -> None:
    told = figures([])
    assert (told.pop("questions"), told.pop("sure")) == (0, 0)
    assert set(told.values()) == {None}


def make(folder: Path, **changes: Any) -> Path:
    (folder / "docs").mkdir(parents=True)
    (folder / "docs" / "ferry.txt").write_text("The ferry company was founded by Marta Lindqvist in 1962.")
    row = {
        "id": "q1", "question": "Who founded the ferry company?", "kind": "who", "split": "held",
        "docs": ["ferry.txt"], "evidence": ["Marta Lindqvist"], "answerable": True, "near_topic": False,
        "multi": False, "cross": False,
    }  # fmt: skip
    (folder / "questions.jsonl").write_text(json.dumps(row | changes) + "\n", encoding="utf-8")
    return folder


def test_a_folder_is_judged_through_the_engine(tmp_path: Path) -> None:
    told = judge(make(tmp_path / "set"))
    assert list(told) == ["all", "held", "one language", "kinds"]
    assert told["all"] == told["held"] == told["one language"]
    assert told["all"]["passage@1"] == told["all"]["evidence_first"] == told["all"]["complete"] == 1.0
    assert told["kinds"]["who"]["evidence_any"] == 1.0


@pytest.mark.parametrize(
    "changes",
    [{"evidence": ["Marta Lindqvist in 1963"]}, {"docs": []}, {"answerable": False}, {"evidence": []}],
)
def test_evidence_that_is_in_no_document_is_an_error(tmp_path: Path, changes: Mapping[str, Any]) -> None:
    with pytest.raises(UsageError, match="the evidence of question q1"):
        judge(make(tmp_path / "set", **changes))
