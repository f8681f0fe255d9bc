"""What there is to see of the article under the cursor, beside the list."""

from __future__ import annotations

import threading
from dataclasses import replace
from typing import Any

from made_up_app import ARTICLES, STEPS, FakeLibrary, opened, page, settle, wait_for
from textual.pilot import Pilot

from index.errors import LibraryError
from index.text.blocks import find_blocks
from index.types import Article
from tui.app import YinjuApp
from tui.screens.library import LibraryScreen
from tui.screens.reader import ReaderScreen
from tui.widgets.common.targets import targets
from tui.widgets.library.preview import Passage


def quotes(screen: LibraryScreen) -> list[Passage]:
    return list(screen.query(".preview-quote").results(Passage))


async def shown(pilot: Pilot[None], screen: LibraryScreen, article: Article) -> list[str]:
    """The extract of this article, once it is there."""
    await wait_for(
        pilot,
        lambda: bool(quotes(screen)) and quotes(screen)[0]._info.id == article.id,
    )
    return [quote._text for quote in quotes(screen)]


async def test_the_preview_follows_the_cursor_and_is_verbatim(app: YinjuApp) -> None:
    async with opened(app, (120, 40)) as pilot:
        screen = await page(pilot)
        for article in ARTICLES[:2]:
            said = await shown(pilot, screen, article)
            assert 1 <= len(said) <= 3 and all(text in article.text for text in said)
            assert screen.preview._title() == article.title
            await pilot.press("down")


async def test_there_is_none_where_there_is_no_room(app: YinjuApp) -> None:
    async with opened(app, (119, 36)) as pilot:
        screen = await page(pilot)
        assert not screen.preview.display
        await pilot.press("p")
        assert "120" in str(screen.notice.render()) and not screen.preview.display
        await pilot.resize_terminal(130, 36)
        await wait_for(pilot, lambda: screen.preview.display)
        await shown(pilot, screen, ARTICLES[0])


async def test_it_can_be_hidden_and_stays_so(app: YinjuApp) -> None:
    async with opened(app, (130, 36)) as pilot:
        screen = await page(pilot)
        await pilot.press("p")
        assert not screen.preview.display
        await pilot.press("escape")
        screen = await page(pilot)
        assert not screen.preview.display
        await pilot.press("p")
        assert screen.preview.display
        await shown(pilot, screen, ARTICLES[0])


async def test_a_click_reads_the_sentence_in_its_article(app: YinjuApp) -> None:
    async with opened(app, (130, 40)) as pilot:
        screen = await page(pilot)
        said = await shown(pilot, screen, ARTICLES[0])
        assert await pilot.click(quotes(screen)[-1])
        await settle(pilot)
        assert isinstance(app.screen, ReaderScreen) and app.screen.source.place is not None
        passage = app.screen.source.place.passage
        assert passage is not None and ARTICLES[0].text[passage.start : passage.end] == said[-1]


async def test_a_click_on_a_heading_reads_on_from_there(app: YinjuApp, library: FakeLibrary) -> None:
    article = replace(ARTICLES[0], text=STEPS, blocks=find_blocks(STEPS), characters=len(STEPS))
    library.kept = [article]
    async with opened(app, (130, 40)) as pilot:
        screen = await page(pilot)
        await shown(pilot, screen, article)
        heading = screen.query(".-heading").first(Passage)
        assert await pilot.click(heading)
        await settle(pilot)
        assert isinstance(app.screen, ReaderScreen)
        source = app.screen.source
        assert source.state == "open" and source.place is not None and source.place.passage is not None
        assert STEPS[slice(*source.place.passage)] == heading._text == "旧船厂的搬家手册"


async def test_the_letters_of_ctrl_g_reach_its_sentences(app: YinjuApp) -> None:
    async with opened(app, (130, 40)) as pilot:
        screen = await page(pilot)
        await shown(pilot, screen, ARTICLES[0])
        wanted = quotes(screen)[0]
        target = next(target for target in targets(screen) if target.widget is wanted)
        target.press()
        await settle(pilot)
        assert isinstance(app.screen, ReaderScreen)


async def test_keys_never_wait_for_it_and_only_the_last_article_is_read(
    app: YinjuApp, library: FakeLibrary
) -> None:
    gate, read = threading.Event(), []
    article = library.article

    def slow(id: int) -> Article:
        read.append(id)
        gate.wait(10)
        return article(id)

    library.article = slow  # type: ignore[method-assign]
    async with opened(app, (130, 36)) as pilot:
        screen = await page_without_settling(pilot)
        await pilot.press("down", "down", "up")
        assert screen.table.row == 1
        await wait_for(pilot, lambda: bool(read))
        await pilot.press("down")
        assert screen.table.row == 2
        gate.set()
        await shown(pilot, screen, ARTICLES[2])
        assert len(read) <= 3


async def page_without_settling(pilot: Pilot[None]) -> LibraryScreen:
    await pilot.press("f2")
    screen: Any = pilot.app.screen
    assert isinstance(screen, LibraryScreen)
    await wait_for(pilot, lambda: bool(screen.table.listing.shown))
    return screen


async def test_an_error_is_told_in_its_place(app: YinjuApp, library: FakeLibrary) -> None:
    def gone(id: int) -> Article:
        raise LibraryError("article {id} is gone", id=id)

    library.article = gone  # type: ignore[method-assign]
    async with opened(app, (130, 36)) as pilot:
        screen = await page(pilot)
        await wait_for(pilot, lambda: len(screen.preview.found.children) == 1)
        assert not quotes(screen)


async def test_an_empty_list_has_no_preview(app: YinjuApp) -> None:
    async with opened(app, (130, 36)) as pilot:
        screen = await page(pilot)
        await shown(pilot, screen, ARTICLES[0])
        await pilot.press("slash", *"nowhere")
        await wait_for(pilot, lambda: not quotes(screen))
        assert screen.preview._title() == ""
