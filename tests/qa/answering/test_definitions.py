"""What something is, is told by the sentence that begins with it and says so."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from made_up import an_engine

from index.text.fold import fold_text
from qa.answering.definitions import outright
from qa.engine import Engine

HARBOUR = """# Rules of the harbour

Refer to the tender list to see what tender time you can book.

If you are away, you cannot use tender time.

Tender time is when a boat carries people between a larger ship and the quay instead of a bus.

You should use your tender time before noon.
"""
FERRIES = """# 渡口管理办法

第五条 新设、改设主渡口、次渡口、干线渡口时，应当按照有关规定同步建设主渡口候船设施（以下简称候船设施）。

第二十条 本办法下列用语的含义：

主渡口，是指连接两县以上道路并且每日开航的水上码头。

次渡口，是指与主渡口相连接的渡口。
"""

BOATS = """# Boats of the bay

## Grelling

Every grelling needs a new sail each year, and no grelling is kept in the harbour in winter.

Nobody but the grelling masters may say which grelling leaves first.

Grelling is the flat boat of the eel catchers in this bay.

Grelling races are held in May. The oldest grelling won the grelling race twice.

## Windlass

- Deck > windlass > windlass cover > open it

The windlass is a drum that hauls in the anchor chain.
"""
TERMS = """# Words of the eel catchers

## Fyke

Each net of the fyke is emptied at dawn, and a torn fyke is mended before noon.

## What is a kiddle?

Woven stakes across a stream, where the eel catchers wait for the kiddle to fill.

The kiddle and the fyke are both old. A kiddle lasts for nine years, and no kiddle may close the stream.

## 闸号

写在闸门上的数字，由镇上统一编排。

## 闸号牌

闸号牌的大小与闸号的位数有关，闸号牌每年重刷，闸号不清的要补写闸号。
"""
LINES = """# 水上线路

我们村把水上线路修到了岛上。最长的水上线路去年开通，票价三元。

在本文里，我们将“水上巴士”定义为按公交时刻表开行、随到随走的渡船。

## 浮桥管家

浮桥管家每天记录水位，浮桥管家的更新在周一。浮桥管家坏了要打电话给值班室。

浮桥管家是一套管理浮桥开合的软件，由镇上的学生写成。
"""


@pytest.fixture(scope="module")
def engine(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Engine]:
    with an_engine(
        tmp_path_factory.mktemp("defined"),
        {
            "harbour.md": HARBOUR,
            "ferries.md": FERRIES,
            "boats.md": BOATS,
            "lines.md": LINES,
            "terms.md": TERMS,
        },
    ) as engine:
        yield engine


@pytest.mark.parametrize(
    ("question", "begins"),
    [
        ("What is tender time?", "Tender time is when"),
        ("What does tender time mean?", "Tender time is when"),
        ("主渡口的定义是什么？", "主渡口，是指连接两县"),
        ("什么样的渡口算主渡口？", "主渡口，是指连接两县"),
        ("次渡口是什麼意思？", "次渡口，是指与主渡口"),
        ("What is a grelling?", "Grelling is the flat boat"),
        ("What kind of thing is a grelling?", "Grelling is the flat boat"),
        ("grelling 是什么？", "Grelling is the flat boat"),
        ("What is the windlass for?", "The windlass is a drum"),
        ("文中把什么样的线路叫作水上巴士？", "在本文里，我们将“水上巴士”定义为"),
        ("浮桥管家是做什么用的？", "浮桥管家是一套"),
        ("What is a fyke?", "Each net of the fyke"),
        ("What is a kiddle?", "Woven stakes across a stream"),
        ("闸号是什么？", "写在闸门上的数字"),
        ("镇上的浮桥管家是个什么软件？", "浮桥管家是一套"),
    ],
)
def test_what_says_what_it_is_comes_first(engine: Engine, question: str, begins: str) -> None:
    answer = engine.ask(question)
    assert answer.answered
    assert answer.sentences[0].text.startswith(begins)


@pytest.mark.parametrize("question", ["What is the tender time to book?", "设主渡口时要建设什么？"])
def test_other_questions_ask_for_no_definition(engine: Engine, question: str) -> None:
    answer = engine.ask(question)
    assert not answer.sentences[0].text.startswith(("Tender time is", "主渡口，是指"))


@pytest.mark.parametrize("question", ["What is a grelling?", "grelling 是什么？", "闸号是什么？"])
def test_what_is_said_outright_is_sure(engine: Engine, question: str) -> None:
    decision = engine.ask(question).decision
    assert decision is not None
    assert {feature.name: feature.value for feature in decision.features}["defined"] == 1


@pytest.mark.parametrize(
    ("sentence", "thing"),
    [
        ("The windlass cover of the jib is a blue sheet.", ""),
        ("A jib is a small sail.", "jib"),
        ("Jib (a sail) means the small one in front.", "jib"),
        ("The jib is supported since May.", ""),
        ("The jib is blue.", ""),
        ("艏帆是指船头的小帆。", "艏帆"),
        ("艏帆是从六月开始卖的。", ""),
        ("艏帆是蓝的。", ""),
        ("本文将“艏帆”称为船头的小帆。", "艏帆"),
    ],
)
def test_what_is_said_outright(sentence: str, thing: str) -> None:
    assert outright(fold_text(sentence), thing or "jib") == thing
