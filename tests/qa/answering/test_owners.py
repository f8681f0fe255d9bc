"""A value that is told of another thing than the one asked of is no answer."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from made_up import an_engine

from qa.engine import Engine

TEXTS = {
    "street.md": "槐花街开着花店三家，另有两家书店。街口共有四座石桥，住户一百二十户。\n",
    "village.txt": """石湾村有渔船四十艘，村民八百六十人。村卫生站有医生三名。

村长是邓海平，副书记是许青。村里的幼儿园建于 1996 年。
""",
    "mill.md": """# 南岸造纸厂 2024 年小结

全年营业收入为 3.7 亿元。职工 420 人，其中女性占 38%。董事长：罗一凡。厂区有仓库两座。
""",
    "borough.md": """# Ash Hill borough

The borough has two libraries and one swimming pool. The library has nine volunteers and 40 computers. Its
mayor is Nora Quill; the clerk is Sam Oduya.

In 2023 the borough spent £85,000 on playgrounds. The theatre opened in 1974.
""",
}


@pytest.fixture(scope="module")
def engine(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Engine]:
    with an_engine(tmp_path_factory.mktemp("owners"), TEXTS, {}) as engine:
        yield engine


@pytest.mark.parametrize(
    ("question", "quote"),
    [
        ("槐花街有几家花店？", "花店三家"),
        ("槐花街有几家书店？", "两家书店"),
        ("槐花街有几家店铺？", "花店三家"),
        ("石湾村有多少艘渔船？", "四十艘"),
        ("石湾村的村长是谁？", "邓海平"),
        ("石湾村的副书记是谁？", "许青"),
        ("石湾村的幼儿园是哪一年建的？", "1996"),
        ("南岸造纸厂的营业收入是多少？", "3.7 亿元"),
        ("南岸造纸厂的员工有多少？", "420 人"),  # 职工
        ("南岸造纸厂的董事长是谁？", "罗一凡"),
        ("How many computers does the Ash Hill library have?", "40 computers"),
        ("How many registered volunteers does the Ash Hill library have?", "nine volunteers"),
        ("How many pools does Ash Hill have?", "one swimming pool"),
        ("Who is the mayor of Ash Hill?", "Nora Quill"),
        ("How much did Ash Hill spend on playgrounds in 2023?", "£85,000"),
        ("When did the theatre open in Ash Hill?", "1974"),
    ],
)
def test_what_is_told_of_the_thing_is_answered(engine: Engine, question: str, quote: str) -> None:
    answer = engine.ask(question)
    assert answer.answered
    assert quote in "\n".join(sentence.text for sentence in answer.sentences)


@pytest.mark.parametrize(
    "question",
    [
        "槐花街有几家饭店？",
        "槐花街口有几座木桥？",
        "石湾村卫生站有几名护士？",
        "石湾村的副村长是谁？",
        "石湾村的书记是谁？",
        "石湾村的小学建于哪一年？",
        "南岸造纸厂的净利润是多少？",
        "南岸造纸厂的总经理是谁？",
        "How many printers does the Ash Hill library have?",
        "How many secondary schools does Ash Hill have?",
        "Who is the deputy mayor of Ash Hill?",
        "Who is the treasurer of Ash Hill?",
        "How much did Ash Hill spend on roads in 2023?",
        "When did the museum open in Ash Hill?",
    ],
)
def test_what_is_told_of_others_is_declined(engine: Engine, question: str) -> None:
    answer = engine.ask(question)
    assert not answer.answered
    assert answer.decision is not None
    assert {feature.name: feature.value for feature in answer.decision.features}["other_owner"] == 1
