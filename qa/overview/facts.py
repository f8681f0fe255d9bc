"""What the list of articles alone tells of them: dates, sources, languages, newest additions."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from index.types import ArticleInfo
from qa.question.filters import Filters

#: Up to so many months are told month by month, others year by year.
_MONTHS = 24
#: A year, or more of a date in ISO 8601.
_DATE = re.compile(r"\d{4}(?:-(?:0[1-9]|1[0-2])|\Z)")
#: Sources and newest articles told at most.
MOST_SOURCES, MOST_NEWEST = 12, 5


@dataclass(frozen=True, slots=True)
class Period:
    """The number of articles published in a year ("2024") or month ("2024-01")."""

    name: str
    count: int

    @property
    def filters(self) -> Filters:
        """The filters that only these articles pass."""
        return Filters(after=self.name, before=_next(self.name))


@dataclass(frozen=True, slots=True)
class Facts:
    """``periods`` are in order and without gaps, ``undated`` the number of articles without a date.

    ``languages`` and ``sources`` are counts, the most frequent first; of the sources the first
    `MOST_SOURCES`. ``newest`` were added last, the last one first.
    """

    articles: int
    characters: int
    periods: tuple[Period, ...]
    undated: int
    languages: tuple[tuple[str, int], ...]
    sources: tuple[tuple[str, int], ...]
    newest: tuple[ArticleInfo, ...]


def facts_of(articles: Sequence[ArticleInfo]) -> Facts:
    """The facts of these articles."""
    dates = [info.published or "" for info in articles if _DATE.match(info.published or "")]
    sources = Counter(info.source for info in articles if info.source)
    return Facts(
        len(articles),
        sum(info.characters for info in articles),
        tuple(_periods(dates)),
        len(articles) - len(dates),
        tuple(Counter(info.language for info in articles).most_common()),
        tuple(sources.most_common(MOST_SOURCES)),
        tuple(sorted(articles, key=lambda info: (info.added, info.id), reverse=True)[:MOST_NEWEST]),
    )


def _periods(dates: Sequence[str]) -> Iterator[Period]:
    """The months of ISO dates, or their years if there are many or one has no month."""
    if not dates:
        return
    months = sorted(date[:7] for date in dates)
    by_month = all(len(month) == 7 for month in months) and _between(months[0], months[-1]) < _MONTHS
    counts = Counter(months if by_month else (month[:4] for month in months))
    name, last = min(counts), max(counts)
    while name <= last and len(name) <= len(last):  # 10000 comes after 9999
        yield Period(name, counts[name])
        name = _next(name)


def _between(first: str, last: str) -> int:
    """The months from one month to another."""
    return (int(last[:4]) - int(first[:4])) * 12 + int(last[5:]) - int(first[5:])


def _next(period: str) -> str:
    """The year or month after this one."""
    year, _, month = period.partition("-")
    if not month:
        return f"{int(year) + 1:04}"
    return f"{int(year) + 1:04}-01" if month == "12" else f"{year}-{int(month) + 1:02}"
