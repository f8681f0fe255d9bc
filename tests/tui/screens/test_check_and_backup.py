"""The check of a library, its backup and what restores it, as the app shows them."""

from __future__ import annotations

import gzip
import threading
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest
from made_up_app import FakeLibrary, ask, opened, settle, wait_for
from textual.pilot import Pilot

import qa.engine
from index.errors import Cancelled, Inaccessible, LibraryError, Phrase
from index.library import Library
from index.maintenance.findings import Finding, well
from index.types import ParsedArticle
from qa import i18n
from qa.settings import Settings
from tui.app import YinjuApp
from tui.jobs import tasks
from tui.jobs.process import Step, Watcher
from tui.jobs.tasks import typed_file
from tui.screens.backup import BackUpScreen, RestoreScreen
from tui.screens.check import CheckScreen
from tui.screens.libraries import LibrariesScreen
from tui.screens.task import TaskDialogue
from tui.state.workspace import opener
from tui.widgets.common.error import ErrorBlock
from tui.widgets.common.finding import FindingRow
from tui.widgets.common.link import Link

_MENDS = Phrase("qa doctor --fix mends that")
LIBRARIES = Path(__file__).parents[2] / "index" / "libraries"


def over(path: Path) -> YinjuApp:
    return YinjuApp(opener(path, Settings()))


async def run(pilot: Pilot[None], action: str) -> TaskDialogue:
    await pilot.app.run_action(action)
    await pilot.pause()
    screen = pilot.app.screen
    assert isinstance(screen, TaskDialogue)
    return screen


def said(screen: TaskDialogue) -> str:
    return str(screen.message.render())


async def rested(pilot: Pilot[None], screen: TaskDialogue) -> None:
    await wait_for(pilot, lambda: not screen.working and said(screen) != "")
    await settle(pilot)


# Checking


def damage(database: Path) -> None:
    """Flip bits in the middle, where the articles' texts are."""
    data = bytearray(database.read_bytes())
    data[len(data) // 2] ^= 0xFF
    database.write_bytes(data)


async def test_a_check_tells_what_it_found_and_mends(
    app: YinjuApp, mine: FakeLibrary, monkeypatch: pytest.MonkeyPatch
) -> None:
    def examine(library: Path, fix: bool, *_: object) -> Sequence[Finding]:
        assert library == mine.path
        state, hint = ("mended", Phrase("")) if fix else ("wrong", _MENDS)
        found: Any = Finding("indexes", state, Phrase("the files of the search indexes are damaged"), hint)  # type: ignore[arg-type]
        return [well("folder", "the folder can be written to"), found]

    monkeypatch.setattr(tasks, "examine", examine)
    async with opened(app) as pilot:
        before = app.workspace
        screen = await run(pilot, "app.check")
        await rested(pilot, screen)
        rows = [str(row.prose.label) + str(row.prose.content) for row in screen.query(FindingRow)]
        assert rows[0].split() == ["✓", "OK", "the", "folder", "can", "be", "written", "to"]
        assert "✗ problem" in rows[1] and "damaged" in rows[1] and "“Repair” takes care" in rows[1]
        assert said(screen) == "1 problem found." and screen.go.display and screen.go.has_focus
        await pilot.press("enter")
        await wait_for(pilot, lambda: said(screen) == "Repaired.")
        await settle(pilot)
        assert not screen.go.display and "✓ repaired" in str(screen.query(FindingRow).last().prose.label)
        app.use_language("zh-Hans")
        await pilot.pause()
        assert "repaired" not in str(screen.query(FindingRow).last().prose.label)
        await pilot.press("escape")
        assert app.workspace is not None and app.workspace is not before, "it was opened again"
    i18n.use("en")


async def test_a_check_can_be_stopped(
    app: YinjuApp, mine: FakeLibrary, monkeypatch: pytest.MonkeyPatch
) -> None:
    def examine(library: Path, fix: bool, watcher: Watcher) -> Sequence[Finding]:
        watcher.tell(Step(3, 3, 9))
        while not watcher.cancelled():
            threading.Event().wait(0.01)
        raise Cancelled("stopped")

    monkeypatch.setattr(tasks, "examine", examine)
    async with opened(app) as pilot:
        screen = await run(pilot, "app.check")
        await wait_for(pilot, lambda: "3 of 9 passages" in said(screen))
        await pilot.press("escape")
        await wait_for(pilot, lambda: said(screen) == "Stopped.")
        await pilot.press("escape")
        assert app.screen is app.chat


async def test_a_damaged_library_is_checked_from_its_error_mended_and_opened(real: Path) -> None:
    damage(real / "library.db")
    app = over(real)
    async with opened(app, (100, 40)) as pilot:
        if app.workspace is not None:  # what opening reads is whole; reading the rest is not
            await app.chat.fail(LibraryError(*_damaged(real)))
            await pilot.pause()
        links = {str(link.render()): link for link in app.screen.query_one(ErrorBlock).query(Link)}
        links["Check the library"].action_follow()
        await wait_for(pilot, lambda: isinstance(app.screen, CheckScreen) and app.screen.is_mounted)
        screen = app.screen
        assert isinstance(screen, CheckScreen)
        await rested(pilot, screen)
        states = {row.finding.check: row.finding.state for row in screen.query(FindingRow)}
        assert states["pages"] == "wrong" and screen.go.has_focus
        await pilot.press("enter")
        await wait_for(pilot, lambda: "Repaired" in said(screen))
        await pilot.press("escape")
        await settle(pilot)
        assert app.workspace is not None and app.workspace.status.articles == 2


def _damaged(path: Path) -> tuple[Phrase, Phrase]:
    text = Phrase("the library {path} is damaged: {what}", path=path, what="x")
    return text, Phrase("qa doctor --fix saves what can be read")


async def test_a_library_that_is_in_use_is_not_offered_to_be_checked(app: YinjuApp) -> None:
    async with opened(app) as pilot:
        await app.chat.fail(LibraryError("the library {path} is in use", "wait", path="/a"))
        await pilot.pause()
        said = [str(link.render()) for link in app.screen.query_one(ErrorBlock).query(Link)]
        assert said == ["Reopen the library", "Open another"]


async def test_a_library_of_the_list_is_checked(
    app: YinjuApp, mine: FakeLibrary, real: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("tui.state.libraries.default_library", lambda: real)
    async with opened(app) as pilot:
        app.action_libraries()
        await settle(pilot)
        shown = app.screen
        assert isinstance(shown, LibrariesScreen)
        shown.table.move_cursor(row=1)
        await pilot.press("c")
        await wait_for(pilot, lambda: isinstance(app.screen, CheckScreen) and app.screen.is_mounted)
        screen = app.screen
        assert isinstance(screen, CheckScreen)
        await rested(pilot, screen)
        assert said(screen) == "No problems found."
        assert "library" in str(screen.query_one("#task-what").render())  # type: ignore[attr-defined]


# Backups


async def test_a_library_is_backed_up_and_restored_while_it_is_open(real: Path, tmp_path: Path) -> None:
    app, file = over(real), tmp_path / "a backup.db"
    async with opened(app, (100, 40)) as pilot:
        await ask(pilot, "What did Harbor AI offer Lin Lan?")
        screen = await run(pilot, "app.back_up")
        assert isinstance(screen, BackUpScreen) and screen.path.value.endswith(".db")
        screen.path.value = str(file)
        await pilot.press("enter")
        await rested(pilot, screen)
        assert said(screen).startswith("Backed up:") and file.stat().st_size > 20_000
        await pilot.press("escape")
        assert app.workspace is not None
        library = app.workspace.session.library
        library.remove([info.id for info in library.articles()][:1])
        screen = await run(pilot, "app.restore")
        assert isinstance(screen, RestoreScreen)
        screen.path.value = str(tmp_path / "a ba")
        await pilot.press("end", "tab")
        assert screen.path.value == str(file)
        await pilot.press("enter")
        await rested(pilot, screen)
        assert "Restored: 2 articles" in said(screen) and "library-before-restore.db" in said(screen)
        await pilot.press("escape")
        await wait_for(pilot, lambda: app.workspace is not None and app.workspace.status.articles == 2)
        assert len(app.chat.transcript.answers) == 1, "the conversation goes on"


async def test_restored_in_place_of_the_bundled_articles_a_backup_is_a_library_of_ones_own(
    app: YinjuApp, real: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    own, file = tmp_path / "own", tmp_path / "backup.db"
    monkeypatch.setattr("tui.app.own_library", lambda _settings: own)
    tasks.back_up(real, file, Watcher(lambda _step: None, lambda: False))
    async with opened(app, (100, 40)) as pilot:
        assert app.workspace is not None and app.workspace.bundled
        screen = await run(pilot, "app.restore")
        screen.query_one("#task-path").value = str(file)  # type: ignore[attr-defined]
        await pilot.press("enter")
        await rested(pilot, screen)
        assert "Restored: 2 articles" in said(screen) and "kept" not in said(screen)
        await pilot.press("escape")
        assert not app.workspace.bundled and app.workspace.path == own


async def test_what_is_no_backup_is_refused(real: Path, tmp_path: Path) -> None:
    app, notes = over(real), tmp_path / "notes.txt"
    notes.write_text("mine")
    async with opened(app, (100, 40)) as pilot:
        for action in ("app.back_up", "app.restore"):
            screen = await run(pilot, action)
            for typed, told in (
                ("  ", "name a file"),
                (str(tmp_path), "is a folder"),
                (str(notes), "notes.txt"),
                (str(tmp_path / "no" / "such.db"), "such.db"),
            ):
                screen.query_one("#task-path").value = typed  # type: ignore[attr-defined]
                screen.query_one("#task-path").focus()
                await pilot.press("enter")
                await rested(pilot, screen)
                assert told in said(screen) and screen.message.has_class("-error")
            await pilot.press("escape")
        assert notes.read_text() == "mine"


async def test_bundled_articles_are_not_backed_up(app: YinjuApp) -> None:
    async with opened(app) as pilot:
        await pilot.app.run_action("app.back_up")
        await pilot.pause()
        assert app.screen is app.chat and len(app._notifications) == 1


async def test_nothing_is_begun_while_articles_are_added(app: YinjuApp, mine: FakeLibrary) -> None:
    async with opened(app) as pilot:
        app.adding.running = True
        screen = await run(pilot, "app.check")
        assert "being added" in said(screen) and not screen.working
        app.adding.running = False


def test_a_typed_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HOME", str(tmp_path))
    assert typed_file(" ~/a b.db ") == tmp_path / "a b.db"


# Earlier formats


async def test_a_library_of_an_earlier_format_is_brought_up_to_date_and_that_is_told(
    tmp_path: Path, still: type[qa.engine.Engine], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(qa.engine, "Engine", still)
    with gzip.open(LIBRARIES / "format-1.db.gz") as packed:
        (tmp_path / "library.db").write_bytes(packed.read())
    app = over(tmp_path)
    async with opened(app, (100, 40)) as pilot:
        await settle(pilot)
        assert app.workspace is not None
        assert [note.title for note in app._notifications] == ["Library upgraded"]
        kept = tmp_path / "library-format1.db"
        assert kept.exists() and kept.name in next(iter(app._notifications)).message


async def test_changes_that_were_lost_are_told(
    tmp_path: Path, still: type[qa.engine.Engine], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(qa.engine, "Engine", still)
    with Library.open(tmp_path, create=True) as library:
        library.add_parsed(
            [
                ("a.md", ParsedArticle("北京下雪。", "雪", "zh-Hans")),
                ("b.md", ParsedArticle("上海下雨。", "雨", "zh-Hans")),
            ]
        )
        earlier = (tmp_path / "library.db").read_bytes()
        library.remove([1])
    (tmp_path / "library.db").write_bytes(earlier)
    app = over(tmp_path)
    async with opened(app) as pilot:
        await settle(pilot)
        [note] = app._notifications
        assert note.message == "The last change of the library was lost; Check the library tells more."


async def test_a_file_system_without_locks_is_told(
    tmp_path: Path, still: type[qa.engine.Engine], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(qa.engine, "Engine", still)
    with Library.open(tmp_path, create=True) as library:
        library.add_parsed([("a.md", ParsedArticle("北京下雪。", "雪", "zh-Hans"))])
    why = Inaccessible("the file system of the library {path} has no locks", path=tmp_path)
    monkeypatch.setattr(Library, "without_locks", lambda _: why)
    async with opened(over(tmp_path)) as pilot:
        await settle(pilot)
        [note] = pilot.app._notifications
        assert note.message == f"the file system of the library {tmp_path} has no locks"
