"""What the tests of the app share: nothing moves, and the made-up engine answers."""

from __future__ import annotations

import asyncio
import gc
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from made_up_app import FakeEngine, FakeLibrary, FakeSuggestions, opening
from textual._context import active_app
from textual._wait import SLEEP_GRANULARITY, wait_for_idle
from textual.css.model import RuleSet
from textual.css.stylesheet import Stylesheet
from textual.message_pump import MessagePump
from textual.pilot import Pilot

import qa.engine
import qa.suggestions
from index.library import Library
from tui.app import YinjuApp
from tui.jobs import tasks

#: Objects of earlier apps to free at once: to look for them takes longer the more there are of others.
FROZEN = 1_500_000


def pytest_configure() -> None:
    """An app makes many objects and drops few: a quarter of its start goes to looking for garbage."""
    gc.set_threshold(100_000)


@pytest.fixture(autouse=True, scope="session")
def parsed_once() -> Iterator[None]:
    """Read each style sheet once for all apps with the same colours, not for each."""
    parse, parsed = Stylesheet._parse_rules, dict[tuple[object, ...], list[RuleSet]]()

    def parse_once(sheet: Stylesheet, *arguments: Any, **named: Any) -> list[RuleSet]:
        key = (*arguments, *named.items(), *sorted(sheet._variables.items()))
        if key not in parsed:
            parsed[key] = parse(sheet, *arguments, **named)
        return parsed[key]

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(Stylesheet, "_parse_rules", parse_once)
        yield


@pytest.fixture(autouse=True, scope="session")
def asked_only_while_busy() -> Iterator[None]:
    """The pilot waits for a screen at rest no longer than it takes to see that it is.

    It sends each widget a message and waits for all of them to be read: 7 ms after each key, much of what
    an app takes in these tests, and a quarter of a second in a long conversation.
    """
    wait = Pilot._wait_for_screen

    async def wait_while_busy(pilot: Pilot[Any], timeout: float = 30.0) -> bool:
        await asyncio.sleep(0)
        app = pilot.app
        if app.screen_stack and all(map(_at_rest, (app, *app.screen.walk_children(with_self=True)))):
            return True
        return await wait(pilot, timeout)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(Pilot, "_wait_for_screen", wait_while_busy)
        yield


@pytest.fixture(autouse=True, scope="session")
def idle_at_once() -> Iterator[None]:
    """A key waits for what is under way or due within 40 ms, and a change is drawn after 4 ms, not 17.

    Textual sleeps 20 ms twice for each key, and measures whether the process computes meanwhile: half of the
    time of an app in these tests. Where threads work, that is what happens here, too.
    """
    with pytest.MonkeyPatch.context() as patch:
        for module in ("textual.app", "textual.pilot"):
            patch.setattr(f"{module}.wait_for_idle", _until_idle)
        patch.setattr("textual.screen.UPDATE_PERIOD", 0.004)
        yield


async def _until_idle(min_sleep: float = SLEEP_GRANULARITY, max_sleep: float = 1) -> None:
    """In place of `textual._wait.wait_for_idle`."""
    loop: Any = asyncio.get_running_loop()
    app = active_app.get()
    began = loop.time()
    while loop.time() < began + max_sleep:
        await asyncio.sleep(0)
        if loop._ready:
            continue
        if any(not worker.is_finished for worker in app.workers):
            await wait_for_idle(min_sleep, max_sleep)
            return
        due = [timer._when for timer in loop._scheduled if not timer._cancelled]
        soon = min(due, default=float("inf"))
        if soon > began + 2 * SLEEP_GRANULARITY:
            return
        await asyncio.sleep(soon - loop.time())


def _at_rest(node: MessagePump) -> bool:
    """Whether it has done all that it was sent, and waits for more."""
    queue = node._message_queue
    return queue.empty() and bool(queue.ready_event._waiters)  # type: ignore[attr-defined]


@pytest.fixture(autouse=True, scope="module")
def freed() -> Iterator[None]:
    """Free apps once many are left. Each one, as it starts, freezes what is left of those before."""
    yield
    if gc.get_freeze_count() > FROZEN:
        gc.unfreeze()
        gc.collect()


@pytest.fixture(autouse=True)
def still(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> type[qa.engine.Engine]:
    """No animation, colours, and the fake engine in place of the real one, the fixture's value.

    The settings file is one of the test's own.
    """
    monkeypatch.setattr("qa.settings.settings_file", lambda: tmp_path / "config" / "config.toml")
    real = qa.engine.Engine
    for name in ("LC_ALL", "LC_MESSAGES", "LANG", "LANGUAGE", "NO_COLOR", "COLORFGBG"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setattr("textual.constants.TEXTUAL_ANIMATIONS", "none")
    monkeypatch.setattr(qa.engine, "Engine", FakeEngine)
    monkeypatch.setattr(qa.suggestions, "Suggestions", FakeSuggestions)
    return real


@pytest.fixture
def library() -> FakeLibrary:
    return FakeLibrary()


@pytest.fixture
def app(library: FakeLibrary) -> Iterator[YinjuApp]:
    yield YinjuApp(opening(library))


@pytest.fixture
def mine(library: FakeLibrary, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> FakeLibrary:
    """A library of one's own, whose files are there."""
    library.path = tmp_path / "mine"
    library.gate.set()
    for at, item in enumerate(library.kept):
        file = tmp_path / Path(item.path).name
        file.write_text(item.text)
        library.kept[at] = replace(item, path=str(file))
    monkeypatch.setattr(tasks, "add", library.add_apart)
    monkeypatch.setattr(tasks, "sync", library.sync_apart)
    return library


@pytest.fixture
def real(tmp_path: Path) -> Path:
    """The folder of a real library with two articles."""
    folder = tmp_path / "articles"
    folder.mkdir()
    (folder / "harbor.txt").write_text("Harbor AI\n\nHarbor AI paid Lin Lan 240 million dollars.\n" * 20)
    (folder / "湖.txt").write_text("湖水\n\n湖水最深處有62公尺。\n" * 20)
    with Library.open(tmp_path / "library", create=True) as library:
        library.add([folder])
    return tmp_path / "library"
