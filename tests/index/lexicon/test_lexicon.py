"""The bundled lexicon: what it holds, and its sums against naive ones."""

from __future__ import annotations

import hashlib
import json

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from safetensors.numpy import load_file

from index.lexicon.lexicon import Lexicon, LexiconEmbedder, bundled_folder, bundled_lexicon
from index.text.fold import fold_text

#: Most bytes that the lexicon may add to the package.
MOST_BYTES = 40_000_000
PAIRS = [
    ("人工智能", "intelligence"),
    ("薪酬", "salary"),
    ("公司", "company"),
    ("博物馆", "museum"),
    ("研究人员", "researcher"),
    ("大学", "university"),
    ("创始人", "founder"),
    ("投资", "investment"),
    ("电脑", "computer"),
    ("河", "river"),
    ("医生", "doctor"),
    ("法律", "law"),
]


@pytest.fixture(scope="module")
def lexicon() -> Lexicon:
    return bundled_lexicon()


def test_it_is_loaded_once() -> None:
    assert bundled_lexicon() is bundled_lexicon()


def test_the_vocabulary_is_unique_and_folded(lexicon: Lexicon) -> None:
    assert len(set(lexicon.words)) == len(lexicon) > 100_000
    assert fold_text("\n".join(lexicon.words)).split("\n") == list(lexicon.words)
    assert [lexicon.id(word) for word in lexicon.words[::997]] == list(range(0, len(lexicon), 997))


def test_rows_have_unit_length(lexicon: Lexicon) -> None:
    sample = np.arange(0, len(lexicon), 7)
    vectors = lexicon.vectors(sample)
    assert vectors.dtype == np.float32 and vectors.shape == (len(sample), lexicon.dimensions)
    assert np.linalg.norm(vectors, axis=1) == pytest.approx(1, abs=0.01)


def test_the_fingerprint_is_that_of_the_contents(lexicon: Lexicon) -> None:
    folder = bundled_folder()
    arrays = load_file(folder / "model.safetensors")
    digest = hashlib.sha256((folder / "vocabulary.txt").read_bytes())
    for name in sorted(arrays):
        digest.update(arrays[name].tobytes())
    assert lexicon.fingerprint == digest.hexdigest()[:16]
    config = json.loads((folder / "config.json").read_text(encoding="utf-8"))
    assert (config["words"], config["dimensions"]) == (len(lexicon), lexicon.dimensions)


def test_it_is_small_enough_to_ship() -> None:
    assert sum(file.stat().st_size for file in bundled_folder().iterdir()) < MOST_BYTES


def test_translations_lie_close_together(lexicon: Lexicon) -> None:
    drawn = np.random.default_rng(0).integers(0, len(lexicon), size=(2, 5000))
    random = (lexicon.vectors(drawn[0]) * lexicon.vectors(drawn[1])).sum(axis=1)
    assert abs(random.mean()) < 0.05
    unlikely = random.mean() + 4 * random.std()
    for chinese, english in PAIRS:
        assert lexicon.similarity(chinese, english) > unlikely, (chinese, english)


def test_the_nearest_english_word_is_often_the_translation(lexicon: Lexicon) -> None:
    english = [i for i, word in enumerate(lexicon.words) if word.isascii()]
    table = lexicon.vectors(np.array(english))
    asked = lexicon.vectors(lexicon.ids([chinese for chinese, _ in PAIRS]))
    nearest = np.argsort(-(asked @ table.T), axis=1)[:, :10]
    found = sum(
        translation in {lexicon.words[english[i]] for i in row}
        for row, (_, translation) in zip(nearest, PAIRS, strict=True)
    )
    assert found >= 0.6 * len(PAIRS)


def test_similarity(lexicon: Lexicon) -> None:
    assert lexicon.similarity("河", "河") == lexicon.similarity("qqqxxz", "qqqxxz") == 1.0
    assert lexicon.similarity("河", "qqqxxz") == lexicon.similarity("qqqxxz", "qqqxxy") == 0.0
    assert lexicon.similarity("河", "river") == pytest.approx(lexicon.similarity("river", "河"))


def test_chinese_words_have_counts_and_probabilities(lexicon: Lexicon) -> None:
    frequencies = lexicon.frequencies()
    assert all(count > 0 for count in frequencies.values())
    assert "人工智能" in frequencies and "intelligence" not in frequencies
    assert lexicon.log_probability("的") > lexicon.log_probability("公司") > lexicon.log_probability("薪酬")
    assert lexicon.log_probability("the") > lexicon.log_probability("university") > -12
    rarest = min(lexicon.log_probability(word) for word in lexicon.words[::50])
    assert lexicon.log_probability("qqqxxz") == pytest.approx(rarest, abs=0.05)


def small(words: str = "abcdefg", dimensions: int = 5) -> Lexicon:
    random = np.random.default_rng(1)
    table = random.normal(size=(len(words), dimensions))
    table /= np.linalg.norm(table, axis=1, keepdims=True)
    scales = np.abs(table).max(axis=1) / 127
    return Lexicon(
        list(words),
        np.round(table / scales[:, None]).astype(np.int8),
        scales.astype(np.float32),
        random.uniform(-15, -2, len(words)).astype(np.float32),
        np.zeros(len(words), dtype=np.int64),
    )


SMALL = small()


def naive_pool(lexicon: Lexicon, words: list[str]) -> np.ndarray:
    """Arora et al.: the mean of a / (a + p) × vector, a = 1e-4, brought to unit length."""
    total = np.zeros(lexicon.dimensions)
    for word in words:
        if (row := lexicon.id(word)) is not None:
            weight = 1e-4 / (1e-4 + np.exp(lexicon.log_probability(word)))
            total += weight * lexicon.vectors(np.array([row]))[0]
    length = np.linalg.norm(total)
    return total / length if length else total


@settings(deadline=None)
@given(st.lists(st.lists(st.sampled_from("abcdefgxyz"), max_size=6), max_size=5))
def test_pool_is_the_weighted_mean(texts: list[list[str]]) -> None:
    pooled = SMALL.pool(texts)
    assert pooled.dtype == np.float32 and pooled.shape == (len(texts), SMALL.dimensions)
    for row, words in zip(pooled, texts, strict=True):
        assert row == pytest.approx(naive_pool(SMALL, words), abs=1e-4)


def test_a_text_of_unknown_words_pools_to_zero(lexicon: Lexicon) -> None:
    pooled = lexicon.pool([["qqqxxz"], ["river", "qqqxxz"], []])
    assert not pooled[0].any() and not pooled[2].any()
    assert pooled[1] == pytest.approx(lexicon.vectors(lexicon.ids(["river"]))[0], abs=0.01)


def test_unknown_words_have_zero_rows() -> None:
    assert SMALL.ids(["b", "?", "g"]).tolist() == [1, -1, 6]
    vectors = SMALL.vectors(SMALL.ids(["b", "?"]))
    assert vectors[0].any() and not vectors[1].any()


def test_the_embedder_pools_passages_and_questions_alike(lexicon: Lexicon) -> None:
    embedder = LexiconEmbedder(lexicon)
    words = [["museum", "roof"], ["博物馆", "屋顶"], []]
    passages = embedder.embed_passages(["", "", ""], words)
    assert passages.shape == (3, embedder.dimensions) and not passages[2].any()
    for row, bag in zip(passages, words, strict=True):
        assert embedder.embed_query("", bag) == pytest.approx(row)
    assert passages[0] @ passages[1] > 0.7
    assert (embedder.name, embedder.fingerprint) == ("lexicon", lexicon.fingerprint)
