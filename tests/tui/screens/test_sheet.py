"""The quote sheet: pinned beside answers and in articles, ordered, annotated, taken off, exported."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from made_up_app import ARTICLES, FakeLibrary, ask, opened, opening, settle
from textual.geometry import Offset
from textual.pilot import Pilot
from textual.selection import Selection

from index.errors import HistoryError
from index.history import History
from index.types import PinnedQuote
from tui.app import YinjuApp
from tui.messages import ArticleWanted
from tui.screens.chat import ChatScreen
from tui.screens.line import LineScreen
from tui.screens.reader import ReaderScreen
from tui.screens.share import ShareScreen
from tui.screens.sheet import SheetScreen
from tui.state.memory import Memory

QUESTION = "What did Harbor AI offer Lin Lan?"


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return tmp_path / "history.db"


@pytest.fixture
def app(library: FakeLibrary, file: Path) -> Iterator[YinjuApp]:
    yield YinjuApp(opening(library), memory=Memory.open(file))


@pytest.fixture(autouse=True)
def copied(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    texts: list[str] = []
    monkeypatch.setattr("pyperclip.copy", texts.append)
    return texts


def kept(file: Path) -> list[PinnedQuote]:
    with History(file) as history:
        return history.pinned("")


async def press(pilot: Pilot[None], *keys: str) -> None:
    for key in keys:
        await pilot.press(key)
        await settle(pilot)


def pin(file: Path, *quotes: str) -> None:
    """Pin quotes of the first article that has them."""
    with History(file) as history:
        for quote in quotes:
            about = next((a for a in ARTICLES if quote in a.text), ARTICLES[0])
            start = max(0, about.text.find(quote))
            history.toggle_pin("", about, start, start + len(quote), quote)


async def sheet(pilot: Pilot[None]) -> SheetScreen:
    await press(pilot, "f9")
    assert isinstance(pilot.app.screen, SheetScreen)
    return pilot.app.screen


def rows(screen: SheetScreen) -> list[list[str]]:
    return [
        [str(cell).strip() for cell in screen.table.get_row_at(row)] for row in range(screen.table.row_count)
    ]


def told(app: YinjuApp) -> str:
    return [f"{note.title} {note.message}" for note in app._notifications][-1]


# Pinning


async def test_b_pins_the_focused_row_and_takes_it_off(app: YinjuApp, file: Path) -> None:
    async with opened(app, (130, 40)) as pilot:
        await ask(pilot, QUESTION)
        assert app.chat.transcript.turn is not None
        second = app.chat.transcript.turn.rows[1]
        second.focus()
        await press(pilot, "b")
        (pinned,) = kept(file)
        assert pinned.quote == second.citation.quote and pinned.article.path == ARTICLES[1].path
        assert ARTICLES[1].text[pinned.start : pinned.end] == pinned.quote
        assert "Pinned" in told(app) and "F9 shows the sheet" in told(app)
        await press(pilot, "b")
        assert kept(file) == [] and "Taken off" in told(app)
        await press(pilot, "b")
        assert kept(file) == [pinned]


async def test_alt_p_pins_the_current_citation_while_one_types(app: YinjuApp, file: Path) -> None:
    async with opened(app, (130, 40)) as pilot:
        await press(pilot, "alt+p")
        assert kept(file) == [], "there is none yet"
        await ask(pilot, QUESTION)
        await press(pilot, "b", "alt+p")
        assert app.chat.composer.box.text == "b", "b is a letter there"
        await press(pilot, "backspace", "ctrl+n", "alt+p")
        assert [pinned.article.path for pinned in kept(file)] == [ARTICLES[0].path, ARTICLES[1].path]


async def test_b_pins_in_the_source_and_page_up_pages(app: YinjuApp, file: Path) -> None:
    async with opened(app, (130, 30)) as pilot:
        await ask(pilot, QUESTION)
        await press(pilot, "f4", "b")
        (pinned,) = kept(file)
        assert pinned.quote.startswith("两周以后")
        await pilot.resize_terminal(130, 14)
        await press(pilot, "g", "space")
        down = app.chat.side.source.body.scroll_y
        await press(pilot, "pageup")
        assert down > app.chat.side.source.body.scroll_y == 0
        await pilot.click("#source-facts", offset=(3, 0))


async def test_the_page_of_an_article_pins_what_is_selected(app: YinjuApp, file: Path) -> None:
    async with opened(app, (100, 30)) as pilot:
        app.post_message(ArticleWanted(ARTICLES[0]))
        await settle(pilot)
        screen = app.screen
        assert isinstance(screen, ReaderScreen)
        await press(pilot, "b")
        assert kept(file) == [] and "Select words" in told(app)
        screen.selections = {screen.source.body: Selection(Offset(6, 1), Offset(12, 1))}
        await press(pilot, "b")
        (pinned,) = kept(file)
        line = ARTICLES[0].text.split("\n")[1]
        assert pinned.quote == line[6:12] and ARTICLES[0].text[pinned.start : pinned.end] == pinned.quote
        await press(pilot, "g", "ctrl+f")
        down = screen.source.body.scroll_y
        await press(pilot, "ctrl+b")
        assert down > screen.source.body.scroll_y == 0


async def test_where_nothing_is_kept_that_is_told(library: FakeLibrary) -> None:
    app = YinjuApp(opening(library))
    async with opened(app, (130, 40)) as pilot:
        await ask(pilot, QUESTION)
        await press(pilot, "alt+p")
        assert "nowhere to store them" in told(app)
        screen = await sheet(pilot)
        assert "nowhere to store them" in screen._nothing()


# The page


async def test_quotes_are_listed_with_what_became_of_them(
    app: YinjuApp, library: FakeLibrary, file: Path
) -> None:
    pin(file, "研究所表示，不會", "Her former colleagues", "never said")
    library.kept[1] = replace(ARTICLES[1], text="More. " + ARTICLES[1].text)
    library.kept = library.kept[:2]
    async with opened(app, (130, 30)) as pilot:
        screen = await sheet(pilot)
        assert [row[-1] for row in rows(screen)] == ["≠", "≠", "≠"]
        previews = []
        for _ in range(3):
            previews.append(screen.preview.prose.content.plain)
            await press(pilot, "down")
        assert "not in the library any more" in previews[0]
        assert "stands elsewhere in the article now" in previews[1]
        assert "not in it any more" in previews[2]
        await press(pilot, "home", "enter")
        assert app.screen is screen and "not in the library" in str(screen.notice.render())
        await press(pilot, "down", "enter")
        reader = app.screen
        assert isinstance(reader, ReaderScreen) and reader.source.body.passage is not None
        passage = reader.source.body.passage
        assert library.kept[1].text[passage.start : passage.end] == "Her former colleagues"
        await press(pilot, "escape")
        assert app.screen is screen and screen.table.cursor_row == 1
        await press(pilot, "down", "enter")
        assert isinstance(app.screen, ReaderScreen)


async def test_they_are_ordered_by_key_and_by_mouse(app: YinjuApp, file: Path) -> None:
    pin(file, "研究所表示", "Her former", "据内部人士")
    async with opened(app, (130, 30)) as pilot:
        screen = await sheet(pilot)
        await press(pilot, "shift+up")
        await press(pilot, "J", "shift+down", "shift+down")
        assert [row[1] for row in rows(screen)] == ["Her former", "据内部人士", "研究所表示"]
        assert [pinned.quote for pinned in kept(file)] == ["Her former", "据内部人士", "研究所表示"]
        assert screen.table.cursor_row == 2
        (up,) = [action for action in screen._actions() if action.action == "move(-1)"]
        line = screen.query_one("ActionRow").render()
        await pilot.click("ActionRow", offset=(str(line).index(f"{up.key} {up.text}") + 2, 0))
        await settle(pilot)
        assert [pinned.quote for pinned in kept(file)] == ["Her former", "研究所表示", "据内部人士"]


async def test_a_note_is_given_changed_and_emptied(app: YinjuApp, file: Path) -> None:
    pin(file, "研究所表示")
    async with opened(app, (80, 24)) as pilot:
        screen = await sheet(pilot)
        await press(pilot, "a")
        assert isinstance(app.screen, LineScreen)
        await press(pilot, *"mine 的", "enter")
        assert [pinned.note for pinned in kept(file)] == ["mine 的"] and rows(screen)[0][-1] == "✎"
        assert "✎ mine 的" in screen.preview.prose.content.plain
        await press(pilot, "a", "escape")
        assert kept(file)[0].note == "mine 的"
        await press(pilot, "a", "ctrl+u", "enter")
        assert kept(file)[0].note == ""


async def test_a_note_that_was_written_over_comes_back(app: YinjuApp, file: Path) -> None:
    pin(file, "研究所表示", "Her former")
    async with opened(app, (80, 24)) as pilot:
        screen = await sheet(pilot)
        await press(pilot, "a", *"first", "enter")
        assert not screen.notice.display, "nothing was lost"
        await press(pilot, "a", *"second", "enter")
        assert kept(file)[0].note == "second" and "Note changed: 研究所表示" in str(screen.notice.render())
        await press(pilot, "a", "enter", "down", "delete", "u", "u")
        assert [pinned.note for pinned in kept(file)] == ["first", ""]
        assert not screen.notice.display and screen.table.cursor_row == 0


async def test_what_is_taken_off_comes_back_to_its_place(app: YinjuApp, file: Path) -> None:
    pin(file, "研究所表示", "Her former", "据内部人士")
    async with opened(app, (130, 30)) as pilot:
        screen = await sheet(pilot)
        await press(pilot, "down", "delete", "b")
        assert [pinned.quote for pinned in kept(file)] == ["研究所表示"]
        assert "Taken off: 据内部人士" in str(screen.notice.render())
        await press(pilot, "u")
        await pilot.click("#sheet-notice", offset=(str(screen.notice.render()).index("Undo") + 2, 0))
        await settle(pilot)
        assert [pinned.quote for pinned in kept(file)] == ["研究所表示", "Her former", "据内部人士"]
        assert not screen.notice.display and screen.table.cursor_row == 1


async def test_it_is_copied_and_saved(app: YinjuApp, file: Path, tmp_path: Path, copied: list[str]) -> None:
    pin(file, "研究所表示", "Her former")
    async with opened(app, (100, 30)) as pilot:
        await sheet(pilot)
        await press(pilot, "y")
        assert copied[-1].startswith("研究所表示\n    — 海灣研究所的回應")
        for downs, sign in enumerate(("> Her former[^2]", "[2] Her former", "@article{")):
            await press(pilot, "s")
            assert isinstance(app.screen, ShareScreen)
            await press(pilot, *["down"] * downs, "enter")
            assert sign in copied[-1] and isinstance(app.screen, SheetScreen)
        await press(pilot, "f6", "end", "enter")
        assert isinstance(app.screen, ShareScreen) and app.screen.path.value == "~/Quotes.bib"
        app.screen.path.value = str(tmp_path / "mine.bib")
        await press(pilot, "enter")
        assert (tmp_path / "mine.bib").read_text(encoding="utf-8").count("@article{") == 2


async def test_an_empty_sheet_says_how_to_fill_it(app: YinjuApp) -> None:
    async with opened(app, (80, 24)) as pilot:
        screen = await sheet(pilot)
        assert "No quote is pinned" in screen._nothing() and screen.has_class("-empty")
        await press(pilot, "enter", "a", "delete", "u", "s", "y", "shift+up")
        assert app.screen is screen
        await press(pilot, "f9")
        assert isinstance(app.screen, ChatScreen)


async def test_what_cannot_be_kept_is_told(
    app: YinjuApp, file: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    pin(file, "研究所表示")
    async with opened(app, (100, 30)) as pilot:
        screen = await sheet(pilot)

        def full(*_: object) -> None:
            raise HistoryError("the disk is full")

        monkeypatch.setattr(History, "unpin", full)
        await press(pilot, "delete")
        assert "the disk is full" in str(screen.notice.render())
