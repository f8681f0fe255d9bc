"""An article at a glance: an extract with the places of its sentences, its headings, its names."""

from __future__ import annotations

from bisect import bisect_right
from dataclasses import dataclass, replace

from index.lexicon.lexicon import Lexicon
from index.text.blocks import heading_path
from index.text.tokenizer import Tokenizer
from index.types import Article, Block, Kind, Span
from qa.overview.extract import extract
from qa.overview.names import NameFinder
from qa.types import page_of

#: Only so many characters of an article are read, so that a book takes no longer than a long article.
_READ = 40_000
#: Headings and names at most.
_HEADINGS, _NAMES = 12, 16


@dataclass(frozen=True, slots=True)
class Extracted:
    """A sentence of the extract: ``article.text[start:end] == text``.

    ``heading`` is the nearest one above, "" for none; ``page`` counts from 1, None without pages; ``share``,
    0 to 1, tells how far into the text it stands.
    """

    start: int
    end: int
    text: str
    heading: str
    page: int | None
    share: float


@dataclass(frozen=True, slots=True)
class Glance:
    """``headings``: where the words of each begin in the text, and they. ``names`` have their counts."""

    extract: tuple[Extracted, ...]
    headings: tuple[tuple[int, str], ...]
    names: tuple[tuple[str, int], ...]


def glance(article: Article, tokenizer: Tokenizer, lexicon: Lexicon, names: NameFinder) -> Glance:
    """What there is to see of an article before it is read; of a long one, of its beginning."""
    kept = tuple(block for block in article.blocks if block.end <= _READ)
    end = max((block.end for block in kept), default=0)
    read = replace(article, text=article.text[:end], blocks=kept)
    headings = [
        (start, text)
        for block in kept
        if block.kind is Kind.HEADING
        for start, text in (_words(article, block),)
        if text != article.title
    ]
    spans = extract(read, tokenizer, lexicon)
    return Glance(
        tuple(_extracted(read, span) for span in spans),
        tuple(headings[:_HEADINGS]),
        tuple((name.text, len(name.places)) for name in names.of_article(read)[:_NAMES]),
    )


def _words(article: Article, heading: Block) -> tuple[int, str]:
    """Where the words of a heading begin, and they, without the marks around them."""
    text = article.text[heading.start + heading.marker : heading.end]
    return heading.end - len(text.lstrip()), text.strip()


def _extracted(article: Article, span: Span) -> Extracted:
    starts = [block.start for block in article.blocks]
    path = heading_path(article.blocks, max(0, bisect_right(starts, span.start) - 1))
    above = article.blocks[path[-1]] if path else None
    heading = _words(article, above)[1] if above is not None else ""
    return Extracted(
        *span,
        article.text[slice(*span)],
        "" if heading == article.title else heading,
        page_of(article.pages, span.start),
        span.start / max(1, article.characters),
    )
