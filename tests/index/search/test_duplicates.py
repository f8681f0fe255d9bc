"""Near-duplicates against a comparison of all pairs."""

from __future__ import annotations

import random
import re
import threading
from itertools import combinations
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from small_library import an_article, answers, articles, open_library

from index.errors import Cancelled
from index.library import Library
from index.search.duplicates import SHINGLE, SIMILARITY, jaccard, shingles
from index.types import Monitor

CHINESE = (
    "北京图书馆去年接待了三百二十万名读者，比前年多一成半。馆长说，夜间开放的时间今年延长到十点，周末也不例外。"
    "新的阅览室设在东侧二楼，可以坐四百八十人，书架上摆着两万册新书，读者不用预约就能进去。"
)
TRADITIONAL = (
    "北京圖書館去年接待了三百二十萬名讀者，比前年多一成半。館長說，夜間開放的時間今年延長到十點，週末也不例外。"
    "新的閱覽室設在東側二樓，可以坐四百八十人，書架上擺著兩萬冊新書，讀者不用預約就能進去。"
)
ENGLISH = (
    "The city library counted three million visitors last year, fifteen per cent more than the year before. "
    "Its director said the reading rooms would stay open until ten at night, on Sundays too."
)


def plain_shingles(text: str) -> set[str]:
    """For folded text: what ``shingles`` hashes."""
    text = re.sub(r"[\W_]+", "", text)
    return {text[i : i + SHINGLE] for i in range(max(1, len(text) - SHINGLE + 1))} if text else set()


def plain_jaccard(one: str, other: str) -> float:
    a, b = plain_shingles(one), plain_shingles(other)
    return len(a & b) / len(a | b) if a | b else 0.0


TEXTS = st.text("甲乙丙丁戊己庚辛 ,。abcdef", max_size=60)


@given(TEXTS, TEXTS)
def test_likeness_is_the_share_of_common_shingles(one: str, other: str) -> None:
    assert jaccard(shingles(one), shingles(other)) == pytest.approx(plain_jaccard(one, other))


def add(library: Library, *texts: str) -> None:
    """Adds texts as the articles 1, 2, 3, …"""
    library.add_parsed([(f"key{i}", an_article(text)) for i, text in enumerate(texts)])


def test_reposts_are_grouped(library: Library) -> None:
    add(
        library,
        CHINESE,
        ENGLISH,
        f"本报讯　{CHINESE.replace('，', ',').replace('。', '。' + chr(10) * 2)}（完）",
        TRADITIONAL,
        ENGLISH.upper().replace(" year", " year"),
        CHINESE[:40] + ENGLISH[:60],
        "短文。",
        "短 文！",
        "短文章。",
        "……！？",
    )
    assert library.near_duplicates() == [(1, 3, 4), (2, 5), (7, 8)]


def test_groups_are_connected_pairs(library: Library) -> None:
    """A is like B and B like C, but A is not like C: one group."""
    words = [f"{a}{b}的事情" for a in "甲乙丙丁戊己庚辛壬癸" for b in "东西南北上下左右前后"]
    texts = ["".join(words[i : i + 60]) for i in (0, 8, 16, 38)]
    pairs = {(i, j) for i, j in combinations(range(4), 2) if plain_jaccard(texts[i], texts[j]) >= SIMILARITY}
    assert pairs == {(0, 1), (1, 2)}
    add(library, *texts)
    assert library.near_duplicates() == [(1, 2, 3)]


def edited(text: str, edits: int, chance: random.Random) -> str:
    characters = list(text)
    for _ in range(edits):
        characters[chance.randrange(len(characters))] = chance.choice("天地玄黄宇宙洪荒")
    return "".join(characters)


@settings(max_examples=10, deadline=None)
@given(st.integers(0, 2**32), st.lists(st.tuples(st.integers(0, 3), st.integers(0, 40)), max_size=40))
def test_all_that_are_alike_are_found_and_no_others(
    tmp_path_factory: pytest.TempPathFactory, seed: int, made: list[tuple[int, int]]
) -> None:
    chance = random.Random(seed)
    bases = ["".join(chance.choices("的一是不了人我在有他这为之大来以个中上们", k=300)) for _ in range(4)]
    texts = [edited(bases[base], edits, chance) for base, edits in made]
    with open_library(tmp_path_factory.mktemp("library")) as library:
        add(library, *texts)
        groups = library.near_duplicates()
    group_of = {article: group for group in groups for article in group}
    likeness = {
        pair: plain_jaccard(texts[pair[0] - 1], texts[pair[1] - 1])
        for pair in combinations(range(1, len(texts) + 1), 2)
    }
    for (one, other), alike in likeness.items():
        if alike >= SIMILARITY + 0.1:  # nearer to the bound, signatures may miss one in hundreds
            assert other in group_of.get(one, ()), (one, other, alike)
    assert groups == sorted(tuple(sorted(group)) for group in groups)
    for group in groups:
        reached, left = {group[0]}, {*group[1:]}
        while more := {i for i in left for j in reached if likeness[min(i, j), max(i, j)] >= SIMILARITY}:
            reached |= more
            left -= more
        assert not left and len(group) > 1


def test_many_copies_take_no_comparison_of_all_pairs(
    library: Library, monkeypatch: pytest.MonkeyPatch
) -> None:
    compared = []
    monkeypatch.setattr("index.search.duplicates.jaccard", lambda a, b: compared.append(1) or jaccard(a, b))
    add(library, *[CHINESE] * 150, *[f"{CHINESE}{i}" for i in range(150)])
    assert library.near_duplicates() == [tuple(range(1, 301))]
    assert len(compared) == 299


def test_it_tells_how_far_it_is_and_stops(library: Library) -> None:
    add(library, *(parsed.text for _, parsed in articles(150)))
    told: list[tuple[int, int]] = []
    library.near_duplicates(monitor=Monitor(done=lambda *done: told.append(done)))
    assert told == [(64, 150), (128, 150), (150, 150)]
    with pytest.raises(Cancelled):
        library.near_duplicates(monitor=Monitor(cancelled=lambda: True))
    library.remove(range(1, 151))
    assert library.near_duplicates() == []


def test_it_works_while_others_ask_and_remove(tmp_path: Path) -> None:
    with open_library(tmp_path / "library") as library:
        add(library, CHINESE, ENGLISH, TRADITIONAL, *(parsed.text for _, parsed in articles(80, first=5)))
        before, found = answers(library), []

        def progress(done: int, total: int) -> None:
            if done == 64:
                assert answers(library) == before
                other = threading.Thread(target=lambda: library.remove([1]))
                other.start()
                other.join(30)

        found = library.near_duplicates(Monitor(progress))
        assert all(1 not in group for group in found)  # it was gone when it was to be compared
        assert (1, 3) not in found and len(library.articles()) == 82
