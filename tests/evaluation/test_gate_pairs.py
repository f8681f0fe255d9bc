"""The pairs on which the gate of written answers is measured, and its figures."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import gate
import pytest

from index.lexicon.lexicon import bundled_lexicon, bundled_tokenizer
from qa import tuning
from qa.writing.support import Supporter


def put(folder: Path, **files: list[dict[str, Any]]) -> None:
    folder.mkdir()
    for name, rows in files.items():
        lines = "".join(json.dumps(row, ensure_ascii=False) + "\n" for row in rows)
        (folder / f"{name}.jsonl").write_text(lines, encoding="utf-8")


@pytest.fixture(scope="module")
def data(tmp_path_factory: pytest.TempPathFactory) -> Path:
    root = tmp_path_factory.mktemp("pairs")
    put(
        root / "alike",
        pairs=[
            {"a": "The roof is red.", "b": "It has a red roof.", "score": 5},
            {"a": "The roof is red.", "b": "Bees fly.", "score": 1},
        ],
    )
    put(
        root / "news",
        pairs=[
            {"en": "The roof was mended by Olga Brandt.", "zh_cn": "屋顶修好了。", "zh_tw": "屋頂修好了。"},
            {
                "en": "It cost 400 pounds, said Hugo Lennart.",
                "zh_cn": "花了400英镑。",
                "zh_tw": "花了400英鎊。",
            },
        ],
    )
    english = "Anna Falk sank the boat in 1907. The lake froze in winter."
    chinese = "安娜·法尔克在1907年把船凿沉了。湖在冬天结了冰。"
    for folder, text, question, answers in (
        ("lake_en", english, "Who sank the boat?", ["Anna Falk"]),
        ("lake_zh", chinese, "谁把船凿沉了？", ["安娜·法尔克"]),
    ):
        other = "Peter Moller built a mill." if folder == "lake_en" else "彼得·莫勒建了一座磨坊。"
        builder = "Peter Moller" if folder == "lake_en" else "彼得·莫勒"
        put(
            root / folder,
            corpus=[
                {"_id": "d1", "title": "Lake", "text": text},
                {"_id": "d2", "title": "Mill", "text": other},
            ],
            queries=[
                {"_id": "q1", "text": question, "answers": answers, "answerable": True},
                {
                    "_id": "q2",
                    "text": question.replace("boat", "mill"),
                    "answers": [builder],
                    "answerable": True,
                },
            ],
            qrels=[
                {"query-id": "q1", "corpus-id": "d1", "score": 1},
                {"query-id": "q2", "corpus-id": "d2", "score": 1},
            ],
        )
    return root


def test_pairs_are_made_as_the_docstring_says(data: Path) -> None:
    made = gate.make_pairs(data)
    found = {(pair.kind, pair.direction, pair.sentence, pair.quote) for pair in made}
    chinese = "安娜·法尔克在1907年把船凿沉了。"
    assert {
        ("paraphrases", "en→en", "It has a red roof.", "The roof is red."),
        ("translations", "zh→en", "屋顶修好了。", "The roof was mended by Olga Brandt."),
        ("versions", "zh→zh", "屋頂修好了。", "屋顶修好了。"),
        ("neighbours", "zh→en", "花了400英镑。", "The roof was mended by Olga Brandt."),
        ("names", "en→en", "The roof was mended by Hugo Lennart.", "The roof was mended by Olga Brandt."),
        ("answers", "en→en", "Who sank the boat Anna Falk", "Lake\nAnna Falk sank the boat in 1907. "
         "The lake froze in winter."),
        ("translations", "en→zh", "Anna Falk sank the boat in 1907.", chinese),
        ("neighbours", "en→zh", "The lake froze in winter.", chinese),
        ("names", "en→en", "Peter Moller sank the boat in 1907.", "Anna Falk sank the boat in 1907."),
        ("names", "zh→en", "彼得·莫勒在1907年把船凿沉了。", "Anna Falk sank the boat in 1907."),
        ("negations", "en→en", "The roof is not red.", "It has a red roof."),
    } <= found  # fmt: skip
    assert not any("Bees" in pair.sentence + pair.quote for pair in made)
    digits = [pair for pair in made if pair.kind == "digits"]
    assert digits and all(len(pair.sentence) > 4 for pair in digits)
    by_document = {(pair.source, pair.quote.split("\n")[0]): pair.held for pair in made}
    assert len({held for (source, _), held in by_document.items() if source == "lake"}) <= 2
    assert gate.draw(made, 2) == gate.draw(made, 2)


def test_the_report_tells_what_is_kept_and_caught(data: Path) -> None:
    lexicon = bundled_lexicon()
    supporter = Supporter(bundled_tokenizer(), lexicon, lambda keys: [])
    told = gate.report(gate.make_pairs(data), supporter)
    rows = {
        tuple(line.split()[:2]): line.split()[2:] for line in told.splitlines() if line.count("  lake") == 0
    }
    assert float(rows["digits", "en→en"][0]) == 1.0
    assert float(rows["paraphrases", "en→en"][0]) == 1.0
    assert ("neighbours", "zh→en") in rows


def test_a_fit_finds_weights_that_part_the_pairs(data: Path) -> None:
    lexicon = bundled_lexicon()
    supporter = Supporter(bundled_tokenizer(), lexicon, lambda keys: [])
    pairs = [pair._replace(held=False) for pair in gate.make_pairs(data)]
    fitted = gate.fit(pairs, supporter)
    assert list(fitted) == list(gate.DIRECTIONS)
    assert list(fitted["en→en"]) == list(tuning.GATE_WEIGHTS["en→en"])
    assert fitted["en→en"]["covered"] > 0
