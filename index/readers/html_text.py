"""A tree of HTML or XHTML to canonical text: headings, lists, tables, quotations, captions, code and lines.

What plain text cannot say of a line is said by a mark at its start (`index.cleaning.marks`).
"""

from __future__ import annotations

import re
from typing import Any

from index.cleaning.marks import CAPTION, HEADER, QUOTATION, without_marks
from index.readers.raised import raised
from index.text.blocks import row_of
from index.text.han import CHINESE

_WRAPPED = re.compile(rf"(?<=[{CHINESE}])\s{{0,99}}\n\s{{0,99}}(?=[{CHINESE}])")
_HEADING = re.compile("h([1-6])")
INLINE = re.compile(
    "a|abbr|acronym|b|bdi|bdo|big|cite|code|data|del|dfn|em|font|i|ins|kbd|label|mark|q|ruby|rb|s|samp|small|span|strike|"
    "strong|sub|sup|time|tt|u|var|wbr|img|slot"
)
_PARTED = re.compile("p|blockquote|figure|figcaption|caption|dl|ul|ol|table|section|article|hr|h[1-6]")
_LANGUAGE = re.compile(r"(?:^|\s)(?:lang(?:uage)?|highlight-source|brush:?)[-\s]\s*([\w+#-]{1,30})")
#: Deeper lists are not indented further.
_DEEPEST = 10
#: Cells of a document's tables that stand for merged ones.
MAX_MERGED = 20_000
#: The mark of a note in the text, and the way back from the note.
_NOTE_MARK = re.compile(r"[\[(（〔]?(?:\d{1,3}|[*†‡§#]|注\d{0,3})[\])）〕]?|[↑↩⏎^]\ufe0e?|返回")
#: Read nowhere: what a page holds beside its text, and the readings above Chinese characters.
UNREAD = frozenset(
    {
        *("script", "style", "template", "noscript", "head"),
        *("rt", "rp", "rtc", "svg", "iframe", "object", "textarea"),
    }
)


def text_of(root: Any, unread: frozenset[str] = UNREAD) -> str:
    """The canonical text below ``root``. Elements named in ``unread`` and the marks of notes are left out."""
    from lxml.etree import iterwalk

    out = _Writer()
    hidden = None
    for event, element in iterwalk(root, events=("start", "end", "comment", "pi")):
        if event in ("comment", "pi"):
            if hidden is None:
                out.text(element.tail)
            continue
        name = _name(element)
        if event == "start" and hidden is None:
            if name in unread or (name == "a" and _is_note_mark(element)):
                hidden = element
            else:
                out.open(name, element)
                out.text(element.text)
        elif event == "end" and (hidden is None or element is hidden):
            if hidden is None:
                out.close(name, element)
            hidden = None
            if element is not root:
                out.text(element.tail)
    return out.result()


def _name(element: Any) -> str:
    """The name without its namespace; "" for an unresolved entity."""
    return element.tag.rpartition("}")[2].lower() if isinstance(element.tag, str) else ""


def _is_note_mark(element: Any) -> bool:
    target = element.get("href") or ""
    if "#" not in target or len(element) > 3:
        return False
    text = "".join(element.itertext()).strip()
    raised = _name(element.getparent()) == "sup" if element.getparent() is not None else False
    raised = raised or any(_name(child) == "sup" for child in element)
    noted = (
        "note" in (element.get("{http://www.idpf.org/2007/ops}type") or element.get("role") or target).lower()
    )
    return (raised or noted) and _NOTE_MARK.fullmatch(text) is not None


class _Writer:
    """Collects lines. What is in a cell, in code or raised is collected apart, the innermost last."""

    def __init__(self) -> None:
        self._lines: list[str] = []
        self._line: list[str] = []  # the open line
        self._gap = False  # whether an empty line is due before the next one
        self._marker = ""  # of an item or a heading that has no text yet
        #: By list: the number of the next item (None for bullets) and its step.
        self._lists: list[tuple[int | None, int]] = []
        self._apart: list[tuple[str, list[str]]] = []
        self._tables: list[_Table] = []
        self._language = ""
        self._quotations = self._captions = self._merged = 0

    def text(self, text: str | None) -> None:
        if text and (text := without_marks(text.replace("\x00", ""))):
            code = any(name == "pre" for name, _ in self._apart)
            self._add(text if code else re.sub(r"\s+", " ", _WRAPPED.sub("", text)))

    def _add(self, text: str) -> None:
        if self._apart:
            self._apart[-1][1].append(text)
        elif not self._line:
            if text := text.lstrip():
                self._line += [self._beginning(), text]
        elif text:
            self._line.append(text[1:] if text[0] == " " and self._line[-1][-1:] == " " else text)

    def _beginning(self) -> str:
        if self._gap and self._lines:
            self._lines.append("")
        self._gap = False
        mark = CAPTION if self._captions else QUOTATION if self._quotations else ""
        depth = min(len(self._lists), _DEEPEST)
        marker, self._marker = self._marker, ""
        if marker.startswith("#"):
            return mark + marker
        return mark + ("  " * (depth - 1) + marker if marker else "  " * depth)

    def _end_line(self, lines: int = 1) -> None:
        if self._apart:
            self._apart[-1][1].append("\n" if self._apart[-1][0] == "pre" else " ")
            return
        if self._line:
            self._lines.append("".join(self._line).rstrip())
            self._line = []
        self._gap = self._gap or lines > 1

    def open(self, name: str, element: Any) -> None:
        if name in ("sub", "sup"):
            self._apart.append((name, []))
        elif name == "pre":
            self._end_line(2)
            self._apart.append((name, []))
            self._language = _language(element)
        elif name == "br":
            self._end_line()
        elif name in ("td", "th"):
            self._apart.append((name, []))
        elif self._apart:
            if not INLINE.fullmatch(name):
                self._apart[-1][1].append(" " if self._apart[-1][0] != "pre" else "")
        elif heading := _HEADING.fullmatch(name):
            self._end_line(2)
            self._marker = "#" * int(heading[1]) + " "
        elif name in ("ul", "ol"):
            self._end_line(1 if self._lists else 2)
            self._lists.append(_numbering(element) if name == "ol" else (None, 1))
        elif name == "li":
            self._end_line()
            self._marker = self._item(element)
        elif name == "table":
            self._end_line(2)
            self._tables.append(_Table())
        elif name == "tr" and self._tables:
            self._row(element)
        elif not INLINE.fullmatch(name):
            self._end_line(2 if _PARTED.fullmatch(name) and not self._lists else 1)
            self._quotations += name == "blockquote"
            self._captions += name in ("figcaption", "caption")

    def _item(self, element: Any) -> str:
        number, step = self._lists[-1] if self._lists else (None, 1)
        if number is None:
            return "- "
        value = element.get("value") or ""
        number = int(value) if re.fullmatch(r"\d{1,6}", value) else number
        self._lists[-1] = (number + step, step)
        return f"{number}. "

    def close(self, name: str, element: Any) -> None:
        if name in ("sub", "sup"):
            text = "".join(self._apart.pop()[1])
            parts = self._apart[-1][1] if self._apart else self._line
            self._add(raised(text, name == "sup", "".join(parts[-2:])[-1:]))
        elif name == "pre":
            self._code("".join(self._apart.pop()[1]).strip("\n"))
        elif name in ("td", "th") and self._apart:
            self._cell("".join(self._apart.pop()[1]), element)
        elif self._apart:
            if name != "br" and not INLINE.fullmatch(name):
                self._end_line()
        elif name in ("ul", "ol"):
            self._end_line(1 if len(self._lists) > 1 else 2)
            self._lists.pop()
            self._marker = ""
        elif name == "tr" and self._tables:
            self._row(element)
        elif name == "table":
            self._row(element)  # of cells outside of rows
            self._end_line(2)
            self._tables.pop()
        elif name == "li" or _HEADING.fullmatch(name):
            self._end_line(1 if name == "li" else 2)
            self._marker = ""  # an item or a heading of nothing
        elif name != "br" and not INLINE.fullmatch(name):
            self._end_line(2 if _PARTED.fullmatch(name) and not self._lists else 1)
            self._quotations -= name == "blockquote"
            self._captions -= name in ("figcaption", "caption")

    def _code(self, code: str) -> None:
        if self._apart:
            self._add(code)
        elif code.strip():
            self._end_line(2)
            self._lines += [*([""] if self._lines else []), f"```{self._language}", code, "```"]
            self._gap = True

    def _cell(self, text: str, element: Any) -> None:
        text = " ".join(text.split())
        if not self._tables or self._apart:  # a table in a cell
            self._add(f" {text} ")
            return
        table = self._tables[-1]
        table.place(text, _name(element) == "th")
        across, down = span(element, "colspan"), span(element, "rowspan")
        self._merged += across * down - 1
        if self._merged <= MAX_MERGED:
            table.merge(across, down)

    def _row(self, element: Any) -> None:
        table = self._tables[-1]
        cells, header = table.end_row()
        self._end_line()
        if any(cells):
            if self._gap and self._lines:
                self._lines.append("")
            self._gap = False
            parent = element.getparent()
            header = (header or (parent is not None and _name(parent) == "thead")) and not table.begun
            table.begun = not header
            self._lines.append((HEADER if header else "") + row_of(cells))

    def result(self) -> str:
        self._end_line()
        return "\n".join(self._lines)


class _Table:
    """The open row of a table, and the merged cells that reach into the rows below it."""

    def __init__(self) -> None:
        self.begun = False  # whether a row was no header
        self._cells: list[str] = []
        self._plain = False  # whether a cell of the row is no header
        self._below: dict[int, int] = {}  # by column: rows that a merged cell still covers

    def place(self, text: str, header: bool) -> None:
        """Puts a cell into the next free column."""
        self._pass_merged()
        self._cells.append(text)
        self._plain = self._plain or not header

    def merge(self, across: int, down: int) -> None:
        """Lets the last cell cover ``across`` columns and ``down`` rows."""
        first = len(self._cells) - 1
        self._cells += [""] * (across - 1)
        if down > 1:
            self._below.update(dict.fromkeys(range(first, first + across), down))

    def _pass_merged(self) -> None:
        while self._below.get(len(self._cells)):
            self._cells.append("")

    def end_row(self) -> tuple[list[str], bool]:
        """The cells of the row, and whether all are headers."""
        if not self._cells:
            return [], False
        self._pass_merged()
        cells, header = self._cells, not self._plain
        self._below = {column: rows - 1 for column, rows in self._below.items() if rows > 1}
        self._cells, self._plain = [], False
        return cells, header


def _numbering(element: Any) -> tuple[int, int]:
    start = element.get("start") or ""
    if element.get("reversed") is not None:
        items = sum(1 for child in element if _name(child) == "li")
        return (int(start) if re.fullmatch(r"\d{1,6}", start) else items), -1
    return (int(start) if re.fullmatch(r"\d{1,6}", start) else 1), 1


def span(cell: Any, name: str) -> int:
    """How many columns ("colspan") or rows ("rowspan") a cell covers."""
    span = (cell.get(name) or "")[:5]
    return max(1, int(span)) if span.isdecimal() else 1


def _language(element: Any) -> str:
    for told in (element, *element[:1]):
        if found := _LANGUAGE.search(told.get("class") or ""):
            return found[1].lower()
    return ""
