"""What the app says before the first question."""

from __future__ import annotations

from typing import ClassVar

from textual import events
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Vertical
from textual.message import Message
from textual.reactive import reactive
from textual.widget import Widget
from textual.widgets import Static

from tui import i18n
from tui.i18n import N_, _
from tui.text import counts
from tui.widgets.label import Label
from tui.workspace import Workspace

#: Questions that the bundled articles answer, for readers of each language of the interface.
EXAMPLES = {
    "en": (
        "How much did Meta invest in Scale AI?",
        "Who left Apple's foundation model team?",
        "谷歌花了多少钱买下 DeepMind？",
    ),
    "zh-Hans": (
        "Meta 最早给德特克的方案是多少？",
        "谁离开了苹果的基础模型团队？",
        "How much did Meta invest in Scale AI?",
    ),
    "zh-Hant": (
        "誰離開了蘋果的基礎模型團隊？",
        "Meta 最早給德特克的方案是多少？",
        "How much did Meta invest in Scale AI?",
    ),
}


class Example(Widget, can_focus=True):
    """A question to try; Enter or a click asks it."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("enter,space", "ask", N_("Ask this"), id="example.ask", tooltip=N_("Ask this example")),
        Binding(
            "up", "app.focus_previous", N_("Up"), show=False, id="example.up", tooltip=N_("The line above")
        ),
        Binding(
            "down", "app.focus_next", N_("Down"), show=False, id="example.down", tooltip=N_("The line below")
        ),
    ]

    class Chosen(Message):
        """An example was chosen."""

        def __init__(self, question: str) -> None:
            super().__init__()
            self.question = question

    def __init__(self, number: int) -> None:
        super().__init__()
        self.number = number

    @property
    def question(self) -> str:
        return EXAMPLES[i18n.language()][self.number]

    def render(self) -> str:
        return f"→ {self.question}"

    def action_ask(self) -> None:
        self.post_message(self.Chosen(self.question))

    def on_click(self, event: events.Click) -> None:
        event.stop()
        self.action_ask()


class Welcome(Vertical):
    workspace: reactive[Workspace | None] = reactive[Workspace | None](None)

    def compose(self) -> ComposeResult:
        yield Static("引句  Yinju", id="welcome-name", markup=False)
        yield Label(self._what, id="welcome-what")
        yield Label(self._state, id="welcome-state")
        with Vertical(id="welcome-examples"):
            for number in range(len(EXAMPLES["en"])):
                yield Example(number)
        yield Label(self._keys, id="welcome-keys")

    def _what(self) -> str:
        return _(
            "Ask your articles, in Chinese or English. The answer is the sentence itself, word for word, "
            "with its source."
        )

    def _state(self) -> str:
        if self.workspace is None:
            return _("Opening the articles …")
        if self.workspace.bundled:
            return _("{counts}\nAll about the contest for AI talent. Try one of these:").format(
                counts=counts(self.workspace.status)
            )
        if self.workspace.status.articles:
            return _("{counts}\nWhat do you want to know?").format(counts=counts(self.workspace.status))
        return _("There are no articles here yet. Ctrl+O adds a file or a folder of yours.")

    def _keys(self) -> str:
        return _("Tab chooses, Enter asks · Ctrl+O adds your own articles · F1 shows every key")

    def watch_workspace(self, workspace: Workspace | None) -> None:
        self.query_one("#welcome-examples").display = workspace is None or workspace.bundled
        for label in self.query(Label):
            label.translate()
