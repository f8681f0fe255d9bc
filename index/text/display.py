"""Text made fit to show: printable, on one line, cropped and wrapped by the columns of a terminal."""

from __future__ import annotations

import json
import re
import unicodedata
from typing import Any

from index.types import Span

_UNPRINTABLE = re.compile(
    "[\x00-\x08\x0b-\x1f\x7f-\x9f\u00ad\u061c\u180e\u200b-\u200f\u202a-\u202e\u2060-\u206f\ufeff\ufff9-\ufffb"
    "\ud800-\udfff\U000e0000-\U000e007f]"
)
#: Legal in a JSON string, yet not safe to send to a terminal.
_UNSAFE_JSON = re.compile(f"{_UNPRINTABLE.pattern}|[\u2028\u2029]")
#: Marks that are set over and under the character before them. More than eight on one are no writing: they
#: are there to run over the lines around.
_MARK = (
    "[\u0300-\u036f\u0483-\u0489\u0591-\u05bd\u0610-\u061a\u064b-\u065f\u0e34-\u0e3a\u0e47-\u0e4e\u1ab0-\u1aff"
    "\u1dc0-\u1dff\u20d0-\u20ff\ufe00-\ufe0f\ufe20-\ufe2f\U000e0100-\U000e01ef]"
)
_FLOOD = re.compile(f"{_MARK}{_MARK}{{8,}}")
_SURROGATE = re.compile("[\ud800-\udfff]")
#: Hangul vowels and finals, which join the consonant before them, and skin tones: they take no column.
_JOINED = frozenset(
    map(chr, [*range(0x1160, 0x1200), *range(0xD7B0, 0xD800), 0x3164, 0xFFA0, *range(0x1F3FB, 0x1F400)])
)
#: Trigrams, hexagrams and counting rods: wide since Unicode 16, which the running Python may not know.
_WIDE_RANGES = (0x2630, 0x2637), (0x268A, 0x268F), (0x4DC0, 0x4DFF), (0x1D300, 0x1D356), (0x1D360, 0x1D376)
_WIDE = frozenset(chr(code) for first, last in _WIDE_RANGES for code in range(first, last + 1))
# Kinsoku: what must not begin a line, and what must not end one.
NO_START = frozenset("，。、；：！？）」』】》〉”’…—·,.;:!?)]}%％")
NO_END = frozenset("（「『【《〈“‘([{")


def printable(text: str) -> str:
    """``text`` for show: no control, bidi, invisible or unpaired characters, at most eight marks on one.

    Tabs become spaces.
    """
    text = _UNPRINTABLE.sub("", text.replace("\t", " ")).replace("\u2028", " ").replace("\u2029", " ")
    return _FLOOD.sub(lambda flood: flood[0][:8], text)


def masked(text: str) -> str:
    """`printable`, but each character that is taken out becomes one "\ufffd": offsets stay what they are."""
    text = text.replace("\t", " ").replace("\u2028", " ").replace("\u2029", " ")
    text = _UNPRINTABLE.sub("\ufffd", text)
    return _FLOOD.sub(lambda flood: flood[0][:8] + "\ufffd" * (len(flood[0]) - 8), text)


def encodable(text: str) -> bool:
    """Whether ``text`` can be encoded and stored: it has no lone surrogates."""
    return _SURROGATE.search(text) is None


def one_line(text: str) -> str:
    """``text`` printable, with one space for each run of white space and none at the ends."""
    return " ".join(printable(text).split())


def json_line(data: Any, *, ascii_only: bool = False) -> str:
    """``data`` as one line of JSON whose strings carry no raw control or direction characters."""
    line = json.dumps(data, ensure_ascii=ascii_only)
    return _UNSAFE_JSON.sub(lambda match: json.dumps(match.group())[1:-1], line)


def cells(text: str) -> int:
    """Columns that ``text`` takes in a terminal: two for a wide character, none for a mark."""
    return len(text) if text.isascii() else sum(map(_cell, text))


def _cell(char: str) -> int:
    category = unicodedata.category(char)
    if category in ("Mn", "Me", "Mc", "Cf") or char in _JOINED:
        return 0
    if char in _WIDE:
        return 2
    return 2 if category != "Cn" and unicodedata.east_asian_width(char) in "WF" else 1


def crop(text: str, width: int) -> str:
    """``text`` cut to ``width`` columns, the last one "…" when something was cut."""
    if cells(text) <= width:
        return text
    used = 0
    for at, char in enumerate(text):
        used += _cell(char)
        if used > width - 1:
            return text[:at] + "…"
    return text


def wrap(text: str, width: int) -> list[Span]:
    """The lines of ``text`` (one paragraph) in ``width`` columns, as spans without the spaces between.

    A line may break at a space and beside a wide character, not before closing punctuation or
    after an opening mark; a longer stretch than a line is cut where the line is full.
    """
    lines: list[Span] = []
    start, length = 0, len(text)
    while start < length:
        if text[start] == " ":
            start += 1
            continue
        used, end, best = 0, start, start
        while end < length and (used := used + _cell(text[end])) <= width:
            end += 1
            if end < length and _may_break(text[end - 1], text[end]):
                best = end
        if end == length:
            best = end
        elif best == start:
            best = max(end, start + 1)
        lines.append(Span(start, start + len(text[start:best].rstrip(" "))))
        start = best
    return lines


def _may_break(before: str, after: str) -> bool:
    if after == " " or after in NO_START or before in NO_END:
        return after == " "
    return before == " " or _cell(before) == 2 or _cell(after) == 2
