"""What a Chinese word of a question may be a typing error for: 大霸 for 大坝, 编缉 for 编辑.

Input methods offer characters of one sound, so a wrong one sounds like the right one. The tokenizer cuts such
a word into characters, of which the library lacks one.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Sequence
from typing import TYPE_CHECKING, NamedTuple

from index.lexicon.lexicon import Lexicon
from index.text.han import is_han
from index.text.pinyin import all_syllables, readings
from qa.linguistics.cues import ASKS

if TYPE_CHECKING:
    from qa.question.query import QueryWord

#: Characters of the words that are looked for, and the most words of a question that are cut in such pieces.
_FEWEST, _MOST, _MOST_PIECES = 2, 4, 3
#: The least natural log of the frequency of what is meant, in general text.
_COMMON = -16.5


class Homophone(NamedTuple):
    """The question words ``start:end`` may be ``word``, with one character for another of the same sound.

    ``wrong`` is the place of the question word that has it.
    """

    start: int
    end: int
    word: str
    wrong: int


def homophones(words: Sequence[QueryWord], lacking: Collection[int], lexicon: Lexicon) -> list[Homophone]:
    """Words of the lexicon that sound like what stands around the words ``lacking`` in the library.

    The longest come first, of these the most common ones.
    """
    found = [one for at in sorted(lacking) if _may_be_wrong(words[at], lexicon) for one in _around(words, at)]
    made = dict.fromkeys(one for one in found if lexicon.log_probability(one.word) >= _COMMON)
    known = [one for one in made if lexicon.id(one.word) is not None]
    return sorted(known, key=lambda one: (-len(one.word), -lexicon.log_probability(one.word), one))


def _may_be_wrong(word: QueryWord, lexicon: Lexicon) -> bool:
    """Whether a word is a character, or one that nobody knows. A word of the lexicon is meant as it is."""
    alone = len(word.word) == 1 or lexicon.id(word.word) is None
    return alone and word.topical and _is_chinese(word.word)


def _around(words: Sequence[QueryWord], wrong: int) -> Iterator[Homophone]:
    """What a word and its neighbours may be with another character of the same sound in it."""
    for start in range(max(0, wrong - _MOST_PIECES + 1), wrong + 1):
        for end in range(wrong + 1, min(start + _MOST_PIECES, len(words)) + 1):
            pieces = [word.word for word in words[start:end]]
            if not all(word.topical and _is_chinese(word.word) for word in words[start:end]):
                continue
            if len(whole := "".join(pieces)) not in range(_FEWEST, _MOST + 1) or ASKS.search(whole):
                continue
            first = len("".join(pieces[: wrong - start]))
            for place in range(first, first + len(words[wrong].word)):
                for char in _sounding_like(whole[place]):
                    yield Homophone(start, end, whole[:place] + char + whole[place + 1 :], wrong)


def _sounding_like(char: str) -> Iterable[str]:
    found = (other for syllable in readings().get(char, ()) for other in all_syllables()[syllable])
    return (other for other in dict.fromkeys(found) if other != char)


def _is_chinese(word: str) -> bool:
    return all(map(is_han, word))
