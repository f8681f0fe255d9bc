"""The fixed words around quotations: in the reader's language on a terminal, in the question's in exports."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from index.text.language import detect


@dataclass(frozen=True, slots=True)
class Labels:
    """What stands around quotations, in one language.

    Templates: ``characters`` for ``start`` and ``end``, ``page`` for ``page``, ``also_many`` for ``count``,
    ``lacking`` for ``what``, ``gathered`` for ``points`` and ``articles``, ``more`` for ``count``,
    ``unanswered_part`` for ``part``.
    """

    language: str
    unanswered: str
    nothing_more: str
    no_facts: str
    nearest: str
    nearest_units: str
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
    gathered: str
    more: str
    unanswered_part: str
    colon: str
    full_stop: str
    comma: str
    read: Sequence[str]
    lacking: str
    lacking_it: str
    lacked: Mapping[str, str]

    def related(self, lacks: str) -> str:
        """That the articles touch on the question, and what they do not say (`Answer.lacks`)."""
        return self.lacking.format(what=self.lacked[lacks]) if lacks in self.lacked else self.lacking_it


_LANGUAGES = ("en", "zh-Hans", "zh-Hant")
_TEXTS = {
    "unanswered": (
        "No answer found in these articles.",
        "这些文章里没有找到答案。",
        "這些文章裡沒有找到答案。",
    ),
    "nothing_more": (
        "Nothing follows: what was quoted is read to its end.",
        "后面没有了：引用的文章已经读到结尾。",
        "後面沒有了：引用的文章已經讀到結尾。",
    ),
    "no_facts": (
        "It names neither author, source nor date.",
        "文中没有写明作者、来源和日期。",
        "文中沒有寫明作者、來源和日期。",
    ),
    "nearest": ("Nearest passages", "最接近的段落", "最接近的段落"),
    "nearest_units": ("Nearest", "最接近的内容", "最接近的內容"),
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
    "gathered": (
        "{points} points from {articles} articles",
        "{articles} 篇文章里的 {points} 处",
        "{articles} 篇文章裡的 {points} 處",
    ),
    "more": ("… and {count} more", "……另有 {count} 项", "……另有 {count} 項"),
    "unanswered_part": (
        "Nothing here answers “{part}”.",
        "这里没有回答“{part}”。",
        "這裡沒有回答「{part}」。",
    ),
    "colon": (": ", "：", "："),
    "full_stop": (". ", "。", "。"),
    "comma": (", ", "，", "，"),
    "lacking": (
        "This touches on it, but nothing here says {what}.",
        "这里谈到了相关的事，但没有说{what}。",
        "這裡談到了相關的事，但沒有說{what}。",
    ),
    "lacking_it": (
        "This touches on it, but does not answer it.",
        "这里谈到了相关的事，但没有回答这个问题。",
        "這裡談到了相關的事，但沒有回答這個問題。",
    ),
}
#: What an answer may lack, by its type in `qa.linguistics.answer_types`.
_LACKED = {
    "money": ("how much money", "是多少钱", "是多少錢"),
    "date": ("when", "是什么时候", "是什麼時候"),
    "duration": ("how long", "有多久", "有多久"),
    "length": ("of what length", "有多长", "有多長"),
    "number": ("how many or how much", "是多少", "是多少"),
    "count": ("how many", "有多少", "有多少"),
    "percent": ("what percentage", "是百分之几", "是百分之幾"),
    "age": ("how old", "多大年纪", "多大年紀"),
    "temperature": ("how warm or cold", "是多少度", "是多少度"),
    "person": ("who", "是谁", "是誰"),
    "place": ("where", "在哪里", "在哪裡"),
    "organisation": ("which organisation", "是哪个机构", "是哪個機構"),
    "phone": ("which phone number", "是什么电话号码", "是什麼電話號碼"),
    "email": ("which e-mail address", "是什么邮箱", "是什麼電子信箱"),
    "website": ("which web address", "是什么网址", "是什麼網址"),
    "identifier": ("which number or code", "是什么号码", "是什麼號碼"),
    "colour": ("which colour", "是什么颜色", "是什麼顏色"),
    "reason": ("why", "为什么", "為什麼"),
    "manner": ("how", "怎么做", "怎麼做"),
}
#: How a quote was read (`index.types.Block`).
_READ = (
    ("", "", ""),
    ("read from a picture", "从图片识别", "從圖片辨識"),
    ("read from a picture, with doubt", "从图片识别，不太确定", "從圖片辨識，不太確定"),
)
_BY_LANGUAGE = {
    language: Labels(
        language,
        **{name: texts[at] for name, texts in _TEXTS.items()},
        read=tuple(texts[at] for texts in _READ),
        lacked={name: texts[at] for name, texts in _LACKED.items()},
    )
    for at, language in enumerate(_LANGUAGES)
}


def labels_in(language: str) -> Labels:
    """The labels in one of the languages of the interface."""
    return _BY_LANGUAGE[language]


def labels_for(text: str) -> Labels:
    """The labels in the language of ``text``; English if it is neither Chinese nor English."""
    return _BY_LANGUAGE.get(detect(text), _BY_LANGUAGE["en"])
