"""Names found by parts, gaps and pinyin initials."""

from __future__ import annotations

import pytest

from tui.state.finding import Names, Wanted
from tui.state.pinyin import initials, letter


def found(typed: str, name: str) -> list[str]:
    return [name[start:end] for start, end in Wanted(typed).spans(name)]


@pytest.mark.parametrize(
    ("character", "first"),
    [
        ("啊", "a"),
        ("人", "r"),
        ("座", "z"),
        ("鹦", "y"),
        ("鹉", "w"),
        ("亍", "c"),
        ("齄", "z"),
        ("，", ""),
        ("r", ""),
    ],
)
def test_the_letter_of_a_character(character: str, first: str) -> None:
    assert letter(character) == first


def test_initials_have_the_length_of_the_text() -> None:
    assert initials("openai与人工智能，2024") == "openaiyrgzn，2024"
    assert initials("银行") == "y行"


@pytest.mark.parametrize(
    ("typed", "name", "parts"),
    [
        ("rgzn", "论人工智能", ["人工智能"]),
        ("RGZN", "論人工智能", ["人工智能"]),
        ("yh", "招商银行", ["银行"]),
        ("yx", "招商银行", ["银行"]),
        ("cc", "长城", ["长城"]),
        ("hw", "海灣", ["海灣"]),
        ("lan lin", "Hire Lin Lan", ["Lan", "Lin"]),
        ("人智", "人工智能", ["人", "智"]),
        ("rgzn", "人工与智能", ["人", "工", "智", "能"]),
        ("stngs", "Settings", ["S", "t", "n", "g", "s"]),
    ],
)
def test_what_fits_is_told(typed: str, name: str, parts: list[str]) -> None:
    assert Wanted(typed).score(name) > 0 and found(typed, name) == parts


@pytest.mark.parametrize(
    ("typed", "name"),
    [
        ("zzz", "海湾研究所"),
        ("rgzn", "人工智"),
        ("lin bob", "Lin Lan"),
        ("tings", "s-t-ngs"),
        ("x", ""),
        ("", "x"),
    ],
)
def test_what_does_not_fit(typed: str, name: str) -> None:
    assert Wanted(typed).score(name) == 0


def test_the_better_it_fits_the_earlier_it_comes() -> None:
    names = ["a resettings", "The settings", "Settings of all", "settings", "S e t tings"]
    best = Wanted("settings").best(Names(names), 9)
    assert [names[place] for _score, place in best] == [
        "settings",
        "Settings of all",
        "The settings",
        "a resettings",
    ]
    assert best[0][0] == 1.0
    assert len(Wanted("s").best(Names(names), 2)) == 2


def test_gaps_only_where_nothing_fits_without() -> None:
    assert [place for _, place in Wanted("lan").best(Names(["l a n", "lan"]), 9)] == [1]
    assert [place for _, place in Wanted("lann").best(Names(["la non", "x"]), 9)] == [0]
    assert Wanted("lann").best(Names(["la non", "x"]), 9, gaps=False) == []
    assert Wanted("x").best(Names([]), 9) == []


def test_a_name_of_several_lines_is_one() -> None:
    assert [place for _, place in Wanted("two").best(Names(["one\ntwo", "two"]), 9)] == [1, 0]
