"""What went wrong and what to do about it."""

from __future__ import annotations

from pathlib import Path
from typing import ClassVar

from textual import on
from textual.app import ComposeResult
from textual.containers import Horizontal, Vertical
from textual.content import Content

from index.errors import LibraryError, YinjuError
from qa.i18n import _
from tui.messages import CheckWanted
from tui.rendering.errors import library_in, message_and_hint
from tui.widgets.common.label import Paragraph
from tui.widgets.common.link import Followed, Link


class ErrorBlock(Vertical):
    """An error, its hint, and links to what the app can do about it."""

    COMPONENT_CLASSES: ClassVar[set[str]] = {"error--hint"}

    def __init__(self, error: YinjuError) -> None:
        super().__init__()
        self.error = error

    def compose(self) -> ComposeResult:
        yield Paragraph(self._text)
        if isinstance(self.error, LibraryError):
            with Horizontal(classes="foot"):
                if self._damaged is not None:
                    yield Link(lambda: _("Check the library"), "check")
                yield Link(lambda: _("Reopen the library"), "app.reopen")
                yield Link(lambda: _("Open another"), "app.libraries")

    @property
    def _damaged(self) -> Path | None:
        """The library to check."""
        return library_in(self.error) if "qa doctor" in self.error.hint else None

    def _text(self) -> Content:
        message, hint = message_and_hint(self.error)
        if not hint:
            return Content(message)
        return Content.assemble(message, "\n", ("→ " + hint, self.get_visual_style("error--hint")))

    @on(Followed)
    async def _followed(self, message: Followed) -> None:
        message.stop()
        if message.name == "check" and self._damaged is not None:
            self.post_message(CheckWanted(self._damaged))
        else:
            await self.run_action(message.name)
