"""The names in an article: people, companies, places and works, as its own spelling shows them.

Latin names are known by their capitals within a sentence. Chinese has no capitals. Taken are:
names with a dot (马特·德特克), names that the article glosses (谷歌（Google）), titles in 《》,
organisations by their last word, runs of characters that write foreign names, and a surname with the
characters after it that come back together. Only what is certain is taken, so some names are missed.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from collections.abc import Set as AbstractSet
from functools import lru_cache
from itertools import pairwise
from operator import add
from typing import NamedTuple

import numpy as np

from index.lexicon.dictionary import bundled_dictionary
from index.lexicon.inflection import base_forms
from index.lexicon.lexicon import Lexicon
from index.lexicon.transliteration import bundled_transliterator, letters
from index.text.aliases import FOREIGN, extract_aliases
from index.text.fold import Folded, fold, fold_text, name_key
from index.text.han import HAN
from index.text.surnames import SURNAMES
from index.text.tokenizer import Tokenizer
from index.types import ASIDE, Article, Kind, Span, Token
from qa import tuning
from qa.linguistics.answer_types import MONTHS
from qa.linguistics.cues import ASKS, FUNCTION
from qa.linguistics.numerals import HAN_NUMERALS


def _words(text: str) -> frozenset[str]:
    return frozenset(text.split())


#: Kinds of block without names to take. English headings write every word with a capital.
_APART = ASIDE | {Kind.CODE}
_LETTER = "A-Za-zÀ-ɏ"
#: A word with a capital: Meta, OpenAI, xAI, GPT-4, U.S., L'Oréal.
_CAPITAL = (
    rf"(?<![{_LETTER}\d])(?:[a-z]{{1,2}}(?=[A-Z])|(?=[A-ZÀ-ÖØ-Þ]))[{_LETTER}\d]+"
    rf"(?:['’.&-](?=[{_LETTER}\d])[{_LETTER}\d]+)*"
)
_BETWEEN = r"(?:of the|of|for|de|del|van|von|bin|al|&)"
#: What belongs to the word before it only if that is no name itself: Bank of America, not Altman of OpenAI.
_OF = frozenset(["of", "for"])
_LATIN = re.compile(rf"{_CAPITAL}(?: (?:{_BETWEEN} )?{_CAPITAL})*")
_WORD = re.compile(r"[^ ]+")
_HAS_CAPITAL = re.compile("[A-ZÀ-ÖØ-Þ]")
_POSSESSIVE = re.compile("['’]s$")
#: Before the first word of a sentence, where a capital does not mark a name.
_BEGINNING = re.compile(r"(?:^|[.!?:“\"‘'(#—•>*|]|\n)[^\w\n]*$")
#: Words with a capital that are no names.
_NO_NAMES = _words(
    "american british chinese english european french german japanese korean russian californian mr mrs ms dr"
)
_DATES = frozenset(MONTHS) | _words(
    "monday tuesday wednesday thursday friday saturday sunday jan feb mar apr jun jul aug sept oct nov dec"
)
_WORK = re.compile(r"《([^《》\n]{2,24})》")
_DOT = re.compile(rf"[{HAN}]{{1,7}}(?:·[{HAN}]{{1,7}})+")
#: The last words of organisations, folded; of those that one word of the lexicon may end in.
_ENDS = _words("公司 集团 大学 学院 研究院 研究所 实验室 银行 基金会 出版社 博物馆 图书馆 交易所")
_SCHOOLS = _words("大学 学院")
_PARTS = re.compile(r"[ ·‧・•．-]")
_CHINESE_NAME = re.compile(f"[{HAN}]{{2,}}(?:·[{HAN}]+)*")
_HAN_WORD = re.compile(f"[{HAN}]+")
#: Characters that no name of a person holds.
_NO_NAME = frozenset(
    "的了在是和与或及也都就又还很把被对从到向于为以而但不没有这那个们年月日时者说人来去上下中等后前"
)
_NUMERALS = frozenset(HAN_NUMERALS)
#: Of words with higher log probabilities Chinese ones are no names, and surnames stand for no full name.
_COMMON = -11.0
#: Three capital letters or fewer with a lower one are a name. "Of" after a word with a lower one is no part.
_RARE, _UNCOMMON = -11.5, -13.0
#: Words with higher ones are no first names: Former, Current.
_USUAL = -8.6
#: The least strength of a translation that a name is compared with.
_SURE = 0.8
#: A character with this log probability or more is a word by itself after a name.
_COMMON_CHARACTER = -8.5
#: Characters of foreign names that neither table has: 亚历山大, 施密特, 斯通, 莱万多夫斯基, 彼得.
_ALSO_FOREIGN = frozenset("历密通万拿各东得")
#: The most characters of a glossed name without a dot.
_MOST_GLOSSED = 6
#: How often a name without any other mark must come back.
_TWICE = 2


class Name(NamedTuple):
    """A name as it is mostly written, its key (`name_key`), and where it stands, also under a part of it."""

    text: str
    key: str
    places: tuple[Span, ...]


class NameFinder:
    """Finds names. ``tokenizer`` is the library's. Usable from several threads."""

    def __init__(self, tokenizer: Tokenizer, lexicon: Lexicon) -> None:
        self._tokenizer, self._lexicon = tokenizer, lexicon
        self._sounds = bundled_transliterator()
        self._writes = FOREIGN | self._sounds.marked | _ALSO_FOREIGN
        self._foreign = lru_cache(8_192)(self._is_foreign)

    def of_article(self, article: Article) -> tuple[Name, ...]:
        """The names of an article, see ``find``; those in code, references and debris are left out."""
        kept = [block for block in article.blocks if block.kind not in _APART]
        pieces, last = [], 0
        for block in kept:
            start = block.start + block.marker
            pieces += ["\n" * (start - last), article.text[start : block.end]]
            last = block.end
        headings = [Span(block.start, block.end) for block in kept if block.kind is Kind.HEADING]
        return self.find("".join(pieces), headings)

    def find(self, text: str, headings: Sequence[Span] = ()) -> tuple[Name, ...]:
        """The names in ``text``, most frequent first, then in reading order.

        English names are not taken from ``headings``, where every word may have a capital.
        """
        places: dict[str, set[Span]] = {}
        for start, end in self._latin(text, headings):
            places.setdefault(name_key(text[start:end]), set()).add(Span(start, end))
        if _HAN_WORD.search(text):
            folded = fold(text)
            for start, end in self._chinese(text, folded.text):
                key = name_key(folded.text[start:end])
                places.setdefault(key, set()).add(folded.original(start, end))
        merged = _merged(text, places, lambda last: self._log(last) > _COMMON)
        names = [
            Name(_as_written(text, key, spans), key, tuple(sorted(spans))) for key, spans in merged.items()
        ]
        return tuple(sorted(names, key=lambda name: (-len(name.places), name.places[0])))

    # Latin names

    def _latin(self, text: str, headings: Sequence[Span]) -> Iterator[Span]:
        """Where names in Latin letters stand."""
        runs: list[tuple[bool, bool, list[Span]]] = []
        sure: set[str] = set()
        for match in _LATIN.finditer(text):
            titled = any(start <= match.start() < end for start, end in headings)
            begins = titled or _BEGINNING.search(text, max(0, match.start() - 4), match.start()) is not None
            words = [Span(*word.span()) for word in _WORD.finditer(text, *match.span())]
            if len(words) > 1 and match[0].isupper():
                continue  # a heading in capitals
            runs.append((begins, titled, words))
            if not titled:
                sure.update(text[start:end] for start, end in words[begins:])
        for begins, titled, words in runs:
            for part in self._parts(text, words):
                if begins and part[0] == words[0] and not self._marked(text, part, sure):
                    part = part[1:]
                while part and not _HAS_CAPITAL.search(text, *part[0]):
                    part = part[1:]
                if part and not (titled and any(text[slice(*word)] not in sure for word in part)):
                    start, end = part[0].start, part[-1].end
                    end -= 2 * (_POSSESSIVE.search(text, start, end) is not None)
                    if self._names(text[start:end]):
                        yield Span(start, end)

    def _parts(self, text: str, words: list[Span]) -> Iterator[list[Span]]:
        """The names in a run of words with capitals: cut at dates, and at "of" after a name."""
        part: list[Span] = []
        for word in words:
            folded = fold_text(text[slice(*word)])
            after_name = part and self._log(fold_text(text[slice(*part[-1])])) < _UNCOMMON
            if folded in _DATES or folded in _NO_NAMES or (folded in _OF and after_name):
                if part:
                    yield part
                part = []
            else:
                part.append(word)
        if part:
            yield part

    def _marked(self, text: str, part: Sequence[Span], sure: AbstractSet[str]) -> bool:
        """Whether the first word of a sentence is written as a name all the same, or as part of one."""
        word = text[slice(*part[0])]
        if word[1:] != word[1:].lower() or word[0].islower():
            return True  # OpenAI, FAIR
        folded = fold_text(_POSSESSIVE.sub("", word))
        if FUNCTION.fullmatch(folded) or ASKS.fullmatch(folded):
            return False
        if len(part) > 1 and self._log(folded) < _USUAL:
            return True  # Matt Deitke
        return word in sure or all(self._lexicon.id(form) is None for form in base_forms(folded))

    def _names(self, name: str) -> bool:
        """Whether a run of words with capitals is a name: no function word, date or common abbreviation."""
        folded = fold_text(name)
        if len(folded) < 2 or FUNCTION.fullmatch(folded) or ASKS.fullmatch(folded):
            return False
        return len(folded) > 3 or not name.isupper() or self._lexicon.log_probability(folded) < _RARE

    # Chinese names

    def _chinese(self, text: str, line: str) -> Iterator[Span]:
        """Where Chinese names stand in ``line``, the folded ``text``."""
        tokens = self._tokenizer.tokens(Folded(line))
        found = {Span(*match.span(1)) for match in _WORK.finditer(line)}
        ends = {token.end: token for token in tokens}
        for match in _DOT.finditer(line):
            found |= self._dotted(match, ends)
        found |= set(self._organisations(tokens))
        found |= set(self._foreign_runs(tokens))
        found |= set(_people(tokens))
        known = {alias.other for alias in extract_aliases(text) if _glossed(alias.other)}
        known |= {line[start:end] for start, end in found}
        for name in known:
            for match in re.finditer(re.escape(name), line):
                yield Span(*match.span())

    def _organisations(self, tokens: Sequence[Token]) -> Iterator[Span]:
        """Organisations: 斯坦福 大学, 多伦多大学."""
        for before, token in pairwise(tokens):
            named = token.text in _ENDS and before.end == token.start and len(before.text) > 1
            if named and (self._lexicon.id(before.text) is None or self._foreign(before.text)):
                yield Span(before.start, token.end)
        for token in tokens:
            if len(token.text) > 3 and token.text[-2:] in _SCHOOLS:
                yield Span(token.start, token.end)

    def _log(self, word: str) -> float:
        return self._lexicon.log_probability(word)

    def _foreign_runs(self, tokens: Sequence[Token]) -> Iterator[Span]:
        """Adjacent words made of characters that write foreign names: 辛 顿, 扎克伯格."""
        runs: list[list[Token]] = [[]]
        for token in tokens:
            if not self._writes.issuperset(token.text):
                runs.append([])
            else:
                if runs[-1] and runs[-1][-1].end != token.start:
                    runs.append([])
                runs[-1].append(token)
        spans: dict[str, list[tuple[Span, int]]] = {}
        for run in runs:
            if len(run) == 1 and self._foreign(run[0].text):
                yield Span(run[0].start, run[0].end)
            elif len(run) > 1 and any(len(token.text) == 1 for token in run):
                while len(run) > 2 and len(run[-1].text) == 1 and self._log(run[-1].text) > _COMMON_CHARACTER:
                    run.pop()
                name = "".join(token.text for token in run)
                spans.setdefault(name, []).append((Span(run[0].start, run[-1].end), len(run)))
        for found in spans.values():
            if len(found) >= _TWICE or found[0][1] > 2:
                yield from (span for span, _ in found)

    def _dotted(self, match: re.Match[str], ends: Mapping[int, Token]) -> set[Span]:
        """The name with a dot in a run of Chinese characters, and its last part. ``ends``: words by end."""
        first, *_others, last = match[0].split("·")
        start = match.start() + len(first) - self._length(first[::-1])
        opens = match.end() - len(last)
        end = opens + self._length(last)
        while end - opens > 2 and len(ends[end].text) == 1 and self._log(ends[end].text) > _COMMON_CHARACTER:
            end -= 1  # 扎克伯格 约
        if start == match.start() + len(first) or opens == end:
            return set()
        return {Span(start, end)} | ({Span(opens, end)} if end - opens > 1 else set())

    def _length(self, text: str) -> int:
        """How many characters at the beginning write foreign names; 1 for a Chinese surname alone."""
        count = next((at for at, char in enumerate(text) if char not in self._writes), len(text))
        return count or int(text[:1] in SURNAMES)

    def _is_foreign(self, word: str) -> bool:
        """Whether a word of the lexicon is a foreign name: 特斯拉 sounds like its translation, Tesla."""
        if len(word) < 2 or self._log(word) > _COMMON:
            return False
        if len(word) > 3:
            return True
        for latin, strength in bundled_dictionary().translations([word])[:1]:
            if not (spelled := letters(latin)):  # 科普 is 科学普及, in Chinese
                return False
            if strength < _SURE or " " in latin or not self._sounds.plausible(spelled, word):
                return False
            found = self._sounds.find(spelled, word)
            return found is not None and found.score >= tuning.MIN_TRANSLITERATION
        return False


def _occurrences(text: str, names: AbstractSet[str]) -> Iterator[Span]:
    """Where the names, of two characters or more, stand in a text."""
    by_start: dict[str, list[str]] = {}
    for name in names:
        by_start.setdefault(name[:2], []).append(name)
    for at, pair in enumerate(map(add, text, text[1:])):
        for name in by_start.get(pair, ()):
            if text.startswith(name, at):
                yield Span(at, at + len(name))


def _glossed(name: str) -> bool:
    """Whether what stands before a gloss is short enough to be a name, and no half sentence."""
    if not _CHINESE_NAME.fullmatch(name):
        return False
    return "·" in name or len(name) <= _MOST_GLOSSED


def _people(tokens: Sequence[Token]) -> Iterator[Span]:
    """A surname and one or two characters that come back together: 庞 若 鸣."""
    found: dict[str, list[Span]] = {}
    for at, token in enumerate(tokens):
        if token.text not in SURNAMES or token.text in _NUMERALS:
            continue
        end, name = token.end, token.text
        for after in tokens[at + 1 : at + 3]:
            if after.start != end or len(after.text) > 1 or after.text in _NO_NAME:
                break
            if not _HAN_WORD.fullmatch(after.text):
                break
            end = after.end
            name += after.text
            found.setdefault(name, []).append(Span(token.start, end))
    goes_on: dict[str, int] = {}
    for name, spans in found.items():
        goes_on[name[:-1]] = max(goes_on.get(name[:-1], 0), len(spans))
    for name, spans in found.items():
        if len(spans) >= _TWICE and len(spans) > goes_on.get(name, 0):
            yield from spans


def _merged(text: str, places: dict[str, set[Span]], common: Callable[[str], bool]) -> dict[str, list[Span]]:
    """The places by name: of those that overlap the longest, and a surname's with its only full name."""
    free = np.ones(len(text) + 1, dtype=bool)
    kept: dict[str, list[Span]] = {}
    ordered = sorted(((span, key) for key, spans in places.items() for span in spans), key=_longest_first)
    for (start, end), key in ordered:
        if free[start:end].all():
            free[start:end] = False
            kept.setdefault(key, []).append(Span(start, end))
    full: dict[str, set[str]] = {}
    for key, spans in kept.items():
        written = text[slice(*spans[0])]
        for match in _PARTS.finditer(written) if len(_PARTS.findall(written)) < 4 else ():
            last = name_key(written[match.end() :])
            if last != key and last in kept and not common(last):
                full.setdefault(last, set()).add(key)
    for last, names in full.items():
        if len(names) == 1:
            kept[names.pop()] += kept.pop(last)
    return kept


def _longest_first(place: tuple[Span, str]) -> tuple[int, int]:
    (start, end), _ = place
    return start - end, start


def _as_written(text: str, key: str, spans: Sequence[Span]) -> str:
    """The most frequent of the forms that have this key."""
    forms = Counter(form for start, end in sorted(spans) if name_key(form := text[start:end]) == key)
    return forms.most_common(1)[0][0]
