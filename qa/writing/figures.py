"""The figures of a written sentence that its quotes do not give.

A figure is every number in digits, and every number in words that counts something. It must stand in the
quotes with the same value, in whatever language and form: 1.35万 is 13,500, 2.5 million is 250万. A coarser
figure passes if the sentence rounds openly ("about", 多, a scale such as million). A date needs each of its
parts, and if it has several a date of the quotes that fits.
"""

from __future__ import annotations

import math
import re
from collections.abc import Iterable
from functools import lru_cache

from index.text.fold import fold, fold_text
from index.types import Span
from qa.linguistics.answer_types import MONTHS
from qa.linguistics.number_forms import ordinal
from qa.linguistics.numerals import HAN_NUMERALS, ONES, in_digits, numbers, parse_chinese
from qa.linguistics.quantities import Quantity, find_quantities

_DIGITS = re.compile(r"\d+(?:,\d{3})*(?:\.\d+)?")
_HAN_NUMBER = re.compile(f"[{HAN_NUMERALS}]+")
_DECADE = re.compile(r"(?<!\d)(?:(?:(\d\d)世纪)?(\d0)年代|(1\d|20)(\d0)s)")
_ROMAN = re.compile(r"(?<![A-Za-z])[IVXLC]{1,7}(?![A-Za-z])")
_ROMAN_VALUES = {"I": 1, "V": 5, "X": 10, "L": 50, "C": 100}
_ORDINALS = [ordinal(number) for number in (*ONES, "twenty")]
#: What may say a number without being one, and the number.
_IMPLIED = [
    (re.compile("both|double|twice|couple|pair|双|两|二|各|对"), 2.0),
    (re.compile("triple|三"), 3.0),
    (re.compile("decade|十年"), 10.0),
    (re.compile("dozen|打"), 12.0),
    (re.compile("half|半"), 50.0),
    (re.compile("half|半"), 0.5),
    (re.compile("centur|世纪|百年|hundred"), 100.0),
]
#: What tells that a number is rounded.
_ROUNDED = re.compile(r"[万亿千百%多余来]|左右|illion|thousand|hundred|(?<=\d)[mbk]n?(?![a-z])")
#: Kinds that need a quantity of the same kind: 30% is not 30 people.
_STRICT = frozenset({"percent", "money", "age"})
#: Currencies whose amounts may be written as those of others: 35元, $35.
_AMBIGUOUS = frozenset({"TWD", "HKD"})
_EQUAL = 1e-6


def wrong_figures(sentence: str, quotes: str) -> list[tuple[Span, bool]]:
    """Where the figures stand that ``quotes`` do not give. True: they give another one of its kind."""
    given, values = find_quantities(quotes), _values(quotes)
    found: list[tuple[Span, bool]] = []
    taken: list[Span] = []
    for quantity in find_quantities(sentence):
        taken.append(Span(quantity.start, quantity.end))
        if not _is_given(quantity, given, values):
            found.append((taken[-1], any(map(quantity.conflicts, given))))
    folded = fold(sentence)
    for match in _DIGITS.finditer(folded.text):
        span = folded.original(*match.span())
        if not any(start <= span.start < end for start, end in taken) and not _holds(
            values, _number(match[0])
        ):
            found.append((span, False))
    return sorted(found)


def _is_given(quantity: Quantity, given: Iterable[Quantity], values: frozenset[float]) -> bool:
    if quantity.date:
        dates = [other for other in given if other.date]
        parts = [float(abs(part)) for part in quantity.date if part is not None]
        fits = len(parts) == 1 or not dates or any(map(quantity.agrees, dates))
        return fits and all(part in values for part in parts)
    like = [other for other in given if other.kind == quantity.kind]
    if quantity.kind in _STRICT and not like:
        return False
    text, written = fold_text(quantity.text), _written(quantity)
    if not any(map(quantity.agrees, like)) and any(
        _other_unit(quantity, other) and set(written) & set(_written(other)) for other in like
    ):
        return False  # 6 weeks of 6 days
    rounded = quantity.approximate or _ROUNDED.search(text) is not None
    if written and all(_holds(values, value) or (rounded and _rounds(value, values)) for value in written):
        return True
    return len(written) == 1 and any(  # 2 years, 24 个月
        quantity.unit == other.unit and math.isclose(quantity.value, other.value, rel_tol=_EQUAL)
        for other in like
    )


def _written(quantity: Quantity) -> list[float]:
    """The numbers as they are written, whatever they count."""
    text = fold_text(quantity.text)
    return [number.value for number in numbers(text)] or [_number(found) for found in _DIGITS.findall(text)]


def _other_unit(one: Quantity, other: Quantity) -> bool:
    """Whether two quantities of a kind, of the same number, are of different units."""
    if one.kind == "money":
        return one.unit != other.unit and {one.unit, other.unit}.isdisjoint(_AMBIGUOUS)
    return one.kind == "duration"


def _number(digits: str) -> float:
    return float(digits.replace(",", ""))


def _holds(values: Iterable[float], value: float) -> bool:
    return any(math.isclose(value, other, rel_tol=_EQUAL) for other in values)


def _rounds(value: float, values: Iterable[float]) -> bool:
    """Whether ``value`` is one of the values with fewer significant digits, rounded up or down."""
    digits = _significant(value)
    for other in values:
        if other and _significant(other) > digits:
            step = 10.0 ** (math.floor(math.log10(abs(other))) - digits + 1)
            if _holds({math.floor(other / step + 1e-9) * step, math.ceil(other / step - 1e-9) * step}, value):
                return True
    return False


def _significant(value: float) -> int:
    return max(1, len(f"{abs(value):.9e}".split("e")[0].replace(".", "").rstrip("0")))


@lru_cache(maxsize=256)
def _values(text: str) -> frozenset[float]:
    """Every number that a text gives or implies, also in names, ordinals, years of decades, and parts."""
    folded = fold_text(text)
    found = {number.value for number in numbers(folded)}
    for match in _DIGITS.finditer(folded):
        found |= {_number(match[0]), *map(float, re.findall(r"\d+", match[0]))}
    for match in _HAN_NUMBER.finditer(folded):
        if read := parse_chinese(match[0]):
            found.add(read[0])
        if (digits := in_digits(match[0])).isdecimal() and len(digits) > 1:  # 一九五八
            found.add(float(digits))
    for match in _DECADE.finditer(folded):
        century = int(match[1]) - 1 if match[1] else int(match[3] or 19)
        decade = int(match[2] or match[4])
        found |= {float(century + 1), float(decade), float(century * 100 + decade)}
    found |= {float(i) for i, word in enumerate(_ORDINALS, start=1) if re.search(rf"\b{word}\b", folded)}
    found |= {float(i) for i, month in enumerate(MONTHS, start=1) if re.search(rf"\b{month[:3]}", folded)}
    found |= {value for pattern, value in _IMPLIED if pattern.search(folded)}
    for match in _ROMAN.finditer(text):
        worth = [_ROMAN_VALUES[char] for char in match[0]]
        found.add(float(sum(-a if a < b else a for a, b in zip(worth, [*worth[1:], 0], strict=True))))
    return frozenset(found)
