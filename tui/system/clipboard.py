"""Copies text to the clipboard, through the terminal and through the system."""

from __future__ import annotations

from typing import Any

from textual.app import App
from textual.worker import Worker


def copy(app: App[Any], text: str) -> Worker[None]:
    """Copy ``text`` by OSC 52, and to the system's clipboard because not all terminals support OSC 52.

    In a browser OSC 52 must do: the system may be another than the reader's.
    """
    app.copy_to_clipboard(text)
    work = (lambda: None) if app.is_web else (lambda: _system(text))
    return app.run_worker(work, thread=True, exclusive=True, group="clipboard")


def _system(text: str) -> None:
    import pyperclip

    try:
        pyperclip.copy(text)
    except pyperclip.PyperclipException:  # a machine without a clipboard: the terminal has the text
        return
