"""The line at the top: what is open, how much it holds, and what is going on."""

from __future__ import annotations

from typing import ClassVar

from textual.content import Content
from textual.reactive import reactive
from textual.style import Style
from textual.widget import Widget

from index.text.display import one_line
from qa import i18n
from qa.i18n import _
from tui.rendering.formats import articles, counts, passages
from tui.state.workspace import Workspace

#: The name of a library is not cut shorter than this.
_LEAST_NAME = 12


class StatusLine(Widget):
    """A click on the library shows the others, one on the language takes the next."""

    COMPONENT_CLASSES: ClassVar[set[str]] = {
        f"status--{name}" for name in ("name", "busy", "library", "link")
    }

    workspace: reactive[Workspace | None] = reactive[Workspace | None](None)
    #: What the app is doing just now, still to translate; "" when nothing.
    busy: reactive[str] = reactive("")

    def render(self) -> Content:
        name = Content.styled(" 引句 Yinju ", self.get_visual_style("status--name"))
        language = i18n.LANGUAGES[i18n.language()]
        switch = self.get_visual_style("status--link") + Style.from_meta({"@click": "app.next_language"})
        end = Content.assemble("  文 ", (language, switch), " ")
        room = max(0, self.content_size.width - name.cell_length - end.cell_length - 1)
        state = self._state(room).truncate(room, ellipsis=True)
        gap = " " * (room - state.cell_length)
        return Content.assemble(name, " ", state, gap, end)

    def _state(self, room: int) -> Content:
        """What is open, with as many facts as there is room for."""
        if self.workspace is None:
            return self._doing() or Content(_("No library is open"))
        status, doing = self.workspace.status, self._doing()
        title = _("Bundled articles") if self.workspace.bundled else one_line(self.workspace.path.name)
        link = self.get_visual_style("status--library") + Style.from_meta({"@click": "app.libraries"})
        library = Content.styled(title, link)
        some = f"{articles(status.articles)} · {passages(status.passages)}"
        facts = [Content(text) for text in (counts(status), some, articles(status.articles))]
        choices = [doing] if doing else facts
        for choice in choices:
            left = room - choice.cell_length - 2
            if left >= _LEAST_NAME and (library.cell_length <= left or choice is choices[-1]):
                return Content.assemble(library.truncate(left, ellipsis=True), "  ", choice)
        return doing or library

    def _doing(self) -> Content | None:
        return Content.styled(self.busy, self.get_visual_style("status--busy")) if self.busy else None
