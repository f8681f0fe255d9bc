"""Headings of plain text that are underlined: a rule of "=" or "-" below them, about as wide as they are."""

from __future__ import annotations

import re

from index.text.sentences import width

#: A line after a blank one, and the rule below it.
_UNDERLINED = re.compile(
    r"(?P<before>(?:\A|\n)[ \t]*\n|\A)(?P<title>[^\s=\-*#|>][^\n|\t]{0,120}?)[ \t]*\n"
    r"(?P<rule>={3,}|-{3,})[ \t]*(?=\n|\Z)"
)
_SENTENCE_END = ("。", "！", "？", "；", "，", "：", ".", ";", ",", ":")
#: How much wider or narrower than the heading the rule may be.
_NARROWEST, _WIDEST = 0.6, 1.7


def marked_headings(text: str) -> str:
    """``text``, with "\\n" line ends, whose underlined headings have the marks of Markdown instead."""
    return _UNDERLINED.sub(_marked, text)


def _marked(found: re.Match[str]) -> str:
    title, rule = found["title"], found["rule"]
    share = len(rule) / width(title)
    if title.endswith(_SENTENCE_END) or "  " in title or not _NARROWEST <= share <= _WIDEST:
        return found[0]
    return f"{found['before']}{'#' if rule[0] == '=' else '##'} {title}"
