"""Letters on all that can be focused or pressed on the page below. Typing one goes there."""

from __future__ import annotations

from collections.abc import Sequence
from typing import ClassVar

from textual import events, on
from textual.app import ComposeResult
from textual.binding import BindingType
from textual.content import Content
from textual.widgets import Static

from qa.i18n import N_
from tui.screens.base import Dialogue
from tui.widgets.common.base import bind, hidden
from tui.widgets.common.targets import Target, labels, meant


class JumpLabel(Static):
    """The letters over a target; a click goes there."""

    def __init__(self, letters: str, target: Target) -> None:
        super().__init__(letters, markup=False)
        self.letters, self.target = letters, target
        self.styles.offset = target.at

    async def on_click(self, event: events.Click) -> None:
        event.stop()
        self.screen.dismiss(self.target)


class JumpScreen(Dialogue["Target | None"]):
    """Closes with the target whose letters were typed, None for none."""

    HELP = N_(
        "Type the letters on what you want to go to. Links and buttons are pressed, fields and lists get "
        "the keys. With a Chinese input method, type the letters and confirm any character: its pinyin "
        "counts."
    )
    BINDINGS: ClassVar[list[BindingType]] = [
        bind("escape", "dismiss", "jump.cancel", N_("Back"), N_("Back to where you were")),
        hidden("backspace", "take_back", "jump.back", N_("Take back"), N_("Take the first letter back")),
    ]

    def __init__(self, found: Sequence[Target]) -> None:
        super().__init__()
        self._found = found
        self._typed = ""
        self._size_at_first = self.app.size

    def compose(self) -> ComposeResult:
        for letters, target in zip(labels(len(self._found)), self._found, strict=True):
            yield JumpLabel(letters, target)

    @on(events.Resize)
    @on(events.ScreenResume)
    def _look_at_size(self) -> None:
        """Close: where things were is not where they are in another size."""
        if self.is_current and self.app.size != self._size_at_first:
            self.dismiss(None)

    def on_key(self, event: events.Key) -> None:
        if event.is_printable and event.character is not None:
            event.stop()
            self._type(self._typed + event.character)

    def on_paste(self, event: events.Paste) -> None:
        self._type(self._typed + event.text.strip())

    def action_take_back(self) -> None:
        self._type(self._typed[:-1])

    def _type(self, typed: str) -> None:
        """Go to the target that is meant, or leave those that may be; nothing happens if there is none."""
        left = [label for label in self.query(JumpLabel) if meant(typed, label.letters)]
        if not left:
            return
        self._typed = typed
        if len(left) == 1 and len(typed) >= len(left[0].letters):
            self.dismiss(left[0].target)
            return
        for label in self.query(JumpLabel):
            label.display = label in left
            label.update(Content.assemble((label.letters[: len(typed)], "dim"), label.letters[len(typed) :]))
