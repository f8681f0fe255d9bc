"""The source pane: an article, and in it the cited passage, the quote and the matched words."""

from __future__ import annotations

from typing import ClassVar

from textual import on
from textual.app import ComposeResult
from textual.containers import Vertical, VerticalScroll
from textual.content import Content
from textual.getters import query_one
from textual.message import Message
from textual.widgets import Static

from index.errors import YinjuError
from index.types import Article, Span
from qa.render import one_line
from tui.place import Place
from tui.prose import Prose, ProseView
from tui.text import SAME, date_and_language, facts, marked, shown, where

#: Characters shown on each side of the quote; only articles longer than this are cut.
_REACH = 30_000


class ArticleBody(ProseView):
    """The article's text. ``origin`` is the offset of its first character shown."""

    COMPONENT_CLASSES: ClassVar[set[str]] = {"body--quote", "body--same", "body--related", "body--bar"}

    class Wrapped(Message):
        """The text was wrapped, at first or to another width."""

    def __init__(self) -> None:
        super().__init__(id="source-body")
        self.place: Place | None = None
        self.origin = 0

    def show(self, article: Article, place: Place) -> None:
        middle = place.quote or place.passage or Span(0, 0)
        self.place, self.origin = place, max(0, middle.start - _REACH)
        self.text = shown(article.text[self.origin : middle.end + _REACH])
        self.rebuild()

    def extent(self, article: Article) -> str:
        """Which part of a very long article is shown, "" when it is all there."""
        if len(self.text) == len(article.text):
            return ""
        return f"characters {self.origin:,}–{self.origin + len(self.text):,} of {len(article.text):,}"

    def clear(self) -> None:
        self.text, self.place, self.origin = "", None, 0
        self.rebuild()

    def on_resize(self) -> None:
        self.post_message(self.Wrapped())

    def build(self) -> Prose:
        if self.place is None:
            return Prose(Content(self.text))
        content, place = Content(self.text), self.place
        if place.quote is not None:
            quote = self._here(place.quote)
            content = content.stylize(self.get_visual_style("body--quote"), quote.start, quote.end)
        same, related = (
            self.get_visual_style(name, partial=True) for name in ("body--same", "body--related")
        )
        content = marked(content, place.matches, self.origin, same, related)
        mark = self._here(place.passage) if place.passage is not None else None
        return Prose(content, mark, self.get_visual_style("body--bar", partial=True))

    def _here(self, span: Span) -> Span:
        return Span(span.start - self.origin, span.end - self.origin)

    def line_of(self, offset: int) -> int:
        """The line with the character at ``offset`` of the article."""
        return self.prose.line_of(offset - self.origin, self.content_size.width)

    def offset_of(self, line: int) -> int:
        """The article's offset where ``line`` starts."""
        lines = self.prose.lines(self.content_size.width)
        return self.origin + (lines[min(line, len(lines) - 1)].start if lines else 0)


class SourcePane(Vertical):
    BORDER_TITLE = "Source"
    COMPONENT_CLASSES: ClassVar[set[str]] = {"source--same", "source--related"}
    body = query_one("#source-body", ArticleBody)
    scroll = query_one("#source-scroll", VerticalScroll)

    def __init__(self) -> None:
        super().__init__(id="source")
        self.article: Article | None = None
        self.place: Place | None = None
        self._width = 0
        self._reading = 0

    def compose(self) -> ComposeResult:
        yield Static("Open a citation to read it here, in its article.", id="source-facts", markup=False)
        yield Static(id="source-words", markup=False)
        with VerticalScroll(id="source-scroll"):
            yield ArticleBody()

    def show(self, article: Article, place: Place, *, bundled: bool = False) -> None:
        """Show ``place`` in its article, scrolled to the quote."""
        self.article, self.place = article, place
        self.border_title = Content(facts(place.label, article.title))
        head = [facts(article.author, article.source, date_and_language(article)), where(article, bundled)]
        self.body.show(article, place)
        head.append(self.body.extent(article))
        self.query_one("#source-facts", Static).update("\n".join(filter(None, head)))
        words = self.query_one("#source-words", Static)
        words.update(self._words(place))
        words.display = bool(place.matches)
        self.call_after_refresh(self.find_quote)

    def fail(self, error: YinjuError) -> None:
        """Say why there is nothing to read."""
        self.article = self.place = None
        self.border_title = self.BORDER_TITLE
        self.query_one("#source-words").display = False
        self.body.clear()
        self.query_one("#source-facts", Static).update(one_line(str(error)))

    def _words(self, place: Place) -> Content:
        """Which word of the question was met as what: "offer = offer", "报价 ≈ offer 71%"."""
        best = {
            (m.word, one_line(m.text).casefold()): m
            for m in sorted(place.matches, key=lambda m: m.similarity)
        }
        styles = self.get_visual_style("source--same"), self.get_visual_style("source--related")
        parts = []
        for match in sorted(best.values(), key=lambda m: (-m.similarity, m.start)):
            text, word = one_line(match.text), one_line(match.word)
            if match.similarity >= SAME:
                parts.append(Content.styled(text, styles[0]))
            else:
                parts.append(Content.assemble((text, styles[1]), f" ≈ {word} {match.similarity:.0%}"))
        return Content("  ").join(parts)

    def on_mount(self) -> None:
        self.watch(self.scroll, "scroll_y", self._scrolled)

    def find_quote(self) -> None:
        """Scroll so that the quote stands in the upper third, with what comes before it in view."""
        self._width = self.body.content_size.width
        span = (self.place.quote or self.place.passage) if self.place is not None else None
        above = self.scroll.size.height // 3
        self._scroll_line(self.body.line_of(span.start) - above if span is not None else 0)

    def _scroll_line(self, line: int) -> None:
        self.scroll.scroll_to(y=max(0, line), animate=False, immediate=True)
        self._reading = self.body.offset_of(self.scroll.scroll_offset.y)

    def _scrolled(self) -> None:
        if self.body.content_size.width == self._width:
            self._reading = self.body.offset_of(self.scroll.scroll_offset.y)

    @on(ArticleBody.Wrapped)
    def _keep_place(self) -> None:
        """Keep the line that is being read at the top when lines wrap anew."""
        width = self.body.content_size.width
        if self.place is None or not width or width == self._width:
            return
        self._width = width
        self._scroll_line(self.body.line_of(self._reading))
