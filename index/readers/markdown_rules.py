"""The Markdown parser: markdown-it-py with the marks that people use beyond CommonMark, and nothing lost.

Rules of CommonMark that would lose words are replaced: cells beyond the header's, a definition or a link to
what is no address, a comment that never ends. Emphasis is recognized beside Chinese punctuation, as the
amendment of https://github.com/tats-u/markdown-cjk-friendly has it, and not between digits or Latin letters.
Importing this module imports markdown-it-py.
"""

from __future__ import annotations

import re
from functools import cache
from types import SimpleNamespace
from typing import Any

from markdown_it import MarkdownIt
from markdown_it.helpers import parseLinkDestination, parseLinkLabel, parseLinkTitle
from markdown_it.rules_block import StateBlock, code, reference
from markdown_it.rules_block.table import escapedSplit
from markdown_it.rules_inline import StateInline, link
from markdown_it.rules_inline.state_inline import Delimiter
from mdit_py_plugins.footnote import footnote_plugin

from index.readers.html_formulas import MATH
from index.text.han import HAN

#: How deep blocks, and links and brackets in them, may nest. What is deeper is not parsed.
MAX_NESTING, MAX_INLINE = 100, 20
_MEDIA = r"(?:png|jpe?g|gif|bmp|svg|webp|avif|pdf|mp[34]|m4a|wav|ogg|flac|web[ma]|mov|mkv|canvas|base)"
#: A path or an address, which a link may have although a space in it makes it none in CommonMark.
_ADDRESS = r"\([^()\n]{0,500}(?:/|\.\w{2,5})(?:[^()\n]{0,500}(?:\([^()\n]{0,300}\))?){0,2}\)"
#: Marks of note-taking programs and site generators, by their first character.
_MARKS = {
    character: re.compile(pattern, re.X | re.S)
    for character, pattern in {
        "[": rf"""
            \[\[(?:[^\[\]|\n]{{0,300}}\|)?(?P<wiki>[^\[\]|\n]{{1,300}})\]\]
          | \[(?P<key>[\w-]{{1,40}})::\s(?P<value>[^\[\]\n]{{0,300}})\]
          | \[\^\d{{1,4}}\] | \[(?P<text>[^\[\]\n]{{1,800}})\]{_ADDRESS}
        """,
        "!": rf"""
            !\[\[[^\[\]|\n]{{1,300}}\.{_MEDIA}(?:\#[^\[\]|\n]{{0,300}})?
              (?:\|\s?\d[\dx\s]{{0,12}} | \|(?P<text>[^\[\]\n]{{0,300}}))?\]\]
          | !\[\[(?:[^\[\]|\n]{{0,300}}\|)?(?P<wiki>[^\[\]|\n]{{1,300}})\]\]
          | !\[(?P<alt>[^\[\]\n]{{0,500}})\]{_ADDRESS}
        """,
        "%": r"%%[^%]{0,2000}%%",
        "^": r"\^\[(?P<note>[^\[\]\n]{1,800})\]",
        "{": r"""
            \{%-?\s*raw\s*-?%\}(?P<text>.{0,5000}?)\{%-?\s*endraw\s*-?%\}
          | (?P<tag>\{%.{0,2000}?%\} | \{\{[<%].{0,2000}?[>%]\}\})
          | \{\{c\d{1,2}::(?P<cloze>[^{}]{1,500}?)(?:::[^{}]{0,200})?\}\}
          | \{\{cloze\s(?P<hidden>[^{}]{1,500})\}\}
          | \{\{-?\s*[\x21-\x7e][^{}]{0,500}\}\} | \{\{\}\} | \{:[^{}\n]{0,300}\}
        """,
        "$": r"""
            (?<![A-Za-z\d\\$])\$\$(?P<display>[^$]{1,5000})\$\$
          | (?<![A-Za-z\d\\$])\$(?=[^\s$])(?P<math>[^$]{1,500})(?<![\s\\])\$(?![A-Za-z\d$])
        """,
    }.items()
}
#: What a tag of a site generator says to the reader.
_SAID = re.compile(r"\b(?:caption|title|alt)\s?=\s?\"([^\"]+)\"")
_MATH = re.compile(r"[=^_\\{}<>]")
_SUM = re.compile(rf"\d|[^$]*[{HAN}]")
#: A link to words: "[注](见第三页)" is a remark. So is "[备注]: 未含税".
_REMARK = re.compile(r"\[[^\[\]\n]{1,300}\]\([\u2e80-\U0010ffff“”‘’…—\s]{1,300}\)")
_NO_TARGET = re.compile(r"[^\]\n]{1,300}\]:[ \t]*(?=\S)(?!<)[^\s/#.:@]+(?![^\s])(?!\s*[\"'(])")
_TARGET = re.compile(r"[^\s\x00-\x20\x7f()\\<&][^\s\x00-\x20\x7f()\\&]*")
_DELIMITER_ROW = re.compile(r"(?=[|:\s]*-[:\-\s]*\|)[|:\-\s]*|\|\s*:?-+:?\s*")
#: With what blocks other than paragraphs begin.
_OPENERS = frozenset("#>*+-=_`~$<[|!:0123456789")
_ITEM = re.compile(r"[ \t]*[-*+] +[^\s*+-]")
_HAN = re.compile(f"[{HAN}]")
#: From here on, characters are Chinese, Japanese or Korean, or full-width.
_CJK = "\u2e80"
_LETTER = re.compile(r"[^\W\d_]")


@cache
def parser(nesting: int = MAX_NESTING) -> MarkdownIt:
    """A parser of blocks, or of the marks in them."""
    md = MarkdownIt("default", {"html": True, "maxNesting": nesting})
    md.core.ruler.enableOnly(["normalize", "block"])
    footnote_plugin(md, inline=False, move_to_end=False)
    block = md.block.ruler
    block.before("table", "line", _plain_line)
    block.at("code", _code)
    block.at("table", _table, {"alt": ["paragraph", "reference"]})
    block.before("fence", "math", _math, {"alt": ["paragraph", "reference", "blockquote", "list"]})
    block.at("html_block", _html, {"alt": ["paragraph", "reference", "blockquote"]})
    block.at("reference", _reference)
    block.at("lheading", _underlined)
    inline = md.inline.ruler
    inline.at("emphasis", _delimiters)
    inline.at("link", _link)
    inline.after("image", "marks", _marks)
    inline.before("html_inline", "formula", _formula)
    inline.disable(["strikethrough", "linkify"])
    md.inline.ruler2.disable(["strikethrough", "fragments_join"])
    md.inline.ruler2.at("emphasis", _unmark)
    # Targets are not shown, so none is refused.
    md.normalizeLink = lambda url: url  # type: ignore[method-assign]
    md.normalizeLinkText = lambda link: link  # type: ignore[method-assign]
    helpers: Any = SimpleNamespace(
        parseLinkLabel=parseLinkLabel, parseLinkTitle=parseLinkTitle, parseLinkDestination=_destination
    )
    md.helpers = helpers
    md.validateLink = lambda url: True  # type: ignore[method-assign]
    return md


def _destination(source: str, begin: int, end: int) -> Any:
    """The target of a link; markdown-it-py reads the rare ones, character by character."""
    match = _TARGET.match(source, begin, end)
    if match is None or source[match.end() : match.end() + 1] not in (")", " ", "\n"):
        return parseLinkDestination(source, begin, end)
    return SimpleNamespace(ok=True, pos=match.end(), str=match[0])


def _line(state: StateBlock, line: int) -> str:
    return state.src[state.bMarks[line] + state.tShift[line] : state.eMarks[line]]


# Blocks


def _plain_line(state: StateBlock, start: int, end: int, silent: bool) -> bool:
    """A paragraph of one line that begins like no other block. Most are; it spares them all other rules."""
    begin, stop = state.bMarks[start] + state.tShift[start], state.eMarks[start]
    if silent or state.src[begin] in _OPENERS or state.is_code_block(start):
        return False
    text = state.src[begin:stop].rstrip()
    if "|" in text or not (
        start + 1 >= end
        or state.isEmpty(start + 1)
        or (_ITEM.match(state.src, state.bMarks[start + 1]) and not state.is_code_block(start + 1))
    ):
        return False
    state.line = start + 1
    token = state.push("paragraph_open", "p", 1)
    token.map = [start, state.line]
    state.push("inline", "", 0).content = text
    state.push("paragraph_close", "p", -1)
    return True


def _code(state: StateBlock, start: int, end: int, silent: bool) -> bool:
    """Indented code; prose that somebody indented is a paragraph."""
    if not code(state, start, end, silent):
        return False
    content = state.tokens[-1].content
    letters = len(_LETTER.findall(content[:2000]))
    if content.lstrip().startswith(("```", "~~~")) or (
        "](" not in content and len(_HAN.findall(content[:2000])) * 3 < letters + 1
    ):
        return True
    state.tokens.pop()
    return False


def _underlined(state: StateBlock, start: int, end: int, silent: bool) -> bool:
    """A heading of one line. A rule below a paragraph is none."""
    if start + 1 >= end or state.is_code_block(start) or state.is_code_block(start + 1):
        return False
    rule, text = _line(state, start + 1).rstrip(), _line(state, start).strip()
    if (
        not re.fullmatch("=+|-+", rule)
        or not 0 < len(text) < 200
        or text.endswith(("。", "！", "？", "；", "，", "："))
        or state.sCount[start + 1] < state.blkIndent
    ):
        return False
    state.line = start + 2
    token = state.push("heading_open", "h1" if rule[0] == "=" else "h2", 1)
    token.map = [start, state.line]
    state.push("inline", "", 0).content = text
    state.push("heading_close", "h1", -1)
    return True


def _table(state: StateBlock, start: int, end: int, silent: bool) -> bool:
    """Rows that begin with "|", or that stand around a row of dashes, with all of their cells."""
    first = _line(state, start).strip()
    if "|" not in first or state.is_code_block(start):
        return False
    headed = (
        start + 1 < end
        and state.sCount[start + 1] >= state.blkIndent
        and not state.is_code_block(start + 1)
        and _DELIMITER_ROW.fullmatch(_line(state, start + 1)) is not None
    )
    if not headed and not _framed(first):
        return False
    if silent:
        return True
    line = start
    while line < end and state.sCount[line] >= state.blkIndent and not state.is_code_block(line):
        row = _line(state, line).strip()
        if "|" not in row or (not headed and not _framed(row)):
            break
        if not _DELIMITER_ROW.fullmatch(row):
            cells = escapedSplit(row)
            if row[-1] == "|" and not cells[-1]:
                cells.pop()
            if row[0] == "|":
                cells.pop(0)
            token = state.push("row", "", 0)
            token.map = [line, line + 1]
            token.meta = {"cells": [cell.strip() for cell in cells], "header": headed and line == start}
        line += 1
    state.line = line
    return True


def _framed(row: str) -> bool:
    return len(row) > 2 and row[0] == row[-1] == "|" and row[1] != "|"


def _math(state: StateBlock, start: int, end: int, silent: bool) -> bool:
    """Lines between "$$" and "$$"."""
    begin = state.bMarks[start] + state.tShift[start]
    if not state.src.startswith("$$", begin) or state.is_code_block(start):
        return False
    close = state.src.find("$$", begin + 2, begin + 5000)
    if close < 0:
        return False
    line = start
    while line < end and state.eMarks[line] < close:
        line += 1
    if (
        line >= end
        or state.src[close + 2 : state.eMarks[line]].strip()
        or any(state.sCount[n] < state.blkIndent or state.isEmpty(n) for n in range(start, line + 1))
    ):
        return False
    if not silent:
        token = state.push("math", "", 0)
        token.map = [start, line + 1]
        token.content = state.getLines(start, line + 1, state.blkIndent, False).strip().strip("$")
        state.line = line + 1
    return True


#: Elements that have lines of their own; in all others their text is Markdown.
_STRUCTURED = re.compile(r"<(table|ul|ol|dl|pre|h[1-6]|script|style)(?=[\s/>])|<!--", re.I)


def _html(state: StateBlock, start: int, end: int, silent: bool) -> bool:
    """An element with structure, from its first line to the line where it ends; or a comment."""
    begin = state.bMarks[start] + state.tShift[start]
    if state.src[begin : begin + 1] != "<" or state.is_code_block(start):
        return False
    if (opening := _STRUCTURED.match(state.src, begin)) is None:
        return False
    closing = f"</{opening[1].lower()}" if opening[1] else "-->"
    close = _next(state, closing, opening.end())
    if close < 0:
        return False
    line = start
    while line < end and state.eMarks[line] < close:
        line += 1
    if line >= end:
        return False
    if not silent:
        token = state.push("html_block", "", 0)
        token.map = [start, line + 1]
        token.content = state.getLines(start, line + 1, state.blkIndent, False)
        state.line = line + 1
    return True


def _next(state: StateBlock, closing: str, begin: int) -> int:
    """Where ``closing`` stands next, or -1. What stands nowhere is not looked for twice."""
    if "lower" not in state.env:
        state.env["lower"], state.env["last"] = state.src.lower(), {}
    lower: str = state.env["lower"]
    last: dict[str, int] = state.env["last"]
    if closing not in last:
        last[closing] = lower.rfind(closing)
    if last[closing] < begin:
        return -1
    return lower.find(closing, begin)


def _reference(state: StateBlock, start: int, end: int, silent: bool) -> bool:
    if not state.src.startswith("[", state.bMarks[start] + state.tShift[start]):
        return False
    if _NO_TARGET.match(state.src, state.bMarks[start] + state.tShift[start] + 1, state.eMarks[start]):
        return False
    return reference(state, start, end, silent)


# Inline marks


def _link(state: StateInline, silent: bool) -> bool:
    if state.src[state.pos] != "[" or _REMARK.match(state.src, state.pos, state.posMax):
        return False
    return link(state, silent)


def _marks(state: StateInline, silent: bool) -> bool:
    """What `_MARKS` describes becomes the text in it."""
    pattern = _MARKS.get(state.src[state.pos])
    match = pattern.match(state.src, state.pos, state.posMax) if pattern else None
    if match is None:
        return False
    kind, text = match.lastgroup, match[match.lastgroup] if match.lastgroup else ""
    if kind == "math" and not _is_math(text):
        return False
    if not silent:
        if kind == "wiki":  # "note#heading", "note#^block"
            text = " > ".join(part for part in text.split("#") if part and not part.startswith("^"))
        elif kind == "note":
            text = f" ({text})"
        elif kind == "value":
            text = f"[{match['key']}: {text}]"
        elif kind == "tag":
            text = " ".join(_SAID.findall(text))
        elif kind == "alt":
            state.push("image", "", 0).content = text
            text = ""
        state.push("text", "", 0).content = text
    state.pos = match.end()
    return True


def _formula(state: StateInline, silent: bool) -> bool:
    """A ``<math>`` element, whose signs are no marks."""
    match = MATH.match(state.src, state.pos, state.posMax) if state.src[state.pos] == "<" else None
    if match is None:
        return False
    if not silent:
        state.push("formula", "", 0).content = match[0]
    state.pos = match.end()
    return True


def _is_math(text: str) -> bool:
    """Not sums of money: "$5，HK$"."""
    return _MATH.search(text) is not None or _SUM.match(text) is None


def _delimiters(state: StateInline, silent: bool) -> bool:
    """Runs of ``*``, ``_``, ``~~`` and ``==``, which `_unmark` takes away in pairs."""
    start, source = state.pos, state.src
    mark = source[start]
    if silent or mark not in "*_~=":
        return False
    end = start + 1
    while end < state.posMax and source[end] == mark:
        end += 1
    size = 1 if mark in "*_" else 2
    if size == 2 and (end - start) % 2:
        return False
    before = source[start - 1] if start else " "
    after = source[end] if end < state.posMax else " "
    left, right = _flanks(before, after), _flanks(after, before)
    if mark == "_":
        left, right = left and (not right or _is_sign(before)), right and (not left or _is_sign(after))
    elif before.isascii() and after.isascii() and before.isalnum() and after.isalnum():
        left = right = False  # 2*3*4, x**2
    for _ in range((end - start) // size):
        state.push("text", "", 0).content = mark * size
        state.delimiters.append(
            Delimiter(ord(mark), end - start if size == 1 else 0, len(state.tokens) - 1, -1, left, right)
        )
    state.pos = end
    return True


def _flanks(outside: str, inside: str) -> bool:
    """Whether marks between the two characters may open emphasis (or close it, seen from its end)."""
    if inside.isspace():
        return False
    return not _is_sign(inside) or inside >= _CJK or outside >= _CJK or not outside.isalnum()


def _is_sign(character: str) -> bool:
    return not (character.isalnum() or character.isspace())


def _unmark(state: StateInline) -> None:
    metas = [meta["delimiters"] for meta in state.tokens_meta if meta and "delimiters" in meta]
    for delimiters in (state.delimiters, *metas):
        for delimiter in delimiters:
            if delimiter.end >= 0:
                state.tokens[delimiter.token].content = ""
                state.tokens[delimiters[delimiter.end].token].content = ""
