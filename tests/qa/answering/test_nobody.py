"""Quotes that do not say who."""

from __future__ import annotations

from pathlib import Path

import pytest
from made_up import a_library

from qa import tuning
from qa.answering.nobody import tells_of_nobody
from qa.answering.scoring import score_sentences
from qa.engine import Engine
from qa.question.asked import what_is_asked
from qa.retrieval.retriever import Retriever
from qa.types import Citation

ENGLISH = {
    "pump": ("The pump", "The pump of the mill is new."),
    "shed": ("The shed", "The shed of the mill is green, Ann says."),
    "cat": ("The cat", "The mill has a cat."),
    "lamp": ("The lamp", "We talked about the lamp. Ann was late, and Bob brought a cake."),
}
CHINESE = {
    "水泵": ("水泵", "水泵是新的，有点响。"),
    "棚子": ("棚子", "棚子是绿的，老林选的颜色。"),
    "灯": ("灯", "台灯放在窗边。老林来晚了，我带了蛋糕。"),
}


@pytest.mark.parametrize(
    ("question", "nobody"),
    [
        ("Who mended the pump of the mill?", True),
        ("Who painted the shed of the mill?", False),
        ("Whose is the mill?", False),
        ("What is the name of the mill's cat?", True),
        ("Who repaired the lamp?", True),
        ("Who talked about the lamp?", False),
        ("Who brought a cake?", False),
        ("When was the pump of the mill mended?", False),
        ("水泵是谁修的？", True),
        ("棚子是谁刷的？", False),
        ("台灯是谁买的？", True),
        ("谁带了蛋糕？", False),
    ],
)
def test_a_quote_without_anybody_does_not_say_who(tmp_path: Path, question: str, nobody: bool) -> None:
    library = a_library(tmp_path / "library", ENGLISH if question.isascii() else CHINESE)
    retriever = Retriever(library)
    query = retriever.query(question)
    matcher = retriever.matcher(query)
    ranking = retriever.retrieve(query, matcher, tuning.RERANKED_PASSAGES)
    best = score_sentences(ranking.hits, matcher, ranking.blocks)[0].hit.passage
    hit = next(hit for hit in ranking.hits if hit.passage.id == best.id)
    quoted = Citation(1, best.start, best.end, best.text, hit)
    assert tells_of_nobody(matcher, what_is_asked(query), quoted) is nobody
    if nobody:
        answer = Engine(library).ask(question)
        assert (answer.verdict, answer.lacks) == ("related", "person")
