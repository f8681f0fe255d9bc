"""Hours of use in half a minute: many questions and pages, and the memory stays flat."""

from __future__ import annotations

import gc

import pytest
from made_up_app import opened, settle, wait_for
from textual._styles_cache import StylesCache

from tui.app import YinjuApp
from tui.widgets.composer.question import QuestionBox
from tui.widgets.transcript.turn import Turn

QUESTIONS, BETWEEN = 120, 20
QUESTION = ("What did Harbor AI offer Lin Lan?", "那第二次呢？", "火星上有鹦鹉吗？", "What is broken?")
#: Objects that a question may leave behind: its text and its answer, which the conversation keeps. The
#: widgets of one turn alone are more than ten times as many.
KEPT = 150


@pytest.mark.slow(seconds=30)
async def test_memory_stays_flat_over_many_questions(app: YinjuApp) -> None:
    objects: dict[int, int] = {}
    async with opened(app) as pilot:
        transcript = app.chat.transcript
        for number in range(1, QUESTIONS + 1):
            app.screen.query_one(QuestionBox).text = QUESTION[number % len(QUESTION)]
            await pilot.press("enter")
            await wait_for(pilot, lambda: not app.chat.waiting)
            if number % BETWEEN == 0:
                for key in ("f5", "f4", "ctrl+n", "f2", "escape", "f3", "escape", "f1", "escape", "escape"):
                    await pilot.press(key)
                    await settle(pilot)
                await pilot.resize_terminal(*((80, 24), (140, 40))[number // BETWEEN % 2])
                await settle(pilot)
            if number in (QUESTIONS // 2, QUESTIONS):
                # Textual keeps what was drawn of the last 1,024 widgets, full after 100 questions.
                StylesCache.get_inner_outer.cache_clear()
                gc.collect()
                objects[number] = len(gc.get_objects())
        assert len(transcript.query(Turn)) < 60
    grown = objects[QUESTIONS] - objects[QUESTIONS // 2]
    assert grown < KEPT * QUESTIONS // 2
