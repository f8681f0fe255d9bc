"""The quantities of a sentence in a normal form: 2.5億美元, $250 million and 两亿五千万美元 are one.

They are sums of money, shares, ages, dates, durations, measures and counts, in Chinese (both scripts) and
English. Vague numbers, decades, ordinals and names are none: 数千万, tens of millions, 90年代, 第三, GPT-4.
Every pattern runs in linear time, because its loops are possessive or bounded.
"""

from __future__ import annotations

import math
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache
from itertools import pairwise

from index.text.fold import fold
from index.text.han import HAN
from qa.linguistics.answer_types import MONTHS
from qa.linguistics.cues import FUNCTION
from qa.linguistics.numerals import HAN_DIGITS, LETTERS, Number, numbers, parse_chinese

#: Year, month and day, each None if the text does not give it.
Date = tuple[int | None, int | None, int | None]

_MONTH_NUMBERS = {name[:n]: i for i, name in enumerate(MONTHS, start=1) for n in (3, 4, len(name))}

# What stands before and after a number. `_amount` looks at a few characters before it.
_FEWER = r"less than|fewer than|under|below|nearly|almost|close to|不到|不足|将近|接近|近|最多|至多"
_MORE = r"more than|over|above|at least|upwards of|超过|超出|超|逾|多达|至少|最少|不下|不止"
_ABOUT = (
    r"about|around|roughly|approximately|some|circa|an estimated|up to|as (?:many|much) as"
    r"|大约|大概|约莫|约为|约有|约|估计|差不多|高达|大致|~|≈"
)
_SIGN = r"(?<![a-z])(?:(?:us|hk|nt)?\$|[€£])|新?台币|人民币|港币|(?<![a-z])(?:usd|eur|rmb)(?=\s)"
_BEFORE = re.compile(
    rf"(?:(?<![a-z])(?:(?P<more>{_MORE})|(?P<fewer>{_FEWER})|(?P<about>{_ABOUT}))\s?)?"
    rf"(?P<sign>(?:{_SIGN})\s?)?(?P<share>百分之\s?)?(?<!\n)$"
)
_AGED = re.compile(r"(?<![a-z])(?:aged|(?:at |the )?age(?: of)?) $")
_MANY = re.compile(r"\s?[多余来](?P<scale>[百千万亿]*+)(?!于|次)")
_ABOUT_AFTER = re.compile(r"\s?(?:左右|上下|or so(?![a-z]))")
_LETTERS = re.compile(r"[mbt]n|[kmbt]")
_RANGE = re.compile(r"\s?[%万亿]?\s?(?:到|至|-|~|to)\s?[$€£]?")
_SIGNS = {"$": "USD", "€": "EUR", "£": "GBP", "nt$": "TWD", "台币": "TWD", "新台币": "TWD", "hk$": "HKD"}
_SIGNS |= {"us$": "USD", "usd": "USD", "eur": "EUR", "rmb": "CNY", "人民币": "CNY", "港币": "HKD"}
#: Kind, base unit, factor to the base unit, and pattern of the unit after the number.
_UNITS: list[tuple[str, str, float, str]] = [
    ("percent", "", 1, r"%|percent(?!age)|per cent(?![a-z])"),
    ("percent", "", 10, "成(?![员为立功绩本])"),
    ("age", "", 1, r"岁|[- ]?years?[- ]olds?(?![a-z])|years? of age"),
    ("money", "USD", 1, r"美元|美金|(?:us |u\.s\. )?dollars?(?![a-z])|usd(?![a-z])"),
    ("money", "EUR", 1, r"欧元|euros?(?![a-z])"),
    ("money", "GBP", 1, r"英镑|pounds(?![a-z])"),
    ("money", "JPY", 1, r"日元|日圆|yen(?![a-z])"),
    ("money", "HKD", 1, r"港元|港币"),
    ("money", "KRW", 1, r"韩元"),
    ("money", "INR", 1, r"卢比|rupees?(?![a-z])"),
    ("money", "CNY", 1, r"元(?![素旦件首老])|块钱|人民币|yuan(?![a-z])|rmb(?![a-z])"),
    ("duration", "second", 365.25 * 86400, r"年(?![级代度龄])|[- ]?years?(?![a-z])"),
    ("duration", "second", 365.25 * 7200, r"个月|[- ]?months?(?![a-z])"),
    ("duration", "second", 7 * 86400, r"周(?![年岁])|个?星期|[- ]?weeks?(?![a-z])"),
    ("duration", "second", 86400, r"天|[- ]?days?(?![a-z])"),
    ("duration", "second", 3600, r"个?小时|个?钟头|[- ]?hours?(?![a-z])"),
    ("duration", "second", 60, r"分钟|[- ]?min(?:ute)?s?(?![a-z])"),
    ("duration", "second", 1, r"秒|[- ]?seconds?(?![a-z])"),
    ("number", "m²", 1e6, r"平方公里|平方千米|(?:square kilomet(?:re|er)s?|sq\.? ?km|km2)(?![a-z])"),
    ("number", "m²", 1e4, r"公顷|hectares?(?![a-z])"),
    ("number", "m²", 1, r"平方米|平方公尺|(?:square met(?:re|er)s?|m2)(?![a-z])"),
    ("number", "m", 1000, r"公里|千米|(?:kilomet(?:re|er)s?|km)(?![a-z])"),
    ("number", "m", 1609.344, r"英里|miles?(?![a-z])"),
    ("number", "m", 0.3048, r"英尺|(?:feet|foot|ft)(?![a-z])"),
    ("number", "m", 0.01, r"厘米|公分|(?:centimet(?:re|er)s?|cm)(?![a-z])"),
    ("number", "m", 1, r"米|公尺|[- ]?(?:met(?:re|er)s?|m)(?![a-z\d])"),
    ("number", "kg", 1000, r"吨|(?:tonnes?|tons?)(?![a-z])"),
    ("number", "kg", 1, r"公斤|千克|(?:kilograms?|kg)(?![a-z])"),
]
_UNIT = re.compile("|".join(rf"(?P<u{i}>\s?(?:{names}))" for i, (*_, names) in enumerate(_UNITS)))
_NOUN = re.compile(
    rf"\s?(?:个(?P<thing>[{HAN}]{{0,2}})|(?P<han>[人名位家所座项种次条件部场支只头篇份块套辆台艘架枚颗间户届倍艘]))"
    r"|[ -]?(?P<word>[a-z]+)"
)
_PEOPLE = frozenset("人名位") | {"people", "persons"}

_ZH_DAY = r"(?:\s?(?P<d>\d{1,2}|[一二三四五六七八九十]{1,3})\s?[日号])?"
_ZH_MONTH = rf"(?P<m>\d{{1,2}}|[一二三四五六七八九十]{{1,2}})\s?月(?![球亮饼]){_ZH_DAY}"
_EN_MONTH = rf"(?P<m>{'|'.join(MONTHS)}|(?:jan|feb|mar|apr|jun|jul|aug|sept?|oct|nov|dec)(?=\.| \d))\.?"
_EN_YEAR = r"(?P<y>[12]\d{3})(?!,?\d)"
_IN = r"in|since|of|by|from|until|till|to|before|after|during|early|late|mid|around|about|circa|year"
_SURE = "|".join(month for month in MONTHS if month not in ("march", "may"))
#: Decades, centuries, ordinals: nothing to compare.
_NO_QUANTITIES = re.compile(
    r"\d{2,4}\s?(?:年代|s(?![a-z]))|\d{1,2}(?:st|nd|rd|th)?[ -]?(?:世纪|centur)|[一二三四五六七八九十]世纪"
    rf"|\d{{1,2}}(?:st|nd|rd|th)(?![a-z]| (?:of )?(?:{'|'.join(MONTHS)}))"
    rf"|第\s?(?:\d{{1,6}}|[{HAN_DIGITS}十百]{{1,6}})"
)
#: What each of them has.
_MAY_BE_NONE = re.compile(r"[\d世第]")
#: Years without a month. Only the group ``y`` is the date, not the word before it.
_YEARS = [
    re.compile(rf"(?<![a-z])(?:(?:{_IN})[ -]|\()(?P<y>1[5-9]\d\d|20\d\d)(?![\d,.%]\d|[\da-z%]|\s?[万亿])"),
    re.compile(
        r"(?<![\d.,$€£])(?<![a-z]-)(?P<y>1[5-9]\d\d|20\d\d)"
        r"(?=\s?(?:[,.;)]|$| and |-\d{4}(?!\d)))(?![,.]\d)"
    ),
]
_MONTH_STEMS = tuple(month[:3] for month in MONTHS)
#: Patterns of more complete dates come first. Each needs one of the parts named before it, which is quickly
#: looked up.
_DATES: list[tuple[Sequence[str], re.Pattern[str]]] = [
    (
        "年",
        re.compile(
            rf"(?<![\d.,{HAN_DIGITS}])(?:(?P<bc>公元前|前)|公元)?(?P<y>\d{{3,4}}|[{HAN_DIGITS}]{{4}})\s?年(?!级)"
            rf"(?:\s?{_ZH_MONTH})?"
        ),
    ),
    (
        "年季",
        re.compile(r"(?<![\d.,])(?P<y>[12]\d{3})(?:[-/]\d\d(?:\d\d)?)?\s?(?=财年|赛季|球季|学年|年度)"),
    ),
    (
        "12",
        re.compile(r"(?<![\d.,/-])(?P<y>[12]\d{3})[-/.](?P<m>\d{1,2})[-/.](?P<d>\d{1,2})(?![\d/-])"),
    ),
    (
        _MONTH_STEMS,
        re.compile(rf"(?<![a-z]){_EN_MONTH} (?P<d>\d{{1,2}})(?:st|nd|rd|th)?(?!\d|,\d)(?:,? {_EN_YEAR})?"),
    ),
    (
        _MONTH_STEMS,
        re.compile(rf"(?<![\d.,])(?P<d>\d{{1,2}})(?:st|nd|rd|th)? (?:of )?{_EN_MONTH}(?:,? {_EN_YEAR})?"),
    ),
    (_MONTH_STEMS, re.compile(rf"(?<![a-z]){_EN_MONTH},? (?:of )?{_EN_YEAR}")),
    (("bc", "b.c"), re.compile(r"(?<![\d.,])(?P<y>\d{1,4})\s?(?P<bc>b\.?c)(?:\.|(?![a-z]))")),
    ("月", re.compile(rf"(?<![\d.,第几数上每个]){_ZH_MONTH}")),
    *(("12", years) for years in _YEARS),
    (_MONTH_STEMS, re.compile(rf"(?<![a-z])(?P<m>{_SURE})(?![a-z])")),
]


@dataclass(frozen=True, slots=True)
class Quantity:
    """A quantity at ``start:end`` of a text.

    ``kind`` is money, percent, age, date, duration or number. ``unit`` is a currency, "second" for a
    duration, the base unit of a measure, otherwise "". ``noun`` is the word after a bare number, which it
    counts. ``value`` is given in ``unit``. A writer who rounds may mean any value from ``low`` up to
    ``high``; the range is wider if ``approximate``. A date has ``date`` instead of a value.
    """

    start: int
    end: int
    text: str
    kind: str
    unit: str = ""
    noun: str = ""
    value: float = 0.0
    low: float = 0.0
    high: float = 0.0
    approximate: bool = False
    date: Date | None = None

    def agrees(self, other: Quantity) -> bool:
        """Whether both can be true of one thing: equal after rounding, or dates that do not conflict."""
        if (self.kind, self.unit) != (other.kind, other.unit):
            return False
        if self.date and other.date:
            known = _known(self.date, other.date)
            return bool(known) and all(one == another for one, another in known)
        return self.low <= other.value < self.high or other.low <= self.value < other.high

    def conflicts(self, other: Quantity) -> bool:
        """Whether both have the same kind and unit, and cannot both be true of one thing."""
        if (self.kind, self.unit) != (other.kind, other.unit) or self.agrees(other):
            return False
        if self.date and other.date:
            return bool(_known(self.date, other.date))
        return self.noun == other.noun or not (self.noun and other.noun)


def _known(one: Date, other: Date) -> list[tuple[int, int]]:
    return [(a, b) for a, b in zip(one, other, strict=True) if a is not None and b is not None]


@lru_cache(maxsize=4096)
def find_quantities(text: str) -> tuple[Quantity, ...]:
    """All quantities of ``text`` in reading order. They do not overlap."""
    folded = fold(text)
    dates, rest = _dates(folded.text)
    found = sorted([*dates, *_amounts(rest)], key=lambda quantity: quantity.start)
    for i, (one, following) in enumerate(pairwise(found)):
        if one.end > following.start:  # the noun belongs to the next quantity: 3 about 5
            found[i] = replace(one, end=following.start, noun="")
    made: list[Quantity] = []
    for quantity in found:
        start, end = folded.original(quantity.start, quantity.end)
        if not made or start >= made[-1].end:  # ½ folds to two numbers in one place
            made.append(replace(quantity, start=start, end=end, text=text[start:end]))
    return tuple(made)


def _dates(text: str) -> tuple[list[Quantity], str]:
    """The dates of a folded text, and the text with dates and what is no quantity blanked out."""
    if _MAY_BE_NONE.search(text):
        text = _NO_QUANTITIES.sub(lambda match: "\n" * len(match[0]), text)
    found = []
    for parts, pattern in _DATES:
        for match in pattern.finditer(text) if any(part in text for part in parts) else ():
            start, end = match.span("y" if pattern in _YEARS else 0)
            if (date := _date(match.groupdict(), text[end : end + 1])) is not None:
                if any(date):
                    found.append(Quantity(start, end, "", "date", date=date))
                text = text[:start] + "\n" * (end - start) + text[end:]
    return found, text


def _date(parts: dict[str, str | None], following: str) -> Date | None:
    """The parts as numbers. None if they are no date, (None, None, None) if they might be one."""
    year, month, day = (_part(parts.get(name)) for name in "ymd")
    if not 1 <= (month or 1) <= 12 or not 1 <= (day or 1) <= 31:
        return None
    if year is not None and parts.get("bc"):
        return -year, month, day
    if year is not None and month is None and not 1500 <= year < 2100:
        # 3000年前 and 1200年历史 are durations. 907年 alone may be either.
        if following and following in "前来间历后之的以多":
            return None
        return (year, None, None) if 1000 <= year < 2100 else (None, None, None)
    return year, month, day


def _part(text: str | None) -> int | None:
    if text is None or text in _MONTH_NUMBERS:
        return _MONTH_NUMBERS[text] if text else None
    if len(text) == 4 and not text.isdigit():  # 一九五八
        text = "".join(str(int((parse_chinese(char) or (0.0,))[0])) for char in text)
    if text.isdigit():
        return int(text)
    read = parse_chinese(text)
    return None if read is None else int(read[0])


def _amounts(text: str) -> Iterator[Quantity]:
    """The quantities of a folded text other than dates."""
    found = list(numbers(text))
    ranges = {
        second.start: first
        for first, second in pairwise(found)
        if _RANGE.fullmatch(text, first.end, second.start)
    }
    opened = {first.start for first in ranges.values()}
    for number in found:
        if number.start not in opened and (quantity := _amount(text, number, ranges.get(number.start))):
            yield quantity


def _amount(text: str, number: Number, first: Number | None) -> Quantity | None:
    """The quantity of ``number`` and the words around it. ``first`` opens a range (3 to 5 km)."""
    start, end, value = (first or number).start, number.end, number.value
    left = text[max(0, start - 24) : start]
    before = _BEFORE.search(left)
    sign, share = (before["sign"], before["share"]) if before else (None, None)
    scale = number.scale
    if (letters := _LETTERS.match(text, end)) and (sign or len(letters[0]) > 1):
        follows = text[letters.end() : letters.end() + 1]
        if not (follows.isascii() and follows.isalnum()):
            scale, end = LETTERS[letters[0]], letters.end()
            value *= scale
    more = before is not None and before["more"] is not None
    about = before is not None and before["about"] is not None
    if many := _MANY.match(text, end):
        read = parse_chinese(f"1{many['scale']}") or (1.0, 1.0)
        scale, end, more = max(scale, read[0]), many.end(), True
        value *= read[0]
    kind, unit, worth, noun, end = _unit(text, end, left, sign, share)
    if number.spelt == "han" and scale < 100 and not (noun or unit or kind != "number"):
        return None  # 十分, 三国, 五四
    if number.spelt and value == 1 and kind not in ("age", "percent"):
        return None  # 一个, 那一年
    if around := _ABOUT_AFTER.match(text, end):
        about, end = True, around.end()
    fewer = before is not None and before["fewer"] is not None
    low, high = _bounds(value, more=more, fewer=fewer, about=about and not first)
    if first:
        opening = first.value * (number.scale if first.scale == 1.0 and first.value < 1000 else 1.0)
        if opening >= value:
            return None  # a score, a season, a telephone number
        low, high, about = opening, math.nextafter(high, math.inf), True
    start -= len(before[0]) - before[0].startswith(" ") if before else 0
    approximate = more or fewer or about
    return Quantity(
        *(start, end, "", kind, unit, noun),
        *(value * worth, low * worth, high * worth, approximate),
    )


def _unit(
    text: str, end: int, left: str, sign: str | None, share: str | None
) -> tuple[str, str, float, str, int]:
    """Kind, base unit, factor, noun and new end of the number that ends at ``end``."""
    if share:
        return "percent", "", 1.0, "", end
    if unit := _UNIT.match(text, end):
        kind, base, worth, _ = _UNITS[int(str(unit.lastgroup)[1:])]
        return kind, _SIGNS[sign.strip()] if sign else base, worth, "", unit.end()
    if sign:
        return "money", _SIGNS[sign.strip()], 1.0, "", end
    if _AGED.search(left):
        return "age", "", 1.0, "", end
    noun = _NOUN.match(text, end)
    if noun is None or FUNCTION.fullmatch(noun["word"] or ""):
        return "number", "", 1.0, "", end
    word = noun["thing"] or noun["han"] or noun["word"] or ""
    return "number", "", 1.0, "people" if word in _PEOPLE else word, noun.end()


def _bounds(value: float, *, more: bool, fewer: bool, about: bool) -> tuple[float, float]:
    """The values that ``value`` may stand for: up to half a step of its last significant digit away.

    Without "about", a number has at least two significant digits: 200 million is not 220 million.
    """
    if not value:
        return 0.0, 0.5
    digits = f"{value:.9e}".split("e")
    significant = len(digits[0].replace(".", "").rstrip("0"))
    step = 10.0 ** (int(digits[1]) + 1 - max(significant, 1 if about else 2))
    if more:
        return value * 0.999, value + max(step, value / 2)
    if fewer:
        return value - max(step, value / 5), value * 1.001
    slack = max(step / 2, value * 0.05 if about else 0.0)
    return value - slack, value + slack
