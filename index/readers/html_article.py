"""The article in a page's tree: what surrounds it is taken out.

trafilatura says which texts belong to the article (Barbaresi, 2021, "Trafilatura: a web scraping library and
command-line tool for text discovery and extraction"). What it writes is not used, since it loses structure.
Each text of the tree gets a mark of its own, a character for private use. The marks in its result tell which
texts it kept. Our own rules mend that choice by the size, the links and the place of the page's blocks, as
Readability does (Mozilla, "Readability.js"). What looks like the paragraphs that were kept is kept as well,
and so are the lists, tables and so on that stand among them.
"""

from __future__ import annotations

import logging
import re
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from itertools import islice, pairwise, takewhile
from typing import Any

from index.readers.html_text import INLINE, UNREAD

#: Elements of a page in which the article is looked for, and in which all ways of looking for it are tried:
#: their time grows with the square of the elements. Of a larger page all is read but its menus.
MAX_ELEMENTS, FEW_ELEMENTS = 20_000, 3_000
_AROUND = frozenset({"nav", "footer", "header", "aside", "form", "button", "select"})
#: Elements left out of the text if no article is found in the page.
BOILERPLATE = UNREAD | _AROUND
#: The first of the characters for private use that mark texts. There are enough for `MAX_ELEMENTS`.
_FIRST_MARK = 0xF0000
_MARK = re.compile("[\U000f0000-\U0010ffff]")
#: Bytes of a paragraph of prose, and of one between the title and the article: a Chinese character has three.
_PROSE, _LEAD = 80, 60
#: The page's prose that is kept: with less a second choice is asked, with still less it is found by place.
_DOUBTFUL, _LOST = 0.7, 0.3
#: Blocks between the title and the article.
_NEAR_TITLE = 12
#: The title, and what takes its place on pages that have no heading of the first level.
_TITLES = ("h1", "h2", "h3")
_HEADING = re.compile("h[2-6]")
#: What holds several blocks that are kept together, and what is a block of its own.
_STRUCTURES = frozenset({"ul", "ol", "dl", "table", "details", "blockquote", "pre", "address", "figure"})
_IN_BOX = _STRUCTURES | {"p", "li", "dt", "dd", "tr", "td", "th", "thead", "tbody", "summary", *_TITLES}
#: A page with menus is all article besides them if this is less than so many bytes, and a tenth is links.
_SHORT = 2_000
_OTHERS = re.compile(r"comment|disqus|repl(?:y|ies)|related|recommend|pinglun|liuyan|sidebar|footer", re.I)
#: The site's boxes inside an article, if they hold less than a quarter of it.
_ASIDES = re.compile(
    r"(?:^|[\s_-])(?:related|newsletters?|disclosure|comment-item|next-?(?:post|story)|author-?(?:box|info|bio))(?:$|[\s_-])"
    r"|authorbox|saboxplugin|(?:^|\s)read-?more(?:$|\s)",
    re.I,
)
_NOT_LEAD = re.compile(
    r"caption|credit|photo|image|media|figure|gallery|legend|byline|meta|date|time|tag|info|copyright|note|widget"
    r"|promo|newsletter|subscri|cookie|share|social|banner|author|nav|menu|breadcrumb|popular|trending|sponsor"
    r"|(?:^|[\s_-])ads?(?:$|[\s_-])|login|modal|popup|overlay",
    re.I,
)


@dataclass(slots=True)
class _Text:
    """A text of the tree: what an element begins with, or what follows it. ``size`` is in bytes."""

    element: Any
    follows: bool
    text: str
    size: int
    kept: bool = False

    def put(self, text: str | None) -> None:
        if self.follows:
            self.element.tail = text
        else:
            self.element.text = text


@dataclass(slots=True)
class _Block:
    """The texts that follow each other in one paragraph, item, cell or box.

    ``around``: it is part of a menu, a foot or a form. ``linked`` are the bytes of its links.
    """

    element: Any
    around: bool
    texts: list[_Text] = field(default_factory=list)
    size: int = 0
    linked: int = 0

    @property
    def kept(self) -> int:
        """Bytes that are kept."""
        return sum(text.size for text in self.texts if text.kept)

    @property
    def prose(self) -> bool:
        """Whether it reads like a paragraph of an article."""
        return self.size >= _PROSE and self.linked * 3 < self.size and not self.around

    def keep(self, kept: bool = True) -> None:
        for text in self.texts:
            text.kept = kept


def keep_article(tree: Any) -> frozenset[str]:
    """Takes all text but the article's out of ``tree``. Returns the elements that must not be read either."""
    elements = int(tree.xpath("count(//*)"))
    if elements > MAX_ELEMENTS:
        return BOILERPLATE
    blocks = list(_blocks(tree))
    _free_prose(blocks)
    texts = [text for block in blocks for text in block.texts]
    for number, text in enumerate(texts):
        text.put(chr(_FIRST_MARK + number) + _MARK.sub("", text.text))
    _choose(blocks, texts, lambda precise: _found(tree, precise, elements > FEW_ELEMENTS))
    if not any(text.kept for text in texts):
        for block in blocks:
            block.keep(not block.around)
    for text in texts:
        text.put(text.text if text.kept else None)
    return UNREAD


def _blocks(tree: Any) -> Iterator[_Block]:
    """The blocks with text below ``tree``, in the order of the page."""
    from lxml.etree import iterwalk

    block = _Block(None, around=False)
    holders: list[tuple[Any, bool, bool]] = [(tree, False, False)]  # the box, whether around, whether linked
    for event, element in iterwalk(tree, events=("start", "end")):
        if event == "start":
            box, around, linked = holders[-1]
            if INLINE.fullmatch(element.tag):
                holders.append((box, around, linked or element.tag == "a"))
            else:
                holders.append((element, around or element.tag in _AROUND, False))
            text = element.text
        else:
            holders.pop()
            text = element.tail
        if not text or not (size := len(text.strip().encode())):
            continue
        box, around, linked = holders[-1]
        if block.element is not box:
            if block.texts:
                yield block
            block = _Block(box, around)
        block.texts.append(_Text(element, event == "end", text, size))
        block.size += size
        block.linked += size if linked else 0
    if block.texts:
        yield block


def _free_prose(blocks: list[_Block]) -> None:
    """Says of the blocks in the box with most of the prose that what is around that box is no menu."""
    prose = (
        (block, block.size) for block in blocks if block.size >= _PROSE and block.linked * 3 < block.size
    )
    place = _place(prose, 0.51)
    for block in blocks:
        if block.around and _is_in(block.element, place):
            inside = takewhile(lambda e: e is not place, (block.element, *block.element.iterancestors()))
            block.around = any(e.tag in _AROUND for e in inside)


def _found(tree: Any, precise: bool, fast: bool) -> set[int]:
    """The numbers of the texts that trafilatura keeps."""
    import trafilatura

    logging.getLogger("trafilatura").setLevel(logging.CRITICAL)  # it warns of pages without an article
    document = trafilatura.bare_extraction(
        tree, include_comments=False, output_format="xml", favor_precision=precise, fast=fast
    )
    if not isinstance(document, trafilatura.settings.Document):  # nothing was found
        return set()
    return {ord(mark) - _FIRST_MARK for mark in _MARK.findall("".join(document.body.itertext()))}


def _choose(blocks: list[_Block], texts: list[_Text], find: Callable[[bool], set[int]]) -> None:
    """Says of each text whether it is kept. ``find`` finds texts, those of which it is sure or all."""
    if _is_bare(blocks):
        for block in blocks:
            block.keep(not block.around)
    else:
        _choose_among_others(blocks, texts, find)
    _drop_asides(blocks)
    _keep_lead(blocks)
    if not any(block.prose for block in blocks):
        whole = sum(block.size for block in blocks if not block.around)
        if sum(block.kept for block in blocks) * 4 < whole:
            for block in blocks:
                block.keep(False)


def _choose_among_others(blocks: list[_Block], texts: list[_Text], find: Callable[[bool], set[int]]) -> None:
    """The same of a page that has other text besides its article."""
    for number in find(True):
        texts[number].kept = True
    if _share(blocks) < _DOUBTFUL:
        _add(blocks, texts, find(False))
    for block in blocks:
        if block.element.tag in ("p", "div") and block.linked * 10 >= block.size * 7:
            block.keep(False)  # "Read more: …"
        elif (kept := block.kept) and kept * 2 >= block.size:
            block.keep()
    _keep_alike(blocks)
    if _share(blocks) < _LOST:
        _keep_by_place(blocks)
    _keep_structures(blocks)
    _keep_headings(blocks)


def _is_bare(blocks: list[_Block]) -> bool:
    """Whether a page has nothing but its article, as notes and short pages written by hand do."""
    free = [block for block in blocks if not block.around]
    size = sum(block.size for block in free)
    if sum(block.linked for block in free) * 10 >= size or (len(free) < len(blocks) and size >= _SHORT):
        return False
    return not any(_named(block.element, _OTHERS) or _named(block.element, _NOT_LEAD) for block in free)


def _share(blocks: list[_Block]) -> float:
    """The share (0 to 1) of the page's prose that is kept; 1 if there is none."""
    whole = kept = 0
    for block in blocks:
        if block.prose and ((size := block.kept) or not _named(block.element, _OTHERS)):
            whole += block.size
            kept += size
    return kept / whole if whole else 1.0


def _add(blocks: list[_Block], texts: list[_Text], found: set[int]) -> None:
    """Keeps texts of a less precise choice: what is no list of links and stands where the kept text is.

    If that is next to nothing, the less precise choice takes its place.
    """
    kept = sum(text.size for text in texts if text.kept)
    if kept * 8 < sum(texts[number].size for number in found):
        for number, text in enumerate(texts):
            text.kept = number in found
        return
    place = _place(((block, size) for block in blocks if (size := block.kept)), 0.8)
    number = 0
    for block in blocks:
        fits = block.linked * 2 < block.size and not block.around and _is_in(block.element, place)
        for text in block.texts:
            text.kept = text.kept or (fits and number in found)
            number += 1


def _keep_alike(blocks: list[_Block]) -> None:
    """Keeps paragraphs that look like kept ones: in boxes of the same names and classes."""
    looks = {_look(block.element) for block in blocks if block.prose and block.kept}
    for block in blocks:
        paragraph = block.prose or (
            block.element.tag == "p" and block.size >= 30 and block.linked * 3 < block.size
        )
        if paragraph and not block.around and not block.kept and _look(block.element) in looks:
            block.keep(not _named(block.element, _OTHERS))


def _look(element: Any) -> tuple[tuple[str, str], ...]:
    return tuple((e.tag, e.get("class") or "") for e in islice((element, *element.iterancestors()), 3))


def _keep_headings(blocks: list[_Block]) -> None:
    """Keeps headings in the article above what is kept."""
    begun = next((at for at, block in enumerate(blocks) if block.kept), len(blocks))
    for block, after in reversed([*pairwise(blocks[begun:])]):
        if after.kept and _HEADING.fullmatch(block.element.tag):
            block.keep(block.kept > 0 or (block.linked * 2 < block.size and not block.around))


def _keep_structures(blocks: list[_Block]) -> None:
    """Keeps the lists, tables and so on that stand where the kept text is and are no lists of links."""
    place = _place(((block, size) for block in blocks if (size := block.kept)), 0.8)
    while place is not None and place.tag in _IN_BOX:
        place = place.getparent()
    held: dict[Any, list[_Block]] = {}
    for block in blocks:
        if not block.around and _is_in(block.element, place):
            above = [e for e in (block.element, *block.element.iterancestors()) if e.tag in _STRUCTURES]
            if above:
                held.setdefault(above[-1], []).append(block)
    for structure, inside in held.items():
        links = sum(block.linked for block in inside) * 3 >= sum(block.size for block in inside)
        if not links and not _named(structure, _OTHERS) and not _named(structure, _NOT_LEAD, 2):
            for block in inside:
                block.keep()


def _drop_asides(blocks: list[_Block]) -> None:
    """Drops what the site says in the article about itself and its other pages."""
    asides = [block for block in blocks if block.kept and _named(block.element, _ASIDES)]
    if sum(block.kept for block in asides) * 4 < sum(block.kept for block in blocks):
        for block in asides:
            block.keep(False)


def _keep_by_place(blocks: list[_Block]) -> None:
    """Keeps what stands from the first to the last paragraph of the box with most of the page's prose.

    A paragraph in a list may introduce another article.
    """
    prose = [
        block
        for block in blocks
        if block.prose and not _named(block.element, _OTHERS) and not _is_under(block.element, "li")
    ]
    place = _place(((block, block.size) for block in prose), 0.6)
    inside = [i for i, block in enumerate(blocks) if _is_in(block.element, place)]
    ends = [i for i in inside if blocks[i].prose and not _is_under(blocks[i].element, "li")]
    for i in inside:
        block = blocks[i]
        if ends and ends[0] <= i <= ends[-1] and block.linked * 2 < block.size and not block.around:
            block.keep(block.kept > 0 or not _named(block.element, _OTHERS))


def _keep_lead(blocks: list[_Block]) -> None:
    """Keeps the paragraph under the title that sums up the article: it often stands apart from it."""
    first = next((i for i, b in enumerate(blocks) if b.kept and b.element.tag not in _TITLES), 0)
    above = range(max(0, first - _NEAR_TITLE), first)
    titles = [i for i in above if _is_under(blocks[i].element, "h1")]
    titles = titles or [i for i in above if _is_under(blocks[i].element, *_TITLES)]
    for block in blocks[titles[-1] + 1 : first] if titles else []:
        apart = _is_under(block.element, "li", "figure", "figcaption", "td", "aside", "nav", "footer")
        if not block.kept and block.size >= _LEAD and block.linked * 3 < block.size and not apart:
            block.keep(not _named(block.element, _NOT_LEAD, 3) and not _named(block.element, _OTHERS))


def _place(sizes: Iterable[tuple[_Block, int]], share: float) -> Any:
    """The smallest element that holds ``share`` (over .5) of the blocks' sizes; None without blocks."""
    held: dict[Any, int] = {}
    whole = 0
    for block, size in sizes:
        whole += size
        for element in (block.element, *block.element.iterancestors()):
            held[element] = held.get(element, 0) + size
    return min((e for e, size in held.items() if size >= share * whole), key=held.__getitem__, default=None)


def _is_in(element: Any, place: Any) -> bool:
    return element is place or any(above is place for above in element.iterancestors())


def _is_under(element: Any, *names: str) -> bool:
    return element.tag in names or next(element.iterancestors(*names), None) is not None


def _named(element: Any, names: re.Pattern[str], levels: int = 999) -> bool:
    """Whether a class or id of the element, or of one of those around it, is one of ``names``."""
    return any(
        names.search(f"{e.get('class') or ''} {e.get('id') or ''}")
        for e in islice((element, *element.iterancestors()), levels)
        if e.tag not in ("body", "html")
    )
