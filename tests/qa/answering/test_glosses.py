"""Glosses of words, names and quantities, in both directions."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

import pytest
from hypothesis import given
from hypothesis import strategies as st

from index.lexicon.lexicon import bundled_lexicon, bundled_tokenizer
from index.types import Alias
from qa.answering.glosses import MIN_SIMILARITY, Glosser, _stem
from qa.types import Gloss

TOKENIZER = bundled_tokenizer()


def no_aliases(keys: Iterable[str]) -> Sequence[Alias]:
    return []


GLOSSER = Glosser(TOKENIZER, bundled_lexicon(), no_aliases, dict)


def glossed(text: str, into: str, aliases=no_aliases) -> dict[str, str]:  # type: ignore[no-untyped-def]
    found = Glosser(TOKENIZER, bundled_lexicon(), aliases, dict).glosses(text, into)
    return {text[gloss.start : gloss.end]: gloss.gloss for gloss in found}


@pytest.mark.parametrize(
    ("text", "into", "part", "gloss"),
    [
        ("把报价提高到 2.4 亿美元", "en", "2.4 亿美元", "$240 million"),
        ("賠償了兩億五千萬元台幣以外的3億歐元", "en", "3億歐元", "€300 million"),
        ("paid $1.5 billion for it", "zh", "$1.5 billion", "15亿美元"),
        ("more than $100 million in all", "zh", "more than $100 million", "> 1亿美元"),
        ("约1.25亿美元的薪酬", "en", "约1.25亿美元", "≈ $125 million"),
        ("今年二十四岁的研究员", "en", "二十四岁", "aged 24"),
        ("2025年6月10日宣布", "en", "2025年6月10日", "10 June 2025"),
        ("announced on June 10, 2025 by all", "zh", "June 10, 2025", "2025年6月10日"),
        ("两周以后才答应", "en", "两周", "2 weeks"),
        ("it took four years to build", "zh", "four years", "4年"),
        ("有三成的员工离开", "en", "三成", "30%"),
        ("一共1.35万人", "en", "1.35万人", "13,500"),
    ],
)
def test_quantities_are_converted(text: str, into: str, part: str, gloss: str) -> None:
    assert glossed(text, into)[part] == gloss


def test_words_have_the_nearest_word_of_the_other_language() -> None:
    chinese = glossed("研究员离开了公司", "en")
    assert chinese["研究员"].startswith("research") and chinese["公司"] == "company"
    assert glossed("the company hired a researcher", "zh")["company"] == "公司"


def test_names_are_those_that_the_library_knows() -> None:
    def aliases(keys: Iterable[str]) -> Sequence[Alias]:
        return (
            [Alias("德特克", "matt deitke"), Alias("德特克", "deitke", "deitke")] if "德特克" in keys else []
        )

    assert glossed("德特克拒绝了邀请", "en", aliases)["德特克"] == "Matt Deitke"


def test_a_name_that_is_spelt_out_is_not_glossed_by_its_characters() -> None:
    assert not set(glossed("昨天安德特克来了", "en")) & set("安德特克")


def test_words_of_the_readers_language_have_none() -> None:
    assert "Meta" not in glossed("Meta 收购了这家公司", "en")
    assert "公司" not in glossed("the 公司 bought it", "zh")
    assert glossed("", "en") == {} == glossed("……！？", "zh")


@given(st.text("两億年研究公司 $2.5 million dollars 的ab德%,", max_size=60), st.sampled_from(["en", "zh"]))
def test_glosses_stand_apart_in_reading_order(text: str, into: str) -> None:
    found = GLOSSER.glosses(text, into)
    end = 0
    for gloss in found:
        assert end <= gloss.start < gloss.end <= len(text)
        assert gloss.gloss and isinstance(gloss, Gloss) and MIN_SIMILARITY <= gloss.similarity <= 1.001
        end = gloss.end


@pytest.mark.parametrize(
    ("text", "into", "part"),
    [
        ("2014 年买下整个公司", "en", "2014 年"),
        ("琼斯，2023 年夏天离职", "en", "2023 年"),
        ("in 2022 a paper", "zh", "2022"),
        ("at 25 percent of it", "zh", "25 percent"),
        ("增加了 21%", "en", "21%"),
    ],
)
def test_what_says_no_more_than_the_text_is_left_out(text: str, into: str, part: str) -> None:
    assert not any(part.split(" ")[0] in key for key in glossed(text, into))


@pytest.mark.parametrize(
    ("text", "into", "part", "gloss"),
    [
        ("一年可得 500 万到 1000 万美元", "en", "500 万到 1000 万美元", "$5 million – $10 million"),
        ("花了 6-8 周", "en", "6-8 周", "6 weeks – 8 weeks"),
        ("to be paid out over two years", "zh", "over two years", "2年"),
        ("have 30,000 graphics units", "zh", "30,000", "3万"),
        ("with 1.3 billion parameters", "zh", "1.3 billion", "13亿"),
        ("during 54 days of training", "zh", "54 days", "54天"),
        ("a term of 18 months", "zh", "18 months", "18个月"),
    ],
)
def test_quantities_that_are_easily_told_wrong(text: str, into: str, part: str, gloss: str) -> None:
    assert glossed(text, into)[part] == gloss


@pytest.mark.parametrize(
    ("text", "into", "words"),
    [
        ("他每小时能做八十到八十五个零件", "en", {"eight", "fifteen", "five"}),
        ("二十三名研究員和兩百多人", "en", {"twenty", "three", "two"}),
        ("第三次会议", "en", {"three"}),
        ("eighty five engineers earn two thousand", "zh", {"五", "两", "千"}),
    ],
)
def test_a_part_of_a_number_has_no_gloss(text: str, into: str, words: set[str]) -> None:
    assert words.isdisjoint(glossed(text, into).values())


@pytest.mark.parametrize(
    ("text", "into", "part", "gloss"),
    [
        ("林岚没有答应这个报价", "en", "没有", "not"),
        ("他也不接受采访", "en", "不", "not"),
        ("研究所從未公布工資", "en", "從未", "never"),
        ("they never agreed to it", "zh", "never", "从不"),
        ("The institute did not accept", "zh", "not", "不"),
        ("She couldn’t leave", "zh", "couldn’t", "不能"),
    ],
)
def test_a_negation_is_told(text: str, into: str, part: str, gloss: str) -> None:
    assert glossed(text, into)[part] == gloss


def test_no_before_a_number_is_none() -> None:
    assert "No" not in glossed("No. 5 was sold", "zh")


def test_a_word_whose_gloss_lost_its_negation_has_none() -> None:
    lexicon = bundled_lexicon()
    for text in ("unpaid workers", "disagree about it", "dishonest people", "unhappy researchers"):
        word = text.split()[0]
        stem = _stem(word)
        assert lexicon.id(stem) is not None
        found = glossed(f"{word} or {stem}", "zh")
        assert word not in found or found[word] != found.get(stem)


def test_the_words_of_the_articles_tell_which_sense_is_meant() -> None:
    text = "the premium that was paid"
    used = Glosser(TOKENIZER, bundled_lexicon(), no_aliases, lambda: {"溢价": 4})
    glosses = {text[gloss.start : gloss.end]: gloss.gloss for gloss in used.glosses(text, "zh")}
    assert glosses["premium"] == "溢价" and glossed(text, "zh")["premium"] == "保险费"


def test_what_would_be_a_guess_has_no_gloss() -> None:
    assert not set(glossed("the law professor Ronald Gilson argued", "zh")) & {"Ronald", "Gilson"}
    assert not set(glossed("a former start-up", "zh")) & {"start", "up"}
    assert not set(glossed("他光靠月薪办了一家店", "en")) & {"光", "靠", "办", "一家"}
