"""Chinese names of a question as the other script writes them: Qianmen and 前门, 梅贻琦 and Mei Yiqi.

Pinyin, Wade-Giles and postal names are read as syllables, which must be those of the characters, all of them
and in order. Of characters their spellings are made. For Latin words the library tells which characters are
read so: those of one word at once, those cut into several words from the passages that hold them.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from functools import cache, lru_cache
from itertools import islice, product
from math import log
from typing import TYPE_CHECKING, NamedTuple

from index.lexicon.lexicon import Lexicon
from index.library import Library
from index.text.han import HAN
from index.text.pinyin import all_syllables, readings
from index.text.postal_names import CHINESE, LATIN
from index.text.romanisation import LONGEST, Heard, heard, heard_name, joined, spellings
from index.text.surnames import SURNAMES
from qa import tuning
from qa.linguistics.cues import FUNCTION
from qa.question.sounds import chinese_runs

if TYPE_CHECKING:
    from qa.question.query import QueryWord

#: The most readings of characters that are spelled, and ways to hear a name that are looked for.
_READINGS, _HEARD = 6, 6
#: The passages that are read for a name of several words, the most words that propose them for a syllable,
#: and the most spellings of a name that are taken.
_READ, _TRIED, _SPELLINGS = 30, 40, 20
#: The most names that are kept.
_KEPT = 2_000
#: Two words of one character are so common at most, together, natural log: 海, 淀, not 大, 里.
_COMMON = -17.0
#: The least cosine of a Latin and a Chinese word that the lexicon knows: Dali and 大理 have .74, Bali and
#: 巴黎 .01. Of 178 places in CC-CEDICT that it knows in both, nine in ten have more.
_ALIKE = 0.2
#: A county or a town may stand with what it is: 乐清市 for Yueqing.
_KINDS = "省市县区镇乡村"
_CHINESE_WORD = re.compile(f"[{HAN}]{{1,{LONGEST + 1}}}").fullmatch
#: Function words that are parts of names: 陆家嘴.
_PLACES = frozenset("家上中下里")
#: Family names of two characters.
_LONG_SURNAME = re.compile(
    "欧阳|司马|诸葛|上官|夏侯|慕容|司徒|令狐|皇甫|尉迟|公孙|长孙|宇文|东方|端木|独孤|南宫|西门|呼延"
).match
#: The words of names that are no syllables.
_POSTAL = frozenset(word for words in CHINESE for word in words)


class Spelled(NamedTuple):
    """The folded ``words`` are the name that the question words ``start:end`` write in the other script."""

    start: int
    end: int
    words: tuple[str, ...]


def latin_spellings(words: Sequence[QueryWord], known: Sequence[bool], lexicon: Lexicon) -> Iterator[Spelled]:
    """Latin words that may write the Chinese names of a question; ``known`` are words translated well.

    These are spelled as one word only.
    """
    foreign = _foreign(words)
    for start in range(len(words)):
        for end in range(start + 1, min(start + LONGEST, len(words)) + 1):
            word = words[end - 1]
            if _is_function(word.word) or not _CHINESE_WORD(word.word):
                break
            if not (words[start].topical and word.topical):
                continue
            parts = [one.word for one in words[start:end]]
            if any(a <= start and end <= b and end - start < b - a for a, b in foreign) or _common(
                parts, lexicon
            ):
                continue
            text = "".join(parts)
            for spelled in _spelled(text, _whole(parts, known[start])):
                if _may_write(spelled, text, lexicon):
                    yield Spelled(start, end, spelled)


def _whole(parts: Sequence[str], known: bool) -> bool:
    """Whether words are written as one word only: they are translated, or cut and no person."""
    return known if len(parts) == 1 else not _surname("".join(parts))


def _surname(text: str) -> int:
    """The number of characters of the family name of a person, 0 if it is none."""
    if 2 < len(text) <= LONGEST and _LONG_SURNAME(text):
        return 2
    return int(1 < len(text) < LONGEST and text[0] in SURNAMES)


def _foreign(words: Sequence[QueryWord]) -> list[tuple[int, int]]:
    """Where words look like a foreign name: a part of one is no Chinese name."""
    return [(owners[0], owners[-1] + 1) for _, owners in chinese_runs(words)]


@lru_cache(_KEPT)
def _spelled(text: str, whole: bool) -> tuple[tuple[str, ...], ...]:
    """The Latin spellings of two to four characters, and of a place without what it is."""
    found = dict.fromkeys(LATIN.get(text, ()))
    if len(text) > 2 and text[-1] in _KINDS:
        found |= dict.fromkeys(_spelled(text[:-1], whole))
    if 1 < len(text) <= LONGEST:
        for syllables in islice(product(*(readings().get(char, ()) for char in text)), _READINGS):
            found |= dict.fromkeys(joined(syllables) if whole else spellings(syllables, _surname(text)))
    return tuple(found)


class ChineseNames:
    """Finds the characters for Latin names in one generation of a library."""

    def __init__(self, library: Library, lexicon: Lexicon) -> None:
        self._library, self._lexicon = library, lexicon
        self._passages = max(1, library.passage_count)
        self._written, self._beside = lru_cache(_KEPT)(self._find), lru_cache(_KEPT)(self._read)

    def spelled(self, words: Sequence[QueryWord], known: Sequence[bool]) -> Iterator[Spelled]:
        """Chinese words of the library that write Latin names of a question, which are not well ``known``."""
        taken: set[int] = set()
        for start, end in self._places(words):
            latin = tuple(word.word for word in words[start:end])
            if not taken.isdisjoint(range(start, end)):
                continue
            if end - start == 1 and latin not in CHINESE and (known[start] or self._in_name(words, start)):
                continue
            if found := self._written(latin):
                taken.update(range(start, end))
                yield from (Spelled(start, end, name) for name in found)

    def held(self, names: Sequence[Spelled]) -> list[Spelled]:
        """Those of the names, whose words the library has, that stand in passages word beside word."""
        apart = tuple(dict.fromkeys(" ".join(name.words) for name in names if len(name.words) > 1))
        beside = self._beside(apart) if apart else frozenset()
        return [name for name in names if len(name.words) == 1 or " ".join(name.words) in beside]

    def _read(self, names: tuple[str, ...]) -> frozenset[str]:
        """Those of the names, words with spaces between, that stand so in passages."""
        hits = self._library.search_words([[(name, 1.0) for name in names]], _READ)
        texts = [f" {text} " for _, text in self._library.words_of(hit.passage for hit in hits)]
        return frozenset(name for name in names if any(f" {name} " in text for text in texts))

    def _places(self, words: Sequence[QueryWord]) -> list[tuple[int, int]]:
        """Where Latin names may stand, longest first."""
        found = []
        for start in range(len(words)):
            rare = False
            for end in range(start + 1, min(start + LONGEST, len(words)) + 1):
                word = words[end - 1]
                if not self._may_be_part(word):
                    break
                rare = rare or not self._is_common(word)
                if rare:
                    found.append((start, end))
        return sorted(found, key=lambda span: (span[0] - span[1], span[0]))

    def _may_be_part(self, word: QueryWord) -> bool:
        if not word.word.isascii() or not (any(heard(word.word)) or word.word in _POSTAL):
            return False
        return word.text[0].isupper() or word.row is None or not self._is_common(word)

    def _is_common(self, word: QueryWord) -> bool:
        return self._lexicon.log_probability(word.word) > tuning.COMMON_WORD

    def _in_name(self, words: Sequence[QueryWord], at: int) -> bool:
        """Whether a word stands beside a family name, which is a part of its own name: Mei Yiqi."""
        beside = (*words[max(at - 1, 0) : at], *words[at + 1 : at + 2])
        return any(
            word.text[0].isupper() and self._may_be_part(word) and word.word in _family_names()
            for word in beside
        )

    def _find(self, latin: tuple[str, ...]) -> list[tuple[str, ...]]:
        """The words of the library that the Latin words write."""
        tokenizer, library = self._library.tokenizer, self._library
        found = dict.fromkeys(
            words
            for name in CHINESE.get(latin, ())
            if all(library.document_frequency(words := tokenizer.words(name)))
        )
        for sounds, swapped in islice(heard_name(latin).items(), _HEARD):
            # Of Mao Tse-tung the first way to read it is the strictest.
            found = found or dict.fromkeys(self._heard(sounds, len(latin) > 1, swapped))
        return [
            *islice((name for name in found if _may_write(latin, "".join(name), self._lexicon)), _SPELLINGS)
        ]

    def _heard(self, sounds: Heard, person: bool, swapped: bool) -> Iterator[tuple[str, ...]]:
        """The same of syllables. A cut name of a ``person`` has a family name first, a swapped one always.

        One that is not cut and has none is read as is most usual.
        """
        characters = ["".join(all_syllables()[one] for one in sorted(ones)) for ones in sounds]
        begins = self._words_at(characters, 0)
        whole = [
            word
            for word in begins
            if len(word) >= len(sounds)
            and self._may_be_name([word], swapped)
            and (_surname(word) or not person or _is_usual(word, sounds))
        ]
        yield from ((word,) for word in whole)
        if whole and not person and self._passages > tuning.CROWDED[1]:
            return  # 10 ms less among a million passages
        starts = [word for word in begins if not person or word[0] in SURNAMES or _LONG_SURNAME(word)]
        if any(len(word) < len(sounds) for word in starts):
            for words in self._apart(characters, starts):
                if self._may_be_name(words, person):
                    yield words

    def _words_at(self, characters: Sequence[str], at: int) -> list[str]:
        """The library's words that the ``characters``, those of each syllable, make from a syllable on."""
        left = characters[at:]
        return [
            word
            for words in self._library.words_beginning([*left[0]])
            for word in words
            if (len(word) <= len(left) or (at == 0 and len(word) == len(left) + 1 and word[-1] in _KINDS))
            and all(char in some for char, some in zip(word, left, strict=False))
        ]

    def _apart(self, characters: Sequence[str], begins: Sequence[str]) -> Iterator[tuple[str, ...]]:
        """Adjacent words that together are read so, in the passages that hold the most of them."""
        size = len(characters)
        held = [begins, *(self._words_at(characters, at) for at in range(1, size - 1)), [*characters[-1]]]
        words = {word for some in held for word in some if len(word) < size and not _is_function(word)}
        counts = dict(zip(words, self._library.document_frequency([*words]), strict=True))
        clauses = []
        for at in range(size):
            covering = {w for from_, some in enumerate(held) for w in some if from_ <= at < from_ + len(w)}
            likely = sorted(covering & words, key=lambda word: (-counts[word], word))[:_TRIED]
            clauses.append(
                [(word, 1 + log(self._passages / counts[word])) for word in likely if counts[word]]
            )
        if not all(clauses):
            return
        written = re.compile("(?<= )" + " ?".join(f"[{some}]" for some in characters) + "(?= )")
        hits = self._library.search_words(clauses, _READ)
        texts = self._library.words_of(hit.passage for hit in hits)
        found = (match.split() for _, text in texts for match in written.findall(f" {text} "))
        yield from (words for words in dict.fromkeys(map(tuple, found)) if len(words) > 1)

    def _may_be_name(self, words: Sequence[str], person: bool) -> bool:
        if _common(words, self._lexicon) or any(map(_is_function, words)):
            return False
        return not person or _surname("".join(words)) > 0


@cache
def _family_names() -> frozenset[str]:
    """How family names are spelled, in pinyin and Wade-Giles."""
    syllables = {syllable for char in SURNAMES for syllable in readings().get(char, ())}
    return frozenset(word for syllable in syllables for (word,) in spellings([syllable]))


def _is_usual(word: str, sounds: Heard) -> bool:
    return all(readings()[char][0] in ones for char, ones in zip(word, sounds, strict=False))


def _is_function(word: str) -> bool:
    return word not in _PLACES and FUNCTION.fullmatch(word) is not None


def _may_write(latin: Sequence[str], chinese: str, lexicon: Lexicon) -> bool:
    """Whether Latin words that sound like characters may be them, as far as the lexicon knows both."""
    if len(latin) == 1:
        return lexicon.id(latin[0]) is None or lexicon.similarity(latin[0], chinese) >= _ALIKE
    return any(lexicon.log_probability(word) <= tuning.COMMON_WORD for word in latin)


def _common(words: Sequence[str], lexicon: Lexicon) -> bool:
    """Whether two characters are common words, which many others sound like; three hardly do."""
    if len("".join(words)) > 2:
        return False
    return sum(map(lexicon.log_probability, words)) > (tuning.COMMON_WORD if len(words) == 1 else _COMMON)
