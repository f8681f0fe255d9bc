"""Questions of several parts, and questions that several articles answer together."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from made_up import an_engine

from qa.engine import Engine
from qa.types import Answer

ARTICLES = {
    "bag.md": """# 野行 40 升背包

野行 40 是一款徒步背包，由林远舟在 2016 年设计。

| 项目 | 数值 |
| --- | --- |
| 价格 | 899 元 |
| 容量 | 40 升 |

背包的面料是尼龙，防水涂层每两年要补一次。
""",
    "ferry.md": """# The Arran Lake ferry

The Arran Lake ferry was launched in 1962 and carries 120 passengers.

The crossing takes 25 minutes. Bicycles travel free of charge.

Since 2019 it has been run by the town council, which bought it from the Marsh family.
""",
    "kite.md": """# Kite, a job queue

Kite hands out jobs to workers over HTTP. It keeps its queue in Redis and its history in Postgres.
""",
    "larch.md": """# Larch chat server

Larch is a small chat server for schools.

Presence and typing notices go through Redis, because they need not survive a restart.
""",
    "newt.md": """# 蝾螈：实验室的样品登记

蝾螈是一套样品登记系统，用 Python 写成。登录会话存在 Redis 里，样品数据存在 MariaDB 里。
""",
    "oak.md": """# Oak weather station

Oak reads a rain gauge every minute. The readings are kept in a CSV file.
""",
}


@pytest.fixture(scope="module")
def engine(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Engine]:
    with an_engine(tmp_path_factory.mktemp("parts"), ARTICLES, {}) as engine:
        yield engine


def ask(engine: Engine, question: str) -> Answer:
    answer = engine.ask(question)
    assert [c.number for c in answer.citations] == list(range(1, len(answer.citations) + 1))
    assert all(citation.hit in answer.hits for citation in answer.citations)
    assert [hit.rank for hit in answer.hits] == list(range(1, len(answer.hits) + 1))
    return answer


@pytest.mark.parametrize(
    ("question", "quotes"),
    [
        ("野行 40 的价格和容量是多少？", ["价格 | 899 元\n容量 | 40 升"]),
        ("野行 40 是谁设计的，什么时候？", ["野行 40 是一款徒步背包，由林远舟在 2016 年设计。"]),
        (
            "How long does the crossing of Arran Lake take and when was the ferry launched?",
            [
                "The Arran Lake ferry was launched in 1962 and carries 120 passengers.\n\n"
                "The crossing takes 25 minutes. Bicycles travel free of charge."
            ],
        ),
        (
            "渡轮是哪年下水的，一次能坐多少人？",  # what translates to other words is not missing
            ["The Arran Lake ferry was launched in 1962 and carries 120 passengers."],
        ),
    ],
)
def test_every_part_has_its_quote(engine: Engine, question: str, quotes: list[str]) -> None:
    answer = ask(engine, question)
    assert answer.answered and answer.lacks == ""
    assert [sentence.text for sentence in answer.sentences] == quotes


@pytest.mark.parametrize(
    ("question", "quote", "lacks"),
    [
        ("野行 40 的价格和重量是多少？", "价格 | 899 元", "野行 40 的重量是多少"),
        (
            "When was the Arran Lake ferry launched, and how much does a ticket cost?",
            "The Arran Lake ferry was launched in 1962 and carries 120 passengers.",
            "how much does a ticket cost",
        ),
        (
            "How many passengers does the Arran Lake ferry carry and who was its first captain?",
            "The Arran Lake ferry was launched in 1962 and carries 120 passengers.",
            "who was its first captain",
        ),
    ],
)
def test_a_part_without_an_answer_is_named(engine: Engine, question: str, quote: str, lacks: str) -> None:
    answer = ask(engine, question)
    assert answer.verdict == "answer" and answer.lacks == lacks == answer.to_json()["lacks"]
    assert [sentence.text for sentence in answer.sentences] == [quote]


def test_without_any_part_answered_it_is_the_whole_question_that_is_not(engine: Engine) -> None:
    answer = ask(engine, "Who wrote the opera about the volcano, and when was it sung?")
    assert answer.verdict == "none" and answer.sentences == ()


def test_a_follow_up_of_several_parts_knows_what_it_is_about(engine: Engine) -> None:
    before = "How many passengers does the Arran Lake ferry carry?"
    answer = engine.ask("When was it launched, and who runs it?", previous=[before])
    assert "launched in 1962" in answer.sentences[0].text and answer.carried


def test_articles_that_each_name_one_answer_together(engine: Engine) -> None:
    answer = ask(engine, "Which servers use Redis?")
    titles = {citation.hit.article.title for citation in answer.citations}
    assert titles == {"Kite, a job queue", "Larch chat server", "蝾螈：实验室的样品登记"}
    assert all("Redis" in sentence.text for sentence in answer.sentences)
    assert answer.gathered == (3, 3) and answer.to_json()["gathered"] == {"points": 3, "articles": 3}
    assert engine.ask("Which servers use Redis?", k=1).gathered == (0, 0)
    one = ask(engine, "野行 40 的价格是多少？")
    assert one.gathered == (0, 0) and "gathered" not in one.to_json()
