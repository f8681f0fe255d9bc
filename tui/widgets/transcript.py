"""The questions and answers so far, the newest at the bottom."""

from __future__ import annotations

from textual.app import ComposeResult
from textual.containers import VerticalScroll
from textual.reactive import reactive
from textual.widget import Widget

from tui.widgets.row import PlaceRow
from tui.widgets.turn import Turn
from tui.widgets.welcome import Welcome
from tui.workspace import Workspace


class Transcript(VerticalScroll, can_focus=False):
    """``current`` is the row whose place is in the source pane."""

    workspace: reactive[Workspace | None] = reactive[Workspace | None](None)
    current: reactive[PlaceRow | None] = reactive[PlaceRow | None](None)

    def __init__(self) -> None:
        super().__init__()
        self._width = 0
        self._reading: Widget | None = None

    def compose(self) -> ComposeResult:
        yield Welcome().data_bind(Transcript.workspace)

    def on_mount(self) -> None:
        self.watch(self, "scroll_y", self._scrolled)

    def _scrolled(self) -> None:
        self.call_after_refresh(self._note_place)

    def _note_place(self) -> None:
        """Note what stands at the top of the view, to find it again when lines wrap anew."""
        if self.size.width == self._width:
            top = self.content_region.y
            blocks = (block for turn in self.turns for block in turn.walk_children(Widget))
            seen = (block for block in blocks if not block.children and block.region.bottom > top)
            self._reading = next(seen, None)

    def on_resize(self) -> None:
        self.call_after_refresh(self._keep_place)

    def _keep_place(self) -> None:
        if self.size.width and self.size.width != self._width:
            self._width = self.size.width
            if self._reading is not None and self._reading.is_attached:
                down = self._reading.region.y - self.content_region.y
                self.scroll_to(y=self.scroll_offset.y + down, animate=False, immediate=True)

    def watch_current(self, before: PlaceRow | None, now: PlaceRow | None) -> None:
        if before is not None:
            before.current = False
        if now is not None:
            now.current = True

    @property
    def turns(self) -> list[Turn]:
        return list(self.query(Turn))

    @property
    def turn(self) -> Turn | None:
        """The turn that is being read: the one of the current row, else the newest."""
        if self.current is not None and self.current.is_attached:
            return next(node for node in self.current.ancestors if isinstance(node, Turn))
        return self.turns[-1] if self.turns else None

    async def add(self, block: Widget) -> None:
        """Put a turn or an error at the end and bring it into view."""
        self.query(Welcome).set(display=False)
        await self.mount(block)
        self.see(block)

    def see(self, block: Widget) -> None:
        """Bring ``block`` into view, its beginning if it is longer than the view."""
        self.call_after_refresh(self.scroll_to_widget, block, top=True, animate=False, immediate=True)

    async def clear(self) -> None:
        self.current = None
        await self.query("Transcript > *").exclude("Welcome").remove()
        self.query(Welcome).set(display=True)
