"""What counts as a Chinese character. Both strings go between the brackets of a regular expression."""

from __future__ import annotations

import re
from collections.abc import Iterable

#: Han ideographs (Unicode 15.1): 〇, extension A, the main block, compatibility ideographs, extensions
#: B to I.
HAN = r"〇\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\U00020000-\U000323af"
#: The same and the punctuation and full-width forms that are written in Chinese text only; quotation marks,
#: dots and dashes are written in both.
CHINESE = rf"{HAN}\u3001-\u303f\uff01-\uff5e"

_IS_HAN = re.compile(f"[{HAN}]").match


def is_han(text: str) -> bool:
    """Whether a text begins with a Han character."""
    return _IS_HAN(text) is not None


def han_pieces(words: Iterable[str]) -> list[str]:
    """The Chinese words, with a space in place of every other word."""
    return [" " if word.isascii() or not is_han(word) else word for word in words]
