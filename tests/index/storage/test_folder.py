"""Who may look into a library."""

from __future__ import annotations

import os
import stat
from collections.abc import Iterator
from pathlib import Path

import pytest
from small_library import articles, open_library

from index.library import Library
from index.maintenance.restore import restore

pytestmark = pytest.mark.skipif(os.name == "nt", reason="other permissions")


@pytest.fixture(params=[0o022, 0])
def _open_to_all(request: pytest.FixtureRequest) -> Iterator[None]:
    """Other users may read what is made, and even write to it, unless that is prevented."""
    before = os.umask(request.param)
    yield
    os.umask(before)


def opened_up(folder: Path) -> set[str]:
    """What others may get at: the folder and what is in it, by name."""
    entries = (entry for entry in [folder, *folder.rglob("*")] if not entry.is_symlink())
    return {entry.name for entry in entries if stat.S_IMODE(entry.stat().st_mode) & 0o077}


@pytest.mark.usefixtures("_open_to_all")
def test_a_library_is_private_from_the_start(tmp_path: Path) -> None:
    path, backup = tmp_path / "new" / "library", tmp_path / "backup.db"
    with open_library(path) as library:
        assert not opened_up(path)
        library.add_parsed(articles(5))
        assert (path / "library.db-wal").exists() and not opened_up(path)
        library.remove([1])
        library.back_up(backup)
    assert not opened_up(path) and not opened_up(backup)
    kept = restore(backup, path)
    assert kept is not None and kept.parent == path
    with Library.open(path) as library:
        library.search_words([[("北京", 1.0)]], 1)  # builds the search indexes
    assert not opened_up(path)
    assert not stat.S_IMODE(tmp_path.stat().st_mode) & 0o077 and (tmp_path / "new").stat().st_mode & 0o005


def test_a_library_becomes_private_when_it_is_written_to(tmp_path: Path) -> None:
    path = tmp_path / "library"
    with open_library(path) as library:
        library.add_parsed(articles(2))
    (path / "notes.txt").write_text("not ours")
    (tmp_path / "elsewhere").write_text("not ours")
    (path / "library-link").symlink_to(tmp_path / "elsewhere")
    for entry in [tmp_path, *tmp_path.rglob("*")]:
        entry.chmod(0o755 if entry.is_dir() else 0o644)
    with open_library(path) as library:
        assert library.articles() and (path / "library.db").stat().st_mode & 0o044  # reading changes nothing
        library.remove([1])
    assert opened_up(tmp_path) == {tmp_path.name, "elsewhere", "notes.txt"}
