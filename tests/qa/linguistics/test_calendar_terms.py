"""The words of the calendar and the clock are read, and only they."""

from __future__ import annotations

from datetime import date, time
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from index.text.fold import fold_text
from index.types import Span
from qa.linguistics.calendar_terms import find_terms


def read(text: str) -> list[tuple[str, str, tuple[int, ...]]]:
    folded = fold_text(text)
    return [(folded[slice(*term.whole)], term.kind, term.value) for term in find_terms(folded)]


@pytest.mark.parametrize(
    ("texts", "kind", "value"),
    [
        ("1990s|1990年代|上世纪九十年代|上个世纪90年代|二十世纪九十年代|一九九〇年代", "decade", (1990,)),
        ("nineteen nineties|20世纪90年代|上世紀90年代", "decade", (1990,)),
        ("the '90s|90s|the nineties|90年代|九十年代|九零年代", "decade", (90,)),
        ("2010s|2010年代|二十一世纪一十年代", "decade", (2010,)),
        ("the noughties|2000s", "decade", (2000,)),
        ("十九世纪八十年代|1880s|eighteen eighties", "decade", (1880,)),
        ("19th century|the nineteenth century|19世纪|十九世紀|XIX century", "century", (19,)),
        ("21世纪|二十一世纪|the twenty-first century|21st-century", "century", (21,)),
        ("公元前3世纪|the 3rd century BC|third century B.C.", "century", (-3,)),
        ("2024年5月12日|2024.5.12|2024-05-12|2024/5/12|12 May 2024|May 12th, 2024", "date", (2024, 5, 12)),
        ("二〇二四年五月十二日|2024 年 5 月 12 号|the twelfth of May 2024", "date", (2024, 5, 12)),
        ("May 12|12th of May|五月十二日|5月12号|May the 12th", "date", (0, 5, 12)),
        ("24/10/1945|10/24/1945|24.10.1945|Oct. 24, 1945", "date", (1945, 10, 24)),
        ("9/9/2021|Sept. 9, 2021", "date", (2021, 9, 9)),
        ("2024年5月|May 2024|May, 2024", "date", (2024, 5, 0)),
        ("三月|3月|3月份|Mar.|in March|since Mar", "date", (0, 3, 0)),
        ("一月|元月|January|1月", "date", (0, 1, 0)),
        ("Q1|first quarter|1st quarter|第一季度|一季度|第1季度|首季", "quarter", (1,)),
        ("H2|下半年|the second half of the year", "half", (2,)),
        ("Thursday|Thursdays|Thurs.|周四|星期四|礼拜四|禮拜四|每周四", "weekday", (4,)),
        ("Sunday|on Sun.|周日|週日|星期天|星期日|礼拜天", "weekday", (7,)),
        (
            "8 p.m.|8pm|8 PM|8:00 pm|20:00|晚上八点|晚上8点|20点|二十点|8 o'clock in the evening",
            "clock",
            (1200,),
        ),
        ("2:30 p.m.|14:30|2.30pm|下午两点半|下午2:30|14時30分|half past two pm", "clock", (870,)),
        ("八点|8点|八点钟|8:00|eight o'clock", "clock", (480, 1200)),
        ("quarter past three|3:15|三点一刻|3点15分", "clock", (195, 915)),
        ("a quarter to nine|8:45|八点三刻", "clock", (525, 1245)),
        ("08:05|上午八点零五分|8:05 a.m.", "clock", (485,)),
        ("noon|12:00|中午12点|正午|12 p.m.", "clock", (720,)),
        ("midnight|零点|0:00|24:00|午夜|12 a.m.", "clock", (0,)),
        ("夜里两点|凌晨2点|two in the morning", "clock", (120,)),
    ],
)
def test_each_way_to_write_a_term_is_read(texts: str, kind: str, value: tuple[int, ...]) -> None:
    for text in texts.split("|"):
        assert [(kind, value)] == [found[1:] for found in read(text)], text


NO_TERMS = """
    5/12/2024|13/13/2024|2024-13-01|32 May|May I?|the march|What does May do?|the Sun|she sat|March on
    in her nineties|他90多岁|$90s|1995|5个月|三个月|几月|哪一月|每月|上月|月球
    两周一次|每周一次|三周|three quarters|quarter of a mile|哪一季度|q5|half of them|h1n1
    第三点|这三点建议|0.5点|三点一四|零点零零五|零点零零多少|3.5万|10:5|25:00
    8:75|3 to 5|century|世纪之交|哪一世纪
"""


@pytest.mark.parametrize(
    "text", ["", *(text.strip() for line in NO_TERMS.split("\n") for text in line.split("|"))]
)
def test_what_is_no_term_or_may_be_another_is_not_read(text: str) -> None:
    assert read(text) == []


def test_terms_of_one_text_are_told_with_their_places() -> None:
    text = "2018年10月24日晚上八点，周三：what was founded in the 1990s?"
    assert read(text) == [
        ("2018年10月24日", "date", (2018, 10, 24)),
        ("晚上八点", "clock", (1200,)),
        ("周三", "weekday", (3,)),
        ("1990s", "decade", (1990,)),
    ]
    day = find_terms(text)[0]
    assert (text[day.start : day.end], day.month and text[slice(*day.month)]) == ("10月24日", "10月")
    english = find_terms("on the 24th of october 1945")[0]
    assert (english.start, english.end, english.month) == (7, 22, Span(15, 22))


@given(st.dates(date(1000, 1, 1), date(2099, 12, 31)))
def test_dates_are_read_as_the_standard_library_writes_them(day: date) -> None:
    for form in ("%Y-%m-%d", "%Y/%m/%d", "%Y年%m月%d日", "%d %B %Y", "%B %d, %Y", "%b. %d, %Y", "%d.%m.%Y"):
        assert [found[1:] for found in read(day.strftime(form))] == [("date", (day.year, day.month, day.day))]
    weekday = day.strftime("%A")
    assert [found[1:] for found in read(weekday)] == [("weekday", (day.isoweekday(),))]


@given(st.times())
def test_times_are_read_as_the_standard_library_writes_them(at: time) -> None:
    minutes = 60 * at.hour + at.minute
    for form in ("%I:%M %p", "%I.%M%p"):
        assert [found[1:] for found in read(at.strftime(form))] == [("clock", (minutes,))]
    ((_, kind, value),) = read(at.strftime("%H:%M"))
    assert kind == "clock" and value == ((minutes, minutes + 720) if at.hour in (10, 11) else (minutes,))


@given(st.text(alphabet="0123456789年月日点时半刻周世纪代季度十百一二 '.:/-apmst", max_size=40))
def test_any_text_is_read_in_order_without_overlap(text: str) -> None:
    found = find_terms(fold_text(text))
    assert all(one.whole.end <= other.whole.start for one, other in pairwise(found))
    assert all(term.start < term.end for term in found)


@pytest.mark.parametrize(
    ("text", "values"),
    [
        ("Mon 8am–6pm", [(480,), (1080,)]),
        ("from 7 to 10 am", [(420, 1140), (600,)]),
        ("9-5pm", [(540, 1260), (1020,)]),
        ("1990-5pm", []),
        ("3 to 5 amps", []),
    ],
)
def test_hours_in_a_range_are_two_times(text: str, values: list[tuple[int, ...]]) -> None:
    assert [term.value for term in find_terms(fold_text(text), ("clock",))] == values


def test_many_terms_take_time_in_step() -> None:
    # With each compared with all others this took minutes.
    assert len(find_terms(fold_text("9:00–18:00 " * 40_000), ("clock",))) == 80_000
    assert len(find_terms("1990s " * 40_000, ("decade",))) == 40_000
