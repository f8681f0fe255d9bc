"""BibTeX entries for articles that are quoted."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Sequence
from typing import NamedTuple
from urllib.parse import quote

from index.text.display import one_line
from index.text.fold import fold_text
from index.types import ArticleInfo, Span
from qa.linguistics.answer_types import MONTHS
from qa.output.addresses import web_address
from qa.types import Answer

# BibTeX counts escaped braces too, so they are written as commands.
_NAMED = {
    "\\": r"\textbackslash{}",
    "{": r"\textbraceleft{}",
    "}": r"\textbraceright{}",
    "~": r"\textasciitilde{}",
    "^": r"\textasciicircum{}",
    "<": r"\textless{}",
    ">": r"\textgreater{}",
    '"': r"\textquotedbl{}",
    "|": r"\textbar{}",
}
_ESCAPES = str.maketrans(_NAMED | {char: f"\\{char}" for char in "#$%&_"})
_WORD = re.compile("[a-z0-9]+")
#: Characters of web addresses that stay as they are: what LaTeX reads as braces or letters does not.
_OF_ADDRESSES = "%:/?#[]@!$&'()*+,;=~"
#: Words that begin many titles.
_SMALL = frozenset(
    {"a", "an", "and", "at", "for", "from", "how", "in", "is", "of", "on", "the", "to", "what", "why"}
)


class Quoted(NamedTuple):
    """What of an article is quoted: spans, pages, titles of ``copies``, and a person's own ``notes``."""

    spans: Sequence[Span]
    pages: Sequence[int | None]
    copies: Sequence[str] = ()
    notes: Sequence[str] = ()


def bibtex(answer: Answer) -> str:
    """One entry for each cited article, in the order of the citations.

    Its note has the places of the quotes, and the titles of other articles with the same quotes.
    """
    return "\n".join(
        entry(
            article,
            Quoted(
                [Span(c.start, c.end) for c in citations],
                [c.page for c in citations],
                [info.title for c in citations for info in c.also],
            ),
        )
        for article, citations in answer.sources
    )


def entry_key(article: ArticleInfo) -> str:
    """The key of an entry, the same in every export: a word, the year, and a hash of path and title."""
    words = _WORD.findall(fold_text(f"{article.author or ''} {article.title} {article.source or ''}"))
    word = next((word for word in words if word not in _SMALL and not word.isdigit()), "article")
    identity = f"{article.path}\n{article.title}".encode("utf-8", "surrogatepass")
    return f"{word}{(article.published or '')[:4]}-{hashlib.sha256(identity).hexdigest()[:8]}"


def escape(text: str) -> str:
    """``text`` on one line, escaped for a BibTeX field in braces."""
    return one_line(text).translate(_ESCAPES)


def entry(article: ArticleInfo, quoted: Quoted) -> str:
    """The entry of an article: @online if it names its address, @article in what published it, else @misc.

    BibTeX takes the date from year and month, and passes over date, url and urldate, which biblatex reads.
    """
    address, published = web_address(article), article.published or ""
    spans = ", ".join(f"{start}--{end}" for start, end in quoted.spans)
    pages = sorted({page for page in quoted.pages if page is not None})
    copies = "; ".join(filter(None, dict.fromkeys(map(escape, quoted.copies))))
    note = f"{escape(article.path)}, characters {spans}" + (f"; also in: {copies}" if copies else "")
    fields = {
        "title": f"{{{{{escape(article.title)}}}}}",
        "author": f"{{{_authors(article.author)}}}" if article.author else "",
        "journal": f"{{{escape(article.source)}}}" if article.source and not address else "",
        "year": f"{{{published[:4]}}}" if published else "",
        "month": MONTHS[int(published[5:7]) - 1][:3] if len(published) >= 7 else "",
        "date": f"{{{published[:10]}}}" if len(published) >= 10 else "",
        "url": f"{{{quote(address, safe=_OF_ADDRESSES)}}}" if address else "",
        "urldate": f"{{{article.added[:10]}}}" if address else "",
        "language": f"{{{escape(article.language)}}}" if article.language != "und" else "",
        "pages": f"{{{', '.join(map(str, pages))}}}" if pages else "",
        "note": f"{{{note}}}",
        "annote": f"{{{escape('; '.join(map(one_line, quoted.notes)))}}}" if quoted.notes else "",
    }
    kind = "online" if address else "article" if article.source else "misc"
    lines = [f"  {name} = {value}," for name, value in fields.items() if value]
    return "\n".join([f"@{kind}{{{entry_key(article)},", *lines, "}", ""])


def _authors(names: str) -> str:
    """The names, separated as BibTeX does it. With a comma in them they are ambiguous and stay one name."""
    if re.search("[,，;；]", names):
        return f"{{{escape(names)}}}"
    parts = [part for part in map(escape, re.split(r"、| and | & ", names)) if part]
    return " and ".join(part if part.isascii() and "\\" not in part else f"{{{part}}}" for part in parts)
