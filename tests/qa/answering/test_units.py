"""What is quoted for a sentence: the unit that can be read alone, with what it needs above it."""

from __future__ import annotations

from itertools import pairwise
from pathlib import Path

import pytest
from made_up import a_library

from index.lexicon.lexicon import bundled_lexicon
from index.library import Library
from index.types import Block, Kind
from qa import tuning
from qa.answering.agreement import WordOverlap
from qa.answering.scoring import score_sentences
from qa.answering.units import Units
from qa.engine import Engine
from qa.question.asked import what_is_asked
from qa.retrieval.retriever import Retriever
from qa.types import Answer

RULES = """# 泳池须知

## 开放时间

泳池每天早上七点开门。晚上九点关门。它在冬天只开到七点。

## 哪些东西不准带入？

以下物品不准带入：

- 玻璃瓶
- 充气玩具
- 宠物

## 票价

票种 | 平日 | 周末
成人 | 30 元 | 45 元
儿童 | 15 元 | 20 元

问：丢了手牌怎么办？

答：到前台登记，交十元补办。
"""
SHOP = """# The bicycle shop

Ruth Vale opened the shop in 1988. She had saved for six years. Her brother lent her the rest.

## Why do you close on Mondays?

Because the market is on Sunday and everybody needs a rest.

## Patching a tyre

To patch a tyre you do the following:

1. Take off the wheel.
2. Roughen the rubber.
3. Press the patch on for a minute.

To check the pressure:

```sh
pump --gauge
```
"""


@pytest.fixture(scope="module")
def library(tmp_path_factory: pytest.TempPathFactory) -> Library:
    folder: Path = tmp_path_factory.mktemp("units")
    (folder / "pool.md").write_text(RULES, encoding="utf-8")
    (folder / "shop.md").write_text(SHOP, encoding="utf-8")
    library = a_library(folder / "library", {})
    library.add([folder / "pool.md", folder / "shop.md"])
    return library


def ask(library: Library, question: str) -> Answer:
    answer = Engine(library).ask(question)
    for citation in answer.citations:
        text = library.article(citation.hit.article.id).text
        assert text[citation.start : citation.end] == citation.quote
        at = -1
        for part in citation.context:
            assert text[part.start : part.end] == part.text
            assert at < part.start and part.end <= citation.start
            at = part.start
    return answer


@pytest.mark.parametrize(
    ("question", "quote", "context"),
    [
        # A sentence with its neighbours: the one that names what "it" is comes along.
        (
            "泳池冬天开到几点？",
            "泳池每天早上七点开门。晚上九点关门。它在冬天只开到七点。",
            [("heading", "## 开放时间")],
        ),
        (
            "Who lent Ruth Vale the money?",
            "Ruth Vale opened the shop in 1988. She had saved for six years. Her brother lent her the rest.",
            [],
        ),
        # A list is quoted with what announces it, under the heading that asks.
        (
            "哪些东西不准带进泳池？",
            "以下物品不准带入：\n\n- 玻璃瓶\n- 充气玩具\n- 宠物",
            [("heading", "## 哪些东西不准带入？")],
        ),
        (
            "How do I patch a tyre?",
            "To patch a tyre you do the following:\n\n1. Take off the wheel.\n2. Roughen the rubber.\n"
            "3. Press the patch on for a minute.",
            [("heading", "## Patching a tyre")],
        ),
        # Of a question the answer is quoted.
        (
            "丢了手牌怎么办？",
            "答：到前台登记，交十元补办。",
            [("heading", "## 票价"), ("question", "问：丢了手牌怎么办？")],
        ),
        (
            "Why is the bicycle shop closed on Mondays?",
            "Because the market is on Sunday and everybody needs a rest.",
            [("heading", "## Why do you close on Mondays?")],
        ),
        # Code with what announces it.
        (
            "Which command checks the pressure?",
            "To check the pressure:\n\n```sh\npump --gauge\n```",
            [("heading", "## Patching a tyre")],
        ),
    ],
)
def test_the_first_quote_can_be_read_alone(
    library: Library, question: str, quote: str, context: list[tuple[str, str]]
) -> None:
    answer = ask(library, question)
    assert answer.sentences[0].text == quote
    assert [(part.role, part.text) for part in answer.citations[0].context] == context


def test_a_row_has_its_header_row_above_it(library: Library) -> None:
    first = ask(library, "儿童票周末多少钱？").citations[0]
    assert "儿童 | 15 元 | 20 元" in first.quote and "票种" not in first.quote
    assert [(part.role, part.text) for part in first.context] == [
        ("heading", "## 票价"),
        ("header", "票种 | 平日 | 周末"),
    ]


def test_the_items_of_a_long_list_that_are_not_quoted_are_counted(tmp_path: Path) -> None:
    items = [f"{number}号展柜里的东西{'很旧，' * 20}来自海边" for number in range(1, 13)]
    listed = "\n".join(f"- {item}" for item in items)
    after = "另一张单子：\n\n- 铁锚\n- 渔网\n\n博物馆每天九点开门。"
    (tmp_path / "museum.md").write_text(
        f"# 港口博物馆\n\n展品有以下几件：\n\n{listed}\n\n{after}\n", encoding="utf-8"
    )
    library = a_library(tmp_path / "library", {})
    library.add([tmp_path / "museum.md"])
    first = ask(library, "港口博物馆的展品有哪些？").citations[0]
    quoted = first.quote.count("号展柜")
    assert 2 < quoted < 12 and first.more == 12 - quoted == first.to_json()["more"]
    whole = ask(library, "另一张单子上有哪些东西？").citations[0]
    assert whole.quote.endswith("- 渔网") and whole.more == 0 and "more" not in whole.to_json()
    assert ask(library, "博物馆几点开门？").citations[0].more == 0


def test_no_text_is_quoted_twice(library: Library) -> None:
    for question in ("泳池几点开门，几点关门？", "哪些东西不准带进泳池？", "How do I patch a tyre?"):
        spans = sorted((c.hit.article.id, c.start, c.end) for c in ask(library, question).citations)
        assert all(a[0] != b[0] or a[2] <= b[1] for a, b in pairwise(spans))


def test_blocks_that_are_not_those_of_the_passage_are_no_harm(tmp_path: Path) -> None:
    """An article may be changed or removed while a question is answered."""
    with a_library(
        tmp_path / "library", {"old": ("Bridge", "The bridge is red. It was built in 1786.")}
    ) as library:
        retriever = Retriever(library)
        query = retriever.query("When was the bridge built?")
        matcher = retriever.matcher(query)
        ranking = retriever.retrieve(query, matcher, tuning.RERANKED_PASSAGES)
        found = score_sentences(ranking.hits, matcher, ranking.blocks)
        strange = [
            Block(Kind.HEADING, 0, 3),
            Block(Kind.PARAGRAPH, 4, 30, parent=0),
            Block(Kind.ITEM, 31, 90),
        ]
        for blocks in ([], strange):
            units = Units(
                found,
                query,
                what_is_asked(query),
                WordOverlap(bundled_lexicon()),
                {ranking.hits[0].article.id: blocks},
                lambda article: "",
            )
            for candidate in found:
                unit = units.of(candidate)
                passage = candidate.hit.passage
                assert unit.text == passage.text[unit.start - passage.start : unit.end - passage.start] != ""
                assert all(part.end <= unit.start for part in unit.context)


def test_another_passage_is_quoted_with_fewer_neighbours(tmp_path: Path) -> None:
    filler = "Its lamp turns twice a minute all night. " * 8
    texts = {
        "gull": ("Gull Rock", f"The lighthouse of Gull Rock was lit in May by two brothers. {filler}"),
        "seal": ("Seal Rock", f"Seal Rock got a lighthouse of brick, lit in May after a quarrel. {filler}"),
    }
    with a_library(tmp_path / "library", texts) as library:
        first, second = Engine(library).ask("Which lighthouses were lit in May?").sentences
    assert tuning.FURTHER_WIDTH < len(first.text) <= tuning.UNIT_WIDTH
    assert len(second.text) <= tuning.FURTHER_WIDTH


def test_both_sides_of_a_comparison_are_quoted(tmp_path: Path) -> None:
    texts = {
        "old": ("石桥", "石桥建于 1786 年。它长 86 米。"),
        "new": ("木塔", "木塔建于 1902 年。塔高 41 米。"),
        "other": ("渡口", "渡口有三条船。"),
    }
    with a_library(tmp_path / "library", texts) as library:
        quotes = " ".join(s.text for s in Engine(library).ask("石桥和木塔哪个更早？").sentences)
    assert "1786" in quotes and "1902" in quotes


@pytest.mark.parametrize(
    ("name", "answered", "question"),
    [
        (
            "KG: What would you advise a young weaver to buy? ",
            "BB: A loom of oak. ",
            "What to buy as a weaver?",
        ),
        ("记者问年轻织工该买什么？", "木匠说该买橡木织机。", "年轻织工该买什么？"),
    ],
)
def test_of_a_long_answer_to_a_question_the_beginning_is_quoted(
    tmp_path: Path, name: str, answered: str, question: str
) -> None:
    rest = "It lasts for many decades. " if name.isascii() else "那种机器可以用上几十年。"
    text = f"{name.strip()}\n\n{answered}{rest * 24}"
    with a_library(tmp_path / "library", {"talk": ("A talk", text)}) as library:
        (first, *_) = Engine(library).ask(question).sentences
        assert first.text.startswith(answered.strip()) and first.text.endswith(rest.strip())
        assert len(first.text) < len(text) / 1.5
