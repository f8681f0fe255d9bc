"""One definition of a Chinese character, for all that asks."""

from __future__ import annotations

import re
import sys
import unicodedata

from index.cleaning.metadata import find_metadata, title_of
from index.text.han import HAN
from index.text.language import detect
from index.text.tokenizer import Tokenizer

RARE = "𠮷𡘙𬱖"  # extensions B and E


def test_han_is_what_unicode_calls_an_ideograph() -> None:
    every = "".join(map(chr, range(sys.maxunicode + 1)))
    named = ("CJK UNIFIED IDEOGRAPH", "CJK COMPATIBILITY IDEOGRAPH", "IDEOGRAPHIC NUMBER ZERO")
    found = {c for c in re.findall(f"[{HAN}]", every) if unicodedata.name(c, "")}
    assert found == {c for c in every if unicodedata.name(c, "").startswith(named)}


def test_rare_characters_count_everywhere() -> None:
    assert detect(RARE) == "zh-Hans"
    assert Tokenizer({"的": 1}).words(RARE) == tuple(RARE)
    assert find_metadata(f"记者：王{RARE[2]}\n2024年1月23日").author == f"王{RARE[2]}"
    assert title_of(RARE * 30) is None and title_of(RARE * 10) == RARE * 10
