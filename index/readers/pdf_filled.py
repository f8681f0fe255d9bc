"""What was filled in or typed on a PDF page: fields of forms, text typed over it, stamps.

It lies over the page and not in it, so pdfium leaves it out of the text until it is drawn into the page.
Notes that open in a window of their own are no part of the page.
"""

from __future__ import annotations

from collections.abc import Sequence
from statistics import median
from typing import TYPE_CHECKING, NamedTuple

from index.readers.pdf_characters import Word

if TYPE_CHECKING:
    from pypdfium2 import PdfPage

#: Words are looked for in boxes by rows of this height, in points; no page has more of them.
_ROW, _MOST_ROWS = 12, 1_000


class Box(NamedTuple):
    """Where something lies on a page, in points."""

    left: float
    bottom: float
    right: float
    top: float


def draw_filled(page: PdfPage) -> list[Box]:
    """Draws what lies over the page into it. Returns where it lies; if anywhere, open the page anew."""
    from pypdfium2 import raw

    kinds = {raw.FPDF_ANNOT_WIDGET, raw.FPDF_ANNOT_FREETEXT, raw.FPDF_ANNOT_STAMP}
    boxes: list[Box] = []
    edges = raw.FS_RECTF()
    for index in range(raw.FPDFPage_GetAnnotCount(page)):
        annotation = raw.FPDFPage_GetAnnot(page, index)
        if raw.FPDFAnnot_GetSubtype(annotation) in kinds and raw.FPDFAnnot_GetRect(annotation, edges):
            across, up = sorted((edges.left, edges.right)), sorted((edges.bottom, edges.top))
            boxes.append(Box(across[0], up[0], across[1], up[1]))
        raw.FPDFPage_CloseAnnot(annotation)
    drawn = boxes and raw.FPDFPage_Flatten(page, raw.FLAT_NORMALDISPLAY) == raw.FLATTEN_SUCCESS
    return boxes if drawn else []


def in_body_type(words: Sequence[Word], boxes: Sequence[Box]) -> list[Word]:
    """The words of a page, those in the boxes in no larger type than the others: a value is no heading."""
    rows: dict[int, list[Box]] = {}
    for box in boxes:
        lowest = int(box.bottom // _ROW)
        for row in range(lowest, min(int(box.top // _ROW), lowest + _MOST_ROWS) + 1):
            rows.setdefault(row, []).append(box)

    def is_filled(word: Word) -> bool:
        beside = rows.get(int(word.y // _ROW), ())
        return any(b.left <= word.x0 <= b.right and b.bottom <= word.y <= b.top for b in beside)

    filled = [word.piece >= 0 and is_filled(word) for word in words]
    own = [w.style.size for w, inside in zip(words, filled, strict=True) if w.piece >= 0 and not inside]
    if not own:
        return list(words)
    largest = median(own)
    return [
        w._replace(style=w.style._replace(size=min(w.style.size, largest))) if inside else w
        for w, inside in zip(words, filled, strict=True)
    ]
