"""What a Word document keeps in parts of its own: charts, diagrams and inserted documents."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import datetime, timedelta
from itertools import count, groupby
from typing import Any

from index.cleaning.marks import without_marks
from index.errors import ReadError
from index.readers.docx_text import local
from index.readers.encodings import decode, sniff_format
from index.readers.office_text import Block
from index.readers.zip_package import Package
from index.text.blocks import row_of

#: Formats of numbers: a share, a day, and a number with its unit.
_PERCENT = re.compile(r"[#,]*0(?:\.(0+))?%")
_DAY = re.compile(r"(?=.*[yd年])[ymdhs年月日时分秒/\-.:,\s]+", re.I)
_UNIT = re.compile(r"[#,.0]+\"([^\"]+)\"|General\"([^\"]+)\"")
_UNSEEN = re.compile(r"\[[^\]]*\]|\\|;.*", re.S)
_DEEPEST = 10

#: The text of a document, and how many of the parts inserted into it were not read.
ReadDocument = Callable[[bytes], tuple[str, int]]


class Inserted:
    """Reads the parts that elements of a document refer to; ``unread`` counts those that it cannot read."""

    def __init__(
        self,
        package: Package,
        names: Callable[[Any], Mapping[str, str]],
        read_document: ReadDocument | None,
    ) -> None:
        """``names`` gives the parts, by reference, that the root of a part may refer to."""
        self.unread = 0
        self._package = package
        self._names = names
        self._read_document = read_document

    def blocks(self, element: Any) -> Sequence[Block]:
        """What stands in place of an element of `index.readers.docx_text.INSERTED`."""
        kind = local(element)
        wanted = "}dm" if kind == "relIds" else "}id"
        reference = next((value for key, value in element.attrib.items() if key.endswith(wanted)), "")
        name = self._names(element.getroottree().getroot()).get(reference, "")
        if kind == "altChunk" and (data := self._package.read(name)) is not None:
            if (text := self._chunk(name, data)) is not None:
                return [Block("inserted", text)] if text else []
        elif (read := {"chart": chart, "relIds": diagram}.get(kind)) is not None:
            root = self._package.xml(name)
            if root is not None and (blocks := list(read(root))):
                return blocks
        self.unread += 1
        return []

    def _chunk(self, name: str, data: bytes) -> str | None:
        """The text of an inserted document; None if it cannot be read."""
        try:
            return self._document(name, data)
        except ReadError:
            return None

    def _document(self, name: str, data: bytes) -> str:
        from index.readers.html import looks_like_html, own_text
        from index.readers.mhtml import page_of

        kind = sniff_format(data)
        if kind == ".docx" and self._read_document:
            text, unread = self._read_document(data)
            self.unread += unread
            return text
        text = page_of(data) if kind == ".mhtml" else decode(data)
        if kind != ".mhtml" and not name.lower().endswith(("htm", "html")) and not looks_like_html(text):
            return without_marks(text).strip()
        return own_text(text)


def chart(root: Any) -> Iterator[Block]:
    """The titles of a chart as a caption, and its values as a table: a row for each category."""
    titles = (
        " ".join("".join(t.text or "" for t in part.iter("{*}t", "{*}v")).split())
        for title in root.iter("{*}title")
        for part in title.iter("{*}p", "{*}strCache")  # of a cell, that is what it was
    )
    if caption := " · ".join(filter(None, titles)):
        yield Block("caption", caption)
    early = root.find("{*}date1904")
    first_day = (
        datetime(1904, 1, 1) if early is not None and early.get("val") != "0" else datetime(1899, 12, 30)
    )
    series = [
        tuple(_points(each, names, first_day) for names in (("cat", "xVal"), ("tx",), ("val", "yVal")))
        for each in root.iter("{*}ser")
    ]
    for categories, group in groupby(series, key=lambda each: each[0]):
        yield from _table(categories, [(" ".join(title.values()), values) for _, title, values in group])


def _table(categories: dict[int, str], columns: Sequence[tuple[str, dict[int, str]]]) -> Iterator[Block]:
    """A row for each category; a table for each column if most cells of a common one would be empty."""
    places = sorted({*categories, *(place for _, values in columns for place in values)})
    filled = sum(len(categories) + len(values) for _, values in columns)
    if len(columns) > 1 and len(places) * len(columns) > 4 * filled:
        for column in columns:
            yield from _table(categories, [column])
        return
    named = any(name for name, _ in columns)
    if named:
        yield Block("header", row_of(["", *(name for name, _ in columns)]))
    for place in places:
        cells = [categories.get(place, ""), *(values.get(place, "") for _, values in columns)]
        yield Block("row", row_of(cells), joined=named or place != places[0])


def _points(series: Any, names: Sequence[str], first_day: datetime) -> dict[int, str]:
    """The values in the first of the named elements, by their place."""
    element = next((found for name in names if (found := series.find(f"{{*}}{name}")) is not None), None)
    if element is None:
        return {}
    levels = list(element.iter("{*}lvl", "{*}strCache", "{*}numCache", "{*}strLit", "{*}numLit"))
    made: dict[int, str] = {}
    for level in levels:
        usual = level.findtext("{*}formatCode") or ""
        for point in level.iterfind("{*}pt"):
            place = point.get("idx", "")
            if place.isdecimal() and len(place) < 9 and (text := point.findtext("{*}v")):
                shown = _shown(text.strip(), point.get("formatCode", usual), first_day)
                made[int(place)] = " ".join(filter(None, (shown, made.get(int(place)))))
    if not levels and (text := element.findtext("{*}v")):
        made[0] = text
    return made


def _shown(value: str, code: str, first_day: datetime) -> str:
    """A value as the format of numbers ``code`` shows it, as far as what it means depends on that."""
    try:
        number = float(value)
        code = _UNSEEN.sub("", code)
        if share := _PERCENT.fullmatch(code):
            return f"{number * 100:.{len(share[1] or '')}f}%"
        if _DAY.fullmatch(code):
            return (first_day + timedelta(days=number)).date().isoformat()
    except (ValueError, OverflowError):
        return value
    unit = _UNIT.fullmatch(code)
    exact = f"{number:.15g}"  # as a spreadsheet: 4.2999999999999998 is 4.3
    return (value if "e" in exact else exact) + ((unit[1] or unit[2]) if unit else "")


def diagram(root: Any) -> Iterator[Block]:
    """The texts of a diagram (SmartArt) as a list, each below the one that it belongs to."""
    texts: dict[str, str] = {}
    tops: list[str] = []
    for point in root.iter("{*}pt"):
        name = point.get("modelId", "")
        paragraphs = ("".join(t.text or "" for t in p.iter("{*}t")) for p in point.iterfind("{*}t/{*}p"))
        texts[name] = " ".join(" ".join(paragraphs).split())
        if point.get("type") == "doc":
            tops.append(name)
    below: dict[str, list[tuple[int, int, str]]] = {}
    for number, line in enumerate(root.iter("{*}cxn")):
        if line.get("type", "parOf") == "parOf":
            order = line.get("srcOrd", "")
            place = int(order) if order.isdecimal() and len(order) < 9 else 0
            below.setdefault(line.get("srcId", ""), []).append((place, number, line.get("destId", "")))
    seen: set[str] = set()
    made = count()
    open_points = [
        (name, 0) for name in [*reversed(texts), *reversed(tops)]
    ]  # from its end; at last all others
    while open_points:
        name, depth = open_points.pop()
        if name in seen:
            continue
        seen.add(name)
        if text := texts.get(name):
            yield Block("item", f"{'  ' * min(depth, _DEEPEST)}- {text}", joined=next(made) > 0)
            depth += 1
        open_points += [(child, depth) for _, _, child in sorted(below.get(name, ()), reverse=True)]
