"""The side pane: the source of a citation, or the evidence for the answer."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import ClassVar

from textual import on, work
from textual.app import ComposeResult
from textual.containers import ScrollableContainer, Vertical
from textual.content import Content
from textual.events import DescendantBlur, DescendantFocus
from textual.getters import query_one
from textual.message import Message
from textual.reactive import reactive
from textual.timer import Timer
from textual.worker import get_current_worker

from index.errors import UsageError, YinjuError
from index.types import Article, ArticleInfo, Span
from qa.i18n import N_, _
from qa.output.layout import Layout
from qa.types import Answer
from tui.rendering.formats import shown
from tui.state.place import Place
from tui.state.workspace import Workspace
from tui.widgets.common.base import mark
from tui.widgets.common.link import Linked, key_of, link
from tui.widgets.source.body import Cited
from tui.widgets.source.evidence import EvidencePane
from tui.widgets.source.source import SourcePane

#: Seconds before an article that is being read takes the place of the one before.
_PATIENCE = 0.15
#: Rows of the terminal below which an article's facts are hidden.
_LOW = 12


class Tabs(Linked):
    """The names of the panes; a click shows the pane, or hides the side."""

    COMPONENT_CLASSES: ClassVar[set[str]] = {"tabs--tab", "tabs--current"}
    NAMES: ClassVar[dict[str, tuple[str, str]]] = {
        "source": (N_("Source"), "source.toggle"),
        "evidence": (N_("Why"), "evidence.toggle"),
    }
    current: reactive[str] = reactive("source")

    def render(self) -> Content:
        tabs = []
        for pane, (name, binding) in self.NAMES.items():
            style = self.get_visual_style("tabs--current" if pane == self.current else "tabs--tab")
            tabs.append(Content.assemble(link(f" {_(name)} {key_of(self.screen, binding)} ", style, pane)))
        left = Content(" ").join(tabs)
        gap = max(1, self.content_size.width - left.cell_length - 3)
        close = link(" ✕ ", self.get_visual_style("tabs--tab"), "close")
        return Content.assemble(left, " " * gap, close).truncate(self.content_size.width)

    def action_follow(self, name: str, number: int = 0) -> None:
        if name == "close":  # the page hides the side when the pane in view is asked for again
            self.call_later(self.app.run_action, f"screen.{self.current}")
        else:
            self.query_ancestor(Side).current = name


class Side(Vertical):
    """``current`` names the pane in view: "source" or "evidence"."""

    current: reactive[str] = reactive("source")
    source = query_one("#source", SourcePane)
    evidence = query_one("#evidence", EvidencePane)

    @dataclass
    class Loaded(Message):
        """A place's article was read and its text measured, or it could not be."""

        workspace: Workspace
        place: Place
        result: tuple[Article, Layout] | YinjuError

    def __init__(self) -> None:
        super().__init__(id="side")
        self._answer: Answer | None = None
        self._unexplained: tuple[Answer, Workspace | None] | None = None
        self._workspace: Workspace | None = None
        self._place: Place | None = None
        self._patience: Timer | None = None

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
        if answer is not self._answer:
            self._answer = answer
            self._unexplained = answer, workspace
            self._explain()

    def _explain(self) -> None:
        """Show the evidence if its pane is in view."""
        if self.current == "evidence" and self._unexplained is not None:
            self.evidence.show(*self._unexplained)
            self._unexplained = None

    def read(self, workspace: Workspace, place: Place) -> None:
        """Show ``place`` in its article, which is read in a thread."""
        self._workspace, self._place = workspace, place
        self._wait(place)
        self._load(workspace, place)

    def clear(self) -> None:
        """Close the article that is open, if any."""
        self._workspace = self._place = None
        self.workers.cancel_group(self, "read")
        self._stop_waiting()
        self.source.clear()

    def _wait(self, place: Place | None) -> None:
        self._stop_waiting()
        self._patience = self.set_timer(_PATIENCE, lambda: self.source.opening(place))

    def _stop_waiting(self) -> None:
        if self._patience is not None:
            self._patience.stop()

    @work(thread=True, exclusive=True, group="read")
    def _load(self, workspace: Workspace, place: Place, step: int = 0) -> None:
        """Read the article of ``place``, or the one ``step`` further on in the library."""
        worker = get_current_worker()
        try:
            if step:
                place = Place("", _neighbour(workspace.session.articles(), place.article.id, step))
            article = workspace.read(place)
            place = place.in_article(article)
            laid = Layout(shown(article.text), article.blocks)
            result: tuple[Article, Layout] | YinjuError = article, laid
        except YinjuError as error:
            result = error
        if not worker.is_cancelled:
            self.post_message(self.Loaded(workspace, place, result))

    @on(Loaded)
    def _loaded(self, message: Loaded) -> None:
        self._stop_waiting()
        self._place = message.place
        if isinstance(message.result, YinjuError):
            self.source.fail(message.result)
            return
        article, laid = message.result
        others = [
            Cited(Span(citation.start, citation.end), citation.number)
            for citation in (self._answer.citations if self._answer is not None else ())
            if citation.hit.article.id == article.id
            and article.text[citation.start : citation.end] == citation.quote
            and Span(citation.start, citation.end) != message.place.quote
        ]
        self.source.show(article, laid, message.place, others, bundled=message.workspace.bundled)

    @on(SourcePane.ArticleAsked)
    def _article_asked(self, message: SourcePane.ArticleAsked) -> None:
        if self._workspace is not None and self._place is not None:
            self._wait(None)
            self._load(self._workspace, self._place, message.step)


def _neighbour(articles: Sequence[ArticleInfo], id: int, step: int) -> ArticleInfo:
    """The article ``step`` after ``id``, the first after the last. Raises UsageError if there is none."""
    if not articles:
        raise UsageError("the library holds no articles", "add a file or a folder")
    at = next((n for n, article in enumerate(articles) if article.id == id), -1)
    return articles[(at + step) % len(articles)]
