"""Making the dictionary from small sources."""

from __future__ import annotations

import json
import lzma
from pathlib import Path

import pytest

from index.lexicon.dictionary import MOST_WORDS, Dictionary, keys
from index.lexicon.lexicon import bundled_lexicon
from index.lexicon.making import dictionary as making
from index.lexicon.making.formulas import FORMULAS
from index.text.fold import fold_text
from index.text.tokenizer import Tokenizer

TOKENIZER = Tokenizer({"长桥": 9, "渡船": 9, "渡": 2, "船": 2, "大桥": 5, "桥": 3, "急救": 4})


def source(folder: Path, name: str, pairs: list[tuple[str, str]]) -> None:
    with lzma.open(folder / f"{name}.jsonl.xz", "wt", encoding="utf-8") as file:
        file.writelines(json.dumps({"a": a, "b": b}) + "\n" for a, b in pairs)


def test_pairs_are_short_glosses(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    lines = [
        "長橋 长桥 [chang2 qiao2] /long bridge/to cross (a river)/bridge of sb/a bridge that does not end/",
        "急救 急救 [ji2 jiu4] /first aid (FA)/",
        "長橋縣 长桥县 [Chang2 qiao2 Xian4] /Changqiao county in Nowhere 無處|无处[Wu2 chu4], Anywhere/",
    ]
    monkeypatch.setattr(making, "cedict_lines", lambda: lines)
    ferries = [("ferry-boat (ship)", "[old] 渡船"), ("Ferry-boat (ship)", "渡船")]
    source(tmp_path, making.WIKTIONARY, ferries)
    rows = [
        "Word\tSimplified\tTraditional\tPinyin",
        "Long Bridge (town)\t长桥镇\t長橋鎮\tCháng qiáo Zhèn",
        "<comp.> Brydge; Bridger (surname)\t布里奇\t布里奇\tBùlǐqí",
        "across the bridge\t桥那边\t橋那邊\tqiáo nàbian",
        "Ferry Township\t渡船乡\t渡船鄉\tDùchuán Xiāng",
        "Du\t渡\t渡\tDù",
    ]
    (tmp_path / making.NAMES).write_text("\n".join(rows), encoding="utf-8")
    assert making.read_pairs(tmp_path, TOKENIZER) == {
        ("长桥", "long bridge"),
        ("长桥", "cross"),
        ("急救", "first aid"),
        ("急救", "fa"),
        ("长桥县", "changqiao county"),
        ("渡船", "ferry boat"),
        ("长桥镇", "long bridge"),
        ("布里奇", "brydge"),
        ("布里奇", "bridger"),
    }


def test_other_forms_of_chinese_words() -> None:
    lines = [
        "# 無 无 [wu2] /variant of 沒|没/",
        "索橋 索桥 [suo3 qiao2] /same as 繩橋|绳桥[sheng2 qiao2]/rope bridge/",
        "渡公司 渡公司 [du4 gong1 si1] /abbr. for 渡船公司[du4 chuan2 gong1 si1], Ferry Company/",
        "渡公司 渡公司 [du4 gong1 si1] /abbr. for 渡口公司[du4 kou3 gong1 si1]/",
        "阿·橋 阿·桥 [a1 qiao2] /also written 阿特·橋|阿特·桥/see also 大橋|大桥[da4 qiao2]/",
        "橋 桥 [qiao2] /variant of 喬|乔[qiao2]/",
        "桥梁 桥梁 [qiao2 liang2] /variant of 桥梁[qiao2 liang2]/",
    ]
    assert making.other_forms(lines) == {
        ("索桥", "绳桥"): 0.9,
        ("绳桥", "索桥"): 0.9,
        ("渡公司", "渡船公司"): 0.45,
        ("渡公司", "渡口公司"): 0.45,
        ("渡船公司", "渡公司"): 0.9,
        ("渡口公司", "渡公司"): 0.9,
        ("阿·桥", "阿特·桥"): 0.9,
        ("阿特·桥", "阿·桥"): 0.9,
    }


def test_a_translation_that_is_seen_is_stronger_than_one_that_is_not() -> None:
    pairs = {("桥", "bridge"), ("桥", "beam"), ("渡船", "ferry"), ("渡", "a b c d"), ("大桥", "beam")}
    texts = [({"桥"}, {"bridge"})] * 30 + [({"桥"}, {"overpass"})] * 10
    strengths = making.estimate(pairs, texts)
    assert strengths["桥", "bridge"] > 0.9  # "bridge" was always 桥
    assert strengths["桥", "beam"] < strengths["渡船", "ferry"] == 1.0  # each has no other
    assert ("渡", "a b c d") not in strengths  # an explanation that nobody uses


def test_sentences_give_keys_of_words_and_phrases(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(making, "SENTENCES", {"small": 1})
    source(tmp_path, "small", [("Long bridges", "长桥船"), ("left out", "桥")])
    ((chinese, english),) = making.sentences(tmp_path, TOKENIZER)
    assert chinese == {"长桥", "船", "长桥船"}
    assert {"long", "bridge", "longbridge", "longbridges"} <= english


def test_what_is_written_is_found_both_ways() -> None:
    pairs = {("渡船", "ferry boat"): 1.0, ("桥", "bridge"): 0.52, ("大桥", "bridge"): 0.31}
    dictionary = Dictionary(making.written(pairs, {("索桥", "绳桥"): 0.9, ("渡船", "摆渡船"): 0.45}))
    assert dictionary.translations(["渡船"]) == [("ferry boat", 0.9), ("摆渡船", 0.4)]
    assert dictionary.translations(["索桥"]) == [("绳桥", 0.9)]
    assert dictionary.translations(["绳桥"]) == []
    assert dictionary.translations(["ferry", "boats"]) == [("渡船", 0.9)]
    assert dictionary.translations(["bridge"]) == [("桥", 0.5), ("大桥", 0.3)]


def test_a_formula_has_the_words_that_a_question_has() -> None:
    """So that it can be looked up: of more words than an entry has, it never is."""
    cut = Tokenizer(bundled_lexicon().frequencies())
    for formula, chinese, english in FORMULAS:
        words = cut.words(formula)
        assert 1 < len(words) <= MOST_WORDS and keys(words)[0] == fold_text(formula)
        assert len(cut.words(chinese)) <= MOST_WORDS and len(cut.words(english)) <= MOST_WORDS
        assert making.short_gloss(english, cut) == english
    assert len({row.formula for row in FORMULAS}) == len({row.chinese for row in FORMULAS}) == len(FORMULAS)
