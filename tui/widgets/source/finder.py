"""The line for the words to find in an article."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from textual import on
from textual.app import ComposeResult
from textual.binding import BindingType
from textual.containers import Horizontal
from textual.content import Content
from textual.getters import query_one
from textual.message import Message
from textual.widgets import Input

from qa.i18n import N_, _
from tui.widgets.common.base import TranslatedOnMount, bind
from tui.widgets.common.label import Label
from tui.widgets.common.link import Followed, Linked, link


class Close(Linked):
    """The cross at the end of the line."""

    COMPONENT_CLASSES: ClassVar[set[str]] = {"bar--link"}

    def render(self) -> Content:
        return Content.assemble(link(" ✕ ", self.get_visual_style("bar--link"), "close"))


class Finder(TranslatedOnMount, Horizontal):
    """Finds while one types. Enter goes to the text, where n and N go from find to find."""

    BINDINGS: ClassVar[list[BindingType]] = [
        bind("down", "step(1)", "find.next", N_("Next"), N_("The next match")),
        bind("up", "step(-1)", "find.previous", N_("Previous"), N_("The previous match")),
        bind("escape", "close", "find.close", N_("Close"), N_("Stop searching")),
    ]
    input = query_one(Input)

    @dataclass
    class Sought(Message):
        """The words to find have changed."""

        wanted: str

    @dataclass
    class Stepped(Message):
        """Another find should be shown."""

        step: int

    @dataclass
    class Left(Message):
        """The text should have the focus; ``close`` ends the search."""

        close: bool

    def compose(self) -> ComposeResult:
        yield Label(lambda: "/")
        yield Input(compact=True, select_on_focus=False)
        yield Close()

    def translate(self) -> None:
        self.input.placeholder = _("Find in this article")

    @on(Input.Changed)
    def _changed(self, message: Input.Changed) -> None:
        message.stop()
        self.post_message(self.Sought(message.value))

    @on(Input.Submitted)
    def _submitted(self, message: Input.Submitted) -> None:
        message.stop()
        self.post_message(self.Left(close=not message.value.strip()))

    def action_step(self, step: int) -> None:
        self.post_message(self.Stepped(step))

    def action_close(self) -> None:
        self.post_message(self.Left(close=True))

    @on(Followed)
    def _followed(self, message: Followed) -> None:
        message.stop()
        self.action_close()
