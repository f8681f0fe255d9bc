"""The translations of a question's words and phrases, by the dictionary."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import NamedTuple

from index.lexicon.dictionary import MOST_WORDS, Dictionary
from index.lexicon.inflection import inflected
from index.lexicon.lexicon import Lexicon
from index.text.tokenizer import Tokenizer
from index.types import Span
from qa import tuning
from qa.linguistics.cues import MEASURED, NUMERALS, SEPARATING
from qa.question.query import QueryWord, Synonym
from qa.question.vocabulary import Vocabulary
from qa.question.written import is_function_word

#: The most words from a Chinese verb to its object.
_MOST_PARTED = 5
#: The least cosine of a word that stands for one that the tokenizer has split.
_NEAR = 0.5


class AskedPhrase(NamedTuple):
    """The question's ``words`` at ``places``. ``row`` is that of a word which the tokenizer has split."""

    words: tuple[str, ...]
    places: tuple[Span, ...]
    row: int | None = None


def phrases(words: Sequence[QueryWord], lexicon: Lexicon) -> Iterator[AskedPhrase]:
    """Adjacent words of the question, verbs with their objects (洗牙 in 洗一次牙), and 重 of 多重."""
    for start in range(len(words)):
        if adjective := MEASURED.fullmatch(words[start].word):
            yield AskedPhrase((adjective[1],), (Span(start, start + 1),), lexicon.id(adjective[1]))
        for end in range(start + 1, min(start + _MOST_PARTED, len(words)) + 1):
            inside = tuple(word.word for word in words[start:end])
            topical = [word.topical for word in words[start:end]]
            if len(inside) <= MOST_WORDS and topical[0] and topical[-1]:
                split = all(topical) and len("".join(inside)) == len(inside) > 1
                yield AskedPhrase(inside, (Span(start, end),), lexicon.id("".join(inside)) if split else None)
            verb = inside[0] + inside[-1]
            parted = len(inside) > 2 and all(map(SEPARATING.fullmatch, inside[1:-1]))
            if parted and topical[-1] and len(verb) == 2 and (row := lexicon.id(verb)) is not None:
                yield AskedPhrase((*verb,), (Span(start, start + 1), Span(end - 1, end)), row)


def translations(
    asked: Sequence[AskedPhrase],
    neighbours: Mapping[int, Sequence[tuple[str, float]]],
    tokenizer: Tokenizer,
    vocabulary: Vocabulary,
    dictionary: Dictionary,
) -> tuple[list[Synonym], set[int]]:
    """The translations of phrases that the library has, as it spells them, and neighbours of split words.

    Beside them the places of the words that the dictionary has, whatever the library has.
    """
    found: list[tuple[AskedPhrase, tuple[str, ...], float]] = []
    known: set[int] = set()
    for phrase in asked:
        alone = len(phrase.words) == 1 and is_function_word(phrase.words[0])
        entries = [] if alone else dictionary.translations(phrase.words)
        known.update(at for place in phrase.places for at in range(*place) if entries)
        found += [
            (phrase, spelling, tuning.TRANSLATION * strength**0.5)
            for translation, strength in entries
            for spelling in _spellings(tokenizer.words(translation))
        ]
    for phrase in asked:
        near = neighbours[phrase.row] if phrase.row is not None else ()
        found += [(phrase, (word,), min(cos, tuning.TRANSLATION)) for word, cos in near if cos > _NEAR]
        if MEASURED.fullmatch(phrase.words[0]) and phrase.row is not None:
            found += [(phrase, (phrase.words[0] + numeral,), tuning.TRANSLATION) for numeral in NUMERALS]
    held = vocabulary.held(word for _, spelling, _ in found for word in spelling)
    synonyms = [
        Synonym(*place, spelling, similarity)
        for phrase, spelling, similarity in found
        if held.issuperset(spelling) and not all(map(is_function_word, spelling))
        for place in phrase.places
    ]
    return synonyms, known


def _spellings(words: tuple[str, ...]) -> Iterator[tuple[str, ...]]:
    """The words of a translation, with the first or the last of them inflected, and joined."""
    for form in inflected(words[0]):
        yield (form, *words[1:])
    if len(words) > 1:
        yield ("".join(words),)
        for form in inflected(words[-1])[1:]:
            yield (*words[:-1], form)
