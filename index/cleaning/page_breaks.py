"""How page breaks survive cleaning.

Cleaning drops and shortens lines, so offsets taken before are wrong after it. Therefore a page break travels
as a special character in the text, and is taken out at the end.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from itertools import pairwise

#: Marks where a page begins: a noncharacter, which Unicode reserves for internal use.
PAGE = "\ufdd0"
# Only from the start of a run of white space: else a long run is searched from each of its characters.
_BREAK = re.compile(rf"(?<![\n ])[\n ]*(?:{PAGE}[\n ]*)+")


def mark(text: str, pages: Sequence[int]) -> str:
    """``text`` with a mark where each page begins, and nowhere else."""
    bounds = [0, *pages, len(text)]
    parts = [text[start:end].replace(PAGE, "") for start, end in pairwise(bounds)]
    return PAGE.join(parts)


def breaks(text: str) -> str:
    """The marks in a piece of text that is about to be dropped: they are kept."""
    return PAGE * text.count(PAGE)


def unmark(text: str) -> tuple[str, tuple[int, ...]]:
    """``text`` without marks, and the offset of the first character of each page."""
    if PAGE not in text:  # most articles have no pages
        return text, ()
    pages: list[int] = []
    parts: list[str] = []
    size = end = 0
    for match in _BREAK.finditer(text):
        parts.append(text[end : match.start()])
        size += match.start() - end
        end = match.end()
        if size > 0 and end < len(text):
            lines = match[0].count("\n")
            parts.append("\n" * min(lines, 2) if lines else " " if " " in match[0] else "")
            size += len(parts[-1])
        pages += [size] * match[0].count(PAGE)
    return "".join(parts) + text[end:], tuple(pages)
