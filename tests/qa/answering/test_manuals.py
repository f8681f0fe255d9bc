"""Questions about technical notes: comments of code, broken paragraphs, what a colon announces."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from made_up import an_engine

from qa.engine import Engine

_FILLER = "\n".join(f"step_{number} = run('{number}')" for number in range(30))
TEXTS = {
    "kiln.md": f"""# Kiln controller

The controller reads one file when it starts.

```toml
# Whether the door stays locked after firing. By default it opens.
# A locked door keeps children away.
keep-locked = false

{_FILLER}
```
""",
    "weir.md": f"""# 水闸控制器

控制器启动时读取一个文件。

```toml
# 暴雨过后是否自动复位。默认为否。
# 复位之前请先检查闸板。
reset-after-rain = false

{_FILLER}
```
""",
    "sluice.md": """# 水閘筆記

## 遠端登入

要從值班室連進水閘的面板,

先打開扳手旁邊的藍色開關,

再輸入四位數的值班碼。

## 鑰匙

鑰匙掛在門後。
""",
    "stew.md": """# Boatman's stew

## Ingredients

- 1 kg mutton
- Dark beer 700 ml
- 2 bay leaves

## Directions

1. Brown the mutton for 10 minutes.
2. Pour the dark beer into the stew until 2 cm of the mutton shows. Cook for 90 minutes.
3. Add 1 cup of dark beer to the stew if the boatman's pot gets dry.
""",
    "lock.md": """# Notes on the lock

## Ways to open the gate

The gate of the lock can be opened in one way only:

Turn the hand wheel by the wall until the bell rings.

Boats wait behind the yellow line.
""",
    "ferry.md": """# 渡船调度

## 算法

调度员分配船只，提供了三种算法:

随机（random）

轮询（roundrobin）

线性（linear）

船长可以拒绝出航。
""",
    "tide.md": """# Tide log

The tide table keeps the readings of the last 9 days. One of its rows looks like this:

```text
station: Holm
reading: 2.4
taken by: the pilot on duty
checked by: the harbour office, every morning before the boats go out to the fishing grounds
remarks: none so far, the gauge was cleaned in spring and painted in autumn by the same two men
further remarks: the row above is from a quiet day
```
""",
}


@pytest.fixture(scope="module")
def engine(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Engine]:
    with an_engine(tmp_path_factory.mktemp("manuals"), TEXTS, {}) as engine:
        yield engine


@pytest.mark.parametrize(
    ("question", "quote"),
    [
        # The comments of a long block of code are quoted with their lines, without the rest of it.
        (
            "Does the door of the kiln stay locked after firing?",
            "# Whether the door stays locked after firing. By default it opens.\n"
            "# A locked door keeps children away.\nkeep-locked = false",
        ),
        (
            "暴雨过后水闸会自动复位吗？",
            "# 暴雨过后是否自动复位。默认为否。\n# 复位之前请先检查闸板。\nreset-after-rain = false",
        ),
        # A sentence that is broken into paragraphs is quoted whole.
        (
            "怎麼從值班室連進水閘面板？",
            "要從值班室連進水閘的面板,\n\n先打開扳手旁邊的藍色開關,\n\n再輸入四位數的值班碼。",
        ),
        # What is announced may be paragraphs.
        (
            "In what way can the gate of the lock be opened?",
            "The gate of the lock can be opened in one way only:\n\n"
            "Turn the hand wheel by the wall until the bell rings.",
        ),
        (
            "分配船只有几种算法？",
            "调度员分配船只，提供了三种算法:\n\n随机（random）\n\n轮询（roundrobin）\n\n线性（linear）",
        ),
        # An example that another sentence announces is none of the answer.
        (
            "How many days of readings does the tide table keep?",
            "The tide table keeps the readings of the last 9 days. One of its rows looks like this:",
        ),
    ],
)
def test_the_first_quote_of_a_manual(engine: Engine, question: str, quote: str) -> None:
    answer = engine.ask(question)
    assert answer.answered
    assert answer.citations[0].quote == quote


def test_the_line_with_the_amount_leaves_nothing_to_the_steps(engine: Engine) -> None:
    answer = engine.ask("How much dark beer goes into the boatman's stew?")
    assert [sentence.text for sentence in answer.sentences] == ["- Dark beer 700 ml"]
