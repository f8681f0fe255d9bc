"""The words of a library that questions are compared with."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Mapping, Sequence
from functools import cached_property
from itertools import islice
from typing import TYPE_CHECKING

import numpy as np

from index.lexicon.lexicon import Floats, Ids, Lexicon
from qa import tuning

if TYPE_CHECKING:
    from qa.question.chinese_names import ChineseNames
    from qa.question.sounds import Sounds

#: Up to this many words of a library are compared with a question's; of more, an index proposes some. The
#: vectors of so many take 17 MB.
_COMPARED = 32_768
#: Words that the index proposes for one. In a library of 40,000 passages enough of them occur for all but
#: one in a hundred.
_PROPOSED = 256
#: Words whose vectors are held at a time where all must be compared.
_BLOCK = 8192
#: The most words whose neighbours are kept (2 kB each).
_NEIGHBOURS_KEPT = 2_000
#: The most frequencies that are kept once they were looked up.
_LOOKED_UP = 50_000


class LazyFrequencies:
    """Document frequencies that are looked up when needed, for a library with too many words to hold."""

    def __init__(self, look_up: Callable[[Sequence[str]], Sequence[int]]) -> None:
        """``look_up`` is ``Library.document_frequency``."""
        self._look_up = look_up
        self._known: dict[str, int] = {}

    def load(self, words: Iterable[str]) -> dict[str, int]:
        """Look up all unknown words at once; returns their frequencies."""
        new = [word for word in dict.fromkeys(words) if word not in self._known]
        found = dict(zip(new, self._look_up(new), strict=True)) if new else {}
        if len(self._known) + len(found) > _LOOKED_UP:
            self._known = {}
        self._known |= found
        return found

    def get(self, word: str, default: int, /) -> int:
        found = self._known.get(word)
        if found is None:
            found = self.load([word]).get(word)
        return found or default

    def __contains__(self, word: object, /) -> bool:
        return isinstance(word, str) and self.get(word, 0) > 0


#: The document frequencies of words, in passages.
Frequencies = Mapping[str, int] | LazyFrequencies


class Vocabulary:
    """The words of a library: their document frequencies, and their vectors if the lexicon knows them."""

    def __init__(
        self,
        frequencies: Frequencies,
        passages: int,
        lexicon: Lexicon,
        sounds: Sounds | None = None,
        beginning: Callable[[Sequence[str]], list[list[str]]] | None = None,
        names: ChineseNames | None = None,
    ) -> None:
        """``beginning`` is `Library.words_beginning`. Without it no misspelt words are looked for."""
        self.frequencies, self.passages, self.sounds, self.names = frequencies, passages, sounds, names
        self.beginning = beginning
        self._lexicon = lexicon
        self._importances: dict[str, float] = {}
        if isinstance(frequencies, Mapping):
            rows = lexicon.ids(list(frequencies))
            self._rows = rows[rows >= 0]
        else:
            self._rows = np.arange(len(lexicon))
        self._known: dict[int, list[tuple[str, float]]] = {}

    def neighbours(self, rows: Sequence[int]) -> list[list[tuple[str, float]]]:
        """For each row of the lexicon, the nearest words of the library with their cosines, best first.

        Where the library has many words, an index proposes them and a few of the farther ones are missed.
        """
        known = self._known
        if len(known) > _NEIGHBOURS_KEPT:
            known = self._known = {}
        new = [row for row in rows if row not in known]
        if new:
            known.update(zip(new, self._found(np.array(new)), strict=True))
        return [known[row] for row in rows]

    def _found(self, asked: Ids) -> list[list[tuple[str, float]]]:
        lexicon = self._lexicon
        index = lexicon.nearest if len(self._rows) > _COMPARED else None
        if index is None:
            return self._held(self._nearest(asked))
        found = [rows[rows >= 0] for rows in index.search(lexicon.vectors(asked), _PROPOSED)]
        compared = [lexicon.cosines(asked[at : at + 1], rows)[0] for at, rows in enumerate(found)]
        near = self._held(list(zip(found, compared, strict=True)))
        # Too few are left, and there may be others beyond those proposed.
        short = [
            at
            for at, similar in enumerate(compared)
            if len(near[at]) < tuning.EXPANSIONS and np.all(similar > tuning.MIN_SIMILARITY)
        ]
        if short:
            starts = range(0, len(self._rows), _BLOCK)
            blocks = [lexicon.cosines(asked[short], self._rows[first : first + _BLOCK]) for first in starts]
            whole = self._held([(self._rows, similar) for similar in np.hstack(blocks)])
            for at, held in zip(short, whole, strict=True):
                near[at] = held
        return near

    def _nearest(self, asked: Ids) -> list[tuple[Ids, Floats]]:
        """For each word asked the nearest of the library's, more than are wanted, with their cosines."""
        cosines = self._lexicon.cosines(asked, self._rows, self._matrix)
        most = 2 * tuning.EXPANSIONS
        if cosines.shape[1] <= most:
            return [(self._rows, similar) for similar in cosines]
        near = np.argpartition(-cosines, most, axis=1)[:, :most]
        return [(self._rows[at], similar[at]) for at, similar in zip(near, cosines, strict=True)]

    def _held(self, proposed: Sequence[tuple[Ids, Floats]]) -> list[list[tuple[str, float]]]:
        """Of each (rows, cosines) the nearest words that the library holds, if similar enough."""
        nearest: list[tuple[list[int], list[float]]] = []
        for rows, cosines in proposed:
            near = np.flatnonzero(cosines > tuning.MIN_SIMILARITY)
            near = near[np.argsort(-cosines[near])]
            nearest.append((rows[near].tolist(), cosines[near].tolist()))
        word, frequencies = self._lexicon.words.__getitem__, self.frequencies
        if isinstance(frequencies, LazyFrequencies):
            frequencies.load(word(row) for rows, _ in nearest for row in rows[: tuning.EXPANSIONS])
        found = []
        for near_rows, near_cosines in nearest:
            pairs = zip(map(word, near_rows), near_cosines, strict=True)
            held = (pair for pair in pairs if pair[0] in frequencies)
            found.append(sorted(islice(held, tuning.EXPANSIONS), key=lambda pair: (-pair[1], pair[0])))
        return found

    @cached_property
    def _matrix(self) -> Floats:
        return self._lexicon.whole_rows(self._rows)

    @cached_property
    def crowding(self) -> float:
        """How many passages compete, from 0 for few to 1: see `tuning.CROWDED`."""
        few, many = map(math.log, tuning.CROWDED)
        return min(1.0, max(0.0, (math.log(max(self.passages, 1)) - few) / (many - few)))

    def held(self, words: Iterable[str]) -> set[str]:
        """Those of the words that the library has."""
        words = set(words)
        if isinstance(self.frequencies, LazyFrequencies):
            self.frequencies.load(words)
        return {word for word in words if word in self.frequencies}

    def importance(self, word: str) -> float:
        """The weight of a question word: its rarity in general text and, if it occurs, in the library."""
        if (known := self._importances.get(word)) is None:
            if len(self._importances) >= _LOOKED_UP:
                self._importances = {}
            known = self._importances[word] = self._rarity(word)
        return known

    def _rarity(self, word: str) -> float:
        general = rarity(word, self._lexicon)
        frequency = self.frequencies.get(word, 0)
        if not frequency:
            return general
        idf = math.log1p((self.passages - frequency + 0.5) / (frequency + 0.5))
        here = idf / math.log1p(self.passages)
        return (1 - tuning.LIBRARY_SHARE) * general + tuning.LIBRARY_SHARE * here


def rarity(word: str, lexicon: Lexicon) -> float:
    """How rare a folded word is in general text, from 0 for the most common up to about 1.5."""
    return max(0.0, -lexicon.log_probability(word) - 5) / 8
