"""The names and terms most particular to some articles, in both languages side by side."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from index.lexicon.dictionary import bundled_dictionary
from index.lexicon.lexicon import Lexicon
from index.lexicon.transliteration import bundled_transliterator, letters
from index.text.fold import Folded, fold, joined
from index.text.han import HAN
from index.types import Alias
from qa import tuning
from qa.overview.keyness import keyness
from qa.overview.phrases import FEW, Corpus, topical

Gloss = tuple[Alias, int]

#: Terms of either language that are compared with those of the other one; by sound; and terms that are told.
_COMPARED, _HEARD, MOST_TERMS = 150, 40, 24
#: A keyness that chance alone exceeds once in ten thousand words (chi-square, one degree of freedom).
_LEAST_KEYNESS = 15.13
#: A term occurs so many times as often as in general text (a log ratio of 3: Hardie, "Log Ratio", 2014).
_TIMES = 8.0
#: The least strength of a translation, and cosine of two words that are nearest to each other.
_TRANSLATED, _NEAR = 0.8, 0.7
#: A gloss counts if it comes once in so many occurrences of the rarer word.
_EXPLAINED = 40
#: The log probability from which an English word is no name.
_COMMON = -12.0
#: One occurrence of so many without a capital shows that such a word is written so.
_SMALL = 3
#: Articles in which the usual spelling of a term is looked up.
_LOOKED_UP = 3
_HAN_WORD = re.compile(f"[{HAN}]+")


@dataclass(frozen=True, slots=True)
class Term:
    """A term in ``chinese`` and in ``latin`` letters as the articles mostly write it, "" where they don't.

    ``articles`` are the ids of those that hold either form, ``count`` how often they do.
    """

    chinese: str
    latin: str
    articles: tuple[int, ...]
    count: int


@dataclass(frozen=True, slots=True)
class _Word:
    """A word of the corpus with its keyness."""

    number: int
    text: str
    count: int
    score: float

    @property
    def key(self) -> str:
        return joined(self.text)

    @property
    def is_chinese(self) -> bool:
        return _HAN_WORD.fullmatch(self.text) is not None


def terms_of(
    corpus: Corpus, lexicon: Lexicon, glosses: Sequence[Gloss], text_of: Callable[[int], str]
) -> list[Term]:
    """The terms of a corpus, the most particular first. Of `FEW` articles or more they occur in two at least.

    ``glosses`` are the names that the articles explain, with how many articles do so. ``text_of`` reads the
    text of an article.
    """
    words = _particular(corpus, lexicon, 2 if corpus.article_count >= FEW else 1)
    groups = _Groups(words)
    for one, other in _same(words, glosses, lexicon):
        groups.join(one, other)
    spelling = _Spelling(corpus, lexicon, text_of)
    return [_term(group, corpus, spelling) for group in groups.best(MOST_TERMS)]


def _particular(corpus: Corpus, lexicon: Lexicon, least: int) -> list[_Word]:
    """The words with the highest keyness that occur in ``least`` articles or more, best first."""
    counts = corpus.counts()
    chinese = np.array([_HAN_WORD.fullmatch(word) is not None for word in corpus.words], bool)
    sizes = np.where(chinese, counts[chinese].sum(), counts[~chinese].sum())
    usual = np.array([lexicon.log_probability(word) for word in corpus.words])
    scores = keyness(counts, sizes, usual)
    much = counts >= _TIMES * np.exp(usual) * np.maximum(sizes, 1)
    found = np.flatnonzero((counts >= least) & much & (scores >= _LEAST_KEYNESS))
    found = found[corpus.article_counts(found)[found] >= least]
    ordered = found[np.lexsort((found, -scores[found]))].tolist()
    return [
        _Word(at, word, int(counts[at]), float(scores[at]))
        for at in ordered
        if len(word := corpus.words[at]) > 1 and topical(word)
    ]


def _same(
    words: Sequence[_Word], glosses: Iterable[Gloss], lexicon: Lexicon
) -> Iterator[tuple[_Word, _Word]]:
    """Pairs of words that mean the same: as the articles gloss them, as translations, or by their sound."""
    by_key = {word.key: word for word in words}
    paired: set[int] = set()
    for alias, explained in glosses:
        one, other = by_key.get(alias.name), by_key.get(joined(alias.other))
        if one is None or other is None or one is other:
            continue
        # What a single article says of a word that many use is seldom a name: 桌面（Unity）.
        if explained * _EXPLAINED >= min(one.count, other.count):
            paired |= {one.number, other.number}
            yield one, other
    chinese = [word for word in words if word.is_chinese][:_COMPARED]
    latin = [word for word in words if not word.is_chinese][:_COMPARED]
    for one, other in _translations(_without(chinese, paired), _without(latin, paired), lexicon):
        paired |= {one.number, other.number}
        yield one, other
    yield from _sounds(_without(chinese, paired)[:_HEARD], _without(latin, paired)[:_HEARD], lexicon)


def _without(words: Sequence[_Word], paired: AbstractSet[int]) -> list[_Word]:
    return [word for word in words if word.number not in paired]


def _translations(
    chinese: Sequence[_Word], latin: Sequence[_Word], lexicon: Lexicon
) -> Iterator[tuple[_Word, _Word]]:
    """Exact translations of the dictionary, then words whose vectors are nearest to each other."""
    by_text = {word.text: word for word in latin}
    paired: set[int] = set()
    for word in chinese:
        for translation in bundled_dictionary().translations([word.text]):
            other = by_text.get(translation.words)
            if translation.strength >= _TRANSLATED and other is not None and other.number not in paired:
                paired |= {word.number, other.number}
                yield word, other
                break
    left = [word for word in chinese if word.number not in paired and lexicon.id(word.text) is not None]
    right = [word for word in latin if word.number not in paired and lexicon.id(word.text) is not None]
    if left and right:
        alike = _vectors(left, lexicon) @ _vectors(right, lexicon).T
        for row, column in enumerate(alike.argmax(axis=1).tolist()):
            if alike[row, column] >= _NEAR and alike[:, column].argmax() == row:
                yield left[row], right[column]


def _vectors(words: Sequence[_Word], lexicon: Lexicon) -> NDArray[np.float32]:
    return lexicon.vectors(lexicon.ids([word.text for word in words]))


def _sounds(
    chinese: Sequence[_Word], latin: Sequence[_Word], lexicon: Lexicon
) -> Iterator[tuple[_Word, _Word]]:
    """A Chinese word and the only name that sounds like all of it."""
    transliterator = bundled_transliterator()
    spelled = [(word, letters(part)) for word in latin for part in {word.text, word.text.rpartition(" ")[2]}]
    for word in chinese:
        if lexicon.log_probability(word.text) > tuning.COMMON_WORD:
            continue
        found = {
            other.number: other
            for other, name in spelled
            if name
            and transliterator.plausible(name, word.text)
            and (match := transliterator.find(name, word.text))
            and match.end - match.start == len(word.text)
            and match.score >= tuning.MIN_TRANSLITERATION_OF_KNOWN
        }
        if len(found) == 1:
            yield word, found.popitem()[1]


class _Groups:
    """Words that mean the same."""

    def __init__(self, words: Sequence[_Word]) -> None:
        self._groups = {word.number: [word] for word in words}

    def join(self, one: _Word, other: _Word) -> None:
        first, second = self._groups[one.number], self._groups[other.number]
        if first is not second:
            first += second
            for word in second:
                self._groups[word.number] = first

    def best(self, most: int) -> list[list[_Word]]:
        """The groups with the highest keyness in all, each with its words by frequency."""
        groups = {id(group): group for group in self._groups.values()}.values()
        ordered = sorted(groups, key=lambda group: (-sum(word.score for word in group), group[0].number))
        return [sorted(group, key=lambda word: (-word.count, -len(word.text))) for group in ordered[:most]]


class _Spelling:
    """How the articles write a folded word."""

    def __init__(self, corpus: Corpus, lexicon: Lexicon, text_of: Callable[[int], str]) -> None:
        self._corpus, self._lexicon, self._text_of = corpus, lexicon, text_of
        self._read: dict[int, tuple[str, Folded]] = {}

    def _common(self, word: str) -> bool:
        return all(self._lexicon.log_probability(part) > _COMMON for part in word.split())

    def of(self, word: _Word) -> str:
        """The most frequent form in some of the articles that hold the word; itself where it is in none."""
        pattern = re.compile(_around(word.text))
        forms: dict[str, int] = {}
        ids = self._corpus.articles_with(word.number)
        # Those that were read are looked at first.
        for article in sorted(ids, key=lambda id: (id not in self._read, id))[:_LOOKED_UP]:
            if article not in self._read:
                text = self._text_of(article)
                self._read[article] = text, fold(text)
            text, folded = self._read[article]
            for match in pattern.finditer(folded.text):
                form = text[slice(*folded.original(*match.span()))]
                forms[form] = forms.get(form, 0) + 1
        usual = max(forms, key=forms.__getitem__, default=word.text)
        small = forms.get(word.text, 0) * _SMALL >= sum(forms.values())
        if forms and small and not word.is_chinese and self._common(word.text):
            usual = word.text  # it has a capital only at the beginning of sentences
        return " ".join(usual.split())


def _around(word: str) -> str:
    """The pattern of a folded word or phrase: whole words, with anything but words between them."""
    if _HAN_WORD.fullmatch(word):
        return "·?".join(word)
    return r"(?<![^\W_])" + r"[^\w\n]{1,3}".join(map(re.escape, word.split())) + r"(?![^\W_])"


def _term(group: Sequence[_Word], corpus: Corpus, spelling: _Spelling) -> Term:
    chinese = next((word for word in group if word.is_chinese), None)
    latin = next((word for word in group if not word.is_chinese), None)
    articles = sorted({article for word in group for article in corpus.articles_with(word.number)})
    return Term(
        spelling.of(chinese) if chinese else "",
        spelling.of(latin) if latin else "",
        tuple(articles),
        sum(word.count for word in group),
    )
