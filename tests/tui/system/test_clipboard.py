"""Copying goes through the terminal and, where there is one, the system's clipboard."""

from __future__ import annotations

import pyperclip
import pytest
from made_up_app import opened, settle

from tui.app import YinjuApp
from tui.system.clipboard import copy


async def test_both_have_the_text(app: YinjuApp, monkeypatch: pytest.MonkeyPatch) -> None:
    texts: list[str] = []
    monkeypatch.setattr("pyperclip.copy", texts.append)
    async with opened(app) as pilot:
        copy(app, "引句 quote")  # type: ignore[arg-type]
        await settle(pilot)
        assert texts == ["引句 quote"] and app.clipboard == "引句 quote"


async def test_a_machine_without_a_clipboard_is_no_trouble(
    app: YinjuApp, monkeypatch: pytest.MonkeyPatch
) -> None:
    def none(text: str) -> None:
        raise pyperclip.PyperclipException("no clipboard")

    monkeypatch.setattr("pyperclip.copy", none)
    async with opened(app) as pilot:
        copy(app, "text")  # type: ignore[arg-type]
        await settle(pilot)
        assert app.clipboard == "text" and app.is_running
