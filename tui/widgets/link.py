"""What does something when it is clicked: words within a text, and words that stand alone."""

from __future__ import annotations

from collections.abc import Callable
from typing import ClassVar

from rich.style import Style as RichStyle
from textual import events
from textual.binding import Binding, BindingType
from textual.content import Content
from textual.message import Message
from textual.style import Style
from textual.widget import Widget

from tui.i18n import N_
from tui.widgets.label import Label


class Followed(Message):
    """A link was clicked: its ``name``, and the ``number`` of the citation where it is about one."""

    def __init__(self, name: str, number: int = 0) -> None:
        super().__init__()
        self.name, self.number = name, number


class Linked(Widget):
    """A widget with links in its text, which the widgets around it act on."""

    @property
    def link_style(self) -> RichStyle:
        """Each link keeps the style it was given, so that they need not look alike."""
        return RichStyle()

    def action_follow(self, name: str, number: int = 0) -> None:
        self.post_message(Followed(name, number))


def link(text: str, style: Style, name: str, number: int = 0) -> tuple[str, Style]:
    """``text`` as a link, for `Content.assemble`."""
    return text, style + Style.from_meta({"@click": f"follow({name!r}, {number})"})


class Link(Label, can_focus=True):
    """A link that stands alone, for the keyboard too: Enter or a click follows it."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding(
            "enter,space", "follow", N_("Do this"), id="link.follow", tooltip=N_("Do what the words say")
        ),
        Binding(
            "up,left", "app.focus_previous", N_("Up"), show=False, id="link.up", tooltip=N_("The line above")
        ),
        Binding(
            "down,right",
            "app.focus_next",
            N_("Down"),
            show=False,
            id="link.down",
            tooltip=N_("The line below"),
        ),
    ]

    def __init__(self, text: Callable[[], str | Content], name: str) -> None:
        super().__init__(text)
        self._follows = name

    def action_follow(self) -> None:
        self.post_message(Followed(self._follows))

    def on_click(self, event: events.Click) -> None:
        event.stop()
        self.action_follow()
