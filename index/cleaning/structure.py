"""From the text of a reader to the text that is stored, with its pages and blocks."""

from __future__ import annotations

from typing import NamedTuple

from index.cleaning.clean import clean, label
from index.cleaning.credits import mark_metadata
from index.cleaning.marks import KINDS, unmark
from index.text.blocks import find_blocks
from index.types import Block


class Structured(NamedTuple):
    """A text as it is stored: ``pages`` and ``blocks`` as in `index.types.ParsedArticle`."""

    text: str
    pages: tuple[int, ...]
    blocks: tuple[Block, ...]


def structured(text: str, web: bool = False) -> Structured:
    """Makes what is stored of normalised ``text`` with its marks; of a ``web`` page, the article alone."""
    body, pages, lines = unmark(mark_metadata(clean(text) if web else label(text)))
    return Structured(body, pages, find_blocks(body, [(span, KINDS[mark]) for span, mark in lines]))


def blocks_of(text: str) -> tuple[Block, ...]:
    """The blocks of a text as it is stored, whose marks are not known."""
    found = structured(text)
    return found.blocks if found.text == text else find_blocks(text)
