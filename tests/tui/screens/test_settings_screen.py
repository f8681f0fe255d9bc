"""Settings: found by name, seen at once, kept in the settings file, undone."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from pathlib import Path

import pytest
from made_up_app import FakeLibrary, ask, opened, opening, settle
from textual import events
from textual.pilot import Pilot
from textual.widgets import OptionList

from qa import i18n
from qa.settings import Settings, load_settings, save
from tui.app import YinjuApp
from tui.screens.chat import ChatScreen
from tui.screens.help import HelpScreen
from tui.screens.jump import JumpScreen
from tui.screens.settings import SettingsScreen
from tui.state.memory import Memory
from tui.styles.themes import DAY, NIGHT
from tui.widgets.common.link import Link
from tui.widgets.composer.chips import Chip


@pytest.fixture
def memory(tmp_path: Path) -> Memory:
    return Memory.open(tmp_path / "history.db")


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return tmp_path / "config" / "config.toml"


@pytest.fixture
def app(memory: Memory, library: FakeLibrary, monkeypatch: pytest.MonkeyPatch) -> Iterator[YinjuApp]:
    monkeypatch.setenv("LC_ALL", "en_GB.UTF-8")
    monkeypatch.delenv("COLORFGBG", raising=False)
    yield YinjuApp(opening(library), memory=memory)
    i18n.use("en")


async def page(pilot: Pilot[None], *keys: str) -> SettingsScreen:
    await pilot.press("f8", *keys)
    await settle(pilot)
    screen = pilot.app.screen
    assert isinstance(screen, SettingsScreen)
    return screen


def shown(screen: SettingsScreen) -> list[str]:
    """The ids of the settings in the list."""
    return [option.id for option in screen.listed.options if option.id is not None]


def line(screen: SettingsScreen, id: str) -> str:
    return " ".join(str(screen.listed.get_option(id).prompt).split())


# Language and colours


async def test_keys_that_arrive_while_the_list_gets_its_room_count(app: YinjuApp) -> None:
    async with opened(app, (80, 24)) as pilot:
        screen = await page(pilot)
        screen.listed.highlighted = 2
        screen._list_again()
        await settle(pilot)
        assert screen.listed.highlighted == 2 and screen._current == "k"


@pytest.mark.parametrize("turns", [0, 1, 3])
async def test_what_is_typed_in_one_burst_is_looked_for(app: YinjuApp, turns: int) -> None:
    async with opened(app) as pilot:
        screen = await page(pilot)
        for key in "verify":
            app.post_message(events.Key(key, key))
            for _ in range(turns):
                await asyncio.sleep(0)
        await settle(pilot)
        assert screen.find.value == "verify" and screen.find.has_focus


async def test_what_is_chosen_is_seen_and_kept(app: YinjuApp, file: Path) -> None:
    async with opened(app) as pilot:
        screen = await page(pilot, "enter", "down")
        assert i18n.language() == "zh-Hans" and not file.exists()
        assert str(screen.query_one("#settings").border_title) == i18n._("Settings")
        await pilot.press("enter")
        await settle(pilot)
        assert load_settings({}, {}, file).language == "zh-Hans" and screen.listed.has_focus
        await pilot.press("down", "enter", "down", "enter")
        await settle(pilot)
        assert app.theme == DAY.name
        assert load_settings({}, {}, file) == Settings(language="zh-Hans", theme=DAY.name)
        await pilot.press("escape")
        assert isinstance(app.screen, ChatScreen)


async def test_esc_takes_the_look_back(app: YinjuApp, file: Path) -> None:
    async with opened(app) as pilot:
        screen = await page(pilot, "enter", "down", "down")
        assert i18n.language() == "zh-Hant"
        await pilot.press("escape", "down", "enter", "down", "down")
        await settle(pilot)
        assert (i18n.language(), app.theme) == ("en", "ansi-dark")
        await pilot.press("f8")
        await settle(pilot)
        assert isinstance(app.screen, ChatScreen) and app.screen is not screen
        assert (i18n.language(), app.theme) == ("en", NIGHT.name) and not file.exists()


async def test_what_was_kept_is_undone_and_set_to_the_default(app: YinjuApp, file: Path) -> None:
    async with opened(app) as pilot:
        await page(pilot, "enter", "down", "enter", "enter", "down", "enter")
        await settle(pilot)
        assert i18n.language() == "zh-Hant" and app.settings.language == "zh-Hant"
        await pilot.press("ctrl+z")
        await settle(pilot)
        assert i18n.language() == "zh-Hans" and load_settings({}, {}, file).language == "zh-Hans"
        await pilot.press("ctrl+z", "ctrl+z")
        await settle(pilot)
        assert i18n.language() == "en" and app.settings.language == "" and file.read_text() == ""
        await pilot.press("enter", "down", "enter", "delete")
        await settle(pilot)
        assert i18n.language() == "en" and load_settings({}, {}, file) == Settings()


async def test_with_the_mouse_alone(app: YinjuApp, file: Path) -> None:
    async with opened(app, (80, 24)) as pilot:
        screen = await page(pilot)
        await pilot.click(screen.choices, offset=(4, 1))
        await settle(pilot)
        assert app.screen is screen and i18n.language() == "zh-Hans"
        assert load_settings({}, {}, file).language == "zh-Hans"
        for link in screen.query(Link):
            if str(link.render()) == i18n._("Undo (Ctrl+Z)"):
                await pilot.click(link)
                break
        await settle(pilot)
        assert i18n.language() == "en"
        await pilot.click(screen.listed, offset=(4, 1))
        assert screen.choices.has_focus and screen.choices.highlighted == 0
        for link in screen.query(Link):
            if str(link.render()) == "Back (Esc)":
                await pilot.click(link)
                await pilot.click(link)
                break
        await settle(pilot)
        assert isinstance(app.screen, ChatScreen)


async def test_what_earlier_versions_kept_moves_into_the_file(
    memory: Memory, library: FakeLibrary, file: Path
) -> None:
    memory.set("theme", "nord")
    memory.set("language", "zh-Hant")
    app = YinjuApp(opening(library), memory=memory)
    async with opened(app) as pilot:
        assert (app.theme, i18n.language()) == ("nord", "zh-Hant")
        await settle(pilot)
        assert load_settings({}, {}, file) == Settings(language="zh-Hant", theme="nord")
        assert (memory.get("theme"), memory.get("language")) == ("", "")
        await pilot.press("ctrl+t")
        await settle(pilot)
        assert load_settings({}, {}, file).theme == DAY.name
    i18n.use("en")


async def test_without_a_place_to_keep_them_choices_hold_and_nothing_is_written(
    library: FakeLibrary, file: Path
) -> None:
    app = YinjuApp(opening(library))
    async with opened(app) as pilot:
        await page(pilot, "enter", "down", "enter")
        await settle(pilot)
        assert i18n.language() == "zh-Hans" and not file.exists()
    i18n.use("en")


async def test_what_cannot_be_written_is_told(app: YinjuApp, file: Path) -> None:
    file.parent.write_text("no folder")
    async with opened(app) as pilot:
        await page(pilot, "enter", "down", "enter")
        await settle(pilot)
        assert i18n.language() == "zh-Hans"
        assert any(note.severity == "error" for note in app._notifications)


async def test_a_variable_that_beats_the_file_is_named(
    app: YinjuApp, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("QA_LANGUAGE", "en")
    async with opened(app) as pilot:
        screen = await page(pilot)
        assert "QA_LANGUAGE is set" in str(screen.query_one("#settings-what").prose.content)  # type: ignore[attr-defined]


# Finding


@pytest.mark.parametrize(
    ("typed", "found"),
    [
        ("language", "language"),
        ("语言", "language"),
        ("theme", "theme"),
        ("threshold", "sure"),
        ("filter", "filter"),
        ("app.jump", "app.jump"),
        ("zoom", "source.zoom"),
        ("f6", "answer.copy"),
    ],
)
async def test_a_setting_is_found_by_what_is_typed(app: YinjuApp, typed: str, found: str) -> None:
    async with opened(app) as pilot:
        screen = await page(pilot, *typed)
        assert screen.find.value == typed and found in shown(screen) and len(shown(screen)) < 40
        await pilot.press("escape")
        assert screen.find.value == "" and len(shown(screen)) > 100


async def test_arrows_in_the_search_move_the_list_and_enter_changes(app: YinjuApp) -> None:
    async with opened(app) as pilot:
        screen = await page(pilot, *"quotes")
        ids = shown(screen)
        assert ids[0] == "k" and screen.find.has_focus
        await pilot.press("down")
        await settle(pilot)
        assert screen._current == ids[1]
        await pilot.press("up", "enter")
        assert screen._current == "k" and screen.choices.has_focus
        await pilot.press("escape", *"zzzzz")
        await settle(pilot)
        assert shown(screen) == []


# Answers


async def test_the_number_of_quotes_and_the_threshold_hold_at_once(app: YinjuApp, file: Path) -> None:
    async with opened(app) as pilot:
        screen = await page(pilot, "down", "down", "enter", "down", "down", "enter")
        await settle(pilot)
        assert app.settings.k == 3 and line(screen, "k") == "Number of quotes 3"
        await pilot.press("down", "enter", "end", "enter")
        await settle(pilot)
        assert app.workspace is not None
        session = app.workspace.session
        assert (session.settings.k, session.settings.sure) == (3, 85)
        assert session.engine.threshold == 0.85
        assert load_settings({}, {}, file) == Settings(k=3, sure=85)


async def test_a_default_filter_stands_in_the_composer(app: YinjuApp, file: Path) -> None:
    async with opened(app) as pilot:
        screen = await page(pilot, *"default filter", "enter")
        assert screen.text.has_focus
        await pilot.press(*"lang:xx", "enter")
        assert screen.message.display and screen.text.has_focus and app.settings.filter == ""
        await pilot.press(*["backspace"] * 2, *"en", "enter")
        await settle(pilot)
        assert load_settings({}, {}, file).filter == "lang:en"
        await pilot.press("escape", "escape")
        await settle(pilot)
        assert [chip.part for chip in app.chat.query(Chip)] == ["lang:en"]
        await ask(pilot, "What did Harbor AI offer Lin Lan?")
        assert app.chat.transcript.turn is not None
        assert str(app.chat.transcript.turn.exchange.filters) == "lang:en"
        app.chat.composer.filters = app.chat.composer.filters.without("lang:en")
        await ask(pilot, "And the second offer?")
        assert not app.chat.transcript.turn.exchange.filters
        await pilot.press("ctrl+l")
        await settle(pilot)
        assert str(app.chat.composer.filters) == "lang:en"


async def test_settings_of_the_file_hold_from_the_first_question(library: FakeLibrary) -> None:
    app = YinjuApp(opening(library), settings=Settings(filter="lang:zh", k=2, sure=60, pane="closed"))
    async with opened(app, (130, 40)) as pilot:
        assert str(app.chat.composer.filters) == "lang:zh"
        assert app.workspace is not None and app.workspace.session.engine.threshold == 0.6
        await ask(pilot, "What did Harbor AI offer Lin Lan?")
        assert not app.chat.has_class("-source")
        await pilot.press("f8", *"source pane", "enter", "up", "enter", "escape", "escape")
        await settle(pilot)
        assert app.settings.pane == "open"
        await ask(pilot, "And who turned it down?")
        assert app.chat.has_class("-source")


async def test_a_wrong_filter_of_the_file_is_told_in_a_line(library: FakeLibrary) -> None:
    app = YinjuApp(opening(library), settings=Settings(filter="only english"))
    async with opened(app):
        assert any("only english" in note.message for note in app._notifications)
        assert not app.chat.composer.filters


# Keys


async def test_a_key_is_given_another_and_works_at_once(app: YinjuApp, file: Path) -> None:
    async with opened(app) as pilot:
        screen = await page(pilot, *"app.jump", "enter")
        assert screen.key.has_focus
        await pilot.press("f10")
        await settle(pilot)
        assert line(screen, "app.jump").endswith("F10") and not screen.message.display
        assert load_settings({}, {}, file).keys == {"app.jump": "f10"}
        await pilot.press("escape", "escape")
        await pilot.press("ctrl+g")
        assert isinstance(app.screen, ChatScreen)
        await pilot.press("f10")
        await settle(pilot)
        assert isinstance(app.screen, JumpScreen)


async def test_a_key_that_does_something_else_is_told(app: YinjuApp, file: Path) -> None:
    async with opened(app) as pilot:
        screen = await page(pilot, *"app.jump", "enter", "f4")
        assert "Show or hide the source" in str(screen.message.render())
        await pilot.press("enter", "ctrl+h")
        await settle(pilot)
        assert "Backspace" in str(screen.message.render())
        await pilot.press("enter", "ctrl+q")
        await settle(pilot)
        assert isinstance(app.screen, SettingsScreen), "the key is taken, not followed"
        assert "Quit Yinju" in str(screen.message.render())
        await pilot.press("enter", "escape")
        await settle(pilot)
        assert app.settings.keys == {"app.jump": "ctrl+q"}
        await pilot.press("delete")
        await settle(pilot)
        assert app.settings.keys == {} and not screen.message.display
        assert load_settings({}, {}, file) == Settings()
        await pilot.press("ctrl+z")
        await settle(pilot)
        assert app.settings.keys == {"app.jump": "ctrl+q"}


async def test_help_shows_the_keys_of_the_settings(app: YinjuApp) -> None:
    async with opened(app, (120, 40)) as pilot:
        await page(pilot, *"app.jump", "enter", "f10")
        await pilot.press("escape", "escape", "f1")
        await settle(pilot)
        assert isinstance(app.screen, HelpScreen)
        text = "\n".join(strip.text for strip in app.screen._compositor.render_strips())
        assert "F10" in text


@pytest.mark.parametrize("size", [(40, 12), (60, 50), (80, 24), (200, 55)])
async def test_everything_has_room(app: YinjuApp, size: tuple[int, int]) -> None:
    async with opened(app, size) as pilot:
        screen = await page(pilot)
        assert screen.listed.size.height >= 2
        await pilot.press("enter", "down")
        await settle(pilot)
        assert screen.choices.has_focus and screen.choices.size.height >= 1 and i18n.language() == "zh-Hans"
        await pilot.press("escape")
        assert isinstance(screen.focused, OptionList) and screen.focused is screen.listed


def test_the_file_is_written_beside_what_stands_in_it(file: Path) -> None:
    file.parent.mkdir()
    file.write_text("# mine\nk = 7  # enough\n")
    save("theme", "nord", file)
    assert file.read_text() == '# mine\nk = 7  # enough\ntheme = "nord"\n'
