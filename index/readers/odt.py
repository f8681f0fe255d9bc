"""Text documents of OpenDocument (ISO/IEC 26300), as LibreOffice writes them: headings, lists, tables, notes.

What was deleted with its trace kept, hidden text and comments are not read, as in Word.
"""

from __future__ import annotations

from typing import Any

from index.cleaning.metadata import Metadata, parse_date, plausible_metadata
from index.errors import Phrase, ReadError
from index.readers.extracted_text import ExtractedText
from index.readers.odt_text import Body, Styles
from index.readers.office_package import root_of
from index.readers.office_text import Block, as_lines
from index.readers.zip_package import Package

_AROUND = ("header", "footer", "header-left", "footer-left", "header-first", "footer-first")


def read_odt(data: bytes) -> ExtractedText:
    """The text. ReadError: the document is damaged, locked, too large or nested too deeply."""
    package = Package(data)
    manifest = package.read("META-INF/manifest.xml") or b""
    if b"encryption-data" in manifest:
        raise ReadError("the file is locked", "save a copy without protection and add that")
    content = package.read("content.xml")
    if content is None:
        raise ReadError("the document is damaged", "open it in the program that made it and save it again")
    root, shared = root_of(content), package.read("styles.xml")
    styles = None if shared is None else root_of(shared)
    body = Body(Styles(root, styles), package)
    try:
        blocks = [block for part in root.iterfind("{*}body/{*}text") for block in body.blocks(part)]
        blocks += body.noted()
        blocks += dict.fromkeys(_around(body, styles))
    except RecursionError:
        raise ReadError("the document is nested too deeply", "save its text and add that") from None
    text = as_lines(blocks)
    unread = ""
    if body.unread:
        unread = Phrase(
            "formulas, charts or documents of other programs in it were not read ({count})",
            count=f"{body.unread:,}",
        )
    return ExtractedText(text, _facts(package, text), unread=unread)


def _around(body: Body, styles: Any | None) -> list[Block]:
    """The heads and feet of pages, each on a line."""
    found: list[Block] = []
    for page in [] if styles is None else styles.iterfind("{*}master-styles/{*}master-page"):
        for name in _AROUND:
            for part in page.iterfind(f"{{*}}{name}"):
                texts = (" ".join(block.text.split()) for block in body.blocks(part))
                found += [Block("furniture", text) for text in texts if text]
    return found


def _facts(package: Package, text: str) -> Metadata:
    root = package.xml("meta.xml")
    values: dict[str, str] = {}
    for element in [] if root is None else root.iter("{*}title", "{*}initial-creator", "{*}creation-date"):
        values[element.tag.rpartition("}")[2]] = element.text or ""
    created = parse_date(values.get("creation-date", ""))
    author = values.get("initial-creator")
    return plausible_metadata(values.get("title"), author, created and created[:10], text)
