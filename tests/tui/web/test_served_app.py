"""The app in a browser takes no path of the machine that serves it."""

from __future__ import annotations

import io
from pathlib import Path
from typing import cast

import pytest
from made_up_app import FakeLibrary, ask, opened, opening, settle, wait_for

from index.address import LibraryUrl
from index.errors import LibraryError
from tui.app import YinjuApp
from tui.jobs import tasks
from tui.jobs.uploads import keep
from tui.messages import Uploaded
from tui.screens.add import AddScreen
from tui.screens.backup import BackUpScreen, RestoreScreen
from tui.screens.libraries import LibrariesScreen
from tui.screens.palette import COMMANDS, YinjuCommands
from tui.screens.share import ShareScreen
from tui.system.clipboard import copy
from tui.widgets.common.folders import FolderTree


@pytest.fixture
def served(mine: FakeLibrary, monkeypatch: pytest.MonkeyPatch) -> YinjuApp:
    mine.path.mkdir()
    return YinjuApp(opening(mine), takes_paths=False)


@pytest.fixture
def addresses(served: YinjuApp, monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """What the app asked the browser to open."""
    opened: list[str] = []
    monkeypatch.setattr(served, "open_url", opened.append)
    return opened


async def test_adding_asks_for_files_and_takes_no_path(
    served: YinjuApp, addresses: list[str], mine: FakeLibrary, tmp_path: Path
) -> None:
    async with opened(served) as pilot:
        await pilot.press("ctrl+o")
        screen = cast(AddScreen, served.screen)
        assert not screen.path.display and screen.path.disabled and not screen.query(FolderTree)
        await pilot.press("enter")
        assert addresses == ["#upload"]
        await pilot.press("ctrl+f", "tab", "tab")
        assert not screen.has_class("-browsing") and not screen.path.has_focus
        screen.path.text = str(tmp_path)  # as if it had been typed all the same
        screen.action_add()
        assert addresses == ["#upload"] * 2 and not served.adding.running


async def test_what_is_uploaded_is_kept_and_added(
    served: YinjuApp, mine: FakeLibrary, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    added: list[Path] = []
    apart = tasks.add

    def add(folder: Path, paths: list[Path], watcher: object) -> object:
        added.extend(paths)
        return apart(folder, paths, watcher)  # type: ignore[arg-type]

    monkeypatch.setattr(tasks, "add", add)
    for name in ("one", "two"):
        (tmp_path / name).mkdir()
        (tmp_path / name / "a.txt").write_text(name)
    async with opened(served) as pilot:
        served.post_message(Uploaded((tmp_path / "one" / "a.txt",)))
        await wait_for(pilot, lambda: isinstance(served.screen, AddScreen))
        served.post_message(Uploaded((tmp_path / "two" / "a.txt",)))  # perhaps while the first is being added
        await wait_for(pilot, lambda: len(added) == 2 and not served.adding.running)
    assert [str(file.relative_to(mine.path)) for file in added] == ["uploads/a.txt", "uploads/a (2).txt"]
    assert [file.read_text() for file in added] == ["one", "two"]


async def test_saving_is_a_download(
    served: YinjuApp, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    given: list[tuple[str, str]] = []

    def deliver(text: io.StringIO, *, save_filename: str) -> None:
        given.append((save_filename, text.getvalue()))

    monkeypatch.setattr(served, "deliver_text", deliver)
    async with opened(served) as pilot:
        await ask(pilot, "What did ../Harbor AI offer?")
        for form, suffix in (("all.md", ".md"), ("all.html", ".html")):
            await pilot.press("f6")
            await settle(pilot)
            screen = cast(ShareScreen, served.screen)
            screen.forms.highlighted = screen.forms.get_option_index(form)
            await pilot.press("enter")
            await settle(pilot)
            assert not isinstance(served.screen, ShareScreen)
            assert given[-1][0] == f"What-did-Harbor-AI-offer-{suffix}".replace("-.", ".")
            assert "Harbor AI" in given[-1][1]


async def test_no_backup_is_written_and_none_restored(served: YinjuApp) -> None:
    async with opened(served) as pilot:
        for action in ("app.back_up", "app.restore"):
            assert not await served.run_action(action)
            await pilot.pause()
            assert not isinstance(served.screen, BackUpScreen | RestoreScreen)
        offered = {entry.action for entry in filter(YinjuCommands(served.screen)._can, COMMANDS)}
        assert "app.add" in offered and not offered & {"app.back_up", "app.restore"}


async def test_a_new_library_has_a_name_and_no_path(served: YinjuApp, tmp_path: Path) -> None:
    async with opened(served) as pilot:
        served.action_libraries()
        await settle(pilot)
        screen = cast(LibrariesScreen, served.screen)
        for path in (str(tmp_path / "new"), "~/new", "../new"):
            screen.action_new()
            screen.name_input.value = path
            await pilot.press("enter")
            assert "paths are taken with qa serve --files only" in str(screen.message.render())
            assert served.screen is screen


async def test_what_is_copied_goes_to_the_browser_alone(
    served: YinjuApp, monkeypatch: pytest.MonkeyPatch
) -> None:
    copied: list[str] = []
    monkeypatch.setattr("pyperclip.copy", copied.append)
    async with served.run_test():
        for is_web, wanted in ((True, []), (False, ["text"])):
            monkeypatch.setattr(YinjuApp, "is_web", is_web)
            await copy(served, "text").wait()
            assert (served.clipboard, copied) == ("text", wanted)


def test_uploaded_files_replace_none(tmp_path: Path) -> None:
    library = tmp_path / "library"
    library.mkdir()

    def upload(number: int, text: str) -> list[str]:
        file = tmp_path / str(number) / "a.b.txt"
        file.parent.mkdir()
        file.write_text(text)
        return [kept.name for kept in keep(library, [file])]

    texts = ("one", "two", "one", "two", "three")
    names = [name for number, text in enumerate(texts) for name in upload(number, text)]
    assert names == ["a.b.txt", "a.b (2).txt", "a.b.txt", "a.b (2).txt", "a.b (3).txt"]
    assert {file.read_text() for file in (library / "uploads").iterdir()} == {"one", "two", "three"}
    with pytest.raises(LibraryError, match="cannot be kept"):
        keep(tmp_path / "none", [tmp_path / "none.txt"])


def test_what_is_uploaded_for_a_library_on_a_server_is_kept_on_this_machine(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("tui.jobs.uploads.default_library", lambda: tmp_path / "yinju" / "library")
    (tmp_path / "a.txt").write_text("mine")
    [kept] = keep(LibraryUrl("milvus://bob:secret@vectors.example/archive"), [tmp_path / "a.txt"])
    assert kept.read_text() == "mine" and kept.is_relative_to(tmp_path / "yinju" / "uploads")
    assert "vectors.example" in kept.parent.name and "secret" not in str(kept)
