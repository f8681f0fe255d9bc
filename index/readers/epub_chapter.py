"""One chapter of a book: its markup to text, without what its style sheets hide."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from html import unescape
from typing import Any

from index.errors import ReadError
from index.readers.encodings import decode
from index.readers.html import parse_html
from index.readers.html_formulas import write_formulas
from index.readers.html_text import UNREAD, text_of

_TYPE = "{http://www.idpf.org/2007/ops}type"
_ENTITY = re.compile(rb"&(?!(?:amp|lt|gt|quot|apos);)[a-zA-Z][a-zA-Z0-9]{1,31};")
#: Closed at once, as XML has it; HTML would take all that follows for what is in it.
_EMPTY = re.compile(r"<(title|script|style|a|div|p|span)(\s[^<>]{0,500})?/>")
_COMMENT = re.compile(r"/\*.*?\*/", re.S)
#: Rules for some screens or programs alone.
_CONDITIONAL = re.compile(r"@[^{};]{1,500}\{(?:[^{}]*\{[^{}]*\})*[^{}]*\}")
_RULE = re.compile(r"([^{}]{1,2000})\{([^{}]*)\}")
#: A selector of one element: ".secret", "span.secret", "#secret" or "aside".
_SELECTOR = re.compile(r"[a-z][a-z0-9]*|(?:[a-z][a-z0-9]*)?[.#][\w-]+")
_SHOWN = re.compile(r"(?:^|;)\s*(?:display|visibility)\s*:\s*([a-z-]+)", re.I)

#: What a book says in place of a quiz or a gallery that is not run is read.
_UNREAD = UNREAD - {"object"}
#: Whether elements are hidden, by selector.
Rules = dict[str, bool]


def parse_chapter(markup: bytes) -> Any | None:
    """The tree of a chapter, parsed as XML or else as HTML, without namespaces; None if it is neither."""
    from lxml import etree

    named = _ENTITY.sub(lambda m: unescape(m[0].decode()).encode("ascii", "xmlcharrefreplace"), markup)
    try:
        root = etree.fromstring(
            named,
            etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False, remove_comments=True),
        )
    except (etree.XMLSyntaxError, ValueError):  # many books are not well-formed
        try:
            return parse_html(_EMPTY.sub(r"<\1\2></\1>", decode(markup)))
        except ReadError:
            return None  # the other chapters are worth reading
    for element in root.iter("{*}*"):
        element.tag = element.tag.rpartition("}")[2]
    return root


def types_of(element: Any) -> list[str]:
    """What an element says it is, such as "footnote"."""
    return (element.get(_TYPE) or element.get("epub:type") or "").split()


def chapter_text(root: Any, style_sheet: Callable[[str], Rules]) -> str:
    """The text of a chapter. ``style_sheet`` gives the rules of a style sheet by its address."""
    rules: Rules = {}
    for element in root.iter("link", "style"):
        if element.tag == "style":
            rules |= rules_of(element.text or "")
        elif "stylesheet" in (element.get("rel") or ""):
            rules |= style_sheet(element.get("href") or "")
    body = next(root.iter("body"), root)
    for element in list(body.iter()):
        if not isinstance(element.tag, str):
            continue
        if element.tag == "svg":
            _write_drawing(element)
        elif _is_hidden(element, rules):
            element.tag = "template"  # which is not read
    write_formulas(body)
    return text_of(body, _UNREAD)


def rules_of(style_sheet: str) -> Rules:
    """Which elements a style sheet hides or shows, as far as that depends on one element alone."""
    rules: Rules = {}
    for rule in _RULE.finditer(_CONDITIONAL.sub("", _COMMENT.sub("", style_sheet))):
        if (hides := _hides(rule[2])) is not None:
            for selector in rule[1].split(","):
                if _SELECTOR.fullmatch(selector := selector.strip()):
                    rules[selector] = hides
    return rules


def _hides(style: str) -> bool | None:
    """Whether declarations hide an element; None if they do not say."""
    shown = [match[1].lower() for match in _SHOWN.finditer(style)]
    return any(value in ("none", "hidden", "collapse") for value in shown) if shown else None


def _is_hidden(element: Any, rules: Rules) -> bool:
    if any("note" in kind for kind in types_of(element)):
        return False  # shown once its mark is touched
    if "hidden" in element.attrib or (own := _hides(element.get("style") or "")):
        return True
    return own is None and next((rules[name] for name in _selectors(element) if name in rules), False)


def _selectors(element: Any) -> Iterator[str]:
    """The selectors of an element, the most exact first."""
    name = element.tag
    named = [f"#{element.get('id')}"] if element.get("id") else []
    named += [f".{part}" for part in (element.get("class") or "").split()]
    for part in named:
        yield name + part
        yield part
    yield name


def _write_drawing(drawing: Any) -> None:
    """Puts the words in a drawing in its place."""
    lines = [" ".join("".join(text.itertext()).split()) for text in drawing.iter("text", "foreignObject")]
    drawing[:] = []
    drawing.tag, drawing.text = "div", None
    for line in filter(None, lines):
        paragraph = drawing.makeelement("p")
        paragraph.text = line
        drawing.append(paragraph)
