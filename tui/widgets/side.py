"""The side pane: the source of a citation, or why the answer came out as it did."""

from __future__ import annotations

from typing import ClassVar

from textual import on, work
from textual.app import ComposeResult
from textual.containers import ScrollableContainer, Vertical
from textual.content import Content
from textual.getters import query_one
from textual.message import Message
from textual.reactive import reactive
from textual.style import Style
from textual.widget import Widget
from textual.worker import get_current_worker

from index.errors import YinjuError
from index.types import Article
from qa.types import Answer
from tui.i18n import N_, _
from tui.place import Place
from tui.widgets.evidence import EvidencePane
from tui.widgets.source import SourcePane
from tui.workspace import Workspace

#: Seconds that the text before may stay while the next article is read.
_PATIENCE = 0.15


class Tabs(Widget):
    """The names of the panes; a click shows the pane, or hides the side."""

    COMPONENT_CLASSES: ClassVar[set[str]] = {"tabs--tab", "tabs--current", "tabs--close"}
    NAMES: ClassVar[dict[str, tuple[str, str]]] = {
        "source": (N_("Source"), "source.toggle"),
        "evidence": (N_("Why"), "evidence.toggle"),
    }
    current: reactive[str] = reactive("source")

    def render(self) -> Content:
        tabs = []
        for pane, (name, binding) in self.NAMES.items():
            style = self.get_visual_style("tabs--current" if pane == self.current else "tabs--tab")
            label = f" {_(name)} {self._key(binding)} "
            tabs.append(Content.styled(label, style + Style.from_meta({"@click": f"choose('{pane}')"})))
        left = Content(" ").join(tabs)
        close = self.get_visual_style("tabs--close") + Style.from_meta({"@click": "close"})
        gap = max(1, self.content_size.width - left.cell_length - 3)
        return Content.assemble(left, " " * gap, (" ✕ ", close)).truncate(self.content_size.width)

    def _key(self, binding: str) -> str:
        """The key of a binding as the reader has set it, "" where it has none."""
        for active in self.screen.active_bindings.values():
            if active.binding.id == binding:
                return self.app.get_key_display(active.binding)
        return ""

    def translate(self) -> None:
        self.refresh()

    def action_choose(self, pane: str) -> None:
        side = self.query_ancestor(Side)
        side.current = pane

    async def action_close(self) -> None:
        # The page hides the side when the pane that it shows is asked for again.
        await self.app.run_action(f"screen.{self.current}")


class Side(Vertical):
    """``current`` names the pane in view: "source" or "evidence"."""

    current: reactive[str] = reactive("source")
    source = query_one("#source", SourcePane)
    evidence = query_one("#evidence", EvidencePane)

    class Loaded(Message):
        """The article of ``place`` was read, or could not be."""

        def __init__(self, workspace: Workspace, place: Place, result: Article | YinjuError) -> None:
            super().__init__()
            self.workspace, self.place, self.result = workspace, place, result

    def __init__(self) -> None:
        super().__init__(id="side")
        self._explained: tuple[Answer, Workspace | None] | None = None
        self._place: Place | None = None

    def compose(self) -> ComposeResult:
        yield Tabs().data_bind(Side.current)
        yield SourcePane()
        yield EvidencePane(id="evidence")

    def watch_current(self, current: str) -> None:
        self.source.display = current == "source"
        self.evidence.display = current == "evidence"
        self._show_evidence()

    @property
    def scroll(self) -> ScrollableContainer:
        """What scrolls in the pane that is in view."""
        return self.source.scroll if self.current == "source" else self.evidence

    def explain(self, answer: Answer, workspace: Workspace | None) -> None:
        """Say why ``answer`` came out as it did; its other citations are marked in the source."""
        if self._explained is None or self._explained[0] is not answer:
            self._explained = answer, workspace
            self._shown = False
            self._show_evidence()

    _shown = True

    def _show_evidence(self) -> None:
        if self.current == "evidence" and not self._shown and self._explained is not None:
            self._shown = True
            self.evidence.show(*self._explained)

    def read(self, workspace: Workspace, place: Place) -> None:
        """Show ``place`` in its article, which is read in a thread."""
        self._place = place
        self._load(workspace, place)

    @work(thread=True, exclusive=True, group="read")
    def _load(self, workspace: Workspace, place: Place) -> None:
        worker = get_current_worker()
        try:
            result: Article | YinjuError = workspace.read(place)
        except YinjuError as error:
            result = error
        if not worker.is_cancelled:
            self.post_message(self.Loaded(workspace, place, result))

    @on(Loaded)
    def _loaded(self, message: Loaded) -> None:
        if message.place is not self._place:
            return
        if isinstance(message.result, YinjuError):
            self.source.fail(message.result)
        else:
            self.source.show(message.result, message.place, bundled=message.workspace.bundled)
