"""Passages that stand in several articles: reposts, copies in the other script, small edits.

Passages are compared by their *shingles*, the runs of three folded words (Broder, "On the resemblance and
containment of documents", 1997). Unrelated passages share a tenth of theirs at most, a copy most. What
counts is how much of a passage stands in those before it *together*, so that it does not matter where
each copy was cut into passages, what was trimmed, or which sentence was put before it.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from itertools import pairwise

from index.text.fold import name_key
from index.text.sentences import sentences
from index.types import ArticleInfo, Passage
from qa.linguistics.numerals import HAN_DIGITS, NUMBER_WORDS

#: Share of a passage's shingles that stand in passages before it, from which it is a copy of them; and in
#: one of them alone, of the shorter's, from which their articles are related. Different passages of the
#: development sets share at most 0.1; web pages with the same advertisement up to 0.65.
COPIED, RELATED = 0.7, 0.3
#: Words of a shingle; every so manyth is looked at first, and all where this share of those is known.
_WORDS, _STEP, _PLAUSIBLE = 3, 6, 0.2
#: Plain words before a figure by which it is found again in a copy. Where a passage begins there are fewer,
#: and those after it count too, so many in all.
_BEFORE, _AROUND = 3, 4
#: Share of common runs of three letters (Jaccard) from which sentences are the same but for their figures.
#: With a letter changed in twenty they share 0.75, with four words added to ten 0.7.
_ALIKE = 0.72
#: Share of a quote's words that a passage has before it is looked at: cuts may differ at the ends. A quote of
#: fewer letters is found in any text.
_HELD_WORDS, _LEAST_LETTERS = 0.7, 8
_HAN_NUMBER = f"{HAN_DIGITS}十百千万亿"
_FIGURE = re.compile(rf".*\d|[{_HAN_NUMBER}]+\Z")
_FIGURES = re.compile(rf"[\d{_HAN_NUMBER}]+")
_DATE_UNITS = frozenset("年月日号时分")

Shingle = tuple[str, ...]
#: The words around a figure → the words of the figures there.
Figures = dict[tuple[Shingle, Shingle], set[Shingle]]


@dataclass(slots=True)
class CopyGroup:
    """A passage that tells something new, and the copies of it that came after it.

    ``related`` are the articles of all of these, and those that copied it and changed a figure or wrote on.
    """

    passage: Passage
    shingles: frozenset[Shingle]
    copies: list[Passage] = field(default_factory=list)
    related: set[int] = field(default_factory=set)
    _figures: Figures | None = None

    @property
    def figures(self) -> Figures:
        if self._figures is None:
            self._figures = _figures(self.passage.words)
        return self._figures


class NearCopyFilter:
    """Takes passages one after the other, best first, and keeps the first ``limit`` different ones."""

    def __init__(self, limit: int) -> None:
        self.groups: list[CopyGroup] = []
        self._limit = limit
        self._known: set[Shingle] = set()

    @property
    def full(self) -> bool:
        return len(self.groups) >= self._limit

    def add(self, passage: Passage) -> bool:
        """Whether the passage is a copy. One in which a figure was changed is none."""
        words = passage.words
        sample = [words[at : at + _WORDS] for at in range(0, max(1, len(words) - _WORDS + 1), _STEP)]
        plausible = sum(shingle in self._known for shingle in sample) >= _PLAUSIBLE * len(sample)
        if not plausible and self.full:
            return False
        own = shingles_of(words)
        if plausible and self._copied(passage, own):
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
        figures = _figures(passage.words)
        if _changed(figures, near):
            return False
        # Of a story and its copy with another figure, the one with the same figures.
        unchanged = (group for group in near if not _changed(figures, [group]))
        group = next(unchanged, near[0])
        group.copies.append(passage)
        group.related.add(passage.article)
        return True


class NearCopies:
    """What was found out about passages: which articles repeat one another, and where a quote stands."""

    def __init__(
        self, groups: Sequence[CopyGroup] = (), places: Sequence[tuple[Passage, ArticleInfo]] = ()
    ) -> None:
        """``places`` are the passages of the groups, copies too, with their articles, best first."""
        self._related = [group.related for group in groups if len(group.related) > 1]
        self._places = [(frozenset(passage.words), passage, article) for passage, article in places]

    def __bool__(self) -> bool:
        """Whether any article repeats another."""
        return bool(self._related)

    def repeats(self, one: int, other: int) -> bool:
        """Whether one of two different articles, by their ids, repeats what the other says."""
        return one != other and any(one in related and other in related for related in self._related)

    def also(self, quote: str, words: frozenset[str], article: int) -> tuple[ArticleInfo, ...]:
        """The other articles in which a quote of ``article`` stands, folded, word for word; best first.

        In one that repeats nothing else it must be a whole sentence. ``words`` are the quote's, folded.
        """
        found: dict[int, ArticleInfo] = {}
        least = _HELD_WORDS * len(words)
        for held, passage, info in self._places:
            if info.id == article or info.id in found or len(words & held) < least:
                continue
            if self.repeats(article, info.id):
                stands = contains_quote(passage.text, quote)
            else:
                stands = any(same_sentence(quote, passage.text[a:b]) for a, b in sentences(passage.text))
            if stands:
                found[info.id] = info
        return tuple(found.values())


NO_COPIES = NearCopies()


def shingles_of(words: Sequence[str]) -> frozenset[Shingle]:
    """The runs of three words; fewer words are one."""
    if len(words) <= _WORDS:
        return frozenset([tuple(words)])
    return frozenset(zip(words, words[1:], words[2:], strict=False))


def contains_quote(text: str, quote: str) -> bool:
    """Whether ``quote`` stands in ``text``, script, width, case and punctuation aside."""
    letters = name_key(quote)
    return len(letters) >= _LEAST_LETTERS and letters in name_key(text)


def same_sentence(one: str, other: str) -> bool:
    """Whether two sentences are the same, script, width, case and punctuation aside; short ones never are."""
    letters = name_key(one)
    return len(letters) >= _LEAST_LETTERS and letters == name_key(other)


def same_but_quantities(one: str, other: str) -> bool:
    """Whether two sentences are nearly the same but for their figures."""
    bare = [_FIGURES.sub("", name_key(text)) for text in (one, other)]
    some, others = ({letters[at : at + 3] for at in range(max(1, len(letters) - 2))} for letters in bare)
    return len(some & others) >= _ALIKE * len(some | others)


def _figures(words: Sequence[str]) -> Figures:
    """The figures, parts of a date as one, by the plain words around that tell where they stand."""
    found: Figures = {}
    plain = [at for at, word in enumerate(words) if not _is_figure(word)]
    for number, (before, after) in enumerate(pairwise((-1, *plain, len(words)))):
        figure = tuple(words[before + 1 : after])
        if any(word not in _DATE_UNITS for word in figure):
            left = tuple(words[at] for at in plain[max(0, number - _BEFORE) : number])
            missing = _AROUND - len(left) if len(left) < _BEFORE else 0
            right = tuple(words[at] for at in plain[number : number + missing])
            if left and len(right) == missing:
                found.setdefault((left, right), set()).add(figure)
    return found


@lru_cache(4_096)
def _is_figure(word: str) -> bool:
    return word in _DATE_UNITS or word in NUMBER_WORDS or _FIGURE.match(word) is not None


def _changed(figures: Figures, groups: Sequence[CopyGroup]) -> bool:
    """Whether a figure stands where those of the groups stand, and is none of them."""
    for around, own in figures.items():
        told = [group.figures[around] for group in groups if around in group.figures]
        if told and not own <= set().union(*told):
            return True
    return False
