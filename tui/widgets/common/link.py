"""Links, within a text or alone."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import ClassVar

from rich.style import Style as RichStyle
from textual.binding import Binding, BindingType
from textual.content import Content
from textual.dom import DOMNode
from textual.message import Message
from textual.style import Style
from textual.widget import Widget

from qa.i18n import N_
from tui.widgets.common.base import FocusLine, bind, hidden
from tui.widgets.common.label import Label


@dataclass
class Followed(Message):
    """A link was followed: its ``name``, and the ``number`` of its citation if it has one."""

    name: str
    number: int = 0


class Linked(Widget):
    """A widget with links in its text. The widgets around it act on `Followed`."""

    @property
    def link_style(self) -> RichStyle:
        """No common style: each link has its own."""
        return RichStyle()

    def action_follow(self, name: str, number: int = 0) -> None:
        self.post_message(Followed(name, number))


def link(text: str, style: Style, name: str, number: int = 0) -> tuple[str, Style]:
    """``text`` as a link, for `Content.assemble`."""
    meta = {"@click": f"follow({name!r}, {number})"} | ({"number": number} if name == "cite" else {})
    return text, style + Style.from_meta(meta)


class Link(Label, FocusLine, can_focus=True):
    """A link that stands alone. Enter or a click follows it."""

    BINDINGS: ClassVar[list[BindingType]] = [
        bind("enter,space", "follow", "link.follow", N_("Follow"), N_("Follow this link")),
        hidden("up,left", "app.focus_previous", "link.up", N_("Up"), N_("The line above")),
        hidden("down,right", "app.focus_next", "link.down", N_("Down"), N_("The line below")),
    ]

    COMPONENT_CLASSES: ClassVar[set[str]] = {"link--key"}

    def __init__(self, text: Callable[[], str], name: str, *, key: str = "") -> None:
        """``key`` is the id of a binding of the page that does the same; its key is shown after the text."""
        super().__init__(self._named)
        self._says, self._follows, self._key = text, name, key

    def _named(self) -> Content:
        if not self._key:
            return Content(self._says())
        key = key_of(self.screen, self._key)
        return Content.assemble(self._says(), " ", (key, self.get_visual_style("link--key")))

    def action_follow(self) -> None:
        self.post_message(Followed(self._follows))


def key_of(widget: DOMNode, id: str) -> str:
    """The key of one of the widget's bindings as the reader has set it, ready to show; "" for none."""
    binding = next((b for b in widget.BINDINGS if isinstance(b, Binding) and b.id == id), None)
    if binding is None:
        return ""
    # Textual tells which keys were set only for the bindings of what has the focus.
    key = widget.app._keymap.get(id, binding.key).split(",")[0]
    return widget.app.get_key_display(Binding(key, binding.action)) if key else ""
