"""What the app looks like. ``--snapshot-update`` accepts new pictures, after a look at them."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import Any

import pytest
from made_up_app import ask, settle
from textual.pilot import Pilot
from textual.widgets import Input

from tui.app import YinjuApp

SMALL, WIDE = (80, 24), (130, 40)
QUESTION = "What did Harbor AI offer Lin Lan?"
Steps = Callable[[Pilot[None]], Awaitable[None]]


async def press(pilot: Pilot[None], *keys: str) -> None:
    await pilot.press(*keys)
    await settle(pilot)


async def welcome(pilot: Pilot[None]) -> None:
    await settle(pilot)


async def answer(pilot: Pilot[None]) -> None:
    await ask(pilot, QUESTION)


async def source(pilot: Pilot[None]) -> None:
    await ask(pilot, QUESTION)
    await press(pilot, "ctrl+n")


async def conversation(pilot: Pilot[None]) -> None:
    await ask(pilot, QUESTION)
    await ask(pilot, "那第二次呢？")
    await ask(pilot, "火星上有鹦鹉吗？")


async def evidence(pilot: Pilot[None]) -> None:
    await ask(pilot, QUESTION)
    await press(pilot, "f5")


async def error(pilot: Pilot[None]) -> None:
    await ask(pilot, "What is broken?")


async def articles(pilot: Pilot[None]) -> None:
    await press(pilot, "f2")


async def adding(pilot: Pilot[None]) -> None:
    await press(pilot, "f3")


async def keys(pilot: Pilot[None]) -> None:
    await press(pilot, "f1")


@pytest.mark.parametrize(
    ("steps", "theme", "size"),
    [
        (welcome, "night", SMALL),
        (welcome, "day", WIDE),
        (answer, "night", SMALL),
        (answer, "day", SMALL),
        (source, "night", SMALL),
        (conversation, "night", WIDE),
        (conversation, "day", WIDE),
        (conversation, "night", (60, 50)),
        (evidence, "day", WIDE),
        (error, "night", SMALL),
        (articles, "night", SMALL),
        (adding, "day", SMALL),
        (keys, "night", SMALL),
    ],
    ids=lambda value: (
        value.__name__
        if callable(value)
        else "x".join(map(str, value))
        if isinstance(value, tuple)
        else value
    ),
)
def test_picture(app: YinjuApp, snap_compare: Any, steps: Steps, theme: str, size: tuple[int, int]) -> None:
    async def before(pilot: Pilot[None]) -> None:
        await settle(pilot)
        pilot.app.theme = f"yinju-{theme}"
        await steps(pilot)
        for box in pilot.app.screen.query(Input):
            box.cursor_blink = False
        await pilot.pause()

    assert snap_compare(app, terminal_size=size, run_before=before)
