"""Cuts an article into passages: blocks grouped by heading up to a size.

A passage is what is searched and scored, so it should have one subject. It never crosses a heading, keeps
paragraphs together where they fit, and never breaks a sentence, a list item or a table row that fits.
Passages do not overlap, and leave out nothing but the white space between them.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import NamedTuple

from index.text.blocks import heading_path
from index.text.sentences import line_sentences, lines, width
from index.types import ASIDE, Block, Kind, PassageSpan, Span

#: Widths (``sentences.width``: 1 for ASCII, 2 for Han) that a passage is filled up to and never exceeds.
TARGET = 900
MAX = 1400
#: Kinds that are not cut where they fit in a passage.
_WHOLE = frozenset({Kind.ITEM, Kind.ROW})
#: Kinds with passages of their own, but for those right under a heading.
_APART = ASIDE - {Kind.FURNITURE}
#: Wider paragraphs at the start are no titles.
_TITLE_WIDTH = 80
#: A longer lead is cut.
_LEAD_LENGTH = 200


class _Unit(NamedTuple):
    """Parts of a text that stay together where they fit. ``lead`` is the place of the first block's lead."""

    parts: list[Span]
    lead: int


def split_passages(text: str, blocks: Sequence[Block]) -> list[PassageSpan]:
    """Passages of ``text``, which has these ``blocks``, in order, trimmed, none wider than MAX."""
    passages: list[PassageSpan] = []
    heading = above = ""
    units: list[_Unit] = []
    aside = bare = False  # bare: the section has headings, or the article its title, and no text yet
    begun = False
    for place, block in enumerate(blocks):
        is_heading = block.kind is Kind.HEADING
        apart = block.kind in _APART and not bare
        if units and not bare and (is_heading or apart != aside):
            passages += _pack(text, blocks, units, PassageSpan(0, 0, heading, aside, above))
            units = []
        # The first line is the article's title. A number alone says nothing.
        if is_heading and (place or block.level > 1):
            title = _title(text, block)
            heading = title if any(map(str.isalpha, title)) else heading
            path = (blocks[i] for i in heading_path(blocks, place) if i or blocks[i].level > 1)
            above = "\n".join(_title(text, parent) for parent in path)
        aside = apart
        if units and (bare or 0 <= block.lead == place - 1):
            units[-1].parts.extend(_parts(text, block))
        else:
            units.append(_Unit(_parts(text, block), block.lead))
        bare = is_heading or (not begun and _titles(text, block)) or (bare and block.kind in _APART)
        begun = begun or not (bare or apart)
    passages += _pack(text, blocks, units, PassageSpan(0, 0, heading, aside, above))
    return passages


def _title(text: str, heading: Block) -> str:
    return text[heading.start + heading.marker : heading.end].rstrip("# ").replace("\n", " ")


def _titles(text: str, block: Block) -> bool:
    """Whether a block at the start may be the title, or stand under it."""
    line = text[block.start : block.end]
    return block.kind is Kind.PARAGRAPH and width(line) <= _TITLE_WIDTH and line[-1] not in "。！？.!?;；:："


def _parts(text: str, block: Block) -> list[Span]:
    """What a block may be cut into."""
    span = Span(block.start, block.end)
    if block.kind in _WHOLE and width(text[slice(*span)]) <= MAX:
        return [span]
    if block.kind is Kind.CODE:
        inside = (Span(a + block.start, b + block.start) for a, b in lines(text[slice(*span)]))
        return [part for line in inside for part in line_sentences(text, line)]
    return list(line_sentences(text, span))


def _pack(
    text: str, blocks: Sequence[Block], units: Sequence[_Unit], like: PassageSpan
) -> Iterator[PassageSpan]:
    """The passages of one section, which have the heading of ``like`` and are aside as it is."""
    packed: list[Span] = []
    leads: dict[int, int] = {}  # by where a unit or a part of it starts
    for unit in units:
        whole = Span(unit.parts[0].start, unit.parts[-1].end)
        fits = whole.end - whole.start <= TARGET and width(text[whole.start : whole.end]) <= TARGET
        leads[whole.start] = unit.lead
        for part in [whole] if fits else unit.parts:
            if packed and width(text[packed[-1].start : part.end]) <= TARGET:
                packed[-1] = Span(packed[-1].start, part.end)
            else:
                packed.append(part)
    if len(packed) > 1:  # a short last passage says little alone
        before, last = packed[-2:]
        small = width(text[last.start : last.end]) < TARGET // 4
        if small and width(text[before.start : last.end]) <= MAX:
            packed[-2:] = [Span(before.start, last.end)]
    for span in packed:
        lead = leads.get(span.start, -1)
        said = text[blocks[lead].start : blocks[lead].end][:_LEAD_LENGTH] if lead >= 0 else ""
        lead_in = "\n".join(filter(None, (like.lead, said)))
        yield like._replace(start=span.start, end=span.end, lead=lead_in)
