"""Matching a question with texts, against brute force over all pairs of words."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st
from made_up import CHINESE, ENGLISH, TOKENIZER, a_passage, lexicon

from index.lexicon.lexicon import bundled_lexicon, bundled_tokenizer
from qa import tuning
from qa.question.analysis import analyse
from qa.question.vocabulary import Vocabulary
from qa.retrieval.matcher import Matcher, best_of_rows

LEXICON = lexicon()
WORDS = st.lists(st.sampled_from([*CHINESE, *ENGLISH, "vercept", "1240"]), max_size=6)


def matcher(question: str) -> Matcher:
    query = analyse(question, TOKENIZER, LEXICON, Vocabulary({}, 0, LEXICON))
    return Matcher(query, LEXICON, TOKENIZER)


def similarity(one: str, other: str) -> float:
    if one == other:
        return 1.0
    a, b = LEXICON.vectors(LEXICON.ids([one, other]))
    cosine = float(a @ b)
    return cosine if cosine > tuning.MIN_SIMILARITY else 0.0


@settings(deadline=None)
@given(WORDS, WORDS)
def test_similarities_best_and_coverage(asked: list[str], words: list[str]) -> None:
    subject = matcher(" ".join(asked))
    expected = np.array([[similarity(q, w) for w in words] for q in asked]).reshape(len(asked), len(words))
    assert subject.similarities(words) == pytest.approx(expected, abs=1e-5)
    best = [max(row, default=0.0) for row in expected]
    assert subject.best(words) == pytest.approx(best, abs=1e-5)
    assert best_of_rows(subject.similarities(words)) == pytest.approx(best, abs=1e-5)

    weights = [word.weight if word.topical else 0.0 for word in subject.query.words]
    covered = sum(w * b**tuning.SIMILARITY_POWER for w, b in zip(weights, best, strict=True))
    share = covered / sum(weights) if sum(weights) else 0.0
    assert subject.coverage(subject.best(words)) == pytest.approx(share, abs=1e-4)


def test_of_what_weighs_nothing_nothing_is_covered() -> None:
    asked = matcher("museum bridge")
    best = np.ones((2, 2), dtype=np.float32)
    for factors in ([0.0, 0.0], [-1e-7, 0.0]):  # a cosine rounded up makes a factor fall below 0
        assert asked.coverage(best, np.array(factors, dtype=np.float32)).tolist() == [0.0, 0.0]


def test_coverage_runs_from_nothing_to_all() -> None:
    subject = matcher("长桥 engineer 1240 的")
    assert subject.coverage(subject.zeros()) == 0
    assert subject.coverage(subject.best(["长桥", "engineer", "1240"])) == pytest.approx(1)
    assert 0 < subject.coverage(subject.best(["1240"])) < 1
    assert matcher("的 the").coverage(matcher("的 the").best(["的", "the"])) == 0  # nothing to cover


def test_factors_change_what_words_weigh() -> None:
    subject = matcher("长桥 engineer")
    best = subject.best(["长桥"])
    first, second = (word.weight for word in subject.query.words)
    other = similarity("engineer", "长桥") ** tuning.SIMILARITY_POWER
    factors = np.array([3, 1], dtype=np.float32)
    expected = (3 * first + second * other) / (3 * first + second)
    assert subject.coverage(best, factors) == pytest.approx(expected, abs=1e-5)
    assert subject.coverage(best, np.zeros(2, dtype=np.float32)) == 0


FACTORS = st.lists(st.lists(st.floats(-1, 2, width=32), min_size=6, max_size=6), min_size=1, max_size=4)


@settings(deadline=None)
@given(WORDS, st.lists(WORDS, min_size=1, max_size=3), FACTORS)
def test_coverages_are_those_of_one_kind_at_a_time(
    asked: list[str], texts: list[list[str]], kinds: list[list[float]]
) -> None:
    subject = matcher(" ".join(asked))
    best = np.stack([subject.best(words) for words in texts])
    factors = np.array(kinds, dtype=np.float32)[:, : len(subject.query.words)]
    totals = np.abs((subject.weights * factors).sum(axis=1))
    factors = factors[(totals == 0) | (totals > 0.1)]  # where they nearly cancel, rounding decides
    assume(len(factors))
    expected = np.stack([subject.coverage(best, of_one) for of_one in factors])
    weights = np.repeat((subject.weights * factors)[:, None], len(texts), axis=1)
    found = subject.coverages(np.stack([best for _ in factors]), weights)
    assert np.allclose(found, expected, atol=1e-3)


@settings(deadline=None, max_examples=50)
@given(WORDS, WORDS, st.integers(0, 1000))
def test_matches_stand_at_their_places(asked: list[str], words: list[str], start: int) -> None:
    subject = matcher(" ".join(asked))
    passage = a_passage("、".join(words), start=start)
    found = subject.matches(passage)
    topical = [word for word in subject.query.words if word.topical and word.weight > 0]
    expected = [
        w for w in words if any(similarity(q.word, w) >= tuning.MIN_SHOWN_SIMILARITY for q in topical)
    ]
    assert [TOKENIZER.words(match.text)[0] for match in found] == expected
    article = " " * start + passage.text
    for match in found:
        assert article[match.start : match.end] == match.text
        (word,) = TOKENIZER.words(match.text)
        best = max(similarity(q.word, word) for q in topical)
        assert match.similarity == pytest.approx(best, abs=1e-5)
        assert similarity(TOKENIZER.words(match.word)[0], word) == pytest.approx(best, abs=1e-5)


def test_a_match_shows_the_text_and_the_question_as_written() -> None:
    passage = a_passage("長橋全長 １，２４０ 公尺", start=7)
    found = {match.text: match for match in matcher("长桥 1240").matches(passage)}
    assert (found["長橋"].word, found["長橋"].similarity, found["長橋"].start) == ("长桥", 1.0, 7)
    assert (found["１，２４０"].word, found["１，２４０"].end) == ("1240", 7 + 10)


def test_words_match_their_translations() -> None:
    lexicon = bundled_lexicon()
    tokenizer = bundled_tokenizer()
    query = analyse("博物馆的屋顶", tokenizer, lexicon, Vocabulary({}, 0, lexicon))
    found = Matcher(query, lexicon, tokenizer).matches(a_passage("The museum has a copper roof."))
    assert [(match.text, match.word) for match in found] == [("museum", "博物馆"), ("roof", "屋顶")]
    assert all(tuning.MIN_SHOWN_SIMILARITY <= match.similarity < 1 for match in found)


def test_a_passage_is_read_once() -> None:
    subject = matcher("长桥")
    passage = a_passage("長橋，ﬁne")
    alignment = subject.align(passage)
    assert subject.align(passage) is alignment
    assert alignment.text.plain is None  # ﬁ becomes two letters: the folded text has other offsets
    assert alignment.similarities.shape == (1, len(alignment.text.starts))
    assert subject.align(a_passage("長橋", number=2)).text.plain == "长桥"


def test_nothing_matches_nothing() -> None:
    assert matcher("？").matches(a_passage("长桥")) == ()
    assert matcher("长桥").matches(a_passage("……")) == ()
    assert matcher("").best(["长桥"]).shape == (0,)
