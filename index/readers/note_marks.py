"""Marks of note-taking programs and site generators that take whole lines: Obsidian, Logseq, Jekyll, MkDocs.

They become Markdown or go before the parser sees the lines. Code is left as it is.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

_FENCE = re.compile(r"\s*(?:(?:[-*+>]|\d{1,9}[.)])\s+)*(`{3,}|~{3,})([^`]*)$")
#: Whether a text may hold any of the marks.
_MARKED = re.compile(
    r"%%|::|:LOGBOOK:|\(\([\da-f]|\{[%{:]|^[ \t]*(?:!!!|\?\?\?|===)|\^[\w-]+[ \t]*$|^[ \t]*\[{1,2}toc\]"
    r"|[-*+]\s(?:TODO|DOING|DONE|LATER|NOW|WAITING|CANCELED)\s",
    re.M | re.I,
)
_CODE_TAG = re.compile(
    r"(\s*)\{(?:%|\{<)-?\s*(highlight|codeblock|code|prism)\b\s*([\w+#-]*)[^{}]*[%>]\}{1,2}\s*$", re.I
)
_END_TAG = re.compile(
    r"\s*\{(?:%|\{<)-?\s*(?:end|/)\s*(highlight|codeblock|code|prism)\s*-?[%>]\}{1,2}\s*$", re.I
)
_BLOCK_ID = re.compile(r"(?:^|\s)\^(?=[\d-]*[a-zA-Z])[a-zA-Z\d-]{1,40}\s*$")
#: A property in the text ("key:: value"), and those that only Logseq reads.
_PROPERTY = re.compile(r"^(\s*(?:[-*+]\s+)?)([\w-]{1,40}(?: [\w-]{1,20})?)::(?=\s|$)\s*(.*)$")
_MACHINE = re.compile(r"id|collapsed|logseq\..*|(?:hl|ls|query)-.*|background-color", re.I)
_TASK = re.compile(
    r"^(\s*[-*+]\s+)(?:(?:TODO|DOING|DONE|WAITING|CANCELED) (?:\[#[ABC]\] )?|(?:NOW|LATER) \[#[ABC]\] )"
)
#: What a line holds beside code: references to blocks, and fields such as "(since:: 1974)".
_WITHIN = re.compile(
    r"(?P<code>(?P<ticks>`{1,20})[^`]{1,1000}(?P=ticks))|\(\([\da-f]{8}-[\da-f-]{27}\)\)"
    r"|\((?P<key>[\w-]{1,40}):: "
)
_CONTAINER = re.compile(r"\s{0,3}:{3,}\s*(?:\{[^{}]*\}|[\w-]{0,30})\s*(.*?)\s*$")
#: What is indented below such a line belongs to it.
_ADMONITION = re.compile(
    r"(?:!!!|\?\?\?\+?)\s+[\w-]{1,30}(?:\s+[\w-]{1,30}){0,3}(?:\s+\"(?P<title>.*)\")?\s*$|===\+?\s+\"(?P<tab>.*)\"\s*$"
)
_CONTENTS = re.compile(r"\s*\[{1,2}toc\]{1,2}\s*|\s*\{:[^{}]*\}\s*", re.I)


def without_note_marks(lines: Sequence[str]) -> Sequence[str]:
    """The lines without comments, drawers and the like. What is in an admonition is not indented any more."""
    if not _MARKED.search("\n".join(lines)):
        return lines
    return list(_without_marks(_without_hidden(lines)))


def _in_code(lines: Sequence[str]) -> Iterator[bool]:
    """For each line whether it is fenced code or a fence."""
    fence = ""
    for line in lines:
        mark = _FENCE.match(line)
        if fence:
            yield True
            if mark and mark[1].startswith(fence) and not mark[2].strip():
                fence = ""
        else:
            fence = mark[1] if mark else ""
            yield bool(mark)


def _without_hidden(lines: Sequence[str]) -> list[str]:
    """The lines without closed comments (``%%``) and drawers that span several of them."""
    code = list(_in_code(lines))
    kept = list(lines)
    gone: set[int] = set()
    marks = [i for i, line in enumerate(lines) if not code[i] and line.count("%%") % 2]
    for first, last in zip(marks[::2], marks[1::2], strict=False):
        gone.update(range(first + 1, last))
        kept[first] = lines[first].rpartition("%%")[0]
        kept[last] = lines[last].partition("%%")[2]
    drawer = None
    for i, line in enumerate(lines):
        if line.strip() == ":LOGBOOK:":
            drawer = i
        elif line.strip() == ":END:" and drawer is not None:
            gone.update(range(drawer, i + 1))
            drawer = None
    return [line for i, line in enumerate(kept) if i not in gone]


def _without_marks(lines: Sequence[str]) -> Iterator[str]:
    ends = {  # of the tags around code, by their names
        name: i for i, line in enumerate(lines) if (name := _end_tag(line))
    }
    tag = indent = ""
    depth = 0  # of admonitions
    code = list(_in_code(lines))
    for i, line in enumerate(lines):
        if tag:
            if _end_tag(line) == tag:
                tag, line = "", f"{indent}~~~~~~"
            yield line
            continue
        if depth and line.strip():
            inside = re.match(rf"(?: {{4}}|\t){{0,{depth}}}", line)
            assert inside
            depth = len(inside[0].expandtabs(4)) // 4
            line = line[inside.end() :]
        if code[i]:
            yield line
        elif (opening := _CODE_TAG.match(line)) and ends.get(opening[2].lower(), -1) > i:
            indent, tag = opening[1], opening[2].lower()
            yield f"{indent}~~~~~~{opening[3]}"
        elif ":::" in line and (container := _CONTAINER.match(line)):
            yield from (container[1], "")
        elif line[:3] in ("!!!", "???", "===") and (opening := _ADMONITION.match(line)):
            depth += 1
            yield from (opening["title"] or opening["tab"] or "", "")
        elif not _CONTENTS.fullmatch(line):
            yield from _plain_line(line)


def _end_tag(line: str) -> str:
    if "{" not in line:
        return ""
    match = _END_TAG.match(line)
    return match[1].lower() if match else ""


def _plain_line(line: str) -> Iterator[str]:
    line = _TASK.sub(r"\1", line)
    if "::" in line and (own := _PROPERTY.match(line)):
        if _MACHINE.fullmatch(own[2]):
            return
        line = f"{own[1]}{own[2]}: {own[3]}"
    if "^" in line:
        line = _BLOCK_ID.sub("", line)
    if "((" in line or "::" in line:
        line = _WITHIN.sub(lambda m: m["code"] or (f"({m['key']}: " if m["key"] else ""), line)
    yield line
