"""The query of a question: its words, their weights, and the words that each may match."""

from __future__ import annotations

from dataclasses import dataclass
from typing import NamedTuple

from index.text.fold import fold_text
from index.text.language import detect
from qa import tuning
from qa.linguistics.pointers import Pointer
from qa.linguistics.writing import Written
from qa.question.written import marked

#: What one word of a question matches, each with its weight, itself first. Of names of several words, with
#: spaces between them, all must be there.
Clause = tuple[tuple[str, float], ...]


@dataclass(frozen=True, slots=True)
class QueryWord:
    """A question word: ``text`` as asked, ``word`` folded, ``weight`` its importance (about 0 to 1.5).

    ``row`` is its row in the lexicon, None if it is unknown. ``topical`` is False for function words and
    question words. ``written`` is how it must be written where it is matched, None for any way. ``meant``
    is what the library has instead of a word that may be misspelt, "" otherwise.
    """

    text: str
    word: str
    weight: float
    row: int | None
    topical: bool
    written: Written | None = None
    meant: str = ""


class Synonym(NamedTuple):
    """The folded ``words``, in this order, are another name or a translation of the words ``start:end``.

    With a ``rule`` they are so only where `qa.question.calendar.stands` tells: 三十 is a number, alone, and
    not as a part of 三十五. ``written`` is how the first of them must be written.
    """

    start: int
    end: int
    words: tuple[str, ...]
    similarity: float = tuning.ALIAS_SIMILARITY
    rule: str = ""
    written: Written | None = None


class Pointed(NamedTuple):
    """The question words ``start:end`` point at something by its number, or by a weekday."""

    start: int
    end: int
    pointer: Pointer


@dataclass(frozen=True, slots=True)
class Query:
    """The words of a question. ``clauses`` are what `Library.search_words` takes: (word, weight) pairs.

    ``untranslatable`` are the positions of words that neither the lexicon nor the dictionary knows;
    ``inseparable`` those of words that match whole or not at all: 四, 十九 of 四十九, 90, 年代, and Thursday,
    which is no other day. Of them ``dated`` are the words of the calendar and the clock. ``heard`` are the
    words that may be meant by Chinese ones of the same sound, ``pointed`` those that point at something: step
    3, an 8-year-old, Wednesday.
    """

    text: str
    words: tuple[QueryWord, ...]
    clauses: tuple[Clause, ...]
    synonyms: tuple[Synonym, ...] = ()
    untranslatable: frozenset[int] = frozenset()
    inseparable: frozenset[int] = frozenset()
    dated: frozenset[int] = frozenset()
    heard: tuple[Synonym, ...] = ()
    pointed: tuple[Pointed, ...] = ()

    @property
    def folded(self) -> str:
        """The text as it is matched."""
        return fold_text(self.text)

    @property
    def marked(self) -> str:
        """The folded text in which no name is a function word, see `qa.question.written.marked`."""
        return marked(self.text)

    @property
    def language(self) -> str:
        """The language of the question: "zh", "en", or "un" for neither."""
        return detect(self.text)[:2]

    @property
    def meant(self) -> tuple[str, ...]:
        """The folded words, misspelt ones as they are meant."""
        return tuple(word.meant or word.word for word in self.words)

    @property
    def pointers(self) -> tuple[Pointer, ...]:
        """What the question points at."""
        return tuple(pointed.pointer for pointed in self.pointed)

    @property
    def weight(self) -> float:
        """Sum of the words' weights."""
        return sum(word.weight for word in self.words)
