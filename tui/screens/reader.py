"""The page of one article, to read it from beginning to end."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import ClassVar

from textual import events, on
from textual.app import ComposeResult
from textual.binding import BindingType
from textual.containers import Container, Horizontal
from textual.getters import app, query_one
from textual.message import Message

from index.types import ArticleInfo
from qa.i18n import N_, _
from qa.types import Answer
from tui.app_base import AppBase
from tui.screens.base import Page
from tui.state.bookmarks import Bookmarks
from tui.state.place import Place
from tui.state.workspace import Workspace
from tui.widgets.common.base import bind, hidden, mark
from tui.widgets.common.keybar import KeyBar
from tui.widgets.source.body import ArticleBody
from tui.widgets.source.outline import Outline
from tui.widgets.source.source import SourcePane

#: Cells of a line of text.
_MEASURE = 76


class ReaderScreen(Page[ArticleInfo | None]):
    """Shows ``place`` in its article; without a passage or quote, where it was read last.

    The quotes of ``answer`` have their numbers in the margin. ``[`` and ``]`` go through the articles
    ``beside``, () for all of the library. Closes with the article that was read last.
    """

    AUTO_FOCUS = "#source-body"
    HELP = N_(
        "An article on a page of its own. j and k go by lines, Space and PgUp, or Ctrl+F and Ctrl+B, by "
        "pages, g and G to both ends; "
        "t lists the headings. / finds words, n goes to the next one. The numbers in the margin are those "
        "of the answer's quotes; the same digits go there. b pins the quote, or the words selected with the "
        "mouse, to the quote sheet. [ and ] read the article before and after. "
        "Where you stop is remembered."
    )
    BINDINGS: ClassVar[list[BindingType]] = [
        bind("escape", "close", "reader.close", N_("Back"), N_("Back to where you came from")),
        hidden("ctrl+f", "page(1)", "reader.page_down", N_("Page down"), N_("One page down")),
        hidden("ctrl+b", "page(-1)", "reader.page_up", N_("Page up"), N_("One page up")),
        bind("t", "outline", "reader.outline", N_("Headings"), N_("Show, choose or hide the headings")),
        *(
            hidden(f"{n},alt+{n}", f"cite({n})", f"reader.cite.{n}", N_("Source"), N_("Read this citation"))
            for n in range(1, 10)
        ),
    ]
    app = app(AppBase)
    source = query_one(SourcePane)
    outline = query_one(Outline)

    def __init__(
        self,
        workspace: Workspace,
        place: Place,
        answer: Answer | None = None,
        beside: Sequence[ArticleInfo] = (),
    ) -> None:
        super().__init__()
        self._workspace, self._place, self._answer, self._beside = workspace, place, answer, beside
        self._bookmarks = Bookmarks(self.app.memory, workspace)
        #: The keys pressed before the first article was read, None from then on.
        self._early: list[events.Key] | None = []
        self._replaying: list[events.Key] = []

    def compose(self) -> ComposeResult:
        with Horizontal(id="reader"):
            yield Outline()
            with Container(id="reader-page"):
                yield SourcePane(_MEASURE, self._bookmarks.place)
        yield KeyBar()

    def on_mount(self) -> None:
        self.source.answer, self.source.beside = self._answer, self._beside
        place = self._place
        if place.passage is None and place.quote is None and place.top is None:
            place = replace(place, top=self._bookmarks.place(place.article))
        self.source.read(self._workspace, place)

    def on_unmount(self) -> None:
        self._bookmarks.save()

    @on(SourcePane.Loaded)
    def _loaded(self) -> None:
        if (article := self.source.article) is not None:
            self.outline.show(article)
            self.outline.follow(self.source.body.reading)
            if self.focused is None:
                self.source.body.focus()
        if self._early is not None:
            self._replaying, self._early = self._early, None
            self._replay()

    # Keys pressed before the article was there

    class Replayed(Message):
        """The key before has come up to the page."""

    def on_key(self, event: events.Key) -> None:
        """Keep the keys that are meant for the article until it is there."""
        if self._early is None or event.key == "escape":
            return
        active = self.active_bindings.get(event.key)
        if active is None or active.node is not self.app:
            event.stop()
            self._early.append(event)

    @on(Replayed)
    def _replay(self) -> None:
        """Press the next of the keys, once what the one before does is done: it may move the focus."""
        if self._replaying:
            key = self._replaying.pop(0)
            # What a page sends itself goes up to it and no further; keys go up to the app.
            self.app.post_message(events.Key(key.key, key.character).set_sender(self.app))
            self.app.call_later(lambda: (self.focused or self).post_message(self.Replayed()))

    @on(ArticleBody.Moved)
    def _moved(self) -> None:
        if (article := self.source.article) is not None:
            self._bookmarks.put(article, self.source.body.reading)
            self.outline.follow(self.source.body.reading)

    # The headings

    def action_outline(self) -> None:
        """Show and focus the headings, or hide them if they have the focus."""
        if self.outline.has_focus:
            self._show_outline(False)
        elif len(self.outline):
            self._show_outline(True)
            self.set_focus(self.outline)  # at once: the next key may have arrived together with this one
        elif self.source.article is not None:
            self.notify(_("This article has no headings."), markup=False)

    def _show_outline(self, shown: bool) -> None:
        mark(self, "-outline", shown, self.outline, self.query_one("#reader-page"))
        if not shown:
            self.source.body.focus()

    @on(Outline.Chosen)
    def _heading_chosen(self, message: Outline.Chosen) -> None:
        # Beside the text there is room for the headings; in place of it there is not.
        self._show_outline(not self.has_class("-narrow"))
        self.source.body.go_to(message.offset)
        self.source.body.focus()

    # Going about

    def action_cite(self, number: int) -> None:
        """Read the citation with this number."""
        citations = self._answer.citations if self._answer is not None else ()
        cited = next((citation for citation in citations if citation.number == number), None)
        if cited is not None:
            self.source.read(self._workspace, Place.cited(cited))

    @on(SourcePane.Zoomed)
    def action_close(self) -> None:
        if self.outline.has_focus:
            self._show_outline(False)
        else:
            self.dismiss(self.source.article)

    async def action_page(self, step: int) -> None:
        await self.source.body.run_action("page_down" if step > 0 else "page_up")

    def on_mouse_scroll_down(self, event: events.MouseScrollDown) -> None:
        self.source.body.scroll_down(animate=False)

    def on_mouse_scroll_up(self, event: events.MouseScrollUp) -> None:
        self.source.body.scroll_up(animate=False)
