"""The side pane on its own: its tabs, what it reads and what it explains."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from conftest import FakeLibrary, offer, settle
from textual.app import App, ComposeResult
from textual.pilot import Pilot

from qa.settings import Settings
from tui.app import YinjuApp
from tui.place import Place
from tui.widgets.side import Side
from tui.workspace import Workspace

QUESTION = "What did Harbor AI offer Lin Lan?"
ANSWER = offer(QUESTION)


class SideApp(App[None]):
    """The side pane in the look of the app, with nothing beside it."""

    CSS_PATH = [f"{__import__('tui').__path__[0]}/{name}" for name in YinjuApp.CSS_PATH]  # noqa: RUF012

    def __init__(self, library: FakeLibrary) -> None:
        super().__init__()
        self.workspace = Workspace.over(library, Settings())  # type: ignore[arg-type]

    def get_theme_variable_defaults(self) -> dict[str, str]:
        from tui.themes import defaults

        return defaults(self.current_theme)

    def compose(self) -> ComposeResult:
        yield Side()


@asynccontextmanager
async def side(library: FakeLibrary, size: tuple[int, int] = (60, 24)) -> AsyncIterator[Pilot[None]]:
    app = SideApp(library)
    async with app.run_test(size=size) as pilot:
        app.query_one(Side).display = True
        await pilot.pause()
        yield pilot


async def test_a_place_is_read_and_shown(library: FakeLibrary) -> None:
    async with side(library) as pilot:
        pane = pilot.app.query_one(Side)
        pane.explain(ANSWER, None)
        pane.read(pilot.app.workspace, Place.cited(ANSWER.citations[0]))  # type: ignore[attr-defined]
        await settle(pilot)
        assert pane.source.article == library.kept[0]
        pane.current = "evidence"
        await settle(pilot)
        assert pane.evidence.display and not pane.source.display
