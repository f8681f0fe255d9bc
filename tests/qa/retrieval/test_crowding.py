"""What stands out among the passages of its language, in a library of many."""

from __future__ import annotations

import pytest

from qa.question.query import Query, QueryWord
from qa.retrieval.crowding import Standing, coverages, standing_out


def test_few_passages_keep_their_scores() -> None:
    found = [Standing("en", 0.8, 0.5, 0.9), Standing("zh", 0.7, 0.4, 0.5)]
    assert standing_out(found, "en", 0.0) == [0.8, 0.7]


def test_scores_are_what_they_should_be() -> None:
    found = [Standing("en", score, 0.5, 0.6) for score in (0.9, 0.8, 0.7, 0.6, 0.5)]
    found += [Standing("zh", 0.4, 0.25, 1.0)]
    usual = {"en": (0.7 + 0.6 + 0.5) / 3, "zh": 0.4}  # from the third on, and the only one
    gains = [0.35 * 0.5 + 0.5 * 0.6 - 0.5 * usual["en"]] * 5 + [0.35 * 0.25 + 0.55 * 1.0 - 0.5 * usual["zh"]]
    for share in (0.3, 1.0):
        expected = [each.score + share * gain for each, gain in zip(found, gains, strict=True)]
        assert standing_out(found, "en", share) == pytest.approx(expected)


def test_chance_in_the_language_of_the_question_does_not_hide_the_only_one_in_the_other() -> None:
    """Many passages meet some words exactly; one in the other language meets nearly all of them."""
    chance = [Standing("zh", 0.55 - at / 1000, 0.3, 0.5) for at in range(10)]
    answer = Standing("en", 0.5, 0.5, 0.9)
    scores = standing_out([*chance, answer], "zh", 1.0)
    assert scores.index(max(scores)) == 10


def test_nothing_found_has_no_scores() -> None:
    assert standing_out([], "zh", 1.0) == []


def test_a_text_covers_what_its_best_alternatives_count() -> None:
    words = tuple(
        QueryWord(text, text, weight, None, topical)
        for text, weight, topical in (("桥", 1.0, True), ("的", 0.2, False), ("林岚", 3.0, True))
    )
    clauses = (
        (("桥", 1.0), ("span", 0.4), ("bridge", 0.8)),
        (("的", 0.2),),
        (("林岚", 3.0), ("lin lan", 2.4)),
    )
    texts = [("的", "bridge", "span"), ("lin", "a", "lan"), ("lin",), ("桥", "林岚"), ()]
    found = coverages(Query("桥的林岚", words, clauses), texts)
    assert found == pytest.approx([0.8 / 4, 2.4 / 4, 0.0, 1.0, 0.0])
    assert coverages(Query("", (), ()), texts) == [0.0] * 5
