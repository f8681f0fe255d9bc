"""A closed terminal ends the app, also where nobody tells it so."""

from __future__ import annotations

import os
import pty
import signal
import subprocess
import sys
from pathlib import Path


def test_the_app_leaves_with_its_terminal(tmp_path: Path) -> None:
    ours, theirs = pty.openpty()
    # As under make: the hang-up goes to the process that started the app and not to the app.
    code = "import signal; signal.signal(signal.SIGHUP, signal.SIG_IGN); from tui.main import main; main()"
    process = subprocess.Popen(
        [sys.executable, "-c", code],
        stdin=theirs,
        stdout=theirs,
        stderr=theirs,
        env={**os.environ, "HOME": str(tmp_path), "TERM": "xterm-256color"},
        start_new_session=True,
    )
    os.close(theirs)
    try:
        painted = b""
        while "引句".encode() not in painted:
            painted += os.read(ours, 65536)
        os.close(ours)
        process.wait(timeout=60)
    finally:
        if process.poll() is None:
            process.send_signal(signal.SIGKILL)
            process.wait()
