"""Tells a page that draws nothing from a page whose drawing instructions are damaged.

pdfium shows both as empty, and gives no instructions. It writes them, though, when it saves the page.
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


def is_damaged(document: PdfDocument, number: int) -> bool:
    """Whether the instructions of a page (from 0) that draws nothing are no instructions."""
    from pypdfium2 import PdfDocument

    page, saved = PdfDocument.new(), io.BytesIO()
    try:
        page.import_pages(document, [number])
        page.save(saved)
    finally:
        page.close()
    data = saved.getvalue()
    found = _CONTENTS.search(data)
    streams = [_stream(data, int(name)) for name in _REFERENCE.findall(found[1])] if found else []
    text = b"\n".join(stream for stream in streams if stream is not None)
    if None in streams or not text.strip():
        return False
    return len(_UNPRINTABLE.findall(text)) > _STRANGE * len(text) or not _OPERATOR.search(text)


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
            unpacked += unpacker.decompress(packed[at : at + 64], _MOST)
    except zlib.error:
        return unpacked or packed
    return unpacked
