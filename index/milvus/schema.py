"""What a library holds on a Milvus server: seven collections, and the numbers that name their rows.

Milvus has no transactions. So each article has a *version*, and everything that belongs to it carries that
number: its texts, passages and names. The article's own row is written last and names the version that
counts. Rows of another version are leftovers: nobody sees them, and the next writer deletes them.

A *slot* is the time in seconds since 2024 (30 bits), a number of the writer (13 bits) and a count (10 bits).
It names versions, and articles by their first version, so numbers grow with time and two writers do not
give the same one. (Two that begin in the same instant could draw the same of 8,192 numbers: nothing on the
server locks.) A slot has room for 1,024 rows; a long article takes several.
"""

from __future__ import annotations

import base64
import hashlib
import json
import time
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from index.errors import Damaged, Phrase

SPARSE, DENSE, NOUGHT = "sparse", "dense", "nought"
#: Fields and their kinds. Milvus wants a vector in each collection: where there is none, it is ``nought``.
COLLECTIONS: dict[str, dict[str, Any]] = {
    # One row an article. ``facts`` are what nobody searches by; ``size`` is that of its file.
    "articles": {
        "id": int,
        "version": int,
        "key": int,
        "path": str,
        "title": str,
        "language": str,
        "published": str,
        "names": str,
        "digest": str,
        "size": int,
        "modified": int,
        "characters": int,
        "passages": int,
        "facts": str,
        NOUGHT: NOUGHT,
    },
    # The article at a path; the id is the hash of the path.
    "paths": {"id": int, "article": int, NOUGHT: NOUGHT},
    # What an article is made of, then its text, each cut into pieces.
    "texts": {"id": int, "piece": str, NOUGHT: NOUGHT},
    "passages": {
        "id": int,
        "version": int,
        "article": int,
        "language": str,
        "published": str,
        "content": str,
        SPARSE: SPARSE,
        DENSE: DENSE,
    },
    # Names that articles explain.
    "names": {"id": int, "name": str, "alias": str, NOUGHT: NOUGHT},
    # How many passages hold each word, as one batch of writing changed it.
    "words": {"id": int, "version": int, "part": int, "counts": str, NOUGHT: NOUGHT},
    # All else: the model, followed folders, archives, taught words, writers, unfinished batches.
    "facts": {"id": int, "kind": str, "value": str, NOUGHT: NOUGHT},
}
#: Collections that a server need not hold in memory.
MMAPPED = frozenset({"texts", "articles", "names"})

EPOCH = 1_704_067_200  # 2024-01-01
ROOM = 1 << 10
TAGS = 1 << 13
#: Milvus holds 65,535 bytes in a text; a piece is of ASCII letters.
_PIECE = 65_000
FORMAT = 1


def number(kind: str, name: str) -> int:
    """The id of the fact, or path, that has this name: 63 bits of its hash."""
    digest = hashlib.blake2b(f"{kind}:{name}".encode("utf-8", "surrogateescape"), digest_size=8).digest()
    return int.from_bytes(digest) >> 1


def row_ids(version: int, count: int) -> range:
    """The ids of the ``count`` rows that a version has in a collection."""
    return range(version * ROOM, version * ROOM + count)


class Slots:
    """Gives slots to one writer. ``tag`` is the number that no other writer has now."""

    def __init__(self, tag: int) -> None:
        self.tag = tag
        self._second = self._count = 0

    @property
    def until(self) -> int:
        """The second, as `time.time` counts, of the last slot that was taken."""
        return self._second + EPOCH

    def gave(self, slot: int) -> bool:
        """Whether this slot is one of this number."""
        return (slot >> 10) % TAGS == self.tag

    def take(self, rows: int) -> int:
        """The first of as many slots in a row as ``rows`` rows need."""
        wanted = max(1, -(-rows // ROOM))
        now = int(time.time()) - EPOCH
        if now > self._second:
            self._second, self._count = now, 0
        if self._count + wanted > ROOM:  # a second has 1,024 slots; the next one is lent
            self._second, self._count = self._second + 1, 0
        slot = ((self._second * TAGS + self.tag) << 10) + self._count
        self._count += wanted
        return slot


def damaged(library: object, what: Phrase) -> Damaged:
    """The error that tells ``what`` of a library is not as it was stored."""
    return Damaged(
        "the library {path} is damaged: {what}", "qa doctor --fix mends that", path=library, what=what
    )


@contextmanager
def decoding(library: object, what: str, **values: object) -> Iterator[None]:
    """Raises Damaged, with ``what`` cannot be read, in place of whatever decoding a row of it raises."""
    try:
        yield
    except (ArithmeticError, AttributeError, LookupError, TypeError, ValueError, zlib.error) as error:
        raise damaged(library, Phrase(what, **values)) from error


def packed(value: Any) -> str:
    """A value as JSON; a long one is compressed."""
    text = json.dumps(value, ensure_ascii=False, separators=(",", ":"))
    if len(text) * 3 <= _PIECE or len(text.encode()) <= _PIECE:
        return text
    return "~" + compressed(text)


def unpacked(text: str) -> Any:
    return json.loads(decompressed(text[1:]) if text.startswith("~") else text)


def compressed(text: str) -> str:
    return base64.b85encode(zlib.compress(text.encode("utf-8", "surrogatepass"), 6)).decode()


def decompressed(text: str) -> str:
    return zlib.decompress(base64.b85decode(text)).decode("utf-8", "surrogatepass")


def pieces(text: str) -> list[str]:
    """A text, compressed, in pieces that Milvus can hold."""
    whole = compressed(text)
    return [whole[at : at + _PIECE] for at in range(0, len(whole), _PIECE)]
