"""What a reader says of lines and pages, as characters in the text.

Cleaning drops and shortens lines, so offsets taken before are wrong after it. Therefore a page break, and
what plain text cannot say of a line, travel as characters in the text, and are taken out at the end. They are
noncharacters, which Unicode reserves for internal use.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from itertools import pairwise
from typing import NamedTuple

from index.types import Kind, Span

#: Where a page begins.
PAGE = "\ufdd0"
#: At the start of a line: what the line is. `index.text.blocks` says what each of these is.
QUOTATION, CAPTION, HEADER, METADATA = "\ufdd1", "\ufdd2", "\ufdd3", "\ufdd4"
FURNITURE, DEBRIS, REFERENCE = "\ufdd5", "\ufdd6", "\ufdd7"
#: Before a line of a picture that was recognized with little confidence; it may stand within a paragraph.
UNSURE = "\ufdd8"
_KIND_MARKS = QUOTATION + CAPTION + HEADER + METADATA + FURNITURE + DEBRIS + REFERENCE
LINE_MARKS = _KIND_MARKS + UNSURE
MARKS = PAGE + LINE_MARKS
#: The kind of block that a mark stands for; of a table row, that it is the header.
KINDS = dict(
    zip(
        _KIND_MARKS,
        (Kind.QUOTATION, Kind.CAPTION, Kind.ROW, Kind.METADATA, Kind.FURNITURE, Kind.DEBRIS, Kind.REFERENCE),
        strict=True,
    )
)

_LINE_MARKED = re.compile(f"[{LINE_MARKS}]+")
_MARKED = re.compile(f"[{MARKS}]")
_FURNITURE_LINE = re.compile(f"^{PAGE}*{FURNITURE}.*\n?", re.M)
# Only from the start of a run of white space: else a long run is searched from each of its characters.
_BREAK = re.compile(rf"(?<![\n ])[\n ]*(?:{PAGE}[\n ]*)+")


class Unmarked(NamedTuple):
    """Text without marks.

    ``pages`` are the offsets of the first character of each page; ``lines`` the marked lines (or parts of
    lines, from the mark to the line's end), each with its mark.
    """

    text: str
    pages: tuple[int, ...] = ()
    lines: tuple[tuple[Span, str], ...] = ()


def mark(text: str, pages: Sequence[int]) -> str:
    """``text`` with a mark where each page begins, and nowhere else. Marks of lines stay."""
    bounds = [0, *pages, len(text)]
    parts = [text[start:end].replace(PAGE, "") for start, end in pairwise(bounds)]
    return PAGE.join(parts)


def without_marks(text: str) -> str:
    """``text`` of a file, which must not hold any."""
    return _MARKED.sub("", text)


def blanked_marks(text: str) -> str:
    """``text`` with a space for each mark, so that offsets stay."""
    return _MARKED.sub(" ", text)


def without_furniture(text: str) -> str:
    """``text`` without the lines that are marked as running heads and feet."""
    return _FURNITURE_LINE.sub("", text) if FURNITURE in text else text


def breaks(text: str) -> str:
    """The page breaks in a piece of text that is about to be dropped: they are kept."""
    return PAGE * text.count(PAGE)


def unmark(text: str) -> Unmarked:
    """``text`` without marks, and what they said."""
    if _MARKED.search(text) is None:  # most articles have none
        return Unmarked(text)
    text, pages = _without_breaks(text)
    if _LINE_MARKED.search(text) is None:
        return Unmarked(text, pages)
    parts: list[str] = []
    lines: list[tuple[Span, str]] = []
    removed: list[int] = []  # the offsets at which a mark stood
    at = size = 0
    for match in _LINE_MARKED.finditer(text):
        parts.append(text[at : match.start()])
        size += match.start() - at
        at = match.end()
        removed += range(match.start(), match.end())
        end = text.find("\n", at)
        line = _LINE_MARKED.sub("", text[at : end if end >= 0 else len(text)])
        lines.append((Span(size, size + len(line)), match[0][0]))
    parts.append(text[at:])
    return Unmarked("".join(parts), _moved(pages, removed), tuple(lines))


def _moved(pages: Sequence[int], removed: Sequence[int]) -> tuple[int, ...]:
    """``pages`` after the characters at the offsets ``removed`` are gone."""
    moved: list[int] = []
    gone = 0
    for page in pages:
        while gone < len(removed) and removed[gone] < page:
            gone += 1
        moved.append(page - gone)
    return tuple(moved)


def _without_breaks(text: str) -> tuple[str, tuple[int, ...]]:
    if PAGE not in text:
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
