"""Whether a text tells of another time than a question."""

from __future__ import annotations

import pytest

from index.text.fold import fold_text
from qa.answering.times import of_another_time


@pytest.mark.parametrize(
    ("question", "text"),
    [
        ("in the 1990s", "in the 1970s"),
        ("上世纪九十年代", "1985年；八十年代"),
        ("in the nineties", "in 1985 and in 1989"),
        ("in 1995", "in the 1980s"),
        ("the 19th century", "十八世纪，1750年"),
        ("in 1958", "一九五九年"),
        ("5月12日", "on the 13th of May"),
        ("in March", "二月和四月"),
        ("on Saturday", "周四和周五"),
        ("Q1", "第三季度"),
        ("at 8 p.m.", "at 8 a.m. and at 21:00"),
        ("八点", "八点半"),
    ],
)
def test_another_time(question: str, text: str) -> None:
    assert of_another_time(fold_text(question), fold_text(text))


@pytest.mark.parametrize(
    ("question", "text"),
    [
        ("in the 1990s", "in 1995"),
        ("in 1995", "九十年代"),
        ("the 19th century", "in 1850 and 1950"),
        ("in the 1850s", "十九世纪"),
        ("in the twenties", "in 2024"),
        ("5月12日", "in May"),
        ("2024.5.12", "12 May"),
        ("on Saturday", "from Thursday to Sunday"),
        ("周六", "周四至周日"),
        ("at 11:00", "9:00-17:00"),
        ("八点", "at 8 p.m."),
        ("on Saturday", "in 1995"),
        ("in 1995", "on Saturday at 8 p.m."),
        ("who?", "in 1995, on Saturday"),
        ("on Saturday", ""),
    ],
)
def test_no_other_time(question: str, text: str) -> None:
    assert not of_another_time(fold_text(question), fold_text(text))
