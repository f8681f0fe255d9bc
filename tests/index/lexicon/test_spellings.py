"""What may write a name in the other script, against the comparison of a pair."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from itertools import islice

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from index.lexicon import spellings as module
from index.lexicon.spellings import Spellings, bundled_spellings
from index.lexicon.transliteration import Scale, Transliterator, bundled_transliterator

MODEL = bundled_transliterator()
MARKED = "".join(sorted(MODEL.marked))
#: Every character equally often.
EVEN: Mapping[str, float] = dict.fromkeys(MODEL.evidence, -6.0)
#: A model of three characters.
SMALL = {
    "甲": {"ka": 5.0, "g*": 3.5},
    "乙": {"t": 4.0, "tton": 8.0},
    "丙": {"ri": 5.5, "l*n": 4.5, "r": 3.0},
}
LETTERS = "abcdefghijklmnopqrstuvwxyz"


def library(*words: str) -> Callable[[Sequence[str]], list[list[str]]]:
    """Looks words up by their beginnings."""
    return lambda beginnings: [[word for word in words if word.startswith(one)] for one in beginnings]


@pytest.mark.parametrize(
    ("run", "written", "latin"),
    [
        ("胡格诺派", "胡格诺", "huguenot"),
        ("哈尔福德麦金德", "麦金德", "mackinder"),
        ("弗雷斯诺西", "弗雷斯诺", "fresno"),
        ("杰克逊维尔", "杰克逊维尔", "jacksonville"),
        ("塔纳格利松", "塔纳格利松", "tanaghrisson"),
    ],
)
def test_the_latin_word_of_a_name_comes_first(run: str, written: str, latin: str) -> None:
    others = ("hague", "humble", "machine", "tana", "frost", "jackets", "village", "harbour")
    best = bundled_spellings().latin(run, library(*others, latin))[0]
    assert (best.word, run[best.start : best.end]) == (latin, written)
    found = MODEL.find(latin, run)
    assert found is not None and best.score == pytest.approx(found.score)


@settings(deadline=None)
@given(
    st.text(st.sampled_from(MARKED + "的书"), max_size=8),
    st.lists(st.text(st.sampled_from(LETTERS), max_size=26), max_size=20),
)
def test_no_word_scores_above_the_comparison_of_the_pair(run: str, words: list[str]) -> None:
    found = bundled_spellings().latin(run, library(*words))
    assert len({one.word for one in found}) == len(found)
    assert [one.score for one in found] == sorted((one.score for one in found), reverse=True)
    for word, start, end, score in found:
        assert word in words and 0 <= start < end - 1 < len(run)
        evidence, _, _ = MODEL.align(word, run[start:end])
        assert score <= MODEL.probability(evidence, word) + 1e-9


@given(st.lists(st.sampled_from([*SMALL.items()]), min_size=2, max_size=4), st.data())
def test_whatever_the_letters_of_the_characters_make_is_found(
    written: list[tuple[str, dict[str, float]]], data: st.DataObject
) -> None:
    """With so few letters no search leaves any out."""
    cuts = [data.draw(st.sampled_from([*cuts.items()])) for _, cuts in written]
    run, word = "".join(char for char, _ in written), "".join(cut for cut, _ in cuts).replace("*", "e")
    if len(word) >= 3:
        model = Transliterator(SMALL, "".join(SMALL), MODEL.costs, Scale(0.3, -0.02, -1.31))
        (best,) = Spellings(model).latin(f"的{run}的", library(word, "unlike"))
        assert (
            best.word == word and best.score >= model.probability(sum(gain for _, gain in cuts), word) - 1e-9
        )


def test_only_so_many_words_are_looked_at(monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[str] = []

    def many(beginnings: Sequence[str]) -> list[list[str]]:
        asked.extend(beginnings)
        return [[f"{one}{at:04}" for at in range(100)] for one in beginnings]

    monkeypatch.setattr(module, "_LOOKED_AT", 1_500)
    bundled_spellings().latin("哈尔福德麦金德", many)
    assert len(asked) == 20  # two times ten beginnings of a hundred words each


@pytest.mark.parametrize(
    ("latin", "chinese"),
    [
        ("manning", "曼宁"),
        ("mackinder", "麦金德"),
        ("goldenson", "戈登森"),
        ("dumont", "杜蒙"),
        ("donna", "唐娜"),
    ],
)
def test_a_usual_spelling_is_among_the_first(latin: str, chinese: str) -> None:
    usual = {char: -5.0 if char in MODEL.marked else -9.0 for char in MODEL.evidence}
    found = dict(islice(bundled_spellings().chinese(latin, usual), 20))
    assert found[chinese] == MODEL.probability(MODEL.align(latin, chinese)[0], latin)


def test_characters_that_no_text_has_spell_nothing() -> None:
    shares = {char: share for char, share in EVEN.items() if char != "顿"}
    assert "牛顿" in dict(bundled_spellings().chinese("newton", EVEN))
    found = dict(bundled_spellings().chinese("newton", shares))
    assert found and not any("顿" in spelled for spelled in found)
    assert not dict(bundled_spellings().chinese("newton", {}))


@settings(deadline=None)
@given(st.text(st.sampled_from(LETTERS), max_size=26))
def test_spellings_differ_and_are_scored_as_pairs(latin: str) -> None:
    found = list(islice(Spellings(MODEL).chinese(latin, EVEN), 20))
    assert len({spelled for spelled, _ in found}) == len(found)
    assert not found or 3 <= len(latin) <= 24
    for spelled, score in found:
        assert len(spelled) > 1 and set(spelled) <= EVEN.keys()
        assert score == MODEL.probability(MODEL.align(latin, spelled)[0], latin)
