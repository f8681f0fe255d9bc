"""Completions of the filter being typed (`qa.question.filters`), from the articles of the library."""

from __future__ import annotations

import re
from bisect import bisect_left
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from itertools import islice
from pathlib import PurePath
from typing import NamedTuple

from index.errors import UsageError
from index.text.display import one_line
from index.text.filter_names import QUOTES
from index.text.fold import fold_text
from index.types import ArticleInfo
from qa.question.filters import KEYS, LANGUAGES, Filters, parse

#: The most completions offered.
MAX_COMPLETIONS = 8
_KEY = re.compile(rf"(?<!\S)(?P<key>(?ai:{'|'.join(KEYS)}))[:：](?P<open>[{QUOTES}]?)")
_CLOSE = re.compile(f"[{QUOTES}]")
_OWN_NAMES = {"zh": "中文", "zh-Hans": "简体中文", "zh-Hant": "繁體中文", "en": "English"}


class Completion(NamedTuple):
    """Replaces ``typed[start:end]`` by ``text``. ``note`` says what it stands for.

    Notes need no translation: they are counts, dates, names and titles.
    """

    start: int
    end: int
    text: str
    note: str


class Choices:
    """The values that filters can have in some articles, collected once for lookups at every key press."""

    def __init__(self, articles: Iterable[ArticleInfo] = ()) -> None:
        newest = sorted(articles, key=lambda article: article.published or "", reverse=True)
        self.languages = Counter(article.language for article in newest)
        self.days = sorted(article.published[:10] for article in newest if article.published)
        #: Sources and folders: folded, as shown, and their number of articles; the most frequent first.
        self.places = _places(newest)
        #: Number, folded title and title as shown; the newest article first.
        self.articles = [(str(a.id), fold_text(a.title), one_line(a.title)) for a in newest]
        self.notes = self._notes(newest)

    def _notes(self, articles: Sequence[ArticleInfo]) -> dict[str, str]:
        """Examples of the values of each kind in these articles."""
        period = f"{self.days[0]} – {self.days[-1]}" if self.days else "2024, 2024-01, 2024-01-23"
        sources = Counter(article.source for article in articles if article.source)
        numbers = sorted(article.id for article in articles)
        return {
            "lang": ", ".join(name for name, _ in self.languages.most_common()) or "zh, en",
            "after": period,
            "before": period,
            "in": ", ".join(one_line(name) for name, _ in sources.most_common(2)) or "…",
            "article": f"{numbers[0]} – {numbers[-1]}" if len(numbers) > 1 else "".join(map(str, numbers)),
        }


def _places(articles: Sequence[ArticleInfo]) -> list[tuple[str, str, int]]:
    counts = Counter(one_line(article.source) for article in articles if article.source)
    folders = Counter(name for article in articles for name in set(PurePath(article.path).parent.parts))
    # A folder with all articles in it selects nothing.
    counts.update({one_line(name): count for name, count in folders.items() if count < len(articles)})
    ranked = sorted(counts.items(), key=lambda pair: (-pair[1], pair[0]))
    return [(fold_text(name), name, count) for name, count in ranked if name]


def is_filter(typed: str) -> bool:
    """Whether ``typed`` is nothing but one or more valid filters."""
    try:
        question, filters = parse(typed)
    except UsageError:
        return False
    return bool(filters) and not question


def complete(text: str, cursor: int, choices: Choices) -> list[Completion]:
    """Completions at the ``cursor``, best first: kinds of filters, or values of the kind typed."""
    head = text[:cursor]
    keys = list(_KEY.finditer(head))
    if keys and (partial := _partial(head[keys[-1].end() :], quoted=bool(keys[-1]["open"]))) is not None:
        match = keys[-1]
        end = cursor + _rest(text[cursor:], quoted=bool(match["open"]))
        found = _VALUES[match["key"].lower()](partial, choices)
        return [Completion(match.start(), end, typed, note) for typed, note in islice(found, MAX_COMPLETIONS)]
    start = max((at + 1 for at, char in enumerate(head) if char.isspace()), default=0)
    if cursor < len(text) and not text[cursor].isspace():
        return []
    word = fold_text(head[start:])
    if not word and text.strip():
        return []
    return [Completion(start, cursor, f"{key}:", choices.notes[key]) for key in KEYS if key.startswith(word)]


def _partial(value: str, quoted: bool) -> str | None:
    """The value typed so far; None if it is already complete."""
    if _CLOSE.search(value) if quoted else any(map(str.isspace, value)):
        return None
    return value


def _rest(text: str, quoted: bool) -> int:
    """The number of characters after the cursor that belong to the value."""
    if quoted and (close := _CLOSE.search(text)):
        return close.end()
    return 0 if quoted else next((at for at, char in enumerate(text) if char.isspace()), len(text))


def _languages(partial: str, choices: Choices) -> Iterator[tuple[str, str]]:
    counts = choices.languages.copy()
    if counts["zh-Hans"] and counts["zh-Hant"]:
        counts["zh"] = counts["zh-Hans"] + counts["zh-Hant"]
    before, _, last = fold_text(partial).rpartition(",")
    if before and not is_filter(f"lang:{before}"):
        return
    for language, count in sorted(counts.items(), key=lambda pair: (-pair[1], pair[0])):
        own = _OWN_NAMES.get(language, "")
        if language in LANGUAGES and (language.lower().startswith(last) or fold_text(own).startswith(last)):
            typed = f"{before},{language}" if before else language
            yield f"lang:{typed}", f"{own} {count:,}".strip()


def _dates(key: str, partial: str, choices: Choices) -> Iterator[tuple[str, str]]:
    """Years and months, or months and days once a month is typed, newest first, with their article counts."""
    typed = re.sub(r"[/.年月]", "-", fold_text(partial)).rstrip("-")
    lengths, days = (4, 7) if len(typed) < 7 else (7, 10), choices.days
    for length in lengths:
        periods = {day[:length] for day in days if day.startswith(typed) and len(day) >= length}
        for period in sorted(periods, reverse=True):
            earlier = bisect_left(days, period)
            count = earlier if key == "before" else len(days) - earlier
            if period.startswith(typed) and count:
                yield f"{key}:{period}", f"{count:,}"


def _sources(partial: str, choices: Choices) -> Iterator[tuple[str, str]]:
    """Sources and folders: those that begin as typed come first, then those with the most articles."""
    wanted = fold_text(partial)
    fitting = [place for place in choices.places if wanted in place[0]]
    for _, name, count in sorted(fitting, key=lambda place: not place[0].startswith(wanted)):
        if typed := str(Filters(sources=(name,))):
            yield typed, f"{count:,}"


def _titles(partial: str, choices: Choices) -> Iterator[tuple[str, str]]:
    """Articles by number or by words of the title, the newest first."""
    before, _, last = fold_text(partial).replace("、", ",").rpartition(",")
    if before and not is_filter(f"article:{before}"):
        return
    chosen = set(before.split(","))
    fitting = [
        (not number.startswith(last), not key.startswith(last), number, title)
        for number, key, title in choices.articles
        if (last in key or number.startswith(last)) and number not in chosen
    ]
    for *_, number, title in sorted(fitting, key=lambda item: item[:2]):
        yield f"article:{before},{number}" if before else f"article:{number}", title


_VALUES: dict[str, Callable[[str, Choices], Iterator[tuple[str, str]]]] = {
    "lang": _languages,
    "after": lambda typed, choices: _dates("after", typed, choices),
    "before": lambda typed, choices: _dates("before", typed, choices),
    "in": _sources,
    "article": _titles,
}
