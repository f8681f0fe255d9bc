"""The body of a Word document as canonical text: what a reader of the printed page sees, in order."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from functools import cache
from typing import Any

from index.readers.docx_fields import field_text, texts_in_codes
from index.readers.docx_formulas import formula_text, symbol_of
from index.readers.docx_numbering import Label, Numbering, W, value
from index.readers.office_text import Block
from index.readers.raised import raised
from index.readers.symbol_fonts import symbol
from index.text.blocks import row_of

#: What was deleted or moved away, readings above characters, and properties beside the text.
_UNREAD = frozenset({"del", "moveFrom", "rt", "sectPr", "tblGrid"})
#: Elements that stand for other parts of the package, or for objects of other programs.
INSERTED = frozenset({"altChunk", "chart", "relIds", "OLEObject", "control", "subDoc"})
#: What stands beside the line: it follows the paragraph.
_BOXES = INSERTED | {"txbxContent", "textpath"}
_SEEN = INSERTED | {"t", "textpath"}
_SIGNS = {"tab": "\t", "ptab": "\t", "br": "\n", "cr": "\n", "noBreakHyphen": "-"}
_HEADING = re.compile(r"(?:heading|标题|標題)\s*([1-9])|(title|标题|標題)", re.I)
#: An outline level makes a heading of a paragraph up to this many characters.
_LONGEST_HEADING = 100
_CODE = re.compile(r"(?:html preformatted|html 预设格式|source code|code|代码|代碼)", re.I)
_LABELS = (
    ("quotation", re.compile(r"(?:intense )?quote|block ?text|(?:明显)?引用|鮮明引文|引文", re.I)),
    ("caption", re.compile(r"(?:table |image )?caption|题注|標號", re.I)),
    ("furniture", re.compile(r"(?:toc|目录|目錄) ?\d|table of figures|图表目录", re.I)),
    ("reference", re.compile(r"bibliography|书目|書目", re.I)),
)
#: A cell of more characters, or with a table in it, only lays out the page.
_LONGEST_CELL = 1_500
_PRIVATE = re.compile("[\uf020-\uf0ff]")
_NUMBER = re.compile(r"[(（\[【]?(\d{1,4})[.．、)）]")


def local(element: Any) -> str:
    """The name without its namespace; "" for comments and instructions."""
    return element.tag.rpartition("}")[2] if isinstance(element.tag, str) else ""


def children(element: Any) -> Iterator[tuple[str, Any]]:
    """The elements in ``element`` that may be seen, by name; of alternatives the first that is not empty."""
    for child in element:
        name = local(child)
        if name == "AlternateContent":
            text = (choice for choice in child if any(local(inner) in _SEEN for inner in choice.iter()))
            yield from children(next(text, ()))
        elif name and name not in _UNREAD and not name.endswith("Pr"):
            yield name, child


def is_on(element: Any | None) -> bool | None:
    """Whether a property that is on or off is on; None if it is not there."""
    return None if element is None else element.get(f"{W}val", "1") not in ("0", "false", "off", "none")


class Styles:
    """The styles of a document, each with what it takes over from those that it is based on."""

    def __init__(self, root: Any | None) -> None:
        styles = [] if root is None else root.findall(f"{W}style")
        self._styles = {style.get(f"{W}styleId", ""): style for style in styles}
        usual = (s for s in styles if s.get(f"{W}default") and s.get(f"{W}type") == "paragraph")
        #: The style of paragraphs that name none.
        self.default = next((style.get(f"{W}styleId", "") for style in usual), "")
        self.find = cache(self._find)

    def chain(self, style: str) -> list[Any]:
        """The style, the one that it is based on, and so on."""
        found: list[Any] = []
        while (element := self._styles.get(style)) is not None and element not in found:
            found.append(element)
            style = value(element, f"{W}basedOn")
        return found

    def _find(self, style: str, path: str) -> Any | None:
        """The element at ``path`` in the style or in the nearest that it is based on."""
        return next((found for s in self.chain(style) if (found := s.find(path)) is not None), None)

    def names(self, style: str) -> list[str]:
        return [value(element, f"{W}name") for element in self.chain(style)]


class Body:
    """Reads the parts of one document; the numbers of paragraphs and notes run through all of them."""

    def __init__(
        self, styles: Styles, numbering: Any | None, inserted: Callable[[Any], Sequence[Block]]
    ) -> None:
        """``inserted`` reads what stands in place of an element of `INSERTED`."""
        self._styles = styles
        self._inserted = inserted
        self._numbering = Numbering(
            numbering, lambda style: value(styles.find(style, f"{W}pPr/{W}numPr"), f"{W}numId")
        )
        #: The notes that were referred to, in order: "footnote" or "endnote", and the number.
        self.notes: dict[tuple[str, str], None] = {}
        self._boxes: list[Any] = []
        self._fields: list[str] = []  # the codes of the open fields
        self._unseen: frozenset[Any] = frozenset()  # texts in codes of fields
        self._open_items: list[int] = []
        self._carried: tuple[str, list[Any]] = ("", [])  # what the next paragraph goes on with
        self._kind = cache(self._kind_of_style)

    def blocks(self, element: Any) -> Iterator[Block]:
        """What stands in ``element``: the body, a cell, a text box, a note, a head or foot of pages."""
        for name, child in children(element):
            if name == "p":
                yield from self._paragraph(child)
            elif name == "tbl":
                yield from self._table(child)
            elif name in ("oMath", "oMathPara"):
                yield Block("text", formula_text(child))
            elif name in INSERTED:
                yield from self._inserted(child)
            else:
                yield from self.blocks(child)

    # Paragraphs

    def _paragraph(self, element: Any) -> Iterator[Block]:
        properties = element.find(f"{W}pPr")
        style = value(properties, f"{W}pStyle", self._styles.default)
        outer = self._boxes, self._unseen
        before, self._boxes = self._carried
        out, self._carried, self._unseen = [before], ("", []), texts_in_codes(element)
        self._read(element, style, out)
        text, boxes = "".join(out), self._boxes
        self._boxes, self._unseen = outer
        if _runs_on(element, properties):
            self._carried = text, boxes
            return
        yield from self._block(text, properties, style)
        for box in boxes:
            if local(box) == "textpath":
                yield Block("text", box.get("string", ""))
            else:
                yield from self._inserted(box) if local(box) in INSERTED else self.blocks(box)

    def _block(self, text: str, properties: Any, style: str) -> Iterator[Block]:
        kind, label = self._kind(style), self._label(properties, style)
        if kind == "code":
            yield Block(kind, text, joined=True)
            return
        text = re.sub(r"\s*\n\s*", "\n", text).strip()
        if not text:
            return
        if level := self._level(properties, style, text):
            self._open_items.clear()
            number = f"{label.text} " if label and label.text else ""
            yield Block("#" * level, f"{number}{' '.join(text.split())}")
        elif label:
            yield self._item(text, label)
        else:
            yield Block(kind, text)

    def _kind_of_style(self, style: str) -> str:
        for name in self._styles.names(style):
            if _CODE.fullmatch(name):
                return "code"
            for kind, pattern in _LABELS:
                if pattern.fullmatch(name):
                    return kind
        return "text"

    def _level(self, properties: Any, style: str, text: str) -> int:
        """The level of a heading; 0 for another paragraph."""
        for name in self._styles.names(style):
            if match := _HEADING.fullmatch(name):
                return min(int(match[1] or 1), 6)
        own = None if properties is None else properties.find(f"{W}outlineLvl")
        found = self._styles.find(style, f"{W}pPr/{W}outlineLvl") if own is None else own
        level = found.get(f"{W}val", "9") if found is not None else "9"
        is_heading = re.fullmatch("[0-8]", level) and len(text) <= _LONGEST_HEADING
        return min(int(level) + 1, 6) if is_heading else 0

    def _label(self, properties: Any, style: str) -> Label | None:
        """What Word writes before the paragraph; None if it is in no list."""
        own = None if properties is None else properties.find(f"{W}numPr")
        taken = self._styles.find(style, f"{W}pPr/{W}numPr")
        number = value(own, f"{W}numId") or value(taken, f"{W}numId")
        depth = value(own, f"{W}ilvl") or value(taken, f"{W}ilvl", "0")
        return self._numbering.next(number, int(depth) if depth.isdecimal() else 0)

    def _item(self, text: str, label: Label) -> Block:
        while self._open_items and self._open_items[-1] >= label.depth:
            self._open_items.pop()
        indent = "  " * len(self._open_items)
        self._open_items.append(label.depth)
        marker = label.text or "-"
        if number := _NUMBER.fullmatch(marker):
            marker = f"{number[1]}."
        marker += "" if marker.endswith(("）", "、", "：")) else " "
        first, *more = text.split("\n")
        lines = [f"{indent}{marker}{first.strip()}"]
        return Block("item", "\n".join(lines + [f"{indent}  {line}" for line in more]), joined=True)

    # What stands in a line

    def _read(self, element: Any, style: str, out: list[str]) -> None:
        """Appends the text in ``element``, a part of a paragraph of ``style``."""
        for name, child in children(element):
            if name == "t":
                if child not in self._unseen:
                    out.append(child.text or "")
            elif name == "r":
                self._read_run(child, style, out)
            elif sign := _SIGNS.get(name):
                out.append(sign)
            elif name == "sym":
                out.append(symbol_of(child))
            elif name in ("oMath", "oMathPara"):
                out.append(formula_text(child))
            elif name in ("footnoteReference", "endnoteReference"):
                self.notes[name.removesuffix("Reference"), child.get(f"{W}id", "")] = None
            elif name in _BOXES:
                self._boxes.append(child)
            elif name == "instrText" and self._fields:
                self._fields[-1] += child.text or ""
            elif name == "fldChar":
                out.append(self._field(child.get(f"{W}fldCharType")))
                self._read(child, style, out)
            elif name == "checkBox":
                checked = child.find(f"{W}checked")
                on = is_on(child.find(f"{W}default") if checked is None else checked)
                out.append("☒" if on else "☐")
            elif name == "ddList":
                chosen = value(child, f"{W}result") or value(child, f"{W}default", "0")
                entries = [entry.get(f"{W}val", "") for entry in child.iterfind(f"{W}listEntry")]
                out += entries[int(chosen) :][:1] if chosen.isdecimal() else []
            else:
                self._read(child, style, out)
                if name == "p":  # of a drawing
                    out.append(" ")

    def _field(self, part: str | None) -> str:
        """What the code of a field shows, where the code ends: an equation has no other result."""
        if part == "begin":
            self._fields.append("")
        elif self._fields:
            code, self._fields[-1] = self._fields[-1], ""
            if part == "end":
                self._fields.pop()
            return field_text(code)
        return ""

    def _read_run(self, run: Any, style: str, out: list[str]) -> None:
        properties = run.find(f"{W}rPr")
        if properties is None:
            if not is_on(self._styles.find(style, f"{W}rPr/{W}vanish")):
                self._read(run, style, out)
            return
        own = value(properties, f"{W}rStyle")
        if self._property(properties, "vanish", own, style):
            return
        inside: list[str] = []
        self._read(run, style, inside)
        text = "".join(inside)
        if _PRIVATE.search(text):
            fonts = properties.find(f"{W}rFonts")
            font = "" if fonts is None else fonts.get(f"{W}ascii") or fonts.get(f"{W}hAnsi") or ""
            text = _PRIVATE.sub(lambda m: symbol(ord(m[0]), font), text)
        place = value(properties, f"{W}vertAlign") or value(
            self._styles.find(own, f"{W}rPr"), f"{W}vertAlign"
        )
        if place in ("superscript", "subscript"):
            text = raised(text, place == "superscript", "".join(out[-1:])[-1:])
        out.append(text)

    def _property(self, properties: Any, name: str, *styles: str) -> bool:
        """Whether a property of a run is on: its own, else that of the first style that has it."""
        found = (self._styles.find(style, f"{W}rPr/{W}{name}") for style in styles)
        own = None if properties is None else properties.find(f"{W}{name}")
        return next((on for e in (own, *found) if (on := is_on(e)) is not None), False)

    # Tables

    def _table(self, element: Any) -> Iterator[Block]:
        rows: list[tuple[Any, list[str]]] = []
        inside: list[Block] = []
        lays_out, widest = False, 0
        for row in _below(element, "tr"):
            properties = row.find(f"{W}trPr")
            cells = [""] * _count(properties, "gridBefore", 0)
            for number, cell in enumerate(_below(row, "tc"), 1):
                widest = max(widest, number)
                found = list(self.blocks(cell))
                inside += found
                text = " ".join(" ".join(block.text.split()) for block in found)
                lays_out |= len(text) > _LONGEST_CELL or cell.find(f".//{W}tbl") is not None
                cells += [text, *[""] * (_count(cell.find(f"{W}tcPr"), "gridSpan", 1) - 1)]
            cells += [""] * _count(properties, "gridAfter", 0)
            if any(cells):
                rows.append((row, cells))
        if lays_out or widest < 2:
            yield from inside
            return
        styled = self._has_header(element, [row for row, _ in rows])
        for number, (row, cells) in enumerate(rows):
            heads = is_on(row.find(f"{W}trPr/{W}tblHeader")) or (styled and number == 0)
            yield Block("header" if heads else "row", row_of(cells), joined=number > 0)

    def _has_header(self, table: Any, rows: list[Any]) -> bool:
        """Whether the first row looks like a header: by the table's style, or alone in bold."""
        properties = table.find(f"{W}tblPr")
        look = None if properties is None else properties.find(f"{W}tblLook")
        if look is not None and len(rows) > 1:
            flags = look.get(f"{W}val", "0")
            first = look.get(f"{W}firstRow") or (
                int(flags, 16) >> 5 & 1 if re.fullmatch("[0-9A-Fa-f]{1,4}", flags) else 0
            )
            special = f"{W}tblStylePr[@{W}type='firstRow']"
            if (
                str(first) in ("1", "true", "on")
                and self._styles.find(value(properties, f"{W}tblStyle"), special) is not None
            ):
                return True
        return len(rows) > 1 and self._is_bold(rows[0]) and not self._is_bold(rows[1])

    def _is_bold(self, row: Any) -> bool:
        """Whether all text in a row is bold."""
        found = False
        for paragraph in row.iter(f"{W}p"):
            style = value(paragraph.find(f"{W}pPr"), f"{W}pStyle", self._styles.default)
            for run in paragraph.iter(f"{W}r"):
                if not "".join(t.text or "" for t in run.iter(f"{W}t")).strip():
                    continue
                properties = run.find(f"{W}rPr")
                if not self._property(properties, "b", value(properties, f"{W}rStyle"), style):
                    return False
                found = True
        return found


def _runs_on(paragraph: Any, properties: Any) -> bool:
    """Whether the next paragraph goes on with it: its end was deleted, or it is a large first letter."""
    following = paragraph.getnext()
    if properties is None or following is None or local(following) != "p":
        return False
    frame = properties.find(f"{W}framePr")
    initial = frame is not None and frame.get(f"{W}dropCap", "none") != "none"
    return initial or properties.find(f"{W}rPr/{W}del") is not None


def _below(element: Any, wanted: str) -> Iterator[Any]:
    """The rows of a table, or the cells of a row, that are not hidden."""
    for name, child in children(element):
        if name != wanted:
            yield from _below(child, wanted)
        elif not is_on(child.find(f"{W}trPr/{W}hidden")):
            yield child


def _count(properties: Any, name: str, default: int) -> int:
    found = value(properties, f"{W}{name}")
    return min(int(found), 63) if re.fullmatch(r"\d{1,4}", found) else default
