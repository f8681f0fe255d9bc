"""Whether two sentences say the same, or tell different quantities of the same thing.

Both look at the words besides the quantities, softly across languages, and at the quantities in their
normal form (`quantities`). Disagreement is claimed with care: one that is missed costs less than a
false one.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING

import numpy as np

from index.lexicon.lexicon import Lexicon
from index.text.fold import fold_text
from qa import tuning
from qa.answering.scoring import Candidate
from qa.linguistics.answer_types import introduces_name
from qa.linguistics.cues import ASKS, FUNCTION
from qa.linguistics.numerals import HAN_DIGITS
from qa.question.query import rarity

if TYPE_CHECKING:
    from qa.linguistics.quantities import Quantity


def find_quantities(text: str) -> tuple[Quantity, ...]:
    """``quantities.quantities``, whose patterns take longer to make ready than most answers to compose."""
    from qa.linguistics.quantities import find_quantities

    return find_quantities(text)


class WordOverlap:
    """How much of what some words say others say too, weighed by their rarity in general text."""

    def __init__(self, lexicon: Lexicon) -> None:
        self._lexicon = lexicon
        self._weights: dict[str, float] = {}

    def share(self, words: Iterable[str], others: Iterable[str]) -> float:
        """Share (0 to 1) of the weight of ``words`` that ``others`` say, in synonyms or translations too."""
        mine = [word for word in words if self.weight(word)]
        if not mine:
            return 0.0
        theirs = [word for word in others if self.weight(word)]
        lexicon = self._lexicon
        best = (lexicon.vectors(lexicon.ids(mine)) @ lexicon.vectors(lexicon.ids(theirs)).T).max(1, initial=0)
        best[best < tuning.MIN_SIMILARITY] = 0
        known = set(theirs)
        best[[word in known for word in mine]] = 1
        weights = np.array([self.weight(word) for word in mine])
        return float(weights @ best**tuning.SIMILARITY_POWER / weights.sum())

    def similarity(self, one: Iterable[str], other: Iterable[str]) -> float:
        """How much of each the other says: the lesser of the two shares."""
        one, other = list(one), list(other)
        return min(self.share(one, other), self.share(other, one))

    def weight(self, word: str) -> float:
        """What a folded word tells of the topic: 0 for quantities, function words and what only asks."""
        if (weight := self._weights.get(word)) is None:
            quantity = any(char.isdigit() or char in HAN_DIGITS for char in word)
            small = quantity or FUNCTION.fullmatch(word) or ASKS.fullmatch(word)
            weight = 0.0 if small else rarity(word, self._lexicon)
            self._weights[word] = weight
        return weight


def same_fact(one: Candidate, other: Candidate, overlap: WordOverlap) -> bool:
    """Whether two sentences say the same: most of the shorter one's words, and no quantity that conflicts.

    Across languages few words find an exact partner, so that there both sentences must be alike.
    """
    if _cross_language(one, other):
        alike = overlap.similarity(one.words, other.words) >= tuning.SAME_FACT_ACROSS
    else:
        shorter, longer = sorted((one.words, other.words), key=len)
        alike = overlap.share(shorter, longer) >= tuning.SAME_FACT
    return alike and not _conflict(find_quantities(one.text), find_quantities(other.text))


def is_redundant(one: Candidate, other: Candidate, overlap: WordOverlap) -> bool:
    """Whether ``one`` says the same as ``other`` and has no quantity that ``other`` lacks."""
    if not same_fact(one, other, overlap):
        return False
    told = find_quantities(other.text)
    return all(any(quantity.agrees(another) for another in told) for quantity in find_quantities(one.text))


def requested_quantities(candidate: Candidate, kinds: frozenset[str]) -> list[Quantity]:
    """The quantities of a sentence that may answer a question for ``kinds`` (of `QUANTITY_TYPES`)."""
    if not kinds:
        return []
    found = find_quantities(candidate.text)
    own = [quantity for quantity in found if quantity.kind in kinds]
    if not own and "number" in kinds:  # "how much" may ask for a sum or a share
        own = [quantity for quantity in found if quantity.kind in ("money", "percent")]
    if not own and "duration" in kinds:  # "how long" may ask for metres
        own = [quantity for quantity in found if quantity.unit == "m"]
    return own


def backs(
    one: Candidate, other: Candidate, kinds: frozenset[str], topic: Sequence[str], overlap: WordOverlap
) -> bool:
    """Whether ``one`` backs ``other``: both have the quantity asked for, or where none is say the same.

    ``topic`` are the words that the question is about.
    """
    mine, theirs = requested_quantities(one, kinds), requested_quantities(other, kinds)
    foreign = _cross_language(one, other)
    if not kinds:
        least = tuning.SAME_FACT_ACROSS if foreign else tuning.SAME_STATEMENT
        alike = same_fact(one, other, overlap) and _same_topic(other, one, topic, overlap)
    else:
        least = tuning.SAME_QUANTITY_ACROSS if foreign else tuning.SAME_QUANTITY
        alike = bool(theirs) and all(any(quantity.agrees(another) for another in mine) for quantity in theirs)
        alike = alike and not _conflict(find_quantities(one.text), find_quantities(other.text))
    return alike and overlap.similarity(one.words, other.words) >= least


def find_disagreement(
    one: Candidate, other: Candidate, kinds: frozenset[str], topic: Sequence[str], overlap: WordOverlap
) -> tuple[Quantity, Quantity] | None:
    """The quantities asked for that two articles tell differently of the same thing, or None.

    ``topic`` are the words that the question is about. Of the same thing tell sentences that are alike,
    both name what is asked about, and neither clash in any other quantity (another year, another stage
    of a deal) nor each name what the other does not.
    """
    if one.hit.article.id == other.hit.article.id:
        return None
    mine, theirs = requested_quantities(one, kinds), requested_quantities(other, kinds)
    pairs = [(a, b) for a in mine for b in theirs if a.conflicts(b)]
    if not pairs or min(len({a for a, _ in pairs}), len({b for _, b in pairs})) > 1:
        return None
    if any(a.agrees(b) for a in find_quantities(one.text) for b in theirs) or any(
        a.agrees(b) for a in mine for b in find_quantities(other.text)
    ):
        return None
    rest = [[f for f in find_quantities(c.text) if f not in own] for c, own in ((one, mine), (other, theirs))]
    if _conflict(*rest) or (not _cross_language(one, other) and _name_different_things(one.text, other.text)):
        return None
    if not _same_topic(one, other, topic, overlap):
        return None
    # The tower's visitors in one year are not its completion in another.
    units = [fold_text(quantity.text) for quantity in (*mine, *theirs)]
    said = [word for word in topic if not any(word in unit for unit in units)]
    for some, others in ((one, other), (other, one)):
        if not all(overlap.share([word], others.words) for word in _named(some, said, overlap)):
            return None
    least = tuning.DIFFERENT_QUANTITY_ACROSS if _cross_language(one, other) else tuning.DIFFERENT_QUANTITY
    if overlap.similarity(one.words, other.words) < least:
        return None
    return min(pairs, key=lambda pair: abs(pair[0].value - pair[1].value))


def changed_quantity(one: Candidate, other: Candidate) -> tuple[Quantity, Quantity] | None:
    """The one quantity, whether asked for or not, that a copy of a sentence tells differently, or None."""
    mine, theirs = find_quantities(one.text), find_quantities(other.text)
    left = [quantity for quantity in mine if not any(map(quantity.agrees, theirs))]
    right = [quantity for quantity in theirs if not any(map(quantity.agrees, mine))]
    if (
        len(left) != 1
        or len(right) != 1
        or not left[0].conflicts(right[0])
        or _name_different_things(one.text, other.text)
    ):
        return None
    return left[0], right[0]


def _same_topic(one: Candidate, other: Candidate, topic: Sequence[str], overlap: WordOverlap) -> bool:
    """Whether both name the weightiest word of the topic, and ``other`` most of what ``one`` names of it."""
    named = _named(one, topic, overlap)
    weightiest = max(topic, key=overlap.weight, default="")
    return (
        weightiest in named
        and overlap.share([weightiest], other.words) >= tuning.SAME_TOPIC
        and overlap.share(named, other.words) >= tuning.SAME_TOPIC
    )


def _named(candidate: Candidate, topic: Sequence[str], overlap: WordOverlap) -> list[str]:
    return [word for word in topic if overlap.share([word], candidate.words) >= tuning.SAME_TOPIC]


def _conflict(some: Sequence[Quantity], others: Sequence[Quantity]) -> bool:
    """Whether a quantity conflicts with one of the others and agrees with none, either way."""
    return any(
        any(quantity.conflicts(other) for other in right)
        and not any(quantity.agrees(other) for other in right)
        for left, right in ((some, others), (others, some))
        for quantity in left
    )


def _name_different_things(one: str, other: str) -> bool:
    """Whether each sentence names what the other does not."""
    return introduces_name(one, fold_text(other)) and introduces_name(other, fold_text(one))


def _cross_language(one: Candidate, other: Candidate) -> bool:
    return one.hit.article.language[:2] != other.hit.article.language[:2]
