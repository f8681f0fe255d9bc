"""Chinese syllables in Latin letters, and the readings of characters."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from index.lexicon.lexicon import bundled_lexicon
from index.text.pinyin import all_syllables, parsed, readings, written
from index.text.postal_names import CHINESE, LATIN
from index.text.romanisation import heard, heard_name, joined, spellings, wade_giles
from index.text.tokenizer import Tokenizer

TOKENIZER = Tokenizer(bundled_lexicon().frequencies())
SYLLABLES = st.lists(st.sampled_from(sorted(all_syllables())), min_size=2, max_size=4)


@pytest.mark.parametrize(
    ("pinyin", "spelled"),
    [
        ("mao ze dong", "mao tse tung"),
        ("zhou en lai", "chou en lai"),
        ("cai yuan pei", "ts'ai yuan p'ei"),
        ("qing shi huang", "ch'ing shih huang"),
        ("gao xiong", "kao hsiung"),
        ("xin zhu", "hsin chu"),
        ("xue ruo lv", "hsueh jo lu"),
        ("zi ci si", "tzu tz'u ssu"),
        ("guo ke he", "kuo k'o ho"),
        ("yi yan you", "i yen yu"),
        ("jiang quan xiong", "chiang ch'uan hsiung"),
        ("er ri nv", "erh jih nu"),
    ],
)
def test_wade_giles(pinyin: str, spelled: str) -> None:
    assert " ".join(map(wade_giles, pinyin.split())) == spelled


@pytest.mark.parametrize(
    ("word", "syllables"),
    [
        ("zhongguancun", ["zhong guan cun"]),
        ("xi'an", ["xi an"]),
        ("xian", ["xian"]),
        ("taian", ["tai an"]),
        ("tiananmen", ["ti a nan men", "tian an men"]),
        ("harbour", []),
        ("genuine", []),
        ("zhongguancunzhongguancunzhongguancun", []),
        ("梅", []),
        ("3d", []),
        ("'", []),
        ("", []),
    ],
)
def test_a_word_is_taken_apart_into_syllables(word: str, syllables: list[str]) -> None:
    assert sorted(" ".join(map(min, way)) for way in heard(word)[0] if way) == syllables


@pytest.mark.parametrize(
    ("words", "name", "swapped"),
    [
        ("mei yiqi", "mei yi qi", False),
        ("yiqi mei", "mei yi qi", True),
        ("mao tse tung", "mao ze dong", False),
        ("chien hsiung wu", "wu jian xiong", True),
        ("hsinchu", "xin zhu", False),
        ("ts'ai yuan p'ei", "cai yuan pei", False),
        ("luliang", "lv liang", False),
        ("lvliang", "lv liang", False),
    ],
)
def test_a_name_is_heard_in_either_system_and_order(words: str, name: str, swapped: bool) -> None:
    found = heard_name(tuple(words.split()))
    assert swapped in [
        last
        for sounds, last in found.items()
        if len(sounds) == len(name.split())
        and all(one in ones for one, ones in zip(name.split(), sounds, strict=True))
    ]


@pytest.mark.parametrize("words", [("mei",), ("wudaokou", "qianmen"), ("women", "harbour"), ()])
def test_what_is_no_name_of_two_to_four_syllables_is_not_heard(words: tuple[str, ...]) -> None:
    assert heard_name(words) == {}


@given(SYLLABLES, st.integers(0, 2))
def test_each_spelling_is_heard_as_what_it_spells(syllables: list[str], surname: int) -> None:
    found = list(spellings(syllables, surname))
    assert set(joined(syllables)) <= set(found) and len(set(found)) == len(found)
    for words in found:
        # They are cut as a text is: a word with two apostrophes comes apart.
        assert words == TOKENIZER.words("-".join(words))
    for words in joined(syllables):
        if len(words) == 1:
            assert any(
                all(one in ones for one, ones in zip(syllables, way, strict=True))
                for way in heard(words[0])[0]
                if len(way) == len(syllables)
            )


@given(SYLLABLES)
def test_a_name_of_words_of_one_syllable_is_heard(syllables: list[str]) -> None:
    for words in (tuple(syllables), tuple(map(wade_giles, syllables))):
        assert words in spellings(syllables)
        assert any(
            all(one in ones for one, ones in zip(syllables, sounds, strict=True))
            for sounds in heard_name(words)
            if len(sounds) == len(syllables)
        )


@given(st.text("abcdehinouxz'", max_size=30))
def test_syllables_put_together_are_the_word(word: str) -> None:
    for way in heard(word)[0]:
        assert len(way) <= 4
        assert any("".join(spelled) == word.replace("'", "") for spelled in _products(way))


def _products(way: tuple[frozenset[str], ...]) -> list[tuple[str, ...]]:
    """All ways to write them, with each spelling of ü."""
    found: list[tuple[str, ...]] = [()]
    for syllables in way:
        spelled = {s for one in syllables for s in (one, one.replace("v", "u"), one.replace("v", "yu"))}
        found = [(*before, one) for before in found for one in spelled]
    return found


def test_the_bundled_table_is_as_it_is_written() -> None:
    table = readings()
    assert len(table) > 9_000 and parsed(written(table)) == table
    assert table["梅"] == ("mei",) and table["女"] == ("nv",) and table["行"] == ("xing", "hang")
    assert {"zeng", "ceng"} == {*table["曾"]} and "qiu" in table["仇"] and "xia" in table["厦"]
    assert all(syllable.isascii() and syllable.islower() for syllable in all_syllables())


@given(
    st.dictionaries(
        st.sampled_from("乐行长重"), st.lists(st.sampled_from(["le", "yue", "xing"]), min_size=1, unique=True)
    )
)
def test_a_table_is_read_as_it_was_written(table: dict[str, list[str]]) -> None:
    found = parsed(written({char: tuple(some) for char, some in table.items()})) if table else {}
    assert {char: (some[0], {*some}) for char, some in found.items()} == {
        char: (some[0], {*some}) for char, some in table.items()
    }


def test_postal_names_are_folded_words_in_both_directions() -> None:
    assert CHINESE["peking",] == ["北京"] and LATIN["蒋介石"] == (("chiang", "kai", "shek"),)
    for name, others in LATIN.items():
        assert TOKENIZER.words(name) and all(TOKENIZER.words(" ".join(other)) == other for other in others)
        assert all(name in CHINESE[other] for other in others)
