"""PDF to text: the document, its pages and its metadata, by pdfium.

A page goes through ``pdf_objects`` (what it draws), ``pdf_filled`` (what lies over it),
``pdf_characters`` (words with their places), ``pdf_runs`` (what is drawn in one go, bold print once),
``pdf_tables`` (ruled tables), ``pdf_columns`` (reading order) and ``pdf_lines``; the document through
``garbled`` (nonsense is told) and ``pdf_layout`` (paragraphs).
"""

from __future__ import annotations

import re
import time
from collections.abc import Iterable, Iterator, Mapping, Sequence, Set
from contextlib import closing, contextmanager
from functools import partial
from itertools import islice
from threading import Lock
from typing import TYPE_CHECKING

from index.cleaning.marks import without_furniture
from index.cleaning.metadata import parse_date, plausible_metadata
from index.errors import Phrase, ReadError
from index.readers.extracted_text import ExtractedText
from index.readers.garbled import garbled_pages
from index.readers.pdf_characters import TooManyCharacters, Word, page_words
from index.readers.pdf_contents import has_broken_stream, is_broken, is_damaged
from index.readers.pdf_filled import Box, draw_filled, in_body_type
from index.readers.pdf_layout import paragraphs, plain_glyphs
from index.readers.pdf_lines import Line, page_lines
from index.readers.pdf_objects import prepare
from index.readers.recognition import INSTALL, Picture, Recognize
from index.readers.scans import scanned_lines, told_unsure
from index.types import RecognizedPage

if TYPE_CHECKING:
    from pypdfium2 import PdfDocument, PdfPage

MAX_PAGES = 10_000
#: Processor time for the whole file; an ordinary page takes a hundredth of a second. It is looked at between
#: pages.
MAX_SECONDS = 180
#: Unreadable pages named at most.
_NAMED = 8
#: Objects of a page searched for a picture, at most.
_OBJECTS = 32
#: Pictures of pages that are recognized: dots to a point, and dots at most on the longer side.
_DOTS, _MOST_DOTS = 300 / 72, 4_000
_THEN = Phrase("then add it again")
#: Fewer characters over a picture that takes this share of the page are a stamp, such as a scanner's.
_STAMP, _FULL = 60, 0.5
#: pdfium must not be called by two threads at a time.
_PDFIUM = Lock()
#: Browsers: a page printed by one has the date of printing.
_BROWSER = re.compile("Mozilla|Chrom|Safari|wkhtml|Quartz|Skia")


#: What reading a page that is drawn in a way nobody thought of may end in. It costs that page alone.
_NOT_UNDERSTOOD = (ArithmeticError, LookupError, ValueError)


class _Overdue(Exception):
    """The time limit for the file is over, or it has too many pages."""


def read_pdf(data: bytes, recognize: Recognize | None = None) -> ExtractedText:
    """The text of all pages with its page offsets, and the metadata of the document.

    ``recognize`` reads the pages that are pictures or whose text is garbled.
    """
    with _PDFIUM, _bounded():
        from pypdfium2 import PdfDocument

        document = PdfDocument(data)
        try:
            document.init_forms()  # pdfium then draws values of which the file has no drawing
            deadline = time.thread_time() + MAX_SECONDS
            pages, unread, scanned = _pages(document, deadline)
            plain = [plain_glyphs("\n".join(line.text for line in page)) for page in pages]
            garbled = garbled_pages(plain)
            others = [number for number in range(len(pages)) if number not in unread]
            incomplete = _incomplete(document, others, deadline) if has_broken_stream(data) else []
            information = _information(document)
            recognized: Mapping[int, RecognizedPage] = {}
            if recognize is not None:
                recognized = recognize(sorted(garbled.union(scanned)), partial(_picture, document))
        finally:
            document.close()
    if not recognized and not any(pages):
        raise ReadError("the PDF has no text layer: {command} reads scans", _THEN, command=INSTALL)
    if not recognized and sum(len(plain[i]) for i in garbled) * 2 > sum(map(len, plain)):
        raise ReadError("the PDF's text is garbled: {command} reads its pages", _THEN, command=INSTALL)
    lines = dict(enumerate(pages)) | {number: [] for number in garbled} | scanned_lines(recognized)
    if not any(lines.values()):
        raise ReadError("the PDF has no text layer, and its pages show no text")
    text, starts = paragraphs([*lines.values()])
    unread = sorted(garbled.union(unread) - {number for number, page in recognized.items() if page})
    metadata = plausible_metadata(*information, without_furniture(text))
    told = _without(unread, incomplete, len(pages)) or told_unsure(recognized)
    return ExtractedText(text, metadata, starts, told, scanned=frozenset(recognized))


@contextmanager
def _bounded() -> Iterator[None]:
    """Whatever goes wrong inside becomes a ReadError."""
    from pypdfium2 import PdfiumError
    from pypdfium2.raw import FPDF_ERR_PASSWORD, FPDF_ERR_SECURITY

    try:
        yield
    except ReadError:
        raise
    except (_Overdue, TooManyCharacters, MemoryError, RecursionError):
        raise ReadError(
            "the PDF is too large or too tangled",
            "the limits are {pages} pages and {seconds} seconds; split it",
            pages=MAX_PAGES,
            seconds=MAX_SECONDS,
        ) from None
    except Exception as error:
        if isinstance(error, PdfiumError) and error.err_code in (FPDF_ERR_PASSWORD, FPDF_ERR_SECURITY):
            raise ReadError("the PDF is locked", "save a copy without protection and add that") from None
        raise ReadError(
            "the PDF is damaged", "open it in a viewer, print it to a new PDF and add that"
        ) from error


def _pages(document: PdfDocument, deadline: float) -> tuple[list[list[Line]], list[int], list[int]]:
    """The lines of each page, and the indexes of unreadable pages and of those to be recognized.

    Unreadable are broken pages (if most are, an error is raised) and pictures, except the covers: the first
    and the last page, if nobody typed on them.
    """
    from pypdfium2 import PdfiumError

    if len(document) > MAX_PAGES:
        raise _Overdue
    pages: list[list[Line]] = []
    failure: Exception | None = None
    broken: list[int] = []
    pictures: list[int] = []
    typed: list[int] = []  # pages with nothing but what lies over them
    scanned: list[int] = []
    for number in range(len(document)):
        lines: list[Line] = []
        try:
            page = document[number]
            try:
                lines = _lines(page)
                if sum(len(line.text) for line in lines) < _STAMP and _is_scanned(page, bool(lines)):
                    scanned.append(number)
                if not lines:
                    if _has_picture(page):
                        pictures.append(number)
                    elif not any(page.get_objects()) and is_damaged(document, number):
                        broken.append(number)
                boxes = draw_filled(page)
            finally:
                page.close()
            if boxes:
                blank = not lines
                with closing(document[number]) as page:
                    lines = _lines(page, boxes)
                typed += [number] if blank and lines else []
        except (PdfiumError, *_NOT_UNDERSTOOD) as error:
            failure = error
            broken.append(number)
        pages.append(lines)
        if time.thread_time() > deadline:
            raise _Overdue
    if len(broken) * 2 > len(pages):
        raise failure or ValueError("most pages are damaged")
    covers = {0, len(pages) - 1}.difference(typed)
    unread = sorted(broken + [number for number in pictures if number not in covers])
    return pages, unread, scanned


def _lines(page: PdfPage, filled: Sequence[Box] = ()) -> list[Line]:
    """The lines of a page. ``filled`` are the boxes in which something was filled in."""

    def words(singly: Set[int] = frozenset()) -> list[Word]:
        found = page_words(page, singly)
        return in_body_type(found, filled) if filled else found

    rules = prepare(page)
    return page_lines(words(), rules, words)


def _incomplete(document: PdfDocument, numbers: Iterable[int], deadline: float) -> list[int]:
    """The indexes of those pages that have a stream which cannot be unpacked to its end."""
    found: list[int] = []
    for number in numbers:
        if is_broken(document, number):
            found.append(number)
        if time.thread_time() > deadline:
            raise _Overdue
    return found


def _has_picture(page: PdfPage, area: float = 0.0) -> bool:
    """Whether the page draws a picture, of at least this share of its area."""
    from pypdfium2.raw import FPDF_PAGEOBJ_IMAGE

    for found in islice(page.get_objects(), _OBJECTS):
        if found.type == FPDF_PAGEOBJ_IMAGE:
            left, bottom, right, top = found.get_bounds()
            if (right - left) * (top - bottom) >= area * page.get_width() * page.get_height():
                return True
    return False


def _is_scanned(page: PdfPage, stamped: bool) -> bool:
    """Whether a page without text draws something; one with a stamp, a picture that fills it."""
    return _has_picture(page, _FULL) if stamped else any(page.get_objects())


def _picture(document: PdfDocument, number: int) -> Picture:
    page = document[number]
    try:
        scale = min(_DOTS, _MOST_DOTS / max(page.get_size()))
        return Picture(page.render(scale=scale, grayscale=True).to_pil(), 1 / scale)
    finally:
        page.close()


def _without(unread: Sequence[int], incomplete: Sequence[int], total: int) -> str:
    """A phrase naming the pages, by index, that are missing from the text or break off; "" for none."""
    told = sorted({*unread, *incomplete})
    if not told:
        return ""
    named = ", ".join(str(number + 1) for number in told[:_NAMED])
    values = {
        "count": f"{len(told):,}",
        "total": f"{total:,}",
        "pages": named + (", …" if len(told) > _NAMED else ""),
    }
    if incomplete:
        return Phrase("{count} of {total} pages are damaged; text of them may be missing: {pages}", **values)
    return Phrase(
        "{count} of {total} pages hold no text that can be read (broken, scanned or garbled): {pages}",
        **values,
    )


def _information(document: PdfDocument) -> tuple[str, str, str | None]:
    """Title, author and creation day, as the file states them."""
    title, author, created, *makers = (
        plain_glyphs(document.get_metadata_value(key))
        for key in ("Title", "Author", "CreationDate", "Creator", "Producer")
    )
    day = re.match(r"(?:D:)?(\d{4})(\d\d)(\d\d)", created)
    printed = any(map(_BROWSER.search, makers))
    return title, author, parse_date("-".join(day.groups())) if day and not printed else None
