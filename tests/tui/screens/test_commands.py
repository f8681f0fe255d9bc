"""The command palette."""

from __future__ import annotations

from pathlib import Path

import pytest
from made_up_app import FakeLibrary, ask, opened, opening, settle
from textual.command import Command, CommandList, CommandPalette, SearchIcon
from textual.pilot import Pilot
from textual.widgets import Input

from qa import i18n
from qa.settings import Settings
from tui.app import YinjuApp
from tui.screens.chat import ChatScreen
from tui.screens.palette import COMMANDS
from tui.screens.reader import ReaderScreen
from tui.screens.settings import SettingsScreen
from tui.state.memory import Memory
from tui.styles.themes import NIGHT


@pytest.fixture
def memory(tmp_path: Path) -> Memory:
    return Memory.open(tmp_path / "history.db")


@pytest.fixture
def app(memory: Memory, library: FakeLibrary, monkeypatch: pytest.MonkeyPatch) -> YinjuApp:
    monkeypatch.delenv("COLORFGBG", raising=False)
    return YinjuApp(opening(library), memory=memory)


async def palette(pilot: Pilot[None], *typed: str) -> CommandList:
    await pilot.press("ctrl+p")
    await settle(pilot)
    await pilot.press(*typed)
    await settle(pilot)
    return pilot.app.screen.query_one(CommandList)


def entries(found: CommandList) -> list[str]:
    return [str(option.prompt) for option in found.options]


async def test_it_lists_each_command_once_with_its_key(app: YinjuApp) -> None:
    async with opened(app, (100, 40)) as pilot:
        listed = entries(await palette(pilot))
        names = [entry.split("\n")[0] for entry in listed]
        where_an_article_is_open = ("Zoom", "Headings")
        every = [name for name, _what, _action in COMMANDS]
        assert names == [name for name in every if name not in where_an_article_is_open]
        assert len(set(every)) == len(every)
        told = dict(entry.split("\n") for entry in listed)
        assert told["Articles"].endswith("· F2") and told["Settings"].endswith("· F8")
        assert told["Next citation"].endswith("· ^n") and not app.screen.query_one(SearchIcon).display


async def test_commands_for_an_article_are_listed_while_one_is_open(app: YinjuApp) -> None:
    async with opened(app, (120, 40)) as pilot:
        await ask(pilot, "What did Harbor AI offer Lin Lan?")
        await palette(pilot, *"zoom")
        await pilot.press("enter")
        await settle(pilot)
        assert isinstance(app.screen, ReaderScreen)
        await palette(pilot, *"headings")
        await pilot.press("enter")
        await settle(pilot)
        assert app.focused is app.screen.outline


async def test_remapped_keys_are_shown(library: FakeLibrary) -> None:
    app = YinjuApp(opening(library), settings=Settings(keys={"app.library": "f7"}))
    async with opened(app, (100, 40)) as pilot:
        told = dict(entry.split("\n") for entry in entries(await palette(pilot)))
        assert told["Articles"].endswith("· F7")


async def test_a_command_is_found_and_run(app: YinjuApp) -> None:
    async with opened(app, (100, 40)) as pilot:
        await palette(pilot, *"settings")
        await pilot.press("enter")
        await settle(pilot)
        assert isinstance(app.screen, SettingsScreen)


async def test_themes_are_seen_while_going_through_them(app: YinjuApp, memory: Memory) -> None:
    async with opened(app, (100, 40)) as pilot:
        found = await palette(pilot, *"theme: dra")
        assert entries(found)[0].startswith("Theme: dracula") and app.theme == "dracula"
        await pilot.press("escape")
        await settle(pilot)
        assert app.theme == NIGHT.name and memory.get("theme") == ""
        await palette(pilot, *"theme: dra")
        pilot.app.screen.query_one(Input).value = "quit"
        await settle(pilot)
        assert app.theme == NIGHT.name
        await pilot.press("escape")
        await palette(pilot, *"theme: dra")
        await pilot.press("enter")
        await settle(pilot)
        assert app.theme == "dracula" == memory.get("theme")


async def test_languages_are_found_by_typing(app: YinjuApp, memory: Memory) -> None:
    async with opened(app, (100, 40)) as pilot:
        await palette(pilot, *"language: 繁")
        await pilot.press("enter")
        await settle(pilot)
        assert i18n.language() == "zh-Hant" == memory.get("language")
        found = await palette(pilot, *"theme: nord")  # English names too
        assert isinstance(found.options[0], Command)
    i18n.use("en")


async def test_where_nothing_is_found_it_says_so(app: YinjuApp) -> None:
    async with opened(app, (100, 40)) as pilot:
        assert entries(await palette(pilot, *"xqzxq")) == ["No command matches."]
        await pilot.press("enter", "escape")
        assert isinstance(app.screen, ChatScreen)


async def test_not_over_a_dialogue(app: YinjuApp) -> None:
    async with opened(app) as pilot:
        await pilot.press("f8", "ctrl+p")
        await settle(pilot)
        assert not isinstance(app.screen, CommandPalette)
