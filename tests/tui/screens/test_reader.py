"""The page of one article: opened from the list and from the pane, read by keys and by mouse."""

from __future__ import annotations

import threading
from pathlib import Path
from typing import Any

import pytest
from made_up_app import (
    ARTICLES,
    FakeLibrary,
    article,
    ask,
    opened,
    opening,
    page,
    settle,
    steps,
    structured,
)
from rich.cells import cell_len
from textual.events import MouseScrollDown
from textual.pilot import Pilot

from index.types import Article
from tui.app import YinjuApp
from tui.messages import ArticleWanted
from tui.screens.chat import ChatScreen
from tui.screens.conversations import ConversationsScreen
from tui.screens.library import LibraryScreen
from tui.screens.reader import ReaderScreen
from tui.state.memory import Memory
from tui.widgets.common.keybar import KeyBar
from tui.widgets.common.targets import labels, targets
from tui.widgets.source.side import Tabs

LONG = article(
    7,
    "# The long way\n\n"
    + "\n\n".join(
        f"## Mile {n}\n\n" + f"The road goes on past stone {n}, as it did before it. " * 12
        for n in range(1, 21)
    ),
    "en",
    "2025-08-01",
    "long.md",
)
QUESTION = "What did Harbor AI offer Lin Lan?"


async def reader(pilot: Pilot[None], info: Any) -> ReaderScreen:
    pilot.app.post_message(ArticleWanted(info))
    await settle(pilot)
    assert isinstance(pilot.app.screen, ReaderScreen)
    return pilot.app.screen


def keep(app: YinjuApp, made: Article) -> Article:
    """``made``, put into the app's library."""
    assert app.workspace is not None
    library: Any = app.workspace.session.library
    library.kept.append(made)
    return made


async def press(pilot: Pilot[None], *keys: str) -> None:
    await pilot.press(*keys)
    await settle(pilot)


async def click(pilot: Pilot[None], widget: Any, text: str) -> None:
    """Click on ``text`` where it stands in ``widget``."""
    strips = pilot.app.screen._compositor.render_strips()
    region = widget.region
    for y in range(region.y, region.bottom):
        line = strips[y].crop(region.x, region.right).text
        if text in line:
            await pilot.click(offset=(region.x + cell_len(line.partition(text)[0]), y))
            await settle(pilot)
            return
    raise AssertionError(f"{text} is not in view")


def first_line(screen: ReaderScreen) -> str:
    """The line of the text at the top."""
    return "".join(segment.text for segment in screen.source.body.render_line(0)).strip()


async def test_enter_in_the_list_reads_with_the_keyboard_in_the_text_and_esc_goes_back_to_the_row(
    app: YinjuApp,
) -> None:
    async with opened(app, (100, 30)) as pilot:
        await page(pilot)
        await press(pilot, "down", "enter")
        screen = app.screen
        assert isinstance(screen, ReaderScreen) and screen.source.article == ARTICLES[1]
        assert app.focused is screen.source.body
        await press(pilot, "escape")
        assert isinstance(app.screen, LibraryScreen)
        assert app.focused is app.screen.table and app.screen.table.row == 1


async def test_brackets_follow_the_list_and_the_cursor_goes_with_them(app: YinjuApp) -> None:
    async with opened(app, (100, 30)) as pilot:
        await page(pilot)
        await press(pilot, "slash", *"lang:zh", "enter", "enter")
        assert isinstance(app.screen, ReaderScreen) and app.screen.source.article == ARTICLES[0]
        await press(pilot, "right_square_bracket")
        assert app.screen.source.article == ARTICLES[2], "the English one is not listed"
        await press(pilot, "escape")
        assert isinstance(app.screen, LibraryScreen) and app.screen.table.current == ARTICLES[2]


async def test_z_reads_the_source_at_its_quote_and_goes_back_to_the_pane(app: YinjuApp) -> None:
    async with opened(app, (130, 30)) as pilot:
        await ask(pilot, QUESTION)
        await press(pilot, "f4", "z")
        screen = app.screen
        assert isinstance(screen, ReaderScreen) and screen.source.article == ARTICLES[0]
        body, quote = screen.source.body, app.chat.side.source.body.quote
        assert quote is not None and body.quote == quote and body.matches
        assert 0 <= body.lines.line_of(quote.start) - body.scroll_y < body.size.height
        await press(pilot, "z")
        assert app.screen is app.chat and app.focused is app.chat.side.source.body


async def test_z_keeps_the_line_that_was_being_read(app: YinjuApp, library: FakeLibrary) -> None:
    library.kept.append(LONG)
    async with opened(app, (130, 30)) as pilot:
        await ask(pilot, QUESTION)
        await press(pilot, "f4", "left_square_bracket")
        pane = app.chat.side.source
        assert pane.article == LONG
        await press(pilot, "space", "j", "z")
        screen = app.screen
        assert isinstance(screen, ReaderScreen)
        body = screen.source.body
        assert body.lines.line_of(pane.body.reading) == round(body.scroll_y) > 0


@pytest.mark.parametrize("key", ["z", "1", "]"])
async def test_letters_still_reach_the_question(app: YinjuApp, key: str) -> None:
    async with opened(app, (100, 30)) as pilot:
        await press(pilot, *f"a{key}")
        assert app.chat.composer.box.text == f"a{key}"


async def test_the_keys_of_a_pager(app: YinjuApp) -> None:
    async with opened(app, (80, 24)) as pilot:
        screen = await reader(pilot, keep(app, LONG))
        body = screen.source.body
        seen = []
        for key in ("j", "k", "space", "pageup", "G", "g"):
            await press(pilot, key)
            seen.append(round(body.scroll_y))
        assert seen == [1, 0, body.size.height, 0, body.max_scroll_y, 0]
        await press(pilot, "slash", *"stone 9", "enter")
        assert body.finds and body.current is not None and app.focused is body
        await press(pilot, "n")
        assert body.current == body.finds[1]
        await press(pilot, "escape")
        assert not body.finds and app.screen is screen
        await press(pilot, "escape")
        assert app.screen is app.chat


async def test_n_is_offered_only_where_there_is_something_to_go_to(app: YinjuApp) -> None:
    async with opened(app, (80, 24)) as pilot:
        screen = await reader(pilot, keep(app, LONG))
        assert "n" not in screen.active_bindings
        await press(pilot, "slash", *"stone", "enter")
        assert "n" in screen.active_bindings
        await press(pilot, "escape")
        assert "n" not in screen.active_bindings


@pytest.mark.parametrize(("width", "stays"), [(80, False), (130, True)])
async def test_a_heading_is_chosen_by_keys(app: YinjuApp, width: int, stays: bool) -> None:
    async with opened(app, (width, 24)) as pilot:
        screen = await reader(pilot, keep(app, LONG))
        await press(pilot, "t")
        outline = screen.outline
        assert app.focused is outline and len(outline) == 21 and outline.highlighted == 0
        await press(pilot, "k", "j", "j", "enter")
        assert first_line(screen) == "Mile 2"
        assert app.focused is screen.source.body and outline.display is stays
        await press(pilot, "t")
        assert outline.highlighted == 2, "it follows the reading"
        await press(pilot, "G", "end", "j", "enter")
        assert screen.source.body.reading == LONG.text.index("## Mile 20")
        await press(pilot, "t", "escape")
        assert app.screen is screen and not outline.display and app.focused is screen.source.body


async def test_headings_are_gone_through_by_pages_and_by_the_pointer(app: YinjuApp) -> None:
    async with opened(app, (130, 12)) as pilot:
        screen = await reader(pilot, keep(app, LONG))
        outline = screen.outline
        await press(pilot, "t", "pagedown")
        page = outline.size.height
        assert outline.highlighted == page - 1
        await press(pilot, "space", "pageup", "pageup", "k")
        assert outline.highlighted == 0
        await press(pilot, "end")
        assert outline.highlighted == 20 and round(outline.scroll_y) == 21 - page
        await pilot.hover(outline, offset=(4, 0))
        assert outline.hovered == 21 - page and outline.highlighted == 20
        await pilot.click(outline, offset=(4, 0))
        await settle(pilot)
        assert outline.highlighted == 21 - page and app.focused is screen.source.body
        await press(pilot, "t", "home")
        assert outline.highlighted == 0 == round(outline.scroll_y)
        await press(pilot, "ctrl+g")
        (third,) = [t for t in targets(screen) if t.widget is outline and t.at.y == outline.region.y + 2]
        label = labels(len(targets(screen)))[targets(screen).index(third)]
        await press(pilot, *label)
        assert outline.highlighted == 2 and app.focused is screen.source.body


async def test_keys_pressed_while_the_article_is_being_opened_are_not_lost(
    app: YinjuApp, library: FakeLibrary, monkeypatch: pytest.MonkeyPatch
) -> None:
    ready, read = threading.Event(), FakeLibrary.article

    def slowly(of: FakeLibrary, id: int) -> Article:
        ready.wait(10)
        return read(of, id)

    library.kept.append(LONG)
    async with opened(app, (130, 24)) as pilot:
        monkeypatch.setattr(FakeLibrary, "article", slowly)
        app.post_message(ArticleWanted(LONG))
        await pilot.pause()
        screen = app.screen
        assert isinstance(screen, ReaderScreen) and screen.source.article is None
        await pilot.press("t", "j", "j", "enter", "slash", *"stone 2", "enter")
        ready.set()
        await settle(pilot)
        await settle(pilot)
        assert screen.outline.highlighted >= 2 and screen.source.body.finds
        ready.clear()
        await press(pilot, "escape", "escape")
        assert app.screen is app.chat
        app.post_message(ArticleWanted(LONG))
        await pilot.pause()
        await pilot.press("j", "escape")
        ready.set()
        await settle(pilot)
        assert app.screen is app.chat, "Esc leaves at once"


async def test_the_last_heading_stays_in_view_when_the_terminal_is_resized(app: YinjuApp) -> None:
    async with opened(app, (80, 24)) as pilot:
        screen = await reader(pilot, keep(app, LONG))
        await press(pilot, "t", "end", "enter")
        await pilot.resize_terminal(60, 15)
        await settle(pilot)
        body = screen.source.body
        line = body.lines.line_of(LONG.text.index("## Mile 20"))
        assert 0 <= line - body.scroll_y < body.size.height


async def test_an_article_without_headings_says_so(app: YinjuApp) -> None:
    async with opened(app, (80, 24)) as pilot:
        made = article(8, "Nothing stands above this sentence or below.", "en", "2025-01-01", "a.txt")
        screen = await reader(pilot, keep(app, made))
        await press(pilot, "t")
        assert any("no headings" in note.message for note in app._notifications)
        assert app.focused is screen.source.body and not screen.outline.display


async def test_the_numbers_of_the_answer_stand_in_the_margin_and_are_read_by_click_and_by_digit(
    app: YinjuApp, library: FakeLibrary
) -> None:
    library.kept.append(made := steps())
    async with opened(app, (100, 40)) as pilot:
        await ask(pilot, "实验设备怎么搬？")
        screen = await reader(pilot, made)
        body, answer = screen.source.body, app.chat.side.source.answer
        assert answer is not None and body.quote is None
        for citation in answer.citations:
            line = body.lines.line_of(citation.start) - round(body.scroll_y)
            assert next(iter(body.render_line(line))).text == f"{citation.number} "
        line = body.lines.line_of(answer.citations[1].start) - round(body.scroll_y)
        await pilot.click(body, offset=(0, line))
        await settle(pilot)
        assert body.quote is not None and body.quote.start == answer.citations[1].start
        await press(pilot, "3")
        assert body.quote is not None and body.quote.start == answer.citations[2].start
        line = body.lines.line_of(body.quote.start) - round(body.scroll_y)
        assert next(iter(body.render_line(line))).text == "3 ", "the quote itself has its number"


async def test_a_digit_reads_a_citation_in_another_article(app: YinjuApp) -> None:
    async with opened(app, (130, 30)) as pilot:
        await ask(pilot, QUESTION)
        await press(pilot, "f4", "z", "2")
        assert isinstance(app.screen, ReaderScreen) and app.screen.source.article == ARTICLES[1]
        await press(pilot, "9")
        assert app.screen.source.article == ARTICLES[1]


async def test_a_new_conversation_leaves_no_numbers(app: YinjuApp) -> None:
    async with opened(app, (100, 30)) as pilot:
        await ask(pilot, QUESTION)
        await press(pilot, "ctrl+l")
        screen = await reader(pilot, ARTICLES[0])
        assert screen.source.body.cited == []


async def test_where_one_stopped_is_remembered_in_the_next_run(library: FakeLibrary, tmp_path: Path) -> None:
    library.kept.append(LONG)
    for run in range(2):
        app = YinjuApp(opening(library), memory=Memory.open(tmp_path / "history.db"))
        async with opened(app, (80, 24)) as pilot:
            screen = await reader(pilot, LONG)
            body = screen.source.body
            if run == 0:
                assert body.scroll_y == 0
                await press(pilot, *["space"] * 3)
                before = body.reading
                await press(pilot, "left_square_bracket")
                assert body.scroll_y == 0
                await press(pilot, "right_square_bracket")
                assert body.reading == before
            assert body.reading == before and round(body.scroll_y) == body.lines.line_of(before) > 0
            await press(pilot, "ctrl+q")


async def test_pages_are_left_in_one_step(app: YinjuApp) -> None:
    async with opened(app, (100, 30)) as pilot:
        await page(pilot)
        await press(pilot, "enter", "f2")
        assert isinstance(app.screen, LibraryScreen), "back to the list"
        await press(pilot, "f2")
        assert app.screen is app.chat
        await press(pilot, "f2", "enter", "f3")
        assert isinstance(app.screen, ConversationsScreen) and len(app.screen_stack) == 2
        await press(pilot, "f3")
        assert isinstance(app.screen, ChatScreen)


async def test_a_walk_by_mouse_alone(app: YinjuApp) -> None:
    async with opened(app, (120, 30)) as pilot:
        keep(app, LONG)
        bar = app.screen.query_one(KeyBar)
        await click(pilot, bar, "F2")
        assert isinstance(app.screen, LibraryScreen)
        assert await pilot.click(app.screen.table, offset=(10, 4), times=2)
        await settle(pilot)
        screen = app.screen
        assert isinstance(screen, ReaderScreen) and screen.source.article == LONG
        await click(pilot, screen.query_one(KeyBar), "Headings")
        await click(pilot, screen.outline, "Mile 3")
        assert first_line(screen) == "Mile 3"
        top = screen.source.body.scroll_y
        await pilot._post_mouse_events([MouseScrollDown], offset=(118, 20), button=0)
        await settle(pilot)
        assert screen.source.body.scroll_y > top, "the wheel turns beside the text, too"
        await click(pilot, screen.source.query_one("#source-words"), "Find")
        assert screen.source.finder.has_focus_within
        await click(pilot, screen.source.finder, "✕")
        await click(pilot, screen.source.query_one("#source-title"), "] ›")
        assert screen.source.article == ARTICLES[0]
        await click(pilot, screen.query_one(KeyBar), "Zoom")
        assert isinstance(app.screen, LibraryScreen)
        await press(pilot, "escape")
        await ask(pilot, QUESTION)
        await click(pilot, app.screen.query_one(Tabs), "Zoom")
        assert isinstance(app.screen, ReaderScreen) and app.screen.source.article == ARTICLES[0]


@pytest.mark.parametrize("width", [40, 80, 100, 130, 200])
async def test_lines_are_as_long_as_reads_well_in_the_middle_of_the_page(app: YinjuApp, width: int) -> None:
    async with opened(app, (width, 24)) as pilot:
        screen = await reader(pilot, keep(app, LONG))
        body, pane = screen.source.body, screen.source.region
        assert body.room == min(76, width - 4)
        assert abs(pane.x - (width - pane.right)) <= 1


async def test_what_is_around_an_article_is_folded_here_too(app: YinjuApp, library: FakeLibrary) -> None:
    library.kept.append(made := structured())
    async with opened(app, (80, 40)) as pilot:
        screen = await reader(pilot, made)

        def shown() -> str:
            return "\n".join(strip.text for strip in screen._compositor.render_strips())

        assert "Subscribe" not in shown() and "3 lines around the article" in shown()
        await press(pilot, "enter")
        assert "Subscribe" in shown()


async def test_an_article_that_is_gone_is_told_and_can_be_left(app: YinjuApp, library: FakeLibrary) -> None:
    async with opened(app, (80, 24)) as pilot:
        gone = library.kept.pop()
        screen = await reader(pilot, gone)
        assert screen.source.state == "failed"
        await press(pilot, "t", "j", "escape")
        assert app.screen is app.chat
