"""The forms of numbers: against a table, and read back by what reads them."""

from __future__ import annotations

import re

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from index.text.fold import fold_text
from qa.linguistics.number_forms import MOST_ROMAN, forms, ordinal, roman
from qa.linguistics.numerals import HAN_DIGITS, numbers, parse_chinese

#: Small numbers, years and round ones: those that people write in words.
VALUES = st.one_of(
    st.integers(2, 120),
    st.integers(1000, 2100),
    st.builds(lambda digits, zeros: digits * 10**zeros, st.integers(2, 9_999), st.integers(0, 7)),
)
SCALES = "hundred|thousand|million|billion"
ROMAN_VALUES = {"i": 1, "v": 5, "x": 10, "l": 50, "c": 100}


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        (2, {"2", "二", "two", "second", "ii"}),
        (9, {"9", "九", "nine", "ninth", "ix"}),
        (10, {"10", "十", "ten", "tenth"}),
        (11, {"11", "十一", "eleven", "eleventh"}),  # xi is 习
        (12, {"12", "十二", "twelve", "twelfth", "xii"}),
        (40, {"40", "四十", "forty", "fortieth", "xl"}),
        (49, {"49", "四十九", "forty nine", "forty ninth", "xlix"}),
        (105, {"105", "一百零五", "一零五", "一〇五"}),
        (200, {"200", "二百", "两百", "二零零", "二〇〇", "two hundred", "two hundredth"}),
        (911, {"911", "九百一十一", "九一一"}),
        (1958, {"1958", "一九五八", "nineteen fifty eight"}),
        (1960, {"1960", "一千九百六十", "一九六零", "一九六〇", "nineteen sixty"}),
        (2008, {"2008", "二零零八", "二〇〇八"}),
        (2500, {"2500", "二千五百", "两千五百", "two thousand five hundred"}),
        (13_500, {"13500", "一万三千五百", "1.35万", "13.5 thousand"}),
        (20_000, {"20000", "二万", "两万", "2万", "20 thousand", "twenty thousand"}),
        (2_500_000, {"2500000", "二百五十万", "两百五十万", "250万", "2500 thousand", "2.5 million"}),
        (10_203_000, {"10203000"}),
        (120_000_000, {"120000000", "一亿二千万", "一亿两千万", "1.2亿", "120 million"}),
    ],
)
def test_the_forms_of_a_number(value: int, expected: set[str]) -> None:
    found = set(forms(value))
    assert expected <= found
    # What is not listed is an ordinal or a longer form of the same scale.
    assert all(re.search("th$|万$|thousand$|million$", form) for form in found - expected)


@given(VALUES)
@example(1_000_000_000)
@example(90_000_000_000)
def test_every_form_is_read_as_the_number(value: int) -> None:
    for form in forms(value):
        assert form == fold_text(form)
        if re.fullmatch("[ivxlc]+", form):
            worth = [ROMAN_VALUES[char] for char in form]
            assert value == sum(-a if a < b else a for a, b in zip(worth, [*worth[1:], 0], strict=True))
        elif re.fullmatch(f"[{HAN_DIGITS}]{{3,}}", form):
            assert int("".join(str(int((parse_chinese(char) or (-1,))[0])) for char in form)) == value
        elif re.search("(th|first|second|third)$", form):
            cardinals = {ordinal(one): one for one in forms(value) if one.replace(" ", "").isalpha()}
            assert form in cardinals
        elif value > 100 and re.fullmatch("[a-z ]+", form) and not re.search(SCALES, form):
            century, rest = (next(numbers(part)).value for part in form.split(" ", 1))
            assert 100 * century + rest == value
        else:
            assert [number.value for number in numbers(form)] == [pytest.approx(value)], form


def test_forms_are_told_apart() -> None:
    """No form is that of two numbers."""
    seen: dict[str, int] = {}
    for value in (*range(2, 3000), 20_000, 25_000, 200_000):
        for form in forms(value):
            assert seen.setdefault(form, value) == value


def test_roman_numerals_are_written_in_their_shortest_form() -> None:
    written = [roman(value) for value in range(1, MOST_ROMAN + 1)]
    assert written[:10] == ["i", "ii", "iii", "iv", "v", "vi", "vii", "viii", "ix", "x"]
    assert (written[39], written[48], written[89], written[98]) == ("xl", "xlix", "xc", "xcix")
