"""Marks of pages and lines come through cleaning, wherever they stand and whatever goes around them."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from index.cleaning.clean import clean, normalise
from index.cleaning.marks import CAPTION, DEBRIS, PAGE, QUOTATION, mark, unmark, without_marks

LINES = st.sampled_from(
    [
        *("渡轮明天复航,票价仍是两元,每天开四班。", "The ferry is back, and a ticket still costs two euros."),
        *(
            "分享到:微信 微博",
            "返回顶部",
            "责任编辑:韩梅梅",
            "相关阅读",
            "地铁年底开通",
            "## 小节",
            "",
            "广告",
        ),
        *(
            "正文<!-- 注释",
            "注释 -->正文",
            "<p class=x>一段</p>",
            "```",
            "本文转载自某某网,版权归原作者所有。",
        ),
    ]
)


def test_a_mark_stands_where_its_page_begins() -> None:
    assert mark("甲乙丙", (0, 2)) == f"{PAGE}甲乙{PAGE}丙"
    assert unmark(f"{PAGE}甲\n\n{PAGE}\n{PAGE}乙 {PAGE}丙{PAGE}")[:2] == ("甲\n\n乙 丙", (0, 3, 3, 5, 6))
    assert mark(f"甲{PAGE}乙", ()) == "甲乙"
    assert unmark("甲\n\n乙") == ("甲\n\n乙", (), ())


def test_a_mark_tells_of_its_line() -> None:
    text = f"{QUOTATION}甲\n{PAGE}\n\n{CAPTION}{DEBRIS}  乙丙\n丁{DEBRIS}戊\n"
    found = unmark(text)
    assert found.text == "甲\n\n  乙丙\n丁戊\n"
    assert found.pages == (3,)
    assert [(found.text[slice(*span)], mark) for span, mark in found.lines] == [
        ("甲", QUOTATION),
        ("  乙丙", CAPTION),
        ("戊", DEBRIS),
    ]
    assert without_marks(text) == "甲\n\n\n  乙丙\n丁戊\n"


@given(st.lists(st.lists(LINES, max_size=5), max_size=5))
def test_cleaning_loses_no_page_and_is_what_it_is_without_pages(pages: list[list[str]]) -> None:
    text, starts = "", []
    for page in pages:
        starts.append(len(text))
        text += "".join(f"{line}\n" for line in page)
    cleaned, offsets, _ = unmark(clean(normalise(mark(text, starts))))
    assert len(offsets) == len(pages) and list(offsets) == sorted(offsets)
    assert all(offset <= len(cleaned) for offset in offsets)
    assert cleaned == unmark(clean(normalise(text))).text.strip()


@pytest.mark.parametrize(
    ("text", "left"),
    [
        ("正文一句话。<!-- 注\n| 释 -->正文两句话。", "正文一句话。|正文两句话。"),
        ('正文一句话。<a title="题 | 目">链接</a>正文两句话。', "正文一句话。|链接正文两句话。"),
        ("正文一句话。\n\n分享到:微信| 微博\n\n正文两句话。", "正文一句话。\n\n|正文两句话。"),
        (
            "正文一句话说得很长很长,一直说到页尾才停。 来源:某|某网",
            "正文一句话说得很长很长,一直说到页尾才停。|",
        ),
    ],
)
def test_a_break_inside_what_goes_stays(text: str, left: str) -> None:
    text, start = text.replace("|", ""), text.index("|")
    cleaned, (offset,), _ = unmark(clean(mark(text, (start,))))
    assert f"{cleaned[:offset]}|{cleaned[offset:]}" == left
