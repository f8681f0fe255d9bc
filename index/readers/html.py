"""HTML to text: the article of a saved page, and the metadata in the page's head.

`readers.html_article` finds the article, `readers.html_text` writes it. The metadata is read here:
trafilatura's has no time of day, missed the author of one Chinese page in four, and leaves the site's name on
some titles.

A page saved as one file contains its pictures, styles, shadow trees and frames. What only draws is removed
before parsing, shadow trees become boxes, and a frame is read if the page around it is nearly empty.
"""

from __future__ import annotations

import json
import re
import unicodedata
from datetime import datetime, timedelta, timezone
from typing import Any
from urllib.parse import urlsplit

from index.cleaning.marks import unmark
from index.cleaning.metadata import Metadata, find_metadata, parse_date
from index.errors import ReadError
from index.readers.html_article import keep_article
from index.readers.html_formulas import write_formulas
from index.readers.html_hidden import drop_hidden, show_noscript
from index.readers.html_text import UNREAD, span, text_of

#: Bytes of markup without embedded pictures: the parser needs about twenty times as much memory.
MAX_MARKUP = 8 * 2**20
#: Each tag takes 2 KB of memory and 60 µs.
MAX_TAGS = 300_000

_HTML = re.compile(
    r"\s*(?:<\?xml[^>]{0,200}>\s*)?(?:<!doctype\s+html|<html[\s>]|<head[\s>])"
    r"|[\s\S]{0,4000}?<(?:body|script|style)[\s>]",
    re.I,
)
#: Attributes of a tag that are kept. The parser compares each with all before it: 80,000 took minutes.
MAX_ATTRIBUTES = 100
# An unclosed quote lasts to the end of the page. Nothing is tried twice: repeats never give back. Lookaheads
# see to it that what is begun does not fail: else possessive repeats go wrong before Python 3.11.5.
_ATTRIBUTE = (
    r"""(?=[\s/]*+[^\s/>])[\s/]*+[^\s/>][^\s/>=]*+(?:(?=\s*+=)\s*+=\s*+"""
    r"""(?:"[^"]*+(?:"|\Z)|'[^']*+(?:'|\Z)|[^\s>"'][^\s>]*+)?)?+"""
)
_TAG = re.compile(rf"<!--|(<([a-zA-Z][^\s/>]*+)(?:{_ATTRIBUTE}){{0,{MAX_ATTRIBUTES}}}+)(?:{_ATTRIBUTE})*+")
#: What ends an element or a comment that holds no text of the page.
_CLOSING = {
    "!--": re.compile("(?<=<!--)-?>|-->"),
    **{name: re.compile(rf"</{name}(?=[\s/>])[^>]*+>?", re.I) for name in ("script", "style", "svg")},
}
_EMPTY = re.compile(r"\s*/>")
_READ_SCRIPT = re.compile("ld\\+json|math/", re.I)
#: An element so far down is read as its lines alone: the libraries below call themselves for each level.
MAX_DEPTH = 200
#: Cells of a table, each as often as it spans rows and columns, and every row filled up to the widest: what a
#: larger one says is read row by row.
MAX_CELLS = 20_000
#: Characters that XML forbids, literal or by number: the libraries that find the article fail on them.
_FORBIDDEN = re.compile(
    "[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]"
    r"|&#0*(?:[0-8]|1[124-9]|2\d|3[01]|6553[45])(?!\d);?|&#x0*(?:[0-8bcef]|1[\da-f]|fff[ef])(?![\da-f]);?",
    re.I,
)
_DATA_URI = re.compile(r"data:[\w/+.-]{1,60}[;,][^\"'()<>\s]{100,}")
#: The address that browser extensions write into a comment at the start of a saved page.
_SAVED_FROM = re.compile(
    r"<!--[^<>]{0,200}?\b(?:url:|saved from url=\(\d+\))\s{0,9}(https?://[^\s<>]{1,500})", re.I
)
_IN_HEAD = frozenset({"title", "meta", "link", "base", "script", "style", "noscript", "template"})
#: A frame counts only if the page around it says less than this many characters.
NEARLY_EMPTY = 60
_ADVERT = re.compile(
    r"(?:^|[\s_-])(?:ads?|adverts?|advertisements?|adbox|adsense|sponsored?)(?:[\s_-]|$)", re.I
)
_EMPHASIS = re.compile(
    r"</?(?:b|strong|i|em|u|s|del|ins|mark|font|small|big|center)(?:\s[^<>]{0,300})?>", re.I
)
_TITLE_META = ("og:title", "twitter:title", "headline", "dc.title")
_DATE_META = (
    *("article:published_time", "datepublished", "og:published_time", "publishdate", "pubdate"),
    *("publish_time", "date", "dc.date", "dcterms.created", "weibo:article:create_at"),
    *("og:release_date", "parsely-pub-date", "datecreated", "article:published", "apub:time"),
    *("publication_date", "citation_publication_date", "dcterms.issued", "dc.date.issued", "sailthru.date"),
)
_AUTHOR_META = ("author", "article:author", "og:article:author", "dc.creator", "parsely-author", "byl")
_SOURCE_META = ("og:site_name", "mediaid", "source", "application-name", "publisher")
_LINKED_DATES = ("datePublished", "dateCreated", "uploadDate", "pubDate")
_LINKED_DATE = re.compile(r'"datePublished"\s{0,9}:\s{0,9}"([^"<>]{8,40})"')
_CHINA = timezone(timedelta(hours=8))
_WECHAT_SECONDS = re.compile(r"""\b(?:ct|ori_create_time|oriCreateTime)\s{0,3}[=:]\s{0,3}["'](\d{10})["']""")
_WECHAT_WRITTEN = re.compile(
    r"""\bid="publish_time"[^<>]{0,200}>([^<>]{8,40})<|\bcreateTime\s{0,3}=\s{0,3}["']([^"'<>]{8,40})["']"""
)
#: Classes and ids of elements that show when an article appeared.
_DATED = re.compile(
    r"(?:^|[\s_-])(?:(?:pub|post|entry|article|publish|release|create|news|header|h|info)(?:ed|s|d)?[_-]?"
    r"(?:date|time|at|on|meta|info)|date|time|pubtime|published|datepublished|datecreated|posted|byline|dateline)"
    r"(?:$|[\s_-])|ContentItem-time|head-info_time|datePublished|dateCreated",
    re.I,
)
_UPDATED = re.compile(r"updated|modified|更新|修改|編輯|编辑", re.I)
#: A date in parts: "2024 05/06 07:08:09".
_SPLIT_DATE = re.compile(r"(20\d\d)\s(\d{1,2})\s?/\s?(\d{1,2})(?:\s(\d{1,2}:\d\d))?")
#: Characters of such an element, and how many of them are looked at.
_LONGEST_DATED, _MOST_NAMED = 120, 500
_ASIDE = re.compile(
    r"comment|reply|replies|sidebar|footer|related|recommend|widget|copyright|footnote|reference|pinglun|liuyan"
    r"|message-?board|event|birth|deadline|expir|(?:^|[\s_-])(?:list|hot|latest|prev|next)(?:$|[\s_-])",
    re.I,
)
#: Separators between a title and the name of the site after it.
_SITE_SUFFIX = re.compile(r"(?:\s[-–—|·»]\s|\s?[_|]\s?|-(?=[^-\s]{2,12}$))")


def looks_like_html(text: str) -> bool:
    """Whether a text is a page of HTML, whatever its file is called; a few stray tags do not count."""
    return _HTML.match(text[:8000]) is not None


def read_html(markup: str, address: str = "") -> tuple[str, Metadata]:
    """The text of the article, with headings as "#" lines, and the metadata of the page.

    ``address`` is where the page was saved from, unless the page itself says so.
    """
    if saved_from := _SAVED_FROM.search(markup, 0, 4000):
        address = saved_from[1]
    tree = parse_html(markup)
    metadata = _metadata(tree, markup)
    text = _text(tree)
    if len(text) < NEARLY_EMPTY:
        frames = [frame.get("srcdoc") or "" for frame in tree.iter("iframe", "frame")][:20]
        text = max([text, *(_text(parse_html(frame)) for frame in frames if frame.strip())], key=len)
    if site := _host(address):
        metadata = metadata.or_else(find_metadata(unmark(text).text)).or_else(Metadata(source=site))
    return text, metadata


def own_text(markup: str) -> str:
    """All text of a page that is somebody's own, such as a mail: nothing is taken for debris."""
    tree = parse_html(markup)
    write_formulas(tree)
    drop_hidden(tree)
    _unwrap_layout(tree)
    return unicodedata.normalize("NFC", text_of(tree))


def _host(address: str) -> str | None:
    """The host name of an address: the name of a source that does not name itself."""
    try:
        return (urlsplit(address).hostname or "").removeprefix("www.") or None
    except ValueError:
        return None


def parse_html(markup: str) -> Any:
    """The tree of a page. ReadError: it is too large, nested too deeply, has too many tags or no text."""
    from lxml import etree
    from lxml.html import HTMLParser, document_fromstring

    markup = _without_unread(_DATA_URI.sub("", _FORBIDDEN.sub("", markup)))
    if len(markup) > MAX_MARKUP:
        raise ReadError("the page is too large", "the limit is {limit} MiB of HTML", limit=MAX_MARKUP >> 20)
    if markup.count("<") > MAX_TAGS:
        raise ReadError("the page has too many tags", "the limit is {limit:,}", limit=MAX_TAGS)
    # Unclosed <font> and <b> of old pages would nest without end, and their marks are not wanted.
    markup = _EMPHASIS.sub("", markup)
    parser = HTMLParser(encoding="utf-8", remove_comments=True, remove_pis=True, huge_tree=True)
    try:
        tree = document_fromstring(markup.encode("utf-8", "replace"), parser=parser)
    except etree.ParserError:
        raise ReadError("the page holds no text", "nothing but markup in it") from None
    if any(error.type_name == "ERR_RESOURCE_LIMIT" for error in parser.error_log):
        raise ReadError("the page is nested too deeply", "save its text and add that")
    for element in tree.xpath("/*" * MAX_DEPTH + "[*]"):
        _flatten(element)
    _end_head(tree)
    return tree


def _flatten(element: Any) -> None:
    """Puts the lines of its text in the place of what is in ``element``."""
    lines = text_of(element).split("\n")
    element.clear(keep_tail=True)
    for line in filter(None, lines):
        paragraph = element.makeelement("p")
        paragraph.text = line
        element.append(paragraph)


def _text(tree: Any) -> str:
    from lxml.etree import strip_elements

    _open_shadows(tree)
    write_formulas(tree)
    drop_hidden(tree)
    strip_elements(tree, *(UNREAD - {"iframe", "noscript"}), with_tail=False)
    show_noscript(tree)
    _unwrap_layout(tree)
    _drop_adverts(tree)
    # "u" and "¨" become "ü". Not before parsing: ">" and a stroke would become "≯".
    return unicodedata.normalize("NFC", text_of(tree, keep_article(tree)))


def _without_unread(markup: str) -> str:
    """``markup`` without comments, scripts, styles, drawings, and all but `MAX_ATTRIBUTES` of each tag.

    Scripts with data or formulas stay. A page saved as one file has megabytes of the others.
    """
    kept: list[str] = []
    start = at = 0
    while tag := _TAG.search(markup, at):
        at = tag.end()
        name = (tag[2] or "!--").lower()
        if closing := _CLOSING.get(name):
            if name != "svg" or not _EMPTY.match(markup, at):
                if (end := closing.search(markup, at)) is None:
                    break
                at = end.end()
            if name != "script" or not _READ_SCRIPT.search(tag[0]):
                kept.append(markup[start : tag.start()])
                start = at
        elif tag.end(1) < at:
            kept.append(markup[start : tag.end(1)])
            start = at
    return "".join([*kept, markup[start:]])


def _end_head(tree: Any) -> None:
    """Moves what cannot be in a page's head into its body: saved pages omit the tags between the two."""
    head, body = tree.find("head"), tree.find("body")
    inside = [] if head is None else list(head)
    first = next((i for i, e in enumerate(inside) if e.tag not in _IN_HEAD), len(inside))
    if first == len(inside):
        return
    if body is None:
        body = tree.makeelement("body")
        tree.append(body)
    for place, element in enumerate(inside[first:]):
        body.insert(place, element)


def _open_shadows(tree: Any) -> None:
    """Turns shadow trees (``<template shadowrootmode=open>``) into boxes: the page shows their text."""
    for template in list(tree.iter("template")):
        if template.get("shadowrootmode") or template.get("shadowroot") or template.get("shadowmode"):
            template.tag = "div"


def _unwrap_layout(tree: Any) -> None:
    """Turns tables that only lay out the page into boxes: a cell has a table or several paragraphs."""
    for table in list(tree.iter("table")):
        rows = [[cell for cell in row if cell.tag in ("td", "th")] for row in table.iter("tr")]
        cells = [cell for row in rows for cell in row]
        filled = sum(span(cell, "colspan") * span(cell, "rowspan") for cell in cells)
        widest = max((sum(span(cell, "colspan") for cell in row) for row in rows), default=0)
        if max(filled, len(rows) * widest) > MAX_CELLS:
            _flatten(table)
        elif any(c.find(".//table") is not None or len([*c.iter("p", "br")]) > 1 for c in cells):
            for element in (table, *table.iter("tbody", "tr", "td", "th")):
                element.tag = "div"


def _drop_adverts(tree: Any) -> None:
    """Removes boxes named as advertisements, the smallest first, up to a quarter of the page's plain text."""
    sizes = [
        (_plain_size(element), element)
        for element in tree.iter("div", "section", "aside", "ins", "figure", "p")
        if _ADVERT.search(f"{element.get('class') or ''} {element.get('id') or ''}")
    ]
    room = _plain_size(tree) / 4 if sizes else 0
    for size, element in sorted(sizes, key=lambda sized: sized[0]):
        room -= size
        if room > 0 and element.getparent() is not None:
            element.drop_tree()


def _plain_size(element: Any) -> int:
    """The characters of an element's text outside of links."""
    return int(element.xpath("string-length(normalize-space(.))")) - sum(
        len(link.text_content()) for link in element.iter("a")
    )


def _metadata(tree: Any, markup: str) -> Metadata:
    meta: dict[str, str] = {}
    for element in tree.iter("meta"):
        name = element.get("property") or element.get("name") or element.get("itemprop")
        if name and (content := (element.get("content") or "").strip()):
            meta.setdefault(name.lower(), content)
    linked = _linked_data(tree)
    site = _first(meta, _SOURCE_META) or _name(linked.get("publisher"))
    headings = [" ".join(h.text_content().split()) for h in tree.iter("h1")]
    title = _first(meta, _TITLE_META) or _name(linked.get("headline"))
    if not title and len(headings) == 1:
        title = headings[0]
    if not title:
        title = _without_site(" ".join((tree.findtext(".//title") or "").split()), site, headings)
    elif site:
        title = _without_site(title, site, headings)
    date = next((d for name in _DATE_META if (d := parse_date(meta.get(name, "")))), None)
    if date is None:
        date = next((d for key in _LINKED_DATES if (d := parse_date(_name(linked.get(key)) or ""))), None)
    date = date or _wechat_date(markup) or _shown_date(tree)
    author = _first(meta, _AUTHOR_META) or _name(linked.get("author"))
    return Metadata(title or None, date, author, site)


def _wechat_date(markup: str) -> str | None:
    """When an article of WeChat was published: its page tells it in a script and fills it in by that."""
    if 'id="js_content"' not in markup and "mp.weixin.qq.com" not in markup:
        return None
    if seconds := _WECHAT_SECONDS.search(markup):
        return datetime.fromtimestamp(int(seconds[1]), _CHINA).strftime("%Y-%m-%dT%H:%M")
    written = _WECHAT_WRITTEN.search(markup)
    return parse_date(written[1] or written[2]) if written else None


def _shown_date(tree: Any) -> str | None:
    """The first date in an element that is named as one, outside of comments, side bars and the foot."""
    changed: str | None = None
    named = 0
    for element in tree.iter("time", "span", "div", "p", "a", "abbr", "li", "address"):
        called = f"{element.get('class') or ''} {element.get('id') or ''} {element.get('itemprop') or ''}"
        if element.get("node-type") == "feed_list_item_date":  # Weibo
            called += " date"
        if element.tag != "time" and not _DATED.search(called):
            continue
        named += 1
        if named > _MOST_NAMED:
            break
        for told in (element.get("datetime"), element.get("title"), _beginning(element)):
            text = " ".join((told or "").split())
            if not text or len(text) > _LONGEST_DATED:
                continue
            split = _SPLIT_DATE.match(text)  # Xinhua
            found = parse_date(f"{split[1]}-{split[2]}-{split[3]} {split[4] or ''}" if split else text)
            if found and not _is_aside(element):
                if not _UPDATED.search(f"{called} {text}"):
                    return found
                changed = changed or found
                break
    return changed


def _beginning(element: Any) -> str:
    """The text of a small element. Of one that holds the page no more is read than tells that it is long."""
    parts, size = [], 0
    for part in element.itertext():
        parts.append(part)
        size += len(part.strip())
        if size > _LONGEST_DATED:
            break
    return "".join(parts)


def _is_aside(element: Any) -> bool:
    """Whether an element belongs to comments, a side bar, a list of other articles or the page's foot."""
    return any(
        e.tag in ("aside", "footer", "nav", "blockquote")
        or _ASIDE.search(f"{e.get('class') or ''} {e.get('id') or ''}")
        for e in (element, *element.iterancestors())
        if e.tag not in ("body", "html")
    )


def _linked_data(tree: Any) -> dict[str, Any]:
    """The schema.org article in the page's JSON-LD, the first with a date; malformed JSON is skipped."""
    others: dict[str, Any] = {}
    for script in tree.iter("script"):
        if "ld+json" not in (script.get("type") or ""):
            continue
        try:
            data = json.loads(script.text or "", strict=False)
        except (ValueError, RecursionError):
            if date := _LINKED_DATE.search(script.text or ""):
                others = others or {"datePublished": date[1]}
            continue
        items = data if isinstance(data, list) else [data]
        items = [i for item in items if isinstance(item, dict) for i in (item, *_graph(item))]
        for item in items:
            if not isinstance(item, dict) or item.get("@type") == "Comment":
                continue
            if any(item.get(key) for key in _LINKED_DATES):
                return item
            if "headline" in item:
                others = others or item
    return others


def _graph(item: dict[str, Any]) -> list[Any]:
    found: list[Any] = []
    for key in ("@graph", "mainEntity", "mainEntityOfPage"):
        inside = item.get(key)
        found += inside if isinstance(inside, list) else [inside]
    return found


def _name(value: Any) -> str | None:
    """The name in a JSON-LD value: a string, an object with a name, or a list of either."""
    if isinstance(value, list):
        return ", ".join(n for v in value[:5] if not isinstance(v, list) and (n := _name(v))) or None
    if isinstance(value, dict):
        value = value.get("name")
    return value.strip() or None if isinstance(value, str) else None


def _first(meta: dict[str, str], names: tuple[str, ...]) -> str | None:
    return next(
        (v for n in names if (v := meta.get(n)) and not v.startswith(("http:", "https:", "@", "/"))), None
    )


def _without_site(title: str, site: str | None, headings: list[str]) -> str:
    """``title`` without the site's name at its end. A heading, or the known name, tells it apart."""
    for heading in headings:
        if len(heading) >= 4 and title.startswith(heading):
            return heading
    parts = _SITE_SUFFIX.split(title)
    if len(parts) == 1 or len(parts[0].strip()) < 4:
        return title
    known = site is not None and parts[-1].strip().casefold() == site.casefold()
    return parts[0].strip() if known or parts[0] == max(parts, key=len) else title
