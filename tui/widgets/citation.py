"""A numbered citation under an answer: the quote's article, one line, to open, copy or have explained."""

from __future__ import annotations

from typing import ClassVar

from textual.binding import Binding, BindingType
from textual.message import Message

from qa.types import Citation
from tui.i18n import N_
from tui.place import Place
from tui.text import date_and_language
from tui.widgets.row import PlaceRow


class CitationRow(PlaceRow):
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("y", "copy", N_("Copy quote"), id="row.copy", tooltip=N_("Copy this quote with its source")),
        Binding(
            "w,g",
            "explain",
            N_("Why"),
            id="row.explain",
            tooltip=N_("Why this quote, and what its words mean"),
        ),
    ]

    class CopyAsked(Message):
        """The quote should be copied, with its source."""

        def __init__(self, row: CitationRow) -> None:
            super().__init__()
            self.row = row

    class ExplanationAsked(Message):
        """What the quote rests on should be shown, with glosses where it is in a foreign language."""

        def __init__(self, row: CitationRow) -> None:
            super().__init__()
            self.row = row

    def __init__(self, citation: Citation) -> None:
        about = citation.hit.article
        super().__init__(Place.cited(citation), about.title, date_and_language(about), classes="cited")
        self.citation = citation

    def action_copy(self) -> None:
        self.post_message(self.CopyAsked(self))

    def action_explain(self) -> None:
        self.post_message(self.ExplanationAsked(self))
