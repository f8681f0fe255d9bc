"""What bringing a library into step keeps: what cannot be told, and what was done before it was stopped."""

from __future__ import annotations

import os
import shutil
from pathlib import Path
from unittest.mock import patch

import pytest
from folder_changes import counts, export, in_step, pack, text, write

from index.errors import Cancelled
from index.library import Library
from index.types import Monitor

# What is kept


def test_a_drive_that_is_not_there_takes_nothing_along(
    library: Library, folder: Path, tmp_path: Path
) -> None:
    folder.rename(tmp_path / "unplugged")
    report = library.sync()
    assert report.away == [(str(folder), "the folder is not there")] and counts(report) == {"away": 1}
    folder.mkdir()
    (folder / ".Trash").mkdir()
    assert library.sync().away == [(str(folder), "the folder is empty")]
    assert library.sync(gone=True).away and len(library.articles()) == 5
    shutil.rmtree(folder)
    (tmp_path / "unplugged").rename(folder)
    assert counts(library.sync()) == {"unchanged": 5}
    shutil.rmtree(folder)
    assert counts(library.sync([folder], gone=True)) == {"removed": 5}
    assert library.articles() == []


def test_a_closed_folder_keeps_its_articles(library: Library, folder: Path) -> None:
    scan = os.scandir

    def closed(path: str) -> object:
        if str(path) == str(folder / "deep"):
            raise PermissionError(13, "Permission denied")
        return scan(path)

    with patch("os.scandir", closed):
        report = library.sync()
    assert report.skipped == [(str(folder / "deep"), "Permission denied")]
    assert counts(report) == {"skipped": 1, "unchanged": 3}
    assert counts(library.sync()) == {"unchanged": 5}


def test_a_file_that_became_garbage_keeps_its_article(library: Library, folder: Path) -> None:
    (folder / "a.txt").write_bytes(bytes(range(256)) * 40)
    report = library.sync()
    assert [path for path, _ in report.skipped] == [str(folder / "a.txt")]
    assert text(1).startswith(library.article(library.find(str(folder / "a.txt")).id).text[:5])


def test_files_added_by_themselves(library: Library, tmp_path: Path, folder: Path) -> None:
    alone, hidden = write(tmp_path / "alone.txt", 11), write(folder / ".hidden.txt", 12)
    library.add([alone, hidden])
    write(alone, 13)
    assert library.sync().updated == [str(alone)]
    assert str(hidden) in library.sync().unchanged
    alone.unlink()
    report = library.sync()
    assert report.missing == [str(alone)] and not report.removed
    assert library.sync([folder]).missing == []
    assert library.sync(gone=True).removed == [str(alone)]
    hidden.unlink()
    assert library.sync().removed == [str(hidden)]  # it lay in a folder that is followed


def test_a_file_added_by_itself_may_move_into_a_folder(
    library: Library, tmp_path: Path, folder: Path
) -> None:
    alone = write(tmp_path / "alone.txt", 11)
    library.add([alone])
    alone.rename(folder / "alone.txt")
    assert library.sync().moved == [(str(alone), str(folder / "alone.txt"))]


def test_links(library: Library, tmp_path: Path, folder: Path) -> None:
    target = write(tmp_path / "elsewhere" / "target.txt", 20)
    (folder / "link.txt").symlink_to(target)
    (folder / "circle").symlink_to(folder)
    (folder / "broken.txt").symlink_to(tmp_path / "nowhere.txt")
    assert library.sync().added == [str(target)]
    write(target, 21)
    assert library.sync().updated == [str(target)]
    assert in_step(library, folder)
    (folder / "link.txt").unlink()
    assert str(target) in library.sync().unchanged  # the file is there still
    moved = tmp_path / "on another disk"
    folder.rename(moved)
    folder.symlink_to(moved)
    report = library.sync()
    assert len(report.moved) == 4 and not (report.added or report.removed)


# Stopped in the middle


@pytest.mark.parametrize("stop", range(0, 24, 3))
def test_stopped_at_any_moment_the_next_time_completes(
    library: Library, folder: Path, stop: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("index.ingest.batch.BATCH_PASSAGES", 1)
    (folder / "deep").rename(folder / "deeper")
    (folder / "a.txt").unlink()
    pack(folder / "several.zip", two=5, three=6, four=7)
    export(folder / "lines.jsonl", one=8, two=9)
    asked = iter([False] * stop)
    with pytest.raises(Cancelled):
        library.sync(monitor=Monitor(cancelled=lambda: next(asked, True)))
    library.sync()
    assert in_step(library, folder)


def test_killed_between_an_archives_articles_and_its_record(library: Library, folder: Path) -> None:
    pack(folder / "several.zip", two=5, three=6)
    with (
        patch("index.storage.sources.Sources.record", side_effect=KeyboardInterrupt),
        pytest.raises(KeyboardInterrupt),
    ):
        library.sync()
    report = library.sync()
    assert len(report.unchanged) == 5
    assert in_step(library, folder)
    pack(folder / "several.zip", three=6, four=7)
    with (
        patch("index.storage.sources.Sources.record", side_effect=KeyboardInterrupt),
        pytest.raises(KeyboardInterrupt),
    ):
        library.sync()
    (folder / "several.zip").unlink()
    library.sync()
    assert in_step(library, folder)
