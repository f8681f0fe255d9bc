"""The fixed words around quotations, in the language of the question."""

from __future__ import annotations

from dataclasses import dataclass

from index.text.language import detect


@dataclass(frozen=True, slots=True)
class Labels:
    """What stands around quotations, in one language.

    Templates: ``characters`` for ``start`` and ``end``, ``page`` for ``page``, ``also_many`` for ``count``.
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
    also_one: str
    also_many: str
    differ: str
    supports: str
    colon: str
    full_stop: str
    comma: str


_LANGUAGES = ("en", "zh-Hans", "zh-Hant")
_TEXTS = {
    "unanswered": (
        "No answer found in these articles.",
        "这些文章里没有找到答案。",
        "這些文章裡沒有找到答案。",
    ),
    "nearest": ("Nearest passages", "最接近的段落", "最接近的段落"),
    "nowhere": ("Found nowhere: ", "各处都没有找到：", "各處都沒有找到："),
    "carried": ("Carried over: ", "沿用了：", "沿用了："),
    "filters": ("Asked of: ", "只问：", "只問："),
    "sources": ("Sources", "出处", "出處"),
    "passage": ("The passage", "所在段落", "所在段落"),
    "characters": ("characters {start}–{end}", "第 {start}–{end} 个字符", "第 {start}–{end} 個字元"),
    "page": ("p. {page}", "第 {page} 页", "第 {page} 頁"),
    "also_one": ("also in 1 article", "也见于 1 篇文章", "也見於 1 篇文章"),
    "also_many": ("also in {count} articles", "也见于 {count} 篇文章", "也見於 {count} 篇文章"),
    "differ": ("Sources differ: ", "各文说法不一：", "各文說法不一："),
    "supports": ("Also in ", "另见 ", "另見 "),
    "colon": (": ", "：", "："),
    "full_stop": (". ", "。", "。"),
    "comma": (", ", "，", "，"),
}
_BY_LANGUAGE = {
    language: Labels(language, **{name: texts[at] for name, texts in _TEXTS.items()})
    for at, language in enumerate(_LANGUAGES)
}


def labels_for(text: str) -> Labels:
    """The labels in the language of ``text``; English if it is neither Chinese nor English."""
    return _BY_LANGUAGE.get(detect(text), _BY_LANGUAGE["en"])
