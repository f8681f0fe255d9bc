"""Whether a text tells of another time than a question: of other years, months, weekdays or hours."""

from __future__ import annotations

import re
from itertools import pairwise

from index.types import Span
from qa.linguistics.calendar_terms import Term, decades, find_terms
from qa.linguistics.numerals import in_digits

_YEAR = re.compile(r"(?<!\d)(?:1[5-9]|20)\d\d(?!\d|[a-z])")
#: From one time to another: what lies between is told as well.
_RANGE = re.compile(r"\s?(?:-|~|/|to|till|until|through|至|到)\s?(?:on )?")
#: The kinds of terms that are compared as they are.
_KINDS = ("date", "quarter", "half", "weekday", "clock")


def of_another_time(question: str, text: str) -> bool:
    """Whether both folded texts tell years, or times of one kind, and none of them may be the same."""
    asked, told = _periods(question), _periods(text)
    if (
        asked
        and told
        and not any(one.start <= other.end and other.start <= one.end for one in asked for other in told)
    ):
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


def _agree(one: Term, other: Term) -> bool:
    if one.kind == "clock":
        return not set(one.value).isdisjoint(other.value)
    return all(not a or not b or a == b for a, b in zip(one.value, other.value, strict=True))


def _periods(text: str) -> list[Span]:
    """The first and last years of all years, decades and centuries of a folded text."""
    found = []
    for term in find_terms(text, ("decade", "century")):
        (value,), (start, end) = term.value, term.whole
        if term.kind == "decade":
            found += [Span(year, year + 9) for year in decades(value)]
        elif value > 0:
            found.append(Span(100 * value - 100, 100 * value - 1))
        text = text[:start] + " " * (end - start) + text[end:]
    return [*found, *(Span(year, year) for year in map(int, _YEAR.findall(in_digits(text))))]
