"""The page that tells what is in a library."""

from __future__ import annotations

import threading
from collections.abc import Iterable, Iterator
from dataclasses import replace

import pytest
from made_up_app import ARTICLES, FakeLibrary, opened, page, settle, wait_for
from textual.pilot import Pilot

from qa.overview.facts import Period
from qa.question.filters import NO_FILTERS, Filters
from tui.app import YinjuApp
from tui.screens.chat import ChatScreen
from tui.screens.library import LibraryScreen
from tui.screens.overview import OverviewScreen
from tui.screens.reader import ReaderScreen
from tui.widgets.overview.held import HeldRow, NewRow
from tui.widgets.overview.timeline import Timeline


@pytest.fixture(autouse=True)
def dated(library: FakeLibrary) -> None:
    """Gives the articles months of their own."""
    dates = ("2024-11-03", "2025-01-20", "2025-06-01")
    library.kept = [replace(item, published=date) for item, date in zip(ARTICLES, dates, strict=True)]


async def overview(pilot: Pilot[None]) -> OverviewScreen:
    """The page with all that it tells."""
    await pilot.press("f7")
    screen = pilot.app.screen
    assert isinstance(screen, OverviewScreen)
    await wait_for(pilot, lambda: bool(screen.query("#overview-terms HeldRow")))
    await settle(pilot)
    return screen


def rows(screen: OverviewScreen, section: str) -> list[HeldRow]:
    return list(screen.query(f"#overview-{section} HeldRow").results(HeldRow))


def text(screen: OverviewScreen, section: str) -> list[str]:
    return [" ".join(str(row.render()).split()) for row in rows(screen, section)]


def listed(app: YinjuApp) -> list[int]:
    assert isinstance(app.screen, LibraryScreen)
    return [info.id for info in app.screen.table.listing.shown]


async def test_it_tells_dates_terms_sources_languages_and_what_is_new(app: YinjuApp) -> None:
    async with opened(app, (100, 60)) as pilot:
        screen = await overview(pilot)
        assert "3 articles" in screen._summary()
        assert "林岚 = Lin Lan 2" in [" ".join(t.replace("━", "").split()) for t in text(screen, "terms")]
        assert len(rows(screen, "languages")) == 3
        assert [row._info.id for row in screen.query(NewRow)] == [3, 2, 1]
        assert not screen.query_one("#overview-reposts").display


async def test_a_period_leads_to_the_list_and_escape_back_to_the_page(app: YinjuApp) -> None:
    async with opened(app, (80, 24)) as pilot:
        screen = await overview(pilot)
        assert isinstance(screen.focused, Timeline)
        assert len(screen.timeline._periods) == 8
        await pilot.press("home", "enter")
        await settle(pilot)
        assert listed(app) == [1]
        await pilot.press("escape", "escape")
        assert app.screen is screen
        await pilot.press("escape")
        assert isinstance(app.screen, ChatScreen)


async def test_a_click_on_a_bar_lists_its_articles(app: YinjuApp) -> None:
    async with opened(app, (80, 24)) as pilot:
        await overview(pilot)
        assert await pilot.click(Timeline, offset=(1, 4))
        await settle(pilot)
        assert listed(app) == [1]


async def test_a_term_leads_to_its_articles_and_q_asks_them(app: YinjuApp) -> None:
    async with opened(app, (100, 50)) as pilot:
        screen = await overview(pilot)
        row = next(row for row in rows(screen, "terms") if "Lin Lan" in str(row.render()))
        row.focus()
        await pilot.press("enter")
        await settle(pilot)
        assert tuple(listed(app)) == row.filters.articles
        await pilot.press("escape", "escape")
        row.focus()
        await pilot.press("q")
        await settle(pilot)
        assert isinstance(app.screen, ChatScreen)
        assert app.chat.composer.filters == row.filters and app.focused is app.chat.composer.box


async def test_a_click_on_a_source_lists_it(app: YinjuApp) -> None:
    async with opened(app, (130, 50)) as pilot:
        screen = await overview(pilot)
        row = rows(screen, "languages")[0]
        assert await pilot.click(row)
        await settle(pilot)
        assert listed(app) == [item.id for item in ARTICLES if row.filters.allows(item)]


async def test_a_new_article_is_read(app: YinjuApp) -> None:
    async with opened(app, (100, 60)) as pilot:
        screen = await overview(pilot)
        screen.query(NewRow).first().focus()
        await pilot.press("enter")
        await settle(pilot)
        assert isinstance(app.screen, ReaderScreen)
        await pilot.press("escape")
        assert app.screen is screen


async def test_reposts_lead_to_both(app: YinjuApp, library: FakeLibrary) -> None:
    library.alike = [(1, 3)]
    library.gate.set()
    async with opened(app, (100, 60)) as pilot:
        screen = await overview(pilot)
        await wait_for(pilot, lambda: bool(rows(screen, "reposts")))
        assert rows(screen, "reposts")[0].filters == Filters(articles=(1, 3))


async def test_marked_articles_are_told_of_and_the_list_below_is_narrowed(app: YinjuApp) -> None:
    async with opened(app, (100, 40)) as pilot:
        below = await page(pilot)
        await pilot.press("space", "down", "space")
        marked = tuple(sorted(below.table.listing.marked))
        screen = await overview(pilot)
        assert screen._filters == Filters(articles=marked)
        assert "2 articles" in screen._summary()
        row = rows(screen, "languages")[0]
        row.focus()
        await pilot.press("enter")
        await settle(pilot)
        assert app.screen is below
        assert set(listed(app)) == {i.id for i in ARTICLES if row.filters.allows(i)} <= set(marked)


async def test_listed_articles_are_told_of_if_none_is_marked(app: YinjuApp) -> None:
    async with opened(app, (100, 40)) as pilot:
        await page(pilot)
        await pilot.press("slash", *"lang:en", "enter")
        assert (await overview(pilot))._filters == Filters(articles=(2,))
        await pilot.press("escape", "escape")
        assert (await overview(pilot))._filters == NO_FILTERS


async def test_leaving_stops_the_reading(app: YinjuApp, library: FakeLibrary) -> None:
    reading, stopped = threading.Event(), threading.Event()

    def passages(articles: Iterable[int]) -> Iterator[tuple[int, int, str]]:
        reading.set()
        stopped.wait(10)
        for number in range(1, 400):
            yield number, number, "word"

    library.passage_words = passages  # type: ignore[method-assign,assignment]
    async with opened(app, (80, 24)) as pilot:
        await pilot.press("f7")
        await wait_for(pilot, reading.is_set)
        screen = app.screen
        assert isinstance(screen, OverviewScreen) and screen.timeline.display, "the dates are there at once"
        await pilot.press("f7")
        stopped.set()
        await settle(pilot)
        assert isinstance(app.screen, ChatScreen)


async def test_an_empty_library_says_how_to_fill_it(app: YinjuApp, library: FakeLibrary) -> None:
    library.kept.clear()
    async with opened(app, (80, 24)) as pilot:
        await pilot.press("f7")
        await settle(pilot)
        assert "Ctrl+O" in app.screen._summary()
        await pilot.press("q", "enter", "down")  # nothing to choose


async def test_a_long_time_shows_its_latest_years(app: YinjuApp, library: FakeLibrary) -> None:
    library.kept = [
        replace(ARTICLES[0], id=number, published=str(1800 + number), path=f"/{number}.md")
        for number in range(1, 200)
    ]
    async with opened(app, (60, 24)) as pilot:
        screen = await overview(pilot)
        assert screen.timeline._periods[0] == Period("1801", 1) and len(screen.timeline._periods) == 199
        await pilot.press("home")
        assert "1801" in str(screen.timeline.render())
        await pilot.press("end", "enter")
        await settle(pilot)
        assert listed(app) == [199]
