"""The update from disk, the check of a library, its backup and what restores it, as the app shows them."""

from __future__ import annotations

import gzip
import threading
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import pytest
from made_up_app import FakeLibrary, ask, opened, settle, wait_for
from textual.pilot import Pilot

import qa.engine
from index.errors import Cancelled, LibraryError, Phrase
from index.findings import Finding, well
from index.library import Library
from index.types import SyncReport
from tui import adding, i18n, tending
from tui.apart import Step
from tui.app import YinjuApp
from tui.report import counted, lines
from tui.screens.backup import BackUpScreen, RestoreScreen
from tui.screens.check import CheckScreen
from tui.screens.libraries import LibrariesScreen
from tui.screens.library import LibraryScreen
from tui.screens.report import ReportScreen
from tui.screens.task import TaskDialogue
from tui.tending import typed_file
from tui.widgets.error import ErrorBlock
from tui.widgets.finding import FindingRow
from tui.widgets.link import Link

_MENDS = Phrase("qa doctor --fix mends that")
LIBRARIES = Path(__file__).parents[1] / "index" / "libraries"


@pytest.fixture
def mine(library: FakeLibrary, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> FakeLibrary:
    """A library of one's own."""
    library.path = tmp_path / "mine"
    library.gate.set()
    monkeypatch.setattr(adding, "add", library.add_apart)
    monkeypatch.setattr(adding, "sync", library.sync_apart)
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


def over(path: Path) -> YinjuApp:
    return YinjuApp(lambda: Library.open(path))


async def page(pilot: Pilot[None]) -> LibraryScreen:
    await pilot.press("f2")
    await settle(pilot)
    screen = pilot.app.screen
    assert isinstance(screen, LibraryScreen)
    return screen


async def run(pilot: Pilot[None], action: str) -> TaskDialogue:
    await pilot.app.run_action(action)
    await pilot.pause()
    screen = pilot.app.screen
    assert isinstance(screen, TaskDialogue)
    return screen


def notice(screen: LibraryScreen) -> str:
    return str(screen.notice.render())


def said(screen: TaskDialogue) -> str:
    return str(screen.told.render())


async def rested(pilot: Pilot[None], screen: TaskDialogue) -> None:
    await wait_for(pilot, lambda: not screen.working and said(screen) != "")
    await settle(pilot)


# The update from disk


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
    def look_for_long(*_: object) -> SyncReport:
        cancelled: Callable[[], bool] = _[-1]  # type: ignore[assignment]
        while not cancelled():
            threading.Event().wait(0.01)
        raise Cancelled("stopped")

    monkeypatch.setattr(adding, "sync", look_for_long)
    async with opened(app) as pilot:
        screen = await page(pilot)
        await pilot.press("r")
        assert "Looking" in notice(screen)
        await pilot.press("escape")
        await wait_for(pilot, lambda: "Nothing was changed" in notice(screen))
        assert app.screen is screen
        monkeypatch.setattr(adding, "sync", mine.sync_apart)
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
        assert "no text layer" in str(app.screen.query_one("#add-told").render())


async def test_an_update_that_fails_says_why(
    app: YinjuApp, mine: FakeLibrary, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(*_: object) -> SyncReport:
        raise LibraryError("the disk of the library {path} is full", "what was finished is kept", path="/a")

    monkeypatch.setattr(adding, "sync", fail)
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
    )
    assert counted(report) == "1 added · 1 moved · 1 removed · 1 missing · 300 skipped"
    told = list(lines(report))
    assert "  old.txt → /a/sub/old.txt" in told and "  /a/gone.txt" in told and "  /b/alone.txt" in told
    assert "  /drive: the folder is empty" in told
    assert told[-2:] == ["  x.zip!/n/199.md: it holds no text", "  and 100 articles more"]


def test_a_report_shows_names_as_text() -> None:
    report = SyncReport(skipped=[("/a/\x1b[31mx\u202e.zip!/\n.md", Phrase("it holds no text"))])
    assert not set("\x1b\u202e\n") & set("".join(lines(report)))


def test_the_process_syncs_a_real_library(real: Path) -> None:
    folder = real.parent / "articles"
    (folder / "harbor.txt").unlink()
    (folder / "new.txt").write_text("A new article about boats.\n")
    steps: list[Step] = []
    would = adding.sync(real, True, steps.append, lambda: False)
    assert [len(part) for part in (would.added, would.removed, would.unchanged)] == [1, 1, 1]
    with Library.open(real) as library:
        assert len(library.articles()) == 2, "that was only a look"
    did = adding.sync(real, False, steps.append, lambda: False)
    assert (did.added, did.removed) == (would.added, would.removed)
    with Library.open(real) as library:
        assert sorted(Path(info.path).name for info in library.articles()) == ["new.txt", "湖.txt"]


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

    monkeypatch.setattr(tending, "examine", examine)
    async with opened(app) as pilot:
        before = app.workspace
        screen = await run(pilot, "app.check")
        await rested(pilot, screen)
        rows = [str(row.prose.label) + str(row.prose.content) for row in screen.query(FindingRow)]
        assert rows[0].split() == ["✓", "fine", "the", "folder", "can", "be", "written", "to"]
        assert "✗ wrong" in rows[1] and "damaged" in rows[1] and "“Mend” takes care" in rows[1]
        assert said(screen) == "1 thing is wrong." and screen.go.display and screen.go.has_focus
        await pilot.press("enter")
        await wait_for(pilot, lambda: said(screen) == "It is mended.")
        await settle(pilot)
        assert not screen.go.display and "✓ mended" in str(screen.query(FindingRow).last().prose.label)
        app.use_language("zh-Hans")
        await pilot.pause()
        assert "mended" not in str(screen.query(FindingRow).last().prose.label)
        await pilot.press("escape")
        assert app.workspace is not None and app.workspace is not before, "it was opened again"
    i18n.use("en")


async def test_a_check_can_be_stopped(
    app: YinjuApp, mine: FakeLibrary, monkeypatch: pytest.MonkeyPatch
) -> None:
    def examine(
        library: Path, fix: bool, tell: Callable[[Step], None], cancelled: Callable[[], bool]
    ) -> Sequence[Finding]:
        tell(Step(3, 3, 9))
        while not cancelled():
            threading.Event().wait(0.01)
        raise Cancelled("stopped")

    monkeypatch.setattr(tending, "examine", examine)
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
        await wait_for(pilot, lambda: isinstance(app.screen, CheckScreen))
        screen = app.screen
        assert isinstance(screen, CheckScreen)
        await rested(pilot, screen)
        states = {row.finding.check: row.finding.state for row in screen.query(FindingRow)}
        assert states["pages"] == "wrong" and screen.go.has_focus
        await pilot.press("enter")
        await wait_for(pilot, lambda: "mended" in said(screen))
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
        assert said == ["Open the library again", "Open another"]


async def test_a_library_of_the_list_is_checked(
    app: YinjuApp, mine: FakeLibrary, real: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("tui.libraries.default_library", lambda: real)
    async with opened(app) as pilot:
        app.action_libraries()
        await settle(pilot)
        shown = app.screen
        assert isinstance(shown, LibrariesScreen)
        shown.table.move_cursor(row=1)
        await pilot.press("c")
        await wait_for(pilot, lambda: isinstance(app.screen, CheckScreen))
        screen = app.screen
        assert isinstance(screen, CheckScreen)
        await rested(pilot, screen)
        assert said(screen) == "All is well." and "library" in str(screen.query_one("#task-what").render())  # type: ignore[attr-defined]


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
        library = app.workspace.library
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
    monkeypatch.setattr("tui.care.default_library", lambda: own)
    tending.back_up(real, file, lambda _step: None, lambda: False)
    async with opened(app, (100, 40)) as pilot:
        assert app.workspace is not None and app.workspace.bundled
        screen = await run(pilot, "app.restore")
        screen.query_one("#task-path").value = str(file)  # type: ignore[attr-defined]
        await pilot.press("enter")
        await rested(pilot, screen)
        assert "Restored: 2 articles" in said(screen) and "kept" not in said(screen)
        await pilot.press("escape")
        assert not app.workspace.bundled and app.workspace.library.path == own


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
                assert told in said(screen) and screen.told.has_class("-error")
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
        assert [note.title for note in app._notifications] == ["An earlier library"]
        kept = tmp_path / "library-format1.db"
        assert kept.exists() and kept.name in next(iter(app._notifications)).message
