"""Work in a process of its own: what it tells, how it is stopped, and how it may fail."""

from __future__ import annotations

import gzip
import os
import shutil
import signal
import sys
import threading
import time
from collections.abc import Iterator
from functools import partial
from itertools import combinations
from pathlib import Path

import pytest
from hanging import hanging_reader
from made_up_app import opened, settle

from index.errors import Cancelled, LibraryError, OutOfMemory, UsageError
from index.library import Library
from index.storage.database import PAGE_SIZE
from qa.settings import Settings
from tui.app import YinjuApp
from tui.jobs import tasks
from tui.jobs.process import Step, Watcher, run
from tui.state.workspace import opener

EARLIER = Path(__file__).parents[2] / "index" / "libraries"


def watching(steps: list[Step] | None = None, stop: threading.Event | None = None) -> Watcher:
    return Watcher(
        (lambda _step: None) if steps is None else steps.append, stop.is_set if stop else lambda: False
    )


# What processes do


def count(watcher: Watcher) -> tuple[int, int, list[str]]:
    print("what a library prints is no news")
    os.write(2, b"nor what it complains of")
    monitor = watcher.monitor()
    for number in range(1, 4):
        monitor.done(number, 3)
    return os.getpid(), os.nice(0), sys.path


def wait(watcher: Watcher) -> None:
    watcher.tell(Step(1, 1, 2))
    while not watcher.cancelled():
        time.sleep(0.01)
    raise Cancelled("stopped", "what was finished is kept")


def fail(_: Watcher) -> None:
    raise KeyError("nobody\nforesaw this")


def grow(_: Watcher) -> None:
    bytes(1 << 60)


def end(how: int, _: Watcher) -> None:
    os.kill(os.getpid(), how)


def leave(_: Watcher) -> None:
    os._exit(3)


# What comes of it


def test_it_tells_how_far_it_is_and_what_came_of_it(capfd: pytest.CaptureFixture[str]) -> None:
    steps: list[Step] = []
    process, niceness, path = run(count, watching(steps))
    assert process != os.getpid() and niceness == min(os.nice(0) + 10, 19)
    assert path == sys.path, "what the app imports, not what lies in the current folder"
    assert steps[-1] == Step(3, 3, 3)
    assert capfd.readouterr() == ("", "")


def test_it_stops_when_it_is_told_to() -> None:
    stop, steps = threading.Event(), list[Step]()
    threading.Timer(0.5, stop.set).start()
    with pytest.raises(Cancelled):
        run(wait, watching(steps, stop))
    assert steps == [Step(1, 1, 2)]


def test_it_stops_while_a_reader_hangs(real: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (page := tmp_path / "page.html").write_text(
        "<html><body><nav>Lakes</nav>" + "<p>The lake is deep.</p>" * 4_000
    )
    monkeypatch.syspath_prepend(folder := hanging_reader(tmp_path))
    watcher = Watcher(lambda _step: None, (folder / "hangs").exists)
    with pytest.raises(Cancelled):
        tasks.add(real, [page], watcher)


def add_in_shares(folder: Path, watcher: Watcher) -> tuple[int, int]:
    """Adds the articles in ``folder`` by two processes; returns how many articles and processes there are."""
    from index.ingest import preparer, workers

    preparer.BEGIN_SECONDS = preparer.LEFT_SECONDS = 0.0
    workers.worker_count = lambda: 2
    started = []
    start = workers.ReaderProcess.start

    def starting(self: workers.ReaderProcess) -> None:
        if self._process is None:
            started.append(self)
        start(self)

    workers.ReaderProcess.start = starting  # type: ignore[method-assign]
    with Library.open(folder / "library", create=True) as library:
        return len(library.add([folder / "articles"], monitor=watcher.monitor()).added), len(started)


def test_its_work_may_be_shared_by_other_processes(tmp_path: Path) -> None:
    for number in range(8):
        path = tmp_path / "articles" / f"{number}.txt"
        path.parent.mkdir(exist_ok=True)
        path.write_text(f"The lake {number} is deep.\n\n" * 200)
    added, processes = run(partial(add_in_shares, tmp_path), watching())
    assert added == 8 and 1 <= processes <= 2


def test_an_error_that_nobody_foresaw_is_told_in_a_line() -> None:
    with pytest.raises(LibraryError, match="failed unexpectedly") as raised:
        run(fail, watching())
    assert "KeyError" in raised.value.message and "Traceback" not in str(raised.value)
    assert "check the library" in raised.value.hint


def test_too_little_memory_is_told_as_such() -> None:
    with pytest.raises(OutOfMemory, match="not enough memory"):
        run(grow, watching())


@pytest.mark.parametrize(("job", "told"), [(partial(end, signal.SIGKILL), "SIGKILL"), (leave, "exit code 3")])
def test_a_process_that_is_gone_is_told(job: partial[None], told: str) -> None:
    with pytest.raises(LibraryError, match=told):
        run(job, watching())


def test_nothing_is_imported_from_the_current_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "multiprocessing.py").write_text("raise SystemExit('not this one')")
    monkeypatch.chdir(tmp_path)
    assert run(count, watching())[0] != os.getpid()
    assert not os.environ.get("PYTHONSAFEPATH")


async def test_it_never_ends_the_app(real: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(tasks, "add", lambda _library, _paths, watcher: run(fail, watcher))
    app = YinjuApp(opener(real, Settings()))
    async with opened(app) as pilot:
        assert app.workspace is not None
        app.adding.begin(app.workspace, [real])
        while app.adding.running:
            await pilot.pause(0.05)
        await settle(pilot)
        (note,) = app._notifications
        assert "failed unexpectedly" in note.message and "Traceback" not in note.message
        assert app.is_running and app.workspace is not None


# Libraries


@pytest.mark.parametrize("version", [1, 2])
def test_a_damaged_backup_of_an_earlier_format_is_replaced(real: Path, version: int, tmp_path: Path) -> None:
    target = tmp_path / "backup.db"
    target.write_bytes(gzip.decompress((EARLIER / f"format-{version}.db.gz").read_bytes())[:5000])
    shutil.copy(target, tmp_path / "library.db")
    with pytest.raises(LibraryError):
        Library.open(tmp_path)  # it cannot be opened, and is a backup nevertheless
    assert tasks.back_up(real, target, watching()) == target.stat().st_size > 5000
    (tmp_path / "notes.txt").write_text("mine")
    with pytest.raises(UsageError, match="is no backup"):
        tasks.back_up(real, tmp_path / "notes.txt", watching())


def swapped(library: Path, folder: Path) -> Iterator[Path]:
    """Libraries that have two pages of the database in each other's places."""
    data = (library / "library.db").read_bytes()
    for one, other in combinations(range(1, len(data) // PAGE_SIZE), 2):
        shutil.rmtree(folder, ignore_errors=True)
        shutil.copytree(library, folder)
        pages = [data[at : at + PAGE_SIZE] for at in range(0, len(data), PAGE_SIZE)]
        pages[one], pages[other] = pages[other], pages[one]
        (folder / "library.db").write_bytes(b"".join(pages))
        yield folder


def test_pages_in_the_wrong_places_are_told_as_damage(real: Path, tmp_path: Path) -> None:
    for library in swapped(real, tmp_path / "swapped"):
        try:
            with Library.open(library) as opened_library:
                opened_library.files_state()
        except LibraryError:
            continue
        except TypeError:  # a number where a path should be
            break
    else:
        pytest.fail("no pages can be swapped so that an error arises which nobody foresaw")
    with pytest.raises(LibraryError, match="is damaged"):
        tasks.sync(library, True, watching())


async def test_an_unforeseen_error_while_listing_is_told_as_damage(
    real: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def articles(_: Library) -> list[object]:
        raise TypeError("a number where a path should be")

    app = YinjuApp(opener(real, Settings()))
    async with opened(app) as pilot:
        monkeypatch.setattr(Library, "articles", articles)
        monkeypatch.setattr(
            "index.storage.place.integrity_errors", lambda _database: ["row 1 missing from index"]
        )
        await pilot.press("f2")
        await settle(pilot)
        notice = app.screen.query_one("#library-notice")
        assert "is damaged" in str(notice.render())  # type: ignore[attr-defined]
