"""Several libraries: listed, switched, made, taken off the list, remembered."""

from __future__ import annotations

import json
import os
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest
from made_up_app import FakeLibrary, ask, opened, opening, settle, wait_for
from textual import events
from textual.pilot import Pilot
from textual.widgets import DataTable, Input, Static

from index.errors import UsageError
from index.library import Library
from index.types import LibraryStatus
from qa.question.filters import Filters
from qa.settings import Settings, default_library
from tui.app import YinjuApp
from tui.screens.libraries import LibrariesScreen
from tui.state import libraries
from tui.state.libraries import BUNDLED, Shelf
from tui.state.memory import Memory
from tui.widgets.common.status import StatusLine

BUNDLED_FOLDER = Path("/home/reader/bundled-0123456789abcdef")


@pytest.fixture(autouse=True)
def data(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Path:
    """The user's data folder."""
    folder = tmp_path / "data"
    monkeypatch.setattr(libraries, "default_library", lambda: folder / "library")
    monkeypatch.setattr(Path, "home", lambda: tmp_path)
    return folder


@pytest.fixture
def make(monkeypatch: pytest.MonkeyPatch) -> Callable[[Path], Path]:
    """Makes a folder that passes for a library; opening it gives a `FakeLibrary`."""

    def open_it(path: Path, **_options: object) -> FakeLibrary:
        path.mkdir(parents=True, exist_ok=True)
        (path / "library.db").touch()
        return FakeLibrary(path)

    monkeypatch.setattr(Library, "open", open_it)
    monkeypatch.setattr(FakeLibrary, "__enter__", lambda self: self, raising=False)
    monkeypatch.setattr(FakeLibrary, "__exit__", lambda *_: None, raising=False)
    return lambda path: open_it(path).path


async def dialogue(pilot: Pilot[None]) -> LibrariesScreen:
    app = pilot.app
    assert isinstance(app, YinjuApp)
    app.action_libraries()
    await settle(pilot)
    screen = app.screen
    assert isinstance(screen, LibrariesScreen)
    return screen


def rows(screen: LibrariesScreen) -> list[list[str]]:
    table = screen.query_one(DataTable)
    return [[str(cell) for cell in table.get_row_at(at)] for at in range(table.row_count)]


def told(screen: LibrariesScreen) -> str:
    return str(screen.query_one("#libraries-message", Static).render())


def opened_now(app: YinjuApp) -> Path | None:
    return app.workspace.path if app.workspace is not None else None


async def test_libraries_are_listed_and_switched(
    app: YinjuApp, data: Path, make: Callable[[Path], Path], tmp_path: Path
) -> None:
    make(data / "library")
    make(data / "libraries" / "新闻")
    before = make(tmp_path / "elsewhere" / "notes")
    app.memory.set("libraries", json.dumps({str(before): "2025-03-01T09:30:00Z"}))
    async with opened(app, (140, 36)) as pilot:
        screen = await dialogue(pilot)
        assert [row[0].strip() for row in rows(screen)] == ["● Bundled articles", "library", "新闻", "notes"]
        assert rows(screen)[3][1:3] == ["~/elsewhere/notes", "3"] and "2025-03-01" in rows(screen)[3][4]
        await pilot.press("down", "down")
        assert "~/data/libraries/新闻" in told(screen)
        await pilot.press("enter")
        await wait_for(pilot, lambda: opened_now(app) == data / "libraries" / "新闻")
        assert app.screen is app.chat
        assert app.memory.get("library") == str(data / "libraries" / "新闻")
        assert rows(await dialogue(pilot))[2][0].startswith("●")


async def test_a_library_is_switched_to_with_the_mouse(
    app: YinjuApp, data: Path, make: Callable[[Path], Path]
) -> None:
    make(data / "library")
    async with opened(app, (120, 36)) as pilot:
        app.chat.composer.filters = Filters(languages=("en",), articles=(1, 2))
        await dialogue(pilot)
        assert await pilot.click(DataTable, offset=(5, 2))
        await pilot.pause()
        assert await pilot.click("#libraries-open")
        await wait_for(pilot, lambda: opened_now(app) == data / "library")
        assert app.chat.composer.filters == Filters(languages=("en",)), "numbers of other articles"


class Growing(FakeLibrary):
    """Its generation moves with its articles."""

    def status(self) -> LibraryStatus:
        return replace(super().status(), generation=len(self.kept))


async def test_articles_of_another_program_are_counted_on_coming_back_and_on_asking() -> None:
    library = Growing()
    app = YinjuApp(opening(library))
    async with opened(app, (120, 36)) as pilot:

        async def counted(number: int) -> None:
            await settle(pilot)
            await settle(pilot)
            assert f"{number} articles" in str(app.screen.query_one(StatusLine).render())
            assert number in app.chat.composer._titles

        library.kept.append(replace(library.kept[0], id=4))
        app.post_message(events.AppFocus())
        await counted(4)
        library.kept.append(replace(library.kept[0], id=5))
        await pilot.press("f8", "escape")
        await counted(5)
        library.kept.append(replace(library.kept[0], id=6))
        await ask(pilot, "What did Harbor AI offer Lin Lan?")
        await counted(6)


async def test_a_library_is_made_by_name(app: YinjuApp, data: Path, make: Callable[[Path], Path]) -> None:
    async with opened(app, (100, 30)) as pilot:
        screen = await dialogue(pilot)
        await pilot.press("n", "enter")
        assert "give the library a name" in told(screen) and screen.query_one(Input).has_focus
        await pilot.press(*"work", "enter")
        await wait_for(pilot, lambda: opened_now(app) == data / "libraries" / "work")
        assert app.memory.get("library") == str(data / "libraries" / "work")


async def test_forgetting_leaves_the_files(app: YinjuApp, data: Path, make: Callable[[Path], Path]) -> None:
    made = make(data / "libraries" / "work")
    async with opened(app) as pilot:
        screen = await dialogue(pilot)
        await pilot.press("delete")
        assert len(rows(screen)) == 2, "the bundled articles stay on the list"
        await pilot.press("down", "delete")
        assert len(rows(screen)) == 1
        assert ["the library stays at ~/data" in note.message for note in app._notifications] == [True]
        assert Library.exists(made)
        await pilot.press("escape")
        assert len(rows(await dialogue(pilot))) == 1
        assert [shelf.path for shelf in libraries.known(app.memory)] == [None]


async def test_a_missing_folder_is_marked_and_not_opened(
    app: YinjuApp, make: Callable[[Path], Path], tmp_path: Path
) -> None:
    app.memory.set("libraries", json.dumps({str(tmp_path / "gone"): "2025-03-01T09:30:00Z"}))
    async with opened(app) as pilot:
        screen = await dialogue(pilot)
        assert "missing" in rows(screen)[1]
        await pilot.press("down", "enter")
        await settle(pilot)
        assert app.screen is screen and "no longer exists" in told(screen)


async def test_the_language_is_switched_live(app: YinjuApp) -> None:
    async with opened(app) as pilot:
        screen = await dialogue(pilot)
        for language in ("zh-Hans", "zh-Hant", "en"):
            app.use_language(language)
            await pilot.pause()
            assert len(rows(screen)) == 1


async def test_the_next_start_opens_what_was_chosen_last(
    library: FakeLibrary, make: Callable[[Path], Path], tmp_path: Path
) -> None:
    chosen = make(tmp_path / "chosen")
    memory = Memory()
    memory.set("library", str(chosen))
    app = YinjuApp(opening(library), memory=memory)
    async with opened(app):
        assert opened_now(app) == chosen
        assert str(chosen) in memory.get("libraries")


def test_the_settings_come_first_and_what_is_gone_last(
    library: FakeLibrary, make: Callable[[Path], Path], tmp_path: Path
) -> None:
    otherwise = opening(library)
    memory, chosen = Memory(), make(tmp_path / "chosen")
    assert libraries.opener_at_start(otherwise, Settings(), memory) is otherwise
    libraries.open_next_time(memory, chosen)
    assert libraries.opener_at_start(otherwise, Settings(library=tmp_path), memory) is otherwise
    assert libraries.opener_at_start(otherwise, Settings(), memory)().path == chosen
    (chosen / "library.db").unlink()
    assert libraries.opener_at_start(otherwise, Settings(), memory)().library is library
    libraries.open_next_time(memory, None)
    assert memory.get("library") == BUNDLED
    libraries.forget_bundled_choice(memory)
    assert libraries.opener_at_start(otherwise, Settings(), memory) is otherwise


def test_names_and_paths_of_new_libraries(data: Path, tmp_path: Path) -> None:
    assert libraries.folder_for(" work notes ") == data / "libraries" / "work notes"
    assert libraries.folder_for("~/new") == Path(os.path.expanduser("~/new"))
    assert libraries.folder_for(str(tmp_path / "new")) == tmp_path / "new"
    assert libraries.folder_for(f"{tmp_path}/none/../new") == tmp_path / "new"
    (tmp_path / "full").mkdir()
    (tmp_path / "full" / "file").touch()
    for wrong in ("", " ", ".", "..", "a\0b", str(tmp_path / "full"), str(tmp_path / "full" / "file")):
        with pytest.raises(UsageError):
            libraries.folder_for(wrong)
    for mistyped in ("http://reader:secret@host/lib", "milvus:reader:secret@host/lib", "milvus://host/a?b=c"):
        with pytest.raises(UsageError, match="no address") as refused:
            libraries.folder_for(mistyped)
        assert "secret" not in repr(refused.value)
    assert str(libraries.folder_for("milvus://host/lib")) == "milvus://host:19530/lib"


@pytest.mark.parametrize("kept", ["", "[]", "nonsense", '{"/x": 3}'])
def test_what_is_kept_may_be_damaged(kept: str) -> None:
    memory = Memory()
    memory.set("libraries", kept)
    assert libraries.known(memory)[0] == Shelf(None)


def test_a_real_library_is_looked_into(tmp_path: Path) -> None:
    path = tmp_path / "real"
    Library.open(path, create=True).close()
    shelf = libraries.looked_into(Shelf(path))
    assert shelf.status is not None and shelf.status.articles == 0
    (path / "library.db").write_bytes(b"nonsense" * 100)
    damaged = libraries.looked_into(shelf)
    assert damaged.status is None and damaged.trouble and not damaged.missing
    assert libraries.looked_into(replace(shelf, path=tmp_path / "none")).missing


def test_the_default_library_is_where_the_command_line_makes_it(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.undo()
    assert libraries.libraries_folder().parent == default_library().parent
