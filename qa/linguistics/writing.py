"""How a word is written, where folding loses it: its capitals, and the signs that belong to it."""

from __future__ import annotations

import re
from enum import IntEnum
from typing import NamedTuple

from index.text.fold import fold_text
from index.text.han import HAN

_HAN = re.compile(f"[{HAN}]")
_POSSESSIVE = re.compile("['’][sS]$")
_PLUS, _MINUS, _HASH = "+＋﹢⁺", r"\-−–‑－⁻", "#＃♯"
#: A sign that ends a word. Markdown may write a backslash before it.
_ENDS = re.compile(
    rf"\\?(?:[{_PLUS}]\\?(?P<two>[{_PLUS}])(?![A-Za-z{_PLUS}])|(?P<plus>[{_PLUS}])(?![A-Za-z\d{_PLUS}])"
    rf"|(?P<hash>[{_HASH}])(?![A-Za-z{_HASH}])|(?P<minus>[{_MINUS}])(?![A-Za-z\d{_MINUS}]))"
)
#: The marks and ratings that a minus belongs to: A-, AB-, BBB-.
_RATED = re.compile("[A-Z]{1,3}")
#: Words that a dot begins.
_DOTTED = frozenset({"net"})
#: The words beside a letter, and those that are written together with it: Objective-C, R&D.
_BEFORE = re.compile(rf"([^\W\d_]+)(?:(?P<joined>[&＆{_MINUS}])|[\s&＆{_MINUS}]+)$")
_AFTER = re.compile(rf"(?:(?P<joined>[&＆])|[\s&＆{_MINUS}]+)([^\W\d_]+)")
#: What of a text is looked at beside a letter.
_BESIDE = 24
#: What stands before a sentence.
_BEGINS = re.compile('(?:^|[.!?:;。！？：；\n"“‘「『\\[*_#>|•-])\\s*$')
_CONTINUES = re.compile(r"\s[a-z]")


class Capitals(IntEnum):
    """The capitals that a word must have: none, the first one, or all."""

    ANY = 0
    FIRST = 1
    ALL = 2


class Beside(NamedTuple):
    """The folded words beside a letter, and those of them that are written together with it."""

    before: str = ""
    after: str = ""
    joined_before: bool = False
    joined_after: bool = False


class Written(NamedTuple):
    """How a word must be written to be the one that is asked for.

    ``sign`` ends it ("++", "#", "+", "-") or begins it ("."); "" is no sign, None any. ``beside`` tells of a
    single letter what it belongs to: C in Objective-C. With ``likely`` it is no more than likely that the
    word is written so.
    """

    capitals: Capitals = Capitals.ANY
    sign: str | None = None
    beside: Beside | None = None
    likely: bool = False

    @property
    def another(self) -> bool:
        """Whether the folded word is another word: it for IT, c for C#."""
        return bool(self.capitals or self.sign) and not self.likely

    def fits(self, text: str, start: int, end: int) -> bool:
        """Whether the same folded word at ``text[start:end]`` is written so."""
        if self.sign is not None and self.sign != sign_of(text, start, end):
            return False
        if self.beside is not None:
            asked, own = self.beside, beside(text, start, end)
            if (asked.joined_before or own.joined_before) and asked.before != own.before:
                return False
            if (asked.joined_after or own.joined_after) and asked.after != own.after:
                return False
        return not self.capitals or _has(self.capitals, text, start, end)


def sign_of(text: str, start: int, end: int) -> str:
    """The sign that belongs to the word ``text[start:end]``: "++", "#", "+", "-", "."; "" without one."""
    if found := _ENDS.match(text, end):
        if found["two"]:
            return "++"
        if found["plus"]:  # "AI+医疗" joins two words, "A+级" has a mark
            return "" if end - start > 2 and _HAN.match(text, found.end()) else "+"
        if found["hash"]:
            return "#" if end - start == 1 else ""
        return "-" if _RATED.fullmatch(text, start, end) else ""
    return "." if text[max(start - 1, 0) : start] == "." and fold_text(text[start:end]) in _DOTTED else ""


def beside(text: str, start: int, end: int) -> Beside:
    """What stands beside the letter ``text[start:end]``."""
    before = _BEFORE.search(text[max(0, start - _BESIDE) : start])
    after = _AFTER.match(text[end : end + _BESIDE])
    return Beside(
        fold_text(before[1]) if before else "",
        fold_text(after[2]) if after else "",
        bool(before and before["joined"]),
        bool(after and after["joined"]),
    )


def begins_sentence(text: str, start: int) -> bool:
    """Whether a sentence, a quotation or an item may begin at ``start``."""
    return _BEGINS.search(text[max(0, start - _BESIDE) : start]) is not None


def without_possessive(word: str) -> str:
    """IT of IT's."""
    return _POSSESSIVE.sub("", word)


def _has(capitals: Capitals, text: str, start: int, end: int) -> bool:
    word = without_possessive(text[start:end])
    if word.isupper():
        # An A where a sentence begins is the article.
        return len(word) > 1 or not (_CONTINUES.match(text, end) and begins_sentence(text, start))
    if capitals is Capitals.FIRST and word[0].isupper():
        return True
    # Chinese often writes Latin words in small letters. Some texts have no capitals.
    around = text[max(0, start - 1) : start] + text[end : end + 1]
    return _HAN.search(around) is not None or (capitals is Capitals.FIRST and not any(map(str.isupper, text)))
