"""Whether a text tells of somebody."""

from __future__ import annotations

import re

import pytest

from index.text.fold import fold_text
from qa.linguistics.people import asked_action, tells_of_somebody, tells_whose_part

#: Log probabilities of words that are not as usual as "tom".
_USUAL = {"joan": -11.5, "汪洋海": -14.0, "strawberries": -12.6, "money": -7.7}


@pytest.mark.parametrize(
    ("text", "question", "told"),
    [
        ("The lock of the shed is new, and it sticks.", "who fitted the lock?", False),
        ("The lock of the shed is new, Ann says.", "who fitted the lock?", True),
        ("The lock of Ann's shed is new.", "who fitted ann's lock?", False),
        ("Joan from plot 12 gave me a bag of leaves.", "who brought leaves?", True),
        ("Bake in the iron pot, lid on.", "who gave me the pot?", False),
        ("Strawberries over. The lock sticks.", "who fitted the lock?", False),
        ("Tom took the notes.", "who kept the minutes?", True),
        ("Bob: cake, plates", "who bakes?", True),
        ("Cake | Bob", "who bakes?", True),
        ("Money: the rest", "who pays?", False),
        ("The lock was fitted on Monday, in June.", "who fitted the lock?", False),
        ("The plumber fitted the lock.", "who fitted the lock?", True),
        ("She fitted it herself.", "who fitted the lock?", True),
        ("门锁是新的，有点紧。", "门锁是谁换的?", False),
        ("门锁是新的，邻居换的。", "门锁是谁换的?", True),
        ("门锁是新的，孟 小 棠换的。", "门锁是谁换的?", False),
        ("门锁是新的，孟小棠换的。", "门锁是谁换的?", True),
        ("门锁是新的，汪洋海换的。", "门锁是谁换的?", True),
        ("门锁的费用不高，方式也简单。", "门锁是谁换的?", False),
        ("门锁是新的，小郑换的。", "门锁是谁换的?", True),
        ("在场：阿棠、小月", "谁换的门锁?", True),
        ("门锁是新的，小火试过。", "门锁是谁换的?", False),
        ("门锁是新的，Ann 换的。", "门锁是谁换的?", True),
        ("约翰·石换了门锁。", "门锁是谁换的?", True),
    ],
)
def test_names_pronouns_and_roles_tell_of_somebody(text: str, question: str, told: bool) -> None:
    whole = "费用|方式|汪洋海|门锁|[a-z0-9]+|[^\\W]"
    words = [(found[0], *found.span()) for found in re.finditer(whole, fold_text(text))]
    assert tells_of_somebody(text, question, words, lambda word: _USUAL.get(word, -9.6)) is told


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("Everyone brought a present for Ann's baby.", False),
        ("She brought a present for Ann's baby Lea.", True),
        ("大家给安的孩子带了礼物。", False),
        ("大家给安的孩子孟小棠带了礼物。", True),
    ],
)
def test_of_a_name_only_names_tell(text: str, told: bool) -> None:
    words = [(found[0], *found.span()) for found in re.finditer(r"[a-z]+|[^\W]", fold_text(text))]
    question = "what is the name of ann's baby?"
    assert tells_of_somebody(text, question, words, lambda _: -9.6, named=True) is told


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("We talked about the lamp.", False),
        ("We talked about the lamp, and Ann laughed.", True),
        ("我们谈到了那盏灯。", False),
        ("我和师傅谈到了那盏灯。", True),
    ],
)
def test_the_writer_is_nobody_else(text: str, told: bool) -> None:
    words = [(found[0], *found.span()) for found in re.finditer(r"[a-z]+|[^\W]", fold_text(text))]
    assert tells_of_somebody(text, "who made the lamp?", words, lambda _: -9.6, besides_us=True) is told
    assert tells_of_somebody(text, "who made the lamp?", words, lambda _: -9.6)


@pytest.mark.parametrize(
    ("question", "action"),
    [
        ("Who made the lamp?", "made"),
        ("Who is the owner of the lamp?", "owner"),
        ("By whom was it made?", ""),
        ("灯是谁做的？", "做"),
        ("谁负责买灯？", "买灯"),
        ("灯是谁的？", "的"),
        ("Where is the lamp?", ""),
    ],
)
def test_what_somebody_does_is_asked_for(question: str, action: str) -> None:
    assert asked_action(fold_text(question)).startswith(action)
    assert bool(asked_action(fold_text(question))) is bool(action)


@pytest.mark.parametrize(
    ("question", "text", "told"),
    [
        ("《潮声》的主角是谁？", "白鸟一树是漫画《潮声》中的主角。", True),
        ("《潮声》的主角是谁？", "《潮声》是一部漫画,主角很多。", False),
        ("谁修的门？", "白鸟一树是主角。", False),
    ],
)
def test_what_is_said_to_be_it_is_somebody(question: str, text: str, told: bool) -> None:
    assert tells_whose_part(fold_text(question), fold_text(text)) is told
