"""Backups are one moment of a library in use, and come back whole."""

from __future__ import annotations

import os
import subprocess
import sys
import threading
from pathlib import Path
from typing import Any

import apsw
import pytest
from small_library import answers, articles, open_library

from index.errors import Cancelled, LibraryError
from index.library import Library
from index.maintenance.doctor import Doctor
from index.maintenance.restore import restore
from index.storage.backup import copy_pages
from index.storage.lock import write_lock
from index.types import Monitor


def texts(library: Library) -> dict[str, str]:
    return {info.path: library.article(info.id).text for info in library.articles()}


def test_a_backup_comes_back(library: Library, tmp_path: Path) -> None:
    library.add_parsed(articles(10))
    library.teach("图书馆在")
    before = texts(library), answers(library), library.words()
    library.back_up(tmp_path / "backup.db")
    library.remove([1, 2, 3])
    library.add_parsed(articles(2, first=50))
    changed = texts(library)
    kept = restore(tmp_path / "backup.db", library.path)
    # The library that was open all the time goes over to it.
    assert (texts(library), answers(library), library.words()) == before
    assert kept is not None
    restore(kept, library.path)
    assert texts(library) == changed
    library.add_parsed(articles(1, first=90))
    assert len(library.articles()) == len(changed) + 1


def test_it_makes_a_library_where_there_is_none(library: Library, tmp_path: Path) -> None:
    library.add_parsed(articles(5))
    library.back_up(tmp_path / "backup.db")
    assert restore(tmp_path / "backup.db", tmp_path / "new" / "place") is None
    with open_library(tmp_path / "new" / "place", create=False) as other:
        assert (texts(other), answers(other)) == (texts(library), answers(library))
        other.remove([1])
    assert len(library.articles()) == 5


def test_a_backup_while_others_write_is_one_moment(library: Library, tmp_path: Path) -> None:
    library.add_parsed(articles(40))
    done = threading.Event()

    def write() -> None:
        with open_library(library.path, create=False) as other:
            for first in range(100, 130, 2):
                other.add_parsed(articles(2, first=first))  # always two at once
        done.set()

    writer = threading.Thread(target=write)
    writer.start()
    counts = []
    while not done.is_set() or len(counts) < 2:
        target = tmp_path / f"backup{len(counts)}.db"
        library.back_up(target)
        restore(target, tmp_path / f"restored{len(counts)}")
        with open_library(tmp_path / f"restored{len(counts)}", create=False) as copy:
            counts.append(len(texts(copy)))
            assert answers(copy)
    writer.join()
    assert counts == sorted(counts) and all(count % 2 == 0 for count in counts)


def test_what_killed_backups_left_is_swept_away(library: Library, tmp_path: Path) -> None:
    old, new, other = (
        tmp_path / f".{name}" for name in ("[1].db-0123abcd", "[1].db-4567abcd", "x.db-0123abcd")
    )
    for file in (old, new, other):
        file.write_bytes(b"half a copy")
    for file in (old, other):
        os.utime(file, (0, 0))
    library.back_up(tmp_path / "[1].db")
    assert (old.exists(), new.exists(), other.exists()) == (False, True, True)


KILLED = """
import os, sys
from pathlib import Path
from index.library import Library
from index.types import Monitor
kill = Monitor(done=lambda *_: os.kill(os.getpid(), 9))
Library.open(Path(sys.argv[1])).back_up(Path(sys.argv[2]), monitor=kill)
"""


@pytest.mark.slow(seconds=2)
def test_the_copy_of_a_killed_backup_is_deleted_by_the_next_command_that_writes(
    library: Library, tmp_path: Path
) -> None:
    library.add_parsed(articles(5))
    place = tmp_path / "elsewhere"
    place.mkdir()
    killed = subprocess.run([sys.executable, "-c", KILLED, library.path, place / "backup.db"], check=False)
    assert killed.returncode == -9 and [*place.glob(".backup.db-????????")]
    [finding] = [f for f in Doctor(library.path).examine() if f.check == "leftovers"]
    assert finding.state == "note" and finding.text.startswith("2 leftovers")
    library.remove([1])
    assert not [*place.iterdir()] and not [*library.path.glob(".*")]


def test_the_copy_of_a_backup_at_work_stays(library: Library, tmp_path: Path) -> None:
    library.add_parsed(articles(5))

    def write(*_: int) -> None:
        with open_library(library.path, create=False) as other:
            other.remove([1])
        assert "leftovers" not in [finding.check for finding in Doctor(library.path, fix=True).examine()]

    library.back_up(tmp_path / "backup.db", monitor=Monitor(done=write))
    assert (tmp_path / "backup.db").exists() and len(library.articles()) == 4
    assert not [*library.path.glob(".*")]


def test_a_note_that_came_with_a_library_deletes_nothing_else(library: Library, tmp_path: Path) -> None:
    mine = [tmp_path / name for name in ("mine.txt", ".mine-0123abcd", "mine.db")]
    for file, content in zip(mine, (b"mine", b"mine", b"SQLite format 3\0"), strict=True):
        file.write_bytes(content)
    note = apsw.Connection(str(library.path / ".copy-0123abcd"))
    note.execute("CREATE TABLE copy (path)")
    note.executemany("INSERT INTO copy VALUES (?)", [(os.fsencode(file),) for file in mine])
    note.close()
    library.add_parsed(articles(2))
    assert all(file.exists() for file in mine) and not [*library.path.glob(".*")]


def test_a_kill_in_a_restore_does_not_look_like_lost_changes(
    library: Library, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    library.add_parsed(articles(3))
    library.back_up(tmp_path / "backup.db")
    for number in (1, 2):
        library.remove([number])
    copy = copy_pages

    def killed(*args: Any) -> None:
        copy(*args)
        raise KeyboardInterrupt

    monkeypatch.setattr("index.maintenance.restore.copy_pages", killed)
    with pytest.raises(KeyboardInterrupt):
        restore(tmp_path / "backup.db", library.path)
    assert len(library.articles()) == 3 and library.lost == 0
    assert "wrong" not in [finding.state for finding in Doctor(library.path).examine()]


def test_a_damaged_library_is_replaced_and_kept(library: Library, tmp_path: Path) -> None:
    library.add_parsed(articles(10))
    before = texts(library)
    library.back_up(tmp_path / "backup.db")
    library.close()
    database = library.path / "library.db"
    for harm in (b"no database " * 999, database.read_bytes()[:8192]):
        database.write_bytes(harm)
        kept = restore(tmp_path / "backup.db", library.path)
        assert kept is not None and kept.read_bytes() == harm and "damaged" in kept.name
        with open_library(library.path, create=False) as mended:
            assert texts(mended) == before
            assert answers(mended)
        kept.unlink()


def test_what_is_no_backup_replaces_nothing(library: Library, tmp_path: Path) -> None:
    library.add_parsed(articles(10))
    before = texts(library), answers(library)
    good = tmp_path / "backup.db"
    library.back_up(good)
    flipped = bytearray(good.read_bytes())
    flipped[len(flipped) // 2] ^= 1
    bad = {"missing.db": None, "text.db": b"hello", "cut.db": good.read_bytes()[:9000], "flipped.db": flipped}
    for name, data in bad.items():
        if data is not None:
            (tmp_path / name).write_bytes(data)
        with pytest.raises(LibraryError):
            restore(tmp_path / name, library.path)
        with pytest.raises(LibraryError):
            restore(tmp_path / name, tmp_path / "elsewhere")
    assert (texts(library), answers(library)) == before
    assert not list(library.path.glob("library-*")) and not (tmp_path / "elsewhere" / "library.db").exists()


def test_it_waits_for_no_other_writer(
    library: Library, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("index.maintenance.restore._LOCK_TIMEOUT", 0.05)
    library.add_parsed(articles(2))
    library.back_up(tmp_path / "backup.db")
    with write_lock(library.path), pytest.raises(LibraryError, match="another qa add"):
        restore(tmp_path / "backup.db", library.path)


def test_stopped_it_leaves_all_as_it_was(library: Library, tmp_path: Path) -> None:
    library.add_parsed(articles(10))
    before = texts(library)
    with pytest.raises(Cancelled):
        library.back_up(tmp_path / "backup.db", monitor=Monitor(cancelled=lambda: True))
    assert list(tmp_path.glob("*backup*")) == []
    library.back_up(tmp_path / "backup.db")
    library.remove([1])
    with pytest.raises(Cancelled):
        restore(tmp_path / "backup.db", library.path, monitor=Monitor(cancelled=lambda: True))
    assert len(texts(library)) == len(before) - 1


def test_a_folder_of_other_things_is_left_alone(library: Library, tmp_path: Path) -> None:
    library.back_up(tmp_path / "backup.db")
    folder = tmp_path / "mine"
    folder.mkdir()
    (folder / "notes.txt").write_text("mine")
    with pytest.raises(LibraryError, match="is no library and not empty"):
        restore(tmp_path / "backup.db", folder)
    assert [file.name for file in folder.iterdir()] == ["notes.txt"]


def test_nothing_is_wrong_with_what_came_back(tmp_path: Path) -> None:
    with Library.open(tmp_path / "library", create=True) as library:
        library.add_parsed(articles(5))
        library.back_up(tmp_path / "backup.db")
        library.remove([2])
        restore(tmp_path / "backup.db", library.path)
        _ = library.search_generation()
    assert {finding.state for finding in Doctor(tmp_path / "library").examine()} <= {"well", "note"}


def test_a_disk_that_is_full_at_last_is_told(
    library: Library, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    library.add_parsed(articles(3))
    library.back_up(tmp_path / "backup.db")
    expected = answers(library)

    def full(_: Path) -> None:
        raise OSError(28, "No space left on device")

    with monkeypatch.context() as patch:
        patch.setattr("index.maintenance.restore.fsync_folder", full)
        with pytest.raises(LibraryError, match="cannot be written: No space left"):
            restore(tmp_path / "backup.db", library.path)
    assert answers(library) == expected
