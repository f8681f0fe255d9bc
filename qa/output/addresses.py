"""The address of an article on the web."""

from __future__ import annotations

import re
from urllib.parse import urlsplit

from index.text.display import printable
from index.types import ArticleInfo


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
