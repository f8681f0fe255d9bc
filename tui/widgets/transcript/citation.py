"""The citations under an answer, a line each, and the articles that repeat their quotes."""

from __future__ import annotations

from typing import ClassVar

from textual import on
from textual.app import ComposeResult
from textual.binding import BindingType
from textual.containers import Vertical
from textual.content import Content

from index.text.display import printable
from qa.i18n import N_, _
from qa.types import Citation
from tui.rendering.formats import copies, date_and_language, facts, page
from tui.state.place import Place
from tui.system.clipboard import copy
from tui.widgets.common.base import bind
from tui.widgets.common.link import Followed, Link
from tui.widgets.common.row import PlaceRow

#: Articles that a tooltip names.
_NAMED = 12


class CitationRow(PlaceRow):
    PART = N_("Citations")
    BINDINGS: ClassVar[list[BindingType]] = [
        bind("y", "copy", "row.copy", N_("Copy quote"), N_("Copy this quote with its source")),
        bind("w,g", "explain", "row.explain", N_("Why"), N_("Why this quote, and what its words mean")),
    ]

    def __init__(self, citation: Citation, *, again: bool = False) -> None:
        """``again``: the row above cites the same article."""
        about = citation.hit.article
        ends = () if again else (date_and_language(about), (about.published or "")[:10])
        super().__init__(
            Place.cited(citation), about.title, *ends, classes="cited -again" if again else "cited"
        )
        self.citation = citation

    @property
    def quoted(self) -> str:
        """The quote with its source, as it is copied."""
        about = self.citation.hit.article
        day = (about.published or "")[:10]
        source = facts(about.title, about.source, day, page(self.citation.page), about.path)
        return f"{printable(self.citation.quote)}\n— {source}\n"

    def action_copy(self) -> None:
        copy(self.app, self.quoted)
        self.app.notify(_("Copied the quote with its source."))

    def action_explain(self) -> None:
        """Show why it is quoted, with glosses if it is in a foreign language."""
        self.post_message(Followed("explain", self.citation.number))


class Copies(Vertical):
    """The articles that repeat a quote: a line that names them, and a row for each once it is followed."""

    def __init__(self, citation: Citation) -> None:
        super().__init__(classes="copies")
        self.citation = citation

    def compose(self) -> ComposeResult:
        line = Link(lambda: copies(self.citation.also), "copies")
        named = [facts(info.title, info.path) for info in self.citation.also]
        line.tooltip = Content("\n".join([*named[:_NAMED], *(["…"] if len(named) > _NAMED else [])]))
        yield line

    @on(Followed)
    async def _followed(self, message: Followed) -> None:
        """Show a row for each article, or remove the rows."""
        message.stop()
        if rows := self.query(PlaceRow):
            await rows.remove()
            return
        await self.mount_all(
            PlaceRow(Place.copied(self.citation, info), info.title, date_and_language(info), classes="copy")
            for info in self.citation.also
        )
