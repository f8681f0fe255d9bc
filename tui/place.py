"""A place to read: an article, and in it a passage, a quote and the words that matched."""

from __future__ import annotations

from dataclasses import dataclass, replace

from index.types import Article, ArticleInfo, Span
from qa.types import Citation, Hit, Match


@dataclass(frozen=True, slots=True)
class Place:
    """``passage`` and ``quote`` are spans of the article's text, None where there is none to show.

    ``passage`` reads ``words``, unless the article has changed since the passage was found.
    """

    label: str
    article: ArticleInfo
    passage: Span | None = None
    words: str = ""
    quote: Span | None = None
    matches: tuple[Match, ...] = ()

    @classmethod
    def cited(cls, citation: Citation) -> Place:
        quote = Span(citation.start, citation.end)
        return replace(cls.found(citation.hit), label=f"[{citation.number}]", quote=quote)

    @classmethod
    def found(cls, hit: Hit) -> Place:
        passage = Span(hit.passage.start, hit.passage.end)
        return cls(f"#{hit.rank}", hit.article, passage, hit.passage.text, None, hit.matches)

    def stands_in(self, article: Article) -> bool:
        return self.passage is None or article.text[self.passage.start : self.passage.end] == self.words
