"""What may be typed next: a list over the question box, steered by the keys of the box."""

from __future__ import annotations

from collections.abc import Sequence

from textual.content import Content
from textual.message import Message
from textual.widgets import OptionList
from textual.widgets.option_list import Option

from qa.complete import Completion
from qa.render import cells, crop, one_line
from tui.i18n import _

_TYPED, _NOTE = 32, 36


class Completions(OptionList, can_focus=False):
    COMPONENT_CLASSES = {"completions--note"}  # noqa: RUF012

    class Taken(Message):
        def __init__(self, completion: Completion) -> None:
            super().__init__()
            self.completion = completion

    def __init__(self) -> None:
        super().__init__(id="completions", markup=False)
        self._offered: tuple[Completion, ...] = ()

    @property
    def offered(self) -> tuple[Completion, ...]:
        """What is on offer, () while the list is closed."""
        return self._offered if self.display else ()

    def offer(self, completions: Sequence[Completion], *, chosen: bool) -> None:
        """Show these, the first of them ``chosen`` already; close the list when there are none."""
        self._offered = tuple(completions)
        self.display = bool(completions)
        room = max((min(_TYPED, cells(one_line(c.text))) for c in completions), default=0)
        note = self.get_visual_style("completions--note")
        self.set_options(Option(_row(completion, room, note)) for completion in completions)
        self.highlighted = 0 if chosen and completions else None

    def close(self) -> None:
        self.offer((), chosen=False)

    def step(self, step: int) -> None:
        if self.highlighted is None:
            self.highlighted = 0 if step > 0 else len(self._offered) - 1
        else:
            self.highlighted = (self.highlighted + step) % len(self._offered)

    def take(self) -> None:
        """Take the one that is chosen, the first where none is."""
        self.post_message(self.Taken(self._offered[self.highlighted or 0]))

    def on_option_list_option_selected(self, event: OptionList.OptionSelected) -> None:
        event.stop()
        self.highlighted = event.option_index
        self.take()


def kind(key: str) -> str:
    """What a filter of this kind says, in words."""
    return {
        "lang": _("Language"),
        "after": _("From a date on"),
        "before": _("Before a date"),
        "in": _("Source or folder"),
        "article": _("Single articles"),
    }[key]


def _row(completion: Completion, room: int, note: object) -> Content:
    typed = crop(one_line(completion.text), room)
    told = one_line(completion.note)
    if completion.text.endswith(":"):
        told = f"{kind(completion.text[:-1])}  {told}"
    left = typed + " " * (room - cells(typed) + 2)
    return Content.assemble(left, (crop(told, _NOTE), note))  # type: ignore[arg-type]
