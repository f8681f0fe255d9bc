"""Whether a text tells of another time than a question: of other years, months, weekdays or hours."""

from __future__ import annotations

import re
from collections.abc import Set
from itertools import pairwise

from index.types import Span
from qa.linguistics.calendar_terms import Term, find_terms
from qa.linguistics.periods import periods

#: From one time to another: what lies between is told as well.
_RANGE = re.compile(r"\s?(?:-|~|/|to|till|until|through|至|到)\s?(?:on )?")
#: The kinds of terms that are compared as they are.
_KINDS = ("date", "quarter", "half", "weekday", "clock")


def of_another_time(question: str, text: str, but: Set[str] = frozenset()) -> bool:
    """Whether both folded texts tell years, or times of one kind, and none of them may be the same.

    Times of the kinds ``but`` are not compared.
    """
    asked = periods(question, asks=True)
    told = periods(text) if asked else []
    if told and not any(one.meets(other.years) for one in asked for other in told):
        return True
    terms = find_terms(question, _KINDS)
    kinds = {term.kind for term in terms}
    found = find_terms(text, [kind for kind in _KINDS if kind in kinds]) if kinds else []
    ranges = {
        one.kind for one, other in pairwise(found) if _RANGE.fullmatch(text, one.whole.end, other.whole.start)
    }
    for kind in kinds - ranges - but:
        others = [term for term in found if term.kind == kind]
        if others and not any(_agree(one, other) for one in terms if one.kind == kind for other in others):
            return True
    return False


def of_another_year(question: str, text: str) -> bool:
    """Whether a folded question names one year, and a text tells others alone."""
    asked = periods(question, asks=True)
    if len(asked) != 1 or asked[0].limit or asked[0].years.start != asked[0].years.end:
        return False
    told = periods(text)
    return bool(told) and not any(asked[0].meets(other.years) for other in told)


def _agree(one: Term, other: Term) -> bool:
    if one.kind == "clock":
        return not set(one.value).isdisjoint(other.value)
    return all(not a or not b or a == b for a, b in zip(one.value, other.value, strict=True))


def limits_met(question: str, text: str) -> list[Span]:
    """Where a folded question names limits ("before 1900", 九十年代以来) that a time in the text keeps."""
    asked = [period for period in periods(question, asks=True) if period.limit]
    told = periods(text) if asked else []
    return [one.place for one in asked if any(one.meets(other.years) for other in told)]
