"""The line at the bottom: the keys that work here, as many as fit. They can be clicked."""

from __future__ import annotations

from collections.abc import Iterator
from typing import ClassVar

from textual.binding import ActiveBinding
from textual.content import Content
from textual.screen import Screen
from textual.style import Style
from textual.widget import Widget

from qa.i18n import N_, _

_GAP = "   "
#: What Textual says of the keys of its palette.
_TEXTUAL_SAYS = (N_("Exit the command palette"),)


class KeyBar(Widget, can_focus=False):
    """Shows help first, then the keys of the page, then those of the app, as many as fit.

    Below a dialogue it shows the keys that work there.
    """

    COMPONENT_CLASSES: ClassVar[set[str]] = {"keybar--key", "keybar--off"}
    ALLOW_SELECT = False

    def on_mount(self) -> None:
        self.screen.bindings_updated_signal.subscribe(self, lambda _screen: self.refresh())

    def render(self) -> Content:
        commands = Content()
        if self._top is self.screen:
            commands = self._item(self.app.COMMAND_PALETTE_BINDING, "^p", N_("Commands"), True)
        room = self.content_size.width - commands.cell_length
        line = Content()
        for item in self._items():
            if line.cell_length + item.cell_length + len(_GAP) > room:
                break
            line = Content.assemble(line, item, _GAP)
        return Content.assemble(line, " " * (room - line.cell_length), commands).truncate(
            self.content_size.width
        )

    @property
    def _top(self) -> Screen[object]:
        """The screen that gets the keys."""
        return self.app.screen_stack[-1] if self.app.screen_stack else self.screen

    def _items(self) -> Iterator[Content]:
        shown: dict[str, ActiveBinding] = {}
        for active in self._top.active_bindings.values():
            if active.binding.show and active.binding.description:
                shown.setdefault(active.binding.action, active)
        for _node, binding, enabled, _tooltip in sorted(shown.values(), key=self._order):
            yield self._item(binding.key, self.app.get_key_display(binding), binding.description, enabled)

    def _item(self, key: str, display: str, description: str, enabled: bool) -> Content:
        click = Style.from_meta({"@click": f"press({key!r})"})
        bold = self.get_visual_style("keybar--key", partial=True)
        rest = Style() if enabled else self.get_visual_style("keybar--off", partial=True)
        return Content.assemble((display, bold + click), (" " + _(description), rest + click))

    def _order(self, active: ActiveBinding) -> tuple[int, int]:
        """Function keys by their number, then the others as they come."""
        key = active.binding.key
        place = 0 if active.binding.action == "help" else 2 if active.node is self.app else 1
        return place, int(key[1:]) if key[:1] == "f" and key[1:].isdigit() else 99

    async def action_press(self, key: str) -> None:
        """Do what ``key`` does, even if the focused text box would type it."""
        if key == self.app.COMMAND_PALETTE_BINDING:
            self.app.action_command_palette()
        elif (active := self.screen.active_bindings.get(key)) is not None:
            await self.app.run_action(active.binding.action, active.node)
