"""The update of a library from disk, as the page of articles shows it."""

from __future__ import annotations

import threading
from dataclasses import replace
from pathlib import Path

import pytest
from made_up_app import FakeLibrary, notice, opened, page, settle, wait_for

from index.errors import Cancelled, LibraryError, Phrase
from index.library import Library
from index.types import AddReport, SyncReport
from tui.app import YinjuApp
from tui.jobs import tasks
from tui.jobs.process import Step, Watcher
from tui.rendering.reports import counted, lines
from tui.screens.report import ReportScreen


async def test_what_is_gone_is_shown_and_asked_about_before_it_is_removed(
    app: YinjuApp, mine: FakeLibrary
) -> None:
    gone = mine.kept[1].path
    mine.changes = SyncReport(added=["/articles/new.txt"], removed=[gone])
    async with opened(app) as pilot:
        screen = await page(pilot)
        await pilot.press("r")
        await wait_for(pilot, lambda: "gone from disk" in notice(screen))
        assert "1 article" in notice(screen) and len(mine.kept) == 3
        first = screen.table.listing.shown[0]
        assert first.path == gone and screen.table.listing.marked == {first.id}
        await pilot.press("y")
        await wait_for(pilot, lambda: "1 removed" in notice(screen))
        assert "1 added" in notice(screen) and screen.table.listing.marked == set()
        await wait_for(pilot, lambda: len(screen.table.listing.shown) == 2)
        await pilot.press("i")
        await settle(pilot)
        assert isinstance(app.screen, ReportScreen)
        await pilot.press("escape", "y", "n")
        assert len(mine.kept) == 2, "a question is answered once"


async def test_kept_what_is_gone_stays_and_the_rest_is_taken_in(
    app: YinjuApp, mine: FakeLibrary, tmp_path: Path
) -> None:
    new = tmp_path / "new.txt"
    new.write_text("new")
    mine.changes = SyncReport(added=[str(new)], removed=[mine.kept[0].path])
    async with opened(app) as pilot:
        screen = await page(pilot)
        await pilot.press("r")
        await wait_for(pilot, lambda: "gone from disk" in notice(screen))
        await pilot.press("n")
        await wait_for(pilot, lambda: "1 added" in notice(screen))
        assert len(mine.kept) == 4
        mine.changes = SyncReport(removed=[mine.kept[0].path])
        await pilot.press("r")
        await wait_for(pilot, lambda: "gone from disk" in notice(screen))
        await pilot.press("n")
        assert "Nothing was removed" in notice(screen) and len(mine.kept) == 4


async def test_a_folder_that_is_not_there_is_told_and_nothing_is_removed(
    app: YinjuApp, mine: FakeLibrary
) -> None:
    mine.changes = SyncReport(away=[("/drive/news", Phrase("the folder is not there"))])
    async with opened(app) as pilot:
        screen = await page(pilot)
        await pilot.press("r")
        await wait_for(pilot, lambda: "the folder is not there" in notice(screen))
        assert "/drive/news" in notice(screen) and "were kept" in notice(screen)
        assert len(mine.kept) == 3


async def test_looking_and_updating_can_be_stopped(
    app: YinjuApp, mine: FakeLibrary, monkeypatch: pytest.MonkeyPatch
) -> None:
    def look_for_long(_library: Path, _dry_run: bool, watcher: Watcher) -> SyncReport:
        while not watcher.cancelled():
            threading.Event().wait(0.01)
        raise Cancelled("stopped")

    monkeypatch.setattr(tasks, "sync", look_for_long)
    async with opened(app) as pilot:
        screen = await page(pilot)
        await pilot.press("r")
        assert "Looking" in notice(screen)
        await pilot.press("escape")
        await wait_for(pilot, lambda: "Nothing was changed" in notice(screen))
        assert app.screen is screen
        monkeypatch.setattr(tasks, "sync", mine.sync_apart)
        mine.gate.clear()
        mine.changes = SyncReport(moved=[(mine.kept[0].path, "/articles/b.txt")])
        await pilot.press("r")
        await wait_for(pilot, lambda: "1 of 2" in notice(screen))
        await pilot.press("ctrl+x")
        mine.gate.set()
        await wait_for(pilot, lambda: "Stopped" in notice(screen))


async def test_an_update_goes_on_when_the_page_is_left_and_is_told_then(
    app: YinjuApp, mine: FakeLibrary
) -> None:
    mine.gate.clear()
    mine.changes = SyncReport(added=["/a.txt"], skipped=[("/b.pdf", Phrase("the PDF has no text layer"))])
    async with opened(app) as pilot:
        screen = await page(pilot)
        await pilot.press("r")
        await wait_for(pilot, lambda: "1 of 2" in notice(screen))
        await pilot.press("escape")
        assert app.screen is app.chat and "1 of 2" in app.chat.busy
        mine.gate.set()
        await wait_for(pilot, lambda: bool(app._notifications))
        assert [(n.title, n.message) for n in app._notifications] == [
            ("Update from disk", "1 added · 1 skipped")
        ]
        await pilot.press("ctrl+o")
        await pilot.pause()
        assert "no text layer" in str(app.screen.query_one("#add-message").render())


async def test_an_update_that_fails_says_why(
    app: YinjuApp, mine: FakeLibrary, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(*_: object) -> SyncReport:
        raise LibraryError("the disk of the library {path} is full", "what was finished is kept", path="/a")

    monkeypatch.setattr(tasks, "sync", fail)
    async with opened(app) as pilot:
        screen = await page(pilot)
        await pilot.press("r")
        await wait_for(pilot, lambda: "is full → what was finished is kept" in notice(screen))


def test_a_report_names_what_was_not_simply_done() -> None:
    report = SyncReport(
        added=["/a/new.txt"],
        moved=[("/a/old.txt", "/a/sub/old.txt")],
        removed=["/a/gone.txt"],
        missing=["/b/alone.txt"],
        away=[("/drive", Phrase("the folder is empty"))],
        skipped=[(f"/a/x.zip!/n/{n}.md", Phrase("it holds no text")) for n in range(300)],
        partial=[("/a/new.txt", Phrase("half of it"))],
    )
    assert counted(report) == "1 added · 1 moved · 1 removed · 1 missing · 300 skipped · 1 partly read"
    assert list(lines(replace(report, skipped=[])))[-2:] == ["Partly read:", "  new.txt: half of it"]
    told = list(lines(replace(report, partial=[])))
    assert "  old.txt → /a/sub/old.txt" in told and "  /a/gone.txt" in told and "  /b/alone.txt" in told
    assert "  /drive: the folder is empty" in told
    assert told[-2:] == ["  x.zip!/n/199.md: it holds no text", "  and 100 articles more"]


def test_a_report_counts_what_was_passed_over() -> None:
    report = AddReport(added=["/a/new.txt"], passed_over={".doc": 3, ".png": 1200})
    assert list(lines(report)) == ["1 added", "Passed over, as such files are not read: 1,200 .png, 3 .doc"]


def test_a_report_shows_names_as_text() -> None:
    report = SyncReport(skipped=[("/a/\x1b[31mx\u202e.zip!/\n.md", Phrase("it holds no text"))])
    assert not set("\x1b\u202e\n") & set("".join(lines(report)))


def test_the_process_syncs_a_real_library(real: Path) -> None:
    folder = real.parent / "articles"
    (folder / "harbor.txt").unlink()
    (folder / "new.txt").write_text("A new article about boats.\n")
    steps: list[Step] = []
    would = tasks.sync(real, True, Watcher(steps.append, lambda: False))
    assert [len(part) for part in (would.added, would.removed, would.unchanged)] == [1, 1, 1]
    with Library.open(real) as library:
        assert len(library.articles()) == 2, "that was only a look"
    did = tasks.sync(real, False, Watcher(steps.append, lambda: False))
    assert (did.added, did.removed) == (would.added, would.removed)
    with Library.open(real) as library:
        assert sorted(Path(info.path).name for info in library.articles()) == ["new.txt", "湖.txt"]
