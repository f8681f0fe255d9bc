"""Analyses a question: its words, their weights, and what a library may have in their place (soft BM25).

What may stand for a word is found one kind after another: other names, translations, forms of numbers and of
dates, words told apart by their writing, spellings, Chinese names in the other script, misspellings.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence, Set
from dataclasses import replace
from itertools import islice, pairwise

from index.lexicon.dictionary import Dictionary
from index.lexicon.lexicon import Lexicon
from index.text.fold import Folded, fold, fold_text, joined
from index.text.han import is_han
from index.text.tokenizer import Tokenizer
from index.types import Alias, Span, Token
from qa import tuning
from qa.linguistics.parties import names_of
from qa.linguistics.pointers import find_pointers
from qa.linguistics.sections import section_names
from qa.linguistics.writing import Capitals, Written
from qa.question.calendar import AskedTerm, asked_terms, words_at
from qa.question.chinese_names import latin_spellings
from qa.question.clauses import clause_of, expand, translated, weighed
from qa.question.homophones import homophones
from qa.question.numbers import NumberForm, asked_numbers, number_forms
from qa.question.query import Clause, Pointed, Query, QueryWord, Synonym
from qa.question.translating import phrases, translations
from qa.question.variants import may_be_misspelt, near_spellings, variants
from qa.question.vocabulary import Vocabulary
from qa.question.written import is_function_word, shown, written_forms, written_words

#: The most words of a name in a question, and the most other names that it is expanded to.
_MAX_NAME_WORDS, _MAX_NAMES = 8, 32
#: The least cosine of a form or spelling of the same word, where the lexicon knows both.
_SAME = 0.4
#: The most words of a question that are looked for in a similar spelling. In a library of a million passages
#: each takes 2 ms.
_MOST_MISSPELT = 16
#: The most words that one may be a typing error for.
_MOST_HEARD = 2
#: In a library less crowded than this (4,200 passages) the sound of names would count little, and costs 2 ms.
_HEARD = 0.25

#: The years that a time asked about may be made of, and the most of them that are looked for.
_FIRST_YEAR, _LAST_YEAR, _MOST_YEARS = 1500, 2099, 60

#: What has names of its own, by the kinds of pointers.
_NAMES = {"party": names_of, "section": section_names}

#: Row of the lexicon → the nearest words of the library with their cosines.
Neighbours = Mapping[int, Sequence[tuple[str, float]]]


def analyse(
    text: str,
    tokenizer: Tokenizer,
    lexicon: Lexicon,
    vocabulary: Vocabulary,
    aliases: Callable[[Iterable[str]], Sequence[Alias]] | None = None,
    dictionary: Dictionary | None = None,
) -> Query:
    """Tokenize the question, weigh its words and expand each to the words it may match.

    ``aliases`` is `Library.aliases`. It gives the other names of the names in the question. ``dictionary``
    gives the translations of its words and phrases.
    """
    question = fold(text)
    tokens = tokenizer.tokens(question)
    words = _words(text, tokens, lexicon, vocabulary)
    wanted = [*phrases(words, lexicon)] if dictionary is not None else []
    rows = {*(word.row for word in words), *(phrase.row for phrase in wanted)}
    asked = sorted(row for row in rows if row is not None)
    neighbours: Neighbours = dict(zip(asked, vocabulary.neighbours(asked), strict=True))
    terms = asked_terms(question, tokens, tokenizer)
    dated = {at for term in terms for at in range(term.start, term.end)}
    numbers = _numbers(text, tokens, words, dated, tokenizer)

    synonyms = [*_synonyms(words, tokenizer, lexicon, aliases)] if aliases else []
    known = {*dated, *(at for at, word in enumerate(words) if _is_known(word))}
    if dictionary is not None:
        found, places = translations(wanted, neighbours, tokenizer, vocabulary, dictionary)
        synonyms += [each for each in found if not any(_is_part(each, term) for term in terms)]
        known |= places
    synonyms += _held([Synonym(*form, 1.0, "number") for form in _other_forms(numbers)], vocabulary)
    synonyms += _written(words, text, tokenizer, vocabulary)
    synonyms += _variants(text, words, neighbours, lexicon, vocabulary)
    pointed = tuple(_pointed(question, tokens))
    synonyms += _years(pointed, words, vocabulary)
    synonyms += _held([*_other_names(pointed, tokenizer)], vocabulary)
    calendar = _held([Synonym(*form) for term in terms for form in term.forms], vocabulary)

    clauses = [clause_of(word, neighbours) for word in words]
    whole = [own for own, *_ in numbers if own.end - own.start > 1] + [term.forms[0] for term in terms]
    for own in whole:
        for at in range(own.start, own.end):
            clauses[at] = ((" ".join(own.words), words[at].weight),)
    expand(clauses, words, [*synonyms, *_shortest(calendar)], vocabulary.frequencies)
    names = _chinese_names(words, clauses, lexicon, vocabulary)
    expand(clauses, words, names, vocabulary.frequencies)
    unmet = _unmet(words, [*synonyms, *names], dated, vocabulary)
    misspelt = [*_misspelt(words, unmet, lexicon, vocabulary)]
    wrong = {at: other for at, _, (other,), *_ in reversed(misspelt)}
    heard = [*_homophones(words, unmet, tokenizer, lexicon, vocabulary)]
    for at, other in heard:
        if at in unmet:
            wrong.setdefault(at, "".join(other.words))
        misspelt.append(other)
    words = _as_meant(words, wrong, vocabulary)
    for at in wrong:
        clauses[at] = clause_of(words[at], neighbours)
    expand(clauses, words, misspelt, vocabulary.frequencies)
    if vocabulary.crowding:
        clauses = _crowded(clauses, words, vocabulary)
    return Query(
        text,
        words,
        tuple(clauses),
        (*synonyms, *calendar, *names, *misspelt),
        untranslatable=frozenset(range(len(words))) - known,
        inseparable=frozenset(at for own in whole for at in range(own.start, own.end)),
        dated=frozenset(dated),
        heard=tuple(other for _, other in heard),
        pointed=pointed,
    )


def _pointed(question: Folded, tokens: Sequence[Token]) -> Iterator[Pointed]:
    for pointer in find_pointers(question.text):
        if place := words_at(question, Span(pointer.start, pointer.end), tokens):
            yield Pointed(*place, pointer)


def _years(
    pointed: Iterable[Pointed], words: Sequence[QueryWord], vocabulary: Vocabulary
) -> Iterator[Synonym]:
    """The years that the library has of those asked about, the nearest to what the question names first."""
    for start, end, pointer in pointed:
        if pointer.kind != "period":
            continue
        first, last = max(_FIRST_YEAR, int(pointer.value)), min(_LAST_YEAR, int(pointer.to))
        held = sorted(map(int, vocabulary.held(map(str, range(first, last + 1)))))
        nearest = held[:_MOST_YEARS] if pointer.value >= first else held[-_MOST_YEARS:]
        for at in range(start, end):
            if words[at].topical and words[at].word.isdecimal():
                yield from (Synonym(at, at + 1, (str(year),)) for year in nearest)


def _other_names(pointed: Iterable[Pointed], tokenizer: Tokenizer) -> Iterator[Synonym]:
    """The other names of the party of a contract, or of the part of a text."""
    for start, end, pointer in pointed:
        if names := _NAMES[pointer.kind](int(pointer.value)) if pointer.kind in _NAMES else ():
            yield from (Synonym(start, end, tokenizer.words(name)) for name in names)


def _words(
    text: str, tokens: Sequence[Token], lexicon: Lexicon, vocabulary: Vocabulary
) -> tuple[QueryWord, ...]:
    vocabulary.held(token.text for token in tokens)  # looks all of them up at once
    told_apart = written_words(text)
    return tuple(
        _word(text, token, told_apart.get(Span(token.start, token.end)), lexicon, vocabulary)
        for token in tokens
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


def _is_known(word: QueryWord) -> bool:
    sign = word.written is not None and bool(word.written.sign)
    return sign or word.row is not None or word.word[0].isdigit()


def _numbers(
    text: str, tokens: Sequence[Token], words: Sequence[QueryWord], dated: Set[int], tokenizer: Tokenizer
) -> list[list[NumberForm]]:
    """The forms of each number that is no part of a date, its own first."""
    return [
        [*number_forms(words, asked, tokenizer)]
        for asked in asked_numbers(words, _joined(text, tokens))
        if dated.isdisjoint(range(asked.start, asked.end))
    ]


def _other_forms(numbers: Sequence[Sequence[NumberForm]]) -> Iterator[NumberForm]:
    """The forms of numbers, without those that are one word of the question."""
    for own, *others in numbers:
        yield from [own, *others] if len(own.words) > 1 else others


def _joined(text: str, tokens: Sequence[Token]) -> frozenset[int]:
    """The positions of Latin words and digits that follow others of these without a space."""
    return frozenset(
        at
        for at, (one, following) in enumerate(pairwise(tokens), start=1)
        if one.end == following.start and text[one.end - 1 : one.end + 1].isascii()
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


def _chinese_names(
    words: Sequence[QueryWord], clauses: Sequence[Clause], lexicon: Lexicon, vocabulary: Vocabulary
) -> list[Synonym]:
    """Chinese names in the other script, as the library has them."""
    known = [translated(clause) >= tuning.WELL_TRANSLATED for clause in clauses]
    spelled = [*latin_spellings(words, known, lexicon)]
    held = vocabulary.held(word for name in spelled for word in name.words)
    found = [name for name in spelled if held.issuperset(name.words)]
    if vocabulary.names is not None:
        found = [*vocabulary.names.held(found), *vocabulary.names.spelled(words, known)]
    return [Synonym(*name) for name in found]


def _held(synonyms: Sequence[Synonym], vocabulary: Vocabulary) -> list[Synonym]:
    """Those whose words are all in the library."""
    held = vocabulary.held(word for synonym in synonyms for word in synonym.words)
    return [synonym for synonym in synonyms if held.issuperset(synonym.words)]


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
    words: Sequence[QueryWord], text: str, tokenizer: Tokenizer, vocabulary: Vocabulary
) -> list[Synonym]:
    """The other forms of the words that their writing tells apart, if the library has them."""
    found = dict.fromkeys(written_forms(words, text, tokenizer))
    forms = [Synonym(f.start, f.end, f.words, f.similarity, written=f.written) for f in found]
    return _held(forms, vocabulary)


def _variants(
    text: str,
    words: Sequence[QueryWord],
    neighbours: Neighbours,
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


def _unmet(
    words: Sequence[QueryWord], synonyms: Sequence[Synonym], dated: Set[int], vocabulary: Vocabulary
) -> list[int]:
    """The places of words that the library lacks and has in no other form. Those of dates are none."""
    frequencies = vocabulary.frequencies
    met = dated | {
        at
        for start, end, other, *_ in synonyms
        if all(word in frequencies for word in other)
        for at in range(start, end)
    }
    return [at for at, word in enumerate(words) if at not in met and word.word not in frequencies]


def _misspelt(
    words: Sequence[QueryWord], unmet: Sequence[int], lexicon: Lexicon, vocabulary: Vocabulary
) -> Iterator[Synonym]:
    """What the ``unmet`` words may be misspellings of, likeliest first."""
    if (beginning := vocabulary.beginning) is None:
        return
    for at in islice((at for at in unmet if may_be_misspelt(words[at], lexicon)), _MOST_MISSPELT):
        for other in near_spellings(words[at], lexicon, beginning, vocabulary.held):
            yield Synonym(at, at + 1, (other,), tuning.MISSPELT)


def _homophones(
    words: Sequence[QueryWord],
    unmet: Sequence[int],
    tokenizer: Tokenizer,
    lexicon: Lexicon,
    vocabulary: Vocabulary,
) -> Iterator[tuple[int, Synonym]]:
    """What sounds like the ``unmet`` words, or like characters that stand seldom alone, in the library.

    With the place of each its longest words, and few.
    """
    rare = {*unmet, *(at for at, word in enumerate(words) if _is_rare(word.word, vocabulary))}
    proposed = [(one, tokenizer.words(one.word)) for one in homophones(words, rare, lexicon)]
    held = vocabulary.held(word for _, cut in proposed for word in cut)
    taken: dict[int, list[str]] = {}
    for one, cut in proposed:
        known = taken.setdefault(one.wrong, [])
        if held.issuperset(cut) and len(known) < _MOST_HEARD and len(one.word) >= len("".join(known[:1])):
            known.append(one.word)
            yield one.wrong, Synonym(one.start, one.end, cut, tuning.MISSPELT)


def _is_rare(character: str, vocabulary: Vocabulary) -> bool:
    often = vocabulary.frequencies.get(character, 0)
    return len(character) == 1 and is_han(character) and often <= tuning.RARE_CHARACTER * vocabulary.passages


def _as_meant(
    words: tuple[QueryWord, ...], meant: Mapping[int, str], vocabulary: Vocabulary
) -> tuple[QueryWord, ...]:
    """The words, misspelt ones with the weight of what they mean, by their places: they only look rare."""
    return tuple(
        replace(word, meant=meant[at], weight=vocabulary.importance(meant[at])) if at in meant else word
        for at, word in enumerate(words)
    )


def _crowded(clauses: Sequence[Clause], words: Sequence[QueryWord], vocabulary: Vocabulary) -> list[Clause]:
    """The clauses weighed for a large library, where names that sound alike count in part as well."""
    sounds = vocabulary.sounds if vocabulary.crowding > _HEARD else None
    heard = [*sounds.like(words, [*map(translated, clauses)])] if sounds else []
    found = [weighed(clause, vocabulary) for clause in clauses]
    for start, end, other, score in heard:
        share = vocabulary.crowding * score**tuning.SIMILARITY_POWER
        for at in range(start, end):
            found[at] = (*found[at], (" ".join(other), words[at].weight * share))
    return found
