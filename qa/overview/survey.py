"""What is in a library, or in some of its articles, beyond what their list tells (`qa.overview.facts`)."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from index.lexicon.lexicon import bundled_lexicon
from index.library import Library
from index.types import UNWATCHED, ArticleInfo, Monitor
from qa.overview.differences import Difference, Differences, related_passages
from qa.overview.phrases import gather, join_phrases
from qa.overview.terms import Term, terms_of


@dataclass(frozen=True, slots=True)
class Survey:
    """``reposts`` are groups of articles that are nearly the same."""

    terms: tuple[Term, ...] = ()
    reposts: tuple[tuple[ArticleInfo, ...], ...] = ()
    differences: tuple[Difference, ...] = ()


def survey(
    library: Library,
    articles: Sequence[ArticleInfo],
    monitor: Monitor = UNWATCHED,
    found: Callable[[Survey], None] | None = None,
) -> Survey:
    """Reads the words of these articles of a library.

    ``found`` is given the terms as soon as they are known; the rest takes longer. ``monitor`` counts the
    articles that are read, once for the terms and once for the reposts. Cancelled: it stopped the work.
    """
    infos = {info.id: info for info in articles}
    lexicon = bundled_lexicon()
    corpus = gather(library.passage_words(infos), len(infos), monitor)
    phrases = join_phrases(corpus, lexicon, monitor)
    terms = tuple(terms_of(phrases, lexicon, library.glosses(infos), lambda id: library.article(id).text))
    if found is not None:
        found(Survey(terms))
    monitor.check()
    groups = [tuple(infos[id] for id in group if id in infos) for group in library.near_duplicates(monitor)]
    monitor.check()
    ids = related_passages(corpus)
    read = {p.id: p for p in library.passages(sorted({id for pair in ids for id in pair}))}
    pairs = [(read[one], read[other]) for one, other in ids if one in read and other in read]
    differences = Differences(infos).among(pairs, monitor)
    return Survey(terms, tuple(group for group in groups if len(group) > 1), tuple(differences))
