"""Sources that differ: beside each other where there is room, else one after the other."""

from __future__ import annotations

from dataclasses import replace

from made_up_app import ARTICLES, FakeEngine, ask, opened, settle
from rich.cells import cell_len
from textual.pilot import Pilot

from tui.app import YinjuApp
from tui.screens.beside import BesideScreen, differing
from tui.screens.chat import ChatScreen
from tui.screens.reader import ReaderScreen
from tui.widgets.source.source import SourcePane

QUESTION = "各家报道对报价的说法不一，林岚到底拿到多少？"


async def press(pilot: Pilot[None], *keys: str) -> None:
    await pilot.press(*keys)
    await settle(pilot)


def test_the_citation_that_was_asked_for_comes_first_beside_one_of_another_article() -> None:
    answer = FakeEngine(None).ask(QUESTION)
    assert [citation.number for _part, citation in differing(answer)] == [1, 2]
    assert [citation.number for _part, citation in differing(answer, 2)] == [2, 1]
    one = answer.disagreement[0]
    assert differing(replace(answer, disagreement=(one, replace(one, text="一半")))) == []
    assert differing(replace(answer, disagreement=())) == []


async def test_from_160_columns_both_are_open_with_what_differs_lit(app: YinjuApp) -> None:
    async with opened(app, (160, 40)) as pilot:
        await ask(pilot, QUESTION)
        await press(pilot, "alt+d")
        screen = app.screen
        assert isinstance(screen, BesideScreen)
        left, right = screen.query(SourcePane)
        assert (left.article, right.article) == (ARTICLES[0], ARTICLES[1])
        assert left.region.right <= right.region.x and left.region.y == right.region.y
        for pane, text in ((left, "2.4 亿美元"), (right, "$240 million")):
            assert pane.article is not None and pane.body.current is not None
            assert pane.article.text[slice(*pane.body.current)] == text and pane.body.quote is not None
        assert app.focused is left.body
        await press(pilot, "tab")
        assert app.focused is right.body
        await press(pilot, "z")
        assert isinstance(app.screen, ReaderScreen) and app.screen.source.article == ARTICLES[1]
        await press(pilot, "escape", "escape")
        assert isinstance(app.screen, ChatScreen)


async def test_a_click_on_a_number_begins_with_that_source(app: YinjuApp) -> None:
    async with opened(app, (170, 40)) as pilot:
        await ask(pilot, QUESTION)
        row = app.screen.query_one("Differing").region.y
        line = app.screen._compositor.render_strips()[row].text
        await pilot.click(offset=(cell_len(line.partition("[2]")[0]) + 1, row))
        await settle(pilot)
        assert isinstance(app.screen, BesideScreen)
        assert [pane.article for pane in app.screen.query(SourcePane)] == [ARTICLES[1], ARTICLES[0]]


async def test_in_narrower_terminals_they_are_read_one_after_the_other(app: YinjuApp) -> None:
    async with opened(app, (130, 40)) as pilot:
        await ask(pilot, QUESTION)
        seen = []
        for _ in range(3):
            await press(pilot, "alt+d")
            assert isinstance(app.screen, ChatScreen)
            seen.append(app.chat.side.source.article)
        assert seen == [ARTICLES[1], ARTICLES[0], ARTICLES[1]]
