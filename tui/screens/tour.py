"""A short tour of the page of questions, a part at a time."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar, NamedTuple, cast

from textual import events
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Vertical
from textual.geometry import Offset, Region, Size
from textual.reactive import reactive
from textual.widget import Widget

from tui.rendering.i18n import N_, _
from tui.screens.base import Dialogue
from tui.widgets.common.keybar import KeyBar
from tui.widgets.common.label import Paragraph
from tui.widgets.common.status import StatusLine
from tui.widgets.composer.composer import Composer
from tui.widgets.transcript.transcript import Transcript

if TYPE_CHECKING:
    from tui.app import YinjuApp


class Step(NamedTuple):
    """``text`` is about the ``part`` of the page."""

    part: type[Widget]
    title: str
    text: str


STEPS = (
    Step(
        Composer,
        N_("Ask here"),
        N_(
            "Type a question in Chinese or English and press Enter. Your articles may be in the other "
            "language; both are searched."
        ),
    ),
    Step(
        Transcript,
        N_("Read the answer here"),
        N_(
            "It is made of sentences from your articles, word for word. Click the number behind one, or "
            "press F4, to read it in its article. Where your articles hold no answer, you are told so."
        ),
    ),
    Step(
        StatusLine,
        N_("Your articles"),
        N_(
            "Ctrl+O adds a file or a folder of yours, F2 lists what there is. Click the name to change the "
            "library, the language at the right to read the app in another."
        ),
    ),
    Step(
        KeyBar,
        N_("Every key"),
        N_("The most useful keys stand here. F1 shows all of them, Ctrl+P finds any command by its name."),
    ),
)


class TourScreen(Dialogue[None]):
    """The box stands beside the part that it talks about. To type is to leave: no key is lost."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("enter,right", "next", N_("Next"), id="tour.next", tooltip=N_("The next step")),
        Binding("escape", "leave", N_("Leave"), id="tour.leave", tooltip=N_("Leave the tour")),
        Binding(
            "left", "previous", N_("Previous"), show=False, id="tour.back", tooltip=N_("The previous step")
        ),
    ]
    step: reactive[int] = reactive(0, init=False)

    def compose(self) -> ComposeResult:
        with Vertical(id="tour"):
            yield Paragraph(lambda: _(STEPS[self.step].text))

    def on_mount(self) -> None:
        self.translate()

    def translate(self) -> None:
        box = self.query_one("#tour")
        last = self.step + 1 == len(STEPS)
        keys = (
            _("{step} of {steps} · Enter leaves")
            if last
            else _("{step} of {steps} · Enter goes on · Esc leaves")
        )
        box.border_subtitle = keys.format(step=self.step + 1, steps=len(STEPS))
        self.query_one(Paragraph).translate()
        self.call_after_refresh(self._place)

    def watch_step(self) -> None:
        self.translate()

    def on_resize(self) -> None:
        self.call_after_refresh(self._place)

    @property
    def _below(self) -> Widget:
        return self.app.screen_stack[-2]

    def _place(self) -> None:
        """Put the box beside its part, and point there."""
        if not self.is_current:
            return
        step, box = STEPS[self.step], self.query_one("#tour")
        if not box.outer_size:  # not laid out yet
            self.call_after_refresh(self._place)
            return
        self._below.query(".-toured").remove_class("-toured")
        part = self._below.query_one(step.part).add_class("-toured")
        at = beside(part.region, box.outer_size, self.size)
        box.styles.offset = at.x, at.y
        arrow = "↓ " if at.y < part.region.y else "↑ " if at.y >= part.region.bottom else ""
        box.border_title = arrow + _(step.title)

    def action_next(self) -> None:
        if self.step + 1 < len(STEPS):
            self.step += 1
        else:
            self.action_leave()

    def action_previous(self) -> None:
        self.step = max(0, self.step - 1)

    def action_leave(self) -> None:
        if not self.is_current:
            return  # of keys that come at once, the first has left
        self._below.query(".-toured").remove_class("-toured")
        cast("YinjuApp", self.app).memory.set("toured", "yes")
        self.dismiss()

    def on_key(self, event: events.Key) -> None:
        if event.is_printable and event.character is not None:
            event.stop()
            self._pass_on(events.Key(event.key, event.character))

    def on_paste(self, event: events.Paste) -> None:
        event.stop()
        self._pass_on(events.Paste(event.text))

    def _pass_on(self, event: events.Event) -> None:
        """Leave, and let the page have what was typed."""
        focused = cast("YinjuApp", self.app).chat.focused
        self.action_leave()
        if focused is not None:
            focused.post_message(event)

    def on_click(self, event: events.Click) -> None:
        event.stop()
        if self.query_one("#tour").region.contains(event.screen_x, event.screen_y):
            self.action_next()
        else:
            self.action_leave()


def beside(part: Region, box: Size, room: Size) -> Offset:
    """Where the box goes: above the part if there is room, else below it, else in its middle."""
    x = max(0, min(part.x + (part.width - box.width) // 2, room.width - box.width))
    if part.y >= box.height:
        y = part.y - box.height
    elif part.bottom + box.height <= room.height:
        y = part.bottom
    else:
        y = part.y + (part.height - box.height) // 2
    return Offset(x, max(0, min(y, room.height - box.height)))
