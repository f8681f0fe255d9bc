"""What the tests of the doctor and of the salvage share. Each has a fixture ``made``: its library."""

from __future__ import annotations

import shutil
from pathlib import Path
from types import SimpleNamespace

import pytest


@pytest.fixture(autouse=True)
def room(monkeypatch: pytest.MonkeyPatch) -> None:
    """As much as ever, whatever others write meanwhile."""
    monkeypatch.setattr("shutil.disk_usage", lambda _: SimpleNamespace(free=10**12))


@pytest.fixture
def path(made: Path, tmp_path: Path) -> Path:
    """A copy of the library to do harm to."""
    return Path(shutil.copytree(made, tmp_path / "library"))
