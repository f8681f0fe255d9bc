"""What the welcome tells of a library of one's own."""

from __future__ import annotations

from pathlib import Path

from made_up_app import ARTICLES, FakeLibrary, opened, settle, wait_for

from tui.app import YinjuApp
from tui.screens.overview import OverviewScreen
from tui.screens.reader import ReaderScreen
from tui.widgets.transcript.welcome import Held, Newest


async def test_two_lines_lead_to_the_overview_and_to_the_newest_article(
    app: YinjuApp, library: FakeLibrary
) -> None:
    library.path = Path("/mine")
    async with opened(app, (100, 36)) as pilot:
        await wait_for(pilot, lambda: bool(app.chat.query(Newest)))
        held = app.chat.query_one(Held)
        told = str(held.render())
        assert "2025-06" in told and "Harbor Daily" in told and told.endswith("F7")
        assert ARTICLES[-1].title in str(app.chat.query_one(Newest).render())
        held.focus()
        await pilot.press("enter")
        await settle(pilot)
        assert isinstance(app.screen, OverviewScreen)
        await pilot.press("escape")
        assert await pilot.click(Newest)
        await settle(pilot)
        assert isinstance(app.screen, ReaderScreen) and app.screen.source.article == ARTICLES[-1]


async def test_the_bundled_articles_have_none(app: YinjuApp) -> None:
    async with opened(app, (100, 36)):
        assert not app.chat.query(Held) and not app.chat.query_one("#welcome-held").display


async def test_an_empty_library_tells_nothing(app: YinjuApp, library: FakeLibrary) -> None:
    library.path, library.kept = Path("/mine"), []
    async with opened(app, (100, 36)):
        assert not app.chat.query(Held)
