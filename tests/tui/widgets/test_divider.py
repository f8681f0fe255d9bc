"""The line between the transcript and the side pane, moved by keys and by mouse."""

from __future__ import annotations

from pathlib import Path

import pytest
from made_up_app import FakeLibrary, ask, opened, opening, settle
from textual.pilot import Pilot

from tui.app import YinjuApp
from tui.state.memory import Memory

QUESTION = "What did Harbor AI offer Lin Lan?"


def sizes(app: YinjuApp) -> tuple[int, int, int, int]:
    """Columns and rows of the transcript and of the side."""
    return (*app.chat.transcript.outer_size, *app.chat.side.outer_size)


async def pull(pilot: Pilot[None], start: tuple[int, int], end: tuple[int, int]) -> None:
    await pilot.mouse_down(offset=start)
    await pilot.hover(offset=end)
    await pilot.mouse_up(offset=end)
    await settle(pilot)


async def test_keys_move_it_in_steps_up_to_the_ends(app: YinjuApp) -> None:
    async with opened(app, (120, 40)) as pilot:
        await ask(pilot, QUESTION)
        assert sizes(app)[::2] == (60, 60)
        await pilot.press("f4", "<")
        await settle(pilot)
        assert sizes(app)[::2] == (54, 66)
        await pilot.press(*["<"] * 9)
        await settle(pilot)
        assert sizes(app)[::2] == (30, 90)
        await pilot.press(*[">"] * 20)
        await settle(pilot)
        assert sizes(app)[::2] == (90, 30)
        assert app.focused is app.chat.side.source.body


async def test_the_same_keys_are_letters_in_the_question(app: YinjuApp) -> None:
    async with opened(app, (120, 40)) as pilot:
        await ask(pilot, QUESTION)
        await pilot.press(*"a<b>c")
        assert app.chat.composer.box.text == "a<b>c" and sizes(app)[::2] == (60, 60)


async def test_the_mouse_pulls_the_line_and_selects_nothing(app: YinjuApp) -> None:
    async with opened(app, (120, 40)) as pilot:
        await ask(pilot, QUESTION)
        edge = app.chat.side.region.x
        await pull(pilot, (edge, 10), (80, 14))
        assert app.chat.side.region.x == 80 and not app.screen.selections
        await pull(pilot, (90, 10), (50, 14))
        assert app.chat.side.region.x == 80, "only the line is pulled"
        await pull(pilot, (80, 5), (0, 5))
        assert app.chat.side.region.x == 30


async def test_one_above_the_other_it_moves_up_and_down(app: YinjuApp) -> None:
    async with opened(app, (80, 50)) as pilot:
        await ask(pilot, QUESTION)
        side, desk = app.chat.side, app.screen.query_one("Desk")
        assert side.size.width > 70 and side.region.y > desk.region.y
        await pull(pilot, (40, side.region.y), (40, 15))
        assert side.region.y == 15 and side.outer_size.width == 80
        await pilot.resize_terminal(120, 50)
        await settle(pilot)
        assert side.region.y == desk.region.y and side.outer_size.height == desk.size.height


@pytest.mark.parametrize("kept", ["700", "9999", "x", ""])
async def test_its_place_is_remembered(library: FakeLibrary, tmp_path: Path, kept: str) -> None:
    memory = Memory.open(tmp_path / "history.db")
    memory.set("side share", kept)
    app = YinjuApp(opening(library), memory=memory)
    async with opened(app, (120, 40)) as pilot:
        await ask(pilot, QUESTION)
        assert sizes(app)[2] == {"700": 84, "9999": 90}.get(kept, 60)
        await pilot.press("f4", "<")
    now = Memory.open(tmp_path / "history.db").get("side share")
    assert now == {"700": "750", "9999": "750"}.get(kept, "550")
