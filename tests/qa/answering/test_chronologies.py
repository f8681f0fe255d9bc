"""Questions about chronologies, diaries and lists of changes are answered by their entries."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from made_up import an_engine

from qa.engine import Engine

TEXTS = {
    "library.txt": "红枫镇图书馆大事\n\n1962年3月4日 奠基。\n1963年10月2日 开馆。\n1988年5月6日 失火。\n",
    "hiring.txt": "招聘日程\n2025年3月1日 报名\n2025年3月20日 报名截止\n2025年4月12日 笔试\n"
    "2025年5月8日 公布录取名单\n录取者须在六月底前报到，逾期视为放弃。\n",
    "mill.txt": "1847 - The mill at Aske is built\n1863 - The mill at Aske burns down\n",
    "changes.md": "# Changes in Marlin\n\n## 1.8.0 - 2022-10-03\n\n- Adds a Welsh translation\n\n"
    "## 1.7.0 - 2022-04-21\n\n- Adds keyboard shortcuts for tabs\n",
    "diary.txt": "2019-05-03\nPlanted leeks along the east wall.\n\n2019-06-09\nThe well ran dry.\n\n"
    "2019-07-21\nSold eleven jars of honey.\n",
    "ferry.txt": "Council shuts ferry line\n3 May 2021\n\nThe council shut the ferry line to Holm. "
    "It had lost money for nine years.\n",
}


@pytest.fixture(scope="module")
def engine(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Engine]:
    with an_engine(tmp_path_factory.mktemp("chronologies"), TEXTS, {}) as engine:
        yield engine


@pytest.mark.parametrize(
    ("question", "quote"),
    [
        ("红枫镇图书馆什么时候失火？", "1988年5月6日 失火。"),
        ("招聘什么时候开始报名？", "2025年3月1日 报名"),
        ("招聘的笔试是哪天？", "2025年4月12日 笔试"),
        ("When was the mill at Aske built?", "1847 - The mill at Aske is built"),
        ("What was planted on 3 May 2019?", "Planted leeks along the east wall."),
    ],
)
def test_an_entry_is_quoted(engine: Engine, question: str, quote: str) -> None:
    answer = engine.ask(question)
    assert answer.answered
    assert quote in answer.citations[0].quote


def test_the_date_may_stand_in_the_heading(engine: Engine) -> None:
    answer = engine.ask("When was Marlin 1.7.0 released?")
    assert answer.answered
    assert [above.text for above in answer.citations[0].context] == ["## 1.7.0 - 2022-04-21"]


def test_the_date_of_an_article_is_not_quoted(engine: Engine) -> None:
    answer = engine.ask("When did the council shut the ferry line to Holm?")
    assert not any("2021" in citation.quote for citation in answer.citations)
