"""Folds text for matching, never for display: width, case, accents, punctuation, Traditional → Simplified.

Folding has two steps. A table folds each character: Unicode NFKC and casefold (Unicode Standard, section
3.13), without Latin accents, with unified quotes and dashes, and with variant Han characters in the form that
OpenCC knows. Then OpenCC (``tw2s``) converts Traditional to Simplified phrase by phrase. The second step
keeps the length; the first nearly always does. A ``Folded`` maps offsets back to the original text.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cache, lru_cache

from index.types import Span

# Variants that OpenCC leaves as they are, and Taiwan's 矽 for 硅: what is left, what it becomes.
_VARIANTS = (
    "砲炮鎗枪迺乃妳你姪侄牠它吋寸呎尺浬里瑯琅暱昵衞卫碁棋蘗蘖菓果罸罚瀬濑徳德浄净窰窑勗勖燄焰琹琴"
    "蔴麻痲麻粧妆搥捶濶阔覇霸艶艳隷隶緖绪寳宝臓脏矽硅裠裙畧略呌叫㑹会蹟迹厠厕効效剏创吿告塡填靑青敎教衆众"
    "甯宁麽么爲为産产叠叠裡里裏里羣群峯峰啓启綫线説说鷄鸡○〇"
)
_PUNCTUATION = {
    "'": "‘’‚‛′´`ʼ",
    '"': "“”„‟″「」『』〝〞",
    "-": "‐‑‒–—―−",
    "·": "•‧∙⋅・･",
    "…": "…",  # NFKC would make three dots of it
}
_INVISIBLE = re.compile(
    "[\u00ad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180b-\u180f\u200b-\u200f\u202a-\u202e\u2060-\u206f\u3164"
    "\ufe00-\ufe0f\ufeff\uffa0\ufff0-\ufffb\U000e0000-\U000e0fff]"
)


class _Table(dict[int, str]):
    """``str.translate`` table that folds each character when it is first met."""

    def __init__(self) -> None:
        super().__init__({ord(v): to for to, variants in _PUNCTUATION.items() for v in variants})
        self.update(zip(map(ord, _VARIANTS[::2]), _VARIANTS[1::2], strict=True))
        #: Characters met so far that fold to nothing.
        self.dropped: set[str] = set()

    def __missing__(self, code: int) -> str:
        char = chr(code)
        folded = self[code] = self._fold(char)
        if not folded:
            self.dropped.add(char)
        return folded

    def _fold(self, char: str) -> str:
        if "\ud800" <= char <= "\udfff":
            return "\ufffd"  # OpenCC takes UTF-8, which has no lone surrogates
        if _INVISIBLE.match(char) or "\u0300" <= char <= "\u036f":
            return ""
        if unicodedata.category(char) == "Cc":
            return char if char == "\n" else " "
        folded = unicodedata.normalize("NFKC", char).casefold()
        if "À" <= char <= "ɏ" or "Ḁ" <= char <= "ỿ":
            folded = "".join(c for c in unicodedata.normalize("NFKD", folded) if not unicodedata.combining(c))
        # Whatever a character becomes must itself be folded, or folding twice would differ.
        return folded if folded == char else "".join(self[ord(c)] for c in folded)


_TABLE = _Table()
# 著 stays 著 in these words. OpenCC knows most of them in Traditional only, where 顯著 is kept
# but 显著 becomes 显着.
_WRITTEN = re.compile("(?<=[显顯原专專名土卓昭论論编編合译譯巨遗遺拙])著|著(?=[名称稱作述书書者录錄])")
_KEPT = re.compile(f"{_WRITTEN.pattern}|么")  # 么 is not Taiwan's 幺 in Simplified text


@cache
def _opencc() -> Callable[[str], str]:
    from opencc import OpenCC  # 15 ms, and not needed for English

    convert: Callable[[str], str] = OpenCC("tw2s").convert
    return convert


def _convert(text: str) -> str:
    """``text`` in Simplified characters, of the same length."""
    convert = _opencc()
    converted = convert(text)
    if len(converted) != len(text):
        converted = "".join(c if len(s := convert(c)) != 1 else s for c in text)
    if "著" in text or "么" in text:
        chars = list(converted)
        for match in _KEPT.finditer(text):
            chars[match.start()] = match[0]
        converted = "".join(chars)
    return converted.replace("叠代", "迭代")  # 疊代, a common wrong conversion of 迭代


def _simplify(text: str) -> str:
    # OpenCC keeps 乾 in the Traditional 乾縣, but makes 干县 of the Simplified 乾县. Converting until
    # nothing changes folds the two alike; Simplified text takes one round, Traditional two.
    for _ in range(4):
        converted = _convert(text)
        if converted == text:
            break
        text = converted
    return text


def fold_text(text: str) -> str:
    """``text`` in the form that is matched. Folding it again changes nothing."""
    if text.isascii() and text.isprintable():
        return text.casefold().replace("`", "'")
    if "\n" in text:  # no rule looks beyond the end of a line
        return "\n".join(map(fold_text, text.split("\n")))
    return _fold_line(text) if len(text) <= _LINE else _fold_text(text)


def _fold_text(text: str) -> str:
    folded = text.translate(_TABLE)
    return folded if folded.isascii() else _simplify(folded)


#: Lines up to this long are remembered: reading an article folds each of them a dozen times.
_LINE = 1_000
_fold_line = lru_cache(maxsize=2_048)(_fold_text)


def name_key(name: str) -> str:
    """The key of a name: folded, without spaces and marks."""
    return joined(fold_text(name))


def joined(folded: str) -> str:
    """The ``name_key`` of a folded name."""
    return re.sub(r"'s\b|[\W_]+", "", folded)


@dataclass(frozen=True, slots=True)
class Folded:
    """Folded ``text`` and its offsets in the original.

    ``origins[i]`` is the original offset of the character that ``text[i]`` comes from; its last item is the
    original's length. None means that all offsets are the same.
    """

    text: str
    origins: Sequence[int] | None = None

    def original(self, start: int, end: int) -> Span:
        """The span of the original that ``text[start:end]`` comes from: whole characters with their marks."""
        if self.origins is None:
            return Span(start, end)
        if start >= end:
            return Span(self.origins[start], self.origins[start])
        last = self.origins[end - 1]
        while self.origins[end] == last:  # several come from one, as in ½
            end += 1
        return Span(self.origins[start], self.origins[end])


def fold(text: str) -> Folded:
    """Folds ``text`` and keeps the offsets in the original."""
    folded = fold_text(text)
    if len(folded) == len(text) and (text.isascii() or _TABLE.dropped.isdisjoint(text)):
        return Folded(folded)
    lengths = [len(_TABLE[ord(char)]) for char in text]
    origins = [offset for offset, length in enumerate(lengths) for _ in range(length)]
    return Folded(folded, [*origins, len(text)])
