"""One line that stands for a place in an article: number, title, date, language."""

from __future__ import annotations

from collections.abc import Callable
from typing import ClassVar

from textual import events
from textual.binding import Binding, BindingType
from textual.content import Content
from textual.message import Message
from textual.reactive import reactive
from textual.widget import Widget

from qa.render import one_line
from tui.i18n import N_
from tui.place import Place
from tui.text import facts

#: A title is not cut shorter than this for the sake of what stands at the right end.
_LEAST_TITLE = 12


class PlaceRow(Widget, can_focus=True):
    """Enter or a click opens the place. ``text`` begins the line, ``end`` or what it returns ends it."""

    COMPONENT_CLASSES: ClassVar[set[str]] = {"row--label", "row--end"}
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("enter,space", "open", N_("Read"), id="row.open", tooltip=N_("Read this in its article")),
        Binding("up", "app.focus_previous", N_("Up"), show=False, id="row.up", tooltip=N_("The line above")),
        Binding(
            "down", "app.focus_next", N_("Down"), show=False, id="row.down", tooltip=N_("The line below")
        ),
    ]
    #: Whether this is the place in the source pane.
    current: reactive[bool] = reactive(False, toggle_class="-current")

    class Opened(Message):
        """The user wants to read this place."""

        def __init__(self, row: PlaceRow) -> None:
            super().__init__()
            self.row = row

    def __init__(
        self, place: Place, text: str, end: str | Callable[[], str], *, classes: str | None = None
    ) -> None:
        super().__init__(classes=classes)
        self.place = place
        self._text = one_line(text)
        self._end = end
        self.tooltip = Content(facts(place.article.title, place.article.path))

    def render(self) -> Content:
        width = self.content_size.width
        label = Content.styled(f" {self.place.label} ", self.get_visual_style("row--label"))
        told = self._end() if callable(self._end) else self._end
        end = Content.styled(told, self.get_visual_style("row--end"))
        room = max(_LEAST_TITLE, width - label.cell_length - end.cell_length - 3)
        text = Content(self._text).truncate(room, ellipsis=True)
        gap = max(2, width - label.cell_length - 1 - text.cell_length - end.cell_length)
        return Content.assemble(label, " ", text, " " * gap, end).truncate(width, ellipsis=True)

    def action_open(self) -> None:
        self.post_message(self.Opened(self))

    def on_click(self, event: events.Click) -> None:
        event.stop()
        self.action_open()
