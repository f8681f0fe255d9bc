"""Which of the proposed passages write a word as the question does: IT and not it.

The index holds folded words, so it proposes every passage with the word. Where most have it, those that mean
it are lost among them. So more are proposed, their texts are looked at, and the others count without it.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from functools import lru_cache

from index.types import Passage, Scored
from qa.linguistics.writing import Written
from qa.question.query import Query

#: Clauses of a search by words, see `qa.question.query.Query.clauses`.
Clauses = Sequence[Sequence[tuple[str, float]]]


class WrittenWords:
    """The words of one question that only their writing tells apart from others, and common ones."""

    def __init__(self, query: Query, title_of: Callable[[int], str]) -> None:
        """``title_of`` gives the title of an article."""
        self._title_of = title_of
        #: Folded word → the ways to write it, of which a text needs one.
        self._ways: dict[str, list[Written]] = {}
        told = [(word.word, word.written) for word in query.words]
        told += [(synonym.words[0], synonym.written) for synonym in query.synonyms]
        for word, written in told:
            if written is not None and written.another:
                self._ways.setdefault(word, []).append(written)
        self._clauses = query.clauses

    def __bool__(self) -> bool:
        return bool(self._ways)

    def clauses_without(self) -> Clauses:
        """The clauses without these words."""
        rest = (tuple(pair for pair in clause if pair[0] not in self._ways) for clause in self._clauses)
        return tuple(clause for clause in rest if clause)

    def unfit(self, passage: Passage) -> frozenset[str]:
        """Those of the words that the passage, its title and its heading hold and never write so."""
        held = self._ways.keys() & {*passage.words, *passage.context}
        return frozenset(word for word in held if not self._fits(word, passage))

    def told_apart(
        self, full: Sequence[Scored], without: Sequence[Scored], passages: Sequence[Passage]
    ) -> list[Scored]:
        """The passages of two searches, best first: ``full``, and ``without`` these words.

        ``passages`` are those of ``full``. One that does not write the words so has its score without them.
        """
        scores = {hit.passage: hit.score for hit in without}
        fits = {passage.id for passage in passages if not self.unfit(passage)}
        scores |= {hit.passage: hit.score for hit in full if hit.passage in fits}
        found = [Scored(passage, score) for passage, score in scores.items()]
        return sorted(found, key=lambda hit: (-hit.score, hit.passage))

    def _fits(self, word: str, passage: Passage) -> bool:
        return self._writes(word, passage.text) or (
            word in passage.context
            and (self._writes(word, passage.heading) or self._writes(word, self._title_of(passage.article)))
        )

    def _writes(self, word: str, text: str) -> bool:
        return any(way.fits(text, *match.span()) for match in _finds(word)(text) for way in self._ways[word])


@lru_cache(64)
def _finds(word: str) -> Callable[[str], list[re.Match[str]]]:
    pattern = re.compile(rf"(?<![^\W\d_]){re.escape(word)}(?![^\W\d_])", re.IGNORECASE)
    return lambda text: [*pattern.finditer(text)]
