"""What every widget, page and dialogue of the app has in common."""

from __future__ import annotations

from functools import partial
from typing import Protocol, runtime_checkable

from textual.binding import Binding
from textual.events import Click
from textual.widget import Widget


@runtime_checkable
class Translates(Protocol):
    """A widget or screen that keeps texts: titles of borders, placeholders, tooltips, tables.

    `translate` sets them. The widget calls it when it is mounted, the app when another language is chosen.
    """

    def translate(self) -> None: ...


class TranslatedOnMount:
    """Sets its texts when it is mounted (`Translates`)."""

    def translate(self) -> None:
        raise NotImplementedError

    def on_mount(self) -> None:
        self.translate()


class EndsWorkers:
    """Ends its workers before its parts are removed.

    Textual ends them after that, and one that goes on in between finds no parts.
    """

    #: Whether it is being removed or gone. What outlasts it must ask before it shows something in it.
    leaving = False

    def _on_prune(self) -> None:
        assert isinstance(self, Widget)
        self.leaving = True
        self.workers.cancel_node(self)


class FocusLine(Widget, can_focus=True):
    """A line that the arrow keys go to. A click on it does what Enter does: its action `follow`."""

    async def on_click(self, event: Click) -> None:
        event.stop()
        await self.run_action("follow")


def mark(node: Widget, name: str, on: bool, *parts: Widget) -> None:
    """Set a class of ``node``, and restyle only ``parts``: nothing else looks different with it.

    Textual would restyle every widget below ``node``, which takes half a millisecond each.
    """
    if node.has_class(name) is not on:
        node.set_class(on, name, update=False)
        for part in parts:
            part.app.stylesheet.apply(part)


def bind(
    keys: str,
    action: str,
    id: str,
    description: str,
    tooltip: str = "",
    *,
    show: bool = True,
    priority: bool = False,
) -> Binding:
    """A binding that the settings file can give other keys by its ``id``.

    ``description`` and ``tooltip`` are translated where they are shown; mark them with `N_`.
    """
    return Binding(keys, action, description, show=show, id=id, tooltip=tooltip, priority=priority)


#: The same for a binding that the line at the bottom leaves out.
hidden = partial(bind, show=False)
