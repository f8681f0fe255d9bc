"""The other forms and spellings of a question's Latin words, against tables and naive definitions."""

from __future__ import annotations

from collections.abc import Sequence

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from index.lexicon.lexicon import bundled_lexicon
from index.text.tokenizer import Tokenizer
from qa import tuning
from qa.question.analysis import analyse
from qa.question.query import Query, QueryWord
from qa.question.variants import may_be_misspelt, near_spellings, within
from qa.question.vocabulary import LazyFrequencies, Vocabulary
from qa.retrieval.matcher import Matcher

LEXICON = bundled_lexicon()
TOKENIZER = Tokenizer(LEXICON.frequencies())


def beginning(words: Sequence[str], prefixes: Sequence[str]) -> list[list[str]]:
    return [[word for word in words if word.startswith(prefix)] for prefix in prefixes]


def asked(question: str, words: Sequence[str]) -> Query:
    """The question in a library of these words."""
    frequencies = dict.fromkeys(words, 1)
    vocabulary = Vocabulary(frequencies, 9, LEXICON, beginning=lambda some: beginning(words, some))
    query = analyse(question, TOKENIZER, LEXICON, vocabulary)
    looked_up = LazyFrequencies(lambda some: [frequencies.get(word, 0) for word in some])
    vocabulary = Vocabulary(looked_up, 9, LEXICON, beginning=lambda some: beginning(words, some))
    assert analyse(question, TOKENIZER, LEXICON, vocabulary).synonyms == query.synonyms
    return query


def met(question: str, passage: str) -> tuple[Query, float]:
    """The least match of a topical word of the question, in the passage."""
    words = TOKENIZER.words(passage)
    query = asked(question, words)
    best = Matcher(query, LEXICON, TOKENIZER).best(words)
    topical = [at for at, word in enumerate(query.words) if word.topical]
    # What matches is proposed by the search by words as well.
    for at in topical:
        names = {name for name, _ in query.clauses[at]}
        assert best[at] == 0 or any(set(name.split()) <= set(words) for name in names)
    return query, min(float(best[at]) for at in topical)


@pytest.mark.parametrize(
    ("question", "passage"),
    [
        # Inflected words that the lexicon lacks.
        ("quokka", "Quokkas live here."),
        ("quokkas", "A quokka lives here."),
        ("cassowary", "cassowaries"),
        ("glamping", "We glamp."),
        ("onboarded", "onboarding"),
        # Joined, spaced, with hyphens.
        ("timesheets", "Time sheets are due."),
        ("timesheet", "time-sheets"),
        ("time sheets", "timesheets"),
        ("time sheet", "timesheets"),
        ("co-operation", "cooperation"),
        ("check-in", "the checkin"),
        ("checkin", "check-in"),
        ("well-being", "wellbeing"),
        ("xrays", "X-rays"),
        ("Wi-Fi", "WiFi"),
        ("WiFi", "wi-fi"),
        # Spelled in British or American English, or with an umlaut.
        ("pyjamas", "pajamas"),
        ("ploughs", "plows"),
        ("litres", "liters"),
        ("enrolment", "enrollment"),
        ("paediatrics", "pediatrics"),
        ("archeology", "archaeology"),
        ("Schroedinger", "Schrödinger"),
        ("Schrödinger", "Schroedinger"),
        ("Zuerich", "Zürich"),
        ("Ørsted", "Oersted"),
        # Runs of digits.
        ("62751234", "010-6275 1234"),
        ("6275 1234", "01062751234 and 62751234"),
        ("13800138000", "138 0013 8000"),
        ("138-0013-8000", "13800138000"),
        ("4008123123", "4008-123-123"),
    ],
)
def test_a_word_meets_its_other_forms(question: str, passage: str) -> None:
    query, least = met(question, passage)
    assert least >= (1.0 if question[0].isdigit() else tuning.ALIAS_SIMILARITY) - 1e-6
    assert not any(word.meant for word in query.words)


@pytest.mark.parametrize(
    ("question", "passage"),
    [
        ("restaraunt", "restaurant"),
        ("resturant", "restaurant"),
        ("accomodation", "accommodation"),
        ("seperate", "separate"),
        ("Gutteres", "Guterres"),
        ("Fitzgerlad", "Fitzgerald"),
        ("pharmecy", "pharmacy"),
        ("inurance", "insurance"),
        ("Cincinatti", "Cincinnati"),
        ("Schwarzeneger", "Schwarzenegger"),
    ],
)
def test_a_misspelt_word_meets_what_is_meant_and_counts_less(question: str, passage: str) -> None:
    query, least = met(question, passage)
    assert least >= tuning.MISSPELT - 1e-6
    (word,) = query.words
    (right,) = TOKENIZER.words(passage)
    assert word.text == question and word.meant == right
    assert query.meant == (right,)
    # It weighs as much as the right one.
    assert word.weight == asked(passage, [right]).words[0].weight


@pytest.mark.parametrize(
    ("question", "passage"),
    [
        ("Hanson", "Hansen"),  # the lexicon knows both
        ("Peterson", "Petersen"),
        ("Bexley", "Brexley"),
        ("Smyth", "Smith"),
        ("sarong", "strong"),
        ("pond", "pound"),
        ("quoka", "Woquoka"),  # another first letter
        ("quok", "quoka"),  # too short to tell
        ("quokka", "quokkitas"),  # too far
        ("620", "621"),
        ("6275123", "6275124"),
        ("6275123", "6275 and 123 more 51"),
        ("insight", "in sight"),
        ("carpet", "the pet in a car"),
        ("a part", "apart"),
        ("news", "new"),
    ],
)
def test_what_only_looks_alike_does_not_match(question: str, passage: str) -> None:
    query, least = met(question, passage)
    assert least < 0.7
    assert not any(word.meant for word in query.words)


def test_what_the_library_has_is_not_misspelt() -> None:
    query = asked("Who is Gutteres?", ["gutteres", "guterres"])
    assert query.synonyms == () and query.meant == ("who", "is", "gutteres")


def test_an_inflected_word_that_the_lexicon_knows_is_not_misspelt() -> None:
    query = asked("primes", ["prime"])
    assert query.synonyms == () and query.meant == ("primes",)


def test_no_more_than_some_words_are_looked_for() -> None:
    assert len(asked("restaraunt " * 40, ["restaurant"]).synonyms) == 16


def test_of_several_likely_words_the_commonest_is_meant() -> None:
    query = asked("quokky", ["quokka", "quokks", "quokke", "quokko", "quick"])
    assert len(query.synonyms) == 3  # and no more
    assert asked("reastaurant", ["restaurant", "restauranx"]).meant == ("restaurant",)


def distance(one: str, other: str) -> int:
    """Optimal string alignment, by the definition."""
    rows = [[i + j if not i * j else 0 for j in range(len(other) + 1)] for i in range(len(one) + 1)]
    for i in range(1, len(one) + 1):
        for j in range(1, len(other) + 1):
            changed = rows[i - 1][j - 1] + (one[i - 1] != other[j - 1])
            rows[i][j] = min(rows[i - 1][j] + 1, rows[i][j - 1] + 1, changed)
            if i > 1 and j > 1 and one[i - 2 : i] == other[j - 2 : j][::-1]:
                rows[i][j] = min(rows[i][j], rows[i - 2][j - 2] + 1)
    return rows[-1][-1]


@given(st.text("abc", max_size=7), st.text("abc", max_size=7), st.integers(0, 3))
def test_errors_are_counted_as_defined(one: str, other: str, most: int) -> None:
    assert within(one, other, most) == (distance(one, other) <= most)


@settings(deadline=None, max_examples=300)
@given(
    st.text("qxz", min_size=4, max_size=9).map(lambda end: "q" + end).filter(lambda w: LEXICON.id(w) is None),
    st.lists(st.text("qxz", min_size=4, max_size=10), max_size=60),
)
def test_the_words_meant_are_the_nearest_ones(written: str, vocabulary: list[str]) -> None:
    words = sorted({*vocabulary, *(one + written[1:3] for one in vocabulary)} - {written})
    word = QueryWord(written, written, 1.0, None, True)
    assert may_be_misspelt(word, LEXICON)
    found = near_spellings(word, LEXICON, lambda some: beginning(words, some), {*words}.intersection)
    most = 2 if len(written) >= 8 else 1
    near = {
        other: errors
        for other in words
        if other[0] == written[0]
        and (errors := distance(written, other)) <= most
        # Two errors are looked for after the third letter alone.
        and (errors < 2 or other[:3] == written[:3])
    }
    best = [other for other, errors in near.items() if errors == min(near.values())]
    assert len(found) == min(3, len(best)) and set(found) <= set(best)
