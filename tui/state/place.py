"""A place in an article to read: a passage, a quote and the matched words."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace

from index.text.fold import Folded, fold, fold_text
from index.types import Article, ArticleInfo, Span
from qa.types import Citation, Hit, Match


@dataclass(frozen=True, slots=True)
class Place:
    """``passage`` and ``quote`` are spans of the article's text, None if there is none to show.

    ``words`` is the text of ``passage`` when it was found; the article may have changed since. ``page`` is
    the page on which the passage begins. ``sought`` is a quote to be looked for once the article is read.
    ``top`` is the offset of the text to show at the top, None for what brings the quote into view.
    """

    label: str
    article: ArticleInfo
    passage: Span | None = None
    words: str = ""
    quote: Span | None = None
    matches: tuple[Match, ...] = ()
    page: int | None = None
    read: int = 0
    sought: str = ""
    top: int | None = None

    @classmethod
    def cited(cls, citation: Citation) -> Place:
        quote, label = Span(citation.start, citation.end), f"[{citation.number}]"
        found = cls.found(citation.hit)
        return replace(found, label=label, quote=quote, page=citation.page, read=citation.read)

    @classmethod
    def copied(cls, citation: Citation, article: ArticleInfo) -> Place:
        """The place of the quote in another ``article`` that repeats it."""
        return cls(f"≈{citation.number}", article, sought=citation.quote)

    @classmethod
    def found(cls, hit: Hit) -> Place:
        passage = Span(hit.passage.start, hit.passage.end)
        words = hit.passage.text
        return cls(f"#{hit.rank}", hit.article, passage, words, None, hit.matches, hit.page, hit.read)

    def in_article(self, article: Article) -> Place:
        """The place after looking for ``sought`` in the article."""
        quote = next(finds(fold(article.text), self.sought), None) if self.sought else None
        return replace(self, quote=quote) if quote is not None else self

    def stands_in(self, article: Article) -> bool:
        return self.passage is None or article.text[self.passage.start : self.passage.end] == self.words


def finds(article: Folded, wanted: str) -> Iterator[Span]:
    """The span of ``wanted`` in the article's text. Both are folded; a space matches any white space."""
    if words := fold_text(wanted).split():
        for match in re.finditer(r"\s+".join(map(re.escape, words)), article.text):
            yield article.original(*match.span())
