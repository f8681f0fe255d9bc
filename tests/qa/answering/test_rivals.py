"""A question about a thing that the articles lack is declined, though they tell of its like."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from made_up import an_engine

from qa.engine import Engine

TEXTS = {
    "van.md": "# The delivery van\n\nThe red lamp means low oil. The yellow lamp means a flat tyre.\n",
    "router.md": """# Router

A solid red light means no connection. A flashing white light means an update. The Tarn 3 covers 120 square
metres, the Tarn 5 covers 200. The line is open 7 days a week.
""",
    "mill.md": """# 云栖 K5 磨豆机

白灯常亮：机器就绪。
红灯常亮：豆仓已空。

豆仓容量为 300 克，重量为 2 公斤。
""",
    "drier.md": """# Drier

Tank: 4.5 litres. Cable: 1.8 m. Warranty: two years on the unit, five on the motor.
""",
    "clinic.md": """# 仁爱诊所

| 科别 | 医师 | 看诊时间 |
| --- | --- | --- |
| 内科 | 邱文彬 | 周一、周三 9:00-12:00 |
| 儿科 | 罗雅琪 | 周二、周四 14:00-17:30 |
""",
    "novel.md": """# Freelance agreement

1. The Contractor translates the novel "Salt Roads" into English.
2. Work starts in March. The draft is due on 30 June 2025.
""",
    "flat.md": """# Flat 9

The rent is £1,140 a month. The tenants give two months' notice. One cat is allowed; dogs are not.
""",
    "heater.md": """# Kelda heaters

| Part | Kelda 200 | Kelda 400 |
| --- | --- | --- |
| Tank | 3 litres | 5 litres |
| Weight | 9 kg | 14 kg |
""",
    "ferry.md": """# The ferry

| Ferry ticket | Price |
| --- | --- |
| Adults | £12 |
| Students | £7 |
""",
    "fair.md": "# The fair\n\n1. The new pump cost £640.\n2. Ann Reed painted the posters in the barn.\n",
    "looms.md": "# The loom course\n\nEach loom stands in a barn. All Sellick pieces are judged in May.\n\n"
    "Students say that the last two pieces take over thirty hours per person.\n",
    "rent.md": "# 合租约定\n\n水费、电费由房客承担，物业费由房东承担。钥匙共有两把。\n",
    "plans.md": """# 云盘价格

| 套餐 | 月费 |
| --- | --- |
| 个人版 | 12 元 |
| 家庭版 | 25 元 |
| 体验版 | 2 元 |
""",
}


@pytest.fixture(scope="module")
def engine(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Engine]:
    with an_engine(tmp_path_factory.mktemp("rivals"), TEXTS, {}) as engine:
        yield engine


@pytest.mark.parametrize(
    ("question", "quote"),
    [
        ("What does the yellow lamp of the van mean?", "flat tyre"),
        ("What is the tank of the Kelda 400?", "5 litres"),
        ("How much is a ferry ticket for students?", "£7"),
        ("How much did the pump cost?", "£640"),
        ("物业费由谁承担？", "房东"),
        ("家庭版的月费是多少？", "25 元"),
        ("What does a solid red light of the router mean?", "no connection"),
        ("How much area does the Tarn 5 cover?", "200"),
        ("K5磨豆机的豆仓容量多大？", "300 克"),
        ("How long is the cable of the drier?", "1.8 m"),  # years are told of other things
        ("内科周三上午有医生吗？", "邱文彬"),  # the morning is told by hours
        ("When is the draft of the novel due?", "30 June"),  # the draft is counted, not the novel
        ("How many cats are allowed in Flat 9?", "One cat"),
        ("How many hours do the last two Sellick pieces take per person?", "thirty hours"),  # all but a name
        # In other words it is the same thing.
        ("What does the crimson lamp of the van mean?", "low oil"),
        ("How much do students pay for the ferry?", "£7"),
        ("家庭版每月要付多少钱？", "25 元"),
    ],
)
def test_what_is_there_is_answered(engine: Engine, question: str, quote: str) -> None:
    answer = engine.ask(question)
    assert answer.answered
    assert quote in "\n".join(sentence.text for sentence in answer.sentences)


@pytest.mark.parametrize(
    "question",
    [
        "What does the green lamp of the van mean?",
        "What is the tank of the Kelda 600?",
        "What does a solid yellow light of the router mean?",
        "How much area does the Tarn 7 cover?",
        "磨豆机蓝灯亮是什么意思？",
        "How much is a ferry ticket for seniors?",
        "How much did the posters cost?",
        "燃气费由谁承担？",
        "企业版的月费是多少？",
    ],
)
def test_what_is_told_of_its_like_alone_is_declined(engine: Engine, question: str) -> None:
    answer = engine.ask(question)
    assert not answer.answered
    assert answer.decision is not None
    assert {feature.name: feature.value for feature in answer.decision.features}["other_one"] == 2
