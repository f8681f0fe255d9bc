"""The fixed words around answers, in the language of the question, and how a source is told."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

from index.text.display import one_line
from index.text.language import detect
from index.types import ArticleInfo
from qa.types import Answer, Citation


@dataclass(frozen=True, slots=True)
class Labels:
    """What stands around quotations. ``characters`` is a template for ``start`` and ``end``, ``page`` for
    ``page``, ``also`` for ``count``: one article, several."""

    language: str
    unanswered: str
    nearest: str
    nowhere: str
    carried: str
    filters: str
    sources: str
    passage: str
    characters: str
    page: str
    also: tuple[str, str]
    full_stop: str
    comma: str


_ENGLISH = Labels(
    language="en",
    unanswered="No answer found in these articles.",
    nearest="Nearest passages",
    nowhere="Found nowhere: ",
    carried="Carried over: ",
    filters="Asked of: ",
    sources="Sources",
    passage="The passage",
    characters="characters {start}–{end}",
    page="p. {page}",
    also=("also in 1 article", "also in {count} articles"),
    full_stop=". ",
    comma=", ",
)
_SIMPLIFIED = Labels(
    language="zh-Hans",
    unanswered="这些文章里没有找到答案。",
    nearest="最接近的段落",
    nowhere="各处都没有找到：",
    carried="沿用了：",
    filters="只问：",
    sources="出处",
    passage="所在段落",
    characters="第 {start}–{end} 个字符",
    page="第 {page} 页",
    also=("也见于 1 篇文章", "也见于 {count} 篇文章"),
    full_stop="。",
    comma="，",
)
_TRADITIONAL = Labels(
    language="zh-Hant",
    unanswered="這些文章裡沒有找到答案。",
    nearest="最接近的段落",
    nowhere="各處都沒有找到：",
    carried="沿用了：",
    filters="只問：",
    sources="出處",
    passage="所在段落",
    characters="第 {start}–{end} 個字元",
    page="第 {page} 頁",
    also=("也見於 1 篇文章", "也見於 {count} 篇文章"),
    full_stop="。",
    comma="，",
)
_BY_LANGUAGE = {labels.language: labels for labels in (_ENGLISH, _SIMPLIFIED, _TRADITIONAL)}


def labels_for(text: str) -> Labels:
    """The labels in the language of ``text``, English where that is none of ours."""
    return _BY_LANGUAGE.get(detect(text), _ENGLISH)


def byline(article: ArticleInfo) -> Iterator[str]:
    """What is known of an article beside its title: author, source, day; printable, on one line."""
    for fact in (article.author, article.source, (article.published or "")[:10]):
        if fact and (line := one_line(fact)):
            yield line


def place(citation: Citation, labels: Labels) -> str:
    """Where in the article the quote stands: the page, where there are any, and the characters."""
    characters = labels.characters.format(start=citation.start, end=citation.end)
    return labels.comma.join(filter(None, (page(citation.page, labels), characters)))


def page(number: int | None, labels: Labels) -> str:
    """ "p. 12", or nothing where there are no pages."""
    return "" if number is None else labels.page.format(page=number)


def copies(also: Sequence[ArticleInfo], labels: Labels) -> str:
    """ "also in 3 articles"."""
    one, several = labels.also
    return several.format(count=len(also)) if len(also) > 1 else one


def reposted(also: Sequence[ArticleInfo], labels: Labels, show: Callable[[str], str] = one_line) -> str:
    """ "also in 3 articles: title · title", each title once; empty without any. ``show`` escapes a title."""
    titles = dict.fromkeys(show(info.title) or "-" for info in also)
    colon = "：" if labels.language.startswith("zh") else ": "
    return f"{copies(also, labels)}{colon}{' · '.join(titles)}" if also else ""


def unanswered(answer: Answer, words: Labels) -> list[str]:
    """That there is no answer, and the words found nowhere."""
    missing = words.comma.join(map(one_line, answer.missing))
    return [words.unanswered, *([words.nowhere + missing] if missing else [])]
