from __future__ import annotations

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st
from properties import check_fold

from index.text.fold import fold, fold_text

HAN = "乾隆顯显著着作看麼么什於于倫伦产産產裏裡里爲為为矽硅谷叠疊代後后發发髮徵征變声聲，。「」"
mixed = st.text(st.one_of(st.characters(), st.sampled_from(HAN + "éßİ½㎡①ﬁＡ’“—…\u0301\u200b\ufe0f\t\n")))


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Meta’s", "Meta's"),
        ("ＧＰＴ－４", "gpt-4"),
        ("Beyoncé", "BEYONCE"),
        ("Straße", "STRASSE"),
        ("2019–2020", "2019-2020"),
        ("馬克‧吐溫", "马克·吐温"),
        ("爲什麽", "为什么"),
        ("那么", "那麼"),
        ("産品疊代", "产品迭代"),
        ("這裏", "这裡"),
        ("王怡甯", "王怡宁"),
        ("一衆", "一众"),
        ("矽谷", "硅谷"),
        ("看著", "看着"),
        ("顯著", "显著"),
        ("以風味著稱", "以风味著称"),
        ("乾縣", "乾县"),
        ("變徵之聲", "变徵之声"),
        ("位於倫敦", "位于伦敦"),
        ("頭髮發白", "头发发白"),
    ],
)
def test_variants_of_one_word_fold_alike(one: str, other: str) -> None:
    assert fold_text(one) == fold_text(other)


@pytest.mark.parametrize(
    "text", ["她在看着书，而著作显著增加。", "什么时候开始的？", "原著里的后台", "硅谷的里程", "乾隆皇帝"]
)
def test_simplified_words_stay_as_dictionaries_have_them(text: str) -> None:
    assert fold_text(text) == text.translate({ord("，"): ",", ord("？"): "?"})


@given(mixed)
def test_folding_twice_changes_nothing_and_spans_meet_and_cover_the_text(text: str) -> None:
    check_fold(text)


@given(mixed)
def test_a_line_folds_alike_alone_and_in_a_long_text(text: str) -> None:
    rest = "。\n。" * 500
    assert fold_text(text + rest) == fold_text(text) + rest


@given(mixed, st.data())
def test_spans_map_back_to_the_characters_they_were_made_from(text: str, data: st.DataObject) -> None:
    folded = fold(text)
    start = data.draw(st.integers(0, len(folded.text)))
    end = data.draw(st.integers(start, len(folded.text)))
    low, high = folded.original(start, end)
    assert 0 <= low <= high <= len(text)
    if start == end:
        assert low == high
        return
    # Simplifying looks at neighbours but keeps the length, so lengths tell what covers what.
    assert len(fold_text(text[:low])) <= start and len(fold_text(text[:high])) >= end
    assert fold_text(text[low]) and (high == len(text) or fold_text(text[high]))  # no marks cut off


def test_spans_of_characters_that_grow_or_vanish() -> None:
    folded = fold("½ cafe\u0301 ㎡")
    assert folded.text == "1⁄2 cafe m2"
    assert folded.original(0, 3) == (0, 1)
    assert folded.original(1, 2) == (0, 1)
    assert folded.original(4, 8) == (2, 7)  # the accent belongs to its letter
    assert folded.original(9, 11) == (8, 9)
    assert folded.original(5, 5) == (3, 3)


def test_a_character_that_grows_does_not_hide_one_that_vanishes() -> None:
    text = "e\u0301㎡x"  # as long as its fold, "em2x"
    assert fold(text).original(3, 4) == (3, 4)
    assert fold(text).original(0, 1) == (0, 2)


def test_every_character_folds_to_folded_characters() -> None:
    text = "".join(c for c in map(chr, range(0x30000)) if unicodedata.category(c) not in ("Cn", "Co"))
    once = fold_text(text)
    assert fold_text(once) == once
