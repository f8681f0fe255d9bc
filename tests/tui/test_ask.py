"""Asking: answers, follow-ups, no answer, errors, and what is shown meanwhile."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from made_up_app import FakeEngine, FakeLibrary, ask, offer, opened, opening, said, settle, wait_for
from textual import events

import qa.engine
from index.errors import LibraryError
from index.library import Library
from qa.question.filters import Filters
from qa.session import Session
from qa.settings import Settings
from qa.types import Answer, Hit
from tui.app import YinjuApp
from tui.screens.chat import ChatScreen
from tui.widgets.common.error import ErrorBlock
from tui.widgets.common.link import Link
from tui.widgets.composer.composer import Composer
from tui.widgets.composer.question import QuestionBox
from tui.widgets.source.side import Side
from tui.widgets.transcript.answer import AnswerView, QuoteView
from tui.widgets.transcript.carried import Carried
from tui.widgets.transcript.citation import CitationRow
from tui.widgets.transcript.foot import Confidence
from tui.widgets.transcript.turn import Asked, Turn
from tui.widgets.transcript.waiting import Waiting

QUESTION = "What did Harbor AI offer Lin Lan?"


def engine(app: YinjuApp) -> FakeEngine:
    assert app.workspace is not None and isinstance(app.workspace.session.engine, FakeEngine)
    return app.workspace.session.engine


def link(app: YinjuApp, text: str) -> Link:
    return next(found for found in app.screen.query(Link) if text in str(found.render()))


@pytest.fixture
def slow(monkeypatch: pytest.MonkeyPatch) -> threading.Event:
    """The engine tells what it found and answers when the event is set."""
    gate = threading.Event()
    quick = FakeEngine.ask

    def ask_slowly(
        self: FakeEngine, question: str, *, found: Callable[[tuple[Hit, ...]], None], **rest: Any
    ) -> Answer:
        found(offer(question).hits)
        gate.wait(timeout=10)
        return quick(self, question, **rest)

    monkeypatch.setattr(FakeEngine, "ask", ask_slowly)
    return gate


async def test_a_follow_up_gets_the_questions_before_and_can_do_without(app: YinjuApp) -> None:
    async with opened(app) as pilot:
        await ask(pilot, QUESTION)
        await ask(pilot, "那第二次呢？")
        assert "Harbor AI, 报价" in app.screen.query_one(Carried).prose.content.plain
        await pilot.press("ctrl+r")
        await settle(pilot)
        asked = [(QUESTION, ()), ("那第二次呢？", (QUESTION,)), ("那第二次呢？", ())]
        assert engine(app).asked == asked
        assert len(app.screen.query(Carried)) == 1
        app.screen.query_one(Carried).action_follow("refuse")
        await settle(pilot)
        assert engine(app).asked[3:] == [("那第二次呢？", ())]


async def test_filters_are_shown_and_can_be_left_out_where_they_leave_no_answer(app: YinjuApp) -> None:
    async with opened(app) as pilot:
        await ask(pilot, "lang:en 火星上有鹦鹉吗？")
        turn = app.screen.query_one(Turn)
        assert turn.exchange.filters == Filters(languages=("en",))
        assert "only English" in turn.query_one(Asked).prose.content.plain
        assert "filtered articles" in said(turn)
        app.screen.query_one(Composer).filters = Filters()
        link(app, "without the filters").focus()
        await pilot.press("enter")
        await settle(pilot)
        again = app.screen.query(Turn)[-1]
        assert (
            again is not turn
            and again.exchange.question == turn.exchange.question
            and not again.exchange.filters
        )


async def test_an_error_is_a_block_that_says_what_to_do(app: YinjuApp) -> None:
    async with opened(app) as pilot:
        await ask(pilot, "What is broken?")
        shown = said(app.screen.query_one(ErrorBlock))
        assert "damaged" in shown and "qa add PATH" in shown
        before = app.workspace
        link(app, "Reopen").focus()
        await pilot.press("enter")
        await settle(pilot)
        assert app.workspace is not None and app.workspace is not before
        app.screen.query_one(Composer).box.focus()
        await ask(pilot, "那第二次呢？")
        assert engine(app).asked[-1][1] == (), "a question that failed is nothing to lean on"


async def test_markup_and_escape_sequences_in_a_question_stay_text(app: YinjuApp) -> None:
    async with opened(app) as pilot:
        await ask(pilot, "[bold]x[/] \x1b[31m\u202e[@click=app.quit]y[/]")
        shown = app.screen.query_one(Asked).prose.content.plain
        assert "[bold]x[/]" in shown
        assert "\x1b" not in shown and "\u202e" not in shown


async def test_a_question_asked_while_the_library_opens_waits_for_it(library: FakeLibrary) -> None:
    def slow() -> Session:
        library.gate.wait(timeout=10)
        return opening(library)()

    app = YinjuApp(slow)
    async with app.run_test() as pilot:
        app.screen.query_one(QuestionBox).text = QUESTION
        await pilot.press("enter")
        await wait_for(pilot, lambda: "Opening" in str(app.screen.query_one(Waiting).render()))
        library.gate.set()
        await settle(pilot)
        assert app.screen.query_one(AnswerView) and not app.screen.query(Waiting)


async def test_what_is_read_for_the_answer_is_named_once_it_takes_long(
    app: YinjuApp, slow: threading.Event
) -> None:
    async with opened(app) as pilot:
        app.screen.query_one(QuestionBox).text = QUESTION
        await pilot.press("enter")
        await wait_for(pilot, lambda: bool(app.screen.query(Waiting)))
        waiting = app.screen.query_one(Waiting)
        await wait_for(pilot, lambda: "Reading 3 passages" in str(waiting.render()))
        shown = str(waiting.render())
        assert "海湾研究所的人才账本" in shown and "94%" in shown
        where = app.screen.query_one(Asked).region
        slow.set()
        await settle(pilot)
        assert app.screen.query_one(AnswerView) and not app.screen.query(Waiting)
        assert app.screen.query_one(Asked).region == where, "the question stays where it is"


async def test_esc_stops_a_slow_question(app: YinjuApp, slow: threading.Event) -> None:
    async with opened(app) as pilot:
        app.screen.query_one(QuestionBox).text = QUESTION
        await pilot.press("enter")
        await wait_for(pilot, lambda: bool(app.screen.query(Waiting)))
        await pilot.press("escape")
        slow.set()
        await settle(pilot)
        assert "Stopped" in str(app.screen.query_one(Waiting).render())
        assert not app.screen.query(AnswerView)
        await ask(pilot, "那第二次呢？")
        assert engine(app).asked[-1] == ("那第二次呢？", ()), "a stopped question is nothing to lean on"


async def test_a_newer_question_sets_the_one_before_aside(app: YinjuApp, slow: threading.Event) -> None:
    async with opened(app) as pilot:
        for question in ("first", "second"):
            app.screen.query_one(QuestionBox).text = question
            await pilot.press("enter")
            await pilot.pause()
        slow.set()
        await settle(pilot)
        first, second = app.screen.query(Turn)
        assert "Cancelled" in str(first.query_one(Waiting).render())
        assert second.answer is not None


async def test_more_reads_on_and_the_source_is_named(
    still: type[qa.engine.Engine], monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setattr(qa.engine, "Engine", still)
    (tmp_path / "mill.md").write_text(
        "---\nauthor: 许岩\nsource: 河湾报\n---\n\n# 河边的水磨\n\n水磨由石匠郭成业在 1931 年建成。\n\n"
        "1954 年发大水，水磨停了三年。停工是因为水渠被泥沙堵住了。\n\n## 面粉\n\n水磨每天磨面粉四百斤。\n",
        encoding="utf-8",
    )
    with Library.open(tmp_path / "library", create=True) as library:
        library.add([tmp_path / "mill.md"])
    app = YinjuApp(lambda: Session.open(Settings(library=tmp_path / "library")))
    async with opened(app) as pilot:
        await ask(pilot, "还有呢？")
        assert app.screen.query_one(ErrorBlock)
        for question in ("水磨是哪一年建成的？", "还有呢？", "tell me more", "哪篇文章？", "继续"):
            await ask(pilot, question)
        first, more, rest, source, end = app.screen.query(Turn)[1:]
        assert first.query(Confidence) and not more.query(Confidence)
        quotes = [view.citation.quote for turn in (first, more, rest) for view in turn.query(QuoteView)]
        assert "".join(quotes).count("1931") == 1 and any("四百斤" in quote for quote in quotes)
        assert said(source) == "哪篇文章？\n河边的水磨\n许岩 · 河湾报" and not source.query(QuoteView)
        assert [row.citation.hit.article.title for row in source.rows] == ["河边的水磨"]
        assert "Nothing follows" in said(end) and not end.rows
        await pilot.press("f5")
        await settle(pilot)
        assert "Nothing follows" in said(app.screen.query_one(Side))


async def test_a_library_that_does_not_open_is_an_error_block() -> None:
    def fails() -> Session:
        raise LibraryError("there is no library at /nowhere", "qa add PATH makes one")

    app = YinjuApp(fails)
    async with opened(app) as pilot:
        assert "/nowhere" in said(app.screen.query_one(ErrorBlock))
        await pilot.press("f2")
        assert isinstance(app.screen, ChatScreen), "there is nothing to list"


async def test_a_new_conversation_forgets_the_old_one(app: YinjuApp) -> None:
    async with opened(app) as pilot:
        await ask(pilot, QUESTION)
        await pilot.press("ctrl+l")
        await settle(pilot)
        assert not app.screen.query(Turn)
        await ask(pilot, "那第二次呢？")
        assert engine(app).asked[-1][1] == ()


async def test_the_library_is_closed_at_the_end(app: YinjuApp, library: FakeLibrary) -> None:
    async with opened(app):
        assert isinstance(app.screen, ChatScreen) and not library.closed
    assert library.closed


async def test_what_is_pasted_elsewhere_is_for_the_question(app: YinjuApp) -> None:
    async with opened(app, (120, 36)) as pilot:
        await ask(pilot, QUESTION)
        await pilot.press("f4")
        await settle(pilot)
        app.post_message(events.Paste("那第二次呢？"))
        await settle(pilot)
        box = app.screen.query_one(QuestionBox)
        assert box.text == "那第二次呢？" and box.has_focus


async def test_what_is_typed_before_the_box_has_the_keyboard_is_not_lost(app: YinjuApp) -> None:
    async with opened(app) as pilot:
        box = app.screen.query_one(QuestionBox)
        for key in "問a1":  # as they come that were typed before the first frame
            app.screen.post_message(events.Key(key, key))
        await settle(pilot)
        assert box.text == "問a1"
        app.screen.set_focus(None)
        await pilot.press("c")
        await settle(pilot)
        assert box.text == "問a1c" and box.has_focus
        await ask(pilot, QUESTION)
        app.screen.query(Link).first().focus()
        await pilot.press("d", "e")
        await settle(pilot)
        assert box.text == "de" and box.has_focus
        await pilot.press("f4", "w")
        await settle(pilot)
        assert box.text == "de" and app.screen.query_one(Side).has_focus_within


async def test_what_is_typed_in_one_burst_beside_a_citation_is_not_lost(app: YinjuApp) -> None:
    async with opened(app) as pilot:
        await ask(pilot, QUESTION)
        app.screen.query(CitationRow).first().focus()
        await pilot.pause()
        for key in "How why":  # "w", "y" and the space would act on the citation
            app.post_message(events.Key("space" if key == " " else key, key))
        await settle(pilot)
        box = app.screen.query_one(QuestionBox)
        assert box.text == "How why" and box.has_focus


@pytest.mark.parametrize("turns", [1, 2, 5])
async def test_a_question_that_arrives_in_pieces_is_asked_whole(app: YinjuApp, turns: int) -> None:
    async with opened(app) as pilot:
        await ask(pilot, QUESTION)
        app.screen.query(CitationRow).first().focus()
        await pilot.pause()
        for at, key in enumerate("How long now? Who?", start=1):
            app.post_message(events.Key("space" if key == " " else key, key))
            for _ in range(turns if at % 4 == 0 else 0):
                await asyncio.sleep(0)  # some keys are under way to the citation, some to the box
        app.post_message(events.Key("enter", None))
        await settle(pilot)
        assert app.chat.transcript.turns[-1].exchange.question == "How long now? Who?"
        assert app.screen.query_one(QuestionBox).text == ""
