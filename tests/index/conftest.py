"""What the tests of the index share."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from folder_changes import pack, text, write
from small_library import open_library

from index.library import Library


@pytest.fixture
def library(tmp_path: Path) -> Iterator[Library]:
    """An empty library."""
    with open_library(tmp_path / "library") as library:
        yield library


@pytest.fixture
def folder(tmp_path: Path, library: Library) -> Path:
    """A folder that is followed, with five articles, two of them in an archive."""
    folder = tmp_path / "articles"
    write(folder / "a.txt", 1)
    write(folder / "deep" / "b.txt", 2)
    write(folder / "deep" / "c.md", "# 开放时间\n\n" + text(3))
    pack(folder / "several.zip", one=4, two=5)
    library.add([folder])
    assert library.folders() == [str(folder)] and len(library.articles()) == 5
    return folder
