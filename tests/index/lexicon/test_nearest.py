"""The index of the lexicon's words against comparing them all."""

from __future__ import annotations

import shutil
from pathlib import Path

import numpy as np
import pytest
from safetensors.numpy import load_file, save_file

from index.lexicon.lexicon import Lexicon, bundled_folder, bundled_lexicon, quantise, read_tensors
from index.lexicon.making import cells
from index.lexicon.nearest import FILE, NearestWords


def made(folder: Path, words: int = 600, dimensions: int = 16) -> Lexicon:
    """A lexicon whose words lie in 12 heaps, with its cells."""
    random = np.random.default_rng(5)
    table = random.normal(size=(12, dimensions))[random.integers(0, 12, words)]
    table += 0.3 * random.normal(size=table.shape)
    rows, scales = quantise((table / np.linalg.norm(table, axis=1, keepdims=True)).astype(np.float32))
    zeros = np.zeros(words, np.float32)
    Lexicon([f"w{i}" for i in range(words)], rows, scales, zeros, zeros.astype(np.int64)).save(folder)
    cells.main(folder, 12)
    return Lexicon.load(folder)


def recall(lexicon: Lexicon, rows: np.ndarray, k: int) -> float:
    index = lexicon.nearest
    assert index is not None
    asked = lexicon.vectors(rows)
    exact = np.argsort(-(asked @ lexicon.vectors(np.arange(len(lexicon))).T), axis=1)[:, :k]
    found = index.search(asked, 4 * k)
    assert found.shape == (len(rows), 4 * k)
    return sum(len({*a} & {*b}) for a, b in zip(found.tolist(), exact.tolist(), strict=True)) / exact.size


def test_the_bundled_cells_are_those_of_the_bundled_lexicon() -> None:
    lexicon = bundled_lexicon()
    arrays, told = read_tensors(bundled_folder() / FILE)
    assert told == {"fingerprint": lexicon.fingerprint}
    sample = np.arange(0, len(lexicon), 97)
    nearest = np.argmax(lexicon.vectors(sample) @ arrays["centroids"].astype(np.float32).T, axis=1)
    assert np.mean(arrays["cells"][sample] == nearest) > 0.999


def test_the_index_finds_nearly_all_of_the_nearest_words() -> None:
    assert recall(bundled_lexicon(), np.arange(0, len(bundled_lexicon()), 2500), 30) > 0.85


def test_an_index_that_searches_every_cell_finds_all(tmp_path: Path) -> None:
    lexicon = made(tmp_path)
    assert recall(lexicon, np.arange(0, 600, 7), 10) > 0.99
    index = lexicon.nearest
    assert index is not None
    (found,) = index.search(lexicon.vectors(np.array([3])), 700)
    assert sorted(found[found >= 0]) == list(range(600))
    assert not (index.search(np.zeros((1, 16), np.float32), 5) >= 600).any()


def test_a_lexicon_without_cells_of_its_own_has_no_index(tmp_path: Path) -> None:
    lexicon = made(tmp_path / "one")
    assert isinstance(lexicon.nearest, NearestWords)
    assert lexicon.with_vectors(lexicon.vectors(np.arange(600)), lexicon.weights).nearest is None
    made(tmp_path / "other", words=300)
    shutil.copy(tmp_path / "other" / FILE, tmp_path / "one" / FILE)
    assert Lexicon.load(tmp_path / "one").nearest is None
    (tmp_path / "one" / FILE).unlink()
    assert Lexicon.load(tmp_path / "one").nearest is None


@pytest.mark.parametrize("name", ["model.safetensors", FILE])
def test_mapped_tensors_are_those_that_safetensors_reads(name: str) -> None:
    arrays, _ = read_tensors(bundled_folder() / name)
    expected = load_file(bundled_folder() / name)
    assert arrays.keys() == expected.keys()
    for key, array in arrays.items():
        assert array.dtype == expected[key].dtype and np.array_equal(array, expected[key])


def test_metadata_is_read(tmp_path: Path) -> None:
    save_file({"one": np.zeros((2, 3), np.int8)}, tmp_path / "file", {"a": "b"})
    arrays, told = read_tensors(tmp_path / "file")
    assert told == {"a": "b"} and arrays["one"].shape == (2, 3)
