"""Minutes, invitations and notices: lines with labels tell when and where."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from made_up import an_engine

from qa.engine import Engine

ZH = """街道会议纪要

时间：2024-03-05
地点：三楼东侧的小厅
主持人：李雷
出席：韩梅梅、王小明

一、决定事项
1、修缮预算为3万元。
2、负责人：李雷。
"""
EN = """Allotment society meeting
=========================

Date: 5 March 2024
Venue: the old chapel
Chair: Jane Dow

Decisions
---------

* The fence is repaired for 300 pounds.
* The gate stays as it is.
"""


@pytest.fixture(scope="module")
def engine(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Engine]:
    with an_engine(tmp_path_factory.mktemp("minutes"), {"zh.txt": ZH, "en.txt": EN}, {}) as engine:
        yield engine


@pytest.mark.parametrize(
    ("question", "told"),
    [
        ("街道会议是什么时候开的？", "时间：2024-03-05"),
        ("街道会议在哪里举行？", "地点：三楼东侧的小厅"),
        ("Where was the meeting of the allotment society?", "Venue: the old chapel"),
        ("When did the allotment society meet?", "Date: 5 March 2024"),
        ("修缮预算是多少？", "修缮预算为3万元"),
    ],
)
def test_when_and_where(engine: Engine, question: str, told: str) -> None:
    answer = engine.ask(question)
    assert answer.answered and told in answer.sentences[0].text
