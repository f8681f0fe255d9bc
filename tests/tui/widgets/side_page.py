"""A page with the side pane alone, and what its tests do with it."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

from made_up_app import ARTICLES, FakeLibrary, cite, hit, offer, settle
from rich.segment import Segment
from textual.app import App, ComposeResult
from textual.pilot import Pilot

import tui
from qa.session import Session
from qa.settings import Settings
from qa.types import Answer
from tui.app import YinjuApp
from tui.screens.base import Page
from tui.state.place import Place
from tui.state.workspace import Workspace
from tui.styles.themes import NIGHT, variables
from tui.widgets.source.bar import FactBar
from tui.widgets.source.side import Side

ANSWER = offer("What did Harbor AI offer Lin Lan?")
FIRST, SECOND = map(Place.cited, ANSWER.citations)
#: A place in an article that is on disk.
NEAR = Place.cited(cite(1, "研究所表示，", hit(1, ARTICLES[2], "研究所表示", 0.3, 0.2), ARTICLES[2]))


class SidePage(Page[None]):
    """The pane alone. ``cited`` and ``toggled`` hold what it asked of the page."""

    def __init__(self) -> None:
        super().__init__()
        self.cited: list[int] = []
        self.toggled: list[str] = []

    def compose(self) -> ComposeResult:
        yield Side()

    def action_cite(self, number: int) -> None:
        self.cited.append(number)

    def action_source(self) -> None:
        self.toggled.append("source")


class SideApp(App[None]):
    """The looks of the app around the page above, and nothing else of it."""

    CSS_PATH = [Path(tui.__file__).parent / name for name in YinjuApp.CSS_PATH]  # noqa: RUF012

    def __init__(self) -> None:
        super().__init__()
        self.register_theme(NIGHT)
        self.theme = NIGHT.name

    def get_css_variables(self) -> dict[str, str]:
        return {**super().get_css_variables(), **variables(self.current_theme)}

    def get_default_screen(self) -> SidePage:
        return SidePage()


class Reader:
    """The running pane and what tests do with it."""

    def __init__(self, pilot: Pilot[None], library: FakeLibrary) -> None:
        self.pilot, self.app = pilot, pilot.app
        self.side = pilot.app.screen.query_one(Side)
        self.source, self.body = self.side.source, self.side.source.body
        self.workspace = Workspace.over(Session(library, Settings()))  # type: ignore[arg-type]

    async def read(self, place: Place, answer: Answer = ANSWER) -> None:
        self.side.explain(answer, self.workspace)
        self.side.source.read(self.workspace, place)
        await self.settle()
        self.body.focus()
        await self.pilot.pause()

    async def settle(self) -> None:
        await settle(self.pilot)

    async def press(self, *keys: str) -> None:
        await self.pilot.press(*keys)
        await self.settle()

    def bar(self, name: str) -> str:
        bar = self.source.query_one(f"#source-{name}", FactBar)
        return bar.render().plain if bar.display else ""

    def segments(self) -> Iterator[Segment]:
        for y in range(self.body.size.height):
            yield from self.body.render_line(y)

    def on_ground(self, name: str) -> str:
        """The text in view that has the background of the mark ``name``."""
        ground = self.body.get_component_styles(f"body--{name}").background
        wanted = (self.body.visual_style.background or ground) + ground
        return "".join(
            segment.text
            for segment in self.segments()
            if segment.style and segment.style.bgcolor == wanted.rich_color
        )

    def gutter(self, offset: int) -> str:
        line = self.body.lines.line_of(offset) - round(self.body.scroll_y)
        return next(iter(self.body.render_line(line))).text

    @property
    def current(self) -> str:
        span = self.body.current
        return self.body.text[span.start : span.end] if span is not None else ""

    def where(self, index: int) -> tuple[int, int]:
        """The cell of the body where the ``index``-th matched word begins."""
        for y in range(self.body.size.height):
            x = 0
            for segment in self.body.render_line(y):
                if segment.style and segment.style.meta.get("match") == index:
                    return x, y
                x += segment.cell_length
        raise AssertionError("the word is not in view")


@asynccontextmanager
async def reader(library: FakeLibrary, size: tuple[int, int] = (70, 24)) -> AsyncIterator[Reader]:
    app = SideApp()
    async with app.run_test(size=size, notifications=True) as pilot:
        await settle(pilot)
        app.screen.query_one(Side).display = True
        await pilot.pause()
        yield Reader(pilot, library)


def notices(app: Any) -> list[str]:
    return [f"{notice.title} {notice.message}" for notice in app._notifications]
