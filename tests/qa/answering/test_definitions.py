"""What something is, is told by the sentence that begins with it and says so."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from made_up import an_engine

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


@pytest.fixture(scope="module")
def engine(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Engine]:
    with an_engine(
        tmp_path_factory.mktemp("defined"), {"harbour.md": HARBOUR, "ferries.md": FERRIES}
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
