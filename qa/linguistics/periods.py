"""The years, decades and centuries that a text tells, with their limits ("before 1900") and ranges.

All of it is folded text (`index.text.fold`).
"""

from __future__ import annotations

import re
from itertools import pairwise
from typing import NamedTuple

from index.text.dated import MONTHS
from index.types import Span
from qa.linguistics.calendar_terms import find_terms, spans
from qa.linguistics.numerals import in_digits

_YEAR = re.compile(r"(?<!\d)(?:1[5-9]|20)\d\d(?!\d|[a-z])")
_DAY, _MONTH = r"\d{1,2}(?:st|nd|rd|th)?", rf"(?:{MONTHS})\.?"
#: From one time to another, which may be a day or month of the year: what lies between is told as well.
_TO = re.compile(
    r"(?:-\d\d?-\d\d?|[./]\d\d?(?:[./]\d\d?)?|\s?年?\s?(?:\d{1,2}\s?月\s?)?(?:\d{1,2}\s?日)?)\s?"
    r"(?:-|~|to|till|until|through|至|到)\s?"
    rf"(?:(?:{_DAY}\s)?{_MONTH}\s(?:{_DAY},?\s)?)?"
)
#: The same after "between" or before 之间.
_AND, _BETWEEN, _APART = (
    re.compile(r"\s?年?\s?(?:and|和|与)\s?"),
    re.compile(r"\bbetween (?:the )?$"),
    re.compile(r"\s?年?之?间"),
)
#: The same of something that goes on: "taught from 1892 … until 1899", 1951年参加治理，直到1958年.
_LASTED = re.compile(r"(?!.*(?:\bnot\b|n't|没|未))[^.。;\n!?]{0,60}?(?:\b(?:until|till) (?:the )?|直到|直至)")
#: What makes a limit of a year, decade or century: no later than its end or before its beginning, no earlier
#: than its beginning or after its end.
_LIMITS_BEFORE = (
    (re.compile(r"(?:until|till|up to|no later than) (?:the )?$"), "until"),
    (re.compile(r"(?:before|prior to|earlier than) (?:the )?$"), "before"),
    (re.compile(r"since (?:the )?$|自从?$"), "since"),
    (re.compile(r"(?:after|later than|following) (?:the )?$"), "after"),
)
_ENDED = r"\s?年?(?:\d{1,2}月)?(?:\d{1,2}日)?[初末底]?"
_LIMITS_AFTER = (
    (re.compile(rf"{_ENDED}(?:以前|之前|前(?!后|[夕期半任往]))"), "before"),
    (re.compile(rf"{_ENDED}为止"), "until"),
    (re.compile(rf"{_ENDED}(?:以来|至今|起(?![来义]))|,? onwards?\b"), "since"),
    (re.compile(rf"{_ENDED}(?:以后|之后|后(?![来期半]))"), "after"),
)
#: "By 1708 …" tells of that time alone, but a question asks so for what was by then.
_BY = re.compile(r"\bby (?:the )?$")
#: A time that goes on: 2018-present, 2018年至今.
_TO_NOW = re.compile(r"\s?年?\s?(?:[-~]\s?|to (?:the )?|至|到)(?:present|now|today|今|现在)")
#: Words of a limit that are no function words.
LIMITING = re.compile("between|period|[以之]?[前后间来]|年间?|期间|至今")
_EVER = 10_000


class Period(NamedTuple):
    """The first and the last year that a text tells at a ``place``; with a ``limit``, all that it allows.

    ``ranged``: from a first year to a last one, or until now.
    """

    place: Span
    years: Span
    limit: bool
    ranged: bool = False

    def meets(self, other: Span) -> bool:
        """Whether both have a year in common."""
        return self.years.start <= other.end and other.start <= self.years.end


def periods(text: str, asks: bool = False) -> list[Period]:
    """All years, decades and centuries of a folded text. ``asks``: it is a question."""
    found: list[tuple[Span, Span]] = []
    rest, read = "", 0
    for term in find_terms(text, ("decade", "century")):
        (value,), (start, end) = term.value, term.whole
        if term.kind == "century":
            found += [(term.whole, Span(100 * value - 100, 100 * value - 1))] * (value > 0)
        else:
            found += [(term.whole, years) for years in spans(value)]
        rest, read = f"{rest}{text[read:start]}{' ' * (end - start)}", end
    rest = in_digits(rest + text[read:])
    found += [(Span(*m.span()), Span(int(m[0]), int(m[0]))) for m in _YEAR.finditer(rest)]
    told = [_limited(text, place, years, asks) for place, years in sorted(found)]
    ranges = [
        Period(
            Span(one.place.start, other.place.end), Span(one.years.start, other.years.end), False, ranged=True
        )
        for one, other in pairwise(told)
        if _is_range(text, one.place, other.place)
    ]
    return [*told, *ranges]


def _is_range(text: str, one: Span, other: Span) -> bool:
    if _TO.fullmatch(text, one.end, other.start) or _LASTED.fullmatch(text, one.end, other.start):
        return True
    between = _BETWEEN.search(text, max(0, one.start - 20), one.start) or _APART.match(text, other.end)
    return between is not None and _AND.fullmatch(text, one.end, other.start) is not None


def _limited(text: str, place: Span, years: Span, asks: bool) -> Period:
    """The years that are told, or those that a limit allows."""
    if not asks and _TO_NOW.match(text, place.end):
        return Period(place, Span(years.start, _EVER), True, ranged=True)
    before, after = text[max(0, place.start - 20) : place.start], text[place.end : place.end + 12]
    signs = [name for sign, name in _LIMITS_BEFORE if sign.search(before)]
    signs += [name for sign, name in _LIMITS_AFTER if sign.match(after)]
    if asks and _BY.search(before):
        signs.append("until")
    first, last = years
    allowed = {
        "until": Span(-_EVER, last),
        "before": Span(-_EVER, first - 1),
        "since": Span(first, _EVER),
        "after": Span(last + 1, _EVER),
    }
    if not signs:
        return Period(place, years, False)
    return Period(place, allowed[signs[0]], True, ranged=signs[0] == "since")


def asked_period(question: str) -> Period | None:
    """The one range or limit that a folded question names, or else its one year; None if there is none."""
    found = periods(question, asks=True)
    ranges = [period for period in found if period.ranged and not period.limit]
    limits = [period for period in found if period.limit]
    chosen = ranges or limits or found
    return chosen[0] if len(chosen) == 1 else None
