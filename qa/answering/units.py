"""What is quoted for a sentence: the unit that answers when it is read alone.

A sentence is quoted with its neighbours in a short paragraph, an announcement with what it announces, an item
with what stands under it, and, where several things are asked for, with the rest of its list. For a question
its answer is quoted. A unit is one span of the article's text, within a passage. What it needs besides
(headings, header row, lead-in) becomes its context.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from itertools import takewhile

from index.text.blocks import ANNOUNCING, CELL, announces, heading_path, places_inside
from index.text.fold import fold_text
from index.text.sentences import width
from index.types import ASIDE, Block, Kind, Span
from qa import tuning
from qa.answering.agreement import WordOverlap
from qa.answering.scoring import Blocks, Candidate
from qa.linguistics.cues import REFERS, SOMEBODY
from qa.linguistics.pointers import item_number
from qa.question.asked import Asked
from qa.question.query import Query
from qa.types import Context

#: Kinds of block that a unit never holds.
_APART = ASIDE | {Kind.HEADING}
_ROLES = {Kind.HEADING: "heading", Kind.ROW: "header", Kind.QUESTION: "question", Kind.CAPTION: "caption"}
_ADDRESS = re.compile(r"https?://\S+")
#: How a line ends that goes on in the next one, that announces it, and that is a sentence.
_COMMA, _ANNOUNCED = re.compile("[，,、；;]$"), re.compile("[:：]$")
_SENTENCE = re.compile(r"[。！？.!?][」』”’）)\"'\]*_]*$")
#: What parts code: empty lines and fences; and lines.
_CODE_EDGE, _LINE_EDGE = re.compile(r"\n\s*\n|(?:^|\n)\s*```[^\n]*(?:\n|$)"), re.compile("\n")
_ASKS = re.compile(r"[?？][」』”’）)\"'\]*_]*$")
#: The longest text of a context.
_LONGEST = 300


@dataclass(frozen=True, slots=True)
class Unit:
    """``article.text[start:end] == text``, quoted for the sentences ``of``, the best one first.

    ``more`` counts the items of a list that is quoted in part.
    """

    start: int
    end: int
    text: str
    of: tuple[Candidate, ...]
    context: tuple[Context, ...] = ()
    more: int = 0

    @property
    def best(self) -> Candidate:
        return self.of[0]

    def overlaps(self, other: Unit) -> bool:
        """Whether both quote some of the same text."""
        if self.best.hit.article.id != other.best.hit.article.id:
            return False
        return self.start < other.end and other.start < self.end

    def joins(self, other: Unit) -> bool:
        """Whether both are of one passage, with nothing or a short part of one paragraph between them."""
        if self.best.hit.passage.id != other.best.hit.passage.id:
            return False
        first, second = sorted((self, other), key=lambda unit: unit.start)
        if first.end >= second.start:
            return True
        if width(_text(self.best, Span(first.start, second.end))) > tuning.LIST_WIDTH:
            return False
        between = _text(self.best, Span(first.end, second.start))
        return not between.strip() or ("\n" not in between and width(between) <= tuning.GAP_WIDTH)

    def with_(self, other: Unit) -> Unit:
        """Both as one."""
        span = Span(min(self.start, other.start), max(self.end, other.end))
        context = self.context if self.start <= other.start else other.context
        return Unit(*span, _text(self.best, span), self.of + other.of, context, max(self.more, other.more))


def joined(units: Sequence[Unit]) -> list[Unit]:
    """The units with those that touch made one, which stands where the first of them stood."""
    whole: list[Unit] = []
    for unit in units:
        for place, other in enumerate(whole):
            if unit.joins(other):
                whole[place] = other.with_(unit)
                break
        else:
            whole.append(unit)
    return whole


class Units:
    """Makes the units of one answer.

    ``found`` are the scored sentences. ``text_of`` reads the text of an article, by its id.
    """

    def __init__(
        self,
        found: Sequence[Candidate],
        query: Query,
        asked: Asked,
        overlap: WordOverlap,
        blocks: Blocks,
        text_of: Callable[[int], str],
    ) -> None:
        self._asked, self._overlap, self._blocks, self._text_of = asked, overlap, blocks, text_of
        self._words = [word.word for word in query.words]
        self._of_passage: dict[int, list[Candidate]] = {}
        for candidate in sorted(found, key=lambda c: c.start):
            self._of_passage.setdefault(candidate.hit.passage.id, []).append(candidate)

    def of(self, candidate: Candidate, most: int = tuning.UNIT_WIDTH) -> Unit:
        """The unit of a sentence, which neighbours widen up to a width of ``most``."""
        return self._unit(candidate, self._span(candidate, most))

    def alone(self, candidate: Candidate) -> Unit:
        """A sentence as a unit of its own."""
        return self._unit(candidate, Span(candidate.start, candidate.end))

    def announced(self, candidate: Candidate) -> Unit:
        """A sentence with the list below that it announces, without its neighbours."""
        span = Span(candidate.start, candidate.end)
        if announces(candidate.text) and (place := self._place(candidate, candidate.start)) >= 0:
            span = self._with_below(candidate, self._blocks[candidate.hit.article.id], place, span)
        return self._unit(candidate, span)

    def whole(self, candidate: Candidate) -> Unit | None:
        """The table of a row, with its header, or the list of an item, as far as they are in the passage.

        None if there are no others, if they are too long, or if the list begins in another passage.
        """
        place, passage = self._place(candidate, candidate.start), candidate.hit.passage
        blocks = self._blocks.get(candidate.hit.article.id, ())
        if place < 0 or blocks[place].kind not in (Kind.ROW, Kind.ITEM):
            return None
        numbered = self._is_numbered(candidate, blocks[place])
        alike = [
            at
            for at, block in enumerate(blocks)
            if passage.start <= block.start and block.end <= passage.end and _alike(block, blocks[place])
            if self._is_numbered(candidate, block) is numbered  # steps stand below what they need
        ]
        first, last = min(alike, default=place), max(alike, default=place)
        if blocks[place].kind is Kind.ROW and blocks[place].lead == first - 1:
            first -= 1
        begun = (
            blocks[place].kind is Kind.ITEM
            and first > 0
            and blocks[first - 1].start < passage.start
            and _alike(blocks[first - 1], blocks[place])
        )
        span = Span(max(blocks[first].start, passage.start), blocks[last].end)
        if begun or len(alike) < 2 or width(_text(candidate, span)) > tuning.WHOLE_WIDTH:
            return None
        return self._unit(candidate, span)

    def _is_numbered(self, candidate: Candidate, block: Block) -> bool:
        """Whether a block is an item with a number."""
        return block.kind is Kind.ITEM and item_number(fold_text(self._read(candidate, block))) > 0

    def first_heading(self, candidate: Candidate) -> str:
        """The folded heading of the first column above a row, "" if there is none."""
        place = self._place(candidate, candidate.start)
        blocks = self._blocks.get(candidate.hit.article.id, ())
        if place < 0 or blocks[place].kind is not Kind.ROW or (header := blocks[place].lead) < 0:
            return ""
        return fold_text(self._read(candidate, blocks[header]).split(CELL)[0])

    def announced_by(self, candidate: Candidate) -> str:
        """What announces the list of an item, or else the heading right above it, folded; "" for no item."""
        place = self._place(candidate, candidate.start)
        blocks = self._blocks.get(candidate.hit.article.id, ())
        if place < 0 or blocks[place].kind is not Kind.ITEM:
            return ""
        if blocks[place].lead >= 0:
            return fold_text(self._read(candidate, blocks[blocks[place].lead]))
        return fold_text(candidate.hit.passage.heading)

    def is_list(self, candidate: Candidate) -> bool:
        """Whether the unit of a sentence has several items of a list."""
        span = self._span(candidate)
        blocks = self._blocks.get(candidate.hit.article.id, ())
        inside = places_inside(blocks, span.start, span.end)
        return sum(blocks[at].kind is Kind.ITEM for at in inside) > 1

    def in_one_block(self, one: Candidate, other: Candidate) -> bool:
        """Whether two sentences of an article are of one paragraph, item or row."""
        place = self._place(one, one.start)
        return place >= 0 and place == self._place(other, other.start)

    def more(self, unit: Unit) -> int:
        """How many items a list has besides those that a unit quotes; 0 unless it quotes several of them."""
        blocks = self._blocks.get(unit.best.hit.article.id, ())
        inside = places_inside(blocks, unit.start, unit.end)
        items = [at for at in inside if blocks[at].kind is Kind.ITEM]
        if not items:
            return 0
        item = min((blocks[at] for at in items), key=lambda block: block.level)
        listed = sum(_alike(blocks[at], item) for at in items) > 1
        if not listed or not (self._asked.several or item.lead in inside):
            return 0

        def goes_on(at: int) -> bool:
            block = blocks[at]
            deeper = block.kind is Kind.ITEM and block.level > item.level
            return (
                deeper
                or _alike(block, item)
                or (block.parent >= 0 and blocks[block.parent].kind is Kind.ITEM)
            )

        around = [*takewhile(goes_on, range(items[0] - 1, -1, -1))]
        around += takewhile(goes_on, range(items[-1] + 1, len(blocks)))
        return sum(_alike(blocks[at], item) for at in around)

    def _unit(self, candidate: Candidate, span: Span) -> Unit:
        context = tuple(self._context(candidate, span))
        return Unit(*span, _text(candidate, span), (candidate,), context)

    def _place(self, candidate: Candidate, start: int) -> int:
        """The place of the block around an offset, -1 if the article has just been removed."""
        blocks = self._blocks.get(candidate.hit.article.id, ())
        return next(iter(places_inside(blocks, start, start + 1)), -1)

    def _span(self, candidate: Candidate, most: int = tuning.UNIT_WIDTH) -> Span:
        span = Span(candidate.start, candidate.end)
        if (place := self._place(candidate, candidate.start)) < 0:
            return span
        blocks = self._blocks[candidate.hit.article.id]
        block = blocks[place]
        if block.kind is Kind.CODE:
            span = _code(candidate, _within(candidate, Span(block.start, block.end)))
        elif block.kind is not Kind.ROW:
            span = self._paragraph(candidate, block, most)
        if self._asked.several and block.kind is Kind.ITEM and not candidate.told:
            return self._list(candidate, blocks, place, span)
        return self._with_below(candidate, blocks, place, span)

    def _paragraph(self, candidate: Candidate, block: Block, most: int) -> Span:
        """The sentence with its neighbours in the block, the better one first, up to a width of ``most``."""
        inside = [
            c
            for c in self._of_passage[candidate.hit.passage.id]
            if block.start <= c.start and c.end <= block.end and not (candidate.told and c.told is False)
        ]
        span = Span(candidate.start, candidate.end)
        if candidate not in inside:
            return span  # the article has just been changed: these blocks are not its own
        first = last = inside.index(candidate)
        grown = True
        while grown:
            sides: list[tuple[float, int]] = []
            if first > 0:
                text = inside[first].text
                refers = REFERS.match(text) or SOMEBODY.match(text)
                sides.append((inside[first - 1].score + (tuning.REFERS_GAIN if refers else 0.0), first - 1))
            if last + 1 < len(inside):
                sides.append((inside[last + 1].score, last + 1))
            grown = False
            for _, side in sorted(sides, reverse=True):
                wider = Span(min(span.start, inside[side].start), max(span.end, inside[side].end))
                if width(_text(candidate, wider)) <= most:
                    span, first, last, grown = wider, min(first, side), max(last, side), True
                    break
        return span

    def _list(self, candidate: Candidate, blocks: Sequence[Block], place: int, span: Span) -> Span:
        """The list around an item with what announces it, within the passage, as far as that is short.

        The code that an item announces is a part of it.
        """
        passage, item = candidate.hit.passage, blocks[place]

        def beside(other: Block) -> bool:
            inside = passage.start <= other.start and other.end <= passage.end
            deeper = other.kind is Kind.ITEM and other.level > item.level
            if other.kind is Kind.CODE and other.parent >= 0:
                return inside and announces(self._read(candidate, blocks[other.parent]))
            return inside and (deeper or _alike(other, item))

        first = last = place
        grown = True
        while grown:
            grown = False
            for side in (last + 1, first - 1):
                if not 0 <= side < len(blocks):
                    continue
                leads = (
                    side == item.lead
                    and passage.start <= blocks[side].start
                    and announces(_text(candidate, Span(blocks[side].start, blocks[side].end)))
                )
                if leads or beside(blocks[side]):
                    wider = Span(min(span.start, blocks[side].start), max(span.end, blocks[side].end))
                    if width(_text(candidate, wider)) <= tuning.LIST_WIDTH:
                        span, first, last = wider, min(first, side), max(last, side)
                        grown = not leads
                        break
        return span

    def _with_below(self, candidate: Candidate, blocks: Sequence[Block], place: int, span: Span) -> Span:
        """The span with what belongs to it below: what it announces, or what stands under an item.

        Of a question only what stands below is quoted. What says no more than the question is quoted with
        what follows it.
        """
        passage, block = candidate.hit.passage, blocks[place]
        if span.end < min(block.end, passage.end):
            return span
        span = self._broken(candidate, blocks, place, span)
        if span.end > min(block.end, passage.end):
            return span
        text = _text(candidate, span)
        announced = block.kind in ANNOUNCING and announces(text)
        asks = _ASKS.search(text) is not None
        open_ = asks or (not announced and self._adds_nothing(candidate, text))
        # What another sentence of the paragraph announces, such as an example, is not all of the answer.
        meant = announced and (asks or self._asked.several or self._asked.code or candidate.end == span.end)
        most = tuning.LIST_WIDTH if meant else tuning.UNIT_WIDTH
        owned = {place}
        start, end = span
        for below, other in enumerate(blocks[place + 1 :], place + 1):
            if other.end > passage.end or other.kind in _APART:
                break
            its = _text(candidate, Span(other.start, other.end))
            mine = other.lead in owned or other.parent in owned
            if not (mine or open_):
                break
            answers = asks and start == span.start and not _ADDRESS.fullmatch(its)
            if width(_text(candidate, Span(other.start if answers else start, other.end))) > most:
                return self._beginning(candidate, other, most) if answers else Span(start, end)
            if mine:
                owned.add(below)
            elif _ASKS.search(its):
                break
            else:
                open_ = asks and (_ADDRESS.fullmatch(its) is not None or block.kind is Kind.QUESTION)
            if answers:
                start = other.start
            end = other.end
        return Span(start, end)

    def _beginning(self, candidate: Candidate, block: Block, most: int) -> Span:
        """The first sentences of a block of its passage, one at least, up to a width of ``most``."""
        ends = [
            c.end for c in self._of_passage[candidate.hit.passage.id] if block.start <= c.start < block.end
        ]
        fit = takewhile(lambda end: width(_text(candidate, Span(block.start, end))) <= most, ends)
        return Span(block.start, max(fit, default=min(ends, default=block.end)))

    def _broken(self, candidate: Candidate, blocks: Sequence[Block], place: int, span: Span) -> Span:
        """The span with the paragraphs that its sentence goes on in, or comes from: they end with a comma.

        What a colon announces may be paragraphs, too: the lines below that are no sentences, or else the
        first one.
        """
        passage = candidate.hit.passage

        def joins(one: int, other: int) -> bool:
            kinds = (blocks[one].kind, blocks[other].kind)
            return kinds == (Kind.PARAGRAPH,) * 2 and blocks[one].parent == blocks[other].parent

        def wider(start: int, end: int) -> bool:
            inside = passage.start <= start and end <= passage.end
            return inside and width(_text(candidate, Span(start, end))) <= tuning.UNIT_WIDTH

        first = last = place
        while last + 1 < len(blocks) and joins(last, last + 1):
            text = self._read(candidate, blocks[last])
            below = self._read(candidate, blocks[last + 1])
            listed = last > place and _ANNOUNCED.search(self._read(candidate, blocks[place]))
            fragments = listed and not _SENTENCE.search(text) and not _SENTENCE.search(below)
            if not (_COMMA.search(text) or (last == place and _ANNOUNCED.search(text)) or fragments):
                break
            if not wider(span.start, blocks[last + 1].end):
                break
            last += 1
            span = Span(span.start, blocks[last].end)
        while first and joins(first, first - 1) and _COMMA.search(self._read(candidate, blocks[first - 1])):
            if not wider(blocks[first - 1].start, span.end):
                break
            first -= 1
            span = Span(blocks[first].start, span.end)
        return span

    def _adds_nothing(self, candidate: Candidate, text: str) -> bool:
        """Whether a sentence only says what the question says.

        What tells of the amount or day asked about, with the quantity asked for, adds that.
        """
        return (
            text == candidate.text
            and not (candidate.told and candidate.has_quantity)
            and self._overlap.share(candidate.words, self._words) >= tuning.ADDS_NOTHING
        )

    def _context(self, candidate: Candidate, span: Span) -> Iterator[Context]:
        """What stands above a unit and is needed to understand it, in reading order."""
        if (place := self._place(candidate, span.start)) < 0:
            return
        blocks = self._blocks[candidate.hit.article.id]
        needed: set[int] = set()
        waiting = [place]
        while waiting:
            at = waiting.pop()
            for above in (blocks[at].lead, blocks[at].parent):
                if above >= 0 and above not in needed and blocks[above].kind is not Kind.HEADING:
                    needed.add(above)
                    waiting.append(above)
        asker = place - 1
        while asker >= 0 and _ADDRESS.fullmatch(self._read(candidate, blocks[asker])):
            asker -= 1
        if (
            asker >= 0
            and blocks[asker].kind not in _APART
            and _ASKS.search(self._read(candidate, blocks[asker]))
        ):
            needed.add(asker)
        # The first heading is the title, which is shown with the source.
        headings = [at for at in heading_path(blocks, place) if at or blocks[at].level > 1]
        for at in sorted({*needed, *headings}):
            block, text = blocks[at], self._read(candidate, blocks[at])
            if block.end <= span.start and text and len(text) <= _LONGEST:
                role = "question" if _ASKS.search(text) and block.kind in ANNOUNCING else ""
                yield Context(block.start, block.end, text, role or _ROLES.get(block.kind, "lead"))

    def _read(self, candidate: Candidate, block: Block) -> str:
        passage = candidate.hit.passage
        if passage.start <= block.start and block.end <= passage.end:
            return _text(candidate, Span(block.start, block.end))
        return self._text_of(candidate.hit.article.id)[block.start : block.end]


def _alike(one: Block, item: Block) -> bool:
    """Whether a block is an item of the same list, or a row of the same table."""
    return one.kind is item.kind in (Kind.ITEM, Kind.ROW) and (one.level, one.parent, one.lead) == (
        item.level,
        item.parent,
        item.lead,
    )


def _within(candidate: Candidate, span: Span) -> Span:
    """The part of a span that is in the passage of a sentence."""
    passage = candidate.hit.passage
    return Span(max(span.start, passage.start), min(span.end, passage.end))


def _code(candidate: Candidate, block: Span) -> Span:
    """What is quoted of a block of code: all, the lines between two empty ones, or else a line."""
    if width(_text(candidate, block)) <= tuning.UNIT_WIDTH:
        return block
    code = _text(candidate, block)
    at, to = candidate.start - block.start, candidate.end - block.start
    for edge in (_CODE_EDGE, _LINE_EDGE):
        start = max((m.end() for m in edge.finditer(code, 0, at)), default=0)
        end = found.start() if (found := edge.search(code, to)) else len(code)
        span = Span(block.start + start, block.start + end)
        if width(_text(candidate, span)) <= tuning.UNIT_WIDTH:
            return span if edge is _CODE_EDGE else Span(min(candidate.start, span.end), span.end)
    return Span(candidate.start, candidate.end)


def _text(candidate: Candidate, span: Span) -> str:
    passage = candidate.hit.passage
    return passage.text[span.start - passage.start : span.end - passage.start]
