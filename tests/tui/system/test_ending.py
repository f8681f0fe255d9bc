"""The app ends at once, also while a thread waits for what never comes."""

from __future__ import annotations

import os
import pty
import subprocess
import sys
import time
from pathlib import Path

import pytest

from index.library import Library

#: An app whose library keeps something, and then hangs as a server does, while it is opened or closed.
_PROGRAM = """
import sys, time
from dataclasses import replace
from pathlib import Path
from qa.session import Session
from qa.settings import load_settings
from tui.app import run
from tui.state.workspace import Workspace

def hang(*_):
    Path("begun").touch()
    while not Path("left").exists():
        time.sleep(0.05)
    time.sleep(0.4)
    Path("kept").touch()
    time.sleep(60)

def warm_up(_):
    Path("begun").touch()

def open_session():
    if sys.argv[1] == "opened":
        hang()
    Session.close, Workspace.warm_up = hang, warm_up
    return Session.open(replace(settings, library=Path("library")))

settings = load_settings()
run(open_session, settings=settings, history=None)
"""


@pytest.mark.slow(10)
@pytest.mark.parametrize("when", ["opened", "closed"])
def test_the_app_ends_while_its_library_hangs(tmp_path: Path, when: str) -> None:
    Library.open(tmp_path / "library", create=True).close()
    ours, theirs = pty.openpty()
    process = subprocess.Popen(
        [sys.executable, "-c", _PROGRAM, when],
        stdin=theirs,
        stdout=theirs,
        stderr=theirs,
        cwd=tmp_path,
        env={**os.environ, "HOME": str(tmp_path), "TERM": "xterm-256color"},
        start_new_session=True,
    )
    os.close(theirs)
    try:
        painted = b""
        while "引句".encode() not in painted or not (tmp_path / "begun").exists():
            painted += os.read(ours, 65536)
        os.write(ours, b"\x11")  # Ctrl+Q
        while b"\x1b[?1049l" not in painted:  # the screen of the shell is back
            painted += os.read(ours, 65536)
        (tmp_path / "left").touch()
        since = time.monotonic()
        assert process.wait(timeout=30) == 0
        assert time.monotonic() - since < 10  # a busy machine; alone it is one
        assert (tmp_path / "kept").exists()
    finally:
        if process.poll() is None:
            process.kill()
            process.wait()
        os.close(ours)
