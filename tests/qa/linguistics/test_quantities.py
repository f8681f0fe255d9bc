"""Figures in a normal form, whatever the language, the script and the way they are written."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from qa.linguistics.quantities import Quantity, find_quantities

#: Each row: ways to write one and the same quantity, its kind, its unit, its value.
SAME = [
    (["13,516 人", "13516人", "1.3516万人", "１３，５１６人", "13,516 people"], "number", "", 13516),
    (
        [
            *("2.5亿美元", "2.5 億美元", "$250 million", "US$250m", "250 million dollars", "$0.25bn"),
            *("两亿五千万美元", "兩億五千萬美元", "2亿5000万美元", "two hundred and fifty million dollars"),
        ],
        *("money", "USD", 250_000_000),
    ),
    (["NT$1,400 億", "新台幣 1,400 億元", "新台币1400亿元"], "money", "TWD", 140e9),
    (["£3 million", "300 万英镑", "3 million pounds"], "money", "GBP", 3e6),
    (["30%", "３０％", "百分之三十", "30 percent", "30 per cent", "三成"], "percent", "", 30),
    (["3.5%", "百分之三点五"], "percent", "", 3.5),
    (["24 岁", "24歲", "二十四岁", "24-year-old", "24 years old", "twenty-four years old"], "age", "", 24),
    (["40 分钟", "四十分鐘", "forty minutes", "40-minute"], "duration", "second", 2400),
    (["2 年", "两年", "24 个月", "two years", "24 months"], "duration", "second", 2 * 365.25 * 86400),
    (["1,240 公尺", "1240米", "1.24 km", "1.24 公里", "1,240 metres"], "number", "m", 1240),
    (["3 万亿", "3 trillion", "三万亿", "3,000,000,000,000"], "number", "", 3e12),
]


@pytest.mark.parametrize(
    ("written", "kind", "unit", "value"), SAME, ids=lambda v: v[0] if type(v) is list else ""
)
def test_one_quantity_in_many_forms(written: list[str], kind: str, unit: str, value: float) -> None:
    found = []
    for text in written:
        (quantity,) = find_quantities(text)
        assert (quantity.kind, quantity.unit) == (kind, unit), text
        assert quantity.value == pytest.approx(value, rel=1e-9), text
        assert (quantity.start, quantity.end, quantity.approximate) == (0, len(text), False), text
        found.append(quantity)
    assert all(one.agrees(other) for one in found for other in found)


@pytest.mark.parametrize(
    ("text", "date"),
    [
        *(
            (text, (2024, 3, 5))
            for text in ("2024年3月5日", "2024 年 3 月 5 日", "二〇二四年三月五日", "2024-03-05")
        ),
        *(
            (text, (2024, 3, 5))
            for text in ("March 5, 2024", "5 March 2024", "the 5th of March 2024", "2024/3/5")
        ),
        *((text, (2024, 3, None)) for text in ("2024年三月", "in March 2024", "Mar. 2024")),
        *((text, (None, 3, 5)) for text in ("3月5日", "三月五號", "on March 5")),
        *((text, (1958, None, None)) for text in ("1958 年", "一九五八年", "in 1958", "It closed (1958).")),
        ("公元前221年", (-221, None, None)),
        ("221 BC", (-221, None, None)),
        ("2025-26 球季", (2025, None, None)),
        ("in August", (None, 8, None)),
    ],
)
def test_dates_have_the_parts_that_are_told(text: str, date: tuple[int | None, ...]) -> None:
    assert [(quantity.kind, quantity.date) for quantity in find_quantities(text)] == [("date", date)]


@pytest.mark.parametrize(
    "text",
    [
        *(
            "数千万美元",
            "几十万人",
            "上百家",
            "十几年",
            "三四百人",
            "第三",
            "第 3 名",
            "90年代",
            "20世纪90年代",
        ),
        *("tens of millions of dollars", "several hundred million", "the 1990s", "the 19th century", "2nd"),
        *(
            "GPT-4",
            "H100",
            "一个人",
            "那一年",
            "one of them",
            "十分好",
            "四川",
            "百度",
            "万一",
            "五角大楼",
            "10:30",
        ),
        *("No. a1", "907年", "may be", "to march", "", "1,2345"),
    ],
)
def test_what_only_sounds_like_a_quantity_is_none(text: str) -> None:
    assert find_quantities(text) == ()


@pytest.mark.parametrize(
    ("text", "written", "low", "high"),
    [
        ("共约 2.5 亿美元。", "约 2.5 亿美元", 237.5e6, 262.5e6),
        ("It paid about $14 billion for it.", "about $14 billion", 13.3e9, 14.7e9),
        ("超过 700 人連署", "超过 700 人", 699.3, 1050),
        ("more than 700 people signed", "more than 700 people", 699.3, 1050),
        ("近 4400 万美元", "近 4400 万美元", 35.2e6, 44.044e6),
        ("兩千多萬人", "兩千多萬人", 19.98e6, 30e6),
        ("660 億到 720 億美元之間", "660 億到 720 億美元", 66e9, 72.5e9),
        ("some $10–20 million", "some $10–20 million", 10e6, 20.5e6),
        ("120 天左右", "120 天左右", 114 * 86400, 126 * 86400),
    ],
)
def test_approximations_are_flagged_and_wide(text: str, written: str, low: float, high: float) -> None:
    (quantity,) = find_quantities(text)
    assert quantity.text == written and quantity.approximate
    assert [quantity.low, quantity.high] == pytest.approx([low, high])


AGREE = [
    ("2.5亿美元", "约 $250 million"),
    ("13,516 人", "约 1.35 万人"),
    ("more than 700 people", "770 人"),
    ("2024年3月5日", "March 2024"),
    ("in 2024", "March 5, 2024"),
    ("March 5", "2024年3月5日"),
    ("3 years", "36个月"),
    ("$10–20 million", "$15 million"),
]
CLASH = [
    ("24 岁", "a 25-year-old"),
    ("2.5 亿美元", "2 亿美元"),
    ("148 亿美元", "about $14 billion"),
    ("13,516 人", "14,200 people"),
    ("in 2024", "2025年"),
    ("2024年3月5日", "March 6, 2024"),
    ("47%", "百分之四十五"),
    ("1.24 km", "1,500 米"),
]
APART = [("2.5 亿美元", "2.5 亿欧元"), ("24 岁", "25 年"), ("30 ships", "40 sailors"), ("三月", "2024年")]


@pytest.mark.parametrize(
    ("one", "other", "agree", "clash"),
    [(*p, True, False) for p in AGREE]
    + [(*p, False, True) for p in CLASH]
    + [(*p, False, False) for p in APART],
)
def test_what_agrees_what_clashes_and_what_has_nothing_in_common(
    one: str, other: str, agree: bool, clash: bool
) -> None:
    (first, second) = find_quantities(one)[-1], find_quantities(other)[-1]
    assert (first.agrees(second), first.conflicts(second)) == (agree, clash)
    assert (second.agrees(first), second.conflicts(first)) == (agree, clash)


@pytest.mark.parametrize("text", ["US€5 million", "hk£5 million", "NT€5 million"])
def test_letters_before_a_sign_that_has_none_are_no_currency(text: str) -> None:
    (quantity,) = find_quantities(text)
    assert (quantity.kind, quantity.text, quantity.value) == ("number", "5 million", 5e6)


SPELT = (
    "1 23 4,500 1999 2024 . , - / : 约 百分之 % 万 亿 億 十 三 两 零 点 千 年 月 日 岁 个 多 几 第 "
    "美元 $ US$ hk nt us € £ eur_ 人民币 "
    "twenty -one million May bn m years_old more_than_ _hundred_and_ 世纪 BC 到 _to_ ½ ㎞ _ \n"
)
PIECES = st.sampled_from(SPELT.split(" ")).map(lambda piece: piece.replace("_", " "))
TEXTS = st.one_of(st.lists(PIECES, max_size=12).map("".join), st.text(max_size=40))
WIDE = {code: code + 0xFEE0 for code in range(0x21, 0x7F)}


@given(TEXTS)
def test_any_text_gives_quantities_in_order_that_stand_in_it(text: str) -> None:
    found = find_quantities(text)
    at = 0
    for quantity in found:
        assert at <= quantity.start < quantity.end <= len(text)
        assert text[quantity.start : quantity.end] == quantity.text
        assert quantity.low <= quantity.value <= quantity.high
        assert quantity.agrees(quantity) and not quantity.conflicts(quantity)
        at = quantity.end


@given(TEXTS)
def test_width_changes_no_quantity(text: str) -> None:
    def facts(quantity: Quantity) -> tuple[object, ...]:
        return (
            quantity.kind,
            quantity.unit,
            quantity.noun,
            quantity.value,
            quantity.low,
            quantity.high,
            quantity.date,
        )

    assert [*map(facts, find_quantities(text.translate(WIDE)))] == [*map(facts, find_quantities(text))]


@pytest.mark.parametrize(
    "piece", ["9", "9,", "三", "十", "万", "twenty ", "1 to ", "约", "3月", "$", "1.", "9-"]
)
def test_long_runs_end(piece: str) -> None:
    assert isinstance(find_quantities(piece * 3000), tuple)
