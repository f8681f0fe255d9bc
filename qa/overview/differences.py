"""Articles that differ: sentences of two articles that are the same but for one quantity.

These are copies of a story in which a figure was changed. Without a question nothing else is certain: of
sentences that merely share rare words and give different quantities, hardly any were about the same thing
(read by eye on 2,000 articles).
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import combinations, product

import numpy as np

from index.text.sentences import sentences
from index.types import UNWATCHED, ArticleInfo, Monitor, Passage
from qa.answering.agreement import changed_quantity
from qa.answering.scoring import Candidate
from qa.linguistics.quantities import Quantity
from qa.overview.phrases import Corpus
from qa.retrieval.copies import same_but_quantities, same_sentence
from qa.types import Hit

#: Of the runs of three words one in so many is looked at, chosen by its number alone (Broder, "On the
#: resemblance and containment of documents", 1997). Passages with so many of them in common are read, those
#: with the most first.
_SAMPLE, _COMMON, _READ = 4, 2, 300
#: A run of words in more passages is a phrase of the language, or boilerplate.
_PASSAGES = 12
#: Differences that are told at most.
MOST = 8
_MULTIPLIER = 0x1E3779B97F4A7C15
_NUMBER = re.compile(r"\d|[一二三四五六七八九十百千万亿]")


def related_passages(corpus: Corpus) -> list[tuple[int, int]]:
    """Ids of passages of two articles with the most runs of three words in common, likeliest first."""
    size = len(corpus.words)
    first, second, third = (corpus.ids[at : len(corpus.ids) - 2 + at] for at in range(3))
    at = np.flatnonzero((first >= 0) & (second >= 0) & (third >= 0))
    # Of numbers this large the sum may wrap around; two runs are hardly ever taken for one.
    runs = (first[at] * size + second[at]) * size + third[at]
    sampled = runs * _MULTIPLIER >> 40 & (_SAMPLE - 1) == 0
    runs, at = runs[sampled], at[sampled]
    order = np.argsort(runs, kind="stable")
    runs, at = runs[order], at[order]
    starts = np.flatnonzero(np.diff(runs, prepend=runs[:1] - 1))
    lengths = np.diff(starts, append=len(runs))
    several = (lengths > 1) & (lengths <= _PASSAGES)
    times: Counter[tuple[int, int]] = Counter()
    for start, length in zip(starts[several].tolist(), lengths[several].tolist(), strict=True):
        run = at[start : start + length]
        articles = corpus.articles[run].tolist()
        if len(set(articles)) > 1:
            places = sorted(set(zip(corpus.passages[run].tolist(), articles, strict=True)))
            for (one, left), (other, right) in combinations(places, 2):
                if left != right:
                    times[one, other] += 1
    likely = sorted(((-count, pair) for pair, count in times.items() if count >= _COMMON))
    return [pair for _, pair in likely[:_READ]]


@dataclass(frozen=True, slots=True)
class Side:
    """``article.text[start:end]`` is a sentence; ``quantity`` is what it says."""

    article: ArticleInfo
    start: int
    end: int
    text: str
    quantity: str


@dataclass(frozen=True, slots=True)
class Difference:
    """Two sentences that give different quantities for the same thing."""

    one: Side
    other: Side


class Differences:
    """Looks for differences among ``articles``, by id."""

    def __init__(self, articles: Mapping[int, ArticleInfo]) -> None:
        self._articles = articles
        self._sentences: dict[int, list[Candidate]] = {}

    def among(
        self, pairs: Sequence[tuple[Passage, Passage]], monitor: Monitor = UNWATCHED
    ) -> list[Difference]:
        """The differences within pairs of passages, at most one for each pair of articles."""
        found: dict[tuple[int, int], Difference] = {}
        for one, other in pairs:
            monitor.check()
            key = (min(one.article, other.article), max(one.article, other.article))
            if key not in found and (difference := self._between(one, other)) is not None:
                found[key] = difference
                if len(found) == MOST:
                    break
        return list(found.values())

    def _between(self, one: Passage, other: Passage) -> Difference | None:
        for left, right in product(self._of(one), self._of(other)):
            if same_sentence(left.text, right.text) or not same_but_quantities(left.text, right.text):
                continue
            if (pair := changed_quantity(left, right)) is not None:
                return Difference(_side(left, pair[0]), _side(right, pair[1]))
        return None

    def _of(self, passage: Passage) -> list[Candidate]:
        """The sentences of a passage that may hold a quantity."""
        if passage.id not in self._sentences:
            hit = Hit(1, 0.0, passage, self._articles[passage.article], 0.0)
            spans = [span for span in sentences(passage.text) if _NUMBER.search(passage.text, *span)]
            self._sentences[passage.id] = [
                Candidate(hit, passage.start + a, passage.start + b, passage.text[a:b], (), 0.0, frozenset())
                for a, b in spans
            ]
        return self._sentences[passage.id]


def _side(candidate: Candidate, quantity: Quantity) -> Side:
    return Side(candidate.hit.article, candidate.start, candidate.end, candidate.text, quantity.text)
