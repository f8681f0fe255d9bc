"""The numbers that Word writes before paragraphs: they stand in no text, only the rules that make them."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any, NamedTuple

W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
_LEVELS = 9
_PLACE = re.compile(r"%([1-9])")
_DIGITS = "〇一二三四五六七八九"
_LEGAL = str.maketrans("一二三四五六七八九十百千零", "壹贰叁肆伍陆柒捌玖拾佰仟零")
_STEMS, _BRANCHES = "甲乙丙丁戊己庚辛壬癸", "子丑寅卯辰巳午未申酉戌亥"
#: Numbers above this are written in digits, whatever their format.
_LARGEST = 9_999


def value(element: Any, path: str, default: str = "") -> str:
    """The ``w:val`` of the element at ``path``; ``default`` if there is none."""
    found = None if element is None else element.find(path)
    return default if found is None else found.get(f"{W}val", default)


class Label(NamedTuple):
    """What stands before a numbered paragraph: "" for bullets. ``depth`` counts from 0."""

    text: str
    depth: int


class _Level(NamedTuple):
    """``legal``: all numbers in it are in digits, also those of the levels above."""

    format: str
    pattern: str
    start: int
    legal: bool = False


class Numbering:
    """Counts the numbered paragraphs of a document, in their order."""

    def __init__(self, root: Any | None, style_number: Callable[[str], str]) -> None:
        """``style_number`` gives the list that a style of lists stands for."""
        self._lists: dict[str, Any] = {}
        self._abstract: dict[str, Any] = {}
        self._style_number = style_number
        for element in () if root is None else root:
            if element.tag == f"{W}num":
                self._lists[element.get(f"{W}numId", "")] = element
            elif element.tag == f"{W}abstractNum":
                self._abstract[element.get(f"{W}abstractNumId", "")] = element
        self._levels: dict[str, list[_Level]] = {}
        self._counts: dict[str, list[int | None]] = {}
        self._begun: set[str] = set()

    def next(self, number: str, depth: int) -> Label | None:
        """The label of the next paragraph of the list ``number``; None if there is no such list."""
        if number not in self._lists or not 0 <= depth < _LEVELS:
            return None
        name, levels = self._shared(number), self._of(number)
        counts = self._counts.setdefault(name, [None] * _LEVELS)
        if number not in self._begun:
            self._begun.add(number)
            for override in self._lists[number].iterfind(f"{W}lvlOverride/{W}startOverride"):
                counts[_integer(override.getparent().get(f"{W}ilvl"), 0) % _LEVELS] = None
        before = counts[depth]
        counts[depth] = levels[depth].start if before is None else before + 1
        counts[depth + 1 :] = [None] * (_LEVELS - depth - 1)
        if levels[depth].format in ("bullet", "none"):
            return Label("", depth)

        def number_of(match: re.Match[str]) -> str:
            level, count = levels[int(match[1]) - 1], counts[int(match[1]) - 1]
            form = "decimal" if levels[depth].legal else level.format
            return written(level.start if count is None else count, form)

        return Label(_PLACE.sub(number_of, levels[depth].pattern), depth)

    def _shared(self, number: str) -> str:
        """The definition that the list shares its count with."""
        seen: set[str] = set()
        while True:
            name = value(self._lists.get(number), f"{W}abstractNumId")
            style = value(self._abstract.get(name), f"{W}numStyleLink")
            if not style or style in seen:
                return name
            seen.add(style)
            number = self._style_number(style)

    def _of(self, number: str) -> list[_Level]:
        if number not in self._levels:
            levels = [_Level("decimal", f"%{depth + 1}.", 1) for depth in range(_LEVELS)]
            abstract = self._abstract.get(self._shared(number))
            for source in (abstract, *self._lists[number].iterfind(f"{W}lvlOverride")):
                for level in () if source is None else source.iterfind(f"{W}lvl"):
                    depth = _integer(level.get(f"{W}ilvl"), 0) % _LEVELS
                    levels[depth] = _Level(
                        value(level, f"{W}numFmt", "decimal"),
                        value(level, f"{W}lvlText"),
                        _integer(value(level, f"{W}start"), 1),
                        level.find(f"{W}isLgl") is not None,
                    )
            for override in self._lists[number].iterfind(f"{W}lvlOverride"):
                depth = _integer(override.get(f"{W}ilvl"), 0) % _LEVELS
                start = _integer(value(override, f"{W}startOverride"), levels[depth].start)
                levels[depth] = levels[depth]._replace(start=start)
            self._levels[number] = levels
        return self._levels[number]


def _integer(text: str | None, default: int) -> int:
    return int(text) if text and re.fullmatch(r"\d{1,6}", text) else default


def written(count: int, form: str) -> str:
    """A number in one of Word's formats (ECMA-376, 17.18.59); in digits if the format is not known."""
    if not 1 <= count <= _LARGEST:
        return str(count)
    if form in ("lowerLetter", "upperLetter"):
        letters = chr(ord("a") + (count - 1) % 26) * ((count - 1) // 26 + 1)
        return letters if form == "lowerLetter" else letters.upper()
    if form in ("lowerRoman", "upperRoman"):
        return _roman(count) if form == "upperRoman" else _roman(count).lower()
    if form == "decimalZero":
        return f"{count:02}"
    if form == "decimalFullWidth":
        return "".join(chr(ord(digit) + 0xFEE0) for digit in str(count))
    if form.startswith("decimalEnclosedCircle") and count <= 20:
        return chr(0x245F + count)
    if form == "ideographTraditional" and count <= 10:
        return _STEMS[count - 1]
    if form == "ideographZodiac" and count <= 12:
        return _BRANCHES[count - 1]
    if form in ("ideographDigital", "japaneseDigitalTenThousand", "taiwaneseDigital"):
        return "".join(_DIGITS[int(digit)] for digit in str(count))
    if form in ("chineseLegalSimplified", "ideographLegalTraditional"):
        return _chinese(count).translate(_LEGAL)
    if form.startswith(("chineseCounting", "taiwaneseCounting", "japaneseCounting")):
        return _chinese(count)
    return str(count)


def _roman(count: int) -> str:
    signs = zip(
        (1000, 900, 500, 400, 100, 90, 50, 40, 10, 9, 5, 4, 1),
        ["M", "CM", "D", "CD", "C", "XC", "L", "XL", "X", "IX", "V", "IV", "I"],
        strict=True,
    )
    made = ""
    for worth, sign in signs:
        made += sign * (count // worth)
        count %= worth
    return made


def _chinese(count: int) -> str:
    """Up to `_LARGEST` in Chinese: 10 is 十, 105 is 一百零五."""
    made = ""
    for worth, unit in ((1000, "千"), (100, "百"), (10, "十"), (1, "")):
        digit, count = divmod(count, worth)
        if digit:
            made += _DIGITS[digit] + unit
        elif made and count and not made.endswith("零"):
            made += "零"
    return made.removeprefix("一") if made.startswith("一十") else made
