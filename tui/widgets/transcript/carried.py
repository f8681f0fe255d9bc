"""The words that a question carried over from the one before."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from textual.content import Content
from textual.message import Message

from index.text.display import one_line
from qa.i18n import _
from tui.rendering.formats import lead
from tui.rendering.prose import Prose, ProseView
from tui.widgets.common.link import Linked, key_of, link


class Carried(Linked, ProseView):
    """The words carried over, and a link to ask without them."""

    COMPONENT_CLASSES: ClassVar[set[str]] = {"carried--words", "carried--undo"}

    @dataclass
    class Refused(Message):
        """The question should be asked without them."""

        carried: Carried

    def __init__(self, words: tuple[str, ...]) -> None:
        super().__init__()
        self.words = words

    def build(self) -> Prose:
        words = (_(", ").join(map(one_line, self.words)), self.get_visual_style("carried--words"))
        undo = link(_("Ask without them"), self.get_visual_style("carried--undo"), "refuse")
        return Prose(
            Content.assemble(
                lead(_("Carried over:")), words, "  ", undo, f" {key_of(self.screen, 'ask.alone')}"
            )
        )

    def action_follow(self, name: str, number: int = 0) -> None:
        self.post_message(self.Refused(self))
