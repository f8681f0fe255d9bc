"""Finds the Chinese spellings of one foreign name: what CC-CEDICT explains alike is the same.

Taiwan, Hong Kong and the mainland often write a name in other characters (纽西兰 and 新西兰, both
"New Zealand"). A person is known by name and year of birth, as a family name alone may be that of many. In
the other sources, which give a name without saying whose it is, the spellings must sound alike, too.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Set
from difflib import SequenceMatcher
from itertools import combinations

from index.lexicon.making.build import CEDICT_ENTRY
from index.lexicon.making.regional_names import REGIONAL_NAMES
from index.text.fold import fold_text
from index.text.han import HAN
from index.text.pinyin import readings

_WORD = re.compile(rf"[{HAN}·]{{2,14}}")
_HAS_HAN = re.compile(f"[{HAN}]")
#: What is no part of an explanation: where it is said so, other characters, how they are read.
_ASIDE = re.compile(
    rf"\s*\((?:Tw|HK|PRC|loanword|[^()]*[{HAN}][^()]*)(?:,? (?:and )?(?:Tw|HK|PRC))*\)\s*|\[[^\]]*\]"
)
_RELATION = re.compile(r"Taiwan(?:ese)? (?:variant|equivalent) of \S+, ")
#: An explanation of the name alone, or of one that has gone.
_OF_MANY = re.compile(
    r"\b(?:name|surname|abbr|pen|courtesy|pseudonym|former|ancient|dynast(?:y|ies)|Dynast(?:y|ies)|Period|period"
    r"|county|county-level|prefecture|township|district|University|one of)\b"
)
_PERSON = re.compile(r"[^()\d,]*?(?P<last>[^\W\d_][\w'-]*),? \((?:born |c\. ?)?(?P<born>\d{3,4})\s?[-–]")
_MORE = re.compile(r"^[A-Z].{3,}")
#: More words explained alike are a class of things.
_MOST = 6
#: Spellings whose pinyin has less in common are translations by meaning, or other words.
_ALIKE = 0.7
#: English names of one word: of others, Chinese often translates the meaning.
_SINGLE = re.compile("[A-Z][a-z]{3,}")
#: Words that are explained like another and mean more: 国庆 is that of many countries.
_WRONG = frozenset(
    (
        "国庆",
        "关东",
        "德里",
        "多米尼克",
        "多米尼加",
        "中华",
        "华裔",
        "玛丽安娜",
        "法郎士",
        "腓立比",
        "网络",
        "后秦",
    )
)
#: Words of peoples, languages and qualities, which English writes as it does names.
_DERIVED = re.compile("[人语文的族徒式门家话寺书化派]$")
#: What a place is; Mississippi is a state and a river.
_KIND = re.compile("[河湖江海州省市县镇乡区郡岛山国城寺峡湾]$|海峡$|先生$|太太$")
#: How CedPane marks the spelling of another region. Its other names are family names, or have one spelling.
_ALTERNATE = " (alternate translation)"

#: Chinese words, folded, with how likely they are the same.
SameNames = dict[tuple[str, str], float]


def same_names(cedict: Iterable[str], named: Iterable[tuple[str, str]], same: float) -> SameNames:
    """Pairs of spellings, both ways. ``cedict`` are its lines, ``named`` English names and how Chinese writes
    each. ``same`` is how likely a word and another spelling of it are the same.
    """
    groups = defaultdict[str, set[str]](set)
    for line in cedict:
        entry = CEDICT_ENTRY.match(line)
        if entry and entry[0].split("[")[1][:1].isupper() and _is_name(word := fold_text(entry[2])):
            for key in _keys(entry[3]):
                groups[key].add(word)
    pairs = _pairs(groups)
    by_name = defaultdict[str, set[str]](set)
    for name, chinese in named:
        if _SINGLE.fullmatch(name) and _is_name(word := fold_text(chinese)):
            by_name[name].add(word)
    pairs |= {pair for pair in _pairs(by_name) if sound_alike(*pair)}
    pairs |= {pair for names in REGIONAL_NAMES for pair in combinations(sorted(names), 2)}
    return {pair: same for one, other in pairs for pair in ((one, other), (other, one))}


def alternates(names: Iterable[tuple[str, str]]) -> Iterator[tuple[str, str]]:
    """Of CedPane's ``names`` and spellings, those with one for another region."""
    read = [*names]
    wanted = {name.removesuffix(_ALTERNATE) for name, _ in read if name.endswith(_ALTERNATE)}
    for name, chinese in read:
        if (plain := name.removesuffix(_ALTERNATE)) in wanted:
            yield plain, chinese


def _is_name(word: str) -> bool:
    return _WORD.fullmatch(word) is not None and not (_DERIVED.search(word) or word in _WRONG)


def _keys(explanations: str) -> Iterable[str]:
    """What tells the one thing that a word is a name of."""
    for part in re.split("/|; ", explanations):
        plain = _ASIDE.sub(" ", _RELATION.sub("", part)).strip()
        person = _PERSON.match(plain)
        if _OF_MANY.search(part) or _HAS_HAN.search(plain):
            continue
        if person:
            yield f"{person['last'].casefold()} {person['born']}"
        elif _MORE.match(plain):
            yield plain


def _pairs(groups: Mapping[str, Set[str]]) -> set[tuple[str, str]]:
    """The pairs of words with one key, none in the other: 拿破仑 is met in 拿破仑·波拿巴 anyway.

    They share half of what each of them is explained by, and all persons if there are several: Clinton is
    two. 北海 is the name of a lake, a sea and a city.
    """
    keys = defaultdict[str, set[str]](set)
    for key, words in groups.items():
        for word in words:
            keys[word].add(key)

    def same(one: str, other: str) -> bool:
        shared = keys[one] & keys[other]
        most = max(len(keys[one]), len(keys[other]))
        people = [{key for key in keys[word] if key[-1].isdigit()} for word in (one, other)]
        return 2 * len(shared) >= most and (people[0] == people[1] or max(map(len, people)) < 2)

    return {
        (one, other)
        for words in groups.values()
        if len(words) <= _MOST
        for one, other in combinations(sorted(words), 2)
        if one not in other and other not in one and _kind(one) == _kind(other) and same(one, other)
    }


def _kind(word: str) -> str:
    """What a place is, by its last character, "" for nothing."""
    found = _KIND.search(word)
    return found[0] if found else ""


def sound_alike(one: str, other: str) -> bool:
    """Whether two spellings of about the same length are read alike."""
    first, second = ("".join(readings().get(char, (char,))[0] for char in word) for word in (one, other))
    return abs(len(one) - len(other)) <= 1 and SequenceMatcher(None, first, second).ratio() >= _ALIKE
