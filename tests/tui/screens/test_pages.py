"""The other pages, the palette, the themes, and what importing the app brings in."""

from __future__ import annotations

import subprocess
import sys

import pytest
from made_up_app import FakeLibrary, opened, opening, wait_for
from textual.dom import DOMNode
from textual.widgets._toast import Toast

from index.types import LibraryStatus
from qa.settings import Settings
from tui.app import YinjuApp
from tui.rendering.formats import counts
from tui.screens.add import AddScreen
from tui.screens.chat import ChatScreen
from tui.screens.conversations import ConversationsScreen
from tui.screens.help import HelpScreen
from tui.screens.libraries import LibrariesScreen
from tui.screens.library import LibraryScreen
from tui.screens.palette import COMMANDS
from tui.screens.reader import ReaderScreen
from tui.screens.settings import SettingsScreen
from tui.screens.sheet import SheetScreen
from tui.widgets.composer.composer import Composer
from tui.widgets.library.articles import ArticleTable
from tui.widgets.source.source import SourcePane


async def test_help_and_leaving_reach_dialogues(app: YinjuApp) -> None:
    async with opened(app) as pilot:
        await pilot.press("f8", "f1")
        assert isinstance(app.screen, HelpScreen)
        await pilot.press("escape")
        assert isinstance(app.screen, SettingsScreen)
        await pilot.press("ctrl+q")
        assert not app.is_running or app._exit


async def test_a_page_is_styled_once_when_it_is_opened(
    app: YinjuApp, monkeypatch: pytest.MonkeyPatch
) -> None:
    styled, update = list[DOMNode](), YinjuApp.update_styles

    def noted(app: YinjuApp, node: DOMNode, animate: bool = True) -> None:
        styled.append(node)
        update(app, node, animate)

    monkeypatch.setattr(YinjuApp, "update_styles", noted)
    async with opened(app):
        assert app.chat.has_class("-narrow", "-short")
        assert styled.count(app.chat) == 1  # not anew once its size is known


async def test_ctrl_c_says_how_to_leave_without_standing_on_the_question(app: YinjuApp) -> None:
    async with app.run_test(notifications=True) as pilot:
        await pilot.press("ctrl+c")
        await wait_for(pilot, lambda: bool(app.screen.query(Toast)))
        toast = app.screen.query_one(Toast)
        assert "^q" in str(toast.render())
        assert toast.region.bottom <= app.screen.query_one("#question").region.y


def test_every_command_is_an_action() -> None:
    owners = {
        "app": YinjuApp,
        "chat": ChatScreen,
        "source": SourcePane,
        "reader": ReaderScreen,
        "composer": Composer,
        "library": LibraryScreen,
        "table": ArticleTable,
        "conversations": ConversationsScreen,
        "libraries": LibrariesScreen,
        "add": AddScreen,
        "sheet": SheetScreen,
    }
    for entry in COMMANDS:
        place, _, name = entry.action.partition(".")
        assert hasattr(owners[place], "action_" + name.split("(")[0]), entry.action


async def test_the_theme_key_goes_between_day_and_night(app: YinjuApp) -> None:
    async with opened(app) as pilot:
        seen = []
        for _ in range(2):
            await pilot.press("ctrl+t")
            seen.append(app.theme)
        assert seen == ["yinju-day", "yinju-night"]


async def test_the_theme_of_the_settings_is_used(library: FakeLibrary) -> None:
    app = YinjuApp(opening(library), settings=Settings(theme="yinju-day"))
    async with opened(app):
        assert app.theme == "yinju-day"


async def test_an_unknown_theme_is_said_so(library: FakeLibrary) -> None:
    app = YinjuApp(opening(library), settings=Settings(theme="[bold]nope"))
    async with opened(app):
        assert app.theme == "yinju-night"
        assert ["nope" in note.message for note in app._notifications] == [True]


def test_counts_name_the_languages() -> None:
    status = LibraryStatus("/x", 1, 1200, 9, {"en": 1, "und": 2}, "lexicon", 256, 1, 1, 0)
    assert counts(status) == "1 article · 1,200 passages · English 1"


def test_the_apps_import_is_lean_and_nothing_below_needs_it() -> None:
    below = (
        "import sys, qa.engine, qa.output.terminal, index.library\n"
        "sys.exit(sorted(name for name in sys.modules if name.split('.')[0] in ('textual', 'tui')) or 0)"
    )
    subprocess.run([sys.executable, "-c", below], check=True)
    heavy = "'numpy', 'faiss', 'tantivy', 'jieba', 'jieba_next', 'torch', 'apsw', 'lxml', 'trafilatura'"
    check = f"import sys, tui.app; print(sorted({{{heavy}}} & set(sys.modules)))"
    out = subprocess.run([sys.executable, "-c", check], check=True, capture_output=True, text=True).stdout
    assert out.strip() == "[]"
