"""What a reader makes of a file, and how page breaks get through cleaning.

Cleaning drops lines and cuts others short, so an offset taken before it means nothing after it. A page
break therefore goes along as a character of its own and is taken out at the end.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from itertools import pairwise
from typing import NamedTuple

from index.cleaning.metadata import Facts

#: Stands where a page begins: a noncharacter, which Unicode sets aside for a program's inner use.
PAGE = "\ufdd0"
# From the start of a run of white space only: else a long one is looked through from each of its characters.
_BREAK = re.compile(rf"(?<![\n ])[\n ]*(?:{PAGE}[\n ]*)+")


class ExtractedText(NamedTuple):
    """Article text that may still carry furniture, and what the file says of itself.

    ``pages`` are the offsets in ``text`` at which its pages begin, () where there are no pages.
    ``unread`` tells what of the file could not be read, "" where all was.
    """

    text: str
    facts: Facts = Facts()
    pages: tuple[int, ...] = ()
    unread: str = ""


#: Turns the bytes of a file into a reading. ReadError: it is broken, locked, too large, or without text.
Reader = Callable[[bytes], ExtractedText]


def mark(text: str, pages: Sequence[int]) -> str:
    """``text`` with a mark where each page begins, and no other of these characters."""
    bounds = [0, *pages, len(text)]
    parts = [text[start:end].replace(PAGE, "") for start, end in pairwise(bounds)]
    return PAGE.join(parts)


def breaks(text: str) -> str:
    """The marks in a piece of text that is about to be dropped: they stay."""
    return PAGE * text.count(PAGE)


def unmark(text: str) -> tuple[str, tuple[int, ...]]:
    """``text`` without marks, and where they stood: at the first character of the page, not before it."""
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
