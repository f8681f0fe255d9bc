"""Glosses of words, names and figures, in both directions."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

import pytest
from hypothesis import given
from hypothesis import strategies as st

from index.lexicon import bundled_lexicon
from index.tokens import Tokenizer
from index.types import Alias
from qa.gloss import LEAST_SIMILARITY, glosses
from qa.types import Gloss

TOKENIZER = Tokenizer(bundled_lexicon().frequencies())


def no_aliases(keys: Iterable[str]) -> Sequence[Alias]:
    return []


def told(text: str, into: str, aliases=no_aliases) -> dict[str, str]:  # type: ignore[no-untyped-def]
    found = glosses(text, into, TOKENIZER, bundled_lexicon(), aliases)
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
def test_figures_are_converted(text: str, into: str, part: str, gloss: str) -> None:
    assert told(text, into)[part] == gloss


def test_words_have_the_nearest_word_of_the_other_language() -> None:
    chinese = told("研究员离开了公司", "en")
    assert chinese["研究员"].startswith("research") and chinese["公司"] == "company"
    assert told("the company hired a researcher", "zh")["company"] == "公司"


def test_names_are_those_that_the_library_knows() -> None:
    def aliases(keys: Iterable[str]) -> Sequence[Alias]:
        return (
            [Alias("德特克", "matt deitke"), Alias("德特克", "deitke", "deitke")] if "德特克" in keys else []
        )

    assert told("德特克拒绝了邀请", "en", aliases)["德特克"] == "Matt Deitke"


def test_a_name_that_is_spelt_out_is_not_glossed_by_its_characters() -> None:
    assert not set(told("昨天安德特克来了", "en")) & set("安德特克")


def test_words_of_the_readers_language_have_none() -> None:
    assert "Meta" not in told("Meta 收购了这家公司", "en")
    assert "公司" not in told("the 公司 bought it", "zh")
    assert told("", "en") == {} == told("……！？", "zh")


@given(st.text("两億年研究公司 $2.5 million dollars 的ab德%,", max_size=60), st.sampled_from(["en", "zh"]))
def test_glosses_stand_apart_in_reading_order(text: str, into: str) -> None:
    found = glosses(text, into, TOKENIZER, bundled_lexicon(), no_aliases)
    end = 0
    for gloss in found:
        assert end <= gloss.start < gloss.end <= len(text)
        assert gloss.gloss and isinstance(gloss, Gloss) and LEAST_SIMILARITY <= gloss.similarity <= 1.001
        end = gloss.end
