"""BibTeX entries for the articles that an answer cites."""

from __future__ import annotations

import hashlib
import re

from index.text.display import one_line
from index.text.fold import fold_text
from index.types import ArticleInfo
from qa.linguistics.answer_types import MONTHS
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
#: Words that begin many titles.
_SMALL = frozenset(
    {"a", "an", "and", "at", "for", "from", "how", "in", "is", "of", "on", "the", "to", "what", "why"}
)


def bibtex(answer: Answer) -> str:
    """One entry for each cited article, in the order of the citations.

    Its note has the places of the quotes, and the titles of other articles with the same quotes.
    """
    articles = {citation.hit.article.id: citation.hit.article for citation in answer.citations}
    return "\n".join(_entry(article, answer) for article in articles.values())


def entry_key(article: ArticleInfo) -> str:
    """The key of an entry, the same in every export: a word, the year, and a hash of path and title."""
    words = _WORD.findall(fold_text(f"{article.author or ''} {article.title} {article.source or ''}"))
    word = next((word for word in words if word not in _SMALL and not word.isdigit()), "article")
    identity = f"{article.path}\n{article.title}".encode("utf-8", "surrogatepass")
    return f"{word}{(article.published or '')[:4]}-{hashlib.sha256(identity).hexdigest()[:8]}"


def escape(text: str) -> str:
    """``text`` on one line, escaped for a BibTeX field in braces."""
    return one_line(text).translate(_ESCAPES)


def _entry(article: ArticleInfo, answer: Answer) -> str:
    places = [c for c in answer.citations if c.hit.article.id == article.id]
    quoted = ", ".join(f"{c.start}--{c.end}" for c in places)
    pages = sorted({c.page for c in places if c.page is not None})
    copies = dict.fromkeys(escape(info.title) for c in places for info in c.also)
    note = f"{escape(article.path)}, characters {quoted}"
    note += f"; also in: {'; '.join(filter(None, copies))}" if copies else ""
    published = article.published or ""
    fields = {
        "title": f"{{{{{escape(article.title)}}}}}",
        "author": f"{{{_authors(article.author)}}}" if article.author else "",
        "journal": f"{{{escape(article.source)}}}" if article.source else "",
        "year": f"{{{published[:4]}}}" if published else "",
        "month": MONTHS[int(published[5:7]) - 1][:3] if len(published) >= 7 else "",
        "language": f"{{{escape(article.language)}}}" if article.language != "und" else "",
        "pages": f"{{{', '.join(map(str, pages))}}}" if pages else "",
        "note": f"{{{note}}}",
    }
    lines = [f"  {name} = {value}," for name, value in fields.items() if value]
    return "\n".join([f"@{'article' if article.source else 'misc'}{{{entry_key(article)},", *lines, "}", ""])


def _authors(names: str) -> str:
    """The names, separated as BibTeX does it. With a comma in them they are ambiguous and stay one name."""
    if re.search("[,，;；]", names):
        return f"{{{escape(names)}}}"
    parts = [part for part in map(escape, re.split(r"、| and | & ", names)) if part]
    return " and ".join(part if part.isascii() and "\\" not in part else f"{{{part}}}" for part in parts)
