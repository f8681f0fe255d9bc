"""Libraries on a Milvus server: made, listed, opened again, and what is not done with them."""

from __future__ import annotations

import json
import sqlite3
import threading
from pathlib import Path

import pytest
from made_up_app import FakeLibrary, opened, opening, settle, wait_for
from milvus_server import MilvusServer
from textual.pilot import Pilot

from index.address import LibraryUrl
from index.errors import Inaccessible, LibraryError, ModelError
from index.library import Library
from qa.settings import Settings
from tui.app import YinjuApp
from tui.messages import LibraryWanted
from tui.rendering.errors import library_in
from tui.screens.libraries import LibrariesScreen
from tui.screens.palette import COMMANDS, YinjuCommands
from tui.state import libraries
from tui.state.libraries import Shelf
from tui.state.memory import Memory, not_resumed
from tui.widgets.common.error import ErrorBlock

SHOWN = "milvus://vectors.example:19530/archive"
SECRET = LibraryUrl(SHOWN.replace("//", "//reader:secret@"))
AWAY = Inaccessible("the server of {path} does not answer", "start it", path=SECRET)


@pytest.fixture(autouse=True)
def data(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """No library of the user's own."""
    monkeypatch.setattr(libraries, "default_library", lambda: tmp_path / "none" / "library")


async def new_library(pilot: Pilot[None], typed: str) -> None:
    """Choose the command "New library", and type an address."""
    app = pilot.app
    assert isinstance(app, YinjuApp)
    entry = next(entry for entry in COMMANDS if entry.action == "libraries.new")
    await YinjuCommands(app.screen)._run(entry)
    await wait_for(pilot, lambda: isinstance(app.screen, LibrariesScreen) and app.screen.name_input.has_focus)
    assert isinstance(app.screen, LibrariesScreen)
    app.screen.name_input.value = typed
    await pilot.press("enter")


def told(app: YinjuApp) -> list[str]:
    return [note.message for note in app._notifications]


@pytest.mark.slow(60)
async def test_a_library_is_made_on_a_server(library: FakeLibrary, tmp_path: Path) -> None:
    memory = Memory.open(tmp_path / "history.db")
    app = YinjuApp(opening(library), memory=memory)
    with MilvusServer(tmp_path / "data") as server:
        url = server.url("made")
        typed = str(url).replace("//", "//bob:secret@")
        async with opened(app) as pilot:
            await new_library(pilot, typed)
            for _ in range(600):
                if app.workspace is not None and app.workspace.path == LibraryUrl(typed):
                    break
                await pilot.pause(0.05)
            assert app.workspace is not None and app.workspace.path.name == "made"
            with Library.open(url) as library_there:
                assert library_there.passage_count == 0
            await settle(pilot)
            assert not app.screen.query(ErrorBlock)
            assert memory.get("library") == str(app.workspace.path)
    with sqlite3.connect(tmp_path / "history.db") as kept:
        text = "\n".join(kept.iterdump())
    assert f"//127.0.0.1:{server.port}/made" in text and "bob" not in text and "secret" not in text


async def test_the_app_goes_on_while_a_server_is_slow_and_tells_that_it_does_not_answer(
    app: YinjuApp, monkeypatch: pytest.MonkeyPatch
) -> None:
    answered, asked = threading.Event(), list[tuple[object, object]]()

    def open_it(path: Path, create: bool = False, **_more: object) -> FakeLibrary:
        asked.append((path, create))
        answered.wait(20)
        raise AWAY

    monkeypatch.setattr(Library, "open", open_it)
    async with opened(app) as pilot:
        await new_library(pilot, SECRET._url)
        await wait_for(pilot, lambda: asked == [(SECRET, True)])
        await pilot.press(*"so")
        assert app.screen is app.chat and app.chat.composer.box.text == "so" and "opening" in app.busy
        answered.set()
        await wait_for(pilot, lambda: bool(app.screen.query(ErrorBlock)))
        said = str(app.screen.query_one(ErrorBlock)._text())
        assert said == f"the server of {SHOWN} does not answer\n→ start it" and app.busy == ""
        assert app.memory.get("library") == "", "the next start does not wait for it"


async def test_a_list_with_a_server_that_is_away_can_be_used_at_once(
    app: YinjuApp, monkeypatch: pytest.MonkeyPatch
) -> None:
    answered = threading.Event()

    def open_it(path: Path, **_more: object) -> FakeLibrary:
        answered.wait(20)
        raise AWAY

    monkeypatch.setattr(Library, "open", open_it)
    other = "milvus://vectors.example/other"
    known = {SHOWN: "2025-06-05T12:00:00Z", other: "2025-06-04T12:00:00Z", "/gone": "2025-06-03T12:00:00Z"}
    app.memory.set("libraries", json.dumps(known))
    async with opened(app, (140, 36)) as pilot:
        await new_library(pilot, " ")
        screen = app.screen
        assert isinstance(screen, LibrariesScreen)
        await wait_for(
            pilot, lambda: any("missing" in map(str, screen.table.get_row_at(at)) for at in range(4))
        )
        screen.table.focus()
        screen.table.move_cursor(row=1)
        await pilot.press("delete")
        assert told(app) == [f"Removed from the list; the library stays at {SHOWN}"]
        answered.set()
        await wait_for(pilot, lambda: "no access" in map(str, screen.table.get_row_at(1)))
        assert [str(shelf.path) for shelf in screen._shelves] == ["None", str(LibraryUrl(other)), "/gone"]


async def test_an_address_is_opened_again_with_the_password_of_this_run(
    library: FakeLibrary, monkeypatch: pytest.MonkeyPatch
) -> None:
    library.path = SECRET
    app, asked = YinjuApp(opening(library)), list[str]()

    def open_it(path: LibraryUrl, **_more: object) -> FakeLibrary:
        asked.append(path.token)
        raise AWAY

    monkeypatch.setattr(Library, "open", open_it)
    async with opened(app) as pilot:
        elsewhere = SHOWN.replace("vectors", "other")
        for count, url in enumerate((SHOWN, SHOWN.replace("//", "//reader:other@"), elsewhere), start=1):
            app.post_message(LibraryWanted(LibraryUrl(url)))
            await wait_for(pilot, lambda count=count: len(asked) == count)  # type: ignore[misc]
            await settle(pilot)
        app.action_libraries()  # which looks into it
        await settle(pilot)
    assert asked == ["reader:secret", "reader:other", "", "reader:secret"]


async def test_a_backup_is_not_put_back_on_a_server(library: FakeLibrary) -> None:
    library.path = SECRET
    app = YinjuApp(opening(library))
    async with opened(app) as pilot:
        await app.run_action("app.restore")
        await pilot.pause()
        assert app.screen is app.chat and len(told(app)) == 1
        assert told(app)[0].startswith("A backup is not put back on a server; open a library in a folder")


def test_a_library_made_with_another_model_is_opened(monkeypatch: pytest.MonkeyPatch) -> None:
    settings, there = Settings(model="minilm"), [True]

    def open_it(path: Path, create: bool = False, **_more: object) -> FakeLibrary:
        if create:
            raise ModelError("made with another model, or there is none of that name")
        if not there:
            raise LibraryError("there is no library at {path}", path=path)
        return FakeLibrary(path)

    monkeypatch.setattr(Library, "open", open_it)
    assert libraries.opener_of_new(SECRET, settings)().path == SECRET
    there.clear()
    with pytest.raises(ModelError):
        libraries.opener_of_new(SECRET, settings)()


def test_what_cannot_be_reached_is_not_called_damaged(monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*_: object, **_more: object) -> None:
        raise AWAY

    monkeypatch.setattr(Library, "open", refuse)
    seen = libraries.looked_into(Shelf(SECRET))
    assert seen.shut and "does not answer" in seen.trouble and not seen.missing


def test_the_library_of_an_error_is_an_address_still() -> None:
    assert library_in(AWAY) is SECRET
    told_by_text = library_in(LibraryError("{path} is damaged", path=SHOWN))
    assert isinstance(told_by_text, LibraryUrl) and str(told_by_text) == SHOWN
    assert "folder" not in not_resumed(AWAY).hint
    assert "folder" in not_resumed(LibraryError("{path} is gone", path=Path("/a"))).hint
