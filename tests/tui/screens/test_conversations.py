"""The page of kept conversations, with keys and with the mouse."""

from __future__ import annotations

import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import replace
from pathlib import Path

import pytest
from by_hand import change
from made_up_app import FakeLibrary, ask, offer, opened, opening, settle, wait_for
from rich.cells import cell_len
from textual.pilot import Pilot
from textual.widgets import DataTable, Input

from index.types import ConversationInfo
from qa.session import Session
from qa.settings import Settings
from tui.app import YinjuApp
from tui.screens.chat import ChatScreen
from tui.screens.conversations import ConversationsScreen, preview
from tui.screens.line import LineScreen
from tui.screens.share import ShareScreen
from tui.state.memory import Conversation, Memory
from tui.state.workspace import Workspace
from tui.widgets.common.actions import ActionRow
from tui.widgets.common.error import ErrorBlock
from tui.widgets.common.keybar import KeyBar
from tui.widgets.common.label import Label, Paragraph
from tui.widgets.transcript.turn import Turn

HOSTILE = "[bold red]x[/] \x1b]0;owned\x07\x1b[31m \u202egnp.exe\u2066 [@click=app.quit]y"
TITLES = ["what did Lin Lan get?", "那第二次呢？", HOSTILE]


@pytest.fixture
def memory(tmp_path: Path, library: FakeLibrary) -> Memory:
    memory = Memory.open(tmp_path / "history.db")
    workspace = Workspace.over(Session(library, Settings()))  # type: ignore[arg-type]
    for title in reversed(TITLES):
        memory.keep(Conversation(), workspace, offer(title))
    return memory


@asynccontextmanager
async def page(
    memory: Memory, library: FakeLibrary, size: tuple[int, int] = (100, 30)
) -> AsyncIterator[tuple[Pilot[None], ConversationsScreen]]:
    app = YinjuApp(opening(library), memory=memory)
    async with opened(app, size) as pilot:
        await pilot.press("f3")
        await settle(pilot)
        assert isinstance(app.screen, ConversationsScreen)
        yield pilot, app.screen


def titles(screen: ConversationsScreen) -> list[str]:
    return [str(screen.table.get_row_at(row)[0]) for row in range(screen.table.row_count)]


def looked_at(screen: ConversationsScreen) -> str:
    return screen.preview.prose.content.plain


async def test_going_on_with_one(memory: Memory, library: FakeLibrary) -> None:
    async with page(memory, library) as (pilot, screen):
        assert titles(screen)[:2] == TITLES[:2]
        await pilot.press("down")
        await settle(pilot)
        assert looked_at(screen).startswith(TITLES[1])
        await pilot.press("enter")
        await settle(pilot)
        assert isinstance(pilot.app.screen, ChatScreen)
        assert [turn.exchange.question for turn in pilot.app.screen.query(Turn)] == [TITLES[1]]
        await ask(pilot, "and then?")
        await pilot.press("f3")
        await settle(pilot)
        assert isinstance(pilot.app.screen, ConversationsScreen)
        assert titles(pilot.app.screen)[0] == f"● {TITLES[1]}"
        assert memory.conversations()[0].turns == 2


async def test_going_on_with_the_one_going_on_changes_nothing(memory: Memory, library: FakeLibrary) -> None:
    async with page(memory, library) as (pilot, _screen):
        await pilot.press("enter")
        await settle(pilot)
        turns = list(pilot.app.screen.query(Turn))
        await pilot.press("f3")
        await settle(pilot)
        await pilot.press("enter")
        await settle(pilot)
        assert list(pilot.app.screen.query(Turn)) == turns


async def test_hostile_titles_stay_inert(memory: Memory, library: FakeLibrary) -> None:
    async with page(memory, library) as (pilot, screen):
        await pilot.press("end")
        await settle(pilot)
        for text in (titles(screen)[2], looked_at(screen)):
            assert text.startswith("[bold red]x[/]") and not set(text) & set("\x1b\x07\u202e\u2066")
        await pilot.press("delete")
        await settle(pilot)
        assert "[bold red]x" in str(screen.notice.render())
        await pilot.press("u")
        await settle(pilot)
        await pilot.press("r")
        assert pilot.app.screen.query_one(Input).value.startswith("[bold red]x[/]")


async def test_finding(memory: Memory, library: FakeLibrary) -> None:
    async with page(memory, library) as (pilot, screen):
        await pilot.press("slash", *"get", "enter")
        await settle(pilot)
        assert titles(screen) == TITLES[:1] and screen.table.has_focus
        await pilot.press("slash", *"zzz")
        await settle(pilot)
        assert titles(screen) == [] and looked_at(screen) == ""
        empty = screen.query_one("#conversations-empty", Paragraph)
        assert empty.display and "Esc shows all" in empty.prose.content.plain
        await pilot.press("escape")
        await settle(pilot)
        assert len(titles(screen)) == 3 and screen.table.has_focus and not empty.display
        await pilot.press("slash", "down")
        assert screen.table.has_focus
        await pilot.press("escape")
        assert isinstance(pilot.app.screen, ChatScreen)


async def test_deleting_in_a_row_and_undoing(memory: Memory, library: FakeLibrary) -> None:
    async with page(memory, library) as (pilot, screen):
        await pilot.press("d", "d", "d")
        await wait_for(pilot, lambda: not memory.conversations())
        await settle(pilot)
        assert titles(screen) == [] and "conversations will be kept here" in str(
            screen.query_one("#conversations-empty", Paragraph).prose.content.plain
        )
        await pilot.press("d", "r", "s", "enter")  # there is nothing to do it to
        await settle(pilot)
        assert pilot.app.screen is screen
        await pilot.press("u", "u", "u", "u")
        await wait_for(pilot, lambda: len(memory.conversations()) == 3)
        await settle(pilot)
        assert len(titles(screen)) == 3 and not screen.notice.display


async def test_deleting_the_one_that_goes_on(memory: Memory, library: FakeLibrary) -> None:
    async with page(memory, library) as (pilot, _screen):
        await pilot.press("enter")
        await settle(pilot)
        chat = pilot.app.screen
        assert isinstance(chat, ChatScreen)
        before = chat.conversation.id
        await pilot.press("f3")
        await settle(pilot)
        await pilot.press("d")
        await wait_for(pilot, lambda: chat.conversation.id is None)
        await pilot.press("u")
        await wait_for(pilot, lambda: chat.conversation.id == before)
        await settle(pilot)
        await pilot.press("d")
        await wait_for(pilot, lambda: chat.conversation.id is None)
        await pilot.press("escape")
        await ask(pilot, "one more")
        assert {info.title for info in memory.conversations()} == {"one more", *shown_titles()[1:]}


def shown_titles() -> list[str]:
    return [*TITLES[:2], "[bold red]x[/] ]0;owned[31m gnp.exe [@click=app.quit]y"]


async def test_renaming(memory: Memory, library: FakeLibrary) -> None:
    async with page(memory, library) as (pilot, screen):
        await pilot.press("r", *"pay", "enter")
        await settle(pilot)
        assert titles(screen)[0] == "pay" == memory.conversations()[0].title
        await pilot.press("r", *"other", "escape")
        await pilot.press("r", "backspace", "enter")
        await settle(pilot)
        assert titles(screen)[0] == "pay"


async def test_with_the_mouse_alone(memory: Memory, library: FakeLibrary) -> None:
    async with page(memory, library) as (pilot, screen):
        table = screen.query_one(DataTable)
        await pilot.click(table, offset=(4, 2))
        await settle(pilot)
        assert looked_at(screen).startswith(TITLES[1])
        await click(pilot, ActionRow, "Delete")
        await wait_for(pilot, lambda: len(memory.conversations()) == 2)
        await settle(pilot)
        await click(pilot, Label, "Undo (u)", "#conversations-notice")
        await wait_for(pilot, lambda: len(memory.conversations()) == 3)
        await settle(pilot)
        await click(pilot, ActionRow, "Rename")
        assert isinstance(pilot.app.screen, LineScreen)
        await pilot.click(pilot.app.screen.query("Link").last())
        await pilot.pause()
        await click(pilot, ActionRow, "Copy or save")
        await settle(pilot)
        assert isinstance(pilot.app.screen, ShareScreen)
        await pilot.click(pilot.app.screen.query("Link").last())
        await pilot.pause()
        await click(pilot, KeyBar, "Find")
        await click(pilot, KeyBar, "Back")  # the first clears what is looked for, the second leaves
        await click(pilot, KeyBar, "Back")
        await settle(pilot)
        assert isinstance(pilot.app.screen, ChatScreen)


async def click(pilot: Pilot[None], kind: type, text: str, selector: str = "") -> None:
    """Click on ``text`` in the one widget of its kind, or in the one that is selected."""
    widget = pilot.app.screen.query_one(selector or kind)
    line = str(widget.render())
    await pilot.click(widget, offset=(widget.styles.padding.left + cell_len(line[: line.index(text)]), 0))
    await pilot.pause()


async def test_what_another_window_does_is_seen(
    memory: Memory, library: FakeLibrary, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setattr("tui.screens.conversations._LOOK_AGAIN", 0.2)
    async with page(memory, library) as (pilot, screen):
        other = Memory.open(tmp_path / "history.db")
        await pilot.press("down")
        await settle(pilot)
        other.delete(memory.conversations()[0].id, Conversation())
        await wait_for(pilot, lambda: screen.table.row_count == 2)
        assert looked_at(screen).startswith(TITLES[1])  # the cursor stayed at its conversation
        other.close()


async def test_a_list_that_is_slow_to_read_is_not_called_off_by_the_next_look(
    memory: Memory, library: FakeLibrary, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("tui.screens.conversations._LOOK_AGAIN", 0.2)
    read = memory.conversations

    def slowly(words: str = "") -> list[ConversationInfo]:
        time.sleep(0.5)
        return read(words)

    async with page(memory, library) as (pilot, screen):
        monkeypatch.setattr(memory, "conversations", slowly)
        memory.delete(read("")[0].id, Conversation())
        await wait_for(pilot, lambda: screen.table.row_count == 2)


async def test_a_conversation_in_a_library_that_is_gone(
    memory: Memory, library: FakeLibrary, tmp_path: Path
) -> None:
    move = "UPDATE conversations SET library = ? WHERE id = 3"
    change(tmp_path / "history.db", move, values=(str(tmp_path / "gone"),))
    async with page(memory, library) as (pilot, _screen):
        await pilot.press("enter")
        await settle(pilot)
        block = pilot.app.screen.query_one(ErrorBlock)
        told = str(block.error)
        assert "library of this conversation cannot be opened" in told and "put its folder back" in told
        await ask(pilot, "still here?")
        assert pilot.app.screen.query_one(Turn).answer is not None


async def test_a_conversation_in_another_library_waits_for_it(
    memory: Memory, library: FakeLibrary, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "other"
    other = replace(library, path=path)
    move = "UPDATE conversations SET library = ? WHERE id = 3"
    change(tmp_path / "history.db", move, values=(str(path),))
    monkeypatch.setattr("tui.app.opener", lambda wanted, _: opening(other if wanted == path else library))
    async with page(memory, library) as (pilot, _screen):
        await pilot.press("enter")
        await settle(pilot)
        turn = pilot.app.screen.query_one(Turn)
        assert turn.exchange.workspace is not None and turn.exchange.workspace.path == path


async def test_without_a_place_to_keep_anything(library: FakeLibrary) -> None:
    async with page(Memory(), library) as (_pilot, screen):
        empty = screen.query_one("#conversations-empty", Paragraph)
        assert "are not kept" in empty.prose.content.plain


async def test_a_history_that_cannot_be_opened_is_told_and_the_app_works(
    tmp_path: Path, library: FakeLibrary
) -> None:
    (tmp_path / "file").write_text("no folder")
    memory = Memory.open(tmp_path / "file" / "history.db")
    app = YinjuApp(opening(library), memory=memory)
    async with opened(app) as pilot:
        assert "history" in str(app.screen.query_one(ErrorBlock).error)
        await ask(pilot, "still here?")
        await pilot.press("ctrl+t")
        assert app.screen.query_one(Turn).answer is not None


async def test_a_history_that_cannot_be_written_is_told_once(memory: Memory, library: FakeLibrary) -> None:
    async with page(memory, library) as (pilot, _screen):
        await pilot.press("escape")
        memory.close()
        for question in ("one", "two"):
            await ask(pilot, question)
        await settle(pilot)
        assert len(pilot.app.screen.query(ErrorBlock)) == 1
        assert [turn.answer is not None for turn in pilot.app.screen.query(Turn)] == [True, True]
        await pilot.press("f3")
        await settle(pilot)
        assert isinstance(pilot.app.screen, ConversationsScreen)
        assert "was closed" in str(pilot.app.screen.notice.render())


@pytest.mark.parametrize("size", [(40, 12), (80, 24), (120, 36), (200, 60)])
async def test_nothing_is_wider_than_its_place(
    memory: Memory, library: FakeLibrary, size: tuple[int, int]
) -> None:
    async with page(memory, library, size) as (_pilot, screen):
        assert screen.table.virtual_size.width <= screen.table.size.width
        assert screen.table.size.height > 1


def test_a_long_conversation_tells_how_much_more_there_is() -> None:
    told = preview((offer("first"), offer("second")), 200).plain
    assert told.startswith("first\n") and told.endswith("… and 198 more questions")
