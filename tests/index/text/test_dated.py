"""Lines that begin with a date, and what is no date."""

from __future__ import annotations

import pytest

from index.text.dated import Entry, entries, entry, go_on, is_date_alone
from index.types import Span


@pytest.mark.parametrize(
    ("line", "date", "apart"),
    [
        ("1958年 大坝动工。", "1958年", True),
        ("1961年8月大坝合龙", "1961年8月", False),
        ("一九二六年秋 学堂开办。", "一九二六年秋", True),
        ("民國十七年 遷往上海", "民國十七年", True),
        ("9月1日：开学", "9月1日", True),
        ("- 2023-04-01: version 2.1 drops Python 3.8", "2023-04-01", True),
        ("2018.3.2 换土", "2018.3.2", True),
        ("15/03/2025 Abstracts due", "15/03/2025", True),
        ("**1931** Gallery opens", "1931", True),
        ("[1847] the mill is built", "1847", True),
        ("March 1969: the bridge opens.", "March 1969", True),
        ("Mar 3, 1911 · Left Bergen", "Mar 3, 1911", True),
        ("12 June 1884, Thursday: a collision", "12 June 1884", True),
        ("12 Jan: ice on the pond", "12 Jan", True),
    ],
)
def test_an_entry(line: str, date: str, apart: bool) -> None:
    assert entry(line) == Entry(date, apart)


@pytest.mark.parametrize(
    "line",
    [
        "三年级的学生",
        "十年前大坝动工",
        "1990年代的大坝",
        "1,958 people came",
        "1958.4 metres of cable",
        "March of the penguins",
        "May the bridge open",
        "12 Junipers were planted",
        "2023-04-01",
        "3 May 2019",
        "The bridge opened in 1969.",
    ],
)
def test_no_entry(line: str) -> None:
    assert entry(line) is None


def test_neighbours_go_on_if_both_are_short_and_tell_of_two_days() -> None:
    def both(one: str, other: str) -> bool:
        return go_on(f"{one}\n{other}", Span(0, len(one)), Span(len(one) + 1, len(one) + 1 + len(other)))

    assert both("1958年 大坝动工", "1961年 大坝合龙。")
    assert not both("2023年工作总结", "2023年，我们修了三条路。")
    assert not both("2023年工作总结", "2022年，我们修了三条路。")
    assert not both("1958: the dam is begun", "1961: the dam is closed" + " and the water rises" * 9)
    assert not both("1958: the dam is begun", "The water rises.")


@pytest.mark.parametrize("line", ["2019-05-03", "2.4.0 (2024-05-02)", "v1.10 - 2024-05-02", "2019年5月3日"])
def test_a_date_alone(line: str) -> None:
    assert is_date_alone(line)


@pytest.mark.parametrize("line", ["2.4.0", "555-0100", "2019-05-03 snow", "10-20"])
def test_more_or_less_than_a_date(line: str) -> None:
    assert not is_date_alone(line)


def test_a_year_at_the_start_of_a_wrapped_line_is_chance() -> None:
    text = "the mill was sold in\n1847 and rebuilt, until in\n1863 it burnt down for good."
    lines = [Span(0, 20), Span(21, 47), Span(48, len(text))]
    assert entries(text, lines) == set()
    assert entries("1847 a\n1863 b\n1899 c", [Span(0, 6), Span(7, 13), Span(14, 20)]) == {0, 7, 14}
