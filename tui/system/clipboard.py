"""Text to the clipboard: through the terminal, and through the system's own where it has one."""

from __future__ import annotations

from textual.app import App
from textual.worker import Worker


def copy(app: App[object], text: str) -> Worker[None]:
    """Copy ``text``. The terminal takes it by OSC 52, which not all do; hence the system's clipboard too."""
    app.copy_to_clipboard(text)
    return app.run_worker(lambda: _system(text), thread=True, exclusive=True, group="clipboard")


def _system(text: str) -> None:
    import pyperclip

    try:
        pyperclip.copy(text)
    except pyperclip.PyperclipException:  # a machine without a clipboard: the terminal has the text
        return
