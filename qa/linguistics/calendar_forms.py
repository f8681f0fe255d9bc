"""The ways to write what `qa.linguistics.calendar_terms` reads: 1990s, nineties, 九十年代; 20:00, 8 p.m.

All of it is folded text.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

from qa.linguistics.answer_types import MONTHS
from qa.linguistics.calendar_terms import (
    DECADES,
    MONTH_SHORT,
    NOON,
    UNSURE,
    WEEKDAY_SHORT,
    WEEKDAYS,
    Term,
    decades,
    spans,
)
from qa.linguistics.number_forms import english, han_digits, han_number, ordinal, roman

#: How much a form counts that has less than was asked for, and may be something else: the month of a day, a
#: year of a decade, noon and 中午, the day without its year.
PART, WITHIN, LIKELY, DAY = 0.6, 0.7, 0.9, 0.8
_HAN_WEEK = "一二三四五六日"
_ENDINGS = {1: "st", 2: "nd", 3: "rd", 21: "st", 22: "nd", 23: "rd", 31: "st"}


class Form(NamedTuple):
    """A way to write a term: the ``text``, how much it counts (0 to 1), and a rule for what stands beside it.

    The rules are those of `qa.question.calendar.stands`. ``of`` is "" for the term without its year, "whole"
    for all of it, "token" for all of it where that is one word, "month" for the month of a day.
    """

    text: str
    similarity: float = 1.0
    rule: str = "term"
    of: str = ""


def forms(term: Term) -> Iterator[Form]:
    """The forms of a term."""
    yield from _WRITERS[term.kind](term.value)


def _century(value: tuple[int, ...]) -> Iterator[Form]:
    number, bc = abs(value[0]), value[0] < 0
    for count in (f"{number}{_ending(number)}", ordinal(english(number)), roman(number)):
        if bc:
            for era in ("bc", "b.c", "bce"):
                yield Form(f"{count} century {era}")
        else:
            yield Form(f"{count} century", rule="century")
            yield Form(f"{count} centuries", rule="century")
    for count in (str(number), han_number(number)):
        yield Form(f"公元前{count}世纪" if bc else f"{count}世纪", rule="century")
        if bc:
            yield Form(f"前{count}世纪")
    for year in range(100 * number - 100, 100 * number) if value[0] > 10 else ():
        yield Form(str(year), WITHIN)
        if not year % 10:
            form = LIKELY if not year % 100 else WITHIN  # "the 1700s" are a century
            yield Form(f"{year}s", form)
            yield Form(f"{year}年代", form)


def _decade(value: tuple[int, ...]) -> Iterator[Form]:
    for year in decades(value[0]):
        century, tens = year // 100, year % 100
        yield Form(f"{year}s")
        yield Form(f"{year}年代")
        for digits in han_digits(year):
            yield Form(f"{digits}年代")
        name = DECADES[tens // 10 - 2] if tens >= 20 else ""
        if name:
            yield Form(f"{english(century)} {name}")
        if tens:
            before = [f"{count(century + 1)}世纪" for count in (str, han_number)]
            before += {19: ["上世纪", "上个世纪"], 20: ["本世纪"]}.get(century, [])
            for count in (str(tens), f"{han_number(tens // 10)}十"):
                yield from (Form(f"{told}{count}年代") for told in before)
                if century in (19, 20):
                    yield Form(f"{count}年代", rule="decade")
        if tens and (century == 19 or (century == 20 and tens <= 20)):
            yield Form(f"{tens}s", rule="decade")
            for digits in han_digits(year):
                yield Form(f"{digits[2:]}年代", rule="decade")
            if name:
                yield Form(name, rule="decade")
        if year == 2000:
            yield Form("noughties")
    for years in spans(value[0]):
        for year in range(years.start, years.end + 1):
            yield Form(str(year), WITHIN if year % 100 else LIKELY)  # "by the 1700s"
        if years.end - years.start > 9:
            number = years.end // 100 + 1
            for count in (f"{number}{_ending(number)}", ordinal(english(number))):
                yield Form(f"{count} century", LIKELY, "century")
            for count in (str(number), han_number(number)):
                yield Form(f"{count}世纪", LIKELY, "century")


def _date(value: tuple[int, ...]) -> Iterator[Form]:
    year, month, day = value
    if not day:
        yield from (Form(*form) for form in _months(month))
        if year:
            yield Form(f"{year} {month:02}", LIKELY, of="whole")
            yield Form(f"{year}.{month}", of="whole")
            yield Form(f"{year}.{month:02}", of="whole")
        return
    written = [*_days(month, day)]
    yield from map(Form, written)
    yield Form(f"{month:02} {day:02}", rule="after_year")
    yield from (Form(text, PART, rule, "month") for text, _, rule in _months(month))
    if year:
        yield from (Form(text, DAY, of="token") for text in written)
        for text in written:
            yield Form(f"{text} {year}" if text.isascii() else f"{year}年{text}", of="token")
        for m, d in {(str(month), str(day)), (f"{month:02}", f"{day:02}")}:
            yield Form(f"{year} {m} {d}", of="whole")
            yield Form(f"{year}.{m}.{d}", of="whole")
            yield Form(f"{d}.{m}.{year}", of="whole")
            if day > 12 or day == month:
                yield Form(f"{d} {m} {year}", of="whole")
                yield Form(f"{m} {d} {year}", of="whole")


def _months(month: int) -> Iterator[tuple[str, float, str]]:
    """The forms of a month alone, with their similarities and rules."""
    for name in (MONTHS[month - 1], *MONTH_SHORT[month - 1]):
        yield name, 1.0, "unsure" if name in UNSURE and name != "march" else "term"
    for count in (str(month), f"{month:02}", han_number(month), *(["元"] if month == 1 else [])):
        yield f"{count}月", 1.0, "term"
        yield f"{count}月份", 1.0, "term"


def _days(month: int, day: int) -> Iterator[str]:
    """The forms of a day without its year."""
    spelt = ordinal(english(day))
    for name in dict.fromkeys([MONTHS[month - 1], *MONTH_SHORT[month - 1]]):
        for count in (str(day), f"{day}{_ending(day)}"):
            yield f"{name} {count}"
            yield f"{count} {name}"
        yield f"{day:02} {name}"
        yield f"{day}{_ending(day)} of {name}"
    yield f"{spelt} of {MONTHS[month - 1]}"
    yield f"{MONTHS[month - 1]} {spelt}"
    yield f"{MONTHS[month - 1]} the {spelt}"
    for m, d in ((str(month), str(day)), (f"{month:02}", f"{day:02}"), (han_number(month), han_number(day))):
        yield f"{m}月{d}日"
        yield f"{m}月{d}号"


def _quarter(value: tuple[int, ...]) -> Iterator[Form]:
    (number,) = value
    yield Form(f"q{number}")
    for count in (ordinal(english(number)), f"{number}{_ending(number)}"):
        yield Form(f"{count} quarter")
    for text in (str(number), han_number(number)):
        yield Form(f"第{text}季度")
        yield Form(f"{text}季度")
    if number == 1:
        yield from map(Form, ("首季度", "首季"))


def _half(value: tuple[int, ...]) -> Iterator[Form]:
    (number,) = value
    yield from map(Form, (f"h{number}", "上半年" if number == 1 else "下半年"))
    yield Form(f"{ordinal(english(number))} half of the year")
    yield Form(f"{ordinal(english(number))} half of", rule="before_year")


def _weekday(value: tuple[int, ...]) -> Iterator[Form]:
    at = value[0] - 1
    yield from map(Form, (WEEKDAYS[at], f"{WEEKDAYS[at]}s"))
    yield from (Form(name, rule="unsure" if name in UNSURE else "term") for name in WEEKDAY_SHORT[at])
    for char in (_HAN_WEEK[at], *(["天"] if at == 6 else [])):
        for week in ("周", "星期", "礼拜"):
            yield Form(f"{week}{char}")
            yield Form(f"每{week}{char}")


def _clock(value: tuple[int, ...]) -> Iterator[Form]:
    sure = len(value) == 1
    for minutes in value:
        for text in _sure_times(*divmod(minutes, 60)):
            yield Form(text, 1.0 if sure else LIKELY, "clock")
    rule = "clock" if not sure else "am" if value[0] < NOON else "pm" if value[0] >= NOON + 60 else "noon"
    for text in _times(*divmod(value[0] % NOON, 60)) if value[0] >= 60 else ():  # 12:00 is noon
        yield Form(text, rule=rule)
    if value[0] == NOON:
        yield from map(Form, ("noon", "midday", "正午"))
        yield Form("中午", LIKELY)
    elif value[0] == 0 and sure:
        yield from map(Form, ("midnight", "午夜", "24:00", "24点"))
        yield from (Form(f"{part}{hour}点") for part in ("半夜", "晚上", "夜里") for hour in ("12", "十二"))


def _sure_times(hour: int, minute: int) -> Iterator[str]:
    """The forms that tell the half of the day: 20:00, 8 pm, 20点; 08:00, 8 am."""
    half, twelve = "ap"[hour >= 12], hour % 12 or 12
    minutes = [f":{minute:02} ", f".{minute:02} "] + [" "] * (not minute)
    for written in minutes:
        yield f"{twelve}{written}{half}m"
        yield f"{twelve}{written}{half}.m"
    if hour < 10:
        yield f"{hour:02}:{minute:02}"
    if hour > 12 or not hour:
        yield f"{hour}:{minute:02}"
        yield from _han_times([str(hour), han_number(hour) if hour else "零"], minute)


def _times(hour: int, minute: int) -> Iterator[str]:
    """The forms that do not tell it, of an hour from 0 to 11: 8:00, 八点, eight o'clock."""
    twelve, following = hour or 12, hour + 1
    yield f"{twelve}:{minute:02}"
    yield from _han_times([str(twelve), "两" if twelve == 2 else han_number(twelve)], minute)
    if not minute:
        for count in (str(twelve), english(twelve)):
            yield f"{count} o'clock"
    if past := {15: "quarter past", 30: "half past"}.get(minute):
        yield f"{past} {english(twelve)}"
        yield f"{past} {twelve}"
    if minute == 45:
        yield f"quarter to {english(following)}"
        yield f"quarter to {following}"


def _han_times(hours: list[str], minute: int) -> Iterator[str]:
    count = han_number(minute) if minute >= 10 else f"零{han_number(minute)}"
    for hour in hours:
        if not minute:
            for ending in ("点", "点钟", "点整", "时", "时整"):
                yield hour + ending
            continue
        written = f"{minute:02}" if hour.isdigit() else count
        yield from (f"{hour}点{written}分", f"{hour}点{written}", f"{hour}时{written}分")
        if minute == 30:
            yield f"{hour}点半"
        if minute % 30 == 15:
            yield f"{hour}点{'一' if minute == 15 else '三'}刻"


def _ending(number: int) -> str:
    return _ENDINGS.get(number, "th")


_WRITERS = {
    "century": _century,
    "decade": _decade,
    "date": _date,
    "quarter": _quarter,
    "half": _half,
    "weekday": _weekday,
    "clock": _clock,
}
