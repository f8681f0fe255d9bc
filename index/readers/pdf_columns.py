"""The blocks of a page in reading order, told by the white space between them.

A gutter is a strip without text between two pieces of text, over several rows. It parts two columns if each
is prose, or if their rows do not stand side by side; else it lies between the cells of a table.
"""

from __future__ import annotations

import math
import re
from collections.abc import Iterable, Sequence
from functools import reduce
from itertools import pairwise
from operator import or_

from index.readers.pdf_runs import Run

#: Points to a bit of a mask.
_BIT = 1.0
#: The narrowest gutter, in type sizes.
_GUTTER = 0.6
#: Rows on each side of a gutter, at least.
_ROWS = 3
#: Rows of a column beside which another may have fewer than these.
_FULL = 10
#: Gutters are searched in blocks of so many rows at most; what has more is no text.
_MOST_ROWS = 600
_DEPTH = 12
#: What stands before an item of a list.
_MARK = re.compile(r"[^\w\s]{1,2}|[(（]?\w{1,3}[.)、）．]")
#: Rows that tell whether a column is prose.
_SAMPLE = 30
#: One row of so many may be wider than a column.
_FARTHER = 10


def reading_order(runs: Sequence[Run]) -> list[list[Run]]:
    """The runs of a page as blocks: what stands above a pair of columns, the left one, the right one, …"""
    return [block for block in _split(list(runs), _DEPTH) if block]


def _split(runs: list[Run], depth: int) -> list[list[Run]]:
    if depth == 0 or len(runs) < 2 * _ROWS:
        return [runs]
    rows = _bands(runs)
    if len(rows) < _ROWS or len(rows) > _MOST_ROWS:
        return [runs]
    sizes = sorted(run.size for run in runs)
    width = max(2, round(_GUTTER * sizes[len(sizes) // 2] / _BIT))
    left_edge = min(run.x0 for run in runs)
    masks = [_mask(row, left_edge) for row in rows]
    gutters = _gutters(masks, width)
    for first, last, gap in gutters:
        middle = left_edge + _BIT * gap
        inside = [run for row in rows[first : last + 1] for run in row]
        left = [run for run in inside if run.x1 <= middle + _BIT]
        right = [run for run in inside if run.x1 > middle + _BIT]
        # Beyond the next gutter of the same rows there are other columns.
        others = [left_edge + _BIT * place for *rows_of, place in gutters if rows_of == [first, last]]
        starts = (place for place in sorted(others, reverse=True) if place < middle)
        ends = (place for place in sorted(others) if place > middle)
        beside = (
            _first_column([run for run in left if run.x1 > start] for start in (*starts, -math.inf)),
            _first_column([run for run in right if run.x0 < end] for end in (*ends, math.inf)),
        )
        if _are_columns(*beside):
            above = [run for row in rows[:first] for run in row]
            below = [run for row in rows[last + 1 :] for run in row]
            return [
                *(_split(above, depth - 1) if above else []),
                *_split(left, depth - 1),
                *_split(right, depth - 1),
                *(_split(below, depth - 1) if below else []),
            ]
    return [runs]


def _first_column(pieces: Iterable[list[Run]]) -> list[Run]:
    """The first piece that has rows enough for a column: within a gutter a page number may stand.

    The marks of items are none either; they stand before those of another column.
    """
    piece: list[Run] = []
    for piece in pieces:
        rows = _bands(piece)
        if len(rows) >= _ROWS and not all(_MARK.fullmatch(run.text.strip()) for row in rows for run in row):
            break
    return piece


def _bands(runs: Sequence[Run]) -> list[list[Run]]:
    """The runs by baseline, from the top."""
    bands: list[list[Run]] = []
    for run in sorted(runs, key=lambda run: -run.y):
        if bands and bands[-1][0].y - run.y < 0.3 * min(run.size, bands[-1][0].size):
            bands[-1].append(run)
        else:
            bands.append([run])
    return bands


def _mask(row: Sequence[Run], left_edge: float) -> int:
    """The places along a row where there is text, as bits."""
    mask = 0
    for run in row:
        start, end = int((run.x0 - left_edge) / _BIT), int((run.x1 - left_edge) / _BIT)
        start, end = max(0, min(start, 5000)), max(0, min(end, 5000))
        mask |= (1 << (end + 1)) - (1 << start)
    return mask


def _gutters(masks: Sequence[int], width: int) -> list[tuple[int, int, int]]:
    """First row, last row and place (in bits) of the strips without text, the tallest first."""
    found: list[tuple[int, int, int]] = []
    reached = 0
    for first, mask in enumerate(masks):
        union, last, place = mask, -1, _gaps(mask, width)
        start = first
        if reached > first:  # the strip must reach farther than the one before
            union = reduce(or_, masks[first : reached + 1])
            if not (place := _gaps(union, width)):
                continue
            start = last = reached
        for row in range(start + 1, len(masks)):
            union |= masks[row]
            gaps = _gaps(union, width)
            if gaps:
                last, place = row, gaps
            elif last >= 0 or mask & masks[row]:
                break  # else the row has text on the other side only
        if last > reached and last - first + 1 >= _ROWS:
            found += [(first, last, gap + width // 2) for gap in _starts(place)]
            reached = last
    return sorted(found, key=lambda gutter: gutter[0] - gutter[1])


def _gaps(mask: int, width: int) -> int:
    """Bits at which a gap of ``width`` begins that has text on both sides."""
    if not mask:
        return 0
    top = mask.bit_length()
    lowest = (mask & -mask).bit_length() - 1
    free = ~mask & ((1 << top) - 1) & ~((1 << lowest) - 1)
    have = 1
    while have < width and free:
        step = min(have, width - have)
        free &= free >> step
        have += step
    return free


def _starts(gaps: int) -> list[int]:
    """The first bit of each run of bits, and no more than eight."""
    starts = gaps & ~(gaps << 1)
    found: list[int] = []
    while starts and len(found) < 8:
        low = starts & -starts
        found.append(low.bit_length() - 1)
        starts ^= low
    return found


def _are_columns(left: Sequence[Run], right: Sequence[Run]) -> bool:
    """Whether two pieces of text side by side are read one after the other."""
    sides = _without_number(_bands(left)), _without_number(_bands(right))
    if min(map(len, sides)) < _ROWS:
        begun, full = sorted(sides, key=len)  # the last column of a text may have just begun
        return len(full) >= _FULL and bool(begun) and _prose(full) > 0.6 and _prose(begun) >= 0.5
    prose, other = sorted(map(_prose, sides), reverse=True)
    if other > 0.4 or (prose > 0.7 and other > 0.2):
        return True
    fewer, more = sorted(sides, key=len)
    places = [band[0].y for band in more]
    level = sum(any(abs(band[0].y - y) < 0.45 * band[0].size for y in places) for band in fewer)
    return level * 2 < len(fewer)


def _without_number(bands: list[list[Run]]) -> list[list[Run]]:
    """The rows without the page number below them."""
    last = "".join(run.text for run in bands[-1]).strip(" -–—") if bands else ""
    return bands[:-1] if last.isdecimal() and len(last) < 5 else bands


def _prose(bands: Sequence[Sequence[Run]]) -> float:
    """The share of rows that are full, long enough and not of figures."""
    # A heading or two may reach farther than the column below them.
    start = sorted(min(run.x0 for run in band) for band in bands)[len(bands) // _FARTHER]
    end = sorted(max(run.x1 for run in band) for band in bands)[-1 - len(bands) // _FARTHER]
    prose = 0
    bands = bands[:: max(1, len(bands) // _SAMPLE)]
    for band in bands:
        row = sorted(band, key=lambda run: run.x0)
        gaps = sum(max(0.0, b.x0 - a.x1 - 0.8 * a.size) for a, b in pairwise(row))
        letters = digits = 0
        for run in band:
            for word in run.words:
                text = word.text
                letters += len(text)
                if not text.isascii():
                    letters += sum(letter >= "\u2e80" for letter in text)
                if not text.isalpha():
                    digits += sum(map(str.isdigit, text))
        full = row[-1].x1 - row[0].x0 - gaps > 0.7 * (end - start)
        prose += full and letters > 18 and digits < 0.3 * letters
    return prose / len(bands)
