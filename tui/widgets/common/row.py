"""One line that stands for a place in an article: number, title, date, language."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from textual.binding import BindingType
from textual.content import Content
from textual.message import Message
from textual.reactive import reactive

from index.text.display import one_line
from qa.i18n import N_
from tui.rendering.formats import facts, page
from tui.state.place import Place
from tui.widgets.common.base import FocusLine, bind, hidden

#: Cells that a title keeps beside the end of the line.
_LEAST_TITLE = 24
#: Cells that a label takes at least.
_LABEL = 3


class PlaceRow(FocusLine):
    """Enter or a click opens the place. The line begins with ``text``.

    It ends with the page, if there is one, and the first of ``ends`` that fits.
    """

    COMPONENT_CLASSES: ClassVar[set[str]] = {"row--label", "row--text", "row--end"}
    BINDINGS: ClassVar[list[BindingType]] = [
        bind("enter,space", "follow", "row.open", N_("Read"), N_("Read this in its article")),
        hidden("up", "app.focus_previous", "row.up", N_("Up"), N_("The line above")),
        hidden("down", "app.focus_next", "row.down", N_("Down"), N_("The line below")),
    ]
    #: Whether this is the place in the source pane.
    current: reactive[bool] = reactive(False, toggle_class="-current")

    @dataclass
    class Opened(Message):
        """The user wants to read this place."""

        row: PlaceRow

    def __init__(self, place: Place, text: str, *ends: str, classes: str | None = None) -> None:
        super().__init__(classes=classes)
        self.place = place
        self._text = one_line(text)
        self._ends = ends
        self.tooltip = Content(facts(place.article.title, place.article.path))

    def render(self) -> Content:
        width = self.content_size.width
        name = self.place.label.strip("[]").rjust(_LABEL - 1).ljust(_LABEL)
        label = Content.styled(name, self.get_visual_style("row--label"))
        text = Content.styled(self._text, self.get_visual_style("row--text"))
        room = width - label.cell_length - 3
        least = min(_LEAST_TITLE, text.cell_length)
        ends = [Content(facts(page(self.place.page, self.place.read), end)) for end in (*self._ends, "")]
        end = next((end for end in ends if end.cell_length + least <= room), Content())
        text = text.truncate(max(1, room - end.cell_length), ellipsis=True)
        gap = max(2, width - label.cell_length - 1 - text.cell_length - end.cell_length)
        end = end.stylize(self.get_visual_style("row--end"))
        return Content.assemble(label, " ", text, " " * gap, end).truncate(width, ellipsis=True)

    def action_follow(self) -> None:
        self.post_message(self.Opened(self))
