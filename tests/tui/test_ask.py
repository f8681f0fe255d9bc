"""Asking: answers, follow-ups, no answer, errors."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import pytest
from conftest import FakeEngine, FakeLibrary, ask, offer, opened, settle
from textual.color import Color
from textual.widgets import Static

from index.errors import LibraryError
from qa.types import Answer, DifferentFigure
from tui.app import YinjuApp
from tui.prose import ProseView
from tui.screens.chat import ChatScreen
from tui.widgets.answer import AnswerView, Carried, QuoteView
from tui.widgets.error import ErrorBlock
from tui.widgets.question import QuestionBox
from tui.widgets.turn import Turn
from tui.widgets.welcome import Example, Welcome


def texts(app: YinjuApp, selector: str) -> str:
    return "\n".join(str(widget.render()) for widget in app.screen.query(selector).results(Static))


async def test_an_answer_is_its_sentences_word_for_word_with_numbers(app: YinjuApp) -> None:
    async with opened(app) as pilot:
        await ask(pilot, "What did Harbor AI offer Lin Lan?")
        turn = app.screen.query_one(Turn)
        assert turn.answer is not None
        shown = [view.prose.content.plain for view in turn.query(QuoteView)]
        assert shown == [f"{s.text} [{s.citation}]" for s in turn.answer.sentences]
        assert "86%" in texts(app, ".measure")
        assert [row.place.label for row in turn.rows] == ["[1]", "[2]"]
        assert app.screen.query_one(QuestionBox).value == ""


async def test_sources_that_differ_and_those_that_say_the_same_are_named(
    app: YinjuApp, monkeypatch: pytest.MonkeyPatch
) -> None:
    def ask_one(engine: FakeEngine, question: str, *, k: int = 5, previous: Sequence[str] = ()) -> Answer:
        told = offer(question)
        more = replace(told.citations[1], number=3)
        figures = (DifferentFigure("2.4 亿美元", 1), DifferentFigure("$200 million", 2))
        return replace(told, citations=(*told.citations, more), disagreement=figures)

    monkeypatch.setattr(FakeEngine, "ask", ask_one)
    async with opened(app) as pilot:
        await ask(pilot, "What did Harbor AI offer Lin Lan?")
        line = app.screen.query_one(".differing", ProseView)
        assert line.text == "Sources differ: 2.4 亿美元 [1] · $200 million [2]"
        assert line.styles.color == Color.parse(app.theme_variables["warning"])
        assert "Also in [3]" in texts(app, ".measure")


async def test_a_follow_up_gets_the_questions_before_and_can_do_without(app: YinjuApp) -> None:
    async with opened(app) as pilot:
        await ask(pilot, "What did Harbor AI offer Lin Lan?")
        await ask(pilot, "那第二次呢？")
        assert "Harbor AI, 报价" in str(app.screen.query_one(Carried).render())
        await pilot.press("ctrl+r")
        await settle(pilot)
        engine = app.workspace.engine if app.workspace else None
        assert isinstance(engine, FakeEngine)
        first = "What did Harbor AI offer Lin Lan?"
        assert engine.asked == [(first, ()), ("那第二次呢？", (first,)), ("那第二次呢？", ())]
        assert len(app.screen.query(Carried)) == 1
        app.screen.query_one(Carried).action_refuse()
        await settle(pilot)
        assert engine.asked[-1] == ("那第二次呢？", ()) and len(engine.asked) == 4


async def test_without_an_answer_it_says_so_and_shows_the_nearest_passages(app: YinjuApp) -> None:
    async with opened(app) as pilot:
        await ask(pilot, "火星上有鹦鹉吗？")
        view = app.screen.query_one(AnswerView)
        said = texts(app, ".verdict") + texts(app, ".measure")
        assert "No answer in these articles" in said
        assert "22%" in said and "火星, parrot" in said
        assert not view.query(QuoteView)
        assert len(view.rows) == 1


async def test_an_error_is_a_block_that_says_what_to_do(app: YinjuApp) -> None:
    async with opened(app) as pilot:
        await ask(pilot, "What is broken?")
        shown = str(app.screen.query_one(ErrorBlock).render())
        assert "damaged" in shown and "qa add PATH" in shown
        await ask(pilot, "那第二次呢？")
        engine = app.workspace.engine if app.workspace else None
        assert isinstance(engine, FakeEngine)
        assert engine.asked[-1][1] == (), "a question that failed is nothing to lean on"


async def test_markup_and_escape_sequences_in_a_question_stay_text(app: YinjuApp) -> None:
    async with opened(app) as pilot:
        await ask(pilot, "[bold]x[/] \x1b[31m\u202e[@click=app.quit]y[/]")
        shown = app.screen.query_one(".asked", expect_type=None).render()  # type: ignore[call-overload]
        assert "[bold]x[/]" in shown.content.plain
        assert "\x1b" not in shown.content.plain and "\u202e" not in shown.content.plain


async def test_a_question_asked_while_the_library_opens_waits_for_it(library: FakeLibrary) -> None:
    def slow() -> FakeLibrary:
        library.gate.wait(timeout=10)
        return library

    app = YinjuApp(slow)  # type: ignore[arg-type]
    async with app.run_test() as pilot:
        app.screen.query_one(QuestionBox).value = "What did Harbor AI offer?"
        await pilot.press("enter")
        await pilot.pause()
        assert app.screen.query(".pending")
        library.gate.set()
        await settle(pilot)
        assert app.screen.query_one(AnswerView)


async def test_a_library_that_does_not_open_is_an_error_block() -> None:
    def fails() -> FakeLibrary:
        raise LibraryError("there is no library at /nowhere", "qa add PATH makes one")

    app = YinjuApp(fails)  # type: ignore[arg-type]
    async with opened(app) as pilot:
        assert "/nowhere" in str(app.screen.query_one(ErrorBlock).render())
        await pilot.press("f3")
        assert app.screen.query_one(QuestionBox), "there is nothing to add to"


async def test_history_goes_up_and_down_and_keeps_what_was_being_typed(app: YinjuApp) -> None:
    async with opened(app) as pilot:
        await ask(pilot, "first")
        await ask(pilot, "second")
        box = app.screen.query_one(QuestionBox)
        box.value = "half"
        seen = []
        for key in ("up", "up", "up", "down", "down"):
            await pilot.press(key)
            seen.append(box.value)
        assert seen == ["second", "first", "first", "second", "half"]


async def test_an_example_can_be_chosen_with_the_keyboard(app: YinjuApp) -> None:
    async with opened(app) as pilot:
        assert app.screen.query_one(Welcome).display
        app.screen.query(Example)[1].focus()
        await pilot.press("enter")
        await settle(pilot)
        assert app.screen.query_one(Turn).question == app.screen.query(Example)[1].question
        assert not app.screen.query_one(Welcome).display


async def test_lines_pasted_into_the_question_box_become_one_question(app: YinjuApp) -> None:
    from textual.events import Paste

    async with opened(app) as pilot:
        app.screen.query_one(QuestionBox).post_message(Paste("谁拿到了\n  报价？\x07"))
        await pilot.pause()
        assert app.screen.query_one(QuestionBox).value == "谁拿到了 报价？"


async def test_a_new_conversation_forgets_the_old_one(app: YinjuApp) -> None:
    async with opened(app) as pilot:
        await ask(pilot, "What did Harbor AI offer Lin Lan?")
        await pilot.press("ctrl+l")
        await pilot.pause()
        assert not app.screen.query(Turn) and app.screen.query_one(Welcome).display
        await ask(pilot, "那第二次呢？")
        engine = app.workspace.engine if app.workspace else None
        assert isinstance(engine, FakeEngine) and engine.asked[-1][1] == ()


async def test_the_answer_is_copied_with_its_sources(app: YinjuApp) -> None:
    async with opened(app) as pilot:
        await ask(pilot, "What did Harbor AI offer Lin Lan?")
        await pilot.press("ctrl+y")
        assert "把报价提高到 2.4 亿美元。 [1]" in app.clipboard
        assert "/articles/offer.md" in app.clipboard


async def test_the_library_is_closed_at_the_end(app: YinjuApp, library: FakeLibrary) -> None:
    async with opened(app):
        assert isinstance(app.screen, ChatScreen) and not library.closed
    assert library.closed
