"""Lines to choose from: questions that the articles answer, and what goes on from an answer."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import ClassVar

from textual.binding import BindingType
from textual.containers import Vertical
from textual.content import Content
from textual.message import Message

from index.text.display import crop, one_line
from qa.i18n import N_, _
from qa.question.filters import NO_FILTERS, Filters
from qa.types import Suggestion
from tui.widgets.common.base import FocusLine, bind, hidden

#: Cells of a name.
_NAME = 30


class Offer(FocusLine):
    """Something to begin or to go on with."""

    BINDINGS: ClassVar[list[BindingType]] = [
        bind("enter,space", "follow", "offer.take", N_("Choose"), N_("Ask or open this")),
        hidden("up", "app.focus_previous", "offer.up", N_("Up"), N_("The line above")),
        hidden("down", "app.focus_next", "offer.down", N_("Down"), N_("The line below")),
    ]


class Example(Offer):
    """A question to try. ``says`` is what is shown in its place."""

    @dataclass
    class Chosen(Message):
        """An example was chosen. With ``more`` it goes on from the answer, which had these ``filters``."""

        question: str
        more: bool = False
        filters: Filters = NO_FILTERS

    def __init__(self, question: Callable[[], str]) -> None:
        super().__init__()
        self._question = question

    @property
    def question(self) -> str:
        return self._question()

    def render(self) -> Content:
        return Content(f"→ {self.question}")

    def action_follow(self) -> None:
        self.post_message(self.Chosen(self.question))


class NextQuestion(Example):
    """A question that the articles answer, or what goes on from an answer."""

    def __init__(self, suggestion: Suggestion) -> None:
        super().__init__(lambda: suggestion.question)
        self.suggestion = suggestion

    def render(self) -> Content:
        return Content(_shown(self.suggestion)).truncate(max(1, self.content_size.width), ellipsis=True)

    def action_follow(self) -> None:
        of = self.suggestion
        self.post_message(self.Chosen(of.question, of.kind == "more", of.filters))


def _shown(suggestion: Suggestion) -> str:
    if suggestion.kind == "more":
        return "↓ " + _("Read on")
    if suggestion.kind == "elsewhere":
        name = crop(one_line(suggestion.name), _NAME)
        return "⇢ " + _("{name} elsewhere ({count})").format(name=name, count=suggestion.count)
    if suggestion.kind == "differs":
        return "≠ " + _("Other figures for this")
    return "→ " + one_line(suggestion.question)


class SuggestionList(Vertical):
    """What to ask next. Nothing is seen of it while there is nothing."""

    def on_mount(self) -> None:
        self.display = False

    async def show(self, suggestions: Sequence[Suggestion]) -> None:
        """Show these; what was shown of them stays where it is."""
        shown = {line.suggestion: line for line in self.query(NextQuestion)}
        async with self.batch():
            await self.remove_children([line for one, line in shown.items() if one not in suggestions])
            await self.mount_all(NextQuestion(one) for one in suggestions if one not in shown)
        self.display = bool(suggestions)
