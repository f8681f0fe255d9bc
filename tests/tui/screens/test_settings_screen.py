"""Language and colours: seen at once, kept with Enter, taken back with Esc."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from made_up_app import FakeLibrary, opened, opening, settle

from qa import i18n
from tui.app import YinjuApp
from tui.screens.chat import ChatScreen
from tui.screens.settings import SettingsScreen
from tui.state.memory import Memory
from tui.styles.themes import DAY, NIGHT
from tui.widgets.common.link import Link


@pytest.fixture
def memory(tmp_path: Path) -> Memory:
    return Memory.open(tmp_path / "history.db")


@pytest.fixture
def app(memory: Memory, library: FakeLibrary, monkeypatch: pytest.MonkeyPatch) -> Iterator[YinjuApp]:
    monkeypatch.setenv("LC_ALL", "en_GB.UTF-8")
    monkeypatch.delenv("COLORFGBG", raising=False)
    yield YinjuApp(opening(library), memory=memory)
    i18n.use("en")


async def test_what_is_chosen_is_seen_and_kept(app: YinjuApp, memory: Memory) -> None:
    async with opened(app) as pilot:
        await pilot.press("f8", "down")
        await pilot.pause()
        assert i18n.language() == "zh-Hans" and memory.get("language") == ""
        title = str(app.screen.query_one("#settings").border_title)
        assert title == i18n._("Settings")
        await pilot.press("right", "down", "enter")
        await settle(pilot)
        assert isinstance(app.screen, ChatScreen) and app.theme == DAY.name
        assert (memory.get("language"), memory.get("theme")) == ("zh-Hans", DAY.name)


async def test_esc_takes_it_back(app: YinjuApp, memory: Memory) -> None:
    async with opened(app) as pilot:
        await pilot.press("f8", "down", "down", "right", "down", "down")
        await pilot.pause()
        assert (i18n.language(), app.theme) == ("zh-Hant", "ansi-dark")
        await pilot.press("escape")
        await settle(pilot)
        assert isinstance(app.screen, ChatScreen)
        assert (i18n.language(), app.theme) == ("en", NIGHT.name)
        assert (memory.get("language"), memory.get("theme")) == ("", "")


@pytest.mark.parametrize(("link", "language"), [(0, "zh-Hans"), (1, "en")])
async def test_with_the_mouse_alone(app: YinjuApp, link: int, language: str) -> None:
    async with opened(app, (80, 24)) as pilot:
        await pilot.press("f8")
        screen = app.screen
        assert isinstance(screen, SettingsScreen)
        await pilot.click(screen.languages, offset=(4, 2))
        await pilot.pause()
        assert app.screen is screen and i18n.language() == "zh-Hans"
        await pilot.click(screen.query(Link)[link])
        await settle(pilot)
        assert isinstance(app.screen, ChatScreen) and i18n.language() == language


async def test_choices_last_until_the_next_start(memory: Memory, library: FakeLibrary) -> None:
    memory.set("theme", "nord")
    memory.set("language", "zh-Hant")
    app = YinjuApp(opening(library), memory=memory)
    async with opened(app):
        assert (app.theme, i18n.language()) == ("nord", "zh-Hant")
    i18n.use("en")
