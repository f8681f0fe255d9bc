"""Parts of minutes, mails and recipes are quoted whole by what they are called; so are labels and amounts."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from made_up import an_engine

from qa.engine import Engine

ROWERS = """# Rowing club committee, 4 May

Chair: Mia Holt
Present: Mia Holt, Sam Reed
Apologies: Jo Park

## Boats

The club decides on repairs each spring. Sam reported a leak.

## Decisions

- The old skiff is sold.
- The fee rises to £90.

## Action items

| Who | What |
| --- | --- |
| Sam Reed | Mend the pier |
| Jo Park | Paint the oars |
"""
CHOIR = """合唱團籌備會議紀錄

主席：何雅文
紀錄：丁一明
請假：方小青

一、報告事項
上一場音樂會有兩百名聽眾，會議討論了場地和服裝。

二、決議事項
1. 下一場音樂會改在十月舉行。
2. 團費每人收五百元。
"""
SOUP = """# 外公的豆腐湯

## 材料

- 板豆腐 2 塊
- 白胡椒 3 克

## 做法

1. 豆腐切小塊，撒白胡椒。
2. 水滾後下豆腐，煮 8 分鐘。
"""
POOL = """# 泳池周会

## 讨论

大家同意秋天不开夜场，理由有两条：

1. 救生员不够；
2. 灯要大修。
"""
LOAF = """Rye loaf

Makes one loaf.

Ingredients
3 cups rye flour
20 g salt

Method
1. Mix the flour with the salt.
2. Bake for an hour.
"""
LETTER = """Dr. Ada Finch, eye clinic

Date: 3 May 2025
Patient: Olaf Brandt
Referred by: Dr. Lind

Thank you for sending Mr. Brandt, who has seen flashes since March.

Diagnosis: early cataract

Mr. Brandt should not drive at night.

Next check: June 2026
"""
VAN = """Garage Moll, service report

Van: Toledo, plate MK-2217
Date: 18 May 2026
Mechanic: Luca Prinz

Done:
- Oil changed

Next service: May 2027
"""
HIKE = """From: Ines Vale <ines@example.org>
To: Olaf Brandt <olaf@example.org>
Date: Mon, 2 Jun 2025 08:30:00 +0200
Subject: The hike to the old quarry
Content-Type: text/plain; charset=utf-8

We meet at the mill at seven. Bring water and a map.
"""


@pytest.fixture(scope="module")
def engine(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Engine]:
    files = {
        "rowers.md": ROWERS,
        "choir.txt": CHOIR,
        "soup.md": SOUP,
        "pool.md": POOL,
        "loaf.txt": LOAF,
        "letter.txt": LETTER,
        "van.txt": VAN,
        "hike.eml": HIKE,
    }
    with an_engine(tmp_path_factory.mktemp("sections"), files) as engine:
        yield engine


@pytest.mark.parametrize(
    ("question", "quote"),
    [
        ("Who chaired the rowing club committee?", "Chair: Mia Holt"),
        ("合唱團的會議是誰主持的？", "主席：何雅文"),
        ("Who was absent from the rowing club committee?", "Apologies: Jo Park"),
        ("合唱團的會議誰請假？", "請假：方小青"),
        ("合唱團的會議紀錄是誰做的？", "紀錄：丁一明"),
        ("What did the rowing club decide?", "- The old skiff is sold.\n- The fee rises to £90."),
        ("合唱团的会议决定了什么？", "1. 下一場音樂會改在十月舉行。\n2. 團費每人收五百元。"),
        (
            "What are the action items of the rowing club?",
            "Sam Reed | Mend the pier\nJo Park | Paint the oars",
        ),
        (
            "泳池为什么决定秋天不开夜场？",
            "大家同意秋天不开夜场，理由有两条：\n\n1. 救生员不够；\n2. 灯要大修。",
        ),
        ("泳池周会决定了什么？", "大家同意秋天不开夜场，理由有两条：\n\n1. 救生员不够；\n2. 灯要大修。"),
        ("外公的豆腐湯怎麼做？", "1. 豆腐切小塊，撒白胡椒。\n2. 水滾後下豆腐，煮 8 分鐘。"),
        ("How do I bake the rye loaf?", "1. Mix the flour with the salt.\n2. Bake for an hour."),
        ("What goes into the rye loaf?", "3 cups rye flour\n20 g salt"),
        ("白胡椒放多少？", "- 白胡椒 3 克"),
        (
            "What is Mr. Brandt's diagnosis?",
            "Diagnosis: early cataract\n\nMr. Brandt should not drive at night.",
        ),
        ("Who sent the mail about the hike?", "From: Ines Vale <ines@example.org>"),
        ("去采石場的郵件是發給誰的？", "To: Olaf Brandt <olaf@example.org>"),
        ("When is the next van service?", "Next service: May 2027"),
        ("When is Olaf Brandt's next check?", "Next check: June 2026"),
    ],
)
def test_a_part_is_quoted_whole(engine: Engine, question: str, quote: str) -> None:
    answer = engine.ask(question)
    assert answer.answered
    assert answer.sentences[0].text == quote


def test_an_address_that_no_quote_has_is_declined(engine: Engine) -> None:
    assert not engine.ask("方小青的電話是多少？").answered
    assert not engine.ask("What is Jo Park's e-mail address?").answered


@pytest.mark.parametrize(
    ("earlier", "question", "quote"),
    [
        ("Who chaired the rowing club committee?", "And the choir meeting?", "主席：何雅文"),
        ("合唱團的會議決定了什麼？", "那划船俱乐部呢？", "- The old skiff is sold.\n- The fee rises to £90."),
        ("How do I bake the rye loaf?", "And the tofu soup?", "1. 豆腐切小塊"),
    ],
)
def test_a_follow_up_asks_for_the_same_part(engine: Engine, earlier: str, question: str, quote: str) -> None:
    answer = engine.ask(question, previous=[earlier])
    assert answer.answered and answer.sentences[0].text.startswith(quote)
