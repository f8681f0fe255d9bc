"""An input for the path of a file or folder, completed while it is typed."""

from __future__ import annotations

import asyncio
import os
from pathlib import Path
from typing import ClassVar

from textual.binding import Binding, BindingType
from textual.suggester import Suggester
from textual.widgets import Input

from index.fold import printable

#: Entries of a folder that are looked at for a completion.
_MOST = 2_000


class PathSuggester(Suggester):
    """Suggests the first folder or file, by name, that begins as typed. A hidden one needs its dot."""

    def __init__(self) -> None:
        super().__init__(use_cache=False, case_sensitive=True)

    async def get_suggestion(self, value: str) -> str | None:
        return await asyncio.to_thread(complete, value)


def complete(typed: str) -> str | None:
    """``typed`` with the rest of the first name that fits, a folder's with a slash at its end."""
    folder, begun = os.path.split(typed)
    if not typed or typed == "~":
        return None
    names: list[str] = []
    try:
        with os.scandir(Path(folder or ".").expanduser()) as entries:
            for _, entry in zip(range(_MOST), entries, strict=False):
                if entry.name.startswith(begun) and begun.startswith(".") == entry.name.startswith("."):
                    names.append(entry.name + ("/" if entry.is_dir() else ""))
    except OSError:  # a folder that is not there, or not ours to read, completes to nothing
        return None
    fitting = [name for name in sorted(names) if printable(name) == name]
    return os.path.join(folder, fitting[0]) if fitting else None


class PathInput(Input):
    """Tab takes the completion, and moves on when there is none."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding(
            "tab", "complete", "Complete", id="path.complete", tooltip="Take the completion", priority=True
        ),
    ]

    def __init__(self) -> None:
        super().__init__(placeholder="~/articles", suggester=PathSuggester(), id="path")

    def action_complete(self) -> None:
        before = self.value
        self.action_cursor_right()
        if self.value == before:
            self.screen.focus_next()
