"""The command palette."""

from __future__ import annotations

from functools import partial
from pathlib import Path

import pytest
from made_up_app import STRUCTURED, FakeLibrary, ask, opened, opening, settle, structured, wait_for
from textual.command import Command, CommandList, CommandPalette, SearchIcon
from textual.pilot import Pilot
from textual.widgets import Input

from qa import i18n
from qa.settings import Settings
from tui.app import YinjuApp
from tui.screens.chat import ChatScreen
from tui.screens.conversations import ConversationsScreen
from tui.screens.libraries import LibrariesScreen
from tui.screens.library import LibraryScreen
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
        left_out = {"Zoom"} | {e.name for e in COMMANDS if e.here or e.action.startswith("source.")}
        assert names == [entry.name for entry in COMMANDS if entry.name not in left_out]
        assert len(set(names)) == len(names)
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
        assert app.theme == NIGHT.name and app.settings.theme == ""
        await palette(pilot, *"theme: dra")
        pilot.app.screen.query_one(Input).value = "quit"
        await settle(pilot)
        assert app.theme == NIGHT.name
        await pilot.press("escape")
        await palette(pilot, *"theme: dra")
        await pilot.press("enter")
        await settle(pilot)
        assert app.theme == "dracula" == app.settings.theme


async def test_languages_are_found_by_typing(app: YinjuApp, memory: Memory) -> None:
    async with opened(app, (100, 40)) as pilot:
        await palette(pilot, *"language: 繁")
        await pilot.press("enter")
        await settle(pilot)
        assert i18n.language() == "zh-Hant" == app.settings.language
        found = await palette(pilot, *"theme: nord")  # English names too
        assert isinstance(found.options[0], Command)
    i18n.use("en")


async def test_where_nothing_is_found_it_says_so(app: YinjuApp) -> None:
    async with opened(app, (100, 40)) as pilot:
        assert entries(await palette(pilot, *"xqzxq")) == ["Nothing found."]
        await pilot.press("enter", "escape")
        assert isinstance(app.screen, ChatScreen)


async def first(pilot: Pilot[None], *typed: str) -> str:
    """The first entry for what is typed, with its second line; the palette is closed again."""
    entry = entries(await palette(pilot, *typed))[0]
    await pilot.press("escape")
    await settle(pilot)
    return entry.replace("\n", " | ")


async def test_commands_have_other_names(app: YinjuApp, request: pytest.FixtureRequest) -> None:
    request.addfinalizer(lambda: i18n.use("en"))
    async with opened(app, (100, 40)) as pilot:
        for language, typed, name in (
            ("en", "export", "Copy or save"),
            ("en", "share", "Copy or save"),
            ("en", "doctor", "Check the library"),
            ("en", "sync", "Update from disk"),
            ("en", "theme", "Theme: "),
            ("en", "dark", "Light or dark"),
            ("en", "语言", "Language: "),
            ("en", "导出", "Copy or save"),
            ("en", "exit", "Quit"),
            ("zh-Hans", "sync", "从磁盘更新"),
            ("zh-Hans", "sz", "设置"),
            ("zh-Hans", "quit", "退出"),
            ("zh-Hant", "同步", "從磁碟更新"),
        ):
            app.use_language(language)
            assert (await first(pilot, *typed)).startswith(name), typed


async def test_articles_are_found_by_title_and_initials(app: YinjuApp) -> None:
    async with opened(app, (100, 40)) as pilot:
        entry = "海湾研究所的人才账本 | Article · 滨城日报 · 2025-06-03"
        assert await first(pilot, *"hwyjsdr") == entry
        assert (await first(pilot, *"paid", "space", *"harb")).startswith("What Harbor AI paid")
        assert (await first(pilot, *"海湾回应")).startswith("海灣研究所的回應")
        for page in ("", "f2", "f3"):
            await pilot.press(*filter(None, [page]))
            await settle(pilot)
            await palette(pilot, *"rczb")
            await pilot.press("enter")
            await settle(pilot)
            reader = app.screen
            assert isinstance(reader, ReaderScreen)
            await wait_for(pilot, partial(_is_read, reader))
            assert reader.source.article is not None and reader.source.article.id == 1
            await pilot.press("escape")
            await settle(pilot)


def _is_read(reader: ReaderScreen) -> bool:
    return reader.source.article is not None


async def test_a_heading_opens_its_place(app: YinjuApp, library: FakeLibrary) -> None:
    library.kept.append(structured())
    async with opened(app, (100, 40)) as pilot:
        listed = entries(await palette(pilot, *"blood"))
        assert listed[0] == "1. Blood counts\nHeading · Bay Institute: 2025 laboratory report"
        await pilot.press("enter")
        await settle(pilot)
        assert isinstance(app.screen, ReaderScreen)
        place = app.screen.source.place
        assert place is not None and place.article.id == 4 and place.passage is not None
        assert STRUCTURED[slice(*place.passage)].endswith("1. Blood counts")


async def test_conversations_are_found_by_their_first_question(app: YinjuApp) -> None:
    async with opened(app, (100, 40)) as pilot:
        await ask(pilot, "林岚拿到了什么报价？")
        await app.chat.action_clear()
        assert (await first(pilot, *"llnd")) == "林岚拿到了什么报价？ | Conversation · 1 question"
        await pilot.press("f2")
        await settle(pilot)
        await palette(pilot, *"llnd")
        await pilot.press("enter")
        await settle(pilot)
        assert app.screen is app.chat and app.chat.conversation.title == "林岚拿到了什么报价？"


async def test_a_command_of_another_page_opens_that_page(app: YinjuApp) -> None:
    async with opened(app, (100, 40)) as pilot:

        async def run(typed: str) -> None:
            found = await palette(pilot)
            pilot.app.screen.query_one(Input).value = typed
            await settle(pilot)
            assert isinstance(found.options[0], Command)
            await pilot.press("enter")
            await settle(pilot)

        await run("mark all")
        assert isinstance(app.screen, LibraryScreen)
        assert app.screen.table.listing.marked == {1, 2, 3}
        await run("find in conv")
        assert isinstance(app.screen, ConversationsScreen) and app.screen.find.has_focus
        await pilot.press("escape")
        await run("filter the")
        assert isinstance(app.screen, LibraryScreen) and app.screen.filter.has_focus
        await run("new conv")
        assert app.screen is app.chat
        await run("rename a")  # it is about a row: the page alone is opened
        assert isinstance(app.screen, ConversationsScreen)
        await run("new libr")
        assert isinstance(app.screen, LibrariesScreen) and app.screen.name_input.display


async def test_it_goes_by_mouse(app: YinjuApp) -> None:
    async with opened(app, (100, 40)) as pilot:
        found = await palette(pilot, *"rczb")
        await pilot.click(found, offset=(5, 0))
        await settle(pilot)
        assert isinstance(app.screen, ReaderScreen) and app.screen.source.article is not None


async def test_not_over_a_dialogue(app: YinjuApp) -> None:
    async with opened(app) as pilot:
        await pilot.press("f8", "ctrl+p")
        await settle(pilot)
        assert not isinstance(app.screen, CommandPalette)
