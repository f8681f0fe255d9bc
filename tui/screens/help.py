"""Every key, and what the page below is for."""

from __future__ import annotations

from typing import Any, ClassVar

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Vertical, VerticalScroll
from textual.content import Content
from textual.screen import ModalScreen, Screen
from textual.widgets import Static

#: How keys are shown that would read badly under their own name.
_KEYS = {"escape": "Esc", "slash": "/", "pageup": "PgUp", "pagedown": "PgDn", "up": "↑", "down": "↓"}


class HelpScreen(ModalScreen[None]):
    """Made from the bindings of the app and of ``page``, so that it cannot fall behind them."""

    AUTO_FOCUS = "#help-scroll"
    COMPONENT_CLASSES: ClassVar[set[str]] = {"help--key"}
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape,f1,q", "dismiss", "Close", id="help.close", tooltip="Close the help"),
    ]

    def __init__(self, page: Screen[Any]) -> None:
        super().__init__()
        self._page = page

    def compose(self) -> ComposeResult:
        with Vertical(id="help"), VerticalScroll(id="help-scroll"):
            yield Static(" ".join((self._page.HELP or "").split()), id="help-what", markup=False)
            yield Static(self._keys(), id="help-keys", markup=False)

    def on_mount(self) -> None:
        box = self.query_one("#help")
        box.border_title, box.border_subtitle = "Help", "Esc closes"

    def _keys(self) -> Content:
        style = self.get_visual_style("help--key", partial=True)
        lines: list[Content] = []
        for node in (self._page, self.app):
            for binding in node.BINDINGS:
                if isinstance(binding, Binding) and binding.id and not binding.id[-1].isdigit():
                    keys = " or ".join(_shown(key) for key in binding.key.split(","))
                    lines.append(
                        Content.assemble((f"{keys:<14}", style), f"{binding.description}: {binding.tooltip}")
                    )
        return Content("\n").join(lines)


def _shown(key: str) -> str:
    return _KEYS.get(key, key.replace("ctrl+", "^") if "+" in key else key.upper() if len(key) < 4 else key)
