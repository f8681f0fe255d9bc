"""Numbers of spreadsheets as a cell shows them: "46024" is 1/2/2026 in one format and 46,024.00 in another.

A format is a code (ECMA-376, 18.8.31), such as ``#,##0.00;[Red]-#,##0.00``: sections for positive and
negative numbers, zero and text, each of places for digits, parts of dates and signs that stand as they are.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import date, timedelta
from decimal import ROUND_HALF_UP, Decimal, InvalidOperation, localcontext
from fractions import Fraction
from functools import lru_cache
from typing import NamedTuple

_TOKEN = re.compile(
    r'"(?P<quoted>[^"]*)"?|\\(?P<escaped>.)|(?P<space>_.)|(?P<fill>\*.)|\[(?P<bracket>[^\]]*)\]'
    r"|(?P<general>General|G/通用格式)|(?P<half>AM/PM|A/P|上午/下午)|(?P<exponent>E[+-])"
    r"|(?P<part>y+|m+|d+|h+|s+(?:\.0+)?|a{3,}|e+|g+)|(?P<digit>[0#?])|(?P<point>\.)|(?P<comma>,)"
    r"|(?P<percent>%)|(?P<text>@)|(?P<end>;)|(?P<other>.)",
    re.I | re.S,
)
_ELAPSED = re.compile(r"h+|m+|s+", re.I)
_CONDITION = re.compile(r"(<=|>=|<>|<|>|=)\s*(-?\d+(?:\.\d+)?)")
_SYMBOL = re.compile(r"\$([^-]*)(?:-([0-9A-F]{1,8}))?", re.I | re.S)
#: What tells the language in a code of a place; 4 is Chinese.
_LANGUAGE, _CHINESE = 0x3FF, 4
_MONTHS = [
    "January",
    "February",
    "March",
    "April",
    "May",
    "June",
    "July",
    "August",
    "September",
    "October",
    "November",
    "December",
]
_DAYS = ["Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday"]
_HAN_MONTHS = ["一", "二", "三", "四", "五", "六", "七", "八", "九", "十", "十一", "十二"]
_HAN_DAYS = "一二三四五六日"
#: The last day that has a date: 31 December 9999. From the 60th on, days are counted with a 29 February 1900.
_LAST_DAY, _NO_DAY = 2_958_465, 60
_DAY = 86_400
#: Characters of a code and of a number.
_LONGEST_CODE, _LONGEST_NUMBER = 250, 40
#: Digits that a spreadsheet counts with, and that the longest number has in the longest format.
_SIGNIFICANT, _PRECISION = 15, 1_000
#: Characters of a number without a format; what is smaller or larger is written with an exponent.
_GENERAL_WIDTH, _SMALLEST, _LARGEST = 11, Decimal("1E-4"), Decimal("1E21")

#: The codes that have numbers alone, as English and Chinese versions of Excel show them.
_COMMON = {
    0: "General",
    1: "0",
    2: "0.00",
    3: "#,##0",
    4: "#,##0.00",
    9: "0%",
    10: "0.00%",
    11: "0.00E+00",
    12: "# ?/?",
    13: "# ??/??",
    18: "h:mm AM/PM",
    19: "h:mm:ss AM/PM",
    20: "h:mm",
    21: "h:mm:ss",
    37: "#,##0;(#,##0)",
    38: "#,##0;(#,##0)",
    39: "#,##0.00;(#,##0.00)",
    40: "#,##0.00;(#,##0.00)",
    45: "mm:ss",
    46: "[h]:mm:ss",
    47: "mm:ss.0",
    48: "##0.0E+0",
    49: "@",
}
_ENGLISH = {14: "m/d/yyyy", 15: "d-mmm-yy", 16: "d-mmm", 17: "mmm-yy", 22: "m/d/yyyy h:mm"}
_HAN = {14: "yyyy/m/d", 15: "d-mmm-yy", 16: "d-mmm", 17: "mmm-yy", 22: "yyyy/m/d h:mm"}
_MONEY = {
    5: "{0}#,##0;-{0}#,##0",
    6: "{0}#,##0;-{0}#,##0",
    7: "{0}#,##0.00;-{0}#,##0.00",
    8: "{0}#,##0.00;-{0}#,##0.00",
    41: "#,##0;-#,##0;-",
    42: "{0}#,##0;-{0}#,##0;{0}-",
    43: "#,##0.00;-#,##0.00;-",
    44: "{0}#,##0.00;-{0}#,##0.00;{0}-",
}
_EAST = {
    **dict.fromkeys((27, 36, 50, 52, 57), "yyyy年m月"),
    **dict.fromkeys((28, 29, 51, 53, 54, 58), "m月d日"),
    30: "m-d-yy",
    31: "yyyy年m月d日",
    32: "h时mm分",
    33: "h时mm分ss秒",
    **dict.fromkeys((34, 55), "上午/下午h时mm分"),
    **dict.fromkeys((35, 56), "上午/下午h时mm分ss秒"),
}


def built_in(number: int, chinese: bool) -> str:
    """The code of a format that has a number alone; what it shows depends on the language of the program."""
    codes = _COMMON | _EAST | (_HAN if chinese else _ENGLISH)
    if number in _MONEY:
        return _MONEY[number].format('"¥"' if chinese else '"$"')
    return codes.get(number, "General")


class _Part(NamedTuple):
    """A part of a section; ``kind`` is a group of `_TOKEN`, "literal" or "elapsed"."""

    kind: str
    text: str


class _Section(NamedTuple):
    parts: tuple[_Part, ...]
    condition: tuple[str, Decimal] | None
    chinese: bool

    def has(self, *kinds: str) -> bool:
        return any(part.kind in kinds for part in self.parts)


def shown(value: str, code: str, early: bool = False) -> str:
    """The number ``value`` in the format ``code``; ``early``: its days are counted from 1904 on.

    What is no number is given back. Spaces that only align are left out; digits of [DBNum1] are not turned
    into Chinese ones.
    """
    if code == "General" and value.isdecimal() and len(value) < _GENERAL_WIDTH:
        return value  # most are such
    number = _number(value)
    if number is None:
        return value
    section, unsigned = _section_for(number, _sections(code[:_LONGEST_CODE]))
    with localcontext(prec=_PRECISION):
        text = _in_section(abs(number) if unsigned else number, section, early)
    return " ".join(text.split())


def shown_text(text: str, code: str) -> str:
    """A text in the format ``code``, which may put something around it or hide it."""
    sections = _sections(code[:_LONGEST_CODE])
    last = sections[-1]
    if len(sections) < 4 and not last.has("text"):
        return text
    return "".join(text if part.kind == "text" else part.text for part in last.parts)


def _number(value: str) -> Decimal | None:
    """A number with the 15 digits that spreadsheets count with: 4.2999999999999998 is 4.3."""
    try:
        found = Decimal(f"{float(value.strip()[:_LONGEST_NUMBER]):.{_SIGNIFICANT}g}")
    except (InvalidOperation, ValueError):
        return None
    return found if found.is_finite() else None


@lru_cache(maxsize=512)
def _sections(code: str) -> tuple[_Section, ...]:
    sections: list[_Section] = []
    parts: list[_Part] = []
    condition: tuple[str, Decimal] | None = None
    chinese = False

    for match in [*_TOKEN.finditer(code), None]:
        kind = match.lastgroup if match else "end"
        text = match[kind] if match and kind else ""
        if kind == "end":
            sections.append(_Section(tuple(parts), condition, chinese))
            parts, condition, chinese = [], None, False
        elif kind == "bracket":
            if _ELAPSED.fullmatch(text):
                parts.append(_Part("elapsed", text.lower()))
            elif found := _CONDITION.fullmatch(text.strip()):
                condition = found[1], Decimal(found[2])
            elif symbol := _SYMBOL.fullmatch(text):
                parts.append(_Part("literal", symbol[1]))
                chinese |= int(symbol[2] or "0", 16) & _LANGUAGE == _CHINESE
        elif kind in ("quoted", "escaped", "other"):
            parts.append(_Part("literal", text))
        elif kind == "space":
            parts.append(_Part("literal", " "))
        elif kind not in (None, "fill"):
            parts.append(_Part(str(kind), text.lower() if kind == "part" else text))
    return tuple(sections)


def _section_for(number: Decimal, sections: Sequence[_Section]) -> tuple[_Section, bool]:
    """The section for a number, and whether it shows the number without its sign."""
    if any(section.condition for section in sections[:2]):
        for section in sections[:3]:
            if section.condition is None:
                return section, False
            sign, bound = section.condition
            if _holds(number, sign, bound):
                return section, "<" in sign and bound <= 0
        return sections[min(len(sections), 3) - 1], False
    if number < 0 and len(sections) > 1:
        return sections[1], True
    return (sections[2], True) if number == 0 and len(sections) > 2 else (sections[0], False)


def _holds(number: Decimal, sign: str, bound: Decimal) -> bool:
    return bool(
        ("=" in sign and number == bound)
        or ("<" in sign and number < bound)
        or (">" in sign and number > bound)
    )


def _in_section(number: Decimal, section: _Section, early: bool) -> str:
    parts = section.parts
    if section.has("part", "elapsed", "half") and not section.has("digit", "general"):
        dated = _dated(number, section, early)
        return _general(number) if dated is None else dated
    if section.has("digit"):
        return _with_digits(number, parts)
    texts = (_general(number) if part.kind in ("general", "text") else part.text for part in parts)
    return "".join(texts)


def _general(number: Decimal) -> str:
    """A number without a format: as many digits as fit into a usual cell; whole numbers have all theirs."""
    size = abs(number)
    if size and not _SMALLEST <= size < _LARGEST:
        mantissa, _, exponent = f"{number:.5e}".partition("e")
        return f"{mantissa.rstrip('0').rstrip('.')}E{exponent[0]}{int(exponent[1:]):02}"
    whole = len(str(int(size)))
    text = f"{_rounded(number, max(_GENERAL_WIDTH - 1 - whole, 0)):f}"
    return text.rstrip("0").rstrip(".") if "." in text else text


def _rounded(number: Decimal, places: int) -> Decimal:
    return number.quantize(Decimal(1).scaleb(-places), ROUND_HALF_UP)


# Digits


def _with_digits(number: Decimal, parts: Sequence[_Part]) -> str:
    slash = next((at for at, part in enumerate(parts) if part == ("literal", "/")), 0)
    if slash and parts[slash - 1].kind == "digit":
        return _fraction(number, parts, slash)
    digits = [at for at, part in enumerate(parts) if part.kind == "digit"]
    point = next((at for at, part in enumerate(parts) if part.kind == "point"), len(parts))
    power = next((at for at, part in enumerate(parts) if part.kind == "exponent"), len(parts))
    before = [at for at in digits if at < min(point, power)]
    after = [at for at in digits if point < at < power]
    size = abs(number).scaleb(2 * sum(part.kind == "percent" for part in parts))
    last = max([*before, *after], default=-1)
    grouped = False
    for at, part in enumerate(parts):
        if part.kind == "comma" and at < power:
            if before and before[0] < at < before[-1]:
                grouped = True
            elif all(parts[between].kind == "comma" for between in range(last + 1, at)) or at < point:
                size = size.scaleb(-3)
    exponent = 0
    if power < len(parts):
        step = max(len(before), 1)
        exponent = size.adjusted() if size else 0
        exponent -= exponent % step
        size = size.scaleb(-exponent)
        if _rounded(size, len(after)) >= Decimal(10) ** step:
            exponent, size = exponent + step, size.scaleb(-step)
    whole, _, rest = f"{_rounded(size, len(after)):f}".partition(".")
    made = _filled(whole.lstrip("0"), before, parts, grouped)
    made |= _filled_after(rest, after, parts)
    if power < len(parts):
        sign = "-" if exponent < 0 else "+" if parts[power].text[1] == "+" else ""
        width = sum(part.kind == "digit" for part in parts[power:])
        made |= dict.fromkeys((at for at in digits if at > power), "")
        made[power] = f"E{sign}{abs(exponent):0{max(width, 1)}}"
    if not before and point < len(parts):
        made[point] = f"{whole.lstrip('0')}."
    signs = {"comma": "", "general": ""}
    texts = (made.get(at, signs.get(part.kind, part.text)) for at, part in enumerate(parts))
    return ("-" if number < 0 else "") + "".join(texts)


def _filled(whole: str, places: Sequence[int], parts: Sequence[_Part], grouped: bool) -> dict[int, str]:
    """What stands at the places for digits before the point; the first takes all that are left."""
    made: dict[int, str] = {}
    for number, at in enumerate(reversed(places)):
        first = number == len(places) - 1
        taken = whole[: len(whole) - number] if first else whole[len(whole) - number - 1 :][:1]
        if number >= len(whole):
            taken = {"0": "0", "?": " "}.get(parts[at].text, "")
        made[at] = taken
        if grouped and taken.strip():
            ends = range(number + len(taken), number, -1)  # how many digits stand from here to the point
            signs = zip(taken, ends, strict=True)
            made[at] = "".join(f"{c}," if end > 1 and end % 3 == 1 else c for c, end in signs)
    return made


def _filled_after(rest: str, places: Sequence[int], parts: Sequence[_Part]) -> dict[int, str]:
    """What stands at the places behind the point: of its last zeros only those that are asked for."""
    made: dict[int, str] = {}
    ended = True
    for at, digit in zip(reversed(places), reversed(rest), strict=False):
        ended = ended and digit == "0" and parts[at].text != "0"
        made[at] = ({"?": " "}.get(parts[at].text, "")) if ended else digit
    return made


def _fraction(number: Decimal, parts: Sequence[_Part], slash: int) -> str:
    """A number as a fraction, such as "2 1/4"."""
    below = "".join(part.text for part in parts[slash + 1 :] if part.kind in ("digit", "literal")).strip()
    size = Fraction(abs(number))
    if below.isdecimal() and below.strip("0"):
        found = Fraction(round(size * int(below[:4])), 1)
        over, under = int(found), int(below[:4])
    else:
        width = min(sum(part.kind == "digit" for part in parts[slash + 1 :]), 4)
        found = size.limit_denominator(10 ** max(width, 1) - 1)
        over, under = found.numerator, found.denominator
    at = slash - 1
    while at >= 0 and parts[at].kind == "digit":
        at -= 1
    whole = 0
    if any(part.kind == "digit" for part in parts[: at + 1]):
        whole, over = divmod(over, under)
    pieces = [str(whole)] if whole or not over else []
    pieces += [f"{over}/{under}"] if over else []
    return ("-" if number < 0 else "") + " ".join(pieces)


# Dates


class _Moment(NamedTuple):
    year: int
    month: int
    day: int
    weekday: int
    second: Decimal


def _moment(number: Decimal, early: bool, places: int) -> _Moment | None:
    """The day and the second of it, rounded to ``places``; None if the number is no day."""
    seconds = _rounded(number * _DAY, places)
    days, second = int(seconds // _DAY), seconds % _DAY
    if number < 0 or days > _LAST_DAY:
        return None
    if early:
        days += 1462
    if days == 0:
        return _Moment(1900, 1, 0, 5, second)
    if days == _NO_DAY:
        return _Moment(1900, 2, 29, 2, second)
    if days > _LAST_DAY:
        return None
    found = date(1899, 12, 31 if days < _NO_DAY else 30) + timedelta(days)
    return _Moment(found.year, found.month, found.day, found.weekday(), second)


def _dated(number: Decimal, section: _Section, early: bool) -> str | None:
    """A number as a day or a time; None if it is none."""
    places = max(
        (len(part.text.partition(".")[2]) for part in section.parts if part.kind == "part"), default=0
    )
    moment = _moment(number, early, min(places, 3))
    if moment is None:
        return None
    timed = [part.text[0] for part in section.parts if part.kind in ("part", "elapsed")]
    halves = section.has("half")
    elapsed = _rounded(number * _DAY, 0)
    out: list[str] = []
    at = -1
    for kind, text in section.parts:
        if kind == "half":
            out.append(_half(text, moment.second >= _DAY // 2))
        elif kind == "elapsed":
            at += 1
            unit = {"h": 3600, "m": 60, "s": 1}[text[0]]
            out.append(f"{int(elapsed // unit):0{len(text)}}")
        elif kind == "part":
            at += 1
            minutes = text[0] == "m" and (timed[at - 1 : at] == ["h"] or timed[at + 1 : at + 2] == ["s"])
            out.append(_part("n" * len(text) if minutes else text, moment, halves, section.chinese))
        else:
            out.append(text)
    return "".join(out)


def _half(text: str, after_noon: bool) -> str:
    first, second = text.split("/")
    return second if after_noon else first


def _part(text: str, moment: _Moment, halves: bool, chinese: bool) -> str:
    """One part of a date: "yyyy", "mmm" …, "n" or "nn" for minutes."""
    width = len(text)
    if text[0] in "ye":
        return f"{moment.year % 100:02}" if text in ("y", "yy") else str(moment.year)
    if text[0] == "m":
        return _month(moment.month, width, chinese)
    if text[0] == "d" and width < 3:
        return f"{moment.day:0{width}}"
    if text[0] in "da":
        han = _HAN_DAYS[moment.weekday]
        if text[0] == "a" or chinese:
            return f"星期{han}" if width > 3 else han if text[0] == "a" else f"周{han}"
        return _DAYS[moment.weekday][: 3 if width == 3 else None]
    second = int(moment.second)
    if text[0] == "h":
        hour = second // 3600
        return f"{(hour % 12 or 12) if halves else hour:0{min(width, 2)}}"
    if text[0] == "n":
        return f"{second // 60 % 60:0{min(width, 2)}}"
    if text[0] == "s":
        seconds, _, rest = text.partition(".")
        shown = f"{second % 60:0{min(len(seconds), 2)}}"
        return shown + (
            f".{moment.second % 1:.3f}"[:1] + f"{moment.second % 1:.3f}"[2:][: len(rest)] if rest else ""
        )
    return ""


def _month(month: int, width: int, chinese: bool) -> str:
    if width < 3:
        return f"{month:0{width}}"
    if chinese:
        return f"{_HAN_MONTHS[month - 1]}月"
    return _MONTHS[month - 1][: {3: 3, 5: 1}.get(width)]
