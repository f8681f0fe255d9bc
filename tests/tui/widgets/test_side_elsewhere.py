"""From the side pane to the editor and the browser."""

from __future__ import annotations

import contextlib
import subprocess
import webbrowser
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from made_up_app import ARTICLES, FakeLibrary
from side_page import NEAR, SideApp, notices, reader

from tui.state.place import Place


@pytest.fixture
def on_disk(library: FakeLibrary, tmp_path: Path) -> Path:
    path = tmp_path / "回應.html"
    path.write_text("<html><body>\n<h1>海灣研究所的回應</h1>\n<p>研究所表示，不會為了", "utf-8")
    library.kept[2] = replace(ARTICLES[2], path=str(path))
    return path


async def test_e_opens_the_editor_at_the_quote_with_the_app_out_of_the_way(
    library: FakeLibrary, on_disk: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    ran: list[tuple[str, ...]] = []
    suspended: list[bool] = []

    @contextlib.contextmanager
    def suspend() -> Iterator[None]:
        suspended.append(True)
        yield
        suspended.append(False)

    def run(command: tuple[str, ...], **_: Any) -> subprocess.CompletedProcess[str]:
        assert suspended == [True]
        ran.append(command)
        return subprocess.CompletedProcess(command, 3)

    monkeypatch.setattr(subprocess, "run", run)
    monkeypatch.delenv("VISUAL", raising=False)
    monkeypatch.setenv("EDITOR", "nano -l")
    async with reader(library) as r:
        monkeypatch.setattr(r.app, "suspend", suspend)
        await r.read(NEAR)
        await r.press("e")
        assert ran == [("nano", "-l", "+3", str(on_disk))] and suspended == [True, False]
        assert "(3)" in notices(r.app)[-1]
        monkeypatch.delenv("EDITOR")
        await r.press("e")
        assert "no editor is set" in notices(r.app)[-1] and "EDITOR" in notices(r.app)[-1]
        on_disk.unlink()
        await r.press("e")
        assert "gone" in notices(r.app)[-1]
        assert len(ran) == 1


async def test_an_editor_that_is_not_there_is_told(
    library: FakeLibrary, on_disk: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    suspended: list[bool] = []

    @contextlib.contextmanager
    def suspend() -> Iterator[None]:  # as Textual's: does not come back from an error
        suspended.append(True)
        yield
        suspended.append(False)

    async with reader(library) as r:
        monkeypatch.setattr(r.app, "suspend", suspend)
        await r.read(NEAR)
        for editor in ("/nowhere/code", "/nowhere/vim"):
            monkeypatch.setenv("VISUAL", editor)
            await r.press("e")
            assert "could not be started" in notices(r.app)[-1]
        assert suspended == [True, False], "only an editor for the terminal gets it, and gives it back"


async def test_o_opens_the_page_at_the_quote_in_a_browser(
    library: FakeLibrary, on_disk: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    opened: list[str] = []

    def run(command: tuple[str, ...], **_: Any) -> subprocess.CompletedProcess[str]:
        opened.append(command[-1])
        return subprocess.CompletedProcess(command, len(opened) - 1)

    monkeypatch.setattr(subprocess, "run", run)
    monkeypatch.setattr(webbrowser, "get", lambda: webbrowser.BackgroundBrowser("firefox"))
    async with reader(library) as r:
        await r.read(NEAR)
        await r.press("o")
        assert len(opened) == 1 and opened[0].startswith(on_disk.as_uri() + "#:~:text=%E7%A0%94")
        assert not notices(r.app)
        await r.press("o")
        assert "no browser" in notices(r.app)[-1]
        on_disk.unlink()
        await r.press("o")
        assert len(opened) == 2 and "gone" in notices(r.app)[-1]


async def test_a_browser_for_the_terminal_gets_the_terminal(
    library: FakeLibrary, on_disk: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    happened: list[str] = []

    @contextlib.contextmanager
    def suspend() -> Iterator[None]:
        happened.append("suspended")
        yield
        happened.append("resumed")

    lynx = webbrowser.GenericBrowser("lynx")
    monkeypatch.setattr(webbrowser.GenericBrowser, "open", lambda self, address: happened.append(address))
    async with reader(library) as r:
        monkeypatch.setattr(r.app, "suspend", suspend)
        monkeypatch.setattr(webbrowser, "get", lambda: lynx)
        await r.read(NEAR)
        await r.press("o")
        assert happened[0] == "suspended" and happened[1].startswith("file://") and happened[2] == "resumed"

        def none() -> None:
            raise webbrowser.Error("could not locate runnable browser")

        monkeypatch.setattr(webbrowser, "get", none)
        await r.press("o")
        assert "no browser" in notices(r.app)[-1]


async def test_in_a_browser_of_its_own_the_app_offers_no_editor(
    library: FakeLibrary, on_disk: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(SideApp, "is_web", property(lambda self: True))
    async with reader(library) as r:
        await r.read(NEAR)
        assert "Edit" not in r.bar("facts") and "Open" not in r.bar("facts")
        library.kept[1] = replace(ARTICLES[1], source="https://harbor.example/offer")
        await r.read(Place("", library.kept[1]))
        assert "Open" in r.bar("facts") and "Edit" not in r.bar("facts")
