"""What a question points at by a number or a weekday, and what a sentence tells of it."""

from __future__ import annotations

import pytest

from index.text.fold import fold_text
from qa.linguistics.pointers import LAST, find_pointers, item_number, tells, told_by


@pytest.mark.parametrize(
    ("question", "kind", "value"),
    [
        ("How much for an 8-year-old?", "year", 8),
        ("Who was aged 12?", "year", 12),
        ("两岁的宝宝吃多少？", "year", 2),
        ("4个月大的婴儿能吃吗？", "month", 4),
        ("What does a 9-week-old kitten get?", "week", 9),
        ("How many tablets for a dog weighing 15 kg?", "kg", 15),
        ("体重25公斤的孩子用量？", "kg", 25),
        ("出发前5天取消收多少？", "day", 5),
        ("When is it open on Thurs.?", "weekday", 4),
        ("图书馆星期三几点关门？", "weekday", 3),
        ("第三步是什么？", "item", 3),
        ("合同第6条写了什么？", "item", 6),
        ("What does clause 8 say?", "item", 8),
        ("What does Article IV say?", "item", 4),
        ("What was the second decision?", "item", 2),
        ("What is the last step of the tart?", "item", LAST),
        ("最后一步是什么？", "item", LAST),
        ("第十二天住在哪里？", "nth day", 12),
        ("What is planned for day 4?", "nth day", 4),
    ],
)
def test_what_is_pointed_at(question: str, kind: str, value: float) -> None:
    (pointer,) = find_pointers(fold_text(question))
    assert (pointer.kind, pointer.value) == (kind, value)


@pytest.mark.parametrize(
    "question",
    [
        "中国第一条铁路是哪条？",  # a measure word
        "去日本租 Wi-Fi 一天多少钱？",  # what a price is for
        "自习室一小时多少钱？",
        "How long did it take from 5 to 7 days?",
        "How many years did the war last?",
        "Is it open from Monday to Friday?",
        "What does section 4.2 say?",
        "Which step is hard?",
    ],
)
def test_what_points_at_nothing(question: str) -> None:
    assert find_pointers(fold_text(question)) == []


@pytest.mark.parametrize(
    ("question", "text", "told"),
    [
        ("8岁", "7–9岁 | 22–27公斤 | 8毫升", True),
        ("8岁", "4–6岁 | 16–21公斤 | 8毫升", False),
        ("8-year-old", "Children 6-11 years: one tablet", True),
        ("8-year-old", "Children 2-5 years: 5 ml", False),
        ("8-year-old", "7–9岁每次8毫升", True),
        ("13-year-old", "Adults and children over 12 years: one tablet", True),
        ("1-year-old", "Children under 2 years: not recommended", True),
        ("2-year-old", "Children under 2 years: not recommended", False),
        ("70-year-old", "65 and over | 4.50", True),
        ("30-year-old", "65 and over | 4.50", False),
        ("70-year-old", "Seniors 65+ | 4.50", True),
        ("2岁", "Infants under 3 | free", True),
        ("80度", "绿茶：75–85度", True),
        ("6 metres", "Vans 5-7 m | £31", True),
        ("1.1米", "90厘米以下", False),
        ("30分钟", "7:30 minutes later", None),
        ("4个月大", "6个月以下 | 遵医嘱", True),
        ("4个月大", "1–3岁 | 4毫升", False),
        ("1个月大", "6个月至2岁", False),
        ("9个月大", "6个月至2岁", True),
        ("18 kg", "16–21公斤", True),
        ("5天", "3至6天收取50%", True),
        ("5天", "不足3天不退款", False),
        ("60天", "老年证 | 10册 | 60天", True),
        ("50天", "老年证 | 10册 | 60天", False),
        ("5天", "用于止痛，每次3天", None),  # one value in running text is a word like others
        ("8岁", "每次8毫升", None),
        ("on Wednesday", "Mon-Fri 08:00-18:30", True),
        ("周四", "周一至周五：9:00", True),
        ("周四", "Tue and Fri 13:00-18:00", False),
        ("周二", "Tue and Fri 13:00-18:00", True),
        ("on Sunday", "Sat to Mon", True),
        ("on Monday", "9:00-18:00", None),
        ("step 3", "3. Chill the dough.", True),
        ("step 3", "4. Chill it as in step 3.", False),
        ("step 3", "3 eggs", None),
        ("第三步", "（三）倒入肉块", True),
        ("第三步", "三、倒入肉块", True),
        ("article 4", "第四条 押金为8400元", True),
        ("第4条", "Art. IV: Everyone may leave.", True),
        ("第3天", "Day 3, Thursday", True),
        ("第2天", "第十二天", False),
    ],
)
def test_what_a_sentence_tells(question: str, text: str, told: bool | None) -> None:
    (pointer,) = find_pointers(fold_text(question))
    assert tells(pointer, fold_text(text)).this is told


def test_a_range_is_told_where_it_stands() -> None:
    (pointer,) = find_pointers("8-year-old")
    text = "give children 6-11 years one tablet"
    assert [text[a:b] for a, b in tells(pointer, text).of] == ["6-11 years"]


@pytest.mark.parametrize(
    ("question", "row", "header", "told"),
    [
        ("8-year-old", "7-9 | 5 ml", "age (years) | dose", True),
        ("8-year-old", "7-9 | 5 ml", "年龄 | 用量", True),
        ("5-year-old", "7-9 | 5 ml", "age (years) | dose", False),
        ("18 kg", "7-9 | 15-20", "age | weight (kg)", True),
        ("18 kg", "17-19 | 30-40", "age | weight (kg)", False),
        ("18 kg", "17-19 | 30-40", "length | height", None),
    ],
)
def test_a_row_has_the_units_of_its_header(question: str, row: str, header: str, told: bool | None) -> None:
    assert told_by(find_pointers(question), row, header) is told


def test_all_that_is_pointed_at_must_be_told() -> None:
    pointers = find_pointers("5岁，18公斤的孩子")
    assert [pointer.kind for pointer in pointers] == ["year", "kg"]
    assert told_by(pointers, "4-6岁 | 16-21公斤") is True
    assert told_by(pointers, "4-6岁 | 22-27公斤") is False


@pytest.mark.parametrize(
    ("text", "number"),
    [("12. cool it", 12), ("第六条 乙方", 6), ("(二) 报名", 2), ("2.5 kg of plums", 0), ("cool it", 0)],
)
def test_the_number_of_an_item(text: str, number: int) -> None:
    assert item_number(text) == number
