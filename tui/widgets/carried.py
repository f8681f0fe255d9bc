"""What a question took over from the ones before it."""

from __future__ import annotations

from typing import ClassVar

from textual.content import Content
from textual.message import Message
from textual.style import Style
from textual.widgets import Static

from qa.render import one_line
from tui.i18n import _


class Carried(Static):
    """The words taken over from the question before, and the way to ask without them."""

    COMPONENT_CLASSES: ClassVar[set[str]] = {"carried--words", "carried--undo"}

    class Refused(Message):
        """The question should be asked without them."""

        def __init__(self, carried: Carried) -> None:
            super().__init__()
            self.carried = carried

    def __init__(self, words: tuple[str, ...]) -> None:
        super().__init__(markup=False)
        self.words = words

    def render(self) -> Content:
        undo = self.get_visual_style("carried--undo") + Style.from_meta({"@click": "refuse"})
        words = (", ".join(map(one_line, self.words)), self.get_visual_style("carried--words"))
        return Content.assemble(_("Carried over:"), " ", words, "  ", (_("Ask without them"), undo), " ^r")

    def action_refuse(self) -> None:
        self.post_message(self.Refused(self))
