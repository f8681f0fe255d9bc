"""Whether a text tells of another time than a question: of other years, months, weekdays or hours."""

from __future__ import annotations

import re
from itertools import pairwise
from typing import NamedTuple

from index.types import Span
from qa.linguistics.calendar_terms import Term, find_terms, spans
from qa.linguistics.numerals import in_digits

_YEAR = re.compile(r"(?<!\d)(?:1[5-9]|20)\d\d(?!\d|[a-z])")
#: From one time to another: what lies between is told as well.
_RANGE = re.compile(r"\s?(?:-|~|/|to|till|until|through|至|到)\s?(?:on )?")
_YEARS = re.compile(r"\s?年?\s?(?:-|~|to|till|until|through|至|到)\s?")
#: The kinds of terms that are compared as they are.
_KINDS = ("date", "quarter", "half", "weekday", "clock")
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
_EVER = 10_000


class Period(NamedTuple):
    """The first and the last year that a text tells at a ``place``; with a ``limit``, all that it allows."""

    place: Span
    years: Span
    limit: bool


def of_another_time(question: str, text: str) -> bool:
    """Whether both folded texts tell years, or times of one kind, and none of them may be the same."""
    asked = periods(question, asks=True)
    told = periods(text) if asked else []
    if told and not any(_meet(one, other) for one in asked for other in told):
        return True
    terms = find_terms(question, _KINDS)
    kinds = {term.kind for term in terms}
    found = find_terms(text, [kind for kind in _KINDS if kind in kinds]) if kinds else []
    ranges = {
        one.kind for one, other in pairwise(found) if _RANGE.fullmatch(text, one.whole.end, other.whole.start)
    }
    for kind in kinds - ranges:
        others = [term for term in found if term.kind == kind]
        if others and not any(_agree(one, other) for one in terms if one.kind == kind for other in others):
            return True
    return False


def _meet(one: Period, other: Period) -> bool:
    return one.years.start <= other.years.end and other.years.start <= one.years.end


def _agree(one: Term, other: Term) -> bool:
    if one.kind == "clock":
        return not set(one.value).isdisjoint(other.value)
    return all(not a or not b or a == b for a, b in zip(one.value, other.value, strict=True))


def limits_met(question: str, text: str) -> list[Span]:
    """Where a folded question names limits ("before 1900", 九十年代以来) that a time in the text keeps."""
    asked = [period for period in periods(question, asks=True) if period.limit]
    told = periods(text) if asked else []
    return [one.place for one in asked if any(_meet(one, other) for other in told)]


def periods(text: str, asks: bool = False) -> list[Period]:
    """All years, decades and centuries of a folded text. ``asks``: it is a question."""
    found: list[tuple[Span, Span]] = []
    rest = text
    for term in find_terms(text, ("decade", "century")):
        (value,), (start, end) = term.value, term.whole
        if term.kind == "century":
            found += [(term.whole, Span(100 * value - 100, 100 * value - 1))] * (value > 0)
        else:
            found += [(term.whole, years) for years in spans(value)]
        rest = rest[:start] + " " * (end - start) + rest[end:]
    found += [(Span(*m.span()), Span(int(m[0]), int(m[0]))) for m in _YEAR.finditer(in_digits(rest))]
    told = [Period(place, *_limited(text, place, years, asks)) for place, years in sorted(found)]
    ranges = [
        Period(Span(one.place.start, other.place.end), Span(one.years.start, other.years.end), False)
        for one, other in pairwise(told)
        if _YEARS.fullmatch(text, one.place.end, other.place.start)
    ]
    return [*told, *ranges]


def _limited(text: str, place: Span, years: Span, asks: bool) -> tuple[Span, bool]:
    """The years that are told, and whether they are those that a limit allows."""
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
    return (allowed[signs[0]], True) if signs else (years, False)
