"""The forms of words of the calendar and the clock: against a table, and read back as the same."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from index.text.fold import fold_text
from index.types import Span
from qa.linguistics.calendar_forms import LIKELY, WITHIN, Form, forms
from qa.linguistics.calendar_terms import Term, decades, find_terms, spans

DAYS = st.dates().map(lambda day: (day.month, day.day))
TERMS = st.one_of(
    st.tuples(st.just("century"), st.integers(1, 21).flatmap(lambda n: st.sampled_from([(n,), (-n,)]))),
    st.tuples(
        st.just("decade"),
        st.sampled_from([(value,) for value in (*range(10, 100, 10), *range(1500, 2030, 10))]),
    ),
    st.tuples(
        st.just("date"), st.tuples(st.sampled_from([0, 1945, 2008, 2024]), st.integers(1, 12), st.just(0))
    ),
    st.tuples(st.just("date"), st.builds(lambda y, md: (y, *md), st.sampled_from([0, 1945, 2024]), DAYS)),
    st.tuples(st.sampled_from(["quarter", "weekday"]), st.integers(1, 4).map(lambda n: (n,))),
    st.tuples(st.just("half"), st.sampled_from([(1,), (2,)])),
    st.tuples(st.just("clock"), st.integers(0, 1439).map(lambda at: (at,))),
    st.tuples(st.just("clock"), st.integers(0, 719).map(lambda at: (at, at + 720))),
)


def written(kind: str, *value: int) -> list[Form]:
    return list(forms(Term(0, 0, kind, value, Span(0, 0))))


@pytest.mark.parametrize(
    ("kind", "value", "expected"),
    [
        (
            "decade",
            (1990,),
            {"1990s", "1990年代", "nineties", "90s", "九十年代", "上世纪90年代", "二十世纪九十年代"},
        ),
        ("decade", (90,), {"1990s", "nineteen nineties", "九零年代", "90年代"}),
        ("century", (19,), {"19th century", "nineteenth century", "xix century", "19世纪", "十九世纪"}),
        ("century", (18,), {"1700s", "1700年代", "1764"}),
        ("decade", (1700,), {"1700s", "18th century", "十八世纪", "1764"}),
        ("decade", (2000,), {"2000s", "noughties", "2009"}),
        ("century", (-3,), {"3rd century bc", "third century bc", "公元前3世纪", "公元前三世纪"}),
        (
            "date",
            (2024, 5, 12),
            {"may 12", "12 may", "12th of may", "5月12日", "五月十二号", "2024.5.12", "2024 05 12"},
        ),
        ("date", (1945, 10, 24), {"24 10 1945", "10 24 1945", "oct 24", "twenty fourth of october"}),
        ("date", (0, 3, 0), {"march", "mar", "三月", "3月", "03月", "三月份"}),
        ("quarter", (1,), {"q1", "first quarter", "第一季度", "一季度", "首季"}),
        ("half", (2,), {"h2", "下半年", "second half of the year"}),
        ("weekday", (7,), {"sunday", "sundays", "sun", "周日", "星期天", "礼拜日", "每周日"}),
        ("clock", (1200,), {"20:00", "8 pm", "8 p.m", "20点", "二十时", "八点", "8点钟", "eight o'clock"}),
        ("clock", (870,), {"14:30", "2:30 pm", "两点半", "14点30分", "half past two"}),
        ("clock", (720,), {"noon", "12:00", "中午", "12 pm"}),
    ],
)
def test_the_forms_of_a_term(kind: str, value: tuple[int, ...], expected: set[str]) -> None:
    assert expected <= {form.text for form in written(kind, *value)}


@given(TERMS)
def test_every_form_is_read_as_the_term(term: tuple[str, tuple[int, ...]]) -> None:
    kind, value = term
    for form in written(kind, *value):
        assert form.text == fold_text(form.text) and 0 < form.similarity <= 1
        if form.similarity == WITHIN or (kind == "decade" and form.text.isdigit()):
            assert is_within(form.text, kind, value)
        elif {kind, find_terms(form.text)[0].kind if find_terms(form.text) else ""} == {"century", "decade"}:
            assert form.similarity == LIKELY
            assert is_within(form.text, kind, value) if kind == "century" else is_century(form.text, value)
        elif re.fullmatch(r"[\d .]+", form.text):
            assert is_date(form, value)
        elif form.rule == "unsure":
            (found,) = find_terms(f"on {form.text}" if kind == "weekday" else f"in {form.text}")
            assert found.value == (value if kind == "weekday" else (0, value[1], 0))
        elif form.rule == "before_year":
            assert find_terms(f"{form.text} 2024")[0].value == value
        elif form.text == "中午":
            assert value == (720,)
        else:
            (found,) = find_terms(form.text) or find_terms(f"in {form.text}")  # march
            assert (found.kind, form.text[-(found.whole.end - found.whole.start) :]) == (kind, form.text)
            assert agrees(kind, value, found.value, form), form


def agrees(kind: str, value: tuple[int, ...], read: tuple[int, ...], form: Form) -> bool:
    if kind == "decade":  # 90 may be 1990
        return bool(set(decades(value[0])) & set(decades(read[0])))
    if kind == "clock":  # 8:00 may be 20:00
        return bool(set(value) & set(read)) and (len(read) == 1 or form.rule != "term")
    if kind == "date":
        known = {"month": (0, value[1], 0), "": (0, *value[1:])}.get(form.of, value)
        return read in (known, (0, *value[1:]))
    return read == value


def is_within(text: str, kind: str, value: tuple[int, ...]) -> bool:
    year = int(text[:4])
    if kind == "decade":
        return any(years.start <= year <= years.end for years in spans(value[0]))
    return kind == "century" and 100 * value[0] - 100 <= year < 100 * value[0]


def is_century(text: str, value: tuple[int, ...]) -> bool:
    """Whether a text names the century that the value of a decade stands for."""
    (found,) = find_terms(text)
    return spans(value[0]) == [Span(100 * found.value[0] - 100, 100 * found.value[0] - 1)]


def is_date(form: Form, value: tuple[int, ...]) -> bool:
    """Whether digits alone are the date, in the order of year, month and day or, if that is sure, another."""
    numbers = [int(number) for number in re.split("[ .]", form.text)]
    known = [number for number in value if number]
    if form.rule == "after_year":
        return numbers == known[-2:]
    year, month, day = value
    sure = "." in form.text or day > 12 or day == month
    return numbers == known or (sure and numbers in ([day, month, year], [month, day, year]))


def test_forms_are_told_apart() -> None:
    """No form is that of two decades, days, weekdays or times."""
    seen: dict[tuple[str, str], int] = {}
    for kind, values in {
        "decade": range(1500, 2030, 10),
        "weekday": range(1, 8),
        "quarter": range(1, 5),
        "century": range(1, 22),
        "clock": range(0, 1440, 5),
    }.items():
        for value in values:
            for form in written(kind, value):
                half = form.rule if form.rule in ("am", "pm") else ""
                text = form.text + half
                if form.similarity == 1 and not re.fullmatch("[12一二].年代|[12]0s|twenties", text):
                    assert seen.setdefault((kind, text), value) == value, form
