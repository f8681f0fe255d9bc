"""The tantivy index against a naive implementation of the formula in its docstring."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from index.lexical import K1, B, LexicalIndex

Clauses = Sequence[Sequence[tuple[str, float]]]

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
