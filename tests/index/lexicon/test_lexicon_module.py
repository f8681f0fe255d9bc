"""The lexicon inside sentence-transformers gives the vectors that it gives without."""

from __future__ import annotations

import pickle
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from index.lexicon.lexicon import Lexicon, bundled_folder, bundled_lexicon
from index.text.tokenizer import Tokenizer

pytestmark = pytest.mark.slow(seconds=15)

TEXTS = [
    "图书馆几点开放？",
    "圖書館幾點開放？",
    "When does the library open?",
    "苹果 CEO Tim Cook 2024 年的薪酬 was $74.6 million.",
    "",
    "zzqqx 12,345",
    "The library. " * 500,
]


@pytest.fixture(scope="module")
def model() -> Any:
    from sentence_transformers import SentenceTransformer

    return SentenceTransformer(
        str(bundled_folder()), trust_remote_code=True, local_files_only=True, device="cpu"
    )


@pytest.fixture(scope="module")
def pooled() -> Any:
    """What ``Lexicon.pool`` gives for the texts."""
    tokenizer = Tokenizer(bundled_lexicon().frequencies())
    return bundled_lexicon().pool([tokenizer.words(text) for text in TEXTS])


def test_vectors_are_those_of_the_lexicon(model: Any, pooled: Any) -> None:
    vectors = model.encode(TEXTS)
    assert vectors.shape == (len(TEXTS), bundled_lexicon().dimensions) and vectors.dtype == np.float32
    np.testing.assert_allclose(vectors, pooled, atol=1e-5)
    known = np.array([True, True, True, True, False, False, True])
    np.testing.assert_allclose(np.linalg.norm(vectors, axis=1), known, atol=1e-5)
    np.testing.assert_allclose(vectors[0], vectors[1], atol=1e-6)  # Simplified and Traditional


def test_batches_prompts_and_normalising_change_nothing_else(model: Any, pooled: Any) -> None:
    for options in ({"batch_size": 2}, {"normalize_embeddings": True}, {"convert_to_tensor": True}):
        np.testing.assert_allclose(np.asarray(model.encode(TEXTS, **options)), pooled, atol=1e-5)
    np.testing.assert_allclose(model.encode(TEXTS[0]), pooled[0], atol=1e-5)
    np.testing.assert_allclose(model.encode("opens", prompt="library "), model.encode("library opens"))
    assert model.encode([""]).tolist() == [[0] * model.get_embedding_dimension()]


def test_similarity_crosses_languages(model: Any) -> None:
    similarity = model.similarity(
        model.encode_query(["图书馆几点开放？"]),
        model.encode_document(["The library opens at nine.", "The lake is 62 metres deep.", ""]),
    )
    library, lake, empty = similarity[0].tolist()
    assert library > lake and library > 0.5 and empty == 0


def test_a_saved_model_opens_again(model: Any, pooled: Any, tmp_path: Path) -> None:
    from sentence_transformers import SentenceTransformer

    saved, twice = tmp_path / "saved", tmp_path / "twice"
    model.save(str(saved))
    again = SentenceTransformer(str(saved), trust_remote_code=True, local_files_only=True, device="cpu")
    np.testing.assert_allclose(again.encode(TEXTS), pooled, atol=1e-3)  # numbers are rounded once
    again.save(str(twice))
    for name in ("model.safetensors", "vocabulary.txt", "config.json", "modules.json"):
        assert (twice / name).read_bytes() == (saved / name).read_bytes()
    assert (saved / "vocabulary.txt").read_bytes() == (bundled_folder() / "vocabulary.txt").read_bytes()
    assert Lexicon.load(twice).fingerprint == Lexicon.load(saved).fingerprint != ""


def test_a_pool_of_processes_can_have_it(model: Any) -> None:
    model.encode("开放")  # the tokenizer is there now
    copy = pickle.loads(pickle.dumps(model))
    np.testing.assert_array_equal(copy.encode(TEXTS), model.encode(TEXTS))


def test_without_the_flag_sentence_transformers_says_what_it_needs() -> None:
    from sentence_transformers import SentenceTransformer

    with pytest.raises(ValueError, match="trust_remote_code=True"):
        SentenceTransformer(str(bundled_folder()), local_files_only=True)


def test_a_folder_without_a_lexicon_is_refused(tmp_path: Path) -> None:
    from index.lexicon.module import LexiconModule

    with pytest.raises(FileNotFoundError):
        LexiconModule.load(str(tmp_path / "nothing"), local_files_only=True)
