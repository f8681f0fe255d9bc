"""From the text of a reader to the text that is stored, with its pages and blocks."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from itertools import pairwise
from typing import NamedTuple

from index.cleaning.clean import clean, label
from index.cleaning.credits import mark_metadata
from index.cleaning.marks import KINDS, UNSURE, unmark
from index.text.blocks import find_blocks
from index.types import RECOGNIZED, Block, Span
from index.types import UNSURE as READ_UNSURE


class Structured(NamedTuple):
    """A text as it is stored: ``pages`` and ``blocks`` as in `index.types.ParsedArticle`."""

    text: str
    pages: tuple[int, ...]
    blocks: tuple[Block, ...]


def structured(text: str, web: bool = False, scanned: Collection[int] = (), told: bool = False) -> Structured:
    """Makes what is stored of normalised ``text`` with its marks; of a ``web`` page, the article alone.

    ``scanned`` are the indexes of the pages that were read from pictures. Where all is ``told`` no line is
    about the article.
    """
    marked = text if told else mark_metadata(clean(text) if web else label(text))
    body, pages, lines = unmark(marked)
    blocks = find_blocks(body, [(span, KINDS[mark]) for span, mark in lines if mark in KINDS])
    if scanned:
        bounds = [Span(*bound) for bound in pairwise((*pages, len(body)))]
        recognized = [bound for number, bound in enumerate(bounds) if number in scanned]
        blocks = _as_read(blocks, recognized, RECOGNIZED)
        blocks = _as_read(blocks, [span for span, mark in lines if mark == UNSURE], READ_UNSURE)
    return Structured(body, pages, blocks)


def _as_read(blocks: Sequence[Block], spans: Sequence[Span], read: int) -> tuple[Block, ...]:
    """The blocks, those that lie in one of the spans with how they were ``read``."""
    found: list[Block] = []
    at = 0
    for block in blocks:
        while at < len(spans) and spans[at].end <= block.start:
            at += 1
        inside = at < len(spans) and spans[at].start < block.end
        found.append(block._replace(read=read) if inside else block)
    return tuple(found)


def blocks_of(text: str) -> tuple[Block, ...]:
    """The blocks of a text as it is stored, whose marks are not known."""
    found = structured(text)
    return found.blocks if found.text == text else find_blocks(text)
