"""What a question points at by a number or a time, and which texts tell of it.

"For an 8-year-old" is told by 7-9岁 and "children 6-11", Wednesday by Mon-Fri, 1925 by 1923-1929, "step 3" by
the item with the mark "3.". All of it is folded text (`index.text.fold`): each dash is "-", each wave "~".
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from functools import cache, lru_cache
from itertools import pairwise
from typing import NamedTuple

from index.text.blocks import CELL
from index.text.han import HAN
from index.types import Span
from qa.linguistics.calendar_terms import WEEKDAY_SHORT, WEEKDAYS, find_terms
from qa.linguistics.date_ranges import Days, asked_days, bounds_of_days, ranges_of_days
from qa.linguistics.number_forms import ordinal, roman
from qa.linguistics.numerals import ONES, parse_chinese
from qa.linguistics.parties import ALL, asked_party, parties_told
from qa.linguistics.patterns import compiled
from qa.linguistics.periods import asked_period, periods
from qa.linguistics.sections import asked_section, section_told

#: The value of the last item of a list.
LAST = -1.0


class Pointer(NamedTuple):
    """What stands at ``start:end`` of a folded question: the ``value`` of a kind.

    The kinds are "item", "weekday" (1 is Monday), "nth day" and others of `_SERIES`, and those of `_UNITS`.
    "clock" is the time of day (minutes from midnight) of a question whether something is so then.
    "polar date" is the day or month of such a question, which limits may tell as well.
    "in year" is a year, "date" a day or month (5 June is 605), which ranges may tell; "period" the years from
    ``value`` to ``to`` of a question that asks for nothing but what happened in them. "party" is one
    of a contract, of which it is asked who that is (`qa.linguistics.parties`), "section" a part of minutes or
    of a recipe (`qa.linguistics.sections`).
    """

    start: int
    end: int
    kind: str
    value: float
    to: float = 0.0

    @property
    def numbered(self) -> bool:
        """Whether it is one of a row of things with numbers, and no amount."""
        return self.kind == "item" or self.kind.startswith("nth ")

    @property
    def plural(self) -> bool:
        """Whether all that is told of it is asked for."""
        return self.kind in ("period", "party", "section")

    @property
    def timed(self) -> bool:
        """Whether it is a time."""
        return self.kind in _TIMES

    @property
    def amount(self) -> bool:
        """Whether it is an amount: 8 years, 25 kg."""
        return self.kind in _UNITS


class Told(NamedTuple):
    """What a text tells: the spans ``of`` what is pointed at, and whether it tells of ``others``.

    ``named`` are the spans that only say the same: 5 days in running text.
    """

    of: tuple[Span, ...] = ()
    others: bool = False
    named: tuple[Span, ...] = ()

    @property
    def this(self) -> bool | None:
        """Whether it tells of what is pointed at; None if it tells of nothing of the kind."""
        return True if self.of else False if self.others else None


#: Kind → the ways to write its unit, each with its size, in Chinese and in English.
_UNITS = {
    "year": ((1.0, "周?岁", r"years?(?:[ -]olds?)?|yrs?|yos?"),),
    "month": (
        (1.0, "个月(?:大|龄)?", r"months?(?:[ -]olds?)?"),
        (12.0, "周?岁", r"years?(?:[ -]olds?)?|yrs?"),
    ),
    "day": ((1.0, "(?:个?工作)?[天日](?!元)", r"(?:(?:working|business) )?days?"),),
    "week": ((1.0, "(?:个?星期|周)(?:大|龄)?(?![岁一二三四五六日末])", r"weeks?(?:[ -]olds?)?"),),
    "hour": ((1.0, "个?(?:小时|钟头)", "hours?|hrs?"),),
    "minute": ((1.0, "分钟", "minutes?|mins?"),),
    "kg": ((1.0, "公斤|千克", "kgs?|kilos?|kilograms?"),),
    "km": ((1.0, "公里|千米", r"kms?|kilomet(?:er|re)s?"),),
    "m": ((1.0, "米", r"m|met(?:er|re)s?"), (0.01, "厘米|公分", r"cms?|centimet(?:er|re)s?")),
    "degree": ((1.0, "摄?氏?度|℃", r"(?:°|degrees? ?)c?"),),
    "yuan": ((1.0, "元|块钱?", "yuan|rmb"),),
    "score": ((1.0, "分(?!钟)", "points?|marks?"),),
    "person": ((1.0, "个?人|位|名", "people|persons?|guests?"),),
}
#: The kinds of a day or month.
DATES = frozenset({"date", "polar date"})
_TIMES = DATES | {"weekday", "clock", "in year", "period"}
#: Of these one is a value like others; "one day" and "one hour" are mostly what a price is for.
_SIZES = ("year", "month", "kg", "m", "km")
#: Kind → each text with such a unit, or question for an item, has one of these; so has an age without unit.
_TRACES = {
    "year": (
        *("岁", "year", "yr", "yo", "age", "child", "kids", "adult", "rider", "visitor", "old", "young"),
        *("over", "under", "above", "below", "infant", "bab", "toddler", "teen", "senior", "student", "pass"),
    ),
    "month": ("月", "岁", "month", "year", "yr"),
    "day": ("天", "日", "day"),
    "week": ("周", "星期", "week"),
    "hour": ("时", "钟头", "hour", "hr"),
    "minute": ("分", "min"),
    "kg": ("公斤", "千克", "kg", "kilo"),
    "km": ("公里", "千米", "km", "kilom"),
    "m": ("米", "公分", " m", "met", "cm", "centi"),
    "degree": ("度", "℃", "°", "degree"),
    "yuan": ("元", "块", "yuan", "rmb"),
    "score": ("分", "point", "mark"),
    "person": ("人", "位", "名", "people", "person", "guest"),
    "weekday": (
        "周",
        "星期",
        "礼拜",
        "工作日",
        "每",
        "天天",
        "无休",
        "dai",
        "day",
        "week",
        *(names[0] for names in WEEKDAY_SHORT),
    ),
    "item": (
        *("第", "最后", "step", "clause", "item", "rule", "decision", "resolution", "instruction", "tip"),
        *("requirement", "provision", "article", "section", "point", "para", "art.", "sec.", "§"),
    ),
}
#: How a question writes the kinds whose unit has other uses as well.
_ASKED = {
    "year": "周?岁|[ -]years?[ -]olds?",
    "month": "个月(?:大|龄|的(?=[婴宝孩幼]))|[ -]months?[ -]olds?",
}
_NUMBER = (
    r"(?<![第一二两三四五六七八九十百])"
    rf"(?:(?<!\d)(?<!\d[.,:])\d{{1,5}}(?:\.\d+)?|[一二两三四五六七八九十百]{{1,5}}|\b(?:{'|'.join(ONES)})\b)"
)
_TO = r"\s?(?:-|~|至|到|\bto\b|\band\b)\s?"
#: Who is meant by an age without its unit: "children 6-11", "riders under 16".
_WHO = (
    r"\b(?:child(?:ren)?|kids|infants?|babies|toddlers|adults?|teen(?:ager)?s|seniors?|students?|people|persons"
    "|those|riders|visitors|passengers|ages?|aged) "
    r"(?:(?:and|or) \w+ )?(?:(?:of|aged) )?\(?"
)
_FROM = r"\b(?:over|above|older than|more than|at least|from)\b|满|[超大高多]于|超过|至少|不[低少]于|≥|>"
_UP_TO = (
    r"\b(?:under|below|younger than|less than|fewer than|up to|at most)\b"
    "|不足|[未不]满|[小低少]于|不超过|至多|≤|<"
)
#: Those that leave out their number.
_WITHOUT = re.compile(r"under|below|than|不足|[未不]满|[小低少]于|<")
_AND_UP = r"\+|(?:及|或|和)?以上|\b(?:and|or) (?:over|older|above|up|more)\b"
_AND_DOWN = r"(?:及|或|和)?以[下内]|\b(?:and|or) (?:under|younger|less|below|fewer)\b"
#: A cell with numbers alone.
_BARE = rf"[<>≤≥]?\s?{_NUMBER}(?:{_TO}{_NUMBER})?"
#: A year, in digits or in Chinese; also a decade or century.
_MAY_HAVE_YEAR = re.compile(r"\d{4}|[一二][〇零一二三四五六七八九]{3}|\d'?s\b|ties\b|centur|世纪|年代")
_WORDS = {word: float(value) for value, word in enumerate(ONES, start=1)}
#: What is far above every value.
_NO_END = 1e9

#: What is told apart by its number and has a name of its own: 第3天, day 3. English → Chinese.
_SERIES = {"day": "[天日]", "week": "周", "lesson": "课", "chapter": "章", "stage": "个?阶段"}
_ORDINALS = {ordinal(word): float(value) for value, word in enumerate(ONES, start=1)}
_COUNT = r"(?:\d{1,3}|[一二三四五六七八九十]{1,3})"
_ROMAN = {roman(value): float(value) for value in range(1, 40)}
_CARDINAL = rf"(?:\d{{1,3}}|[ivx]{{1,6}}|{'|'.join(ONES)})\b(?!\.?\d)"
_RANK = rf"(?:{'|'.join(_ORDINALS)}|\d{{1,3}}(?:st|nd|rd|th))"
#: Items of lists and texts that have a number after their name, and those that have their rank before it.
_PART = r"(?:(?:step|article|clause|section|rule|item|point|paragraph)|(?:art|sec|para)\.?|§)"
_RANKED = "(?:step|clause|item|rule|decision|resolution|instruction|tip|requirement|provision)"
_ZH_PART = rf"第\s?(?P<zh>{_COUNT})\s?(?:个?步骤?|[条款项点])"
#: What follows 条, 项 or 点 where it is no measure word: 第三条规定, not 第三条铁路.
_OF_TEXT = r"(?=\s?(?:[是写说讲中里呢,，。?？]|有什么|规定|条款|要求|的?内容|决[议定]|建议|注意|怎么|$))"
_ITEM_ASKED = (
    rf"第\s?(?P<zh>{_COUNT})\s?(?:个?步骤?|[条款项点]{_OF_TEXT})"
    rf"|(?P<last>最后(?:一个?|的)?步骤?|最后一[条项点]|\b(?:last|final) {_RANKED}\b)"
    rf"|(?<!\w){_PART} ?(?P<en>{_CARDINAL})|\b(?P<rank>{_RANK}) (?:\w+ )?{_RANKED}\b"
)
_MARK = (
    rf"\s*(?:{_ZH_PART}|(?P<count>{_COUNT})\s?(?:[)、]|[.](?!\d))|\((?P<inner>{_COUNT})\)"
    rf"|{_PART} ?(?P<named>{_CARDINAL}))"
)
_MENTION = rf"{_ZH_PART}|(?<!\w){_PART} ?(?P<en>{_CARDINAL})|\b(?P<rank>{_RANK}) {_RANKED}\b"

_DAYS = {name: at for at, day in enumerate(WEEKDAYS, 1) for name in (day, f"{day}s")}
_DAYS |= {name: at for at, names in enumerate(WEEKDAY_SHORT, 1) for name in names}
_DAYS |= {char: at for at, char in enumerate("一二三四五六日", 1)} | {"天": 7}
_DAY_NAME = "|".join(sorted(filter(str.isascii, _DAYS), key=len, reverse=True))
_DAY = rf"(?:(?:周|星期|礼拜)[一二三四五六日天]|\b(?:{_DAY_NAME})\b\.?)"
_DAY_RANGE = (
    rf"(?P<a>{_DAY})\s?(?:-|~|至|到|\b(?:to|through|until|till)\b)\s?"
    rf"(?P<b>{_DAY}|[一二三四五六日](?![{HAN}]))"
)
#: Saturday and Sunday, and the other days.
_PART_OF_WEEK = r"(?P<end>周末|双休日|\bweekends?\b)|(?<![个\d])工作日(?![内后前])|\b(?:on )?weekdays\b"
_EVERY_DAY = r"每[天日]|天天|全年无休|\b(?:daily|every day|(?:7|seven) days (?:a|per) week)\b"
#: Short names are surely days beside another day, or before an hour.
_DAY_LIST = rf"{_DAY}(?:\s?(?:[,/&、和及]|\band\b)\s?{_DAY})+|{_DAY}(?=[:,]?\s+\d{{1,2}}[:.]\d\d)"
#: What asks for nothing but what happened: in a time, it is for all that did.
_HAPPENED = (
    r"what(?: else| (?:important |major |main )?(?:things?|events?))?(?: (?:has|have|had))?"
    r" (?:happened|happens|occurred|took place|taken place|changed)\b"
    r"|what (?:was|were) (?:happening|going on|the (?:\w+ )?events)\b|(?:which|what) (?:\w+ )?events\b"
    "|发生[了过]?(?:什么|哪些|啥)|(?:什么|哪些|啥)(?:重[大要]的?)?(?:大事|事情|事件|事|变化|变迁)"
)
#: What may stand between the hours from which and to which, in text and in a row; before and after one of
#: them; and what tells that there are none.
_TO_HOUR = r"\s?(?:-|~|to|till|until|through|and|至|到|\|)\s?"
_HOUR_AFTER, _HOUR_BEFORE = (
    r"\b(?:from|until|till|to|after|before|by) $|[至到自从]$",
    r"\s?(?:起|前|后|以[前后]|止)",
)
_CLOSED = r"\b(?:closed|shut)\b|闭馆|休息|不营业|不开放|停业|关闭|不开门"
#: A sentence about a relative of somebody, from its beginning.
_KIN = (
    r"(?:^|[.!?。！？]\s?|[,;，]\s?)(?:(?:his|her|their) (?:\w+ )?"
    r"(?:brother|sister|father|mother|parent|wife|husband|son|daughter|uncle|aunt|cousin|grand\w+|friend)s?\b"
    "|[他她其]的?(?:[父母兄弟姐妹妻夫儿]|丈夫|哥哥|女儿|祖[父母]|叔|舅|朋友))[^.!?。！？]*$"
)
#: Asks whether something is so.
POLAR = re.compile(
    r"[吗嘛][?？]?$|能不能|可不可以|[能可是]否|^(?:can|may|could|must|should|shall|will|would|is|are|do|does|did)\b"
)
#: Each text with a range of years has one of these after a year.
_MAY_RANGE = re.compile(
    r"\d\s?年?\s?(?:[-~至到起以]|to |till |until |through |onward)"
    "|since|between|until|till|直[到至]|自|年.{1,12}[-~至到]|间"
)
_HAS_NUMBER = re.compile(
    rf"\d|\b[ivx]+\b|[第后一二两三四五六七八九十百]|st\b|th\b|final|second|third|{'|'.join(ONES[:12])}"
)


def find_pointers(question: str) -> list[Pointer]:
    """What a folded question points at, at most one of each kind but a period. They do not overlap."""
    found: list[Pointer] = []
    if date := asked_days(question):
        kind = "polar date" if POLAR.search(question) else "date"
        found.append(Pointer(*date[0], kind, *map(_day_number, date[1])))
    if _HAS_NUMBER.search(question):
        found += [*_items_asked(question), *_amounts_asked(question)]
    found += _time_asked(question)
    days = find_terms(question, ("weekday",))
    if len(days) == 1:
        found.append(Pointer(days[0].start, days[0].end, "weekday", float(days[0].value[0])))
    found += _clock_asked(question)
    if party := asked_party(question):
        found.append(Pointer(*party[0], "party", float(party[1])))
    if section := asked_section(question):
        found.append(Pointer(*section[0], "section", float(section[1])))
    kept: list[Pointer] = []
    for pointer in found:
        if all(pointer.end <= other.start or other.end <= pointer.start for other in kept):
            kept.append(pointer)
    return kept


@lru_cache(2_048)
def tells(pointer: Pointer, text: str) -> Told:
    """What a folded sentence tells of what is pointed at."""
    if pointer.kind == "item":
        return _item_told(pointer.value, text)
    if pointer.kind in ("in year", "period"):
        return _years_told(pointer, text)
    if pointer.kind == "party":
        parties = parties_told(text)
        meant = tuple(span for span, role in parties if pointer.value in (role, ALL))
        return Told(meant, len(meant) < len(parties))
    if pointer.kind == "section":
        return Told(tuple(section_told(int(pointer.value), text)))
    if pointer.kind in DATES:
        return _days_told(pointer, text)
    if pointer.kind == "clock":
        return Told(tuple(_hours(text)))
    row = CELL in text
    if pointer.kind.startswith("nth "):
        return _numbered_told(pointer.value, [*_series(pointer.kind[4:]).finditer(text)])
    claims = _days(text) if pointer.kind == "weekday" else _claims(pointer.kind, text)
    of, named, others = list[Span](), list[Span](), False
    for span, low, high, exact in claims:
        inside = low <= pointer.value <= high if low <= high else not high < pointer.value < low
        if exact and not row:  # in running text it is a word like others
            named += [span] * inside
        elif inside:
            of.append(span)
        else:
            others = True
    return Told(tuple(of), others and not named, tuple(named))


def _items_asked(question: str) -> Iterator[Pointer]:
    if _has_trace("item", question) and (match := compiled(_ITEM_ASKED).search(question)):
        yield Pointer(*match.span(), "item", LAST if match["last"] else _value(match))
    for name in _SERIES:
        if ("第" in question or name in question) and (match := _series(name).search(question)):
            yield Pointer(*match.span(), f"nth {name}", _value(match))


def _time_asked(question: str) -> Iterator[Pointer]:
    """The year asked about, or the years if all that happened in them is asked for."""
    if not _MAY_HAVE_YEAR.search(question) or (period := asked_period(question)) is None:
        return
    first, last = period.years
    if first != last:
        if happened := compiled(_HAPPENED).search(question):
            for span in (period.place, happened.span()):  # what an entry tells happened
                yield Pointer(*span, "period", float(first), float(last))
    else:
        yield Pointer(*period.place, "in year", float(first))


def _years_told(pointer: Pointer, text: str) -> Told:
    asked = Span(int(pointer.value), int(pointer.to or pointer.value))
    if pointer.kind == "in year" and not _MAY_RANGE.search(text):
        return Told()
    if pointer.kind == "in year":
        told = [p for p in periods(text) if p.ranged and not _of_kin(text, p.place.start)]
        of = tuple(period.place for period in told if period.meets(asked))
    else:
        told = periods(text)
        ranges = [period.place for period in told if period.ranged]
        of = tuple(
            period.place
            for period in told
            if asked.start <= period.years.start
            and period.years.end <= asked.end
            and (period.ranged or not any(a <= period.place.start < b for a, b in ranges))
        )
    return Told(of, len(of) < len(told))


def _of_kin(text: str, at: int) -> bool:
    """Whether the sentence at a place begins with a relative: "her brother" is none who is asked about."""
    return compiled(_KIN).search(text, max(0, at - 80), at) is not None


def _day_number(day: tuple[int, int, int]) -> float:
    year, month, of_month = day
    return float(10_000 * year + 100 * month + of_month)


def _days_told(pointer: Pointer, text: str) -> Told:
    first, last = (
        (int(day // 10_000), int(day // 100 % 100), int(day % 100)) for day in (pointer.value, pointer.to)
    )
    told = [*ranges_of_days(text)]
    of = tuple(span for span, days in told if days.meets(Days(first, last)))
    if pointer.kind == "polar date" and not told:
        of = tuple(bounds_of_days(text))
    return Told(of, len(of) < len(told))


def _clock_asked(question: str) -> Iterator[Pointer]:
    """The time of day of which it is asked whether it is one of the hours that a text tells."""
    times = find_terms(question, ("clock",)) if POLAR.search(question) else []
    if len(times) == 1:
        yield Pointer(times[0].start, times[0].end, "clock", float(times[0].value[-1]))


def _hours(text: str) -> Iterator[Span]:
    """Where a text tells from when to when, from when, until when, or that it is closed."""
    times = [term.whole for term in find_terms(text, ("clock",))]
    for one, other in pairwise(times):
        if compiled(_TO_HOUR).fullmatch(text, one.end, other.start):
            yield Span(one.start, other.end)
    for time in times:
        before, after = text[max(0, time.start - 12) : time.start], text[time.end : time.end + 3]
        if compiled(_HOUR_AFTER).search(before) or compiled(_HOUR_BEFORE).match(after):
            yield time
    yield from (Span(*closed.span()) for closed in compiled(_CLOSED).finditer(text))


def _has_trace(kind: str, text: str) -> bool:
    return any(trace in text for trace in _TRACES[kind])


def _amounts_asked(question: str) -> Iterator[Pointer]:
    for kind in filter(lambda kind: _has_trace(kind, question), _UNITS):
        matches = [*_asked(kind).finditer(question)]
        if len(matches) == 1 and all(claim.exact for claim in _claims(kind, question)):
            value = _value(matches[0])
            rate = value == 1 and not matches[0][0][0].isdigit() and kind not in _SIZES  # 一天多少钱
            if value and not rate:
                yield Pointer(*matches[0].span(), kind, value)


@cache
def _asked(kind: str) -> re.Pattern[str]:
    unit = _ASKED.get(kind) or rf"\s?(?:{_UNITS[kind][0][1]}|[ -]?(?:{_UNITS[kind][0][2]})(?![a-z]))"
    aged = rf"|\baged? (?P<aged>{_NUMBER})" if kind == "year" else ""
    return re.compile(rf"(?P<n>{_NUMBER})(?:{unit}){aged}")


@cache
def _claim_patterns(kind: str) -> tuple[re.Pattern[str], ...]:
    unit = "|".join(rf"{zh}|[ -]?(?:{en})(?![a-z])" for _, zh, en in _UNITS[kind])
    a, b, n = (rf"(?P<{name}>{_NUMBER})" for name in "abn")
    end = rf"\s?(?P<unit>{unit})"
    patterns = [
        rf"{a}\s?(?P<other>{unit})?{_TO}{b}{end}",
        rf"(?P<up_to>{_UP_TO})\s?{n}{end}",
        rf"(?P<from>{_FROM})\s?{n}{end}(?!\s?(?:{_AND_DOWN}))",
        rf"{n}{end}\s?(?P<and_up>{_AND_UP})",
        rf"{n}{end}\s?(?P<and_down>{_AND_DOWN})",
        rf"{n}{end}",
    ]
    if kind == "year":
        patterns += [
            rf"{_WHO}{a}{_TO}{b}(?![\d%])",
            rf"{_WHO}(?P<up_to>{_UP_TO}) {n}",
            rf"{_WHO}(?P<from>{_FROM}) {n}",
            rf"{n}\s?(?P<and_up>{_AND_UP})",
            rf"{n} (?P<and_down>{_AND_DOWN})",
        ]
    return tuple(re.compile(pattern) for pattern in patterns)


class _Claim(NamedTuple):
    """A text says at ``span`` what holds from ``low`` to ``high``; ``exact``: it names one value."""

    span: Span
    low: float
    high: float
    exact: bool = False


def _claims(kind: str, text: str) -> Iterator[_Claim]:
    taken: list[Span] = []
    for pattern in _claim_patterns(kind) if _has_trace(kind, text) and _HAS_NUMBER.search(text) else ():
        for match in pattern.finditer(text):
            span = Span(*match.span())
            if all(span.end <= other.start or other.end <= span.start for other in taken):
                taken.append(span)
                yield _claim(kind, match, span)


def _claim(kind: str, match: re.Match[str], span: Span) -> _Claim:
    parts = match.groupdict()
    size = _size(kind, parts.get("unit"))
    if "a" in parts:
        low = _number(parts["a"]) * (_size(kind, parts["other"]) if parts.get("other") else size)
        return _Claim(span, low, _number(parts["b"]) * size)
    value = _number(parts["n"]) * size
    if bound := parts.get("up_to"):
        return _Claim(span, 0.0, value - 1e-6 if _WITHOUT.search(bound) else value)
    if parts.get("and_down"):
        return _Claim(span, 0.0, value)
    if parts.get("from") or parts.get("and_up"):
        return _Claim(span, value, _NO_END)
    return _Claim(span, value, value, exact=True)


def _size(kind: str, unit: str | None) -> float:
    written = (unit or "").strip(" -")
    return next(
        (size for size, zh, en in _UNITS[kind] if re.fullmatch(f"{zh}|{en}", written)), _UNITS[kind][0][0]
    )


def _days(text: str) -> Iterator[_Claim]:
    if not _has_trace("weekday", text):
        return
    taken: list[Span] = []
    for match in compiled(_DAY_RANGE).finditer(text):
        taken.append(Span(*match.span()))
        yield _Claim(taken[-1], _day(match["a"]), _day(match["b"]))
    for match in compiled(_PART_OF_WEEK).finditer(text):
        taken.append(Span(*match.span()))
        yield _Claim(taken[-1], *((6, 7) if match["end"] else (1, 5)))
    if find_terms(text, ("clock",)):  # hours, and no habit
        for match in compiled(_EVERY_DAY).finditer(text):
            taken.append(Span(*match.span()))
            yield _Claim(taken[-1], 1, 7, exact=True)  # the hours of something, be it another thing
    listed = [
        Span(*day.span())
        for match in compiled(_DAY_LIST).finditer(text)
        for day in compiled(_DAY).finditer(text, *match.span())
    ]
    for span in {*listed, *(term.whole for term in find_terms(text, ("weekday",)))}:
        if all(span.end <= other.start or other.end <= span.start for other in taken):
            taken.append(span)
            day = float(_day(text[slice(*span)]))
            yield _Claim(span, day, day)


def _day(name: str) -> int:
    plain = name.rstrip(".")
    return _DAYS.get(plain) or _DAYS[plain[-1]]


@cache
def _series(name: str) -> re.Pattern[str]:
    zh = rf"第\s?(?P<zh>{_COUNT})(?:{_SERIES[name]})"
    return re.compile(rf"{zh}|\b{name} (?P<en>{_CARDINAL})|\b(?P<rank>{_RANK}) {name}\b")


def _item_told(value: float, text: str) -> Told:
    if mark := compiled(_MARK).match(text):
        return _numbered_told(value, [mark])
    return _numbered_told(value, [*compiled(_MENTION).finditer(text)] if _has_trace("item", text) else [])


def item_number(text: str) -> int:
    """The number of the item that a folded sentence begins, 0 if it begins none."""
    mark = compiled(_MARK).match(text)
    return int(_value(mark)) if mark else 0


def _numbered_told(value: float, found: Sequence[re.Match[str]]) -> Told:
    of = tuple(Span(*match.span()) for match in found if _value(match) == value)
    return Told(of, value != LAST and len(of) < len(found))


def _value(match: re.Match[str]) -> float:
    return next((_number(text) for text in match.groupdict().values() if text), 0.0)


def _number(written: str) -> float:
    """A number in digits or words, 0 if it is none."""
    if digits := re.match(r"\d+(?:\.\d+)?", written):
        return float(digits[0])
    for named in (_WORDS, _ORDINALS, _ROMAN):
        if written in named:
            return named[written]
    read = parse_chinese(written)
    return read[0] if read else 0.0


def told_by(pointers: Iterable[Pointer], text: str, header: str = "") -> bool | None:
    """Whether a folded sentence tells of all that is pointed at, None if of nothing of these kinds.

    It may be a row with the ``header`` of its table, which has the units: 2-5 below "Age (years)".
    """
    of_each = {pointer.kind: tells(pointer, _with_units(pointer.kind, text, header)) for pointer in pointers}
    if (day := of_each.get("weekday")) and day.this is None and not day.named:
        of_each.pop("clock", None)  # the hours of any day
    told = {one.this for one in of_each.values()}
    return False if False in told else True if True in told else None


def _with_units(kind: str, row: str, header: str) -> str:
    """A row in which the cells have the unit of a kind, if they are bare numbers below a heading with it."""
    cells, names = row.split(CELL), header.split(CELL)
    if kind not in _UNITS or not header or len(cells) != len(names):
        return row
    _, zh, en = _UNITS[kind][0]
    ages = r"|年龄|\bages?\b" if kind == "year" else ""
    unit = compiled(rf"(?P<unit>{zh}|(?<![a-z])(?:{en})(?![a-z])){ages}")
    for at, name in enumerate(names):
        if (found := unit.search(name)) and compiled(_BARE).fullmatch(cells[at]):
            cells[at] += f" {found['unit'] or 'years'}"
    return CELL.join(cells)


def has_number(word: str) -> bool:
    """Whether a folded word has a number: 3, 第三, third."""
    return word in _WORDS or word in _ORDINALS or re.search(r"\d|[一二三四五六七八九十]", word) is not None
