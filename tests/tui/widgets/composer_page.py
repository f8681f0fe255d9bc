"""A page with the composer alone, and what its tests read from it."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from types import SimpleNamespace
from typing import cast

from made_up_app import ARTICLES, settle
from textual.app import App, ComposeResult
from textual.pilot import Pilot

from index.types import ArticleInfo
from tui.screens.base import Page
from tui.state.workspace import Workspace
from tui.styles import themes
from tui.styles.themes import NIGHT
from tui.widgets.common.label import Label
from tui.widgets.composer.chips import Chip
from tui.widgets.composer.composer import Composer

STYLES = Path(themes.__file__).parent


class ChatScreen(Page[None]):
    AUTO_FOCUS = "#question"

    def compose(self) -> ComposeResult:
        yield Composer()


class Rig(App[None]):
    CSS_PATH = [STYLES / "base.tcss", STYLES / "composer.tcss"]  # noqa: RUF012
    CSS = "Composer { dock: bottom; }"

    def __init__(self) -> None:
        super().__init__()
        self.asked: list[tuple[str, str]] = []

    def on_mount(self) -> None:
        self.register_theme(NIGHT)
        self.theme = NIGHT.name
        self.push_screen(ChatScreen())

    def on_composer_asked(self, message: Composer.Asked) -> None:
        self.asked.append((message.question, str(message.filters)))

    @property
    def composer(self) -> Composer:
        return self.screen.query_one(Composer)


def over(articles: list[ArticleInfo], path: str = "/library") -> Workspace:
    session = SimpleNamespace(articles=lambda: articles)
    return cast(Workspace, SimpleNamespace(session=session, path=Path(path)))


@asynccontextmanager
async def running(size: tuple[int, int] = (80, 24)) -> AsyncIterator[Pilot[None]]:
    async with Rig().run_test(size=size) as pilot:
        await settle(pilot)
        composer(pilot).workspace = over(list(ARTICLES))
        await settle(pilot)
        yield pilot


def composer(pilot: Pilot[None]) -> Composer:
    return cast(Rig, pilot.app).composer


def asked(pilot: Pilot[None]) -> list[tuple[str, str]]:
    return cast(Rig, pilot.app).asked


def chips(pilot: Pilot[None]) -> list[str]:
    return [str(chip.render()).removesuffix(" ×") for chip in composer(pilot).query(Chip)]


def told(pilot: Pilot[None]) -> str:
    label = composer(pilot).query_one("#composer-message", Label)
    return str(label.render()) if label.display else ""


def offered(pilot: Pilot[None]) -> list[str]:
    return [completion.text.strip() for completion in composer(pilot).completions.offered]


def shown(pilot: Pilot[None]) -> list[str]:
    """The rows of the list as they are read."""
    return [str(option.prompt).strip() for option in composer(pilot).completions.options]


async def typed(pilot: Pilot[None], text: str) -> None:
    await pilot.press(*("space" if char == " " else char for char in text))
    await settle(pilot)
