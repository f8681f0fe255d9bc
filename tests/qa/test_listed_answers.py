"""Questions for how many there are, or for all of a kind, are answered by the whole list or table."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from made_up import an_engine

from qa.engine import Engine

CARD = """# Renewing the residence card

To renew the card, follow these steps:

1. Fill in the form on the web site of the city.
2. Book an appointment at the town hall.
3. Pay the fee of 30 euros.
4. Bring your passport.
5. Collect the card after three weeks.
"""
COFFEE = """# 手冲咖啡

准备：滤纸、滤杯、咖啡粉15克。

1. 用热水冲洗滤纸。
2. 倒入咖啡粉。
3. 注入30克水，焖蒸30秒。
4. 绕圈注水至225克。

水温以92度为宜。整个过程约两分半钟。
"""
TOWER = """# The lookout tower

The tower has 312 steps. It was built in the time of the great fire.
"""
MOBILE = """# Swiftcell tariffs

| Plan | Price |
| --- | --- |
| Lite | $9 |
| Family | $35 |
| Unlimited | $49 |

All plans can be cancelled monthly. The activation fee is $10.
"""
CAKE = """# Plum cake

- 250 g flour
- 150 g butter
- 1 kg plums

1. Cream the butter with the sugar.
2. Set the plums on top.
3. Bake until golden.

In step 3 do not hurry.
"""
CLASSES = """# Evening classes

| Course | Day | Fee |
| --- | --- | --- |
| Pottery | Tuesday | £84 |
| Drawing | Monday | £90 |
| Italian | Thursday | £66 |

Classes run from 12 January to 27 March. Students pay half.
"""
PARK = """# 云顶乐园票务

| 票种 | 价格 |
| --- | --- |
| 成人票 | 230元 |
| 儿童票 | 120元 |
| 夜场票 | 110元 |

购票后三天内可以退票。
"""

STALL = """# 夜市面攤的做法

面攤簡單，晚上八點開張，材料新鮮。

## 必備原料

- 高湯
- 細麵
- 青蔥

## 打烊

- 倒掉剩湯
- 鎖好爐子
"""
CANOE = """# The canoe club

The club meets on Sundays. A canoe in trouble is towed.

## Signs of trouble

- The bow drifts to one side.
- Water stands above the ribs.
- The seat creaks.

## Storing

- Rinse the hull.
- Dry the ropes.
"""


@pytest.fixture(scope="module")
def engine(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Engine]:
    files = {
        "card.md": CARD,
        "coffee.md": COFFEE,
        "tower.md": TOWER,
        "mobile.md": MOBILE,
        "cake.md": CAKE,
        "classes.md": CLASSES,
        "park.md": PARK,
        "stall.md": STALL,
        "canoe.md": CANOE,
    }
    with an_engine(tmp_path_factory.mktemp("listed"), files) as engine:
        yield engine


@pytest.mark.parametrize(
    ("question", "begins", "ends"),
    [
        (
            "How many steps are there to renew the card?",
            "1. Fill in",
            "5. Collect the card after three weeks.",
        ),
        ("How many steps does the plum cake take?", "1. Cream", "3. Bake until golden."),
        ("手冲咖啡分几步？", "1. 用热水", "4. 绕圈注水至225克。"),
        ("冲咖啡有几个步骤？", "1. 用热水", "4. 绕圈注水至225克。"),
        ("Which plans are there?", "Plan | Price\nLite", "Unlimited | $49"),
        ("How many plans does Swiftcell have?", "Plan | Price\nLite", "Unlimited | $49"),
        ("Which courses are there?", "Course | Day | Fee\nPottery", "Italian | Thursday | £66"),
        ("云顶乐园有哪些票？", "票种 | 价格\n成人票", "夜场票 | 110元"),
        ("有几种门票？", "票种 | 价格\n成人票", "夜场票 | 110元"),
        ("面摊需要准备哪些材料？", "- 高湯", "- 青蔥"),
        ("What signs can a canoe in trouble have?", "- The bow", "- The seat creaks."),
    ],
)
def test_the_whole_is_quoted(engine: Engine, question: str, begins: str, ends: str) -> None:
    answer = engine.ask(question)
    assert answer.answered
    assert answer.sentences[0].text.startswith(begins) and answer.sentences[0].text.endswith(ends)


@pytest.mark.parametrize(
    ("question", "quote", "lacks"),
    [
        ("How many steps does the lookout tower have?", "312 steps", "1. Fill"),  # told in words
        ("儿童票有什么优惠？", "儿童票 | 120元", "票种"),  # a row is named
        ("Which courses are there on Thursday?", "Italian | Thursday", "Pottery"),
        ("What is the activation fee?", "$10", "Lite"),
    ],
)
def test_what_is_told_otherwise_is_quoted_as_before(
    engine: Engine, question: str, quote: str, lacks: str
) -> None:
    text = engine.ask(question).sentences[0].text
    assert quote in text and lacks not in text
