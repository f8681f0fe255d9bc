"""The fixed words around quotations, in the language of the question."""

from __future__ import annotations

from dataclasses import dataclass

from index.text.language import detect


@dataclass(frozen=True, slots=True)
class Labels:
    """What stands around quotations, in one language.

    ``characters`` is a template for ``start`` and ``end``, ``page`` one for ``page``. ``also`` is a pair:
    what is said of one article, and a template for ``count`` articles.
    """

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
    differ: str
    supports: str
    colon: str
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
    differ="Sources differ: ",
    supports="Also in ",
    colon=": ",
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
    differ="各文说法不一：",
    supports="另见 ",
    colon="：",
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
    differ="各文說法不一：",
    supports="另見 ",
    colon="：",
    full_stop="。",
    comma="，",
)
_BY_LANGUAGE = {labels.language: labels for labels in (_ENGLISH, _SIMPLIFIED, _TRADITIONAL)}


def labels_for(text: str) -> Labels:
    """The labels in the language of ``text``; English if it is neither Chinese nor English."""
    return _BY_LANGUAGE.get(detect(text), _ENGLISH)
