"""Tells Simplified, Traditional and English apart by counting characters.

Statistical identifiers fail on short and mixed text (they call Traditional Chinese "ja"). Two old character
sets tell which Han characters belong to one script only: GB 2312 has no Traditional forms, Big5 no Simplified
ones. A character in neither counts for neither.
"""

from __future__ import annotations

import re

from index.text.han import HAN

#: More than this many characters say nothing new about the language of a text.
_SAMPLE = 20_000

_HAN = re.compile(f"[{HAN}]+")
_KANA = re.compile("[\u3041-\u30ff]")
_LATIN = re.compile(r"[A-Za-zÀ-ÖØ-öø-ɏ]+(?:['’][A-Za-z]+)?")
_ADDRESS = re.compile(r"(?:https?://|www\.)[!-~]+")
_OTHER = re.compile(rf"[^\W\d_A-Za-zÀ-ÖØ-öø-ɏ\u3041-\u30ff{HAN}\ufb00-\uffef]{{2,}}")
# Grammar decides which language a mixed question is asked in: "OpenAI CEO Sam Altman 是谁" is Chinese.
_CHINESE = re.compile("[的是了在和与與有什谁誰吗嗎呢哪几幾多少为為怎]")
_ENGLISH = re.compile(
    r"\b(?:the|an?|of|to|in|on|is|are|was|do|does|did|and|what|who|when|where|why|how)\b", re.I
)
_GRAMMAR = 2


def detect(text: str) -> str:
    """ "zh-Hans", "zh-Hant", "en", or "und" if most of the text is neither Han nor Latin script.

    Characters that both Chinese scripts share count as zh-Hans.
    """
    text = _ADDRESS.sub(" ", text[:_SAMPLE])
    words = len(_LATIN.findall(text))
    if text.isascii():
        return "en" if words else "und"
    han = "".join(_HAN.findall(text))
    kana, other = len(_KANA.findall(text)), len(_OTHER.findall(text))
    if (not han and not words) or kana * 2 > len(han) + words or other > len(han) + words:
        return "und"
    # With its grammar, each character counts three times at most, and a word (an'the) five times.
    if len(han) * (1 + _GRAMMAR) <= words:
        return "en"
    if len(han) <= words * (1 + 2 * _GRAMMAR):
        chinese = len(han) + _GRAMMAR * len(_CHINESE.findall(text))
        english = words + _GRAMMAR * len(_ENGLISH.findall(text))
        if chinese <= english:
            return "en"
    traditional = len(han) - len(han.encode("gb2312", "ignore")) // 2
    simplified = len(han) - len(han.encode("big5", "ignore")) // 2
    return "zh-Hant" if traditional > simplified else "zh-Hans"
