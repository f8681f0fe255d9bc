"""How far articles were read."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any, cast

import pytest
from made_up_app import ARTICLES, FakeLibrary

from qa.session import Session
from qa.settings import Settings
from tui.state import bookmarks
from tui.state.bookmarks import Bookmarks
from tui.state.memory import Memory
from tui.state.workspace import Workspace


def workspace(path: str = "/home/reader/library") -> Workspace:
    return Workspace.over(Session(cast(Any, FakeLibrary(path=Path(path))), Settings()))


def test_a_place_is_kept_by_library_and_article(tmp_path: Path) -> None:
    memory = Memory.open(tmp_path / "history.db")
    kept = Bookmarks(memory, workspace())
    assert kept.place(ARTICLES[0]) == 0
    kept.put(ARTICLES[0], 120)
    assert kept.place(ARTICLES[0]) == 120
    kept.save()
    assert Bookmarks(memory, workspace()).place(ARTICLES[0]) == 120
    assert Bookmarks(memory, workspace()).place(ARTICLES[1]) == 0
    assert Bookmarks(memory, workspace("/home/reader/other")).place(ARTICLES[0]) == 0
    memory.close()


def test_a_place_beyond_the_end_of_a_shorter_article_is_its_beginning() -> None:
    kept = Bookmarks(Memory(), workspace())
    kept.put(ARTICLES[0], 120)
    assert kept.place(replace(ARTICLES[0], characters=100)) == 0


def test_what_two_windows_read_is_kept_and_the_oldest_goes(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(bookmarks, "_MOST", 2)
    memory = Memory()
    one, other = Bookmarks(memory, workspace()), Bookmarks(memory, workspace())
    one.put(ARTICLES[0], 10)
    other.put(ARTICLES[1], 20)
    one.save()
    other.save()
    last = Bookmarks(memory, workspace())
    assert [last.place(a) for a in ARTICLES] == [10, 20, 0]
    last.put(ARTICLES[2], 5)
    last.save()
    assert [Bookmarks(memory, workspace()).place(a) for a in ARTICLES] == [0, 20, 5]


@pytest.mark.parametrize("kept", ["", "nonsense", "[1]", '{"a": "b"}', "null"])
def test_what_cannot_be_read_is_no_place(kept: str) -> None:
    memory = Memory()
    memory.set("places", kept)
    assert Bookmarks(memory, workspace()).place(ARTICLES[0]) == 0
