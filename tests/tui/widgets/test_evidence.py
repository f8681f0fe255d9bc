"""Why an answer came out as it did."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from made_up_app import FakeEngine, FakeLibrary, nothing, offer, settle
from rich.cells import cell_len
from textual.app import App, ComposeResult
from textual.pilot import Pilot

import tui
from index.errors import LibraryError
from qa.session import Session
from qa.settings import Settings
from qa.types import Answer, Decision, ExplainedWord, Feature, Gloss
from tui.app import YinjuApp
from tui.state.workspace import Workspace
from tui.styles.themes import variables
from tui.widgets.source.evidence import EvidencePane, Heading, Measure, foreign
from tui.widgets.source.glossed import Glossed
from tui.widgets.source.ranked import Ranked, RankedHead

DECISION = Decision(
    "cross",
    0.4,
    (
        Feature("bias", 1.0, -8.0),
        Feature("score", 1.5, 4.0),
        Feature("length", 0.1, 0.2),
        Feature("unmet", 0.3, -3.0),
    ),
)
WORDS = (
    ExplainedWord("Harbor", 1.0, True, True, ()),
    ExplainedWord("Lin Lan", 0.9, True, True, (("林岚", 0.83),)),
    ExplainedWord("parrot", 0.5, True, False, (("鸚鵡", 0.7),)),
    ExplainedWord("zeppelin", 0.5, True, False, ()),
    ExplainedWord("the", 0.0, False, True, ()),
)
ANSWER = replace(offer("What did Harbor AI offer Lin Lan?"), decision=DECISION, words=WORDS)


def gloss(self: Any, text: str, into: str) -> tuple[Gloss, ...]:
    at = text.find("负责人")
    return (Gloss(at, at + 3, f"head→{into}", 0.9),) if at >= 0 else ()


@pytest.fixture(autouse=True)
def glossing(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(FakeEngine, "gloss", gloss, raising=False)


class EvidenceApp(App[None]):
    """The pane alone, in the look of the app."""

    CSS_PATH = [Path(tui.__file__).parent / str(name) for name in YinjuApp.CSS_PATH]  # noqa: RUF012

    def get_css_variables(self) -> dict[str, str]:
        return variables(self.current_theme)

    def compose(self) -> ComposeResult:
        yield EvidencePane()


@asynccontextmanager
async def pane(
    library: FakeLibrary, answer: Answer, size: tuple[int, int] = (78, 60)
) -> AsyncIterator[tuple[Pilot[None], EvidencePane]]:
    app = EvidenceApp()
    async with app.run_test(size=size) as pilot:
        evidence = app.query_one(EvidencePane)
        evidence.show(answer, Workspace.over(Session(library, Settings())))  # type: ignore[arg-type]
        await settle(pilot)
        yield pilot, evidence


def text(evidence: EvidencePane) -> str:
    shown = [widget for widget in evidence.query("*") if not widget.children and widget.display]
    return "\n".join(plain(widget.render()) for widget in shown)


def plain(visual: Any) -> str:
    return str(visual.content.plain if hasattr(visual, "content") else visual)


async def test_it_says_how_sure_and_why(library: FakeLibrary) -> None:
    async with pane(library, ANSWER) as (_pilot, evidence):
        told = text(evidence)
        assert "86% sure" in told and "threshold is 40%" in told and "in two languages" in told
        lines = [str(measure.render()) for measure in evidence.query(Measure)]
        assert "match of the best passage" in lines[0] and "+6.0" in lines[0]
        assert "initial doubt" in lines[1] and "−8.0" in lines[1]
        assert "Made little difference: length of your question" in told
        assert told.index("In favour of an answer") < told.index("Against an answer")


async def test_it_says_what_each_word_met(library: FakeLibrary) -> None:
    async with pane(library, ANSWER) as (_pilot, evidence):
        told = text(evidence)
        assert "林岚 83%" in told
        assert "not here, nor anything like 鸚鵡" in told
        assert "nowhere in these articles" in told
        assert "Not searched for: the" in told


async def test_certainty_is_not_claimed(library: FakeLibrary) -> None:
    async with pane(library, replace(ANSWER, confidence=0.9999)) as (_pilot, evidence):
        assert "99% sure" in text(evidence) and "100% sure" not in text(evidence)


async def test_passages_are_a_table_under_its_head(library: FakeLibrary) -> None:
    async with pane(library, ANSWER) as (_pilot, evidence):
        head = str(evidence.query_one(RankedHead).render())
        rows = [str(row.render()).split("\n") for row in evidence.query(Ranked)]
        assert [len(row) for row in rows] == [2, 2, 2]
        assert {cell_len(line) for line in (head, *(row[0] for row in rows))} == {cell_len(head)}
        assert head.endswith("covers  words  meaning  score")
        assert [row[0][:8] for row in rows] == ["#1   1  ", "#2   2  ", rows[2][0][:8]]
        assert rows[2][0].startswith("#3  海灣")


async def test_foreign_quotes_are_glossed(library: FakeLibrary) -> None:
    assert [citation.number for citation in foreign(ANSWER)] == [1]
    async with pane(library, ANSWER) as (_pilot, evidence):
        (quote,) = evidence.query(Glossed)
        assert quote.text == ANSWER.citations[0].quote and "head→en" in str(quote.render())


async def test_glosses_that_come_in_leave_the_focus_where_it_is(library: FakeLibrary) -> None:
    async with pane(library, ANSWER) as (pilot, evidence):
        row = evidence.query(Ranked).last()
        row.focus()
        await pilot.pause()
        evidence.post_message(EvidencePane.Read(ANSWER, {1: (Gloss(0, 2, "two weeks", 0.9),)}))
        await settle(pilot)
        assert row.has_focus and "two weeks" in str(evidence.query_one(Glossed).render())
        evidence.post_message(EvidencePane.Read(offer("another"), {1: (Gloss(0, 2, "stale", 0.9),)}))
        await settle(pilot)
        assert "stale" not in str(evidence.query_one(Glossed).render())


async def test_quotes_in_the_language_of_the_question_are_not(library: FakeLibrary) -> None:
    async with pane(library, replace(ANSWER, question="Harbor AI 给林岚开了什么价？")) as (_pilot, evidence):
        (quote,) = evidence.query(Glossed)
        assert quote.text.startswith("Harbor AI doubled")


async def test_a_library_that_is_gone_is_told(library: FakeLibrary, monkeypatch: pytest.MonkeyPatch) -> None:
    def fails(self: Any, text: str, into: str) -> tuple[Gloss, ...]:
        raise LibraryError("the library is gone")

    monkeypatch.setattr(FakeEngine, "gloss", fails, raising=False)
    async with pane(library, ANSWER) as (pilot, evidence):
        assert evidence.query(Ranked) and len(pilot.app._notifications) == 1


async def test_without_a_decision_or_an_answer(library: FakeLibrary) -> None:
    async with pane(library, nothing("火星上有鹦鹉吗？")) as (_pilot, evidence):
        assert "No passage has anything in common with the question." in text(evidence)
        assert not evidence.query(Glossed)
    async with EvidenceApp().run_test() as pilot:
        assert "Ask a question" in text(pilot.app.query_one(EvidencePane))


@pytest.mark.parametrize("width", [20, 38, 50, 78, 120])
async def test_nothing_is_wider_than_the_pane(library: FakeLibrary, width: int) -> None:
    async with pane(library, ANSWER, (width, 60)) as (_pilot, evidence):
        for widget in evidence.query("Heading, RankedHead, Measure, Ranked, Glossed"):
            assert isinstance(widget, Heading | RankedHead | Measure | Ranked | Glossed)
            lines = str(widget.render()).split("\n")
            assert max(map(cell_len, lines)) <= widget.content_size.width, (width, widget)
            assert len(lines) == widget.content_size.height
