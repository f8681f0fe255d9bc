"""Questions meet names that the passages write in the other script."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
from made_up import a_library, a_passage, found

from index.lexicon.lexicon import bundled_lexicon
from index.library import Library
from qa.engine import Engine
from qa.question.analysis import analyse
from qa.question.query import Query
from qa.question.vocabulary import Vocabulary
from qa.retrieval.matcher import Matcher
from qa.retrieval.names import NameMatcher

TEXTS = {
    "letters": ("来信", "维特霍夫写了三封信，请求开放港口。塔纳格利松没有回信。"),
    "garden": ("花园", "奥斯特拉德在花园里种了四十棵梨树。市长为此感谢了他。"),
    "harbour": (
        "The harbour",
        "Delmarano opened the harbour in spring. Nobody thanked Brunhofer for the lamps.",
    ),
}


@pytest.fixture(scope="module")
def library(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Library]:
    path: Path = tmp_path_factory.mktemp("names")
    with a_library(path / "library", TEXTS) as opened:
        yield opened


@pytest.mark.parametrize(
    ("question", "answer", "name"),
    [
        ("What did Wiethoff write?", "维特霍夫写了三封信，请求开放港口。", "维特霍夫"),
        ("What did Tanaghrisson not do?", "塔纳格利松没有回信。", "塔纳格利松"),
        ("What did Ostrad plant?", "奥斯特拉德在花园里种了四十棵梨树。", "奥斯特拉德"),
        ("德尔马拉诺开放了什么？", "Delmarano opened the harbour in spring.", "Delmarano"),
        ("布伦霍费尔做了什么？", "Nobody thanked Brunhofer for the lamps.", "Brunhofer"),
    ],
)
def test_a_question_finds_the_name_in_the_other_script(
    library: Library, question: str, answer: str, name: str
) -> None:
    best = next(c for c in found(library, question) if answer in c.hit.passage.text)
    assert best.text == answer
    hits = Engine(library).search(question).hits
    (hit,) = [hit for hit in hits if answer in hit.passage.text]
    assert name in "".join(match.text for match in hit.matches)


def query(library: Library, text: str) -> Query:
    return analyse(text, library.tokenizer, bundled_lexicon(), Vocabulary({}, 0, bundled_lexicon()))


@pytest.mark.parametrize(
    ("question", "passage"),
    [
        ("What did Wiethoff write?", "Wiethof wrote three letters."),
        ("维特霍夫写了什么？", "韦特霍夫写了三封信。"),
        ("what was written?", "维特霍夫写了三封信。"),
        ("写了什么？", "Wiethoff wrote three letters."),
        ("1958?", "维特霍夫 Wiethoff"),
        ("", "维特霍夫 Wiethoff"),
        ("Who was Massa?", "马萨诸塞州"),
    ],
)
def test_one_language_or_no_name_changes_nothing(
    library: Library, question: str, passage: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked, words = query(library, question), library.tokenizer.words(passage)
    matched = Matcher(asked, bundled_lexicon(), library.tokenizer).similarities(words)
    monkeypatch.setattr(NameMatcher, "match", lambda *_: None)
    assert np.array_equal(matched, Matcher(asked, bundled_lexicon(), library.tokenizer).similarities(words))


def test_a_name_that_is_met_as_it_is_written_is_not_looked_for(library: Library) -> None:
    asked = query(library, "What did Wiethoff write?")
    matcher = Matcher(asked, bundled_lexicon(), library.tokenizer)
    both = matcher.matches(a_passage("维特霍夫(Wiethoff)来信", number=1))
    assert [match.text for match in both if match.word == "Wiethoff"] == ["Wiethoff"]
