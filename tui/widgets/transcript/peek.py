"""A look at the place of a quote."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import partial
from typing import ClassVar

from textual import events
from textual.app import ComposeResult
from textual.containers import VerticalScroll
from textual.content import Content
from textual.message import Message
from textual.timer import Timer
from textual.widget import Widget

from index.text.blocks import find_blocks
from index.text.display import one_line
from index.types import Span
from qa.output.quotes import Quotation
from qa.types import Citation
from tui.rendering.formats import facts, marked, shown
from tui.rendering.prose import ProseView
from tui.rendering.quote import QuoteProse

#: Characters of the passage that are shown before and after the quote, at most.
_AROUND = 260
#: Seconds for which the pointer rests on a number before its place is shown.
_REST = 0.35
_BREAK = re.compile(r"\n|[。！？!?]|\.\s")


class PeekText(ProseView):
    """The text around a quote, which is marked, with the matched words."""

    COMPONENT_CLASSES: ClassVar[set[str]] = {"peek--quote", "peek--around", "quote--same", "quote--related"}

    def __init__(self, citation: Citation) -> None:
        passage = citation.hit.passage
        quote = Span(citation.start - passage.start, citation.end - passage.start)
        self.around = around(passage.text, quote)
        super().__init__(shown(passage.text[self.around.start : self.around.end]))
        self.citation = citation
        self.quote = Span(quote.start - self.around.start, quote.end - self.around.start)

    @property
    def prose(self) -> QuoteProse:
        if not isinstance(self._prose, QuoteProse):
            self._prose = self.build()
        return self._prose

    def build(self) -> QuoteProse:
        content = Content(self.text)
        around = self.get_visual_style("peek--around")
        content = content.stylize(around, 0, self.quote.start).stylize(around, self.quote.end)
        content = content.stylize(self.get_visual_style("peek--quote"), *self.quote)
        same, related = self.get_visual_style("quote--same"), self.get_visual_style("quote--related")
        passage = self.citation.hit.passage
        content = marked(content, self.citation.hit.matches, passage.start + self.around.start, same, related)
        return QuoteProse(content, Content(), Quotation(self.text, find_blocks(self.text), 0), around)


@dataclass
class PeekWanted(Message):
    """The place of ``citation`` should be shown beside this widget; None: no longer."""

    citation: Citation | None
    beside: Widget


class Hovering(Widget):
    """Wants a look at a citation once the pointer has rested on its number."""

    _resting: Timer | None = None
    #: The number that the pointer is on, 0 for none.
    over: int = 0

    def cited(self, number: int) -> Citation | None:
        """The citation of this number."""
        raise NotImplementedError

    def on_mouse_move(self, event: events.MouseMove) -> None:
        self.rest_on(event.style.meta.get("number", 0))

    def on_leave(self) -> None:
        self.rest_on(0)

    def rest_on(self, number: int) -> None:
        """The pointer is on this number, or on none (0)."""
        if number == self.over:
            return
        if self._resting is not None:
            self._resting.stop()
            self._resting = None
        if self.over:
            self.post_message(PeekWanted(None, self))
        self.over = number
        if number:
            self._resting = self.set_timer(_REST, partial(self._want, number))

    def _want(self, number: int) -> None:
        if (citation := self.cited(number)) is not None:
            self.post_message(PeekWanted(citation, self))


class Peek(VerticalScroll, can_focus=False):
    """The place of ``citation``, in the flow of the transcript.

    Over other widgets, Textual would cut Chinese characters in two where these have an edge.
    """

    def __init__(self, citation: Citation) -> None:
        super().__init__()
        self.citation = citation
        about = citation.hit.article
        self.border_title = Content(f"{citation.number} · {one_line(about.title)}")
        self.border_subtitle = Content(facts(about.source, (about.published or "")[:10]))

    def compose(self) -> ComposeResult:
        yield PeekText(self.citation)

    def on_mount(self) -> None:
        self.call_after_refresh(self._go_to_quote)

    def _go_to_quote(self) -> None:
        text = self.query_one(PeekText)
        lines = text.prose.laid(max(2, text.content_size.width))
        first = next((n for n, line in enumerate(lines) if line.end > text.quote.start), 0)
        self.scroll_to(y=max(0, first - 2), animate=False, immediate=True)


def around(text: str, quote: Span) -> Span:
    """What of ``text`` is shown around the quote: whole sentences and lines, as far as they are near."""
    start, end = max(0, quote.start - _AROUND), min(len(text), quote.end + _AROUND)
    if start:
        begins = [match.end() for match in _BREAK.finditer(text, start, quote.start)]
        start = begins[0] if begins else quote.start
    if end < len(text):
        ends = [match.end() for match in _BREAK.finditer(text, quote.end, end)]
        end = ends[-1] if ends else end
    while start < quote.start and text[start].isspace():
        start += 1
    return Span(start, max(quote.end, end))
