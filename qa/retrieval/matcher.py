"""Which words of a text match which words of the question, within and across languages."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise

import numpy as np

from index.lexicon.lexicon import Floats, Lexicon
from index.text.fold import fold
from index.text.tokenizer import Tokenizer
from index.types import Passage, Token
from qa import tuning
from qa.question.query import Query
from qa.retrieval.names import NameMatcher
from qa.types import Match


@dataclass(frozen=True, slots=True)
class Alignment:
    """A passage compared with the question: its tokens, and float32 [question words, tokens] similarities.

    ``folded`` is the folded text of the passage, None if folding changed its length.
    """

    tokens: list[Token]
    similarities: Floats
    folded: str | None


class Matcher:
    """Compares one question with many texts.

    The similarity of two words is 1 for the same folded word, `tuning.ALIAS_SIMILARITY` for another name of
    it, and otherwise the lexicon's cosine, or 0 below `tuning.MIN_SIMILARITY`.
    """

    def __init__(self, query: Query, lexicon: Lexicon, tokenizer: Tokenizer) -> None:
        self.query = query
        self._lexicon, self._tokenizer = lexicon, tokenizer
        self._names = NameMatcher(query, lexicon)
        rows = np.array([-1 if w.row is None else w.row for w in query.words], dtype=np.int64)
        self._vectors = lexicon.vectors(rows)
        #: float32 [question words]: the weight of each, 0 for words that are not topical.
        self.weights = np.array([w.weight if w.topical else 0.0 for w in query.words], dtype=np.float32)
        self._total = float(self.weights.sum())
        self._alignments: dict[int, Alignment] = {}
        self._context_best: dict[tuple[str, ...], Floats] = {}

    def align(self, passage: Passage) -> Alignment:
        """The alignment of a passage with the question, computed once."""
        if (alignment := self._alignments.get(passage.id)) is None:
            folded = fold(passage.text)
            tokens = self._tokenizer.tokens(folded)
            similarities = self.similarities([token.text for token in tokens])
            alignment = Alignment(tokens, similarities, folded.text if folded.origins is None else None)
            self._alignments[passage.id] = alignment
        return alignment

    def context_best(self, passage: Passage) -> Floats:
        """float32 [question words]: the best match of each in title and headings, computed once."""
        if (matched := self._context_best.get(passage.context)) is None:
            matched = self._context_best[passage.context] = self.best(passage.context)
        return matched

    def passage_best(self, passage: Passage) -> Floats:
        """float32 [question words]: the best match of each in the passage, its title and its headings."""
        return np.maximum(self.context_best(passage), best_of_rows(self.align(passage).similarities))

    def similarities(self, words: Sequence[str]) -> Floats:
        """float32 [question words, words]: the similarity of each pair."""
        unique = {word: i for i, word in enumerate(dict.fromkeys(words))}
        found = self._vectors @ self._lexicon.vectors(self._lexicon.ids(list(unique))).T
        found[found <= tuning.MIN_SIMILARITY] = 0.0
        for q, word in enumerate(self.query.words):
            if (column := unique.get(word.word)) is not None:
                found[q, column] = 1.0
        columns: Floats = found[:, [unique[word] for word in words]]
        for start, end, other, similarity in self.query.synonyms:
            for at in _occurrences(other, words) if unique.keys() >= set(other) else ():
                matched = columns[start:end, at : at + len(other)]
                np.maximum(matched, similarity, out=matched)
        self._names.match(words, columns)
        return columns

    def best(self, words: Sequence[str]) -> Floats:
        """float32 [question words]: the best match of each among ``words``."""
        return best_of_rows(self.similarities(words)) if words else self.zeros()

    def zeros(self) -> Floats:
        """float32 [question words]: zeros, the match of an empty text."""
        return np.zeros(len(self.query.words), dtype=np.float32)

    def coverage(self, best: Floats, factors: Floats | None = None) -> Floats:
        """The share (0 to 1) of the question's weight that each row of ``best`` [..., question words] covers.

        ``factors``, float32 [question words], are multiplied with the weights.
        """
        weights = self.weights if factors is None else self.weights * factors
        total = float(weights.sum())
        if total <= 1e-6:  # rounded, it may even be below 0
            return np.zeros(best.shape[:-1], dtype=np.float32)
        return np.asarray(best**tuning.SIMILARITY_POWER @ weights / total, dtype=np.float32)

    def cosines(self, asked: Sequence[Sequence[str]], texts: Sequence[Sequence[str]]) -> Floats:
        """float32 [texts, asked]: cosines of the pooled vectors of texts and of parts of the question."""
        pooled = self._lexicon.pool([*asked, *texts])
        cosines: Floats = pooled[len(asked) :] @ pooled[: len(asked)].T
        return cosines

    def pair_share(self, words: Sequence[str]) -> float:
        """The share of the question's word pairs that ``words`` has. A pair has at least one topical word."""
        asked = {
            (first.word, second.word)
            for first, second in pairwise(self.query.words)
            if first.topical or second.topical
        }
        return len(asked & set(pairwise(words))) / len(asked) if asked else 0.0

    def matches(self, passage: Passage) -> tuple[Match, ...]:
        """The words of a passage that match a topical question word, with offsets in the article."""
        alignment = self.align(passage)
        if not alignment.tokens or not self._total:
            return ()
        similarities = np.where(self.weights[:, None] > 0, alignment.similarities, 0)
        best = similarities.argmax(axis=0)
        strength = similarities.max(axis=0)
        return tuple(
            Match(
                start=passage.start + token.start,
                end=passage.start + token.end,
                text=passage.text[token.start : token.end],
                word=self.query.words[best[i]].text,
                similarity=float(strength[i]),
            )
            for i, token in enumerate(alignment.tokens)
            if strength[i] >= tuning.MIN_SHOWN_SIMILARITY
        )


def _occurrences(phrase: Sequence[str], words: Sequence[str]) -> Iterator[int]:
    """The positions in ``words`` at which ``phrase`` begins."""
    for at in range(len(words) - len(phrase) + 1):
        if all(words[at + i] == word for i, word in enumerate(phrase)):
            yield at


def best_of_rows(similarities: Floats) -> Floats:
    """float32 [question words]: the maximum of each row; zeros without columns."""
    best: Floats = similarities.max(axis=1, initial=0.0)
    return best
