"""The parts of a message (MIME), as mails and pages saved in one file have them.

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
from itertools import islice
from typing import NamedTuple

from index.errors import ReadError

MAX_PARTS = 5_000
#: Bytes of the headers of a message or part.
MAX_HEADERS = 2**17
#: The kind of a part is looked for in this much of what tells it: its parser takes squared time.
_LONGEST = 1_000
_END_OF_BOUNDARY = re.compile(rb"(--)?[ \t]{0,99}(?=\r?\n|\Z)")
_END_OF_HEADERS = re.compile(rb"\r?\n\r?\n")


class Part(NamedTuple):
    """The headers of a message or part, and its body as it was sent."""

    headers: Message
    body: bytes

    @property
    def encoding(self) -> str:
        """How the body was written to be sent, in lower case; "" as it was."""
        named = str(self.headers.get("Content-Transfer-Encoding", "")).strip().lower()
        return named if named in ("quoted-printable", "base64") else ""

    @property
    def content(self) -> bytes:
        """The body as it was before it was sent. ReadError: it is damaged."""
        encoding = self.encoding
        if encoding == "quoted-printable":
            return quopri.decodestring(self.body)
        if encoding == "base64":
            try:
                return base64.b64decode(self.body)
            except binascii.Error:
                raise ReadError(
                    "the file is damaged", "its base64 cannot be decoded; save it again"
                ) from None
        return self.body


def split(part: bytes) -> Part:
    """The headers of a message or part, and its body. ReadError: the headers never end."""
    if part.startswith((b"\n", b"\r\n")):
        return Part(Message(), part)
    end = _END_OF_HEADERS.search(part, 0, MAX_HEADERS)
    if end is None and len(part) > MAX_HEADERS:
        raise ReadError("the file is damaged", "its headers never end; save it again")
    head, body = (part[: end.start()], part[end.end() :]) if end else (part, b"")
    headers = BytesHeaderParser().parsebytes(head)
    for name in ("Content-Type", "Content-Disposition"):
        if len(value := str(headers.get(name, ""))) > _LONGEST:
            headers.replace_header(name, value[:_LONGEST])
    return Part(headers, body)


def inner(part: Part) -> Iterator[Part]:
    """The parts directly in one that contains others; none in one that does not."""
    for start, end in pieces(part):
        if (piece := part.body[start:end]).strip():
            yield split(begun(piece))


def pieces(part: Part) -> Iterator[tuple[int, int]]:
    """Where the parts directly in one that contains others are in its body, from one boundary to the next."""
    boundary = part.headers.get_boundary()
    if part.headers.get_content_maintype() != "multipart" or not boundary:
        return
    start = -1
    for place, (before, after, is_last) in enumerate(islice(_boundaries(part.body, boundary), MAX_PARTS)):
        if place:
            yield start, before
        start = after
        if is_last:
            return
    if start >= 0:  # the message was cut
        yield start, len(part.body)


def _boundaries(body: bytes, boundary: str) -> Iterator[tuple[int, int, bool]]:
    """Where each line that parts a body begins, with the line break before, and ends; and if it ends it."""
    mark = b"--" + boundary.encode("utf-8", "surrogateescape")
    for start, end in _lines_with(body, mark):
        if rest := _END_OF_BOUNDARY.match(body, end):
            yield start, rest.end(), bool(rest[1])


def _lines_with(body: bytes, mark: bytes) -> Iterator[tuple[int, int]]:
    """Where lines begin with ``mark``, with the line break before, and where it ends."""
    if body.startswith(mark):
        yield 0, len(mark)
    at = body.find(b"\n" + mark)
    while at >= 0:
        end = at + 1 + len(mark)
        yield at - body.endswith(b"\r", 0, at), end
        at = body.find(b"\n" + mark, end - 1)


def begun(piece: bytes) -> bytes:
    """A part without the end of the line with its boundary."""
    return piece.removeprefix(b"\r\n").removeprefix(b"\n")
