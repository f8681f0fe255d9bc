"""Filters select the articles that a question is asked of: typed words such as ``lang:en after:2024-01``.

The kinds are ``lang:``, ``after:`` (inclusive), ``before:`` (exclusive), ``in:`` (source, path, title, or a
tag or collection of Zotero) and ``article:`` (numbers). An article passes if every kind accepts it, and a
kind accepts it if one of its values does. A second date of one kind replaces the first.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from index.errors import Phrase, UsageError
from index.text.display import one_line
from index.text.filter_names import MARKS, QUOTES, filter_key, filter_names
from index.text.fold import fold_text
from index.types import ArticleInfo, Selection

KEYS = ("lang", "after", "before", "in", "article")
#: Languages that a filter may name. "zh" stands for both scripts.
LANGUAGES = ("zh", "zh-Hans", "zh-Hant", "en", "und")
_NAMES = {
    "zh": "zh chinese 中文 汉语 汉字 华文 华语",
    "zh-Hans": "zh-hans hans zh-cn cn zh-sg sc chs simplified 简体 简体中文 简体字 简中 简",
    "zh-Hant": "zh-hant hant zh-tw tw zh-hk hk zh-mo tc cht traditional 繁体 繁体中文 繁体字 繁中 繁 正体",
    "en": "en en-us en-gb eng english 英文 英语",
    "und": "und other 其他 其它",
}
_LANGUAGE = {name: language for language, names in _NAMES.items() for name in names.split()}
_PART = re.compile(
    # Text in quotation marks is asked as it is. A mark after a digit (5") is an inch.
    r'(?<![0-9A-Za-z])"[^"]*"|“[^“”]*”|「[^「」]*」|『[^『』]*』'
    rf"|(?<!\S)(?P<key>(?ai:{'|'.join(KEYS)}))[:：]"
    rf"(?:[{QUOTES}](?P<quoted>[^{QUOTES}]*)[{QUOTES}]|(?P<bare>\S+))"
)
_UNQUOTED = re.compile(rf"\A((?ai:in)[:：])([^{QUOTES}]+)\Z")
_DATE = re.compile(r"(\d{4})(?:[-/.年](\d{1,2})(?:[-/.月](\d{1,2})日?|月)?|年)?", re.ASCII)
_NUMBERS = re.compile(r"#?\d{1,15}(?:,#?\d{1,15})*,?", re.ASCII)


@dataclass(frozen=True, slots=True)
class Filters:
    """The articles to ask. Without any filter, which is false, all of them. ``str`` is the typed form.

    ``languages`` are of `LANGUAGES`. ``after`` and ``before`` are "" or an ISO 8601 year, month or day.
    ``sources`` are texts without quotation marks. ``articles`` are ids.
    """

    languages: tuple[str, ...] = ()
    after: str = ""
    before: str = ""
    sources: tuple[str, ...] = ()
    articles: tuple[int, ...] = ()

    def __post_init__(self) -> None:
        tidy = (one_line(source.translate(MARKS)) for source in self.sources)
        object.__setattr__(self, "languages", tuple(dict.fromkeys(self.languages)))
        object.__setattr__(self, "sources", tuple(dict.fromkeys(filter(None, tidy))))
        object.__setattr__(self, "articles", tuple(sorted(set(self.articles))))

    def __bool__(self) -> bool:
        return self != NO_FILTERS

    def __str__(self) -> str:
        return " ".join(self.parts())

    def parts(self) -> tuple[str, ...]:
        """The typed form of each filter. All article numbers are one part."""
        return (
            *(f"lang:{language}" for language in self.languages),
            *([f"after:{self.after}"] if self.after else ()),
            *([f"before:{self.before}"] if self.before else ()),
            *(f'in:"{source}"' if " " in source else f"in:{source}" for source in self.sources),
            *([f"article:{','.join(map(str, self.articles))}"] if self.articles else ()),
        )

    def adding(self, other: Filters) -> Filters:
        """These filters and ``other``, whose dates replace those of the same kind."""
        return _merged([self, other])

    def without(self, part: str) -> Filters:
        """These filters without the typed ``part`` (or parts)."""
        less = parse(part)[1]
        return Filters(
            tuple(language for language in self.languages if language not in less.languages),
            "" if self.after == less.after else self.after,
            "" if self.before == less.before else self.before,
            tuple(source for source in self.sources if source not in less.sources),
            tuple(number for number in self.articles if number not in less.articles),
        )

    def selection(self) -> Selection:
        """What the filters ask, for a server: `allows` tells the same of an article."""
        names = tuple(map(filter_key, self.sources))
        return Selection(self.languages, self.after, self.before, names, self.articles)

    def allows(self, article: ArticleInfo) -> bool:
        """Whether the article passes. An article without a date passes no filter by date."""
        if self.articles and not _contains(self.articles, article.id):
            return False
        if self.languages and not any(
            article.language == language or (language == "zh" and article.language.startswith("zh"))
            for language in self.languages
        ):
            return False
        # ISO dates of any precision compare as text: "2024-01" <= "2024-01-23" < "2024-02". What is dated
        # by its year alone is before none of its months.
        if (self.after or self.before) and not article.published:
            return False
        published = article.published or ""
        if published < self.after or (self.before and published >= self.before):
            return False
        if published and self.before.startswith(published):
            return False
        if not self.sources:
            return True
        tags = article.reference.tags if article.reference else ()
        names = filter_names(article.source or "", article.title, article.path, *tags)
        return any(filter_key(source) in names for source in self.sources)


#: Lets every article through.
NO_FILTERS = Filters()


def _merged(filters: Sequence[Filters]) -> Filters:
    return Filters(
        tuple(language for each in filters for language in each.languages),
        next((each.after for each in reversed(filters) if each.after), ""),
        next((each.before for each in reversed(filters) if each.before), ""),
        tuple(source for each in filters for source in each.sources),
        tuple(number for each in filters for number in each.articles),
    )


def _contains(ordered: Sequence[int], number: int) -> bool:
    at = bisect_left(ordered, number)
    return at < len(ordered) and ordered[at] == number


def parse(text: str) -> tuple[str, Filters]:
    """The question without its filters, and the filters. Raises UsageError for a filter with a wrong value.

    A filter begins the text or follows a space, and its value follows the colon. Text in quotation marks
    holds no filter. Text without filters is returned unchanged.
    """
    rest: list[str] = []
    filters: list[Filters] = []
    at = 0
    for match in _PART.finditer(text):
        if match["key"]:
            filters.append(_filter(match))
            rest.append(text[at : match.start()].strip())
            at = match.end()
    if not filters:
        return text, NO_FILTERS
    return " ".join(filter(None, (*rest, text[at:].strip()))), _merged(filters)


def parse_all(texts: Sequence[str]) -> Filters:
    """The filters of options. Raises UsageError if one of ``texts`` holds anything but filters.

    The shell removes quotation marks. So all of ``in:two words`` after the colon is the name.
    """
    found = []
    for text in texts:
        rest, filters = parse(text)
        if rest:
            rest, filters = parse(_UNQUOTED.sub(r'\1"\2"', text))
        if rest or not filters:
            raise UsageError(
                "{text!r} is no filter", "filters are {examples}", text=_shown(text), examples=_EXAMPLES
            )
        found.append(filters)
    return _merged(found)


def default_filters(setting: str) -> Filters:
    """The filters of the setting ``filter``. UsageError: it holds anything else."""
    try:
        rest, filters = parse(setting)
    except UsageError as error:  # the question that was asked named no filter
        raise UsageError(Phrase("the setting filter: {error}", error=error.message), error.hint) from error
    if rest.strip():
        raise UsageError(
            "the setting filter holds {text!r}, which is no filter",
            "filters are {examples}",
            text=_shown(rest),
            examples=_EXAMPLES,
        )
    return filters


_EXAMPLES = 'lang:en after:2024-01 before:2024-07 in:"some name" article:12,15'


def _shown(value: str) -> str:
    """``value`` for a message, printable and at most 40 characters long."""
    line = one_line(value)
    return line if len(line) <= 40 else line[:39] + "…"


def _filter(match: re.Match[str]) -> Filters:
    key, value = match["key"].lower(), match["quoted"]
    if value is None:
        value = match["bare"]
        if value[0] in QUOTES:
            raise UsageError(
                "{key}:{value} has no closing quotation mark", 'as in {key}:"…"', key=key, value=_shown(value)
            )
    source = Filters(sources=(value,))
    if not source or not filter_key(value).strip(" ,、"):
        raise UsageError(
            "{key}: is followed by nothing to filter by",
            "filters are {examples}",
            key=key,
            examples=_EXAMPLES,
        )
    if key == "in":
        return source
    if key == "lang":
        return Filters(languages=tuple(map(_language, filter(None, re.split("[,，、]", value)))))
    if key == "article":
        return Filters(articles=_articles(value))
    day = _date(key, value)
    return Filters(after=day) if key == "after" else Filters(before=day)


def _language(value: str) -> str:
    language = _LANGUAGE.get(fold_text(value).strip().replace("_", "-"))
    if language is None:
        raise UsageError(
            "lang:{value} names no language known here",
            "{languages}; in quotation marks it is asked as words",
            value=_shown(value),
            languages=", ".join(LANGUAGES[:4]),
        )
    return language


def _articles(value: str) -> tuple[int, ...]:
    numbers = re.sub(r"\s", "", fold_text(value)).replace("、", ",")
    if not _NUMBERS.fullmatch(numbers):
        raise UsageError(
            "article:{value} is no article number",
            "as in article:12 or article:12,15; qa list shows the numbers; "
            "in quotation marks it is asked as words",
            value=_shown(value),
        )
    return tuple(int(number.lstrip("#")) for number in numbers.split(",") if number)


def _date(key: str, value: str) -> str:
    """A year, month or day in ISO 8601."""
    match = _DATE.fullmatch(re.sub(r"\s", "", fold_text(value)))
    try:
        if not match:
            raise ValueError(value)
        year, month, day = match.groups()
        date(int(year), int(month or 1), int(day or 1))
    except ValueError:
        raise UsageError(
            "{key}:{value} is no date",
            "a year, month or day, as in {key}:2024, {key}:2024-01 or {key}:2024-01-23; "
            "in quotation marks it is asked as words",
            key=key,
            value=_shown(value),
        ) from None
    return "-".join([year, *(f"{int(part):02}" for part in (month, day) if part)])
