"""Names across scripts: known spellings, chance, and what holds for any text."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from index.lexicon.transliteration import Costs, Scale, Transliterator, bundled_transliterator, letters
from index.text.fold import fold_text

MODEL = bundled_transliterator()
TEXT = st.text(st.one_of(st.sampled_from("艾伦斯班林维特霍夫·的"), st.characters()), max_size=30)
WORD = st.one_of(st.text("abcdefghijklmnopqrstuvwxyz", max_size=30), st.text(max_size=12))

#: Mainland, Taiwan and Hong Kong write these names differently.
SPELLINGS = {
    "Obama": ["奥巴马", "歐巴馬"],
    "Kennedy": ["肯尼迪", "甘迺迪"],
    "Johnson": ["约翰逊", "強森", "詹森"],
    "Sydney": ["悉尼"],
    "Wiethoff": ["维特霍夫"],
    "Tanaghrisson": ["塔纳格利松"],
    "Maradona": ["马拉多纳", "馬勒當拿"],
    "Newton": ["牛顿"],
    "Müller": ["米勒", "穆勒"],
}


def score(latin: str, han: str, model: Transliterator = MODEL) -> float:
    """How likely all of the characters write a word; 0 where it is found in none or only some of them."""
    found = model.find(letters(latin), fold_text(han))
    return found.score if found and found[:2] == (0, len(han)) else 0.0


@pytest.mark.parametrize(
    ("latin", "han"), [(name, han) for name, found in SPELLINGS.items() for han in found]
)
def test_a_spelling_beats_those_of_other_names(latin: str, han: str) -> None:
    assert score(latin, han) > 0.5
    assert all(score(latin, han) > score(other, han) for other in SPELLINGS if other != latin)


@pytest.mark.parametrize(
    ("latin", "han"),
    [("Obama", "布什"), ("Kennedy", "图书馆"), ("Wiethoff", "我们的城市"), ("Newton", "开放时间")],
)
def test_other_words_are_no_spelling(latin: str, han: str) -> None:
    found = MODEL.find(letters(latin), fold_text(han))
    assert found is None or found.score < 0.1


@settings(deadline=None)
@given(WORD, TEXT)
def test_scores_are_shares_and_places_lie_in_the_text(latin: str, text: str) -> None:
    found = MODEL.find(letters(latin), text)
    if found is not None:
        assert 0 <= found.start < found.end - 1 < len(text)
        assert 0 <= found.score <= 1


@settings(deadline=None)
@given(WORD)
def test_case_accents_and_marks_make_no_difference(latin: str) -> None:
    assert letters("-".join(latin)) == letters(latin) == letters(letters(latin))
    if latin.isascii():
        assert letters(latin.upper()) == letters(latin)
    assert letters("Mül-LER’s") == "mullers"


@pytest.mark.parametrize("latin", list(SPELLINGS))
def test_a_name_is_found_in_a_sentence(latin: str) -> None:
    for han in SPELLINGS[latin]:
        text = fold_text(f"昨天上午{han}在会上发言")
        found = MODEL.find(letters(latin), text)
        assert found is not None
        assert text[found.start : found.end] == fold_text(han)


def test_runs_of_a_question_are_where_names_stand() -> None:
    runs = [run.group() for run in MODEL.runs("谁邀请了维特霍夫来访")]
    assert any("维特霍夫" in run for run in runs)
    assert MODEL.plausible("wiethoff", "维特霍夫")
    assert not MODEL.plausible("question", "维特霍夫")


def test_brute_force_agrees_with_the_alignment() -> None:
    """All ways to deal the letters out, letters and characters left over at their costs."""
    evidence = {"拉": {"ra": 4.0, "la": 3.5, "r": 1.0}, "采": {"tze": 5.0}, "尔": {"l": 2.0, "": -1.0}}
    costs = Costs(letter=1.5, character=3.0)
    model = Transliterator(evidence, "拉", costs, Scale(1.0, 0.0, 0.0))

    def best(latin: str, han: str) -> float:
        if not han:
            return -costs.letter * len(latin)
        options = [best(latin, han[1:]) - costs.character]
        options += [best(latin[1:], han) - costs.letter] if latin else []
        options += [
            gain + best(latin[len(cut) :], han[1:])
            for cut, gain in evidence[han[0]].items()
            if latin.startswith(cut)
        ]
        return max(options)

    for latin in ("ratzel", "ra", "larl", "tzela", "xyz"):
        for han in ("拉采尔", "尔", "采拉", "拉拉"):
            stretches = [han[i:j] for i in range(len(han)) for j in range(i + 1, len(han) + 1)]
            most, start, end = model.align(latin, han)
            assert most == pytest.approx(max(best(latin, one) for one in stretches))
            assert most == pytest.approx(best(latin, han[start:end]))


def test_saved_and_loaded_it_scores_the_same(tmp_path: Path) -> None:
    MODEL.save(tmp_path / "model.json")
    again = Transliterator.load(tmp_path / "model.json")
    for latin, spellings in SPELLINGS.items():
        for han in spellings:
            assert score(latin, han, again) == score(latin, han)
