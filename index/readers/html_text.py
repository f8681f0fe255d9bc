"""A tree of HTML or XHTML to text that keeps headings, lists, tables, code and line breaks."""

from __future__ import annotations

import re
from typing import Any

from index.text.han import CHINESE

_WRAPPED = re.compile(rf"(?<=[{CHINESE}])\s{{0,99}}\n\s{{0,99}}(?=[{CHINESE}])")
_HEADING = re.compile("h([1-6])")
_INLINE = re.compile(
    "a|abbr|acronym|b|bdi|bdo|big|cite|code|data|del|dfn|em|font|i|ins|kbd|label|mark|q|ruby|rb|s|samp|small|span|strike|"
    "strong|sub|sup|time|tt|u|var|wbr|img|slot"
)
_PARTED = re.compile("p|blockquote|figure|dl|ul|ol|table|section|article|hr")
_ITEM = re.compile(r"- |\d+\. ")
#: The mark of a note in the text, and the way back from the note.
_NOTE_MARK = re.compile(r"[\[(（〔]?(?:\d{1,3}|[*†‡§#]|注\d{0,3})[\])）〕]?|[↑↩⏎^]\ufe0e?|返回")
#: Read nowhere: what a page holds beside its text, and the readings above Chinese characters.
UNREAD = frozenset(
    {
        *("script", "style", "template", "noscript", "head"),
        *("rt", "rp", "svg", "iframe", "object", "textarea"),
    }
)


def text_of(root: Any, unread: frozenset[str] = UNREAD) -> str:
    """The text below ``root``: headings as "#" lines, items as "- " lines, each table row on one line.

    Elements named in ``unread`` and the marks of notes are left out.
    """
    from lxml.etree import iterwalk

    out = _Writer()
    hidden = None
    for event, element in iterwalk(root, events=("start", "end", "comment", "pi")):
        if event in ("comment", "pi"):
            if hidden is None:
                out.text(element.tail)
            continue
        name = _name(element)
        if event == "start" and hidden is None:
            if name in unread or (name == "a" and _is_note_mark(element)):
                hidden = element
            else:
                out.open(name, element)
                out.text(element.text)
        elif event == "end" and (hidden is None or element is hidden):
            if hidden is None:
                out.close(name)
            hidden = None
            if element is not root:
                out.text(element.tail)
    return out.result()


def _name(element: Any) -> str:
    """The name without its namespace; "" for an unresolved entity."""
    return element.tag.rpartition("}")[2].lower() if isinstance(element.tag, str) else ""


def _is_note_mark(element: Any) -> bool:
    target = element.get("href") or ""
    if "#" not in target or len(element) > 3:
        return False
    text = "".join(element.itertext()).strip()
    raised = _name(element.getparent()) == "sup" if element.getparent() is not None else False
    raised = raised or any(_name(child) == "sup" for child in element)
    noted = (
        "note" in (element.get("{http://www.idpf.org/2007/ops}type") or element.get("role") or target).lower()
    )
    return (raised or noted) and _NOTE_MARK.fullmatch(text) is not None


class _Writer:
    """Collects text; a block inside a cell of a table does not end its row."""

    def __init__(self) -> None:
        self._parts: list[str] = []
        self._lists: list[int | None] = []  # the number of the last item, None for bullets
        self._code: list[str] = []  # set aside, so that its spaces stay
        self._code_starts: list[int] = []
        self._cells = 0
        self._first_cell = False
        self._lines = 0  # how many line ends are due before the next text

    def text(self, text: str | None) -> None:
        if text:
            text = text.replace("\x00", "")
            self._add(text if self._code_starts else re.sub(r"\s+", " ", _WRAPPED.sub("", text)))

    def _add(self, text: str) -> None:
        if self._lines and not self._code_starts:
            if not text.strip():
                return
            self._parts.append("\n" * self._lines)
            self._lines = 0
        self._parts.append(text)

    def open(self, name: str, element: Any) -> None:
        if heading := _HEADING.fullmatch(name):
            self._end_line(2)
            self._add("" if self._cells else "#" * int(heading[1]) + " ")
        elif name in ("ul", "ol"):
            self._end_line(1 if self._lists else 2)
            start = element.get("start") or "1"
            first = int(start) - 1 if re.fullmatch(r"\d{1,4}", start) else 0
            self._lists.append(first if name == "ol" else None)
        elif name == "li":
            self._end_line(1)
            number = self._lists[-1] if self._lists else None
            if number is not None:
                self._lists[-1] = number + 1
            self._add("- " if number is None else f"{number + 1}. ")
        elif name == "tr":
            self._end_line(1)
            self._first_cell = True
        elif name in ("td", "th"):
            self._add("" if self._first_cell else " | ")
            self._first_cell = False
            self._cells += 1
        elif name == "pre":
            self._end_line(2)
            self._code_starts.append(len(self._parts))
        elif name == "br" and self._code_starts:
            self._add("\n")
        elif name == "br":
            self._end_line(1)
        elif not _INLINE.fullmatch(name) and not (self._parts and _ITEM.fullmatch(self._parts[-1])):
            self._end_line(2 if _PARTED.fullmatch(name) and not self._lists else 1)

    def close(self, name: str) -> None:
        if name in ("ul", "ol"):
            self._lists.pop()
            self._end_line(1 if self._lists else 2)
        elif name in ("td", "th"):
            self._cells -= 1
        elif name == "pre":
            start = self._code_starts.pop()
            code = "".join(self._parts[start:]).strip("\n")
            del self._parts[start:]
            if code.strip() and not self._cells and not self._code_starts:
                self._code.append(f"```\n{code}\n```")
                code = f"\x00{len(self._code) - 1}\x00"
            self._add(code)
            self._end_line(2)
        elif name != "br" and not _INLINE.fullmatch(name):
            apart = _HEADING.fullmatch(name) or _PARTED.fullmatch(name)
            self._end_line(2 if apart and not self._lists else 1)

    def _end_line(self, lines: int) -> None:
        if self._cells:
            self._parts.append(" ")
        else:
            self._lines = max(self._lines, lines)

    def result(self) -> str:
        text = re.sub(" {2,}", " ", "".join(self._parts))
        text = re.sub(" ?\n ?", "\n", text).strip()
        text = re.sub(r"^(?:-|\d+\.|#{1,6})$", "", text, flags=re.M)  # an item or a heading of nothing
        text = re.sub("\n{3,}", "\n\n", text).strip()
        return re.sub("\x00(\\d+)\x00", lambda m: self._code[int(m[1])], text)
