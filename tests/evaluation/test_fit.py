"""The tool that fits the trained weights, on made-up data."""

from __future__ import annotations

import gzip
import json
import sys
from collections.abc import Sequence
from pathlib import Path

import fit_data
import numpy as np
import pytest
from fit import (
    BY_HAND,
    FOLDS,
    PAIRS,
    ROOT,
    Judged,
    Trial,
    dictionary,
    doubt,
    doubt_judged,
    fit_confidence,
    fit_sentences,
    judge,
    main,
    named,
    report_confidence,
    rewritten,
    sentence_loss,
)
from scipy.optimize import check_grad

from qa import tuning
from qa.evaluation.dataset import Dataset, Question, read_dataset

ZH = ("黑猫住在红色的房子里。", "白狗在长江边奔跑。", "工程师在一九五〇年建了这座桥。", "茶来自南方的山。")
EN = (
    "The black cat lives in a red house.",
    "The white dog runs along the Yangtze.",
    "Engineers built this bridge in 1950.",
    "The tea comes from southern mountains.",
)
ASKED = {
    "zh": (("黑猫住在哪里？", "红色的房子"), ("白狗在哪里奔跑？", "长江"), ("茶来自哪里？", "南方的山")),
    "en": (
        ("Where does the black cat live?", "red house"),
        ("Where does the white dog run?", "Yangtze"),
        ("Where does the tea come from?", "southern mountains"),
    ),
}
ABOUT = (0, 1, 3)


def made_up_set(folder: Path, language: str, texts: Sequence[str], title: str = "") -> Dataset:
    rows = {
        "corpus": [{"_id": f"d{i}", "title": title, "text": text} for i, text in enumerate(texts)],
        "queries": [
            {"_id": f"q{i}", "text": text, "answers": [answer]}
            for i, (text, answer) in enumerate(ASKED[language])
        ],
        "qrels": [{"query-id": f"q{i}", "corpus-id": f"d{d}", "score": 1} for i, d in enumerate(ABOUT)],
    }
    folder.mkdir()
    for name, held in rows.items():
        with gzip.open(folder / f"{name}.jsonl.gz", "wt", encoding="utf-8") as file:
            file.writelines(json.dumps(row) + "\n" for row in held)
    return read_dataset(folder)


@pytest.fixture
def sets(tmp_path: Path) -> dict[Path, Dataset]:
    """The same questions in two languages, and a set of a family of its own with the Chinese ones."""
    return {
        (folder := tmp_path / "twin_en"): made_up_set(folder, "en", EN, "Things"),
        (folder := tmp_path / "twin_zh"): made_up_set(folder, "zh", ZH, "Things"),
        (folder := tmp_path / "other_dev"): made_up_set(folder, "zh", ZH, "东西"),
    }


def planted(draws: int = 200) -> tuple[list[Judged], np.ndarray]:
    """Questions whose right sentence is the best one by hidden weights, which differ by language pair."""
    random = np.random.default_rng(3)
    hidden = np.array([2.0, -1.0, 0.0, 1.0]) + np.array([[0.0], [0.0], [0.0]])
    hidden[2, 3] = -1.0
    judged = []
    for i in range(draws):
        features = random.normal(size=(random.integers(2, 9), 4)).astype(np.float32)
        pairs = np.full(len(features), i % 3)
        scores = (features * hidden[pairs]).sum(axis=1)
        judged.append(Judged("ab"[i % 2], i % FOLDS, features, pairs, scores == scores.max()))
    return judged, hidden


def test_planted_sentence_weights_are_found() -> None:
    judged, hidden = planted()
    found = fit_sentences(judged)
    cosines = (found * hidden).sum(axis=1) / np.linalg.norm(found, axis=1) / np.linalg.norm(hidden, axis=1)
    assert cosines.min() > 0.98
    assert found[0, 3] > 0 > found[2, 3]
    best = [one.right[np.argmax((one.features * found[one.pairs]).sum(axis=1))] for one in judged]
    assert np.mean(best) > 0.95


def test_the_loss_is_a_softmax_over_sentences_and_its_gradient_is_right() -> None:
    judged, _ = planted(12)
    judged[0].right[:] = True  # several right ones
    judged[1].right[:] = False  # none: it teaches nothing
    loss, shape = sentence_loss(judged), (1 + len(PAIRS), 4)
    point = np.random.default_rng(5).normal(size=shape).ravel()
    assert check_grad(lambda x: loss(x)[0], lambda x: loss(x)[1], point) < 1e-5
    parameters = point.reshape(shape)
    losses, counts = [], []
    sizes = {"a": 6, "b": 6}
    for one in judged:
        if one.right.any():
            scores = np.exp((one.features * (parameters[0] + parameters[1:])[one.pairs]).sum(axis=1))
            losses.append(-np.log(scores[one.right].sum() / scores.sum()))
            counts.append(sizes[one.name] ** -0.5)
    penalty = 5e-4 * (parameters[0] ** 2).sum() + 1e-3 * (parameters[1:] ** 2).sum()
    assert loss(point)[0] == pytest.approx(np.average(losses, weights=counts) + penalty)


def planted_trials(draws: int = 2400) -> tuple[list[Trial], np.ndarray]:
    """Answers that are right with the probability of hidden weights, which differ by language pair."""
    random = np.random.default_rng(7)
    names = list(tuning.CONFIDENCE_WEIGHTS["zh"])
    hidden = np.zeros((len(PAIRS), len(names)))
    hidden[:, [0, 2, 3]] = -1.0, 0.02, -2.0
    hidden[2, 4] = 200.0
    scales = np.ones(len(names) - 1)
    scales[1], scales[3] = 100.0, 0.01
    trials = []
    for i in range(draws):
        drawn = random.normal(size=len(scales)) * scales
        drawn[names.index("other_one") - 1] = random.random() < 0.05
        features = (1.0, *drawn.tolist())
        pair = i % len(PAIRS)
        right = random.random() < 1 / (1 + np.exp(-hidden[pair] @ features))
        trials.append(Trial("sets", "own", PAIRS[pair], i // len(PAIRS) % FOLDS, features, bool(right)))
    return trials, hidden


def test_planted_confidence_is_found_whatever_the_scale() -> None:
    trials, hidden = planted_trials()
    found = fit_confidence(trials)
    features = np.array([trial.features for trial in trials])
    pairs = np.array([PAIRS.index(trial.pair) for trial in trials])
    by_hand = list(tuning.CONFIDENCE_WEIGHTS["zh"]).index("other_one")
    assert (found[:, by_hand] == BY_HAND["other_one"]).all()
    found[:, by_hand] = 0.0
    told, true = (1 / (1 + np.exp(-(weights[pairs] * features).sum(axis=1))) for weights in (found, hidden))
    assert np.abs(told - true).mean() < 0.06
    assert found[2, 4] > 2 * max(0.0, *found[:2, 4]), "a difference of one pair"


def test_held_questions_are_not_fitted_on_and_judged_ones_count_thrice() -> None:
    trials, _ = planted_trials(150)
    held = [trial._replace(source="held", right=not trial.right) for trial in trials]
    assert (fit_confidence(trials + held) == fit_confidence(trials)).all()
    judged = [trial._replace(source="dev") for trial in trials[:30]]
    thrice = fit_confidence([*trials[:30] * 3, *trials[30:]])
    assert fit_confidence([*judged, *trials[30:]]) == pytest.approx(thrice, rel=0.2, abs=0.2)


def test_the_report_tells_of_held_out_answers(capsys: pytest.CaptureFixture[str]) -> None:
    trials, _ = planted_trials(600)
    trials += [trial._replace(source="dev", kind="near", right=False) for trial in trials[:9]]
    report_confidence(trials)
    rows = {
        cells[0].strip(): cells[1:] for cells in map(_cells, capsys.readouterr().out.splitlines()) if cells
    }
    assert rows["zh, held out, dev"][1:3] == ["0.000", "-"]
    right = sum(trial.right for trial in trials if (trial.pair, trial.source) == ("zh", "sets"))
    assert rows["zh, held out, sets"][:2] == ["200", f"{right / 200:.3f}"]
    assert float(rows["zh, held out, sets"][2]) > 0.8 > float(rows["zh, tuning.py, sets"][2])
    bins = [cells for name, cells in rows.items() if " to " in name]
    assert sum(int(cells[0]) for cells in bins) == len(trials)
    for count, mean, share in bins:
        assert int(count) < 40 or abs(float(mean) - float(share)) < 0.2


def _cells(line: str) -> list[str]:
    return [line[:28], *line[28:].split()] if line else []


def test_the_weights_of_tuning_are_written_as_they_stand() -> None:
    source = (ROOT / "qa" / "tuning.py").read_text(encoding="utf-8")
    present = {name: getattr(tuning, name) for name in ("SENTENCE_WEIGHTS", "CONFIDENCE_WEIGHTS")}
    assert rewritten(source, present) == source
    rows = np.arange(3 * len(tuning.CONFIDENCE_WEIGHTS["zh"])).reshape(3, -1) / 100
    other = named(rows, tuning.CONFIDENCE_WEIGHTS)
    changed = rewritten(source, {"CONFIDENCE_WEIGHTS": other})
    held: dict[str, object] = {}
    exec(changed, held)
    assert held["CONFIDENCE_WEIGHTS"] == other
    assert held["SENTENCE_WEIGHTS"] == tuning.SENTENCE_WEIGHTS
    with pytest.raises(ValueError, match="NOTHING"):
        rewritten(source, {"NOTHING": other})
    assert (
        dictionary("NOTHING", {"zh": {"bias": 1.0}, "en": {"bias": 2.5}, "cross": {"bias": -3.0}})
        == 'NOTHING = _by_pair(\n    {\n        "bias": (1.00, 2.50, -3.00),\n    }\n)'
    )


def test_a_paragraph_is_one_in_both_languages_and_in_every_set(sets: dict[Path, Dataset]) -> None:
    of = {folder.name: held for folder, held in fit_data.paragraphs(sets).items()}
    for about in ABOUT:
        assert of["twin_en"][f"d{about}"] == of["twin_zh"][f"d{about}"] == of["other_dev"][f"d{about}"]
    assert len(set(of["twin_zh"].values())) == len(ZH)
    assert of["twin_en"]["d2"] != of["twin_zh"]["d2"], "no question tells that these are translations"


def test_every_kind_of_library_is_asked_about_the_same_paragraphs(sets: dict[Path, Dataset]) -> None:
    asked = list(fit_data.with_answers(sets))
    assert [one.name for one in asked] == [
        "twin_en", "twin_zh → twin_en", "twin_zh", "twin_en → twin_zh", "other_dev", "other_dev long",
        "mixed, en", "mixed, zh", "both, en", "both, zh",
    ]  # fmt: skip
    about = asked[0].paragraphs
    assert all(one.paragraphs == about for one in asked)
    for one in asked:
        texts = "\n".join(text for _, _, text in one.documents)
        for question in one.questions:
            assert any(answer in texts for answer in question.answers), (one.name, question)


def test_mixed_libraries_hold_each_paragraph_once(sets: dict[Path, Dataset]) -> None:
    mixed = next(one for one in fit_data.with_answers(sets) if one.name == "mixed, zh")
    texts = [text for _, _, text in mixed.documents]
    for about in ABOUT:
        assert (ZH[about] in texts) != (EN[about] in texts)


def test_long_articles_hold_a_title_s_paragraphs_in_their_order() -> None:
    documents = [(f"d{i}", "Tea" if i % 2 else "桥", f"Paragraph {i}.") for i in range(16)]
    texts = [text for _, _, text in fit_data.long(documents)]
    odd = [f"Paragraph {i}." for i in range(1, 16, 2)]
    assert "\n\n".join(["Tea", *odd[:6]]) in texts
    assert "\n\n".join(["Tea", *odd[6:]]) in texts
    assert not any("桥" in text for text in texts), "a title in the other language"
    assert sum(text.count("Paragraph") for text in texts) == 16


def test_strangers_are_of_another_family(sets: dict[Path, Dataset], tmp_path: Path) -> None:
    far = made_up_set(tmp_path / "far_dev", "en", [f"{text} So it is." for text in EN])
    asked = list(fit_data.with_strangers({**sets, tmp_path / "far_dev": far}))
    assert {one.name for one in asked if one.own} == {
        "twin_en", "twin_zh", "twin_zh → twin_en", "twin_en → twin_zh", "other_dev", "far_dev",
    }  # fmt: skip
    strange = {one.name for one in asked if not one.own and one.questions}
    assert "far_dev → twin_zh" in strange
    assert not any(name.count("twin") == 2 for name in strange)
    assert "other_dev → twin_zh" not in strange, "the same texts"


def test_own_questions_are_those_that_the_library_answers(sets: dict[Path, Dataset]) -> None:
    asked = [one for one in fit_data.with_strangers(sets) if one.name in ("twin_zh", "twin_en → twin_zh")]
    assert {len(one.documents) for one in asked} == {1, len(ABOUT), len(ZH)}
    for one in asked:
        kept = {key for key, _, _ in one.documents}
        assert {q.id for q in one.questions} == {f"q{i}" for i, d in enumerate(ABOUT) if f"d{d}" in kept}
        assert one.whole == (len(kept) == len(ZH))
        texts = "".join(text for _, _, text in one.documents)
        assert all(any(answer in texts for answer in question.answers) for question in one.questions)


def test_unanswerable_questions_of_the_set_are_asked_of_the_whole_of_it(sets: dict[Path, Dataset]) -> None:
    folder = next(folder for folder in sets if folder.name == "other_dev")
    with gzip.open(folder / "queries.jsonl.gz", "at", encoding="utf-8") as file:
        file.write(json.dumps({"_id": "none", "text": "黑猫几岁？", "answerable": False}) + "\n")
    for one in fit_data.with_strangers({folder: read_dataset(folder)}):
        assert ("none" in {question.id for question in one.questions}) == one.whole


@pytest.mark.slow
def test_questions_are_judged_in_a_library_of_their_documents(sets: dict[Path, Dataset]) -> None:
    asked = [one for one in fit_data.with_answers(sets) if one.name in ("twin_en", "twin_zh → twin_en")]
    judged = list(judge(asked, None))
    assert [one.name for one in judged] == ["twin_en"] * 3 + ["twin_zh → twin_en"] * 3
    assert [one.fold for one in judged[:3]] == [one.fold for one in judged[3:]]
    for one in judged:
        assert one.features.shape == (len(EN), len(tuning.SENTENCE_WEIGHTS["en"]))
        assert one.right.sum() == 1
        assert set(one.pairs) == {PAIRS.index("en" if one.name == "twin_en" else "cross")}


@pytest.mark.slow
def test_every_question_is_quoted_whatever_its_confidence(sets: dict[Path, Dataset]) -> None:
    asked = [one for one in fit_data.with_strangers(sets) if one.name == "twin_en" and one.whole]
    questions = [Question("q0", ASKED["en"][0][0], ("Yangtze",), True), *asked[0].questions]
    questions.append(Question("near", "How old is the black cat?", (), False))
    with pytest.MonkeyPatch.context() as never:
        for pair in PAIRS:
            never.setitem(tuning.MIN_CONFIDENCE, pair, 1.0)
        trials = doubt([asked[0]._replace(questions=questions)], None)
        assert set(tuning.MIN_CONFIDENCE.values()) == {1.0}
    assert [trial.right for trial in trials] == [False, True, True, True, False]
    assert [trial.kind for trial in trials] == ["own"] * 4 + ["near"]
    assert {(trial.pair, trial.source) for trial in trials} == {("en", "sets")}
    assert all(len(trial.features) == len(tuning.CONFIDENCE_WEIGHTS["en"]) for trial in trials)


@pytest.mark.slow
def test_judged_documents_are_asked_in_the_same_way(tmp_path: Path) -> None:
    (tmp_path / "docs").mkdir()
    (tmp_path / "docs" / "cat.md").write_text("\n\n".join(EN), encoding="utf-8")
    rows = [
        {"question": ASKED["en"][0][0], "evidence": [EN[0]], "answerable": True, "split": "dev"},
        {"question": ASKED["en"][1][0], "evidence": [EN[2]], "answerable": True, "split": "held"},
        {"question": "How old is the black cat?", "evidence": [], "answerable": False, "split": "held"},
    ]
    more = {"kind": "", "docs": ["cat.md"], "near_topic": True, "multi": False, "cross": False}
    lines = [json.dumps({"id": str(i), **row, **more}) for i, row in enumerate(rows)]
    (tmp_path / "questions.jsonl").write_text("\n".join(lines), encoding="utf-8")
    trials = doubt_judged(tmp_path)
    told = [(trial.source, trial.kind, trial.right) for trial in trials]
    assert told == [("dev", "own", True), ("held", "own", False), ("held", "near", False)]
    assert [trial.weight for trial in trials] == [3.0, 0.0, 0.0]


@pytest.mark.slow
def test_too_little_data_is_told_in_a_line(
    sets: dict[Path, Dataset], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sys, "argv", ["fit.py", str(tmp_path), "--only", "confidence"])
    with pytest.raises(SystemExit, match="too few answers, right or wrong"):
        main()
    (tmp_path / "empty").mkdir()
    monkeypatch.setattr(sys, "argv", ["fit.py", str(tmp_path / "empty")])
    with pytest.raises(SystemExit, match="holds no question set"):
        main()
