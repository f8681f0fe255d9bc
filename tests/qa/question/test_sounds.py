"""Names of a question in the other script, looked up in a large library."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from made_up import a_library

from index.lexicon.lexicon import bundled_lexicon
from index.library import Library
from qa import tuning
from qa.question import sounds as module
from qa.question.analysis import analyse
from qa.question.query import Query
from qa.question.sounds import Sounds
from qa.question.vocabulary import Vocabulary
from qa.retrieval.retriever import Retriever

LEXICON = bundled_lexicon()
TEXTS = {
    "letters": ("来信", "戈登森写了三封信。麦金德没有回信。"),
    "apart": ("旧事", "胡先生、格先生和诺先生都不在，杜先生和蒙先生也不在。"),
    "harbour": ("The harbour", "Delmarano opened the harbour. Nobody thanked Brunhofer for the match."),
}


@pytest.fixture(scope="module")
def library(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Library]:
    path: Path = tmp_path_factory.mktemp("sounds")
    with a_library(path / "library", TEXTS) as opened:
        yield opened


def asked(library: Library, text: str, passages: int = 40_000, known: bool = True) -> Query:
    """The question in this library, weighed as if it had so many passages."""
    sounds = Sounds(library, LEXICON) if known else None
    vocabulary = Vocabulary(library.vocabulary(), passages, LEXICON, sounds)
    return analyse(text, library.tokenizer, LEXICON, vocabulary)


def heard(library: Library, text: str, passages: int = 40_000) -> dict[str, dict[str, float]]:
    """Question word → the alternatives that sound like it, with their share of its weight."""
    query, without = asked(library, text, passages), asked(library, text, passages, known=False)
    found: dict[str, dict[str, float]] = {}
    for word, clause, plain in zip(query.words, query.clauses, without.clauses, strict=True):
        assert clause[: len(plain)] == plain
        if more := clause[len(plain) :]:
            found[word.word] = {name: weight / word.weight for name, weight in more}
    return found


@pytest.mark.parametrize(
    ("question", "name", "words"),
    [
        ("德尔马拉诺开放了什么？", "delmarano", ["德", "尔", "马拉", "诺"]),
        ("布伦霍费尔做了什么？", "brunhofer", ["布", "伦", "霍", "费", "尔"]),
        ("What did Goldenson write?", "戈 登 森", ["goldenson"]),
        ("What did Mackinder not do?", "麦 金 德", ["mackinder"]),
    ],
)
def test_a_name_is_looked_up_by_its_sound(
    library: Library, question: str, name: str, words: list[str]
) -> None:
    found = heard(library, question)
    assert [word for word, names in found.items() if name in names] == words
    for names in found.values():
        for share in names.values():
            assert tuning.MIN_TRANSLITERATION**2 <= share <= 1


def test_a_spelling_must_stand_in_a_passage_as_a_whole(library: Library) -> None:
    """胡, 格 and 诺 are words of one passage, but others stand between them."""
    assert all(library.document_frequency(["胡", "格", "诺", "杜", "蒙"]))
    assert not heard(library, "Who was Huguenot or Dumont?")


def test_the_more_passages_compete_the_more_sounds_count(library: Library) -> None:
    question = "德尔马拉诺开放了什么？"
    few, some, many = (heard(library, question, passages) for passages in (2_000, 9_000, 40_000))
    assert not few
    assert 0 < some["诺"]["delmarano"] < many["诺"]["delmarano"]


@pytest.mark.parametrize("question", ["比赛几点开始？", "Who won the match?", "1958?", "", "谁写了三封信？"])
def test_words_that_are_no_unknown_names_stay_as_they_are(library: Library, question: str) -> None:
    assert not heard(library, question)


def test_only_so_many_names_are_looked_for(library: Library, monkeypatch: pytest.MonkeyPatch) -> None:
    looked_for: list[str] = []
    monkeypatch.setattr(Sounds, "_chinese", lambda _, latin: looked_for.append(latin) or [])
    asked(library, " and ".join(f"Wiethoff{chr(97 + at)}" for at in range(20)))
    assert len(looked_for) == module._NAMES


def test_the_word_index_proposes_what_has_the_name(library: Library, monkeypatch: pytest.MonkeyPatch) -> None:
    """No word of the name is known in the other script."""
    monkeypatch.setattr(tuning, "CROWDED", (1, 2))
    for question, text in (("Goldenson", "戈登森"), ("Mackinder", "麦金德"), ("布伦霍费尔", "Brunhofer")):
        found = Retriever(library).candidates(Retriever(library).query(question)).lexical
        assert found and text in library.passages([found[0].passage])[0].text
