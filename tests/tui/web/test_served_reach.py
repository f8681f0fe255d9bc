"""What a served page reaches of the machine that serves it: no editor, browser, program or file."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

import pytest
from made_up_app import ARTICLES, FakeLibrary, ask, opened, opening, settle
from textual.pilot import Pilot

from index.errors import UsageError
from index.types import Article, Span
from tui.app import YinjuApp
from tui.screens.palette import COMMANDS, YinjuCommands
from tui.system import open_with
from tui.widgets.source.source import SourcePane

_PROGRAMS = {"subprocess.Popen", "os.system", "os.startfile", "os.exec", "os.posix_spawn", "webbrowser.open"}
_noted: list[str] | None = None


def _note(event: str, arguments: tuple[object, ...]) -> None:
    """Takes down programs that are started and files that are written, of which Python itself tells."""
    if _noted is None:
        return
    if event in _PROGRAMS:
        _noted.append(f"{event} {arguments[0]}")
    elif event == "open" and isinstance(arguments[0], str) and isinstance(arguments[2], int):
        if arguments[2] & (os.O_WRONLY | os.O_RDWR | os.O_CREAT) and "__pycache__" not in arguments[0]:
            _noted.append(f"writes {arguments[0]}")
    elif event in ("os.mkdir", "os.rename", "os.remove", "shutil.rmtree"):
        _noted.append(f"{event} {arguments[0]}")


sys.addaudithook(_note)


@contextmanager
def noted() -> Iterator[list[str]]:
    global _noted
    _noted = found = []
    try:
        yield found
    finally:
        _noted = None


@pytest.fixture(autouse=True)
def machine(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A machine with an editor, a browser and Obsidian, and a note in a vault, which the articles are in."""
    programs, note = tmp_path / "bin", tmp_path / "vault" / "a.md"
    programs.mkdir()
    for name, line in (
        ("code", ""),
        ("xdg-open", ""),
        ("xdg-mime", "echo obsidian.desktop"),
        ("browser", ""),
    ):
        (programs / name).write_text(f"#!/bin/sh\n{line}\n")
        (programs / name).chmod(0o755)
    monkeypatch.setenv("PATH", f"{programs}:/usr/bin:/bin")
    monkeypatch.setenv("EDITOR", "code")
    monkeypatch.setenv("BROWSER", str(programs / "browser"))
    (note.parent / ".obsidian").mkdir(parents=True)
    note.write_text("# A\n\nText.\n")
    monkeypatch.setattr(open_with, "existing", lambda article: note)
    monkeypatch.setattr(open_with, "vault_link", lambda *_: "obsidian://open?vault=vault&file=a")
    monkeypatch.setattr("sys.platform", "linux")
    return note


@pytest.fixture(params=[False, True], ids=["alone", "with --files"])
def served(mine: FakeLibrary, monkeypatch: pytest.MonkeyPatch, request: pytest.FixtureRequest) -> YinjuApp:
    mine.path.mkdir()
    app = YinjuApp(opening(mine), takes_paths=request.param)
    monkeypatch.setattr(YinjuApp, "is_web", True)
    monkeypatch.setattr(app, "open_url", lambda url, *, new_tab=True: None)
    return app


async def opened_source(pilot: Pilot[None]) -> SourcePane:
    await ask(pilot, "What did Harbor AI offer?")
    await pilot.app.screen.run_action("step(1)")
    await settle(pilot)
    source = pilot.app.screen.query_one(SourcePane)
    assert source.article is not None
    source.article = replace(source.article, source=None)
    source.focus()
    return source


@pytest.mark.parametrize("action", ["edit", "browse"])
async def test_no_program_is_started_by_an_action(served: YinjuApp, action: str) -> None:
    async with opened(served, (160, 40)) as pilot:
        source = await opened_source(pilot)
        with noted() as found:
            await source.run_action(action)
            await settle(pilot)
        assert found == []


@pytest.mark.parametrize("action", ["edit", "browse"])
async def test_on_the_machine_itself_the_same_actions_start_programs(mine: FakeLibrary, action: str) -> None:
    """So the test above would see it."""
    mine.path.mkdir()
    async with opened(YinjuApp(opening(mine)), (160, 40)) as pilot:
        source = await opened_source(pilot)
        with noted() as found:
            await source.run_action(action)
            await settle(pilot)
        assert any(line.startswith("subprocess.Popen") for line in found)


@pytest.mark.parametrize("program", [open_with.edit, open_with.browse])
def test_no_program_is_started_past_the_actions(
    served: YinjuApp, program: Callable[[YinjuApp, Article, Span], None]
) -> None:
    with noted() as found, pytest.raises(UsageError, match="opens nothing on this machine"):
        program(served, replace(ARTICLES[1], source=None), Span(0, 1))
    assert found == []


@pytest.mark.slow(20)
async def test_no_command_reaches_the_machine(mine: FakeLibrary, monkeypatch: pytest.MonkeyPatch) -> None:
    """Every command of the palette, run on the page of answers: those that may be run, and the others."""
    mine.path.mkdir()
    monkeypatch.setattr(YinjuApp, "is_web", True)
    app = YinjuApp(opening(mine), takes_paths=False)
    monkeypatch.setattr(app, "open_url", lambda url, *, new_tab=True: None)
    monkeypatch.setattr(app, "deliver_text", lambda *_, **__: None)
    async with opened(app, (160, 40)) as pilot:
        await opened_source(pilot)
        with noted() as found:
            for entry in COMMANDS:
                if entry.action in ("app.quit", "app.reopen"):
                    continue
                before = len(app.screen_stack)
                await YinjuCommands(app.screen)._run(entry)
                await pilot.pause(0.05)
                if len(app.screen_stack) > before:
                    await pilot.press("enter")  # what a dialogue offers to do first
                while len(app.screen_stack) > before:
                    await app.pop_screen()
        own = str(mine.path.parent)
        assert [line for line in found if own not in line] == []
