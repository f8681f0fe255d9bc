from __future__ import annotations

import os
import shutil
import subprocess
import sys
import time
from pathlib import Path

import pytest

from index.library import Library
from qa import bundled
from qa.bundled import is_bundled, open_bundled, open_library
from qa.settings import Settings

OPEN = """
import sys, pathlib
from qa.bundled import open_bundled
print(len(open_bundled(pathlib.Path(sys.argv[1])).articles()))
"""


@pytest.fixture(scope="module")
def cache(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A cache folder in which the bundled library is built."""
    folder = tmp_path_factory.mktemp("cache")
    open_bundled(folder).close()
    return folder


def built(folder: Path) -> list[Path]:
    return [path for path in folder.iterdir() if not path.name.startswith("bundled-")]


def test_every_seed_article_is_there_under_its_own_file(cache: Path) -> None:
    with open_bundled(cache) as library:
        infos = library.articles()
        assert is_bundled(library)
    seeds = Path(bundled.__file__).parents[1] / "seeds"
    files = {path for path in seeds.iterdir() if path.suffix in (".txt", ".md", ".html")}
    assert {Path(info.path) for info in infos} == files
    assert {info.language for info in infos} == {"zh-Hans", "zh-Hant", "en"}


def test_the_second_time_nothing_is_built(cache: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(*_: object) -> None:
        raise AssertionError("built again")

    monkeypatch.setattr(bundled, "_build", fail)
    open_bundled(cache).close()
    assert built(cache) == []


def test_a_damaged_build_is_replaced(cache: Path, tmp_path: Path) -> None:
    own = tmp_path / "cache"
    shutil.copytree(cache, own)
    (target,) = own.glob("bundled-*")
    (target / "library.db").write_bytes(b"not a database" * 100)
    with open_bundled(own) as library:
        assert library.articles()
    assert built(own) == []


def test_old_builds_are_swept_away_and_recent_ones_kept(tmp_path: Path) -> None:
    old, recent = tmp_path / f"bundled-{'0' * 16}", tmp_path / f"bundled-{'1' * 16}"
    old.mkdir()
    recent.mkdir()
    long_ago = time.time() - (bundled.UNUSED_DAYS + 1) * 86_400
    os.utime(old, (long_ago, long_ago))
    open_bundled(tmp_path).close()
    assert not old.exists() and recent.exists()


def test_where_the_cache_cannot_be_made_a_temporary_folder_serves(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    with open_bundled(tmp_path / "file" / "cache") as library:
        assert library.articles() and is_bundled(library)


@pytest.mark.slow
def test_processes_that_start_at_once_all_get_the_whole_library(tmp_path: Path) -> None:
    command = [sys.executable, "-c", OPEN, str(tmp_path)]
    running = [subprocess.Popen(command, stdout=subprocess.PIPE, text=True) for _ in range(3)]
    counts = {process.communicate(timeout=120)[0].strip() for process in running}
    assert len(counts) == 1 and int(counts.pop()) >= 24
    assert built(tmp_path) == [] and len(list(tmp_path.iterdir())) == 1


def test_the_library_read_is_the_named_one_then_the_default_then_the_bundled(
    library: Path, articles: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path))
    with open_library(Settings(library=library)) as named:
        assert named.path == library
    with Library.open(tmp_path / "yinju" / "library", create=True) as default:
        with open_library(Settings()) as read:
            assert is_bundled(read)
        default.add([articles])
    with open_library(Settings()) as read:
        assert read.path == tmp_path / "yinju" / "library"
