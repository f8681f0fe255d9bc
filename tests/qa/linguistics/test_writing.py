"""How words are written: their capitals, the signs that end them, and what stands beside a letter."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from qa.linguistics.writing import Beside, Capitals, Written, begins_sentence, beside, sign_of


def places(word: str, text: str) -> list[tuple[int, int]]:
    return [match.span() for match in re.finditer(rf"(?<![a-z]){word}(?![a-z])", text, re.IGNORECASE)]


@pytest.mark.parametrize(
    ("word", "text", "sign"),
    [
        *(("c", "C++", "++"), ("c", "C＋＋组", "++"), ("c", "C\\+\\+", "++"), ("c", "C++17", "++")),
        *(("c", "C#", "#"), ("c", "C＃", "#"), ("c", "C\\#,", "#"), ("f", "F♯", "#"), ("c", "C#组", "#")),
        *(
            ("a", "A+", "+"),
            ("a", "A+级", "+"),
            ("ab", "AB+.", "+"),
            ("k", "K⁺", "+"),
            ("disney", "Disney+", "+"),
        ),
        *(("a", "A-", "-"), ("o", "O− blood", "-"), ("a", "A-?", "-"), ("bbb", "BBB-", "-")),
        *(("net", ".NET", "."), ("net", "ASP.NET", "."), ("net", "用.NET写", ".")),
        *(("c", "C", ""), ("c", "C+D", ""), ("a", "A-level", ""), ("a", "A -", ""), ("plan", "plan-", "")),
        *(("a", "A+1", ""), ("ai", "AI+医疗", "+"), ("web", "Web+医疗", ""), ("item", "item#", "")),
        *(("net", "net", ""), ("org", ".org", ""), ("a", "A--", ""), ("c", "C+++", ""), ("a", "a- ", "")),
    ],
)
def test_the_sign_of_a_word(word: str, text: str, sign: str) -> None:
    ((start, end),) = places(word, text)
    assert sign_of(text, start, end) == sign


@pytest.mark.parametrize(
    ("capitals", "word", "fit", "unfit"),
    [
        (
            Capitals.ALL,
            "it",
            "IT. |IT's |the IT team|it部门|由it负责|HOW IT WORKS",
            "It |it |it's |who is it?",
        ),
        (Capitals.ALL, "a", "an A |vitamin A is|A座|(A) |A: ", "A cat |a |is. A cat|“A cat"),
        (Capitals.FIRST, "may", "May |in May 1998|MAY |May's |may thornton drives", "She may.|You may"),
    ],
)
def test_the_capitals_of_a_word(capitals: Capitals, word: str, fit: str, unfit: str) -> None:
    written = Written(capitals)
    for texts, fits in ((fit, True), (unfit, False)):
        for text in texts.split("|"):
            ((start, end),) = places(word, text)
            assert written.fits(text, start, end) is fits, text


@pytest.mark.parametrize(
    ("asked", "word", "fit", "unfit"),
    [
        ("writes C", "c", "C. |用C写|C-based |plain C", "Objective-C|C++|C#|B&C"),
        ("Objective-C", "c", "Objective-C|Objective C|objective-c", "C |C#|Vitamin C"),
        ("R&D", "r", "R&D|R & D|R＆D", "R |R language|Q&R"),
        ("writes R", "r", "R |R语言", "R&D"),
        ("the C++ team", "c", "C++|c++", "C |C#|C+"),
    ],
)
def test_a_letter_is_no_part_of_another_name(asked: str, word: str, fit: str, unfit: str) -> None:
    ((start, end),) = places(word, asked)
    written = Written(sign=sign_of(asked, start, end), beside=beside(asked, start, end))
    for texts, fits in ((fit, True), (unfit, False)):
        for text in texts.split("|"):
            ((start, end),) = places(word, text)
            assert written.fits(text, start, end) is fits, text


def test_what_stands_beside_a_letter() -> None:
    assert beside("run R&D now", 4, 5) == Beside("run", "d", False, True)
    assert beside("run R&D now", 6, 7) == Beside("r", "now", True, False)
    assert beside("C", 0, 1) == Beside()


def test_where_sentences_begin() -> None:
    for text in ("", "Yes. ", "Why?", "“", "- ", "好。", "# "):
        assert begins_sentence(text + "A", len(text))
    for text in ("an ", "for, ", "组", "(", "vitamin "):
        assert not begins_sentence(text + "A", len(text))


@given(st.text(), st.integers(0, 40), st.integers(1, 5), st.sampled_from(Capitals))
def test_any_text_is_read(text: str, start: int, length: int, capitals: Capitals) -> None:
    start = min(start, len(text))
    end = min(start + length, len(text))
    sign = sign_of(text, start, end)
    assert sign in ("", "++", "+", "#", "-", ".")
    if start < end:
        # Every word is written as it is written.
        assert Written(sign=sign, beside=beside(text, start, end)).fits(text, start, end)
        assert Written(capitals, sign).fits(text, start, end) in (True, False)
