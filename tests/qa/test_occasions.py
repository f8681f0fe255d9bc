"""When something happens in general is told by what it happens with, as well as by a date."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from made_up import an_engine

from qa.engine import Engine

SLUICE = """# The sluice of the lower pond

The sluice was painted green on 4 May 2019 by the apprentices of the mill.

The sluice closes once the pond has risen above the red mark, and a bell rings.
"""
PASS = """# 渡船月票

本办法自2021年3月1日起施行，月票由渡口发售。

月票在渡船停航以后失效，余额不退。

月票照片于2020年5月拍摄。
"""


@pytest.fixture(scope="module")
def engine(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Engine]:
    with an_engine(tmp_path_factory.mktemp("occasions"), {"sluice.md": SLUICE, "pass.md": PASS}) as engine:
        yield engine


@pytest.mark.parametrize(
    ("question", "told"),
    [
        ("When does the sluice close?", "once the pond has risen"),
        ("When was the sluice painted?", "4 May 2019"),
        ("月票什么时候失效？", "停航以后失效"),
        ("月票的照片是什么时候拍的？", "2020年5月"),
    ],
)
def test_what_it_happens_with_is_told(engine: Engine, question: str, told: str) -> None:
    answer = engine.ask(question)
    assert answer.answered
    assert told in answer.sentences[0].text
