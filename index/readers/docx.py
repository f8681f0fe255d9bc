"""DOCX to text: mammoth converts the document to HTML, ``readers.html_text`` converts that to text."""

from __future__ import annotations

import re
from collections.abc import Mapping
from io import BytesIO
from zipfile import ZipFile

from index.cleaning.metadata import parse_date, plausible_metadata
from index.errors import ReadError
from index.readers.extracted_text import ExtractedText
from index.readers.html import parse_html
from index.readers.html_text import text_of
from index.readers.zip_package import Package

#: Bytes of markup: the parser that mammoth uses needs some fifty times as much memory.
MAX_MARKUP = 16 * 2**20

_NEEDED = re.compile(
    r"\[Content_Types\]\.xml|_rels/\.rels|word/_rels/[^/]{1,80}\.rels"
    r"|word/(?:document|styles|numbering|footnotes|endnotes)\d{0,3}\.xml"
)
_TITLES = "\n".join(f"p[style-name='{name}'] => h1:fresh" for name in ("Title", "标题", "標題"))
#: What mammoth raises over a document that is not as it should be.
_BROKEN = (ValueError, TypeError, LookupError, AttributeError, OSError)


def read_docx(data: bytes) -> ExtractedText:
    """The text with headings, lists, tables and notes, and the metadata in the document's properties."""
    package = Package(data)
    parts = {name: package.read(name) or b"" for name in package.names if _NEEDED.fullmatch(name)}
    if sum(map(len, parts.values())) > MAX_MARKUP:
        raise ReadError(
            "the document is too large",
            "the limit is {limit} MiB of text and markup; split it",
            limit=MAX_MARKUP >> 20,
        )
    if any(b"<!DOCTYPE" in part.replace(b"\0", b"") for part in parts.values()):
        raise ReadError(
            "the document is damaged", "its markup defines entities of its own, which DOCX does not know"
        )
    text = _text(parts)
    properties = package.xml("docProps/core.xml")
    values: dict[str, str] = {}
    for element in [] if properties is None else properties.iter("{*}title", "{*}creator", "{*}created"):
        values[element.tag.rpartition("}")[2]] = element.text or ""
    created = parse_date(values.get("created", ""))
    return ExtractedText(
        text, plausible_metadata(values.get("title"), values.get("creator"), created and created[:10], text)
    )


def _text(parts: Mapping[str, bytes]) -> str:
    from xml.parsers.expat import ExpatError

    import mammoth

    needed = BytesIO()
    with ZipFile(needed, "w") as package:
        for name, part in parts.items():
            package.writestr(name, part)
    try:
        page = mammoth.convert_to_html(needed, style_map=_TITLES, convert_image=lambda image: []).value
    except (ExpatError, *_BROKEN):
        raise ReadError("the document is damaged", "open it in a word processor and save it again") from None
    except RecursionError:
        raise ReadError("the document is nested too deeply", "save its text and add that") from None
    return text_of(parse_html(f"<html><body>{page}</body></html>")) if page.strip() else ""
