"""A cross-encoder of one's own orders passages and sentences. The one here counts ferries."""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from pathlib import Path

import pytest
from click.testing import Result

from index.errors import ModelError
from index.lexicon.cross_encoder import CrossEncoderReranker, load_reranker
from index.library import Library
from qa import open_library
from qa.engine import Engine
from qa.session import Session
from qa.settings import Settings

Run = Callable[..., Result]
QUESTION = "How long is the bridge over the river?"
ARTICLES = {
    "bridge.txt": "The bridge\n\nThe bridge over the river is 900 metres long.\n",
    "boats.txt": "The boats\n\nThe ferry ferry ferry on the river is 40 metres long.\n",
    "both.txt": "The crossing\n\nThe bridge is long. The ferry crosses the river beside the bridge.\n",
}


@pytest.fixture(scope="session")
def ferries(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder of a model that scores a text by the share of its words that are "ferry"."""
    return tiny_model(tmp_path_factory.mktemp("ferries"), labels=1)


def tiny_model(folder: Path, labels: int) -> Path:
    """One layer, whose attention is the mean over all words; the first of 4 dimensions tells a ferry."""
    import torch
    from transformers import BertConfig, BertForSequenceClassification, BertTokenizerFast

    words = ["[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]", "ferry"]
    (folder / "vocab.txt").write_text("\n".join(words))
    config = BertConfig(
        vocab_size=len(words), hidden_size=4, num_hidden_layers=1, num_attention_heads=1, intermediate_size=4,
        max_position_embeddings=64, num_labels=labels,
    )  # fmt: skip
    model = BertForSequenceClassification(config)
    with torch.no_grad():
        for name, weight in model.named_parameters():
            weight.fill_(1.0 if "LayerNorm.weight" in name else 0.0)
        for name in ("attention.self.value", "attention.output.dense"):
            model.get_submodule(f"bert.encoder.layer.0.{name}").weight.copy_(torch.eye(4))
        model.bert.pooler.dense.weight.copy_(torch.eye(4))
        model.bert.embeddings.word_embeddings.weight[:] = torch.tensor([0.0, 0.0, 1.0, -1.0])
        model.bert.embeddings.word_embeddings.weight[5] = torch.tensor([1.0, -1.0, 0.0, 0.0])
        model.classifier.weight[:, 0] = 1.0
    model.save_pretrained(folder)
    BertTokenizerFast(str(folder / "vocab.txt"), model_max_length=64).save_pretrained(folder)
    return folder


@pytest.fixture(scope="module")
def crossing(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder of a library of these articles."""
    folder = tmp_path_factory.mktemp("crossing")
    for name, text in ARTICLES.items():
        (folder / name).write_text(text)
    with open_library(folder / "library", create=True) as library:
        library.add(*(folder / name for name in ARTICLES))
    return folder / "library"


class Ferries:
    """The same without a model."""

    def __init__(self) -> None:
        self.read: list[str] = []

    def scores(self, question: str, texts: Sequence[str]) -> Sequence[float]:
        assert question == QUESTION
        self.read += texts
        return [text.count("ferry") / len(text.split()) for text in texts]


def test_it_orders_passages_and_sentences_and_their_scores_stay(crossing: Path) -> None:
    with Library.open(crossing) as library:
        before, reranker = Engine(library).ask(QUESTION), Ferries()
        assert before.citations[0].article.title == "The bridge"
        after = Engine(library, reranker).ask(QUESTION)
        assert after.citations[0].article.title == "The boats"
        assert [hit.article.title for hit in after.hits] == ["The boats", "The crossing", "The bridge"]
        assert [hit.score for hit in after.hits] == [hit.score for hit in before.hits]
        assert [hit.rank for hit in after.hits] == [1, 2, 3]
        assert "The crossing\nThe ferry crosses the river beside the bridge." in reranker.read
        assert not any(ARTICLES["both.txt"].split("\n\n")[1].strip() in text for text in reranker.read)
        reranker = Ferries()
        found = Engine(library, reranker).search(QUESTION)
        assert len(reranker.read) == len(found.hits) == 3
        assert [hit.article.title for hit in found.hits] == [hit.article.title for hit in after.hits]


def test_equal_scores_change_nothing(crossing: Path) -> None:
    class Equal:
        def scores(self, question: str, texts: Sequence[str]) -> Sequence[float]:
            return [0.5] * len(texts)

    with Library.open(crossing) as library:
        plain, same = (Engine(library, reranker).ask(QUESTION).to_json() for reranker in (None, Equal()))
        assert plain | {"elapsed_ms": 0} == same | {"elapsed_ms": 0}


def test_suggestions_and_looking_for_quotes_do_without_it(crossing: Path) -> None:
    with Session.open(Settings(library=crossing, reranker="/nowhere")) as session:
        assert session.find("The ferry crosses").state == "right"
        session.suggest_first("en")
        with pytest.raises(ModelError, match="there is no model at /nowhere"):
            session.ask(QUESTION)
    assert load_reranker("") is None


@pytest.mark.slow(seconds=30)
def test_a_model_works_from_the_command_line_the_settings_and_a_program(
    qa: Run, ferries: Path, crossing: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def first(*arguments: str | Path, key: str) -> str:
        done = qa(arguments[0], "--library", crossing, "--json", *arguments[1:], QUESTION)
        return str(json.loads(done.stdout)[key][0]["title"])

    assert first("ask", key="citations") == first("search", key="hits") == "The bridge"
    assert first("ask", "--reranker", ferries, key="citations") == "The boats"
    assert first("search", "--reranker", ferries, key="hits") == "The boats"
    monkeypatch.setenv("QA_RERANKER", str(ferries))
    assert first("ask", key="citations") == "The boats"
    with open_library(crossing) as plain, open_library(crossing, reranker=str(ferries)) as library:
        titles = [opened.ask(QUESTION).citations[0].article.title for opened in (plain, library)]
        assert titles == ["The bridge", "The boats"]
    monkeypatch.delenv("QA_RERANKER")
    (docs := tmp_path / "docs").mkdir()
    for name, text in ARTICLES.items():
        (docs / name).write_text(text)
    row = {"id": "1", "question": QUESTION, "kind": "number", "split": "dev", "docs": ["boats.txt"]}
    evidence = {"evidence": ["The ferry ferry ferry on the river is 40 metres long."], "answerable": True}
    flags = {"near_topic": True, "multi": False, "cross": False}
    (tmp_path / "questions.jsonl").write_text(json.dumps(row | evidence | flags))
    for options, found in ((), 0.0), (("--reranker", ferries), 1.0):
        figures = json.loads(qa("eval", tmp_path, "--json", *options).stdout)["all"]
        assert figures["passage@1"] == figures["evidence_first"] == found


@pytest.mark.slow(seconds=20)
def test_a_model_that_is_no_reranker_or_is_missing_is_one_line(
    qa: Run, crossing: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (two := tmp_path / "two").mkdir()
    (empty := tmp_path / "empty").mkdir()
    tiny_model(two, labels=2)
    monkeypatch.setattr("socket.socket", None)  # nothing may ask a hub
    for name, told in {
        str(two): "gives 2 scores for a text",
        str(empty): "cannot be used",
        "nobody/nothing": "the model nobody/nothing cannot be used",
        "./nothing": "there is no model at",
    }.items():
        done = qa("ask", "--library", crossing, "--reranker", name, QUESTION)
        (line,) = done.stderr.splitlines()
        assert done.exit_code == 2 and told in line and done.stdout == ""


def test_without_the_extra_one_line_says_how_to_install_it(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(__import__("sys").modules, "sentence_transformers", None)
    with pytest.raises(ModelError, match=r"needs sentence-transformers \(pip install 'yinju\[models\]'\)"):
        CrossEncoderReranker("some/name").scores("question", ["text"])
