"""The page where questions are asked and their sources read."""

from __future__ import annotations

from typing import ClassVar

from textual import on, work
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Container
from textual.getters import query_one
from textual.message import Message
from textual.reactive import reactive
from textual.screen import Screen
from textual.widgets import Footer
from textual.worker import get_current_worker

from index.errors import YinjuError
from index.types import Article, ArticleInfo
from qa.types import Answer
from tui.place import Place
from tui.widgets.answer import AnswerView, Carried
from tui.widgets.error import ErrorBlock
from tui.widgets.question import QuestionBox
from tui.widgets.row import PlaceRow
from tui.widgets.source import SourcePane
from tui.widgets.status import StatusLine
from tui.widgets.transcript import Transcript
from tui.widgets.turn import Turn
from tui.widgets.welcome import Example
from tui.workspace import Workspace


class ChatScreen(Screen[None]):
    """Questions asked before the library is open wait for it."""

    AUTO_FOCUS = "#question"
    HORIZONTAL_BREAKPOINTS = [(0, "-narrow"), (110, "-wide")]  # noqa: RUF012 - Textual declares it so
    VERTICAL_BREAKPOINTS = [(0, "-short"), (36, "-tall")]  # noqa: RUF012
    HELP = """\
Type a question and press Enter. The answer is made of sentences lifted word for word from your
articles; the number after each opens it in its article, with the quote highlighted. A question like
"那谷歌呢？" or "and the second offer?" leans on the one before; what was carried over is shown.
↑ and ↓ bring back earlier questions, Tab goes from part to part, and while you are not typing 1 to 9
open a citation. Select text with the mouse and copy it with ^c; ^p finds every command, ^q quits.
"""
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("ctrl+n", "step(1)", "Next", id="cite.next", tooltip="Read the next citation"),
        Binding(
            "ctrl+b",
            "step(-1)",
            "Previous",
            show=False,
            id="cite.previous",
            tooltip="Read the citation before",
        ),
        Binding("f4", "source", "Source", id="source.toggle", tooltip="Show or hide the source pane"),
        Binding(
            "f5",
            "evidence",
            "Evidence",
            id="evidence.toggle",
            tooltip="Every passage considered, with scores",
        ),
        Binding(
            "ctrl+r", "ask_alone", "Ask without", show=False, id="ask.alone", tooltip="Nothing carried over"
        ),
        Binding(
            "ctrl+y", "copy", "Copy answer", show=False, id="answer.copy", tooltip="Quotes and their sources"
        ),
        Binding(
            "ctrl+l", "clear", "New conversation", show=False, id="chat.clear", tooltip="Forget the questions"
        ),
        Binding("pageup", "page(-1)", "Back", show=False, id="chat.up", tooltip="Scroll the transcript back"),
        Binding("pagedown", "page(1)", "On", show=False, id="chat.down", tooltip="Scroll the transcript on"),
        Binding(
            "escape", "back", "Back to the question", show=False, id="chat.back", tooltip="Close and go back"
        ),
        *(
            Binding(
                str(n), f"cite({n})", f"Source {n}", show=False, id=f"cite.{n}", tooltip="Read this citation"
            )
            for n in range(1, 10)
        ),
    ]

    workspace: reactive[Workspace | None] = reactive[Workspace | None](None)
    busy: reactive[str] = reactive("")
    transcript = query_one(Transcript)
    source = query_one(SourcePane)
    question = query_one(QuestionBox)

    class Replied(Message):
        """The engine answered, or could not."""

        def __init__(self, turn: Turn, reply: Answer | YinjuError) -> None:
            super().__init__()
            self.turn = turn
            self.reply = reply

    class Fetched(Message):
        """The article of a place was read, or could not be."""

        def __init__(self, place: Place, article: Article | YinjuError, bundled: bool) -> None:
            super().__init__()
            self.place = place
            self.article = article
            self.bundled = bundled

    def __init__(self) -> None:
        super().__init__()
        self._before: list[str] = []
        self._waiting: Turn | None = None
        self._pane_wanted = True

    def compose(self) -> ComposeResult:
        yield StatusLine().data_bind(ChatScreen.workspace, ChatScreen.busy)
        with Container(id="desk"):
            yield Transcript().data_bind(ChatScreen.workspace)
            yield SourcePane()
        yield QuestionBox()
        yield Footer()

    # Asking

    @on(QuestionBox.Asked)
    @on(Example.Chosen)
    async def _asked(self, message: QuestionBox.Asked | Example.Chosen) -> None:
        self.question.remember(message.question)
        self.question.focus()
        await self.ask(message.question)

    async def ask(self, question: str, *, alone: bool = False) -> None:
        """Add a turn for ``question`` and send it to the engine; ``alone`` forgets the questions before."""
        if alone:
            self._before.clear()
        if self._waiting is not None:
            self._waiting.set_aside()
        self._waiting = Turn(question, tuple(self._before))
        self._before.append(question)
        self.transcript.current = None
        await self.transcript.add(self._waiting)
        if self.workspace is not None:
            self._send(self.workspace, self._waiting)

    def watch_workspace(self, workspace: Workspace | None) -> None:
        if workspace is not None and self._waiting is not None:
            self._send(workspace, self._waiting)

    def _send(self, workspace: Workspace, turn: Turn) -> None:
        turn.workspace = workspace
        self._ask(workspace, turn)

    @work(thread=True, exclusive=True, group="ask")
    def _ask(self, workspace: Workspace, turn: Turn) -> None:
        try:
            reply: Answer | YinjuError = workspace.ask(turn.question, turn.previous)
        except YinjuError as error:
            reply = error
        if not get_current_worker().is_cancelled:
            self.post_message(self.Replied(turn, reply))

    @on(Replied)
    async def _replied(self, message: Replied) -> None:
        if message.turn is not self._waiting:
            return
        self._waiting = None
        await message.turn.show(message.reply)
        self.transcript.see(message.turn)
        if isinstance(message.reply, YinjuError):
            self._before.remove(message.turn.question)
        elif rows := message.turn.rows:
            self._open(rows[0], show=self._pane_wanted and not self._one_column)

    async def fail(self, error: YinjuError) -> None:
        """Show an error that belongs to no question."""
        await self.transcript.add(ErrorBlock(error))

    # Reading

    @property
    def _one_column(self) -> bool:
        """Whether the source pane takes the transcript's place instead of standing beside or below it."""
        return self.has_class("-narrow") and self.has_class("-short")

    @on(PlaceRow.Opened)
    def _row_opened(self, message: PlaceRow.Opened) -> None:
        self._open(message.row)

    def read(self, info: ArticleInfo) -> None:
        """Show a whole article in the source pane."""
        self.transcript.current = None
        self.set_class(True, "-source")
        if self.workspace is not None:
            self._read(self.workspace, Place("", info))

    def _open(self, row: PlaceRow, *, show: bool = True) -> None:
        self.transcript.current = row
        if show:
            self.set_class(True, "-source")
        turn = self.transcript.turn
        if turn is not None and turn.workspace is not None:
            self._read(turn.workspace, row.place)

    @work(thread=True, exclusive=True, group="read")
    def _read(self, workspace: Workspace, place: Place) -> None:
        try:
            article: Article | YinjuError = workspace.read(place)
        except YinjuError as error:
            article = error
        if not get_current_worker().is_cancelled:
            self.post_message(self.Fetched(place, article, workspace.bundled))

    @on(Fetched)
    def _fetched(self, message: Fetched) -> None:
        if isinstance(message.article, YinjuError):
            self.source.fail(message.article)
        else:
            self.source.show(message.article, message.place, bundled=message.bundled)

    def action_cite(self, number: int) -> None:
        """Open citation ``number`` of the turn that is being read."""
        turn = self.transcript.turn
        if turn is not None and 1 <= number <= len(turn.rows):
            self._open(turn.rows[number - 1])

    def action_step(self, step: int) -> None:
        turn = self.transcript.turn
        if turn is None or not (rows := turn.rows):
            return
        at = rows.index(self.transcript.current) + step if self.transcript.current in rows else 0
        if self._one_column and not self.has_class("-source"):
            at -= step  # the first press shows the citation that was not seen yet
        self._open(rows[at % len(rows)])
        rows[at % len(rows)].scroll_visible(animate=False)

    def action_source(self) -> None:
        self._pane_wanted = not self.has_class("-source")
        self.set_class(self._pane_wanted, "-source")
        if self._pane_wanted:
            self.call_after_refresh(self.source.find_quote)

    def action_evidence(self) -> None:
        if self.transcript.turn is not None:
            for view in self.transcript.turn.query(AnswerView):
                view.evidence = not view.evidence

    # Going about

    @on(Carried.Refused)
    async def _refused(self, message: Carried.Refused) -> None:
        turn = next(node for node in message.carried.ancestors if isinstance(node, Turn))
        await self.ask(turn.question, alone=True)

    async def action_ask_alone(self) -> None:
        turn = self.transcript.turn
        if turn is not None and turn.answer is not None and turn.answer.carried:
            await self.ask(turn.question, alone=True)

    def action_copy(self) -> None:
        turn = self.transcript.turn
        if turn is None or turn.answer is None:
            return
        from qa import render

        self.app.copy_to_clipboard(f"{turn.question}\n\n{render.answer(turn.answer, render.Screen())}\n")
        self.notify("Copied the answer with its sources.", timeout=3)

    async def action_clear(self) -> None:
        self._before.clear()
        self._waiting = None
        self.set_class(False, "-source")
        await self.transcript.clear()
        self.question.focus()

    def action_page(self, step: int) -> None:
        reading = self.source.scroll if self._one_column and self.has_class("-source") else self.transcript
        if step < 0:
            reading.scroll_page_up(animate=False)
        else:
            reading.scroll_page_down(animate=False)

    def action_back(self) -> None:
        if self._one_column and self.has_class("-source"):
            self.set_class(False, "-source")
        self.question.focus()
