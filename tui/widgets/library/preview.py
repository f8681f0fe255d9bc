"""What there is to see of the article under the cursor: facts, an extract, headings, names."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from typing import TYPE_CHECKING, ClassVar

from textual import events, work
from textual.containers import Vertical, VerticalScroll
from textual.content import Content
from textual.getters import query_one
from textual.widget import Widget

from index.errors import YinjuError
from index.text.display import one_line
from index.types import ArticleInfo
from qa.i18n import _
from tui.messages import ArticleWanted
from tui.rendering.errors import error_text
from tui.rendering.formats import LANGUAGES, facts, page, passages
from tui.rendering.prose import Prose, ProseView
from tui.state.workspace import Workspace
from tui.widgets.common.base import EndsWorkers
from tui.widgets.common.label import Label, Paragraph

if TYPE_CHECKING:
    from qa.overview.glance import Extracted, Glance

#: Seconds that the cursor stays before an article is read.
_DELAY = 0.15


class Passage(ProseView):
    """A sentence or heading of the article. A click, or its letter after Ctrl+G, reads it there."""

    COMPONENT_CLASSES: ClassVar[set[str]] = {"passage--where"}

    def __init__(self, info: ArticleInfo, start: int, text: str, where: str = "", classes: str = "") -> None:
        super().__init__(classes=f"pressable {classes}")
        self._info, self._start, self._text, self._where = info, start, text, where

    def build(self) -> Prose:
        said = Content(one_line(self._text))
        if not self._where:
            return Prose(said)
        return Prose(Content.assemble(said, "  ", (self._where, self.get_visual_style("passage--where"))))

    def on_click(self, event: events.Click) -> None:
        event.stop()
        self.post_message(ArticleWanted(self._info, start=self._start, text=self._text))


class Preview(EndsWorkers, VerticalScroll, can_focus=False):
    """Follows the cursor of the list with a short delay. What it reads never waits on keys."""

    found = query_one("#preview-found", Vertical)

    def __init__(self) -> None:
        super().__init__(id="preview")
        self._info: ArticleInfo | None = None

    def compose(self) -> Sequence[Widget]:
        return (
            Paragraph(self._title, id="preview-title"),
            Paragraph(self._facts, id="preview-facts"),
            Vertical(id="preview-found"),
        )

    def _title(self) -> str:
        return one_line(self._info.title) if self._info is not None else ""

    def _facts(self) -> str:
        info = self._info
        if info is None:
            return ""
        return facts(
            (info.published or "")[:10],
            info.source,
            info.author,
            LANGUAGES.get(info.language),
            passages(info.passages),
        )

    def show(self, workspace: Workspace, info: ArticleInfo | None) -> None:
        """Show this article, once the cursor stays at it."""
        if info != self._info:
            self._info = info
            self._read(workspace, info)

    @work(exclusive=True, group="preview")
    async def _read(self, workspace: Workspace, info: ArticleInfo | None) -> None:
        await asyncio.sleep(_DELAY)
        try:
            glance = await asyncio.to_thread(workspace.session.glance, info.id) if info is not None else None
        except YinjuError as error:
            told = error_text(error, "\n")
            widgets: list[Widget] = [Paragraph(lambda: told)]
        else:
            widgets = list(self._widgets(info, glance)) if info is not None and glance is not None else []
        async with self.batch():
            for part in self.query(Paragraph):
                part.translate()
            await self.found.query("*").remove()
            await self.found.mount_all(widgets)
        self.scroll_home(animate=False)

    def _widgets(self, info: ArticleInfo, glance: Glance) -> list[Widget]:
        widgets: list[Widget] = [
            Passage(info, each.start, each.text, _place(each), classes="preview-quote")
            for each in glance.extract
        ]
        if glance.names:
            names = " · ".join(
                one_line(name) + (f" {count}" if count > 1 else "") for name, count in glance.names
            )
            widgets += [Label(lambda: _("Names"), classes="section-name"), Paragraph(lambda: names)]
        if glance.headings:
            widgets.append(Label(lambda: _("Headings"), classes="section-name"))
            widgets += [Passage(info, start, text, classes="-heading") for start, text in glance.headings]
        return widgets


def _place(each: Extracted) -> str:
    """Where a sentence stands: the page and the heading above, or how far into the text."""
    return facts(page(each.page), each.heading) or f"{each.share:.0%}"
