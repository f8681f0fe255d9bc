"""Articles whose texts are nearly the same: reposts, small edits, Traditional against Simplified.

Texts are compared by their *shingles*, the set of all runs of five folded characters without white space
and punctuation (Broder, "On the resemblance and containment of documents", 1997). MinHash signatures
cut into bands find the pairs that may be alike (Leskovec, Rajaraman and Ullman, "Mining of Massive
Datasets", chapter 3); those are compared exactly.
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import lru_cache
from itertools import islice

import numpy as np
from numpy.typing import NDArray

from index.storage.interfaces import ArticleStore
from index.text.fold import name_key
from index.types import UNWATCHED, Monitor

#: Characters of a shingle. At 5, articles on one subject share at most a tenth of theirs.
SHINGLE = 5
#: Share of common shingles (Jaccard) from which two texts are nearly the same. With one character in a
#: hundred changed, here and there, two texts share 0.9; with three in a hundred, 0.7.
SIMILARITY = 0.7
#: 32 bands of 5: a pair at 0.7 meets in one with probability 0.997, at 0.8 always, at 0.1 once in 3,000.
_BANDS, _ROWS = 32, 5
#: Pairs whose signatures agree in less are not compared: at 0.7, an estimate is this low once in 500.
_PLAUSIBLE = SIMILARITY - 0.1
#: Articles whose signatures are made at a time; articles whose shingles are kept while comparing.
_BATCH, _KEPT = 64, 256
_SEED = 1997
_MULTIPLIER = np.uint64(0x9E3779B97F4A7C15)
_HALF = np.uint64(32)

Hashes = NDArray[np.uint64]


def near_duplicates(store: ArticleStore, monitor: Monitor = UNWATCHED) -> list[tuple[int, ...]]:
    """Groups of two or more articles, by sorted ids; each article is alike to another of its group.

    Articles without letters or digits are in no group. Takes about 350 bytes of memory per article (rensa's
    own LSH index takes 3.3 kB). Raises Cancelled if ``monitor`` stops it.
    """
    ids, signatures = _signatures(store, monitor)

    @lru_cache(_KEPT)
    def shingles_of(row: int) -> Hashes:
        article = store.article(int(ids[row]))
        return shingles(article.text if article else "")  # it may have been removed just now

    groups = _Groups(len(ids))
    different: set[tuple[int, int]] = set()
    for row, others in _candidates(signatures, groups):
        monitor.check()
        for other in others.tolist():
            if groups.together(row, other) or (row, other) in different:
                continue
            if jaccard(shingles_of(row), shingles_of(other)) >= SIMILARITY:
                groups.join(row, other)
            else:
                different.add((row, other))
    return sorted(tuple(sorted(ids[rows].tolist())) for rows in groups.members.values())


def shingles(text: str) -> Hashes:
    """Sorted hashes of a text's shingles, each once. A text shorter than a shingle is one shingle."""
    codes = np.frombuffer(name_key(text).encode("utf-32-le"), "<u4").astype(np.uint64)
    width = min(SHINGLE, len(codes))
    if not width:
        return codes
    hashes = np.zeros(len(codes) - width + 1, np.uint64)
    for i in range(width):
        hashes = hashes * _MULTIPLIER + codes[i : len(codes) - width + 1 + i]
    hashes = np.sort((hashes ^ (hashes >> _HALF)) * _MULTIPLIER)  # np.unique takes thirty times as long
    return hashes[np.flatnonzero(np.diff(hashes, prepend=~hashes[:1]))]


def jaccard(one: Hashes, other: Hashes) -> float:
    """The Jaccard similarity (0 to 1) of two sets of shingles; 0 if both are empty."""
    common = len(np.intersect1d(one, other, assume_unique=True))
    return common / max(1, len(one) + len(other) - common)


def _signatures(store: ArticleStore, monitor: Monitor) -> tuple[NDArray[np.int64], NDArray[np.uint16]]:
    """(article ids [n], MinHash signatures [n, bands * rows]) of the articles that have shingles.

    Of each hash the lowest 16 bits are kept (Li and König, "b-bit minwise hashing", 2010).
    """
    from rensa import RMinHash

    size, total = _BANDS * _ROWS, store.counts()[0]
    ids, signatures = np.empty(total, np.int64), np.empty((total, size), np.uint16)
    done = filled = 0
    texts = islice(store.texts(), total)
    while batch := list(islice(texts, _BATCH)):
        monitor.check()
        made = [(article, found) for article, text in batch if len(found := shingles(text))]
        if made:
            ends = np.cumsum([0, *(len(found) for _, found in made)], dtype=np.uint64)
            flat = np.concatenate([found for _, found in made])
            rows = RMinHash.digest_matrix_from_flat_token_hashes(flat, ends, size, _SEED).to_rows()
            signatures[filled : filled + len(made)] = np.array(rows, np.uint32).astype(np.uint16)
            ids[filled : filled + len(made)] = [article for article, _ in made]
            filled += len(made)
        done += len(batch)
        monitor.done(done, total)
    return ids[:filled], signatures[:filled]


def _candidates(signatures: NDArray[np.uint16], groups: _Groups) -> Iterator[tuple[int, NDArray[np.int64]]]:
    """Each row with the earlier rows that share a band with it, may be alike, and are in other groups."""
    for band in range(_BANDS):
        keys = np.zeros(len(signatures), np.uint64)
        for column in signatures[:, band * _ROWS : (band + 1) * _ROWS].T:
            keys = keys * _MULTIPLIER + column
        order = np.argsort(keys, kind="stable")
        starts = np.concatenate([[0], np.flatnonzero(np.diff(keys[order])) + 1])
        lengths = np.diff(starts, append=len(order))
        for start, length in zip(starts[lengths > 1], lengths[lengths > 1], strict=True):
            run = order[start : start + length]
            if groups.all_together(run):
                continue
            for position, row in enumerate(run.tolist()):
                others = run[:position]
                others = others[groups.apart(row, others)]
                agree = (signatures[others] == signatures[row]).mean(axis=1)
                if (agree >= _PLAUSIBLE).any():
                    yield row, others[agree >= _PLAUSIBLE]


class _Groups:
    """Disjoint sets of rows, each with a label. ``members`` has the rows of each set of several."""

    def __init__(self, count: int) -> None:
        self._labels = np.arange(count)
        self.members: dict[int, list[int]] = {}

    def together(self, one: int, other: int) -> bool:
        return bool(self._labels[one] == self._labels[other])

    def all_together(self, rows: NDArray[np.int64]) -> bool:
        return bool((self._labels[rows] == self._labels[rows[0]]).all())

    def apart(self, row: int, others: NDArray[np.int64]) -> NDArray[np.bool_]:
        """Which of the others are in a group other than the row's."""
        return np.asarray(self._labels[others] != self._labels[row])

    def join(self, one: int, other: int) -> None:
        groups = [self.members.pop(label, [label]) for label in map(int, self._labels[[one, other]])]
        less, more = sorted(groups, key=len)
        label = int(self._labels[more[0]])
        self._labels[less] = label
        more += less
        self.members[label] = more
