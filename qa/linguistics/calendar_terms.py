"""Reads the words of the calendar and the clock: 90年代, 5 March 2020, 2024.5.12, Q1, Thurs., 晚上八点.

All of it is folded text (`index.text.fold`). What may well be something else is not read: 5/12/2024, "may",
"in her nineties". `qa.linguistics.calendar_forms` writes what this reads.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from functools import cache
from typing import NamedTuple

from index.types import Span
from qa.linguistics.answer_types import MONTHS
from qa.linguistics.number_forms import english, ordinal, roman
from qa.linguistics.numerals import in_digits, parse_chinese

WEEKDAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
#: The abbreviations of each weekday and month.
WEEKDAY_SHORT = (("mon",), ("tue", "tues"), ("wed",), ("thu", "thur", "thurs"), ("fri",), ("sat",), ("sun",))
MONTH_SHORT = (*((month[:3],) for month in MONTHS[:8]), ("sep", "sept"), ("oct",), ("nov",), ("dec",))
#: The months and weekdays that are other words, or names, as well.
UNSURE = frozenset(("march", "may", "mar", "jan", "jun", "jul", "dec"))
UNSURE |= {"mon", "tue", "wed", "fri", "sat", "sun"}
#: Before one of these they are none.
BEFORE_UNSURE = frozenset(
    ("in", "on", "of", "since", "until", "till", "by", "from", "during", "early", "late")
)
BEFORE_UNSURE |= {"mid", "last", "next", "every", "each", "this"}
DECADES = ("twenties", "thirties", "forties", "fifties", "sixties", "seventies", "eighties", "nineties")
#: Of these a decade is an age: in her nineties.
POSSESSIVE = frozenset(["his", "her", "their", "my", "our", "your", "its"])
#: The parts of a day before and after noon. 中午一点 is after it.
MORNING = frozenset(["凌晨", "清晨", "早上", "早晨", "清早", "上午", "今早", "明早", "早"])
EVENING = frozenset(
    ("下午", "午后", "傍晚", "晚上", "晚间", "夜里", "夜间", "今晚", "明晚", "当晚", "昨晚", "晚")
)
EVENING |= {"半夜", "中午"}
NOON = 12 * 60


class Term(NamedTuple):
    """What is at ``start:end`` of a text: a ``kind`` and its ``value``.

    A "century" has its number, negative before Christ; a "decade" its first year, or 90 where the century is
    not told; a "date" year, month and day, 0 for what is not told; a "quarter", a "half" of a year and a
    "weekday" their number from 1. A "clock" time has its minutes from midnight, and those of the afternoon
    as well where it may be either. The year of a date is not in ``start:end`` but in ``whole``; ``month`` is
    where the month of a day is.
    """

    start: int
    end: int
    kind: str
    value: tuple[int, ...]
    whole: Span
    month: Span | None = None


_HAN = "〇零一二三四五六七八九"
_NAMES = {month: at for at, month in enumerate(MONTHS, 1)}
_NAMES |= {name: at for at, names in enumerate(MONTH_SHORT, 1) for name in names}
_DAYS = {f"{day}{plural}": at for at, day in enumerate(WEEKDAYS, 1) for plural in ("", "s")}
_DAYS |= {name: at for at, names in enumerate(WEEKDAY_SHORT, 1) for name in names}
_DAYS |= {char: at for at, char in enumerate("一二三四五六日", 1)} | {"天": 7}
_WORDS = {english(number): number for number in range(1, 60)}
_ORDINALS = {ordinal(word): number for word, number in _WORDS.items()}
_ROMAN = {roman(number): number for number in range(1, 22)}
_TENS = {name: 10 * at for at, name in enumerate(DECADES, 2)}


def _any(words: Iterable[str]) -> str:
    return "|".join(sorted((word.replace(" ", "[ -]") for word in words), key=len, reverse=True))


def _name(names: Iterable[str]) -> str:
    return rf"(?<![a-z])(?:{_any(names)})(?![a-z])"


_ORDINAL = rf"(?:\d{{1,2}}(?:st|nd|rd|th)|{_any(_ORDINALS)})(?![a-z])"
_COUNT = "(?:十[一二三四五六七八九]?|[二三四五]十[一二三四五六七八九]?|[一二两三四五六七八九])"
_MONTH = rf"(?P<month>{_name(_NAMES)})"
_DAY = r"(?P<day>(?<![\d.,:/-])\d{1,2}(?:st|nd|rd|th)?(?![a-z\d:/]|[.,]\d))"
_DAY_WORD = rf"(?P<day>(?<![a-z-])(?:{_any(list(_ORDINALS)[:31])})(?![a-z]))"
_YEAR = r"(?:,? (?P<year>[12]\d{3})(?!\d|[.,]\d))?"
_ZH_YEAR = rf"(?P<year>(?<!\d)[12]\d{{3}}|(?<![{_HAN}])[{_HAN}]{{4}})\s?年\s?"
_ZH_MONTH = (
    r"(?P<month>(?<![\d.第几数上每哪这那同一二三四五六七八九十])"
    r"(?:0?[1-9]|1[0-2]|十[一二]?|[一二三四五六七八九元]))\s?月份?"
)
_ZH_DAY = r"\s?(?P<day>0?[1-9]|[12]\d|3[01]|三十一?|二?十[一二三四五六七八九]?|[一二三四五六七八九])\s?[日号]"
_AP = r"\s?(?P<ap>[ap])(?:\.\s?)?m(?![a-z])"
_DAY_PART = rf"(?:(?P<part>{_any(MORNING | EVENING)})\s?)?"
_IN_PART = r" (?:in the (?P<part>morning|afternoon|evening)|at (?P<ap>night))"
_HOUR_WORD = rf"(?<![a-z\d:.])(?P<hour>\d{{1,2}}|{_any(list(_WORDS)[:12])})"
#: The words of the parts of a day → whether they are after noon.
_AFTERNOON = {"a": False, "p": True, "night": True, "morning": False, "afternoon": True, "evening": True}
#: What a dash before an hour does not follow: 8am-6pm and 9-5pm are hours, 1990-5pm is none.
_NO_HOUR = r"(?<![ap]m)(?<!(?<![\d-])\d)(?<!(?<![\d-])\d\d)"
_AFTERNOON |= dict.fromkeys(MORNING, False) | dict.fromkeys(EVENING, True)


class _Patterns(NamedTuple):
    """Those of a kind. Each of its terms has the ``trigger``; ``chinese`` match no text in ASCII."""

    trigger: str
    chinese: list[str]
    others: list[str]


#: The patterns of each kind; earlier ones come first.
_PATTERNS = {
    "date": _Patterns(
        rf"月|\d[-/.]\d|{'|'.join(month[:3] for month in MONTHS)}",
        [rf"(?:{_ZH_YEAR})?{_ZH_MONTH}{_ZH_DAY}", rf"(?:{_ZH_YEAR})?{_ZH_MONTH}(?![球亮饼嫂票薪刊])"],
        [
            r"(?<![\d.,/-])(?P<year>[12]\d{3})(?P<sep>[-/.])(?P<month>\d{1,2})(?P=sep)(?P<day>\d{1,2})(?![\d/-])",
            r"(?<![\d.,/-])(?P<one>\d{1,2})(?P<sep>[-/.])(?P<two>\d{1,2})(?P=sep)(?P<year>[12]\d{3})(?![\d/-])",
            rf"{_MONTH}\.? (?:the )?{_DAY}{_YEAR}",
            rf"{_DAY} (?:of )?{_MONTH}{_YEAR}",
            rf"{_MONTH} (?:the )?{_DAY_WORD}{_YEAR}",
            rf"{_DAY_WORD} of {_MONTH}{_YEAR}",
            rf"{_MONTH}\.?,? (?:of )?(?P<year>[12]\d{{3}})(?!\d|[.,]\d)",
            rf"{_MONTH}(?P<short>\.)?",
        ],
    ),
    "decade": _Patterns(
        r"年代|\d'?s(?![a-z])|ties",
        [
            rf"(?:(?:(?P<century>(?<!\d)\d{{1,2}}|{_COUNT})|(?P<last>上一?个?)|(?P<this>本))世纪\s?)?"
            rf"(?P<tens>(?<!\d)[1-9]0|(?<![{_HAN}十])(?:[一二三四五六七八九]十|[{_HAN}][零〇]))\s?年代",
            rf"(?P<years>(?<!\d)[12]\d\d0|(?<![{_HAN}])[一二][{_HAN}]{{2}}[零〇])\s?年代",
        ],
        [
            r"(?<![\d.,$£€])(?P<years>[12]\d\d0|[1-9]0)'?s(?![a-z])",
            rf"(?P<hundred>(?<![a-z])(?:{_any(word for word, n in _WORDS.items() if 10 <= n <= 20)})[ -])?"
            rf"(?<![a-z])(?P<word>{_any(_TENS)}|noughties)(?![a-z])",
        ],
    ),
    "century": _Patterns(
        "世纪|centur",
        [
            rf"(?P<bc>公元前|前)?\s?(?P<number>(?<!\d)\d{{1,2}}|(?<![{_HAN}十哪这那上下半每同]){_COUNT})\s?世纪"
        ],
        [
            rf"(?<![a-z\d])(?P<number>{_ORDINAL}|[ivx]+)[ -]centur(?:y|ies)(?![a-z])"
            r"(?P<bc> b\.?c(?:\.?e)?(?![a-z]))?"
        ],
    ),
    "quarter": _Patterns(
        r"季|q[1-4]|quarter",
        [r"第?\s?(?<![\d哪这那上下每同])(?P<number>[1-4一二三四])\s?季度|首季度?"],
        [
            r"(?<![a-z\d])q(?P<number>[1-4])(?!\d)",
            rf"(?<![a-z])(?P<number>{_any(list(_ORDINALS)[:4])}|1st|2nd|3rd|4th) quarter(?![a-z-])",
        ],
    ),
    "half": _Patterns(
        r"半年|half of|h[12]",
        ["(?P<first>上半年)|下半年"],
        [
            r"(?<![a-z\d])h(?P<number>[12])(?![\da-z])",
            r"(?<![a-z])(?:(?P<first>first)|second) half of (?:the year|(?=[12]\d{3}))",
        ],
    ),
    "weekday": _Patterns(
        f"周|星期|礼拜|{'|'.join(day[:3] for day in WEEKDAYS)}",
        [
            r"每?(?<![\d一二两三四五六七八九十几半数])(?:周|星期|礼拜)(?P<day>[一二三四五六日天])(?![个期岁次])"
        ],
        [rf"(?P<day>{_name(day for day in _DAYS if day.isascii())})"],
    ),
    "clock": _Patterns(
        r"[点时午夜:]|\d\s?[ap]\.?\s?m|o'clock| past | to | in the | at night|noon|mid",
        [
            rf"{_DAY_PART}(?<![\d.第有这那几共{_HAN}十])(?P<hour>\d{{1,2}}|{_COUNT}|零)\s?"
            r"(?:点[钟整]?|时整|时(?=$|\W|[\d开起至到整零一二三四五十]))"
            rf"(?:(?P<half>半)|(?P<quarter>[一三])刻|\s?(?P<minute>\d{{1,2}}(?=分)|\d\d(?!\d)|[{_HAN}](?=分)|零[一二三四五六七八九]"
            r"|[二三四五]?十[一二三四五六七八九]?)(?:分(?!之))?)?",
            "(?P<noon>正午)|午夜",
        ],
        [
            rf"{_DAY_PART}(?<![\d./])(?<!\d[:,])(?P<hour>\d{{1,2}}):(?P<minute>[0-5]\d)(?!\d|:\d)(?:{_AP})?",
            # from 7 to 10 am, 9-5pm
            r"(?<![\d:.,/$£€-])(?P<hour>\d{1,2})(?:[:.](?P<minute>[0-5]\d))?"
            r"(?=\s?(?:-|to|till|until)\s?\d{1,2}(?:[:.][0-5]\d)?\s?[ap](?:\.\s?)?m(?![a-z]))",
            rf"(?<![\d:.,/$£€])(?<!{_NO_HOUR}-)(?P<hour>\d{{1,2}})(?:\.(?P<minute>[0-5]\d))?{_AP}",
            rf"{_HOUR_WORD} o'clock(?:{_IN_PART})?(?![a-z])",
            rf"{_HOUR_WORD}{_IN_PART}(?![a-z])",
            rf"(?<![a-z])(?:(?P<half>half) past|(?:a )?quarter (?:past|(?P<to>to))) {_HOUR_WORD}(?![a-z\d])"
            rf"(?:{_AP})?",
            r"(?<![a-z])(?:(?P<noon>noon|midday)|midnight)(?![a-z])",
        ],
    ),
}
_TRIGGERS = {kind: re.compile(patterns.trigger) for kind, patterns in _PATTERNS.items()}


@cache
def _patterns(kind: str, chinese: bool) -> list[re.Pattern[str]]:
    """The patterns of a kind, compiled when they are first needed."""
    of = _PATTERNS[kind]
    return [re.compile(pattern) for pattern in (*(of.chinese if chinese else ()), *of.others)]


def find_terms(text: str, kinds: Iterable[str] = tuple(_PATTERNS)) -> list[Term]:
    """The terms of a folded text in reading order. They do not overlap."""
    found: list[Term] = []
    taken = bytearray(len(text))  # a list of what is found would be gone through for each match
    for kind in kinds:
        for pattern in _patterns(kind, not text.isascii()) if _TRIGGERS[kind].search(text) else ():
            for match in pattern.finditer(text):
                if any(taken[slice(*match.span())]):
                    continue
                if (value := _READERS[kind](match)) is not None:
                    found.append(_term(kind, match, value))
                    taken[slice(*match.span())] = b"\1" * len(match[0])
    return sorted(found)


def decades(value: int) -> list[int]:
    """The first years that the value of a decade may stand for: 90 for 1990, 20 for 1920 and 2020."""
    if value >= 100:
        return [value]
    return [1900 + value] * (value >= 10) + [2000 + value] * (value <= 20)


def spans(value: int) -> list[Span]:
    """The first and last years that the value of a decade may stand for. The 1700s are a century."""
    last = 99 if value % 100 == 0 and 1000 <= value < 2000 else 9
    return [Span(year, year + last) for year in decades(value)]


def _term(kind: str, match: re.Match[str], value: tuple[int, ...]) -> Term:
    whole = Span(*match.span())
    if kind != "date":
        return Term(*whole, kind, value, whole)
    parts = match.groupdict()
    month, day = ("month", "day") if "month" in parts else ("one", "two")
    spans = [match.span(name) for name in (month, day) if parts.get(name)]
    year_after = bool(parts.get("year")) and match.start("year") > spans[0][0]
    start = min(first for first, _ in spans)
    end = max(last for _, last in spans) if year_after else whole.end
    first = Span(*match.span("month")) if len(spans) > 1 and "month" in parts else None
    if first and match.string[first.end : first.end + 2].strip()[:1] == "月":
        first = Span(first.start, match.string.index("月", first.end) + 1)
    return Term(start, end, kind, value, whole, first)


def _date(match: re.Match[str]) -> tuple[int, ...] | None:
    parts = match.groupdict()
    year = int(in_digits(parts.get("year") or "0"))
    if "one" in parts:
        day, month = int(parts["one"]), int(parts["two"])
        if parts["sep"] != "." and month > 12 >= day:
            day, month = month, day
        elif parts["sep"] != "." and day <= 12 and day != month:
            return None
    else:
        month, day = _NAMES.get(parts["month"]) or _number(parts["month"]), _number(parts.get("day") or "0")
        if "day" in parts and not day:
            return None
        if (
            "short" in parts
            and not (parts["short"] and parts["month"] not in MONTHS)
            and _is_unsure(match, "month")
        ):
            return None
    return (year, month, day) if 1 <= month <= 12 and day <= 31 else None


def _decade(match: re.Match[str]) -> tuple[int, ...] | None:
    parts = match.groupdict()
    before = match.string[max(0, match.start() - 12) : match.start()].split()
    if before and before[-1] in POSSESSIVE:
        return None
    if years := parts.get("years"):
        return (int(in_digits(years)),)
    if parts.get("word") == "noughties":
        return (2000,)
    if word := parts.get("word"):
        hundred = _WORDS[parts["hundred"][:-1]] if parts.get("hundred") else 0
        return (100 * hundred + _TENS[word],)
    tens = parts["tens"]
    value = 10 * int(in_digits(tens[0]))
    if century := parts.get("century"):
        return (100 * (_number(century) - 1) + value,)
    return (1900 + value if parts.get("last") else 2000 + value if parts.get("this") else value,)


def _century(match: re.Match[str]) -> tuple[int, ...] | None:
    written = match["number"]
    value = _ROMAN.get(written) or _number(written)
    return (-value if match["bc"] else value,) if 1 <= value <= 21 else None


def _part(match: re.Match[str]) -> tuple[int, ...] | None:
    """Of a year: the number of a quarter or a half."""
    parts = match.groupdict()
    if parts.get("number"):
        return (_number(parts["number"]),)
    return (1,) if parts.get("first") or "首" in match[0] else (2,)


def _weekday(match: re.Match[str]) -> tuple[int, ...] | None:
    return None if _is_unsure(match, "day") else (_DAYS[match["day"]],)


def _is_unsure(match: re.Match[str], group: str) -> bool:
    """Whether a name is likely none of the calendar where it stands: "the sun", "a march"."""
    if match[group] not in UNSURE:
        return False
    before = re.split("[ -]", match.string[max(0, match.start() - 12) : match.start()].rstrip())[-1]
    return before not in BEFORE_UNSURE


def _clock(match: re.Match[str]) -> tuple[int, ...] | None:
    parts = match.groupdict()
    if "noon" in parts:
        return (NOON if parts["noon"] else 0,)
    hour = _number(parts["hour"])
    minute = 30 if parts.get("half") else _number(parts.get("minute") or "0")
    if quarter := parts.get("quarter"):
        minute = 15 * _number(quarter)
    if "to" in parts and not parts["half"]:
        hour, minute = (hour - 1, 45) if parts["to"] else (hour, 15)
    part = parts.get("ap") or parts.get("part")
    after = match.string[match.end() : match.end() + 1]
    decimal = re.search("点[^分刻]*$", match[0]) and after and after in _HAN
    if hour > 24 or minute > 59 or decimal:
        return None
    if part:
        if hour > 12:
            return (60 * (hour % 24) + minute,)
        noon = _AFTERNOON[part] and not (part == "中午" and hour == 11)
        late = part in ("晚上", "夜里", "夜间", "半夜", "晚", "night") and (
            hour == 12 or hour < 5
        )  # 夜里两点
        return (60 * (hour % 12 + 12 * (noon and not late)) + minute,)
    if 1 <= hour < 12 and not parts["hour"].startswith("0"):
        return (60 * (hour % 12) + minute, 60 * (hour % 12 + 12) + minute)
    return (60 * (hour % 24) + minute,)


def _number(written: str) -> int:
    """A number up to 99 in digits or in words, 0 if it is none."""
    plain = written.replace("-", " ")
    if plain in _WORDS or plain in _ORDINALS:
        return _WORDS.get(plain) or _ORDINALS[plain]
    if digits := re.match(r"\d+", written):
        return int(digits[0])
    read = parse_chinese(written.replace("元", "一").replace("〇", "零"))
    return int(read[0]) if read else 0


_READERS: dict[str, Callable[[re.Match[str]], tuple[int, ...] | None]] = {
    "date": _date,
    "decade": _decade,
    "century": _century,
    "quarter": _part,
    "half": _part,
    "weekday": _weekday,
    "clock": _clock,
}
