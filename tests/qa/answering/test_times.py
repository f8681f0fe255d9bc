"""Whether a text tells of another time than a question."""

from __future__ import annotations

import pytest

from index.text.fold import fold_text
from qa.answering.times import limits_met, of_another_time, of_another_year


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
        ("before 1900", "in 1934 and in 1978"),
        ("before 1900", "in 1900"),
        ("1900年以前", "1934年；1978年"),
        ("since the 1980s", "in 1887"),
        ("八十年代以来", "1934年"),
        ("after 2010", "until 2006"),
        ("by the 1700s", "in 1834"),
        ("in the 1600s", "in the 1700s"),
        ("in 1650", "by 1708"),
        ("in 1950", "1934-1938, 1961"),
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
        ("before 1900", "in 1887"),
        ("1900年以前", "1887年"),
        ("since the 1980s", "in 1991"),
        ("二十世纪以来", "2006年"),
        ("by the 1700s", "in 1655"),
        ("by the 1700s", "in the 18th century"),
        ("the 18th century", "in the 1700s"),
        ("in the 1940s", "until 1958"),
        ("2010", "2004年5月起"),
        ("in 1936", "1934年至1938年"),
        ("十八世纪", "1800年以前"),
    ],
)
def test_no_other_time(question: str, text: str) -> None:
    assert not of_another_time(fold_text(question), fold_text(text))


def test_limits_that_a_text_keeps() -> None:
    question = fold_text("1900年以前疏浚过几次？")
    (place,) = limits_met(question, fold_text("1887年第一次疏浚"))
    assert question[slice(*place)] == "1900"
    assert limits_met(question, fold_text("1934年第二次疏浚")) == []
    assert limits_met("in 1887", "in 1887") == []


@pytest.mark.parametrize(
    ("question", "text", "another"),
    [
        ("How much was the fee in 2020?", "The fee was £40 in 2021 and £45 in 2022.", True),
        ("2023年的会费是多少？", "2024 年会费 300 元。", True),
        ("How much was the fee in 2021?", "The fee was £40 in 2021.", False),
        ("How much was the fee in 2021?", "From 2019 to 2023 the fee was £40.", False),
        ("How much was the fee before 2020?", "The fee was £40 in 2021.", False),
        ("How much was the fee in the 1990s?", "The fee was £40 in 2021.", False),
        ("How much was the fee in 2021?", "The fee is £40.", False),
    ],
)
def test_another_year(question: str, text: str, another: bool) -> None:
    assert of_another_year(fold_text(question), fold_text(text)) is another
