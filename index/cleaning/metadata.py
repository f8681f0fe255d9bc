"""What a text states about itself: title, date of publication, author, source.

Only lines at the top and the bottom that are not prose are searched, so that no date or name in the story is
taken for the article's own. Patterns match folded text (``index.text.fold``).
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from itertools import takewhile

from index.text.dated import MONTHS
from index.text.display import one_line
from index.text.fold import fold, fold_text, name_key
from index.text.han import HAN
from index.text.sentences import sentences

#: Lines searched at the top and at the bottom, and characters of a longer line.
_HEAD, _FOOT = 12, 8
_WIDTH = 240

_MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
_MONTH = rf"(?P<month>{MONTHS})\.?"
_CLOCK = (
    r"(?:\s?[t,|·/]?\s?(?:at\s)?(?:周.|\(?星期.\)?)?\s?(?P<half>上午|下午|晚上|凌晨|中午)?\s?"
    r"(?P<hour>[01]?\d|2[0-4])\s?[:时点]\s?(?P<minute>[0-5]\d)(?::\d{2})?(?:\s?(?P<ampm>[ap])\.?m)?)?"
)
_YEAR = r"(?<!\d)(?P<year>(?:19|20)\d\d)"
_DATES = tuple(
    re.compile(pattern)
    for pattern in (
        rf"{_YEAR}\s?(?P<sep>[-/.])\s?(?P<month>\d{{1,2}})\s?(?P=sep)\s?(?P<day>\d{{1,2}})(?!\d){_CLOCK}",
        rf"{_YEAR}\s?年\s?(?P<month>\d{{1,2}})\s?月\s?(?P<day>\d{{1,2}})\s?[日号]{_CLOCK}",
        rf"民国\s?(?P<roc>\d{{2,3}})\s?年\s?(?P<month>\d{{1,2}})\s?月\s?(?P<day>\d{{1,2}})\s?[日号]{_CLOCK}",
        r"(?P<numerals>[一二][〇零一二三四五六七八九]{3})年(?P<month>[一二十]{1,2})月(?P<day>[一二三十四五六七八九]{1,3})[日号]"
        + _CLOCK,
        rf"(?<![a-z]){_MONTH}\s(?P<day>\d{{1,2}})(?:st|nd|rd|th)?,?\s(?P<year>(?:19|20)\d\d)(?!\d){_CLOCK}",
        rf"(?<!\d)(?P<day>\d{{1,2}})(?:st|nd|rd|th)?\s(?:of\s)?{_MONTH},?\s(?P<year>(?:19|20)\d\d)(?!\d){_CLOCK}",
        rf"{_YEAR}(?P<month>[01]\d)(?P<day>[0-3]\d)(?:\s?(?P<hour>[0-2]\d):(?P<minute>[0-5]\d)(?::\d{{2}})?|(?!\d))",
    )
)
#: Every date has one of them.
_OF_DATES = ("19", "20", "年")
_PUBLISHED = re.compile(
    r"(?:发布|发表|刊登|刊发|出版|上线|创建)(?:时间|日期|于|在)?|(?<!\w)(?:时间|日期)\s?:|posted|published|(?<![a-z])date\s?:"
)
_CHANGED = re.compile(r"(?:更新|修改|编辑)(?:时间|日期|于)?|updated|modified|edited")
#: A news agency's opening: "(本报北京2024年1月23日电)".
_AGENCY = re.compile(r"^[^。]{0,30}?\d{1,2}月\d{1,2}日(?:电|讯|报道)")
_DIGITS = {c: str(i) for i, c in enumerate("〇一二三四五六七八九")} | {"零": "0"}

_START = r"(?:^|[\s\[(【〔/|*。!?,\-])"
_STOP = r"\s:|/丨,、;()\[\]【】〔〕*。!?\"<>"
_REPORTERS = rf"(?P<name>[{HAN}]{{2,4}}(?:、[{HAN}]{{2,4}}){{0,3}})"
# "By Jane Doe, March 3, 2025", "by Jane Doe on Monday": a date is no part of a name.
_NAME_WORD = (
    rf"(?!(?:{'|'.join(_MONTHS)})[a-z]{{0,6}}\.?\s\d|(?:mon|tues|wednes|thurs|fri|satur|sun)day\b"
    r"|(?:on|posted|published|updated)\s)[a-z][\w.'-]{0,20}"
)
_ASCII_NAME = rf"{_NAME_WORD}(?:\s{_NAME_WORD}){{0,3}}"
_NAME = rf"(?P<name>{_ASCII_NAME}(?![^\x00-\x7f])|[^{_STOP}]{{2,20}}(?:[、,]\s?[^{_STOP}]{{2,10}}){{0,3}})"
_AUTHORS = tuple(
    re.compile(pattern)
    for pattern in (
        rf"{_START}(?:本文)?(?:作者|撰文|撰稿|文字?|author|written by)\s?[:|/丨]\s?{_NAME}",
        rf"{_START}(?:[{HAN}]{{0,4}}记者|特约撰稿人?)\s?[:|/]?\s?{_REPORTERS}\s?/\s?[{HAN}]{{1,8}}报[道导]",
        rf"{_START}(?:文\s)?记者\s?[:|/]\s?{_NAME}",
        rf"{_START}[{HAN}]{{0,4}}记者\s{_REPORTERS}\s[{HAN}]{{2,6}}(?:报道|摄影|电)",
        rf"{_START}[{HAN}]{{0,4}}记者(?P<name>[{HAN}]{{3}})[{HAN}]{{2,4}}\d{{1,2}}日(?:专?电|讯)",
        rf"^(?:story\s|written\s)?by\s(?P<name>{_ASCII_NAME}(?:\s?(?:,|and|&)\s{_ASCII_NAME}){{0,3}})\s*"
        rf"(?:$|[|,·(\-]|\d|(?:{'|'.join(_MONTHS)})[a-z.]{{0,7}}\s\d|(?:on|posted|published|updated)\s)",
    )
)
_BYLINE = _AUTHORS[-1]
#: Of an address the site is named.
_SOURCE = re.compile(
    rf"{_START}(?:文章|信息|新闻|稿件)?(?:来源|来自|出处|稿源|转载自|转自|source)(?:微信)?(?:公众号)?\s?[:|/丨]\s?"
    rf"(?P<address><?https?://(?:www\.)?)?(?!https?:)"
    rf"(?P<name>(?(address)[a-z\d][a-z\d.-]{{2,60}}"
    rf"|(?:[a-z][\w.&' -]{{1,40}}(?![^\x00-\x7f])|[^{_STOP}]{{2,20}})))"
)
#: A line with a label, a message of a chat with its time, and the labels of a title.
_TOLD = re.compile(r"(?!\d)[^\s:。,.!?#>*-][^:。,.!?]{0,20}:\s*\S")
_SAID = re.compile(r"[\[(]?[\d/.-]{6,10},? \d{1,2}:\d\d(?::\d\d)?[\])]?(?: -)? [^:]{1,30}:\s*\S")
_TITLED = re.compile(r"(?:title|subject|标题|题目|题名|篇名|主题)\s?:\s*(?=\S)")
#: Of what every match of a pattern has one: looking for them is quicker.
_LABELLED = (":", "|", "/", "丨")
_PARTS = dict(
    zip((*_AUTHORS, _SOURCE), (_LABELLED, *[("记者", "撰稿")] * 4, ("by",), _LABELLED), strict=True)
)
#: An entry of front matter.
_ENTRY = re.compile(r"[a-z][\w-]{0,30}: ")
#: A credit after a title on its line.
_CREDIT = re.compile(
    r"\s[(\[【]?(?:(?:文章|信息|稿件)?来源|作者|记者|编辑|责编|(?:发布|发表|更新)?(?:日期|时间)|source|author|date)\s?[:|]"
)
#: Lines whose date is not the article's: notices of the site, footnotes, references; below the text comments.
_OTHER_DATE = re.compile(
    r"icp|备案|公网安备|许可证|©|\(c\)\s|copyright|版权|rights reserved"
    r"|^(?:\[\^?\w{1,4}\]|\^|注(?:释|解)?\s?[\d:]|[①-⑳†*]\s?\S|\d{1,2}\.\s\S)"
    r"|retrieved|accessed|访问(?:日期|时间|于)|检索(?:日期|于)|查阅(?:日期|于)|引用日期"
)
_COMMENT = re.compile(r"评论|回复|留言|\d\s?楼|(?<![a-z])(?:comments?|repl(?:y|ies)|replied|says)(?![a-z])")
#: A credit before the first sentence, on its line.
_HEAD_DATE = re.compile(r"^[^。]{0,100}?(?:(?:来源|作者)\s?:[^。]{1,60}?|发布|发表)(?:时间|日期)\s?:")
#: The heading of the readers' comments: nothing below it dates the article.
_COMMENTS = re.compile(
    r"^[# ]*(?:精[选選]|全部|最新|[热熱][门門]|网友|網友|[读讀]者)?(?:[评評][论論]|留言|跟帖|comments?)"
    r" ?(?:[区區列]表?)? ?[(（:：]? ?\d{0,6} ?[条條则則]?[)）]? *$",
    re.M | re.I,
)
_NOBODY = re.compile("admin(?:istrator)?|editor|unknown|佚名|未知|匿名|(?:互联)?网络?|本站|小编|原创|转载")

# What PDF and DOCX files name as their title and author: programs fill in most of it.
_NO_TITLE = re.compile(
    r"(?i:untitled.*|(?:word )?document ?\d*|slide ?\d*|microsoft (?:word|powerpoint|excel)\b.*|powerpoint .*"
    r"|about:blank|(?:https?|file):.*"
    r"|.*\.(?:docx?|wps|rtf|odt|pptx?|xlsx?|pdf|tex|dvi|indd|qxd|p65|html?|txt|md|cdr|ai))"
    r"|无标题.*|無標題.*|未命名.*|文档 ?\d*|文件 ?\d*|幻灯片.*|投影片.*|[\W\d_]*"
)
_NO_AUTHOR = re.compile(
    r"(?i:users?|admin|administrator|owner|author|unknown|\(?(?:anonymous|unspecified)\)?|root|pc|dell"
    r"|hp|lenovo|asus|acer|windows.*"
    r"|microsoft.*|mc system|python-docx|openpyxl|xlsxwriter|excelize"
    r"|apache poi|wps(?:_.*| office)?|\S+@\S+)|作者|用户|微软.*|微軟.*|雨林木风|深度.*|番茄花园|[\W\d_]*"
)
_WORD = re.compile(r"\w")
_LETTERS = re.compile(r"[^\W_]")
#: Letters that a line of credits may have besides them: a name, the weather.
_LEFT = 4
_LABEL = re.compile(r"[:|丨]|/.{0,12}报[道导]|日专?[电讯]")
#: A plausible title is within so many characters of the start of the text.
_OPENING = 3_000


@dataclass(frozen=True, slots=True)
class Metadata:
    """Metadata of an article; ``published`` as in ``index.types.ParsedArticle``."""

    title: str | None = None
    published: str | None = None
    author: str | None = None
    source: str | None = None

    def or_else(self, other: Metadata) -> Metadata:
        """This metadata, completed from ``other``."""
        return Metadata(
            self.title or other.title,
            self.published or other.published,
            self.author or other.author,
            self.source or other.source,
        )


def find_metadata(text: str) -> Metadata:
    """Date, author and source from normalised text that still has its credits and notices."""
    lines = list(_outskirts(text))
    comments = _COMMENTS.search(text, len(text) // 4)
    dated = list(_outskirts(text[: comments.start()])) if comments else lines
    return Metadata(None, _published(dated), _first(lines, _AUTHORS), _first(lines, (_SOURCE,)))


def plausible_metadata(title: object, author: object, created: str | None, text: str) -> Metadata:
    """The plausible part of a document's title, author and creation day, given its text.

    A title that is not on the first page is often left over from another document; the largest heading there
    is used instead. A date in the text is used rather than the day the file was made.
    """
    named = _meaningful(title, _NO_TITLE)
    opening = text[:_OPENING]
    if named is None or name_key(named) not in name_key(opening):
        headings = re.findall(r"^(#{1,3}) (.{2,120})$", opening, re.M)
        named = min(headings, key=lambda heading: len(heading[0]))[1] if headings else named
    return Metadata(named, find_metadata(text).published or created, plausible_author(author))


def plausible_author(author: object) -> str | None:
    """The author that a document names, unless a program filled it in."""
    return _meaningful(author, _NO_AUTHOR)


def _meaningful(value: object, meaningless: re.Pattern[str]) -> str | None:
    text = one_line(value) if isinstance(value, str) else ""
    return None if meaningless.fullmatch(text[:400]) else text


def parse_date(text: str) -> str | None:
    """The first full date in ``text``, ISO 8601, with minutes when a time of day follows it."""
    return _date_in(fold_text(text))


def title_of(text: str) -> str | None:
    """The first line of cleaned text if it looks like a title (short, no sentence or credit); else None.

    Below several lines with labels it is the heading, unless one of these is the label of a title.
    """
    lines = [line.strip() for line in text.split("\n") if line.strip()]
    if len(lines) > 1 and all(_SAID.match(fold_text(line[:_WIDTH])) for line in lines[:2]):
        return None
    told = [*takewhile(lambda line: _TOLD.match(fold_text(line[:_WIDTH])), lines)]
    titled = [line for line in told if _TITLED.match(fold_text(line[:_WIDTH]))]
    headed = len(told) > 1 and lines[len(told) : len(told) + 1] and lines[len(told)].startswith("# ")
    for line in titled or lines[len(told) if headed else 0 :]:
        key = fold_text(line[: 2 * _WIDTH])  # what is longer is no title
        limit = 60 if re.search(f"[{HAN}]", key) else 160
        plain = _without_label(re.sub(r"^#{1,6}\s+", "", line).strip())
        if re.match(r"#{1,6}\s", line) and re.search(r"\w", plain) and len(plain) <= limit:
            return plain  # a heading, however short
        if credit := _CREDIT.search(key):
            before = line[: fold(line[: 2 * _WIDTH]).original(*credit.span()).start].strip()
            if len(before) > 3 and title_of(before) == before:
                return before
        is_credit = (_date_in(key) is not None and len(key) < 40) or any(
            p.search(key) for p in (*_AUTHORS, _SOURCE)
        )
        if is_credit or (plain == line and _ENTRY.match(line)) or not re.search(r"[^\W\d_]{2}", key):
            continue
        return (
            plain if len(plain) <= limit and not key.endswith(("。", ";", ",")) and "。" not in key else None
        )
    return None


def _without_label(title: str) -> str:
    """A title without the word that it is one."""
    folded = fold(title[:_WIDTH])
    label = _TITLED.match(folded.text)
    return title[folded.original(*label.span()).end :].strip() if label else title


def opening(text: str, limit: int = 40) -> str:
    """The first sentence, or its first ``limit`` characters, as the title of a text that has none."""
    line = next((line.lstrip("# ") for line in text.split("\n") if _WORD.search(line)), "")
    if (word := _WORD.search(line)) and word.start() > limit:  # signs alone are no title
        line = line[word.start() :]
    line = line[: 8 * limit]
    first = next((line[start:end] for start, end in sentences(line) if _WORD.search(line, start, end)), "")
    first = first.rstrip("。.")
    return first if len(first) <= limit else first[:limit].rstrip() + "…"


def _outskirts(text: str) -> Iterator[tuple[str, bool]]:
    """The lines at the top and the bottom, each with whether it is prose. Long lines are cut to one end."""
    lines = [line.strip() for line in text.split("\n") if line.strip()]
    foot = max(_HEAD, len(lines) - _FOOT)
    for line in lines[:_HEAD]:
        if len(line) <= _WIDTH:
            yield line, "。" in line or len(line) > 100
        else:
            yield line[:_WIDTH], True
    for line in lines[-_FOOT:] if len(lines) <= _HEAD else lines[foot:]:
        yield line[-_WIDTH:], "。" in line or len(line) > 100


def _published(lines: list[tuple[str, bool]]) -> str | None:
    """The date with a "published" label, else on a line of its own near the top, else with "updated"."""
    labelled, bare, changed = [], [], []
    below = False  # some of the text
    for line, prose in lines:
        key = fold_text(line)
        found = _date_in(key)
        below = below or prose
        if found is None or (below and not prose and _COMMENT.search(key)):
            continue
        if _OTHER_DATE.search(key) and (below or not _PUBLISHED.search(key)):
            continue
        if prose:
            if head := _HEAD_DATE.match(key):
                found = _date_in(key[head.end() : head.end() + 40])
            if found and (head or _AGENCY.match(key)):
                labelled.append(found)
        elif _PUBLISHED.search(key):
            labelled.append(found)
        elif _CHANGED.search(key):
            changed.append(found)
        elif len(key) <= 80:
            bare.append(found)
    return next(iter((*labelled, *bare, *changed)), None)


def is_credit(key: str) -> bool:
    """Whether a line, folded, says nothing but who wrote the article, where and when."""
    rest = key
    for pattern in (*_DATES, *_AUTHORS, _SOURCE):
        rest = pattern.sub(" ", rest, count=2)
    if rest == key:
        return False
    rest = _CHANGED.sub(" ", _PUBLISHED.sub(" ", rest)).strip(" ,|·-")
    rest = _BYLINE.sub(" ", rest)  # "Published 3 May 2021 by Jane Doe"
    return len(_LETTERS.findall(rest)) <= _LEFT and (":" not in rest or not _WORD.search(rest))


def told_beside_date(key: str) -> str | None:
    """What a folded line of credits says beside its date, "" for nothing; None if it is no such line, or
    names an author or a source, or says what the date is of.
    """
    rest = key
    for pattern in _DATES if any(part in key for part in _OF_DATES) else ():
        rest = pattern.sub(" ", rest, count=2)
    if rest == key or any(p.search(rest) for p in (*_AUTHORS, _SOURCE)):
        return None
    told = rest.strip(" ,.:;()[]|·-")
    bare = _CHANGED.sub(" ", _PUBLISHED.sub(" ", told))
    return told if _WORD.search(bare) or not told else None


def _date_in(key: str) -> str | None:
    if not any(part in key for part in _OF_DATES):
        return None
    matches = [m for pattern in _DATES if (m := pattern.search(key))]
    for match in sorted(matches, key=lambda m: (m.start(), -m.end())):
        if (iso := _iso(match.groupdict())) is not None:
            return iso
    return None


def _iso(part: dict[str, str | None]) -> str | None:
    if numerals := part.get("numerals"):
        year = int("".join(_DIGITS[c] for c in numerals))
    elif roc := part.get("roc"):
        year = int(roc) + 1911
    else:
        year = int(part["year"] or 0)
    try:
        day = date(year, _number(part["month"] or ""), _number(part["day"] or ""))
    except ValueError:
        return None
    if not part.get("hour"):
        return day.isoformat()
    hour, minute = int(part["hour"] or 0), int(part["minute"] or 0)
    afternoon = part.get("half") in ("下午", "晚上") or part.get("ampm") == "p"
    if afternoon and hour < 12:
        hour += 12
    elif hour == 12 and part.get("ampm") == "a":
        hour = 0
    return f"{day.isoformat()}T{hour:02}:{minute:02}" if hour < 24 else day.isoformat()


def _number(word: str) -> int:
    """A day or month in digits, in Chinese numerals up to 三十一, or by its English name."""
    if word.isdecimal():
        return int(word)
    if word[:3] in _MONTHS:
        return _MONTHS.index(word[:3]) + 1
    if word.count("十") > 1:
        raise ValueError(word)
    tens, ten, ones = word.rpartition("十")
    units = int(_DIGITS[ones]) if len(ones) == 1 else 0
    if len(ones) > 1 or len(tens) > 1:
        raise ValueError(word)
    return (int(_DIGITS[tens]) if tens else 1) * 10 + units if ten else units


def _first(lines: list[tuple[str, bool]], patterns: tuple[re.Pattern[str], ...]) -> str | None:
    """The first name that a pattern finds, as written."""
    for line, prose in lines:
        folded = fold(line)
        for pattern in patterns:
            if not any(part in folded.text for part in _PARTS[pattern]):
                continue
            for match in pattern.finditer(folded.text):
                if prose and (
                    _LABEL.search(match[0]) is None
                    or (match.start() > 40 and match.end() < len(folded.text) - 60)
                ):
                    continue  # inside a paragraph or without a label, it belongs to the story
                start, end = folded.original(*match.span("name"))
                name = line[start:end].strip(" -·")
                if name and not _NOBODY.fullmatch(fold_text(name)):
                    return name
    return None
