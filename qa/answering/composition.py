"""Composes the answer from scored sentences.

The best sentence with the quantity asked for is the answer, quoted as a unit (`qa.answering.units`).
Sentences of other articles that say the same become further citations. Sentences with a different quantity
are quoted beside it, and of a comparison the best sentence on either side. A sentence that refers to the one
before it brings that one along. A copy (`qa.retrieval.copies`) supports nothing: it is listed with what it
copies.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace
from itertools import takewhile
from typing import TYPE_CHECKING, NamedTuple

from index.text.blocks import CELL
from index.text.fold import fold_text
from index.text.han import is_han
from qa import tuning
from qa.answering.agreement import Comparison, WordOverlap, changed_quantity, is_redundant
from qa.answering.definitions import defining, labelled
from qa.answering.scoring import Candidate, language_pair
from qa.answering.units import Unit, Units, joined
from qa.linguistics.answer_types import GENERAL, OCCASION, QUANTITY_TYPES, tells_place
from qa.linguistics.calendar_terms import find_terms
from qa.linguistics.cues import REFERS, SOMEBODY
from qa.linguistics.numerals import ONES
from qa.linguistics.pointers import DATES, item_number
from qa.linguistics.sections import is_single
from qa.question.asked import Asked, asks_for_all, subject
from qa.question.query import Query
from qa.retrieval.copies import NearCopies, same_but_quantities, same_sentence
from qa.types import AnswerSentence, Citation, DifferingQuantity, Hit

if TYPE_CHECKING:
    from qa.linguistics.quantities import Quantity

#: The most sentences to look back for the person or thing that a sentence refers to.
_MAX_BACK = 3
#: The most sentences that are quoted of a time.
_MOST_ENTRIES = 20
#: How many steps there are, in words.
_NUMBER_OF_STEPS = re.compile(
    rf"(?:\d|\b(?:{'|'.join(ONES[:12])})) (?:\w+ )?(?:steps|stages|phases)\b"
    "|[\\d一二三四五六七八九十]个?(?:步(?!骤?[:：])|阶段|环节)"
)
#: A line that is an amount: "老抽: 1 大勺", "100 g brown sugar".
_AMOUNT = re.compile(
    r"[-*•\s]*(?:(?P<before>[^\W\d_][^\d:,，。.;]{0,30}?)\s*:?\s*(?:约|about )?\d[\d./]*\s?[^\d,，。;]{0,8}"
    r"|(?:约|about )?\d[\d./]*\s?"
    r"(?:[kcm]?[gl]|oz|lbs?|tb?sps?|teaspoons?|tablespoons?|cups?|cloves?|cans?|pinch)?"
    r" (?:of )?(?P<after>[a-z][a-z -]{1,30}))"
)
#: What a passage may cover less of a question than another one that tells hours as well.
_LESS_COVERED = 0.05
_ASKS = re.compile("[哪几]|什么|多少|what|which|how")
#: Words of a question for a list that its heading need not have.
_NEEDED = re.compile("需要|准备|包括|具备|满足|用到|need(?:s|ed)?|includes?|have|has")
#: The least similarity of the heading of a column to what is asked for.
_NAMED = 0.5
_COVERAGE = list(tuning.SENTENCE_WEIGHTS["en"]).index("coverage")


class Composed(NamedTuple):
    """The units of an answer, their citations, and the quantities in which articles differ.

    ``units`` are behind the citations, the quoted ones first. The first ``needed`` sentences answer together.
    ``beside`` is what the quoted articles say nearly as well elsewhere, numbered as if it was quoted, too.
    It is shown only if nothing answers.
    """

    sentences: tuple[AnswerSentence, ...]
    citations: tuple[Citation, ...]
    disagreement: tuple[DifferingQuantity, ...]
    units: tuple[Unit, ...] = ()
    needed: int = 1
    beside: tuple[Citation, ...] = ()

    @property
    def quoted(self) -> tuple[Citation, ...]:
        """The citations of the units."""
        return self.citations[: len(self.sentences)]

    @property
    def near(self) -> tuple[Citation, ...]:
        """The citations of the units and of what is beside them."""
        return (*self.quoted, *self.beside)

    def first(self, limit: int) -> Composed:
        """The same with the first ``limit`` citations, one at least."""
        limit = max(limit, 1)
        differing = tuple(quantity for quantity in self.disagreement if quantity.citation <= limit)
        return self._replace(
            sentences=self.sentences[:limit],
            citations=self.citations[:limit],
            disagreement=differing if len(differing) > 1 else (),
            units=self.units[:limit],
        )


#: An answer that quotes nothing.
NOTHING = Composed((), (), ())


def compose(
    found: Sequence[Candidate],
    query: Query,
    asked: Asked,
    units: Units,
    overlap: WordOverlap,
    near_copies: NearCopies,
) -> Composed:
    """The answer from ``found``, best first: one to three units, then the citations that support them.

    If another article gives a different quantity for the same thing, its sentence is quoted too.
    """
    if asks_for_all(query) and (entries := _entries(found, query)):
        quoted = joined([units.announced(entry) for entry in entries])
        return cited(quoted, [], near_copies)._replace(needed=len(quoted))
    topic = [word.word for word in query.words if word.topical]
    if (asked.kinds or asked.steps) and (whole := _whole(found, query, asked, units, overlap)):
        return cited([replace(whole, more=units.more(whole))], [], near_copies)
    comparison = Comparison(asked.types & QUANTITY_TYPES, topic, overlap)
    found = _preferred(found, query, asked, overlap)
    if _asks_for_any_day(query) and found[0].told and _has_day(found[0]) and (whole := units.whole(found[0])):
        return cited([whole], [], near_copies)
    needed = _sides(found, query, asked, overlap) or _needed(found)
    answering = next(filter(comparison.requested, needed), needed[0])
    differing = _differing(answering, found, comparison, near_copies)
    differing = differing[: max(0, tuning.MAX_SENTENCES - len(needed))]
    chosen = [*needed, *(candidate for candidate, *_ in differing)]
    supports = _supports(answering, found, chosen, comparison, near_copies)
    margin = tuning.CLOSE_MARGIN[language_pair(query, found[0].hit)]
    others = [c for c in found if c not in supports]
    close = _with_close(chosen, others, margin, overlap)[len(chosen) :]
    beside = list[Candidate]()
    for candidate in close:
        (beside if _is_beside(candidate, others[:2], chosen, units, margin) else chosen).append(candidate)
    if asked.which and not any(map(units.is_list, chosen[:1])):
        chosen += _of_other_articles(chosen, found, overlap, near_copies)
    made = [units.of(c, _most(c, needed)) for c in chosen]
    if chosen[0].told:  # what announces the list would bring along its other items
        made = [made[0], *(unit for unit in made[1:] if not unit.overlaps(made[0]))]
    quoted = [replace(unit, more=units.more(unit)) for unit in joined(made)]
    supporting = [units.alone(candidate) for candidate in supports]
    disagreement = [(candidate, theirs) for candidate, _, theirs in differing]
    if disagreement:
        disagreement.insert(0, (answering, differing[0][1]))
    together = len(quoted) if asked.which else sum(any(c in needed for c in unit.of) for unit in quoted)
    near = [units.of(c, _most(c, needed)) for c in beside]
    near = [unit for unit in joined(near) if not any(map(unit.overlaps, quoted))]
    return cited(quoted, supporting, near_copies, disagreement)._replace(
        needed=together,
        beside=tuple(_citation(at, unit, near_copies) for at, unit in enumerate(near, len(quoted) + 1)),
    )


def _entries(found: Sequence[Candidate], query: Query) -> list[Candidate]:
    """All that the best article tells of a time, or of who a party of a contract is, in its order.

    Without a subject several articles may tell of that: first those in the language of the question, then
    those that tell most. A part of a text must be near the best sentence.
    """
    told = [candidate for candidate in found if candidate.told]
    sections = [int(pointer.value) for pointer in query.pointers if pointer.kind == "section"]
    if sections:
        near = [c for c in told if found[0].score - c.score <= tuning.POINTED_MARGIN]
        most = max((c.hit.coverage for c in near), default=0.0) - _LESS_COVERED
        best_of = {c.hit.article.id for c in near if c.hit.coverage >= most}
        told = [candidate for candidate in told if candidate.hit.article.id in best_of]
        if not told:
            return []
    one = bool(subject(query))
    margin = 0.0 if one else tuning.POINT_MARGIN
    near = list(takewhile(lambda c: told[0].score - c.score <= margin, told))
    times = Counter(candidate.hit.article.id for candidate in told)
    best = {candidate.hit.article.id: candidate for candidate in reversed(near)}
    order = sorted(
        best, key=lambda id: (language_pair(query, best[id].hit) == "cross", -times[id], -best[id].score)
    )
    articles = order[: 1 if one else tuning.MAX_SENTENCES]
    entries = [candidate for candidate in told if candidate.hit.article.id in articles]
    entries.sort(key=lambda c: (articles.index(c.hit.article.id), c.start))
    if sections:  # what else is told of it must be of the same thing
        run = _run(told[0], found)
        near = [c for c in entries if told[0].score - c.score <= tuning.POINT_MARGIN or c in run]
        entries = run if any(map(is_single, sections)) else near
    return entries[:_MOST_ENTRIES]


def _run(best: Candidate, found: Sequence[Candidate]) -> list[Candidate]:
    """The sentences around the best one, in their order, that tell of the same without others between."""
    own = sorted((c for c in found if c.hit.article.id == best.hit.article.id), key=lambda c: c.start)
    at = own.index(best)
    before = [*takewhile(lambda c: c.told, reversed(own[:at]))]
    return [*before[::-1], *takewhile(lambda c: c.told, own[at:])]


def _whole(
    found: Sequence[Candidate], query: Query, asked: Asked, units: Units, overlap: WordOverlap
) -> Unit | None:
    """The table or list of what is asked for, if a row or item is close to the best sentence.

    No table, if the question names one of its rows. Steps are the numbered items of the article that answers
    best, unless that tells their number.
    """
    if asked.steps:
        if _NUMBER_OF_STEPS.search(fold_text(found[0].text)):
            return None
        article = found[0].hit.article.id
        items = (c for c in found if c.hit.article.id == article and item_number(fold_text(c.text)))
        return next(filter(None, map(units.whole, items)), None)
    if any(pointer.kind != "section" for pointer in query.pointers):  # a row tells of what is pointed at
        return None
    topic = [word.word for word in query.words if word.topical]
    named_so = {one for word in topic for one in (word, word.removesuffix("s"), re.sub("ies$", "y", word))}
    kind = _kind(query)
    for candidate in takewhile(lambda c: found[0].score - c.score <= tuning.LISTED_MARGIN, found):
        above = units.announced_by(candidate) if kind else ""
        if above and _lists(candidate, above, kind, topic, overlap) and (whole := units.whole(candidate)):
            own = units.of(candidate)  # with what announces the list
            return own if own.start <= whole.start and whole.end <= own.end else whole
        name = units.first_heading(candidate)
        if not name:
            continue
        words = [word for word in candidate.hit.passage.words if word in name]
        # 门票 is named by 票种
        named = (
            any(word in name or (is_han(word[-1]) and word[-1] in name) for word in named_so)
            or overlap.share(words, topic) >= _NAMED
        )
        titled = overlap.share(topic, candidate.hit.passage.context) >= tuning.LISTED
        if (named or titled) and (whole := units.whole(candidate)):
            rows = (fold_text(row.split(CELL)[0]) for row in whole.text.split("\n")[1:])
            return None if any(row and row in query.folded for row in rows) else whole
    return None


def _kind(query: Query) -> str:
    """The word for what is asked for: the topical word after the question word, or else the one before."""
    asks = [at for at, word in enumerate(query.words) if not word.topical and _ASKS.match(word.word)]
    if not asks:
        return ""
    topical = [(at, word.word) for at, word in enumerate(query.words) if word.topical]
    after = next((word for at, word in topical if at > asks[0]), "")
    return after or next((word for at, word in reversed(topical) if at < asks[0]), "")


def _lists(candidate: Candidate, above: str, kind: str, topic: Sequence[str], overlap: WordOverlap) -> bool:
    """Whether an item is in a list of what is asked for, by what stands ``above`` the list, folded."""
    passage = candidate.hit.passage
    heads = [word for word in (*passage.context, *passage.words) if word in above]
    if overlap.share([kind], heads) < _NAMED:
        return False
    named = [word for word in topic if not _NEEDED.fullmatch(word)]
    return overlap.share(named, [*passage.context, *heads]) >= tuning.LISTED


def _most(candidate: Candidate, needed: Sequence[Candidate]) -> int:
    """How wide a sentence is quoted with its neighbours: not as wide, where another passage is needed."""
    near = candidate in needed or any(candidate.hit is other.hit for other in needed)
    return tuning.UNIT_WIDTH if near else tuning.FURTHER_WIDTH


def cited(
    quoted: Sequence[Unit],
    supporting: Sequence[Unit],
    near_copies: NearCopies,
    disagreement: Sequence[tuple[Candidate, Quantity]] = (),
) -> Composed:
    """An answer of the units ``quoted`` and of those that support them. It cites no text twice."""
    units = list(quoted)
    for unit in supporting:
        if not any(map(unit.overlaps, units)):
            units.append(unit)
    numbers = {id(candidate): number for number, unit in enumerate(units, start=1) for candidate in unit.of}
    return Composed(
        tuple(AnswerSentence(unit.text, number) for number, unit in enumerate(quoted, start=1)),
        tuple(_citation(number, unit, near_copies) for number, unit in enumerate(units, start=1)),
        tuple(
            DifferingQuantity(quantity.text, numbers[id(candidate)]) for candidate, quantity in disagreement
        ),
        tuple(units),
        len(quoted),
    )


def _citation(number: int, unit: Unit, near_copies: NearCopies) -> Citation:
    best = unit.best
    also = near_copies.also(best.text, best.words, best.hit.article.id)
    return Citation(
        number, unit.start, unit.end, unit.text, best.hit, also, context=unit.context, more=unit.more
    )


def _preferred(
    found: Sequence[Candidate], query: Query, asked: Asked, overlap: WordOverlap
) -> list[Candidate]:
    """``found``, first the best sentence with the quantity, place or extreme asked for, if it is close.

    What says what a thing is leaves nothing to the rest of its article. One that tells of what is pointed at
    comes first, without those of others of the kind; but no range before the best one if that names the year
    or day.
    """
    found = list(found)
    if (defined := defining(found, query, overlap)) is not None:
        return [defined, *(c for c in found if c.hit.article.id != defined.hit.article.id)]
    named = any(
        pointer.kind in DATES | {"in year"}
        and found[0].words.issuperset(word.word for word in query.words[start:end])
        for start, end, pointer in query.pointed
    )
    if not named and (pointed := _pointed(found, query)) is not None:
        return [pointed, *(c for c in found if c is not pointed and c.told is not False)]
    if (line := labelled(found, query)) is not None:
        found = [line, *(c for c in found if c is not line)]
    elif amounts := _amounts(found, query, asked):  # the list has all of it, the steps have parts
        article = amounts[0].hit.article.id
        found = [*amounts, *(c for c in found if c.hit.article.id != article)]
    if asked.extremes and not _is_extreme(found[0], asked):
        least = tuning.EXTREME_SHARE * found[0].features[_COVERAGE]
        found = _first(
            found,
            lambda c: c.features[_COVERAGE] >= least and _is_extreme(c, asked),
            tuning.EXTREME_MARGIN,
        )
    if found[0].has_quantity is False:  # a date tells more than "when it is full" does
        found = _first(found, lambda c: bool(c.held & QUANTITY_TYPES - OCCASION), tuning.PREFER_MARGIN)
    if found[0].has_quantity is False:
        found = _first(found, lambda c: bool(c.has_quantity), tuning.PREFER_MARGIN)
    if "place" in asked.types:
        found = _first(found, lambda c: tells_place(fold_text(c.text)), tuning.PREFER_MARGIN)
    return found


def _amounts(found: Sequence[Candidate], query: Query, asked: Asked) -> list[Candidate]:
    """The lines near the best sentence that are amounts of a thing of the question: "- 老抽 1 大勺".

    They are of one article, and of what the first of them names.
    """
    if not asked.types & GENERAL:
        return []
    words = {one for word in query.words if word.topical for one in (word.word, word.meant) if one}
    lines: list[tuple[str, Candidate]] = []
    for candidate in takewhile(lambda c: found[0].score - c.score <= tuning.PREFER_MARGIN, found):
        if line := _AMOUNT.fullmatch(fold_text(candidate.text)):
            name = (line["before"] or line["after"]).strip()
            if name in query.folded and any(word in name for word in words):
                lines.append((name, candidate))
    return [
        line
        for name, line in lines
        if (name, line.hit.article.id) == (lines[0][0], lines[0][1].hit.article.id)
    ]


def _pointed(found: Sequence[Candidate], query: Query) -> Candidate | None:
    """The best sentence that tells of what is pointed at, with the quantity asked for if one has it.

    None if there is none near, or if the best one tells of nothing of the kind and alone has the quantity.
    """
    near = [*takewhile(lambda c: found[0].score - c.score <= tuning.POINTED_MARGIN, found)]
    told = [candidate for candidate in near if candidate.told]
    if any(pointer.kind == "polar date" for pointer in query.pointers):  # what begins may be another thing
        most = max(candidate.hit.coverage for candidate in near) - _LESS_COVERED
        told = [candidate for candidate in told if candidate.hit.coverage >= most]
    if any(pointer.kind == "clock" for pointer in query.pointers):  # all hours tell: of what is asked about
        most = max((candidate.hit.coverage for candidate in told), default=0.0) - _LESS_COVERED
        told = [candidate for candidate in told if candidate.hit.coverage >= most]
        if _asks_for_any_day(query):
            told = [*filter(_has_day, told)] or told
    counted = next((candidate for candidate in told if candidate.has_quantity is not False), None)
    if counted is None and told and not (found[0].has_quantity and found[0].told is None):
        return told[0]
    return counted


def _asks_for_any_day(query: Query) -> bool:
    """Whether it is asked if something is so at an hour, but not on which day: all days tell."""
    kinds = {pointer.kind for pointer in query.pointers}
    return "clock" in kinds and "weekday" not in kinds


def _has_day(candidate: Candidate) -> bool:
    return bool(find_terms(fold_text(candidate.text), ("weekday",)))


def _first(found: list[Candidate], preferred: Callable[[Candidate], bool], margin: float) -> list[Candidate]:
    """``found`` with the first preferred sentence at its head, if its score is close to the best one."""
    near = takewhile(lambda c: found[0].score - c.score <= margin, found)
    chosen = next(filter(preferred, near), found[0])
    return [chosen, *(candidate for candidate in found if candidate is not chosen)]


def _is_extreme(candidate: Candidate, asked: Asked) -> bool:
    """Whether a sentence says of something that it is the first, the largest or whatever is asked for."""
    text = fold_text(candidate.text)
    return all(re.search(extreme, text) for extreme in asked.extremes)


def _sides(found: Sequence[Candidate], query: Query, asked: Asked, overlap: WordOverlap) -> list[Candidate]:
    """The best sentence on each of the two things compared; none if one of them has none."""
    best: list[Candidate] = []
    for side in asked.sides:
        named = [query.words[place].word for place in side]

        def about(words: Iterable[str], named: Sequence[str] = named) -> bool:
            return overlap.share(named, words) >= tuning.SAME_TOPIC

        own = (candidate for candidate in found if about(candidate.words))
        headed = (candidate for candidate in found if about(candidate.hit.passage.context))
        chosen = next(own, None) or next(headed, None)
        if chosen is None:
            return []
        best.append(chosen)
    return best[:1] if len(best) > 1 and best[0] is best[1] else best


def _needed(found: Sequence[Candidate]) -> list[Candidate]:
    """The best sentence, then those it needs to be understood and to give the requested quantity."""
    best = found[0]
    needed = [best]
    before = [c for c in found if c.hit is best.hit and c.end <= best.start]
    before = [c for c in sorted(before, key=lambda c: -c.end)[:_MAX_BACK] if _stands_alone(c)]
    if SOMEBODY.match(best.text):
        needed += [c for c in before if not SOMEBODY.match(c.text)][:1] or before[:1]
    elif REFERS.match(best.text):
        needed += before[:1]
    if best.has_quantity is False:  # one sentence names the topic, another nearby gives the quantity
        near = [c for c in found if c.hit is best.hit and c.has_quantity and c not in needed]
        nearest = sorted(near, key=lambda c: max(c.start - best.end, 2 * (best.start - c.end)))[:1]
        needed += [c for c in nearest if not c.overlaps(best)]
    return needed


def _with_close(
    chosen: Sequence[Candidate], found: Sequence[Candidate], margin: float, overlap: WordOverlap
) -> list[Candidate]:
    """``chosen`` and, while there is room, new sentences whose score is within ``margin`` of the best."""
    chosen = list(chosen)
    for candidate in found[1:]:
        if len(chosen) >= tuning.MAX_SENTENCES or found[0].score - candidate.score > margin:
            break
        told = any(candidate.overlaps(c) or is_redundant(candidate, c, overlap) for c in chosen)
        lacks = found[0].has_quantity and not candidate.has_quantity
        apart = candidate.hit.passage.id != found[0].hit.passage.id and (
            found[0].score - candidate.score > margin * tuning.APART
        )
        if candidate not in chosen and not told and not lacks and not apart:
            chosen.append(candidate)
    return chosen


def _is_beside(
    candidate: Candidate, best: Sequence[Candidate], chosen: Sequence[Candidate], units: Units, margin: float
) -> bool:
    """Whether a close sentence is left out, as its article is quoted in a better place.

    What answers leaves little to the rest of its article, outside of its block. There the ``best`` two
    sentences are quoted wherever they stand, in another passage if that meets as much of the question. Others
    must stand in the same passage, as close as a sentence of another passage has to be.
    """
    own = [other for other in chosen if other.hit.article.id == candidate.hit.article.id]
    if not own or any(units.in_one_block(candidate, other) for other in own):
        return False
    if any(candidate.hit.passage.id == other.hit.passage.id for other in own):
        return candidate not in best and best[0].score - candidate.score > margin * tuning.APART
    return candidate not in best or candidate.hit.coverage < own[0].hit.coverage


def _of_other_articles(
    chosen: Sequence[Candidate], found: Sequence[Candidate], overlap: WordOverlap, near_copies: NearCopies
) -> list[Candidate]:
    """The best sentence of each further article that matches nearly as much of the question as the first."""
    best, added = found[0], list[Candidate]()
    articles = {candidate.hit.article.id for candidate in chosen}
    for candidate in found:
        if (
            len(chosen) + len(added) >= tuning.MAX_POINTS
            or best.score - candidate.score > tuning.POINT_MARGIN
        ):
            break
        article = candidate.hit.article.id
        if (
            article in articles
            or candidate.features[_COVERAGE] < tuning.POINT_SHARE * best.features[_COVERAGE]
        ):
            continue
        articles.add(article)
        copied = any(near_copies.repeats(article, c.hit.article.id) for c in (*chosen, *added))
        if not copied and not any(is_redundant(candidate, c, overlap) for c in (*chosen, *added)):
            added.append(candidate)
    return added


def _differing(
    answering: Candidate, found: Sequence[Candidate], comparison: Comparison, near_copies: NearCopies
) -> list[tuple[Candidate, Quantity, Quantity]]:
    """Sentences of other articles with a different quantity: (sentence, the answer's quantity, its own).

    There is one for each quantity and article, best first. An article that has both quantities is about two
    things. An article that copies the other one differs only if nothing but a quantity was changed.
    """
    if not comparison.requested(answering) and not near_copies:
        return []
    differing: list[tuple[Candidate, Quantity, Quantity]] = []
    for candidate in found:
        if answering.score - candidate.score > tuning.DIFFERENT_MARGIN:
            break
        copied = near_copies.repeats(answering.hit.article.id, candidate.hit.article.id)
        if copied and not same_but_quantities(answering.text, candidate.text):
            continue
        pair = comparison.disagreement(answering, candidate)
        if copied and pair is None:
            pair = changed_quantity(answering, candidate)
        if pair is None or (differing and not pair[0].agrees(differing[0][1])):
            continue
        mine, theirs = pair
        both = [(answering.hit.article.id, theirs), (candidate.hit.article.id, mine)]
        both += [(candidate.hit.article.id, quantity) for _, _, quantity in differing]
        both += [(c.hit.article.id, theirs) for c, _, _ in differing]
        if not any(_gives(found, article, quantity, comparison) for article, quantity in both):
            differing.append((candidate, mine, theirs))
    return differing


def _gives(found: Sequence[Candidate], article: int, quantity: Quantity, comparison: Comparison) -> bool:
    """Whether a sentence of the article gives this quantity."""
    return any(
        quantity.agrees(other)
        for candidate in found
        if candidate.hit.article.id == article
        for other in comparison.requested(candidate)
    )


def _supports(
    answering: Candidate,
    found: Sequence[Candidate],
    chosen: Sequence[Candidate],
    comparison: Comparison,
    near_copies: NearCopies,
) -> list[Candidate]:
    """Sentences that support ``answering``, one from each further article that copies none before it."""
    texts = [c.text for c in chosen]
    articles = {c.hit.article.id for c in chosen}
    supports: list[Candidate] = []
    for candidate in found:
        if answering.score - candidate.score > tuning.SUPPORT_MARGIN:
            break
        article = candidate.hit.article.id
        if article in articles or any(near_copies.repeats(article, other) for other in articles):
            continue
        if comparison.supports(candidate, answering):
            if not any(same_sentence(candidate.text, text) for text in texts):
                supports.append(candidate)
                texts.append(candidate.text)
            articles.add(article)
    return supports


def _stands_alone(candidate: Candidate) -> bool:
    """Whether the sentence says something. The bare number of a section does not."""
    return len(candidate.words) >= tuning.MIN_WORDS


def nearest_passages(
    found: Sequence[Candidate], hits: Sequence[Hit], near_copies: NearCopies
) -> tuple[Citation, ...]:
    """The citations of a question without an answer: the best sentence of each passage, best passage first.

    A passage that holds only headings is cited whole.
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
