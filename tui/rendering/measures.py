"""Folders, sizes, times and durations as they read on screen."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path

from index.text.display import one_line
from tui.rendering.i18n import _


def tilde(path: Path) -> str:
    """``path`` on one line, from the home folder where it lies in it."""
    home = Path.home()
    return one_line(str("~" / path.relative_to(home) if path.is_relative_to(home) else path))


def size_of(count: int) -> str:
    """Bytes in the unit that leaves few digits."""
    return f"{count / 1e6:,.1f} MB" if count < 999_950_000 else f"{count / 1e9:,.1f} GB"


def when(time: str) -> str:
    """A time in ISO 8601 as the clock on the wall shows it, to the minute; "–" for none."""
    try:
        return datetime.fromisoformat(time).astimezone().strftime("%Y-%m-%d %H:%M")
    except ValueError:
        return one_line(time) or "–"


def duration(seconds: float) -> str:
    minutes, rest = divmod(round(seconds), 60)
    if minutes:
        return _("{minutes} min {seconds} s").format(minutes=minutes, seconds=rest)
    return _("{seconds} s").format(seconds=rest)
