"""EPUB to text: the chapters in spine order, without cover, table of contents and imprint."""

from __future__ import annotations

import posixpath
import re
from collections.abc import Iterator
from html import unescape
from typing import Any
from urllib.parse import unquote, urlsplit

from index.cleaning.metadata import Metadata, parse_date
from index.errors import Phrase, ReadError
from index.readers.encodings import decode
from index.readers.extracted_text import ExtractedText
from index.readers.html import parse_html
from index.readers.html_text import text_of
from index.readers.zip_package import Package

_MAX_CHAPTERS = 5_000
_TYPE = "{http://www.idpf.org/2007/ops}type"
#: What a part of a book calls itself (EPUB 3 types, and EPUB 2's guide) that is not its text.
_NOT_TEXT = frozenset(
    {"cover", "toc", "landmarks", "page-list", "loi", "lot", "titlepage", "title-page", "halftitlepage"}
    | {"copyright-page", "colophon", "imprint", "index"}
)
#: Ways to scramble fonts, which hide no text.
_FONTS_ONLY = frozenset({"http://www.idpf.org/2008/embedding", "http://ns.adobe.com/pdf/enc#RC"})
_ENTITY = re.compile(rb"&(?!(?:amp|lt|gt|quot|apos);)[a-zA-Z][a-zA-Z0-9]{1,31};")


#: Closed at once, as XML has it; HTML would take all that follows for what is in it.
_EMPTY = re.compile(r"<(title|script|style|a|div|p|span)(\s[^<>]{0,500})?/>")


def read_epub(data: bytes) -> ExtractedText:
    """The text of the book with headings as "#" lines, and the metadata of its package document."""
    package = Package(data)
    container = package.xml("META-INF/container.xml")
    paths = [] if container is None else [root.get("full-path") for root in container.iter("{*}rootfile")]
    path = next((p for p in paths if p in package.names), None)
    book = package.xml(path) if path else None
    if path is None or book is None:
        raise ReadError("the book is damaged", "its table of parts is missing")
    chapters = list(dict.fromkeys(_chapters(package, book, path)))
    _refuse_locked(package, chapters)
    texts = [_chapter(package.read(name) or b"") for name in chapters[:_MAX_CHAPTERS]]
    unread = len(chapters) - len(texts) + texts.count(None)
    missing = _without(unread, len(chapters))
    return ExtractedText("\n\n".join(filter(None, texts)), _metadata(book), unread=missing)


def _chapters(package: Package, book: Any, path: str) -> Iterator[str]:
    """The names of the spine's parts that should have text, including parts that are missing."""
    left_out = {
        _resolve(path, reference.get("href"))
        for reference in book.iter("{*}reference")
        if reference.get("type", "").lower() in _NOT_TEXT
    }
    items = {item.get("id"): item for item in book.iter("{*}item")}
    for item in items.values():
        if "nav" in item.get("properties", "").split():
            nav = _resolve(path, item.get("href"))
            left_out |= {nav, *_landmarks(package, nav)}
    for entry in book.iter("{*}itemref"):
        item = items.get(entry.get("idref"))
        if item is None or "html" not in item.get("media-type", "html"):
            continue
        name = _resolve(path, item.get("href"))
        if name and name not in left_out:
            yield name


def _landmarks(package: Package, nav: str) -> Iterator[str]:
    root = _tree(package.read(nav) or b"")
    for link in [] if root is None else root.iter("{*}a"):
        if _NOT_TEXT.intersection((link.get(_TYPE) or "").split()):
            yield _resolve(nav, link.get("href"))


def _resolve(base: str, href: str | None) -> str:
    """The name of the part that ``href`` in the part ``base`` points to; "" if it is outside the package."""
    try:
        address = urlsplit(href or "")
    except ValueError:
        return ""
    target = unquote(address.path)
    if address.scheme or address.netloc or not target or target.startswith(("/", "\\")):
        return ""
    name = posixpath.normpath(posixpath.join(posixpath.dirname(base), target))
    return "" if name.startswith("..") else name


def _refuse_locked(package: Package, chapters: list[str]) -> None:
    encryption = package.xml("META-INF/encryption.xml")
    for part in [] if encryption is None else encryption.iter("{*}EncryptedData"):
        method = part.find("{*}EncryptionMethod")
        reference = part.find(".//{*}CipherReference")
        hidden = unquote(reference.get("URI", "")) if reference is not None else ""
        if hidden in chapters and (method is None or method.get("Algorithm") not in _FONTS_ONLY):
            raise ReadError(
                "the book is locked by copy protection (DRM)", "only books without it can be read"
            )


def _without(unread: int, total: int) -> str:
    """A phrase saying how many chapters are missing from the text; "" for none."""
    if not unread:
        return ""
    return Phrase(
        "{count} of {total} chapters were not read: they are missing, broken, or too many",
        count=f"{unread:,}",
        total=f"{total:,}",
    )


def _chapter(markup: bytes) -> str | None:
    """The text of a chapter; "" if it is no part of the book's text, None if it cannot be read."""
    root = _tree(markup)
    if root is None:
        return None
    body = next(root.iter("{*}body", "body"), root)
    if _NOT_TEXT.intersection((body.get(_TYPE) or "").split()):
        return ""
    return text_of(body)


def _tree(markup: bytes) -> Any | None:
    """The tree of a chapter, parsed as XML or else as HTML; None if it is neither."""
    from lxml import etree

    named = _ENTITY.sub(lambda m: unescape(m[0].decode()).encode("ascii", "xmlcharrefreplace"), markup)
    try:
        return etree.fromstring(
            named,
            etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False, remove_comments=True),
        )
    except (etree.XMLSyntaxError, ValueError):
        pass  # many books are not well-formed
    try:
        return parse_html(_EMPTY.sub(r"<\1\2></\1>", decode(markup)))
    except ReadError:
        return None  # the other chapters are worth reading


def _metadata(book: Any) -> Metadata:
    def values(name: str) -> list[str]:
        return [text for e in book.iter(f"{{*}}{name}") if (text := " ".join("".join(e.itertext()).split()))]

    dates = (parse_date(date) for date in values("date"))
    return Metadata(
        title=next(iter(values("title")), None),
        published=next((date[:10] for date in dates if date), None),
        author=", ".join(values("creator")[:4]) or None,
        source=next(iter(values("publisher")), None),
    )
