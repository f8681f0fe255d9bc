"""Markdown to the lines that `index.text.blocks` reads: headings, lists, tables, code, quotations.

Marks of emphasis, links, pictures, notes and templates go. Words stay, and what only looks like a mark, too.
"""

from __future__ import annotations

import html
import re
import unicodedata
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from functools import partial
from itertools import accumulate
from typing import TYPE_CHECKING

from index.cleaning.marks import CAPTION, HEADER, METADATA, QUOTATION, REFERENCE, without_marks
from index.cleaning.metadata import Metadata, title_of
from index.readers.front_matter import metadata_of, split_head
from index.readers.html_formulas import MATH, math_as_text
from index.readers.note_marks import without_note_marks
from index.readers.raised import raised
from index.text.blocks import row_of

if TYPE_CHECKING:
    from markdown_it import MarkdownIt
    from markdown_it.token import Token

_LINE_END = re.compile("\r\n?|\x0c|\x0b")
#: Without any of these, a paragraph is its own text.
_MARKED = re.compile(r"[*_`\[<&\\{$]|~~|==|%%")
_QUERY = re.compile(r"(?:dataview(?:js)?|query|tasks)\b", re.I)
_CODE_TITLE = re.compile(r"title=\"([^\"]{1,200})\"")
_FENCE_END = re.compile(r"[\s>]*(?:`{3,}|~{3,})\s*")
_TASK = re.compile(r"\[[ xX/<>?!*-]\]\s+")
#: A link to another page or to a heading, and the fewest items of a list of nothing else.
_LINK = re.compile(r"\[(?=.{1,100}\]\()(?:[^\[\]]|\[[^\[\]]*\])+\]\((?:https?://|#)[^\s()]+\)\s*")
_LINKS = 3
_CALLOUT = re.compile(r"\[!([\w-]{1,20})(?:\|[^\]\n]{0,40})?\][-+]?[ \t]*")
_HEADING_ID = re.compile(r"\s*\{[#.:][^{}]{0,200}\}\s*$")
_DEFINITION = re.compile(r"^:[ \t]+", re.M)
#: A picture's text that says nothing: a file name, a badge, the word "picture".
_NO_ALT = re.compile(
    r"[\w.%@-]{0,200}|(?:图片?|圖片?|截图|截圖|配图|插图|封面|image|img|picture|photo|screenshot|alt)"
    r"(?: text)?[\s\d._-]{0,20}",
    re.I | re.A,
)
_BADGE = re.compile(r"badge|shields\.io", re.I)
_ALT = re.compile(r"\salt\s?=\s?(?:\"([^\"<>]*)\"|'([^'<>]*)')", re.I)
_TAG = re.compile(r"<(/?)([a-zA-Z][\w:-]*)([^<>]*)>")
_SCRIPT = re.compile(r"</?su[bp]\b[^<>]*>", re.I)
_CLOSED = re.compile(r"</([a-zA-Z][\w:-]*)")
#: Elements that begin a line, and those that are written without an end.
_BLOCK = re.compile(
    "br|p|div|hr|li|tr|dt|dd|h[1-6]|[uod]l|table|summary|details|section|article|blockquote|center"
    "|figure|figcaption"
)
_ALONE = re.compile(
    "br|hr|img|wbr|p|li|t[drh]|d[td]|div|span|source|input|area|embed|meta|link|col|iframe|video|audio|details"
    "|font|center"
)
#: Characters in which a title is looked for.
_OPENING = 3_000
_SIGNS = re.compile(r"[\W_]+")


def read_markdown(text: str) -> tuple[str, Metadata]:
    """The text with marks of lines (``index.cleaning.marks``), and the metadata of its head."""
    head = split_head(_LINE_END.sub("\n", text))
    lines = without_note_marks(head.body.split("\n"))
    body = "\n".join(_own_links(_Writer(lines).lines))
    metadata = metadata_of(head.facts)
    if not head.lines:
        return body, metadata
    own = Metadata(title_of(without_marks(body[:_OPENING])))
    return "\n".join((*(METADATA + line for line in head.lines), "", body)), metadata.or_else(own)


def _own_links(lines: Sequence[str]) -> Sequence[str]:
    """The lines, whose lists of links are what they are about if these are more than the rest."""
    listed = sum(len(line) for line in lines if REFERENCE in line)
    whole = sum(map(len, lines))
    return [line.replace(REFERENCE, "") for line in lines] if listed * 2 > whole else lines


@dataclass(slots=True)
class _Item:
    """An item of a list that is being written; ``marker`` is "" once its first line is."""

    marker: str


@dataclass(slots=True)
class _Writer:
    """Writes the tokens of a text's blocks as lines."""

    source: Sequence[str]
    lines: list[str] = field(default_factory=list)
    _items: list[_Item] = field(default_factory=list)
    _quotes: list[bool] = field(default_factory=list)
    _links: int = 0  # the place in the tokens where the list of nothing but links ends that is written
    _end: int = 0  # the line of the source behind what is written
    _blanks: list[int] = field(default_factory=list)  # how many blank lines stand above each line
    _numbers: list[bool] = field(default_factory=list)

    def __post_init__(self) -> None:
        from index.readers import markdown_rules as rules

        text = "\n".join(self.source)
        md, inner = rules.parser(), rules.parser(rules.MAX_INLINE)
        env: dict[str, object] = {}
        tokens: list[Token] = []
        md.block.parse(text.replace("\0", ""), md, env, tokens)
        if any(token.level >= rules.MAX_NESTING - 1 for token in tokens):
            self.lines = list(self.source)  # the parser leaves out what is nested deeper
            return
        self._blanks = list(accumulate((not line.strip("> \t") for line in self.source), initial=0))
        inline = _Inline(partial(_children, inner, env), _closed_names(text))
        for place, token in enumerate(tokens):
            self._write(token, tokens, place, inline)

    def _write(self, token: Token, tokens: Sequence[Token], place: int, inline: _Inline) -> None:
        kind = token.type
        if kind == "inline":
            before = tokens[place - 1]
            if before.type == "heading_open":
                self._heading(inline.text(_HEADING_ID.sub("", token.content)), before)
            else:
                self._paragraph(token, before, inline)
        elif kind == "row":
            cells = [inline.text(cell) for cell in token.meta["cells"]]
            if any(cells):
                self._add([row_of(cells)], token, HEADER if token.meta["header"] else "")
        elif kind in ("fence", "code_block"):
            self._code(token)
        elif kind == "math":
            self._add([" ".join(token.content.split())], token)  # one line: "+ c" would be an item
        elif kind == "html_block":
            self._add(inline.html_block(token.content), token)
        elif kind in ("bullet_list_open", "ordered_list_open"):
            self._links = self._links or _end_of_links(tokens, place)
        elif kind in ("bullet_list_close", "ordered_list_close"):
            self._links = 0 if place == self._links else self._links
        elif kind == "list_item_open":
            item = _Item(f"{token.info}{token.markup}" if token.info else "-")
            if token.info and tokens[place + 1].type == "list_item_close":
                self._add([item.marker], token)  # "1958." on a line of its own
            self._items.append(item)
        elif kind == "list_item_close":
            self._items.pop()
        elif kind == "blockquote_open":
            first = tokens[place + 2] if tokens[place + 1].type == "paragraph_open" else None
            callout = _CALLOUT.match(first.content) if first else None
            if callout and first:
                first.content = first.content[callout.end() :]
            self._quotes.append(callout is None or callout[1].lower() in ("quote", "cite"))
        elif kind == "blockquote_close":
            self._quotes.pop()
        elif kind == "hr":
            self._part()

    def _part(self) -> None:
        if self.lines and self.lines[-1]:
            self.lines.append("")

    def _add(self, lines: Sequence[str], token: Token, mark: str = "") -> None:
        """Writes the lines of a block that says something; ``token`` has its place in the source."""
        filled = [line for line in lines if line.strip()]
        start, end = token.map or (self._end, self._end)
        if not filled:
            return
        if self._blanks[start] > self._blanks[min(self._end, start)]:
            self._part()
        self._end = end
        if not mark and any(self._quotes):
            mark = QUOTATION
        indent = "  " * max(0, len(self._items) - 1)
        for line in filled:
            if self._items:
                marker, self._items[-1].marker = self._items[-1].marker, ""
                line = f"{indent}{marker} {line}" if marker else f"{indent}  {line}"
            self.lines.append(mark + line)

    def _heading(self, text: str, token: Token) -> None:
        if not text:
            return
        if any(self._quotes) or len(self._items) > 1 or (self._items and not self._items[0].marker):
            self._add([text], token)
            return
        items, self._items = self._items, []
        self._add([f"{'#' * int(token.tag[1])} {text}"], token)
        self._items = items
        for item in items:
            item.marker = ""

    def _paragraph(self, token: Token, opening: Token, inline: _Inline) -> None:
        content = token.content
        if self._items and self._items[-1].marker:
            content = _TASK.sub("", content, count=1)
        if ":" in content:
            content = _DEFINITION.sub("", content)
        caption = content.startswith("!") and "\n" not in content and inline.is_picture(content)
        mark = CAPTION if caption and not self._items else REFERENCE if self._items and self._links else ""
        self._add(inline.text(content).split("\n"), opening, mark)

    def _code(self, token: Token) -> None:
        if (
            token.type == "fence"
            and _QUERY.match(token.info.strip())
            and token.map
            and _FENCE_END.fullmatch(self.source[token.map[1] - 1])
        ):
            return
        body = token.content.rstrip().split("\n") if token.content.strip() else []
        language, _, said = token.info.strip().partition(" ")
        if title := _CODE_TITLE.search(said):
            said = title[1]
        elif not body:
            said = token.info.strip()
        if said and (title or not said.isascii()):
            self._add([said], token, CAPTION)
        if not body:
            return
        if token.type == "code_block" and body[0].lstrip().startswith(("```", "~~~")):
            lines = body  # fenced, and indented too deep
        else:
            fence = "```"
            while any(line.lstrip().startswith(fence) for line in body):
                fence += "`"
            lines = [fence + language.replace("`", ""), *body, fence]
        self._add(lines[:1], token)
        for line in lines[1:]:
            indent = "  " * len(self._items)
            mark = QUOTATION if any(self._quotes) else ""
            self.lines.append(f"{mark}{indent}{line}" if line.strip() else mark)


def _end_of_links(tokens: Sequence[Token], place: int) -> int:
    """The place where the list ends that begins at a place, if all items are links and nothing else; or 0.

    It is a table of contents, or tells what to read besides.
    """
    links, depth = 0, 0
    for at, token in enumerate(tokens[place:], place):
        depth += token.nesting
        if not depth:
            return at if links >= _LINKS else 0
        if token.type == "inline":
            if not _LINK.fullmatch(_TASK.sub("", token.content, count=1)):
                return 0
            links += 1
        elif token.type in ("fence", "code_block", "html_block", "row", "math"):
            return 0
    return 0


def _children(md: MarkdownIt, env: dict[str, object], content: str) -> list[Token]:
    return md.inline.parse(content, md, env, [])


def _closed_names(text: str) -> frozenset[str]:
    return frozenset(name.lower() for name in _CLOSED.findall(text)) if "</" in text else frozenset()


@dataclass(slots=True)
class _Inline:
    """Text without inline marks. ``closed`` are the names of the elements that end in the document."""

    parse: Callable[[str], list[Token]]
    closed: frozenset[str]

    def text(self, content: str) -> str:
        """``content`` as it reads, on one or more trimmed lines."""
        if _MARKED.search(content):
            content = self._joined(self.parse(content))
        return "\n".join(line.strip(" \t") for line in content.split("\n")).strip()

    def is_picture(self, content: str) -> bool:
        return all(token.type == "image" or not token.content.strip() for token in self.parse(content))

    def _joined(self, tokens: Sequence[Token]) -> str:
        parts: list[str] = []
        links: list[int] = []
        scripts: list[int] = []  # where the text of <sup> and <sub> starts
        for token in tokens:
            if token.type in ("softbreak", "hardbreak"):
                parts.append("\n")
            elif token.type == "image":
                parts.append(self._alt(token))
            elif token.type == "link_open":
                links.append(len(parts))
            elif token.type == "link_close":
                start = links.pop()
                label = "".join(parts[start:])
                # A number that is a link is a note's: it must not touch what stands before it.
                if re.fullmatch(r"\d{1,4}", label) and start and parts[start - 1][-1:].strip():
                    parts[start:] = [f"[{label}]"]
            elif token.type == "formula":
                parts.append(_formula(token.content))
            elif token.type != "html_inline":
                parts.append(token.content)
            elif _SCRIPT.fullmatch(token.content):
                self._script(token.content, parts, scripts)
            else:
                self._tag(token.content, parts)
        return "".join(parts)

    def _alt(self, token: Token) -> str:
        text = self._joined(token.children) if token.children else token.content
        source = str(token.attrs.get("src", ""))
        for said in (text, str(token.attrs.get("title", ""))):
            if not (_NO_ALT.fullmatch(said.strip()) or _BADGE.search(source)):
                return said
        return ""

    def _script(self, tag: str, parts: list[str], open_at: list[int]) -> None:
        """Raises or lowers the text of ``<sup>`` or ``<sub>`` when it ends. A link there is a note's."""
        if tag[1] != "/":
            open_at.append(len(parts))
        elif open_at:
            start = open_at.pop()
            before = "".join(parts[max(0, start - 2) : start])[-1:]
            parts[start:] = [raised("".join(parts[start:]), "sup" in tag.lower(), before)]

    def _tag(self, tag: str, parts: list[str]) -> None:
        """Adds what a tag is to the reader: nothing, a new line, a picture's text, or what it says."""
        match = _TAG.fullmatch(tag)
        if match is None:
            parts.append("" if tag.startswith("<!--") else tag)
            return
        end, name, attributes = match[1], match[2].lower(), match[3].strip(" /")
        if not (_ALONE.fullmatch(name) or attributes or name in self.closed or match[3].endswith("/")):
            parts.append(tag)  # List<String>, <your-name>
        elif name == "img":
            alt = _ALT.search(match[3])
            text = html.unescape(alt[1] or alt[2] or "") if alt else ""
            parts.append("" if _NO_ALT.fullmatch(text.strip()) or _BADGE.search(attributes) else text)
        elif name == "li" and not end:
            parts.append("\n- ")
        elif _BLOCK.fullmatch(name):
            parts.append("\n")

    def html_block(self, content: str) -> list[str]:
        """The lines of an element with structure. What its tree would lose is read without its structure."""
        from index.readers.html import parse_html
        from index.readers.html_text import text_of

        if re.match(r"\s*<(?:!--|script|style)", content, re.I):
            rest = re.sub(r"(?is)<!--.*?-->|<(script|style)\b.*?</\1\s*>", "", content)
            return self.text(rest).split("\n")
        content = MATH.sub(lambda match: html.escape(_formula(match[0])), content)
        bare = html.unescape(re.sub(r"(?s)<!--.*?-->|<[^<>]*>", "\n", content))
        if not _said(bare):
            return []
        text = text_of(parse_html(f"<html><body>{content}</body></html>"))
        return (text if _said(text) == _said(bare) else bare).split("\n")


def _formula(markup: str) -> str:
    """The text of one ``<math>`` element."""
    from index.readers.html import parse_html

    body = parse_html(f"<html><body>{markup}</body></html>").find("body")
    return math_as_text(body[0] if len(body) == 1 else body)


def _said(text: str) -> str:
    """The letters and digits, raised ones as others."""
    return _SIGNS.sub("", unicodedata.normalize("NFKC", text))
