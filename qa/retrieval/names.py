"""Matches names of the question with their transliterations in passages of the other language."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from functools import cached_property

import numpy as np

from index.lexicon.lexicon import Floats, Lexicon
from index.lexicon.transliteration import Found, bundled_transliterator
from qa import tuning
from qa.question.query import Query
from qa.question.sounds import Name, chinese_runs, latin_names, least_score, owners_of
from qa.retrieval.passages import Words

#: If a part of a name has this score, the whole name is looked for within so many characters around it.
_HINT, _NEAR = 0.2, 12


class NameMatcher:
    """Finds one question's names in texts of the other language."""

    def __init__(self, query: Query, lexicon: Lexicon) -> None:
        self._query, self._lexicon, self._language = query, lexicon, query.language
        #: Chinese text → the names in it, kept because a passage is compared several times.
        self._places: dict[str, list[tuple[Name, slice, float]]] = {}
        #: Latin word → the question words that may be its transliteration, with their similarity.
        self._written: dict[str, list[tuple[list[int], float]]] = {}

    def match(self, text: Words, similarities: Floats) -> None:
        """Raise ``similarities`` [question words, words] where words transliterate a name of the question."""
        if self._language == "en":
            if self._latin and text.chinese:
                self._match_chinese(text, similarities)
        elif self._language == "zh" and self._runs:
            self._match_latin(text, similarities)

    @cached_property
    def _latin(self) -> list[list[Name]]:
        return latin_names(self._query.words, self._lexicon)

    @cached_property
    def _runs(self) -> list[tuple[str, list[int]]]:
        return chinese_runs(self._query.words)

    def _match_chinese(self, words: Words, similarities: Floats) -> None:
        if (places := self._places.get(words.chinese)) is None:
            matched = similarities.max(axis=1, initial=0.0) > tuning.WELL_MATCHED
            unmatched = [parts for parts in self._latin if not matched[parts[0].start : parts[-1].end].all()]
            found = self._in_chinese(words.chinese, words.pieces, unmatched)
            places = self._places[words.chinese] = list(found)
        for name, columns, similarity in places:
            matched_by = similarities[name.start : name.end, columns]
            np.maximum(matched_by, similarity, out=matched_by)

    def _in_chinese(
        self, text: str, pieces: Sequence[str], names: Iterable[Sequence[Name]]
    ) -> Iterator[tuple[Name, slice, float]]:
        """The names found in ``text``, which is made of ``pieces``, with their columns and similarity."""
        owners = owners_of(pieces)
        for parts in names:
            near: Found | None = None
            for name in parts:
                # Look for the whole name only near a part of it.
                whole = len(parts) > 1 and name is parts[-1]
                if whole and near is None:
                    continue
                first, last = (
                    (max(0, near.start - _NEAR), near.end + _NEAR) if whole and near else (0, len(text))
                )
                found = bundled_transliterator().find(name.spelled, text[first:last])
                if found is None:
                    continue
                columns = slice(owners[first + found.start], owners[first + found.end - 1] + 1)
                if not whole and (near is None or found.score > near.score) and found.score > _HINT:
                    near = found
                covered = pieces[columns]
                if 2 * (found.end - found.start) <= sum(map(len, covered)):
                    continue  # the name is less than half of the words it lies in: 马萨 in 马萨诸塞州
                if found.score >= least_score(name.spelled, covered, self._lexicon):
                    yield name, columns, tuning.TRANSLITERATION * found.score

    def _match_latin(self, words: Words, similarities: Floats) -> None:
        matched = similarities.max(axis=1, initial=0.0) > tuning.WELL_MATCHED
        if all(matched[owners].all() for _, owners in self._runs):
            return
        for at, word in words.ascii:
            if (written := self._written.get(word)) is None:
                written = self._written[word] = self._writes(word)
            for rows, similarity in written:
                if not matched[rows].all():
                    similarities[rows, at] = np.maximum(similarities[rows, at], similarity)

    def _writes(self, word: str) -> list[tuple[list[int], float]]:
        """The question words that may transliterate the Latin ``word``, with their similarity."""
        if self._lexicon.log_probability(word) > tuning.COMMON_WORD:
            return []
        return [
            (sorted(set(owners[found.start : found.end])), tuning.TRANSLITERATION * found.score)
            for run, owners in self._runs
            if bundled_transliterator().plausible(word, run)
            and (found := bundled_transliterator().find(word, run))
            and found.score >= least_score(word, self._asked(owners[found.start : found.end]), self._lexicon)
        ]

    def _asked(self, rows: Iterable[int]) -> list[str]:
        return [self._query.words[row].word for row in dict.fromkeys(rows)]
