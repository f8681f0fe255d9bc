"""The side pane: the source of a citation, or the evidence for the answer."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from textual import on
from textual.app import ComposeResult
from textual.containers import ScrollableContainer, Vertical
from textual.content import Content
from textual.events import DescendantBlur, DescendantFocus, MouseDown, MouseEvent, MouseMove, MouseUp
from textual.geometry import Offset
from textual.getters import query_one
from textual.message import Message
from textual.reactive import reactive

from qa.i18n import N_, _
from qa.types import Answer
from tui.state.workspace import Workspace
from tui.widgets.common.base import mark
from tui.widgets.common.link import Linked, key_of, link
from tui.widgets.source.evidence import EvidencePane
from tui.widgets.source.source import SourcePane

#: Rows of the terminal below which an article's facts are hidden.
_LOW = 12


class Tabs(Linked):
    """The names of the panes; a click shows the pane, gives its article a page, or hides the side."""

    COMPONENT_CLASSES: ClassVar[set[str]] = {"tabs--tab", "tabs--current"}
    NAMES: ClassVar[dict[str, tuple[str, str]]] = {
        "source": (N_("Source"), "source.toggle"),
        "evidence": (N_("Why"), "evidence.toggle"),
    }
    current: reactive[str] = reactive("source")

    def on_mount(self) -> None:
        self.screen.bindings_updated_signal.subscribe(self, lambda _screen: self.refresh())

    def render(self) -> Content:
        tabs = []
        for pane, (name, binding) in self.NAMES.items():
            style = self.get_visual_style("tabs--current" if pane == self.current else "tabs--tab")
            tabs.append(Content.assemble(link(f" {_(name)} {key_of(self.screen, binding)} ", style, pane)))
        left = Content(" ").join(tabs)
        style, source = self.get_visual_style("tabs--tab"), self.query_ancestor(Side).source
        right = Content.assemble(link(" ✕ ", style, "close"))
        if self.current == "source" and source.article is not None:
            zoom = f" {_('Zoom')} {key_of(source, 'source.zoom')} "
            right = Content.assemble(link(zoom, style, "zoom"), " ", right)
        gap = max(1, self.content_size.width - left.cell_length - right.cell_length)
        return Content.assemble(left, " " * gap, right).truncate(self.content_size.width)

    def action_follow(self, name: str, number: int = 0) -> None:
        if name == "close":  # the page hides the side when the pane in view is asked for again
            self.call_later(self.app.run_action, f"screen.{self.current}")
        elif name == "zoom":
            self.query_ancestor(Side).source.action_zoom()
        else:
            self.query_ancestor(Side).current = name


class Side(Vertical):
    """``current`` names the pane in view: "source" or "evidence". The mouse can pull its edge."""

    ALLOW_SELECT = False
    current: reactive[str] = reactive("source")
    source = query_one("#source", SourcePane)
    evidence = query_one("#evidence", EvidencePane)

    @dataclass
    class Pulled(Message):
        """The edge is pulled to this place on the screen; ``done``: and let go there."""

        place: Offset
        done: bool

    def __init__(self) -> None:
        super().__init__(id="side")
        #: What the answer that is being read was taken from.
        self._answered_by: Workspace | None = None
        self._unexplained: tuple[Answer, Workspace | None] | None = None

    def compose(self) -> ComposeResult:
        yield Tabs().data_bind(Side.current)
        yield SourcePane()
        yield EvidencePane()

    def watch_current(self, current: str) -> None:
        if self.has_focus_within:
            self.call_after_refresh(self.scroll.focus)
        self.source.display = current == "source"
        self.evidence.display = current == "evidence"
        self._explain()

    def on_resize(self) -> None:
        mark(self, "-low", self.screen.size.height < _LOW, self.query_one("#source-facts"))

    # The edge

    def _on_edge(self, event: MouseEvent) -> bool:
        """Whether the mouse is on the line at the left, or above where there is one."""
        left, top = self.styles.border_left[0], self.styles.border_top[0]
        place, corner = event.screen_offset, self.region.offset
        return bool((left and place.x == corner.x) or (top and place.y == corner.y))

    def on_mouse_down(self, event: MouseDown) -> None:
        if self._on_edge(event):
            event.stop()
            self.capture_mouse()
            self.add_class("-pulled")

    def on_mouse_move(self, event: MouseMove) -> None:
        if self.has_class("-pulled"):
            self.post_message(self.Pulled(event.screen_offset, done=False))

    def on_mouse_up(self, event: MouseUp) -> None:
        if self.has_class("-pulled"):
            self.remove_class("-pulled")
            self.release_mouse()
            self.post_message(self.Pulled(event.screen_offset, done=True))

    @on(DescendantFocus)
    @on(DescendantBlur)
    def _mark_focus(self) -> None:
        """Mark edge and tab while the focus is here. `:focus-within` would restyle the whole side."""
        mark(self, "-focused", self.has_focus_within, self, self.query_one(Tabs))

    @property
    def scroll(self) -> ScrollableContainer:
        """What scrolls in the pane that is in view."""
        return self.source.body if self.current == "source" else self.evidence

    def explain(self, answer: Answer, workspace: Workspace | None) -> None:
        """Show the evidence for ``answer``, and mark its other quotes in the source."""
        if answer is not self.source.answer:
            self.source.answer, self._answered_by = answer, workspace
            self._unexplained = answer, workspace
            self._explain()

    def answer_from(self, workspace: Workspace) -> Answer | None:
        """The answer that is being read, if it was taken from the library of ``workspace``."""
        return self.source.answer if workspace.shares(self._answered_by) else None

    def _explain(self) -> None:
        """Show the evidence if its pane is in view."""
        if self.current == "evidence" and self._unexplained is not None:
            self.evidence.show(*self._unexplained)
            self._unexplained = None
