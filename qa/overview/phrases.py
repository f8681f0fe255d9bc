"""The words of articles as numbers, with words that nearly always stand together made one.

Such words are names and fixed terms that the tokenizer does not know: "Scale AI", 德 特 克. Adjacent words
are joined round by round, as in Mikolov et al., "Distributed Representations of Words and Phrases and their
Compositionality" (2013). Their score depends on the size of the text; here a pair is joined if it makes up
most occurrences of its rarer word.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from itertools import count

import numpy as np
from numpy.typing import NDArray

from index.lexicon.lexicon import Lexicon
from index.text.aliases import FOREIGN
from index.text.han import HAN
from index.types import UNWATCHED, Monitor
from qa.linguistics.cues import ASKS, FUNCTION
from qa.linguistics.numerals import HAN_NUMERALS

Ints = NDArray[np.int64]

#: Rounds of joining: phrases of up to eight words.
_ROUNDS = 3
#: The least share of the rarer word's occurrences, and the fewest of the pair; of few articles, and of more.
_SHARE, _LEAST_OF_FEW, _LEAST, FEW = 0.6, 2, 3, 5
#: The longest phrase: characters if it is Chinese, and words.
_LONGEST_CHINESE, _LONGEST = 7, 4
#: Characters with higher log probabilities are words of their own: 年, 第, 每.
_COMMON = -8.6
_HAN_WORD = re.compile(f"[{HAN}]+")
_NUMBER = re.compile(rf".*\d|[{HAN_NUMERALS}]+\Z")
#: Articles between two looks whether to stop.
_BATCH = 64


@dataclass
class Corpus:
    """``ids`` [words] are numbers of ``words``, -1 after each passage.

    ``articles`` and ``passages`` [words] are the ids of their articles and passages.
    """

    words: list[str]
    ids: Ints
    articles: Ints
    passages: Ints

    @property
    def article_count(self) -> int:
        """How many articles there are."""
        return int((np.diff(self.articles) != 0).sum()) + bool(len(self.articles))

    def counts(self) -> Ints:
        """How often each word occurs."""
        return np.bincount(self.ids[self.ids >= 0], minlength=len(self.words))

    def article_counts(self, words: Ints) -> Ints:
        """In how many articles each of these words occurs; 0 for all others."""
        size, wanted = len(self.words), np.zeros(len(self.words) + 1, bool)
        wanted[words] = True
        there = wanted[self.ids]
        pairs = np.sort(self.articles[there] * size + self.ids[there])  # np.unique takes ten times as long
        pairs = pairs[np.flatnonzero(np.diff(pairs, prepend=-1))]
        return np.bincount(pairs % max(1, size), minlength=size)

    def articles_with(self, word: int) -> list[int]:
        """The ids of the articles that hold a word."""
        return [int(article) for article in np.unique(self.articles[self.ids == word])]


def gather(passages: Iterable[tuple[int, int, str]], total: int, monitor: Monitor = UNWATCHED) -> Corpus:
    """The corpus of ``passages`` (see `Library.passage_words`), of which there are ``total``."""
    numbers: defaultdict[str, int] = defaultdict(count().__next__)
    ids: list[int] = []
    sizes: list[int] = []
    of: list[tuple[int, int]] = []
    done, last = -1, None
    for passage, article, words in passages:
        if article != last:
            done, last = done + 1, article
            if done % _BATCH == 0:
                monitor.check()
                monitor.done(done, total)
        found = [numbers[word] for word in words.split()]
        ids += found
        ids.append(-1)
        sizes.append(len(found) + 1)
        of.append((passage, article))
    monitor.done(total, total)
    owners = np.repeat(np.array(of, np.int64).reshape(-1, 2), sizes, axis=0)
    return Corpus(list(numbers), np.array(ids, np.int64), owners[:, 1], owners[:, 0])


def join_phrases(corpus: Corpus, lexicon: Lexicon, monitor: Monitor = UNWATCHED) -> Corpus:
    """The corpus with phrases as words of their own: joined by spaces, Chinese ones without."""
    before = np.zeros(0, np.int64)
    least = _LEAST if corpus.article_count >= FEW else _LEAST_OF_FEW
    for _round in range(_ROUNDS):
        monitor.check()
        joined, before = _joined(corpus, lexicon, before, least), corpus.counts()
        if joined is None:
            break
        corpus = joined
    return corpus


def _joined(corpus: Corpus, lexicon: Lexicon, before: Ints, least: int) -> Corpus | None:
    """One round; None if there is nothing to join.

    Pairs must occur ``least`` times. ``before`` are the counts at the round before, which tried the pairs of
    words that still have them.
    """
    size, counts = len(corpus.words), corpus.counts()
    left, right = corpus.ids[:-1], corpus.ids[1:]
    scripts = np.zeros(size + 1, np.int64)  # the last one is that of -1, after a passage
    for word in np.flatnonzero(counts >= least).tolist():
        scripts[word] = _script(corpus.words[word], lexicon)
    fresh = np.append(counts, 0) != np.append(np.pad(before, (0, size - len(before)), constant_values=-1), 0)
    at = np.flatnonzero(
        (scripts[left] > 0) & (scripts[left] == scripts[right]) & (fresh[left] | fresh[right])
    )
    keys, places, times = np.unique(left[at] * size + right[at], return_inverse=True, return_counts=True)
    rarer = np.minimum(counts[keys // max(1, size)], counts[keys % max(1, size)])
    kept = (times >= least) & (times >= _SHARE * rarer)
    for number in np.flatnonzero(kept).tolist():
        first, second = divmod(int(keys[number]), size)
        kept[number] = _short(_phrase(corpus.words[first], corpus.words[second]))
    if not kept.any():
        return None
    numbers = np.cumsum(kept) - 1 + size
    words = [_phrase(corpus.words[key // size], corpus.words[key % size]) for key in keys[kept].tolist()]
    ids, there = corpus.ids.copy(), np.ones(len(corpus.ids), bool)
    end = -1
    for place, key in zip(at[kept[places]].tolist(), places[kept[places]].tolist(), strict=True):
        if place >= end:  # of a b c with both pairs joined, a b is taken
            ids[place], there[place + 1], end = numbers[key], False, place + 2
    return Corpus(corpus.words + words, ids[there], corpus.articles[there], corpus.passages[there])


def _script(word: str, lexicon: Lexicon) -> int:
    """1 for Chinese, 2 for other words, 0 for one that is never part of a phrase."""
    if not topical(word):
        return 0
    if len(word) == 1 and word not in FOREIGN and lexicon.log_probability(word) > _COMMON:
        return 0
    return 1 if _HAN_WORD.fullmatch(word) else 2


def topical(word: str) -> bool:
    """Whether a folded word may say what a text is about: no function or question word, no number."""
    return not (_NUMBER.match(word) or FUNCTION.fullmatch(word) or ASKS.fullmatch(word))


def _short(phrase: str) -> bool:
    return len(phrase) <= _LONGEST_CHINESE if _HAN_WORD.fullmatch(phrase) else phrase.count(" ") < _LONGEST


def _phrase(first: str, second: str) -> str:
    return first + second if _HAN_WORD.fullmatch(first) else f"{first} {second}"
