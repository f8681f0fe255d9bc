"""The characters of a PDF page to runs: what is drawn one character after the other on a baseline.

Bold print made by drawing the same characters again is read once.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace

from index.readers.pdf_characters import LINE_END, Word

#: Between the cells of a row.
CELL = " | "
#: Behind a hyphen at which a line of a cell ends: the words of the whole document tell whether it stays.
CELL_HYPHEN = "\ufdef"
# Lengths in type sizes (em).
#: A gap within a run.
_RUN_GAP = 0.5
#: A gap that is a space, where the text goes on although pdfium sees a line end: it does beside what is
#: raised, lowered or turned, and between pieces that overlap.
LINE_END_SPACE = 0.12
#: The same character this close was printed twice, to look bold.
_AGAIN = 0.16

RIGHT_TO_LEFT = re.compile("[\u0590-\u08ff\ufb1d-\ufdff\ufe70-\ufefc]")


@dataclass(slots=True)
class Run:
    """Word drawn one after the other on a baseline. ``words`` are those that are no spaces."""

    x0: float
    x1: float
    y: float
    size: float
    words: list[Word] = field(default_factory=list)
    #: How many runs were drawn before.
    order: int = 0
    #: Indexes of the words before which there is a space; 0 and the number of words may be among them.
    spaces: set[int] = field(default_factory=set)
    #: The cells of a row of a ruled table, which then are the text.
    cells: str = ""
    #: Whether pdfium sees a line end behind it.
    before_line_end: bool = False

    @property
    def letters(self) -> int:
        """How many characters there are."""
        return sum([len(word.text) for word in self.words])

    @property
    def text(self) -> str:
        """The text with its spaces."""
        if self.cells:
            return self.cells
        if not self.spaces:
            return "".join([word.text for word in self.words])
        parts: list[str] = []
        for index, word in enumerate(self.words):
            parts += (" ", word.text) if index in self.spaces else (word.text,)
        return "".join(parts) + (" " if len(self.words) in self.spaces else "")


def split_run(run: Run, x: float) -> list[Run]:
    """The parts of a run on both sides of a place along it; the whole run if a word or nothing is there."""
    at = next((i for i, letter in enumerate(run.words) if letter.x0 + letter.x1 > 2 * x), 0)
    if not at or (at not in run.spaces and run.words[at].x0 - run.words[at - 1].x1 < 0.1 * run.size):
        return [run]
    parts = []
    for first, letters in ((0, run.words[:at]), (at, run.words[at:])):
        x0, x1 = min(letter.x0 for letter in letters), max(letter.x1 for letter in letters)
        spaces = {space - first for space in run.spaces if first < space < first + len(letters)}
        parts.append(replace(run, x0=x0, x1=x1, words=letters, spaces=spaces))
    return parts


def find_runs(words: Iterable[Word]) -> list[Run]:
    """The runs in drawing order. A gap, a step back, another baseline or type size begins a new one."""
    runs: list[Run] = []
    run: Run | None = None
    latest: list[Word] = []
    space = line_end = False
    style = None
    for word in words:
        text, x0, x1, y, its_style, piece = word
        if piece < 0:
            if word is LINE_END:
                line_end = True
            else:
                space = True
            continue
        if run is not None:
            size = run.size
            gap = x0 - run.x1
            if (
                -0.3 * size < gap < (_RUN_GAP if space or line_end or piece != latest[-1].piece else 3) * size
                and -0.1 * size < y - run.y < 0.1 * size
                and (its_style is style or 0.9 * size < its_style.size < 1.1 * size)
            ) or (text >= "\u0590" and _goes_left(word, latest, run)):
                if space and its_style.turn % 90 and piece != latest[-1].piece:
                    space, line_end = False, True  # pdfium sees spaces between pieces that are aslant
                if line_end:
                    space = space or max(gap, latest[-1].x0 - x1) > LINE_END_SPACE * size
                    line_end = False
                if space or (gap > 0.3 * size and piece != latest[-1].piece):
                    run.spaces.add(len(latest))
                    space = False
                latest.append(word)
                if x1 > run.x1:
                    run.x1 = x1
                if x0 < run.x0:
                    run.x0 = x0
                continue
            run.before_line_end = line_end
            if space:
                run.spaces.add(len(latest))
        run = Run(x0, x1, y, its_style.size, [word], len(runs), {0} if space else set())
        latest, style, space, line_end = run.words, its_style, False, False
        runs.append(run)
    return runs


def _goes_left(word: Word, latest: Sequence[Word], run: Run) -> bool:
    """Whether a word continues a run that is written from right to left."""
    size = run.size
    return (
        RIGHT_TO_LEFT.match(word.text) is not None
        and RIGHT_TO_LEFT.match(latest[-1].text) is not None
        and abs(word.y - run.y) < 0.1 * size
        and -0.3 * size < latest[-1].x0 - word.x1 < _RUN_GAP * size
    )


def overprinted_pieces(runs: Sequence[Run]) -> set[int]:
    """Pieces with characters that may have been printed again at nearly the same place, to look bold."""
    overlapping = _overlapping(runs)
    return {word.piece for run in runs if run.order in overlapping for word in run.words}


def without_copies(runs: Sequence[Run]) -> list[Run]:
    """The runs without characters that were printed again at nearly the same place."""
    suspects = _overlapping(runs)
    if not suspects:
        return list(runs)
    seen: dict[tuple[str, int, int], list[Word]] = {}
    kept: list[Run] = []
    for run in runs:
        if run.order not in suspects:
            kept.append(run)
            continue
        fresh: list[Word] = []
        spaces: set[int] = set()
        for index, letter in enumerate(run.words):
            if index in run.spaces:
                spaces.add(len(fresh))
            if not _seen(letter, seen):
                fresh.append(letter)
        if len(fresh) == len(run.words):
            kept.append(run)
        elif fresh:
            if len(run.words) in run.spaces:
                spaces.add(len(fresh))
            x0, x1 = min(letter.x0 for letter in fresh), max(letter.x1 for letter in fresh)
            kept.append(replace(run, x0=x0, x1=x1, words=fresh, spaces=spaces))
    return kept


def _seen(letter: Word, seen: dict[tuple[str, int, int], list[Word]]) -> bool:
    """Whether the same character was drawn at nearly the same place. ``seen`` has those drawn, by place."""
    near = _AGAIN * letter.style.size
    across = min(near, 0.45 * (letter.x1 - letter.x0))
    x = (letter.x0 + letter.x1) / 2  # the outline of a letter makes it wider on both sides
    for near_column in range(int((x - across) // 4), int((x + across) // 4) + 1):
        for near_row in range(int((letter.y - near) // 4), int((letter.y + near) // 4) + 1):
            for other in seen.get((letter.text, near_column, near_row), ()):
                if abs(other.x0 + other.x1 - 2 * x) < 2 * across and abs(other.y - letter.y) < near:
                    return True
    seen.setdefault((letter.text, int(x // 4), int(letter.y // 4)), []).append(letter)
    return False


def _overlapping(runs: Sequence[Run]) -> set[int]:
    """The numbers of the runs that lie over others with the same letters, or over themselves."""
    found: set[int] = set()
    rows: dict[int, list[Run]] = {}
    for run in runs:
        words = run.words
        if len(words) > 1 and run.x1 - run.x0 < 0.75 * sum([word.x1 - word.x0 for word in words]):
            found.add(run.order)
        rows.setdefault(int(run.y // 4), []).append(run)
    for key, row in rows.items():
        reach: list[Run] = []
        for run in sorted((*row, *rows.get(key + 1, ())), key=lambda run: run.x0):
            reach = [other for other in reach if other.x1 > run.x0 + 0.05 * run.size]
            for other in reach:
                if abs(other.y - run.y) < _AGAIN * run.size and _alike(run, other):
                    found |= {other.order, run.order}
            reach.append(run)
    return found


def _alike(a: Run, b: Run) -> bool:
    """Whether two runs have most letters in common."""
    first, second = set(a.text), set(b.text)
    return len(first & second) * 2 >= min(len(first), len(second))
