"""Opening a library, and refusing: what is none, another format or model, missing permissions."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import apsw
import pytest
from by_hand import change
from small_library import TOKENIZER, Found, HashingEmbedder, answers, articles, open_library

from index.errors import Inaccessible, LibraryError, ModelError, UsageError
from index.library import Library
from index.maintenance.doctor import Doctor


def test_what_is_no_library_is_refused(tmp_path: Path) -> None:
    with pytest.raises(LibraryError, match="no library at") as caught:
        Library.open(tmp_path / "missing")
    assert caught.value.exit_code == 3 and caught.value.hint
    (tmp_path / "file").write_text("x")
    (tmp_path / "empty").mkdir()
    for path in (tmp_path / "file", tmp_path / "empty"):
        with pytest.raises(LibraryError, match="is not a library"):
            Library.open(path)
    with pytest.raises(LibraryError, match="not empty"):
        open_library(tmp_path)
    for path in (tmp_path / "file", tmp_path / "file" / "library", tmp_path / "file" / "new" / "library"):
        with pytest.raises(LibraryError, match=f"cannot be made: {tmp_path / 'file'} is a file"):
            open_library(path)
    assert sorted(path.name for path in tmp_path.iterdir()) == ["empty", "file"]


@pytest.mark.parametrize(
    ("name", "told"),
    [
        (os.fsdecode(b"caf\xe9"), "must be UTF-8"),
        ("x" * 300, "too long"),
        ("/".join(["y" * 200] * 6), "too long"),
        ("nul\0", "null character"),
    ],
)
@pytest.mark.parametrize("create", [True, False])
def test_a_path_that_no_library_can_have_is_refused(
    tmp_path: Path, name: str, told: str, create: bool
) -> None:
    with pytest.raises(UsageError, match=told):
        open_library(tmp_path / name, create=create)
    assert not Library.exists(tmp_path / name)
    with pytest.raises(UsageError, match=told):
        Doctor(tmp_path / name).examine()
    assert not list(tmp_path.iterdir())


def test_a_library_that_cannot_be_made_leaves_no_folder(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(*_: object) -> None:
        raise apsw.FullError("full")

    (tmp_path / "there").mkdir()
    monkeypatch.setattr("index.storage.schema.create_database", full)
    for path in (tmp_path / "there", tmp_path / "new" / "deep" / "library"):
        with pytest.raises(LibraryError, match="cannot be made"):
            open_library(path)
    assert os.listdir(tmp_path) == ["there"]


def test_what_a_kill_left_of_a_new_library_does_not_stand_in_the_way(tmp_path: Path) -> None:
    path = tmp_path / "library"
    path.mkdir()
    for name in ("write.lock", "write.lock-journal", ".library.new"):
        (path / name).touch()
    assert not Library.exists(path)
    with open_library(path) as library:
        assert len(library.add_parsed(articles(2)).added) == 2
    assert Library.exists(path)


def test_a_newer_format_is_refused(library: Library) -> None:
    library.close()
    change(library.path / "library.db", "PRAGMA user_version = 99")
    with pytest.raises(LibraryError, match="format 99") as caught:
        Library.open(library.path)
    assert "update" in caught.value.hint


def test_another_model_is_refused(library: Library) -> None:
    library.add_parsed(articles(2))
    with pytest.raises(ModelError, match="was made with hashing, not with lexicon"):
        Library.open(library.path, model="lexicon")
    with pytest.raises(ModelError, match="not with some/model"):
        Library.open(library.path, create=True, model="some/model")
    with Library.open(library.path, model="hashing") as same:
        assert same.status().model == "hashing"

    changed = HashingEmbedder()
    changed.fingerprint = "h2"
    with Library.open(library.path, embedder=changed, tokenizer=TOKENIZER) as other:
        assert len(other.articles()) == 2
        with pytest.raises(ModelError, match="another version of hashing"):
            other.add_parsed(articles(3))


@contextmanager
def unprivileged(base: Path) -> Iterator[None]:
    """Inside, permissions count: for root, who may do anything, it runs as "nobody", who gets to ``base``."""
    root = os.geteuid() == 0
    modes = {folder: folder.stat().st_mode for folder in ([base, *base.parents] if root else [])}
    try:
        for folder, mode in modes.items():
            folder.chmod(mode | 0o055)
        if root:
            os.seteuid(65534)
        yield
    finally:
        if root:
            os.seteuid(0)
        for folder, mode in modes.items():
            folder.chmod(mode)


@pytest.fixture
def readable_only(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Path, Found]]:
    """A library in a folder that this process may read and not write, and what it answers."""
    base = tmp_path_factory.mktemp("media")
    path = base / "library"
    with open_library(path) as library:
        library.add_parsed(articles(3))
        expected = answers(library)
    try:
        for entry in [path, *path.rglob("*")]:
            entry.chmod(0o555 if entry.is_dir() else 0o444)
        with unprivileged(base):
            yield path, expected
    finally:
        for entry in [path, *path.rglob("*")]:
            entry.chmod(0o755)


def test_a_folder_that_may_not_be_looked_into_is_told(tmp_path: Path) -> None:
    (tmp_path / "own").mkdir()
    (tmp_path / "own").chmod(0o777)
    (tmp_path / "articles" / "closed").mkdir(parents=True)
    (tmp_path / "articles" / "open.txt").write_text("有内容的文章。", encoding="utf-8")
    (tmp_path / "library").mkdir()
    with open_library(tmp_path / "other") as other:
        other.add([tmp_path / "articles"])  # loads what "nobody" may not be able to load
    for closed in (tmp_path / "articles" / "closed", tmp_path / "library"):
        closed.chmod(0)
    try:
        with unprivileged(tmp_path):
            with open_library(tmp_path / "own" / "library") as library:
                report = library.add([tmp_path / "articles"])
            assert [Path(path).name for path in report.added] == ["open.txt"]
            told = str(tmp_path / "articles" / "closed")
            assert report.skipped == [(told, "the folder may not be looked into")]
            for path in (tmp_path / "library", tmp_path / "library" / "inner"):
                assert Library.exists(path)  # as far as can be told
                for create in (True, False):
                    with pytest.raises(Inaccessible, match="cannot be opened"):
                        open_library(path, create=create)
                with pytest.raises(Inaccessible, match="cannot be opened"):
                    Doctor(path).examine()
    finally:
        for closed in (tmp_path / "articles" / "closed", tmp_path / "library"):
            closed.chmod(0o755)


def test_a_folder_that_cannot_be_written_can_be_read(
    readable_only: tuple[Path, Found], monkeypatch: pytest.MonkeyPatch
) -> None:
    path, expected = readable_only
    before = sorted(entry.name for entry in path.rglob("*"))
    monkeypatch.delattr("index.search.indexes.SearchIndexes._in_memory")  # the folder has what it needs
    with open_library(path, create=False) as reader:
        assert answers(reader) == expected
        for write in (lambda: reader.add_parsed(articles(9)), lambda: reader.remove([1])):
            with pytest.raises(Inaccessible, match="cannot be written to"):
                write()
    assert sorted(entry.name for entry in path.rglob("*")) == before


def test_a_sound_library_that_cannot_be_written_is_called_sound(readable_only: tuple[Path, Found]) -> None:
    found = {finding.check: finding for finding in Doctor(readable_only[0]).examine()}
    assert found["folder"].state == "note" and "cannot be written to" in found["folder"].text
    assert found["indexes"].state == found["pages"].state == "well"
    assert not [finding for finding in found.values() if finding.state == "wrong"]


def test_a_log_that_cannot_be_read_is_told_not_left_out(tmp_path: Path) -> None:
    path, copied = tmp_path / "library", tmp_path / "media" / "library"
    with open_library(path) as library:
        library.add_parsed(articles(2))
        with Library.open(path) as reader:
            cursor = reader._store.database.connection().execute("SELECT id FROM articles")
            assert next(cursor) == (1,)  # it reads on, so that the log cannot be emptied
            library.add_parsed(articles(2, first=2))
            shutil.copytree(path, copied)
    (copied / "library.db-shm").unlink()
    assert (copied / "library.db-wal").stat().st_size
    try:
        for entry in [copied, *copied.rglob("*")]:
            entry.chmod(0o555 if entry.is_dir() else 0o444)
        with unprivileged(tmp_path / "media"), pytest.raises(Inaccessible, match="stand in a log"):
            open_library(copied, create=False).articles()
    finally:
        for entry in [copied, *copied.rglob("*")]:
            entry.chmod(0o755)
    with open_library(copied, create=False) as library:
        assert len(library.articles()) == 4
