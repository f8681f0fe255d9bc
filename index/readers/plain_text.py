"""What plain text shows by its layout: underlined headings, and tables of tabs or aligned columns.

It is written with the marks of Markdown, as `index.text.blocks` reads them.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from index.text.blocks import CELL, fences, row_of
from index.text.sentences import item_marker, width

#: A line after a blank one, and the rule below it.
_UNDERLINED = re.compile(
    r"(?P<before>(?:\A|\n)[ \t]*\n|\A)(?P<title>[^\s=\-*#|>][^\n|\t]{0,120}?)[ \t]*\n"
    r"(?P<rule>={3,}|-{3,})[ \t]*(?=\n|\Z)"
)
_SENTENCE_END = ("。", "！", "？", "；", "，", "：", ".", ";", ",", ":")
#: How much wider or narrower than the heading the rule may be.
_NARROWEST, _WIDEST = 0.6, 1.7
_LINE_END = re.compile("\r\n?")
#: What parts the cells of a row: a tab, or several spaces, none of them at the start of the line.
_TAB, _SPACES = re.compile(r"(?<=\S) *\t[ \t]*(?=\S)"), re.compile(r"(?<=\S) {2,}(?=\S)")
_RULE = re.compile(r"(?=.*[-=_]{3})[-=_+ \t]+")
#: A longer line is no row, and this many lines make a table of aligned columns.
_LONGEST, _ALIGNED = 400, 3


def with_marks(text: str) -> str:
    """``text``, its underlined headings and its tables with the marks of Markdown."""
    text = _UNDERLINED.sub(_marked, _LINE_END.sub("\n", text))
    return "\n".join(_with_rows(text.split("\n"))) if "\t" in text or "  " in text else text


def _marked(found: re.Match[str]) -> str:
    title, rule = found["title"], found["rule"]
    share = len(rule) / width(title)
    if title.endswith(_SENTENCE_END) or "  " in title or not _NARROWEST <= share <= _WIDEST:
        return found[0]
    return f"{found['before']}{'#' if rule[0] == '=' else '##'} {title}"


def _with_rows(lines: Sequence[str]) -> Iterator[str]:
    """The lines, those of tables as rows."""
    code = fences([line.strip() for line in lines])
    at = looked_at = 0  # each line is looked at once for a sheet
    while at < len(lines):
        if at in code:
            rows, end = list[list[str]](), code[at] + 1
        else:
            rows, end = _sheet(lines, at) if at >= looked_at else ([], at)
            looked_at = max(looked_at, end)
            if not rows:
                rows, end = _table(lines, at, _TAB)
            if len(rows) < 2:
                rows, end = _table(lines, at, _SPACES)
                if len(rows) < _ALIGNED or not _are_aligned(lines[at:end]):
                    rows = []
        yield from (row_of(row) for row in rows) if rows else lines[at:end]
        at = end


def _sheet(lines: Sequence[str], start: int) -> tuple[list[list[str]], int]:
    """The rows from a line on, as a spreadsheet gives them, and the line after those that were looked at.

    They have the same number of tabs, and some have empty cells; else the tabs may only align them.
    """
    rows: list[list[str]] = []
    for at in range(start, len(lines)):
        line = lines[at]
        cells = [cell.strip() for cell in line.strip(" ").split("\t")]
        if len(cells) < 2 or len(line) > _LONGEST or CELL in line or not cells[0] or _is_mark(cells[0]):
            break
        if rows and len(cells) != len(rows[0]):
            break
        rows.append(cells)
    end = start + len(rows)
    filled = [column for column in zip(*rows, strict=True) if any(column)]
    rows = [[*row] for row in zip(*filled, strict=True)]
    is_sheet = len(filled) > 1 and all(rows[0]) and not all(all(row) for row in rows)
    return (rows if is_sheet else []), end


def _table(lines: Sequence[str], start: int, parting: re.Pattern[str]) -> tuple[list[list[str]], int]:
    """The rows with the same number of cells from a line on, and the line after them; no rules are rows."""
    rows: list[list[str]] = []
    at = start
    for at in range(start, len(lines) + 1):
        line = lines[at] if at < len(lines) else ""
        if rows and _RULE.fullmatch(line):
            continue
        cells = parting.split(line.strip()) if len(line) <= _LONGEST and CELL not in line else [line]
        if len(cells) < 2 or (rows and len(cells) != len(rows[0])) or _is_mark(cells[0]):
            break
        rows.append(cells)
    return rows, max(at, start + 1)


def _is_mark(cell: str) -> bool:
    """Whether a cell is the mark of a list item, or signs alone, as before lines of a comment."""
    return item_marker(f"{cell} x") > len(cell) or re.search(r"\w", cell) is None


def _are_aligned(lines: Sequence[str]) -> bool:
    """Whether the cells of each column begin, or end, below each other."""
    rows = [
        [(width(line[: m.start()]), width(line[: m.end()])) for m in re.finditer(r"\S+(?: \S+)*", line)]
        for line in lines
        if not _RULE.fullmatch(line)
    ]
    return all(
        len({start for start, _ in column}) == 1 or len({end for _, end in column}) == 1
        for column in zip(*rows, strict=True)
    )
