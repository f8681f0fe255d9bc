"""A short tour of the page of questions: what is where, a step at a time."""

from __future__ import annotations

from typing import ClassVar, NamedTuple

from textual import events
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Vertical
from textual.geometry import Offset, Region, Size
from textual.reactive import reactive

from tui.i18n import N_, _
from tui.page import Dialogue
from tui.widgets.label import Label


class Step(NamedTuple):
    """``selector`` finds the part that ``text`` is about."""

    selector: str
    title: str
    text: str


STEPS = (
    Step(
        "Composer",
        N_("Ask here"),
        N_(
            "In Chinese or English; your articles may be in the other language. "
            "Enter asks, Ctrl+J begins a new line."
        ),
    ),
    Step(
        "Transcript",
        N_("Read the answer here"),
        N_(
            "It is made of sentences from your articles, word for word. "
            "The number behind each opens it in its article."
        ),
    ),
    Step(
        "StatusLine",
        N_("Your articles"),
        N_(
            "Ctrl+O adds files or a folder, F2 lists them. A click here changes the library, or the language."
        ),
    ),
    Step(
        "Footer",
        N_("Every key"),
        N_(
            "The keys of the moment stand here. F1 shows all of them, Ctrl+P finds every command by its name."
        ),
    ),
)


class TourScreen(Dialogue[None]):
    """The box stands beside the part it talks about, which is framed."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("enter,right,space", "next", N_("Next"), id="tour.next", tooltip=N_("The next step")),
        Binding("escape,q", "leave", N_("Leave"), id="tour.leave", tooltip=N_("Leave the tour")),
        Binding("left", "back", N_("Back"), show=False, id="tour.back", tooltip=N_("The step before")),
    ]
    step: reactive[int] = reactive(0)

    def compose(self) -> ComposeResult:
        with Vertical(id="tour"):
            yield Label(lambda: _(STEPS[self.step].text), id="tour-text")

    def on_mount(self) -> None:
        self.translate()

    def translate(self) -> None:
        box = self.query_one("#tour")
        box.border_title = _(STEPS[self.step].title)
        box.border_subtitle = _("{step} of {steps} · Enter goes on · Esc leaves").format(
            step=self.step + 1, steps=len(STEPS)
        )
        self.query_one(Label).translate()
        self.call_after_refresh(self._place)

    def watch_step(self) -> None:
        if self.is_mounted:
            self.translate()

    def on_resize(self) -> None:
        self.call_after_refresh(self._place)

    def _place(self) -> None:
        """Put the box beside its part."""
        below = self.app.screen_stack[-2] if len(self.app.screen_stack) > 1 else None
        part = below.query(STEPS[self.step].selector).first() if below is not None else None
        if part is not None:
            box = self.query_one("#tour")
            box.absolute_offset = beside(part.region, box.outer_size, self.size)

    def action_next(self) -> None:
        if self.step + 1 < len(STEPS):
            self.step += 1
        else:
            self.dismiss()

    def action_back(self) -> None:
        self.step = max(0, self.step - 1)

    def action_leave(self) -> None:
        self.dismiss()

    def on_click(self, event: events.Click) -> None:
        event.stop()
        self.action_next()


def beside(part: Region, box: Size, room: Size) -> Offset:
    """Where the box goes: above a part that is low, below one that is high, else in its middle."""
    x = max(0, min(part.x + (part.width - box.width) // 2, room.width - box.width))
    if part.y >= box.height and part.bottom > room.height // 2 and part.height < room.height // 2:
        y = part.y - box.height
    elif part.bottom + box.height <= room.height:
        y = part.bottom
    else:
        y = part.y + (part.height - box.height) // 2
    return Offset(x, max(0, min(y, room.height - box.height)))
