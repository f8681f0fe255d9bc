"""Words within a text that do something when clicked."""

from __future__ import annotations

from textual.message import Message
from textual.style import Style
from textual.widget import Widget


class Followed(Message):
    """A link was clicked: its ``name``, and the ``number`` of the citation where it is about one."""

    def __init__(self, name: str, number: int) -> None:
        super().__init__()
        self.name, self.number = name, number


class Linked(Widget):
    """A widget with links, which the widgets around it act on."""

    def action_follow(self, name: str, number: int = 0) -> None:
        self.post_message(Followed(name, number))


def link(text: str, style: Style, name: str, number: int = 0) -> tuple[str, Style]:
    """``text`` as a link, for `Content.assemble`."""
    return text, style + Style.from_meta({"@click": f"follow({name!r}, {number})"})
