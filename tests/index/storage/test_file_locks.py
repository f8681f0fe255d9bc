"""Libraries on a file system without locks, as some network drives are: a preloaded library plays it."""

from __future__ import annotations

import errno
import json
import os
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import apsw
import pytest
from small_library import articles, open_library
from torture.power import shim

from index.errors import Busy
from index.history import History
from index.library import Library
from index.storage import database
from index.storage.lock import write_lock

Run = Callable[..., "subprocess.CompletedProcess[str]"]
ERRORS = [errno.ENOLCK, errno.EOPNOTSUPP, errno.ENOSYS]


@pytest.fixture(scope="module")
def preloaded(tmp_path_factory: pytest.TempPathFactory) -> Path:
    made = shim(tmp_path_factory.mktemp("shim"))
    if made is None:
        pytest.skip("needs Linux and a C compiler")
    return made


@pytest.fixture
def qa(preloaded: Path, tmp_path: Path) -> Run:
    """Runs ``qa`` where locking a file below ``tmp_path / "drive"`` fails with an error."""

    def run(error: int, *args: str | Path) -> subprocess.CompletedProcess[str]:
        environ = {
            **os.environ,
            "HOME": str(tmp_path / "home"),
            "LD_PRELOAD": str(preloaded),
            "TORTURE_BASE": str(tmp_path / "drive"),
            "TORTURE_LOCKS": str(error),
        }
        command = [sys.executable, "-m", "qa", *map(str, args)]
        return subprocess.run(command, env=environ, capture_output=True, text=True, timeout=20)

    return run


@pytest.fixture
def drive(tmp_path: Path) -> Path:
    """The folder without locks, with a library in it."""
    texts = {"text.txt": "The lake is 62 metres deep.", "more.txt": "The bridge is 1,240 metres long."}
    for name, text in texts.items():
        (tmp_path / name).write_text(text, encoding="utf-8")
    with Library.open(tmp_path / "drive" / "library", create=True) as library:
        library.add([tmp_path / name for name in texts])
    return tmp_path / "drive"


@pytest.mark.parametrize("error", ERRORS)
def test_a_library_without_locks_is_read_and_not_written(
    qa: Run, drive: Path, tmp_path: Path, error: int
) -> None:
    library = drive / "library"
    asked = qa(error, "ask", "--library", library, "How deep is the lake?")
    assert asked.returncode == 0 and "62 metres" in asked.stdout
    (told,) = asked.stderr.splitlines()
    assert "has no locks" in told
    refused = qa(error, "add", "--library", library, "--json", tmp_path / "text.txt")
    assert refused.returncode == 5 and refused.stderr.splitlines() == [told]
    assert json.loads(refused.stdout) == {"error": told.removeprefix("qa: "), "kind": "inaccessible"}


def test_what_needs_no_lock_works_without(qa: Run, drive: Path, tmp_path: Path) -> None:
    library, error = drive / "library", errno.ENOLCK
    examined = qa(error, "doctor", "--library", library, "--json")
    states = {f["check"]: f["state"] for f in json.loads(examined.stdout)["findings"]}
    assert (
        examined.returncode == 0 and states["folder"] == "note" and set(states.values()) <= {"note", "well"}
    )
    assert qa(error, "backup", "--library", library, drive / "backup.db").returncode == 0
    assert qa(error, "list", "--library", tmp_path / "elsewhere").returncode == 3
    restored = qa(error, "restore", "--library", tmp_path / "elsewhere", drive / "backup.db")
    assert restored.returncode == 0 and "2 articles" in restored.stdout
    refused = qa(error, "add", "--library", drive / "new" / "library", tmp_path / "text.txt")
    assert refused.returncode == 5 and "has no locks" in refused.stderr and not (drive / "new").exists()


def test_a_log_is_not_left_out_without_locks(qa: Run, drive: Path, tmp_path: Path) -> None:
    library, copied = drive / "library", drive / "copied"
    with Library.open(library) as opened, Library.open(library) as reader:
        cursor = reader._store.database.connection().execute("SELECT id FROM articles")
        assert next(cursor)  # it reads on, so that the log cannot be emptied
        opened.teach("lake", ["water"])
        shutil.copytree(library, copied)
    assert (copied / "library.db-wal").stat().st_size
    done = qa(errno.ENOLCK, "list", "--library", copied)
    assert done.returncode == 5 and "stand in a log" in done.stderr


def test_a_library_read_without_locks_is_seen_to_change(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    connect = database._connect

    def without_locks(path: Path, uri: str, flag: int) -> apsw.Connection:
        if "immutable" not in uri:
            raise apsw.exception_for(apsw.SQLITE_IOERR)
        return connect(path, uri, flag)

    with open_library(tmp_path) as writer:
        writer.add_parsed(articles(2))
        with monkeypatch.context() as drive:
            drive.setattr(database, "_connect", without_locks)
            drive.setattr(database, "can_lock", lambda _: False)
            reader = open_library(tmp_path, create=False)
            assert reader.without_locks() is not None and len(reader.articles()) == 2
        with reader:
            writer.add_parsed(articles(2, first=2))
            assert len(reader.articles()) == 4 and reader.without_locks() is None


def test_conversations_without_locks_are_read_and_not_kept(preloaded: Path, tmp_path: Path) -> None:
    script = """if True:
        import sys
        from pathlib import Path
        from index.history import History
        for name in ("kept.db", "new.db"):
            try:
                with History(Path(sys.argv[1]) / name) as history:
                    print(history.questions(9))
                    history.create("library", "title")
            except Exception as error:
                print(type(error).__name__, error)
    """
    with History(tmp_path / "kept.db") as history:
        history.add_turn(history.create("library", "title"), "Why?", "{}")
    environ = {
        "LD_PRELOAD": str(preloaded),
        "TORTURE_BASE": str(tmp_path),
        "TORTURE_LOCKS": str(errno.ENOLCK),
    }
    command = [sys.executable, "-c", script, str(tmp_path)]
    done = subprocess.run(command, env={**os.environ, **environ}, capture_output=True, text=True, timeout=20)
    read, *refused = done.stdout.splitlines()
    assert read == "['Why?']" and len(refused) == 2
    assert all(line.startswith("HistoryError") and "has no locks" in line for line in refused)
    assert [file.name for file in tmp_path.iterdir()] == ["kept.db"]


def test_an_index_that_cannot_be_locked_is_read_and_made_anew_to_change(tmp_path: Path) -> None:
    with open_library(tmp_path) as library:
        library.add_parsed(articles(2))
    (lock,) = tmp_path.glob("lexical-*/.tantivy-meta.lock")
    lock.unlink()
    lock.mkdir()
    with open_library(tmp_path) as library:
        before = library.search_words([[("图书馆", 1.0)]], 99)
        library.add_parsed(articles(2, first=2))
        assert 0 < len(before) < len(library.search_words([[("图书馆", 1.0)]], 99))
    assert not lock.exists()


def test_somebody_elses_lock_is_no_lack_of_locks(tmp_path: Path) -> None:
    with open_library(tmp_path) as library, write_lock(tmp_path):
        with pytest.raises(Busy):
            library.add_parsed(articles(1))
        assert library.without_locks() is None
