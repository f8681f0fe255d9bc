"""Whether two sentences say the same, or give different quantities for the same thing.

Words are compared softly, across languages too. Quantities are compared in their normal form
(`qa.linguistics.quantities`). A disagreement is claimed with care: a false one costs more than a missed one.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence, Set
from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING, NamedTuple

import numpy as np
from numpy.typing import NDArray

from index.lexicon.lexicon import Floats, Lexicon
from index.text.fold import fold_text
from qa import tuning
from qa.answering.scoring import Candidate
from qa.linguistics.answer_types import introduces_name
from qa.linguistics.cues import ASKS, FUNCTION
from qa.linguistics.numerals import HAN_DIGITS
from qa.question.vocabulary import rarity

if TYPE_CHECKING:
    from qa.linguistics.quantities import Quantity


#: The texts whose words are kept: about 10 MB.
_KEPT = 512


def find_quantities(text: str) -> tuple[Quantity, ...]:
    """`quantities.find_quantities`, imported late: compiling its patterns takes longer than most answers."""
    from qa.linguistics.quantities import find_quantities

    return find_quantities(text)


@lru_cache(4_096)
def requested(text: str, types: frozenset[str]) -> tuple[Quantity, ...]:
    """The quantities of ``text`` that may answer a question for quantities of these ``types``."""
    found = find_quantities(text)
    kinds = types | {"number"} if "count" in types else types
    own = tuple(quantity for quantity in found if quantity.kind in kinds)
    if not own and "number" in types:  # "how much" may ask for a sum or a share
        own = tuple(quantity for quantity in found if quantity.kind in ("money", "percent"))
    if not own and "duration" in types:  # "how long" may ask for metres
        own = tuple(quantity for quantity in found if quantity.unit == "m")
    return own


class _Weighed(NamedTuple):
    """The words of a text that weigh anything, with float32 [words, dimensions] and float64 [words]."""

    words: Sequence[str]
    known: Set[str]
    vectors: Floats
    weights: NDArray[np.float64]


class WordOverlap:
    """How much two texts overlap in their words, weighted by rarity in general text."""

    def __init__(self, lexicon: Lexicon) -> None:
        self._lexicon = lexicon
        self._weights: dict[str, float] = {}
        self._weighed = lru_cache(maxsize=_KEPT)(self._weigh)

    def share(self, words: Iterable[str], others: Iterable[str]) -> float:
        """The share (0 to 1) of the weight of ``words`` that ``others``, synonyms or translations, match."""
        mine, theirs = self._weighed(_key(words)), self._weighed(_key(others))
        return self._covered(mine, theirs, mine.vectors @ theirs.vectors.T)

    def _covered(self, mine: _Weighed, theirs: _Weighed, cosines: Floats) -> float:
        """The share of ``mine`` that ``theirs`` match; ``cosines`` of each with each."""
        if not mine.words:
            return 0.0
        best = cosines.max(1, initial=0)
        best[best < tuning.MIN_SIMILARITY] = 0
        if common := mine.known & theirs.known:
            best[[word in common for word in mine.words]] = 1
        return float(mine.weights @ best**tuning.SIMILARITY_POWER / mine.weights.sum())

    def _weigh(self, words: Collection[str]) -> _Weighed:
        pairs = [(word, weight) for word in words if (weight := self.weight(word))]
        kept, weights = [word for word, _ in pairs], np.array([weight for _, weight in pairs])
        return _Weighed(kept, frozenset(kept), self._lexicon.vectors(self._lexicon.ids(kept)), weights)

    def similarity(self, one: Iterable[str], other: Iterable[str]) -> float:
        """The smaller of the shares that each has of the other."""
        left, right = self._weighed(_key(one)), self._weighed(_key(other))
        cosines = left.vectors @ right.vectors.T
        return min(self._covered(left, right, cosines), self._covered(right, left, cosines.T))

    def weight(self, word: str) -> float:
        """The weight of a folded word: its rarity, 0 for numbers, function words and question words."""
        if (weight := self._weights.get(word)) is None:
            number = any(char.isdigit() or char in HAN_DIGITS for char in word)
            ignored = number or FUNCTION.fullmatch(word) or ASKS.fullmatch(word)
            weight = 0.0 if ignored else rarity(word, self._lexicon)
            self._weights[word] = weight
        return weight


def _key(words: Iterable[str]) -> frozenset[str] | tuple[str, ...]:
    """The words, hashable and in order."""
    return words if isinstance(words, frozenset) else tuple(words)


def same_fact(one: Candidate, other: Candidate, overlap: WordOverlap) -> bool:
    """Whether two sentences share most of the shorter one's words, and none of their quantities conflict.

    Across languages few words match exactly. There both sentences must be similar.
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
    theirs = find_quantities(other.text)
    return all(any(map(quantity.agrees, theirs)) for quantity in find_quantities(one.text))


@dataclass(frozen=True, slots=True)
class Comparison:
    """Compares sentences as answers to one question.

    ``types`` are the expected answer types that are quantities (of `QUANTITY_TYPES`). ``topic`` are the
    topical words of the question, folded.
    """

    types: frozenset[str]
    topic: Sequence[str]
    overlap: WordOverlap

    def requested(self, candidate: Candidate) -> tuple[Quantity, ...]:
        """The quantities of a sentence that may answer the question."""
        return requested(candidate.text, self.types) if self.types else ()

    def supports(self, one: Candidate, other: Candidate) -> bool:
        """Whether ``one`` supports ``other``: it has the quantity asked for, or if none is, says the same."""
        foreign = _cross_language(one, other)
        if self.types:
            least = tuning.SAME_QUANTITY_ACROSS if foreign else tuning.SAME_QUANTITY
            theirs = self.requested(other)
            mine = self.requested(one) if theirs else ()
            alike = bool(mine) and all(any(map(quantity.agrees, mine)) for quantity in theirs)
            alike = alike and not _conflict(find_quantities(one.text), find_quantities(other.text))
        else:
            least = tuning.SAME_FACT_ACROSS if foreign else tuning.SAME_STATEMENT
            alike = same_fact(one, other, self.overlap) and self._same_topic(other, one)
        return alike and self.overlap.similarity(one.words, other.words) >= least

    def disagreement(self, one: Candidate, other: Candidate) -> tuple[Quantity, Quantity] | None:
        """The requested quantities in which sentences of two articles differ about the same thing, or None.

        The sentences are about the same thing if they are similar and both name the topic, if no other
        quantity conflicts (another year, another stage of a deal), and if not each names something that
        the other does not.
        """
        if one.hit.article.id == other.hit.article.id:
            return None
        mine, theirs = self.requested(one), self.requested(other)
        pairs = [(a, b) for a in mine for b in theirs if a.conflicts(b)]
        if not pairs or min(len({a for a, _ in pairs}), len({b for _, b in pairs})) > 1:
            return None
        some, others = find_quantities(one.text), find_quantities(other.text)
        if any(a.agrees(b) for a in some for b in theirs) or any(a.agrees(b) for a in mine for b in others):
            return None
        if _conflict([q for q in some if q not in mine], [q for q in others if q not in theirs]):
            return None
        foreign = _cross_language(one, other)
        if (not foreign and _name_different_things(one.text, other.text)) or not self._same_topic(one, other):
            return None
        # The visitors of a tower in one year do not contradict its completion in another.
        units = [fold_text(quantity.text) for quantity in (*mine, *theirs)]
        topic = [word for word in self.topic if not any(word in unit for unit in units)]
        for left, right in ((one, other), (other, one)):
            if not all(self.overlap.share([word], right.words) for word in self._named(left, topic)):
                return None
        least = tuning.DIFFERENT_QUANTITY_ACROSS if foreign else tuning.DIFFERENT_QUANTITY
        if self.overlap.similarity(one.words, other.words) < least:
            return None
        return min(pairs, key=lambda pair: abs(pair[0].value - pair[1].value))

    def _same_topic(self, one: Candidate, other: Candidate) -> bool:
        """Whether both name the weightiest word of the topic, and ``other`` most of the topic in ``one``."""
        named = self._named(one, self.topic)
        weightiest = max(self.topic, key=self.overlap.weight, default="")
        return (
            weightiest in named
            and self.overlap.share([weightiest], other.words) >= tuning.SAME_TOPIC
            and self.overlap.share(named, other.words) >= tuning.SAME_TOPIC
        )

    def _named(self, candidate: Candidate, topic: Sequence[str]) -> list[str]:
        return [word for word in topic if self.overlap.share([word], candidate.words) >= tuning.SAME_TOPIC]


def changed_quantity(one: Candidate, other: Candidate) -> tuple[Quantity, Quantity] | None:
    """The only quantity in which a copy of a sentence differs, requested or not; None if there is not one."""
    mine, theirs = find_quantities(one.text), find_quantities(other.text)
    left = [quantity for quantity in mine if not any(map(quantity.agrees, theirs))]
    right = [quantity for quantity in theirs if not any(map(quantity.agrees, mine))]
    if len(left) != 1 or len(right) != 1 or not left[0].conflicts(right[0]):
        return None
    return None if _name_different_things(one.text, other.text) else (left[0], right[0])


def _conflict(some: Sequence[Quantity], others: Sequence[Quantity]) -> bool:
    """Whether any quantity of either side conflicts with one of the other side and agrees with none."""
    return any(
        any(quantity.conflicts(other) for other in right)
        and not any(quantity.agrees(other) for other in right)
        for left, right in ((some, others), (others, some))
        for quantity in left
    )


def _name_different_things(one: str, other: str) -> bool:
    """Whether each sentence names something that the other does not."""
    return introduces_name(one, fold_text(other)) and introduces_name(other, fold_text(one))


def _cross_language(one: Candidate, other: Candidate) -> bool:
    return one.hit.article.language[:2] != other.hit.article.language[:2]
