"""The form of names that the filter ``in:`` compares."""

from __future__ import annotations

from functools import lru_cache

from index.text.display import printable
from index.text.fold import fold_text

#: Quotation marks. They delimit a value and are never part of it.
QUOTES = '"“”„‟″「」『』〝〞＂'
MARKS = str.maketrans("", "", QUOTES)


@lru_cache(maxsize=65_536)
def filter_names(*names: str) -> str:
    """Names in the form of `filter_key`, one a line."""
    return "\n".join(map(filter_key, names))


def filter_key(text: str) -> str:
    """The form of ``text`` that ``in:`` compares."""
    return " ".join(fold_text(printable(text)).translate(MARKS).split())
