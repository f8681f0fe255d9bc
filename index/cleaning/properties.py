"""Which of a document's own properties (PDF, DOCX) say something: programs fill in most of them."""

from __future__ import annotations

import re

from index.cleaning.metadata import Facts, find_facts
from index.text.fold import name_key, printable

_NO_TITLE = re.compile(
    r"(?i:untitled.*|(?:word )?document ?\d*|slide ?\d*|microsoft (?:word|powerpoint|excel)\b.*|powerpoint .*"
    r"|about:blank|(?:https?|file):.*"
    r"|.*\.(?:docx?|wps|rtf|odt|pptx?|xlsx?|pdf|tex|dvi|indd|qxd|p65|html?|txt|md|cdr|ai))"
    r"|无标题.*|無標題.*|未命名.*|文档 ?\d*|文件 ?\d*|幻灯片.*|投影片.*|[\W\d_]*"
)
_NO_AUTHOR = re.compile(
    r"(?i:users?|admin|administrator|owner|author|unknown|\(?(?:anonymous|unspecified)\)?|root|pc|dell"
    r"|hp|lenovo|asus|acer|windows.*"
    r"|microsoft.*|mc system|python-docx|\S+@\S+)|作者|用户|微软.*|微軟.*|雨林木风|深度.*|番茄花园|[\W\d_]*"
)
#: Characters at the start of a text among which a title must stand to be believed.
_OPENING = 3_000


def believed(title: object, author: object, created: str | None, text: str) -> Facts:
    """What to believe of a title, an author and a day of creation, given the document's text.

    A title that the first page does not bear out is often left over from another document: the largest
    heading there goes before it. The date that the text gives goes before the day the file was made.
    """
    named = _told(title, _NO_TITLE)
    opening = text[:_OPENING]
    if named is None or name_key(named) not in name_key(opening):
        headings = re.findall(r"^(#{1,3}) (.{4,120})$", opening, re.M)
        named = min(headings, key=lambda heading: len(heading[0]))[1] if headings else named
    return Facts(named, find_facts(text).published or created, _told(author, _NO_AUTHOR))


def _told(value: object, meaningless: re.Pattern[str]) -> str | None:
    text = " ".join(printable(value).split()) if isinstance(value, str) else ""
    return None if meaningless.fullmatch(text[:400]) else text
