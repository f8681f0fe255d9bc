"""Pages that browsers save as MHTML (RFC 2557): one message with the page and its parts."""

from __future__ import annotations

from collections.abc import Iterator

from index.errors import ReadError
from index.readers.encodings import decode
from index.readers.extracted_text import ExtractedText
from index.readers.html import NEARLY_EMPTY, read_html
from index.readers.mime import Part, inner, split

_MAX_FRAMES = 20


def read_mhtml(data: bytes) -> ExtractedText:
    """The page, or one of its frames if the page itself is nearly empty."""
    address, pages = _pages(data)
    text, metadata = read_html(decode(pages[0].content), address)
    if len(text) < NEARLY_EMPTY:
        frames = (read_html(decode(part.content))[0] for part in pages[1 : _MAX_FRAMES + 1])
        text = max([text, *frames], key=len)
    return ExtractedText(text, metadata, web=True)


def page_of(data: bytes) -> str:
    """The markup of the page."""
    return decode(_pages(data)[1][0].content)


def _pages(data: bytes) -> tuple[str, list[Part]]:
    """The address, and the parts with pages: the page itself, then its frames."""
    message = split(data.lstrip())
    headers = message.headers
    address = str(headers.get("Snapshot-Content-Location") or headers.get("Content-Location") or "")
    start = headers.get_param("start")
    pages = [part for part in _parts(message, 2) if part.headers.get_content_type().endswith("html")]
    if not pages:
        raise ReadError("the saved page holds no HTML", "save it again as a web page")
    # The page is what the message names; else it comes first.
    pages.sort(key=lambda part: not (start and part.headers.get("Content-ID") == start))
    if address:
        pages.sort(key=lambda part: part.headers.get("Content-Location") != address)
    return address, pages


def _parts(message: Part, depth: int) -> Iterator[Part]:
    """The parts that contain no other parts."""
    parts = [*inner(message)] if depth else []
    for part in parts:
        yield from _parts(part, depth - 1)
    if not parts:
        yield message
