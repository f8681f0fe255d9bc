"""The tour: shown once, two keys, beside what it talks about, and in nobody's way."""

from __future__ import annotations

from pathlib import Path

import pytest
from made_up_app import FakeLibrary, opened, settle
from textual.events import Paste
from textual.geometry import Region, Size

from tui.app import YinjuApp
from tui.rendering import i18n
from tui.screens.chat import ChatScreen
from tui.screens.tour import STEPS, TourScreen, beside
from tui.state.memory import Memory
from tui.widgets.composer.question import QuestionBox


def remembering(library: FakeLibrary, path: Path) -> YinjuApp:
    return YinjuApp(lambda: library, memory=Memory.open(path))  # type: ignore[arg-type,return-value]


async def test_the_first_start_shows_it_and_the_second_does_not(library: FakeLibrary, tmp_path: Path) -> None:
    path = tmp_path / "history.db"
    async with opened(remembering(library, path)) as pilot:
        assert isinstance(pilot.app.screen, TourScreen)
        await pilot.press("escape")
        assert isinstance(pilot.app.screen, ChatScreen)
    async with opened(remembering(library, path)) as pilot:
        assert isinstance(pilot.app.screen, ChatScreen)


@pytest.mark.parametrize("size", [(80, 24), (40, 16), (160, 50)])
async def test_each_step_stands_on_screen_beside_its_part(app: YinjuApp, size: tuple[int, int]) -> None:
    async with opened(app, size) as pilot:
        app.action_tour()
        await settle(pilot)
        for number, step in enumerate(STEPS):
            for language in i18n.LANGUAGES:
                app.use_language(language)
                await settle(pilot)
                box, part = app.screen.query_one("#tour"), app.chat.query_one(step.part)
                assert i18n._(step.title) in str(box.border_title)
                assert app.screen.region.contains_region(box.region)
                assert part.has_class("-toured")
                if part.size.height < 4:
                    assert not box.region.overlaps(part.region), step.title
            await pilot.press("enter" if number % 2 else "right")
            await settle(pilot)
        assert isinstance(app.screen, ChatScreen) and not app.screen.query(".-toured")


async def test_it_follows_the_terminals_size(app: YinjuApp) -> None:
    async with opened(app, (120, 40)) as pilot:
        app.action_tour()
        await settle(pilot)
        await pilot.resize_terminal(60, 20)
        await settle(pilot)
        box = app.screen.query_one("#tour")
        assert app.screen.region.contains_region(box.region)
        assert not box.region.overlaps(app.chat.query_one(STEPS[0].part).region)


async def test_to_type_is_to_leave_and_no_key_is_lost(app: YinjuApp) -> None:
    async with opened(app) as pilot:
        app.action_tour()
        await settle(pilot)
        await pilot.press(*"who?")
        await settle(pilot)
        assert isinstance(app.screen, ChatScreen)
        assert app.screen.query_one(QuestionBox).text == "who?"
        app.action_tour()
        await settle(pilot)
        app.screen.post_message(Paste(" 谁？"))
        await settle(pilot)
        assert app.screen.query_one(QuestionBox).text == "who? 谁？"


async def test_the_mouse_alone_goes_through_it(app: YinjuApp) -> None:
    async with opened(app) as pilot:
        app.action_tour()
        await settle(pilot)
        await pilot.click("#tour")
        await settle(pilot)
        assert isinstance(app.screen, TourScreen) and app.screen.step == 1
        await pilot.click(offset=(0, 0))
        await settle(pilot)
        assert isinstance(app.screen, ChatScreen)


@pytest.mark.parametrize(
    ("part", "at"),
    [
        (Region(0, 20, 80, 3), (12, 14)),  # above what is low
        (Region(0, 0, 80, 1), (12, 1)),  # below what is high
        (Region(0, 1, 80, 22), (12, 9)),  # in the middle of what leaves no room
        (Region(70, 20, 10, 1), (24, 14)),  # not beyond the edge
    ],
)
def test_where_the_box_goes(part: Region, at: tuple[int, int]) -> None:
    assert beside(part, Size(56, 6), Size(80, 24)) == at
