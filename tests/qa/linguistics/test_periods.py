"""The years that a text tells, and those that a question asks about."""

from __future__ import annotations

import pytest

from index.text.fold import fold_text
from qa.linguistics.periods import asked_period, periods
from qa.linguistics.pointers import find_pointers, told_by

EVER = 10_000


@pytest.mark.parametrize(
    ("question", "first", "last"),
    [
        ("What happened before 1960?", -EVER, 1959),
        ("1990年以后发生了什么？", 1991, EVER),
        ("What happened between 1912 and 1920?", 1912, 1920),
        ("What happened from 1912 to 1920?", 1912, 1920),
        ("1960年到1975年之间发生了什么？", 1960, 1975),
        ("1960年和1975年之间发生了什么？", 1960, 1975),
        ("Who was president in 1925?", 1925, 1925),
        ("一九二五年谁是主席？", 1925, 1925),
        ("What happened in the 1960s?", 1960, 1969),
    ],
)
def test_years_asked_about(question: str, first: int, last: int) -> None:
    period = asked_period(fold_text(question))
    assert period is not None and period.years == (first, last)


@pytest.mark.parametrize(
    "question", ["Did it move in 1912 and in 1920?", "Who won?", "1912年和1920年谁赢了？"]
)
def test_not_one_time_is_asked_about(question: str) -> None:
    assert asked_period(fold_text(question)) is None


@pytest.mark.parametrize(
    ("text", "years"),
    [
        ("1923–1929: Calvin Hurst", (1923, 1929)),
        ("from 1923 to 1929", (1923, 1929)),
        ("between 1923 and 1929", (1923, 1929)),
        ("2012—2018年 张建国", (2012, 2018)),
        ("2018年至今 陈晓燕", (2018, EVER)),
        ("2018 – present", (2018, EVER)),
        ("since 2018", (2018, EVER)),
    ],
)
def test_ranges_of_years(text: str, years: tuple[int, int]) -> None:
    assert [period.years for period in periods(fold_text(text)) if period.ranged] == [years]


@pytest.mark.parametrize(
    ("question", "kinds"),
    [
        ("What happened before 1960?", ["period", "period"]),
        ("1990年以后有哪些大事？", ["period", "period"]),
        ("Which events took place in the 1960s?", ["period", "period"]),
        ("Who was president in 1925?", ["in year"]),
        ("What was destroyed before 1960?", []),  # asks for one thing
        ("How much is 2,500?", []),
    ],
)
def test_questions_point_at_times(question: str, kinds: list[str]) -> None:
    assert [pointer.kind for pointer in find_pointers(fold_text(question))] == kinds


@pytest.mark.parametrize(
    ("question", "text", "told"),
    [
        ("Who was president in 1925?", "1923–1929: Calvin Hurst", True),
        ("Who was president in 1925?", "1929–1946: Martha Penrose", False),
        ("Who was president in 1925?", "In 1925 it was Calvin Hurst.", None),  # a word like others
        ("Who was president in 1925?", "In 1926 and in 1931 it was sold.", None),
        ("他1955年在做什么？", "1951年参加治理，直到1958年。", True),
        ("What did Ann do in 1895?", "She came in 1892 and taught at a school until 1899.", True),
        ("What did Ann do in 1895?", "She left in 1892. It stood until 1899.", None),
        ("What did Ann do in 1895?", "She left in 1892 and did not come back until 1899.", None),
        ("What did Ann do in 1895?", "Her brother Nils ran the shop from 1890 to 1925.", None),
        ("她1895年在做什么？", "她的哥哥1890年至1925年开店。", None),
        ("2020年谁是校长？", "2018年至今 陈晓燕", True),
        ("What happened before 1960?", "1958: the dam", True),
        ("What happened before 1960?", "1960: the road", False),
        ("What happened before 1960?", "1952-1961: the works", False),  # lasted longer
        ("What happened before 1960?", "The dam is high.", None),
        ("What happened between 1912 and 1920?", "In 1917 it made fuses.", True),
    ],
)
def test_texts_tell_of_times(question: str, text: str, told: bool | None) -> None:
    assert told_by(find_pointers(fold_text(question)), fold_text(text)) is told
