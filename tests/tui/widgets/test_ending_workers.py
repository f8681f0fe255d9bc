"""Workers end before what they show things in is taken apart."""

from __future__ import annotations

import ast
import asyncio
import importlib
import threading
from collections.abc import Callable
from pathlib import Path

import pytest
from made_up_app import ask, opened, settle
from textual.widget import Widget

import tui
from index.types import Monitor
from tui.app import YinjuApp
from tui.screens.library import LibraryScreen
from tui.screens.share import Form, ShareScreen
from tui.widgets.common.base import EndsWorkers
from tui.widgets.common.label import Label


def widgets_with_workers() -> list[type[Widget]]:
    """All widgets and screens that have a method under ``@work``."""
    found = []
    for path in sorted(Path(tui.__file__).parent.rglob("*.py")):
        for node in ast.walk(ast.parse(path.read_text())):
            if isinstance(node, ast.ClassDef) and any(map(_is_worker, node.body)):
                name = ".".join(path.relative_to(Path(tui.__file__).parents[1]).with_suffix("").parts)
                cls = getattr(importlib.import_module(name), node.name)
                if issubclass(cls, Widget):
                    found.append(cls)
    return found


def _is_worker(node: ast.stmt) -> bool:
    if not isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
        return False
    used = [each.func if isinstance(each, ast.Call) else each for each in node.decorator_list]
    return any(isinstance(each, ast.Name) and each.id == "work" for each in used)


def test_every_widget_with_workers_ends_them() -> None:
    found = widgets_with_workers()
    assert len(found) > 10
    assert [cls.__name__ for cls in found if not issubclass(cls, EndsWorkers)] == []


class _Slow:
    """Stands between the removal of a screen's parts and that of the screen, which it makes slow."""

    def __init__(self, go_on: Callable[[], object]) -> None:
        self._go_on, self.parts_left = go_on, -1

    async def __call__(self, screen: Widget) -> None:
        self.parts_left = len(screen.query(Label))
        self._go_on()
        for _ in range(20):
            await asyncio.sleep(0.005)


async def test_a_preview_that_comes_as_the_dialogue_closes(app: YinjuApp) -> None:
    released = threading.Event()
    slow = _Slow(released.set)

    def text() -> str:
        assert released.wait(20)
        return "late"

    class Closing(ShareScreen):
        async def on_unmount(self) -> None:  # type: ignore[override]  # before that of `Widget`
            await slow(self)

    async with opened(app) as pilot:
        await ask(pilot, "What did Harbor AI offer?")
        await app.push_screen(Closing({"late": Form("late", text)}, "late"))
        await pilot.pause()
        await app.pop_screen()
        await settle(pilot)
        assert slow.parts_left == 0 and app.is_running


async def test_progress_that_comes_as_the_page_closes(app: YinjuApp, monkeypatch: pytest.MonkeyPatch) -> None:
    """What is told from a thread is asked for in the thread and shown later, when the page may be gone."""
    begun, released, shown = threading.Event(), threading.Event(), threading.Event()
    slow = _Slow(released.set)
    from_thread = app.call_from_thread

    def later(callback: Callable[..., object], *args: object) -> object:
        begun.set()
        assert released.wait(20)
        result = from_thread(callback, *args)
        shown.set()
        return result

    def near_duplicates(monitor: Monitor) -> list[tuple[int, ...]]:
        monitor.done(1, 2)
        return []

    class Closing(LibraryScreen):
        async def on_unmount(self) -> None:
            await slow(self)

    async with opened(app) as pilot:
        assert app.workspace is not None
        monkeypatch.setattr(app.workspace.session, "near_duplicates", near_duplicates, raising=False)
        monkeypatch.setattr(app, "call_from_thread", later)
        page = Closing(app.workspace)
        await app.push_screen(page)
        await settle(pilot)
        page.action_compare()
        await asyncio.to_thread(begun.wait, 20)
        await app.pop_screen()
        await asyncio.to_thread(shown.wait, 20)
        await settle(pilot)
        assert slow.parts_left == 0 and shown.is_set() and app.is_running
