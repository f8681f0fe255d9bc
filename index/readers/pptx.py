"""PowerPoint presentations (ECMA-376): each slide is a page with its title, texts, tables and charts, and
what the speaker noted for it.

Hidden slides are told and not read: their owner took them out of what is shown.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cache
from typing import Any

from index.errors import Phrase, ReadError
from index.readers.docx_formulas import formula_text
from index.readers.docx_inserted import Inserted
from index.readers.docx_text import INSERTED, children, local
from index.readers.extracted_text import ExtractedText, together
from index.readers.office_package import facts_of, named, references_of, root_of
from index.readers.office_text import Block, as_lines
from index.readers.raised import raised
from index.readers.zip_package import Package
from index.text.blocks import row_of

#: Slides that are named in a report.
_NAMED = 20
#: What a place on a slide is for: its title, points, or what stands on every slide.
_TITLES, _POINTS, _EVERYWHERE = ("title", "ctrTitle"), ("body", "obj"), ("dt", "ftr", "hdr")
#: Points are written at this depth at most.
_DEEPEST = 8
_MARKED = {"buChar", "buAutoNum", "buBlip"}
#: Where lines stand for themselves: the subtitle, and the page with the notes.
_WHOLE = ("subTitle", "notes")
_SHORT = 80
_END = re.compile(r"[。！？；.!?;:：]\W*$")


def read_pptx(data: bytes) -> ExtractedText:
    """The slides. ReadError: the file is damaged, locked or too large, or has no text."""
    package = Package(data)
    presentation = _Presentation(package)
    pieces: list[str] = []
    pages: list[int] = []
    size = 0
    try:
        for slide in presentation.slides():
            pages.append(size)
            if slide:
                pieces += [slide, "\n\n"]
                size += len(slide) + 2
    except RecursionError:
        raise ReadError("the document is nested too deeply", "save its text and add that") from None
    unread = together(presentation.unread())
    if not pieces and unread:
        raise ReadError(Phrase("no slide of it shows a text: {reason}", reason=unread))
    pieces += [as_lines([Block("furniture", text) for text in presentation.everywhere])]
    text = "".join(pieces)
    # Most are made of older ones, or of a template, and keep the day when that was made.
    return ExtractedText(text, facts_of(package, text, dated=False), tuple(pages), unread=unread)


class _Presentation:
    """``everywhere`` has the texts that stand at the head and foot of slides, each once."""

    def __init__(self, package: Package) -> None:
        self._package = package
        self._main = next(iter(named(package, "", "officeDocument")), "ppt/presentation.xml")
        self.everywhere: dict[str, None] = {}
        self._hidden: list[str] = []
        self._drawn: list[str] = []
        self._failed: list[str] = []
        self._parts: dict[Any, str] = {}
        references = cache(lambda name: references_of(package, name))
        self._references = references
        self._inserted = Inserted(package, lambda root: references(self._parts.get(root, "")), None)

    def _root(self, name: str) -> Any | None:
        data = self._package.read(name)
        if data is None:
            return None
        root = root_of(data)
        self._parts[root] = name
        return root

    def slides(self) -> Iterator[str]:
        """The text of each slide, "" for those that are not read."""
        main = self._root(self._main)
        if main is None:
            raise ReadError(
                "the document is damaged", "open it in the program that made it and save it again"
            )
        parts = self._references(self._main)
        for number, slide in enumerate(main.iterfind("{*}sldIdLst/{*}sldId"), 1):
            key = next((value for name, value in slide.attrib.items() if name.endswith("}id")), "")
            yield self._slide(parts.get(key, ""), str(number))
            self._parts.clear()

    def _slide(self, name: str, number: str) -> str:
        try:
            root = self._root(name)
            if root is None:
                raise ReadError("it is missing in the file")
            if root.get("show") in ("0", "false"):
                self._hidden.append(number)
                return ""
            found = [block for tree in root.iterfind("{*}cSld/{*}spTree") for block in self._blocks(tree)]
            found.sort(key=lambda block: block.kind != "#")  # the title comes first
            for part in named(self._package, name, "notesSlide"):
                found += self._notes(self._root(part))
        except ReadError as error:
            self._failed.append(f"{number} ({error.message})")
            return ""
        frames = root.iter("{*}graphicFrame")
        self._inserted.unread += sum(next(frame.iter("{*}oleObj"), None) is not None for frame in frames)
        if not found and next(root.iter("{*}pic"), None) is not None:
            self._drawn.append(number)
        return as_lines(found)

    def _blocks(self, element: Any) -> Iterator[Block]:
        """What stands in a tree of shapes, in its order."""
        for name, child in children(element):
            if any(
                local(below) == "cNvPr" and below.get("hidden") == "1" for each in child for below in each
            ):
                continue
            if name == "sp":
                yield from self._shape(child)
            elif name == "tbl":
                yield from _table(child)
            elif name in INSERTED:
                yield from self._inserted.blocks(child)
            elif name != "pic":
                yield from self._blocks(child)

    def _shape(self, shape: Any) -> Iterator[Block]:
        place = shape.find("{*}nvSpPr/{*}nvPr/{*}ph")
        kind = None if place is None else place.get("type", "obj")
        for body in shape.iterfind("{*}txBody"):
            if kind in _TITLES:
                if text := " ".join("\n".join(map(_paragraph, body.iterfind("{*}p"))).split()):
                    yield Block("#", text)
            elif kind in _EVERYWHERE:
                texts = (" ".join(_paragraph(each).split()) for each in body.iterfind("{*}p"))
                self.everywhere |= dict.fromkeys(filter(None, texts))
            elif kind != "sldNum":
                yield from _paragraphs(body, kind)

    def _notes(self, root: Any | None) -> Iterator[Block]:
        """What the speaker noted; the slide itself, its number and the like stand on that page, too."""
        for shape in [] if root is None else root.iter("{*}sp"):
            place = shape.find("{*}nvSpPr/{*}nvPr/{*}ph")
            if place is not None and place.get("type") == "body":
                for body in shape.iterfind("{*}txBody"):
                    yield from _paragraphs(body, "notes")

    def unread(self) -> Iterator[Phrase]:
        """What was not read, and why."""
        if self._failed:
            yield Phrase("slides were not read: {names}", names=_names(self._failed))
        if self._hidden:
            yield Phrase("hidden slides were not read: {names}", names=_names(self._hidden))
        if self._drawn:
            yield Phrase("slides with pictures alone were not read: {names}", names=_names(self._drawn))
        if self._inserted.unread:
            yield Phrase(
                "formulas, charts or documents of other programs in it were not read ({count})",
                count=f"{self._inserted.unread:,}",
            )


def _is_hidden(shape: Any) -> bool:
    facts = shape.find("{*}*/{*}cNvPr")
    return facts is not None and facts.get("hidden") in ("1", "true")


def _names(numbers: list[str]) -> str:
    return ", ".join(numbers[:_NAMED]) + (", …" if len(numbers) > _NAMED else "")


def _paragraphs(body: Any, kind: str | None) -> Iterator[Block]:
    """The paragraphs of a shape, which is the place for ``kind`` of text; None for a text box.

    Those of a place for points have marks unless they say otherwise. A short line without an end is a point,
    too: as a line it would look like a heading.
    """
    made = [(each, _paragraph(each)) for each in body.iterfind("{*}p")]
    made = [(each, text) for each, text in made if text.strip()]
    points = kind in _POINTS and len(made) > 1
    numbers: dict[int, int] = {}
    for at, (each, text) in enumerate(made):
        properties = each.find("{*}pPr")
        level = properties.get("lvl", "0") if properties is not None else "0"
        depth = min(int(level), _DEEPEST) if re.fullmatch(r"\d", level) else 0
        own = {local(child) for child in properties} if properties is not None else set()
        numbers = {below: number for below, number in numbers.items() if below <= depth}
        text = re.sub(r"\s*\n\s*", "\n", text).strip()
        short = len(text) <= _SHORT and not _END.search(text) and kind not in _WHOLE
        if not (own & _MARKED or (points and "buNone" not in own) or short):
            yield Block("text", text)
            continue
        mark = "-"
        if "buAutoNum" in own:
            numbers[depth] = numbers.get(depth, _first(properties) - 1) + 1
            mark = f"{numbers[depth]}."
        else:
            numbers.pop(depth, None)
        indent = "  " * depth
        lines = text.replace("\n", f"\n{indent}  ")
        yield Block("item", f"{indent}{mark} {lines}", joined=at > 0)


def _first(properties: Any) -> int:
    number = properties.find("{*}buAutoNum").get("startAt", "1")
    return int(number) if re.fullmatch(r"\d{1,4}", number) else 1


def _paragraph(element: Any) -> str:
    """The text of a paragraph, with what stands above and below its line."""
    out: list[str] = []
    for name, child in children(element):
        if name in ("r", "fld"):
            text = "".join(part.text or "" for part in child.iterfind("{*}t"))
            properties = child.find("{*}rPr")
            moved = properties.get("baseline", "0") if properties is not None else "0"
            if moved.strip("0%"):
                text = raised(text, not moved.startswith("-"), "".join(out[-1:])[-1:])
            out.append(text.replace("\v", "\n"))
        elif name == "br":
            out.append("\n")
        elif name in ("m", "oMath", "oMathPara"):
            out.append(formula_text(child))
    return "".join(out)


def _table(element: Any) -> Iterator[Block]:
    """The rows of a table; what is merged with the cell above it says the same."""
    properties = element.find("{*}tblPr")
    headed = properties is not None and properties.get("firstRow") in ("1", "true")
    above: dict[int, str] = {}
    for number, row in enumerate(element.iterfind("{*}tr")):
        cells: list[str] = []
        for column, cell in enumerate(row.iterfind("{*}tc")):
            texts = (
                _paragraph(each) for body in cell.iterfind("{*}txBody") for each in body.iterfind("{*}p")
            )
            text = " ".join(" ".join(texts).split())
            cells.append(above.get(column, "") if cell.get("vMerge") in ("1", "true") else text)
        above = dict(enumerate(cells))
        if any(cells):
            yield Block("header" if headed and number == 0 else "row", row_of(cells), joined=number > 0)
