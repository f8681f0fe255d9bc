"""Chinese syllables in Latin letters: pinyin (Mao Zedong, Xi'an), Wade-Giles (Mao Tse-tung, Hsi-an).

Latin words are folded, and syllables are those of `index.text.pinyin`. Wade-Giles is made of pinyin by rule,
and is read and written without its apostrophes, too, as people leave them out.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import cache, lru_cache
from itertools import chain, pairwise, product
from operator import contains

from index.text.pinyin import all_syllables

#: The most syllables of a name.
LONGEST = 4
#: The most letters of a word that is taken apart.
_LETTERS = 26
_KEPT = 4_000
_INITIAL = re.compile("[zcs]?h|[bpmfdtnlgkjqxrzcswy]|")
#: Initials of pinyin in Wade-Giles. zh and j are written alike, and so are ch and q.
_INITIALS = {
    "zh": "ch",
    "ch": "ch'",
    "z": "ts",
    "c": "ts'",
    "j": "ch",
    "q": "ch'",
    "x": "hs",
    "r": "j",
    "b": "p",
    "p": "p'",
    "d": "t",
    "t": "t'",
    "g": "k",
    "k": "k'",
}
#: Finals of pinyin in Wade-Giles; after h, sh, g and k some of them are written otherwise.
_FINALS = {
    "ian": "ien",
    "ie": "ieh",
    "ue": "ueh",
    "ve": "ueh",
    "ong": "ung",
    "iong": "iung",
    "uo": "o",
    "v": "u",
}
_WHOLE = {
    "zhi": "chih",
    "chi": "ch'ih",
    "shi": "shih",
    "ri": "jih",
    "zi": "tzu",
    "ci": "tz'u",
    "si": "ssu",
    "yi": "i",
    "yan": "yen",
    "ye": "yeh",
    "you": "yu",
    "yong": "yung",
    "er": "erh",
    "e": "o",
    "ge": "ko",
    "ke": "k'o",
    "he": "ho",
    "gui": "kuei",
    "kui": "k'uei",
    "guo": "kuo",
    "kuo": "k'uo",
    "huo": "huo",
    "shuo": "shuo",
}
#: A word has one apostrophe (`index.text.tokenizer`).
_WORD = re.compile("[a-z]+(?:'[a-z]+)?")
#: Second spellings of Wade-Giles.
_SECOND = {"si": "szu", "e": "e", "ye": "ye", "yi": "yi"}


def wade_giles(syllable: str) -> str:
    """The spelling of a syllable in Wade-Giles, folded.

    >>> [wade_giles(syllable) for syllable in ("qing", "zhong", "xue", "lv")]
    ["ch'ing", 'chung', 'hsueh', 'lu']
    """
    if syllable in _WHOLE:
        return _WHOLE[syllable]
    initial = _INITIAL.match(syllable)
    first = initial[0] if initial else ""
    final = syllable[len(first) :]
    return _INITIALS.get(first, first) + _FINALS.get(final, final)


@cache
def _systems() -> tuple[Mapping[str, tuple[str, ...]], ...]:
    """Pinyin, and Wade-Giles with its apostrophes and without: syllable → its spellings."""
    pinyin = {
        # lü is folded to lu, and written lv and lyu where no ü is at hand.
        syllable: (syllable.replace("v", "u"), syllable, syllable.replace("v", "yu"))
        if syllable in ("lv", "nv")
        else (syllable.replace("v", "u"), syllable)
        if "v" in syllable
        else (syllable,)
        for syllable in all_syllables()
    }
    spelled = {
        syllable: tuple(dict.fromkeys(filter(None, (wade_giles(syllable), _SECOND.get(syllable)))))
        for syllable in all_syllables()
    }
    plain = {
        syllable: tuple(spelling.replace("'", "") for spelling in spellings)
        for syllable, spellings in spelled.items()
    }
    return pinyin, spelled, plain


@cache
def _read() -> tuple[Mapping[str, frozenset[str]], ...]:
    """The same the other way around: what each spelling may stand for."""
    found = []
    for system in _systems():
        read = defaultdict[str, set[str]](set)
        for syllable, spellings in system.items():
            for spelling in spellings:
                read[spelling].add(syllable)
        found.append({spelling: frozenset(syllables) for spelling, syllables in read.items()})
    return tuple(found)


#: What each syllable of a name may be.
Heard = tuple[frozenset[str], ...]


@lru_cache(_KEPT)
def heard(word: str) -> tuple[tuple[Heard, ...], ...]:
    """For pinyin and Wade-Giles (two ways), the ways to take a folded word apart into syllables.

    A syllable within it begins with a vowel only after an apostrophe, or if nothing else is possible: xian is
    no Xi'an, but taian is Tai'an.
    """
    if not word.isascii() or len(word) > _LETTERS or not word.replace("'", "").isalpha():
        return ((), (), ())
    pinyin, spelled, plain = _read()
    return _ways(word, pinyin, "'"), _ways(word, spelled, ""), _ways(word, plain, "")


def _ways(word: str, read: Mapping[str, frozenset[str]], apart: str) -> tuple[Heard, ...]:
    """The ways to read ``word`` with the fewest syllables that begin with a bare vowel."""
    found: list[tuple[int, Heard]] = []

    def go_on(at: int, sounds: Heard, bare: int) -> None:
        if at == len(word):
            found.append((bare, sounds))
        elif len(sounds) < LONGEST:
            if apart and at and word[at] == apart:
                start, marked = at + 1, True
            else:
                start, marked = at, False
            for end in range(start + 1, min(start + 7, len(word)) + 1):
                if (syllables := read.get(word[start:end])) is not None:
                    go_on(end, (*sounds, syllables), bare + (at > 0 and not marked and word[start] in "aeio"))

    go_on(0, (), 0)
    fewest = min((bare for bare, _ in found), default=0)
    return tuple(sounds for bare, sounds in found if bare == fewest)


def heard_name(words: Sequence[str]) -> dict[Heard, bool]:
    """What two to four syllables a name of these words may have, in one system.

    The value tells whether the last word, a family name, was taken first: Chien-Shiung Wu.
    """
    found: dict[Heard, bool] = {}
    for ways in zip(*map(heard, words), strict=True):
        for parts in product(*ways):
            if 1 < sum(map(len, parts)) <= LONGEST:
                found[tuple(chain.from_iterable(parts))] = False
                if len(parts) > 1 and len(parts[-1]) == 1:
                    found.setdefault((*parts[-1], *chain.from_iterable(parts[:-1])), True)
    return found


def spellings(syllables: Sequence[str], surname: int = 0) -> Iterator[tuple[str, ...]]:
    """The Latin words that may write a name, as `index.text.tokenizer` cuts them, in pinyin first.

    They are one word or one for each syllable. The first ``surname`` syllables, 0 for none, may be a family
    name, which comes first or last.
    """
    size = len(syllables)
    cuttings = {(0, size), (*range(size + 1),)} | ({(0, surname, size)} if 0 < surname < size else set())
    found: dict[tuple[str, ...], None] = dict.fromkeys(joined(syllables))
    for system in _systems():
        spelled = [system.get(syllable, ()) for syllable in syllables]
        for which in range(max(map(len, spelled)) if all(spelled) else 0):
            parts = [variants[min(which, len(variants) - 1)] for variants in spelled]
            for cuts in cuttings:
                if system is not _systems()[0] or len(cuts) > 2:
                    words = tuple("".join(parts[a:b]) for a, b in pairwise(cuts))
                    found[_cut(words)] = None
                    if 0 < surname == cuts[1] < size:
                        found[_cut((*words[1:], words[0]))] = None
    yield from found


def joined(syllables: Sequence[str]) -> Iterator[tuple[str, ...]]:
    """The name as one word in pinyin, with the apostrophe that it needs, and without if it can be read so."""
    pinyin = _systems()[0]
    bare = any(syllable[0] in "aeo" for syllable in syllables[1:])
    for which in range(3 if any("v" in syllable for syllable in syllables) else 1):
        parts = [pinyin[syllable][min(which, len(pinyin[syllable]) - 1)] for syllable in syllables]
        word = "".join(parts)
        if bare:
            yield _cut([parts[0] + "".join("'" * (part[0] in "aeo") + part for part in parts[1:])])
        if not bare or any(
            len(way) == len(syllables) and all(map(contains, way, syllables)) for way in heard(word)[0]
        ):
            yield (word,)


def _cut(words: Iterable[str]) -> tuple[str, ...]:
    return tuple(chain.from_iterable(map(_WORD.findall, words)))
