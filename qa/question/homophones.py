"""What a Chinese word of a question may be a typing error for: 大霸 for 大坝, 编缉 for 编辑.

Input methods offer characters of one sound, so a wrong one sounds like the right one. The tokenizer cuts such
a word into characters, of which the library seldom has one by itself.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from functools import lru_cache
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


def homophones(words: Sequence[QueryWord], rare: Collection[int], lexicon: Lexicon) -> list[Homophone]:
    """Words of the lexicon that sound like what stands around the words ``rare`` in the library.

    The longest come first, of these the most common ones.
    """
    wrong = [at for at in sorted(rare) if _may_be_wrong(words[at], lexicon)]
    common = lexicon.log_probability
    made = dict.fromkeys(one for at in wrong for one in _around(words, at, lexicon))
    found = [one for one in made if common(one.word) >= _COMMON]
    return sorted(found, key=lambda one: (-len(one.word), -common(one.word), one))


def _may_be_wrong(word: QueryWord, lexicon: Lexicon) -> bool:
    """Whether a word is a character, or one that nobody knows. A word of the lexicon is meant as it is."""
    alone = len(word.word) == 1 or lexicon.id(word.word) is None
    return alone and _may_be_part(word)


def _around(words: Sequence[QueryWord], wrong: int, lexicon: Lexicon) -> Iterator[Homophone]:
    """What a word and its neighbours may be with another character of the same sound in it."""
    for start in range(wrong, max(-1, wrong - _MOST_PIECES), -1):
        if not _may_be_part(words[start]):
            break
        for end in range(wrong + 1, min(start + _MOST_PIECES, len(words)) + 1):
            if not _may_be_part(words[end - 1]):
                break
            pieces = [word.word for word in words[start:end]]
            whole = "".join(pieces)
            if len(whole) not in range(_FEWEST, _MOST + 1) or ASKS.search(whole):
                continue
            first = len("".join(pieces[: wrong - start]))
            for place in range(first, first + len(words[wrong].word)):
                before, after = whole[:place], whole[place + 1 :]
                for char in _sounding_like(whole[place]):
                    if lexicon.id(word := before + char + after) is not None:
                        yield Homophone(start, end, word, wrong)


@lru_cache(4096)
def _sounding_like(char: str) -> str:
    """The other characters of the same sound."""
    found = "".join(all_syllables()[syllable] for syllable in readings().get(char, ()))
    return "".join(dict.fromkeys(found.replace(char, "")))


def _may_be_part(word: QueryWord) -> bool:
    return word.topical and len(word.word) < _MOST and all(map(is_han, word.word))
