"""A line of actions with their keys, which can be clicked."""

from __future__ import annotations

from collections.abc import Callable
from typing import ClassVar, NamedTuple

from textual.content import Content
from textual.style import Style
from textual.widget import Widget

from qa.i18n import _

_GAP = "  "


class Action(NamedTuple):
    """``action`` is one of the screen ("remove") or of the app ("app.add"); faint unless ``enabled``."""

    key: str
    text: str
    action: str
    enabled: bool = True


def undoable(text: str) -> Content:
    """``text`` with a link that undoes it."""
    return Content.assemble(text, "   ", (_("Undo (u)"), "@click=screen.undo underline"))


class ActionRow(Widget, can_focus=False):
    """Shows as many of ``actions()`` as fit."""

    COMPONENT_CLASSES: ClassVar[set[str]] = {"actions--key", "actions--off"}
    ALLOW_SELECT = False

    def __init__(self, actions: Callable[[], list[Action]]) -> None:
        super().__init__()
        self._actions = actions

    def render(self) -> Content:
        line = Content()
        for each in self._actions():
            item = self._item(each)
            if line.cell_length + item.cell_length > self.content_size.width:
                break
            line = Content.assemble(line, item, _GAP)
        return line

    def _item(self, each: Action) -> Content:
        if not each.enabled:
            off = self.get_visual_style("actions--off", partial=True)
            return Content.styled(f"{each.key} {each.text}", off)
        action = each.action if "." in each.action else f"screen.{each.action}"
        click = Style.from_meta({"@click": action})
        key = self.get_visual_style("actions--key", partial=True)
        return Content.assemble((each.key, key + click), (f" {each.text}", click))
