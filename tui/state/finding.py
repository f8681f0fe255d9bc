"""Finds names by what is typed: parts in any order, letters with gaps, pinyin initials. No widget."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterator, Sequence
from itertools import chain
from typing import NamedTuple

from index.text.display import one_line
from index.text.fold import fold, fold_text
from index.types import Span
from tui.state.pinyin import initials, pattern

#: How well a word fits: as the whole, the beginning, the beginning of a word, initials at the beginning.
_WHOLE, _BEGINS, _WORD, _INITIALS = 1.0, 0.95, 0.85, 0.8
#: In the middle of a word, or of the initials; with gaps.
_WITHIN, _GAPS = 0.6, 0.4
#: Letters that may lie between two others, and the fewest letters that are looked for so.
_GAP, _LEAST = 4, 3
#: What names lose that are longer than what is typed.
_LENGTH = 0.05


class Names:
    """Names in the form in which they are searched."""

    def __init__(self, names: Sequence[str]) -> None:
        # Folding and searching all at once takes a tenth of the time.
        self._folded = fold_text("\n".join(map(one_line, names))) if names else ""
        self._initials = initials(self._folded)
        self._starts = [0, *(found.end() for found in re.finditer("\n", self._folded))] if names else []
        self.pairs = list(zip(self._folded.split("\n"), self._initials.split("\n"), strict=True))

    def with_word(self, word: _Word) -> set[int]:
        """The places of the names that hold the word, or have it among their initials."""
        found = re.finditer(re.escape(word.text), self._folded)
        short = word.letters.finditer(self._initials) if word.letters else ()
        return {bisect_right(self._starts, each.start()) - 1 for each in chain(found, short)}


class _Word(NamedTuple):
    """A typed word; ``letters`` finds it as initials, ``gaps`` with other characters in between."""

    text: str
    letters: re.Pattern[str] | None
    gaps: re.Pattern[str] | None


class Wanted:
    """What is typed, to be compared with names."""

    def __init__(self, typed: str) -> None:
        self._words = [_word(text) for text in fold_text(typed).split()]

    def best(self, names: Names, most: int, *, gaps: bool = True) -> list[tuple[float, int]]:
        """The score and place of the ``most`` names that fit best, the best first.

        ``gaps`` are allowed, which takes much longer, where nothing fits without.
        """
        places = set.intersection(*map(names.with_word, self._words)) if self._words else set()
        if not places and gaps:
            places = set(range(len(names.pairs)))
        scored = ((self._score(*names.pairs[place], gaps), place) for place in places)
        return sorted((each for each in scored if each[0] > 0), key=lambda each: (-each[0], each[1]))[:most]

    def score(self, name: str) -> float:
        """How well a name fits: 0 not at all, 1 if it is the same."""
        folded = fold_text(name)
        return self._score(folded, initials(folded), True)

    def _score(self, folded: str, letters: str, gaps: bool) -> float:
        """All words must fit; the worst counts."""
        least, typed = _WHOLE, 0
        for word in self._words:
            fit = _fit(word, folded, letters, gaps)
            if not fit:
                return 0.0
            least = min(least, fit)
            typed += len(word.text)
        return least - _LENGTH * (1 - min(1.0, typed / len(folded))) if typed else 0.0

    def spans(self, name: str) -> Iterator[Span]:
        """The parts of the name that fit."""
        folded = fold(name)
        letters = initials(folded.text)
        for word in self._words:
            at = folded.text.find(word.text)
            if at >= 0:
                yield folded.original(at, at + len(word.text))
            elif found := word.letters and word.letters.search(letters):
                yield folded.original(*found.span())
            elif found := _with_gaps(word, folded.text, letters):
                for group in range(1, len(word.text) + 1):
                    yield folded.original(*found.span(group))


def _word(text: str) -> _Word:
    latin = text.isascii() and text.isalpha()
    gaps = None
    if len(text) >= (_LEAST if latin else 2) and text.isalnum():
        parts = [f"({pattern(character) if latin else character})" for character in text]
        gaps = re.compile(f".{{0,{_GAP}}}?".join(parts))
    return _Word(text, re.compile(pattern(text)) if latin and len(text) > 1 else None, gaps)


def _fit(word: _Word, folded: str, letters: str, gaps: bool) -> float:
    at = folded.find(word.text)
    if at == 0:
        return _WHOLE if len(folded) == len(word.text) else _BEGINS
    if at > 0:
        return _WORD if _begins_word(folded, at) else _WITHIN
    if letters is not folded and word.letters is not None and (found := word.letters.search(letters)):
        return _INITIALS if found.start() == 0 else _WITHIN
    return _GAPS if gaps and _with_gaps(word, folded, letters) else 0.0


def _with_gaps(word: _Word, folded: str, letters: str) -> re.Match[str] | None:
    """The word with gaps, if it begins where a word begins."""
    found = word.gaps.search(letters if word.letters else folded) if word.gaps else None
    return found if found and _begins_word(folded, found.start()) else None


def _begins_word(folded: str, at: int) -> bool:
    """Whether a word begins there; each Chinese character is one."""
    return at == 0 or not (folded[at - 1].isascii() and folded[at - 1].isalnum()) or not folded[at].isascii()
