"""Where a question is typed: the filters, the question box and its completions."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from typing import ClassVar

from textual import on, work
from textual.app import ComposeResult
from textual.binding import BindingType
from textual.containers import Horizontal, Vertical
from textual.events import Click, DescendantBlur, DescendantFocus
from textual.getters import query_one
from textual.message import Message
from textual.reactive import reactive
from textual.widgets import TextArea

from index.errors import UsageError, YinjuError
from index.text.display import cells, printable
from qa.i18n import N_, _
from qa.question.completion import Choices
from qa.question.filters import Filters, parse
from qa.types import MAX_QUESTION_LENGTH
from tui.rendering.errors import error_text
from tui.state.workspace import Workspace
from tui.widgets.common.base import EndsWorkers, hidden
from tui.widgets.common.label import Label, Notice
from tui.widgets.composer.chips import Chip, Chips
from tui.widgets.composer.completions import Completions
from tui.widgets.composer.question import QuestionBox

#: With fewer columns the box has no room for words beside it.
_SMALL = 56


class Composer(EndsWorkers, Vertical):
    """Asks questions within ``filters``, which stay until they are removed."""

    PART = N_("Filters")
    BINDINGS: ClassVar[list[BindingType]] = [
        hidden("ctrl+f", "menu", "filter.menu", N_("Filter"), N_("Choose which articles to ask")),
    ]

    workspace: reactive[Workspace | None] = reactive[Workspace | None](None)
    filters: reactive[Filters] = reactive(Filters(), init=False)
    chips = query_one(Chips)
    box = query_one(QuestionBox)
    completions = query_one(Completions)

    @dataclass
    class Asked(Message):
        """A question was asked. It is trimmed and not empty."""

        question: str
        filters: Filters

    def __init__(self) -> None:
        super().__init__(id="composer")
        self._titles: Mapping[int, str] = {}
        self._said_of = ""

    def compose(self) -> ComposeResult:
        completions = Completions()
        yield Notice(id="composer-message", collapse=True)
        yield Chips(id="chips")
        yield completions
        with Horizontal(id="composer-frame"):
            yield QuestionBox(completions, self.ask, self.narrow)
            yield Label(lambda: _("Filter"), id="composer-filter", classes="touch")
            yield Label(lambda: _("Ask") + " ↵", id="composer-ask", classes="touch")

    # Filters

    async def watch_filters(self, filters: Filters) -> None:
        await self.chips.show(filters, self._titles)

    def watch_workspace(self, before: Workspace | None, workspace: Workspace | None) -> None:
        if workspace is None:
            return
        if before is not None and before.path != workspace.path:
            self.filters = replace(self.filters, articles=())  # numbers of the other library
        self._list_articles(workspace)

    @work(exclusive=True, group="articles")
    async def _list_articles(self, workspace: Workspace) -> None:
        """Get the titles of the articles for the chips, and the completions of filters."""
        try:
            articles = await asyncio.to_thread(workspace.session.articles)
        except YinjuError as error:
            self.fail(error)
            return
        self._titles = {article.id: article.title for article in articles}
        self.completions.choices = await asyncio.to_thread(Choices, articles)
        await self.chips.show(self.filters, self._titles)

    @on(Chip.Removed)
    def _chip_removed(self, message: Chip.Removed) -> None:
        self.filters = self.filters.without(message.part)

    @on(Chip.Passed)
    def _chip_passed(self) -> None:
        self.box.focus()

    @on(QuestionBox.Left)
    def _left(self, message: QuestionBox.Left) -> None:
        if not (chips := self.chips.query(Chip)):
            return
        if message.deleting:
            self.filters = self.filters.without(chips.last().part)
        else:
            chips.last().focus()

    # Asking

    def ask(self) -> None:
        """Ask what is in the box. Filters become chips. What cannot be asked stays, with a message."""
        try:
            question, filters = parse(self.box.text)
        except UsageError as error:
            self.fail(error)
            return
        question = printable(question).strip()
        if len(question) > MAX_QUESTION_LENGTH:
            self._too_long(len(question))
            return
        self.narrow(filters)
        self.box.replace_all("")
        if question:
            self.box.remember(question)
            self.post_message(self.Asked(question, self.filters))

    @on(QuestionBox.Refused)
    def _paste_refused(self, message: QuestionBox.Refused) -> None:
        self._too_long(message.count)

    def _too_long(self, count: int) -> None:
        text = N_("That would be {count:,} characters; a question can have at most {limit:,}.")
        self._say(lambda: _(text).format(count=count, limit=MAX_QUESTION_LENGTH))

    def fail(self, error: YinjuError) -> None:
        """Show an error in one line, until the text changes."""
        self._say(lambda: error_text(error, " · "))

    def _say(self, line: Callable[[], str]) -> None:
        self.query_one("#composer-message", Notice).show(line)
        self._said_of = self.box.text

    @on(TextArea.Changed)
    def _changed(self) -> None:
        self.query_one("#composer-ask").set_class(not self.box.text.strip(), "-empty")
        if self.box.text != self._said_of and self.query_one("#composer-message").display:
            self._say(str)

    @on(Completions.Taken)
    def _taken(self, message: Completions.Taken) -> None:
        self.box.focus()
        self.box.take(message.completion)

    def narrow(self, filters: Filters) -> None:
        """Add these filters."""
        self.filters = self.filters.adding(filters)

    @on(Click, "#composer-ask")
    def _ask_clicked(self) -> None:
        self.box.focus()
        self.ask()

    @on(Click, "#composer-filter")
    def action_menu(self) -> None:
        """Offer every kind of filter, in words."""
        self.box.focus()
        self.box.toggle_menu()

    # Looks

    def translate(self) -> None:
        self.query_one("#composer-frame").border_subtitle = self._hint() if self.box.has_focus else ""

    def _hint(self) -> str:
        """The most useful keys as they are set, if they fit."""
        # Of several keys for one thing the first counts.
        bound = reversed(list(self.screen.active_bindings.items()))
        keys = {active.binding.id: "+".join(map(str.capitalize, key.split("+"))) for key, active in bound}
        hint = _("{ask} asks · {newline} new line · {filters} filters").format(
            ask=keys.get("question.ask", ""),
            newline=keys.get("question.newline", ""),
            filters=keys.get("filter.menu", ""),
        )
        return hint if cells(hint) + 6 < self.size.width else ""

    def on_mount(self) -> None:
        self._changed()
        self.translate()

    def on_resize(self) -> None:
        self.set_class(self.size.width < _SMALL, "-small")
        self.translate()

    @on(Click, "#composer-frame")
    def _frame_clicked(self) -> None:
        self.box.focus()

    def on_descendant_focus(self, event: DescendantFocus) -> None:
        self.translate()

    def on_descendant_blur(self, event: DescendantBlur) -> None:
        self.translate()
        if event.widget is self.box:
            self.box.action_close()
