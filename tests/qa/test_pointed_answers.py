"""Questions that point at something by a number or a weekday are answered by the row, item or day meant."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from made_up import an_engine

from qa.engine import Engine

SYRUP = """# 止咳糖浆用量

| 年龄 | 体重 | 每次用量 |
| --- | --- | --- |
| 1–3岁 | 10–15公斤 | 3毫升 |
| 4–6岁 | 16–21公斤 | 5毫升 |
| 7–9岁 | 22–27公斤 | 8毫升 |

## 注意事项

1. 饭后服用。
2. 用后盖紧瓶盖。
3. 瓶子放在阴凉处。
"""
POOL = """# The town pool

## Tickets of the pool

| Age | Ticket |
| --- | --- |
| 0-4 | free |
| 5-15 | £3 |
| 16-64 | £6 |

## Hours of the pool

- Monday: closed
- Tuesday to Thursday: 9:30-18:00
- Friday: 9:30-20:00
- Saturday: 8:30-17:00

## Making a badge for the pool

1. Bring 5 pictures.
2. Fill in the green form.
3. Print the badge:

   ```sh
   badge --print
   ```
4. Sign the badge.
"""
WALK = """# 环湖四日徒步

## 第一天

从码头出发，宿松林营地。

## 第二天

翻过鹰嘴岩，宿牧场。

## 第三天

沿溪下行，宿渔村。
"""
CANOE = """# Canoes

You must be 16 or older to hire a canoe.
"""
TOWER = """# The lookout tower

| Who | Tower ticket |
| --- | --- |
| Grown-ups | £9 |
| Child (5-15) | £4 |
"""
LEASE = """铺面租约

第一条 铺面在河街九号。
第二条 租金每月三千元。
第三条 不得转租他人。
第四条 退租须提前一个月告知。
"""


@pytest.fixture(scope="module")
def engine(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Engine]:
    files = {
        "syrup.md": SYRUP,
        "pool.md": POOL,
        "walk.md": WALK,
        "canoe.md": CANOE,
        "lease.txt": LEASE,
        "tower.md": TOWER,
    }
    with an_engine(tmp_path_factory.mktemp("pointed"), files) as engine:
        yield engine


@pytest.mark.parametrize(
    ("question", "quote"),
    [
        ("8岁的孩子喝多少止咳糖浆？", "7–9岁 | 22–27公斤 | 8毫升"),
        ("How much cough syrup for a 5-year-old?", "4–6岁 | 16–21公斤 | 5毫升"),
        ("体重18公斤的孩子喝多少止咳糖浆？", "4–6岁 | 16–21公斤 | 5毫升"),
        ("How much is a pool ticket for a 12-year-old?", "5-15 | £3"),
        ("When is the town pool open on Wednesday?", "- Tuesday to Thursday: 9:30-18:00"),
        ("止咳糖浆注意事项第二条是什么？", "2. 用后盖紧瓶盖。"),
        ("What is the second step of making a pool badge?", "2. Fill in the green form."),
        ("What is the last step of making a pool badge?", "4. Sign the badge."),
        ("租约第三条写了什么？", "第三条 不得转租他人。"),
        ("What does article 4 of the lease say?", "第四条 退租须提前一个月告知。"),
        ("环湖徒步第二天住哪里？", "翻过鹰嘴岩，宿牧场。"),
    ],
)
def test_what_is_pointed_at_is_quoted_alone(engine: Engine, question: str, quote: str) -> None:
    answer = engine.ask(question)
    assert answer.answered
    assert answer.sentences[0].text == quote


@pytest.mark.parametrize(
    "question",
    [
        *("租约第十二条写了什么？", "What is step 7 of making a pool badge?", "环湖徒步第九天住哪里？"),
        *("When is the town pool open on Sunday?", "What are the hours of the pool on Sundays?"),
    ],
)
def test_what_is_not_there_is_no_answer(engine: Engine, question: str) -> None:
    assert not engine.ask(question).answered


def test_steps_are_quoted_with_the_code_below_them(engine: Engine) -> None:
    quote = engine.ask("How do I make a badge for the pool?").sentences[0].text
    assert quote.startswith("1. Bring") and "badge --print" in quote and quote.endswith("4. Sign the badge.")


@pytest.mark.parametrize(
    ("question", "quote"),
    [
        ("Can a 14-year-old hire a canoe?", "16 or older"),  # the other age is the answer
        ("How much is a tower ticket for a 35-year-old?", "Grown-ups | £9"),  # may be meant, has no range
    ],
)
def test_what_may_be_meant_is_no_other_one(engine: Engine, question: str, quote: str) -> None:
    answer = engine.ask(question)
    assert answer.answered
    assert quote in "\n".join(sentence.text for sentence in answer.sentences)


def test_other_steps_are_doubted_twice(engine: Engine) -> None:
    def doubt(question: str) -> float:
        decision = engine.ask(question).decision
        assert decision is not None
        return next(feature.value for feature in decision.features if feature.name == "other_one")

    assert doubt("What is step 7 of making a pool badge?") == 2
    assert doubt("What is step 2 of making a pool badge?") == 0
