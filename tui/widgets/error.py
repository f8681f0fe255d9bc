"""What went wrong and what to do about it."""

from __future__ import annotations

from typing import ClassVar

from textual.content import Content
from textual.style import Style
from textual.widgets import Static

from index.errors import LibraryError, YinjuError
from qa.render import one_line
from tui.errors import told
from tui.i18n import _


class ErrorBlock(Static):
    """An error, its hint, and where the app itself can do something about it, the way to that."""

    COMPONENT_CLASSES: ClassVar[set[str]] = {"error--hint", "error--link"}

    def __init__(self, error: YinjuError) -> None:
        super().__init__(markup=False)
        self.error = error

    def render(self) -> Content:
        message, hint = map(one_line, told(self.error))
        lines = [Content(message)]
        if hint:
            lines.append(Content.styled("→ " + hint, self.get_visual_style("error--hint")))
        if isinstance(self.error, LibraryError):
            style = self.get_visual_style("error--link")
            again = style + Style.from_meta({"@click": "app.reopen"})
            other = style + Style.from_meta({"@click": "app.libraries"})
            lines.append(
                Content.assemble((_("Open the library again"), again), "   ", (_("Open another"), other))
            )
        return Content("\n").join(lines)
