"""Damaged drawing instructions of pages, of which pdfium says nothing.

It shows a page without any instructions it knows as empty, and a page whose stream breaks off or goes on as
nonsense up to there. It gives no instructions, but writes them when it saves the page.
"""

from __future__ import annotations

import io
import re
import zlib
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pypdfium2 import PdfDocument

_CONTENTS = re.compile(rb"/Contents ?\[? ?((?:\d+ 0 R ?)+)")
_REFERENCE = re.compile(rb"(\d+) 0 R")
#: Instructions that stand on pages which draw nothing, too (PDF 1.7, annex A).
_OPERATOR = re.compile(
    rb"(?<![^\s\])>])(?:[qQWnSfFbB]\*?|cm|re|gs|BT|ET|T[cdfLmrsw*]|B[DM]C|EMC|[RrGgKk]g?|cs)(?!\S)"
)
_UNPRINTABLE = re.compile(rb"[^\t\n\f\r -~]")
#: The share of bytes that are no characters of instructions, above which a stream is none.
_STRANGE = 0.2
#: Bytes looked at.
_MOST = 100_000
_STREAM = re.compile(rb"(?<!end)stream\r?\n")
#: What stands in the dictionary of a packed stream, and of one that holds no text or is packed twice.
_PACKED = re.compile(rb"/Filter\s*(?:/FlateDecode|\[\s*/FlateDecode\s*\])")
_NO_TEXT = re.compile(
    rb"/Image|/XRef|/Length[123]|/FontFile|/Subtype\s*/(?:Type1C|CIDFontType0C|OpenType)|/N "
)
#: Bytes of a dictionary, and of what is unpacked.
_DICTIONARY, _MOST_UNPACKED = 400, 1 << 20
#: Bytes before packed data (RFC 1950), and behind it: a checksum and blanks.
_ZLIB_HEADER, _MOST_BEHIND = 2, 16
#: How instructions end.
_COMPLETE = re.compile(rb"(?:^|[\s)\]>])(?:[A-Za-z]{1,3}\*?|['\"])\s*\Z")


def has_broken_stream(data: bytes) -> bool:
    """Whether a stream of a file cannot be unpacked to its end. Images and fonts are not looked at."""
    for match in () if b"/Encrypt" in data else _STREAM.finditer(data):
        head = data[max(0, match.start() - _DICTIONARY) : match.start()]
        head = head[head.rfind(b" obj") + 1 :]
        if not _PACKED.search(head) or _NO_TEXT.search(head):
            continue
        end = data.find(b"endstream", match.end())
        if _breaks_off(data[match.end() : end if end >= 0 else len(data)]):
            return True
    return False


def _breaks_off(packed: bytes) -> bool:
    """Whether a stream cannot be unpacked to its end. A wrong checksum behind the end is no matter."""
    unpacker = zlib.decompressobj(-zlib.MAX_WBITS)
    try:
        text = unpacker.decompress(packed[_ZLIB_HEADER:], _MOST_UNPACKED)
    except zlib.error:
        return True
    if unpacker.eof:
        return len(unpacker.unused_data) > _MOST_BEHIND
    return 0 < len(text) < _MOST_UNPACKED and not _COMPLETE.search(text)


def is_broken(document: PdfDocument, number: int) -> bool:
    """Whether a stream of a page (from 0) cannot be unpacked to its end."""
    return has_broken_stream(_saved(document, number))


def is_damaged(document: PdfDocument, number: int) -> bool:
    """Whether the instructions of a page (from 0) that draws nothing are no instructions."""
    data = _saved(document, number)
    found = _CONTENTS.search(data)
    streams = [_stream(data, int(name)) for name in _REFERENCE.findall(found[1])] if found else []
    text = b"\n".join(stream for stream in streams if stream is not None)
    if None in streams or not text.strip():
        return False
    return len(_UNPRINTABLE.findall(text)) > _STRANGE * len(text) or not _OPERATOR.search(text)


def _saved(document: PdfDocument, number: int) -> bytes:
    """A file with a page alone."""
    from pypdfium2 import PdfDocument

    page, saved = PdfDocument.new(), io.BytesIO()
    try:
        page.import_pages(document, [number])
        page.save(saved)
    finally:
        page.close()
    return saved.getvalue()


def _stream(data: bytes, name: int) -> bytes | None:
    """The beginning of a stream of a saved file; None if it is packed in another way than most are."""
    start = re.search(rb"\r\n%d 0 obj\r\n<<([^\r\n]*?)/Length (\d+)([^\r\n]*)>>stream\r\n" % name, data)
    if not start:
        return None
    packed = data[start.end() : start.end() + int(start[2])]
    if b"/Filter" not in start[1] + start[3]:
        return packed[:_MOST]
    if b"/Filter/FlateDecode" not in start[1] + start[3] or b"/DecodeParms" in start[1] + start[3]:
        return None
    unpacker, unpacked = zlib.decompressobj(), b""
    try:
        for at in range(0, len(packed), 64):
            unpacked += unpacker.decompress(packed[at : at + 64])  # a thousand times as much at most
            if len(unpacked) >= _MOST:
                break
    except zlib.error:
        return unpacked or packed
    return unpacked
