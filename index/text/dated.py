"""Lines that begin with a date and say what happened then: the entries of chronologies, diaries, minutes and
lists of changes. A date alone, or with a name or the weather, may rather be that of the article.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import NamedTuple

from index.types import Span

#: The English months, also shortened: what stands between "|" of a pattern.
MONTHS = (
    "jan(?:uary)?|feb(?:ruary)?|mar(?:ch)?|apr(?:il)?|may|june?|july?|aug(?:ust)?|sept?(?:ember)?"
    "|oct(?:ober)?|nov(?:ember)?|dec(?:ember)?"
)
_MONTH = rf"(?:{MONTHS})\b\.?"
_YEAR = r"(?:1\d|20)\d\d(?!\d|[.,]\d)"
_HAN = "[一二三四五六七八九十]{1,3}"
_DAY = r"(?:0?[1-9]|[12]\d|3[01])"
_HAN_DAY = rf"(?:{_DAY}|{_HAN})\s?[日号號]"
_ERA = (
    "[唐宋元明清]?(?:民[国國]|光[绪緒]|宣[统統]|同治|咸[丰豐]|道光|嘉[庆慶]|乾隆|雍正|康熙|[顺順]治|崇[祯禎]|万[历曆]|萬[曆历]"
    "|昭和|平成|大正|明治)"
)
_DATE = (
    rf"(?:{_ERA}\s?(?:\d{{1,3}}|{_HAN}|元)|公元前?\s?\d{{1,4}}|[12]\d{{3}}|[1-9]\d\d|[一二][〇零○一二三四五六七八九]{{3}})"
    rf"\s?年(?![级級代度])(?:\s?(?:\d{{1,2}}|{_HAN})\s?月(?:\s?{_HAN_DAY}|[初底末])?|[春夏秋冬初底末](?!天))?"
    rf"|(?:1[0-2]|0?[1-9]|{_HAN})\s?月(?:\s?{_HAN_DAY}|[初底末]|(?=[\s:：]))"
    rf"|(?:1\d|20)\d\d(?:[-/]\d{{1,2}}(?:[-/]\d{{1,2}})?|\.\d{{1,2}}\.\d{{1,2}})(?![\d-])"
    rf"|\d{{1,2}}([-/.])\d{{1,2}}\2{_YEAR}"
    rf"|{_MONTH}\s{_DAY}(?:st|nd|rd|th)?(?!\d)(?:,?\s{_YEAR})?|{_MONTH},?\s{_YEAR}"
    rf"|{_DAY}(?:st|nd|rd|th)?\s(?:of\s)?{_MONTH}(?:,?\s{_YEAR})?"
    rf"|{_YEAR}(?=[\s)\]*_:：|·•,，–—-]|$)"
)
_WEEKDAY = (
    r"(?:[,，\s]{0,2}[(（]?(?:(?:mon|tues|wednes|thurs|fri|satur|sun)day"
    r"|(?:星期|[周週]|礼拜|禮拜)[一二三四五六日天])[)）]?)"
)
_BEGINS = re.compile(
    rf"[-*+•·◦\s]{{0,4}}[*_(（\[【]{{0,3}}(?P<date>{_DATE}){_WEEKDAY}?(?:\s?\d{{1,2}}[:：]\d\d(?::\d\d)?)?"
    r"(?P<apart>[*_)）\]】\s:：,，、.|·•–—-]{0,8})(?P<told>.*)",
    re.I,
)
#: A date, or one with the number of a version, without a letter.
_ALONE = re.compile(
    r"v?(?:\d{1,3}(?:\.\d{1,4}){1,3})?[\s(\[（–—-]{0,4}\d{4}([-/.])\d{1,2}\1\d{1,2}[)\]）]?", re.I
)
_WORD = re.compile(r"\w")
#: Every date that a line begins with has one of these among its first characters.
_MAY_BEGIN, _SOON = re.compile(r"[\d年月]"), 24
#: Longer lines are prose.
_LONGEST = 160
#: As many lines of a paragraph that begin so, and one of so many of its lines, are no chance.
_ENTRIES, _SHARE = 3, 4


class Entry(NamedTuple):
    """The date that a line begins with, and whether a space or a sign parts it from what is told."""

    date: str
    apart: bool


def entry(text: str, start: int = 0, end: int | None = None) -> Entry | None:
    """``text[start:end]`` as a line that begins with a date and goes on; None if it is none."""
    end = len(text) if end is None else end
    if _MAY_BEGIN.search(text, start, min(end, start + _SOON)) is None:
        return None
    found = _BEGINS.match(text, start, min(end, start + _LONGEST))
    if found is None or _WORD.search(text, found.start("told"), end) is None:
        return None
    return Entry(found["date"], bool(found["apart"]))


def go_on(text: str, one: Span, other: Span) -> bool:
    """Whether two neighbouring lines are entries of a chronology: short, each with another date."""
    if max(one.end - one.start, other.end - other.start) > _LONGEST:
        return False
    first, second = entry(text, *one), entry(text, *other)
    return (
        first is not None and second is not None and first.date != second.date and first.apart == second.apart
    )


def neighbours_go_on(lines: Sequence[str], at: int) -> bool:
    """Whether the line at a place and the one before or after it are entries of a chronology."""
    for other in (*lines[max(0, at - 1) : at], *lines[at + 1 : at + 2]):
        text = f"{lines[at]}\n{other}"
        if go_on(text, Span(0, len(lines[at])), Span(len(lines[at]) + 1, len(text))):
            return True
    return False


def is_date_alone(line: str) -> bool:
    """Whether a line is a date and no more, or one with the number of a version."""
    found = _BEGINS.fullmatch(line)
    return _ALONE.fullmatch(line) is not None or (found is not None and not found["told"])


def entries(text: str, block: Sequence[Span]) -> set[int]:
    """The starts of the lines of a block that are entries, where there are so many that it is no chance."""
    found = {span.start for span in block if entry(text, *span)}
    return found if len(found) >= _ENTRIES and len(found) * _SHARE >= len(block) else set()
