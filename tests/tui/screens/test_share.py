"""Copying an answer and saving a conversation, with keys and with the mouse."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from pathlib import Path

import pytest
from made_up_app import ask, opened, settle
from textual.pilot import Pilot

from tui.app import YinjuApp
from tui.screens.chat import ChatScreen
from tui.screens.share import ShareScreen
from tui.widgets.common.link import Link


@pytest.fixture(autouse=True)
def copied(monkeypatch: pytest.MonkeyPatch) -> Iterator[list[str]]:
    texts: list[str] = []
    monkeypatch.setattr("pyperclip.copy", texts.append)
    yield texts


@asynccontextmanager
async def dialogue(app: YinjuApp, size: tuple[int, int] = (100, 30)) -> AsyncIterator[Pilot[None]]:
    async with opened(app, size) as pilot:
        await ask(pilot, "What did [bold]Harbor AI offer?")
        await pilot.press("f6")
        await settle(pilot)
        assert isinstance(app.screen, ShareScreen)
        yield pilot


def share(pilot: Pilot[None]) -> ShareScreen:
    assert isinstance(pilot.app.screen, ShareScreen)
    return pilot.app.screen


async def test_without_an_answer_there_is_nothing_to_share(app: YinjuApp) -> None:
    async with opened(app) as pilot:
        await pilot.press("f6")
        assert isinstance(app.screen, ChatScreen)


async def test_each_form_is_shown_and_copied(app: YinjuApp, copied: list[str]) -> None:
    async with dialogue(app) as pilot:
        signs = ["offer?\n", "[^1]", "@", '"question"', "## "]
        for number, sign in enumerate(signs):
            assert sign in share(pilot).preview.prose.content.plain
            await pilot.press("enter")
            await settle(pilot)
            assert sign in copied[-1] == app.clipboard
            assert isinstance(app.screen, ChatScreen)
            await pilot.press("f6", *["down"] * (number + 1))
            await settle(pilot)


async def test_a_file_is_saved_and_none_is_replaced_unasked(app: YinjuApp, tmp_path: Path) -> None:
    path = tmp_path / "talk.md"
    path.write_text("mine")
    async with dialogue(app) as pilot:
        await pilot.press(*["down"] * 5, "enter")
        screen = share(pilot)
        assert screen.path.has_focus and screen.path.value == "~/What-did-[bold]Harbor-AI-offer.md"
        screen.path.value = str(path)
        await pilot.press("enter")
        await settle(pilot)
        assert path.read_text() == "mine" and "replace it" in str(screen.message.render())
        await pilot.press("enter")
        await settle(pilot)
        assert "Harbor AI" in path.read_text() and isinstance(app.screen, ChatScreen)


async def test_where_it_cannot_be_saved_is_told(app: YinjuApp, tmp_path: Path) -> None:
    async with dialogue(app) as pilot:
        await pilot.press("end", "enter")
        screen = share(pilot)
        for wrong in (tmp_path / "none" / "x.html", tmp_path):
            screen.path.value = str(wrong)
            await pilot.press("enter", "enter")
            await settle(pilot)
            assert "cannot write" in str(screen.message.render())
        await pilot.press("escape")
        assert not screen.path.display and screen.forms.has_focus
        await pilot.press("escape")
        assert isinstance(app.screen, ChatScreen)


async def test_with_the_mouse_alone(app: YinjuApp, tmp_path: Path) -> None:
    async with dialogue(app, (80, 24)) as pilot:
        screen = share(pilot)
        await pilot.click(screen.forms, offset=(3, 6))
        await settle(pilot)
        assert screen.path.display
        screen.path.value = str(tmp_path / "page.html")
        await pilot.click(screen.query(Link).first())
        await settle(pilot)
        assert "<html" in (tmp_path / "page.html").read_text() and isinstance(app.screen, ChatScreen)
        await pilot.press("f6")
        await settle(pilot)
        await pilot.click(share(pilot).query(Link).last())
        await pilot.pause()
        assert isinstance(app.screen, ChatScreen)
