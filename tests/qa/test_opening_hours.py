"""Whether something is open at an hour: the hours of that day are quoted, or of all days if none is named."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from made_up import an_engine

from index.text.fold import fold_text
from qa.engine import Engine
from qa.linguistics.pointers import find_pointers, told_by

LIBRARY = """# Visiting Brook Street Library

Opening hours:

- Monday to Thursday: 9 am – 8 pm
- Friday: 9 am – 6 pm
- Saturday: 10 am – 4 pm
- Sunday: closed

The café on the ground floor is open from 10 am to 3 pm. Books may be borrowed for three weeks.
"""
MUSEUM = """# Railway museum

The museum is open Tuesday to Friday from 10:00 to 17:00 and on Saturday and Sunday from 11:00 to 18:00. It is
closed on Mondays. Tickets cost 9 euros.
"""
CLINIC = """# 康宁口腔诊所

营业时间：周一至周五 8:30—18:00，周六 9:00—13:00，周日休息。

洗牙每次180元。
"""
SHOP = """# Pendle bike shop

| Day | Open | Close |
| --- | --- | --- |
| Wednesday | 8:00 | 13:00 |
| Thursday | 8:00 | 19:00 |
"""


@pytest.fixture(scope="module")
def engine(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Engine]:
    with an_engine(
        tmp_path_factory.mktemp("hours"),
        {"library.md": LIBRARY, "museum.md": MUSEUM, "clinic.md": CLINIC, "shop.md": SHOP},
    ) as engine:
        yield engine


@pytest.mark.parametrize(
    ("question", "quote"),
    [
        ("Is the library open on Saturday at 5 pm?", "- Saturday: 10 am – 4 pm"),
        ("Can I go to the library on Friday at 7 pm?", "- Friday: 9 am – 6 pm"),
        ("图书馆周五晚上七点还开门吗？", "- Friday: 9 am – 6 pm"),
        ("Is the bike shop open on Thursday at 6 pm?", "Thursday | 8:00 | 19:00"),
        ("Is the museum open on Sunday at 17:30?", "on Saturday and Sunday from 11:00 to 18:00"),
        ("诊所晚上七点还开门吗？", "8:30—18:00"),
    ],
)
def test_the_hours_of_the_day_are_quoted(engine: Engine, question: str, quote: str) -> None:
    answer = engine.ask(question)
    assert answer.answered
    assert quote in answer.sentences[0].text


def test_without_a_day_all_hours_are_quoted(engine: Engine) -> None:
    quote = engine.ask("Is Brook Street Library open at 8 pm?").sentences[0].text
    assert quote.startswith("- Monday to Thursday") and quote.endswith("- Sunday: closed")


@pytest.mark.parametrize(
    ("question", "text", "told"),
    [
        ("Is it open at 8 pm?", "9 am – 6 pm", True),  # whether or not it is within
        ("Is it open at 8 pm?", "until 21:00", True),
        ("Is it served at 8 am?", "breakfast from 7 to 10 am", True),
        ("八点开门吗？", "休息", True),
        ("Is it open at 8 pm on Friday?", "Friday: closed", True),
        ("Is it open at 8 pm on Friday?", "Monday: 9:00-18:00", False),
        ("Is it open at 8 pm on Friday?", "The café is open from 9:00 to 18:00.", None),  # of no day
        ("晚上七点还有饭吗？", "晚餐：17:00-19:30", True),
        ("Is it open at 8 pm on Saturday?", "on weekends until 21:00", True),
        ("周六晚上八点开吗？", "周末闭馆", True),
        ("周三晚上八点开吗？", "周末闭馆", False),
        ("周三晚上八点开吗？", "工作日 9:00-17:00", True),
        ("Is it open at 9 pm on Sunday?", "open 7 days a week from 8 am to 10 pm", True),
        ("周日晚上八点开吗？", "每天9:00-18:00", True),
        ("周日开吗？", "每月第一个周一休馆，每日9:00-18:00", None),
        ("Is it open on Sunday?", "She walks there every day.", None),
        ("Did it leave at 8:15?", "It left at 8:20.", None),
        ("What begins at 8 pm?", "9 am – 6 pm", None),  # asks for no yes or no
    ],
)
def test_texts_tell_of_hours(question: str, text: str, told: bool | None) -> None:
    assert told_by(find_pointers(fold_text(question)), fold_text(text)) is told
