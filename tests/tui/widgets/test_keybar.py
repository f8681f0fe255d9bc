"""The line of keys at the bottom: what fits, in order, and a click does it."""

from __future__ import annotations

import pytest
from made_up_app import opened, settle
from rich.cells import cell_len
from textual.command import CommandPalette
from textual.pilot import Pilot
from textual.widgets import DataTable, Input

from tui.app import YinjuApp
from tui.screens.chat import ChatScreen
from tui.screens.conversations import ConversationsScreen
from tui.screens.help import HelpScreen
from tui.widgets.common.keybar import KeyBar


def line(pilot: Pilot[None]) -> str:
    return str(pilot.app.screen.query_one(KeyBar).render())


async def click(pilot: Pilot[None], text: str) -> None:
    await pilot.click(pilot.app.screen.query_one(KeyBar), offset=(1 + line(pilot).index(text), 0))
    await settle(pilot)


@pytest.mark.parametrize("width", [20, 40, 80, 120, 200])
async def test_it_is_as_wide_as_the_terminal(app: YinjuApp, width: int) -> None:
    async with opened(app, (width, 24)) as pilot:
        shown = line(pilot)
        assert cell_len(shown) == width - 2 and shown.endswith("^p Commands")
        items = shown.split("   ")
        assert width < 40 or items[0] == "F1 Help"


async def test_the_keys_of_the_page_come_before_those_of_the_app(app: YinjuApp) -> None:
    async with opened(app, (120, 24)) as pilot:
        shown = line(pilot)
        order = [shown.index(key) for key in ("F1 ", "F4 ", "F5 ", "F6 ", "^n ", "F2 ", "F3 ")]
        assert order == sorted(order)


async def test_a_click_does_what_the_key_does(app: YinjuApp) -> None:
    async with opened(app, (120, 30)) as pilot:
        await click(pilot, "Help")
        assert isinstance(app.screen, HelpScreen)
        await pilot.press("escape")
        await click(pilot, "Commands")
        assert isinstance(app.screen, CommandPalette)
        await pilot.press("escape")
        await click(pilot, "Conversations")
        assert isinstance(app.screen, ConversationsScreen)
        await click(pilot, "Find")
        find = app.screen.query_one(Input)
        assert find.has_focus
        await click(pilot, "Back")
        assert app.screen.query_one(DataTable).has_focus and find.value == ""
        await click(pilot, "Back")
        assert isinstance(app.screen, ChatScreen)


async def test_a_click_types_nothing_into_a_box(app: YinjuApp) -> None:
    async with opened(app, (120, 30)) as pilot:
        await pilot.press("f3", "slash", "x")
        await settle(pilot)
        await click(pilot, "Find")
        assert app.screen.query_one(Input).value == "x"


async def test_below_a_dialogue_its_keys_are_shown(app: YinjuApp) -> None:
    async with opened(app, (100, 30)) as pilot:
        bar = app.screen.query_one(KeyBar)
        before = str(bar.render())
        await pilot.press("ctrl+o")
        await pilot.pause()
        assert app.screen is not bar.screen
        below = str(bar.render())
        assert "Browse" in below and "Source" not in below and "Commands" not in below
        await pilot.press("escape")
        await pilot.pause()
        assert str(bar.render()) == before
