"""One question and its reply."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import ClassVar

from textual import on
from textual.app import ComposeResult
from textual.containers import Vertical
from textual.content import Content
from textual.widget import Widget

from index.errors import YinjuError
from qa.i18n import N_, _
from qa.question.filters import Filters
from qa.types import Answer, Hit, Suggestion
from tui.rendering.errors import error_text
from tui.rendering.formats import shown
from tui.rendering.prose import Prose, ProseView
from tui.state.workspace import Workspace
from tui.widgets.common.error import ErrorBlock
from tui.widgets.composer.chips import chip_parts, in_words
from tui.widgets.transcript.answer import AnswerView
from tui.widgets.transcript.carried import Carried
from tui.widgets.transcript.citation import CitationRow
from tui.widgets.transcript.offers import SuggestionList
from tui.widgets.transcript.waiting import Waiting
from tui.widgets.transcript.writing import Writes
from tui.widgets.transcript.written import WrittenView

#: A longer question is shown with its end cut off.
_SHOWN = 400


@dataclass(eq=False, slots=True)
class Exchange:
    """A question and its reply, on screen or not. ``reply`` is None until there is one.

    ``previous`` are the earlier questions that it may refer to, oldest first. ``workspace`` is where it was
    asked: its sources are read there, even if another library is open by now.
    """

    question: str
    previous: tuple[str, ...] = ()
    filters: Filters = Filters()  # noqa: RUF009 - frozen
    workspace: Workspace | None = None
    reply: Answer | YinjuError | None = None


class Asked(ProseView):
    """The question, and the filters that it was asked within."""

    COMPONENT_CLASSES: ClassVar[set[str]] = {"asked--question", "asked--filters"}

    def __init__(self, exchange: Exchange) -> None:
        text = shown(exchange.question)
        super().__init__(text if len(text) <= _SHOWN else text[:_SHOWN] + " …", classes="asked")
        self._filters = exchange.filters

    def build(self) -> Prose:
        question = Content.styled(self.text, self.get_visual_style("asked--question"))
        if not self._filters:
            return Prose(question)
        parts = " · ".join(in_words(part, {}) for part in chip_parts(self._filters))
        narrowed = _("only {filters}").format(filters=parts)
        return Prose(Content.assemble(question, "  ", (narrowed, self.get_visual_style("asked--filters"))))


class Turn(Vertical):
    """``-current`` while it is the one being read."""

    def __init__(self, exchange: Exchange) -> None:
        super().__init__()
        self.exchange = exchange
        self._writes = Writes(self)
        #: Whether something is being written from its quotes.
        self._writing = False

    @property
    def answer(self) -> Answer | None:
        return self.exchange.reply if isinstance(self.exchange.reply, Answer) else None

    @property
    def rows(self) -> list[CitationRow]:
        """The rows of its articles, in order."""
        return list(self.query(CitationRow))

    @property
    def view(self) -> AnswerView | None:
        """The answer on screen, None if there is none."""
        return next(iter(self.query(AnswerView)), None)

    @property
    def numbers(self) -> list[int]:
        """The numbers of its citations, in order."""
        return sorted(citation.number for row in self.rows for citation in row.citations)

    def compose(self) -> ComposeResult:
        yield Asked(self.exchange)
        if self.exchange.reply is None:
            yield Waiting(lambda: self.exchange.workspace is None)
        else:
            yield from self._blocks(self.exchange.reply)

    def _blocks(self, reply: Answer | YinjuError, *, arriving: bool = False) -> Iterator[Widget]:
        if isinstance(reply, YinjuError):
            yield ErrorBlock(reply)
            return
        if reply.carried:
            yield Carried(reply.carried)
        yield AnswerView(reply, arriving=arriving)
        yield SuggestionList()

    def show_passages(self, hits: tuple[Hit, ...]) -> None:
        """Show which passages are being read for an answer."""
        for waiting in self.query(Waiting):
            waiting.hits = hits

    async def show(self, reply: Answer | YinjuError) -> None:
        """Show the reply."""
        self.exchange.reply = reply
        async with self.batch():
            await self.query(Waiting).remove()
            await self.mount(*self._blocks(reply, arriving=True))

    @property
    def written(self) -> WrittenView | None:
        """What was written from the quotes, None if nothing was."""
        return next(iter(self.query(WrittenView)), None)

    def write(self) -> None:
        """Have something written below the quotes of an answer, in place of what was written before."""
        answer, workspace = self.answer, self.exchange.workspace
        if answer is not None and answer.answered and workspace is not None:
            self._writing = True
            self._writes.begin(workspace, answer, self.exchange.question)

    async def stop_writing(self) -> bool:
        """Hang up on the writer; False if nothing was being written."""
        writing, self._writing = self._writing, False
        self._writes.stop()
        if writing and self.written is not None:
            await self.written.end(stopped=True)
        return writing

    def on_unmount(self) -> None:
        self._writes.stop()

    @on(Writes.Sent)
    async def _sent(self, message: Writes.Sent) -> None:
        if self._writing:
            await self.query(WrittenView).remove()
            await self.mount(WrittenView(message.source, message.quotes), after=self.view)

    @on(Writes.Sentence)
    async def _sentence(self, message: Writes.Sentence) -> None:
        if self._writing and self.written is not None:
            await self.written.add(message.written)

    @on(Writes.Ended)
    async def _ended(self, message: Writes.Ended) -> None:
        writing, self._writing = self._writing, False
        if writing and self.written is not None:
            await self.written.end(message.error)
        elif writing and message.error is not None:
            self.notify(error_text(message.error, "\n"), severity="warning", markup=False)

    async def suggest(self, suggestions: Sequence[Suggestion]) -> None:
        """Offer what to ask next, below the answer."""
        for suggested in self.query(SuggestionList):
            await suggested.show(suggestions)

    async def forget_suggestions(self) -> None:
        await self.query(SuggestionList).remove()

    def set_aside(self, *, stopped: bool = False) -> None:
        """Say that no answer will come: it was ``stopped``, or a newer question took its place."""
        for waiting in self.query(Waiting):
            waiting.end(N_("Stopped.") if stopped else N_("Cancelled by the next question."))
