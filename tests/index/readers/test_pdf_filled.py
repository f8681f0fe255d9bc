"""What was filled in or typed on a page of a PDF is read with it."""

from __future__ import annotations

import pytest
from documents import pdf_file, stream

from index.readers.pdf import read_pdf
from index.readers.pdf_characters import Style, Word
from index.readers.pdf_filled import Box, in_body_type

FONTS = "/Font << /F1 << /Type /Font /Subtype /Type1 /BaseFont /Helvetica >> >>"
#: Where the value lies: beside the label, in larger type.
PLACE = "/Rect [200 695 400 715]"


def written(text: str, x: int, y: int, size: int = 12) -> bytes:
    return f"BT /F1 {size} Tf {x} {y} Td ({text}) Tj ET".encode()


def form(annotation: str, drawing: bytes = b"", page: bytes = b"", catalog: str = "") -> bytes:
    """A page with something over it, which looks like ``drawing``."""
    look = "/AP << /N 6 0 R >>" if drawing else ""
    return pdf_file(
        [
            f"<< /Type /Catalog /Pages 2 0 R {catalog} >>".encode(),
            b"<< /Type /Pages /Count 1 /Kids [3 0 R] >>",
            f"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Contents 4 0 R /Annots [5 0 R]"
            f" /Resources << {FONTS} /XObject << /Im 7 0 R >> >> >>".encode(),
            stream(page or written("Applicant:", 72, 700)),
            f"<< /Type /Annot /F 4 {PLACE} {annotation} {look} >>".encode(),
            stream(drawing, f"/Type /XObject /Subtype /Form /BBox [0 0 200 20] /Resources << {FONTS} >> "),
            stream(
                b"\0",
                "/Type /XObject /Subtype /Image /Width 1 /Height 1 /BitsPerComponent 1 /ImageMask true ",
            ),
            b"<< >>",
        ]
    )


FIELD = "/Subtype /Widget /FT /Tx /T (name) /V (Li Lei) /DA (/F1 12 Tf 0 g)"
#: What tells of the fields of a form; the file then need not have drawings of their values.
FORM = f"/AcroForm << /Fields [5 0 R] /DA (/F1 12 Tf 0 g) /DR << {FONTS} >> >>"


@pytest.mark.parametrize(
    ("annotation", "drawing", "catalog"),
    [
        (FIELD, written("Li Lei", 2, 5, 18), FORM),
        (FIELD, b"", FORM),
        ("/Subtype /FreeText /Contents (Li Lei) /DA (/F1 18 Tf)", written("Li Lei", 2, 5, 18), ""),
        ("/Subtype /Stamp", written("Li Lei", 2, 5, 18), ""),
    ],
    ids=["field", "field without a drawing", "typed text", "stamp"],
)
def test_what_lies_over_a_page_is_read_in_its_place(annotation: str, drawing: bytes, catalog: str) -> None:
    assert read_pdf(form(annotation, drawing, catalog=catalog)).text == "Applicant: | Li Lei"


@pytest.mark.parametrize(
    "annotation",
    ["/Subtype /Text /Contents (Check this.)", "/Subtype /Link", FIELD.replace("/FT", "/F 2 /FT")],
    ids=["note in a window", "link", "hidden field"],
)
def test_what_is_not_seen_on_the_page_is_not_read(annotation: str) -> None:
    data = form(annotation, written("Li Lei", 2, 5)).replace(b"/Annot /F 4", b"/Annot    ")
    assert read_pdf(data).text == "Applicant:"


def test_a_scan_that_was_typed_on_is_told() -> None:
    data = form("/Subtype /FreeText", written("Li Lei", 2, 5), b"q 595 0 0 842 0 0 cm /Im Do Q")
    read = read_pdf(data)
    assert read.text == "Li Lei" and read.unread.startswith("1 of 1 pages")


def test_a_value_is_in_no_larger_type_than_the_page() -> None:
    words = [Word("a", x, x + 5, 10, Style(size, 0, 0), 0) for x, size in ((0, 10), (50, 30), (90, 8))]
    sizes = [word.style.size for word in in_body_type(words, [Box(40, 0, 200, 20)])]
    assert sizes == [10, 10, 8]
    assert in_body_type(words, [Box(0, 0, 200, 20)]) == words
