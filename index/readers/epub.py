"""EPUB to text: the chapters in spine order. Cover, table of contents and imprint are marked as furniture."""

from __future__ import annotations

import posixpath
import re
from collections.abc import Callable, Iterable, Iterator
from functools import cache
from typing import Any
from urllib.parse import unquote, urlsplit

from index.cleaning.marks import FURNITURE, LINE_MARKS
from index.cleaning.metadata import Metadata, parse_date
from index.errors import Phrase, ReadError
from index.readers.epub_chapter import Rules, chapter_text, parse_chapter, rules_of, types_of
from index.readers.extracted_text import ExtractedText
from index.readers.zip_package import Package

_MAX_CHAPTERS = 5_000
_READ = re.compile("html|svg")
#: Parts of the spine that hold no text.
_MEDIA = re.compile("image/|audio/|video/")
#: Parts that stand in for each other, the last one for all before it.
_MAX_FALLBACKS = 10
#: What a part of a book calls itself (EPUB 3 types, and EPUB 2's guide) that is not its text.
_NOT_TEXT = frozenset(
    {"cover", "toc", "landmarks", "page-list", "loi", "lot", "titlepage", "title-page", "halftitlepage"}
    | {"copyright-page", "colophon", "imprint", "index"}
)
#: Ways to scramble fonts, which hide no text.
_FONTS_ONLY = frozenset({"http://www.idpf.org/2008/embedding", "http://ns.adobe.com/pdf/enc#RC"})
#: Events of EPUB 2 and properties of EPUB 3 that a date of the book may belong to, the best first.
_DATES = (
    *("publication", "original-publication", "issued", "dcterms:issued", ""),
    *("dcterms:date", "dcterms:available", "creation", "dcterms:created"),
)


def read_epub(data: bytes) -> ExtractedText:
    """The text of the book with headings as "#" lines, and the metadata of its package document."""
    package = Package(data)
    container = package.xml("META-INF/container.xml")
    paths = [] if container is None else [root.get("full-path") for root in container.iter("{*}rootfile")]
    path = next((p for p in paths if p in package.names), None)
    book = package.xml(path) if path else None
    if path is None or book is None:
        raise ReadError("the book is damaged", "its table of parts is missing")
    chapters = dict(_chapters(package, book, path))
    _refuse_locked(package, chapters)
    read = list(chapters)[:_MAX_CHAPTERS]
    titles = _titles(package, book, path)
    rules = cache(lambda name: rules_of((package.read(name) or b"").decode("utf-8", "replace")))
    texts = [
        _chapter(package.read(name) or b"", name, chapters[name], titles.get(name), rules) for name in read
    ]
    unread = len(chapters) - len(read) + texts.count(None)
    missing = _without(unread, len(chapters))
    return ExtractedText("\n\n".join(filter(None, texts)), _metadata(book), unread=missing)


def _chapters(package: Package, book: Any, path: str) -> Iterator[tuple[str, bool]]:
    """The names of the spine's parts, including parts that are missing, and whether each is furniture."""
    furniture = {
        _resolve(path, reference.get("href"))
        for reference in book.iter("{*}reference")
        if reference.get("type", "").lower() in _NOT_TEXT
    }
    items = {item.get("id"): item for item in book.iter("{*}item")}
    for nav in _navs(book, path):
        furniture |= {nav, *_landmarks(package, nav)}
    for entry in book.iter("{*}itemref"):
        item = items.get(entry.get("idref"))
        for _ in range(_MAX_FALLBACKS):
            if item is not None and not _READ.search(item.get("media-type", "html")):
                item = items.get(item.get("fallback"), item)
        kind = "" if item is None else item.get("media-type", "")
        if item is None or (_MEDIA.match(kind) and not _READ.search(kind)):
            continue
        if name := _resolve(path, item.get("href")):
            yield name, name in furniture


def _navs(book: Any, path: str) -> Iterator[str]:
    for item in book.iter("{*}item"):
        if "nav" in item.get("properties", "").split():
            yield _resolve(path, item.get("href"))


def _landmarks(package: Package, nav: str) -> Iterator[str]:
    root = parse_chapter(package.read(nav) or b"")
    for link in [] if root is None else root.iter("a"):
        if _NOT_TEXT.intersection(types_of(link)):
            yield _resolve(nav, link.get("href"))


def _titles(package: Package, book: Any, path: str) -> dict[str, str]:
    """The titles of chapters by their names, from the table of contents: of EPUB 3, or else of EPUB 2."""
    titles: dict[str, str] = {}
    for nav in _navs(book, path):
        root = parse_chapter(package.read(nav) or b"")
        for table in [] if root is None else root.iter("nav"):
            for link in table.iter("a") if "toc" in types_of(table) else ():
                titles.setdefault(_resolve(nav, link.get("href")), _words(link))
    for item in book.iter("{*}item"):
        if item.get("media-type") == "application/x-dtbncx+xml" and not titles:
            contents = _resolve(path, item.get("href"))
            root = package.xml(contents)
            for point in [] if root is None else root.iter("{*}navPoint"):
                label, content = point.find("{*}navLabel"), point.find("{*}content")
                if label is not None and content is not None:
                    titles.setdefault(_resolve(contents, content.get("src")), _words(label))
    return titles


def _words(element: Any) -> str:
    return " ".join("".join(element.itertext()).split())


def _titled(text: str, title: str | None) -> str:
    """A chapter under its title, if it has no heading of its own."""
    if not title or not text or re.search("^#{1,6} ", text, re.M):
        return text
    words = r"\s*".join(map(re.escape, title.split()))
    opening = re.match(rf"{words} *(?:\n+|$)", text)
    return f"# {title}\n\n{text[opening.end() :] if opening else text}"


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


def _refuse_locked(package: Package, chapters: Iterable[str]) -> None:
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


def _chapter(
    markup: bytes, name: str, furniture: bool, title: str | None, rules: Callable[[str], Rules]
) -> str | None:
    """The text of a chapter; None if it cannot be read."""
    root = parse_chapter(markup)
    if root is None:
        return None
    text = chapter_text(root, lambda href: rules(_resolve(name, href)))
    if furniture or _NOT_TEXT.intersection(types_of(next(root.iter("body"), root))):
        return re.sub(rf"^[{LINE_MARKS}]*(?:#{{1,6}} )?(?=[^\n])", FURNITURE, text, flags=re.M)
    return _titled(text, title)


def _metadata(book: Any) -> Metadata:
    def values(name: str) -> list[str]:
        return [text for element in book.iter(f"{{*}}{name}") if (text := _words(element))]

    return Metadata(
        title=next(iter(values("title")), None),
        published=_published(book),
        author=", ".join(values("creator")[:4]) or None,
        source=next(iter(values("publisher")), None),
    )


def _published(book: Any) -> str | None:
    """The day of publication; of other dates that of the making, never that of a change."""
    dated: dict[str, str] = {}
    for element in book.iter("{*}date", "{*}issued"):
        event = next((value for key, value in element.attrib.items() if key.endswith("event")), "")
        named = "issued" if element.tag.endswith("issued") else event.lower()
        dated.setdefault(named, _words(element))
    for element in book.iter("{*}meta"):
        if not element.get("refines"):
            dated.setdefault(element.get("property", "").lower(), _words(element))
    dates = (parse_date(dated.get(name, "")) or _partial_date(dated.get(name, "")) for name in _DATES)
    return next((date[:10] for date in dates if date), None)


def _partial_date(text: str) -> str | None:
    """A year, or a year and a month: many books say no more."""
    return text if re.fullmatch(r"(?:1[4-9]|20)\d\d(?:-(?:0[1-9]|1[0-2]))?", text) else None
