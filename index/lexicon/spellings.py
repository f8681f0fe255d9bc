"""What may write a name in the other script: Latin words of a library, and likely Chinese spellings.

`index.lexicon.transliteration` compares a given pair. Here only one side is given, and a beam search over its
letters or characters finds the other one.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping, Sequence
from functools import cache, lru_cache
from heapq import nlargest
from itertools import product
from typing import NamedTuple

from index.lexicon.transliteration import (
    LONGEST,
    LONGEST_NAME,
    SHORTEST_NAME,
    Transliterator,
    bundled_transliterator,
    mask,
)

#: The fewest letters of two or more characters by which Latin words are looked up, and the most.
_BEGINNING, _LOOKED_UP = 3, 4
#: The beginnings that are looked up for each character that a name may begin with, and their least evidence.
_BEGINNINGS, _LEAST_BEGINNING = 40, 6.0
#: No more beginnings are looked up once this many words were looked at, and how many are at once. Among
#: 38,000 passages a run of eight characters needs 2,500 words.
_LOOKED_AT, _AT_ONCE = 5_000, 10
#: What a letter costs in likelihood: evidence is against chance, which has less of more letters.
_LETTER = 2.0
#: Letters of a word that may be left over at its end.
_SPARE = 2
#: The characters after the first that the beginning of a name may need, and the vowels of a cut left open.
_FIRST_CHARACTERS, _OPEN_VOWELS = 3, 2
#: The spellings followed from each letter, and the characters tried for each cut.
_WIDTH, _TRIED = 20, 8
#: A character's share of text counts by this power, and each character costs as much evidence: the more
#: letters one stands for, the fewer there are.
_SHARE, _COST = 0.5, 3.0


class Written(NamedTuple):
    """``word`` may be what ``run[start:end]`` writes, with the probability ``score``."""

    word: str
    start: int
    end: int
    score: float


class Beginning(NamedTuple):
    """``letters`` are the first ones of what characters from ``start`` on may write.

    ``ways`` are those of all of these characters, and where they end, with their evidence. ``likelihood`` is
    that of the best, in logarithm.
    """

    likelihood: float
    letters: str
    start: int
    ways: Mapping[tuple[str, int], float]


class Spellings:
    """Searches with the evidence of a transliterator."""

    def __init__(self, transliterator: Transliterator) -> None:
        self._transliterator = transliterator
        self._cuts = lru_cache(2048)(self._cuts_of)

    def latin(self, run: str, words: Callable[[Sequence[str]], Sequence[Sequence[str]]]) -> list[Written]:
        """The Latin words that parts of ``run``, folded Chinese characters, may write, likeliest first.

        ``words`` gives the words with each beginning.
        """
        best: dict[str, tuple[float, int, int]] = {}
        known: dict[tuple[str, int], tuple[float, int]] = {}
        left = _LOOKED_AT
        found = [one for start in range(len(run) - 1) for one in self._beginnings(run, start)]
        found.sort(key=lambda one: -one.likelihood)
        while found and left > 0:
            likely, found = found[:_AT_ONCE], found[_AT_ONCE:]
            for one, held in zip(likely, words([one.letters for one in likely]), strict=True):
                left -= len(held)
                for (letters, end), evidence in one.ways.items() if held else ():
                    longest = min(LONGEST_NAME, len(letters) + LONGEST * (len(run) - end) + _SPARE)
                    for word in held:
                        if word.startswith(letters) and len(word) <= longest:
                            more, last = self._rest(word[len(letters) :], run, end, known)
                            if evidence + more > best.get(word, (0.0, 0, 0))[0]:
                                best[word] = (evidence + more, one.start, last)
        probability = self._transliterator.probability
        written = (Written(word, start, end, probability(e, word)) for word, (e, start, end) in best.items())
        return sorted(written, key=lambda one: (-one.score, one.word))

    def _beginnings(self, run: str, start: int) -> list[Beginning]:
        """The likeliest first letters of a name that begins with ``run[start]``, best first."""
        found: dict[tuple[str, int], float] = {}
        short = {"": 0.0}
        for at in range(start, min(start + 1 + _FIRST_CHARACTERS, len(run))):
            longer: dict[str, float] = {}
            for letters, evidence in short.items():
                for cut, gain in self._cuts(run[at]).items():
                    more, total = letters + cut, evidence + gain
                    if len(more) < _BEGINNING or at == start:
                        longer[more] = max(total, longer.get(more, total))
                    elif total >= _LEAST_BEGINNING:
                        found[more, at + 1] = max(total, found.get((more, at + 1), total))
            short = dict(nlargest(_BEGINNINGS, longer.items(), key=lambda pair: pair[1]))
        ways: defaultdict[str, dict[tuple[str, int], float]] = defaultdict(dict)
        for (letters, end), evidence in found.items():
            ways[letters[:_LOOKED_UP]][letters, end] = evidence
        likely = (
            Beginning(max(e - _LETTER * len(key[0]) for key, e in these.items()), letters, start, these)
            for letters, these in ways.items()
        )
        return nlargest(_BEGINNINGS, likely, key=lambda one: one.likelihood)

    def _cuts_of(self, char: str) -> dict[str, float]:
        """The letters that a character may stand for, each vowel spelled out, with their evidence."""
        found: dict[str, float] = {}
        for cut, gain in self._transliterator.evidence.get(char, {}).items():
            if cut and cut.count("*") <= _OPEN_VOWELS:
                for choice in product(*("aeiouy" if letter == "*" else letter for letter in cut)):
                    letters = "".join(choice)
                    found[letters] = max(gain, found.get(letters, gain))
        return found

    def _rest(
        self, letters: str, run: str, at: int, known: dict[tuple[str, int], tuple[float, int]]
    ) -> tuple[float, int]:
        """The most evidence of characters from ``run[at]`` on for all ``letters``, and where they end."""
        if (best := known.get((letters, at))) is not None:
            return best
        left_over = self._transliterator.costs.letter
        best = (-left_over * len(letters), at)
        if at < len(run):
            cuts = self._cuts(run[at])
            for size in range(1, min(LONGEST, len(letters)) + 1):
                if (gain := cuts.get(letters[:size])) is not None:
                    more, end = self._rest(letters[size:], run, at + 1, known)
                    best = max(best, (gain + more, end))
            if len(letters) > 1:
                more, end = self._rest(letters[1:], run, at, known)
                best = max(best, (more - left_over, end))
        known[letters, at] = best
        return best

    def chinese(self, latin: str, shares: Mapping[str, float]) -> Iterator[tuple[str, float]]:
        """Likely spellings of the folded word, likeliest first, with the probability that they write it.

        ``shares`` are natural logs of the characters' shares of the texts. No other character is used.
        """
        if not SHORTEST_NAME <= len(latin) <= LONGEST_NAME:
            return
        masked, size = mask(latin), len(latin)
        found: list[dict[str, float]] = [{"": 0.0}, *({} for _ in latin)]
        for start in range(size):
            here = nlargest(_WIDTH, found[start].items(), key=lambda pair: pair[1])
            for end in range(start + 1, min(start + LONGEST, size) + 1):
                after = found[end]
                for char, gain in self._characters(latin[start:end], masked[start:end], shares):
                    for spelled, evidence in here:
                        more, total = spelled + char, evidence + gain
                        after[more] = max(total, after.get(more, total))
            for spelled, evidence in here:
                left = evidence - self._transliterator.costs.letter
                found[start + 1][spelled] = max(left, found[start + 1].get(spelled, left))
        for spelled, _ in sorted(found[size].items(), key=lambda pair: (-pair[1], pair[0])):
            if len(spelled) > 1:
                evidence, start, end = self._transliterator.align(latin, spelled)
                yield spelled, self._transliterator.probability(evidence, latin)

    def _characters(self, cut: str, masked: str, shares: Mapping[str, float]) -> list[tuple[str, float]]:
        """The likeliest characters for the letters, with their evidence."""
        gains: dict[str, float] = {}
        for spelled in dict.fromkeys((cut, masked)):
            for char, gain in self._transliterator.by_cut.get(spelled, ()):
                gains[char] = max(gain, gains.get(char, gain))
        weighed = (
            (char, gain + _SHARE * shares[char] - _COST) for char, gain in gains.items() if char in shares
        )
        return nlargest(_TRIED, weighed, key=lambda pair: pair[1])


@cache
def bundled_spellings() -> Spellings:
    """Searches with the bundled transliterator, made once per process."""
    return Spellings(bundled_transliterator())
