"""What the app says before the first question."""

from __future__ import annotations

from typing import ClassVar

from textual import events
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Vertical
from textual.message import Message
from textual.reactive import reactive
from textual.widgets import Static

from tui.text import counts
from tui.workspace import Workspace

#: Questions that the bundled articles answer.
EXAMPLES = (
    "Meta 最早给德特克的方案是多少？",
    "誰離開了蘋果的基礎模型團隊？",
    "How much did Meta invest in Scale AI?",
)


class Example(Static, can_focus=True):
    """A question to try; Enter or a click asks it."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("enter,space", "ask", "Ask this", id="example.ask", tooltip="Ask this example"),
        Binding("up", "app.focus_previous", "Up", show=False, id="example.up", tooltip="The one above"),
        Binding("down", "app.focus_next", "Down", show=False, id="example.down", tooltip="The one below"),
    ]

    class Chosen(Message):
        """An example was chosen."""

        def __init__(self, question: str) -> None:
            super().__init__()
            self.question = question

    def __init__(self, question: str) -> None:
        super().__init__(f"→ {question}", markup=False)
        self.question = question

    def action_ask(self) -> None:
        self.post_message(self.Chosen(self.question))

    def on_click(self, event: events.Click) -> None:
        event.stop()
        self.action_ask()


class Welcome(Vertical):
    workspace: reactive[Workspace | None] = reactive[Workspace | None](None)

    def compose(self) -> ComposeResult:
        yield Static("引句  Yinju", id="welcome-name", markup=False)
        yield Static(
            "Ask your articles, in Chinese or English.\n"
            "The answer is the sentence itself, word for word, with its source.\n"
            "用中文或英文问你的文章，答案是原文的句子，逐字引用，注明出处。",
            id="welcome-what",
            markup=False,
        )
        yield Static(id="welcome-state", markup=False)
        with Vertical(id="welcome-examples"):
            for question in EXAMPLES:
                yield Example(question)
            yield Static("Tab chooses one, Enter asks it.", markup=False)
        yield Static("F3 adds your own files · F1 shows every key", id="welcome-keys", markup=False)

    def watch_workspace(self, workspace: Workspace | None) -> None:
        state = self.query_one("#welcome-state", Static)
        self.query_one("#welcome-examples").display = workspace is None or workspace.bundled
        if workspace is None:
            state.update("Opening the articles …")
        elif workspace.bundled:
            state.update(
                f"{counts(workspace.status)}\nAll about the contest for AI talent. Try one of these:"
            )
        elif workspace.status.articles:
            state.update(f"{counts(workspace.status)}. What do you want to know?")
        else:
            state.update("There are no articles yet. Press F3 and give a file or a folder.")
