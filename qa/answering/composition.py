"""Makes the answer from scored sentences: what is quoted, and what backs it.

The best sentence is the answer; sentences that say the same in other articles become further
citations, those that tell another quantity are quoted beside it; a sentence that leans on the one
before it brings that one along. A repost (`qa.retrieval.copies`) confirms nothing: it is named with what it
repeats.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, NamedTuple

from qa import tuning
from qa.answering.agreement import (
    WordOverlap,
    backs,
    changed_quantity,
    find_disagreement,
    is_redundant,
    requested_quantities,
)
from qa.answering.scoring import Candidate, language_pair
from qa.linguistics.answer_types import QUANTITY_TYPES, expected_types
from qa.linguistics.cues import REFERS, SOMEBODY
from qa.question.query import Query
from qa.retrieval.copies import NO_COPIES, NearCopies, same_but_quantities, same_sentence
from qa.types import AnswerSentence, Citation, DifferingQuantity, Hit

if TYPE_CHECKING:
    from qa.linguistics.quantities import Quantity

#: Sentences looked back over for the one that names who is spoken of.
_LOOKS_BACK = 3


class Composed(NamedTuple):
    """An answer's sentences, the citations behind them, and the quantities in which articles differ."""

    sentences: tuple[AnswerSentence, ...]
    citations: tuple[Citation, ...]
    disagreement: tuple[DifferingQuantity, ...]


def compose(
    found: Sequence[Candidate],
    limit: int,
    query: Query,
    overlap: WordOverlap,
    near_copies: NearCopies = NO_COPIES,
) -> Composed:
    """The answer from scored candidates: one to three sentences, then what supports them.

    Where another article tells a different quantity of the same thing, its sentence stands beside the
    best. Up to ``limit`` citations, those of the sentences before those that only support.
    """
    kinds = expected_types(query.text) & QUANTITY_TYPES
    needed = _needed(found)
    answering = next((c for c in needed if requested_quantities(c, kinds)), needed[0])
    topic = [word.word for word in query.words if word.topical]
    differing = _differing(answering, found, kinds, topic, overlap, near_copies)
    differing = differing[: tuning.MAX_SENTENCES - len(needed)]
    chosen = [*needed, *(candidate for candidate, *_ in differing)]
    supports = _supports(answering, found, chosen, kinds, topic, overlap, near_copies)
    close = tuning.CLOSE_MARGIN[language_pair(query, found[0].hit)]
    chosen = _with_close(chosen, [c for c in found if c not in supports], close, overlap)
    cited = [*chosen, *supports][: max(limit, 1)]
    numbers = {id(candidate): number for number, candidate in enumerate(cited, start=1)}
    told = [(candidate, theirs) for candidate, _, theirs in differing if id(candidate) in numbers]
    if told:
        told.insert(0, (answering, differing[0][1]))
    return Composed(
        tuple(AnswerSentence(c.text, number) for number, c in enumerate(cited, start=1) if c in chosen),
        tuple(_citation(number, c, near_copies) for number, c in enumerate(cited, start=1)),
        tuple(DifferingQuantity(quantity.text, numbers[id(candidate)]) for candidate, quantity in told),
    )


def _citation(number: int, candidate: Candidate, near_copies: NearCopies) -> Citation:
    also = near_copies.also(candidate.text, candidate.words, candidate.hit.article.id)
    return Citation(number, candidate.start, candidate.end, candidate.text, candidate.hit, also)


def _needed(found: Sequence[Candidate]) -> list[Candidate]:
    """The best sentence, then what it needs to stand alone and to hold the quantity asked for."""
    best = found[0]
    needed = [best]
    before = [c for c in found if c.hit is best.hit and c.end <= best.start]
    before = [c for c in sorted(before, key=lambda c: -c.end)[:_LOOKS_BACK] if _stands_alone(c)]
    if SOMEBODY.match(best.text):
        needed += [c for c in before if not SOMEBODY.match(c.text)][:1] or before[:1]
    elif REFERS.match(best.text):
        needed += before[:1]
    if (
        best.has_quantity is False
    ):  # the topic is named in one sentence, the quantity stands in another near it
        near = [c for c in found if c.hit is best.hit and c.has_quantity and c not in needed]
        needed += sorted(near, key=lambda c: max(c.start - best.end, 2 * (best.start - c.end)))[:1]
    return needed


def _with_close(
    chosen: Sequence[Candidate], found: Sequence[Candidate], close: float, overlap: WordOverlap
) -> list[Candidate]:
    """``chosen`` and, while there is room, what comes ``close`` to the best and adds something."""
    chosen = list(chosen)
    for candidate in found[1:]:
        if len(chosen) >= tuning.MAX_SENTENCES or found[0].score - candidate.score > close:
            break
        if candidate not in chosen and not any(is_redundant(candidate, c, overlap) for c in chosen):
            chosen.append(candidate)
    return chosen


def _differing(
    answering: Candidate,
    found: Sequence[Candidate],
    kinds: frozenset[str],
    topic: Sequence[str],
    overlap: WordOverlap,
    near_copies: NearCopies,
) -> list[tuple[Candidate, Quantity, Quantity]]:
    """Sentences of other articles with a different quantity; the quantity of ``answering``, and theirs.

    One a quantity and an article, best first. An article that holds both quantities is about two things; one
    that repeats the other differs where a quantity alone was changed, asked for or not.
    """
    if not requested_quantities(answering, kinds) and not near_copies:
        return []
    differing: list[tuple[Candidate, Quantity, Quantity]] = []
    for candidate in found:
        if answering.score - candidate.score > tuning.DIFFERENT_MARGIN:
            break
        copied = near_copies.repeats(answering.hit.article.id, candidate.hit.article.id)
        if copied and not same_but_quantities(answering.text, candidate.text):
            continue
        quantities = find_disagreement(answering, candidate, kinds, topic, overlap)
        if copied and quantities is None:
            quantities = changed_quantity(answering, candidate)
        if quantities is None or (differing and not quantities[0].agrees(differing[0][1])):
            continue
        mine, theirs = quantities
        told = [(answering.hit.article.id, theirs), (candidate.hit.article.id, mine)]
        told += [(candidate.hit.article.id, quantity) for _, _, quantity in differing]
        told += [(c.hit.article.id, theirs) for c, _, _ in differing]
        if not any(_tells(found, article, quantity, kinds) for article, quantity in told):
            differing.append((candidate, mine, theirs))
    return differing


def _tells(found: Sequence[Candidate], article: int, quantity: Quantity, kinds: frozenset[str]) -> bool:
    """Whether any sentence of the article has such a quantity."""
    return any(
        quantity.agrees(other)
        for candidate in found
        if candidate.hit.article.id == article
        for other in requested_quantities(candidate, kinds)
    )


def _supports(
    answering: Candidate,
    found: Sequence[Candidate],
    taken: Sequence[Candidate],
    kinds: frozenset[str],
    topic: Sequence[str],
    overlap: WordOverlap,
    near_copies: NearCopies,
) -> list[Candidate]:
    """Sentences of other articles that say the same as ``answering``, one an article; no near_copies."""
    told = [c.text for c in taken]
    articles = {c.hit.article.id for c in taken}
    supports: list[Candidate] = []
    for candidate in found:
        if answering.score - candidate.score > tuning.SUPPORT_MARGIN:
            break
        about = candidate.hit.article.id
        if about in articles or any(near_copies.repeats(about, article) for article in articles):
            continue
        if backs(candidate, answering, kinds, topic, overlap):
            if not any(same_sentence(candidate.text, text) for text in told):
                supports.append(candidate)
                told.append(candidate.text)
            articles.add(about)
    return supports


def _stands_alone(candidate: Candidate) -> bool:
    """Whether it says something: a section's bare number names nobody."""
    return len(candidate.words) >= tuning.MIN_WORDS


def nearest_passages(
    found: Sequence[Candidate], hits: Sequence[Hit], near_copies: NearCopies = NO_COPIES
) -> tuple[Citation, ...]:
    """For a question without an answer: each passage's best sentence, best passage first.

    A passage of nothing but headings is cited whole.
    """
    best: dict[int, Candidate] = {}
    for candidate in found:
        best.setdefault(candidate.hit.passage.id, candidate)
    cited = []
    for number, hit in enumerate(hits[: tuning.RERANKED_PASSAGES], start=1):
        quoted = best.get(hit.passage.id, hit.passage)
        also = near_copies.also(quoted.text, frozenset(quoted.words), hit.article.id)
        cited.append(Citation(number, quoted.start, quoted.end, quoted.text, hit, also))
    return tuple(cited)
