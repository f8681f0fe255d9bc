"""The line at the top: what is open, how much it holds, and what is going on."""

from __future__ import annotations

from typing import ClassVar

from textual.content import Content
from textual.reactive import reactive
from textual.widget import Widget

from qa.render import one_line
from tui.text import counts, plural
from tui.workspace import Workspace


class StatusLine(Widget):
    COMPONENT_CLASSES: ClassVar[set[str]] = {"status--name", "status--busy"}

    workspace: reactive[Workspace | None] = reactive[Workspace | None](None)
    #: What the app is doing just now, "" when nothing.
    busy: reactive[str] = reactive("")

    def render(self) -> Content:
        name = Content.styled(" 引句 Yinju ", self.get_visual_style("status--name"))
        width = max(0, self.content_size.width - name.cell_length - 2)
        if self.busy:
            state = Content.styled(self.busy, self.get_visual_style("status--busy"))
        elif self.workspace is None:
            state = Content("no library open")
        else:
            status = self.workspace.status
            kind = (
                "bundled articles" if self.workspace.bundled else one_line(self.workspace.library.path.name)
            )
            state = Content(f"{kind}  {counts(status)}")
            if state.cell_length > width:
                state = Content(f"{kind}  {plural(status.articles, 'article')}")
        state = state.truncate(width, ellipsis=True)
        return Content.assemble(name, " " * (width - state.cell_length + 1), state)
