"""Whether two sentences say the same, or tell different figures of the same thing.

Both look at the words besides the figures, softly across languages, and at the figures in their
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
from qa.linguistics.answer_types import names_anew
from qa.linguistics.cues import ASKS, FUNCTION
from qa.linguistics.numerals import HAN_DIGITS
from qa.question.query import rarity

if TYPE_CHECKING:
    from qa.linguistics.quantities import Figure


def figures(text: str) -> tuple[Figure, ...]:
    """``quantities.figures``, whose patterns take longer to make ready than most answers to compose."""
    from qa.linguistics.quantities import figures

    return figures(text)


class Wording:
    """How much of what some words say others say too, weighed by their rarity in general text."""

    def __init__(self, lexicon: Lexicon) -> None:
        self._lexicon = lexicon
        self._weights: dict[str, float] = {}

    def shared(self, words: Iterable[str], others: Iterable[str]) -> float:
        """Share (0 to 1) of the weight of ``words`` that ``others`` say, in synonyms or translations too."""
        mine = [word for word in words if self.weight(word)]
        if not mine:
            return 0.0
        theirs = [word for word in others if self.weight(word)]
        lexicon = self._lexicon
        best = (lexicon.vectors(lexicon.ids(mine)) @ lexicon.vectors(lexicon.ids(theirs)).T).max(1, initial=0)
        best[best < tuning.LEAST_SIMILARITY] = 0
        known = set(theirs)
        best[[word in known for word in mine]] = 1
        weights = np.array([self.weight(word) for word in mine])
        return float(weights @ best**tuning.SIMILARITY_POWER / weights.sum())

    def likeness(self, one: Iterable[str], other: Iterable[str]) -> float:
        """How much of each the other says: the lesser of the two shares."""
        one, other = list(one), list(other)
        return min(self.shared(one, other), self.shared(other, one))

    def weight(self, word: str) -> float:
        """What a folded word tells of the topic: 0 for figures, function words and what only asks."""
        if (weight := self._weights.get(word)) is None:
            figure = any(char.isdigit() or char in HAN_DIGITS for char in word)
            small = figure or FUNCTION.fullmatch(word) or ASKS.fullmatch(word)
            weight = 0.0 if small else rarity(word, self._lexicon)
            self._weights[word] = weight
        return weight


def same_fact(one: Candidate, other: Candidate, wording: Wording) -> bool:
    """Whether two sentences say the same: most of the shorter one's words, and no figure that clashes.

    Across languages few words find an exact partner, so that there both sentences must be alike.
    """
    if _foreign(one, other):
        alike = wording.likeness(one.words, other.words) >= tuning.SAME_FACT_ACROSS
    else:
        shorter, longer = sorted((one.words, other.words), key=len)
        alike = wording.shared(shorter, longer) >= tuning.SAME_FACT
    return alike and not _clash(figures(one.text), figures(other.text))


def adds_nothing(one: Candidate, other: Candidate, wording: Wording) -> bool:
    """Whether ``one`` says the same as ``other`` and has no figure that ``other`` lacks."""
    if not same_fact(one, other, wording):
        return False
    told = figures(other.text)
    return all(any(figure.agrees(another) for another in told) for figure in figures(one.text))


def asked_for(candidate: Candidate, kinds: frozenset[str]) -> list[Figure]:
    """The figures of a sentence that may answer a question for ``kinds`` (`answer_types.COUNTED`)."""
    if not kinds:
        return []
    found = figures(candidate.text)
    own = [figure for figure in found if figure.kind in kinds]
    if not own and "number" in kinds:  # "how much" may ask for a sum or a share
        own = [figure for figure in found if figure.kind in ("money", "percent")]
    if not own and "duration" in kinds:  # "how long" may ask for metres
        own = [figure for figure in found if figure.unit == "m"]
    return own


def confirms(
    one: Candidate, other: Candidate, kinds: frozenset[str], topic: Sequence[str], wording: Wording
) -> bool:
    """Whether ``one`` backs ``other``: both have the figure asked for, or where none is say the same.

    ``topic`` are the words that the question is about.
    """
    mine, theirs = asked_for(one, kinds), asked_for(other, kinds)
    foreign = _foreign(one, other)
    if not kinds:
        least = tuning.SAME_FACT_ACROSS if foreign else tuning.SAME_STATEMENT
        alike = same_fact(one, other, wording) and _same_topic(other, one, topic, wording)
    else:
        least = tuning.SAME_FIGURE_ACROSS if foreign else tuning.SAME_FIGURE
        alike = bool(theirs) and all(any(figure.agrees(another) for another in mine) for figure in theirs)
        alike = alike and not _clash(figures(one.text), figures(other.text))
    return alike and wording.likeness(one.words, other.words) >= least


def differ(
    one: Candidate, other: Candidate, kinds: frozenset[str], topic: Sequence[str], wording: Wording
) -> tuple[Figure, Figure] | None:
    """The figures asked for that two articles tell differently of the same thing, or None.

    ``topic`` are the words that the question is about. Of the same thing tell sentences that are alike,
    both name what is asked about, and neither clash in any other figure (another year, another stage
    of a deal) nor each name what the other does not.
    """
    if one.hit.article.id == other.hit.article.id:
        return None
    mine, theirs = asked_for(one, kinds), asked_for(other, kinds)
    pairs = [(a, b) for a in mine for b in theirs if a.clashes(b)]
    if not pairs or min(len({a for a, _ in pairs}), len({b for _, b in pairs})) > 1:
        return None
    if any(a.agrees(b) for a in figures(one.text) for b in theirs) or any(
        a.agrees(b) for a in mine for b in figures(other.text)
    ):
        return None
    rest = [[f for f in figures(c.text) if f not in own] for c, own in ((one, mine), (other, theirs))]
    if _clash(*rest) or (not _foreign(one, other) and _named_apart(one.text, other.text)):
        return None
    if not _same_topic(one, other, topic, wording):
        return None
    # The tower's visitors in one year are not its completion in another.
    units = [fold_text(figure.text) for figure in (*mine, *theirs)]
    said = [word for word in topic if not any(word in unit for unit in units)]
    for some, others in ((one, other), (other, one)):
        if not all(wording.shared([word], others.words) for word in _named(some, said, wording)):
            return None
    least = tuning.DIFFERENT_FIGURE_ACROSS if _foreign(one, other) else tuning.DIFFERENT_FIGURE
    if wording.likeness(one.words, other.words) < least:
        return None
    return min(pairs, key=lambda pair: abs(pair[0].value - pair[1].value))


def changed(one: Candidate, other: Candidate) -> tuple[Figure, Figure] | None:
    """The one figure, whether asked for or not, that a copy of a sentence tells differently, or None."""
    mine, theirs = figures(one.text), figures(other.text)
    left = [figure for figure in mine if not any(map(figure.agrees, theirs))]
    right = [figure for figure in theirs if not any(map(figure.agrees, mine))]
    if (
        len(left) != 1
        or len(right) != 1
        or not left[0].clashes(right[0])
        or _named_apart(one.text, other.text)
    ):
        return None
    return left[0], right[0]


def _same_topic(one: Candidate, other: Candidate, topic: Sequence[str], wording: Wording) -> bool:
    """Whether both name the weightiest word of the topic, and ``other`` most of what ``one`` names of it."""
    named = _named(one, topic, wording)
    weightiest = max(topic, key=wording.weight, default="")
    return (
        weightiest in named
        and wording.shared([weightiest], other.words) >= tuning.SAME_TOPIC
        and wording.shared(named, other.words) >= tuning.SAME_TOPIC
    )


def _named(candidate: Candidate, topic: Sequence[str], wording: Wording) -> list[str]:
    return [word for word in topic if wording.shared([word], candidate.words) >= tuning.SAME_TOPIC]


def _clash(some: Sequence[Figure], others: Sequence[Figure]) -> bool:
    """Whether a figure clashes with one of the others and agrees with none, either way."""
    return any(
        any(figure.clashes(other) for other in right) and not any(figure.agrees(other) for other in right)
        for left, right in ((some, others), (others, some))
        for figure in left
    )


def _named_apart(one: str, other: str) -> bool:
    """Whether each sentence names what the other does not."""
    return names_anew(one, fold_text(other)) and names_anew(other, fold_text(one))


def _foreign(one: Candidate, other: Candidate) -> bool:
    return one.hit.article.language[:2] != other.hit.article.language[:2]
