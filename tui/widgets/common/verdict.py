"""A citation that no longer stands where it was cited."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, ClassVar

from textual.binding import BindingType
from textual.content import Content
from textual.message import Message

from index.text.display import cells, crop, one_line
from index.types import ArticleInfo
from qa.i18n import N_, _
from tui.rendering.prose import Prose, ProseView
from tui.widgets.common.base import FocusLine, bind, hidden

if TYPE_CHECKING:
    from qa.verify import Verdict

#: The sign of each state, and the class of its looks.
_STATES = {"moved": ("•", "note"), "changed": ("✗", "wrong"), "gone": ("✗", "wrong")}
#: Cells of a quote.
_QUOTE = 150


class VerdictRow(ProseView, FocusLine, can_focus=True):
    """Its state, its article and the quote. ``article`` is that article where it can be opened."""

    COMPONENT_CLASSES: ClassVar[set[str]] = {"finding--note", "finding--wrong", "finding--hint"}
    BINDINGS: ClassVar[list[BindingType]] = [
        bind("enter,space", "follow", "verdict.open", N_("Read"), N_("Read the article")),
        hidden("up", "app.focus_previous", "verdict.up", N_("Up"), N_("The line above")),
        hidden("down", "app.focus_next", "verdict.down", N_("Down"), N_("The line below")),
    ]

    @dataclass
    class Opened(Message):
        """The article of this row should be read."""

        row: VerdictRow

    def __init__(self, verdict: Verdict, article: ArticleInfo | None) -> None:
        super().__init__()
        self.verdict, self.article = verdict, article

    def build(self) -> Prose:
        from qa.verify import STATES

        verdict = self.verdict
        sign, looks = _STATES[verdict.state]
        width = max(cells(_(STATES[state])) for state in _STATES)
        word = _(STATES[verdict.state])
        label = Content.styled(
            f"{sign} {word}{' ' * (width - cells(word))} ", self.get_visual_style(f"finding--{looks}")
        )
        quote = crop(one_line(verdict.claim.quote), _QUOTE)
        title = Content(one_line(verdict.claim.title))
        return Prose(Content.assemble(title, "\n", (quote, self.get_visual_style("finding--hint"))), label)

    def action_follow(self) -> None:
        self.post_message(self.Opened(self))
