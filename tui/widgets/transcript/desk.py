"""The transcript and the side, with a line between them that can be moved."""

from __future__ import annotations

from textual import on
from textual.app import ComposeResult
from textual.containers import Container
from textual.getters import query_one
from textual.reactive import reactive

from tui.state.memory import Memory
from tui.state.workspace import Workspace
from tui.widgets.source.side import Side
from tui.widgets.transcript.transcript import Transcript

#: Thousandths of the room that the side takes: to begin with, at least, at most, and by a key.
_SHARE, _LEAST, _MOST, _STEP = 500, 250, 750, 50
_KEY = "side share"


class Desk(Container):
    """The share of the side is remembered."""

    workspace: reactive[Workspace | None] = reactive[Workspace | None](None)
    transcript = query_one(Transcript)
    side = query_one(Side)

    def __init__(self, memory: Memory) -> None:
        super().__init__()
        self._memory = memory
        self._share = _SHARE

    def compose(self) -> ComposeResult:
        yield Transcript().data_bind(Desk.workspace)
        yield Side()

    def on_mount(self) -> None:
        kept = self._memory.get(_KEY)
        self._divide(int(kept) if kept.isdecimal() else _SHARE)

    def adapt(self) -> None:
        """Beside each other or one above the other, as the classes of the page tell."""
        self._divide(self._share)

    def move_line(self, step: int) -> None:
        """Give the side more room, or less for a negative ``step``."""
        self._divide(self._share + step * _STEP)
        self._memory.set(_KEY, str(self._share))

    @property
    def _stacked(self) -> bool:
        return self.screen.has_class("-narrow")

    def _divide(self, share: int) -> None:
        """Give the side ``share`` thousandths of the room."""
        self._share = min(_MOST, max(_LEAST, share))
        for part, widget in ((1000 - self._share, self.transcript), (self._share, self.side)):
            along, across = f"{part}fr", "1fr"
            widget.styles.width, widget.styles.height = (across, along) if self._stacked else (along, across)

    @on(Side.Pulled)
    def _pulled(self, message: Side.Pulled) -> None:
        room = self.content_region
        if self._stacked:
            share = (room.bottom - message.place.y) / room.height
        else:
            share = (room.right - message.place.x) / room.width
        self._divide(int(1000 * share))
        if message.done:
            self._memory.set(_KEY, str(self._share))
