"""Questions about a decade, a day or an hour find it however it is written, and not another one."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from made_up import TEXTS, a_library

from index.library import Library
from qa.engine import Engine

#: Each article has rivals: sentences that differ in the time alone.
DATED = {
    "hallow": (
        "The village of Hallow",
        "In the 1970s the village of Hallow lived from fishing.\n\n"
        "In the 1980s it lived from weaving wool.\n\n"
        "In the nineties it turned to rearing salmon.",
    ),
    "桑园": (
        "桑园村的年代",
        "七十年代，桑园村靠养蚕过日子。\n\n八十年代，村里人改做竹编。\n\n1990年代，村里办起了罐头厂。",
    ),
    "temple": (
        "山中寺院",
        "寺院有三座殿。\n\n2023.8.3 大钟重铸。\n\n2024.5.12 山门修缮完工。\n\n2024年5月21日，经堂重新开放。",
    ),
    "evening": (
        "An evening in town",
        "The dance starts at 20:00 in the hall. The play starts at 14:30 in the barn. "
        "The walk starts at 8 a.m. by the mill.",
    ),
    "visits": (
        "Visits",
        "The mayor of London visits on Thursday.\n\nThe mayor of Leeds visits on Tuesday.\n\n"
        "The sun warms the mayor of York.",
    ),
    "accounts": (
        "水厂的账目",
        "水厂在第一季度卖出四百吨水。水厂在第三季度卖出九百吨水。水厂在三月检修水泵。水厂在五月检修水管。",
    ),
}


@pytest.fixture(scope="module")
def engine(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Engine]:
    library: Library
    with a_library(Path(tmp_path_factory.mktemp("dated")) / "library", TEXTS | DATED) as library:
        yield Engine(library)


@pytest.mark.parametrize(
    ("question", "quote"),
    [
        ("What did Hallow live from in the eighties?", "weaving wool"),
        ("What did Hallow turn to in the 1990s?", "rearing salmon"),
        ("What did Hallow live from in the '70s?", "fishing"),
        ("Hallow村在八十年代靠什么生活？", "weaving wool"),
        ("1980年代桑园村人做什么？", "竹编"),
        ("上世纪九十年代桑园村办了什么？", "罐头厂"),
        ("2024年5月12日什么完工？", "山门修缮完工"),
        ("What was finished on May 12, 2024?", "山门修缮完工"),
        ("2024-05-21什么重新开放？", "经堂重新开放"),
        ("What starts at 8 p.m. in the hall?", "The dance starts"),
        ("What starts at half past two?", "The play starts"),
        ("什么在早上八点开始？", "The walk starts"),
        ("Who visits on Thurs.?", "London"),
        ("谁星期二来访？", "Leeds"),
        ("水厂Q1卖出多少水？", "四百吨"),
        ("How much water did the waterworks sell in the third quarter?", "九百吨"),
        ("水厂3月检修什么？", "检修水泵"),
    ],
)
def test_a_time_is_found_however_it_is_written(engine: Engine, question: str, quote: str) -> None:
    answer = engine.ask(question)
    assert answer.answered and quote in answer.sentences[0].text
    assert not any(any(map(str.isdigit, word)) for word in answer.missing)


@pytest.mark.parametrize(
    "question",
    [
        "What did Hallow live from in the 1950s?",
        "What did Hallow live from in the nineteenth century?",
        "Hallow村在五十年代靠什么生活？",
        "四十年代桑园村人做什么？",
        "2022年5月12日什么完工？",
        "Who visits on Saturday?",
        "What starts at 9 p.m.?",
        "水厂在第四季度卖出多少水？",
    ],
)
def test_another_time_is_no_answer(engine: Engine, question: str) -> None:
    assert not engine.ask(question).answered


def test_a_year_of_the_decade_is_no_other_time(engine: Engine) -> None:
    answer = engine.ask("What did Hallow live from in 1984?")
    assert answer.decision is not None
    doubts = {feature.name for feature in answer.decision.features if feature.value}
    assert "other_one" not in doubts
    quoted = engine.ask("Who opened the Harbour Museum in the 1960s?")
    assert quoted.answered and "1962" in quoted.sentences[0].text
