"""What a reader extracts from a file."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from functools import reduce
from typing import NamedTuple

from index.cleaning.metadata import Metadata
from index.errors import Phrase


class ExtractedText(NamedTuple):
    """Text that may still have page boilerplate and marks of lines, and the file's metadata.

    ``pages`` are the offsets in ``text`` at which pages begin; () if there are no pages. ``unread`` says
    which parts of the file could not be read; "" if all were. ``web``: it is a saved web page, not a text of
    somebody's own, so boilerplate is dropped. ``raw``: it is as the file has it, so that debris of markup
    may be in it. ``scanned`` are the indexes of the pages that were read from pictures.
    ``told``: ``metadata`` is all that the file tells of itself, and none of its lines are about it.
    """

    text: str
    metadata: Metadata = Metadata()
    pages: tuple[int, ...] = ()
    unread: str = ""
    web: bool = False
    raw: bool = False
    scanned: frozenset[int] = frozenset()
    told: bool = False


def together(phrases: Iterable[Phrase]) -> str:
    """What several phrases say as one; "" for none."""
    found = [*phrases]
    return reduce(lambda one, other: Phrase("{one}; {other}", one=one, other=other), found) if found else ""


#: Extracts the text from the bytes of a file. ReadError: it is damaged, locked, too large or has no text.
Reader = Callable[[bytes], ExtractedText]
