"""The figures of a sentence that its quotes do not give."""

from __future__ import annotations

import pytest

from qa.writing.figures import wrong_figures

GIVEN = [
    ("The bridge is 1,240 metres long.", "长桥全长 1,240 米。"),
    ("它耗资380万元。", "It cost 3.8 million yuan."),
    ("About 13,500 people came.", "共有 13,516 人到场。"),
    ("到场的有1.35万人。", "13,516 people came."),
    ("超过1.3万人到场。", "13,516 people came."),
    ("On March 1, 2024 it closed.", "它于2024年3月1日关闭。"),
    ("它于2024年3月1日关闭。", "It closed on 1 March 2024."),
    ("It opened in 1958.", "它建成于一九五八年。"),
    ("Two years later it closed.", "24 个月后它关闭了。"),
    ("It was the 16th century.", "那是十六世纪。"),
    ("In the 1990s it fell.", "它在20世纪90年代倒塌。"),
    ("第49届超级碗", "Super Bowl XLIX"),
    ("Half of them left.", "一半的人离开了。"),
    ("三个人", "three people"),
    ("It took 6 weeks.", "It took 6 days, then 6 weeks."),
    ("35 yen a pack.", "一包35日元。"),
    ("NT$35 a pack.", "一包35元。"),
    ("Nothing to count.", "也没有数字。"),
]
WRONG = [
    ("The bridge is 1,250 metres long.", "长桥全长 1,240 米。", "1,250 metres", True),
    ("13,500 people came.", "共有 13,516 人到场。", "13,500 people", False),
    ("More than 5,800 people came.", "More than 5,000 people came.", "More than 5,800 people", False),
    ("它于2024年3月2日关闭。", "It closed on 1 March 2024.", "2024年3月2日", True),
    ("On March 1, 2024 it closed.", "It closed on March 1.", "March 1, 2024", False),
    ("30% of them left.", "30 people left.", "30%", False),
    ("It rose from 0.3 to 0.8 metres.", "It rose from 0.3 to 0.6 metres.", "0.3 to 0.8 metres", False),
    ("Call 859-992-3680.", "Call 859-292-3680.", "992-3680", False),
    ("GPT-5 wrote it.", "GPT-4 wrote it.", "5", False),
    ("Four people came.", "Three people came.", "Four people", True),
    ("It took 6 weeks.", "It took 6 days.", "6 weeks", True),
    ("它搁浅六周。", "It was stuck for six days.", "六周", True),
    ("一包35美元。", "一包35日元。", "35美元", False),
    ("In the 1450s it fell.", "In the 1950s it fell.", "1450", False),
]


@pytest.mark.parametrize(("sentence", "quote"), GIVEN)
def test_a_figure_passes_in_any_form_and_language(sentence: str, quote: str) -> None:
    assert wrong_figures(sentence, quote) == []


@pytest.mark.parametrize(("sentence", "quote", "marked", "other"), WRONG)
def test_another_figure_is_found(sentence: str, quote: str, marked: str, other: bool) -> None:
    (((start, end), conflicts),) = wrong_figures(sentence, quote)[:1]
    assert (sentence[start:end], conflicts) == (marked, other)
