"""Questions made from sentences and headings."""

from __future__ import annotations

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from index.text.blocks import find_blocks
from index.text.sentences import width
from index.types import Article, Span
from qa.question.made import Made, made_questions

WORDS = frozenset(["found", "generate", "join", "invest", "lay", "take"])


def article(text: str, language: str) -> Article:
    title = text.split("\n")[0].removeprefix("# ")
    return Article(
        id=1,
        path="/a.md",
        title=title,
        language=language,
        published=None,
        author=None,
        source=None,
        added="",
        characters=len(text),
        passages=1,
        text=text,
        blocks=find_blocks(text),
    )


def made(text: str, language: str) -> list[Made]:
    of = article(text, language)
    return list(made_questions(of, of.blocks, WORDS.__contains__, Span(0, len(text))))


def questions(text: str, language: str = "en") -> list[str]:
    heading = "滨城的船厂" if language.startswith("zh") else "A yard on the pier"
    return [one.question for one in made(f"# {heading}\n\n{text}", language)]


@pytest.mark.parametrize(
    ("sentence", "question"),
    [
        ("Lin Lan joined the Bay Institute in 2021.", "When did Lin Lan join the Bay Institute?"),
        ("In 2021, TinyYard laid off 40 welders.", "How many welders did TinyYard lay off?"),
        (
            "The yard generated $460,000 in its first summer.",
            None,  # of which yard, and whose summer
        ),
        ("TinyYard generated $460,000 in 2021.", "How much did TinyYard generate in 2021?"),
        ("TinyYard laid off 40 welders, all of them young.", "How many welders did TinyYard lay off?"),
        (
            "Employees may take up to 12 weeks of unpaid leave each year.",
            "How many weeks of unpaid leave may employees take each year?",
        ),
        ("You have 24 hours to answer the letter.", "How long do you have to answer the letter?"),
        ("Harbor Hall was opened in 1911.", "When was Harbor Hall opened?"),
        ("Harbor Hall was sold for $3 million.", "How much was Harbor Hall sold for?"),
        ("The engineer Ada Brown drew the first plan.", "Who is Ada Brown?"),
        ("Ada Brown, a young engineer from the south, drew the plan.", "Who is Ada Brown?"),
        ("Few knew Moorwise, a firm that lets berths by the hour.", "What is Moorwise?"),
        ("It joined the institute in 2021.", None),
        ("She laid off 40 welders.", None),
        ("Yes. You can rent 40 berths in a summer.", "How many berths can you rent in a summer?"),
        ("TinyYard frobbed 40 welders.", None),  # no base form is known
    ],
)
def test_english_sentences(sentence: str, question: str | None) -> None:
    assert questions(sentence) == ([] if question is None else [question])


@pytest.mark.parametrize(
    ("sentence", "question"),
    [
        ("Harbor AI 在 2025 年裁掉约 3600 名员工。", "Harbor AI 在 2025 年裁掉多少名员工？"),
        ("船厂每年生产的驳船里有 40% 卖到外地，其余自用。", None),  # 有 before it, and every year
        ("Harbor AI 公布的报价是 1.2 亿美元。", "Harbor AI 公布的报价是多少美元？"),
        ("Harbor AI 于 2016 年在滨城成立。", "Harbor AI 于哪一年在滨城成立？"),
        ("Harbor AI 于 2016 年 3 月在滨城成立。", "Harbor AI 于什么时候在滨城成立？"),
        ("艾达·布朗（Ada Brown）创办了滨城造船。", "谁创办了滨城造船？"),
        ("船厂的工程师艾达·布朗（Ada Brown）画了第一张图。", "艾达·布朗是谁？"),
        ("后来它在 2016 年裁掉了 300 名员工。", None),
        ("Harbor AI 有 300 名员工吗？", None),
    ],
)
def test_chinese_sentences(sentence: str, question: str | None) -> None:
    found = questions(sentence, "zh-Hans")
    assert question in found if question else found == []


def test_traditional_articles_ask_in_their_script() -> None:
    assert "艾達·布朗是誰？" in questions("船廠的工程師艾達·布朗（Ada Brown）畫了第一張圖。", "zh-Hant")


@pytest.mark.parametrize(
    ("heading", "language", "question"),
    [
        ("How do I rent a berth on the Pier?", "en", "How do I rent a berth on the Pier?"),
        ("3. How to rent a berth", "en", "How to rent a berth?"),
        ("How does it work?", "en", None),
        ("Renting a berth", "en", None),
        ("一、如何租用泊位", "zh-Hans", "如何租用泊位？"),
        ("泊位可以转租吗？", "zh-Hans", "泊位可以转租吗？"),
        ("这样做对吗？", "zh-Hans", None),
        ("泊位的租用", "zh-Hans", None),
        ("船厂的泊位有几种类型", "zh-Hans", None),
    ],
)
def test_headings(heading: str, language: str, question: str | None) -> None:
    text = f"# A yard\n\n## {heading}\n\nAsk at the gate, or write.\n\n## Other\n\nNothing."
    found = made(text, language)
    assert [one.question for one in found] == ([] if question is None else [question])
    if question:
        assert text[found[0].start : found[0].end].strip() == "Ask at the gate, or write."


def test_the_sentence_a_question_was_made_from_is_told() -> None:
    text = "# A yard\n\nIt rained. Lin Lan joined the Bay Institute in 2021. It rained again."
    [only] = made(text, "en")
    assert text[only.start : only.end] == "Lin Lan joined the Bay Institute in 2021."


def test_a_heading_that_announces_several_things_asks_for_those_of_the_title() -> None:
    text = "# 船饭的做法\n\n船饭好吃。做船饭要小心。\n\n## 原料\n\n- 米\n- 鱼\n\n## 船饭的由来\n\n不明。"
    assert [one.question for one in made(text, "zh-Hans")] == ["船饭的原料有哪些？"]


def test_what_is_outside_the_part_is_left_out() -> None:
    before = "# A yard\n\nLin Lan joined the Bay Institute in 2021.\n\n"
    of = article(before + "Ada Brown joined the Bay Institute in 2019.", "en")
    found = made_questions(of, of.blocks, WORDS.__contains__, Span(len(before), len(of.text)))
    assert [one.question for one in found] == ["When did Ada Brown join the Bay Institute?"]


def test_a_title_is_no_question() -> None:
    text = "# How to rent a berth\n\nAsk at the gate.\n\nOr write to the harbour office."
    assert made(text, "en") == []


def test_a_heading_with_nothing_under_it_is_no_question() -> None:
    assert made("# 滨城\n\n## 为什么Lin Lan", "en") == []
    assert made("# 滨城\n\n这里有船。\n\n## 为什么林岚\n\n", "zh-Hans") == []


PIECES = st.sampled_from(
    [
        *("Lin Lan", "joined", " ", "is a ", "in 2021", "laid off", "40 welders", ", ", ". ", "\n\n", "## "),
        *("How to ", "林岚", "船厂", "是一位", "工程师", "艾达·布朗", "（Ada Brown）", "2016 年", "裁掉"),
        *("300 名", "，", "。", "为什么", "？"),
    ]
)


@given(st.lists(PIECES, max_size=30).map("".join), st.sampled_from(["en", "zh-Hans", "zh-Hant"]))
def test_any_text_makes_whole_questions_with_their_places(text: str, language: str) -> None:
    text = f"# 滨城\n\n{text}"
    for one in made(text, language):
        assert one.question[-1] in "?？" and "\n" not in one.question and width(one.question) <= 72
        assert 0 <= one.start < one.end <= len(text)


def test_a_long_article_is_looked_through_at_once() -> None:
    text = "# A yard\n\n" + "Lin Lan Of The Bay A B C laid off 40 of the welders of 3 yards, and. " * 3000
    began = time.perf_counter()
    of = article(text, "en")
    list(made_questions(of, of.blocks, WORDS.__contains__, Span(0, 30_000)))
    assert time.perf_counter() - began < 20


def test_an_article_in_another_language_makes_none() -> None:
    assert made("# Werft\n\nLin Lan joined the Bay Institute in 2021.", "und") == []
