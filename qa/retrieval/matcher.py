"""Which words of a text match which words of the question, within and across languages."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

import numpy as np

from index.lexicon.lexicon import Floats, Lexicon
from index.text.tokenizer import Tokenizer
from index.types import Passage
from qa import tuning
from qa.linguistics.pointers import LAST, has_number, tells
from qa.linguistics.writing import Written
from qa.question.calendar import stands
from qa.question.query import Query
from qa.retrieval.names import NameMatcher
from qa.retrieval.passages import PassageText, PassageTexts, Words
from qa.types import Match


@dataclass(frozen=True, slots=True)
class Alignment:
    """A passage compared with the question: float32 [question words, tokens] similarities."""

    text: PassageText
    similarities: Floats


#: Whether the word of a text at a place is written in this way.
Fits = Callable[[Written, int], bool]


class Matcher:
    """Compares one question with many texts.

    The similarity of two words is 1 for the same folded word, `tuning.ALIAS_SIMILARITY` for another name of
    it, and otherwise the lexicon's cosine, or 0 below `tuning.MIN_SIMILARITY`.
    """

    def __init__(
        self,
        query: Query,
        lexicon: Lexicon,
        tokenizer: Tokenizer,
        texts: PassageTexts | None = None,
        title_of: Callable[[int], str] | None = None,
    ) -> None:
        """``texts`` keeps what passages tell without a question, ``title_of`` gives titles of articles."""
        self.query = query
        self._title_of = title_of
        self._lexicon, self._tokenizer = lexicon, tokenizer
        self._texts = texts or PassageTexts()
        self._names = NameMatcher(query, lexicon)
        rows = np.array([-1 if w.row is None else w.row for w in query.words], dtype=np.int64)
        rows[sorted(query.inseparable)] = -1
        self._exact = [(at, w.word) for at, w in enumerate(query.words) if at not in query.inseparable]
        self._vectors = lexicon.vectors(rows)
        #: The words that must be written in a certain way, with their places in the question.
        self._written = [(at, w.word, w.written) for at, w in enumerate(query.words) if w.written]
        #: float32 [question words]: the weight of each, 0 for words that are not topical.
        self.weights = np.array([w.weight if w.topical else 0.0 for w in query.words], dtype=np.float32)
        self._total = float(self.weights.sum())
        self._topical = np.flatnonzero(self.weights > 0)
        #: The words that point at something; of an amount the number alone, as ranges often have no unit.
        self.pointing = [
            at
            for start, end, pointer in query.pointed
            for at in range(start, end)
            if not pointer.amount or has_number(query.words[at].word)
        ]
        self._alignments: dict[int, Alignment] = {}
        self._context_best: dict[tuple[str, ...], Floats] = {}
        self._best_of: dict[str, Floats] = {}

    def align(self, passage: Passage) -> Alignment:
        """The alignment of a passage with the question, computed once."""
        if (alignment := self._alignments.get(passage.id)) is None:
            text = self._texts.of(passage, self._lexicon, self._tokenizer)

            def fits(written: Written, at: int) -> bool:
                return written.fits(passage.text, text.starts[at], text.ends[at])

            similarities = self._similarities(text.words, fits)
            self._point(text, similarities)
            alignment = self._alignments[passage.id] = Alignment(text, similarities)
        return alignment

    def _point(self, text: PassageText, similarities: Floats) -> None:
        """The words that point at something match in full where a line tells of it: 8 years in 6-11 years.

        The number of an item matches nothing else, 5 is not step 5; that of an amount or a day of a plan
        matches nothing else in a line that tells of some: 8 ml for 4-6 years are not 8 years.
        """
        for start, end, pointer in self.query.pointed:
            places = range(start, end)
            numbers = [at for at in places if has_number(self.query.words[at].word)]
            pointing = [at for at in self.pointing if at in places]
            if pointer.kind == "item" and pointer.value != LAST:
                similarities[numbers] = 0.0
            for at, line in text.lines:
                told = tells(pointer, line)
                if told.this is not None and not pointer.timed:
                    similarities[numbers, text.words_at(at, at + len(line))] = 0.0
                for first, last in (*told.of, *told.named):
                    similarities[pointing, text.words_at(at + first, at + last)] = 1.0

    def context_best(self, passage: Passage) -> Floats:
        """float32 [question words]: the best match of each in title and headings, computed once."""
        if (matched := self._context_best.get(passage.context)) is None:
            context = self.align(passage).text.context
            fits = self._fits_above(passage)
            matched = best_of_rows(self._similarities(context, fits)) if context.words else self.zeros()
            self._context_best[passage.context] = matched
        return matched

    def passage_best(self, passage: Passage) -> Floats:
        """float32 [question words]: the best match of each in the passage, its title and its headings."""
        return np.maximum(self.context_best(passage), best_of_rows(self.align(passage).similarities))

    def similarities(self, words: Sequence[str]) -> Floats:
        """float32 [question words, words]: the similarity of each pair."""
        return self._similarities(Words(words, self._lexicon))

    def _fits_above(self, passage: Passage) -> Fits:
        """How the words of title and heading are written. Those above them fit unless capitals are asked."""
        places: list[tuple[str, int, int]] | None = None

        def fits(written: Written, at: int) -> bool:
            nonlocal places
            if places is None:
                places = []
                for above in (self._title_of(passage.article) if self._title_of else "", passage.heading):
                    places += [(above, t.start, t.end) for t in self._tokenizer.tokens(above)]
            return written.fits(*places[at]) if at < len(places) else not written.capitals

        return fits

    def _similarities(self, text: Words, fits: Fits | None = None) -> Floats:
        words, unique = text.words, text.unique
        found = self._vectors @ text.vectors.T
        np.putmask(found, found <= tuning.MIN_SIMILARITY, 0.0)
        for q, word in self._exact:
            if (column := unique.get(word)) is not None:
                found[q, column] = 1.0
        columns: Floats = found.take(text.columns, axis=1)
        for q, word, how in self._written:
            for at in _occurrences((word,), words) if word in unique else ():
                if fits is not None and not fits(how, at):
                    columns[q, at] *= tuning.UNLIKELY if how.likely else 0.0
        for start, end, other, similarity, rule, written in self.query.synonyms:
            for at in _occurrences(other, words) if all(word in unique for word in other) else ():
                if rule and not stands(rule, words, at, at + len(other)):
                    continue
                if written and fits and not fits(written, at):
                    continue
                matched = columns[start:end, at : at + len(other)]
                np.maximum(matched, similarity, out=matched)
        self._names.match(text, columns)
        return columns

    def best(self, words: Sequence[str]) -> Floats:
        """float32 [question words]: the best match of each among ``words``."""
        return best_of_rows(self.similarities(words)) if words else self.zeros()

    def words(self, text: str) -> tuple[str, ...]:
        """The folded words of a text, as they are matched."""
        return self._tokenizer.words(text)

    def best_of(self, text: str) -> Floats:
        """float32 [question words]: the best match of each in a short text, computed once."""
        if (matched := self._best_of.get(text)) is None:
            matched = self._best_of[text] = self.best(self._tokenizer.words(text))
        return matched

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

    def coverages(self, best: Floats, weights: Floats) -> Floats:
        """float32 [kinds, texts]: the share of ``weights`` that each text covers; 0 where there are none.

        ``best`` as for `coverage` and ``weights``, both [kinds, texts, question words].
        """
        covered: Floats = np.einsum("ktw,ktw->kt", best**tuning.SIMILARITY_POWER, weights)
        totals = weights.sum(axis=2)
        none = totals <= 1e-6  # rounded, it may even be below 0
        totals[none], covered[none] = 1.0, 0.0
        covered /= totals
        return covered

    def pool(self, texts: Sequence[Sequence[str]]) -> Floats:
        """float32 [texts, dimensions]: the pooled vectors of texts."""
        return self._lexicon.pool(texts)

    def matches(self, passage: Passage) -> tuple[Match, ...]:
        """The words of a passage that match a topical question word, with offsets in the article."""
        alignment = self.align(passage)
        similarities = alignment.similarities[self._topical]
        if not similarities.size or not self._total:
            return ()
        strength = similarities.max(axis=0)
        shown = np.flatnonzero(strength >= tuning.MIN_SHOWN_SIMILARITY)
        asked = self._topical[similarities[:, shown].argmax(axis=0)]
        return tuple(
            self._match(alignment.text, at, self.query.words[word].text, similarity)
            for at, word, similarity in zip(
                shown.tolist(), asked.tolist(), strength[shown].tolist(), strict=True
            )
        )

    @staticmethod
    def _match(text: PassageText, at: int, word: str, similarity: float) -> Match:
        start, end, offset = text.starts[at], text.ends[at], text.passage.start
        return Match(offset + start, offset + end, text.passage.text[start:end], word, similarity)


def _occurrences(phrase: Sequence[str], words: Sequence[str]) -> Iterator[int]:
    """The positions in ``words`` at which ``phrase`` begins."""
    at = -1
    for _ in range(words.count(phrase[0]) if phrase else 0):
        at = words.index(phrase[0], at + 1)
        if tuple(words[at : at + len(phrase)]) == tuple(phrase):
            yield at


def best_of_rows(similarities: Floats) -> Floats:
    """float32 [question words]: the maximum of each row; zeros without columns."""
    best: Floats = similarities.max(axis=1, initial=0.0)
    return best
