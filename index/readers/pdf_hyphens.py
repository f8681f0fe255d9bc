"""Hyphens at the ends of lines: a word was broken there, or a compound has one."""

from __future__ import annotations

import re
from functools import cache, cached_property

_HEAD = re.compile(r"([^\W\d_]{1,40})[-\u2010]$")
_TAIL = re.compile(r"[^\W\d_]{1,40}")
_WORD = re.compile(r"(?<![^\W_])[^\W\d_]{1,40}(?![^\W_])")
_COMPOUND = re.compile(r"(?<![^\W\d_])([^\W\d_]{1,40})-(?=([^\W\d_]{1,40}))")
_NUMBER = re.compile(
    "(?:twen|thir|for|fif|six|seven|eigh|nine)ty-"
    "(?:one|two|three|four|five|six|seven|eight|nine|first|second|third|fourth|fifth|sixth|seventh|eighth|ninth)"
)
#: Words looked at to tell whether a text is English, and the share of them that is.
_SAMPLE, _ENGLISH = 2000, 0.7


class Hyphens:
    """Tells about the hyphens of one document: by its other words, then by the words of English."""

    def __init__(self, text: str) -> None:
        """``text`` is the document, line by line."""
        self._text = text

    def divides(self, before: str, after: str) -> bool:
        """Whether the hyphen at the end of the line ``before`` only divides a word that ``after`` ends."""
        head, tail = _HEAD.search(before[-42:]), _TAIL.match(after)
        if not head or not tail or not tail[0].islower():
            return False
        first, second = head[1].lower(), tail[0]
        if f"{first}-{second}" in self._compounds or _NUMBER.fullmatch(f"{first}-{second}"):
            return False
        if first + second in self._words or not self._is_english:
            return True
        known = english_words()
        return first + second in known or first not in known or second not in known

    @cached_property
    def _compounds(self) -> set[str]:
        return {f"{head}-{tail}".lower() for head, tail in _COMPOUND.findall(self._text)}

    @cached_property
    def _words(self) -> set[str]:
        return set(map(str.lower, _WORD.findall(self._text)))

    @cached_property
    def _is_english(self) -> bool:
        words = [word for word in _WORD.findall(self._text[: 10 * _SAMPLE]) if word.islower()]
        known = english_words()
        return sum(word in known for word in words) >= _ENGLISH * len(words)


@cache
def english_words() -> frozenset[str]:
    """The words of the lexicon in ASCII."""
    from index.lexicon.lexicon import bundled_folder

    words = (bundled_folder() / "vocabulary.txt").read_text(encoding="utf-8").split("\n")
    return frozenset(filter(str.isascii, words))
