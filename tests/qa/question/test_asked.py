"""What a question asks for beside the type of its answer."""

from __future__ import annotations

import re

import pytest

from index.lexicon.lexicon import bundled_lexicon, bundled_tokenizer
from qa.question.analysis import analyse
from qa.question.asked import Asked, what_is_asked
from qa.question.query import Query
from qa.question.vocabulary import Vocabulary


def query(text: str) -> Query:
    lexicon = bundled_lexicon()
    return analyse(text, bundled_tokenizer(), lexicon, Vocabulary({}, 1, lexicon))


def asked(text: str) -> Asked:
    return what_is_asked(query(text))


@pytest.mark.parametrize(
    ("question", "several"),
    [
        ("参展的出版社有哪些？", True),
        ("怎么给自行车补胎？", True),
        ("為什麼要先泡豆子？", True),
        ("租房有什么要求？", True),
        ("What are the rules of the pool?", True),
        ("Which tools do I need?", True),
        ("How do I patch a tyre?", True),
        ("Why did the mill close?", True),
        ("磨坊是哪一年关的？", False),
        ("Who bought the mill?", False),
        ("How many sacks does it grind?", False),
    ],
)
def test_lists_steps_and_reasons_are_several_things(question: str, several: bool) -> None:
    assert asked(question).several is several


@pytest.mark.parametrize(
    ("question", "code"),
    [
        ("备份用什么命令？", True),
        ("Which command makes a backup?", True),
        ("备份放在哪里？", False),
        ("Where is the backup?", False),
        ("改哪個設定才能放大上傳？", True),
        ("Which setting limits the size of an upload?", True),
    ],
)
def test_commands_are_asked_for_by_name(question: str, code: bool) -> None:
    assert asked(question).code is code


@pytest.mark.parametrize(
    ("question", "sides"),
    [
        ("水车和磨坊哪个更老？", [["水", "车"], ["磨坊"]]),
        ("Is the windmill older than the watermill?", [["windmill"], ["watermill"]]),
        ("Which is cheaper, flour or rice?", [["flour"], ["rice"]]),
        ("水车和磨坊在哪里？", []),
        ("水車和磨坊差在哪裡？", [["水", "车"], ["磨坊"]]),
        ("Who sold bread and butter?", []),
    ],
)
def test_the_two_sides_of_a_comparison(question: str, sides: list[list[str]]) -> None:
    words = query(question).words
    found = what_is_asked(query(question)).sides
    assert [[words[place].word for place in side] for side in found] == sides


@pytest.mark.parametrize(
    ("question", "which"),
    [
        ("哪些公司在港口有仓库？", True),
        ("哪几家磨坊还开着？", True),
        ("Which projects use Redis?", True),
        ("What tools do the ferries carry?", True),
        ("Which company owns the ferry?", False),
        ("What was the price of the mill?", False),
        ("Which costs less, rice or flour?", False),
        ("哪家公司买了磨坊？", False),
    ],
)
def test_things_of_one_kind_are_what_several_articles_may_name(question: str, which: bool) -> None:
    assert asked(question).which is which


@pytest.mark.parametrize(
    ("question", "answers", "does_not"),
    [
        ("石湖上最早的桥是哪一座？", "北桥是第一座桥。", "东桥是木头的。"),
        ("Which mill is the largest?", "The biggest mill stands by the weir.", "The mill has two floors."),
        ("谁最后一个离开船？", "The captain was the last to leave.", "The captain left the ship."),
        ("哪座山最高？", "北山是附近最高的山。", "北山很高。"),
    ],
)
def test_what_is_extreme_is_known_by_its_words(question: str, answers: str, does_not: str) -> None:
    [extreme] = asked(question).extremes
    assert re.search(extreme, answers.casefold()) and not re.search(extreme, does_not.casefold())


@pytest.mark.parametrize(
    "question",
    ["一次最多能借几本？", "What is the last name of the miller?", "最大值是多少？", "磨坊有多大？"],
)
def test_a_limit_is_not_an_extreme(question: str) -> None:
    assert asked(question).extremes == ()
