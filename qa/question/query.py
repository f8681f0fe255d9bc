"""The query of a question: its words, their weights, and the words that each may match."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence, Set
from dataclasses import dataclass, replace
from functools import cached_property
from itertools import islice, pairwise
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from index.lexicon.dictionary import MOST_WORDS, Dictionary, Translation
from index.lexicon.inflection import inflected
from index.lexicon.lexicon import Floats, Ids, Lexicon
from index.text.fold import fold, fold_text, joined
from index.text.language import detect
from index.text.tokenizer import Tokenizer
from index.types import Alias, Span, Token
from qa import tuning
from qa.linguistics.cues import MEASURED, NUMERALS, SEPARATING
from qa.linguistics.writing import Capitals, Written
from qa.question.calendar import AskedTerm, asked_terms
from qa.question.chinese_names import latin_spellings
from qa.question.numbers import NumberForm, asked_numbers, number_forms
from qa.question.variants import may_be_misspelt, near_spellings, variants
from qa.question.written import is_function_word, marked, shown, written_forms, written_words

if TYPE_CHECKING:
    from qa.question.chinese_names import ChineseNames
    from qa.question.sounds import Sounds

#: The most words of a name in a question, and the most other names that it is expanded to.
_MAX_NAME_WORDS, _MAX_NAMES = 8, 32
#: The most words from a Chinese verb to its object.
_MOST_PARTED = 5
#: The least cosine of a word that stands for one that the tokenizer has split.
_NEAR = 0.5
#: The least cosine of a form or spelling of the same word, where the lexicon knows both.
_SAME = 0.4
#: The most words of a question that are looked for in a similar spelling. In a library of a million passages
#: each takes 2 ms.
_MOST_MISSPELT = 16
#: Up to this many words of a library are compared with a question's; of more, an index proposes some. The
#: vectors of so many take 17 MB.
_COMPARED = 32_768
#: Words that the index proposes for one. In a library of 40,000 passages enough of them occur for all but
#: one in a hundred.
_PROPOSED = 256
#: Words whose vectors are held at a time where all must be compared.
_BLOCK = 8192
#: The most words whose neighbours are kept (2 kB each).
_NEIGHBOURS_KEPT = 2_000
#: In a library less crowded than this (4,200 passages) the sound of names would count little, and costs 2 ms.
_HEARD = 0.25
#: The most frequencies that are kept once they were looked up.
_LOOKED_UP = 50_000


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


@dataclass(frozen=True, slots=True)
class Query:
    """The words of a question. ``clauses`` are what `Library.search_words` takes: (word, weight) pairs.

    ``untranslatable`` are the positions of words that neither the lexicon nor the dictionary knows;
    ``inseparable`` those of words that match whole or not at all: 四, 十九 of 四十九, 90, 年代, and Thursday,
    which is no other day. Of them ``dated`` are the words of the calendar and the clock.
    """

    text: str
    words: tuple[QueryWord, ...]
    clauses: tuple[tuple[tuple[str, float], ...], ...]
    synonyms: tuple[Synonym, ...] = ()
    untranslatable: frozenset[int] = frozenset()
    inseparable: frozenset[int] = frozenset()
    dated: frozenset[int] = frozenset()

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
    def weight(self) -> float:
        """Sum of the words' weights."""
        return sum(word.weight for word in self.words)


class LazyFrequencies:
    """Document frequencies that are looked up when needed, for a library with too many words to hold."""

    def __init__(self, look_up: Callable[[Sequence[str]], Sequence[int]]) -> None:
        """``look_up`` is ``Library.document_frequency``."""
        self._look_up = look_up
        self._known: dict[str, int] = {}

    def load(self, words: Iterable[str]) -> dict[str, int]:
        """Look up all unknown words at once; returns their frequencies."""
        new = [word for word in dict.fromkeys(words) if word not in self._known]
        found = dict(zip(new, self._look_up(new), strict=True)) if new else {}
        if len(self._known) + len(found) > _LOOKED_UP:
            self._known = {}
        self._known |= found
        return found

    def get(self, word: str, default: int, /) -> int:
        found = self._known.get(word)
        if found is None:
            found = self.load([word]).get(word)
        return found or default

    def __contains__(self, word: object, /) -> bool:
        return isinstance(word, str) and self.get(word, 0) > 0


#: The document frequencies of words, in passages.
Frequencies = Mapping[str, int] | LazyFrequencies


class Vocabulary:
    """The words of a library: their document frequencies, and their vectors if the lexicon knows them."""

    def __init__(
        self,
        frequencies: Frequencies,
        passages: int,
        lexicon: Lexicon,
        sounds: Sounds | None = None,
        beginning: Callable[[Sequence[str]], list[list[str]]] | None = None,
        names: ChineseNames | None = None,
    ) -> None:
        """``beginning`` is `Library.words_beginning`. Without it no misspelt words are looked for."""
        self.frequencies, self.passages, self.sounds, self.names = frequencies, passages, sounds, names
        self.beginning = beginning
        self._lexicon = lexicon
        self._importances: dict[str, float] = {}
        if isinstance(frequencies, Mapping):
            rows = lexicon.ids(list(frequencies))
            self._rows = rows[rows >= 0]
        else:
            self._rows = np.arange(len(lexicon))
        self._known: dict[int, list[tuple[str, float]]] = {}

    def neighbours(self, rows: Sequence[int]) -> list[list[tuple[str, float]]]:
        """For each row of the lexicon, the nearest words of the library with their cosines, best first.

        Where the library has many words, an index proposes them and a few of the farther ones are missed.
        """
        known = self._known
        if len(known) > _NEIGHBOURS_KEPT:
            known = self._known = {}
        new = [row for row in rows if row not in known]
        if new:
            known.update(zip(new, self._found(np.array(new)), strict=True))
        return [known[row] for row in rows]

    def _found(self, asked: Ids) -> list[list[tuple[str, float]]]:
        lexicon = self._lexicon
        index = lexicon.nearest if len(self._rows) > _COMPARED else None
        if index is None:
            return self._held(self._nearest(asked))
        found = [rows[rows >= 0] for rows in index.search(lexicon.vectors(asked), _PROPOSED)]
        compared = [lexicon.cosines(asked[at : at + 1], rows)[0] for at, rows in enumerate(found)]
        near = self._held(list(zip(found, compared, strict=True)))
        # Too few are left, and there may be others beyond those proposed.
        short = [
            at
            for at, similar in enumerate(compared)
            if len(near[at]) < tuning.EXPANSIONS and np.all(similar > tuning.MIN_SIMILARITY)
        ]
        if short:
            starts = range(0, len(self._rows), _BLOCK)
            blocks = [lexicon.cosines(asked[short], self._rows[first : first + _BLOCK]) for first in starts]
            whole = self._held([(self._rows, similar) for similar in np.hstack(blocks)])
            for at, held in zip(short, whole, strict=True):
                near[at] = held
        return near

    def _nearest(self, asked: Ids) -> list[tuple[Ids, Floats]]:
        """For each word asked the nearest of the library's, more than are wanted, with their cosines."""
        cosines = self._lexicon.cosines(asked, self._rows, self._matrix)
        most = 2 * tuning.EXPANSIONS
        if cosines.shape[1] <= most:
            return [(self._rows, similar) for similar in cosines]
        near = np.argpartition(-cosines, most, axis=1)[:, :most]
        return [(self._rows[at], similar[at]) for at, similar in zip(near, cosines, strict=True)]

    def _held(self, proposed: Sequence[tuple[Ids, Floats]]) -> list[list[tuple[str, float]]]:
        """Of each (rows, cosines) the nearest words that the library holds, if similar enough."""
        nearest: list[tuple[list[int], list[float]]] = []
        for rows, cosines in proposed:
            near = np.flatnonzero(cosines > tuning.MIN_SIMILARITY)
            near = near[np.argsort(-cosines[near])]
            nearest.append((rows[near].tolist(), cosines[near].tolist()))
        word, frequencies = self._lexicon.words.__getitem__, self.frequencies
        if isinstance(frequencies, LazyFrequencies):
            frequencies.load(word(row) for rows, _ in nearest for row in rows[: tuning.EXPANSIONS])
        found = []
        for near_rows, near_cosines in nearest:
            pairs = zip(map(word, near_rows), near_cosines, strict=True)
            held = (pair for pair in pairs if pair[0] in frequencies)
            found.append(sorted(islice(held, tuning.EXPANSIONS), key=lambda pair: (-pair[1], pair[0])))
        return found

    @cached_property
    def _matrix(self) -> Floats:
        return self._lexicon.whole_rows(self._rows)

    @cached_property
    def crowding(self) -> float:
        """How many passages compete, from 0 for few to 1: see `tuning.CROWDED`."""
        few, many = map(math.log, tuning.CROWDED)
        return min(1.0, max(0.0, (math.log(max(self.passages, 1)) - few) / (many - few)))

    def held(self, words: Iterable[str]) -> set[str]:
        """Those of the words that the library has."""
        words = set(words)
        if isinstance(self.frequencies, LazyFrequencies):
            self.frequencies.load(words)
        return {word for word in words if word in self.frequencies}

    def importance(self, word: str) -> float:
        """The weight of a question word: its rarity in general text and, if it occurs, in the library."""
        if (known := self._importances.get(word)) is None:
            if len(self._importances) >= _LOOKED_UP:
                self._importances = {}
            known = self._importances[word] = self._rarity(word)
        return known

    def _rarity(self, word: str) -> float:
        general = rarity(word, self._lexicon)
        frequency = self.frequencies.get(word, 0)
        if not frequency:
            return general
        idf = math.log1p((self.passages - frequency + 0.5) / (frequency + 0.5))
        here = idf / math.log1p(self.passages)
        return (1 - tuning.LIBRARY_SHARE) * general + tuning.LIBRARY_SHARE * here


def rarity(word: str, lexicon: Lexicon) -> float:
    """How rare a folded word is in general text, from 0 for the most common up to about 1.5."""
    return max(0.0, -lexicon.log_probability(word) - 5) / 8


def analyse(
    text: str,
    tokenizer: Tokenizer,
    lexicon: Lexicon,
    vocabulary: Vocabulary,
    aliases: Callable[[Iterable[str]], Sequence[Alias]] | None = None,
    dictionary: Dictionary | None = None,
) -> Query:
    """Tokenize the question, weigh its words and expand each to the words it may match (soft BM25).

    ``aliases`` is `Library.aliases`. It gives the other names of the names in the question. ``dictionary``
    gives the translations of its words and phrases.
    """
    question = fold(text)
    tokens = tokenizer.tokens(question)
    if isinstance(vocabulary.frequencies, LazyFrequencies):
        vocabulary.frequencies.load(token.text for token in tokens)
    told_apart = written_words(text)
    words = tuple(
        _word(text, token, told_apart.get(Span(token.start, token.end)), lexicon, vocabulary)
        for token in tokens
    )
    phrases = list(_phrases(words, lexicon)) if dictionary is not None else []
    rows = {*(word.row for word in words), *(phrase.row for phrase in phrases)}
    asked = sorted(row for row in rows if row is not None)
    neighbours = dict(zip(asked, vocabulary.neighbours(asked), strict=True))
    synonyms = [*_synonyms(words, tokenizer, lexicon, aliases)] if aliases else []
    known = {
        at
        for at, word in enumerate(words)
        if word.row is not None or word.word[0].isdigit() or (word.written and word.written.sign)
    }
    terms = asked_terms(question, tokens, tokenizer)
    dated = {at for term in terms for at in range(term.start, term.end)}
    known |= dated
    if dictionary is not None:
        translations = [
            (phrase, dictionary.translations(phrase.words))
            for phrase in phrases
            if not (len(phrase.words) == 1 and is_function_word(phrase.words[0]))
        ]
        places = [place for phrase, found in translations if found for place in phrase.places]
        known |= {at for place in places for at in range(*place)}
        synonyms += [
            synonym
            for synonym in _translations(translations, neighbours, tokenizer, vocabulary.frequencies)
            if not any(_is_part(synonym, term) for term in terms)
        ]
    numbers = [
        [*number_forms(words, asked, tokenizer)]
        for asked in asked_numbers(words, _joined(text, tokens))
        if dated.isdisjoint(range(asked.start, asked.end))
    ]
    whole = [own for own, *_ in numbers if own.end - own.start > 1] + [term.forms[0] for term in terms]
    inseparable = {at for own in whole for at in range(own.start, own.end)}
    synonyms += _numbers(numbers, vocabulary.frequencies)
    synonyms += _written(words, text, tokenizer, vocabulary.frequencies)
    synonyms += _variants(text, words, neighbours, lexicon, vocabulary)
    calendar = _calendar(terms, vocabulary.frequencies)
    clauses = [_clause(word, neighbours) for word in words]
    for own in whole:
        for at in range(own.start, own.end):
            clauses[at] = ((" ".join(own.words), words[at].weight),)
    _expand(clauses, words, [*synonyms, *_shortest(calendar)], vocabulary.frequencies)
    names = _chinese_names(words, [*map(_translated, clauses)], lexicon, vocabulary)
    _expand(clauses, words, names, vocabulary.frequencies)
    misspelt = [*_misspelt(words, [*synonyms, *names], dated, lexicon, vocabulary)]
    words = _as_meant(words, misspelt, vocabulary)
    for at in {each.start for each in misspelt}:
        clauses[at] = _clause(words[at], neighbours)
    _expand(clauses, words, misspelt, vocabulary.frequencies)
    synonyms += [*calendar, *names, *misspelt]
    if vocabulary.crowding:
        sounds = vocabulary.sounds if vocabulary.crowding > _HEARD else None
        heard = [*sounds.like(words, [*map(_translated, clauses)])] if sounds else []
        clauses = [_weighed(clause, vocabulary) for clause in clauses]
        for start, end, other, score in heard:
            share = vocabulary.crowding * score**tuning.SIMILARITY_POWER
            for i in range(start, end):
                clauses[i] = (*clauses[i], (" ".join(other), words[i].weight * share))
    untranslatable = frozenset(range(len(words))) - known
    return Query(
        *(text, words, tuple(clauses), tuple(synonyms), untranslatable),
        *(frozenset(inseparable), frozenset(dated)),
    )


def _joined(text: str, tokens: Sequence[Token]) -> frozenset[int]:
    """The positions of Latin words and digits that follow others of these without a space."""
    return frozenset(
        at
        for at, (one, following) in enumerate(pairwise(tokens), start=1)
        if one.end == following.start and text[one.end - 1 : one.end + 1].isascii()
    )


def _word(
    text: str, token: Token, written: Written | None, lexicon: Lexicon, vocabulary: Vocabulary
) -> QueryWord:
    weight = vocabulary.importance(token.text)
    named = written is not None and written.another
    return QueryWord(
        text=shown(text, Span(token.start, token.end), written),
        word=token.text,
        weight=max(weight, tuning.NAMED) if named else weight,
        row=None if named else lexicon.id(token.text),
        topical=named or not is_function_word(token.text),
        written=written,
    )


def _synonyms(
    words: Sequence[QueryWord],
    tokenizer: Tokenizer,
    lexicon: Lexicon,
    aliases: Callable[[Iterable[str]], Sequence[Alias]],
) -> Iterator[Synonym]:
    """The other names of the names in the question."""
    spans: dict[str, list[tuple[int, int]]] = {}
    for start in range(len(words)):
        for end in range(start + 1, min(start + _MAX_NAME_WORDS, len(words)) + 1):
            if any(word.topical for word in words[start:end]):
                name = joined("".join(word.word for word in words[start:end]))
                spans.setdefault(name, []).append((start, end))
    counts: Counter[str] = Counter()
    for alias in dict.fromkeys(aliases(spans)):
        counts[alias.name] += 1
        if counts[alias.name] > _MAX_NAMES:
            continue
        other = tokenizer.words(alias.other)
        common = alias.part and lexicon.log_probability(alias.part) > tuning.RARE_NAME
        # The name WHO folds to "who", which would match everywhere.
        written = Written(Capitals.ALL) if all(map(is_function_word, other)) else None
        if not common and not (written and len(other) > 1):
            for start, end in spans[alias.name]:
                if other != tuple(word.word for word in words[start:end]):
                    yield Synonym(start, end, other, written=written)


def _expand(
    clauses: list[tuple[tuple[str, float], ...]],
    words: Sequence[QueryWord],
    synonyms: Iterable[Synonym],
    frequencies: Frequencies,
) -> None:
    """Add the synonyms that the library has to the alternatives of their words."""
    for start, end, other, similarity, *_ in synonyms:
        if all(word in frequencies for word in other):
            name = " ".join(other)
            for i in range(start, end):
                weight = words[i].weight * similarity**tuning.SIMILARITY_POWER
                if clauses[i][0][0] != name:
                    clauses[i] = (*clauses[i], (name, weight))


def _chinese_names(
    words: Sequence[QueryWord], translated: Sequence[float], lexicon: Lexicon, vocabulary: Vocabulary
) -> list[Synonym]:
    """Chinese names in the other script, as the library has them."""
    known = [share >= tuning.WELL_TRANSLATED for share in translated]
    spelled = [*latin_spellings(words, known, lexicon)]
    frequencies = vocabulary.frequencies
    if isinstance(frequencies, LazyFrequencies):
        frequencies.load(word for name in spelled for word in name.words)
    found = [name for name in spelled if all(word in frequencies for word in name.words)]
    if vocabulary.names is not None:
        found = [*vocabulary.names.held(found), *vocabulary.names.spelled(words, known)]
    return [Synonym(*name) for name in found]


def _numbers(numbers: Sequence[Sequence[NumberForm]], frequencies: Frequencies) -> list[Synonym]:
    """The forms of the question's numbers that the library has, without those that are one word of it."""
    found = [form for own, *others in numbers for form in ([own] if len(own.words) > 1 else []) + others]
    return _held([Synonym(*form, similarity=1.0, rule="number") for form in found], frequencies)


def _calendar(terms: Sequence[AskedTerm], frequencies: Frequencies) -> list[Synonym]:
    """The forms of the question's calendar and clock words that the library has."""
    return _held([Synonym(*form) for term in terms for form in term.forms], frequencies)


def _held(synonyms: Sequence[Synonym], frequencies: Frequencies) -> list[Synonym]:
    """Those whose words are all in the library."""
    if isinstance(frequencies, LazyFrequencies):
        frequencies.load(word for synonym in synonyms for word in synonym.words)
    return [synonym for synonym in synonyms if all(word in frequencies for word in synonym.words)]


def _is_part(synonym: Synonym, term: AskedTerm) -> bool:
    """Whether a synonym stands for a part of what matches whole or not at all: era for 年代 of 90年代."""
    overlap = synonym.start < term.end and term.start < synonym.end
    return overlap and not (synonym.start <= term.start and term.end <= synonym.end)


def _shortest(synonyms: Sequence[Synonym]) -> Iterator[Synonym]:
    """Those that find a passage which no other one finds: without "20 世纪 90 年代" beside "90 年代"."""
    kept: list[tuple[Synonym, frozenset[str]]] = []
    for synonym in sorted(synonyms, key=lambda synonym: len(set(synonym.words))):
        words = frozenset(synonym.words)
        if not any(
            one <= words and other.start <= synonym.start and synonym.end <= other.end
            for other, one in kept
            if other.similarity >= synonym.similarity
        ):
            kept.append((synonym, words))
            yield synonym


def _written(
    words: Sequence[QueryWord], text: str, tokenizer: Tokenizer, frequencies: Frequencies
) -> list[Synonym]:
    """The other forms of the words that their writing tells apart, if the library has them."""
    found = [*dict.fromkeys(written_forms(words, text, tokenizer))]
    if isinstance(frequencies, LazyFrequencies):
        frequencies.load(word for form in found for word in form.words)
    return [
        Synonym(form.start, form.end, form.words, form.similarity, written=form.written)
        for form in found
        if all(word in frequencies for word in form.words)
    ]


def _variants(
    text: str,
    words: Sequence[QueryWord],
    neighbours: Mapping[int, Sequence[tuple[str, float]]],
    lexicon: Lexicon,
    vocabulary: Vocabulary,
) -> list[Synonym]:
    """The other forms of the question's words that the library has.

    The lexicon tells of words that it knows whether they mean the same: pond and pound do not.
    """
    lacking = {at for at, word in enumerate(words) if word.word not in vocabulary.frequencies}
    proposed = [*variants(words, fold_text(text), lacking, lexicon)]
    held = vocabulary.held(word for variant in proposed for word in variant.words)
    found = []
    for start, end, other in proposed:
        if held.issuperset(other) and not all(map(is_function_word, other)):  # U.S. is no us
            row = words[start].row if end - start == len(other) == 1 else None
            if row is None or lexicon.id(other[0]) is None or dict(neighbours[row]).get(other[0], 0) >= _SAME:
                digits = all(map(str.isdecimal, other))
                found.append(Synonym(start, end, other, 1.0 if digits else tuning.ALIAS_SIMILARITY))
    return found


def _misspelt(
    words: Sequence[QueryWord],
    synonyms: Sequence[Synonym],
    dated: Set[int],
    lexicon: Lexicon,
    vocabulary: Vocabulary,
) -> Iterator[Synonym]:
    """What words may be misspellings of that the library lacks and has in no other form, likeliest first.

    Those of dates, at the places ``dated``, are none.
    """
    frequencies, beginning = vocabulary.frequencies, vocabulary.beginning
    if beginning is None:
        return
    met = dated | {
        at
        for start, end, other, *_ in synonyms
        if all(word in frequencies for word in other)
        for at in range(start, end)
    }
    unmet = (
        at
        for at, word in enumerate(words)
        if at not in met and may_be_misspelt(word, lexicon) and word.word not in frequencies
    )
    for at in islice(unmet, _MOST_MISSPELT):
        for other in near_spellings(words[at], lexicon, beginning, vocabulary.held):
            yield Synonym(at, at + 1, (other,), tuning.MISSPELT)


def _as_meant(
    words: tuple[QueryWord, ...], misspelt: Sequence[Synonym], vocabulary: Vocabulary
) -> tuple[QueryWord, ...]:
    """The words, misspelt ones with the weight of what they mean: they only look rare."""
    meant = {at: other for at, _, (other,), *_ in reversed(misspelt)}
    return tuple(
        replace(word, meant=meant[at], weight=vocabulary.importance(meant[at])) if at in meant else word
        for at, word in enumerate(words)
    )


class _Phrase(NamedTuple):
    """The question's ``words`` at ``places``. ``row`` is that of a word which the tokenizer has split."""

    words: tuple[str, ...]
    places: tuple[Span, ...]
    row: int | None = None


def _phrases(words: Sequence[QueryWord], lexicon: Lexicon) -> Iterator[_Phrase]:
    """Adjacent words of the question, verbs with their objects (洗牙 in 洗一次牙), and 重 of 多重."""
    for start in range(len(words)):
        if adjective := MEASURED.fullmatch(words[start].word):
            yield _Phrase((adjective[1],), (Span(start, start + 1),), lexicon.id(adjective[1]))
        for end in range(start + 1, min(start + _MOST_PARTED, len(words)) + 1):
            inside = tuple(word.word for word in words[start:end])
            topical = [word.topical for word in words[start:end]]
            if len(inside) <= MOST_WORDS and topical[0] and topical[-1]:
                split = all(topical) and len("".join(inside)) == len(inside) > 1
                yield _Phrase(inside, (Span(start, end),), lexicon.id("".join(inside)) if split else None)
            verb = inside[0] + inside[-1]
            parted = len(inside) > 2 and all(map(SEPARATING.fullmatch, inside[1:-1]))
            if parted and topical[-1] and len(verb) == 2 and (row := lexicon.id(verb)) is not None:
                yield _Phrase((*verb,), (Span(start, start + 1), Span(end - 1, end)), row)


def _translations(
    phrases: Sequence[tuple[_Phrase, Sequence[Translation]]],
    neighbours: Mapping[int, Sequence[tuple[str, float]]],
    tokenizer: Tokenizer,
    frequencies: Frequencies,
) -> list[Synonym]:
    """The translations of phrases that the library has, as it spells them, and neighbours of split words."""
    found = [
        (phrase, spelling, tuning.TRANSLATION * strength**0.5)
        for phrase, translations in phrases
        for translation, strength in translations
        for spelling in _spellings(tokenizer.words(translation))
    ]
    for phrase, _ in phrases:
        near = neighbours[phrase.row] if phrase.row is not None else ()
        found += [(phrase, (word,), min(cos, tuning.TRANSLATION)) for word, cos in near if cos > _NEAR]
        if MEASURED.fullmatch(phrase.words[0]) and phrase.row is not None:
            found += [(phrase, (phrase.words[0] + numeral,), tuning.TRANSLATION) for numeral in NUMERALS]
    if isinstance(frequencies, LazyFrequencies):
        frequencies.load(word for _, spelling, _ in found for word in spelling)
    return [
        Synonym(*place, spelling, similarity)
        for phrase, spelling, similarity in found
        if all(word in frequencies for word in spelling) and not all(map(is_function_word, spelling))
        for place in phrase.places
    ]


def _spellings(words: tuple[str, ...]) -> Iterator[tuple[str, ...]]:
    """The words of a translation, with the first or the last of them inflected, and joined."""
    for form in inflected(words[0]):
        yield (form, *words[1:])
    if len(words) > 1:
        yield ("".join(words),)
        for form in inflected(words[-1])[1:]:
            yield (*words[:-1], form)


def _clause(
    word: QueryWord, neighbours: Mapping[int, Sequence[tuple[str, float]]]
) -> tuple[tuple[str, float], ...]:
    """The word itself with its full weight, and its neighbours with weight × cosine²."""
    near = neighbours.get(word.row, []) if word.row is not None else []
    similar = ((other, word.weight * cosine**tuning.SIMILARITY_POWER) for other, cosine in near)
    return ((word.word, word.weight), *(pair for pair in similar if pair[0] != word.word))


def _translated(clause: tuple[tuple[str, float], ...]) -> float:
    """The share of the word's weight that its best translation counts."""
    (word, weight), *others = clause
    best = max((counts for other, counts in others if other.isascii() != word.isascii()), default=0.0)
    return best / weight if weight > 0 else 1.0


def _weighed(clause: tuple[tuple[str, float], ...], vocabulary: Vocabulary) -> tuple[tuple[str, float], ...]:
    """The clause with its alternatives weighed for a large library.

    There some passages in the language of the question meet its words by chance, and exactly. So synonyms
    count no more than their own importance, and all translations are raised until the best of them counts
    `tuning.BEST_TRANSLATION` of the word: both in part, by how crowded the library is.
    """
    (word, weight), *others = clause
    latin = word.isascii()
    best = max((counts for other, counts in others if other.isascii() != latin), default=0.0)
    if weight <= 0:
        return clause
    share = vocabulary.crowding
    raised = max(1.0, tuning.BEST_TRANSLATION * weight / best) ** share if best else 1.0
    weighed = [clause[0]]
    for other, counts in others:
        if other.isascii() != latin:
            weighed.append((other, counts * raised))
            continue
        importance = max(map(vocabulary.importance, other.split()))
        weighed.append((other, counts * (importance / weight) ** share if importance < weight else counts))
    return tuple(weighed)
