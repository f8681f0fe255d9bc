"""Adding files from inside the app."""

from __future__ import annotations

import time
from pathlib import Path

import pytest
from made_up_app import FakeLibrary, opened, wait_for
from textual import events
from textual.pilot import Pilot
from textual.widgets import ProgressBar, Static

from index.errors import Cancelled, UsageError
from index.library import Library
from index.types import AddReport
from tui.app import YinjuApp
from tui.jobs import tasks
from tui.jobs.process import Step, Watcher
from tui.rendering.formats import duration
from tui.rendering.reports import lines
from tui.screens.add import AddScreen
from tui.screens.chat import ChatScreen
from tui.system.paths import complete, parse
from tui.widgets.common.folders import FolderTree
from tui.widgets.common.path import PathBox


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    articles = tmp_path / "articles"
    articles.mkdir()
    for name in ("a.txt", "b.md", "c.txt", "d.bin"):
        (articles / name).write_text("text")
    return articles


@pytest.fixture
def own(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> FakeLibrary:
    """The user's own library, empty, which adding creates."""
    made = FakeLibrary(tmp_path / "mine", kept=[])
    made.gate.set()
    monkeypatch.setattr(Library, "open", lambda *_, **__: made)
    monkeypatch.setattr(tasks, "add", made.add_apart)
    return made


async def begin(pilot: Pilot[None], *paths: Path) -> AddScreen:
    await pilot.press("ctrl+o")
    screen = pilot.app.screen
    assert isinstance(screen, AddScreen)
    screen.path.text = "\n".join(map(str, paths))
    await pilot.press("enter")
    await pilot.pause()
    return screen


def told(screen: AddScreen) -> str:
    return str(screen.query_one("#add-message", Static).render())


async def test_adding_a_folder_shows_progress_and_then_what_was_done(
    app: YinjuApp, own: FakeLibrary, folder: Path
) -> None:
    own.gate.clear()
    async with opened(app) as pilot:
        screen = await begin(pilot, folder)
        await wait_for(pilot, lambda: "1 of 4" in told(screen))
        assert "b.md" in told(screen)
        bar = screen.query_one(ProgressBar)
        assert bar.display and (bar.progress, bar.total) == (1, 4)
        own.gate.set()
        await wait_for(pilot, lambda: "3 added" in told(screen))
        assert "6 passages" in told(screen) and "d.bin: it is not text" in told(screen)
        assert not bar.display
        await pilot.press("escape")
        assert app.workspace is not None and app.workspace.session.library is own
        assert not app.workspace.bundled and app.workspace.status.articles == 3
        assert not app._notifications, "what the dialogue tells is not told twice"


async def test_several_paths_are_added_at_once(app: YinjuApp, own: FakeLibrary, folder: Path) -> None:
    async with opened(app) as pilot:
        screen = await begin(pilot, folder / "a.txt", folder / "c.txt")
        await wait_for(pilot, lambda: "2 added" in told(screen))
        assert screen.path.text == ""


async def test_adding_can_be_stopped_and_keeps_what_was_finished(
    app: YinjuApp, own: FakeLibrary, folder: Path
) -> None:
    own.gate.clear()
    async with opened(app) as pilot:
        screen = await begin(pilot, folder)
        await wait_for(pilot, lambda: "1 of 4" in told(screen))
        assert "ctrl+x" in screen.active_bindings
        assert await pilot.click("#add-stop")
        assert "Stopping" in told(screen)
        own.gate.set()
        await wait_for(pilot, lambda: "Stopped" in told(screen))
        assert "ctrl+x" not in screen.active_bindings  # nothing is left to stop
        assert "1 article" in told(screen)
        await pilot.press("escape")
        assert app.workspace is not None and app.workspace.status.articles == 1


async def test_hidden_it_goes_on_and_is_told_in_the_status_line(
    app: YinjuApp, own: FakeLibrary, folder: Path
) -> None:
    own.gate.clear()
    async with opened(app) as pilot:
        screen = await begin(pilot, folder)
        await wait_for(pilot, lambda: "1 of 4" in told(screen))
        assert await pilot.click("#add-leave")
        await pilot.pause()
        assert isinstance(app.screen, ChatScreen)
        assert "1 of 4" in app.chat.busy
        await pilot.press("ctrl+o")
        await pilot.pause()
        shown = app.screen
        assert isinstance(shown, AddScreen) and "1 of 4" in told(shown)
        await pilot.press("escape")
        own.gate.set()
        await wait_for(pilot, lambda: bool(app._notifications))
        assert app.chat.busy == ""
        assert [note.message for note in app._notifications] == ["3 added · 1 skipped"]
        assert app.workspace is not None and app.workspace.status.articles == 3
        await pilot.press("ctrl+o")
        await pilot.pause()
        assert isinstance(app.screen, AddScreen)
        assert "it is not text" in told(app.screen), "the report waits to be read"


async def test_nothing_added_leaves_the_bundled_articles(
    app: YinjuApp, own: FakeLibrary, folder: Path
) -> None:
    async with opened(app) as pilot:
        screen = await begin(pilot, folder / "d.bin")
        await wait_for(pilot, lambda: "skipped" in told(screen))
        await pilot.press("escape")
        assert app.workspace is not None and app.workspace.bundled
        assert own.closed


async def test_a_path_that_is_not_there_is_said_so(app: YinjuApp, tmp_path: Path) -> None:
    async with opened(app) as pilot:
        screen = await begin(pilot, tmp_path / "nothing")
        assert "no such file or folder" in told(screen)
        assert screen.path.has_focus
        await pilot.press("ctrl+t")
        assert "no such file or folder" in told(screen)
        screen.path.text = ""
        await pilot.press("enter")
        await pilot.pause()
        assert "no file or folder is named" in told(screen)


async def test_tab_takes_the_completion(app: YinjuApp, folder: Path) -> None:
    async with opened(app) as pilot:
        await pilot.press("ctrl+o")
        path = app.screen.query_one(PathBox)
        path.insert(f"{folder.parent}/art")
        await wait_for(pilot, lambda: bool(path.suggestion))
        await pilot.press("tab")
        assert path.text == f"{folder}/"


async def test_files_that_are_dropped_one_by_one_come_one_a_line(app: YinjuApp, folder: Path) -> None:
    async with opened(app) as pilot:
        await pilot.press("ctrl+o")
        path = app.screen.query_one(PathBox)
        for name in ("a.txt", "b.md"):
            path.post_message(events.Paste(f"'{folder / name}'"))
            await pilot.pause()
        assert parse(path.text) == [folder / "a.txt", folder / "b.md"]


async def test_the_folders_are_looked_through_with_the_mouse(
    app: YinjuApp, own: FakeLibrary, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(Path, "home", lambda: folder)
    async with opened(app, (100, 36)) as pilot:
        await pilot.press("ctrl+o")
        assert await pilot.click("#add-browse")
        tree = app.screen.query_one(FolderTree)
        await wait_for(pilot, lambda: len(tree.root.children) == 3)
        assert [str(node.label) for node in tree.root.children] == ["a.txt", "b.md", "c.txt"]
        assert await pilot.click(tree, offset=(8, 3))
        await pilot.pause()
        assert parse(app.screen.query_one(PathBox).text) == [folder / "b.md"]
        assert await pilot.click("#add-go")
        screen = app.screen
        assert isinstance(screen, AddScreen)
        await wait_for(pilot, lambda: "1 added" in told(screen))


async def test_a_language_chosen_meanwhile_is_told_in(app: YinjuApp, own: FakeLibrary, folder: Path) -> None:
    async with opened(app) as pilot:
        screen = await begin(pilot, folder)
        await wait_for(pilot, lambda: "3 added" in told(screen))
        app.use_language("zh-Hans")
        await pilot.pause()
        assert "d.bin" in told(screen)


def test_paths_are_read_as_a_shell_reads_them(folder: Path) -> None:
    spaced = folder / "my files"
    spaced.mkdir()
    a, b = folder / "a.txt", folder / "b.md"
    assert parse(str(spaced)) == [spaced]
    assert parse(f"'{spaced}' {a}") == [spaced, a]
    assert parse(f"{folder}/my\\ files\n{b}\n\n{b}") == [spaced, b]
    assert parse(f"file://{folder}/my%20files") == [spaced]
    assert parse(f"  {a}  ") == [a]


@pytest.mark.parametrize(
    "text", ["", " \n ", "/no/such/place", "/no/such place", "it's", "\0", "~nobody-here/x"]
)
def test_what_is_no_path_is_refused(text: str) -> None:
    with pytest.raises(UsageError):
        parse(text)


def test_completion(folder: Path) -> None:
    (folder / ".hidden").mkdir()
    (folder / "sub").mkdir()
    assert complete(f"{folder}/") == f"{folder}/a.txt"
    assert complete(f"{folder}/s") == f"{folder}/sub/"
    assert complete(f"{folder}/.h") == f"{folder}/.hidden/"
    assert complete(f"{folder}/zz") is None
    assert complete("/no/such/folder/x") is None
    assert complete("~nobody-here/x") is None
    assert complete("") is None


@pytest.mark.parametrize(("seconds", "text"), [(3.2, "3 s"), (59.6, "1 min 0 s"), (125, "2 min 5 s")])
def test_time_left(seconds: float, text: str) -> None:
    assert duration(seconds) == text


# The process


def write(folder: Path, count: int) -> None:
    folder.mkdir()
    for number in range(count):
        (folder / f"{number:03}.txt").write_text(
            f"Article {number}\n\n" + "A sentence about Harbor AI. " * 20
        )


def test_the_process_adds_and_tells_how_it_goes(tmp_path: Path) -> None:
    Library.open(tmp_path / "library", create=True).close()
    write(tmp_path / "some", 3)
    (tmp_path / "some" / "empty.txt").write_text("")
    steps: list[Step] = []
    report = tasks.add(tmp_path / "library", [tmp_path / "some"], Watcher(steps.append, lambda: False))
    assert [Path(path).name for path in report.added] == ["000.txt", "001.txt", "002.txt"]
    assert [Path(path).name for path, _reason in report.skipped] == ["empty.txt"]
    assert report.skipped[0][1].template, "a reason can be told in other languages"  # type: ignore[attr-defined]
    assert steps[-1].read == steps[-1].stored == steps[-1].total == 4
    with Library.open(tmp_path / "library") as library:
        assert len(library.articles()) == 3


def test_the_process_stops_and_keeps_what_was_finished(tmp_path: Path) -> None:
    Library.open(tmp_path / "library", create=True).close()
    write(tmp_path / "many", 400)
    began: list[float] = []

    def tell(step: Step) -> None:
        if step.read and not began:
            began.append(time.monotonic())

    with pytest.raises(Cancelled):
        tasks.add(tmp_path / "library", [tmp_path / "many"], Watcher(tell, lambda: bool(began)))
    with Library.open(tmp_path / "library") as library:
        assert len(library.articles()) < 400


def test_what_the_process_cannot_do_is_raised_here(tmp_path: Path) -> None:
    Library.open(tmp_path / "library", create=True).close()
    (tmp_path / "none").mkdir()
    with pytest.raises(UsageError) as raised:
        tasks.add(tmp_path / "library", [tmp_path / "none"], Watcher(lambda _step: None, lambda: False))
    assert str(raised.value.message.values["path"]) == str(tmp_path / "none")


def test_a_report_of_no_passages_is_a_line() -> None:
    assert list(lines(AddReport(unchanged=["/articles/a.txt"]))) == ["1 unchanged"]
    assert list(lines(AddReport(added=["/articles/a.txt"], passages=2)))[1].startswith("2 passages in")
