"""Questions for what happened in a time, and for what was so in a year, over chronologies and prose."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from made_up import an_engine

from qa.engine import Engine

HARBOUR = """# Otter Harbour

- 1871: The stone pier was finished.
- 1898: A storm sank eleven boats.
- 1916: The navy took over the dock.
- 1924: Electric cranes were set up.
- 1963: The railway was closed.
"""
VILLAGE = """# 青石村大事记

- 1953年 村里成立互助组。
- 1958年 修建水库。
- 1971年 全村用上电灯。
- 1996年 小学迁入新楼。
- 2003年 通了自来水。
"""
MILL = """# The Elmby mill

The mill stands on the Tarn. In 1852 it burned down. From 1860 to 1902 Joseph Reed ran it. Later his daughter
Agnes was in charge. In 1949 a turbine came. In 1978 it became a museum.
"""
CLUB = """# 海州棋社

历任社长：

- 1998—2005年 周德明
- 2005—2012年 刘淑芬
- 2012—2018年 张建国
- 2018年至今 陈晓燕
"""


CASTLE = """# The castle of Breck

- 3 March – 14 April: Old maps
- 20 April – 12 June: Glass and light
- 18 June – 30 August: Theatre in the courtyard

From 3 November to 28 February the castle is closed.
"""
SCHOOL = """# 明德小学校历

- 10月1日至10月7日 国庆放假
- 11月4日—8日 期中考试
- 1月20日至2月16日 寒假
"""


@pytest.fixture(scope="module")
def engine(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Engine]:
    files = {
        "harbour.md": HARBOUR,
        "village.md": VILLAGE,
        "mill.md": MILL,
        "club.md": CLUB,
        "castle.md": CASTLE,
        "school.md": SCHOOL,
    }
    with an_engine(tmp_path_factory.mktemp("timed"), files) as engine:
        yield engine


@pytest.mark.parametrize(
    ("question", "quote"),
    [
        (
            "What happened at Otter Harbour before 1900?",
            "- 1871: The stone pier was finished.\n- 1898: A storm sank eleven boats.",
        ),
        (
            "What happened at the harbour between 1910 and 1930?",
            "- 1916: The navy took over the dock.\n- 1924: Electric cranes were set up.",
        ),
        ("青石村1990年以后发生了什么？", "- 1996年 小学迁入新楼。\n- 2003年 通了自来水。"),
        ("What happened in Qingshi village before 1960?", "- 1953年 村里成立互助组。\n- 1958年 修建水库。"),
        ("What happened at Elmby mill after 1910?", "In 1949 a turbine came. In 1978 it became a museum."),
        ("2015年谁是海州棋社的社长？", "- 2012—2018年 张建国"),
        ("2020年谁是棋社社长？", "- 2018年至今 陈晓燕"),
        ("What can be seen at the castle on 5 May?", "- 20 April – 12 June: Glass and light"),
        ("Is the castle open on 10 January?", "From 3 November to 28 February the castle is closed."),
        ("10月3日放假吗？", "- 10月1日至10月7日 国庆放假"),
        ("11月6日有什么考试？", "- 11月4日—8日 期中考试"),
    ],
)  # fmt: skip
def test_what_the_time_holds_is_quoted(engine: Engine, question: str, quote: str) -> None:
    answer = engine.ask(question)
    assert answer.answered
    assert answer.sentences[0].text == quote


def test_without_a_subject_several_articles_tell(engine: Engine) -> None:
    quotes = [sentence.text for sentence in engine.ask("What happened before 1955?").sentences]
    assert quotes[0].startswith("- 1871") and quotes[0].endswith("set up.")
    assert any("In 1852 it burned down." in quote for quote in quotes)


@pytest.mark.parametrize(
    "question", ["What happened in Windermere castle before 1900?", "北京故宫1990年以后有什么变化？"]
)
def test_what_happened_elsewhere_is_no_answer(engine: Engine, question: str) -> None:
    assert not engine.ask(question).answered


def test_a_year_that_is_named_is_told_by_no_range(engine: Engine) -> None:
    answer = engine.ask("What happened in 1871?")
    assert answer.sentences[0].text.startswith("- 1871: The stone pier was finished.")
