"""Whether quotes tell of others than the thing that a question names: the red light, not the green one.

The vectors of the lexicon do not tell: red is as near to green as crimson. The place of the words does, where
the texts never have the one that is asked for: before the same word, beside the same name (Marlo 500, not
Marlo 700), in a list of its like (水费、电费, not 燃气费), or in a table whose rows and columns lack it.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from itertools import pairwise
from typing import NamedTuple

import numpy as np

from index.lexicon.dictionary import bundled_dictionary
from index.lexicon.lexicon import Floats
from index.text.blocks import CELL
from index.text.fold import fold_text
from index.text.han import HAN, is_han
from index.types import Passage
from qa import tuning
from qa.answering.scoring import Candidate, language_pair
from qa.linguistics.answer_types import NAME_TYPES, QUANTITY_TYPES
from qa.linguistics.calendar_terms import EVENING, MORNING
from qa.linguistics.cues import ASKS, FUNCTION
from qa.linguistics.number_forms import english, roman
from qa.question.asked import Asked
from qa.retrieval.matcher import Matcher, best_of_rows
from qa.types import Citation

#: A word of the question with a higher similarity is in a text, in this or another form.
_SAME = 0.8
#: The fewest letters that inflected forms of a word share.
_STEM = 4
#: The fewest words of a question besides a name that make clear without it what is told of.
_MUCH = 5
#: What stands before an adjective or noun, and not before the verb of a question.
_BEFORE_NAMED = re.compile(
    r"the|an?|of|in|on|at|for|from|with|by|per|this|that|s|his|her|its|their|your|my|our|and|or|each|every"
)
#: Hours tell of them.
_PARTS_OF_DAY = MORNING | EVENING | {"morning", "afternoon", "evening", "night"}
#: What is between the parts of an enumeration, and at the ends of sentences and cells.
_BOUNDARY = re.compile(r"[\s、,，。.;；:：|(（]|$")
#: Asks which row of a table is the best: no cell says so.
_CHOOSES = re.compile(
    r"哪|最|更|适合|推荐|\bwhich\b|\bbest\b|[a-z]{3}est\b|\b(?:most|least|more|less|should|recommend)"
)
#: What surely asks for a quantity: "what" may ask for more than that.
_COUNTED = re.compile(
    r"\bwhen\b|\bhow (?!do|does|did|can|is|are|was|were|to)"
    r"|\b(?:what|which) (?:year|date|day|month|century|decade|time|price)\b"
)
_COLOURS = "red|orange|yellow|green|blue|purple|black|white|gr[ae]y|brown|pink|silver|gold"
_COLOURS_ZH = "[红橙黄绿蓝紫黑白灰棕粉银金]"
_COLOURED = re.compile(
    rf"\b(?P<en>{_COLOURS}) (?P<thing>[a-z]+)|(?P<zh>{_COLOURS_ZH})色?的?(?P<of>[{HAN}])(?<![色的])"
)
#: How a colour may be told otherwise.
_ALSO = {
    "grey": "gr[ae]y",
    "gray": "gr[ae]y",
    "purple": "purple|violet",
    "orange": "orange|amber",
    "yellow": "yellow|amber",
    "gold": "gold|yellow",
    "橙": "[橙橘]|琥珀",
    "黄": "黄|琥珀",
    "棕": "[棕褐啡]",
}
#: A line of a record, which as a whole tells of one thing: "Car: …", "Next service: …".
_RECORDED = re.compile(r"[-*•\s]*[^\W\d][^:.,;!?\n]{0,24}:\s*\S")
_PRONOUN = re.compile(r"\b(?:he|she|it|they|him|her|his|its|their|them|this|these|that|those|there)\b")
_CHINESE_AND = frozenset("和与及或")


class _Word(NamedTuple):
    """A folded word of a quote. ``opens``: nothing but a sign or "and" stands before it."""

    text: str
    opens: bool


_NOTHING = _Word("", opens=False)


def quoted_best(matcher: Matcher, citation: Citation) -> Floats:
    """float32 [question words]: the best match of each in a quote and all that stands above it."""
    own = _best_between(matcher, citation.hit.passage, citation.start, citation.end)
    best: Floats = np.maximum(own, _best_above(matcher, citation))
    return best


def passages_of(quoted: Sequence[Citation]) -> list[str]:
    """The passages of quotes, each with what stands above it, folded."""
    return [fold_text("\n".join((one.hit.passage.text, *one.hit.passage.context))) for one in quoted]


def _best_above(matcher: Matcher, citation: Citation) -> Floats:
    """The same in its title, its headings, the header of its table and so on."""
    best = matcher.context_best(citation.hit.passage)
    for above in citation.context:
        best = np.maximum(best, matcher.best_of(above.text))
    return best


def _best_between(matcher: Matcher, passage: Passage, start: int, end: int) -> Floats:
    """The same in a part of a passage, by offsets in its article."""
    alignment = matcher.align(passage)
    starts = alignment.text.starts
    inside = slice(*(bisect_left(starts, edge - passage.start) for edge in (start, end)))
    return best_of_rows(alignment.similarities[:, inside])


def tells_of_rivals(matcher: Matcher, asked: Asked, quoted: Sequence[Citation]) -> bool:
    """Whether the question names something that the passages of all quotes lack, and these tell of its like.

    Only within a language: across, what has no known translation may well be there.
    """
    if any(language_pair(matcher.query, one.hit) == "cross" for one in quoted):
        return False
    if _numbered_otherwise(matcher, quoted) or _coloured_otherwise(matcher.query.folded, quoted):
        return True
    unmet = _unmet(matcher, quoted)
    if not unmet:
        return False
    lines = [[*_words(matcher, one)] for one in quoted]
    headers = any(part.role == "header" for one in quoted for part in one.context)
    chooses = asked.sides or asked.extremes or _CHOOSES.search(matcher.query.folded)
    rules: list[Callable[[int], bool]] = [
        lambda at: headers and not chooses and _names_no_row(matcher, at, quoted),
        lambda at: _described_otherwise(matcher, at, lines),
        lambda at: _has_rival_compounds(matcher, asked.types, at, lines),
    ]
    # The traces are looked for last: they take a look into the dictionary for each word of the passages.
    return any(any(rule(at) for rule in rules) and not _has_trace(matcher, at, quoted) for at in unmet)


def counts_others(
    matcher: Matcher, types: frozenset[str], quoted: Sequence[Citation], found: Sequence[Candidate]
) -> bool:
    """Whether what is asked for stands in other sentences than a weighty word of the question.

    The cost of the pump is none of the posters. A sentence with a pronoun may go on about them. Only within
    English: Chinese texts of the web carry on without naming anything.
    """
    passages = {one.hit.passage.id: one.hit.passage for one in quoted}
    asking = [one.word for one in matcher.query.words if ASKS.fullmatch(one.word)]
    if not types or len(asking) != 1 or not _COUNTED.search(matcher.query.folded):
        return False
    if any(language_pair(matcher.query, one.hit) != "en" for one in quoted):
        return False
    sentences = [one for one in found if one.hit.passage.id in passages]
    counting = [fold_text(one.text) for one in sentences if not types.isdisjoint(one.held)]
    if not counting or any(map(_PRONOUN.search, counting)):
        return False
    above: Floats = np.max([_best_above(matcher, one) for one in quoted], axis=0)
    weighty = matcher.weights >= tuning.UNMET_WORD * matcher.weights.max()
    best = [_best_between(matcher, one.hit.passage, one.start, one.end) for one in sentences]
    has = [not types.isdisjoint(one.held) for one in sentences]
    counted: Floats = np.max([its for its, one in zip(best, has, strict=True) if one], axis=0)
    for at in np.flatnonzero(weighty & (above < tuning.MIN_SHOWN_SIMILARITY)).tolist():
        named = [
            one
            for one, its in zip(sentences, best, strict=True)
            if its[at] >= _SAME and not _RECORDED.match(fold_text(one.text))
        ]
        if _belongs_to_met(matcher, at, counted):
            continue
        number = any(map(str.isdigit, matcher.query.words[at].word))
        if any(_tells_rest(matcher, at, its) for its, one in zip(best, has, strict=True) if one):
            continue
        if named and not number and all(types.isdisjoint(one.held) for one in named):
            return True
    return False


def _tells_rest(matcher: Matcher, at: int, best: Floats) -> bool:
    """Whether a sentence with these best matches tells so much of what is asked that it needs no other name.

    "The last two projects take ten hours per person", where those of a course are asked for by its name.
    """
    weights = matcher.weights.copy()
    weights[at] = 0.0
    met = (best >= _SAME) & (weights > 0)
    return int(met.sum()) >= _MUCH and float(weights[met].sum()) >= tuning.TOLD_REST * float(weights.sum())


def _belongs_to_met(matcher: Matcher, at: int, counted: Floats) -> bool:
    """Whether a word only says of what another one is that stands where something is counted.

    "The draft of the novel": the draft has a date. ``counted`` are the best matches there.
    """
    words = matcher.query.words
    before = range(at - 1, 0, -1)
    of = next((place for place in before if matcher.weights[place] or words[place].word == "of"), 0)
    return words[of].word == "of" and bool(matcher.weights[of - 1]) and bool(counted[of - 1] >= _SAME)


def _unmet(matcher: Matcher, quoted: Sequence[Citation]) -> list[int]:
    """The places of the question's topical words that the passages of the quotes do not match."""
    met: Floats = np.max([matcher.passage_best(one.hit.passage) for one in quoted], axis=0)
    pointed = {at for start, end, _ in matcher.query.pointed for at in range(start, end)}
    unmet = np.flatnonzero((matcher.weights > 0) & (met < _SAME)).tolist()
    return [at for at in unmet if at not in pointed and matcher.query.words[at].word not in _PARTS_OF_DAY]


def _has_trace(matcher: Matcher, at: int, quoted: Sequence[Citation]) -> bool:
    """Whether the passages of the quotes have a word akin to one of the question."""
    word = matcher.query.words[at].word
    texts = [matcher.align(one.hit.passage).text for one in quoted]
    return any(akin(word, other) for text in texts for other in (*text.words.unique, *text.context.unique))


def akin(word: str, other: str) -> bool:
    """Whether two words are forms of one, or have a translation in common."""
    if word[0].isdigit() or other[0].isdigit():
        return word == other
    if word.isascii() != other.isascii():
        return False
    if word.isascii():
        shared = next(
            (at for at, pair in enumerate(zip(word, other, strict=False)) if pair[0] != pair[1]), 99
        )
        if shared >= min(_STEM, len(word), len(other)):
            return len(min(word, other, key=len)) >= _STEM - 1
    elif any(char in other and not FUNCTION.fullmatch(char) for char in word):
        return True
    return not translated(word).isdisjoint(translated(other))


def translated(word: str) -> frozenset[str]:
    """The translations of a folded word, by the dictionary."""
    return frozenset(found.words for found in bundled_dictionary().translations([word]))


def _words(matcher: Matcher, citation: Citation) -> Iterator[_Word]:
    """The words of a quote in order."""
    passage = citation.hit.passage
    text = matcher.align(passage).text
    first, last = (bisect_left(text.starts, edge - passage.start) for edge in (citation.start, citation.end))
    for at in range(first, last):
        before = passage.text[max(0, text.starts[at] - 1) : text.starts[at]]
        opens = at == first or _BOUNDARY.match(before) is not None or before in _CHINESE_AND
        yield _Word(text.words.words[at], opens)


def _names_no_row(matcher: Matcher, at: int, quoted: Sequence[Citation]) -> bool:
    """Whether a word of the question is like what the rows of a table are about, and none of those quoted.

    It is like one of them or stands before what heads them: a premium plan, below "Plan".
    """
    headers = [above.text for above in quoted[0].context if above.role == "header"]
    if not headers:
        return False
    rows = [line for one in quoted for line in fold_text(one.hit.passage.text).split("\n") if CELL in line]
    labels = Counter(word for row in rows for word in {*matcher.words(row.split(CELL)[0])})
    shown = {row.split(CELL)[0] for one in quoted for row in fold_text(one.quote).split("\n")}
    own = [word for label in shown for word in matcher.words(label) if labels[word] <= 1]
    if not own or (matcher.best(own)[matcher.weights > 0] >= tuning.MIN_SHOWN_SIMILARITY).any():
        return False
    if any(akin(one.word, word) for one in matcher.query.words if one.topical for word in own):
        return False
    heading = matcher.words(fold_text(headers[-1]).split(CELL)[0])
    return matcher.best(own)[at] > 0 or _after(matcher, at) in heading


def _numbered_otherwise(matcher: Matcher, quoted: Sequence[Citation]) -> bool:
    """Whether a number follows a name in the question, and the passages have this name with others alone."""
    words = matcher.query.words
    pointed = {at for start, end, _ in matcher.query.pointed for at in range(start, end)}
    numbers = [at for at, word in enumerate(words) if at and word.word.isdecimal() and words[at - 1].topical]
    asked = [
        (words[at - 1].word, words[at].word)
        for at in numbers
        if words[at - 1].word.isascii() and words[at - 1].word.isalpha()
        if at not in pointed and at not in matcher.query.dated
    ]
    if not asked:
        return False
    texts = [matcher.align(one.hit.passage).text.words.words for one in quoted]
    above = [(*one.hit.passage.context, *(part.text for part in one.context)) for one in quoted]
    texts += [matcher.words(text) for own in above for text in own]
    for name, number in asked:
        found = {other for text in texts for one, other in pairwise(text) if one == name}
        forms = {number, roman(int(number)), english(int(number))} if len(number) < 3 else {number}
        its = any(other in forms or other.startswith(f"{number}.") for other in found)
        if len(number) == 4:  # a year may stand elsewhere
            its = its or any(number in text for text in texts)
        if not its and any(map(str.isdigit, found)):
            return True
    return False


def _coloured_otherwise(question: str, quoted: Sequence[Citation]) -> bool:
    """Whether the question names a thing by its colour, and the passages have it in other colours alone."""
    texts = passages_of(quoted)
    quotes = [fold_text(one.quote) for one in quoted]
    for asked in _COLOURED.finditer(question):
        colour, thing = (asked["zh"], asked["of"]) if asked["zh"] else (asked["en"], asked["thing"])
        named = rf"色?的?{thing}" if asked["zh"] else rf"(?: \w+)? {thing}\b"
        pattern = re.compile(rf"(?<![a-z])(?P<colour>{_COLOURS_ZH if asked['zh'] else _COLOURS}){named}")
        its = re.compile(rf"(?<![a-z])(?:{_ALSO.get(colour, colour)})")
        if any(map(its.search, texts)):
            continue
        if any(found["colour"] != colour for quote in quotes for found in pattern.finditer(quote)):
            return True
    return False


def _described_otherwise(matcher: Matcher, at: int, lines: Sequence[Sequence[_Word]]) -> bool:
    """Whether another word of the kind stands in the quotes wherever the one after this word stands."""
    words, named = matcher.query.words, _after(matcher, at)
    if not named or not words[at].word.isascii() or words[at].word[0].isdigit():
        return False
    if words[at].word.endswith("ly"):
        return False
    if at and not _BEFORE_NAMED.fullmatch(words[at - 1].word):
        return False
    asked = {one.word for one in words}
    rivals = [one.text for line in lines for one, other in pairwise((_NOTHING, *line)) if other.text == named]
    if not rivals or any(not one or FUNCTION.fullmatch(one) or one in asked for one in rivals):
        return False
    return 0 < float(matcher.similarities(rivals)[at].max()) < tuning.LIKE


def _has_rival_compounds(
    matcher: Matcher, types: frozenset[str], at: int, lines: Sequence[Sequence[_Word]]
) -> bool:
    """Whether the quotes have several compounds with the word after this Chinese one: 水费、电费, not 燃气费.

    The question must ask for a quantity or a name: verbs and their objects look like compounds.
    """
    words, named = matcher.query.words, _after(matcher, at)
    if not is_han(words[at].word):
        return False
    ended = not _after(matcher, at + 1)
    if not named or not ended or len(words[at].word) == 1 or types.isdisjoint(QUANTITY_TYPES | NAME_TYPES):
        return False
    return len({*_compounds(named, lines)} - {one.word for one in words}) > 1


def _after(matcher: Matcher, at: int) -> str:
    """The topical word after a place of the question, "" if there is none."""
    return matcher.query.words[at + 1].word if matcher.weights[at + 1 : at + 2].any() else ""


def _compounds(named: str, lines: Sequence[Sequence[_Word]]) -> Iterator[str]:
    """The words that make a compound with a Chinese word at the beginning of something: 水, 电 of 费."""
    for line in lines:
        for one, other in pairwise((_NOTHING, *line)):
            if other.text == named and one.opens and not FUNCTION.fullmatch(one.text):
                yield one.text
            elif other.opens and other.text.endswith(named) and other.text != named:
                yield other.text.removesuffix(named)
