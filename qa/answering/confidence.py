"""The confidence of an answer: how likely what is quoted answers rightly.

A logistic regression on a few features, fitted on judged answers. Some tell how well the articles match the
question; the others, whether the quotes hold what is asked for, of the thing it is asked of.
"""

from __future__ import annotations

import math
import re
from collections.abc import Sequence
from itertools import pairwise
from typing import NamedTuple

import numpy as np

from index.lexicon.lexicon import Floats
from index.text.blocks import CELL
from index.text.fold import fold_text
from index.text.han import is_han
from qa import tuning
from qa.answering.agreement import requested
from qa.answering.definitions import defined, is_headed, outright
from qa.answering.nobody import tells_of_nobody
from qa.answering.owners import told_of_others
from qa.answering.rivals import akin, counts_others, passages_of, quoted_best, tells_of_rivals
from qa.answering.scoring import Candidate, focus, language_pair
from qa.answering.times import limits_met, of_another_time, of_another_year
from qa.linguistics.answer_types import ADDRESS_TYPES, GENERAL, QUANTITY_TYPES, TOLD_TYPES, contained_types
from qa.linguistics.attributes import asked_attribute, asked_kind
from qa.linguistics.calendar_forms import PART, WITHIN
from qa.linguistics.calendar_terms import find_terms
from qa.linguistics.parties import ALL, names_of, tells_of_others_alone
from qa.linguistics.pointers import DATES, POLAR, Pointer, item_number, tells, told_by
from qa.question.asked import Asked, asks_for_all, subject
from qa.question.query import QueryWord
from qa.retrieval.matcher import Matcher, best_of_rows
from qa.types import Citation, Decision, Feature, Hit

#: A question word with a lower similarity counts as not matched.
_MATCHED = 0.5
_BIGRAMS = list(tuning.SENTENCE_WEIGHTS["en"]).index("bigrams")
#: Words on each side of a quantity in which the words it belongs to are looked for.
_WINDOW = 6
#: What the headings say counts this much beside a quantity.
_HEADED = 0.8
#: The features that tell that something asked for is not in the quotes.
_DOUBTS = frozenset(
    {
        *("lacks", "other_number", "other_one", "unbound", "loosely_bound", "unmet_word"),
        *("unnamed", "other_owner", "nobody"),
    }
)
#: A date with a lower similarity is another one, or has a part alone.
_WITHIN = (PART + WITHIN) / 2
_DATE, _COUNT = frozenset({"date"}), frozenset({"count"})
#: A number in Chinese that is large enough for an amount, and that nothing is to pay.
_AMOUNT = re.compile(r"[百千万亿](?!分|一)|免费|无偿|不收[费钱]|\bfree\b|\bno (?:fee|charge|cost)s?\b")
#: The kinds of pointers that ranges tell.
_RANGED = DATES | {"clock"}
#: Days that no name of a weekday tells.
_ANY_DAY = re.compile(
    r"每[天日]|天天|周末|假[日期]|平[日时]|其[他余]"
    r"|\b(?:daily|(?:every|each|any|other|all) days?|week(?:day|end)s?|holidays?|always)\b"
)
#: What makes another person or office of the word after it.
_OTHER_OFFICE = re.compile(
    r"(?P<deputy>副|\b(?:deputy|vice|assistant|associate)\b)"
    r"|(?P<former>前任|前(?=[总首董局校部处院])|原任|\bformer(?:ly)?\b|\bex-)"
    r"|(?P<acting>代理|\b(?:acting|interim)\b)"
)


def features(
    scores: Sequence[float],
    hits: Sequence[Hit],
    found: Sequence[Candidate],
    matcher: Matcher,
    asked: Asked,
    quoted: Sequence[Citation],
) -> tuple[float, ...]:
    """The features, in the order of the tables of `tuning.CONFIDENCE_WEIGHTS`, after the constant 1.

    ``score`` is the best fused score. ``rise`` is its distance from the background, ``relative_rise`` that
    as a share of the score. ``dense`` is the best cosine of the vector search. ``unmet`` is the share of the
    question's weight without a match in the best passage. Across languages, ``untranslated`` is the part of
    it whose words have no known translation: the passage may well have them. ``lead`` is the distance of the
    best sentence's score from those of other passages. ``bigrams`` is the share of the question's character
    bigrams in that sentence. ``length`` is the logarithm of the number of question words: long questions
    never match whole. ``defined``: the first quote says outright what the thing is that is asked about. Such
    a question is short, and other sentences name the thing as well, so that the rest tells little.
    The others are those of `doubts`.
    """
    score = max(scores)
    # A small library, or one about other things, has no background. Then the usual one is assumed.
    # Copies of a passage have equal scores. They are neither background nor rivals.
    background = _mean(sorted(set(scores), reverse=True)[tuning.BACKGROUND_RANKS], tuning.DEFAULT_BACKGROUND)
    rise = score - max(background, tuning.DEFAULT_BACKGROUND)
    cosines = [
        hit.found_by["dense"][1] for hit in hits[: tuning.RERANKED_PASSAGES] if "dense" in hit.found_by
    ]
    unmet = np.where(matcher.passage_best(hits[0].passage) < _MATCHED, matcher.weights, 0.0)
    cross = language_pair(matcher.query, found[0].hit) == "cross"
    untranslated = unmet[sorted(matcher.query.untranslatable)].sum() if cross else 0.0
    total = max(float(matcher.weights.sum()), 1e-6)
    best: dict[int, float] = {}
    seen: set[str] = set()
    for candidate in found:
        if candidate.text not in seen:
            best.setdefault(candidate.hit.passage.id, candidate.score)
            seen.add(candidate.text)
    others = _mean(list(best.values())[tuning.RIVAL_RANKS], tuning.DEFAULT_RIVAL_SCORE)
    return (
        1.0,
        score,
        rise,
        min(max(rise / max(score, 1e-6), 0.0), 1.0),
        max(cosines, default=0.0),
        float(unmet.sum() - untranslated) / total,
        (found[0].score - others) / 10,
        found[0].features[_BIGRAMS],
        math.log(len(matcher.query.words)),
        float(untranslated) / total,
        float(_defines(matcher, quoted[0], found)),
        *map(float, doubts(matcher, asked, quoted, found)),
    )


class Doubts(NamedTuple):
    """What may make quotes fail to answer.

    ``lacks``: no quote holds a quantity of the type asked for; twice if an address is asked for, or money and
    no quote holds a number that might be an amount. ``other_number``: a number or
    date of the question stands neither in the first quote's passage nor in its headings. ``other_one``:
    the quotes are about another year, day or hour, or about a deputy, a former or an acting one where the
    question is not, or the other way round; it counts twice if they tell of other steps, ages and so on
    than the one that the question points at, of what happened in a time, but not to what was asked about,
    or of the like of what it names (`qa.answering.rivals`). ``unbound`` and ``loosely_bound``: no
    quantity of the type asked for stands near the words that say of what it is asked. ``unmet_word``: a
    weighty word of a question for a quantity is in none of the quotes. ``unnamed``: what the question asks
    for by its name (`qa.linguistics.attributes`) is nowhere in the passages quoted, or of what kind it asks
    which or how many nowhere in the first quote. ``other_owner``: the values told are of other things than
    the one asked of (`qa.answering.owners`). ``nobody``: it is asked who, and the first quote tells of nobody
    (`qa.answering.nobody`).
    """

    lacks: int
    other_number: bool
    other_one: int
    unbound: bool
    loosely_bound: bool
    unmet_word: bool
    unnamed: bool
    other_owner: bool
    nobody: bool


def doubts(
    matcher: Matcher, asked: Asked, quoted: Sequence[Citation], found: Sequence[Candidate] = ()
) -> Doubts:
    """The doubts about the quotes of an answer, at least one."""
    words = matcher.query.words
    types = asked.types & QUANTITY_TYPES
    met = matcher.passage_best(quoted[0].hit.passage)
    numbers = matcher.query.inseparable.union(
        at for at, word in enumerate(words) if any(map(str.isdigit, word.word))
    )
    own = _named_numbers(words) if types & GENERAL else None
    # A year of the decade asked for is no other one, nor is one that is no later than the limit asked for.
    kept = _kept_limits(matcher, quoted[0])
    other_number = any(met[at] < (_WITHIN if at in matcher.query.dated else 1) for at in numbers - kept)
    another = _of_another_subject(matcher, quoted[0], met)
    # A committee may have another name in the text: that says less than another place's history does.
    section = any(pointer.kind == "section" for pointer in matcher.query.pointers)
    # Across languages a word that is not met may well be there.
    within = language_pair(matcher.query, quoted[0].hit) != "cross"
    elsewhere = (
        _points_elsewhere(matcher, quoted)
        or (another and not section)
        or _of_other_parties(matcher, quoted)
        or tells_of_rivals(matcher, asked, quoted)
        or counts_others(matcher, types, quoted, found)
        or (types - _DATE and of_another_year(matcher.query.folded, "\n".join(passages_of(quoted))))
    )
    other_one = 2 * bool(elsewhere) or int((another and within) or _other_one(matcher, quoted))
    other_owner = told_of_others(matcher, quoted)
    if not types:
        addresses = asked.types & ADDRESS_TYPES
        texts = [one.quote for one in quoted if addresses]
        held = any(contained_types(text, fold_text(text), addresses) for text in texts)
        lacks = 2 * (bool(addresses) and not held)
        return Doubts(
            *(lacks, other_number, other_one, False, False, False),
            unnamed=_is_unnamed(matcher, quoted) or (within and _lacks_kind(matcher, quoted[0])),
            other_owner=other_owner,
            nobody=tells_of_nobody(matcher, asked, quoted[0]),
        )
    before, after = focus(matcher)
    asked_of = np.maximum(before, after) * matcher.weights
    total = max(float(asked_of.sum()), 1e-6)
    bound = [share for citation in quoted for share in _bound(matcher, citation, types, asked_of / total)]
    binding = max(bound, default=0.0)
    topical = float(asked_of @ met**2) / total
    best = [quoted_best(matcher, citation) for citation in quoted]
    for one, citation in zip(best, quoted, strict=True):
        one[_within_words(words, fold_text(citation.quote))] = 1.0
    unmet = min(float((matcher.weights * (1 - one**2)).max()) for one in best)
    held = any(contained_types(one.quote, _without(own, one.quote), types) for one in quoted)
    held = held or bool(asked.single and any(asked.single.search(fold_text(one.quote)) for one in quoted))
    # The heading of a day or of a version has its date.
    dated = [above for one in quoted for above in one.context if "date" in types]
    held = held or any(contained_types(above.text, fold_text(above.text), _DATE) for above in dated)
    # A whole list or table tells how many there are.
    held = held or ((asked.kinds or asked.steps) and any(_has_several(one.quote) for one in quoted))
    none = not held and "money" in types and not any(_has_amount(words, one.quote) for one in quoted)
    return Doubts(
        lacks=2 if none else int(not held),
        other_number=other_number,
        other_one=other_one,
        unbound=max(binding, topical) < tuning.UNBOUND,
        loosely_bound=binding < tuning.LOOSELY_BOUND,
        unmet_word=unmet > tuning.UNMET_WORD * max(float(matcher.weights.max()), 1e-6),
        unnamed=within and bool(types & GENERAL) and _lacks_kind(matcher, quoted[0]),
        other_owner=other_owner,
        nobody=False,
    )


def _has_akin(matcher: Matcher, at: int, citation: Citation) -> bool:
    """Whether a quote, or what stands above it, has another form of a word of the question."""
    above = (part.text for part in citation.context)
    words = matcher.words("\n".join((citation.quote, *above, *citation.hit.passage.context)))
    asked = matcher.query.words[at].word
    return any(akin(asked, word) or word.endswith(asked) for word in {*words})  # tons, gigatons


def _lacks_kind(matcher: Matcher, citation: Citation) -> bool:
    """Whether it is asked which or how many of a kind, and a quote has no word like that."""
    query = matcher.query
    if (place := asked_kind(query.folded)) is None:
        return False
    heads = _heads(matcher, query.folded[slice(*place)])
    like = tuning.KIND_LIKE["zh" if query.language == "zh" else "en"]
    if not heads or float(quoted_best(matcher, citation)[heads].max()) >= like:
        return False
    return query.language == "zh" or not any(_has_akin(matcher, at, citation) for at in heads)


def _heads(matcher: Matcher, name: str) -> list[int]:
    """The places of the topical words that end a name; none if one of them has no translation."""
    words = matcher.query.words
    heads = [at for at, one in enumerate(words) if matcher.weights[at] and name.endswith(one.word)]
    return [] if matcher.query.untranslatable.intersection(heads) else heads


def _defines(matcher: Matcher, citation: Citation, found: Sequence[Candidate]) -> bool:
    """Whether a question asks what a thing is, and a quote says so outright, or first below its name."""
    if not (name := defined(matcher.query)):
        return False
    things = [at for at, one in enumerate(matcher.query.words) if matcher.weights[at] and one.word in name]
    own = [one for one in found if one.hit.article.id == citation.hit.article.id]
    quoted = [one for one in own if citation.start <= one.start and one.end <= citation.end]
    first = min((one for one in own if is_headed(one, name)), key=lambda one: one.start, default=None)
    if first in quoted:
        return True
    heads = filter(None, (outright(fold_text(one.text), name) for one in quoted))
    return bool(things) and any((matcher.best_of(head)[things] >= tuning.DEFINED_SO).all() for head in heads)


def _is_unnamed(matcher: Matcher, quoted: Sequence[Citation]) -> bool:
    """Whether a question asks for something by its name, and no passage quoted has a like word."""
    query = matcher.query
    if (asked := asked_attribute(query.folded)) is None or asked.general:
        return False
    if not (heads := _heads(matcher, query.folded[asked.start : asked.end])):
        return False
    met = max(float(matcher.passage_best(one.hit.passage)[heads].max()) for one in quoted)
    return met < tuning.NAMED_LIKE


def _has_several(quote: str) -> bool:
    """Whether a quote has several rows of a table or numbered items."""
    lines = fold_text(quote).split("\n")
    return sum(CELL in line or item_number(line) > 0 for line in lines) > 1


def _within_words(words: Sequence[QueryWord], quote: str) -> list[int]:
    """The places of single Chinese characters that the folded quote has in longer words: 投 in 投资."""
    return [
        at for at, one in enumerate(words) if len(one.word) == 1 and is_han(one.word) and one.word in quote
    ]


def _named_numbers(words: Sequence[QueryWord]) -> re.Pattern[str] | None:
    """The numbers of a question with the word on either side, as Route 50, which count nothing in a quote."""
    pairs = [
        rf"{re.escape(one.word)}\s*{re.escape(other.word)}"
        for one, other in pairwise(words)
        if one.word.isdecimal() != other.word.isdecimal()
    ]
    return re.compile("|".join(pairs)) if pairs else None


def _has_amount(words: Sequence[QueryWord], quote: str) -> bool:
    """Whether a quote has a number that neither measures anything nor is of a name in the question, or says
    that nothing is to pay.
    """
    rest = _without(_named_numbers(words), quote)
    return _AMOUNT.search(rest) is not None or bool(contained_types(quote, rest, _COUNT))


def _without(named: re.Pattern[str] | None, quote: str) -> str:
    """The folded quote without these numbers."""
    folded = fold_text(quote)
    return named.sub(" ", folded) if named else folded


def _kept_limits(matcher: Matcher, citation: Citation) -> frozenset[int]:
    """The places of question words that are a limit ("before 1900") which a time in a quote keeps."""
    question = matcher.query.folded
    limits = " ".join(question[slice(*place)] for place in limits_met(question, _around(citation)))
    return frozenset(at for at, word in enumerate(matcher.query.words) if word.word in limits)


def _other_one(matcher: Matcher, quoted: Sequence[Citation]) -> bool:
    """Whether all quotes are about another time, or another office, than the question."""
    question = matcher.query.folded
    return all(_is_other(matcher, question, citation) for citation in quoted)


def _points_elsewhere(matcher: Matcher, quoted: Sequence[Citation]) -> bool:
    """Whether quotes tell of others than what is pointed at, and none of that.

    Of amounts the first quote must: a row without a range, such as "adults", may be meant by 40 years.
    "16 or older" answers whether a boy of 14 may ride. Of weekdays a schedule tells; a single one and other
    times are left to `of_another_time`.
    """
    pointers = [
        pointer
        for pointer in matcher.query.pointers
        if not pointer.timed or (pointer.kind == "weekday" and _is_schedule(quoted))
    ]
    if not pointers or POLAR.search(matcher.query.folded):
        return False
    first, *others = (_told_by_lines(pointers, citation) for citation in quoted)
    told = first.union(*others)
    if any(pointer.numbered for pointer in pointers):
        return False in told and True not in told
    return first == {False} and True not in told


def _of_another_subject(matcher: Matcher, citation: Citation, met: Floats) -> bool:
    """Whether a quote tells what is asked for of something else: its passage has these best matches."""
    if not asks_for_all(matcher.query) or not (places := subject(matcher.query)):
        return False
    if not told_by(matcher.query.pointers, fold_text(citation.quote)):
        return False
    weights = matcher.weights[places]
    share = weights @ met[places] ** tuning.SIMILARITY_POWER / max(float(weights.sum()), 1e-6)
    return bool(share < tuning.SUBJECT_MET)


def _of_other_parties(matcher: Matcher, quoted: Sequence[Citation]) -> bool:
    """Whether it is asked who a party of a contract is, and the quotes are of one without such a party."""
    parties = [int(p.value) for p in matcher.query.pointers if p.kind == "party" and p.value != ALL]
    if not parties:
        return False
    first, *others = passages_of(quoted)
    named = [any(name in text for text in others for name in names_of(party)) for party in parties]
    return not any(named) and any(tells_of_others_alone(party, first) for party in parties)


def _is_schedule(quoted: Sequence[Citation]) -> bool:
    """Whether several lines tell of weekdays, and none of days that no name tells."""
    text = "\n".join(fold_text(citation.quote) for citation in quoted)
    named = sum(bool(find_terms(line, ("weekday",))) for line in text.split("\n"))
    return named > 1 and not _ANY_DAY.search(text)


def _told_by_lines(pointers: Sequence[Pointer], citation: Citation) -> set[bool | None]:
    """What the lines of a quote tell, or else what stands above it."""
    told = {told_by(pointers, line) for line in fold_text(citation.quote).split("\n") if line.strip()}
    return told if told != {None} else {told_by(pointers, fold_text(one.text)) for one in citation.context}


def _is_other(matcher: Matcher, question: str, citation: Citation) -> bool:
    quote, around = fold_text(citation.quote), _around(citation)
    told = {
        p.kind.removeprefix("polar ")
        for p in matcher.query.pointers
        if p.kind in _RANGED and tells(p, around).of
    }
    if of_another_time(question, around, told):
        return True
    offices = {found.lastgroup for found in _OTHER_OFFICE.finditer(question)}
    if offices:
        return not offices & {found.lastgroup for found in _OTHER_OFFICE.finditer(around)}
    for word in matcher.query.words:
        if word.topical and len(word.word) > 1 and word.word in quote:
            before = [
                quote[max(0, m.start() - 10) : m.start()] for m in re.finditer(re.escape(word.word), quote)
            ]
            if all(re.search(rf"(?:{_OTHER_OFFICE.pattern})[ -]?$", text) for text in before):
                return True
    return False


def _around(citation: Citation) -> str:
    """A quote with what stands above it, folded."""
    return " ".join((fold_text(citation.quote), *citation.hit.passage.context))


def _bound(matcher: Matcher, citation: Citation, types: frozenset[str], asked_of: Floats) -> list[float]:
    """For each quantity of the types in a quote, the share of ``asked_of`` that the words around it match."""
    quantities = requested(citation.quote, types)
    if not quantities:
        return []
    passage = citation.hit.passage
    alignment = matcher.align(passage)
    starts = [passage.start + start - citation.start for start in alignment.text.starts]
    headed = _HEADED * matcher.context_best(passage)
    shares = []
    for quantity in quantities:
        at = [place for place, start in enumerate(starts) if quantity.start <= start < quantity.end]
        if at:
            near = alignment.similarities[:, max(0, at[0] - _WINDOW) : at[-1] + 1 + _WINDOW]
            best = np.maximum(best_of_rows(near), headed)
            shares.append(float(asked_of @ best**2))
    return shares


def _mean(values: Sequence[float], otherwise: float) -> float:
    return sum(values) / len(values) if values else otherwise


class Estimate(NamedTuple):
    """How likely the quotes answer (0 to 1), whether that is enough, and its explanation.

    ``related``: it is not enough, and would be without the doubts. ``lacks`` is then the type of quantity
    that no quote holds, "person" if it is asked who, or "".
    """

    probability: float
    answered: bool
    decision: Decision | None
    related: bool = False
    lacks: str = ""


def estimate(
    scores: Sequence[float],
    hits: Sequence[Hit],
    found: Sequence[Candidate],
    matcher: Matcher,
    asked: Asked,
    quoted: Sequence[Citation],
    threshold: float = 0.0,
) -> Estimate:
    """The confidence that the quotes answer. The decision is None if nothing matches the question.

    ``threshold`` 0 is that of `tuning.MIN_CONFIDENCE`.
    """
    if not quoted or not hits[0].coverage:
        return Estimate(0.0, False, None)
    pair = language_pair(matcher.query, found[0].hit)
    weights = tuning.CONFIDENCE_WEIGHTS[pair]
    values = features(scores, hits, found, matcher, asked, quoted)
    weighted = tuple(
        Feature(name, float(value), weight)
        for (name, weight), value in zip(weights.items(), values, strict=True)
    )
    threshold = threshold or tuning.MIN_CONFIDENCE[pair]
    probability = _logistic(weighted)
    answered = probability >= threshold
    certain = [feature for feature in weighted if feature.name not in _DOUBTS]
    related = not answered and _logistic(certain) >= tuning.MIN_RELATED
    lacks = ""
    if related:
        doubted = {feature.name for feature in weighted if feature.value}
        lacks = min(asked.types & TOLD_TYPES) if "lacks" in doubted else "person" * ("nobody" in doubted)
    return Estimate(probability, answered, Decision(pair, threshold, weighted), related, lacks)


def _logistic(weighted: Sequence[Feature]) -> float:
    logit = sum(feature.weight * feature.value for feature in weighted)
    return 1 / (1 + math.exp(-max(-50.0, min(50.0, logit))))
