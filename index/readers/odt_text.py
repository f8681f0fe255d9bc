"""The body of an OpenDocument text as canonical text, in the order in which it is read."""

from __future__ import annotations

import posixpath
import re
from collections.abc import Iterator
from functools import cache
from typing import Any, NamedTuple

from index.readers.docx_numbering import written
from index.readers.docx_text import local
from index.readers.html_formulas import math_as_text
from index.readers.office_package import root_of
from index.readers.office_text import Block
from index.readers.raised import raised
from index.readers.zip_package import Package
from index.text.blocks import row_of

_TEXT = "{urn:oasis:names:tc:opendocument:xmlns:text:1.0}"
_STYLE = "{urn:oasis:names:tc:opendocument:xmlns:style:1.0}"
_TABLE = "{urn:oasis:names:tc:opendocument:xmlns:table:1.0}"
_LINK = "{http://www.w3.org/1999/xlink}href"
#: What is not read: deleted text, comments, definitions, what another program shows in place of an object.
_UNREAD = frozenset(
    {"tracked-changes", "annotation", "sequence-decls", "variable-decls", "forms", "ruby-text", "script"}
    | {"user-field-decls", "table-of-content-source", "index-title-template", "dde-connection-decls"}
)
_INDEXES = frozenset({"table-of-content", "illustration-index", "table-index", "alphabetical-index"})
#: Kinds of paragraph by the names of their styles.
_KINDS = {
    "Title": "#",
    "Quotations": "quotation",
    "Preformatted Text": "code",
    "Caption": "caption",
    "Bibliography 1": "reference",
}
_FORMATS = {
    "a": "lowerLetter",
    "A": "upperLetter",
    "i": "lowerRoman",
    "I": "upperRoman",
    "一, 二, 三, ...": "chineseCounting",
    "壹, 贰, 叁, ...": "chineseLegalSimplified",
    "１, ２, ３, ...": "decimalFullWidth",
    "①, ②, ③, ...": "decimalEnclosedCircle",
    "甲, 乙, 丙, ...": "ideographTraditional",
    "子, 丑, 寅, ...": "ideographZodiac",
}
_SPACE = re.compile(r"[ \t\r\n]+")
_NUMBER = re.compile(r"[(（\[【]?(\d{1,4})[.．、)）]")
#: Repeated cells that are written, spaces of one mark, depths of lists.
_MOST_REPEATED, _MOST_SPACES, _DEEPEST = 64, 100, 9
#: A cell of more characters, or with a table in it, only lays out the page.
_LONGEST_CELL = 1_500


class _Level(NamedTuple):
    """How a level of a list is numbered; ``form`` is "" for bullets."""

    form: str = ""
    before: str = ""
    after: str = ""
    start: int = 1
    shown: int = 1


class Styles:
    """The styles of a document and its lists."""

    def __init__(self, content: Any, shared: Any | None) -> None:
        self._styles: dict[tuple[str, str], Any] = {}
        self._lists: dict[str, Any] = {}
        for root in (shared, content):
            for style in [] if root is None else root.iter(f"{_STYLE}style"):
                self._styles[style.get(f"{_STYLE}family", ""), style.get(f"{_STYLE}name", "")] = style
            for style in [] if root is None else root.iter(f"{_TEXT}list-style"):
                self._lists[style.get(f"{_STYLE}name", "")] = style
        self.names = cache(self._names)
        self.property = cache(self._property)
        self.level = cache(self._level)

    def _chain(self, family: str, name: str) -> list[Any]:
        """The style, the one that it is based on, and so on."""
        found: list[Any] = []
        while (style := self._styles.get((family, name))) is not None and style not in found:
            found.append(style)
            name = style.get(f"{_STYLE}parent-style-name", "")
        return found

    def _names(self, name: str) -> list[str]:
        """The names of a style of paragraphs and of those that it is based on."""
        found = [style.get(f"{_STYLE}name", "") for style in self._chain("paragraph", name)]
        return [each.replace("_20_", " ") for each in found or [name]]

    def _property(self, family: str, name: str, wanted: str) -> str:
        """A property of text in a style; "" if it has none."""
        for style in self._chain(family, name):
            for properties in style.iterfind("{*}text-properties"):
                value = next((v for key, v in properties.attrib.items() if key.endswith(f"}}{wanted}")), "")
                if value:
                    return str(value)
        return ""

    def _level(self, name: str, depth: int) -> _Level:
        """How a list is numbered at a depth, from 0 on."""
        style = self._lists.get(name)
        for level in [] if style is None else style:
            if level.get(f"{_TEXT}level") == str(depth + 1) and local(level) == "list-level-style-number":
                values = {key.rpartition("}")[2]: value for key, value in level.attrib.items()}
                if not (form := values.get("num-format", "")):
                    return _Level()
                start, shown = values.get("start-value", ""), values.get("display-levels", "")
                return _Level(
                    _FORMATS.get(form, "decimal"),
                    values.get("num-prefix", ""),
                    values.get("num-suffix", ""),
                    _whole(start, 1),
                    _whole(shown, 1),
                )
        return _Level()


class _List(NamedTuple):
    """An open list: the name of its style, and the depth within others."""

    style: str
    depth: int


class Body:
    """Reads a document; ``unread`` counts the objects of other programs."""

    def __init__(self, styles: Styles, package: Package) -> None:
        self.unread = 0
        self._styles, self._package = styles, package
        self._notes: list[Any] = []
        self._boxes: list[Any] = []
        self._counts: dict[tuple[str, int], int] = {}

    def blocks(self, element: Any, within: str = "") -> Iterator[Block]:
        """What stands in ``element``; ``within`` is the kind of what it stands in."""
        for child in element:
            name = local(child)
            if not name or name in _UNREAD or _is_hidden(child):
                continue
            if name in ("p", "h"):
                yield from self._paragraph(child, within)
            elif name == "list":
                yield from self._list(child, None)
            elif name == "table":
                yield from self._table(child)
            elif name == "frame":
                yield from self._frame(child)
            elif name in _INDEXES or name == "bibliography":
                yield from self.blocks(child, "furniture" if name in _INDEXES else "reference")
            else:
                yield from self.blocks(child, within)

    def noted(self) -> list[Block]:
        """The notes as a numbered list, in the order in which the text refers to them."""
        made: list[Block] = []
        while self._notes:  # a note may refer to another
            notes, self._notes = self._notes, []
            for note in notes:
                body = note.find(f"{_TEXT}note-body")
                text = "\n".join(block.text for block in self.blocks(body)) if body is not None else ""
                if text:
                    lines = text.replace("\n", "\n  ")
                    made.append(Block("item", f"{len(made) + 1}. {lines}", joined=bool(made)))
        return made

    # Paragraphs

    def _paragraph(self, element: Any, within: str) -> Iterator[Block]:
        style = element.get(f"{_TEXT}style-name", "")
        text, boxes = self._text(element)
        if self._styles.property("paragraph", style, "display") == "none":
            return
        kind = within
        for name in [] if within else self._styles.names(style):
            kind = kind or _KINDS.get(name, "")
        if local(element) == "h" and not within:
            kind = "#" * min(_whole(element.get(f"{_TEXT}outline-level", ""), 1), 6)
        if kind.startswith("#"):
            text = " ".join(text.split())
        if text.strip() or kind == "code":
            yield Block(kind or "text", text, joined=kind == "code")
        for box in boxes:
            yield from self._frame(box)

    def _text(self, element: Any) -> tuple[str, list[Any]]:
        """The text of a paragraph, and the frames that hang on it."""
        outer, self._boxes = self._boxes, []
        out: list[str] = []
        self._read(element, out)
        boxes, self._boxes = self._boxes, outer
        lines = "".join(out).split("\n")
        return "\n".join(line.rstrip() for line in lines).strip("\n"), boxes

    def _read(self, element: Any, out: list[str]) -> None:
        _add(element.text, out)
        for child in element:
            name = local(child)
            if name == "s":
                out.append(" " * min(_whole(child.get(f"{_TEXT}c", ""), 1), _MOST_SPACES))
            elif name == "tab":
                out.append("\t")
            elif name == "line-break":
                out.append("\n")
            elif name == "note":
                self._notes.append(child)
            elif name in ("frame", "custom-shape", "rect"):
                self._boxes.append(child)
            elif name and name not in _UNREAD and not _is_hidden(child):
                self._read_span(child, out)
            _add(child.tail, out)

    def _read_span(self, span: Any, out: list[str]) -> None:
        style = span.get(f"{_TEXT}style-name", "")
        if style and self._styles.property("text", style, "display") == "none":
            return
        place = self._styles.property("text", style, "text-position") if style else ""
        before = "".join(out[-1:])
        inside = [before]
        self._read(span, inside)
        text = "".join(inside[1:])
        if place and not place.startswith("0"):
            text = raised(text, not place.startswith(("sub", "-")), before[-1:])
        out += [text] if text else []

    # Lists

    def _list(self, element: Any, outer: _List | None) -> Iterator[Block]:
        style = element.get(f"{_TEXT}style-name", "") or (outer.style if outer else "")
        depth = min(outer.depth + 1, _DEEPEST) if outer else 0
        goes_on = element.get(f"{_TEXT}continue-numbering") == "true" or element.get(f"{_TEXT}continue-list")
        if not goes_on:
            self._counts.pop((style, depth), None)
        for item in element:
            name = local(item)
            if name in ("list-item", "list-header"):
                yield from self._item(item, _List(style, depth), name == "list-item")

    def _item(self, item: Any, within: _List, marked: bool) -> Iterator[Block]:
        mark = self._mark(item, within) if marked else ""
        indent = "  " * within.depth
        first = True
        for child in item:
            if local(child) == "list":
                yield from self._list(child, within)
                continue
            for block in self.blocks(_Only(child)):
                if block.kind.startswith("#") or block.kind in ("row", "header"):
                    yield block
                    continue
                lines = block.text.replace("\n", f"\n{indent}  ")
                if first and marked:
                    yield Block("item", f"{indent}{mark}{lines}", joined=True)
                else:
                    yield Block("item", f"{indent}  {lines}", joined=True)
                first = False

    def _mark(self, item: Any, within: _List) -> str:
        style, depth = within
        level = self._styles.level(style, depth)
        start = item.get(f"{_TEXT}start-value", "")
        key = style, depth
        self._counts[key] = _whole(start, 1) if start else self._counts.get(key, level.start - 1) + 1
        for below in range(depth + 1, _DEEPEST + 1):
            self._counts.pop((style, below), None)
        if not level.form:
            return "- "
        shown = range(max(depth + 1 - level.shown, 0), depth + 1)
        numbers = ".".join(written(self._counts.get((style, n), 1), self._form(style, n)) for n in shown)
        label = f"{level.before}{numbers}{level.after}" if level.before or level.after else f"{numbers}."
        if found := _NUMBER.fullmatch(label):
            label = f"{found[1]}."
        return label if label.endswith(("）", "、", "：")) else f"{label} "

    def _form(self, style: str, depth: int) -> str:
        return self._styles.level(style, depth).form or "decimal"

    # Tables, frames

    def _table(self, element: Any) -> Iterator[Block]:
        rows: list[tuple[bool, list[str]]] = []
        inside: list[Block] = []
        lays_out, widest = False, 0
        for row, headed in _rows(element, False):
            cells: list[str] = []
            named = True
            for cell in row:
                if local(cell) not in ("table-cell", "covered-table-cell"):
                    continue
                found = [] if local(cell).startswith("covered") else list(self.blocks(cell))
                inside += found
                text = " ".join(" ".join(block.text.split()) for block in found)
                lays_out |= len(text) > _LONGEST_CELL or cell.find(f".//{_TABLE}table") is not None
                repeated = _whole(cell.get(f"{_TABLE}number-columns-repeated", ""), 1)
                cells += [text] * (min(repeated, _MOST_REPEATED) if len(cells) < _MOST_REPEATED else 1)
                named &= not text or self._is_heading(cell)
            while cells and not cells[-1]:
                cells.pop()
            widest = max(widest, len(cells))
            if cells:
                rows.append((headed or (not rows and named), cells))
        if lays_out or widest < 2:
            yield from inside
            return
        for number, (headed, cells) in enumerate(rows):
            cells += [""] * (2 - len(cells))
            yield Block("header" if headed else "row", row_of(cells), joined=number > 0)

    def _is_heading(self, cell: Any) -> bool:
        names = (self._styles.names(p.get(f"{_TEXT}style-name", "")) for p in cell.iter(f"{_TEXT}p"))
        return all("Table Heading" in each for each in names)

    def _frame(self, frame: Any) -> Iterator[Block]:
        """What stands in a frame: a text box, or an object with what others show in its place."""
        for child in frame:
            name = local(child)
            if name in ("object", "object-ole"):
                yield from self._object(child)
                return
        yield from self.blocks(frame)

    def _object(self, element: Any) -> Iterator[Block]:
        """A formula, which is a part of the package; other objects are counted."""
        part = posixpath.normpath(posixpath.join(element.get(_LINK, ""), "content.xml"))
        data = self._package.read(part)
        root = None if data is None else root_of(data)
        if root is not None and local(root) == "math":
            for each in root.iter("{*}*"):
                each.tag = local(each)
            if text := " ".join(math_as_text(root).split()):
                yield Block("text", text)
                return
        self.unread += 1


class _Only(list[Any]):
    """One element as if it were all that is in another."""

    def __init__(self, element: Any) -> None:
        super().__init__([element])


def _rows(table: Any, headed: bool) -> Iterator[tuple[Any, bool]]:
    """The rows of a table, and whether they are a header."""
    for child in table:
        name = local(child)
        if name == "table-row":
            if child.get(f"{_TABLE}visibility") != "collapse":
                yield child, headed
        elif name in ("table-header-rows", "table-rows", "table-row-group"):
            yield from _rows(child, headed or name == "table-header-rows")


def _is_hidden(element: Any) -> bool:
    """Whether the document itself hides a section, or a text on a condition."""
    told = element.get(f"{_TEXT}is-hidden") == "true"
    shown = element.get(f"{_TEXT}display")
    return shown == "none" or (told and (shown == "condition" or local(element) == "hidden-text"))


def _whole(text: str, default: int) -> int:
    return int(text) if re.fullmatch(r"\d{1,6}", text, re.A) else default


def _add(text: str | None, out: list[str]) -> None:
    """Adds text; white space in markup is one space, and none where one stands already."""
    if text:
        text = _SPACE.sub(" ", text)
        if "".join(out[-1:])[-1:] in ("", " ", "\n"):
            text = text.removeprefix(" ")
        out += [text] if text else []
