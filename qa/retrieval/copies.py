"""Near-copies among passages: reposts, copies in the other script, small edits.

Passages are compared by their shingles, the runs of three folded words (Broder, "On the resemblance and
containment of documents", 1997). What counts is the share of a passage's shingles that the passages ranked
before it contain together. So it does not matter where a copy was cut into passages, what was trimmed, or
which sentence was put before it.

`index.search.duplicates` compares whole articles pair by pair, by runs of five characters. Here these do not
serve: with the eleven passages before it, an unrelated English passage shares up to 0.60 of its runs of five
characters (median 0.24), of three words up to 0.17 (squad2_dev). Chinese passages share 0.08 and 0.10.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import cached_property, lru_cache
from itertools import pairwise

from index.text.fold import name_key
from index.text.sentences import sentences
from index.types import ArticleInfo, Passage
from qa.linguistics.numerals import HAN_NUMERALS, NUMBER_WORDS

#: A passage is a copy if the passages before it contain this share of its shingles. Two articles are related
#: if two of their passages share the second number of the shorter one's. Different passages of the
#: development sets share at most 0.17, web pages with the same advertisement up to 0.65.
COPIED, RELATED = 0.7, 0.3
#: Words of a shingle. First every sixth is looked up; all of them if this share of those is known.
_WORDS, _STEP, _PLAUSIBLE = 3, 6, 0.2
#: A quantity is found again in a copy by three plain words before it. At the beginning of a passage, where
#: there are fewer, words after it complete four.
_BEFORE, _AROUND = 3, 4
#: Sentences are the same but for their quantities if they share this much of their runs of three letters
#: (Jaccard). With one letter in twenty changed they share 0.75, with four words added to ten 0.7.
_ALIKE = 0.72
#: A passage is searched for a quote if it has this share of the quote's words, as cuts differ at the ends.
#: Quotes with fewer letters would be found in any text.
_HELD_WORDS, _MIN_LETTERS = 0.7, 8
_NUMBER = re.compile(rf".*\d|[{HAN_NUMERALS}]+\Z")
_NUMBERS = re.compile(rf"[\d{HAN_NUMERALS}]+")
_DATE_UNITS = frozenset("年月日号时分")

Shingle = tuple[str, ...]
#: The words around a quantity → the words of the quantities there.
QuantitiesByContext = dict[tuple[Shingle, Shingle], set[Shingle]]


@dataclass
class CopyGroup:
    """A passage with something new, and its copies among the passages ranked after it.

    ``related`` are the ids of their articles, and of articles that copied it with changes.
    """

    passage: Passage
    shingles: frozenset[Shingle]
    copies: list[Passage] = field(default_factory=list)
    related: set[int] = field(default_factory=set)

    @cached_property
    def quantities(self) -> QuantitiesByContext:
        return _quantities(self.passage.words)


class NearCopyFilter:
    """Takes passages in ranking order, and keeps the first ``limit`` that are no copies."""

    def __init__(self, limit: int) -> None:
        self.groups: list[CopyGroup] = []
        #: The ids of the passages that are copies.
        self.copies: set[int] = set()
        self._limit = limit
        self._known: set[Shingle] = set()

    @property
    def full(self) -> bool:
        """Whether ``limit`` different passages were found."""
        return len(self.groups) >= self._limit

    def add(self, passage: Passage) -> bool:
        """Take the next passage. Returns whether it is a copy. It is none if a quantity in it was changed."""
        words = passage.words
        sample = [words[at : at + _WORDS] for at in range(0, max(1, len(words) - _WORDS + 1), _STEP)]
        plausible = sum(shingle in self._known for shingle in sample) >= _PLAUSIBLE * len(sample)
        if not plausible and self.full:
            return False
        own = shingles_of(words)
        if plausible and self._copied(passage, own):
            self.copies.add(passage.id)
            return True
        if not self.full:
            self.groups.append(CopyGroup(passage, own, related={passage.article}))
            self._known |= own
        return False

    def _copied(self, passage: Passage, own: frozenset[Shingle]) -> bool:
        shared = {at: len(own & group.shingles) for at, group in enumerate(self.groups)}
        near = [self.groups[at] for at in sorted(shared, key=lambda at: (-shared[at], at)) if shared[at]]
        for at, group in enumerate(self.groups):
            if shared[at] >= RELATED * min(len(own), len(group.shingles)):
                group.related.add(passage.article)
        if not near or len(own & self._known) < COPIED * len(own):
            return False
        if near[0].shingles == own:
            near[0].copies.append(passage)
            return True
        quantities = _quantities(passage.words)
        if _changed(quantities, near):
            return False
        # Of a story and a copy with another quantity, take the one with the same quantities.
        unchanged = (group for group in near if not _changed(quantities, [group]))
        group = next(unchanged, near[0])
        group.copies.append(passage)
        group.related.add(passage.article)
        return True


class NearCopies:
    """Which articles repeat one another, and which hold a quote."""

    def __init__(self, groups: Sequence[CopyGroup], places: Sequence[tuple[Passage, ArticleInfo]]) -> None:
        """``places`` are all passages of the groups with their articles, best first."""
        self._related = [group.related for group in groups if len(group.related) > 1]
        self._places = [(frozenset(passage.words), passage, article) for passage, article in places]

    def __bool__(self) -> bool:
        """Whether any article repeats another."""
        return bool(self._related)

    def repeats(self, one: int, other: int) -> bool:
        """Whether one of two different articles (ids) repeats the other."""
        return one != other and any(one in related and other in related for related in self._related)

    def also(self, quote: str, words: frozenset[str], article: int) -> tuple[ArticleInfo, ...]:
        """The other articles that hold a quote of ``article``, compared as folded text; best first.

        An article that repeats nothing else must hold it as a whole sentence. ``words`` are its folded words.
        """
        found: dict[int, ArticleInfo] = {}
        least = _HELD_WORDS * len(words)
        for held, passage, info in self._places:
            if info.id == article or info.id in found or len(words & held) < least:
                continue
            if self.repeats(article, info.id):
                held_there = contains_quote(passage.text, quote)
            else:
                held_there = any(same_sentence(quote, passage.text[a:b]) for a, b in sentences(passage.text))
            if held_there:
                found[info.id] = info
        return tuple(found.values())


@lru_cache(256)
def shingles_of(words: tuple[str, ...]) -> frozenset[Shingle]:
    """The runs of three words. Fewer words are one shingle."""
    if len(words) <= _WORDS:
        return frozenset([words])
    return frozenset(zip(words, words[1:], words[2:], strict=False))


def contains_quote(text: str, quote: str) -> bool:
    """Whether ``text`` contains ``quote``, apart from script, width, case and punctuation."""
    letters = name_key(quote)
    return len(letters) >= _MIN_LETTERS and letters in name_key(text)


def same_sentence(one: str, other: str) -> bool:
    """Whether two sentences are the same apart from script, width, case and punctuation; False if short."""
    letters = name_key(one)
    return len(letters) >= _MIN_LETTERS and letters == name_key(other)


def same_but_quantities(one: str, other: str) -> bool:
    """Whether two sentences are nearly the same, apart from their quantities."""
    some, others = _plain_letters(one), _plain_letters(other)
    return len(some & others) >= _ALIKE * len(some | others)


@lru_cache(4_096)
def _plain_letters(text: str) -> frozenset[str]:
    """The runs of three letters of a text without its numbers."""
    letters = _NUMBERS.sub("", name_key(text))
    return frozenset(letters[at : at + 3] for at in range(max(1, len(letters) - 2)))


def _quantities(words: Sequence[str]) -> QuantitiesByContext:
    """The quantities by the plain words around them. The parts of a date are one quantity."""
    found: QuantitiesByContext = {}
    plain = [at for at, word in enumerate(words) if not _is_quantity(word)]
    for number, (before, after) in enumerate(pairwise((-1, *plain, len(words)))):
        quantity = tuple(words[before + 1 : after])
        if any(word not in _DATE_UNITS for word in quantity):
            left = tuple(words[at] for at in plain[max(0, number - _BEFORE) : number])
            missing = _AROUND - len(left) if len(left) < _BEFORE else 0
            right = tuple(words[at] for at in plain[number : number + missing])
            if left and len(right) == missing:
                found.setdefault((left, right), set()).add(quantity)
    return found


@lru_cache(4_096)
def _is_quantity(word: str) -> bool:
    return word in _DATE_UNITS or word in NUMBER_WORDS or _NUMBER.match(word) is not None


def _changed(quantities: QuantitiesByContext, groups: Sequence[CopyGroup]) -> bool:
    """Whether a quantity differs from those that the groups have in the same place."""
    for around, own in quantities.items():
        known = [group.quantities[around] for group in groups if around in group.quantities]
        if known and not own <= set().union(*known):
            return True
    return False
