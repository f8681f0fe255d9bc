"""Two searches on a Milvus server: by words and by vectors.

The server's inner product of sparse vectors adds the alternatives of a question word up, where the best one
should count. So the server proposes passages, and their exact scores decide, see `index.search.rescoring`.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from index.beside import beside
from index.milvus.rows import PASSAGE, Row, dimension
from index.milvus.scope import NOWHERE
from index.milvus.store import MilvusStore
from index.search.rescoring import rescore
from index.storage.changes import Generation
from index.types import Clauses, Scope, Scored, Where

#: Alternatives of a question word that the server is asked for, and the fewest passages that it proposes.
_ALTERNATIVES, _PROPOSED = 10, 400


class MilvusIndexes:
    """The searches of one library. There is nothing to catch up with. Usable from several threads."""

    lost = 0

    def __init__(self, store: MilvusStore) -> None:
        self._store = store
        self._words, self._vectors = MilvusWords(store), MilvusVectors(store)

    def catch_up(self, check: Callable[[], None]) -> None:
        """The server's indexes follow by themselves."""

    def current(self) -> CurrentIndexes:
        return CurrentIndexes(self._store.generation(), self._words, self._vectors)


class CurrentIndexes(NamedTuple):
    """Both searches as of one generation."""

    generation: Generation
    lexical: MilvusWords
    vectors: MilvusVectors


class MilvusWords:
    """Search by words, and counts of words."""

    def __init__(self, store: MilvusStore) -> None:
        self._store = store

    def vocabulary(self) -> dict[str, int]:
        return {word: count for word, count in self._store.statistics.now.words.items() if count > 0}

    def words_beginning(self, prefixes: Sequence[str]) -> list[list[str]]:
        return self._store.statistics.words_beginning(prefixes)

    def document_frequency(self, words: Sequence[str]) -> list[int]:
        held = self._store.statistics.now.words
        return [max(0, held.get(word, 0)) for word in words]

    def search(self, clauses: Clauses, k: int, within: Scope | None = None) -> list[Scored]:
        """As `index.search.lexical.LexicalIndex.search`."""
        known = [self._known(clause) for clause in clauses]
        flat: dict[int, float] = {}
        for clause in known:
            for at, weight in self._flat(clause).items():
                flat[at] = flat.get(at, 0.0) + weight
        if not flat or k < 1 or within == NOWHERE:
            return []
        count = max(_PROPOSED, 4 * k)
        found = _current(self._store, "sparse", flat, count, within)
        self._store.keep({number: row for number, _, row in found})
        totals = self._store.statistics.now.totals
        average = totals["length"] / max(1, totals["passages"])
        texts = self._store.words_of(number for number, *_ in found)
        return rescore(known, texts, max(average, 1.0))[:k]

    def _known(self, clause: Sequence[tuple[str, float]]) -> list[tuple[str, float]]:
        """The alternatives that the library has, best first."""
        found = [
            (word, weight)
            for word, weight in clause
            if weight > 0 and all(self.document_frequency(word.split()))
        ]
        return sorted(found, key=lambda alternative: -alternative[1])

    def _flat(self, clause: Sequence[tuple[str, float]]) -> dict[int, float]:
        """The best alternatives as a sparse vector; a phrase is asked for by its rarest word."""
        flat: dict[int, float] = {}
        for word, weight in clause[:_ALTERNATIVES]:
            parts = word.split()
            rarest = min(zip(self.document_frequency(parts), parts, strict=True))[1]
            at = dimension(rarest)
            flat[at] = max(flat.get(at, 0.0), weight)
        return flat


class MilvusVectors:
    """Search by vectors."""

    def __init__(self, store: MilvusStore) -> None:
        self._store = store

    def search(self, vector: NDArray[np.float32], k: int, within: Scope | None = None) -> list[Scored]:
        """As `index.search.vectors.VectorIndex.search`."""
        if k < 1 or not vector.any() or within == NOWHERE:
            return []
        found = _current(self._store, "dense", vector.astype(np.float32).tolist(), k, within)
        hits = [Scored(number, score) for number, score, _ in found]
        return sorted(hits, key=lambda hit: (-hit.score, hit.passage))

    def begin(
        self, vector: NDArray[np.float32], k: int, within: Scope | None = None
    ) -> Callable[[], list[Scored]]:
        """As `index.search.vectors.VectorIndex.begin`: both requests are under way at once."""
        return beside(partial(self.search, vector, k, within))


def _current(
    store: MilvusStore, field: str, vector: object, k: int, within: Scope | None
) -> list[tuple[int, float, Row]]:
    """The ``k`` best passages, without those of versions that do not count (any more)."""
    where = within.expression if isinstance(within, Where) else ""
    wanted = k
    while True:
        fields = PASSAGE if field == "sparse" else PASSAGE[:2]
        found = store.server.search(field, vector, wanted, where, fields)
        counting = store.counting({number: row for number, _, row in found})
        now = [hit for hit in found if hit[0] in counting]
        if len(now) >= k or len(found) < wanted or wanted >= 4 * k:
            return now[:k]
        wanted *= 2
