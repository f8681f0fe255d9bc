"""What else a library may write for a Latin word of a question: inflected, joined, or spelled another way.

The lexicon knows common words in all their forms. Of what it lacks (quokka, timesheet, Schroedinger) only the
same letters would match. Runs of digits that are no quantity, such as telephone numbers, are grouped in many
ways. What the library lacks altogether may be misspelt.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from functools import lru_cache
from string import ascii_lowercase
from typing import TYPE_CHECKING, NamedTuple

from index.lexicon.inflection import base_forms, inflected
from index.lexicon.lexicon import Lexicon
from qa import tuning
from qa.linguistics.cues import FUNCTION

if TYPE_CHECKING:
    from qa.question.query import QueryWord

#: The shortest word that is inflected or taken apart, and the most words that are joined.
_SHORTEST, _MOST_JOINED = 4, 3
#: The least and the most digits of a run and of its groups, and the most groups.
_DIGITS, _GROUP, _MOST_GROUPS = range(7, 16), range(2, 7), 4
#: Words that are too short to be told from others by one letter, and those that may have two wrong ones.
_ONE_WRONG, _TWO_WRONG = 5, 8
#: Words with so many first letters in common are compared whole, of the others those that one edit makes.
_HEAD = 3
#: The most words that a misspelt one may stand for.
_MOST_MEANT = 3
#: How much more common, in natural log, is what a word that the lexicon knows is a misspelling of, and the
#: least cosine: accomodation, and not Smyth.
_MORE_COMMON, _ALIKE = 3.0, 0.5
#: Endings and letters that British and American English, or German names, write in two ways.
_SPELLINGS = (
    *(("our", "or"), ("ise", "ize"), ("isi", "izi"), ("isa", "iza"), ("yse", "yze"), ("ogue", "og")),
    *(("ll", "l"), ("mme", "m"), ("dge", "dg"), ("ae", "e"), ("oe", "e"), ("ae", "a"), ("oe", "o")),
    *(("ue", "u"), ("oul", "ol"), ("ph", "f"), ("eable", "able"), ("oe", "ø"), ("o", "ø"), ("ae", "æ")),
)
_ENDINGS = (
    (r"re(s?)$", r"er\1"),
    (r"er(s?)$", r"re\1"),
    (r"ence(s?)$", r"ense\1"),
    (r"ense(s?)$", r"ence\1"),
)
_WORDS = """
    tyre tire|grey gray|plough plow|cheque check|aluminium aluminum|jewellery jewelry|pyjama pajama
    moustache mustache|doughnut donut|aeroplane airplane|maths math|kerb curb|storey story|sceptic skeptic
    draught draft|cosy cozy|axe ax|licence license|practice practise|whisky whiskey|yoghurt yogurt
"""
_TWO_WAYS = [tuple(pair.split()) for pair in re.split(r"[|\n]", _WORDS) if pair.strip()]
#: Letters that are folded to their base, as they are written without them.
_UMLAUTS = {"ä": "ae", "ö": "oe", "ü": "ue", "å": "aa"}


class Variant(NamedTuple):
    """The folded ``words`` may be what the library writes for the question words ``start:end``."""

    start: int
    end: int
    words: tuple[str, ...]


def variants(
    words: Sequence[QueryWord], folded: str, lacking: Collection[int], lexicon: Lexicon
) -> Iterator[Variant]:
    """Other forms of ``words``, those of the question ``folded``, whether the library has them or not.

    ``lacking`` are the positions of words that the library lacks: only these are taken apart.
    """
    for at, word in enumerate(words):
        if word.topical and _is_latin(word.word) and len(word.word) >= _SHORTEST:
            for form in _forms(word, at in lacking, lexicon):
                yield Variant(at, at + 1, (form,))
        if at in lacking:
            for parts in _parted(word.word, lexicon):
                yield Variant(at, at + 1, parts)
        for end in range(at + 2, min(at + _MOST_JOINED, len(words)) + 1):
            if _may_be_joined(words[at:end], folded):
                whole = "".join(one.word for one in words[at:end])
                for form in (whole, *_numbers(whole)):
                    yield Variant(at, end, (form,))


def _forms(word: QueryWord, lacking: bool, lexicon: Lexicon) -> Iterator[str]:
    """Inflections and spellings of a word.

    Of common words the lexicon knows all inflections. Of what it lacks, another spelling may be another name,
    unless the library lacks the word.
    """
    rare = lexicon.log_probability(word.word) <= tuning.COMMON_SPELLING
    for form in _inflections(word.word) if rare else ():
        if word.row is None or lexicon.id(form) is None:
            yield form
    for form in _respelled(word.word, word.text):
        if (rare and lacking) or (word.row is not None and lexicon.id(form) is not None):
            yield form


def may_be_misspelt(word: QueryWord, lexicon: Lexicon) -> bool:
    """Whether a word is long enough to tell, and not so common in general text that it is meant as it is."""
    long = word.topical and _is_latin(word.word) and len(word.word) >= _ONE_WRONG
    return long and lexicon.log_probability(word.word) <= tuning.COMMON_SPELLING


def near_spellings(
    word: QueryWord,
    lexicon: Lexicon,
    beginning: Callable[[Sequence[str]], Sequence[Iterable[str]]],
    held: Callable[[Iterable[str]], Iterable[str]],
) -> list[str]:
    """The words of a library that one which it lacks may be a misspelling of, at most `_MOST_MEANT`.

    They begin with the same letter, and differ by one letter that is wrong, left out or too much, or by two
    that changed places; a longer word that the lexicon does not know may have two such errors.
    ``beginning`` is `Library.words_beginning`. ``held`` gives those of some words that the library has.
    """
    written, common = word.word, lexicon.log_probability
    most = 2 if len(written) >= _TWO_WRONG and word.row is None else 1
    near = {*beginning([written[:_HEAD]])[0], *held(_edited(written))}
    letters, found = set(written), []
    for other in near:
        if abs(len(other) - len(written)) > most or len(letters.symmetric_difference(other)) > 2 * most:
            continue
        if not _is_latin(other) or (word.row is not None and common(other) < common(written) + _MORE_COMMON):
            continue
        if word.row is not None and (
            other in _inflections(written) or lexicon.similarity(written, other) < _ALIKE
        ):
            continue
        for errors in range(1, most + 1):
            if within(written, other, errors):
                found.append((errors, -common(other), other))
                break
    fewest = min(found, default=(0,))[0]
    return [other for errors, _, other in sorted(found)[:_MOST_MEANT] if errors == fewest]


def within(one: str, other: str, most: int) -> bool:
    """Whether ``most`` errors make one word of the other: letters wrong, left out, too much, or exchanged."""
    if abs(len(one) - len(other)) > most:
        return False
    start, shorter = 0, min(len(one), len(other))
    while start < shorter and one[start] == other[start]:
        start += 1
    one, other = one[start:], other[start:]
    if not one or not other or not most:
        return len(one) + len(other) <= most
    if one[1:2] == other[0] and one[0] == other[1:2] and within(one[2:], other[2:], most - 1):
        return True
    return (
        within(one[1:], other[1:], most - 1)
        or within(one[1:], other, most - 1)
        or within(one, other[1:], most - 1)
    )


def _is_latin(word: str) -> bool:
    return word.isalpha() and max(word) < "\u0250"


def _edited(word: str) -> set[str]:
    """What one error after the first letter, before the others of `_HEAD`, makes of a word."""
    made: set[str] = set()
    for at in range(1, _HEAD):
        before, after = word[:at], word[at:]
        made |= {before + after[1:], before + after[1::-1] + after[2:]}
        made.update(before + letter + rest for letter in ascii_lowercase for rest in (after, after[1:]))
    return made


@lru_cache(4096)
def _inflections(word: str) -> list[str]:
    forms = dict.fromkeys(form for base in base_forms(word) for form in inflected(base))
    return [form for form in forms if form != word and len(form) >= _SHORTEST - 1]


def _numbers(word: str) -> tuple[str, ...]:
    """The plural of a singular, or the other way round."""
    if not word.isalpha() or word.endswith("ss"):
        return ()
    return (word[:-1] if word.endswith("s") else word + "s",)


@lru_cache(4096)
def _respelled(word: str, text: str) -> list[str]:
    """The other spellings of a folded word; ``text`` is how it is written, with its umlauts."""
    found = [re.sub(ending, other, word) for ending, other in _ENDINGS]
    for pair in _SPELLINGS:
        for one, other in (pair, pair[::-1]):
            places = (at.span() for at in re.finditer(one, word))
            found += [word[:start] + other + word[end:] for start, end in places]
    for pair in _TWO_WAYS:
        found += [word.replace(one, other, 1) for one, other in (pair, pair[::-1]) if word.startswith(one)]
    if not text.isascii():
        found.append("".join(_UMLAUTS.get(char, char) for char in text.casefold()))
    return [form for form in dict.fromkeys(found) if form != word]


def _parted(word: str, lexicon: Lexicon) -> Iterator[tuple[str, ...]]:
    """The groups of a run of digits, or the two words of general text that another one may be made of."""
    if word.isdecimal() and word.isascii():
        yield from _groups(word, _MOST_GROUPS) if len(word) in _DIGITS else ()
    elif _is_latin(word) and len(word) >= _SHORTEST:
        for at in range(1, len(word) - 1):
            first, last = word[:at], word[at:]
            known = lexicon.id(first) is not None and lexicon.id(last) is not None
            # "in sight" is no insight, but a "check in" is a checkin.
            if known and not FUNCTION.fullmatch(first) and (at >= _SHORTEST or not FUNCTION.fullmatch(last)):
                yield from ((first, form) for form in (last, *_numbers(last)))


def _groups(digits: str, most: int) -> Iterator[tuple[str, ...]]:
    for size in _GROUP:
        rest = digits[size:]
        if most > 2 and rest:
            yield from ((digits[:size], *others) for others in _groups(rest, most - 1))
        if len(rest) in _GROUP:
            yield digits[:size], rest


def _may_be_joined(words: Sequence[QueryWord], folded: str) -> bool:
    """Whether words may be written as one: a run of digits, words with hyphens, and any that are topical."""
    if not all(word.word.isascii() and word.word.isalnum() for word in words):
        return False
    if all(word.word.isdecimal() for word in words):
        return sum(len(word.word) for word in words) in _DIGITS
    return all(word.topical for word in words) or (
        any(word.topical for word in words) and "-".join(word.word for word in words) in folded
    )
