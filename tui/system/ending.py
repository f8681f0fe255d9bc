"""Ends the process soon after the app, whatever its threads still wait for.

A thread cannot be interrupted in a request, and Python waits for each one: a server that hangs kept the
terminal for 20 seconds. What was told as saved is on disk or on the server by then. Work in other processes
stops by itself once the app is gone, and keeps what it finished.
"""

from __future__ import annotations

import os
import sys
import threading
from contextlib import suppress

#: Seconds that threads have for what they are about to finish, such as keeping the last answer.
_GRACE = 1.0


def end_soon(code: int) -> None:
    """From now on the process has a second to end by itself, with all its threads; then it ends."""
    timer = threading.Timer(_GRACE, _end, [code])
    timer.daemon = True  # so that it does not keep up a process that ends by itself
    timer.start()


def _end(code: int) -> None:
    for stream in (sys.stdout, sys.stderr):
        with suppress(OSError, ValueError):  # the terminal is gone
            stream.flush()
    os._exit(code)
