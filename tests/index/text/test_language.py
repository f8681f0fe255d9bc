from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from index.text.language import detect


@pytest.mark.parametrize(
    ("text", "language"),
    [
        ("灯塔由谁修建？", "zh-Hans"),
        ("燈塔由誰修建？", "zh-Hant"),
        ("Who built the lighthouse?", "en"),
        ("谁", "zh-Hans"),
        ("誰", "zh-Hant"),
        ("十二月", "zh-Hans"),  # shared characters only
        ("OpenAI CEO Sam Altman 是谁", "zh-Hans"),
        ("什么是 machine learning", "zh-Hans"),
        ("What does 谢谢 mean?", "en"),
        ("Who is 马云", "en"),
        ("Transformer 架構", "zh-Hant"),
        ("見 https://example.org/a/very/long/path/of/words?with=more&of=them 這頁", "zh-Hant"),
        ("Café Zürich", "en"),
        ("Привет, мир", "und"),
        ("これは灯台についての文章です", "und"),
        ("한국어 문장입니다", "und"),
        ("2024-01-23 18:19", "und"),
        ("", "und"),
    ],
)
def test_language_of_questions(text: str, language: str) -> None:
    assert detect(text) == language


def test_chinese_article_with_many_english_names() -> None:
    text = "研究员 Ada Lin 与 Ben Ross 离开 North Lab 后,加入 Delta Works 的 Robotics 团队,负责 Atlas 项目。"
    assert detect(text) == "zh-Hans"


def test_traditional_article_that_quotes_simplified() -> None:
    assert detect("這座圖書館藏書豐富,館長說:「歡迎来这里阅读。」讀者們絡繹不絕。") == "zh-Hant"


@given(st.text())
def test_always_one_of_four(text: str) -> None:
    assert detect(text) in {"zh-Hans", "zh-Hant", "en", "und"}
