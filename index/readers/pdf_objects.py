"""The objects that a PDF page draws: its ruling lines, and pieces of text that pdfium would leave out."""

from __future__ import annotations

import ctypes
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any, NamedTuple

if TYPE_CHECKING:
    from pypdfium2 import PdfPage

#: Objects of a page that are looked at, forms within forms, and parts of all its drawings.
_MOST_OBJECTS, _DEEPEST, _MOST_SEGMENTS = 200_000, 8, 20_000
#: A line is no thicker than this, and no shorter than that, in points.
_THICK, _SHORT = 2.5, 5.0


class Rule(NamedTuple):
    """A horizontal or vertical line from ``start`` to ``end``, at ``place`` across it; in points."""

    place: float
    start: float
    end: float


class Rules(NamedTuple):
    """The ruling lines of a page."""

    horizontal: list[Rule]
    vertical: list[Rule]


def prepare(page: PdfPage) -> Rules:
    """Makes pdfium read all text of a page, and returns the ruling lines of the page."""
    rules = Rules([], [])
    _Walk(rules).objects(page.raw, _MOST_OBJECTS)
    return rules


class _Walk:
    """Goes through the objects of a page."""

    def __init__(self, rules: Rules) -> None:
        from pypdfium2 import raw

        self._raw, self._rules = raw, rules
        self._segments = _MOST_SEGMENTS
        self._edges = [ctypes.c_float() for _ in range(4)]

    def objects(self, container: Any, most: int, depth: int = 0) -> int:
        """Looks at ``most`` objects of a page or form; returns how many may still be looked at."""
        raw = self._raw
        count: int
        if depth:
            count, get = raw.FPDFFormObj_CountObjects(container), raw.FPDFFormObj_GetObject
        else:
            count, get = raw.FPDFPage_CountObjects(container), raw.FPDFPage_GetObject
        for index in range(min(count, most)):
            piece = get(container, index)
            kind = raw.FPDFPageObj_GetType(piece)
            if kind == raw.FPDF_PAGEOBJ_TEXT:
                self._text(piece)
            elif kind == raw.FPDF_PAGEOBJ_PATH:
                if not depth and self._segments > 0:  # forms have places of their own
                    self._path(piece)
            elif kind == raw.FPDF_PAGEOBJ_FORM and depth < _DEEPEST:
                most = self.objects(piece, most, depth + 1)
        return max(0, most - count)

    def _text(self, piece: Any) -> None:
        """Gives a width to a piece of text that has none: pdfium leaves those out.

        A single character has none if its font is not in the file or has no outline for it, as in the hidden
        text of a scan.
        """
        raw = self._raw
        left, _, right, _ = self._bounds(piece)
        if right - left < 0.01:
            # A stroke has a width, and setting the matrix makes pdfium measure again.
            matrix = raw.FS_MATRIX()
            raw.FPDFPageObj_GetMatrix(piece, matrix)
            raw.FPDFTextObj_SetTextRenderMode(piece, raw.FPDF_TEXTRENDERMODE_STROKE)
            raw.FPDFPageObj_SetMatrix(piece, matrix)

    def _bounds(self, piece: Any) -> tuple[float, float, float, float]:
        left, bottom, right, top = self._edges
        self._raw.FPDFPageObj_GetBounds(piece, left, bottom, right, top)
        return left.value, bottom.value, right.value, top.value

    def _path(self, piece: Any) -> None:
        left, bottom, right, top = self._bounds(piece)
        self._segments -= 1
        if right - left < _THICK or top - bottom < _THICK:
            self._add(left, bottom, right, top)
            return
        count = self._raw.FPDFPath_CountSegments(piece)
        self._segments -= count
        if self._segments > 0:
            for (x, y), (next_x, next_y) in self._lines(piece, count):
                if abs(next_x - x) < 1 or abs(next_y - y) < 1:
                    self._add(min(x, next_x), min(y, next_y), max(x, next_x), max(y, next_y))

    def _lines(self, piece: Any, count: int) -> Iterator[tuple[tuple[float, float], tuple[float, float]]]:
        """The straight parts of a path, from point to point of the page."""
        raw = self._raw
        matrix, x, y = raw.FS_MATRIX(), ctypes.c_float(), ctypes.c_float()
        raw.FPDFPageObj_GetMatrix(piece, matrix)
        first = last = (0.0, 0.0)
        for index in range(count):
            segment = raw.FPDFPath_GetPathSegment(piece, index)
            raw.FPDFPathSegment_GetPoint(segment, x, y)
            point = (
                matrix.a * x.value + matrix.c * y.value + matrix.e,
                matrix.b * x.value + matrix.d * y.value + matrix.f,
            )
            kind = raw.FPDFPathSegment_GetType(segment)
            if kind == raw.FPDF_SEGMENT_LINETO:
                yield last, point
            elif kind == raw.FPDF_SEGMENT_MOVETO:
                first = point
            last = point
            if raw.FPDFPathSegment_GetClose(segment):
                yield last, first

    def _add(self, left: float, bottom: float, right: float, top: float) -> None:
        if right - left >= _SHORT and top - bottom < _THICK:
            self._rules.horizontal.append(Rule((bottom + top) / 2, left, right))
        elif top - bottom >= _SHORT and right - left < _THICK:
            self._rules.vertical.append(Rule((left + right) / 2, bottom, top))
