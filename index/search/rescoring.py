"""Exact scores of passages that were proposed: soft BM25 over their words.

The formula is that of `index.search.lexical.LexicalIndex`, on the words themselves instead of an index. So a
search may propose passages by something cheaper and still rank them as it should.
"""

from __future__ import annotations

from collections.abc import Iterable
from itertools import chain

import numpy as np
from numpy.typing import NDArray

from index.types import Clauses, Scored

#: BM25's constants; tantivy has the same, which cannot be set.
K1, B = 1.2, 0.75
#: Lengths up to this one are exact, longer ones have four significant bits (Lucene's ``SmallFloat``).
_EXACT, _BITS = 24, 4


def rescore(clauses: Clauses, passages: Iterable[tuple[int, str]], average: float) -> list[Scored]:
    """Those of the ``passages`` (id, space-joined words) that meet a clause, best first, then by id.

    ``average`` is the mean number of words of a passage in the library.
    """
    names = dict.fromkeys(word for clause in clauses for name, _ in clause for word in name.split())
    columns = dict(zip(names, range(len(names)), strict=True))
    ids, lengths, found = list[int](), list[int](), list[list[int]]()
    for passage, text in passages:
        words = text.split()
        ids.append(passage)
        lengths.append(len(words))
        found.append([*map(columns.__getitem__, filter(columns.__contains__, words))])
    places = np.repeat(np.arange(len(ids)) * len(columns), [*map(len, found)])
    places += np.fromiter(chain.from_iterable(found), np.int64, len(places))
    counts = np.bincount(places, minlength=len(ids) * len(columns)).reshape(len(ids), len(columns))
    norms = K1 * (1 - B + B * rounded(np.array(lengths, np.int64)) / average)
    parts = counts * (K1 + 1) / (counts + norms[:, None])
    there: NDArray[np.bool_] = np.asarray(counts.any(axis=0))
    scores = np.zeros(len(ids))
    for clause in clauses:
        best = np.zeros(len(ids))
        one = [(columns[name], weight) for name, weight in clause if name in columns]
        if one:
            met, weights = zip(*one, strict=True)
            best = np.maximum(best, (parts[:, met] * weights).max(axis=1))
        for name, weight in clause:
            if " " in name and weight > 0:
                held = [columns[word] for word in name.split()]
                if there[held].all():  # which is seldom so
                    mean = weight * parts[:, held].mean(axis=1)
                    best = np.where(counts[:, held].all(axis=1), np.maximum(best, mean), best)
        scores += best
    hits = [Scored(i, score) for i, score in zip(ids, scores.tolist(), strict=True) if score > 0]
    return sorted(hits, key=lambda hit: (-hit.score, hit.passage))


def rounded(lengths: NDArray[np.int64]) -> NDArray[np.int64]:
    """Lengths as tantivy keeps them in a byte: never longer, at most an eighth shorter."""
    free = np.maximum(lengths - _EXACT, 0)
    shift = np.maximum(np.frexp(free.astype(np.float64))[1] - _BITS, 0)
    kept: NDArray[np.int64] = np.minimum(lengths, _EXACT) + ((free >> shift) << shift)
    return kept
