"""Chinese names of a question in the other script: what a small library has of them."""

from __future__ import annotations

import random
import re
from collections.abc import Iterator
from importlib import resources
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from made_up import a_library

from index.lexicon.dictionary import bundled_dictionary
from index.lexicon.lexicon import bundled_lexicon
from index.lexicon.transliteration import bundled_transliterator
from index.library import Library
from index.text.romanisation import heard
from qa.engine import Engine
from qa.question.analysis import analyse
from qa.question.chinese_names import ChineseNames
from qa.question.query import Query
from qa.question.vocabulary import LazyFrequencies, Vocabulary
from tui.state.pinyin import initials, pattern

LEXICON = bundled_lexicon()
TEXTS = {
    "wudaokou": ("五道口", "五道口的档案在东楼。"),
    "qianmen": ("前门", "前门的档案在西楼。"),
    "mei": ("校长", "梅贻琦的档案在北楼，欧阳乐的在南楼。"),
    "places": (
        "地方",
        "王家湾在乐清市，离西安很远，离绿原也远。背景音乐很好听，巴黎不在里面，他们事实上大里来了。",
    ),
    "chiang": ("人物", "毛泽东和蒋介石在重庆见面。"),
    "zhongguancun": (
        "Electronics Street",
        "Zhongguancun began as Electronics Street. Wudaokou and Lujiazui did not.",
    ),
    "presidents": (
        "Presidents",
        "Mei Yiqi met Mao Tse-tung, Jianguo Li and Ts'ai Yuan-p'ei in Lüyuan.",
    ),
    "towns": (
        "Towns",
        "Women of Yueqing and Hsinchu sailed to Bali, not Tai'an. Li said that Ming left.",
    ),
}


@pytest.fixture(scope="module")
def library(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Library]:
    path: Path = tmp_path_factory.mktemp("names")
    with a_library(path / "library", TEXTS) as opened:
        yield opened


def asked(library: Library, text: str, lazy: bool = False, translated: bool = True) -> Query:
    words = LazyFrequencies(library.document_frequency) if lazy else library.vocabulary()
    vocabulary = Vocabulary(words, len(TEXTS), LEXICON, names=ChineseNames(library, LEXICON))
    dictionary = bundled_dictionary() if translated else None
    return analyse(text, library.tokenizer, LEXICON, vocabulary, dictionary=dictionary)


def spelled(library: Library, text: str, lazy: bool = False, translated: bool = True) -> set[str]:
    """What the library has in the other script for the names of a question, and for nothing else in it."""
    query = asked(library, text, lazy, translated)
    return {" ".join(synonym.words) for synonym in query.synonyms if synonym.similarity == 0.95}


@pytest.mark.parametrize("lazy", [False, True])
@pytest.mark.parametrize(
    ("question", "name"),
    [
        ("Where are the archives of Qianmen?", "前门"),
        ("where are the archives of qianmen?", "前门"),
        ("Where are the archives of Wǔdàokǒu?", "五道口"),
        ("Where are the archives of Mei Yiqi?", "梅 贻 琦"),
        ("Where are the archives of Yiqi Mei?", "梅 贻 琦"),
        ("Where are the archives of Mei Yi-ch'i?", "梅 贻 琦"),
        ("Where are the archives of Mei I-chi?", "梅 贻 琦"),
        ("What is in Wangjiawan?", "王家 湾"),
        ("What is in Wang Jia Wan?", "王家 湾"),
        ("What is in Yueqing?", "乐清市"),
        ("What is in Lüyuan?", "绿 原"),
        ("What is in Lvyuan?", "绿 原"),
        ("Where is Ouyang Yue?", "欧阳 乐"),
        ("Whom did Mao Tse-tung meet?", "毛泽东"),
        ("Whom did Chiang Kai-shek meet?", "蒋介石"),
        ("中关村起初是什么？", "zhongguancun"),
        ("五道口起初是什么？", "wudaokou"),
        ("陆家嘴起初是什么？", "lujiazui"),
        ("梅贻琦见到了谁？", "mei yiqi"),
        ("李建国见到了谁？", "jianguo li"),
        ("毛泽东见到了谁？", "mao tse tung"),
        ("蔡元培见到了谁？", "ts'ai yuan p'ei"),
        ("绿原在哪里？", "luyuan"),
        ("乐清市的人去了哪里？", "yueqing"),
        ("新竹的人去了哪里？", "hsinchu"),
        ("泰安是什么？", "tai'an"),
    ],
)
def test_a_name_is_what_the_library_has_of_it(library: Library, question: str, name: str, lazy: bool) -> None:
    assert name in spelled(library, question, lazy, translated=False)


@pytest.mark.parametrize(
    ("question", "name"),
    [
        ("What is in Beijing?", "背景"),  # they sound alike, and mean nothing alike
        ("What is in Bali?", "巴黎"),
        ("What is in Shishi?", "事实"),  # a common word
        ("What is in Dali?", "大 里"),  # two common words
        ("Which archives are those of Mei?", "梅"),  # a family name alone
        ("Which archives are those of Wang Yiqi?", "梅 贻 琦"),
        ("Where did the women go?", "我们"),
        ("巴黎在哪里？", "bali"),
        ("我们去了哪里？", "women"),
        ("李明走了吗？", "li ming"),  # these words stand in a passage, and not together
        ("梅的档案在哪里？", "mei"),
        ("李的档案在哪里？", "li"),
    ],
)
def test_what_only_sounds_so_is_no_name(library: Library, question: str, name: str) -> None:
    found = spelled(library, question)
    assert name not in found and not any(other.startswith(f"{name} ") for other in found)


def test_the_right_place_is_quoted(library: Library) -> None:
    engine = Engine(library)
    for question, quote in [
        ("Where are the archives of Qianmen?", "前门的档案在西楼。"),
        ("Where are the archives of Wudaokou?", "五道口的档案在东楼。"),
        ("Where are the archives of Mei Yiqi?", "梅贻琦的档案在北楼"),
        ("中关村起初是什么？", "Zhongguancun began"),
    ]:
        answer = engine.ask(question)
        assert answer.answered and quote in answer.sentences[0].text


def test_a_vocabulary_without_a_library_has_the_spellings_of_characters(library: Library) -> None:
    vocabulary = Vocabulary(library.vocabulary(), len(TEXTS), LEXICON)
    query = analyse("中关村和前门", library.tokenizer, LEXICON, vocabulary)
    assert ("zhongguancun",) in [synonym.words for synonym in query.synonyms]
    assert not analyse("Qianmen?", library.tokenizer, LEXICON, vocabulary).synonyms


@given(st.lists(st.sampled_from("梅贻琦前门五道口王家湾乐清 MeiYiqQnmxa'- ，"), max_size=16).map("".join))
def test_whatever_is_asked_only_words_of_the_library_are_proposed(library: Library, text: str) -> None:
    query = asked(library, text)
    held = library.vocabulary()
    for start, end, words, *_ in query.synonyms:
        assert 0 <= start < end <= len(query.words) and all(word in held for word in words)


def written_both_ways() -> list[tuple[str, str]]:
    """Names that the dictionary translates by a word whose syllables begin as their characters in GB 2312."""
    path = resources.files("index") / "lexicon_data" / "dictionary.txt"
    lines = [line.split("\t") for line in path.read_text(encoding="utf-8").split("\n")]
    foreign = bundled_transliterator().marked
    names = [
        (key, field[1:])
        for key, *fields in lines
        if 1 < len(key) < 5 and not key.isascii() and not foreign & {*key}
        for field in fields
        if LEXICON.id(field[1:]) is None
        if any(
            re.fullmatch(pattern("".join(min(ones)[0] for ones in sounds)), initials(key))
            for sounds in heard(field[1:])[0]
        )
    ]
    assert len(names) > 500
    return random.Random(7).sample(names, 300)


@pytest.mark.slow(seconds=10)
def test_names_of_the_dictionary_are_read_back(tmp_path: Path) -> None:
    names = written_both_ways()
    texts = {f"zh{n}": (f"第{n}", f"{chinese}的档案。") for n, (chinese, _) in enumerate(names)}
    texts |= {f"en{n}": (f"No. {n}", f"The archives of {latin}.") for n, (_, latin) in enumerate(names)}
    with a_library(tmp_path / "library", texts) as library:
        lost = [
            (question, name)
            for chinese, latin in names
            for question, name in [
                (f"{chinese}的档案在哪里？", " ".join(library.tokenizer.words(latin))),
                (f"Where are those of {latin}?", " ".join(library.tokenizer.words(chinese))),
            ]
            if name not in spelled(library, question, translated=False)
        ]
    assert len(lost) < 0.05 * 2 * len(names), lost
