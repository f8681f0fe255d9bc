"""The line at the bottom: the keys that matter here, as many as fit. Each can be clicked."""

from __future__ import annotations

from collections.abc import Iterator
from typing import ClassVar

from textual.binding import Binding
from textual.content import Content
from textual.style import Style
from textual.widget import Widget

from tui.i18n import N_, _

_GAP = "   "


class KeyBar(Widget, can_focus=False):
    """Function keys first, in their order; what does not fit the width is left out, from the end."""

    COMPONENT_CLASSES: ClassVar[set[str]] = {"keybar--key", "keybar--off"}
    ALLOW_SELECT = False

    def on_mount(self) -> None:
        self.screen.bindings_updated_signal.subscribe(self, lambda _screen: self.refresh())

    def render(self) -> Content:
        commands = self._item(self.app.COMMAND_PALETTE_BINDING, "^p", N_("Commands"), True)
        room = self.content_size.width - commands.cell_length
        line = Content()
        for item in self._items():
            if line.cell_length + item.cell_length + len(_GAP) > room:
                break
            line = Content.assemble(line, item, _GAP)
        return Content.assemble(line, " " * (room - line.cell_length), commands)

    def _items(self) -> Iterator[Content]:
        shown: dict[str, tuple[Binding, bool]] = {}
        for _node, binding, enabled, _tooltip in self.screen.active_bindings.values():
            if binding.show and binding.description:
                shown.setdefault(binding.action, (binding, enabled))
        for binding, enabled in sorted(shown.values(), key=lambda pair: _order(pair[0].key)):
            yield self._item(binding.key, self.app.get_key_display(binding), binding.description, enabled)

    def _item(self, key: str, display: str, description: str, enabled: bool) -> Content:
        click = Style.from_meta({"@click": f"app.simulate_key({key!r})"})
        bold = self.get_visual_style("keybar--key", partial=True)
        rest = Style() if enabled else self.get_visual_style("keybar--off", partial=True)
        return Content.assemble((display, bold + click), (" " + _(description), rest + click))


def _order(key: str) -> tuple[int, int]:
    """Function keys by their number, then the others as they come."""
    return (0, int(key[1:])) if key[:1] == "f" and key[1:].isdigit() else (1, 0)
