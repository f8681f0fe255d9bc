"""The help: every key, as the reader has set it, in the language and the room there is."""

from __future__ import annotations

import pytest
from made_up_app import FakeLibrary, opened, opening, settle
from rich.cells import cell_len
from textual.binding import Binding
from textual.pilot import Pilot

from qa.settings import Settings
from tui.app import YinjuApp
from tui.screens.chat import ChatScreen
from tui.screens.help import HelpScreen
from tui.widgets.common.label import Label


def columns(pilot: Pilot[None]) -> list[str]:
    assert isinstance(pilot.app.screen, HelpScreen)
    return [str(label.render()) for label in pilot.app.screen.query("#help-keys Label").results(Label)]


@pytest.mark.parametrize(("size", "count"), [((80, 24), 1), ((109, 30), 1), ((110, 30), 2), ((160, 50), 2)])
async def test_it_names_every_key_in_as_many_columns_as_fit(
    app: YinjuApp, size: tuple[int, int], count: int
) -> None:
    async with opened(app, size) as pilot:
        await pilot.press("f1")
        await settle(pilot)
        shown = columns(pilot)
        assert sum(bool(column.strip()) for column in shown) == count
        room = app.screen.query_one("#help-keys").size.width
        assert sum(max(map(cell_len, column.split("\n"))) + 3 for column in shown if column) <= room + 3
        together = "\n".join(shown)
        listed = [b for b in (*app.BINDINGS, *ChatScreen.BINDINGS) if isinstance(b, Binding) and b.id]
        for binding in listed:
            if not binding.id[-1].isdigit():  # type: ignore[index]
                key = app.get_key_display(Binding(binding.key.split(",")[0].strip(), "", ""))
                assert f"{key} " in together, binding.id
        assert "^p" in together and "On this page" in together and "Everywhere" in together


@pytest.mark.parametrize(
    ("key", "printed"),
    [
        *[("f12", "F12"), ("escape", "Esc"), ("delete", "Del"), ("pageup", "PgUp"), ("pagedown", "PgDn")],
        *[("enter", "Enter"), ("tab", "Tab"), ("space", "Space"), ("ctrl+n", "^n"), ("slash", "/")],
        *[("alt+1", "Alt+1"), ("shift+tab", "Shift+Tab"), ("f", "f"), ("G", "G"), ("up", "↑")],
    ],
)
def test_keys_are_named_as_they_are_printed(app: YinjuApp, key: str, printed: str) -> None:
    assert app.get_key_display(Binding(key, "")) == printed


async def test_remapped_keys_are_shown(library: FakeLibrary) -> None:
    app = YinjuApp(opening(library), settings=Settings(keys={"app.library": "f7"}))
    async with opened(app, (120, 40)) as pilot:
        await pilot.press("f1")
        await settle(pilot)
        assert "F7  List the articles" in "\n".join(columns(pilot))


async def test_it_follows_the_width(app: YinjuApp) -> None:
    async with opened(app, (160, 50)) as pilot:
        await pilot.press("f1")
        await settle(pilot)
        await pilot.resize_terminal(80, 24)
        await settle(pilot)
        assert columns(pilot)[1] == "" and "Everywhere" in columns(pilot)[0]


@pytest.mark.parametrize("key", ["escape", "f1", "q"])
async def test_it_closes(app: YinjuApp, key: str) -> None:
    async with opened(app) as pilot:
        await pilot.press("f1", key)
        assert isinstance(app.screen, ChatScreen)


async def test_a_click_beside_it_closes_it(app: YinjuApp) -> None:
    async with opened(app) as pilot:
        await pilot.press("f1")
        await pilot.click(offset=(0, 0))
        await pilot.pause()
        assert isinstance(app.screen, ChatScreen)


async def test_the_parts_of_a_page_and_what_it_inherits_are_named(app: YinjuApp) -> None:
    async with opened(app, (120, 40)) as pilot:
        await pilot.press("f2", "f1")
        await settle(pilot)
        together = "\n".join(columns(pilot))
        for what in (
            "Narrow the list",
            "Update from the files on disk",
            "Restore what was removed",
            "Mark all",
        ):
            assert what in together
        await pilot.press("escape", "escape", "f1")
        await settle(pilot)
        for what in ("The next matched word", "One page down"):
            assert what in "\n".join(columns(pilot))


async def test_over_a_dialogue_only_the_keys_that_reach_it_are_named(app: YinjuApp) -> None:
    async with opened(app, (120, 40)) as pilot:
        await pilot.press("f8", "f1")
        await settle(pilot)
        together = "\n".join(columns(pilot))
        assert "Quit Yinju" in together and "List the articles" not in together
        assert together.count("Quit Yinju") == 1
