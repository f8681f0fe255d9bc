"""The evidence of made-up answers; tests/qa/cli/test_cli.py asks for that of real ones."""

from __future__ import annotations

from dataclasses import replace

import pytest
from made_up import a_hit, a_passage, an_article

from index.text.display import cells
from qa import tuning
from qa.output.explain import FEATURE_LABELS, matched_words, text, to_json
from qa.output.terminal import Terminal
from qa.types import Answer, Decision, ExplainedWord, Feature, Hit, Match

BRIDGE = ExplainedWord("長橋", 0.9, True, True, (("bridge", 0.8),))
SMALL = ExplainedWord("的", 0.1, False, True)
STRANGE = ExplainedWord("\x1b[31m怪", 1.1, True, False)


def a_match(words: str, word: str, similarity: float) -> Match:
    return Match(0, len(words), words, word, similarity)


def an_answer(*hits: Hit, decision: Decision | None = None) -> Answer:
    return Answer(
        *("長橋的\x1b[31m怪?", False, 0.3, (), (), ("\x1b[31m怪",), (), hits, 1.0),
        words=(BRIDGE, SMALL, STRANGE),
        decision=decision,
    )


HIT = replace(
    a_hit(a_passage("The long bridge")),
    matches=(
        a_match("bridge", "長橋", 0.6),
        a_match("Bridge", "長橋", 0.8),
        a_match("长桥", "長橋", 1.0),
        a_match("長橋", "長橋", 1.0),
        a_match("long", "other", 0.9),
    ),
)
DECISION = Decision("cross", 0.4, (Feature("bias", 1.0, -2.0), Feature("score", 0.5, 2.25)))


def test_a_word_is_told_once_in_its_best_form() -> None:
    assert matched_words(an_answer(HIT), BRIDGE) == [("长桥", 1.0), ("Bridge", 0.8)]
    assert matched_words(an_answer(HIT), STRANGE) == []


def test_the_evidence_is_told_whole() -> None:
    evidence = to_json(an_answer(HIT, decision=DECISION))
    assert [word["text"] for word in evidence["words"]] == ["長橋", "的", "\x1b[31m怪"]
    assert evidence["words"][0]["neighbours"] == [{"text": "bridge", "similarity": 0.8}]
    assert evidence["passages"][0]["legs"]["lexical"] == {"rank": 1, "score": 1.0}
    assert evidence["decision"]["signs"][1] == {"name": "score", "value": 0.5, "weight": 2.25}
    assert to_json(an_answer())["decision"] is None


def test_pages_and_copies_stand_behind_the_passage() -> None:
    reposted = replace(HIT, page=12, also=(an_article(4), an_article(5)))
    told = text(an_answer(HIT, reposted), Terminal())
    assert "Article 1 0–15\n" in told and "Article 1 0–15, p. 12, also in 2 articles\n" in told
    plain, paged = to_json(an_answer(HIT, reposted))["passages"]
    assert paged["page"] == 12 and [also["article"] for also in paged["also"]] == [4, 5]
    assert not {"page", "also"} & plain.keys()


@pytest.mark.parametrize("width", [20, 40, 80, 100])
def test_nothing_is_wider_than_the_screen_or_unprintable(width: int) -> None:
    told = text(an_answer(HIT, HIT, decision=DECISION), Terminal(width))
    assert all(cells(line) <= width and line.isprintable() for line in told.splitlines())
    assert "notenough,soitdoesnotanswer." in "".join(told.split())


def test_features_add_up_in_words() -> None:
    told = text(an_answer(HIT, decision=DECISION), Terminal())
    assert " -2.00  initial doubt" in told
    assert " +1.12  match of the best passage  0.50 × 2.25" in told
    assert " -0.88  together: confidence 30%" in told
    assert "in two languages, 40% is asked for: not enough" in told
    assert "长桥 1.00, Bridge 0.80" in told and "not counted: 的" in told


def test_every_sign_has_its_words() -> None:
    assert {name for weights in tuning.CONFIDENCE_WEIGHTS.values() for name in weights} == set(FEATURE_LABELS)
