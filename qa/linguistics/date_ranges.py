"""Days and months within the ranges of dates that a text tells: 5 May in "20 April - 12 June".

All of it is folded text (`index.text.fold`).
"""

from __future__ import annotations

from collections.abc import Iterator
from itertools import pairwise
from typing import NamedTuple

from index.types import Span
from qa.linguistics.calendar_terms import find_terms
from qa.linguistics.patterns import compiled

_WEEKDAY = (
    r"(?:(?:周|星期|礼拜)[一二三四五六日天]"
    r"|(?:mon|tues?|wed(?:nes)?|thu(?:rs?)?|fri|sat(?:ur)?|sun)(?:day)?\.?)"
)
#: The weekday and the hour of a day, after it and before it: 10月8日(星期三)9:00至…, "to Fri 7 June".
_WITH = (
    rf"(?:,?\s?\(?{_WEEKDAY}\)?)?"
    r"(?:,?\s?(?:at )?\d{1,2}(?:[:.]\d\d)?\s?(?:[ap]\.?m\.?|[时点])?)?,?"
)
_TO = rf"{_WITH}\s?(?:-|~|to|till|until|through|至|到)\s?(?:the )?(?:{_WEEKDAY},? )?"
#: Only the last day has its month: 4 to 11 February, 4-11 February.
_FIRST_DAY = r"(?<![\d.,:/-])(?P<first>\d{1,2})(?:st|nd|rd|th)?\s?(?:-|~|to|till|until|through)\s?(?:the )?"
_LAST_DAY = r"(?P<last>\d{1,2})(?:st|nd|rd|th)?\s(?:of )?"
#: What begins or ends on a day: "rises from January" says nothing of the time before.
_BOUND_BEFORE = (
    r"\b(?:until|till"
    r"|(?:starts?|begins?|(?:re)?opens?|ends?|closes?|finish(?:es)?|expires?|runs out)"
    r"(?: again)? on) (?:the )?$|[至到]$"
)
_BOUND_AFTER = "起|止|截止|开始|结束|开放|开馆|闭馆|到期"
#: Only the first day has its month: 6月3日至12日, June 3-12.
_SAME_MONTH = rf"{_TO}(?P<day>\d{{1,2}})(?:st|nd|rd|th)?(?:\s?[日号])?(?![\d月点年/]|[:.,]\d|\s?[ap]m)"


class Days(NamedTuple):
    """The days from ``first`` to ``last``: (year, month, day), with year 0 where none is told."""

    first: tuple[int, int, int]
    last: tuple[int, int, int]

    def meets(self, other: Days) -> bool:
        """Whether both have a day in common, as far as the years are told."""
        if not (self.first[0] and other.first[0]):
            years = {self.last[0] - self.first[0], other.last[0] - other.first[0]}
            if years != {0}:
                return self._turns(other)
            mine, theirs = (Days((0, *one.first[1:]), (0, *one.last[1:])) for one in (self, other))
            if mine.first > mine.last or theirs.first > theirs.last:
                return mine._turns(theirs)
            return mine.first <= theirs.last and theirs.first <= mine.last
        return self.first <= other.last and other.first <= self.last

    def _turns(self, other: Days) -> bool:
        """The same, where a range goes on into the next year: from November to February."""
        mine, theirs = (other, self) if self.first[1:] <= self.last[1:] else (self, other)
        return theirs.last[1:] >= mine.first[1:] or theirs.first[1:] <= mine.last[1:]


def asked_days(question: str) -> tuple[Span, Days] | None:
    """The one day or month that a folded question names, and where; None if it names none or several."""
    terms = find_terms(question, ("date",))
    if len(terms) != 1:
        return None
    year, month, day = terms[0].value
    days = Days((year, month, day or 1), (year, month, day or 31))
    return Span(terms[0].start, terms[0].end), days


def bounds_of_days(text: str) -> Iterator[Span]:
    """Where a folded text tells a day or month on which something begins or ends."""
    for term in find_terms(text, ("date",)):
        before = text[max(0, term.whole.start - 24) : term.whole.start]
        if compiled(_BOUND_BEFORE).search(before) or compiled(_BOUND_AFTER).match(text, term.whole.end):
            yield term.whole


def ranges_of_days(text: str) -> Iterator[tuple[Span, Days]]:
    """The ranges of dates that a folded text tells, with their places."""
    terms = find_terms(text, ("date",))
    for one, other in pairwise(terms):
        if compiled(_TO).fullmatch(text, one.whole.end, other.whole.start):
            (year, month, day), (to_year, to_month, to_day) = one.value, other.value
            year = year or to_year - (to_year > 0 and (month, day) > (to_month, to_day or 31))
            to_year = to_year or year + (year > 0 and (month, day) > (to_month, to_day or 31))
            days = Days((year, month, day or 1), (to_year, to_month, to_day or 31))
            yield Span(one.whole.start, other.whole.end), days
    for term in terms:
        year, month, day = term.value
        if day and (found := compiled(_SAME_MONTH).match(text, term.whole.end)):
            last = int(found["day"])
            if day < last <= 31:
                yield Span(term.whole.start, found.end()), Days((year, month, day), (year, month, last))
        at = max(0, term.whole.start - 24)
        ended = _FIRST_DAY if day else _FIRST_DAY + _LAST_DAY
        if found := compiled(f"{ended}$").search(text, at, term.whole.start):
            first, last = int(found["first"]), day or int(found["last"])
            if first < last <= 31:
                yield Span(found.start(), term.whole.end), Days((year, month, first), (year, month, last))
