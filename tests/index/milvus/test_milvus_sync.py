"""The tests of synchronizing, with a library on a server."""

from __future__ import annotations

import importlib.util
import inspect
import sys
from collections.abc import Iterator
from pathlib import Path
from types import ModuleType

import pytest
from small_library import open_library

from index.address import LibraryUrl
from index.library import Library

pytestmark = pytest.mark.slow(90)


@pytest.fixture
def library(url: LibraryUrl) -> Iterator[Library]:
    """In place of the one in a folder."""
    with open_library(url) as library:
        yield library


def module(name: str) -> ModuleType:
    path = Path(__file__).parents[1] / "ingest" / f"{name}.py"
    spec = importlib.util.spec_from_file_location(f"{name}_on_a_server", path)
    assert spec is not None and spec.loader is not None
    made = importlib.util.module_from_spec(spec)
    sys.modules[spec.name] = made
    spec.loader.exec_module(made)
    return made


globals().update(
    {
        name: test
        for name, test in vars(module("test_sync")).items()
        if name.startswith("test_") and "library" in inspect.signature(test).parameters
    }
)
