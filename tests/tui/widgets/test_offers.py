"""Questions that are offered, on the welcome and after an answer: shown, reached and asked."""

from __future__ import annotations

import time
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from made_up_app import FakeLibrary, FakeSuggestions, ask, opened, opening, settle
from textual.pilot import Pilot

from index.errors import Cancelled
from qa import i18n
from qa.question.filters import Filters
from qa.types import Suggestion
from tui.app import YinjuApp
from tui.screens.chat import ChatScreen
from tui.widgets.transcript.offers import NextQuestion
from tui.widgets.transcript.turn import Turn

QUESTION = "What was Lin Lan offered?"
FIRST = (Suggestion("谁是林岚？", "person"), Suggestion("How much did Harbor AI offer Lin Lan?", "money"))
AFTER = (
    Suggestion("Tell me more", "more"),
    Suggestion("Which articles mention Lin Lan?", "elsewhere", "Lin Lan", 2),
    Suggestion("How much did Harbor AI offer Lin Lan?", "differs"),
    Suggestion("林岚从哪一年起在海湾研究所工作？", "date"),
    Suggestion("When did the Bay Institute move into the old shipyard on the pier of the town?", "date"),
)


@pytest.fixture
def suggesting(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(FakeSuggestions, "begin", FIRST)
    monkeypatch.setattr(FakeSuggestions, "go_on", AFTER)


def own() -> YinjuApp:
    return YinjuApp(opening(FakeLibrary(Path("/home/reader/press"))))


def chat(pilot: Pilot[None]) -> ChatScreen:
    screen = pilot.app.screen
    assert isinstance(screen, ChatScreen)
    return screen


def lines(pilot: Pilot[None]) -> list[str]:
    return [str(line.render()) for line in chat(pilot).query(NextQuestion)]


def asked(pilot: Pilot[None]) -> list[tuple[str, tuple[str, ...]]]:
    workspace = chat(pilot).workspace
    assert workspace is not None
    engine: Any = workspace.session.engine
    found: list[tuple[str, tuple[str, ...]]] = engine.asked
    return found


async def test_ones_own_library_offers_questions_that_it_answers(suggesting: None) -> None:
    async with opened(own()) as pilot:
        assert lines(pilot) == ["→ 谁是林岚？", "→ How much did Harbor AI offer Lin Lan?"]
        chat(pilot).query(NextQuestion)[0].focus()
        await pilot.press("down", "enter")
        await settle(pilot)
        assert chat(pilot).query_one(Turn).exchange.question == FIRST[1].question


async def test_the_bundled_library_keeps_its_examples(app: YinjuApp, suggesting: None) -> None:
    async with opened(app) as pilot:
        assert lines(pilot) == []


async def test_they_come_again_with_a_new_conversation_and_go_with_the_library(suggesting: None) -> None:
    async with opened(own()) as pilot:
        await ask(pilot, QUESTION)
        await pilot.press("ctrl+l")
        await settle(pilot)
        assert len(lines(pilot)) == 2
        workspace = chat(pilot).workspace
        assert workspace is not None
        chat(pilot).workspace = replace(workspace, status=replace(workspace.status, articles=0))
        await settle(pilot)
        assert lines(pilot) == []


async def test_an_answer_is_followed_by_what_to_ask_next(app: YinjuApp, suggesting: None) -> None:
    async with opened(app, (80, 40)) as pilot:
        await ask(pilot, QUESTION)
        shown = lines(pilot)
        assert shown[:3] == ["↓ Read on", "⇢ Lin Lan elsewhere (2)", "≠ Other figures for this"]
        assert shown[3] == "→ 林岚从哪一年起在海湾研究所工作？"
        assert shown[4].startswith("→ When did the Bay Institute move")
        for strip in app.screen._compositor.render_strips():
            assert strip.cell_length == 80
        for language, read_on in (("zh-Hans", "↓ 接着读"), ("zh-Hant", "↓ 接著讀")):
            app.use_language(language)
            await pilot.pause()
            assert lines(pilot)[0] == read_on
        assert i18n.language() == "zh-Hant"


async def test_a_click_asks_for_what_follows_after_the_questions_before(
    app: YinjuApp, suggesting: None
) -> None:
    async with opened(app, (120, 50)) as pilot:
        await ask(pilot, QUESTION)
        assert await pilot.click(chat(pilot).query(NextQuestion)[0])
        await settle(pilot)
        assert asked(pilot)[-1] == ("Tell me more", (QUESTION,))


async def test_a_question_of_its_own_carries_nothing_over(app: YinjuApp, suggesting: None) -> None:
    async with opened(app, (120, 50)) as pilot:
        await ask(pilot, QUESTION)
        assert await pilot.click(chat(pilot).query(NextQuestion)[3])
        await settle(pilot)
        assert asked(pilot)[-1] == (AFTER[3].question, ())
        turns = list(chat(pilot).query(Turn))
        assert len(turns) == 2 and not turns[0].query(NextQuestion)  # only the newest offers any
        assert len(turns[1].query(NextQuestion)) == len(AFTER)


async def test_what_follows_keeps_the_filters(app: YinjuApp, monkeypatch: pytest.MonkeyPatch) -> None:
    only = Filters(languages=("zh",))
    monkeypatch.setattr(FakeSuggestions, "go_on", (Suggestion("Tell me more", "more", filters=only),))
    async with opened(app, (120, 50)) as pilot:
        await ask(pilot, f"lang:zh {QUESTION}")
        chat(pilot).query_one(NextQuestion).focus()
        await pilot.press("enter")
        await settle(pilot)
        assert [turn.exchange.filters for turn in chat(pilot).query(Turn)] == [only, only]


async def test_asking_stops_the_search_for_questions(
    app: YinjuApp, monkeypatch: pytest.MonkeyPatch, suggesting: None
) -> None:
    stopped: list[bool] = []

    def slow(self: FakeSuggestions, answer: Any, previous: Any, monitor: Any) -> Any:
        for _ in range(500):
            if monitor.cancelled():
                stopped.append(True)
                raise Cancelled("stopped")
            time.sleep(0.01)
        raise AssertionError("it was not stopped")

    async with opened(app) as pilot:
        with monkeypatch.context() as patch:
            patch.setattr(FakeSuggestions, "next", slow)
            box = chat(pilot).composer.box
            box.text = QUESTION
            await pilot.press("enter")
            for _ in range(100):
                await pilot.pause(0.02)
                if chat(pilot).query("Foot"):
                    break
            await pilot.pause(0.1)
        await ask(pilot, "And the second offer?")
        assert stopped == [True]
        assert len(chat(pilot).query(Turn)) == 2
