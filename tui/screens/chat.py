"""The page where questions are asked and their sources read."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass, replace
from typing import ClassVar

from textual import events, on, work
from textual.app import ComposeResult
from textual.binding import BindingType
from textual.getters import app, query_one
from textual.message import Message
from textual.reactive import reactive
from textual.worker import get_current_worker

from index.errors import Cancelled, UsageError, YinjuError
from qa.i18n import N_, _
from qa.question.filters import NO_FILTERS, Filters, default_filters
from qa.settings import Settings
from qa.types import Answer, Hit
from tui.app_base import AppBase
from tui.jobs.suggesting import Suggesting
from tui.rendering.errors import error_text, message_and_hint, without_frames
from tui.screens.base import Page
from tui.state.memory import Conversation, Memory
from tui.state.workspace import Workspace
from tui.widgets.common.base import bind, hidden, mark
from tui.widgets.common.error import ErrorBlock
from tui.widgets.common.keybar import KeyBar
from tui.widgets.common.pin import PinWanted
from tui.widgets.common.row import PlaceRow
from tui.widgets.common.status import StatusLine
from tui.widgets.composer.composer import Composer
from tui.widgets.source.side import Side
from tui.widgets.source.source import SourcePane
from tui.widgets.transcript.answer import AnswerView
from tui.widgets.transcript.carried import Carried
from tui.widgets.transcript.citation import CitationRow
from tui.widgets.transcript.desk import Desk
from tui.widgets.transcript.offers import Example
from tui.widgets.transcript.peek import PeekWanted
from tui.widgets.transcript.transcript import Transcript
from tui.widgets.transcript.turn import Exchange, Turn
from tui.widgets.transcript.welcome import Welcome

#: Cells from which two sources stand beside each other.
_TWO_SOURCES = 160


class ChatScreen(Page[None]):
    """A question asked before the library is open waits for it."""

    AUTO_FOCUS = "#question"
    HELP = N_(
        "Type a question and press Enter. The answer consists of sentences quoted word for "
        "word from your articles; the number beside each opens it in its article, with the "
        "quote highlighted. A question like “and the second offer?” builds on the one "
        "before; the words carried over are shown. “Tell me more” reads on where the quotes end, "
        "“which article?” tells the source. The lines with arrows are questions that your "
        "articles answer, too. lang:en after:2024-01 in:Reuters before a question narrow down the "
        "articles. With Alt+W the endpoint of your settings writes from the quotes, sentence by sentence; "
        "what they do not carry is dimmed or struck out. ↑ and ↓ recall earlier questions, Tab moves between "
        "the parts, Alt+1 to Alt+9 open a citation, and so do 1 to 9 while you are not typing. Ctrl+C copies "
        "text selected with the mouse."
    )
    BINDINGS: ClassVar[list[BindingType]] = [
        bind("f4", "source", "source.toggle", N_("Source"), N_("Show or hide the source")),
        bind("f5", "evidence", "evidence.toggle", N_("Why"), N_("Why this answer")),
        bind("f6", "share", "answer.copy", N_("Copy"), N_("Copy the answer or save the conversation")),
        bind("ctrl+n", "step(1)", "cite.next", N_("Next"), N_("Read the next citation")),
        hidden("ctrl+b", "step(-1)", "cite.previous", N_("Previous"), N_("Read the previous citation")),
        hidden(
            "ctrl+r", "ask_alone", "ask.alone", N_("Ask without"), N_("Ask again with nothing carried over")
        ),
        hidden(
            "full_stop,alt+full_stop",
            "peek",
            "cite.peek",
            N_("Preview"),
            N_("Look at the place of this quote without leaving the answer"),
        ),
        hidden(
            "alt+p", "pin", "cite.pin", N_("Pin"), N_("Pin this quote to the quote sheet, or take it off")
        ),
        hidden(
            "alt+d",
            "compare",
            "cite.compare",
            N_("Sources that differ"),
            N_("Read the sources that differ, beside each other from 160 columns"),
        ),
        hidden(
            "ctrl+s", "more", "answer.more", N_("More"), N_("Show or hide the other quotes of the answer")
        ),
        hidden(
            "alt+w",
            "write",
            "answer.write",
            N_("Written answers"),
            N_("Have your endpoint write from the quotes, here and from now on, or no longer"),
        ),
        hidden("ctrl+l", "clear", "chat.clear", N_("New"), N_("Start a new conversation")),
        hidden(
            "less_than_sign", "divide(1)", "source.wider", N_("Wider source"), N_("Give the source more room")
        ),
        hidden(
            "greater_than_sign",
            "divide(-1)",
            "source.narrower",
            N_("Narrower source"),
            N_("Give the source less room"),
        ),
        hidden("pageup", "page(-1)", "chat.up", N_("Scroll up"), N_("Scroll the answers up")),
        hidden("pagedown", "page(1)", "chat.down", N_("Scroll down"), N_("Scroll the answers down")),
        hidden(
            "escape", "back", "chat.back", N_("Question"), N_("Close what is open and return to the question")
        ),
        *(
            hidden(f"{n},alt+{n}", f"cite({n})", f"cite.{n}", N_("Source"), N_("Read this citation"))
            for n in range(1, 10)
        ),
    ]

    app = app(AppBase)
    workspace: reactive[Workspace | None] = reactive[Workspace | None](None)
    busy: reactive[str] = reactive("")
    settings: reactive[Settings] = reactive(Settings())
    transcript = query_one(Transcript)
    side = query_one(Side)
    composer = query_one(Composer)

    @dataclass
    class Found(Message):
        """The passages were found; they are being read for an answer."""

        turn: Turn
        hits: tuple[Hit, ...]

    @dataclass
    class Replied(Message):
        """The engine answered, or failed."""

        turn: Turn
        reply: Answer | YinjuError

    def __init__(self, memory: Memory) -> None:
        super().__init__()
        self._memory = memory
        #: The conversation on screen.
        self.conversation = Conversation()
        self._before: list[str] = []
        self._suggesting = Suggesting(self)
        #: The turn whose answer is being looked for.
        self.waiting: Turn | None = None
        self._pane_wanted = True

    def compose(self) -> ComposeResult:
        yield StatusLine().data_bind(ChatScreen.workspace, ChatScreen.busy)
        yield Desk(self._memory).data_bind(ChatScreen.workspace)
        yield Composer().data_bind(ChatScreen.workspace)
        yield KeyBar()

    def on_mount(self) -> None:
        self._recall()

    def on_resize(self) -> None:
        self.call_next(self.query_one(Desk).adapt)  # once the classes tell the new size

    # Asking

    @on(Composer.Asked)
    async def _asked(self, message: Composer.Asked) -> None:
        await self.ask(message.question, message.filters)

    def on_paste(self, event: events.Paste) -> None:
        """Paste into the question what is pasted elsewhere on the page."""
        self.composer.box.focus()
        self.composer.box.post_message(events.Paste(event.text))

    def meet(self, event: events.Key) -> None:
        """Text is for the question, unless the focused part uses the key; the side has its own keys."""
        if not self.is_mounted or not event.is_printable or self.focused is self.composer.box:
            return
        if event.key not in self.active_bindings and not self.side.has_focus_within:
            self.set_focus(self.composer.box)

    def on_key(self, event: events.Key) -> None:
        """Type what was sent before the first frame, when no part had the focus."""
        box = self.composer.box
        if event.is_printable and self.focused is box:
            event.stop()
            box.post_message(events.Key(event.key, event.character))

    @on(Example.Chosen)
    async def _example_chosen(self, message: Example.Chosen) -> None:
        self.composer.box.remember(message.question)
        self.composer.box.focus()
        await self.ask(message.question, message.filters, alone=not message.more)

    async def ask(self, question: str, filters: Filters = NO_FILTERS, *, alone: bool = False) -> None:
        """Add a turn for ``question`` and ask the engine; ``alone`` forgets the questions before."""
        if alone:
            self._before.clear()
        if self.waiting is not None:
            self.waiting.set_aside()
        self._suggesting.stop()
        await self._stop_writing()
        await self.transcript.hide_peek()
        self.waiting = Turn(Exchange(question, tuple(self._before), filters))
        self._before.append(question)
        self.transcript.current = None
        await self.transcript.add(self.waiting)
        if self.workspace is not None:
            self._send(self.workspace, self.waiting)

    def watch_workspace(self, workspace: Workspace | None) -> None:
        waiting = self.waiting
        if workspace is not None and waiting is not None and not workspace.shares(waiting.exchange.workspace):
            self._send(workspace, waiting)
        self.call_after_refresh(self._suggest_first)

    def watch_settings(self, before: Settings, settings: Settings) -> None:
        if settings.pane != before.pane:
            self._pane_wanted = settings.pane == "open"
        if settings.filter != before.filter:
            self._use_default_filters()

    def _use_default_filters(self) -> None:
        """Begin with the filters of the settings."""
        try:
            self.composer.filters = default_filters(self.settings.filter)
        except UsageError as error:
            self.notify(error_text(error, "\n"), severity="warning", markup=False)

    def _send(self, workspace: Workspace, turn: Turn) -> None:
        turn.exchange.workspace = workspace
        self._ask(workspace, turn, self.conversation)

    @work(thread=True, exclusive=True, group="ask")
    def _ask(self, workspace: Workspace, turn: Turn, conversation: Conversation) -> None:
        worker, asked = get_current_worker(), turn.exchange

        def found(hits: tuple[Hit, ...]) -> None:
            if worker.is_cancelled:
                raise Cancelled("stopped")
            self.post_message(self.Found(turn, hits))

        try:
            reply: Answer | YinjuError = workspace.session.ask(
                asked.question, previous=asked.previous, filters=asked.filters, found=found
            )
        except YinjuError as error:
            reply = without_frames(error)
        if worker.is_cancelled:
            return
        self.post_message(self.Replied(turn, reply))
        if isinstance(reply, Answer):
            self._memory.keep(conversation, workspace, reply)

    @on(Found)
    def _found(self, message: Found) -> None:
        if message.turn is self.waiting:
            message.turn.show_passages(message.hits)

    @on(Replied)
    async def _replied(self, message: Replied) -> None:
        if message.turn is not self.waiting:
            return
        self.waiting = None
        await message.turn.show(message.reply)
        self.transcript.see(message.turn)
        if isinstance(message.reply, YinjuError):
            self._before.remove(message.turn.exchange.question)
            return
        self.side.explain(message.reply, message.turn.exchange.workspace)
        self.call_after_refresh(self._suggest_next, message.turn)
        if self.settings.write == "on":
            message.turn.write()
        if message.turn.rows:
            self._open_first(message.turn)
        else:
            self.side.source.clear()

    # Writing

    async def _stop_writing(self) -> bool:
        """Hang up on the writer; False if nothing was being written."""
        return any([await turn.stop_writing() for turn in self.transcript.turns])

    async def action_write(self) -> None:
        """Have answers written from now on, this one at once, or stop that."""
        from qa.writing.writer import require_writer

        if self.settings.write == "on":
            await self._stop_writing()
            self.app.choose("write", "off")
            self.notify(_("Answers are no longer written."), markup=False)
            return
        try:
            require_writer(self.settings)
        except YinjuError as error:
            self.notify(error_text(error, "\n"), severity="warning", markup=False)
            return
        self.app.choose("write", "on")
        self.notify(_("From now on answers are written from their quotes, and checked."), markup=False)
        if (turn := self.transcript.turn) is not None:
            turn.write()

    # What to ask next

    async def _suggest_first(self) -> None:
        """Offer questions that one's own articles answer; for the bundled ones there are examples."""
        workspace, empty = self.workspace, self.transcript.empty
        if empty and workspace is not None and not workspace.bundled and workspace.status.articles:
            self._suggesting.begin(workspace)
        else:
            await self.query_one(Welcome).suggest(())

    def _suggest_next(self, turn: Turn) -> None:
        workspace = turn.exchange.workspace
        if turn is self.transcript.newest and workspace is not None and turn.answer is not None:
            self._suggesting.begin(workspace, turn.answer, turn.exchange.previous)

    @on(Suggesting.Found)
    async def _suggested(self, message: Suggesting.Found) -> None:
        newest = self.transcript.newest
        if message.answer is None and self.transcript.empty and message.workspace.shares(self.workspace):
            await self.query_one(Welcome).suggest(message.suggestions)
        elif message.answer is not None and newest is not None and message.answer is newest.answer:
            await newest.suggest(message.suggestions)

    async def fail(self, error: YinjuError) -> None:
        """Show an error that belongs to no question."""
        await self.transcript.add(ErrorBlock(error))

    # Conversations

    @work(exclusive=True, group="ask")
    async def resume(self, conversation: Conversation) -> None:
        """Continue a kept conversation in the library that is open."""
        try:
            answers = await asyncio.to_thread(self._memory.answers, conversation)
        except YinjuError as error:
            await self.fail(error)
            return
        await self.action_clear()
        self.conversation = conversation
        self._before = [answer.question for answer in answers]
        await self.transcript.fill(answers, self.workspace)
        if (turn := self.transcript.turn) is not None and turn.rows:
            self._open_first(turn)
            self._suggest_next(turn)

    async def action_clear(self) -> None:
        self.conversation = Conversation()
        self._before.clear()
        self.waiting = None
        self._show_side(False)
        self.side.source.clear()
        await self.transcript.clear()
        if not self.composer.filters:
            self._use_default_filters()
        self.composer.box.focus()
        self._recall()
        await self._suggest_first()

    @work(exclusive=True, group="recall")
    async def _recall(self) -> None:
        """Offer the latest conversations."""
        try:
            conversations = await asyncio.to_thread(self._memory.conversations)
        except YinjuError as error:
            self.notify(message_and_hint(error)[0], severity="warning", markup=False)
        else:
            await self.query_one(Welcome).offer(conversations)

    # Reading

    @property
    def _one_column(self) -> bool:
        """Whether there is room for the transcript or the side pane, not for both."""
        return self.has_class("-narrow") and self.has_class("-short")

    def _show_side(self, shown: bool) -> None:
        mark(self, "-source", shown, self.side, self.transcript)

    def action_divide(self, step: int) -> None:
        self.query_one(Desk).move_line(step)

    @on(PlaceRow.Opened)
    def _row_opened(self, message: PlaceRow.Opened) -> None:
        self.side.current = "source"
        self._open(message.row)

    @on(SourcePane.Zoomed)
    def action_read(self) -> None:
        """Read the article of the source pane on a page of its own."""
        from tui.screens.reader import ReaderScreen

        source = self.side.source
        if source.article is not None and source.place is not None and source.workspace is not None:
            place = replace(source.place, top=source.body.top)
            self.app.push_screen(ReaderScreen(source.workspace, place, source.answer))

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        return action != "read" or self.side.source.article is not None

    @on(SourcePane.Loaded)
    def _article_read(self, message: SourcePane.Loaded) -> None:
        if not message.place.label:  # an article that is not opened by a citation
            self.transcript.current = None

    def _open_first(self, turn: Turn) -> None:
        """Open the first citation of a turn, without covering the transcript or coming up for no answer."""
        answers = turn.answer is not None and turn.answer.verdict != "none"
        self._open(turn.rows[0], show=answers and self._pane_wanted and not self._one_column)

    def _open(self, row: PlaceRow, *, show: bool = True) -> None:
        if row.place.label.startswith("["):
            self.transcript.current = row
        if show:
            self._show_side(True)
        turn = next((node for node in row.ancestors if isinstance(node, Turn)), self.transcript.turn)
        if turn is not None and turn.answer is not None:
            self.side.explain(turn.answer, turn.exchange.workspace)
        if turn is not None and turn.exchange.workspace is not None:
            self.side.source.read(turn.exchange.workspace, row.place)

    @on(AnswerView.ExplanationAsked)
    def _explanation_asked(self, message: AnswerView.ExplanationAsked) -> None:
        if row := message.row or next(iter(message.view.rows), None):
            self._open(row)
        turn = message.view.query_ancestor(Turn)
        self.side.explain(message.view.answer, turn.exchange.workspace)
        self.side.current = "evidence"
        self._show_side(True)

    def action_cite(self, number: int) -> None:
        """Open citation ``number`` of the turn that is being read."""
        turn = self.transcript.turn
        if turn is None or turn.view is None or (row := turn.view.row_of(number)) is None:
            return
        turn.view.reveal(number)
        self.side.current = "source"
        self._open(row)

    def action_step(self, step: int) -> None:
        turn = self.transcript.turn
        if turn is None or not (numbers := turn.numbers):
            return
        current = self.transcript.current
        at = 0
        if isinstance(current, CitationRow) and current in turn.rows:
            at = numbers.index(current.number) + step
        if self._one_column and not self.has_class("-source"):
            at -= step  # the first press shows the citation that was not seen yet
        self.action_cite(numbers[at % len(numbers)])
        if self.transcript.current is not None:
            self.call_after_refresh(self.transcript.current.scroll_visible, animate=False)

    @on(AnswerView.ComparisonAsked)
    def _comparison_asked(self, message: AnswerView.ComparisonAsked) -> None:
        self._compare(message.view.query_ancestor(Turn), message.number)

    def action_compare(self) -> None:
        """Show the sources that differ, from the one being read."""
        turn, row = self.transcript.turn, self._row_in_mind
        if turn is not None and turn.answer is not None and turn.answer.disagreement:
            numbers = [part.citation for part in turn.answer.disagreement]
            number = row.number if row is not None and row in turn.rows and row.number in numbers else 0
            if self.size.width < _TWO_SOURCES and number:  # one after the other
                number = numbers[(numbers.index(number) + 1) % len(numbers)]
            self._compare(turn, number or numbers[0])

    def _compare(self, turn: Turn, number: int) -> None:
        """Show two sources that differ beside each other where there is room, else that of a citation."""
        from tui.screens.beside import BesideScreen, differing

        answer, workspace = turn.answer, turn.exchange.workspace
        pairs = differing(answer, number) if answer is not None and self.size.width >= _TWO_SOURCES else []
        if pairs and answer is not None and workspace is not None:
            self.app.push_screen(BesideScreen(workspace, answer, pairs))
        elif turn.view is not None and (row := turn.view.row_of(number)) is not None:
            self.side.current = "source"
            self._open(row)

    @property
    def _row_in_mind(self) -> CitationRow | None:
        """The row with the focus, or the one that is being read."""
        row = self.focused if isinstance(self.focused, CitationRow) else self.transcript.current
        return row if isinstance(row, CitationRow) else None

    def action_pin(self) -> None:
        """Pin the quote that is in focus or being read to the sheet, or take it off."""
        if self.side.source.has_focus_within:
            self.side.source.action_pin()
        elif self._row_in_mind is not None:
            self._row_in_mind.action_pin()

    @on(AnswerView.PinAsked)
    def _pin_asked(self, message: AnswerView.PinAsked) -> None:
        workspace = message.view.query_ancestor(Turn).exchange.workspace
        if workspace is not None:
            self.post_message(PinWanted.of(message.citation, workspace))

    async def action_peek(self) -> None:
        """Show where the focused article's quote stands, or the one that is being read; hide it again."""
        row = self._row_in_mind
        if row is not None and not await self.transcript.hide_peek(row.citation):
            await self.transcript.peek(row.citation, row)
            self.call_after_refresh(self.transcript.scroll_to_peek)

    @on(PeekWanted)
    async def _peek_wanted(self, message: PeekWanted) -> None:
        await self.transcript.hide_peek()
        if message.citation is not None:
            await self.transcript.peek(message.citation, message.beside)

    def action_more(self) -> None:
        """Show or hide what is folded of the answer that is being read."""
        turn = self.transcript.turn
        if turn is not None and turn.view is not None:
            turn.view.toggle()

    def action_source(self) -> None:
        self._toggle("source")

    def action_evidence(self) -> None:
        turn = self.transcript.turn
        if turn is not None and turn.answer is not None:
            self.side.explain(turn.answer, turn.exchange.workspace)
        self._toggle("evidence")

    def _toggle(self, pane: str) -> None:
        """Show and focus ``pane``, or hide the side if the pane has the focus."""
        shown = self.has_class("-source") and self.side.current == pane
        self._pane_wanted = not (shown and self.side.has_focus_within)
        self.side.current = pane
        self._show_side(self._pane_wanted)
        if self._pane_wanted:
            self.side.scroll.focus()
        else:
            self.composer.box.focus()

    # Going about

    @on(Carried.Refused)
    async def _refused(self, message: Carried.Refused) -> None:
        await self._ask_alone(message.carried.query_ancestor(Turn))

    async def action_ask_alone(self) -> None:
        turn = self.transcript.turn
        if turn is not None and turn.answer is not None and turn.answer.carried:
            await self._ask_alone(turn)

    async def _ask_alone(self, turn: Turn) -> None:
        """Ask the question of ``turn`` again, with nothing carried over."""
        await self.ask(turn.exchange.question, turn.exchange.filters, alone=True)

    def action_share(self) -> None:
        from tui.screens.share import ShareScreen, forms_of

        turn = self.transcript.turn
        if turn is not None and turn.answer is not None:
            answers = self.transcript.answers
            title = answers[0].question
            written = turn.written.sentences if turn.written is not None else ()
            self.app.push_screen(ShareScreen(forms_of(turn.answer, answers, title, written), title))

    @on(AnswerView.CopyAsked)
    def _copy_asked(self, message: AnswerView.CopyAsked) -> None:
        self.transcript.current = next(iter(message.view.rows), None)
        self.action_share()

    @on(AnswerView.FiltersRefused)
    async def _filters_refused(self, message: AnswerView.FiltersRefused) -> None:
        await self.ask(message.view.answer.question)

    def action_page(self, step: int) -> None:
        reading = self.side.scroll if self._one_column and self.has_class("-source") else self.transcript
        # A line is read again, and one may be under the question that is pinned.
        reading.scroll_relative(y=step * max(1, reading.size.height - 2), animate=False)

    async def action_back(self) -> None:
        if await self.transcript.hide_peek() or await self._stop_writing():
            return
        if self.waiting is not None:
            self.workers.cancel_group(self, "ask")
            self._before.remove(self.waiting.exchange.question)
            self.waiting.set_aside(stopped=True)
            self.waiting = None
        elif self._one_column and self.has_class("-source"):
            self._show_side(False)
        self.composer.box.focus()
