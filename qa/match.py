"""Which words of a text answer which words of the question, within and across languages."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from index.lexicon import Lexicon
from index.types import Token
from qa import tuning
from qa.query import Query
from qa.types import Match

Floats = NDArray[np.float32]


class Matcher:
    """Compares one question with many texts. Similarity is 1 for the same folded word, the
    lexicon's cosine for another, 0 below ``tuning.LEAST_SIMILARITY``."""

    def __init__(self, query: Query, lexicon: Lexicon) -> None:
        self.query = query
        self._lexicon = lexicon
        self._rows = np.array([-1 if w.row is None else w.row for w in query.words], dtype=np.int64)
        self._vectors = lexicon.vectors(self._rows)
        self._weights = np.array([w.weight if w.topical else 0.0 for w in query.words], dtype=np.float32)
        self._total = float(self._weights.sum())

    def similarities(self, words: Sequence[str]) -> Floats:
        """float32 [question words, words]."""
        unique = {word: i for i, word in enumerate(dict.fromkeys(words))}
        ids = self._lexicon.ids(list(unique))
        found = self._vectors @ self._lexicon.vectors(ids).T
        found[found <= tuning.LEAST_SIMILARITY] = 0.0
        for q, word in enumerate(self.query.words):
            if (column := unique.get(word.word)) is not None:
                found[q, column] = 1.0
        columns: Floats = found[:, [unique[word] for word in words]] if words else found[:, :0]
        return columns

    def best(self, words: Sequence[str]) -> Floats:
        """float32 [question words]: each question word's best similarity among ``words``."""
        if not words or not len(self.query.words):
            return np.zeros(len(self.query.words), dtype=np.float32)
        best: Floats = self.similarities(words).max(axis=1)
        return best

    def coverage(self, best: Floats) -> float:
        """Share of the question's topical weight that ``best`` similarities cover, 0 to 1."""
        if not self._total:
            return 0.0
        return float((self._weights * best**tuning.SIMILARITY_POWER).sum() / self._total)

    def matches(self, text: str, tokens: Sequence[Token], offset: int) -> tuple[Match, ...]:
        """The words of ``text`` that match a topical question word; ``offset`` is where text starts."""
        if not tokens or not self._total:
            return ()
        similarities = self.similarities([token.text for token in tokens])
        similarities[self._weights == 0] = 0.0
        best = similarities.argmax(axis=0)
        found = []
        for column, token in enumerate(tokens):
            similarity = float(similarities[best[column], column])
            if similarity >= tuning.LEAST_SHOWN_SIMILARITY:
                found.append(
                    Match(
                        start=offset + token.start,
                        end=offset + token.end,
                        text=text[token.start : token.end],
                        word=self.query.words[best[column]].text,
                        similarity=similarity,
                    )
                )
        return tuple(found)
