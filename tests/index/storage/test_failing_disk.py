"""What a disk that is full or fails is told as, and that it leaves everything as it was."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from types import SimpleNamespace

import apsw
import pytest
from small_library import an_article

from index.errors import Inaccessible, LibraryError
from index.library import Library
from index.maintenance.doctor import Doctor
from index.storage import backup, lock
from index.storage.database import PAGE_SIZE, Database
from index.storage.lock import Unwritable, write_lock

resource = pytest.importorskip("resource", reason="sizes of files are limited by POSIX systems")


@contextmanager
def limited(size: int) -> Iterator[None]:
    """No file grows beyond ``size`` bytes."""
    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (size, before[1]))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, before)


@pytest.fixture
def path(tmp_path: Path) -> Path:
    """A library in which a page is damaged, whose articles can be pieced together."""
    path = tmp_path / "library"
    with Library.open(path, create=True) as library:
        text = "第{}号图书馆在北京。\n\n" * 200
        library.add_parsed([(f"key{i}", an_article(text.format(*[i] * 200), f"题{i}")) for i in range(4)])
    data = bytearray((path / "library.db").read_bytes())
    data[data.index("第2号图书馆在北京".encode()) // PAGE_SIZE * PAGE_SIZE + 3000] ^= 4
    (path / "library.db").write_bytes(data)
    return path


@pytest.mark.parametrize("size", [5_000, 33_000])
def test_a_repair_without_room_changes_nothing(path: Path, size: int) -> None:
    before = (path / "library.db").read_bytes()
    with limited(size), pytest.raises(LibraryError, match=r"the disk of the library .* (is full|fails)"):
        Doctor(path, fix=True).examine()
    assert (path / "library.db").read_bytes() == before
    assert not [entry for entry in path.iterdir() if entry.name.startswith((".library", "library-"))]
    assert "mended" in {finding.state for finding in Doctor(path, fix=True).examine()}
    with Library.open(path) as library:
        assert len(library.articles()) == 4


def test_a_repair_counts_only_once_it_is_all_in_one_file(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Closing a database says nothing where the log cannot be moved into the file."""
    before = (path / "library.db").read_bytes()

    def fail(database: Database) -> None:
        assert database.path.with_name(".library.new-wal").stat().st_size
        raise LibraryError("the disk fails")

    with monkeypatch.context() as patch, pytest.raises(LibraryError, match="the disk fails"):
        patch.setattr(Database, "checkpoint", fail)
        Doctor(path, fix=True).examine()
    assert (path / "library.db").read_bytes() == before and not [*path.glob(".library*")]


def test_a_backup_without_room_is_told_and_leaves_nothing(library: Library, tmp_path: Path) -> None:
    library.add_parsed([("key", an_article("图书馆在北京。" * 2_000, "题"))])
    target = tmp_path / "backup.db"
    target.write_bytes(b"")
    with limited(5_000), pytest.raises(LibraryError, match=r"cannot be written: the disk (is full|fails)"):
        library.back_up(target)
    assert [entry.name for entry in tmp_path.iterdir() if entry.is_file()] == ["backup.db"]


@pytest.mark.parametrize(
    ("error", "code", "told"),
    [
        (apsw.FullError, apsw.SQLITE_FULL, "the disk of the library .* is full"),
        (apsw.CantOpenError, apsw.SQLITE_CANTOPEN, "cannot be opened"),
        (apsw.NotADBError, apsw.SQLITE_NOTADB, "cannot be locked: .* .remove it"),
    ],
)
def test_why_there_is_no_lock(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, error: type[apsw.Error], code: int, told: str
) -> None:
    def failing(_: str) -> None:
        raised = error("told")
        raised.result = code
        raise raised

    monkeypatch.setattr(lock.apsw, "Connection", failing)
    with pytest.raises(Unwritable, match=told), write_lock(tmp_path):
        raise AssertionError("there is no lock")


def test_there_is_a_database_at_any_time_while_it_is_exchanged(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    database, new = tmp_path / "library.db", tmp_path / ".library.new"
    for file, text in ((database, "old"), (new, "new"), (tmp_path / "library.db-wal", "log")):
        file.write_text(text)
    replace = os.replace

    def only_beside(source: Path, target: Path) -> None:
        assert database.read_text() == "old"
        replace(source, target)

    with monkeypatch.context() as patch:
        patch.setattr("os.replace", only_beside)
        aside = backup.swap_in(database, new, "damaged")
    assert (database.read_text(), aside.read_text()) == ("new", "old")
    assert aside.with_name(aside.name + "-wal").read_text() == "log"
    assert not (tmp_path / "library.db-wal").exists() and not new.exists()
    for text in ("newer", "newest"):  # within a second
        new.write_text(text)
        backup.swap_in(database, new, "damaged")
    kept = {file.read_text() for file in tmp_path.glob("library-damaged-*.db")}
    assert (database.read_text(), kept) == ("newest", {"old", "new", "newer"})


def test_a_library_on_a_full_disk_is_read_and_takes_more_once_there_is_room(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with Library.open(tmp_path, create=True) as library:
        library.add_parsed([("key", an_article("图书馆在北京。", "题"))])
        library.search_generation()
    with monkeypatch.context() as disk, limited(0):
        disk.setattr("shutil.disk_usage", lambda _: SimpleNamespace(free=0))
        library = Library.open(tmp_path)
        assert len(library.articles()) == 1 and library.search_words([[("图书馆", 1.0)]], 1)
        with pytest.raises(Inaccessible, match="is full"):
            library.teach("青岚")
    with library:
        library.teach("青岚")
        assert [taught.word for taught in library.words()] == ["青岚"]
