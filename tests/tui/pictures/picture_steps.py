"""What pictures of the app share: their table, and steps to them."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

from made_up_app import ARTICLES, FakeLibrary, settle
from textual.pilot import Pilot

from index.types import Article
from tui.app import YinjuApp
from tui.state.memory import Memory

QUESTION = "What did Harbor AI offer Lin Lan?"

Steps = Callable[[Pilot[None]], Awaitable[None]]
#: Whether the app looks as in a picture, after the steps to it and with what it remembers.
Looks = Callable[[str, Steps, Memory | None], bool]


def listed(pictures: str) -> list[str]:
    """The lines of a table of pictures: each its name, theme, language and size."""
    return [" ".join(line.split()) for line in pictures.strip().splitlines()]


async def press(pilot: Pilot[None], *keys: str) -> None:
    """Press ``keys``; what a key that is no letter brings is waited for."""
    for key in keys:
        await pilot.press(key)
        if len(key) > 1:
            await settle(pilot)
    await settle(pilot)


def keep(pilot: Pilot[None], made: Article) -> YinjuApp:
    """Put an article into the app's library."""
    app = pilot.app
    assert isinstance(app, YinjuApp) and app.workspace is not None
    library: Any = app.workspace.session.library
    library.kept.append(made)
    return app


async def act(pilot: Pilot[None], action: str) -> None:
    app = pilot.app
    assert isinstance(app, YinjuApp)
    await app.run_action(action)
    await settle(pilot)


def on_disk(library: FakeLibrary, folder: Path) -> None:
    """Make it a library of one's own in ``folder``, with the files of its articles."""
    library.path = folder
    library.kept = [replace(item, path=str(folder / Path(item.path).name)) for item in ARTICLES]
