"""A place to read: an article, and in it a passage, a quote and the words that matched."""

from __future__ import annotations

from dataclasses import dataclass

from index.types import ArticleInfo, Span
from qa.types import Citation, Hit, Match


@dataclass(frozen=True, slots=True)
class Place:
    """``passage`` and ``quote`` are spans of the article's text, None where there is none to show."""

    label: str
    article: ArticleInfo
    passage: Span | None = None
    quote: Span | None = None
    matches: tuple[Match, ...] = ()

    @classmethod
    def cited(cls, citation: Citation) -> Place:
        hit = citation.hit
        passage, quote = Span(hit.passage.start, hit.passage.end), Span(citation.start, citation.end)
        return cls(f"[{citation.number}]", hit.article, passage, quote, hit.matches)

    @classmethod
    def found(cls, hit: Hit) -> Place:
        return cls(f"#{hit.rank}", hit.article, Span(hit.passage.start, hit.passage.end), None, hit.matches)
