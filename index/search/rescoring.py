"""Exact scores of passages that were proposed: soft BM25 over their words.

The formula is that of `index.search.lexical.LexicalIndex`, on the words themselves instead of an index. So a
search may propose passages by something cheaper and still rank them as it should.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

import numpy as np
from numpy.typing import NDArray

from index.types import Clauses, Scored

Counts = NDArray[np.int64]
#: BM25's constants; tantivy has the same, which cannot be set.
K1, B = 1.2, 0.75
#: The bytes of a word that tell it from most others; the 2**bits slots they are spread over by a product
#: (Knuth, "The Art of Computer Programming", volume 3, section 6.4); what keeps the first bytes of a number.
_BEGINNING, _SLOT_BITS, _SPREAD = 8, 16, np.uint64(0x9E3779B97F4A7C15)
_OWN = np.array([(1 << 8 * size) - 1 for size in range(_BEGINNING + 1)], np.uint64)
#: Lengths up to this one are exact, longer ones have four significant bits (Lucene's ``SmallFloat``).
_EXACT, _BITS = 24, 4


def rescore(clauses: Clauses, passages: Iterable[tuple[int, str]], average: float) -> list[Scored]:
    """Those of the ``passages`` (id, space-joined words) that meet a clause, best first, then by id.

    ``average`` is the mean number of words of a passage in the library.
    """
    names = dict.fromkeys(word for clause in clauses for name, _ in clause for word in name.split())
    columns = dict(zip(names, range(len(names)), strict=True))
    pairs = list(passages)
    ids = [passage for passage, _ in pairs]
    counts, lengths = count_words([text for _, text in pairs], list(names))
    norms = K1 * (1 - B + B * rounded(lengths) / average)
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


def count_words(texts: Sequence[str], names: Sequence[str]) -> tuple[Counts, Counts]:
    """How often the texts, words joined by spaces, hold each of different ``names``, and their lengths.

    int64 [texts, names] and int64 [texts], in words. Most words are told from all names by their beginnings,
    in numpy; only the rest are compared.
    """
    columns = {name.encode(): column for column, name in enumerate(names)}
    known = np.zeros(1 << _SLOT_BITS, np.bool_)
    known[_Cut(columns).slots()] = True
    encoded = [text.encode() for text in texts]
    cut = _Cut(encoded)
    ends = np.cumsum([len(text) + 1 for text in encoded], dtype=np.int64)
    lengths = np.diff(np.searchsorted(cut.starts, ends), prepend=0)
    likely = np.flatnonzero(known[cut.slots()])
    starts, stops = cut.starts[likely], cut.starts[likely] + cut.sizes[likely]
    words = (cut.data[start:stop] for start, stop in zip(starts.tolist(), stops.tolist(), strict=True))
    met = np.fromiter((columns.get(word, -1) for word in words), np.int64, len(likely))
    places = np.searchsorted(ends, starts[met >= 0], "right") * len(names) + met[met >= 0]
    counts = np.bincount(places, minlength=len(texts) * len(names))
    return counts.reshape(len(texts), len(names)), lengths


class _Cut:
    """The words of texts in UTF-8: where they start in the ``data`` of all, and their sizes in bytes."""

    def __init__(self, texts: Iterable[bytes]) -> None:
        self.data = b" ".join(texts) + b" " * _BEGINNING
        spaces = np.flatnonzero(np.frombuffer(self.data, np.uint8) == ord(" "))
        starts = np.concatenate([np.zeros(1, np.int64), spaces[:-1] + 1])
        held = spaces > starts
        self.starts, self.sizes = starts[held], (spaces - starts)[held]

    def slots(self) -> NDArray[np.uint64]:
        """The slot of each word, the same for words of one beginning."""
        beginnings = np.ndarray((len(self.data) - _BEGINNING + 1,), "<u8", self.data, strides=(1,))
        own = beginnings[self.starts] & _OWN[np.minimum(self.sizes, _BEGINNING)]
        slots: NDArray[np.uint64] = own * _SPREAD >> np.uint64(64 - _SLOT_BITS)
        return slots


def rounded(lengths: NDArray[np.int64]) -> NDArray[np.int64]:
    """Lengths as tantivy keeps them in a byte: never longer, at most an eighth shorter."""
    free = np.maximum(lengths - _EXACT, 0)
    shift = np.maximum(np.frexp(free.astype(np.float64))[1] - _BITS, 0)
    kept: NDArray[np.int64] = np.minimum(lengths, _EXACT) + ((free >> shift) << shift)
    return kept
