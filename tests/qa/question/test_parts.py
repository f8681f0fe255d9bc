"""Questions that ask several things, and their parts."""

from __future__ import annotations

import pytest

from index.lexicon.lexicon import bundled_tokenizer
from qa.question.parts import completed, parts_of


@pytest.mark.parametrize(
    ("question", "parts"),
    [
        ("谁创办了它，什么时候？", ("谁创办了它", "什么时候")),
        ("渡轮票价多少？另外周日开吗，几点开？", ()),
        ("会议什么时候开，在哪里，谁主持？", ("会议什么时候开", "在哪里", "谁主持")),
        ("背包的价格和重量是多少？", ("背包的价格是多少", "背包的重量是多少")),
        ("背包的作者與譯者分別是誰？", ("背包的作者分別是誰", "背包的譯者分別是誰")),
        ("水車是什麼時候、由誰建的？", ("水車是什麼時候建的", "水車由誰建的")),
        ("When was the mill built and who runs it?", ("When was the mill built", "who runs it")),
        ("When and where did the keeper die?", ("When did the keeper die", "where did the keeper die")),
        (
            "How deep and how fast should I dig?",
            ("How deep should I dig", "how fast should I dig"),
        ),
        (
            "What are the price and weight of the bag?",
            ("What are the price of the bag", "What are the weight of the bag"),
        ),
        ("When does the sale start, and for how long?", ("When does the sale start", "for how long")),
    ],
)
def test_each_part_is_a_question(question: str, parts: tuple[str, ...]) -> None:
    assert parts_of(question).questions == parts


@pytest.mark.parametrize(
    "question",
    [
        "",
        "？",
        "谁和谁打架？",
        "最后他和谁在一起了？",
        "作为船长，谁跑得最远？",
        "长江和黄河哪个长？",
        "苹果和梨的价格有什么不同？",
        "多倫多大學在哪一年建校，有人說很早",
        "近几年，谁来过这里？",
        "Who wrote the book about how and why we sleep?",
        "When the mill closed, what became of it?",
        "Is the mill bigger than the ferry, and which is older?",
        "What is the research and development budget of the mill?",
        "Who bought the mill and the ferry?",
        "How and why?",
    ],
)
def test_one_question_has_no_parts(question: str) -> None:
    assert parts_of(question).questions == ()


def test_a_part_takes_over_what_the_first_is_about_unless_it_names_its_own() -> None:
    tokenizer = bundled_tokenizer()
    assert completed("how long does it take", "What does the ferry cost", tokenizer) == (
        "how long does it take ferry cost"
    )
    assert completed("who runs Larch", "When was Moth built", tokenizer) == "who runs Larch"
    assert "防晒霜" in completed("多久补一次", "防晒霜提前多久涂", tokenizer)
