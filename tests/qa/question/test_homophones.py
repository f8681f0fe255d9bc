"""Typing errors in Chinese questions: another character of the same sound."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from made_up import a_library

from index.lexicon.lexicon import bundled_lexicon, bundled_tokenizer
from index.library import Library
from qa.engine import Engine
from qa.question.filters import parse_all
from qa.question.homophones import homophones
from qa.question.query import QueryWord
from qa.question.written import is_function_word

TEXTS = {
    "dam": ("水库", "大坝于1958年动工。水库的容积是九百万立方米。总工程师是林望舒。"),
    "school": ("中学", "图书馆早上八点开门。操场在河边。年假有十二天。"),
    "paper": ("刊物", "本刊的编辑是孟冬。稿费每千字一百元。"),
}


@pytest.fixture(scope="module")
def library(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Library]:
    with a_library(tmp_path_factory.mktemp("homophones") / "library", TEXTS) as library:
        yield library


@pytest.mark.parametrize(
    ("question", "quote", "missing"),
    [
        ("大霸哪年动工？", "1958", "大霸"),
        ("大霸哪年動工？", "1958", "大霸"),
        ("总工程狮是谁？", "林望舒", "工程狮"),
        ("谁是编缉？", "孟冬", "编缉"),
        ("图书倌几点开门？", "八点", "图书倌"),
        ("曹场在哪里？", "河边", "曹场"),
        ("搞费是多少？", "一百元", "搞费"),
        ("年贾有几天？", "十二天", "年贾"),
    ],
)
def test_what_sounds_alike_is_meant_and_the_word_is_told_as_missing(
    library: Library, question: str, quote: str, missing: str
) -> None:
    answer = Engine(library).ask(question)
    assert answer.answered
    assert quote in answer.citations[0].quote
    assert missing in answer.missing


@pytest.mark.parametrize(
    "question", ["霸王是谁？", "编号是多少？", "公式是什么？", "霸是什么？", "茶壶放在哪里？"]
)
def test_another_word_is_meant_as_it_is(library: Library, question: str) -> None:
    assert not Engine(library).ask(question).answered


def proposed(question: str, lacking: set[str]) -> list[str]:
    lexicon = bundled_lexicon()
    words = [
        QueryWord(word, word, 1.0, lexicon.id(word), not is_function_word(word))
        for word in bundled_tokenizer().words(question)
    ]
    places = [at for at, word in enumerate(words) if word.word in lacking]
    return [one.word for one in homophones(words, places, lexicon)]


def test_the_longest_word_comes_first() -> None:
    found = proposed("大霸", {"霸"})
    assert {"大坝", "大巴"} <= set(found)
    lengths = [len(word) for word in proposed("总工程狮", {"工程", "狮"})]
    assert lengths == sorted(lengths, reverse=True)
    assert proposed("图书倌", {"倌"}) == ["图书馆"]


def test_words_of_the_lexicon_function_words_and_latin_ones_are_none() -> None:
    assert proposed("攻势在哪里", {"攻势"}) == []
    assert proposed("的霸了", {"霸"}) == []
    assert proposed("quokka霸", {"quokka"}) == []


def test_a_character_that_stands_elsewhere_may_be_wrong(tmp_path: Path) -> None:
    texts = {**{f"note{at}": (f"Note {at}", f"The ferry stops at pier {at}.") for at in range(40)}, **TEXTS}
    texts["tyrant"] = ("武侠", "江湖一霸，姓秦。大家都怕他。")
    with a_library(tmp_path / "library", texts) as library:
        answer = Engine(library).ask("大霸哪年动工？")
        assert "1958" in answer.citations[0].quote
        assert answer.missing == ("大霸",)
        assert "霸" not in Engine(library).ask("江湖一霸姓什么？").missing


def test_without_hits_it_is_missing_all_the_same(library: Library) -> None:
    answer = Engine(library).ask("大霸哪年动工？", filters=parse_all(["lang:en"]))
    assert answer.hits == () and answer.missing == ("霸",)
