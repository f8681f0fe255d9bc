"""The gate of written sentences."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

import pytest
from hypothesis import given
from hypothesis import strategies as st

from index.lexicon.lexicon import bundled_lexicon, bundled_tokenizer
from index.types import Alias
from qa.writing.gate import CARRIED, CONTRADICTED, FOREIGN, REASONS, UNFOUND, Gate, cited
from qa.writing.support import Supporter

QUOTES = [
    "Ada Brook opened the Harbour Museum in 1962. She sold it to the city for 3 million pounds in 1988.",
    "港口博物馆由阿达·布鲁克于 1962 年创办。1988 年，她以 300 万英镑把它卖给了市政府。",
    "The ferry did not stop in January 2024, when 13,516 people crossed the lake.",
    "德特克说，这艘船很旧。",
]


def no_aliases(keys: Iterable[str]) -> Sequence[Alias]:
    return [Alias("mattdeitke", "德特克")] if "mattdeitke" in keys else []


@pytest.fixture(scope="module")
def gate() -> Gate:
    lexicon = bundled_lexicon()
    return Gate(dict(enumerate(QUOTES, start=1)), Supporter(bundled_tokenizer(), lexicon, no_aliases))


@pytest.mark.parametrize(
    "sentence",
    [
        "Ada Brook opened the museum in 1962 [1].",
        "In 1988 the museum was sold to the city for 3 million pounds [1].",
        "Brook opened the Harbour Museum in 1962 [2].",
        "布鲁克于1962年开设了港口博物馆[1]。",
        "1988年，她以300万英镑把博物馆卖给了市政府[1][2]。",
        "About 13,500 people crossed the lake [3].",
        "The ferry did not stop in January 2024 [3].",
        "Matt Deitke said that the ship is old [4].",
    ],
)
def test_what_the_quotes_say_is_carried(gate: Gate, sentence: str) -> None:
    written = gate.check(sentence)
    assert (written.state, written.unfound, written.reasons) == (CARRIED, (), ())
    assert not written.struck


@pytest.mark.parametrize(
    ("sentence", "state", "reason", "marked"),
    [
        ("Ada Brook opened the museum in 1963 [1].", CONTRADICTED, "other_figure", "1963"),
        ("她以400万英镑卖掉了它[1][2]。", CONTRADICTED, "other_figure", "400万英镑"),
        (
            "In 1962 Marta Lindqvist opened the Harbour Museum [1].",
            CONTRADICTED,
            "other_name",
            "Marta Lindqvist",
        ),
        ("林望舒于1962年开设了港口博物馆[1]。", UNFOUND, "name", "林望舒"),
        ("The ferry stopped in January 2024 [3].", CONTRADICTED, "opposite", "stopped"),
        ("Ada Brook did not open the museum in 1962 [1].", CONTRADICTED, "opposite", "open"),
        ("She bought the museum from the city in 1988 [1].", CONTRADICTED, "opposite", "bought"),
        ("13,500 people crossed the lake [3].", UNFOUND, "figure", "13,500 people"),
        ("Penguins eat small fish [1].", FOREIGN, "foreign", "Penguins eat small fish"),
        ("企鹅吃小鱼[2]。", FOREIGN, "foreign", "企鹅吃小鱼"),
        ("Ada Brook opened the museum in 1962.", UNFOUND, "uncited", ""),
        ("Ada Brook opened the museum in 1962 [7].", UNFOUND, "no_such_quote", ""),
        ("Ada Brook opened the museum in 1962 [1][7].", UNFOUND, "no_such_quote", ""),
        ("So it was [1].", UNFOUND, "words", ""),
    ],
)
def test_what_they_do_not_say_is_marked_with_the_reason(
    gate: Gate, sentence: str, state: str, reason: str, marked: str
) -> None:
    written = gate.check(sentence)
    assert (written.state, written.reasons[0]) == (state, reason)
    assert reason in REASONS
    assert [written.text[start:end] for start, end in written.unfound][:1] == ([marked] if marked else [])
    assert written.struck == (state in (CONTRADICTED, FOREIGN))


def test_a_sentence_is_compared_with_the_quotes_that_it_cites_alone(gate: Gate) -> None:
    assert gate.check("13,516 people crossed the lake [3].").state == CARRIED
    assert gate.check("13,516 people crossed the lake [1].").state != CARRIED


@pytest.mark.parametrize(
    ("sentence", "text", "numbers"),
    [
        ("It is old [1][3].", "It is old.", (1, 3)),
        ("It is old.[2, 1]", "It is old.", (2, 1)),
        ("它很旧【2】。", "它很旧。", (2,)),
        ("它很旧［1、2］。", "它很旧。", (1, 2)),
        ("Old [1] and blue [1].", "Old and blue.", (1,)),
        ("No numbers (1962).", "No numbers (1962).", ()),
    ],
)
def test_the_numbers_of_quotes_are_read(sentence: str, text: str, numbers: tuple[int, ...]) -> None:
    assert cited(sentence) == (text, numbers)


def test_its_json_has_the_fields_of_the_contract(gate: Gate) -> None:
    assert gate.check("Ada Brook opened the museum in 1963 [1].").to_json() == {
        "text": "Ada Brook opened the museum in 1963.",
        "citations": [1],
        "state": "contradicted",
        "unfound": ["1963"],
    }


@given(st.text(max_size=60), st.text(max_size=60))
def test_any_text_is_judged(gate_of: Supporter, sentence: str, quote: str) -> None:
    written = Gate({1: quote}, gate_of).check(sentence)
    assert written.state in (CARRIED, UNFOUND, CONTRADICTED, FOREIGN)
    assert all(0 <= start < end <= len(written.text) for start, end in written.unfound)


@pytest.fixture(scope="module")
def gate_of() -> Supporter:
    lexicon = bundled_lexicon()
    return Supporter(bundled_tokenizer(), lexicon, no_aliases)
