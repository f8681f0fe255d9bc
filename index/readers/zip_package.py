"""A ZIP package (DOCX, EPUB) in memory. Parts are unpacked one at a time, with limits, never to disk."""

from __future__ import annotations

import struct
import zlib
from collections.abc import Iterator
from functools import partial
from io import BufferedReader, BytesIO
from typing import Any
from zipfile import ZIP_DEFLATED, ZIP_STORED, BadZipFile, ZipFile, ZipInfo

from index.errors import ReadError

#: Bytes of all parts that are read, unpacked; pictures are not read.
MAX_UNPACKED = 64 * 2**20
#: Bytes of the table of contents, which is some fifty a part.
_MAX_CONTENTS = 4 * 2**20
_PIECE = 2**18
#: LZMA would take the memory that the file asks for, and bzip2 cannot be unpacked in pieces.
METHODS = frozenset({ZIP_STORED, ZIP_DEFLATED})
#: What `zipfile` may raise; the last of a version, or with a flag, that it does not know.
DAMAGED = (
    *(BadZipFile, zlib.error, struct.error, EOFError, OSError, ValueError, OverflowError),
    NotImplementedError,
)


class Bounded(BufferedReader):
    """Refuses to read over ``most`` bytes at once, which `zipfile` only does for the table of contents."""

    most = _MAX_CONTENTS

    def read(self, size: int | None = -1, /) -> bytes:
        if size is not None and size > self.most:
            raise BadZipFile("table of contents too large")
        return super().read(self.most if size is None or size < 0 else size)


def pieces(package: ZipFile, info: ZipInfo) -> Iterator[bytes]:
    """The unpacked content in pieces, so that no package can fill memory by lying about its size."""
    with package.open(info) as part:
        yield from iter(partial(part.read, _PIECE), b"")


class Package:
    """The parts by name. ReadError: the package is damaged or locked, or too large when unpacked.

    ``left`` is the number of bytes that may still be unpacked.
    """

    def __init__(self, data: bytes, left: int | None = None) -> None:
        self.left = MAX_UNPACKED if left is None else left
        try:
            self._zip = ZipFile(Bounded(BytesIO(data)))
        except DAMAGED:
            raise ReadError("the file is damaged", "its ZIP container cannot be opened") from None
        self.names = frozenset(self._zip.namelist())

    def read(self, name: str) -> bytes | None:
        """The content of a part; None if it does not exist."""
        if name not in self.names:
            return None
        info = self._zip.getinfo(name)
        if info.flag_bits & 1:
            raise ReadError("the file is locked", "save a copy without protection and add that")
        if info.compress_type not in METHODS:
            raise ReadError("the file is damaged", "a part of its ZIP container cannot be unpacked")
        found: list[bytes] = []
        try:
            for piece in pieces(self._zip, info):
                self.left -= len(piece)
                if self.left < 0:
                    raise ReadError(
                        "the document is too large",
                        "the limit is {limit} MiB of text and markup; split it",
                        limit=MAX_UNPACKED >> 20,
                    )
                found.append(piece)
        except DAMAGED:
            raise ReadError("the file is damaged", "a part of its ZIP container cannot be unpacked") from None
        return b"".join(found)

    def xml(self, name: str) -> Any | None:
        """The root element of a part; None if it does not exist or is not XML. Loads nothing from outside."""
        from lxml import etree

        data = self.read(name)
        if data is None:
            return None
        parser = etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False, recover=True)
        try:
            return etree.fromstring(data, parser)
        except etree.XMLSyntaxError:
            return None
