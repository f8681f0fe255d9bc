"""The measures against naive definitions, and ``evaluate`` over a made-up folder."""

from __future__ import annotations

import gzip
import json
import math
import re
import tempfile
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from made_up import TEXTS, a_library

from index.errors import UsageError
from index.types import Monitor
from qa.evaluation.dataset import Question, read_dataset, sample, unanswerable_questions
from qa.evaluation.evaluate import evaluate
from qa.evaluation.metrics import auroc, calibration_error, ndcg, reciprocal_rank, reliability
from qa.output.terminal import measurements

KEYS = st.sampled_from("abcdefghijklmn")
RANKING = st.lists(KEYS, unique=True, max_size=10)
RELEVANT = st.dictionaries(KEYS, st.integers(1, 3), max_size=12)


def naive_ndcg(ranking: Sequence[str], relevant: Mapping[str, int]) -> float:
    def dcg(gains: Sequence[float]) -> float:
        return sum(gain / math.log(rank + 1, 2) for rank, gain in enumerate(gains, start=1))

    best = dcg(sorted(relevant.values())[::-1][:10])
    return dcg([relevant.get(key, 0) for key in ranking]) / best if best else 0.0


@given(RANKING, RELEVANT)
def test_ndcg(ranking: list[str], relevant: dict[str, int]) -> None:
    assert ndcg(ranking, relevant) == pytest.approx(naive_ndcg(ranking, relevant))
    assert 0 <= ndcg(ranking, relevant) <= 1 + 1e-9


@given(RELEVANT.filter(bool))
def test_the_ideal_ranking_has_ndcg_one(relevant: dict[str, int]) -> None:
    ideal = sorted(relevant, key=lambda key: -relevant[key])[:10]
    assert ndcg(ideal, relevant) == pytest.approx(1)


@given(RANKING, RELEVANT)
def test_reciprocal_rank(ranking: list[str], relevant: dict[str, int]) -> None:
    ranks = [rank for rank, key in enumerate(ranking, start=1) if key in relevant]
    assert reciprocal_rank(ranking, relevant) == (1 / min(ranks) if ranks else 0)


SCORES = st.lists(st.integers(0, 5).map(lambda n: n / 5), min_size=1, max_size=20)


@given(SCORES, SCORES)
def test_auroc_is_the_share_of_pairs_in_order(positive: list[float], negative: list[float]) -> None:
    pairs = [(p > n) + (p == n) / 2 for p in positive for n in negative]
    assert auroc(positive, negative) == pytest.approx(sum(pairs) / len(pairs), abs=1e-4)


def test_auroc_needs_both_sides() -> None:
    assert auroc([], [0.5]) is None and auroc([0.5], []) is None


#: Confidence in percent, answerable, answer quoted (None: no answer is known).
REPLIES = st.lists(
    st.tuples(st.integers(0, 100), st.booleans(), st.sampled_from([True, False, None])), max_size=30
)


@given(REPLIES)
def test_reliability_and_calibration_error(replies: list[tuple[int, bool, bool | None]]) -> None:
    bins = reliability((percent / 100, answerable, quoted) for percent, answerable, quoted in replies)
    assert [(b.start, b.end) for b in bins] == [(i / 10, (i + 1) / 10) for i in range(10)]
    error = 0.0
    for i, b in enumerate(bins):
        held = [reply for reply in replies if reply[0] // 10 == i or (reply[0] == 100 and i == 9)]
        known = [quoted for _, _, quoted in held if quoted is not None]
        assert b.count == len(held)
        if not held:
            assert b.confidence is b.answerable is b.quoted is None
            continue
        confidence = sum(percent for percent, _, _ in held) / len(held) / 100
        right = sum(answerable for _, answerable, _ in held) / len(held)
        assert (b.confidence, b.answerable) == pytest.approx((confidence, right), abs=1e-4)
        assert b.quoted == (pytest.approx(known.count(True) / len(known), abs=1e-4) if known else None)
        error += len(held) / len(replies) * abs(confidence - right)
    assert calibration_error(bins) == (pytest.approx(error, abs=3e-4) if replies else None)


def test_confidence_that_is_the_share_answerable_has_no_calibration_error() -> None:
    sure, unsure = [(0.75, n < 3, None) for n in range(4)], [(0.25, n < 1, None) for n in range(4)]
    assert calibration_error(reliability([*sure, *unsure])) == 0.0
    assert calibration_error(reliability([(1.0, False, None)])) == 1.0


@given(st.integers(0, 30), st.integers(1, 40))
def test_a_sample_is_some_of_the_questions_in_order_and_always_the_same(count: int, limit: int) -> None:
    questions = [Question(str(n), f"question {n}", (), True) for n in range(count)]
    drawn = sample(questions, limit)
    assert len(drawn) == min(count, limit) and sample(questions, limit) == drawn
    assert drawn == [question for question in questions if question in drawn]
    assert sample(questions, None) == questions


QUESTIONS: list[dict[str, Any]] = [
    {"_id": "q1", "text": "Who founded the ferry company?", "answers": ["Marta Lindqvist"]},
    {"_id": "q2", "text": "長橋有多長？", "answers": ["1,240 公尺"], "answerable": True},
    {"_id": "q3", "text": "Why does the tower clock lose four minutes?", "answers": ["made of oak"]},
    {"_id": "q4", "text": "Who composed the anthem of Peru?", "answerable": False},
    {"_id": "q5", "text": "图书馆有多少藏书？"},
]
QRELS = [("q1", "ferry", 1), ("q2", "bridge", 2), ("q2", "bees", 0), ("q3", "clock", 1), ("q5", "图书馆", 1)]


def lines(rows: Sequence[Mapping[str, Any]]) -> str:
    return "".join(json.dumps(row, ensure_ascii=False) + "\n" for row in rows)


def make(
    folder: Path,
    questions: Sequence[Mapping[str, Any]] = QUESTIONS,
    qrels: Sequence[tuple[str, str, int]] = QRELS,
    *,
    texts: Mapping[str, tuple[str, str]] = TEXTS,
    gz: bool = False,
) -> Path:
    folder.mkdir()
    judged = {row["_id"] for row in questions}
    files = {
        "queries": lines(questions),
        "qrels": lines([{"query-id": q, "corpus-id": d, "score": s} for q, d, s in qrels if q in judged]),
    }
    if texts:
        rows = [{"_id": key, "title": title, "text": text} for key, (title, text) in texts.items()]
        files["corpus"] = lines(rows)
    for name, text in files.items():
        if gz:
            (folder / f"{name}.jsonl.gz").write_bytes(gzip.compress(text.encode()))
        else:
            (folder / f"{name}.jsonl").write_text(text, encoding="utf-8")
    return folder


#: Everything but how long it took.
Measured = dict[str, Any]


def measured(*arguments: Path, **options: Any) -> Measured:
    result = evaluate(*arguments, **options)
    json.dumps(result)
    for name in ("p50_ms", "p95_ms", "passages_per_second"):
        assert result.pop(name) > 0
    return result


@pytest.fixture(scope="module")
def plain(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return make(tmp_path_factory.mktemp("beir") / "plain")


@pytest.fixture(scope="module")
def result(plain: Path) -> Measured:
    return measured(plain)


def test_a_made_up_folder_is_measured(result: Measured) -> None:
    assert (result["documents"], result["questions"]) == (len(TEXTS), len(QUESTIONS))
    assert result["passages"] >= len(TEXTS)
    # Each question shares its words with one article.
    for name in ("ndcg@10", "mrr@10", "recall@1", "recall@5", "recall@10", "auroc"):
        assert result[name] == 1.0, name
    assert result["answer_in_first_sentence"] == result["answer_in_quotes"] == 1.0
    assert 1.0 <= result["sentences_quoted"] <= 3.0
    assert result["answerable_refused"] == 0.0
    assert result["unanswerable_refused"] in (0.0, 1.0)
    assert sum(found["count"] for found in result["reliability"]) == len(QUESTIONS)
    assert result["others"] is None


def test_compressed_files_measure_the_same(tmp_path: Path, result: Measured) -> None:
    assert measured(make(tmp_path / "gz", gz=True)) == result


def test_questions_of_another_folder(plain: Path, tmp_path: Path) -> None:
    other = make(tmp_path / "other", [{"_id": "q1", "text": "轮渡公司是谁创办的？"}], texts={})
    # The answer is the one that the documents' own folder gives to the question of this id.
    assert read_dataset(plain, other).questions[0].answers == ("Marta Lindqvist",)
    result = measured(plain, other)
    assert (result["questions"], result["documents"]) == (1, len(TEXTS))
    assert result["recall@5"] == 1.0
    assert result["auroc"] is result["unanswerable_refused"] is None
    assert result["reliability"] is result["calibration_error"] is None


def test_each_leg_is_measured_alone(tmp_path: Path) -> None:
    asked = [
        {"_id": "q1", "text": "谁创办了轮渡公司？"},
        {"_id": "q2", "text": "蜂箱在市政厅的屋顶上"},
        {"_id": "q3", "text": "the pendulum is made of oak"},
    ]
    found = [("q1", "ferry", 1), ("q2", "bees", 1), ("q3", "clock", 1)]
    legs = measured(make(tmp_path / "across", asked[:2], found))["legs"]
    assert legs["bm25"] == 0.0  # no word of the questions stands in the passages that answer them
    assert legs["soft"] > 0.5
    naive = [naive_vector_ndcg(asked[i]["text"], {found[i][1]: 1}) for i in range(2)]
    assert legs["vector"] == pytest.approx(sum(naive) / 2, abs=1e-4)
    assert measured(make(tmp_path / "within", asked[2:], found))["legs"]["bm25"] == 1.0


def naive_vector_ndcg(question: str, relevant: Mapping[str, int]) -> float:
    """nDCG of the documents ordered by the cosine of their best passage, from scratch."""
    with tempfile.TemporaryDirectory() as folder, a_library(Path(folder) / "library") as library:
        asked = library.embedder.embed_query(question, library.tokenizer.words(question))
        best: dict[str, float] = {}
        for info in library.articles():
            for passage in library.article_passages(info.id):
                words = [*passage.context, *passage.words]
                cosine = float(library.embedder.embed_passages([passage.text], [words])[0] @ asked)
                best[info.path] = max(cosine, best.get(info.path, -1.0))
        return naive_ndcg(sorted(best, key=lambda key: -best[key])[:10], relevant)


def test_questions_of_other_folders_count_as_unanswerable(
    plain: Path, result: Measured, tmp_path: Path
) -> None:
    texts = {
        "shared": ("Another title", TEXTS["bees"][1]),
        "same title": (TEXTS["clock"][0], "This clock stands in another tower."),
        "anthem": ("Anthems", "The anthem of Peru was composed by José Bernardo Alcedo."),
    }
    asked = [
        {"_id": "o1", "text": "How many hives stand on the roof of the town hall?"},
        {"_id": "o2", "text": "Where does the clock stand?"},
        {"_id": "o3", "text": "Who composed the anthem of Peru?", "answers": ["José Bernardo Alcedo"]},
        {"_id": "o4", "text": "Who wrote it?", "answerable": False},
    ]
    judged = [("o1", "shared", 1), ("o2", "same title", 1), ("o3", "anthem", 1)]
    other = make(tmp_path / "other", asked, judged, texts=texts)
    assert [q.id for q in unanswerable_questions(read_dataset(plain), read_dataset(other))] == ["o3"]

    told = measured(plain, others=[other])
    others = told.pop("others")
    assert told == {name: value for name, value in result.items() if name != "others"}
    assert others["questions"] == 1 and others["auroc"] == 1.0
    assert others["unanswerable_refused"] in (0.0, 1.0)
    assert others["answerable_refused"] == result["answerable_refused"]
    assert sum(found["count"] for found in others["reliability"]) == 5  # four are answerable here
    (folder,) = others["folders"].items()
    assert folder == (
        str(other),
        {"questions": 1, "unanswerable_refused": others["unanswerable_refused"], "auroc": 1.0},
    )
    with pytest.raises(UsageError, match="no judged question"):
        evaluate(plain, others=[plain])


def test_a_limit_draws_questions_and_keeps_every_document(plain: Path) -> None:
    told = measured(plain, limit=2)
    assert (told["questions"], told["documents"]) == (2, len(TEXTS))


def test_figures_are_lines_for_people(result: Measured) -> None:
    told = measurements(result).splitlines()
    assert any(re.fullmatch(r"legs bm25 +[\d.]+", line) for line in told)
    assert sum(line.startswith("reliability ") for line in told) == 10
    assert any(re.fullmatch(r"others +-", line) for line in told)


def test_documents_need_no_questions_of_their_own(plain: Path, tmp_path: Path) -> None:
    documents = tmp_path / "documents"
    documents.mkdir()
    (documents / "corpus.jsonl").write_bytes((plain / "corpus.jsonl").read_bytes())
    assert len(read_dataset(documents, plain).questions) == len(QUESTIONS)


def test_measures_that_the_data_cannot_tell_are_none(tmp_path: Path) -> None:
    result = measured(make(tmp_path / "bare", [{"_id": "q9", "text": "Who keeps bees?"}]))
    for name in ("ndcg@10", "mrr@10", "recall@1", "answer_in_quotes", "auroc", "unanswerable_refused"):
        assert result[name] is None, name


def test_an_empty_or_overlong_question_is_one_that_gets_no_answer(tmp_path: Path) -> None:
    bad = [{"_id": "q1", "text": text, "answers": ["Marta Lindqvist"]} for text in (" ", "who? " * 1000)]
    for number, question in enumerate(bad):
        result = evaluate(make(tmp_path / str(number), [question]))
        assert result["ndcg@10"] == result["answer_in_quotes"] == 0.0
        assert result["answerable_refused"] == 1.0


def test_a_document_of_grade_zero_is_not_relevant(plain: Path) -> None:
    assert read_dataset(plain).qrels["q2"] == {"bridge": 2.0}


def test_progress_counts_questions(plain: Path) -> None:
    told: list[tuple[int, int]] = []
    evaluate(plain, monitor=Monitor(done=lambda done, total: told.append((done, total))))
    assert told == [(done, len(QUESTIONS)) for done in range(1, len(QUESTIONS) + 1)]


@pytest.mark.parametrize(
    ("name", "data", "says"),
    [
        ("corpus", None, "has no corpus.jsonl"),
        ("queries", None, "has no queries.jsonl"),
        ("qrels", None, "has no qrels.jsonl"),
        ("corpus", b"", "no documents"),
        ("queries", b"\n\n", "no questions"),
        ("corpus", b'{"_id": "a", "text": "x"}\n{"_id": \n', "line 2 is not JSON"),
        ("corpus", b'{"_id": "a"}\n', "line 1 is no object with _id, text"),
        ("queries", b'["q1"]\n', "line 1 is no object with _id, text"),
        ("qrels", b'{"query-id": "q1", "corpus-id": "ferry"}\n', "query-id, corpus-id, score"),
        ("qrels", b'{"query-id": "q1", "corpus-id": "ferry", "score": "good"}\n', "no number"),
        ("corpus", b'{"_id": "a", "text": "\xff"}\n', "cannot be read"),
    ],
)
def test_data_of_another_shape_is_refused_with_one_line(
    tmp_path: Path, name: str, data: bytes | None, says: str
) -> None:
    folder = make(tmp_path / "folder")
    file = folder / f"{name}.jsonl"
    if data is None:
        file.unlink()
    else:
        file.write_bytes(data)
    with pytest.raises(UsageError, match=says) as refused:
        read_dataset(folder)
    assert "\n" not in str(refused.value) and refused.value.hint


def test_a_damaged_archive_is_refused(tmp_path: Path) -> None:
    folder = make(tmp_path / "folder", gz=True)
    whole = (folder / "corpus.jsonl.gz").read_bytes()
    for damaged in (whole[: len(whole) // 2], b"no archive at all"):
        (folder / "corpus.jsonl.gz").write_bytes(damaged)
        with pytest.raises(UsageError, match="cannot be read"):
            read_dataset(folder)
