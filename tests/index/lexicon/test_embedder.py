"""EmbeddingPipeline of sentence-transformers: a tiny one made here, real in every other respect."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from small_library import TOKENIZER, an_article

from index.errors import ModelError
from index.lexicon.embedder import SentenceTransformerEmbedder, canonical_name, load_embedder
from index.library import Library

pytestmark = pytest.mark.slow(seconds=15)

WORDS = ["query", "passage", "library", "opens", "at", "nine", "seats", "图书馆", "开放", "上海", "人才", ":"]


def make_model(folder: Path, seed: int) -> Any:
    """Static word vectors with prompts, saved as any model is."""
    from sentence_transformers import SentenceTransformer
    from sentence_transformers.sentence_transformer.modules import StaticEmbedding
    from tokenizers import Tokenizer
    from tokenizers.models import WordLevel
    from tokenizers.pre_tokenizers import Whitespace

    vocabulary = {word: i for i, word in enumerate(["[UNK]", *WORDS])}
    tokenizer = Tokenizer(WordLevel(vocabulary, unk_token="[UNK]"))
    tokenizer.pre_tokenizer = Whitespace()
    weights = np.random.default_rng(seed).normal(size=(len(vocabulary), 16)).astype(np.float32)
    model = SentenceTransformer(
        modules=[StaticEmbedding(tokenizer, embedding_weights=weights)],
        prompts={"query": "query : ", "document": "passage : "},
        device="cpu",
    )
    model.save(str(folder))
    return model


@pytest.fixture(scope="module")
def models(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Path, Any]:
    """Two folders with a model each, and the first model itself."""
    base = tmp_path_factory.mktemp("models")
    model = make_model(base / "one", seed=1)
    make_model(base / "two", seed=2)
    return base / "one", base / "two", model


def test_prompts_are_those_of_the_model(models: tuple[Path, Path, Any]) -> None:
    one, _, model = models
    embedder = SentenceTransformerEmbedder(str(one))
    texts = ["library opens at nine", "图书馆 开放"]
    passages = embedder.embed_passages(texts, [[], []])
    assert passages.shape == (2, embedder.dimensions) == (2, 16) and passages.dtype == np.float32
    expected = model.encode(["passage : " + text for text in texts], normalize_embeddings=True)
    np.testing.assert_allclose(passages, expected, atol=1e-6)
    query = embedder.embed_query(texts[0], [])
    assert query.shape == (16,) and query.dtype == np.float32
    expected = model.encode("query : " + texts[0], normalize_embeddings=True)
    np.testing.assert_allclose(query, expected, atol=1e-6)
    np.testing.assert_allclose(np.linalg.norm(passages, axis=1), 1, atol=1e-6)


@pytest.mark.parametrize("at_hand", [True, False])
def test_the_hub_is_asked_only_for_a_model_that_is_not_at_hand(
    models: tuple[Path, Path, Any], monkeypatch: pytest.MonkeyPatch, at_hand: bool
) -> None:
    from sentence_transformers import SentenceTransformer

    asked: list[dict[str, Any]] = []

    def load(_: str, **options: Any) -> Any:
        asked.append(options)
        if options and not at_hand:
            raise OSError("not in the cache")
        return SentenceTransformer(str(models[0]))

    monkeypatch.setattr("sentence_transformers.SentenceTransformer", load)
    embedder = load_embedder("some/model")
    assert (embedder.name, embedder.dimensions) == ("some/model", 16)
    assert asked == ([{"local_files_only": True}] if at_hand else [{"local_files_only": True}, {}])


def test_fingerprints_tell_models_apart(models: tuple[Path, Path, Any]) -> None:
    one, two, _ = models
    first = load_embedder(str(one)).fingerprint
    assert first == load_embedder(str(one)).fingerprint
    assert first != load_embedder(str(two)).fingerprint


def test_a_library_remembers_its_model(models: tuple[Path, Path, Any], tmp_path: Path) -> None:
    one, two, _ = models
    path = tmp_path / "library"
    with Library.open(path, create=True, model=str(one), tokenizer=TOKENIZER) as library:
        library.add_parsed([("a", an_article("图书馆 开放", "")), ("b", an_article("library seats", ""))])
    with Library.open(path, tokenizer=TOKENIZER) as library:
        assert library.status().model == library.embedder.name == str(one)
        vector = library.embedder.embed_query("library seats", ())
        (first, *_) = library.passages([hit.passage for hit in library.search_vector(vector, 2)])
        assert first.text == "library seats"
    for other in (str(two), "lexicon", ""):
        with pytest.raises(ModelError, match="was made with"):
            Library.open(path, create=True, model=other)


def test_a_model_that_changed_in_place_is_refused(models: tuple[Path, Path, Any], tmp_path: Path) -> None:
    make_model(tmp_path / "model", seed=3)
    path = tmp_path / "library"
    with Library.open(path, create=True, model=str(tmp_path / "model"), tokenizer=TOKENIZER) as library:
        library.add_parsed([("a", an_article("图书馆 开放"))])
    make_model(tmp_path / "model", seed=4)
    with (
        Library.open(path, tokenizer=TOKENIZER) as library,
        pytest.raises(ModelError, match="another version"),
    ):
        library.add_parsed([("b", an_article("上海"))])


def test_a_model_that_cannot_be_loaded(tmp_path: Path) -> None:
    with pytest.raises(ModelError, match="there is no model at"):
        load_embedder(str(tmp_path / "missing"))
    (tmp_path / "empty").mkdir()
    with pytest.raises(ModelError, match="cannot be loaded: ") as caught:
        load_embedder(str(tmp_path / "empty"))
    assert "\n" not in str(caught.value)
    with pytest.raises(ModelError):
        Library.open(tmp_path / "library", create=True, model=str(tmp_path / "missing"))
    assert not (tmp_path / "library").exists()


def test_without_the_extra_the_hint_says_how_to_get_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, "sentence_transformers", None)
    with pytest.raises(ModelError, match="needs sentence-transformers") as caught:
        load_embedder("some/model")
    assert caught.value.hint == "pip install 'yinju[models]'"


def test_names_are_remembered_in_one_form(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "model").mkdir()
    monkeypatch.chdir(tmp_path)
    assert canonical_name("") == canonical_name("lexicon") == "lexicon"
    assert canonical_name("model") == canonical_name("./model") == str(tmp_path / "model")
    assert canonical_name("./missing") == str(tmp_path / "missing")
    assert canonical_name("intfloat/multilingual-e5-small") == "intfloat/multilingual-e5-small"
