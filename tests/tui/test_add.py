"""Adding files from inside the app."""

from __future__ import annotations

from pathlib import Path

import pytest
from conftest import FakeLibrary, opened, wait_for
from textual.pilot import Pilot
from textual.widgets import ProgressBar, Static

from index.library import Library
from tui.app import YinjuApp
from tui.screens.add import AddScreen, _duration
from tui.widgets.path import PathInput, complete


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    articles = tmp_path / "articles"
    articles.mkdir()
    for name in ("a.txt", "b.md", "c.txt", "d.bin"):
        (articles / name).write_text("text")
    return articles


@pytest.fixture
def own(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> FakeLibrary:
    """The user's own library, empty, which adding creates."""
    made = FakeLibrary(tmp_path / "mine", kept=[])
    made.gate.set()
    monkeypatch.setattr(Library, "open", lambda *_, **__: made)
    return made


async def begin(pilot: Pilot[None], path: Path) -> AddScreen:
    await pilot.press("f3")
    screen = pilot.app.screen
    assert isinstance(screen, AddScreen)
    screen.query_one(PathInput).value = str(path)
    await pilot.press("enter")
    return screen


def told(screen: AddScreen) -> str:
    return str(screen.query_one("#add-told", Static).render())


async def test_adding_a_folder_shows_progress_and_then_what_was_done(
    app: YinjuApp, own: FakeLibrary, folder: Path
) -> None:
    own.gate.clear()
    async with opened(app) as pilot:
        screen = await begin(pilot, folder)
        await wait_for(pilot, lambda: "1 of 4" in told(screen))
        bar = screen.query_one(ProgressBar)
        assert bar.display and (bar.progress, bar.total) == (1, 4)
        own.gate.set()
        await wait_for(pilot, lambda: "3 added" in told(screen))
        assert "6 passages" in told(screen) and "d.bin: not text" in told(screen)
        assert not bar.display
        await pilot.press("escape")
        assert app.workspace is not None and app.workspace.library is own  # type: ignore[comparison-overlap]
        assert not app.workspace.bundled and app.workspace.status.articles == 3


async def test_adding_can_be_stopped_and_keeps_what_was_finished(
    app: YinjuApp, own: FakeLibrary, folder: Path
) -> None:
    own.gate.clear()
    async with opened(app) as pilot:
        screen = await begin(pilot, folder)
        await wait_for(pilot, lambda: "1 of 4" in told(screen))
        await pilot.press("escape")
        own.gate.set()
        await wait_for(pilot, lambda: "Stopped" in told(screen))
        assert "1 article" in told(screen)
        await pilot.press("escape")
        assert app.workspace is not None and app.workspace.status.articles == 1


async def test_nothing_added_leaves_the_bundled_articles(
    app: YinjuApp, own: FakeLibrary, folder: Path
) -> None:
    for name in ("a.txt", "b.md", "c.txt"):
        (folder / name).unlink()
    async with opened(app) as pilot:
        screen = await begin(pilot, folder)
        await wait_for(pilot, lambda: "skipped" in told(screen))
        await pilot.press("escape")
        assert app.workspace is not None and app.workspace.bundled
        assert own.closed


async def test_a_path_that_is_not_there_is_said_so(app: YinjuApp, tmp_path: Path) -> None:
    async with opened(app) as pilot:
        screen = await begin(pilot, tmp_path / "nothing")
        assert "no such file or folder" in told(screen)
        assert screen.query_one(PathInput).has_focus


async def test_tab_takes_the_completion(app: YinjuApp, folder: Path) -> None:
    async with opened(app) as pilot:
        await pilot.press("f3")
        path = app.screen.query_one(PathInput)
        path.value = f"{folder.parent}/art"
        path.cursor_position = len(path.value)
        await wait_for(pilot, lambda: bool(path._suggestion))
        await pilot.press("tab")
        assert path.value == f"{folder}/"


def test_completion(folder: Path) -> None:
    (folder / ".hidden").mkdir()
    (folder / "sub").mkdir()
    assert complete(f"{folder}/") == f"{folder}/a.txt"
    assert complete(f"{folder}/s") == f"{folder}/sub/"
    assert complete(f"{folder}/.h") == f"{folder}/.hidden/"
    assert complete(f"{folder}/zz") is None
    assert complete("/no/such/folder/x") is None
    assert complete("") is None


@pytest.mark.parametrize(("seconds", "text"), [(3.2, "3 s"), (59.6, "1 min 0 s"), (125, "2 min 5 s")])
def test_time_left(seconds: float, text: str) -> None:
    assert _duration(seconds) == text
