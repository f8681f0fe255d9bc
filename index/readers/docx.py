"""Word documents (ECMA-376): the parts of the package, and the text made of them.

Word's markup is read here and not turned into HTML by a library: mammoth, which did that before, loses ruby,
formulas and the numbers of clauses ("第三条"), and shows hidden text.
"""

from __future__ import annotations

from collections.abc import Iterable
from functools import cache
from typing import Any

from index.errors import Phrase, ReadError
from index.readers.docx_inserted import Inserted
from index.readers.docx_numbering import W
from index.readers.docx_text import Body, Styles
from index.readers.extracted_text import ExtractedText
from index.readers.office_package import facts_of, references_of, related, root_of
from index.readers.office_text import Block, as_lines
from index.readers.zip_package import Package

#: The namespace of "strict" documents; the elements in it are those of the usual one.
_STRICT = b"http://purl.oclc.org/ooxml/wordprocessingml/main"
_USUAL = W.strip("{}").encode()


def read_docx(data: bytes) -> ExtractedText:
    """The text with headings, lists, tables and notes, and the metadata in the document's properties.

    Heads and feet of pages follow at the end, each once.
    """
    package = Package(data)
    try:
        text, unread = _text(package)
    except RecursionError:
        raise ReadError("the document is nested too deeply", "save its text and add that") from None
    facts = facts_of(package, text)
    return ExtractedText(text, facts, unread=_without(unread))


def _without(unread: int) -> str:
    """A phrase saying how many inserted parts are missing from the text; "" for none."""
    if not unread:
        return ""
    return Phrase(
        "formulas, charts or documents of other programs in it were not read ({count})",
        count=f"{unread:,}",
    )


def _text(package: Package, inner: bool = False) -> tuple[str, int]:
    """The text, and how many inserted parts are missing from it. ``inner``: it is such a part itself."""
    main = next(iter(related(package, "", "officeDocument")), "word/document.xml")
    document = _part(package, main)
    if document is None:
        raise ReadError("the document is damaged", "open it in a word processor and save it again")

    names = {document: main}
    references = cache(lambda name: references_of(package, name))

    def parts(kind: str) -> Iterable[Any]:
        for name in related(package, main, kind):
            if (root := _part(package, name)) is not None:
                names[root] = name
                yield root

    def inner_text(data: bytes) -> tuple[str, int]:
        within = Package(data, package.left)
        try:
            return _text(within, inner=True)
        finally:
            package.left = within.left

    inserted = Inserted(package, lambda root: references(names.get(root, "")), None if inner else inner_text)
    styles, numbering = (next(iter(parts(kind)), None) for kind in ("styles", "numbering"))
    body = Body(Styles(styles), numbering, inserted.blocks)
    blocks = [*body.blocks(document), *_notes(body, parts)]
    around = (block for kind in ("header", "footer") for root in parts(kind) for block in body.blocks(root))
    furniture = dict.fromkeys(Block("furniture", " ".join(block.text.split())) for block in around)
    return as_lines([*blocks, *furniture]), inserted.unread


def _notes(body: Body, parts: Any) -> Iterable[Block]:
    """Footnotes and endnotes as a numbered list, in the order in which the text refers to them."""
    found = {
        (kind, note.get(f"{W}id", "")): note
        for kind in ("footnote", "endnote")
        for root in parts(f"{kind}s")
        for note in root.iterfind(f"{W}{kind}")
        if note.get(f"{W}type", "normal") == "normal"
    }
    number = 0
    for key in dict.fromkeys([*body.notes, *found]):
        if key in found and (text := "\n".join(block.text for block in body.blocks(found[key]))):
            number += 1
            yield Block("item", f"{number}. " + text.replace("\n", "\n  "), joined=number > 1)


def _part(package: Package, name: str) -> Any | None:
    """The root element of a part; None if it is not there. ReadError: it is damaged."""
    data = package.read(name)
    return None if data is None else root_of(data.replace(_STRICT, _USUAL))
