"""Printed lines to paragraphs: makes the text of a PDF read like text.

Lines broken to fit the page are joined (across pages, too), larger type becomes headings, and running heads
and page numbers are marked as such; they stand between the paragraphs. All rules go by position and size, in
the page's units.
"""

from __future__ import annotations

import re
import unicodedata
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import pairwise, takewhile

from index.cleaning.marks import FURNITURE, UNSURE
from index.readers.pdf_hyphens import Hyphens
from index.readers.pdf_lines import Line
from index.readers.pdf_runs import CELL, CELL_HYPHEN
from index.text.han import CHINESE, HAN

_WIDE = rf"{CHINESE}\u2018-\u201d\u2026"
_NUMERAL = (
    r"(?:第|page|p\.)?\s?(?:\d{1,5}|[ivxlc]{1,7})"
    r"(?:\s?(?:/|／|of|[页頁]?\s?[,，]?\s?共)\s?\d{1,5})?\s?[页頁]?"
)
_SIGN = r"[-–—·•|\s]"
_PAGE_NUMBER = re.compile(
    rf"^{_SIGN}{{0,9}}{_NUMERAL}(?:{_SIGN}{{1,9}}|$)|{_SIGN}{{1,9}}{_NUMERAL}{_SIGN}{{0,9}}$", re.I
)
#: The address and page number that browsers print below a page, and the date and title above it.
_ADDRESS = re.compile(r"(?:https?|file|about):\S{1,900}\s\d{1,4}/\d{1,4}")
_PRINTED = re.compile(r"\d{1,4}[/.-]\d{1,2}[/.-]\d{1,4},? .{0,4}\d{1,2}:\d\d.{0,300}")
_BULLET = re.compile(r"[•◦▪■□●○◆‣➢✓·*–-]\s")
_ITEM = re.compile(
    rf"{_BULLET.pattern}|[(（]?(?:\d{{1,3}}|[a-zA-Z]|[ivx]{{1,4}})[)）.、](?!\d)|[(（][一二三四五六七八九十]{{1,3}}[)）]"
    r"|[一二三四五六七八九十]{1,3}、|第[一二三四五六七八九十百\d]{1,4}[章节節条條]|[①-⑳]|\d{1,2}(?:\.\d{1,2}){1,3}\s"
)
#: The dots between a heading and its page in a table of contents.
_LEADERS = re.compile(r"(?:(?:\s?[.．·]){5,200}|…{2,200})\s?(?=(?:\d{1,4}|[ivxlc]{1,6})$)")
_DOTS = re.compile(r"\. *\. *\.")
_ENDED = re.compile(r"[。！？!?:：;；.…][\"'”’」』）)\]]{0,3}$")
_HYPHEN = re.compile(r"(?<=[^\W\d_])[-\u2010]$")
#: Rows of one table may be so far apart, in type sizes: a cell has several lines.
_ROW_LINES = 6
#: An address or a range goes on in the next line.
_LINKED = re.compile(r"(?<=[^\s\d–—/])/$|(?<=\w)–$|(?<=//)$")
_BESIDE_PUNCTUATION = re.compile(" (?=[，。、；：？！）」』》】〉])|(?<=[（「『《【〈，。、；：？！]) ")
_GAPS = re.compile(f"(?<=[{_WIDE}]) (?=[{_WIDE}])")
_CLOSE = re.compile(f"(?<=[{_WIDE}])(?=[{_WIDE}])")
_IDEOGRAPH = re.compile(f"[{HAN}]")
_CHINESE = re.compile(f"[{CHINESE}]")
_MIXED = re.compile(f"{_IDEOGRAPH.pattern}[a-zA-Z0-9]|[a-zA-Z0-9]{_IDEOGRAPH.pattern}")
_MIXED_APART = re.compile(f"{_IDEOGRAPH.pattern} [a-zA-Z0-9]|[a-zA-Z0-9] {_IDEOGRAPH.pattern}")
# Characters that stand for the shape of another. Where a font draws 人 and the radical ⼈ with one glyph, a
# PDF's reader cannot tell them apart: the text is full of radicals that no search finds. The same goes for
# ligatures and for punctuation in vertical lines. The Kangxi radicals are mapped by Unicode's compatibility
# decompositions, the CJK radicals by its EquivalentUnifiedIdeograph.txt.
_RADICALS = (
    "⺁厂⺄乙⺅亻⺈刀⺉刂⺊卜⺌小⺍小⺎兀⺒巳⺓幺⺖忄⺘扌⺙攵⺛旡⺜日⺝月⺟母⺠民⺡氵⺣灬⺦丬⺧牛⺨犭⺩王⺬示⺭礻⺮竹⺯糹⺰纟⺲罒"
    "⺶羊⺹耂⺼肉⺾艹⺿艹⻀艹⻁虎⻂衤⻃覀⻄西⻅见⻆角⻈讠⻉贝⻋车⻌辶⻍辶⻎辶⻏阝⻐钅⻑長⻒镸⻓长⻔门⻖阝⻗雨⻘青⻙韦⻚页⻛风"
    "⻜飞⻝食⻟飠⻠饣⻢马⻣骨⻤鬼⻥鱼⻦鸟⻧卤⻨麦⻩黄⻪黾⻫斉⻬齐⻭歯⻮齿⻯竜⻰龙⻱龜⻲亀⻳龟"
)
_VERTICAL = (
    "︐，︑、︒。︓：︔；︕！︖？︗〖︘〗︙…︰：︱—︳_︵（︶）︷｛︸｝︹〔︺〕"
    "︻【︼】︽《︾》︿〈﹀〉﹁「﹂」﹃『﹄』﹇［﹈］"
)
#: What the symbol fonts of word processors put before the items of a list, in the private area.
_BULLETS = "\uf0b7•\uf06c●\uf06e■\uf0a7▪\uf075◆\uf0d8➢\uf0fc✓\uf0a8□"
_SHAPES = re.compile("[\u2e80-\u2fd5\uf06c-\uf0fc\ufb00-\ufb06\ufe10-\ufe19\ufe30-\ufe48]")
_MEANT = {
    **{
        chr(c): unicodedata.normalize("NFKC", chr(c))
        for c in (*range(0x2F00, 0x2FD6), *range(0xFB00, 0xFB07))
    },
    **dict(zip(_RADICALS[::2], _RADICALS[1::2], strict=True)),
    **dict(zip(_BULLETS[::2], _BULLETS[1::2], strict=True)),
    **dict(zip(_VERTICAL[::2], _VERTICAL[1::2], strict=True)),
}


def plain_glyphs(text: str) -> str:
    """``text`` with plain characters for radicals, ligatures (ﬁ), vertical punctuation and bullets."""
    return _SHAPES.sub(lambda m: _MEANT.get(m[0], m[0]), text) if _SHAPES.search(text) else text


@dataclass(frozen=True, slots=True)
class _Shape:
    """What is usual on a page: the width of a full line, and the distance between lines (``leading``)."""

    width: float
    leading: float


def paragraphs(pages: Sequence[Sequence[Line]]) -> tuple[str, tuple[int, ...]]:
    """The text, headings as "#" lines, furniture with its mark, and the offset at which each page begins."""
    tidy = [_tidy(page) for page in pages]
    hyphens = Hyphens("\n".join(line.text for page in tidy for line in page))
    tidy = [[_with_whole_words(line, hyphens) for line in page] for page in tidy]
    furniture = page_furniture(tidy)
    kept = [
        [line for i, line in enumerate(page) if i not in out]
        for page, out in zip(tidy, furniture, strict=True)
    ]
    if not any(kept):
        kept, furniture = tidy, [set()] * len(tidy)
    shapes = _shapes(kept)
    levels = _heading_levels(kept)
    everywhere = "\n".join(line.text for page in kept for line in page)
    ideographs = len(_IDEOGRAPH.findall(everywhere))
    chinese = ideographs * 2 > len(everywhere)
    apart = ideographs > 0 and len(_MIXED_APART.findall(everywhere)) > len(_MIXED.findall(everywhere))
    mixed = " " if apart else ""
    flat = [(number, line) for number, page in enumerate(kept) for line in page]
    text = _Text(_placed(tidy, furniture))
    for i, (number, line) in enumerate(flat):
        joint = ""
        if i:
            last, before = flat[i - 1]
            after = flat[i + 1][1] if i + 1 < len(flat) and _together(flat[i + 1], flat[i]) else None
            if levels.get(before.rank, 0) != levels.get(line.rank, 0):
                joint = "\n\n"
            elif line.rank in levels:
                joint = " " if last == number and 0 < before.y - line.y < 1.8 * line.size else "\n\n"
            else:
                moved = not _together(flat[i - 1], flat[i])
                joint = _joint(before, line, after, shapes[last, before.block], moved)
        if joint == " ":
            joint = _space(before.text, line.text, mixed, chinese)
            if not joint and hyphens.divides(before.text, line.text):
                text.drop_hyphen()
        heading = "#" * levels[line.rank] + " " if line.rank in levels and (not i or "\n" in joint) else ""
        doubt = UNSURE if line.unsure else ""
        text.add(joint, heading + doubt + line.text, number)
    return text.end(len(pages))


class _Text:
    """The text so far, and where its pages begin. Page furniture waits for the end of a paragraph."""

    def __init__(self, furniture: Sequence[tuple[int, str]]) -> None:
        """``furniture`` has each of its lines with the number of other lines that stand before it."""
        self._furniture = furniture
        self._parts: list[str] = []
        self._starts: list[int] = []
        self._size = self._lines = self._placed = 0

    def _put(self, text: str) -> None:
        self._parts.append(text)
        self._size += len(text)

    def drop_hyphen(self) -> None:
        """Takes the last character back."""
        self._parts[-1] = self._parts[-1][:-1]
        self._size -= 1

    def add(self, joint: str, text: str, page: int) -> None:
        """Adds the next line after what joins it to the one before."""
        if "\n" in joint or not self._size:
            self._put_furniture()
            joint = joint or ("\n\n" if self._size else "")
        self._put(joint)
        turned = page + 1 - len(self._starts)
        self._starts += [self._size if self._starts else 0] * turned
        self._put(text)
        self._lines += 1

    def _put_furniture(self) -> None:
        waiting = self._furniture[self._placed :]
        for _, line in takewhile(lambda placed: placed[0] <= self._lines, waiting):
            self._put(("\n\n" if self._size else "") + FURNITURE + line)
            self._placed += 1

    def end(self, pages: int) -> tuple[str, tuple[int, ...]]:
        """The whole text, and the offset at which each of its ``pages`` begins."""
        self._starts += [self._size] * (pages - len(self._starts))
        self._put_furniture()
        return "".join(self._parts), tuple(self._starts)


def _placed(pages: Sequence[Sequence[Line]], furniture: Sequence[set[int]]) -> list[tuple[int, str]]:
    """Each line of furniture with the number of other lines before it."""
    placed: list[tuple[int, str]] = []
    others = 0
    for page, out in zip(pages, furniture, strict=True):
        for i, line in enumerate(page):
            if i in out:
                placed.append((others, line.text))
            else:
                others += 1
    return placed


def _together(a: tuple[int, Line], b: tuple[int, Line]) -> bool:
    """Whether two lines, each with its page, stand in one column of one page."""
    return a[0] == b[0] and a[1].block == b[1].block


def _tidy(page: Sequence[Line]) -> list[Line]:
    """The lines in plain characters, without blank ones."""
    tidy: list[Line] = []
    for line in page:
        text = line.text
        if not text.isascii() or CELL in text or _DOTS.search(text):
            cells = plain_glyphs(text).replace("\u00ad", "-").split(CELL)
            text = CELL.join(_closed_up(" ".join(cell.split())) for cell in cells)
            text = _LEADERS.sub(CELL, text)
        else:
            text = " ".join(text.split())
        if text:
            tidy.append(line if text == line.text else replace(line, text=text, row=line.row or CELL in text))
    return tidy


def _with_whole_words(line: Line, hyphens: Hyphens) -> Line:
    """The line of a table without the hyphens that only divide words within its cells."""
    if CELL_HYPHEN not in line.text:
        return line
    text, *parts = line.text.split(CELL_HYPHEN)
    for part in parts:
        text = (text[:-1] if hyphens.divides(text, part) else text) + part
    return replace(line, text=text)


def _closed_up(text: str) -> str:
    """Chinese set with wide spacing ("目 录") closed up; single spaces among closed text stay.

    A space next to Chinese punctuation is only the punctuation's own width.
    """
    if text.isascii():
        return text
    text = _BESIDE_PUNCTUATION.sub("", text)
    gaps, close = len(_GAPS.findall(text)), len(_CLOSE.findall(text))
    return _GAPS.sub("", text) if gaps > close else text


def page_furniture(pages: Sequence[Sequence[Line]]) -> list[set[int]]:
    """The indexes, page by page, of running heads, feet and page numbers.

    Those are stamps, and lines that repeat in the same place of the first or last rows, numbers aside.
    """
    edges = [_edges(page) for page in pages]
    found = Counter(place for edge in edges for place in set(edge.values()))
    filled = sum(map(bool, pages))
    furniture = []
    for page, edge in zip(pages, edges, strict=True):
        running = {
            i
            for i, place in edge.items()
            # A page number next to it tells a running head from a line that happens to repeat.
            if found[place] >= (2 if filled == 2 or place[0] not in ("", page[i].text.casefold()) else 3)
        }
        if any(_ADDRESS.fullmatch(page[i].text) for i in edge):
            running |= {
                i for i in edge if _ADDRESS.fullmatch(page[i].text) or _PRINTED.fullmatch(page[i].text)
            }
        furniture.append(running | {i for i, line in enumerate(page) if line.stamp})
    return furniture


def _edges(page: Sequence[Line]) -> dict[int, tuple[str, int]]:
    """Of the lines in the two rows at the top and the two at the bottom: text without its number, and row."""
    rows = sorted({round(line.y / 4) for line in page})
    ends = {*rows[:2], *rows[-2:]}
    return {
        i: (_PAGE_NUMBER.sub("", line.text).casefold(), row)
        for i, line in enumerate(page)
        if (row := round(line.y / 4)) in ends
    }


def _heading_levels(pages: Sequence[Sequence[Line]]) -> dict[int, int]:
    """The level (1 to 3) of each type size used for headings: clearly larger, few lines at a time."""
    amount: Counter[int] = Counter()
    longest: Counter[int] = Counter()
    for page in pages:
        run = 0
        for before, line in pairwise([None, *page]):
            assert line is not None
            run = run + 1 if before is not None and before.rank == line.rank else 1
            longest[line.rank] = max(longest[line.rank], run)
            amount[line.rank] += len(line.text)
    if not amount:
        return {}
    body = amount.most_common(1)[0][0]
    larger = sorted((r for r in amount if r > 1.15 * body and longest[r] <= 4), reverse=True)
    if sum(amount[r] for r in larger) * 4 > sum(amount.values()):
        return {}  # slides, posters: large type is no sign there
    return {rank: min(level, 3) for level, rank in enumerate(larger, 1)}


def _shapes(pages: Sequence[Sequence[Line]]) -> dict[tuple[int, int], _Shape]:
    """The shape of each column of each page, by page and block. Small ones have that of their page."""
    everything = _shape([line for page in pages for line in page], _Shape(0, 0))
    shapes: dict[tuple[int, int], _Shape] = {}
    for number, page in enumerate(pages):
        whole = _shape(page, everything)
        blocks: dict[int, list[Line]] = {}
        for line in page:
            blocks.setdefault(line.block, []).append(line)
        for block, lines in blocks.items():
            shapes[number, block] = _shape(lines, whole) if len(blocks) > 1 else whole
    return shapes


def _shape(lines: Sequence[Line], otherwise: _Shape) -> _Shape:
    if len(lines) < 6 and otherwise.width:
        return otherwise
    widths = sorted(line.width for line in lines)
    gaps = Counter(
        round(a.y - b.y) for a, b in pairwise(lines) if a.rank == b.rank and 0 < a.y - b.y < 3 * a.size
    )
    leading = gaps.most_common(1)[0][0] if gaps else 0
    width = widths[len(widths) * 9 // 10] if widths else 0.0
    if len(lines) < 6:  # too few to tell
        width = max([width, *(24 * line.size for line in lines)])
    return _Shape(width, leading or otherwise.leading)


def _joint(a: Line, b: Line, after: Line | None, shape: _Shape, moved: bool) -> str:
    """What joins two lines: " " if the paragraph goes on, else one or two line ends."""
    ended = _ENDED.search(a.text) is not None
    down = a.y - b.y
    parted = "\n\n" if ended else "\n"
    if abs(a.size - b.size) > 0.12 * a.size:
        return "\n\n"
    wide = down > 1.3 * (shape.leading or 1.5 * a.size)
    if a.row or b.row:
        apart = wide and not (a.row and b.row and down < _ROW_LINES * a.size)
        return "\n\n" if apart and not moved else "\n"
    indent = max(0.0, a.x - b.x) if a.x - b.x < 5 * a.size else 0.0
    # Widths are estimates; a line that ends with a sentence must look full to be taken for it.
    filled = a.width + indent + _first_word(b) >= (0.94 if ended else 0.88) * shape.width
    if _ITEM.match(b.text) and (ended or not filled or _BULLET.match(b.text)):
        return "\n\n" if wide or moved else "\n"
    opens = after is not None and 0.8 * b.size < b.x - after.x < 5 * b.size
    if moved or down < 0:  # the next page or column
        return parted if ended or not filled or opens else " "
    if wide:
        return "\n\n"
    hanging = _ITEM.match(a.text) is not None
    if (b.x - a.x > 0.8 * b.size and not hanging) or (opens and ended):
        return parted
    ragged = b.text[:1].islower() and not ended and (a.width > shape.width / 2 or _HYPHEN.search(a.text))
    return " " if filled or ragged else parted


def _first_word(line: Line) -> float:
    """The width of the part of a line that cannot be broken off."""
    match = re.match(f"[{_WIDE}]|[^{_WIDE}\\s]*", line.text)
    return line.width * (len(match[0]) + 1) / len(line.text) if match else 0.0


def _space(before: str, text: str, mixed: str, chinese: bool) -> str:
    """What joins two lines of a paragraph: nothing between Chinese or after a hyphen, else a space.

    ``mixed`` is what the text has between a Chinese character and a Latin letter.
    """
    ends, starts = before[-1], text[0]
    if _HYPHEN.search(before) or _LINKED.search(before) or (_CHINESE.match(ends) and _CHINESE.match(starts)):
        return ""
    if chinese and ends.isdigit() and starts.isdigit():
        return ""  # word processors break numbers there, too
    if _CHINESE.match(ends) or _CHINESE.match(starts):
        return mixed if _IDEOGRAPH.match(ends) or _IDEOGRAPH.match(starts) else ""
    return " "
