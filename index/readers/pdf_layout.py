"""Printed lines to paragraphs: makes the text of a PDF read like text.

Running heads and page numbers are removed, lines broken to fit the page are joined (across pages, too), and
larger type becomes headings. All rules go by position and size, in the page's units.
"""

from __future__ import annotations

import re
import unicodedata
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import pairwise

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
#: Between the cells of a row.
_CELL = " | "
#: The dots between a heading and its page in a table of contents.
_LEADERS = re.compile(r"(?:(?:\s?[.．·]){5,200}|…{2,200})\s?(?=(?:\d{1,4}|[ivxlc]{1,6})$)")
_ENDED = re.compile(r"[。！？!?:：;；.…][\"'”’」』）)\]]{0,3}$")
_HYPHEN = re.compile(r"(?<=[^\W\d_])[-\u2010]$")
_IDEOGRAPH = re.compile(f"[{HAN}]")
_CHINESE = re.compile(f"[{CHINESE}]")
_MIXED = re.compile(f"{_IDEOGRAPH.pattern}[a-zA-Z0-9]|[a-zA-Z0-9]{_IDEOGRAPH.pattern}")
_MIXED_APART = re.compile(f"{_IDEOGRAPH.pattern} [a-zA-Z0-9]|[a-zA-Z0-9] {_IDEOGRAPH.pattern}")
_COMPOUND = re.compile(r"(?<![^\W\d_])[^\W\d_]{1,40}-[^\W\d_]{1,40}")
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
class Line:
    """One printed line: its start (``y`` grows upwards) and its type size."""

    text: str
    x: float
    y: float
    size: float

    @property
    def rank(self) -> int:
        """The size in half units: what counts as the same size."""
        return round(self.size * 2)

    @property
    def width(self) -> float:
        """The approximate width: a Chinese character is as wide as high, a letter half as wide."""
        return self.size * (len(self.text) + len(re.findall(f"[{_WIDE}]", self.text))) / 2


@dataclass(frozen=True, slots=True)
class _Shape:
    """What is usual on a page: the width of a full line, and the distance between lines (``leading``)."""

    width: float
    leading: float


def paragraphs(pages: Sequence[Sequence[Line]]) -> tuple[str, tuple[int, ...]]:
    """The text, headings as "#" lines, and the offset at which each page begins."""
    kept = _without_running_lines([_tidy(page) for page in pages])
    everything = _shape([line for page in kept for line in page], _Shape(0, 0))
    shapes = [_shape(page, everything) for page in kept]
    levels = _heading_levels(kept)
    everywhere = "\n".join(line.text for page in kept for line in page)
    compounds = {c.lower() for c in _COMPOUND.findall(everywhere)}
    chinese = len(_IDEOGRAPH.findall(everywhere)) * 2 > len(everywhere)
    mixed = " " if len(_MIXED_APART.findall(everywhere)) > len(_MIXED.findall(everywhere)) else ""
    flat = [(number, line) for number, page in enumerate(kept) for line in page]
    parts: list[str] = []
    starts: list[int] = []
    size = 0
    for i, (number, line) in enumerate(flat):
        joint = ""
        if i:
            last, before = flat[i - 1]
            after = flat[i + 1][1] if i + 1 < len(flat) and flat[i + 1][0] == number else None
            if levels.get(before.rank, 0) != levels.get(line.rank, 0):
                joint = "\n\n"
            elif line.rank in levels:
                joint = " " if last == number and 0 < before.y - line.y < 1.8 * line.size else "\n\n"
            else:
                joint = _joint(before, line, after, shapes[last], last != number)
        if joint == " ":
            joint = _space(before.text, line.text, mixed, chinese)
            if not joint and _divided(before.text, line.text, compounds):
                parts[-1] = parts[-1][:-1]
                size -= 1
        size += len(joint)
        starts += [size] * (number + 1 - len(starts))
        heading = "#" * levels[line.rank] + " " if line.rank in levels and (not i or "\n" in joint) else ""
        parts += [joint, heading, line.text]
        size += len(heading) + len(line.text)
    return "".join(parts), (*starts, *[size] * (len(pages) - len(starts)))


def written_across(pieces: Sequence[Line]) -> str:
    """The text of one row. Parts that stand far apart are cells of a table."""
    parts = [pieces[0].text]
    for before, piece in pairwise(pieces):
        # Widths are estimates: the wider the text, the wider the gap must be.
        far = before.x + 1.3 * before.width + 1.5 * before.size < piece.x
        parts += [_CELL if far and before.text.strip() else "", piece.text]
    return "".join(parts)


def written_downwards(lines: Sequence[tuple[Line, int]]) -> bool:
    """Whether a page's lines, each with its quarter turns, are parts of vertical Chinese columns.

    In a column, the next part begins as far below as the part before is long.
    """
    below = 0
    for (a, turn), (b, turned) in pairwise(lines):
        (x, y), (next_x, next_y) = _place(a, turn), _place(b, turned)
        below += abs(x - next_x) < a.size and 0.7 * a.width < y - next_y < 1.2 * a.width
    return below * 4 > len(lines)


def columns(lines: Sequence[tuple[Line, int]]) -> list[Line]:
    """Vertical columns as lines of a page turned on its side; numbers and Latin words keep their places."""
    made: list[Line] = []
    bottom = 0.0
    for line, turn in lines:
        x, y = _place(line, turn)
        # Words that lie on their side are placed only roughly along the column.
        if made and abs(made[-1].y - x) < line.size and (turn or y <= bottom + line.size):
            made[-1] = replace(made[-1], text=made[-1].text + line.text)
        else:
            made.append(Line(line.text, -y, x, line.size))
            bottom = y
        bottom = bottom if turn else y - line.width * 0.7
    return made


def _place(line: Line, turn: int) -> tuple[float, float]:
    """The position of a line as if the page were not turned."""
    return ((line.x, line.y), (-line.y, line.x), (-line.x, -line.y), (line.y, -line.x))[turn]


def _tidy(page: Sequence[Line]) -> list[Line]:
    """The lines that are not blank, each once: bold type may be printed twice."""
    tidy: list[Line] = []
    for line in page:
        cells = _LEADERS.sub(_CELL, plain_glyphs(line.text)).replace("\u00ad", "-").split(_CELL)
        text = _CELL.join(filter(None, (_closed_up(" ".join(cell.split())) for cell in cells)))
        indent = len(line.text) - len(line.text.lstrip("\u3000"))
        line = replace(line, text=text, x=line.x + indent * line.size)
        last = tidy[-1] if tidy else None
        again = (
            last is not None
            and last.text == text
            and abs(last.x - line.x) + abs(last.y - line.y) < line.size / 3
        )
        if text and not again:
            tidy.append(line)
    return tidy


def _closed_up(text: str) -> str:
    """Chinese set with wide spacing ("目 录") closed up; single spaces among closed text stay.

    A space next to Chinese punctuation is only the punctuation's own width.
    """
    text = re.sub(" (?=[，。、；：？！）」』》】〉])|(?<=[（「『《【〈，。、；：？！]) ", "", text)
    gaps = len(re.findall(f"(?<=[{_WIDE}]) (?=[{_WIDE}])", text))
    close = len(re.findall(f"(?<=[{_WIDE}])(?=[{_WIDE}])", text))
    return re.sub(f"(?<=[{_WIDE}]) (?=[{_WIDE}])", "", text) if gaps > close else text


def _without_running_lines(pages: Sequence[list[Line]]) -> list[list[Line]]:
    """The pages without lines that repeat in the same place of their first or last rows, numbers aside."""
    edges = [_edges(page) for page in pages]
    found = Counter(place for edge in edges for place in set(edge.values()))
    filled = sum(map(bool, pages))
    kept = []
    for page, edge in zip(pages, edges, strict=True):
        running = {
            line
            for line, place in edge.items()
            # A page number next to it tells a running head from a line that happens to repeat.
            if found[place] >= (2 if filled == 2 or place[0] not in ("", line.text.casefold()) else 3)
        }
        if any(_ADDRESS.fullmatch(line.text) for line in edge):
            running |= {x for x in edge if _ADDRESS.fullmatch(x.text) or _PRINTED.fullmatch(x.text)}
        kept.append([line for line in page if line not in running])
    return kept if any(kept) else list(pages)


def _edges(page: Sequence[Line]) -> dict[Line, tuple[str, int]]:
    """The lines of the two rows at the top and the two at the bottom: text without its number, and row."""
    rows = sorted({round(line.y / 4) for line in page})
    ends = {*rows[:2], *rows[-2:]}
    return {
        line: (_PAGE_NUMBER.sub("", line.text).casefold(), row)
        for line in page
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


def _joint(a: Line, b: Line, after: Line | None, shape: _Shape, turned: bool) -> str:
    """What joins two lines: " " if the paragraph goes on, else one or two line ends."""
    ended = _ENDED.search(a.text) is not None
    down = a.y - b.y
    if not turned and abs(down) < 0.3 * a.size and b.x > a.x:
        return " "  # a cell of the same row
    parted = "\n\n" if ended else "\n"
    if abs(a.size - b.size) > 0.12 * a.size:
        return "\n\n"
    wide = down > 1.3 * (shape.leading or 1.5 * a.size)
    if _CELL in a.text and _CELL in b.text and not turned:
        return "\n\n" if wide else "\n"
    indent = max(0.0, a.x - b.x) if a.x - b.x < 5 * a.size else 0.0
    # Widths are estimates; a line that ends with a sentence must look full to be taken for it.
    filled = a.width + indent + _first_word(b) >= (0.94 if ended else 0.88) * shape.width
    if _ITEM.match(b.text) and (ended or not filled or _BULLET.match(b.text)):
        return "\n\n" if wide or turned else "\n"
    opens = after is not None and 0.8 * b.size < b.x - after.x < 5 * b.size
    if turned or down < 0:  # the next page or column
        return parted if ended or not filled or opens else " "
    if wide:
        return "\n\n"
    hanging = _ITEM.match(a.text) is not None
    if (b.x - a.x > 0.8 * b.size and not hanging) or (opens and ended):
        return parted
    ragged = b.text[:1].islower() and not ended and a.width > shape.width / 2
    return " " if filled or ragged else parted


def _first_word(line: Line) -> float:
    """The width of the part of a line that cannot be broken off."""
    match = re.match(f"[{_WIDE}]|[^{_WIDE}\\s]*", line.text)
    return replace(line, text=f" {match[0]}" if match else "").width


def _space(before: str, text: str, mixed: str, chinese: bool) -> str:
    """What joins two lines of a paragraph: nothing between Chinese or after a hyphen, else a space.

    ``mixed`` is what the text has between a Chinese character and a Latin letter.
    """
    ends, starts = before[-1], text[0]
    if _HYPHEN.search(before) or (_CHINESE.match(ends) and _CHINESE.match(starts)):
        return ""
    if chinese and ends.isdigit() and starts.isdigit():
        return ""  # word processors break numbers there, too
    if _CHINESE.match(ends) or _CHINESE.match(starts):
        return mixed if _IDEOGRAPH.match(ends) or _IDEOGRAPH.match(starts) else ""
    return " "


def _divided(before: str, text: str, compounds: set[str]) -> bool:
    """Whether the hyphen at the end of a line only divides a word."""
    head = re.search(r"([^\W\d_]{1,40})[-\u2010]$", before[-42:])
    tail = re.match(r"[^\W\d_]{1,40}", text)
    return bool(head and tail and tail[0].islower() and f"{head[1]}-{tail[0]}".lower() not in compounds)
