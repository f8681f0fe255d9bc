"""The Chinese spellings of one foreign name, made from dictionaries."""

from __future__ import annotations

import pytest

from index.lexicon.dictionary import bundled_dictionary
from index.lexicon.making import same_names as making
from index.lexicon.making.regional_names import REGIONAL_NAMES
from index.text.fold import fold_text

LISTED = {(one, other) for names in REGIONAL_NAMES for one in names for other in names if one != other}


def spellings(cedict: list[str], named: list[tuple[str, str]] | None = None) -> set[tuple[str, str]]:
    """The pairs that are not listed, each once."""
    found = making.same_names(cedict, named or [], 0.9)
    assert set(found.values()) == {0.9} and {(b, a) for a, b in found} == set(found)
    return {(one, other) for one, other in found if one < other and (one, other) not in LISTED}


def test_what_is_explained_alike_is_one_name() -> None:
    assert spellings(
        [
            "渡國 渡国 [Du4 guo2] /Ferria/",
            "度國 度国 [Du4 guo2] /Ferria (Tw)/",
            "喬克 乔克 [Qiao2 ke4] /Ann Joke (1920-1990), Ferrian engineer/",
            "周克 周克 [Zhou1 ke4] /(Tw) Annabel Joke (1920-1990), engineer of the Long Bridge/",
            "安·喬克 安·乔克 [An1 · Qiao2 ke4] /Ann Joke (1920-1990), Ferrian engineer/",
        ]
    ) == {("度国", "渡国"), ("乔克", "周克"), ("周克", "安·乔克")}


@pytest.mark.parametrize(
    "lines",
    [
        ["橋本 桥本 [Qiao2 ben3] /Smith (name)/", "喬本 乔本 [Qiao2 ben3] /Smith (name)/"],
        ["橋人 桥人 [Qiao2 ren2] /Ferrian/", "渡語 渡语 [Du4 yu3] /Ferrian/"],
        ["橋木 桥木 [qiao2 mu4] /Wood/", "喬木 乔木 [qiao2 mu4] /Wood/"],
        ["橋州 桥州 [Qiao2 zhou1] /Bridge/", "喬河 乔河 [Qiao2 he2] /Bridge/"],
        [
            "渡克 渡克 [Du4 ke4] /Ann Joke (1920-1990)/Bob Joke (1950-)/",
            "周克 周克 [Zhou1 ke4] /Bob Joke (1950-)/",
        ],
        [
            "北橋 北桥 [Bei3 qiao2] /North Bridge/city in Ferria/Beiqiao in Ostby/Lake Bei/",
            "貝橋 贝桥 [Bei4 qiao2] /North Bridge/",
            "北港 北港 [Bei3 gang3] /Beiqiao in Ostby/",
            "北湖 北湖 [Bei3 hu2] /Lake Bei/",
        ],
    ],
)
def test_family_names_peoples_kinds_of_places_and_names_of_many_are_none(lines: list[str]) -> None:
    assert not spellings(lines) & {("乔本", "桥本"), ("桥人", "渡语"), ("乔木", "桥木"), ("乔河", "桥州")}
    assert not spellings(lines) & {("周克", "渡克"), ("北桥", "贝桥")}


def test_names_of_other_sources_must_sound_alike() -> None:
    named = [
        ("Wellby", "威灵比"),
        ("Wellby", "维灵比"),
        ("Wellby", "泉村镇"),
        ("Long Bridge", "朗桥"),
        ("Long Bridge", "郎桥"),
    ]
    assert spellings([], named) == {("威灵比", "维灵比")}


def test_only_names_with_a_spelling_for_another_region_are_taken_of_cedpane() -> None:
    rows = [
        ("Wellby", "威灵比"),
        ("Wellby (alternate translation)", "维灵比"),
        ("Smith", "史密斯"),
        ("Smith", "史密思"),
    ]
    assert [*making.alternates(rows)] == [("Wellby", "威灵比"), ("Wellby", "维灵比")]


def test_listed_names_are_simplified_and_several() -> None:
    assert all(len(set(names)) > 1 and names == tuple(map(fold_text, names)) for names in REGIONAL_NAMES)


@pytest.mark.parametrize(
    "spellings",
    ["斯大林 史达林", "悉尼 雪梨", "奔驰 宾士", "奔驰 平治", "津巴布韦 辛巴威", "切尔诺贝利 车诺比"],
)
def test_the_bundled_dictionary_knows_them_both_ways(spellings: str) -> None:
    one, other = spellings.split()
    for asked, wanted in ((one, other), (other, one)):
        assert wanted in [found.words for found in bundled_dictionary().translations([asked])]
