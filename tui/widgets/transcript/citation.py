"""The articles that an answer cites, a line each, and the articles that repeat its quotes."""

from __future__ import annotations

from collections.abc import Sequence
from typing import ClassVar

from textual import events, on
from textual.app import ComposeResult
from textual.binding import BindingType
from textual.containers import Vertical
from textual.content import Content
from textual.reactive import reactive
from textual.style import Style

from index.text.display import cells, one_line, printable
from qa.i18n import N_, _
from qa.output.addresses import name_of
from qa.types import Citation
from tui.rendering.formats import copies, date_and_language, facts, page
from tui.state.place import Place
from tui.system.clipboard import copy
from tui.widgets.common.base import bind
from tui.widgets.common.link import Followed, Link
from tui.widgets.common.row import PlaceRow
from tui.widgets.transcript.peek import Hovering

#: Articles that a tooltip names.
_NAMED = 12
#: Cells that a title keeps beside what else is known of the article.
_LEAST_TITLE = 20


def chip(number: int) -> str:
    """The number of a citation as it stands beside quotes and articles."""
    return f"{number:^3}"


class CitationRow(PlaceRow, Hovering):
    """An article with the numbers of its citations, title, source and date.

    One of the citations is chosen: the row's place and what is copied are its.
    """

    PART = N_("Citations")
    COMPONENT_CLASSES: ClassVar[set[str]] = {"row--chosen"}
    BINDINGS: ClassVar[list[BindingType]] = [
        bind("y", "copy", "row.copy", N_("Copy quote"), N_("Copy this quote with its source")),
        bind("b", "pin", "row.pin", N_("Pin"), N_("Pin this quote to the quote sheet, or take it off")),
        bind("w,g", "explain", "row.explain", N_("Why"), N_("Why this quote, and what its words mean")),
    ]
    number: reactive[int] = reactive(0)

    def __init__(self, citations: Sequence[Citation], *, named: bool = False, agrees: bool = False) -> None:
        """``named``: another article has the same title. ``agrees``: no quote of it is in the answer."""
        about = citations[0].hit.article
        super().__init__(Place.cited(citations[0]), about.title, classes="cited")
        self.citations = citations
        self._article = self.tooltip
        self._named, self._agrees = named, agrees
        #: Cells of the numbers, the same for all rows of an answer.
        self.room = sum(cells(chip(each.number)) for each in citations)
        self.set_reactive(CitationRow.number, citations[0].number)

    @property
    def citation(self) -> Citation:
        """The chosen citation."""
        return next(each for each in self.citations if each.number == self.number)

    def cited(self, number: int) -> Citation | None:
        return next((each for each in self.citations if each.number == number), None)

    def choose(self, number: int) -> None:
        """Make the citation of this number the place of the row. KeyError: it is not of this article."""
        if number not in [each.number for each in self.citations]:
            raise KeyError(number)
        self.number = number
        self.place = Place.cited(self.citation)

    def render(self) -> Content:
        width = self.content_size.width
        number, chosen = self.get_visual_style("row--label"), self.get_visual_style("row--chosen")
        chips = Content.assemble(
            *(
                (chip(n), (chosen if n == self.number else number) + Style.from_meta({"number": n}))
                for n in (each.number for each in self.citations)
            )
        )
        chips = Content.assemble(chips, " " * (max(self.room, chips.cell_length) - chips.cell_length + 1))
        title = Content.styled(self._text, self.get_visual_style("row--text"))
        room = width - chips.cell_length
        end = next(end for end in self._tails() if cells(end) + min(_LEAST_TITLE, title.cell_length) <= room)
        title = title.truncate(max(1, room - cells(end)), ellipsis=True)
        line = Content.assemble(chips, title, (end, self.get_visual_style("row--end")))
        return line.truncate(width, ellipsis=True)

    def _tails(self) -> list[str]:
        """What is known of the article, the less the narrower."""
        about = self.citation.hit.article
        day = (about.published or "")[:10]
        named = name_of(about.path) if self._named else ""
        says = _("says the same") if self._agrees else ""
        place = page(self.citation.page, self.citation.read)
        tails = [
            facts(says, named, place, about.source, day),
            facts(says, named, place, day),
            facts(named, place, day),
            facts(named, day),
            named,
        ]
        return [*(f" · {tail}" for tail in tails if tail), ""]

    async def on_click(self, event: events.Click) -> None:
        if (number := event.style.meta.get("number")) is not None:
            self.choose(number)
        await super().on_click(event)

    def rest_on(self, number: int) -> None:
        if number != self.over:  # a number has its place to show, the rest of the line its article
            self.tooltip = None if number else self._article
        super().rest_on(number)

    @property
    def quoted(self) -> str:
        """The quote with its source, as it is copied."""
        about = self.citation.hit.article
        day = (about.published or "")[:10]
        place = page(self.citation.page, self.citation.read)
        source = facts(about.title, about.source, day, place, about.path)
        return f"{printable(self.citation.quote)}\n— {source}\n"

    def action_copy(self) -> None:
        copy(self.app, self.quoted)
        self.app.notify(_("Copied the quote with its source."))

    def action_pin(self) -> None:
        """Pin the quote to the sheet, or take it off."""
        self.post_message(Followed("pin", self.number))

    def action_explain(self) -> None:
        """Show why it is quoted, with glosses if it is in a foreign language."""
        self.post_message(Followed("explain", self.number))


def rows_of(citations: Sequence[Citation], quoted: frozenset[int] | set[int]) -> list[CitationRow]:
    """A row for each cited article, in the order of the first ones. ``quoted`` are in the answer."""
    by_article: dict[int, list[Citation]] = {}
    for citation in citations:
        by_article.setdefault(citation.hit.article.id, []).append(citation)
    titles = [one_line(each[0].hit.article.title) for each in by_article.values()]
    rows = [
        CitationRow(
            each,
            named=titles.count(title) > 1,
            agrees=bool(quoted) and quoted.isdisjoint(citation.number for citation in each),
        )
        for each, title in zip(by_article.values(), titles, strict=True)
    ]
    room = max((row.room for row in rows), default=0)
    for row in rows:
        row.room = room
    return rows


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
