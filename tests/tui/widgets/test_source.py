"""The source beside the answer: opening it, going from citation to citation, narrow and wide."""

from __future__ import annotations

from made_up_app import ARTICLES, CHINESE, ask, opened, settle

from tui.app import YinjuApp
from tui.widgets.source.side import Side
from tui.widgets.transcript.transcript import Transcript
from tui.widgets.transcript.turn import Turn

QUESTION = "What did Harbor AI offer Lin Lan?"


async def test_the_first_citation_opens_in_its_article_with_the_quote_in_view(app: YinjuApp) -> None:
    async with opened(app, (120, 24)) as pilot:
        await ask(pilot, QUESTION)
        side, answer = app.screen.query_one(Side), app.screen.query_one(Turn).answer
        assert answer is not None and side.display and side.source.display
        body = side.source.body
        assert body.text == CHINESE
        assert body.quote is not None and CHINESE[slice(*body.quote)] == answer.citations[0].quote
        assert 0 <= body.lines.line_of(body.quote.start) - body.scroll_y < body.size.height


async def test_next_and_previous_go_round_the_citations(app: YinjuApp) -> None:
    async with opened(app, (120, 36)) as pilot:
        await ask(pilot, QUESTION)
        seen = []
        for key in ("ctrl+n", "ctrl+n", "ctrl+b"):
            await pilot.press(key)
            await settle(pilot)
            seen.append(app.screen.query_one(Side).source.article)
        assert seen == [ARTICLES[1], ARTICLES[0], ARTICLES[1]]
        assert [row.current for row in app.screen.query_one(Turn).rows] == [False, True]


async def test_a_row_and_a_digit_open_their_source(app: YinjuApp) -> None:
    async with opened(app, (120, 36)) as pilot:
        await ask(pilot, QUESTION)
        source = app.screen.query_one(Side).source
        await pilot.click(app.screen.query_one(Turn).rows[1])
        await settle(pilot)
        assert source.article == ARTICLES[1]
        source.body.focus()
        await pilot.press("1")
        await settle(pilot)
        assert source.article == ARTICLES[0]


async def test_on_a_small_terminal_the_source_takes_the_transcripts_place_and_gives_it_back(
    app: YinjuApp,
) -> None:
    async with opened(app, (80, 24)) as pilot:
        await ask(pilot, QUESTION)
        side, transcript = app.screen.query_one(Side), app.screen.query_one(Transcript)
        assert transcript.display and not side.display
        await pilot.press("ctrl+n")
        await settle(pilot)
        assert side.display and not transcript.display
        assert side.source.article == ARTICLES[0], "the first press shows the first citation"
        assert side.source.body.size.height >= 10
        before = side.source.body.scroll_y
        await pilot.press("pagedown")
        assert side.source.body.scroll_y > before, "the page keys turn what is in view"
        await pilot.press("escape")
        assert transcript.display and not side.display


async def test_f4_and_f5_show_and_hide_the_two_panes(app: YinjuApp) -> None:
    async with opened(app, (120, 36)) as pilot:
        await ask(pilot, QUESTION)
        side = app.screen.query_one(Side)
        seen = []
        for key in ("f5", "f4", "f4", "f5"):
            await pilot.press(key)
            await settle(pilot)
            seen.append(side.current if side.display else "")
        assert seen == ["evidence", "source", "", "evidence"]
        assert side.evidence.display and not side.source.display


async def test_escape_stops_looking_for_words_before_it_leaves_the_source(app: YinjuApp) -> None:
    async with opened(app, (80, 24)) as pilot:
        await ask(pilot, QUESTION)
        await pilot.press("ctrl+n")
        await settle(pilot)
        side = app.screen.query_one(Side)
        side.source.body.focus()
        await pilot.press("slash", *"林岚", "enter")
        await settle(pilot)
        assert side.source.body.finds
        await pilot.press("escape")
        assert not side.source.body.finds and side.display
        await pilot.press("escape")
        assert not side.display


async def test_the_keyboard_is_never_left_without_a_place(app: YinjuApp) -> None:
    async with opened(app, (120, 36)) as pilot:
        await ask(pilot, QUESTION)
        side = app.screen.query_one(Side)
        side.source.body.focus()
        await pilot.press("slash", "f5")
        await settle(pilot)
        assert app.focused is side.evidence
        await pilot.press("f4")
        await settle(pilot)
        assert app.focused is side.source.body
        await pilot.press("f4")
        await settle(pilot)
        assert not side.display and app.focused is app.screen.query_one("#question")


async def test_reading_the_article_beside_leaves_no_citation_marked_as_being_read(app: YinjuApp) -> None:
    async with opened(app, (120, 36)) as pilot:
        await ask(pilot, QUESTION)
        side, turn = app.screen.query_one(Side), app.screen.query_one(Turn)
        assert [row.current for row in turn.rows] == [True, False]
        side.source.body.focus()
        await pilot.press("right_square_bracket")
        await settle(pilot)
        assert side.source.article == ARTICLES[1]
        assert [row.current for row in turn.rows] == [False, False]


async def test_a_new_conversation_closes_the_article(app: YinjuApp) -> None:
    async with opened(app, (120, 36)) as pilot:
        await ask(pilot, QUESTION)
        await pilot.press("ctrl+l")
        await settle(pilot)
        side = app.screen.query_one(Side)
        assert not side.display and side.source.state == "empty" and side.source.body.text == ""
