"""What every test gets: a home folder of its own, and an order that runs the fast tests first."""

from __future__ import annotations

import os
import signal
import tempfile
from collections import defaultdict
from pathlib import Path

import pytest
from hypothesis import settings

from qa import i18n


def pytest_configure(config: pytest.Config) -> None:
    """Point HOME at an empty folder: no test, nor a process it starts, meets a real library or cache.

    The language is English, whatever the machine speaks.

    Set in the environment and once a run, so that the workers of pytest-xdist share the folder and
    with it the bundled library, which the first of them builds.
    """
    # A machine that has other things to do takes longer, and breaks nothing by it.
    settings.register_profile("no deadline", deadline=None)
    settings.load_profile("no deadline")
    # In the background of a shell Ctrl+C is ignored, and what the tests start would ignore it, too.
    signal.signal(signal.SIGINT, signal.default_int_handler)
    if hasattr(config, "workerinput"):
        return
    home = tempfile.TemporaryDirectory(prefix="yinju-tests-", ignore_cleanup_errors=True)
    config.add_cleanup(home.cleanup)
    for name in list(os.environ):
        if name.startswith(("QA_", "XDG_", "LC_", "LANG")):
            del os.environ[name]
    os.environ["LANG"] = "C.UTF-8"
    os.environ["HOME"] = home.name


@pytest.fixture(autouse=True)
def english() -> None:
    """The interface speaks English, whatever a test before this one made it speak."""
    i18n.use("en")


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Fast tests come first; of the slow ones the longest, so that no worker waits for it at the end.

    The files of the folders take turns: tests of the app wait half of their time, and those of the index
    compute meanwhile.
    """
    areas: dict[str, dict[Path, int]] = defaultdict(dict)
    for item in items:
        files = areas[_area(item)]
        files.setdefault(item.path, len(files))
    items.sort(key=lambda item: _turn(item, areas[_area(item)]))


def _area(item: pytest.Item) -> str:
    """The folder of ``tests`` that it belongs to."""
    return item.path.relative_to(Path(__file__).parent).parts[0]


def _turn(item: pytest.Item, files: dict[Path, int]) -> tuple[bool, float]:
    """A slow test by its seconds, others by the share of the files of their folder that are before theirs."""
    slow = item.get_closest_marker("slow")
    if slow is None:
        return False, files[item.path] / len(files)
    (seconds, *_) = *slow.args, slow.kwargs.get("seconds", 0)
    return True, -float(seconds)
