"""From the text that was recognized on pages to their lines in reading order."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping
from dataclasses import replace
from statistics import median

from index.errors import Phrase
from index.readers.pdf_characters import LINE_END, Style, Word
from index.readers.pdf_lines import DOWNWARDS, Line, page_lines
from index.readers.pdf_objects import Rules
from index.readers.recognition import SURE
from index.types import RecognizedPage, Region

#: The height of a box in type sizes: it reaches below the baseline, and Latin letters have long descenders.
_HEIGHT, _LATIN_HEIGHT = 1.0, 1.2
#: From the lower edge of a box to the baseline, in heights.
_BELOW = 0.2
#: Sizes differ by this factor or are the same: boxes are not exact.
_STEP = 1.5
#: A line this much higher than wide is written downwards.
_UPRIGHT = 1.5
#: Full lines of a page that tell how wide its characters are, their characters at least, and how many may be
#: missing of one.
_ENOUGH, _WIDE, _LOST = 4, 10, 1.2
#: Pages named at most.
_NAMED = 8


def scanned_lines(pages: Mapping[int, RecognizedPage]) -> dict[int, list[Line]]:
    """The lines of the pages, which belong to one document; unsure ones are marked as `Line.unsure`."""
    body = _body_size(region for page in pages.values() for region in page)
    return {number: _lines(page, body) for number, page in pages.items()}


def told_unsure(pages: Mapping[int, RecognizedPage]) -> str:
    """A phrase on the lines that were hard to read, with their pages; "" without any."""
    unsure = [number for number, page in pages.items() for _ in _unsure(page)]
    if not unsure:
        return ""
    numbers = sorted(set(unsure))
    named = ", ".join(str(number + 1) for number in numbers[:_NAMED])
    return Phrase(
        "lines of pictures read with doubt: {count}; pages: {pages}",
        count=f"{len(unsure):,}",
        pages=named + (", …" if len(numbers) > _NAMED else ""),
    )


def _lines(page: RecognizedPage, body: float) -> list[Line]:
    words: list[Word] = []
    for piece, region in enumerate(page):
        size = body * _STEP ** round(math.log(_size(region) / body, _STEP))
        words += _word(region, size, piece), LINE_END
    unsure = _unsure(page)
    lines = page_lines(words, Rules([], []), lambda _pieces: words)
    return [replace(line, unsure=any(text in line.text for text in unsure)) for line in lines]


def _unsure(page: RecognizedPage) -> list[str]:
    """The lines of little confidence, and Chinese ones in which characters are missing, by their width.

    Two 〇 in a row, as in 二〇〇八, are lost on a page with noise, and the confidence does not tell.
    """
    found = [region.text for region in page if region.confidence < SURE]
    wide = [region for region in page if len(region.text) > _WIDE and all(c >= "\u2e80" for c in region.text)]
    if len(wide) < _ENOUGH:
        return found
    advance = median((region.x1 - region.x0) / len(region.text) for region in wide)
    lost = [r.text for r in wide if (r.x1 - r.x0) / advance - len(r.text) > _LOST]
    return found + [text for text in lost if text not in found]


def _body_size(regions: Iterable[Region]) -> float:
    """The type size of most characters, in points."""
    sizes = sorted((_size(region), len(region.text)) for region in regions)
    middle = sum(count for _, count in sizes) / 2
    for size, count in sizes:
        middle -= count
        if middle <= 0:
            return size
    return 1.0


def _size(region: Region) -> float:
    """The type size in points, by the shorter side of the box."""
    height = max(1.0, min(region.x1 - region.x0, region.y1 - region.y0))
    return height / (_LATIN_HEIGHT if region.text.isascii() else _HEIGHT)


def _is_downwards(region: Region) -> bool:
    return len(region.text) > 1 and region.y1 - region.y0 > _UPRIGHT * (region.x1 - region.x0)


def _word(region: Region, size: float, piece: int) -> Word:
    """The line as one word. What is written downwards stands on a page that lies on its side."""
    text, x0, y0, x1, y1, _ = region
    if _is_downwards(region):
        return Word(text, y0, y1, x0 + _BELOW * (x1 - x0), Style(size, 0, DOWNWARDS), piece)
    return Word(text, x0, x1, _BELOW * (y1 - y0) - y1, Style(size, 0, 0), piece)
