"""`qa sync` as people and programs run it."""

from __future__ import annotations

import json
import shutil
import threading
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from click.testing import Result

from index.storage.lock import write_lock
from qa.cli import sync as module

Run = Callable[..., Result]


@pytest.fixture
def own(library: Path, tmp_path: Path) -> Path:
    """A library of the user's own to write to, with a folder that it follows."""
    own = tmp_path / "library"
    shutil.copytree(library, own)
    return own


@pytest.fixture
def sync(qa: Run, own: Path) -> Run:
    return lambda *words, **more: qa("sync", "--library", own, *words, **more)


@pytest.fixture
def folder(qa: Run, own: Path, articles: Path, tmp_path: Path) -> Path:
    """The folder that is followed, with the three articles again."""
    assert qa("sync", "--library", own, "--forget", articles).exit_code == 0
    folder = tmp_path / "articles"
    shutil.copytree(articles, folder)
    qa("remove", "--library", own, "1", "2", "3")
    assert qa("add", "--library", own, folder).exit_code == 0
    return folder


def data(result: Result) -> dict[str, Any]:
    (line,) = result.stdout.splitlines()
    found: dict[str, Any] = json.loads(line)
    return found


def test_it_tells_what_would_be_done_and_does_it(sync: Run, folder: Path) -> None:
    (folder / "lake.txt").rename(folder / "water.txt")
    (folder / "tea.txt").unlink()
    (folder / "new.txt").write_text("The lighthouse was built in 1890.", encoding="utf-8")
    preview = sync("--dry-run")
    assert preview.stdout.splitlines() == [
        f"add {folder / 'new.txt'}",
        f"move {folder / 'lake.txt'} → {folder / 'water.txt'}",
        f"remove {folder / 'tea.txt'}",
        f"would be: 1 added, 1 moved, 1 removed, 1 unchanged → {folder.parent / 'library'}",
    ]
    done = data(sync("--json"))
    assert done["dry_run"] is False and done["added"] == [str(folder / "new.txt")]
    assert done["moved"] == [[str(folder / "lake.txt"), str(folder / "water.txt")]]
    assert done["removed"] == [str(folder / "tea.txt")] and len(done["unchanged"]) == 1
    again = sync()
    assert again.exit_code == 0 and again.stdout.startswith("3 unchanged → ")


def test_a_deleted_file_answers_no_more(qa: Run, sync: Run, own: Path, folder: Path) -> None:
    question = ("ask", "--library", own, "How deep is the northern lake?")
    assert qa(*question).exit_code == 0
    (folder / "lake.txt").unlink()
    assert sync().exit_code == 0
    assert qa(*question).exit_code == 1


def test_what_is_kept_is_told_with_what_to_do(sync: Run, folder: Path) -> None:
    folder.rename(folder.with_name("unplugged"))
    done = sync()
    assert done.exit_code == 2 and done.stdout == "nothing done\n"
    assert "the folder is not there (if it is gone for good: qa sync --gone" in done.stderr
    assert data(sync("--gone", "--json", folder))["removed"]


def test_unreadable_files_are_listed(sync: Run, folder: Path) -> None:
    (folder / "new\x1b[31m.txt").write_bytes(bytes(range(256)) * 40)
    done = sync()
    assert done.exit_code == 0
    assert "\x1b" not in done.stderr and done.stderr.startswith(f"qa: skipped {folder}/new[31m.txt: ")
    assert done.stdout.startswith("3 unchanged, 1 skipped → ")


def test_missing_files(qa: Run, sync: Run, own: Path, folder: Path, tmp_path: Path) -> None:
    alone = tmp_path / "alone.txt"
    alone.write_text("The lighthouse was built in 1890.", encoding="utf-8")
    qa("add", "--library", own, alone)
    alone.unlink()
    done = sync()
    assert done.stderr == f"qa: missing {alone} (qa sync --gone removes such articles)\n"
    assert done.stdout.startswith("3 unchanged, 1 missing → ")
    assert sync("--gone").stdout.startswith("1 removed, 3 unchanged → ")


def test_folders_are_forgotten(sync: Run, folder: Path) -> None:
    assert data(sync("--forget", folder, "--json")) == {"forgotten": [str(folder)], "followed": []}
    done = sync("--forget", folder)
    assert done.exit_code == 2 and "is not followed" in done.stderr
    (folder / "lake.txt").unlink()
    assert data(sync("--json"))["missing"] == [str(folder / "lake.txt")]


def test_wrong_words(qa: Run, sync: Run, own: Path, folder: Path, tmp_path: Path) -> None:
    for words, reason in (
        (["--watch", "--dry-run"], "give one of them"),
        (["--watch", "0"], "out of range"),
        (["nowhere"], "was never added"),
    ):
        done = sync(*words)
        assert done.exit_code == 2 and reason in done.stderr and not done.stdout
    assert qa("sync").exit_code == 2  # the bundled articles
    assert qa("sync", "--library", tmp_path / "none").exit_code == 3


def test_an_archive_is_removed_as_a_whole(qa: Run, own: Path, folder: Path, tmp_path: Path) -> None:
    archive = tmp_path / "more.zip"
    with zipfile.ZipFile(archive, "w") as made:
        made.writestr("a.txt", "The lighthouse was built in 1890.")
        made.writestr("b.txt", "The lighthouse keeper retired in 1951.")
    assert qa("add", "--library", own, archive).stdout.startswith("2 added")
    removed = data(qa("remove", "--library", own, "--json", archive))["removed"]
    assert [item["path"] for item in removed] == [f"{archive}!/a.txt", f"{archive}!/b.txt"]


# Watching


def test_a_word_after_watch(monkeypatch: pytest.MonkeyPatch) -> None:
    assert module._seconds(None, ["a"]) == (None, ["a"])
    assert module._seconds("", []) == (5.0, [])
    assert module._seconds("0.5", ["a"]) == (0.5, ["a"])
    assert module._seconds("folder", ["a"]) == (5.0, ["folder", "a"])


def test_watching_syncs_what_changes_until_it_is_stopped(
    sync: Run, own: Path, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Each pause lets something happen; what is said is said once."""
    file = folder / "new.txt"
    locked = threading.Event()

    def write() -> None:
        file.write_text("The lighthouse was built in 1890.", encoding="utf-8")

    def delete_while_somebody_writes() -> None:
        file.unlink()
        locked.set()

    def nothing() -> None: ...

    happenings = iter([write, nothing, delete_while_somebody_writes, locked.clear, nothing])
    pauses: list[float] = []

    class Clock:
        now = 0.0

        @staticmethod
        def monotonic() -> float:
            return Clock.now

        @staticmethod
        def sleep(seconds: float) -> None:
            Clock.now += 60
            pauses.append(seconds)
            next(happenings, nothing)()

    look = module._watch

    def watch(library: Any, once: Any, seconds: float, _: Any, as_json: bool) -> int:
        def once_or_busy(cancelled: Any) -> Any:
            if locked.is_set():
                with write_lock(own):
                    return once(cancelled)
            return once(cancelled)

        return look(library, once_or_busy, seconds, lambda: len(pauses) > 6, as_json)

    monkeypatch.setattr(module, "time", Clock)
    monkeypatch.setattr(module, "_watch", watch)
    monkeypatch.setattr("index.storage.place.LOCK_TIMEOUT", 0.0)
    done = sync("--watch", "1", "--json")
    assert done.exit_code == 0
    said = [json.loads(line) for line in done.stdout.splitlines()]
    assert [(one["added"], one["removed"]) for one in said] == [([str(file)], []), ([], [str(file)])]
    told = done.stderr.splitlines()
    assert told[0].startswith("qa: watching ") and len(told) == 2 and "another qa" in told[1]
