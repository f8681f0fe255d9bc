"""The characters of a PDF page to its lines in reading order.

Runs on one baseline make rows. Columns are told by the gutters between them (``pdf_columns``), cells of a
table by its ruling lines (``pdf_tables``) or by the gaps in a row.
"""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from collections.abc import Callable, Iterable, Sequence, Set
from dataclasses import dataclass, replace
from itertools import pairwise
from operator import attrgetter

from index.readers.pdf_characters import Word, turned
from index.readers.pdf_columns import reading_order
from index.readers.pdf_initials import with_initials
from index.readers.pdf_objects import Rules
from index.readers.pdf_runs import (
    CELL,
    CELL_HYPHEN,
    LINE_END_SPACE,
    RIGHT_TO_LEFT,
    Run,
    find_runs,
    overprinted_pieces,
    without_copies,
)
from index.readers.pdf_tables import with_table_rows
from index.text.han import CHINESE

# Lengths below are in type sizes (em).
#: A gap between two runs that is a space.
_SPACE = 0.18
#: What is drawn at another time goes on with a word if it is no farther from its end.
_TOUCHING = 0.05
#: A gap between two runs that parts the cells of a table.
_CELL_GAP = 1.5
#: Baselines this close make one row: a label and its value may be set with a small offset.
_ROW = 0.42

#: What stands outside the text in another direction of writing is a stamp, if it has no more lines.
_STAMP_LINES = 2
#: Small type of fewer letters is an index or exponent of the row that it stands at.
_INDEX_LETTERS = 12
#: Pairs of characters that tell whether a page is written downwards.
_SAMPLE = 500

#: Raised figures behind a figure would else make another number of it.
_EXPONENTS = str.maketrans("0123456789+-−", "⁰¹²³⁴⁵⁶⁷⁸⁹⁺⁻⁻")
#: A hyphen at the end of a line, which may divide a word.
_DIVIDED = re.compile(r"[^\W\d_][-\u00ad\u2010]$")
_CHINESE = re.compile(f"[{CHINESE}\u3000-\u303f\uff00-\uffef]")


@dataclass(frozen=True, slots=True)
class Line:
    """One printed line from ``x`` to ``end``, on the baseline ``y``, which grows upwards; in points.

    ``size`` is its type size, ``weight`` its boldness (see Style); ``row`` says that it is a row of a table.
    Lines of one column of a page have the same ``block``. ``stamp``: it stands in the margin, turned.
    ``unsure``: it was recognized with little confidence.
    """

    text: str
    x: float
    y: float
    size: float
    end: float = 0.0
    weight: int = 0
    row: bool = False
    block: int = 0
    stamp: bool = False
    unsure: bool = False

    @property
    def rank(self) -> int:
        """The size in half units: what counts as the same size."""
        return round(self.size * 2)

    @property
    def width(self) -> float:
        return self.end - self.x


def page_lines(
    words: Sequence[Word], rules: Rules, singly: Callable[[Set[int]], Sequence[Word]]
) -> list[Line]:
    """The lines of a page in reading order.

    ``singly`` gives the words again, those of some pieces as single characters: some were printed twice.
    """
    runs = {turn: find_runs(same) for turn, same in _by_direction(words).items()}
    if overprinted := set().union(*map(overprinted_pieces, runs.values())):
        directions = _by_direction(singly(overprinted))
        runs = {turn: without_copies(find_runs(same)) for turn, same in directions.items()}
    lines: list[Line] = []
    main: _Box | None = None
    runs = {turn: found for turn, found in runs.items() if found}  # a page may have spaces alone
    for turn, found in sorted(runs.items(), key=lambda item: -sum(run.letters for run in item[1])):
        if turn % 360 == 0 and len(rules.vertical) > 2 and len(rules.horizontal) > 1:
            found = with_table_rows(found, rules, _cell_text)
        more = [
            line
            for number, block in enumerate(
                reading_order(with_initials(found)), lines[-1].block + 1 if lines else 0
            )
            for row in _rows(block)
            if (line := _line(row, number)) is not None
        ]
        box = _box(found, turn)
        stamp = turn % 360 != 0 and main is not None and len(more) <= _STAMP_LINES and _apart(box, main)
        lines += [replace(line, stamp=True) for line in more] if stamp else more
        main = main or box
    return lines


#: The direction of vertical Chinese, in which columns are lines on a page that lies on its side.
DOWNWARDS = 720


def _by_direction(words: Sequence[Word]) -> dict[int, list[Word]]:
    """The words by their direction of writing, each with the spaces before it."""
    if _written_downwards(words):
        return {DOWNWARDS: [word if word.piece < 0 else _downwards(word) for word in words]}
    turns = {style.turn for style in set(map(attrgetter("style"), words))}
    if len(turns) < 2:
        return {turn: list(words) for turn in turns}
    found: dict[int, list[Word]] = {}
    gaps: set[Word] = set()
    for word in words:
        if word.piece < 0:
            gaps.add(word)
            continue
        same = found.setdefault(word.style.turn, [])
        same += gaps
        gaps.clear()
        same.append(word)
    return found


_Box = tuple[float, float, float, float]


def _box(runs: Iterable[Run], turn: int) -> _Box:
    """Left, lower, right and upper edge of runs on the page as it lies."""
    places = [turned(x, run.y, -turn) for run in runs for x in (run.x0, run.x1)]
    across, up = zip(*places, strict=True)
    return min(across), min(up), max(across), max(up)


def _apart(a: _Box, b: _Box) -> bool:
    return a[2] < b[0] or b[2] < a[0] or a[3] < b[1] or b[3] < a[1]


def _written_downwards(words: Sequence[Word]) -> bool:
    """Whether a page is vertical Chinese: the next character often stands right below the one before."""
    words = [word for word in words if word.piece >= 0]
    below = pairs = 0
    for i in range(0, len(words) - 1, max(1, len(words) // _SAMPLE)):
        a, b = words[i], words[i + 1]
        if (a.text >= "\u2e80" and b.text >= "\u2e80") or a.piece == b.piece:
            pairs += 1
            if a.style.turn == b.style.turn == 0 and len(a.text) == len(b.text) == 1:
                size = a.style.size
                below += abs(a.x0 - b.x0) < 0.5 * size and 0.7 * size < a.y - b.y < 1.6 * size
    return below * 4 > pairs and below > 3


def _downwards(word: Word) -> Word:
    """A character of a vertical column as one of a line on a page turned on its side."""
    text, x0, x1, y, style, piece = word
    if style.turn:  # Latin words lie on their side already
        return word
    size = style.size
    middle = (x0 + x1) / 2
    return Word(text, -y - 0.88 * size, -y + 0.12 * size, middle - 0.35 * size, style, piece)


def _rows(runs: Sequence[Run]) -> list[list[Run]]:
    """The runs of a block by rows, from the top; each row in the direction of its script."""
    rows: list[list[Run]] = []
    small: list[Run] = []
    largest = max(run.size for run in runs)
    for run in sorted(runs, key=lambda run: -run.y):
        if run.size < 0.85 * largest and run.letters < _INDEX_LETTERS:
            small.append(run)
        elif (row := _row_of(run, rows[:-4:-1])) is not None:
            row.append(run)
        else:
            rows.append([run])
    places = [-row[0].y for row in rows]
    reach = len(rows)
    for run in sorted(small, key=lambda run: -run.size):  # short lines, then their indexes
        first = bisect_left(places, -run.y - largest, 0, reach)
        last = bisect_right(places, -run.y + largest, 0, reach)
        near = [row for row in rows[first:last] if -0.4 < (run.y - row[0].y) / row[0].size < 0.7]
        near += [
            row
            for row in rows[: reach - 1 : -1]
            if abs(run.y - row[0].y) < 0.4 * run.size
            or (run.size <= 0.85 * row[0].size and -0.4 < (run.y - row[0].y) / row[0].size < 0.7)
        ]
        home = min(near, key=lambda row: _distance(row, run), default=None)
        if home is None or run.size > 0.85 * home[0].size or _distance(home, run) > 1.5 * run.size:
            home = _row_of(run, near)
        if home is not None:
            home.append(run)
        else:
            rows.append([run])
    if small:
        rows.sort(key=lambda row: -row[0].y)
    for row in rows:
        leftwards = False
        if any(run.words[0].text >= "\u0590" for run in row):
            letters = "".join(run.text for run in row)
            leftwards = len(RIGHT_TO_LEFT.findall(letters)) * 2 > len(letters)
        row.sort(key=lambda run: -run.x1 if leftwards else run.x0)
    return rows


def _row_of(run: Run, rows: Sequence[list[Run]]) -> list[Run] | None:
    """The row on the baseline of which a run stands."""
    for row in rows:
        if abs(row[0].y - run.y) < _ROW * min(row[0].size, run.size) and not _over(row, run):
            return row
    return None


def _distance(row: Sequence[Run], run: Run) -> float:
    """The gap along the row between a run and the nearest of a row, in points."""
    return min(max(run.x0 - other.x1, other.x0 - run.x1, 0.0) for other in row)


def _over(row: Sequence[Run], run: Run) -> bool:
    """Whether a run lies over or under another of the row, so that it belongs to another row."""
    return any(
        min(other.x1, run.x1) - max(other.x0, run.x0) > 0.5 * min(run.size, other.size)
        and abs(other.y - run.y) > 0.1 * run.size
        for other in row
    )


def _cell_text(runs: Sequence[Run]) -> tuple[str, int]:
    """The text of a cell, and how many lines it has."""
    lines = [line.text.replace(CELL, " ").strip() for row in _rows(runs) if (line := _line(row, 0))]
    text = ""
    for written in lines:
        if _DIVIDED.search(text[-2:]) and written[0].isalpha():
            text += CELL_HYPHEN + written
        else:
            apart = text and not (_CHINESE.match(text[-1]) and _CHINESE.match(written[0]))
            text += " " + written if apart else written
    return text, len(lines)


def _is_space(a: Run, b: Run, gap: float) -> bool:
    """Whether the gap between two runs of a row is a space that neither of them has."""
    if len(a.words) in a.spaces or 0 in b.spaces:
        return False
    size, smaller = max(a.size, b.size), min(a.size, b.size)
    next_drawn = b.order == a.order + 1
    if not a.before_line_end:
        if next_drawn:  # pdfium, which knows the fonts, saw no space
            return gap > 0.6 * size
        return gap > (_SPACE if abs(a.size - b.size) < 0.2 * a.size else 0.3) * size
    if _is_raised(b, a) and not (
        a.text[-1:].isdigit() and (_is_exponent(b.text) or b.text.strip().isalpha())
    ):
        return True  # the mark of a footnote; not a power or "3ème"
    if _is_raised(a, b) and a.text[-1:].isdigit() and b.text[:1].isalpha():
        return True
    if next_drawn:
        return not -0.3 * smaller < gap < LINE_END_SPACE * size
    return max(abs(gap), abs(a.y - b.y)) > _TOUCHING * size


def _is_raised(a: Run, b: Run) -> bool:
    """Whether a run is in smaller type and stands higher than another."""
    return a.y - b.y > 0.2 * b.size and a.size < 0.85 * b.size


def _is_exponent(text: str) -> bool:
    return all(ord(letter) in _EXPONENTS for letter in text.strip())


def _line(row: Sequence[Run], block: int) -> Line | None:
    """A row as a line; None if it is blank."""
    parts = [row[0].text]
    single = all(run.letters == 1 and _CHINESE.match(run.words[0].text) for run in row)
    for a, b in pairwise(row):
        gap = max(b.x0 - a.x1, a.x0 - b.x1)
        size = max(a.size, b.size)
        if a.cells or b.cells or (gap > _CELL_GAP * size and not single):
            parts.append(CELL)
        elif not single and _is_space(a, b, gap):
            parts.append(" ")
        power = _is_raised(b, a) and a.text[-1:].isdigit() and _is_exponent(b.text)
        parts.append(b.text.translate(_EXPONENTS) if power else b.text)
    text = "".join(parts)
    if not text.strip():
        return None
    text = text[:-1].replace("\u00ad", "") + text[-1]  # a word is only broken at the end
    main = max(row, key=lambda run: run.letters)
    return Line(
        text,
        min(run.x0 for run in row),
        main.y,
        main.size,
        max(run.x1 for run in row),
        main.words[len(main.words) // 2].style.weight,
        CELL in text,
        block,
    )
