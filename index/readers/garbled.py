"""Text that came out as nonsense, told by its statistics.

A font in a PDF may not say which characters it draws, or say it wrongly. The text then is of private
characters, glyph names, letters of many scripts, rare ideographs, or letters in an order of no language.
"""

from __future__ import annotations

import re
import unicodedata
from collections import Counter
from collections.abc import Mapping, Sequence
from functools import cache

from index.text.han import HAN

#: What programs write for a glyph of which they know only the name or number.
_GLYPH_NAME = re.compile(r"/(?:[A-Za-z]{1,3}|uni|afii|glyph|index)\d{1,5}(?![\w.])|\(cid:\d{1,5}\)")
_LONGEST_NAME = 12
_HAN = re.compile(f"[{HAN}]")
_LATIN = re.compile("[A-Za-z]")
_CONTROL = re.compile("[\x00-\x08\x0e-\x1f\x7f]")
_VOWELS = "AEIOUYaeiouy"
#: Scripts that stand within one word with others: ideographs, their syllables, and letters of formulas.
_MIXING = frozenset({"CJK", "HIRAGANA", "KATAKANA", "BOPOMOFO", "HANGUL", "LATIN", "GREEK", "MATHEMATICAL"})

# Shares of the text above or below which it is nonsense, each with the characters that it takes to say so.
#: Private, control and unassigned characters and signs of failed decoding.
_STRANGE = 0.2
#: Glyph names.
_NAMES = 0.3
#: Ideographs in one of the sets of common ones: all but one in a hundred in prose, a third in random ones.
_COMMON_HAN, _LEAST_HAN = 0.8, 12
#: Korean syllables that Korean uses: nearly all in prose, a fifth in random ones.
_COMMON_HANGUL, _LEAST_HANGUL = 0.8, 6
#: The upper half of Latin-1 among letters: a seventh in French, nearly all where it is Chinese misread. Signs
#: are part of that half.
_UPPER_LATIN, _LEAST_UPPER, _SIGNS = 0.4, 12, 0.1
#: Neighbours in a word of different scripts.
_MIXED, _LEAST_MIXED = 0.2, 6
#: Vowels among Latin letters: over a third in any language.
_VOWEL_SHARE, _LEAST_LATIN = 0.2, 200


def garbled_pages(pages: Sequence[str]) -> set[int]:
    """The indexes of the pages whose text is nonsense."""
    return {i for i, page in enumerate(pages) if page and is_garbled(page)}


def is_garbled(text: str) -> bool:
    """Whether a text is nonsense by the statistics of its characters."""
    if text.isascii() and not _CONTROL.search(text):
        return _names_glyphs(text) or _has_no_vowels(text)
    counts = Counter(text)
    for space in filter(str.isspace, list(counts)):
        del counts[space]
    total = counts.total()
    if not total:
        return False
    return (
        sum(n for c, n in counts.items() if _script(c) == "STRANGE") > _STRANGE * total
        or _names_glyphs(text)
        or _has_rare_characters(counts)
        or _is_misread_latin(counts)
        or _mixes_scripts(text, counts)
        or _has_no_vowels(text)
    )


@cache
def _script(character: str) -> str:
    """The script of a letter by its name, STRANGE for what is no character, else ""."""
    category = unicodedata.category(character)
    if character == "\ufffd" or category in ("Co", "Cn", "Cc", "Cs"):
        return "STRANGE"
    if category[0] != "L":
        return ""
    script = unicodedata.name(character, "").split(" ", 1)[0].split("-", 1)[0]
    return {"FULLWIDTH": "LATIN", "HALFWIDTH": "KATAKANA", "KANGXI": "CJK", "MICRO": "GREEK"}.get(
        script, script
    )


def _names_glyphs(text: str) -> bool:
    least = _NAMES * len(text)
    if _LONGEST_NAME * (text.count("/") + text.count("(cid:")) < least:
        return False
    return sum(map(len, _GLYPH_NAME.findall(text))) > least


def _has_rare_characters(counts: Mapping[str, int]) -> bool:
    """Whether ideographs or Korean syllables are such as no text has many of."""
    for script, common, share, least in (
        ("CJK", _is_common_han, _COMMON_HAN, _LEAST_HAN),
        ("HANGUL", _is_common_hangul, _COMMON_HANGUL, _LEAST_HANGUL),
    ):
        letters = {c: n for c, n in counts.items() if _script(c) == script}
        if (total := sum(letters.values())) >= least and (
            sum(n for c, n in letters.items() if common(c)) < share * total
        ):
            return True
    return False


@cache
def _is_common_han(character: str) -> bool:
    """Whether it is in the first level of the Chinese, Taiwanese or Japanese standard."""
    for encoding, first, last in (("gb2312", 0xB0, 0xD7), ("big5", 0xA4, 0xC6), ("shift_jis", 0x88, 0x98)):
        try:
            lead = character.encode(encoding)[0]
        except UnicodeEncodeError:
            continue
        if first <= lead <= last:
            return True
    return not _HAN.match(character)


@cache
def _is_common_hangul(character: str) -> bool:
    """Whether it is in the Korean standard of 2,350 syllables."""
    try:
        return len(character.encode("euc_kr")) == 2
    except UnicodeEncodeError:
        return False


def _is_misread_latin(counts: Mapping[str, int]) -> bool:
    """Whether the text is mostly of the upper half of Latin-1, as other encodings look when taken for it."""
    upper = sum(n for c, n in counts.items() if "\x80" <= c <= "\xff")
    letters = sum(n for c, n in counts.items() if c.isalpha() or "\x80" <= c <= "\xff")
    signs = sum(n for c, n in counts.items() if "\x80" <= c <= "\xff" and not c.isalpha())
    return upper >= _LEAST_UPPER and upper > _UPPER_LATIN * letters and signs > _SIGNS * upper


def _mixes_scripts(text: str, counts: Mapping[str, int]) -> bool:
    """Whether many letters stand next to letters of another script, or are of the rarest Latin ones."""
    scripts = {c: script for c in counts if (script := _script(c)) and script != "STRANGE"}
    odd = sum(n for c, n in counts.items() if "\u0180" <= c <= "\u024f" and c not in _VIETNAMESE)
    letters = sum(counts[c] for c in scripts)
    if odd >= _LEAST_MIXED and odd > _MIXED * letters:
        return True
    if len(set(scripts.values()) - _MIXING) < 1 or len(set(scripts.values())) < 2:
        return False
    mixed = pairs = 0
    before = ""
    for character in text:
        script = scripts.get(character, "")
        if script and before:
            pairs += 1
            mixed += script != before and not (script in _MIXING and before in _MIXING)
        before = script
    return mixed >= _LEAST_MIXED and mixed > _MIXED * pairs


_VIETNAMESE = frozenset("ƠơƯưǍǎǏǐǑǒǓǔǕǖǗǘǙǚǛǜ")


def _has_no_vowels(text: str) -> bool:
    vowels = sum(map(text.count, _VOWELS))
    if len(text) < _LEAST_LATIN or vowels >= _VOWEL_SHARE * len(text):
        return False
    letters = len(_LATIN.findall(text))
    return letters >= _LEAST_LATIN and vowels < _VOWEL_SHARE * letters
