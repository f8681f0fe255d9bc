"""An article laid out by its blocks in the pane, with passage, quote and words marked."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise
from typing import ClassVar, NamedTuple

from rich.segment import Segment
from textual import events
from textual.binding import BindingType
from textual.geometry import Size
from textual.message import Message
from textual.scroll_view import ScrollView
from textual.selection import Selection
from textual.strip import Strip
from textual.style import Style

from index.types import Kind, Span
from qa.i18n import N_, _, ngettext
from qa.output.layout import Layout, Line, Piece
from qa.types import Match
from tui.rendering.formats import strength
from tui.widgets.common.base import hidden
from tui.widgets.common.link import key_of

#: Cells of the gutter.
_GUTTER = 2


class Cited(NamedTuple):
    """A quote of the answer in this article, by the number of its citation."""

    span: Span
    number: int


class ArticleBody(ScrollView, can_focus=True):
    """Renders only the lines in view, so that an article may have any length.

    A line of text has at most ``measure`` cells.
    """

    PART = N_("Source")
    COMPONENT_CLASSES: ClassVar[set[str]] = {
        f"body--{name}"
        for name in ("quote", "other", "same", "near", "related", "find", "current", "bar", "number")
    }
    COMPONENT_CLASSES |= {
        f"body--{name}"
        for name in ("heading1", "heading2", "heading3", "code", "quotation", "question", "caption")
    }
    COMPONENT_CLASSES |= {"body--header", "body--aside", "body--frame", "body--fold"}
    BINDINGS: ClassVar[list[BindingType]] = [
        hidden("j", "scroll_down", "source.down", N_("Down"), N_("One line down")),
        hidden("k", "scroll_up", "source.up", N_("Up"), N_("One line up")),
        hidden("space,pagedown", "page_down", "source.page", N_("Page down"), N_("One page down")),
        hidden("pageup", "page_up", "source.page_up", N_("Page up"), N_("One page up")),
        hidden("g", "scroll_home", "source.home", N_("Beginning"), N_("To the beginning")),
        hidden("G", "scroll_end", "source.end", N_("End"), N_("To the end")),
        hidden(
            "enter",
            "unfold",
            "source.unfold",
            N_("Unfold"),
            N_("Show or hide the references and the lines around the article"),
        ),
    ]

    @dataclass
    class WordChosen(Message):
        """The pointer is on the match ``index``, or the match was clicked."""

        index: int

    @dataclass
    class CitationChosen(Message):
        """Another quote of the answer was clicked."""

        number: int

    class Moved(Message):
        """Another line stands at the top: `reading` has changed."""

    def __init__(self, measure: int) -> None:
        super().__init__(id="source-body")
        self._measure = measure
        self.laid = Layout("")
        self.lines = self.laid.wrap(measure)
        self.quote: Span | None = None
        self.passage: Span | None = None
        self.matches: Sequence[Match] = ()
        self.cited: Sequence[Cited] = ()
        self.finds: Sequence[Span] = ()
        self.current: Span | None = None
        self._styles: dict[str, Style] = {}
        #: The numbers of the runs of the layout that are not folded.
        self._unfolded: set[int] = set()
        self._width = 0
        #: The offset of the text at the top of the view.
        self.reading = 0
        self._goal: int | None = None
        self._moving = False

    @property
    def text(self) -> str:
        return self.laid.text

    def show(
        self,
        layout: Layout,
        passage: Span | None = None,
        quote: Span | None = None,
        matches: Sequence[Match] = (),
        cited: Sequence[Cited] = (),
        top: int | None = None,
    ) -> None:
        """Show a text and its marks from ``top`` on, or so that the quote stands in the upper third.

        ``cited`` are the quotes of the answer, perhaps with ``quote`` among them.
        """
        self.laid = layout
        self.passage, self.quote, self.cited = passage, quote, cited
        self.matches = sorted(matches, key=lambda match: match.start)
        self.finds, self.current = (), None
        self._unfolded = {
            *self._runs_of([quote] if quote is not None else []),
            *self._runs_of([Span(match.start, match.end) for match in self.matches]),
        }
        self._width = 0
        self.screen.selections.pop(self, None)
        self._goal = (quote or passage or Span(0, 0)).start if top is None else None
        self.reading = top or 0
        self._wrap()

    def mark(self, current: Span | None, finds: Sequence[Span] | None = None, *, reveal: bool = True) -> None:
        """Mark ``current``, a word or find, and ``finds`` unless they stay as they are (None)."""
        self.current = current
        if finds is not None:
            self.finds = finds
            self._fold(self._unfolded.union(self._runs_of(finds)))
        self.refresh()
        if current is not None and reveal:
            self.reveal(current.start)

    def reveal(self, offset: int) -> None:
        """Scroll, if need be, so that ``offset`` is in view with a line on either side."""
        line, top, height = self.lines.line_of(offset), round(self.scroll_y), self.size.height
        if not top + 1 <= line < top + height - 1:
            self.scroll_to(y=max(0, line - height // 3), animate=False, immediate=True)

    def go_to(self, offset: int) -> None:
        """Scroll so that the line with ``offset`` stands at the top, as far as the text goes on below."""
        self._fold(self._unfolded.union(self._runs_of([Span(offset, offset + 1)])))
        self.scroll_to(y=self.lines.line_of(offset), animate=False, immediate=True)
        self.reading, self._goal = offset, None

    @property
    def top(self) -> int | None:
        """The offset at the top of the view, None if the article was not scrolled since it was shown."""
        return self.reading if self._goal is None else None

    # Folding

    def _runs_of(self, spans: Sequence[Span]) -> Iterator[int]:
        """The numbers of the runs in which one of the spans lies. They are in order."""
        for number, run in enumerate(self.laid.runs):
            place = bisect_right(spans, run.span.start, key=lambda span: span.end)
            if place < len(spans) and spans[place].start < run.span.end:
                yield number

    def _fold(self, unfolded: set[int]) -> None:
        """Fold all runs but the ``unfolded``, and keep what is being read at the top."""
        if unfolded != self._unfolded:
            self._unfolded, self._goal, self._width = unfolded, None, 0
            self._wrap()

    def action_unfold(self) -> None:
        every = set(range(len(self.laid.runs)))
        self._fold(set() if self._unfolded == every else every)

    # Lines

    @property
    def _cells(self) -> int:
        """The width without the scrollbar."""
        return self.scrollable_content_region.width

    @property
    def room(self) -> int:
        """The cells of a line of text."""
        return max(2, min(self._measure, self._cells - _GUTTER))

    def offset_of(self, line: int) -> int:
        """The article's offset where ``line`` starts."""
        return self.lines[min(line, len(self.lines) - 1)].start if len(self.lines) else 0

    def on_resize(self) -> None:
        self._wrap()

    def _wrap(self) -> None:
        """Wrap to the current width, and keep what is being read at the top."""
        if not self._cells:
            return
        self._moving = True
        if self._width != self._cells:
            self._width = self._cells
            self.lines = self.laid.wrap(self.room, self._unfolded)
        self.virtual_size = Size(self._cells, len(self.lines))
        if self._goal is not None:
            top = self.lines.line_of(self._goal) - self.size.height // 3
        else:
            top = self.lines.line_of(self.reading)
            if top and (fold := self.lines[top - 1]).fold and fold.start == self.reading:
                top -= 1
        self.scroll_to(y=max(0, top), animate=False, immediate=True)
        if self._goal is not None:
            self.reading = self.offset_of(round(self.scroll_y))
        self._moving = False
        self.refresh()

    def watch_scroll_y(self, old_value: float, new_value: float) -> None:
        super().watch_scroll_y(old_value, new_value)
        if not self._moving and self._width == self._cells:
            self.reading, self._goal = self.offset_of(round(new_value)), None
            self.post_message(self.Moved())

    # Reading on: at once, where Textual would glide

    def action_scroll_home(self) -> None:
        self.scroll_home(animate=False)

    def action_scroll_end(self) -> None:
        self.scroll_end(animate=False)

    def action_page_up(self) -> None:
        self.scroll_page_up(animate=False)

    def action_page_down(self) -> None:
        self.scroll_page_down(animate=False)

    # Painting

    def render_line(self, y: int) -> Strip:
        number, width = round(self.scroll_y) + y, self._cells
        base = self.visual_style
        if number >= len(self.lines):
            return Strip.blank(width, base.rich_style)
        line = self.lines[number]
        gutter = self._gutter(number, line, base)
        if line.style != "text":
            base += self._style(line.style)
        if line.fold:
            strip = Strip([self._fold_label(line.run, base)])
        else:
            strip = Strip.join([self._piece(piece, line, base) for piece in line.pieces])
        if line.style == "code":
            strip = strip.adjust_cell_length(self.room, base.rich_style)
        return Strip([gutter, *strip]).adjust_cell_length(width, self.visual_style.rich_style)

    def _gutter(self, number: int, line: Line, base: Style) -> Segment:
        """The number of a quote; a bar beside the passage, and a broken one beside another quote."""
        text, name, meta = "  ", "bar", Style()
        here = [cited for cited in self.cited if _touch(cited.span, line)]
        last = max(here, key=lambda cited: cited.span.start, default=None)
        if last is not None and self.lines.line_of(last.span.start) == number:
            text, name = f"{last.number:<2}", "bar" if last.span == self.quote else "number"
            meta = Style.from_meta({"citation": last.number})
        elif self.passage is not None and _touch(self.passage, line):
            text = "▎ "
        elif last is not None:
            text, name = "╎ ", "number"
        return Segment(text, (base + self._style(name) + meta).rich_style)

    def _fold_label(self, number: int, base: Style) -> Segment:
        """ "▸ 12 lines around the article · Enter to show"; "▾" while they are shown."""
        run = self.laid.runs[number]
        if run.kind is Kind.REFERENCE:
            text = ngettext("{count} reference", "{count} references", run.lines)
        else:
            text = ngettext("{count} line around the article", "{count} lines around the article", run.lines)
        text = text.format(count=f"{run.lines:,}")
        folded = number not in self._unfolded
        if folded and (key := key_of(self, "source.unfold")):
            text = _("{what} · {key} to show").format(what=text, key=key)
        style = base + self._style("fold") + Style.from_meta({"fold": number})
        return Segment(f"{'▸' if folded else '▾'} {text}", style.rich_style)

    def _piece(self, piece: Piece, line: Line, base: Style) -> Strip:
        """A piece of a line: in parts, each with the styles of all marks that cover it."""
        if piece.start < 0:
            return Strip([Segment(piece.text, (base + self._style("frame")).rich_style)])
        first, last = piece.start, piece.start + len(piece.text)
        column, paragraph = self.laid.place(first)
        marks = [
            (max(start, first), min(end, last), style)
            for start, end, style in (*self._marks(line), *self._selected(first, last))
            if start < last and end > first
        ]
        cuts = sorted({first, last, *(m[0] for m in marks), *(m[1] for m in marks)})
        segments = []
        for left, right in pairwise(cuts):
            style = base
            for start, end, added in marks:
                if start <= left and right <= end:
                    # What is reversed twice is not: a word looked at stands out in a reversed quote, too.
                    style += replace(added, reverse=False) if style.reverse and added.reverse else added
            segments.append(Segment(piece.text[left - first : right - first], style.rich_style))
        return Strip(segments).apply_offsets(column, paragraph)

    def _marks(self, line: Line) -> Iterator[tuple[int, int, Style]]:
        """Spans of the text near ``line`` with their styles, from the ground up."""
        for cited in self.cited:
            if cited.span != self.quote:
                meta = Style.from_meta({"citation": cited.number})
                yield *cited.span, self._style("other") + meta
        if self.quote is not None:
            yield *self.quote, self._style("quote")
        first = bisect_left(self.matches, line.start, key=lambda match: match.end)
        for index in range(first, len(self.matches)):
            match = self.matches[index]
            if match.start >= line.end:
                break
            style = self._style(strength(match.similarity)) + Style.from_meta({"match": index})
            yield match.start, match.end, style
        for index in range(bisect_left(self.finds, line.start, key=lambda span: span.end), len(self.finds)):
            if self.finds[index].start >= line.end:
                break
            yield *self.finds[index], self._style("find")
        if self.current is not None:
            yield *self.current, self._style("current")

    def _selected(self, start: int, end: int) -> Iterator[tuple[int, int, Style]]:
        """What is selected of ``text[start:end]``, which is on one line of the text."""
        column, paragraph = self.laid.place(start)
        if (selection := self.text_selection) and (span := selection.get_span(paragraph)):
            left, right = start - column + span[0], start - column + span[1]
            selected = Style.from_styles(self.screen.get_component_styles("screen--selection"))
            yield left, end if span[1] == -1 else right, selected

    def _style(self, name: str) -> Style:
        """The style that a mark adds to that of the text."""
        if (style := self._styles.get(name)) is None:
            rules = self.get_component_styles(f"body--{name}")
            style = Style.from_styles(rules)
            style = self._styles[name] = style if rules.has_rule("color") else replace(style, foreground=None)
        return style

    def notify_style_update(self) -> None:
        super().notify_style_update()
        self._styles.clear()

    @property
    def selected(self) -> Span | None:
        """What is selected with the mouse, without white space around it."""
        if (selection := self.text_selection) is None:
            return None
        begins, last = self.laid.paragraphs, len(self.laid.paragraphs) - 1
        ends = [
            begins[min(place.y, last)] + place.x if place is not None else edge
            for place, edge in ((selection.start, 0), (selection.end, len(self.text)))
        ]
        start, end = sorted(min(max(0, at), len(self.text)) for at in ends)
        words = self.text[start:end]
        start, end = start + len(words) - len(words.lstrip()), end - len(words) + len(words.rstrip())
        return Span(start, end) if start < end else None

    def get_selection(self, selection: Selection) -> tuple[str, str] | None:
        return selection.extract(self.text), "\n"

    # The pointer

    def on_mouse_move(self, event: events.MouseMove) -> None:
        if (index := event.style.meta.get("match")) is not None:
            self.post_message(self.WordChosen(index))

    def on_click(self, event: events.Click) -> None:
        meta = event.style.meta
        if (index := meta.get("match")) is not None:
            self.post_message(self.WordChosen(index))
        elif (number := meta.get("citation")) is not None:
            self.post_message(self.CitationChosen(number))
        elif (run := meta.get("fold")) is not None:
            self._fold(self._unfolded ^ {run})


def _touch(span: Span, line: Line) -> bool:
    return line.start < span.end and span.start < line.end
