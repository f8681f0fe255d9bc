"""Questions as the search legs see them, against naive definitions."""

from __future__ import annotations

import math
from collections.abc import Sequence

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from made_up import CHINESE, ENGLISH, TOKENIZER, lexicon

from index.lexicon.dictionary import bundled_dictionary
from index.lexicon.lexicon import Floats, Ids, Lexicon, bundled_lexicon, bundled_tokenizer
from index.text.fold import fold_text
from qa import tuning
from qa.linguistics.cues import ASKS
from qa.question import vocabulary as module
from qa.question.analysis import analyse
from qa.question.clauses import weighed
from qa.question.query import Query
from qa.question.translating import phrases
from qa.question.vocabulary import LazyFrequencies, Vocabulary
from qa.question.written import is_function_word

LEXICON = lexicon()
WORDS = [*CHINESE, *ENGLISH]
FREQUENCIES = {"长桥": 3, "bridge": 5, "engineer": 1, "设计": 2, "1240": 1, "ferry": 4, "的": 9, "vercept": 2}


def cosine(one: str, other: str) -> float:
    a, b = LEXICON.vectors(LEXICON.ids([one, other]))
    return float(a @ b)


def naive_neighbours(word: str, frequencies: dict[str, int]) -> dict[str, float]:
    found = {other: cosine(word, other) for other in frequencies if LEXICON.id(other) is not None}
    near = sorted(found, key=lambda other: -found[other])[: tuning.EXPANSIONS]
    return {other: found[other] for other in near if found[other] > tuning.MIN_SIMILARITY}


@settings(deadline=None)
@given(
    st.dictionaries(st.sampled_from([*WORDS, "vercept", "1240"]), st.integers(1, 9)),
    st.lists(st.sampled_from(WORDS), max_size=4),
)
def test_neighbours_are_the_nearest_words_of_the_library(
    frequencies: dict[str, int], asked: list[str]
) -> None:
    vocabulary = Vocabulary(frequencies, 10, LEXICON)
    found = vocabulary.neighbours(LEXICON.ids(asked).tolist())
    assert len(found) == len(asked)
    for word, near in zip(asked, found, strict=True):
        assert dict(near) == pytest.approx(naive_neighbours(word, frequencies), abs=1e-5)
        assert near == sorted(near, key=lambda pair: (-pair[1], pair[0]))


@settings(deadline=None)
@given(
    st.dictionaries(st.sampled_from([*WORDS, "vercept", "1240"]), st.integers(1, 9)),
    st.lists(st.sampled_from(WORDS), max_size=4),
)
def test_words_looked_up_are_as_words_held(frequencies: dict[str, int], asked: list[str]) -> None:
    held = Vocabulary(frequencies, 10, LEXICON)
    looked_up = LazyFrequencies(lambda words: [frequencies.get(word, 0) for word in words])
    vocabulary = Vocabulary(looked_up, 10, LEXICON)
    rows = LEXICON.ids(asked).tolist()
    for found, expected in zip(vocabulary.neighbours(rows), held.neighbours(rows), strict=True):
        assert dict(found) == pytest.approx(dict(expected), abs=1e-5)
    for word in [*WORDS, "vercept", "nowhere"]:
        assert (word in looked_up) == (word in frequencies)
        assert looked_up.get(word, 0) == frequencies.get(word, 0)
        assert vocabulary.importance(word) == held.importance(word)


def test_no_word_is_looked_up_twice_and_not_all_are_kept(monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[str] = []

    def look_up(words: Sequence[str]) -> list[int]:
        asked.extend(words)
        return [0 for _ in words]

    monkeypatch.setattr(module, "_LOOKED_UP", 3)
    looked_up = LazyFrequencies(look_up)
    for word in "aabbaab":
        assert word not in looked_up
    assert asked == ["a", "b"]
    for word in "cdefgh":
        looked_up.get(word, 0)
    assert len(looked_up._known) <= 3


def test_only_so_many_neighbours_are_taken(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(tuning, "EXPANSIONS", 3)
    monkeypatch.setattr(tuning, "MIN_SIMILARITY", -1.0)
    (near,) = Vocabulary(dict.fromkeys(WORDS, 1), 10, LEXICON).neighbours(LEXICON.ids(["bridge"]).tolist())
    assert dict(near) == pytest.approx(naive_neighbours("bridge", dict.fromkeys(WORDS, 1)), abs=1e-5)
    assert near[0] == ("bridge", pytest.approx(1, abs=0.01)) and len(near) == 3


def test_many_words_are_compared_block_by_block(monkeypatch: pytest.MonkeyPatch) -> None:
    rows = LEXICON.ids(WORDS).tolist()
    expected = Vocabulary(FREQUENCIES, 10, LEXICON).neighbours(rows)
    monkeypatch.setattr(module, "_COMPARED", 0)
    monkeypatch.setattr(module, "_BLOCK", 2)
    assert LEXICON.nearest is None
    found = Vocabulary(FREQUENCIES, 10, LEXICON).neighbours(rows)
    assert [[word for word, _ in near] for near in found] == [[word for word, _ in near] for near in expected]


def test_neighbours_are_sought_once(monkeypatch: pytest.MonkeyPatch) -> None:
    vocabulary = Vocabulary(FREQUENCIES, 10, LEXICON)
    rows = LEXICON.ids(WORDS).tolist()
    expected = vocabulary.neighbours(rows)
    held = vocabulary._held
    sought: list[int] = []

    def counted(proposed: Sequence[tuple[Ids, Floats]]) -> list[list[tuple[str, float]]]:
        sought.append(len(proposed))
        return held(proposed)

    monkeypatch.setattr(vocabulary, "_held", counted)
    assert vocabulary.neighbours(rows[::-1]) == expected[::-1] and not sought
    monkeypatch.setattr(module, "_NEIGHBOURS_KEPT", 3)
    for row, near in zip(rows, expected, strict=True):
        assert vocabulary.neighbours([row]) == [near]
        assert len(vocabulary._known) <= 4
    assert sum(sought) == len(rows)


def test_an_index_proposes_the_neighbours_in_a_large_library(monkeypatch: pytest.MonkeyPatch) -> None:
    bundled = bundled_lexicon()
    drawn = np.random.default_rng(3).integers(0, len(bundled), 40_000)
    frequencies = {bundled.words[row]: 1 for row in drawn}
    rows = bundled.ids(["bridge", "桥梁", "salary", "工程师", "the", "的", "museum", "贷款"]).tolist()
    exact = Vocabulary(frequencies, 10, bundled)
    monkeypatch.setattr(exact._lexicon, "nearest", None)
    expected = exact.neighbours(rows)
    monkeypatch.undo()
    looked_up = LazyFrequencies(lambda words: [frequencies.get(word, 0) for word in words])
    for held in (frequencies, looked_up):
        found = Vocabulary(held, 10, bundled).neighbours(rows)
        shared = [len({*dict(a)} & {*dict(b)}) for a, b in zip(found, expected, strict=True)]
        assert sum(shared) >= 0.85 * sum(map(len, expected))
        for near, wanted in zip(found, expected, strict=True):
            assert near == sorted(near, key=lambda pair: (-pair[1], pair[0]))
            cosines = dict(wanted)
            assert all(cosines.get(word, cosine) == pytest.approx(cosine, abs=1e-5) for word, cosine in near)


def test_what_the_index_proposes_too_little_of_is_compared_whole(monkeypatch: pytest.MonkeyPatch) -> None:
    bundled = bundled_lexicon()
    words = [bundled.words[row] for row in range(0, len(bundled), 400)]
    rows = bundled.ids(["bridge", "桥梁", "salary", "qatar", "的"]).tolist()
    expected = Vocabulary(dict.fromkeys(words, 1), 10, bundled).neighbours(rows)
    monkeypatch.setattr(module, "_COMPARED", 0)
    monkeypatch.setattr(module, "_PROPOSED", 40)
    found = Vocabulary(dict.fromkeys(words, 1), 10, bundled).neighbours(rows)
    for near, wanted in zip(found, expected, strict=True):
        assert dict(near) == pytest.approx(dict(wanted), abs=1e-5)


def test_importance_is_rarity_in_general_and_here() -> None:
    vocabulary = Vocabulary(FREQUENCIES, 10, LEXICON)
    for word in ("bridge", "engineer", "的"):
        general = max(0.0, -LEXICON.log_probability(word) - 5) / 8
        count = FREQUENCIES[word]
        here = math.log(1 + (10 - count + 0.5) / (count + 0.5)) / math.log(11)
        expected = (1 - tuning.LIBRARY_SHARE) * general + tuning.LIBRARY_SHARE * here
        assert vocabulary.importance(word) == pytest.approx(expected)
    # What the library lacks counts by its rarity in general alone.
    assert vocabulary.importance("tea") == pytest.approx(max(0.0, -LEXICON.log_probability("tea") - 5) / 8)
    assert vocabulary.importance("vercept") > vocabulary.importance("的")


@given(st.integers(0, 50), st.integers(1, 50))
def test_importance_is_never_negative_and_falls_with_frequency(frequency: int, more: int) -> None:
    passages = frequency + more
    rarer = Vocabulary({"bridge": frequency} if frequency else {}, passages, LEXICON)
    commoner = Vocabulary({"bridge": frequency + more}, passages, LEXICON)
    assert commoner.importance("bridge") >= 0
    if frequency:
        assert rarer.importance("bridge") > commoner.importance("bridge")


def analysed(text: str, lexicon: Lexicon = LEXICON) -> Query:
    return analyse(text, TOKENIZER, lexicon, Vocabulary(FREQUENCIES, 10, lexicon))


def test_words_are_shown_as_asked_and_matched_folded() -> None:
    query = analysed("長橋的 Engineer’s design？")
    assert [word.text for word in query.words] == ["長橋", "的", "Engineer’s", "design"]
    assert [word.word for word in query.words] == ["长桥", "的", "engineer", "design"]
    assert [word.row for word in query.words] == LEXICON.ids([word.word for word in query.words]).tolist()
    assert query.weight == pytest.approx(sum(word.weight for word in query.words))


def test_words_without_a_topic() -> None:
    topical = {
        word.word: word.topical for word in analysed("谁设计的长桥，多少米？ who, how, the bridge").words
    }
    assert {word for word, topic in topical.items() if topic} == {"设计", "长桥", "米", "bridge"}


@pytest.mark.parametrize("question", ["快几倍", "快幾倍", "高几米", "几号", "几点", "哪一个", "何处"])
def test_question_words_with_what_they_count_are_no_topic(question: str) -> None:
    cut = bundled_tokenizer().words(fold_text(question))
    assert ASKS.fullmatch(cut[-1]) and is_function_word(cut[-1])


def test_a_word_the_lexicon_lacks_matches_itself_alone() -> None:
    query = analysed("Vercept")
    assert query.words[0].row is None
    assert query.clauses == ((("vercept", query.words[0].weight),),)


@settings(deadline=None)
@given(st.lists(st.sampled_from([*WORDS, "vercept", "1240", "，"]), max_size=6).map(" ".join))
def test_clauses_hold_each_word_and_its_neighbours(text: str) -> None:
    query = analysed(text)
    assert len(query.clauses) == len(query.words)
    for word, clause in zip(query.words, query.clauses, strict=True):
        weights = dict(clause)
        assert clause[0] == (word.word, word.weight) and len(weights) == len(clause)
        near = naive_neighbours(word.word, FREQUENCIES) if word.row is not None else {}
        expected = {other: word.weight * c**tuning.SIMILARITY_POWER for other, c in near.items()}
        assert weights == pytest.approx({**expected, word.word: word.weight}, abs=1e-5)


def test_in_a_large_library_translations_count_more_and_common_synonyms_less() -> None:
    few, many = tuning.CROWDED
    clause = (("bridge", 1.2), ("ferry", 0.6), ("vercept", 0.6), ("长桥", 0.4), ("设计", 0.1))

    def counted(passages: int) -> dict[str, float]:
        frequencies = {"ferry": passages // 2, "vercept": 1}
        return dict(weighed(clause, Vocabulary(frequencies, passages, LEXICON)))

    small, between, large = counted(few), counted(int((few * many) ** 0.5)), counted(many)
    assert small == pytest.approx(dict(clause))
    assert small["bridge"] == between["bridge"] == large["bridge"]
    assert small["长桥"] < between["长桥"] < large["长桥"]
    assert large["长桥"] == pytest.approx(1.2 * tuning.BEST_TRANSLATION)
    assert large["设计"] / large["长桥"] == pytest.approx(small["设计"] / small["长桥"])
    importance = Vocabulary({"ferry": many // 2}, many, LEXICON).importance("ferry")
    assert large["ferry"] < between["ferry"] < small["ferry"]
    assert large["ferry"] == pytest.approx(0.6 * min(1, importance / 1.2))
    assert large["vercept"] > large["ferry"]
    # A strong translation stays, and a larger library changes no more.
    strong = (("bridge", 1.0), ("长桥", 0.9))
    assert weighed(strong, Vocabulary({}, many, LEXICON)) == strong
    assert counted(10 * many)["长桥"] == large["长桥"]


@pytest.mark.parametrize(
    ("text", "language"),
    [("Who designed it?", "en"), ("谁设计的？", "zh"), ("誰設計的？", "zh"), ("1958?", "un")],
)
def test_the_language_of_a_question(text: str, language: str) -> None:
    assert analysed(text).language == language
    assert analysed(text).folded == fold_text(text)


def test_a_library_without_articles_has_no_neighbours() -> None:
    vocabulary = Vocabulary({}, 0, LEXICON)
    assert vocabulary.neighbours([0, 1]) == [[], []]
    query = analyse("长桥 vercept", TOKENIZER, LEXICON, vocabulary)
    assert [len(clause) for clause in query.clauses] == [1, 1]


def test_a_question_of_punctuation_has_no_words() -> None:
    query = analysed("？！…")
    assert (query.words, query.clauses, query.weight) == ((), (), 0)


# Translations

BUNDLED = bundled_lexicon()
CUT = bundled_tokenizer()


def translated(text: str, *library: str) -> set[tuple[int, int, str]]:
    """The synonyms of a question in a library of these words, by the bundled dictionary."""
    vocabulary = Vocabulary(dict.fromkeys(library, 1), 10, BUNDLED)
    query = analyse(text, CUT, BUNDLED, vocabulary, None, bundled_dictionary())
    for start, end, words, similarity, *_ in query.synonyms:
        assert 0 < similarity <= tuning.TRANSLATION
        for i in range(start, end):
            assert " ".join(words) in dict(query.clauses[i])
    return {(start, end, " ".join(words)) for start, end, words, *_ in query.synonyms}


@pytest.mark.parametrize(
    ("question", "library", "found"),
    [
        ("Who baked mooncakes?", ["月饼"], (2, 3, "月饼")),
        ("annual leave days", ["年", "假"], (0, 2, "年 假")),
        ("annual leave days", ["年", "天"], None),  # only some of the words
        ("多少年假", ["annual", "leaves"], (1, 3, "annual leaves")),  # the last word inflected
        ("多少年假", ["vacation"], (1, 3, "vacation")),  # a neighbour of what the tokenizer has split
        ("洗一次牙多少钱", ["scaling", "and", "polishing"], (0, 1, "scaling and polishing")),
        ("洗一次牙多少钱", ["scaling", "and", "polishing"], (2, 3, "scaling and polishing")),
        ("洗衣服刷牙多少钱", ["scaling", "and", "polishing"], None),  # other words between
        ("哪里洗照片", ["who"], None),  # no topic
        ("这条河有多长", ["长三", "里"], (5, 6, "长三")),  # as the tokenizer cuts 长三里
        ("它有多重", ["重", "950", "克"], (2, 3, "重")),
        ("它有多重", ["heavy"], (2, 3, "heavy")),
    ],
)
def test_words_of_the_question_get_their_translations(
    question: str, library: list[str], found: tuple[int, int, str] | None
) -> None:
    synonyms = translated(question, *library)
    assert found in synonyms if found else not synonyms


def test_a_long_question_has_fewphrases() -> None:
    """Their number grows in step with the question."""
    words = analyse("长桥 " * 400, TOKENIZER, LEXICON, Vocabulary({}, 1, LEXICON)).words
    assert 400 < len(list(phrases(words, LEXICON))) < 2_000


def test_translations_are_the_same_when_frequencies_are_looked_up() -> None:
    looked_up = LazyFrequencies(lambda words: [int(word in ("年", "假")) for word in words])
    vocabulary = Vocabulary(looked_up, 10, BUNDLED)
    query = analyse("annual leave days", CUT, BUNDLED, vocabulary, None, bundled_dictionary())
    assert {(start, end, " ".join(words)) for start, end, words, *_ in query.synonyms} == {(0, 2, "年 假")}
