"""Excel workbooks (ECMA-376): each sheet below its name, with the tables, notes and text boxes that it shows.

A cell is read as its format shows it, a formula as its stored result. What a person hid is not read, but what
a filter hides or an outline folds away is: it is there again with one click.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import replace
from typing import Any, NamedTuple

from index.cleaning.marks import without_marks
from index.cleaning.metadata import Metadata, find_metadata, plausible_author, title_of
from index.errors import Phrase, ReadError
from index.readers.extracted_text import ExtractedText, together
from index.readers.number_formats import built_in, shown, shown_text
from index.readers.office_package import elements, named, properties_of, references_of, related, root_of
from index.readers.raised import raised
from index.readers.table_rows import as_text, side_by_side, tables, tidy
from index.readers.xlsx_sheet import Budget, Sheet, range_of
from index.readers.zip_package import Package
from index.text.han import HAN

#: The most cells of all sheets, empty ones before others among them, and characters in them.
MAX_CELLS, MAX_CHARACTERS = 5_000_000, 64 * 2**20
#: Texts that tell whether a workbook is Chinese, and sheets that are named in a report.
_SAMPLE, _NAMED = 500, 5
#: What programs call a sheet that nobody named.
_UNNAMED = re.compile(r"(?i:sheet|chart|工作表|表|tabelle|feuil|hoja|foglio|лист)\s?\d*")
_PLACE = re.compile(r"\d{1,9}", re.A)
_ESCAPE = re.compile(r"_x([0-9A-Fa-f]{4})_")
_HAN = re.compile(f"[{HAN}]")


class _Listed(NamedTuple):
    """A sheet as the workbook lists it; ``part`` is the name of its part."""

    name: str
    hidden: bool
    part: str


def read_xlsx(data: bytes) -> ExtractedText:
    """The sheets of a workbook. ReadError: it is damaged, locked or too large, or shows nothing."""
    workbook = _Workbook(Package(data))
    parts, title = workbook.text()
    unread = together(workbook.unread())
    if not parts and unread:
        raise ReadError(Phrase("no sheet of it shows a text: {reason}", reason=unread))
    text = "\n\n".join(parts)
    notes = replace(find_metadata(title), title=title_of(title)) if title else Metadata()
    return ExtractedText(text, replace(notes, author=workbook.author()), unread=unread, told=True)


class _Workbook:
    def __init__(self, package: Package) -> None:
        self._package = package
        self._main = next(iter(named(package, "", "officeDocument")), "xl/workbook.xml")
        root = self._root(self._main)
        if root is None:
            raise ReadError(
                "the document is damaged", "open it in the program that made it and save it again"
            )
        properties = root.find("{*}workbookPr")
        self._early = properties is not None and properties.get("date1904") in ("1", "true")
        self._sheets = [*self._listed(root)]
        self._budget = Budget(MAX_CELLS, MAX_CHARACTERS)
        self._strings = [*self._shared_strings()]
        sample = [sheet.name for sheet in self._sheets] + self._strings[:_SAMPLE]
        self._codes = self._number_formats(any(map(_HAN.search, sample)))
        self._hidden = self._unfinished = self._drawn = 0
        self._failed: list[str] = []

    def _root(self, name: str) -> Any | None:
        data = self._package.read(name)
        return None if data is None else root_of(data)

    def _listed(self, root: Any) -> Iterator[_Listed]:
        references = references_of(self._package, self._main)
        for sheet in root.iterfind("{*}sheets/{*}sheet"):
            key = next((value for name, value in sheet.attrib.items() if name.endswith("}id")), "")
            name = " ".join(without_marks(sheet.get("name", "")).split())
            hidden = sheet.get("state", "visible") != "visible"
            yield _Listed(name, hidden, references.get(key, ""))

    def _shared_strings(self) -> Iterator[str]:
        for name in related(self._package, self._main, "sharedStrings")[:1]:
            if (data := self._package.read(name)) is not None:
                yield from map(_rich, elements(data, "si"))

    def _number_formats(self, chinese: bool) -> list[str]:
        """The code of the format of each style."""
        root = self._root(next(iter(related(self._package, self._main, "styles"))))
        if root is None:
            return []
        own = {f.get("numFmtId"): f.get("formatCode", "") for f in root.iterfind("{*}numFmts/{*}numFmt")}
        numbers = [style.get("numFmtId", "0") for style in root.iterfind("{*}cellXfs/{*}xf")]
        usual = {number: built_in(int(number), chinese) for number in {*numbers} if _PLACE.fullmatch(number)}
        return [own.get(number, usual.get(number, "General")) for number in numbers]

    # Text

    def text(self) -> tuple[list[str], str]:
        """The parts of the text, and the notes above the first table if there is one sheet alone."""
        charts = set(named(self._package, self._main, "chartsheet"))
        made: list[str] = []
        above: list[str] = []
        shown = [sheet for sheet in self._sheets if not sheet.hidden]
        for sheet in shown:
            if sheet.part in charts:
                self._drawn += 1
                continue
            try:
                parts, notes = self._sheet_text(sheet.part)
            except ReadError as error:
                self._failed.append(f"{sheet.name} ({error.message})")
                continue
            if not parts:
                continue
            if sheet.name and (len(shown) > 1 or not _UNNAMED.fullmatch(sheet.name)):
                made.append(f"# {sheet.name}")
            made += parts
            above = parts[:notes]
        return made, "\n\n".join(above) if len(shown) == 1 else ""

    def _sheet_text(self, name: str) -> tuple[list[str], int]:
        """The parts of a sheet, and how many notes stand above its first table. ReadError: it is damaged."""
        data = self._package.read(name)
        if data is None:
            raise ReadError("it is missing in the file")
        sheet = Sheet(data, self._cell, self._budget)
        for part in named(self._package, name, "table"):
            self._add_filter(sheet, self._root(part))
        rows = sheet.rows()
        self._hidden += sheet.hidden
        self._unfinished += sheet.unfinished
        found = [tidy(cells) for _, cells in rows]
        filled = [[cell for cell in row if cell] for row in found if row]
        if len(filled) > 1 and all(len(row) == 1 for row in filled):
            parts, above = ["\n".join(f"- {cell}" for [cell] in filled)], 0
        else:
            parts, above = as_text(each for table in tables(found) for each in side_by_side(table))
        first = {row: next(filter(None, cells)) for row, cells in rows if cells}
        comments = [f"- {line}" for line in self._comments(name, first)]
        return [*parts, *(["\n".join(comments)] if comments else []), *self._boxes(name)], above

    @staticmethod
    def _add_filter(sheet: Sheet, table: Any | None) -> None:
        filtered = None if table is None else table.find("{*}autoFilter/{*}filterColumn")
        if filtered is not None and (found := range_of(filtered.getparent().get("ref", ""))):
            sheet.filter(found)

    def _cell(self, cell: Any) -> str | None:
        """The text that a cell shows; None: it is a formula whose result was not stored."""
        kind, style = cell.get("t", "n"), cell.get("s", "0")
        place = _place(style, self._codes)
        code = "General" if place is None else self._codes[place]
        if kind == "inlineStr":
            return _formatted("".join(map(_rich, cell.iterfind("{*}is"))), code)
        value = cell.findtext("{*}v") or ""
        if kind == "s":
            number = _place(value, self._strings)
            return "" if number is None else _formatted(self._strings[number], code)
        if not value:
            return None if kind != "str" and cell.find("{*}f") is not None else ""
        if kind == "b":
            return "FALSE" if value == "0" else "TRUE"
        if kind == "n":
            return without_marks(shown(value, code, self._early))
        if kind == "d":
            return without_marks(value.replace("T", " "))
        return _formatted(_unescaped(value), code)

    def _comments(self, name: str, first: dict[int, str]) -> Iterator[str]:
        """The notes on cells, each with its place and what its row begins with."""
        threads: dict[str, list[str]] = {}
        for part in named(self._package, name, "threadedComment"):
            root = self._root(part)
            for comment in [] if root is None else root.iter("{*}threadedComment"):
                text = without_marks(comment.findtext("{*}text") or "")
                threads.setdefault(comment.get("ref", ""), []).append(text)
        for part in named(self._package, name, "comments"):
            root = self._root(part)
            for comment in [] if root is None else root.iterfind("{*}commentList/{*}comment"):
                text = "".join(map(_rich, comment.iterfind("{*}text")))
                threads.setdefault(comment.get("ref", ""), [text])  # else it repeats what was told above
        for place, texts in threads.items():
            found = range_of(place)
            label = first.get(found.top, "") if found else ""
            if text := " ".join(" ".join(texts).split()):
                yield f"{place} ({label}): {text}" if label else f"{place}: {text}"

    def _boxes(self, name: str) -> Iterator[str]:
        """The texts of text boxes; what else is drawn on the sheet is counted."""
        for part in named(self._package, name, "drawing"):
            root = self._root(part)
            for element in [] if root is None else _drawn(root):
                kind = element.tag.rpartition("}")[2]
                if kind in ("pic", "graphicFrame"):
                    self._drawn += 1
                elif text := _box_text(element):
                    yield text

    def author(self) -> str | None:
        """Who made it. The day is not taken: workbooks are made from older ones, and from templates."""
        return plausible_author(properties_of(self._package).get("creator"))

    def unread(self) -> Iterator[Phrase]:
        """What was not read, and why."""
        if self._failed:
            yield Phrase("sheets were not read: {names}", names=_names(self._failed))
        if hidden := [sheet.name for sheet in self._sheets if sheet.hidden]:
            yield Phrase("hidden sheets were not read: {names}", names=_names(hidden))
        if self._hidden:
            yield Phrase("hidden rows and columns were not read ({count})", count=f"{self._hidden:,}")
        if self._unfinished:
            yield Phrase(
                "formulas without a stored result were not read ({count}); "
                "a spreadsheet program stores them when it saves the file",
                count=f"{self._unfinished:,}",
            )
        if self._drawn:
            yield Phrase("charts or pictures in it were not read ({count})", count=f"{self._drawn:,}")


def _place(number: str, among: Sequence[str]) -> int | None:
    """The place in a list that a number in the markup means; None if there is none."""
    place = int(number) if _PLACE.fullmatch(number) else len(among)
    return place if place < len(among) else None


def _names(names: Sequence[str]) -> str:
    return ", ".join(names[:_NAMED]) + (", …" if len(names) > _NAMED else "")


def _formatted(text: str, code: str) -> str:
    return text if code in ("General", "@") else without_marks(shown_text(text, code))


def _rich(element: Any) -> str:
    """The text of a string, which may be of several runs; readings above characters are left out."""
    out: list[str] = []
    for child in element:
        kind = child.tag.rpartition("}")[2]
        if kind == "t":
            out.append(child.text or "")
        elif kind == "r":
            text = child.findtext("{*}t") or ""
            moved = child.find("{*}rPr/{*}vertAlign")
            place = "" if moved is None else moved.get("val", "")
            if place in ("superscript", "subscript"):
                text = raised(text, place == "superscript", "".join(out[-1:])[-1:])
            out.append(text)
    return without_marks(_unescaped("".join(out)))


def _unescaped(text: str) -> str:
    """A text without the escapes of characters that markup cannot hold."""
    return _ESCAPE.sub(lambda match: chr(int(match[1], 16)), text) if "_x" in text else text


def _drawn(element: Any) -> Iterator[Any]:
    """The shapes, pictures and frames in a drawing; of alternatives the first."""
    for child in element.iterchildren("{*}*"):
        kind = child.tag.rpartition("}")[2]
        if kind in ("sp", "pic", "graphicFrame"):
            yield child
        elif kind == "AlternateContent":
            yield from _drawn(next(iter(child), ()))
        elif kind != "Fallback":
            yield from _drawn(child)


def _box_text(shape: Any) -> str:
    paragraphs = (
        "".join(
            "\n" if local.tag.endswith("}br") else local.text or "" for local in each.iter("{*}t", "{*}br")
        )
        for body in shape.iterfind("{*}txBody")
        for each in body.iterfind("{*}p")
    )
    return without_marks("\n".join(filter(str.strip, paragraphs)))
