"""Ruled tables: the ruling lines of a page make cells, and what stands in a cell is read together."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from itertools import pairwise

from index.readers.pdf_objects import Rule, Rules
from index.readers.pdf_runs import CELL, Run, split_run

#: Rules this close, in points, meet; places this close are one.
_NEAR = 3.0
#: Rules that are looked at.
_MOST_RULES = 3000
#: A cell with more lines or letters is a column of text in a frame.
_MOST_LINES, _MOST_LETTERS = 14, 700

_Cell = tuple[float, float, float, float]


def with_table_rows(
    runs: Sequence[Run], rules: Rules, text_of: Callable[[Sequence[Run]], tuple[str, int]]
) -> list[Run]:
    """The runs, those in each row of a ruled table as one run. ``text_of`` gives a cell's text and lines."""
    horizontal, vertical = _merged(rules.horizontal), _merged(rules.vertical)
    if len(horizontal) + len(vertical) > _MOST_RULES:
        return list(runs)
    rest = list(runs)
    for across, down in _tables(horizontal, vertical):
        left, right = min(rule.start for rule in across), max(rule.end for rule in across)
        bottom, top = min(rule.start for rule in down), max(rule.end for rule in down)
        inside: list[Run] = []
        outside: list[Run] = []
        for run in rest:
            middle = run.y + 0.3 * run.size
            within = bottom < middle < top and run.x0 < right and run.x1 > left and not run.cells
            (inside if within else outside).append(run)
        inner = [run for run in outside if run.cells and left < run.x0 < right and bottom < run.y < top]
        pieces = [piece for run in inside for piece in _cut(run, down)]
        rows = _rows(pieces, inner, across, down, text_of)
        if rows is not None:
            rest = outside + rows
    return rest


def _merged(rules: Iterable[Rule]) -> list[Rule]:
    """The rules, parts of one line put together."""
    merged: list[Rule] = []
    lines: list[list[Rule]] = []
    for rule in sorted(rules):
        if lines and rule.place - lines[-1][0].place < 1.0:
            lines[-1].append(rule)
        else:
            lines.append([rule])
    for line in lines:
        place = line[0].place
        start, end = None, 0.0
        for rule in sorted(line, key=lambda rule: rule.start):
            if start is None:
                start, end = rule.start, rule.end
            elif rule.start <= end + _NEAR:
                end = max(end, rule.end)
            else:
                merged.append(Rule(place, start, end))
                start, end = rule.start, rule.end
        if start is not None:
            merged.append(Rule(place, start, end))
    return merged


def _tables(horizontal: Sequence[Rule], vertical: Sequence[Rule]) -> list[tuple[list[Rule], list[Rule]]]:
    """The rules of each table: those that meet, with at least two columns and two rows of cells.

    Tables inside of others come first.
    """
    rules = [*horizontal, *vertical]
    parent = list(range(len(rules)))

    def root(index: int) -> int:
        while parent[index] != index:
            parent[index] = index = parent[parent[index]]
        return index

    for i, across in enumerate(horizontal):
        for j, down in enumerate(vertical, len(horizontal)):
            if (
                across.start - _NEAR < down.place < across.end + _NEAR
                and down.start - _NEAR < across.place < down.end + _NEAR
            ):
                parent[root(j)] = root(i)
    groups: dict[int, tuple[list[Rule], list[Rule]]] = {}
    for index, rule in enumerate(rules):
        groups.setdefault(root(index), ([], []))[index >= len(horizontal)].append(rule)
    tables = [
        (across, down)
        for across, down in groups.values()
        if len(_places(across)) >= 2 and len(_places(down)) >= 3
    ]
    return sorted(tables, key=lambda table: max(rule.end - rule.start for rule in table[0]))


def _places(rules: Iterable[Rule]) -> list[float]:
    """The places at which there are rules."""
    places: list[float] = []
    for place in sorted(rule.place for rule in rules):
        if not places or place - places[-1] > _NEAR:
            places.append(place)
    return places


def _cut(run: Run, down: Sequence[Rule]) -> list[Run]:
    """The parts of a run that a vertical rule crosses."""
    middle, margin = run.y + 0.3 * run.size, 0.3 * run.size
    for rule in down:
        if rule.start < middle < rule.end and run.x0 + margin < rule.place < run.x1 - margin:
            parts = split_run(run, rule.place)
            if len(parts) == 2:
                return [piece for part in parts for piece in _cut(part, down)]
    return [run]


def _rows(
    runs: Sequence[Run],
    inner: Sequence[Run],
    across: Sequence[Rule],
    down: Sequence[Rule],
    text_of: Callable[[Sequence[Run]], tuple[str, int]],
) -> list[Run] | None:
    """A run for each row of a table, from the top; None if its cells are too full to be cells.

    ``inner`` are the rows of tables inside of it. Empty cells count, so that each text stays in its column.
    """
    cells: dict[_Cell, list[Run]] = {}
    for run in runs:
        cells.setdefault(_cell(run, across, down), []).append(run)
    rows: list[list[tuple[_Cell, list[Run]]]] = []
    for cell, content in sorted(cells.items(), key=lambda item: (-item[0][1], item[0][0])):
        if rows and rows[-1][0][0][1] - cell[1] < _NEAR:
            rows[-1].append((cell, content))
        else:
            rows.append([(cell, content)])
    made: list[Run] = []
    for row in rows:
        pieces = [run for _, content in row for run in content]
        main = max(pieces, key=lambda run: run.letters)
        edges = _places(_beside(max(run.y + 0.3 * run.size for run in pieces), down))
        texts = {
            edge: ""  # a cell without text, which is no gap between two lines, and holds no other table
            for edge, end in pairwise(edges)
            if end - edge > main.size and not any(edge < (run.x0 + run.x1) / 2 < end for run in inner)
        }
        for cell, content in row:
            text, lines = text_of(content)
            if lines > _MOST_LINES or len(text) > _MOST_LETTERS:
                return None
            place = next((edge for edge in edges if abs(edge - cell[0]) <= _NEAR), cell[0])
            texts[place] = f"{texts.get(place, '')} {text}".strip()
        words = [word for run in pieces for word in run.words]
        x0, x1 = min(run.x0 for run in pieces), max(run.x1 for run in pieces)
        y = max(run.y for run in pieces)
        last = max((place for place, text in texts.items() if text), default=0.0)
        shown = CELL.join(texts[place] for place in sorted(texts) if place <= last)
        made.append(Run(x0, x1, y, main.size, words, main.order, set(), shown))
    # Rows are read from the top; a label beside several rows may stand lower than the first of them.
    for above, below in pairwise(made):
        if below.y > above.y - 0.6 * below.size:
            below.y = above.y - 0.6 * below.size
    return made


def _beside(y: float, down: Sequence[Rule]) -> list[Rule]:
    """The vertical rules at a height of the page."""
    return [rule for rule in down if rule.start - _NEAR < y < rule.end + _NEAR]


def _cell(run: Run, across: Sequence[Rule], down: Sequence[Rule]) -> _Cell:
    """Left, top, right and lower edge of the cell in which a run stands."""
    x, y = (run.x0 + run.x1) / 2, run.y + 0.3 * run.size
    beside = [rule.place for rule in _beside(y, down)]
    around = [rule.place for rule in across if rule.start - _NEAR < x < rule.end + _NEAR]
    return (
        max((place for place in beside if place <= x), default=-1e9),
        min((place for place in around if place >= y), default=1e9),
        min((place for place in beside if place > x), default=1e9),
        max((place for place in around if place < y), default=-1e9),
    )
