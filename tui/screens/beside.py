"""The page of two sources that differ, beside each other."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import ClassVar

from textual import on
from textual.app import ComposeResult
from textual.binding import BindingType
from textual.containers import Container, Horizontal

from index.types import Span
from qa.i18n import N_
from qa.types import Answer, Citation, DifferingQuantity
from tui.screens.base import Page
from tui.state.place import Place
from tui.state.workspace import Workspace
from tui.widgets.common.base import bind, hidden
from tui.widgets.common.keybar import KeyBar
from tui.widgets.source.source import SourcePane


def differing(answer: Answer, number: int | None = None) -> list[tuple[DifferingQuantity, Citation]]:
    """Two quantities in which the sources of an answer differ, the one of citation ``number`` first.

    [] where none do.
    """
    cited = {citation.number: citation for citation in answer.citations}
    pairs = [(part, cited[part.citation]) for part in answer.disagreement]
    pairs.sort(key=lambda pair: pair[1].number != number)
    if not pairs:
        return []
    first, *others = pairs
    article = first[1].hit.article.id
    other = next((pair for pair in others if pair[1].hit.article.id != article), None)
    return [first, other] if other is not None else []


class BesideScreen(Page[None]):
    """Shows the quotes of ``pairs`` in their articles, with the quantities in which they differ lit."""

    AUTO_FOCUS = "#beside-0 #source-body"
    HELP = N_(
        "Two sources that differ, beside each other; the places where they do are lit. Tab goes from one to "
        "the other, and each has the keys of an article: / finds words, z reads it on a page of its own."
    )
    BINDINGS: ClassVar[list[BindingType]] = [
        bind("escape", "dismiss", "beside.close", N_("Back"), N_("Back to where you came from")),
        hidden("alt+d", "dismiss", "beside.back", N_("Back"), N_("Back to where you came from")),
        bind("tab", "app.focus_next", "beside.other", N_("Other source"), N_("Go to the other source")),
    ]

    def __init__(
        self, workspace: Workspace, answer: Answer, pairs: Sequence[tuple[DifferingQuantity, Citation]]
    ) -> None:
        super().__init__()
        self._workspace, self._answer, self._pairs = workspace, answer, pairs

    def compose(self) -> ComposeResult:
        with Horizontal(id="beside"):
            for at in range(len(self._pairs)):
                with Container(id=f"beside-{at}", classes="beside"):
                    yield SourcePane()
        yield KeyBar()

    def on_mount(self) -> None:
        for pane, (_part, citation) in zip(self.query(SourcePane), self._pairs, strict=True):
            pane.answer = self._answer
            pane.read(self._workspace, Place.cited(citation))

    @on(SourcePane.Loaded)
    def _light(self, message: SourcePane.Loaded) -> None:
        """Light the quantities, each in its quote."""
        for pane, (part, citation) in zip(self.query(SourcePane), self._pairs, strict=True):
            if pane.article is not None and pane.place is not None and pane.place.quote is not None:
                start = pane.article.text.find(part.text, *pane.place.quote)
                if pane.article.id == citation.hit.article.id and start >= 0:
                    span = Span(start, start + len(part.text))
                    pane.body.mark(span, [span], reveal=False)

    @on(SourcePane.Zoomed)
    def _zoomed(self) -> None:
        from tui.screens.reader import ReaderScreen

        pane = next((pane for pane in self.query(SourcePane) if pane.has_focus_within), None)
        if pane is not None and pane.place is not None:
            place = replace(pane.place, top=pane.body.top)
            self.app.push_screen(ReaderScreen(self._workspace, place, self._answer))
