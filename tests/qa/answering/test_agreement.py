"""Sentences that say the same, and articles that tell different quantities of the same thing."""

from __future__ import annotations

from dataclasses import replace

import pytest
from made_up import a_hit, a_passage

from index.lexicon.lexicon import bundled_lexicon, bundled_tokenizer
from index.text.language import detect
from qa import tuning
from qa.answering.agreement import Comparison, WordOverlap, is_redundant, same_fact
from qa.answering.scoring import Candidate
from qa.linguistics.answer_types import QUANTITY_TYPES, expected_types
from qa.linguistics.cues import FUNCTION

OVERLAP = WordOverlap(bundled_lexicon())
TOKENIZER = bundled_tokenizer()


def said(text: str, article: int = 1) -> Candidate:
    """``text`` as a sentence of an article in its language."""
    hit = a_hit(a_passage(text, article=article, number=article))
    hit = replace(hit, article=replace(hit.article, language=detect(text)))
    features = (0.0,) * len(tuning.SENTENCE_WEIGHTS["en"])
    return Candidate(hit, 0, len(text), text, features, 0.0, frozenset(TOKENIZER.words(text)))


def comparison(question: str) -> Comparison:
    topic = [word for word in TOKENIZER.words(question) if not FUNCTION.fullmatch(word)]
    return Comparison(expected_types(question) & QUANTITY_TYPES, topic, OVERLAP)


def disagreement(question: str, one: str, other: str, article: int = 2) -> tuple[str, str] | None:
    """The quantities in which the two sentences differ."""
    found = comparison(question).disagreement(said(one), said(other, article))
    return None if found is None else (found[0].text, found[1].text)


LAMP = "The lighthouse on Gull Rock was finished in 1874."


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [
        (LAMP, "Builders say the lighthouse on Gull Rock was finished in 1874 at last.", True),
        (LAMP, "The lighthouse on Gull Rock was finished on March 5, 1874.", True),
        (LAMP, "The lighthouse on Gull Rock was finished in 1879.", False),
        (LAMP, "Its keeper had two goats and a boat.", False),
        ("這座圖書館藏書八萬冊，每晚開放。", "这座图书馆藏书 8 万册，每晚开放。", True),
        ("这座图书馆藏书 9 万册，每晚开放。", "這座圖書館藏書八萬冊，每晚開放。", False),
        (
            "OpenAI 在 2024 年花在股权激励上的金额达到 44 亿美元。",
            "OpenAI spent $4.4 billion on equity awards in 2024.",
            True,
        ),
        (
            "OpenAI 在 2024 年花在股权激励上的金额达到 44 亿美元。",
            "OpenAI spent $3 billion on equity awards in 2024.",
            False,
        ),
        ("茶园位于海拔 1400 米的山坡上。", "The ferry crosses the lake in forty minutes.", False),
    ],
)
def test_same_fact(one: str, other: str, same: bool) -> None:
    assert same_fact(said(one), said(other, 2), OVERLAP) is same
    assert same_fact(said(other, 2), said(one), OVERLAP) is same


def test_a_sentence_with_a_quantity_more_adds_something() -> None:
    short, long = said("Ada Brook opened the museum."), said("Ada Brook opened the museum in 1962.", 2)
    assert is_redundant(short, long, OVERLAP) and not is_redundant(long, short, OVERLAP)


@pytest.mark.parametrize(
    ("question", "backing", "backed", "is_backed"),
    [
        (
            "How much is it worth?",
            "Uber 给了 Waymo 价值 2.45 亿美元的股权。",
            "Uber gave Waymo shares worth $245 million.",
            True,
        ),
        (
            "How much is it worth?",
            "Uber 给了 Waymo 价值 3 亿美元的股权。",
            "Uber gave Waymo shares worth $245 million.",
            False,
        ),
        ("When was it finished?", "The lighthouse on Gull Rock was finished.", LAMP, False),
        ("When was it finished?", LAMP, "The lighthouse on Gull Rock was finished.", False),
        ("Who finished the lighthouse?", "The lighthouse on Gull Rock was finished.", LAMP, True),
        (
            "Who rules?",
            "The majority rules.",
            "The party with a majority of seats in the parliament rules.",
            False,
        ),
    ],
)
def test_backing_needs_the_quantity_asked_for(
    question: str, backing: str, backed: str, is_backed: bool
) -> None:
    assert comparison(question).supports(said(backing, 2), said(backed)) is is_backed


@pytest.mark.parametrize(
    ("question", "one", "other", "quantities"),
    [
        (
            "When was the lighthouse finished?",
            LAMP,
            "The lighthouse on Gull Rock was finished in 1879.",
            ("1874", "1879"),
        ),
        (
            "How old is the researcher Lin Lan?",
            "The researcher Lin Lan is 24 years old.",
            "At 25 years old, the researcher Lin Lan is rich.",
            ("24 years old", "25 years old"),
        ),
        (
            "谷歌花了多少钱买下 DeepMind？",
            "谷歌 2014 年买下 DeepMind，花了约 6.5 亿美元。",
            "DeepMind 是 Google 在 2014 年買下的，花了 5 億美元。",
            ("约 6.5 亿美元", "5 億美元"),
        ),
        ("长桥全长多少米？", "长桥全长 1,240 米。", "長橋全長 1.3 公里。", ("1,240 米", "1.3 公里")),
        (
            "How much did Google pay for DeepMind?",
            "Google paid $500 million for DeepMind.",
            "谷歌 付出 6.5 亿美元买下 DeepMind。",
            ("$500 million", "6.5 亿美元"),
        ),
    ],
)
def test_articles_that_differ(question: str, one: str, other: str, quantities: tuple[str, str]) -> None:
    assert disagreement(question, one, other) == quantities
    assert disagreement(question, other, one) == quantities[::-1]
    assert disagreement(question, one, other, article=1) is None, "one article does not disagree with itself"


@pytest.mark.parametrize(
    ("question", "one", "other"),
    [
        # Rounding, and less of a date.
        ("长桥全长多少米？", "长桥全长 1,240 米。", "长桥全长约 1.2 公里。"),
        (
            "When was the lighthouse finished?",
            LAMP,
            "The lighthouse on Gull Rock was finished on May 3, 1874.",
        ),
        # Another year, another stage.
        (
            "How many visitors came to the museum?",
            "In 2010 the museum had 500 visitors.",
            "In 2011 the museum had 700 visitors.",
        ),
        # Another topic, another name.
        ("When was the lighthouse finished?", LAMP, "The bridge on Gull Rock was finished in 1879."),
        (
            "How old is Ada?",
            "The painter Ada Brook is 24 years old.",
            "The painter Ada Stone is 31 years old.",
        ),
        # Other units, other things counted.
        ("How much did the museum cost?", "The museum cost $3 million.", "The museum cost 2 million euros."),
        ("How many are in the museum?", "The museum shows forty ships.", "The museum shows sixty lamps."),
        # One of several quantities, and no quantity at all.
        (
            "How much did the museum cost?",
            "The museum cost $3 million.",
            "The museum cost $2 million, not $3 million.",
        ),
        ("How much did the museum cost?", "The museum cost $3 million.", "The museum cost a lot."),
        # Nothing asked that has quantities.
        ("Who finished the lighthouse?", LAMP, "The lighthouse on Gull Rock was finished in 1879."),
        # The same tower, and something else about it.
        (
            "When was the Harlow Tower finished?",
            "The Harlow Tower was finished in 1998 after five years of work.",
            "In 2021 the Harlow Tower had 300,000 visitors.",
        ),
        ("哈洛塔哪一年完工？", "哈洛塔 1998 年完工。", "哈洛塔 2021 年有三十万名游客。"),
        # Words in common, and the heart of the question in neither.
        (
            "天门冬生长的地区海拔是多少米？",
            "生长于海拔1,750米的地区，常生长在山坡。",
            "生长于海拔1,700米的地区，常生长在山坡。",
        ),
    ],
)
def test_articles_that_do_not_differ(question: str, one: str, other: str) -> None:
    assert disagreement(question, one, other) is None
    assert disagreement(question, other, one) is None


def test_how_much_may_ask_for_a_sum_and_how_long_for_metres() -> None:
    bridge = said("The bridge is 1,240 metres long and cost $3 million in 1958.")
    assert [q.text for q in comparison("How long is the bridge?").requested(bridge)] == ["1,240 metres"]
    sums = Comparison(frozenset({"number"}), (), OVERLAP)
    assert [q.text for q in sums.requested(said("It took 30%."))] == ["30%"]
    assert Comparison(frozenset(), (), OVERLAP).requested(bridge) == ()


def test_overlap_weighs_words_and_knows_translations() -> None:
    assert OVERLAP.weight("lighthouse") > OVERLAP.weight("people") > OVERLAP.weight("the") == 0.0
    assert OVERLAP.weight("1874") == OVERLAP.weight("三") == 0.0
    assert OVERLAP.share(["lighthouse"], ["灯塔"]) > 0.5 > OVERLAP.share(["lighthouse"], ["工资"])
    assert OVERLAP.share(["the"], ["the"]) == 0.0 and OVERLAP.share(["lighthouse"], []) == 0.0
    assert OVERLAP.similarity(["lighthouse", "keeper"], ["lighthouse"]) < 1.0
