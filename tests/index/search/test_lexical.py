"""The tantivy index against a naive implementation of the formula in its docstring."""

from __future__ import annotations

import os
from collections.abc import Collection
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from index.search import lexical
from index.search.lexical import LexicalIndex
from index.search.rescoring import K1, B, rescore, rounded
from index.types import Clauses

DOCUMENTS = {
    1: "北京 图书馆 开放 时间",
    2: "北京 北京 上海",
    3: "library opening hours library",
    4: "上海 library",
    5: "人才 " * 30 + "北京",
}


def oracle(documents: dict[int, str], clauses: Clauses) -> dict[int, float]:
    words = {i: text.split() for i, text in documents.items()}
    average = sum(map(len, words.values())) / len(words)
    scores: dict[int, float] = {}
    for i, bag in words.items():
        norm = K1 * (1 - B + B * len(bag) / average)
        for clause in clauses:
            parts = [
                sum(w * bag.count(t) * (K1 + 1) / (bag.count(t) + norm) for t in name.split())
                / len(name.split())
                for name, w in clause
                if set(name.split()) <= set(bag)
            ]
            if parts:
                scores[i] = scores.get(i, 0.0) + max(parts)
    return scores


def build(documents: dict[int, str], folder: Path | None = None) -> LexicalIndex:
    index = LexicalIndex.create(folder)
    index.update([], documents.items())
    return index


def assert_as_oracle(index: LexicalIndex, documents: dict[int, str], clauses: Clauses) -> None:
    expected = oracle(documents, clauses)
    found = index.search(clauses, 100)
    assert {hit.passage: hit.score for hit in found} == pytest.approx(expected, rel=1e-4)
    assert found == sorted(found, key=lambda hit: (-hit.score, hit.passage))


@pytest.mark.parametrize(
    "clauses",
    [
        [[("北京", 1.0)]],
        [[("图书馆", 2.0), ("library", 0.5)], [("北京", 1.0), ("上海", 0.9)]],
        [[("没有", 1.0)], [("hours", 3.0), ("没有", 9.0)]],
        [[("人才", 0.01), ("北京", 0.3)], [("人才", 0.7)]],
        [[("北京 上海", 2.0), ("北京", 0.1)], [("没有 北京", 9.0)], [("library opening hours", 1.5)]],
    ],
)
def test_scores_follow_the_formula(clauses: Clauses) -> None:
    assert_as_oracle(build(DOCUMENTS), DOCUMENTS, clauses)


WORDS = st.sampled_from(["甲", "乙", "丙", "a", "b", "c'd", "10.5", "ß"])
NAMES = st.lists(WORDS, min_size=1, max_size=3).map(" ".join)


@settings(max_examples=25, deadline=None)
@given(
    st.dictionaries(
        st.integers(1, 2**40), st.lists(WORDS, min_size=1, max_size=40).map(" ".join), min_size=1, max_size=8
    ),
    st.lists(st.lists(st.tuples(NAMES, st.floats(0.01, 5)), min_size=1, max_size=4), min_size=1, max_size=4),
)
def test_scores_follow_the_formula_on_any_documents(documents: dict[int, str], clauses: Clauses) -> None:
    assert_as_oracle(build(documents), documents, clauses)


def test_long_documents_differ_by_the_rounding_of_lengths_only() -> None:
    documents = {i: " ".join(f"w{j % (i + 3)}" for j in range(37 * i)) for i in range(1, 30)}
    clauses = [[("w1", 1.0)], [("w5", 1.0), ("w2", 0.5)]]
    found = {hit.passage: hit.score for hit in build(documents).search(clauses, 100)}
    assert found == pytest.approx(oracle(documents, clauses), rel=0.1)


def test_nothing_to_search_for_finds_nothing() -> None:
    index = build(DOCUMENTS)
    assert index.search([], 10) == []
    assert index.search([[("没有", 1.0)], []], 10) == []
    assert index.search([[("北京", 0.0)]], 10) == []
    assert index.search([[("北京", 1.0)]], 0) == []
    assert LexicalIndex.create(None).search([[("北京", 1.0)]], 10) == []


def test_the_best_k_are_kept() -> None:
    index = build({i: "x " * i + "y " * (30 - i) for i in range(1, 30)})
    best = index.search([[("x", 1.0)]], 100)
    assert len(best) == 29
    assert index.search([[("x", 1.0)]], 5) == best[:5]


def test_words_are_counted_by_passage() -> None:
    index = build(DOCUMENTS)
    assert index.document_frequency(["北京", "library", "没有"]) == [3, 2, 0]
    vocabulary = index.vocabulary()
    assert vocabulary["北京"] == 3
    assert set(vocabulary) == {word for text in DOCUMENTS.values() for word in text.split()}


@given(
    st.lists(st.text("ab北", min_size=1, max_size=3), min_size=1, max_size=20),
    st.lists(st.text("ab北", max_size=2), max_size=4),
)
@settings(deadline=None, max_examples=20)
def test_words_are_told_by_their_beginnings(words: list[str], prefixes: list[str]) -> None:
    index = build(dict(enumerate(words)))
    expected = [{word for word in words if word.startswith(prefix)} for prefix in prefixes]
    found = index.words_beginning(prefixes)
    assert [{*words} for words in found] == expected and sum(map(len, found)) == sum(map(len, expected))


def test_removed_and_replaced_passages_are_found_no_more(tmp_path: Path) -> None:
    index = build(DOCUMENTS, tmp_path)
    index.update([2, 4, 99], [(6, "上海 人才")])
    assert [hit.passage for hit in index.search([[("上海", 1.0)]], 10)] == [6]
    assert {hit.passage for hit in index.search([[("北京", 1.0)]], 10)} == {1, 5}
    assert len(index) == 4


def test_weights_hold_while_deleted_passages_still_count(tmp_path: Path) -> None:
    """Tantivy's idf counts deleted passages until they are merged away; the weight must not notice."""
    documents = {i: f"同 w{i}" for i in range(1, 201)}
    index = build(documents, tmp_path)
    index.update(list(range(2, 102)), [])
    assert index.deleted == 100
    (hit,) = index.search([[("w1", 3.0)]], 10)
    assert hit.score == pytest.approx(3.0, rel=1e-4)


def test_a_saved_index_opens_again(tmp_path: Path) -> None:
    before = build(DOCUMENTS, tmp_path).search([[("北京", 1.0)]], 10)
    assert LexicalIndex.open(tmp_path).search([[("北京", 1.0)]], 10) == before
    with pytest.raises(ValueError):
        LexicalIndex.open(tmp_path / "elsewhere")


def assert_within_is_the_sifted_list(
    index: LexicalIndex, clauses: Clauses, k: int, within: Collection[int]
) -> None:
    among = [hit for hit in index.search(clauses, 10_000) if hit.passage in set(within)]
    found = index.search(clauses, k, within)
    assert [hit.score for hit in found] == [hit.score for hit in among[:k]]
    assert set(found) <= set(among)  # equal scores at the end of the list may change places
    assert found == sorted(found, key=lambda hit: (-hit.score, hit.passage))


@settings(max_examples=25, deadline=None)
@given(
    st.dictionaries(
        st.integers(1, 60), st.lists(WORDS, min_size=1, max_size=40).map(" ".join), min_size=1, max_size=30
    ),
    st.lists(st.lists(st.tuples(NAMES, st.floats(0.01, 5)), min_size=1, max_size=4), min_size=1, max_size=4),
    st.integers(0, 9),
    st.one_of(st.sets(st.integers(1, 70)), st.lists(st.integers(1, 70), unique=True)),
)
def test_searching_within_passages_equals_sifting_the_whole_list(
    documents: dict[int, str], clauses: Clauses, k: int, within: Collection[int]
) -> None:
    index = build(documents)
    for longer in (0, 10_000):  # by looking keys up only, and by sifting a longer list first
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr("index.search.lexical._LONGER", longer)
            assert_within_is_the_sifted_list(index, clauses, k, within)


def test_passages_that_meet_the_words_worst_are_found_within_them() -> None:
    """A list twice as long as should do holds none of them: they are looked up."""
    index = build({i: "x " * (40 if i <= 900 else 1) + "y " * 30 for i in range(1, 1001)})
    found = index.search([[("x", 1.0)]], 5, range(901, 1001))
    assert [hit.passage for hit in found] == [901, 902, 903, 904, 905]
    assert_within_is_the_sifted_list(index, [[("x", 1.0)]], 50, range(890, 1001, 3))
    assert index.search([[("x", 1.0)]], 5, range(0)) == []


def test_removed_passages_are_not_found_within(tmp_path: Path) -> None:
    index = build(DOCUMENTS, tmp_path)
    index.update([1], [(9, "北京")])
    assert {hit.passage for hit in index.search([[("北京", 1.0)]], 10, {1, 2, 9})} == {
        hit.passage for hit in index.search([[("北京", 1.0)]], 10) if hit.passage in {2, 9}
    }


def test_lengths_are_rounded_as_tantivy_rounds_them() -> None:
    """Of one word among others that are not asked for, the score tells the length."""
    documents = {i: "x " + "y " * (i - 1) for i in (*range(1, 80), *range(80, 5000, 61))}
    index = build(documents)
    found = {hit.passage: hit.score for hit in index.search([[("x", 1.0)]], 1000)}
    assert {
        hit.passage: hit.score for hit in index.score([[("x", 1.0)]], documents.items())
    } == pytest.approx(found, rel=1e-4)
    assert rounded(np.array([0, 40, 41, 43, 220])).tolist() == [0, 40, 40, 42, 216]


CLAUSES = st.lists(
    st.lists(st.tuples(NAMES, st.floats(0.01, 5)), min_size=1, max_size=4), min_size=1, max_size=4
)


@settings(max_examples=50, deadline=None)
@given(
    st.dictionaries(
        st.integers(1, 60), st.lists(WORDS, min_size=1, max_size=90).map(" ".join), min_size=1, max_size=30
    ),
    CLAUSES,
)
def test_scores_of_given_passages_are_those_of_a_search(documents: dict[int, str], clauses: Clauses) -> None:
    index = build(documents)
    found = index.score(clauses, documents.items())
    assert {hit.passage: hit.score for hit in found} == pytest.approx(
        {hit.passage: hit.score for hit in index.search(clauses, 100)}, rel=1e-4
    )
    assert found == sorted(found, key=lambda hit: (-hit.score, hit.passage))


def two_steps(
    index: LexicalIndex, documents: dict[int, str], clauses: Clauses, k: int, within: Collection[int] | None
) -> list[float] | None:
    proposed = index.propose(clauses, k, within)
    if proposed is None:
        return None
    assert len(set(proposed)) == len(proposed) and set(proposed) <= set(documents)
    assert within is None or set(proposed) <= set(within)
    return [hit.score for hit in index.score(clauses, [(i, documents[i]) for i in proposed])][:k]


@settings(max_examples=100, deadline=None)
@given(
    st.lists(st.lists(WORDS, min_size=1, max_size=40).map(" ".join), min_size=4, max_size=40),
    CLAUSES,
    st.integers(1, 3),
    st.one_of(st.none(), st.sets(st.integers(1, 45)), st.lists(st.integers(1, 45), unique=True)),
    st.sampled_from([0.0, 0.2]),
)
def test_two_steps_find_what_one_finds(
    texts: list[str], clauses: Clauses, k: int, within: Collection[int] | None, least: float
) -> None:
    """Nothing is lost where all clauses propose and as many passages as there are."""
    documents = dict(enumerate(texts, start=1))
    index = build(documents)
    exact = [hit.score for hit in index.search(clauses, 1000, within)]
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(lexical, "LARGE", 0)
        patch.setattr(lexical, "_LEAST", least)
        patch.setattr(lexical, "_MORE", max(0, len(exact) - k))
        patch.setattr(lexical, "_LONGER", 10**9)
        found = two_steps(index, documents, clauses, k, within)
    if not any(" " in name for clause in clauses for name, _ in clause):
        assert (found is None) == (len(exact) < k)
    if found is not None:
        assert found == pytest.approx(exact[:k], rel=1e-4)


def test_two_steps_find_nearly_all_of_what_one_finds(monkeypatch: pytest.MonkeyPatch) -> None:
    """Words come as often as in a language; a clause has more alternatives than propose."""
    random = np.random.default_rng(4)
    words = [f"w{i}" for i in range(2000)]
    share = 1 / np.arange(1, 2001)
    drawn = random.choice(words, size=(3000, 60), p=share / share.sum())
    documents = {i: " ".join(row) for i, row in enumerate(drawn.tolist(), start=1)}
    index = build(documents)
    monkeypatch.setattr(lexical, "LARGE", 0)
    lost = []
    for _ in range(20):
        clauses = [
            [(words[at], weight * cosine) for at, cosine in zip(picked, np.linspace(1, 0.1, 30), strict=True)]
            for picked, weight in zip(random.integers(20, 2000, (4, 30)), (1.0, 0.8, 0.5, 0.1), strict=True)
        ]
        exact = [hit.score for hit in index.search(clauses, 10)]
        found = two_steps(index, documents, clauses, 10, None)
        assert found is not None and len(found) == 10
        lost.append(1 - sum(found) / sum(exact))
    assert 0 <= np.mean(lost) < 0.01


def test_few_passages_are_searched_exactly(monkeypatch: pytest.MonkeyPatch) -> None:
    index = build(DOCUMENTS)
    clauses = [[("北京", 1.0)]]
    assert index.propose(clauses, 3) is None
    monkeypatch.setattr(lexical, "LARGE", 0)
    assert index.propose(clauses, 3) is None  # fewer hold the word than should be proposed
    monkeypatch.setattr(lexical, "_MORE", 0)
    assert set(index.propose(clauses, 3) or ()) == {1, 2, 5}
    assert index.propose(clauses, 0) is index.propose([], 3) is index.propose(clauses, 3, set()) is None
    assert index.propose(clauses, 2, [1, 2, 3]) == [2, 1]
    assert rescore(clauses, [], 3.0) == []


def test_a_name_of_several_words_is_proposed(monkeypatch: pytest.MonkeyPatch) -> None:
    documents = {i: "北京 上海" if i == 77 else "北京 " * 3 + "人才" for i in range(1, 100)}
    index = build(documents)
    monkeypatch.setattr(lexical, "LARGE", 0)
    monkeypatch.setattr(lexical, "_MORE", 0)
    assert index.propose([[("北京", 0.5), ("北京 上海", 9.0)]], 1) == [1, 77]


def test_counts_of_words_are_kept_until_the_index_changes(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(lexical, "_KNOWN", 2)
    index = build(DOCUMENTS)
    for _ in range(2):
        words = ["北京", "library", "没有", "上海", "北京"]
        assert index.document_frequency(words) == [3, 2, 0, 2, 3]
        assert len(index._known) <= 2
    index.update([], [(9, "北京 没有")])
    assert index.document_frequency(["北京", "没有"]) == [4, 1]


def test_links_go_away_even_if_a_file_appears_among_them(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = tmp_path / "index"
    folder.mkdir()
    LexicalIndex.create(folder).update([], [(1, "北京")])
    remove, appeared = os.rmdir, []

    def rmdir(path: Any, **options: Any) -> None:
        if not appeared:  # as tantivy's own thread does it
            appeared.append(Path(links, ".tantivy-meta.lock"))
            appeared[0].touch()
        remove(path, **options)

    with lexical._linked(folder) as links:
        assert (Path(links) / "meta.json").is_symlink()
        monkeypatch.setattr(os, "rmdir", rmdir)
    assert appeared and not Path(links).exists()
    assert (folder / "meta.json").exists()
