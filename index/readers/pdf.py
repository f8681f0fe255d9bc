"""PDF to text: pypdf reads the text layer page by page, ``readers.pdf_layout`` makes paragraphs of it.

Reading always ends, whatever the file contains: pypdf's limits bound each stream, tree and table, and a clock
checked at every drawing operation bounds the whole.
"""

from __future__ import annotations

import logging
import math
import re
import struct
import time
import unicodedata
import zlib
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from io import BytesIO
from itertools import islice
from typing import TYPE_CHECKING, Any

from index.cleaning.metadata import parse_date, plausible_metadata
from index.errors import Phrase, ReadError
from index.readers.extracted_text import ExtractedText
from index.readers.pdf_layout import (
    Line,
    columns,
    paragraphs,
    plain_glyphs,
    written_across,
    written_downwards,
)

if TYPE_CHECKING:
    from pypdf import PageObject, PdfReader

MAX_PAGES = 10_000
#: Processor time for the whole file; an ordinary page takes a twentieth of a second.
MAX_SECONDS = 180
#: Unpacked bytes of one stream; a page of text has a thousandth of this.
_MAX_STREAM = 32 * 2**20
#: Unreadable pages named at most.
_NAMED = 8
#: Objects of a page searched for a picture, at most.
_OBJECTS = 32

#: Errors, besides its own, that pypdf raises on broken files.
_BROKEN = (
    *(ValueError, TypeError, LookupError, AttributeError, ArithmeticError, AssertionError, RuntimeError),
    *(EOFError, OSError, struct.error, zlib.error),
)
#: Browsers: a page printed by one has the date of printing.
_BROWSER = re.compile("Mozilla|Chrom|Safari|wkhtml|Quartz|Skia")


class _Overdue(Exception):
    """The time limit for the file is over, or it has too many pages."""


def read_pdf(data: bytes) -> ExtractedText:
    """The text of all pages with its page offsets, and the metadata of the document."""
    with _bounded():
        from pypdf import PdfReader

        reader = PdfReader(BytesIO(data))
        pages, unread = _pages(reader, time.thread_time() + MAX_SECONDS)
        information = _information(reader)
    if not any(pages):
        raise ReadError(
            "the PDF has no text layer", "it was scanned: run text recognition (OCR) and add the result"
        )
    text, starts = paragraphs(pages)
    if _unreadable(text):
        raise ReadError(
            "the PDF's text is garbled", "its fonts do not say which characters they draw: run OCR"
        )
    return ExtractedText(text, plausible_metadata(*information, text), starts, _without(unread, len(pages)))


@contextmanager
def _bounded() -> Iterator[None]:
    """Runs pypdf with tight limits and without its warnings; its errors become ReadError."""
    from pypdf import apply_configuration
    from pypdf.errors import DependencyError, FileNotDecryptedError, LimitReachedError, PyPdfError

    logging.getLogger("pypdf").setLevel(logging.CRITICAL + 1)
    try:
        with apply_configuration(
            zlib_maximum_output_length=_MAX_STREAM,
            lzw_maximum_output_length=_MAX_STREAM,
            run_length_maximum_output_length=_MAX_STREAM,
            brotli_maximum_output_length=_MAX_STREAM,
            array_based_stream_maximum_output_length=_MAX_STREAM,
            stream_decoding_work_maximum_length=4 * _MAX_STREAM,
        ):
            yield
    except (FileNotDecryptedError, DependencyError):
        raise ReadError("the PDF is locked", "save a copy without protection and add that") from None
    except (_Overdue, LimitReachedError, MemoryError, RecursionError):
        raise ReadError(
            "the PDF is too large or too tangled",
            "the limits are {pages} pages and {seconds} seconds; split it",
            pages=MAX_PAGES,
            seconds=MAX_SECONDS,
        ) from None
    except (PyPdfError, *_BROKEN):
        raise ReadError(
            "the PDF is damaged", "open it in a viewer, print it to a new PDF and add that"
        ) from None


def _pages(reader: PdfReader, deadline: float) -> tuple[list[list[Line]], list[int]]:
    """The lines of each page, and the indexes of unreadable pages.

    Those are broken pages (if most are, their error is raised) and pictures, except the covers: the first and
    the last page.
    """
    from pypdf.errors import FileNotDecryptedError, PyPdfError

    if len(reader.pages) > MAX_PAGES:
        raise _Overdue
    pages: list[list[Line]] = []
    failure: Exception | None = None
    broken: list[int] = []
    pictures: list[int] = []
    for number, page in enumerate(reader.pages):
        try:
            lines = _lines(page, deadline)
            if not lines and _has_picture(page):
                pictures.append(number)
        except FileNotDecryptedError:
            raise
        except (PyPdfError, *_BROKEN) as error:
            lines, failure = [], error
            broken.append(number)
        pages.append(lines)
    if failure and len(broken) * 2 > len(pages):
        raise failure
    return pages, sorted(broken + [number for number in pictures if 0 < number < len(pages) - 1])


def _has_picture(page: PageObject) -> bool:
    found: Any = page
    for key in ("/Resources", "/XObject"):
        if key not in found:
            return False
        found = found[key]
    return any(found[name].get("/Subtype") == "/Image" for name in islice(found, _OBJECTS))


def _without(unread: Sequence[int], total: int) -> str:
    """A phrase naming the pages, by index, that are missing from the text; "" for none."""
    if not unread:
        return ""
    named = ", ".join(str(number + 1) for number in unread[:_NAMED])
    return Phrase(
        "{count} of {total} pages hold no text that can be read, they are broken or scanned: {pages}",
        count=f"{len(unread):,}",
        total=f"{total:,}",
        pages=named + (", …" if len(unread) > _NAMED else ""),
    )


def _lines(page: PageObject, deadline: float) -> list[Line]:
    """The lines in the order in which the page draws them; only those in its main direction of writing."""
    pieces: list[tuple[str, float, float, float, int]] = []
    lines: list[tuple[Line, int]] = []

    def look_at_the_clock(*_: Any) -> None:
        if time.thread_time() > deadline:
            raise _Overdue

    def take(text: str, cm: Sequence[float], tm: Sequence[float], _font: Any, size: float) -> None:
        if written := text.rstrip("\n"):
            place = _place(cm, tm, size)
            if pieces and pieces[-1][4] != place[3]:
                finish()
            pieces.append((written, *place))
        if text.endswith("\n"):
            finish()

    def finish() -> None:
        if any(piece[0].strip() for piece in pieces):
            words = [piece[1] for piece in pieces if piece[0].strip()]
            if words == sorted(words):  # some programs draw a space before what it follows
                pieces.sort(key=lambda piece: piece[1])
            _, _, y, size, turn = max(pieces, key=lambda piece: len(piece[0].strip()))
            text = written_across([Line(text, x, y, size) for text, x, y, size, _ in pieces])
            lines.append((Line(text, pieces[0][1], y, size), turn))
        pieces.clear()

    page.extract_text(visitor_operand_before=look_at_the_clock, visitor_text=take)
    finish()
    if written_downwards(lines):
        return columns(lines)
    amount: Counter[int] = Counter()
    for line, turn in lines:
        amount[turn] += len(line.text)
    return [line for line, turn in lines if turn == amount.most_common(1)[0][0]]


def _place(cm: Sequence[float], tm: Sequence[float], size: float) -> tuple[float, float, float, int]:
    """Position along the line, position across lines, type size, writing direction in quarter turns."""
    a = tm[0] * cm[0] + tm[1] * cm[2], tm[0] * cm[1] + tm[1] * cm[3]
    b = tm[2] * cm[0] + tm[3] * cm[2], tm[2] * cm[1] + tm[3] * cm[3]
    e = tm[4] * cm[0] + tm[5] * cm[2] + cm[4], tm[4] * cm[1] + tm[5] * cm[3] + cm[5]
    wide, high = math.hypot(*a) or 1.0, math.hypot(*b) or 1.0
    x, y = (e[0] * a[0] + e[1] * a[1]) / wide, (e[0] * b[0] + e[1] * b[1]) / high
    place = (x, y, abs(size) * high)
    if not all(map(math.isfinite, place)) or max(map(abs, place)) > 1e6:
        raise ValueError("text far off the page")
    return *place, round(math.atan2(a[1], a[0]) / (math.pi / 2)) % 4


def _information(reader: PdfReader) -> tuple[str, str, str | None]:
    """Title, author and creation day, as the file states them."""
    facts: Mapping[str, Any] = reader.metadata or {}
    title, author, created, *makers = (
        plain_glyphs(str(facts.get(f"/{key}") or ""))
        for key in ("Title", "Author", "CreationDate", "Creator", "Producer")
    )
    day = re.match(r"(?:D:)?(\d{4})(\d\d)(\d\d)", created)
    printed = any(map(_BROWSER.search, makers))
    return title, author, parse_date("-".join(day.groups())) if day and not printed else None


def _unreadable(text: str) -> bool:
    """Whether over a fifth of the text is private characters, controls or signs of failed decoding."""
    strange = sum(
        unicodedata.category(c) in ("Co", "Cn", "Cc") or c == "\ufffd" for c in text if not c.isspace()
    )
    return strange * 5 > len(text)
