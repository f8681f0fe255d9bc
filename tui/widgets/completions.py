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

#: Columns of a row, at most.
_LEFT, _NOTE = 32, 40


class Completions(OptionList, can_focus=False):
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
        columns = [_columns(completion) for completion in completions]
        room = min(_LEFT, max((cells(left) for left, _note in columns), default=0))
        self.set_options(Option(_row(left, note, room)) for left, note in columns)
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


def _columns(completion: Completion) -> tuple[str, str]:
    typed, note = one_line(completion.text), one_line(completion.note)
    return (kind(typed[:-1]), f"{typed}  {note}") if typed.endswith(":") else (typed, note)


def _row(left: str, note: str, room: int) -> Content:
    left = crop(left, room)
    return Content.assemble(left + " " * (room - cells(left) + 2), (crop(note, _NOTE), "dim"))
