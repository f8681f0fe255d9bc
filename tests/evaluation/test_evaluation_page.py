"""EVALUATION.md: the page that was committed, and its writer and its runner over made-up sets and figures."""

from __future__ import annotations

import json
import lzma
import os
import re
import subprocess
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import evaluate
import numpy as np
import pytest
from haystack import LEADS, write_haystacks
from hypothesis import given
from hypothesis import strategies as st
from page import DOUBTED, JUDGED, SETS, page

from qa.evaluation.dataset import read_dataset

ROOT = Path(__file__).parents[2]
PAGE = ROOT / "EVALUATION.md"


def tables(text: str) -> list[list[list[str]]]:
    """The cells of every Markdown table, a rule of dashes left out but checked."""
    found = []
    for block in re.findall(r"(?:^\|.*\|\n?)+", text, re.M):
        rows = [[cell.strip() for cell in line.strip("|").split("|")] for line in block.strip().split("\n")]
        assert len(rows) > 2, block
        assert all(re.fullmatch("---:?", cell) for cell in rows[1])
        assert len({len(row) for row in rows}) == 1, block
        assert all(cell for row in rows for cell in row), block
        found.append([rows[0], *rows[2:]])
    return found


def test_the_page_is_whole() -> None:
    written = PAGE.read_text(encoding="utf-8")
    assert len(tables(written)) >= 10
    for name in SETS:
        assert written.count(f"| {name} |") >= 4, name
    assert "xquad_dev_en → xquad_dev_zh" in written and "xquad_dev_zh → xquad_dev_en" in written
    assert not re.search(r"(?<![\w.:/])/(work|home|root|tmp|Users)\b", written)
    assert not re.search(r"\b(None|nan)\b", written)


BINS = [0.05, 0.15, 0.25, 0.35, 0.45, 0.55, 0.65, 0.75, 0.85, 0.95]


def bins(counts: Sequence[int], answerable: Sequence[float]) -> list[dict[str, Any]]:
    return [
        {
            "start": i / 10,
            "end": (i + 1) / 10,
            "count": counts[i],
            "confidence": BINS[i] if counts[i] else None,
            "answerable": answerable[i] if counts[i] else None,
            "quoted": 0.5 if counts[i] else None,
        }
        for i in range(10)
    ]


def a_run(corpus: str, asked: str, languages: str, **changes: Any) -> dict[str, Any]:
    reliability = bins([10] * 10, [0.0] * 5 + [1.0] * 5)
    told = {
        "answerable_refused": 0.04,
        "unanswerable_refused": 0.97,
        "auroc": 0.98,
        "calibration_error": 0.25,
    }
    figures = {
        "documents": 1200, "passages": 1500, "questions": 40,
        "ndcg@10": 0.9, "mrr@10": 0.89, "recall@1": 0.8, "recall@5": 0.95, "recall@10": 0.99,
        "legs": {"bm25": 0.7, "soft": 0.85, "vector": 0.6},
        "answer_in_first_sentence": 0.75, "answer_in_quotes": 0.9, "sentences_quoted": 1.5,
        "unanswerable_refused": None, "answerable_refused": 0.04, "auroc": None,
        "calibration_error": None, "reliability": None,
        "others": {
            "questions": 40, **told, "reliability": reliability,
            "folders": {"other_set": {"questions": 40, "unanswerable_refused": 0.97, "auroc": 0.98}},
        },
        "p50_ms": 12.34, "p95_ms": 20.0, "passages_per_second": 1000.4,
    }  # fmt: skip
    return {
        "corpus": corpus, "asked": asked, "languages": languages, "limit": None,
        "all_questions": 3000, "all_unanswerable": 0, "figures": {**figures, **changes},
        "beside": {"bm25_words": 0.8, "bm25_bigrams": 0.82},
    }  # fmt: skip


@pytest.fixture
def results() -> dict[str, Any]:
    return {
        "date": "2026-01-02",
        "cores": 2,
        "versions": {"bm25s": "0.1"},
        "judged": {
            "all": dict.fromkeys((*JUDGED, *DOUBTED), 0.5) | {"shown": 61.5, "sure": 40},
            "held": dict.fromkeys((*JUDGED, *DOUBTED), 0.25) | {"shown": 70, "sure": 0, "sure_right": None},
            "kinds": {"why": {"questions": 28, "evidence_first": 0.5, "evidence_any": 0.75, "complete": 0.7}},
        },
        "runs": {
            "xquad_dev_zh": a_run("xquad_dev_zh", "xquad_dev_zh", "zh→zh"),
            "dureader_robust_dev": a_run("dureader_robust_dev", "dureader_robust_dev", "zh→zh"),
            "my_set": a_run(
                "my_set",
                "my_set",
                "en→en",
                others=None,
                auroc=0.6,
                unanswerable_refused=0.3,
                reliability=bins([5] + [0] * 9, [0.2] * 10),
            ),
            "xquad_dev_en → xquad_dev_zh": a_run(
                "xquad_dev_zh", "xquad_dev_en", "en→zh", **{"ndcg@10": 0.95}
            ),
        },
    }


def test_figures_come_to_stand_in_their_tables(results: dict[str, Any]) -> None:
    written = page(results)
    assert "2026-01-02, on 2 cores" in written and "Not the whole sets" not in written
    found = {tuple(table[0]): table[1:] for table in tables(written)}
    legs = found[
        "set", "own words", "soft BM25", "vectors", "all", "recall@1", "recall@5", "recall@10", "MRR@10"
    ]
    assert legs[0] == [
        "xquad_dev_zh",
        "0.700",
        "0.850",
        "0.600",
        "**0.900**",
        "0.800",
        "0.950",
        "0.990",
        "0.890",
    ]
    assert [row[0] for row in legs] == list(results["runs"])
    speed = found["set", "passages", "passages/s", "p50, ms", "p95, ms"]
    assert speed[2] == ["my_set", "1,500", "1,000", "12.3", "20.0"]
    sets = {row[0]: row for row in tables(written)[0]}
    assert sets["my_set"][1:5] == ["1,200", "3,000", "0", "–"]
    assert "→" not in "".join(sets)  # sets are listed, not runs
    hard = found["set", "answerable refused", "unanswerable refused", "AUROC", "calibration error"]
    assert hard == [["my_set", "0.040", "0.300", "0.600", "–"]]


def test_the_judged_documents_stand_in_three_tables(results: dict[str, Any]) -> None:
    written = page(results)
    assert "| all | 0.500 | 0.500 | 0.500 | 0.500 | 0.500 | 0.500 | 62 | 0.500 |" in written
    assert "| held | 0.250 | 0.250 | 0.250 | 0.250 | 0 | – |" in written
    assert "| why | 28 | 0.500 | 0.750 | 0.700 |" in written


def test_bins_of_several_runs_are_put_together(results: dict[str, Any]) -> None:
    written = page(results)
    # Bins of 10 in each of two runs; every bin's confidence is 0.05 to 0.45 from 0 or 1: 0.25 on average.
    assert "**Chinese questions, Chinese articles**, calibration error 0.250:" in written
    assert "| 0.9–1.0 | 20 | 0.950 | 1.000 | 0.500 |" in written
    # The run without other sets' questions is in no table but that of its own: 5 questions, 0.15 apart.
    assert "**English questions" not in written
    assert "**Sets with unanswerable questions of their own**, calibration error 0.150:" in written
    assert "| 0.1–0.2 | 0 | – | – | – |" in written


def test_a_sample_is_called_one(results: dict[str, Any]) -> None:
    for run in results["runs"].values():
        run["limit"] = 40
    assert "**Not the whole sets: 40 of each one's questions" in page(results)


@pytest.mark.slow
def test_saved_figures_are_written_without_measuring(results: dict[str, Any], tmp_path: Path) -> None:
    saved, output = tmp_path / "saved.json", tmp_path / "page.md"
    saved.write_text(json.dumps(results), encoding="utf-8")
    command = [
        sys.executable,
        str(ROOT / "tests" / "evaluation" / "evaluate.py"),
        "--from",
        str(saved),
        "--output",
        str(output),
    ]
    subprocess.run(command, check=True, env={**os.environ, "PYTHONPATH": str(ROOT)})
    assert output.read_text(encoding="utf-8") == page(results)


def make_set(folder: Path, questions: Mapping[str, str], title: str = "") -> None:
    folder.mkdir()
    rows = {
        "corpus": [{"_id": "d", "title": title, "text": "text"}],
        "queries": [{"_id": key, "text": text} for key, text in questions.items()],
        "qrels": [{"query-id": key, "corpus-id": "d", "score": 1} for key in questions],
    }
    for name, lines in rows.items():
        (folder / f"{name}.jsonl").write_text("".join(json.dumps(line) + "\n" for line in lines))


def test_sets_with_the_same_questions_in_two_languages_are_asked_across(tmp_path: Path) -> None:
    make_set(tmp_path / "news_en", {"1": "Who won?", "2": "When?"})
    make_set(tmp_path / "news_zh", {"1": "谁赢了？", "2": "什么时候？"})
    make_set(tmp_path / "news_hk", {"1": "誰贏了？", "2": "什麼時候？"})  # the same language
    make_set(tmp_path / "news_uk", {"1": "Who won?", "3": "Why?"})  # other questions
    make_set(tmp_path / "sport_zh", {"1": "谁赢了？", "2": "什么时候？"})  # another name
    (tmp_path / "pairs").mkdir()
    (tmp_path / "README.md").write_text("no set")
    sets = evaluate.find_sets(tmp_path)
    assert {folder.name for folder in sets} == {"news_en", "news_zh", "news_hk", "news_uk", "sport_zh"}
    names = [plan.name for plan in evaluate.plans(sets)]
    assert names[:5] == sorted(folder.name for folder in sets)
    assert set(names[5:]) == {
        "news_en → news_zh", "news_zh → news_en", "news_en → news_hk", "news_hk → news_en",
    }  # fmt: skip


def test_a_haystack_has_the_documents_of_one_language_and_none_that_tell_the_same(tmp_path: Path) -> None:
    make_set(tmp_path / "news_en", {"1": "Who won?"}, title="Cup")
    make_set(tmp_path / "news_zh", {"1": "谁赢了？"}, title="杯赛")
    make_set(tmp_path / "sport_en", {"2": "Who lost?"}, title="Cup")
    make_set(tmp_path / "food_en", {"3": "What is sour?"}, title="Lemon")
    for name in LEADS:
        with lzma.open(tmp_path / name, "wt", encoding="utf-8") as file:
            file.writelines(json.dumps({"a": f"{name} {i}", "b": "lead"}) + "\n" for i in range(3))
    sets = evaluate.find_sets(tmp_path)
    written = write_haystacks(next(evaluate.across(sets)), sets, tmp_path, tmp_path / "made")
    assert [folder.name for folder in written] == ["haystack_en", "haystack_zh"]
    for folder, title in zip(written, ("Cup", "杯赛"), strict=True):
        made = read_dataset(folder)
        assert [named for _, named, _ in made.documents[:2]] == [title, "Lemon"]
        assert len({key for key, _, _ in made.documents}) == len(made.documents) == 2 + 3 * len(LEADS)
        assert made.qrels == {"1": {"d": 1.0}}
    plans = evaluate.plans(evaluate.find_sets(tmp_path / "made"))
    assert "haystack_en → haystack_zh" in [plan.name for plan in plans]


def test_bigrams_are_overlapping_pairs_of_chinese_characters() -> None:
    assert evaluate.bigrams("长江大桥, GPT-4 的!") == ["长江", "江大", "大桥", "gpt", "4", "的"]


SCORES = st.lists(
    st.lists(st.integers(0, 6).map(lambda n: n / 2), min_size=14, max_size=14), min_size=1, max_size=4
)


@given(SCORES)
def test_systems_are_fused_alike(rows: list[list[float]]) -> None:
    scores = np.array(rows, dtype=np.float32)
    standard = evaluate.standard(scores)
    for row, plain in zip(standard, rows, strict=True):
        assert abs(row.mean()) < 1e-4
        assert len(set(plain)) == 1 or row.std() == pytest.approx(1, abs=1e-3)
        assert [plain[i] for i in evaluate.best(np.array(plain))] == [x for x in sorted(plain)[::-1] if x][
            :10
        ]
