"""What a sentence's words rest on in the quotes, within and across languages."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass

import numpy as np

from index.lexicon.dictionary import MOST_WORDS, bundled_dictionary
from index.lexicon.inflection import base_forms
from index.lexicon.lexicon import Floats, Lexicon
from index.lexicon.transliteration import bundled_transliterator
from index.text.fold import fold, fold_text, joined
from index.text.han import HAN
from index.text.sentences import sentences
from index.text.tokenizer import Tokenizer
from index.types import Alias, Token
from qa.answering.agreement import WordOverlap

_HAN = re.compile(f"[{HAN}]")
_ROMAN = re.compile("[IVXLC]{2,7}")
#: Before the first word of a sentence, where a capital does not mark a name.
_BEGINNING = re.compile(r"(?:^|[.!?:;“\"‘'(#—•>*|…]|\n)[^\w\n]*$")
#: What may stand between the words of one name.
_WITHIN_NAME = frozenset([" ", "-", " of ", " the ", " of the ", ".", ". ", "'", "’s "])
#: Above this log probability a word with a capital at the beginning of a sentence is no name.
_RARE = -11.5
#: The least probability of a transliteration. What supports a part of a name without its neighbours.
_SOUNDS_LIKE, _ALONE = 0.2, 0.6
_MAX_NAME_WORDS = 4


@dataclass(slots=True)
class Word:
    """A word of a sentence at ``start:end``. ``rarity`` and ``weight`` are 0 for function words and numbers.

    ``support``, 0 to 1, tells how well a word of the quotes matches it. ``capital``: it may be a Latin name.
    """

    text: str
    start: int
    end: int
    rarity: float
    weight: float
    capital: bool
    support: float = 0.0

    @property
    def han(self) -> bool:
        return _HAN.match(self.text) is not None


@dataclass(frozen=True, slots=True)
class Supported:
    """The words of a sentence with their support.

    ``names`` are the words of each Latin name, and ``foreign`` those of each run of characters that writes a
    foreign name. ``similarity`` is the cosine of the sentence with all quotes, or with the nearest of their
    sentences. ``strange`` tells that the quotes have a name that the sentence lacks. ``quoted`` are the words
    of the quotes, without support.
    """

    words: Sequence[Word]
    names: Sequence[Sequence[Word]]
    foreign: Sequence[Sequence[Word]]
    similarity: float
    strange: bool
    quoted: Sequence[Word]


class Supporter:
    """Compares sentences with quotes. ``aliases`` is `Library.aliases`. Usable from several threads."""

    def __init__(
        self, tokenizer: Tokenizer, lexicon: Lexicon, aliases: Callable[[Iterable[str]], Sequence[Alias]]
    ) -> None:
        self._tokenizer, self._lexicon, self._aliases = tokenizer, lexicon, aliases
        self._overlap = WordOverlap(lexicon)

    def support(self, sentence: str, quotes: str) -> Supported:
        """The words of ``sentence``, each with its best match in ``quotes``."""
        words, folded = self._words(sentence)
        others, quoted = self._words(quotes)
        self._by_word(words, others, quoted)
        self._by_translation(words, folded, others, quoted)
        self._by_alias(words, quoted)
        self._latin_by_sound(words, quoted)
        foreign = self._chinese_by_sound(words, folded, others)
        names = self._names(words, sentence)
        known = {base for word in words for base in base_forms(word.text)}
        others_names = self._names(others, quotes)
        strange = any(known.isdisjoint(base_forms(w.text)) for name in others_names for w in name)
        return Supported(words, names, foreign, self._similarity(words, others, quotes), strange, others)

    def _words(self, text: str) -> tuple[list[Word], str]:
        folded = fold(text)
        return [
            self._word(token, text[token.start : token.end]) for token in self._tokenizer.tokens(folded)
        ], (folded.text if folded.origins is None else fold_text(text))

    def _word(self, token: Token, written: str) -> Word:
        rarity = 0.0 if _ROMAN.fullmatch(written) else self._overlap.weight(token.text)
        row = self._lexicon.id(token.text)
        weight = 0.0 if not rarity else 1.0 if row is None else float(self._lexicon.weights[row])
        capital = not _HAN.match(token.text) and any(map(str.isupper, written))
        return Word(token.text, token.start, token.end, rarity, weight, capital)

    def _by_word(self, words: Sequence[Word], others: Sequence[Word], quoted: str) -> None:
        """The same word, a form of it, a part of it, or a near word of the lexicon."""
        lexicon, key = self._lexicon, joined(quoted)
        same = {word.text for word in others}
        bases = {base for text in same if text.isascii() for base in base_forms(text)}
        near = lexicon.vectors(lexicon.ids([word.text for word in words])) @ (
            lexicon.vectors(lexicon.ids(sorted({word.text for word in others if word.rarity}))).T
        )
        for at, (word, cosine) in enumerate(zip(words, near.max(axis=1, initial=0.0), strict=True)):
            word.support = float(max(0.0, cosine))
            text = word.text
            if len(text) == 1 and word.han and text not in same:
                if text in quoted:
                    before = words[at - 1].text[-1] if at and words[at - 1].end == word.start else ""
                    after = (
                        words[at + 1].text[0]
                        if at + 1 < len(words) and words[at + 1].start == word.end
                        else ""
                    )
                    beside = (before and before + text in key) or (after and text + after in key)
                    word.support = 1.0 if beside else max(word.support, _ALONE)
            elif (
                text in same
                or (not word.han and not bases.isdisjoint(base_forms(text)))
                or ((word.han or len(text) > 3) and text in key)
            ):
                word.support = 1.0
            elif word.han:  # made of words of the quotes
                held = (
                    length
                    for length in range(len(text) - 1, 1, -1)
                    for start in range(len(text) - length + 1)
                    if text[start : start + length] in quoted
                )
                word.support = max(word.support, next(held, 0) / len(text))

    def _by_translation(
        self, words: Sequence[Word], folded: str, others: Sequence[Word], quoted: str
    ) -> None:
        """Translations by the dictionary, of words and phrases, in either direction."""
        for run, translation, strength in _translated(words):
            if _places(translation, quoted):
                for word in run:
                    word.support = max(word.support, strength)
        for _, translation, strength in _translated(others):
            for start, end in _places(translation, folded):
                for word in words:
                    if start <= word.start and word.end <= end:
                        word.support = max(word.support, strength)

    def _by_alias(self, words: Sequence[Word], quoted: str) -> None:
        """Other names that the articles gloss or that were taught: 德特克(Matt Deitke)."""
        spans: dict[str, list[Sequence[Word]]] = {}
        for start in range(len(words)):
            for end in range(start + 1, min(start + _MAX_NAME_WORDS, len(words)) + 1):
                run = words[start:end]
                if any(word.rarity for word in run):
                    spans.setdefault(joined("".join(word.text for word in run)), []).append(run)
        for alias in self._aliases(spans):
            if not alias.part and _places(alias.other, quoted):
                for word in (word for run in spans[alias.name] for word in run):
                    word.support = 1.0

    def _latin_by_sound(self, words: Sequence[Word], quoted: str) -> None:
        """Latin names that characters of the quotes write."""
        chinese = _only_han(quoted)
        if chinese.isspace() or not chinese:
            return
        for word in words:
            if not word.han and word.text.isalpha() and word.rarity and self._may_be_name(word):
                found = bundled_transliterator().find(word.text, chinese)
                if found and found.score > _SOUNDS_LIKE:
                    word.support = max(word.support, 0.5 + 0.5 * found.score)

    def _may_be_name(self, word: Word) -> bool:
        return word.capital or self._lexicon.id(word.text) is None

    def _chinese_by_sound(
        self, words: Sequence[Word], folded: str, others: Sequence[Word]
    ) -> list[list[Word]]:
        """The words in runs of characters that may write a foreign name, matched with Latin names."""
        sounds = bundled_transliterator()
        latin = {
            w.text
            for w in others
            if not w.han and len(w.text) > 2 and w.text.isalpha() and self._may_be_name(w)
        }
        foreign = []
        for run in sounds.runs(_only_han(folded)):
            start, end = run.span()
            written = np.zeros(end - start)
            for name in latin:
                found = sounds.find(name, run[0]) if sounds.plausible(name, run[0]) else None
                if found and found.score > _SOUNDS_LIKE:
                    part = written[found.start : found.end]
                    np.maximum(part, 0.5 + 0.5 * found.score, out=part)
            inside = [word for word in words if word.han and word.start < end and word.end > start]
            for word in inside:
                part = written[max(0, word.start - start) : word.end - start]
                if 2 * len(part) >= len(word.text):
                    word.support = max(word.support, float(part.mean()))
            named = [word for word in inside if word.rarity]
            if len(named) > 1 or (named and end - start > 2):
                foreign.append(named)
        return foreign

    def _names(self, words: Sequence[Word], text: str) -> list[list[Word]]:
        """Runs of words with capitals. At the beginning of a sentence a common word is none."""
        found: list[list[Word]] = []
        last = -1
        for word in words:
            if not word.capital or not word.rarity:
                continue
            first = _BEGINNING.search(text[max(0, word.start - 4) : word.start])
            plain = text[word.start + 1 : word.end].islower() or word.end - word.start == 1
            if first and plain and self._lexicon.log_probability(word.text) > _RARE:
                continue
            if last >= 0 and text[last : word.start] in _WITHIN_NAME:
                found[-1].append(word)
            else:
                found.append([word])
            last = word.end
        return found

    def _similarity(self, words: Sequence[Word], others: Sequence[Word], quotes: str) -> float:
        parts = [[w.text for w in others if start <= w.start < end] for start, end in sentences(quotes)]
        pooled: Floats = self._lexicon.pool([[w.text for w in words], [w.text for w in others], *parts])
        return float((pooled[1:] @ pooled[0]).max())


def _only_han(folded: str) -> str:
    return re.sub(f"[^{HAN}·]", " ", folded)


def _translated(words: Sequence[Word]) -> Iterator[tuple[Sequence[Word], str, float]]:
    """Runs of words with their translations and the support that these give."""
    for start in range(len(words)):
        for end in range(start + 1, min(start + MOST_WORDS, len(words)) + 1):
            run = words[start:end]
            if run[0].rarity and run[-1].rarity:
                for found in bundled_dictionary().translations([word.text for word in run]):
                    yield run, found.words, 0.6 + 0.4 * found.strength


def _places(words: str, folded: str) -> list[tuple[int, int]]:
    """Where Chinese or English words stand in a folded text, the last of them in the plural as well."""
    if _HAN.search(words):
        return [match.span() for match in re.finditer(re.escape(words), folded)]
    if words not in folded:
        return []
    return [m.span() for m in re.finditer(rf"(?<![a-z]){re.escape(words)}(?:e?s)?(?![a-z])", folded)]
