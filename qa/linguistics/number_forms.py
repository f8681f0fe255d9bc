"""The ways to write a whole number: 49, forty-nine, forty-ninth, XLIX, 四十九; 1958, 一九五八; 250万.

The counterpart of `qa.linguistics.numerals`, which reads them. All of it is folded text.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from qa.linguistics.numerals import ONES, TENS

_HAN_DIGITS = "零一二三四五六七八九"
_IRREGULAR = {"one": "first", "two": "second", "three": "third", "five": "fifth", "eight": "eighth"}
_IRREGULAR |= {"nine": "ninth", "twelve": "twelfth"}
_ROMAN = [(90, "xc"), (50, "l"), (40, "xl"), (10, "x"), (9, "ix"), (5, "v"), (4, "iv"), (1, "i")]
#: Roman numerals up to this are written. Larger ones are mostly abbreviations: CD, MM.
MOST_ROMAN = 99
#: Those that are syllables of Chinese names as well.
_SYLLABLES = frozenset({"xi", "li"})
#: Numbers from here on are written in words if they have few digits but zeros: 两千五百, not 2498.
_SPELT, _SIGNIFICANT = 1000, 3
#: Up to here, numbers are also written digit by digit, as years and names are: 一九五八, 九一一.
_YEARS = 2100
#: The longest numbers before 万 or million, in digits and points: 1.35万, 12.5 million.
_BEFORE_SCALE = 4


def forms(value: int) -> Iterator[str]:
    """The forms of a number from 2 up, in digits and in words of both languages."""
    yield str(value)
    yield from han_forms(value)
    yield from _english_forms(value)
    if value <= MOST_ROMAN and len(written := roman(value)) > 1 and written not in _SYLLABLES:
        yield written


def han_forms(value: int) -> Iterator[str]:
    """The forms in Chinese: 二千五百, 两千五百; 一九五八, 二〇〇八; 250万, 二百五十万."""
    if value < _SPELT or len(str(value).rstrip("0")) <= _SIGNIFICANT:
        written = han_number(value)
        yield written
        if (counted := re.sub("二(?=[百千万亿])", "两", written)) != written:
            yield counted
    if 100 <= value < _YEARS:
        yield from han_digits(value)
    for scale, name in ((10**4, "万"), (10**8, "亿")):
        if before := _before_scale(value, scale):
            yield before + name


def han_digits(value: int) -> Iterator[str]:
    """A number digit by digit, with each of the two zeros: 二零零八, 二〇〇八."""
    digits = "".join(_HAN_DIGITS[int(digit)] for digit in str(value))
    yield digits
    if "零" in digits:
        yield digits.replace("零", "〇")


def _english_forms(value: int) -> Iterator[str]:
    if value < 100 or (value < 10_000 and value % 100 == 0):
        cardinal = english(value)
        yield cardinal
        yield ordinal(cardinal)
    if 1100 <= value < 2100 and value % 100 >= 10:
        yield f"{english(value // 100)} {english(value % 100)}"
    for scale, name in ((10**3, "thousand"), (10**6, "million"), (10**9, "billion")):
        if before := _before_scale(value, scale):
            yield f"{before} {name}"
            if before.isdigit() and int(before) < 100:
                yield f"{english(int(before))} {name}"


def _before_scale(value: int, scale: int) -> str:
    """What is written before a scale word: 1.35 for 13500 and 万; "" if it would be long."""
    before = f"{value / scale:g}"
    fits = scale <= value < 10_000 * scale and len(before) <= _BEFORE_SCALE
    return before if fits and float(before) * scale == value else ""


def han_number(value: int) -> str:
    """A number from 1 up in Chinese: 二千五百零三, 十五."""
    for scale, name in ((10**8, "亿"), (10**4, "万")):
        if value >= scale:
            rest = value % scale
            gap = "零" if 0 < rest < scale // 10 else ""
            return han_number(value // scale) + name + (gap + han_number(rest) if rest else "")
    written = ""
    for scale, name in ((1000, "千"), (100, "百"), (10, "十"), (1, "")):
        if digit := value // scale % 10:
            gap = "零" if written and not value // (10 * scale) % 10 else ""
            written += gap + _HAN_DIGITS[digit] + name
    return written.removeprefix("一") if 10 <= value < 20 else written


def english(value: int) -> str:
    """A number from 1 to 9999 in words, without "and"."""
    parts = []
    if value >= 1000:
        parts += [ONES[value // 1000 - 1], "thousand"]
    if hundreds := value // 100 % 10:
        parts += [ONES[hundreds - 1], "hundred"]
    if (rest := value % 100) >= 20:
        parts.append(TENS[rest // 10 - 2])
        rest %= 10
    if rest:
        parts.append(ONES[rest - 1])
    return " ".join(parts)


def ordinal(cardinal: str) -> str:
    """forty nine → forty ninth."""
    *before, last = cardinal.split()
    last = _IRREGULAR.get(last) or (f"{last[:-1]}ieth" if last.endswith("y") else f"{last}th")
    return " ".join([*before, last])


def roman(value: int) -> str:
    """A number from 1 to `MOST_ROMAN` in small Roman numerals."""
    written = ""
    for worth, letters in _ROMAN:
        written += letters * (value // worth)
        value %= worth
    return written
