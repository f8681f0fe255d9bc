"""Characters of fonts in a PDF that do not say what they draw, told by the numbers of their glyphs.

pdfium then gives the number for the character. In most TrueType fonts the first glyphs are ASCII from number
3 on, then the upper half of Mac Roman (Apple, TrueType Reference Manual, "post" table); subsets may begin a
little earlier or later.
"""

from __future__ import annotations

import re

#: What is added to a number to get the ASCII character.
_SHIFTS = (29, 28, 30, 31)
_MAC_SHIFT = 29
#: Glyphs behind these are ordered differently from font to font.
_LAST_ASCII, _LAST_MAC = 0x7E, 171
#: Characters that tell.
_LEAST = 12
_FREQUENT = re.compile("[aeionrst]")
#: Two thirds of a European text are these letters, and a fifth of one that is read with a wrong shift.
_SHARE = 0.35
#: Glyphs of which the character is not known, at most.
_UNKNOWN = 0.1


def glyph_shift(text: str) -> int:
    """What makes characters of the glyph numbers of a font; 0 if they are characters already."""
    if len(text) < _LEAST:
        return 0
    shifted = {shift: "".join([shifted_glyph(c, shift) for c in text]) for shift in _SHIFTS}
    best = max(shifted, key=lambda shift: _frequent(shifted[shift]))
    share = _frequent(shifted[best])
    known = shifted[best].count("\ufffd") <= _UNKNOWN * len(text)
    return best if known and share > max(_SHARE, 2 * _frequent(text.casefold())) else 0


def shifted_glyph(number: str, shift: int) -> str:
    """The character of a glyph."""
    code = ord(number) + shift
    if 0x20 <= code <= _LAST_ASCII:
        return chr(code)
    if shift == _MAC_SHIFT and 0x7E < code <= _LAST_MAC + shift:
        return bytes([code + 1]).decode("mac_roman")
    return "\ufffd"


def _frequent(text: str) -> float:
    return len(_FREQUENT.findall(text)) / (len(text) - text.count(" ") or 1)
