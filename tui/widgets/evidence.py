"""Why an answer came out as it did: the passages that were considered, with their scores."""

from __future__ import annotations

from textual.app import ComposeResult
from textual.containers import VerticalScroll
from textual.reactive import reactive

from qa.types import Answer
from tui.i18n import _
from tui.place import Place
from tui.text import meter
from tui.widgets.label import Label
from tui.widgets.row import PlaceRow
from tui.workspace import Workspace

#: Characters of a passage that stand for it in a line.
_BEGINNING = 200


class EvidencePane(VerticalScroll):
    """Every passage that was considered, best first."""

    answer: reactive[Answer | None] = reactive[Answer | None](None, recompose=True)

    def show(self, answer: Answer, workspace: Workspace | None) -> None:
        """Explain ``answer``, which was given from ``workspace``."""
        self.answer = answer

    def compose(self) -> ComposeResult:
        if self.answer is None:
            yield Label(
                lambda: _("Ask a question, and why it was answered so stands here."), classes="measure"
            )
            return
        yield Label(
            lambda: _(
                "Passages considered, with score, share of the question covered, rank by words/by meaning"
            ),
            classes="measure",
        )
        for hit in self.answer.hits:
            ranks = "/".join(
                f"{hit.legs[leg][0]}" if leg in hit.legs else "–" for leg in ("lexical", "dense")
            )
            end = f"{hit.score:5.2f}  {meter(hit.coverage, 5)} {hit.coverage:4.0%}  {ranks:>5}"
            yield PlaceRow(Place.found(hit), hit.passage.text[:_BEGINNING].lstrip("# "), end)
