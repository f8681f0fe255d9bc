"""One question and its reply."""

from __future__ import annotations

from textual.app import ComposeResult
from textual.containers import Vertical
from textual.widgets import Static

from index.errors import YinjuError
from qa.types import Answer
from tui.prose import ProseView
from tui.text import shown
from tui.widgets.answer import AnswerView
from tui.widgets.error import ErrorBlock
from tui.widgets.row import PlaceRow
from tui.workspace import Workspace

#: A longer question is shown with its end cut off.
_SHOWN = 400


class Turn(Vertical):
    """``previous`` are the questions that this one may lean on, oldest first.

    ``workspace`` is where it was asked: its sources are read there, also when another library is open.
    """

    def __init__(self, question: str, previous: tuple[str, ...] = ()) -> None:
        super().__init__()
        self.question = question
        self.previous = previous
        self.answer: Answer | None = None
        self.workspace: Workspace | None = None

    def compose(self) -> ComposeResult:
        text = shown(self.question)
        text = text if len(text) <= _SHOWN else text[:_SHOWN] + " …"
        yield ProseView(text, classes="asked")
        yield Static("Searching …", classes="pending", markup=False)

    @property
    def rows(self) -> list[PlaceRow]:
        """The rows of its citations, in order."""
        return [row for view in self.query(AnswerView) for row in view.rows]

    async def show(self, reply: Answer | YinjuError) -> None:
        if isinstance(reply, Answer):
            self.answer = reply
            block: AnswerView | ErrorBlock = AnswerView(reply)
        else:
            block = ErrorBlock(reply)
        await self.query(".pending").remove()
        await self.mount(block)

    def set_aside(self) -> None:
        """A newer question went first."""
        for pending in self.query(".pending").results(Static):
            pending.update("Set aside for the next question.")
