"""The FAISS index against brute force, in each of its layouts."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import faiss
import numpy as np
import pytest
from numpy.typing import NDArray

from index.search.vectors import VectorIndex

DIMENSIONS = 64
#: Bounds (exact, flat) that force each layout on a few thousand vectors, with the recall it owes.
LAYOUTS = {"float16": (10_000, 10_000, 0.99), "8 bits": (0, 10_000, 0.97), "codes": (0, 0, 0.97)}

Vectors = NDArray[np.float32]


def vectors(count: int, seed: int = 0) -> Vectors:
    """Unit vectors around a few topics, with a few strong directions as word vectors have."""
    random = np.random.default_rng(seed)
    topics = random.normal(size=(50, DIMENSIONS)) * np.exp(-np.arange(DIMENSIONS) / 20)
    points = topics[random.integers(50, size=count)] + 0.4 * random.normal(size=(count, DIMENSIONS)) * np.exp(
        -np.arange(DIMENSIONS) / 20
    )
    return (points / np.linalg.norm(points, axis=1, keepdims=True)).astype(np.float32)


def batches(data: Vectors, first: int = 1) -> Iterator[tuple[NDArray[np.int64], Vectors]]:
    for start in range(0, len(data), 700):
        part = data[start : start + 700]
        yield np.arange(first + start, first + start + len(part)), part


def build(data: Vectors, layout: str) -> VectorIndex:
    exact, flat, _ = LAYOUTS[layout]
    return VectorIndex.build(DIMENSIONS, len(data), lambda: batches(data), exact, flat)


def recall(index: VectorIndex, data: Vectors, k: int = 10, first: int = 1) -> float:
    """Share of the true ``k`` nearest of 50 questions that the index finds."""
    questions = vectors(50, seed=9)
    nearest = np.argsort(-(questions @ data.T), axis=1)[:, :k] + first
    found = [{hit.passage for hit in index.search(question, k)} for question in questions]
    return float(np.mean([len(a & set(b.tolist())) / k for a, b in zip(found, nearest, strict=True)]))


@pytest.mark.parametrize("layout", LAYOUTS)
def test_nearest_are_found(layout: str) -> None:
    data = vectors(4000)
    assert recall(build(data, layout), data) >= LAYOUTS[layout][2]


@pytest.mark.parametrize("layout", LAYOUTS)
def test_scores_are_inner_products_best_first(layout: str) -> None:
    data = vectors(3000)
    question = vectors(1, seed=5)[0]
    hits = build(data, layout).search(question, 20)
    assert [hit.score for hit in hits] == pytest.approx(
        [float(data[hit.passage - 1] @ question) for hit in hits], abs=0.02
    )
    assert hits == sorted(hits, key=lambda hit: (-hit.score, hit.passage))


@pytest.mark.parametrize("layout", LAYOUTS)
def test_a_search_that_was_begun_finds_the_same(layout: str) -> None:
    index = build(vectors(3000), layout)
    for question in vectors(5, seed=5):
        assert index.begin(question, 20)() == index.search(question, 20)
    assert index.begin(question, 20, within={7, 8})() == index.search(question, 20, within={7, 8})


@pytest.mark.parametrize("layout", LAYOUTS)
def test_adding_and_removing_equals_building(layout: str) -> None:
    data = vectors(4000)
    index = build(data[:3000], layout)
    index.update([], batches(data[3000:], first=3001))
    index.update([*range(1, 1001), 999_999], iter(()))
    assert len(index) == 3000
    assert not {hit.passage for hit in index.search(data[0], 100)} & set(range(1, 1001))
    assert recall(index, data[1000:], first=1001) >= LAYOUTS[layout][2]


@pytest.mark.parametrize("layout", LAYOUTS)
def test_a_saved_index_opens_mapped_and_to_be_updated(layout: str, tmp_path: Path) -> None:
    data = vectors(3000)
    index = build(data, layout)
    before = index.search(data[7], 10)
    index.save(tmp_path / "vectors")
    mapped = VectorIndex.open(tmp_path / "vectors", index.trained)
    assert mapped.search(data[7], 10) == before
    again = VectorIndex.open(tmp_path / "vectors", index.trained, write=True)
    again.update([8], iter(()))
    assert len(again) == 2999
    assert 8 not in {hit.passage for hit in again.search(data[7], 10)}
    opened = VectorIndex.open(tmp_path / "vectors", index.trained)
    (tmp_path / "vectors").unlink()  # as another program does that has written the next one
    assert opened.search(data[7], 10) == before


def test_few_vectors_say_little_about_later_ones() -> None:
    """Ranges learnt from a handful would cut later vectors off: the index asks to be laid out anew."""
    index = VectorIndex.build(DIMENSIONS, 4, lambda: batches(vectors(4)), exact=10)
    data = vectors(2000, seed=3)
    index.update([], batches(data, first=5))
    assert index.outgrown(exact=10)
    assert recall(index, data, first=5) >= 0.99  # until then it is exact
    again = VectorIndex.build(DIMENSIONS, len(data), lambda: batches(data), exact=10)
    assert not again.outgrown(exact=10)
    assert recall(again, data) >= 0.97


def test_zero_vectors_are_kept_and_find_nothing() -> None:
    data = vectors(5)
    data[2] = 0
    index = build(data, "float16")
    assert len(index) == 5
    assert index.search(np.zeros(DIMENSIONS, np.float32), 3) == []
    assert index.search(data[0], 5)[0].passage == 1


def test_an_empty_index_finds_nothing() -> None:
    index = build(vectors(0), "float16")
    assert index.search(vectors(1)[0], 3) == []


@pytest.mark.parametrize("layout", LAYOUTS)
@pytest.mark.parametrize("size", [1, 20, 700, 2000])
def test_searching_within_passages_equals_sifting_the_whole_list(layout: str, size: int) -> None:
    data = vectors(3000)
    index = build(data, layout)
    chosen = np.random.default_rng(size).choice(3000, size, replace=False) + 1
    within = {*chosen.tolist(), 9_999}  # one that is not there
    same = 0
    for question in vectors(20, seed=8):
        found = index.search(question, 20, within)
        assert len(found) == min(20, size) and {hit.passage for hit in found} <= within
        sifted = [hit for hit in index.search(question, 3000) if hit.passage in within][:20]
        assert [hit.score for hit in found] == sorted((hit.score for hit in found), reverse=True)
        same += len(set(found) & set(sifted))
    assert same / (20 * min(20, size)) >= (LAYOUTS[layout][2] if layout == "codes" else 1)


def test_a_mapped_index_is_searched_within_passages(tmp_path: Path) -> None:
    data = vectors(3000)
    index = build(data, "8 bits")
    index.save(tmp_path / "vectors")
    mapped = VectorIndex.open(tmp_path / "vectors", index.trained)
    assert mapped.search(data[7], 10, range(1, 100, 2)) == index.search(data[7], 10, range(1, 100, 2))
    assert mapped.search(data[7], 10, set()) == []


def test_a_full_disk_is_an_error_and_says_nothing_by_itself(capfd: pytest.CaptureFixture[str]) -> None:
    index = VectorIndex.build(4, 2, lambda: [(np.array([1, 2]), np.eye(2, 4, dtype=np.float32))])
    with pytest.raises(OSError, match="No space left"):
        index.save(Path("/dev/full"))
    assert capfd.readouterr() == ("", "")


def test_a_large_index_without_codes_asks_to_be_laid_out_anew() -> None:
    index = build(vectors(3000), "8 bits")
    assert not index.outgrown(flat=1500)
    assert index.outgrown(flat=1499)
    assert not build(vectors(3000), "codes").outgrown(exact=0, flat=1000)


def test_a_layout_that_is_no_longer_made_is_refused(tmp_path: Path) -> None:
    clusters = faiss.IndexIVFFlat(faiss.IndexFlatIP(DIMENSIONS), DIMENSIONS, 1, faiss.METRIC_INNER_PRODUCT)
    faiss.write_index(clusters, str(tmp_path / "vectors"))
    with pytest.raises(ValueError, match="IndexIVFFlat"):
        VectorIndex.open(tmp_path / "vectors", 1)
