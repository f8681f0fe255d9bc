"""The calendar and clock words of a question, and their other forms: 90年代, nineties; 20点, 8 p.m."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import NamedTuple

from index.text.fold import Folded
from index.text.tokenizer import Tokenizer
from index.types import Span, Token
from qa.linguistics.calendar_forms import forms
from qa.linguistics.calendar_terms import (
    BEFORE_UNSURE,
    EVENING,
    MONTH_SHORT,
    MORNING,
    POSSESSIVE,
    WEEKDAY_SHORT,
    Term,
    find_terms,
)
from qa.question.numbers import is_numeral

_SHORT = frozenset(name for names in (*MONTH_SHORT, *WEEKDAY_SHORT) for name in names)
_IS_YEAR = re.compile(r"[12]\d{3}").fullmatch
_IS_DAY_OR_YEAR = re.compile(r"\d{1,2}|[12]\d{3}|st|nd|rd|th").fullmatch
#: After the hour the time goes on: 八点半, 8点15.
_GOES_ON = re.compile(r"半|\d+|[一三]?刻").fullmatch
#: What stands before a time of the other half of the day, and after it.
_WRONG = {"am": (EVENING, "pm"), "pm": (MORNING, "am"), "noon": ((MORNING | EVENING) - {"中午"}, "am")}


class CalendarForm(NamedTuple):
    """The folded ``words`` mean what the question words ``start:end`` do, as far as ``similarity`` tells.

    ``rule`` is what may stand beside them, see `stands`.
    """

    start: int
    end: int
    words: tuple[str, ...]
    similarity: float
    rule: str


class AskedTerm(NamedTuple):
    """The question words ``start:end`` are a term of the calendar or the clock; its own form comes first."""

    start: int
    end: int
    forms: tuple[CalendarForm, ...]


def asked_terms(question: Folded, tokens: Sequence[Token], tokenizer: Tokenizer) -> list[AskedTerm]:
    """The terms of a question with its ``tokens``, but for those that these do not follow."""
    found = []
    for term in find_terms(question.text):
        places = {"whole": term.whole, "": Span(term.start, term.end), "month": term.month}
        cut = {name: words_at(question, span, tokens) for name, span in places.items() if span}
        place = cut[""] or cut["whole"]
        if place is not None:
            cut["token" if cut[""] is None else ""] = place
            found.append(AskedTerm(*place, _forms(term, place, cut, tokens, tokenizer)))
    return found


def words_at(question: Folded, span: Span, tokens: Sequence[Token]) -> Span | None:
    """The words that ``span`` of a folded question holds, None if one of them goes on outside it."""
    start, end = question.original(*span)
    held = [at for at, token in enumerate(tokens) if start < token.end and token.start < end]
    if not held or tokens[held[0]].start < start or tokens[held[-1]].end > end:
        return None
    return Span(held[0], held[-1] + 1)


def _forms(
    term: Term, place: Span, cut: dict[str, Span | None], tokens: Sequence[Token], tokenizer: Tokenizer
) -> tuple[CalendarForm, ...]:
    own = tuple(token.text for token in tokens[place.start : place.end])
    best = {(*place, own): CalendarForm(*place, own, 0.0, "term")}
    for form in forms(term):
        if (at := cut.get(form.of)) is not None:
            made = CalendarForm(*at, tokenizer.words(form.text), form.similarity, form.rule)
            if (known := best.get(made[:3])) is None or made.similarity > known.similarity:
                best[made[:3]] = made
    first, *others = best.values()
    return first._replace(similarity=1.0), *others


def stands(rule: str, words: Sequence[str], start: int, end: int) -> bool:
    """Whether the words ``start:end`` of a text mean by themselves what they say.

    The rules: a "number" does not go on before or after, nor a time of the "clock", which is not of another
    part of the day if it is "am", "pm" or "noon"; a "decade" is neither an age nor of a century told before
    it, a "century" not before Christ; what is "unsure" (sun, may) stands as dates do; a "term" begins with
    the first of its numerals.
    """
    before = words[start - 1] if start else ""
    after = words[end] if end < len(words) else ""
    if is_numeral(before) and (rule in ("number", "decade") or is_numeral(words[start])):
        return False
    if rule in ("clock", "am", "pm", "noon"):
        if before == "第" or (words[end - 1] in ("点", "时") and (_GOES_ON(after) or is_numeral(after))):
            return False
        half = "".join(words[end : end + 2]) if after in ("a", "p") else after
        wrong, other = _WRONG.get(rule, ((), None))
        return before not in wrong and half != other
    if rule == "number":
        return not is_numeral(after)
    if rule == "decade":
        return before not in POSSESSIVE and before != "世纪"
    if rule == "century":
        return after not in ("bc", "bce", "b") and before not in ("公元前", "前")
    if rule == "after_year":
        return _IS_YEAR(before) is not None
    if rule == "before_year":
        return _IS_YEAR(after) is not None
    if rule != "unsure" or before in BEFORE_UNSURE or _IS_DAY_OR_YEAR(before) or _IS_DAY_OR_YEAR(after):
        return True
    return before in _SHORT or (after in _SHORT and before != "the")
