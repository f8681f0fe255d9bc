"""Building a lexicon, without the teacher: glosses, dimensions, files."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from index.lexicon.lexicon import Lexicon
from index.lexicon.making import build as build
from index.lexicon.making import pinyin
from index.lexicon.making.build import chinese_glosses, clean_gloss, reduce_dimensions, write


@pytest.mark.parametrize(
    ("gloss", "cleaned"),
    [
        ("to poach (talent) from a rival company", "poach from a rival company"),
        ("a bridge", "bridge"),
        ("to be late", "late"),
        ("the Lake District", "Lake District"),
        ("CL:座[zuo4]", ""),
        ("abbr. for 大橋公司|大桥公司[Da4 qiao2 Gong1 si1], Great Bridge Company", "Great Bridge Company"),
        ("variant of 橋|桥[qiao2]", ""),
        ("old variant of 橋|桥[qiao2]", ""),
        ("see also 大橋|大桥[da4 qiao2]", ""),
        ("used in 橋頭|桥头[qiao2 tou2]", ""),
        ("Taiwan equivalent of 大橋|大桥[da4 qiao2]", ""),
        ("also called 長橋|长桥", ""),
        ("also called Long Bridge", "Long Bridge"),
        ("old name for Ferrytown", "Ferrytown"),
        ("term for 大橋|大桥[da4 qiao2] used by ferrymen", ""),
        ("capital of 橋縣|桥县[Qiao2 Xian4], Bridgetown", "Bridgetown"),
        ("second of the two bridges 二橋|二桥[er4 qiao2]", "second of the two bridges"),
        ("in front", "in front"),
        ("(coll.)  very   good.", "very good"),
        ("oversee a project", "oversee a project"),
        ("", ""),
    ],
)
def test_clean_gloss(gloss: str, cleaned: str) -> None:
    assert clean_gloss(gloss) == cleaned


def test_glosses_of_made_up_entries() -> None:
    lines = [
        "# CC-CEDICT, a remark /not an entry/",
        "長橋 长桥 [chang2 qiao2] /long bridge/footbridge; (archaic) to cross/CL:座[zuo4]/",
        "長橋 长桥 [Chang2 qiao2] /Changqiao (place)/long bridge/",
        "長橋兒 长桥儿 [chang2 qiao2 r5] /erhua variant of 長橋|长桥[chang2 qiao2]/",
        "斷頭 断头 [duan4 tou2] /see 沒有的[mei2 you3 de5]/",
        "T恤 T恤 [T xu4] /T-shirt/",
        "多 多 [duo1] /" + "/".join(f"sense {i}" for i in range(20)) + "/",
        "no entry at all",
    ]
    glosses = chinese_glosses(lines)
    assert glosses == {
        "多": [f"sense {i}" for i in range(build.GLOSSES_A_WORD)],
        "长桥": ["long bridge", "footbridge", "cross", "Changqiao"],
        "长桥儿": ["long bridge", "footbridge", "cross", "Changqiao"],
    }
    assert list(glosses) == sorted(glosses)


def test_headwords_are_folded() -> None:
    assert chinese_glosses(["著名 著名 [zhu4 ming2] /famous/", "台灣 台湾 [Tai2 wan1] /Taiwan/"]) == {
        "台湾": ["Taiwan"],
        "著名": ["famous"],
    }


def test_reducing_keeps_what_tells_words_apart(monkeypatch: pytest.MonkeyPatch) -> None:
    """Two languages share meanings of few dimensions, under an offset each and a loud common part."""
    monkeypatch.setattr(build, "DIMENSIONS", 6)
    monkeypatch.setattr(build, "DROPPED_COMPONENTS", 2)
    random = np.random.default_rng(3)
    axes = np.linalg.qr(random.normal(size=(40, 40)))[0]
    meaning = random.normal(size=(300, 6))
    languages = [
        meaning @ axes[:6]  # what a word means
        + 30 * random.normal(size=(300, 2)) @ axes[6:8]  # what has nothing to do with it
        + 50 * axes[offset]  # what the language adds
        + 0.01 * random.normal(size=(300, 40))
        for offset in (8, 9)
    ]
    table = reduce_dimensions([language.astype(np.float32) for language in languages])
    assert table.shape == (600, 6)
    assert np.linalg.norm(table, axis=1) == pytest.approx(1, abs=1e-5)
    # A word's nearest word of the other language is its translation; the raw vectors do not tell.
    one, other = table[:300], table[300:]
    assert (np.argmax(one @ other.T, axis=1) == np.arange(300)).mean() > 0.97
    raw = [language / np.linalg.norm(language, axis=1, keepdims=True) for language in languages]
    assert (np.argmax(raw[0] @ raw[1].T, axis=1) == np.arange(300)).mean() < 0.2


def test_what_is_written_loads_again(tmp_path: Path) -> None:
    words = ["长桥", "冷门", "bridge", "ferry"]
    table = np.random.default_rng(0).normal(size=(4, 16)).astype(np.float32)
    table /= np.linalg.norm(table, axis=1, keepdims=True)
    write(tmp_path / "new", words, table, [1e-5, 0.0, 1e-3, 1e-7], {"长桥": 40, "别的": 3})
    lexicon = Lexicon.load(tmp_path / "new")
    assert list(lexicon.words) == words and lexicon.dimensions == 16
    assert lexicon.vectors(np.arange(4)) == pytest.approx(table, abs=0.01)
    assert lexicon.frequencies() == {"长桥": 40, "冷门": build.LEAST_COUNT}
    assert np.exp([lexicon.log_probability(word) for word in words]) == pytest.approx(
        [1e-5, 1e-8, 1e-3, 1e-7], rel=0.02
    )


def test_the_fingerprint_moves_with_the_contents(tmp_path: Path) -> None:
    table = np.eye(2, 4, dtype=np.float32)
    fingerprints = set()
    for i, (words, probability) in enumerate([("ab", 0.1), ("ab", 0.1), ("ac", 0.1), ("ab", 0.2)]):
        write(tmp_path / str(i), list(words), table, [probability, 0.1], {})
        fingerprints.add(Lexicon.load(tmp_path / str(i)).fingerprint)
    assert len(fingerprints) == 3


def test_readings_of_made_up_entries() -> None:
    lines = [
        "# 重 重 [chong2] /not an entry/",
        "重 重 [chong2] /to repeat/",
        *["重量 重量 [zhong4 liang4] /weight/"] * 20,
        "重慶 重庆 [Chong2 qing4] /Chongqing/",
        "仇 仇 [chou2] /hatred/",
        *["仇人 仇人 [chou2 ren2] /enemy/"] * 30,
        "仇 仇 [Qiu2] /surname Qiu/",
        "仇 仇 [hai4] /old variant of 害[hai4]/",
        *["長橋兒 长桥儿 [chang2 qiao2 r5] /bridge/"] * 2,
        "綠女 绿女 [lu:4 nu:3] /x/",
        "T恤 T恤 [T xu4] /T-shirt/",
        "三心二意 三心二意 [san1 xin1] /as many readings as characters, or none counts/",
    ]
    assert pinyin.read(lines) == {
        "女": ("nv",),
        "仇": ("chou", "qiu"),
        "庆": ("qing",),
        "恤": ("xu",),
        "桥": ("qiao",),
        "绿": ("lv",),
        "人": ("ren",),
        "量": ("liang",),
        "重": ("zhong", "chong"),
        "长": ("chang",),
    }
