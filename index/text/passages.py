"""Cuts an article into passages: sentences grouped by heading and paragraph up to a size.

A passage is what is searched and scored, so it should have one subject. It never crosses a heading, keeps
paragraphs together where they fit, and never breaks a sentence. Passages do not overlap, and leave out
nothing but the white space between them.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from index.text.sentences import line_sentences, lines, width
from index.types import PassageSpan, Span

#: Widths (``sentences.width``: 1 for ASCII, 2 for Han) that a passage is filled up to and never exceeds.
TARGET = 900
MAX = 1400

_HEADING_WIDTH = 64
_MARKDOWN = re.compile(r"(#{1,6})\s+(?P<title>.*?)[\s#]*$")
_NUMBERED = re.compile(
    r"(?P<part>第[一二三四五六七八九十百\d]{1,4}[章节節部回篇条條讲講])"
    r"|(?P<han>[一二三四五六七八九十]{1,3}[、.．])"
    r"|(?P<round>[(（][一二三四五六七八九十]{1,3}[)）])"
    r"|(?P<decimal>\d{1,2}(?:\.\d{1,2})*)(?:[、．)）:：]|\.(?!\d)|(?=[\s\-]))"
)
_BARE_NUMBER = re.compile(r"[\d一二三四五六七八九十IVX]{1,4}[.、]?")
_SENTENCE_END = re.compile(r"[。！？!?…；;，,、：:.][」』”’）)\"'\]]*$")
_NOT_HEADING = re.compile(r"[-*+•·|>“\"「『(（\[【!△▲▼●■◆※]|https?:|.*[|\t<>]|[图圖][源片说說注]")
_LETTER = re.compile(r"[^\W\d_]")


@dataclass(slots=True)
class _Line:
    """A line of text and what it looks like.

    ``kind`` is "#" to "######", a style of numbering such as "decimal 1", "number" (nothing but one),
    "short" or "body"; ``title`` is the heading that it may be.
    """

    span: Span
    kind: str
    title: str = ""


def split_passages(text: str) -> list[PassageSpan]:
    """Passages of ``text`` in order, trimmed, none wider than MAX."""
    return list(_passages(text))


def _passages(text: str) -> Iterator[PassageSpan]:
    parsed = [_parse(text, span) for span in lines(text)]
    heading = ""
    section: list[list[Span]] = []
    headed = False  # the section is nothing but headings yet
    for index, line in enumerate(parsed):
        is_heading = _is_heading(text, parsed, index)
        if is_heading and not headed:
            yield from _pack(text, section, heading)
            section = []
        # The first line is the article's title, unless it says that it is a section's.
        if is_heading and line.title and (index or line.kind not in ("short", "#")):
            heading = line.title
        if headed:  # as one paragraph, so that headings stay with what they head
            section[-1] += line_sentences(text, line.span)
        else:
            section.append(list(line_sentences(text, line.span)))
        headed = is_heading
    yield from _pack(text, section, heading)


def _parse(text: str, span: Span) -> _Line:
    if span.end - span.start > _HEADING_WIDTH * 2:
        return _Line(span, "body")
    line = text[span.start : span.end].replace("\n", " ")  # of a list marker and its line
    if markdown := _MARKDOWN.match(line):
        return _Line(span, markdown[1], markdown["title"])
    if _BARE_NUMBER.fullmatch(line):
        return _Line(span, "number")
    if width(line) > _HEADING_WIDTH or not _LETTER.search(line):
        return _Line(span, "body")
    if _SENTENCE_END.search(line):
        return _Line(span, "body")
    if numbered := _NUMBERED.match(line):
        style = str(numbered.lastgroup)
        return _Line(span, f"{style} {numbered[style].count('.')}", line)  # 1.2 stands under 1
    return _Line(span, "body" if _NOT_HEADING.match(line) else "short", line)


def _is_heading(text: str, parsed: list[_Line], index: int) -> bool:
    """Whether Markdown marks a line as a heading, or it is short and alone (several are a list)."""
    line = parsed[index]
    if line.kind[0] == "#":
        return True
    if line.kind == "body" or index + 1 == len(parsed):
        return False
    after = parsed[index + 1].kind
    before = parsed[index - 1] if index else None
    if line.kind != "short":
        return line.kind != after and (before is None or before.kind != line.kind)
    if after != "body" or (before is not None and before.kind == "short"):
        return False
    if before is None or before.kind != "body":
        return True
    if text.count("\n", before.span.end, line.span.start) > 1:
        return True
    tail = text[max(before.span.start, before.span.end - 8) : before.span.end]
    return _SENTENCE_END.search(tail) is not None


def _pack(text: str, section: list[list[Span]], heading: str) -> Iterator[PassageSpan]:
    """The passages of one section, given as its paragraphs' sentences."""
    packed: list[Span] = []
    for paragraph in section:
        whole = Span(paragraph[0].start, paragraph[-1].end)
        fits = whole.end - whole.start <= TARGET and width(text[whole.start : whole.end]) <= TARGET
        for part in [whole] if fits else paragraph:
            if packed and width(text[packed[-1].start : part.end]) <= TARGET:
                packed[-1] = Span(packed[-1].start, part.end)
            else:
                packed.append(part)
    if len(packed) > 1:  # a short last passage says little alone
        before, last = packed[-2:]
        small = width(text[last.start : last.end]) < TARGET // 4
        if small and width(text[before.start : last.end]) <= MAX:
            packed[-2:] = [Span(before.start, last.end)]
    for span in packed:
        yield PassageSpan(span.start, span.end, heading)
