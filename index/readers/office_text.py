"""What Office documents are made of, and the canonical text of it."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise
from typing import NamedTuple

from index.cleaning.marks import CAPTION, FURNITURE, HEADER, QUOTATION, REFERENCE, without_marks

_MARKS = {
    "quotation": QUOTATION,
    "caption": CAPTION,
    "header": HEADER,
    "furniture": FURNITURE,
    "reference": REFERENCE,
}
#: Blocks that stand together without a blank line.
_JOINED = ({"item"}, {"code"}, {"row", "header"})


class Block(NamedTuple):
    """One paragraph, list item, table row or the like, of one or more lines.

    ``kind`` is "text", "#" to "######" for headings, "item", "row" or "header" (of a table), "code", one of
    `_MARKS`, or "inserted": lines with marks of their own.
    ``joined``: it stands right below the block before if that is of its kind.
    """

    kind: str
    text: str
    joined: bool = False


def as_lines(blocks: Sequence[Block]) -> str:
    """The lines of blocks, parted by blank ones where they do not stand together."""
    lines: list[str] = []
    for before, block in pairwise([Block("", ""), *blocks]):
        joined = block.joined and any({before.kind, block.kind} <= kinds for kinds in _JOINED)
        if lines and not joined:
            lines.append("")
        mark = f"{block.kind} " if block.kind.startswith("#") else _MARKS.get(block.kind, "")
        made = (block.text if block.kind == "inserted" else without_marks(block.text)).split("\n")
        if block.kind == "code":
            made = [*([] if joined else ["```"]), *made, "```"]
            lines = lines[:-1] if joined else lines
        lines += [mark + line for line in made]
    return "\n".join(lines)
