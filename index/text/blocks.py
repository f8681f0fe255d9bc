"""What an article is made of: headings, paragraphs, lists, tables and the rest, as exact spans of its text.

Readers write plain text whose lines tell the structure ("# " before a heading, "- " before an item, " | "
between the cells of a row, fenced code), and mark what such text cannot tell (``index.cleaning.marks``).
`find_blocks` reads both, so a text without its file has its blocks, too.
"""

from __future__ import annotations

import json
import re
from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import chain, takewhile

from index.text.dated import go_on, is_date_alone
from index.text.forms import is_form
from index.text.sentences import BULLETS, item_marker, rejoined, unwrapped, width
from index.types import ASIDE, READ, Block, Kind, Span

_KINDS = {kind.value: kind for kind in Kind}
#: Kinds of block that may announce a list, code or a table.
ANNOUNCING = frozenset({Kind.PARAGRAPH, Kind.ITEM, Kind.QUOTATION, Kind.QUESTION, Kind.ANSWER, Kind.CAPTION})
#: Kinds of which each line is one of its own.
_APART = frozenset({Kind.CODE, Kind.ROW, Kind.METADATA})
_HEADING_WIDTH = 64
#: A row is a line with this between its cells.
CELL = " | "
_LINE = re.compile(r"\S[^\n]*")
_FENCE = re.compile("`{3,}")
_HASHES = re.compile(r"#{1,6}\s")
_MARKDOWN = re.compile(r"(#{1,6})\s+(?P<title>.*?)[\s#]*$")
_NUMBERED = re.compile(
    r"(?P<part>第[一二三四五六七八九十百\d]{1,4}[章节節部回篇条條讲講])"
    r"|(?P<han>[一二三四五六七八九十]{1,3}[、.．])"
    r"|(?P<round>[(（][一二三四五六七八九十]{1,3}[)）])"
    r"|(?P<decimal>\d{1,2}(?:\.\d{1,2})*)(?:[、．)）:：]|\.(?!\d)|(?=[\s\-]))"
)
#: The levels of headings by how they are numbered; a decimal number adds one for each of its points.
_LEVELS = {"part": 1, "han": 2, "round": 3, "decimal": 3}
_LOWEST = 6
_BARE_NUMBER = re.compile(r"[\d一二三四五六七八九十IVX]{1,4}[.、]?")
_SENTENCE_END = re.compile(r"[。！？!?…；;，,、：:.][」』”’）)\"'\]]*$")
_NOT_HEADING = re.compile(r"[-*+•·|>“\"「『(（\[【!△▲▼●■◆※]|https?:|.*[|｜\t<>]|[图圖][源片說说注]")
#: A line that tells one thing: "Diagnosis: …", and how many make a record of a text. An amount: "3 eggs".
_TELLS = re.compile(r"(?!\d)[^\s:：。，,.!?#>*-][^:：。，,.!?]{0,20}[:：]\s?(?=\S)")
_RECORD = 3
#: Rows in which it is looked for whether the first names the columns.
_HEADED = 20
_AMOUNT = re.compile(r"\d{1,2}\s+[a-z]")
#: How somebody is reached: a telephone number, an e-mail address. It is no heading, numbered or not.
_REACHED = re.compile(
    r"\w@[\w-]+\.\w|(?:电话|電話|手机|手機|热线|熱線|传真|傳真|(?i:\b(?:tel|phone|fax)\.?))\s?[:：]\s?[+(\d]"
)
_LETTER = re.compile(r"[^\W\d_]")
#: What counts the items of a list.
_COUNTED = re.compile(r"[\s\d一二三四五六七八九十a-z①-⑳]+")
_ANNOUNCES = re.compile(
    r"(?:[:：]|(?:下表|下列|如下|以下)[^。！？]{0,40}。?|(?i:\b(?:following|below)\b)[^.!?]{0,40}\.?)[」』”’）)\"'\]*]*$"
)
#: Characters at the end of a block in which that is looked for.
_LAST = 120
_CAPTION = re.compile(
    r"(?:[图圖表]\s?\d{1,3}(?:[-.–]\d{1,3})?|(?:Fig(?:ure|\.)?|Table|Chart|Exhibit)\s\d{1,3}(?:[-.–]\d{1,3})?)(?:[:：.、]|\s)\s?\S"
)
_SPEAKER = re.compile(r"([^\s:：，。,.!?！？|]{1,12}(?: [A-Z][\w'-]{1,20}){0,2})[:：]\s*(?=\S)")
_ASKERS = re.compile(
    r"(?i:[问問]|提[问問]|q|question|记者|記者|主持人|采访者|採訪者|提问者|interviewer|reporter|host|moderator)\s?\d{0,3}"
)
_ANSWERERS = re.compile(r"(?i:答|回答|a|answer)\s?\d{0,3}")
_REFERENCES = re.compile(
    r"(?i)(?:参考(?:文献|资料|书目|来源|链接)?|參考(?:文獻|資料|書目|來源|連結|鏈接)?|引用(?:文献|文獻|来源)"
    r"|(?:资料|数据|資料|數據)(?:来源|來源|[与和與]引用)|延伸(?:阅读|閱讀)|(?:外部|相关|相關)(?:链接|連結|鏈接)"
    r"|(?:references?|bibliography|works cited|(?:ex|in)ternal links|further reading)(?: and \w{1,12})?)"
    r"\s?[:：]?"
)
_NUMERIC = re.compile(r"[\d.,，%％+\-–—~约約¥$€£\s]*\d\s?[^\W\d_]{0,3}[\d.,%％\s]*")


@dataclass(slots=True)
class _Line:
    """A line of text and what it looks like.

    ``shape`` is "#" to "######", a style of numbering such as "decimal 1", "number" (nothing but one),
    "short" or "body"; ``title`` is the heading that it may be. ``kind`` is what it is known to be. ``gap``
    says whether a blank line stands before it, ``indent`` how many spaces.
    """

    span: Span
    shape: str
    title: str = ""
    kind: Kind | None = None
    gap: bool = False
    indent: int = 0


def find_blocks(text: str, marked: Iterable[tuple[Span, Kind]] = ()) -> tuple[Block, ...]:
    """The blocks of normalised ``text`` in order. Together they leave out only white space.

    ``marked`` are lines, or their ends, whose kind is known; a ROW among them is a header row.
    """
    known = [(_trimmed_start(text, span), kind) for span, kind in marked if text[slice(*span)].strip()]
    lines = list(_lines(text, dict(known)))
    return tuple(_Structure(text, lines, {at for at, kind in known if kind is Kind.ROW}).blocks())


def _trimmed_start(text: str, span: Span) -> int:
    part = text[span.start : span.end]
    return span.start + len(part) - len(part.lstrip())


def cells(text: str, row: Block) -> list[Span]:
    """The spans of the cells of a table row, trimmed; an empty cell has an empty span."""
    spans: list[Span] = []
    at = row.start - 1  # of the space set before the line, so that it may begin with an empty cell
    for cell in f" {text[row.start : row.end]} ".split(CELL):
        start = at + len(cell) - len(cell.lstrip()) if (content := cell.strip()) else at
        start = min(max(start, row.start), row.end)
        spans.append(Span(start, start + len(content)))
        at += len(cell) + len(CELL)
    return spans


def row_of(texts: Iterable[str]) -> str:
    """The line of a table row with cells of these ``texts``; `cells` finds them in it."""
    spaced = (f" {' '.join(text.split())} " for text in texts)
    return CELL.join(text.replace(CELL, CELL.strip()).strip() for text in spaced)


def fences(lines: Sequence[str]) -> dict[int, int]:
    """The closed blocks of fenced code among trimmed lines: where each begins, and where it ends.

    The fence that ends a block is as long as the one that began it, or longer, and stands alone.
    """
    code: dict[int, int] = {}
    opened, length = -1, 0
    for place, line in enumerate(lines):
        if (fence := _FENCE.match(line)) is None:
            continue
        if opened < 0:
            opened, length = place, len(fence[0])
        elif len(fence[0]) >= length and len(fence[0]) == len(line):
            code[opened] = place
            opened = -1
    return code


def encode(blocks: Sequence[Block]) -> str:
    """Blocks as they are stored."""
    return json.dumps([b if b.read else b[:-1] for b in blocks], separators=(",", ":"))


def decode(stored: str) -> tuple[Block, ...]:
    """The blocks that `encode` stored. ValueError or TypeError: these are none."""
    return _decode_again(stored) if len(stored) <= _MAX_KEPT else _decode(stored)


def _decode(stored: str) -> tuple[Block, ...]:
    found = json.loads(stored)
    if not isinstance(found, list):
        raise ValueError(stored[:80])
    try:
        blocks = tuple([Block(_KINDS[row[0]], *row[1:]) for row in found])
    except LookupError as error:
        raise ValueError(stored[:80]) from error
    kinds = set(map(type, chain.from_iterable(row[1:] for row in found)))
    if not kinds <= {int} or not {block.read for block in blocks} <= {*READ}:
        raise ValueError(stored[:80])
    return blocks


#: Blocks of up to this many characters are kept: questions come back to the same articles.
_MAX_KEPT = 100_000
_decode_again = lru_cache(maxsize=64)(_decode)


def belong(blocks: Sequence[Block], text: str) -> bool:
    """Whether these may be the blocks of ``text``: in order, with nothing but white space between them."""
    bounds = [0, *(edge for block in blocks for edge in (block.start, block.end)), len(text)]
    outside = (text[start:end] for start, end in zip(bounds[::2], bounds[1::2], strict=True))
    return bounds == sorted(bounds) and not any(part.strip() for part in outside)


def places_inside(blocks: Sequence[Block], start: int, end: int) -> range:
    """The places of the blocks that have some of ``text[start:end]``."""
    first = bisect_left(blocks, start + 1, key=lambda block: block.end)
    return range(first, bisect_left(blocks, end, lo=first, key=lambda block: block.start))


def announces(text: str) -> bool:
    """Whether a sentence announces what stands below it."""
    return _ANNOUNCES.search(text) is not None


def heading_path(blocks: Sequence[Block], place: int) -> tuple[int, ...]:
    """The places of the headings above a block, the outermost first."""
    path: list[int] = []
    while (place := blocks[place].parent) >= 0:
        if blocks[place].kind is Kind.HEADING:
            path.append(place)
    return tuple(reversed(path))


def _lines(text: str, known: Mapping[int, Kind]) -> Iterator[_Line]:
    """The lines of ``text``: hard-wrapped ones joined, a closed block of code as one.

    ``known`` has the kinds of lines, or of their ends, by the offset where they start.
    """
    raw = [Span(m.start(), m.start() + len(m[0].rstrip())) for m in _LINE.finditer(text)]
    code = fences([text[slice(*span)] for span in raw])
    rows = _rows(text, raw)
    inner = sorted(known.keys() - {span.start for span in raw})
    group: list[Span] = []
    kind: Kind | None = None
    place = -1
    while (place := place + 1) < len(raw):
        span = raw[place]
        here = Kind.CODE if place in code else known.get(span.start, Kind.ROW if place in rows else None)
        alone = here in _APART or _HASHES.match(text, span.start) is not None
        if group and (alone or here is not kind or _after_blank(text, span.start)):
            yield from _joined(text, group, kind)
            group = []
        kind = here
        if place in code:
            place = code[place]
            span = Span(span.start, raw[place].end)
        cut = bisect_right(inner, span.start)
        if kind is not Kind.CODE and cut < len(inner) and inner[cut] < span.end:
            at = inner[cut]
            yield from _joined(
                text, [*group, Span(span.start, span.start + len(text[span.start : at].rstrip()))], kind
            )
            group, kind = [Span(at, span.end)], known[at]
        else:
            group.append(span)
        if alone:
            yield from _joined(text, group, kind)
            group = []
    yield from _joined(text, group, kind)


def _joined(text: str, group: Sequence[Span], kind: Kind | None) -> Iterator[_Line]:
    """The lines of a group of lines without blank ones; all are of the ``kind`` that is known, if any."""
    lines = unwrapped(text, group)
    for span in lines if kind in _APART else rejoined(text, lines):
        line_start = text.rfind("\n", 0, span.start) + 1
        indent = span.start - line_start if text[line_start : span.start].isspace() else 0
        shape, title = ("body", "") if kind else _look(text, span)
        yield _Line(span, shape, title, kind, _after_blank(text, span.start), indent)


def _after_blank(text: str, start: int) -> bool:
    """Whether a blank line, or nothing, stands before the line of ``start``."""
    line_start = text.rfind("\n", 0, start) + 1
    return line_start == 0 or text[line_start - 2 : line_start] == "\n\n"


def _rows(text: str, raw: Sequence[Span]) -> set[int]:
    """The places of the lines that are rows of a table: two or more with cells stand together."""
    found: set[int] = set()
    before = False
    for place, span in enumerate(raw):
        here = CELL in f" {text[span.start : span.end]} "
        if here and before and text.count("\n", raw[place - 1].end, span.start) == 1:
            found |= {place - 1, place}
        before = here
    return found


def _look(text: str, span: Span) -> tuple[str, str]:
    """The shape of a line, and the heading that it may be."""
    if span.end - span.start > _HEADING_WIDTH * 2:
        return "body", ""
    line = text[span.start : span.end].replace("\n", " ")  # of a list marker and its line
    if markdown := _MARKDOWN.match(line):
        return markdown[1], markdown["title"]
    if _BARE_NUMBER.fullmatch(line):
        return "number", ""
    if width(line) > _HEADING_WIDTH:
        return "body", ""
    if not _LETTER.search(line):
        return ("date", line) if is_date_alone(line) else ("body", "")
    if _SENTENCE_END.search(line) or _CAPTION.match(line) or _REACHED.search(line):
        return "body", ""
    if _AMOUNT.match(line):
        return "body", ""
    if numbered := _NUMBERED.match(line):
        style = str(numbered.lastgroup)
        return f"{style} {numbered[style].count('.')}", line  # 1.2 stands under 1
    return "body" if _NOT_HEADING.match(line) else "short", line


class _Structure:
    """Puts lines together to blocks, each with its parent and its lead."""

    def __init__(self, text: str, lines: Sequence[_Line], header_rows: set[int]) -> None:
        self._text, self._lines, self._header_rows = text, lines, header_rows
        self._blocks: list[Block] = []
        self._headings: list[int] = []  # the headings above, the outermost first
        self._items: list[tuple[int, str, int]] = []  # the items around: indentation, style and place
        self._list_lead = -1
        self._question = self._answer = -1
        self._references = 0  # the level of the heading of the references, 0 outside of them
        labels = [m[1] for line in lines if not line.kind and (m := _SPEAKER.match(text, *line.span))]
        asked = sum(_ASKERS.fullmatch(label) is not None for label in labels)
        told = sum(_ANSWERERS.fullmatch(label) is not None for label in labels)
        self._dialogue = asked >= 2 or (asked and told)
        telling = [line for line in lines[1:] if line.kind is None and _TELLS.match(text, *line.span)]
        for line in telling if len(telling) >= _RECORD else ():
            if line.shape == "short":  # one line of a record, alone between blank ones, heads nothing
                line.shape = "body"

    def blocks(self) -> list[Block]:
        table: list[_Line] = []
        for place, line in enumerate(self._lines):
            if table and (line.kind is not Kind.ROW or line.gap):
                self._add_table(table)
                table = []
            if line.kind is Kind.ROW:
                table.append(line)
            elif line.kind is None and _is_heading(self._text, self._lines, place):
                self._add_heading(line)
            else:
                self._add(line)
        if table:
            self._add_table(table)
        return self._blocks

    def _add_heading(self, line: _Line) -> None:
        if line.shape[0] == "#":
            level, marker = len(line.shape), self._text.index(line.title, line.span.start) - line.span.start
        elif line.shape == "short":
            level, marker = _LOWEST if self._blocks or is_date_alone(line.title) else 1, 0
        else:
            style, _, points = line.shape.partition(" ")
            level, marker = min(_LOWEST, _LEVELS[style] + int(points)) if style in _LEVELS else _LOWEST, 0
        while self._headings and self._blocks[self._headings[-1]].level >= level:
            self._headings.pop()
        if self._references and level <= self._references:
            self._references = 0
        title = line.title.strip("*_ ")
        if _REFERENCES.fullmatch(_NUMBERED.sub("", title, count=1).strip()):
            self._references = level
        self._append(Kind.HEADING, line, level, marker)
        self._headings.append(len(self._blocks) - 1)
        self._items.clear()
        self._question = self._answer = -1

    def _append(
        self,
        kind: Kind,
        line: _Line,
        level: int = 0,
        marker: int = 0,
        parent: int | None = None,
        lead: int = -1,
    ) -> None:
        above = self._headings[-1] if self._headings else -1
        self._blocks.append(Block(kind, *line.span, level, marker, above if parent is None else parent, lead))

    def _add(self, line: _Line) -> None:
        text, span = self._text, line.span
        if line.kind in ASIDE or self._references:
            self._items.clear()
            self._append(line.kind if line.kind in ASIDE else Kind.REFERENCE, line)
            return
        if line.kind is Kind.CODE:
            marker = text.find("\n", *span) + 1 - span.start
            self._append(Kind.CODE, line, marker=marker, parent=self._around(line), lead=self._announcement())
            return
        if line.kind is None and self._dialogue and self._add_speech(line):
            return
        marker = item_marker(text[span.start : min(span.end, span.start + 16)]) if line.kind is None else 0
        if marker:
            self._add_item(line, marker)
        else:
            kind = line.kind or (Kind.CAPTION if self._is_caption(span) else Kind.PARAGRAPH)
            around = self._around(line)
            self._append(kind, line, parent=self._answer if around is None and self._answer >= 0 else around)

    def _is_caption(self, span: Span) -> bool:
        line = self._text[span.start : span.end]
        return (
            width(line) <= 2 * _HEADING_WIDTH
            and _CAPTION.match(line) is not None
            and not line.endswith(("。", "."))
        )

    def _around(self, line: _Line) -> int | None:
        """The item that a line stands under by its indentation; None for none, and the list is over."""
        while self._items and line.indent < self._items[-1][0] + 2:
            self._items.pop()
        return self._items[-1][2] if self._items else None

    def _announcement(self) -> int:
        """The place of the block before, if it announces what follows it."""
        if not self._blocks:
            return -1
        before = self._blocks[-1]
        told = self._text[max(before.start, before.end - _LAST) : before.end]
        return len(self._blocks) - 1 if before.kind in ANNOUNCING and announces(told) else -1

    def _add_item(self, line: _Line, marker: int) -> None:
        style = _COUNTED.sub("1", self._text[line.span.start : line.span.start + marker])
        styles = [(indent, known) for indent, known, _ in self._items]
        place = styles.index((line.indent, style)) if (line.indent, style) in styles else None
        if place is not None:
            del self._items[place:]
        else:
            # A bullet may stand under a number beside it, a number not under a bullet.
            numbered = style[0] not in BULLETS
            while self._items and (
                self._items[-1][0] > line.indent
                or (numbered and self._items[-1][0] == line.indent and self._items[-1][1][0] in BULLETS)
            ):
                self._items.pop()
        if not self._items and place is None:
            self._list_lead = self._announcement()
            if self._list_lead < 0 and not line.gap and self._blocks and self._blocks[-1].kind in ANNOUNCING:
                before = self._blocks[-1]
                if not _ends(self._text, before.start, before.end, _SENTENCE_END):
                    self._list_lead = len(self._blocks) - 1
        inside = self._items[-1][2] if self._items else None
        lead = self._list_lead if inside is None else inside
        self._append(Kind.ITEM, line, len(self._items), marker, inside, lead)
        self._items.append((line.indent, style, len(self._blocks) - 1))

    def _add_speech(self, line: _Line) -> bool:
        """Adds a line of a dialogue: a question, or what somebody answers to it."""
        speaker = _SPEAKER.match(self._text, *line.span)
        if speaker is None:
            return False
        marker = speaker.end() - speaker.start()
        if _ASKERS.fullmatch(speaker[1]):
            self._append(Kind.QUESTION, line, marker=marker)
            self._question, self._answer = len(self._blocks) - 1, -1
        elif self._question >= 0 and self._answer < 0:
            self._append(Kind.ANSWER, line, marker=marker, lead=self._question)
            self._answer = len(self._blocks) - 1
        else:
            return False
        self._items.clear()
        return True

    def _add_table(self, lines: Sequence[_Line]) -> None:
        headers = len([*takewhile(lambda line: line.span.start in self._header_rows, lines)])
        if headers == 0 and _heads(self._text, [line.span for line in lines]):
            headers = 1
        before = len(self._blocks) - 1
        captioned = before >= 0 and (self._blocks[before].kind is Kind.CAPTION or self._announcement() >= 0)
        lead = before if captioned else -1
        parent = self._around(lines[0])
        for place, line in enumerate(lines):
            self._append(Kind.ROW, line, int(place < headers), parent=parent, lead=lead)
            if place < headers:
                lead = len(self._blocks) - 1


def _heads(text: str, rows: Sequence[Span]) -> bool:
    """Whether the first of the rows names the columns: short words, no number, each another; in no form."""
    if len(rows) < 2:
        return False
    found = [[text[slice(*cell)] for cell in cells(text, Block(Kind.ROW, *row))] for row in rows[:_HEADED]]
    first = found[0]
    named = [cell for cell in first if cell]
    return (
        len(set(named)) == len(named) > 1
        and all(width(cell) <= 40 and not _NUMERIC.fullmatch(cell) for cell in named)
        and len(named) >= len(first) - 1
        and not is_form(found)
    )


def _is_heading(text: str, lines: Sequence[_Line], place: int) -> bool:
    """Whether Markdown marks a line as a heading, or it is short and alone (several are a list)."""
    line = lines[place]
    if line.shape[0] == "#":
        return True
    if line.shape == "body" or line.indent or place + 1 == len(lines):
        return False
    if any(go_on(text, line.span, beside.span) for beside in (*lines[place - 1 : place], lines[place + 1])):
        return False
    after = lines[place + 1].shape
    before = lines[place - 1] if place else None
    if line.shape != "short":
        if line.shape.startswith("decimal") and _counts(text, lines, place):
            return False
        return line.shape != after and (before is None or before.shape != line.shape)
    if after != "body" or (before is not None and before.shape == "short"):
        return False
    if before is None or before.shape != "body" or line.gap:
        return True
    return _ends(text, *before.span, _SENTENCE_END)


def _counts(text: str, lines: Sequence[_Line], place: int) -> bool:
    """Whether a numbered line is of a list: it is announced, or bullets stand right below it."""
    after = lines[place + 1]
    bullets = not after.gap and after.kind is None and text[after.span.start] in BULLETS
    return bullets or (place > 0 and announces(text[slice(*lines[place - 1].span)][-_LAST:]))


def _ends(text: str, start: int, end: int, mark: re.Pattern[str]) -> bool:
    """Whether ``text[start:end]`` ends with the mark."""
    return mark.search(text, max(start, end - 8), end) is not None
