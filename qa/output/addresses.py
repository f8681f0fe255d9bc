"""Where an article is from: its address on the web, and the name of its file."""

from __future__ import annotations

import re
from pathlib import Path
from urllib.parse import urlsplit

from index.text.display import one_line, printable
from index.types import MEMBER_MARK, ArticleInfo


def web_address(article: ArticleInfo) -> str | None:
    """The article's address on the web; None if it names none."""
    source = (article.source or "").strip()
    if printable(source) != source or re.search(r"\s", source):
        return None
    try:
        parts = urlsplit(source)
    except ValueError:  # brackets that hold no IPv6 address
        return None
    return source if parts.scheme in ("http", "https") and parts.netloc else None


def name_of(path: str) -> str:
    """The file name. For an article in a file of several, also the article's place in that file."""
    outer, within, inner = path.partition(MEMBER_MARK)
    return one_line(Path(outer).name + within + inner)
