"""The questions and answers so far, the newest at the bottom."""

from __future__ import annotations

from collections.abc import Iterable
from typing import ClassVar

from textual import on
from textual.app import ComposeResult
from textual.binding import BindingType
from textual.containers import VerticalScroll
from textual.message import Message
from textual.reactive import reactive
from textual.widget import Widget

from qa.i18n import N_, ngettext
from qa.types import Answer, Citation
from tui.state.workspace import Workspace
from tui.widgets.common.base import FocusLine, bind, hidden, mark
from tui.widgets.common.row import PlaceRow
from tui.widgets.transcript.answer import QuoteView
from tui.widgets.transcript.peek import Peek
from tui.widgets.transcript.pinned import Pinned
from tui.widgets.transcript.turn import Asked, Exchange, Turn
from tui.widgets.transcript.welcome import Welcome

#: Turns on screen, enough for any terminal. Earlier ones have no widgets, which would slow each layout.
_SHOWN = 12
#: Lines at the top of the view in which a block that was brought there begins.
_UPPER = 2
#: Turns that are brought back at a time.
_MORE = 20


class Earlier(FocusLine):
    """Stands for the turns before those on screen."""

    BINDINGS: ClassVar[list[BindingType]] = [
        bind("enter,space", "follow", "earlier.show", N_("Show"), N_("Show earlier questions")),
        hidden("down", "app.focus_next", "earlier.down", N_("Down"), N_("The line below")),
    ]
    count: reactive[int] = reactive(0)

    class Wanted(Message):
        """The earlier turns should be shown again."""

    def render(self) -> str:
        many = ngettext("{count} earlier question", "{count} earlier questions", self.count)
        return "↑ " + many.format(count=self.count)

    def watch_count(self, count: int) -> None:
        self.display = count > 0

    def action_follow(self) -> None:
        self.post_message(self.Wanted())


class Transcript(VerticalScroll, can_focus=False):
    """``current`` is the row whose place is in the source pane."""

    workspace: reactive[Workspace | None] = reactive[Workspace | None](None)
    current: reactive[PlaceRow | None] = reactive[PlaceRow | None](None, always_update=True)
    #: Whether nothing was asked yet.
    empty: reactive[bool] = reactive(True, toggle_class="-empty")
    #: How many turns are not on screen.
    earlier: reactive[int] = reactive(0)

    def __init__(self) -> None:
        super().__init__(classes="-empty")
        self._exchanges: list[Exchange] = []
        self._width = 0
        #: The widget at the top of the view, and its line relative to the view.
        self._reading: tuple[Widget, int] | None = None
        self._at_end = True
        #: The block whose beginning was brought to the top of the view and has stayed there.
        self._seen: Widget | None = None
        #: The size of all turns when the place was noted.
        self._laid_out = self.virtual_size

    def compose(self) -> ComposeResult:
        yield Pinned()
        yield Welcome().data_bind(Transcript.workspace)
        yield Earlier().data_bind(count=Transcript.earlier)

    # The place

    def on_mount(self) -> None:
        self.watch(self, "scroll_y", self._scrolled)
        self.watch(self, "virtual_size", self._scrolled, init=False)

    def _scrolled(self) -> None:
        self.call_after_refresh(self._note_place)

    def _note_place(self, tries: int = 3) -> None:
        """Note what is at the top of the view, to keep it there when lines are wrapped anew."""
        if self.size.width != self._width:
            return
        if tries and not self._is_drawn():
            self.call_after_refresh(self._note_place, tries - 1)
            return
        self._at_end = self.scroll_y >= self.max_scroll_y - 1
        laid_out, self._laid_out = self._laid_out, self.virtual_size
        if self._seen is not None and not self._is_seen(self._seen):
            if laid_out != self.virtual_size:  # lines were wrapped anew; nobody has scrolled
                self._go_back()
                return
            self._seen = None
        top = self.content_region.y
        self.query_one(Pinned).question = self._above(top)
        turns = (turn for turn in self.turns if turn.region.bottom > top)
        blocks = (block for turn in turns for block in turn.walk_children(Widget))
        seen = (block for block in blocks if not block.children and block.region.bottom > top)
        block = next(seen, None)
        self._reading = (block, block.region.y - top) if block is not None else None

    def _is_drawn(self) -> bool:
        """Whether the screen shows the place that it is scrolled to: a refresh may have come before it."""
        return all(
            turn.region.y - self.region.y == turn.virtual_region.y - self.scroll_offset.y
            for turn in self.turns[-1:]
        )

    def _is_seen(self, block: Widget) -> bool:
        """Whether the block begins in the upper lines of the view."""
        return block.is_attached and 0 <= block.region.y - self.content_region.y <= _UPPER

    def _above(self, top: int) -> str:
        """The question that is above the view while its answer is in it, "" if it is in the view, too."""
        for turn in self.turns:
            asked = turn.query_one(Asked)
            if asked.region.bottom <= top and turn.region.bottom > top + 1:
                return turn.exchange.question
        return ""

    def on_resize(self) -> None:
        self.call_after_refresh(self._keep_place)

    def _keep_place(self) -> None:
        if self.size.width and self.size.width != self._width:
            self._width = self.size.width
            self._go_back()

    def _go_back(self) -> None:
        """Scroll to the noted place."""
        if self._seen is not None and self._seen.is_attached:
            self.scroll_to_widget(self._seen, top=True, animate=False, immediate=True)
        elif self._at_end:
            self.scroll_end(animate=False, immediate=True)
        elif self._reading is not None and self._reading[0].is_attached:
            block, above = self._reading
            down = block.region.y - self.content_region.y - above
            self.scroll_to(y=self.scroll_offset.y + down, animate=False, immediate=True)

    def translate(self) -> None:
        """Keep what is being read in place, though texts change their length."""
        self.call_after_refresh(self._go_back)

    # The turns

    def watch_current(self, before: PlaceRow | None, now: PlaceRow | None) -> None:
        if before is not None:
            before.current = False
        if now is not None:
            now.current = True
        self._mark()

    def _mark(self) -> None:
        """Mark the turn that is being read, and its citation."""
        reading, place = self.turn, self.current.place.label if self.current is not None else ""
        for turn in self.turns:
            turn.query_one(Asked).set_class(turn is reading, "-current")
            for quote in turn.query(QuoteView):
                quote.set_class(turn is reading and f"[{quote.citation.number}]" == place, "-current")

    @property
    def turns(self) -> list[Turn]:
        """The turns on screen."""
        return list(self.query_children(Turn))

    @property
    def turn(self) -> Turn | None:
        """The turn that is being read: the one of the current row, else the newest."""
        if self.current is not None and self.current.is_attached:
            return next(node for node in self.current.ancestors if isinstance(node, Turn))
        return self.turns[-1] if self.turns else None

    @property
    def newest(self) -> Turn | None:
        return self.turns[-1] if self.turns else None

    @property
    def answers(self) -> tuple[Answer, ...]:
        """Every answer of the conversation, oldest first."""
        return tuple(e.reply for e in self._exchanges if isinstance(e.reply, Answer))

    async def add(self, block: Widget) -> None:
        """Put a turn or an error at the end and bring it into view."""
        async with self.batch():
            self.empty = False
            if isinstance(block, Turn):
                self._exchanges.append(block.exchange)
            await self._mark_newest(block)
            await self.mount(block)
            await self._put_away()
        self._mark()
        self._at_end = True
        self.see(block)

    async def _mark_newest(self, newest: Widget) -> None:
        """Let the newest turn keep room for its answer, so that the question does not move.

        Only there is something offered to ask next.
        """
        for turn in self.query_children(Turn).filter(".-newest"):
            mark(turn, "-newest", False, turn)  # its own height alone depends on it
            if turn is not newest and isinstance(turn, Turn):
                await turn.forget_suggestions()
        newest.set_class(isinstance(newest, Turn), "-newest")

    async def _put_away(self) -> None:
        """Remove the widgets of the turns that are too many."""
        turns = self.turns
        if len(turns) > _SHOWN:
            first = self.children.index(turns[-_SHOWN])
            old = [
                child for child in self.children[:first] if not isinstance(child, Welcome | Earlier | Pinned)
            ]
            await self.remove_children(old)
            if self.current is not None and not self.current.is_attached:
                self.current = None
        self.earlier = len(self._exchanges) - len(self.turns)

    @on(Earlier.Wanted)
    async def _bring_back(self, message: Earlier.Wanted) -> None:
        message.stop()
        start = max(0, self.earlier - _MORE)
        top = self.turns[0]
        at = top.virtual_region.y - self.scroll_offset.y
        async with self.batch():
            earlier = self._exchanges[start : self.earlier]
            await self.mount_all(map(Turn, earlier), after=self.query_one(Earlier))
            self.earlier = start
        self.call_after_refresh(self._hold, top, at)

    def _hold(self, block: Widget, at: int) -> None:
        """Scroll so that ``block`` stands ``at`` lines below the top of the view."""
        self.scroll_to(y=block.virtual_region.y - at, animate=False, immediate=True)

    async def peek(self, citation: Citation, beside: Widget) -> None:
        """Show where a quote stands, below the widget that names it, in place of any other such look."""
        await self.query(Peek).remove()
        if isinstance(beside.parent, Widget):
            await beside.parent.mount(Peek(citation), after=beside)

    async def hide_peek(self, citation: Citation | None = None) -> bool:
        """Whether a look at this citation's place, or at any, was shown; it is no longer."""
        shown = [peek for peek in self.query(Peek) if citation in (None, peek.citation)]
        for peek in shown:
            await peek.remove()
        return bool(shown)

    def scroll_to_peek(self) -> None:
        for peek in self.query(Peek):
            peek.scroll_visible(animate=False)

    def see(self, block: Widget) -> None:
        """Bring ``block`` or its beginning into view, unless the reader has scrolled up."""
        if self._at_end or self._seen is not None:
            self._seen = block
            self.call_after_refresh(self.scroll_to_widget, block, top=True, animate=False, immediate=True)

    async def clear(self) -> None:
        """Begin anew."""
        async with self.batch():
            await self._empty()
            self.empty = True

    async def _empty(self) -> None:
        self.current = None
        self._exchanges.clear()
        self._at_end, self._seen = True, None
        self.query_one(Pinned).question = ""
        await self.query("Transcript > *").exclude("Welcome, Earlier, Pinned").remove()
        self.earlier = 0

    async def fill(self, answers: Iterable[Answer], workspace: Workspace | None) -> None:
        """Show a kept conversation in place of this one, at its end."""
        async with self.batch():
            await self._empty()
            before: list[str] = []
            for answer in answers:
                self._exchanges.append(
                    Exchange(answer.question, tuple(before), answer.filters, workspace, answer)
                )
                before.append(answer.question)
            self.empty = not self._exchanges
            turns = list(map(Turn, self._exchanges[-_SHOWN:]))
            await self.mount_all(turns)
            self.earlier = len(self._exchanges) - len(turns)
            if turns:
                await self._mark_newest(turns[-1])
        self._mark()
        if turns:
            self.see(turns[-1])
