"""Pages that browsers save as MHTML (RFC 2557): one message with the page and its parts.

Only headers go through Python's parser: it reads bodies line by line, and pictures make them long.
"""

from __future__ import annotations

import base64
import binascii
import quopri
import re
from collections.abc import Iterator
from email.message import Message
from email.parser import BytesHeaderParser

from index.errors import ReadError
from index.readers.encodings import decode
from index.readers.extracted_text import ExtractedText
from index.readers.html import NEARLY_EMPTY, read_html

_MAX_PARTS = 5_000
_MAX_FRAMES = 20
_END_OF_HEADERS = re.compile(rb"\r?\n\r?\n")


def read_mhtml(data: bytes) -> ExtractedText:
    """The page, or one of its frames if the page itself is nearly empty."""
    address, pages = _pages(data)
    text, metadata = read_html(decode(_content(*pages[0])), address)
    if len(text) < NEARLY_EMPTY:
        frames = (read_html(decode(_content(*part)))[0] for part in pages[1 : _MAX_FRAMES + 1])
        text = max([text, *frames], key=len)
    return ExtractedText(text, metadata, web=True)


def page_of(data: bytes) -> str:
    """The markup of the page."""
    return decode(_content(*_pages(data)[1][0]))


def _pages(data: bytes) -> tuple[str, list[tuple[Message, bytes]]]:
    """The address, and the parts with pages: the page itself, then its frames."""
    headers, _ = _split(data.lstrip())
    address = str(headers.get("Snapshot-Content-Location") or headers.get("Content-Location") or "")
    start = headers.get_param("start")
    pages = [part for part in _parts(data.lstrip(), 2) if part[0].get_content_type().endswith("html")]
    if not pages:
        raise ReadError("the saved page holds no HTML", "save it again as a web page")
    # The page is what the message names; else it comes first.
    pages.sort(key=lambda part: not (start and part[0].get("Content-ID") == start))
    if address:
        pages.sort(key=lambda part: part[0].get("Content-Location") != address)
    return address, pages


def _split(part: bytes) -> tuple[Message, bytes]:
    """The headers of a message or part, and its body."""
    end = _END_OF_HEADERS.search(part, 0, 2**16)
    if end is None:
        raise ReadError("the saved page is damaged", "its headers never end; save it again")
    return BytesHeaderParser().parsebytes(part[: end.start()]), part[end.end() :]


def _parts(message: bytes, depth: int) -> Iterator[tuple[Message, bytes]]:
    """The parts that contain no other parts, with their headers."""
    headers, body = _split(message)
    boundary = headers.get_boundary()
    if headers.get_content_maintype() != "multipart" or not boundary or not depth:
        yield headers, body
        return
    inner = body.split(b"--" + boundary.encode("utf-8", "surrogateescape"), _MAX_PARTS)[1:]
    for part in inner:
        if not part.startswith(b"--") and part.strip():  # the last boundary ends in two hyphens
            yield from _parts(part.lstrip(b" \t").removeprefix(b"\r\n").removeprefix(b"\n"), depth - 1)


def _content(headers: Message, body: bytes) -> bytes:
    encoding = str(headers.get("Content-Transfer-Encoding", "")).strip().lower()
    if encoding == "quoted-printable":
        return quopri.decodestring(body)
    if encoding == "base64":
        try:
            return base64.b64decode(body)
        except binascii.Error:
            raise ReadError(
                "the saved page is damaged", "its base64 cannot be decoded; save it again"
            ) from None
    return body
