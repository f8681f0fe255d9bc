"""Reading: the source pane, going from citation to citation, narrow and wide."""

from __future__ import annotations

from conftest import ARTICLES, CHINESE, ENGLISH, ask, opened, settle
from textual.geometry import Offset
from textual.selection import Selection

from tui.app import YinjuApp
from tui.widgets.answer import AnswerView, QuoteView
from tui.widgets.row import PlaceRow
from tui.widgets.source import ArticleBody, SourcePane
from tui.widgets.transcript import Transcript
from tui.widgets.turn import Turn

QUESTION = "What did Harbor AI offer Lin Lan?"


def styled(body: ArticleBody, name: str) -> list[str]:
    style = body.get_visual_style(name, partial=name != "body--quote")
    content = body.prose.content
    return [content.plain[span.start : span.end] for span in content.spans if span.style == style]


async def test_the_first_citation_opens_in_its_article_with_the_quote_in_view(app: YinjuApp) -> None:
    async with opened(app, (120, 20)) as pilot:
        await ask(pilot, QUESTION)
        pane, answer = app.screen.query_one(SourcePane), app.screen.query_one(Turn).answer
        assert answer is not None and pane.display
        assert pane.body.text == CHINESE
        assert styled(pane.body, "body--quote") == [answer.citations[0].quote]
        assert styled(pane.body, "body--same") == ["Harbor AI", "Harbor AI"]
        assert styled(pane.body, "body--related") == ["林岚", "报价", "报价"]
        line = pane.body.line_of(answer.citations[0].start)
        assert 0 <= line - pane.scroll.scroll_offset.y < pane.scroll.size.height


async def test_next_and_previous_go_round_the_citations(app: YinjuApp) -> None:
    async with opened(app, (120, 36)) as pilot:
        await ask(pilot, QUESTION)
        seen = []
        for key in ("ctrl+n", "ctrl+n", "ctrl+b"):
            await pilot.press(key)
            await settle(pilot)
            seen.append(app.screen.query_one(SourcePane).article)
        assert seen == [ARTICLES[1], ARTICLES[0], ARTICLES[1]]
        assert [row.current for row in app.screen.query_one(Turn).rows] == [False, True]


async def test_a_number_in_the_answer_and_a_row_open_their_source(app: YinjuApp) -> None:
    async with opened(app, (120, 36)) as pilot:
        await ask(pilot, QUESTION)
        quote = app.screen.query(QuoteView).last()
        lines = quote.prose.lines(quote.content_size.width)
        end = lines[-1].end - lines[-1].start
        await pilot.click(quote, offset=(end, quote.size.height - 1))
        await settle(pilot)
        assert app.screen.query_one(SourcePane).article == ARTICLES[1]
        await pilot.click(app.screen.query_one(Turn).rows[0])
        await settle(pilot)
        assert app.screen.query_one(SourcePane).article == ARTICLES[0]


async def test_a_number_of_an_earlier_answer_opens_that_answers_source(app: YinjuApp) -> None:
    async with opened(app, (120, 60)) as pilot:
        await ask(pilot, QUESTION)
        await ask(pilot, "火星上有鹦鹉吗？")
        app.screen.query(QuoteView).first().action_cite(2)
        await settle(pilot)
        assert app.screen.query_one(SourcePane).article == ARTICLES[1]
        assert app.screen.query(Turn).first().rows[1].current


async def test_on_a_small_terminal_the_source_takes_the_transcripts_place_and_gives_it_back(
    app: YinjuApp,
) -> None:
    async with opened(app, (80, 24)) as pilot:
        await ask(pilot, QUESTION)
        pane, transcript = app.screen.query_one(SourcePane), app.screen.query_one("Transcript")
        assert transcript.display and not pane.display
        await pilot.press("ctrl+n")
        await pilot.pause()
        assert pane.display and not transcript.display
        assert pane.article == ARTICLES[0], "the first press shows the first citation"
        await pilot.press("escape")
        assert transcript.display and not pane.display


async def test_resizing_keeps_the_line_being_read(app: YinjuApp) -> None:
    async with opened(app, (160, 24)) as pilot:
        await ask(pilot, QUESTION)
        pane = app.screen.query_one(SourcePane)
        pane.scroll.scroll_to(y=9, animate=False, immediate=True)
        await pilot.pause()
        top = pane.body.offset_of(pane.scroll.scroll_offset.y)
        await pilot.resize_terminal(112, 24)
        await pilot.pause()
        await pilot.pause()
        line = pane.body.line_of(top)
        assert line != 9, "the article wraps anew"
        assert pane.scroll.scroll_offset.y == line


async def test_evidence_lists_the_passages_considered_and_opens_them(app: YinjuApp) -> None:
    async with opened(app, (120, 36)) as pilot:
        await ask(pilot, QUESTION)
        await pilot.press("f5")
        assert app.screen.query_one(AnswerView).evidence
        rows = [row for row in app.screen.query(PlaceRow) if row.place.label == "#3"]
        rows[0].focus()
        await pilot.press("enter")
        await settle(pilot)
        pane = app.screen.query_one(SourcePane)
        assert pane.article == ARTICLES[2] and styled(pane.body, "body--quote") == []


async def test_text_selected_in_the_source_is_the_articles_text(app: YinjuApp) -> None:
    async with opened(app, (120, 36)) as pilot:
        await ask(pilot, QUESTION)
        await pilot.press("ctrl+n")
        await settle(pilot)
        body = app.screen.query_one(ArticleBody)
        everything = body.get_selection(Selection(Offset(0, 0), None))
        assert everything is not None and everything[0] == ENGLISH


async def test_resizing_keeps_the_answer_being_read(app: YinjuApp) -> None:
    async with opened(app, (160, 24)) as pilot:
        for question in (QUESTION, "火星上有鹦鹉吗？", QUESTION, QUESTION):
            await ask(pilot, question)
        transcript = app.screen.query_one(Transcript)
        middle = app.screen.query(Turn)[1].query_one(".verdict")
        down = middle.region.y - transcript.content_region.y
        transcript.scroll_to(y=transcript.scroll_y + down, animate=False, immediate=True)
        await settle(pilot)
        assert middle.region.y == transcript.content_region.y
        await pilot.resize_terminal(70, 24)
        await pilot.press("escape")
        await settle(pilot)
        assert transcript.size.width < 80
        assert middle.region.y == transcript.content_region.y
