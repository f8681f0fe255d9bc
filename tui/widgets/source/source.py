"""The source pane: an article, and in it the cited passage, the quote and the matched words."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import ClassVar

from textual import on, work
from textual.app import App, ComposeResult
from textual.binding import BindingType
from textual.containers import Vertical
from textual.content import Content
from textual.getters import query_one
from textual.message import Message
from textual.reactive import reactive
from textual.timer import Timer
from textual.worker import get_current_worker

from index.errors import UsageError, YinjuError
from index.text.display import one_line
from index.text.fold import Folded, fold
from index.types import Article, ArticleInfo, Span
from qa.i18n import N_, _
from qa.output.addresses import name_of, web_address
from qa.output.layout import Layout
from qa.output.parts import percent
from qa.types import Answer, Match, page_of, read_of
from tui.rendering.formats import date_and_language, facts, page, shown, strength, where
from tui.state.place import Place, finds
from tui.state.workspace import Workspace
from tui.system.open_with import browse, edit, notify
from tui.widgets.common.base import EndsWorkers, bind, hidden
from tui.widgets.common.error import ErrorBlock
from tui.widgets.common.label import Paragraph
from tui.widgets.common.link import Followed, Link, key_of
from tui.widgets.common.pin import PinWanted
from tui.widgets.source.bar import FactBar
from tui.widgets.source.body import ArticleBody, Cited
from tui.widgets.source.finder import Finder

#: The links to the articles before and after: text, name, number.
_BESIDE = [("‹ [", "article", -1), ("] ›", "article", 1)]
#: Cells of a line of text beside other panes; longer ones are hard to read.
_MEASURE = 90
#: Cells of the pane from which there is room for a link that pins the quote, beside the facts.
_ROOMY = 60
#: Seconds before an article that is being read takes the place of the one before.
_PATIENCE = 0.15


class SourcePane(EndsWorkers, Vertical):
    """``state`` is "empty", "opening", "failed" or "open". Only an open pane has an article.

    Lines of text have at most ``measure`` cells. ``bookmark`` tells where to begin reading an article.
    """

    PART = N_("Source")
    COMPONENT_CLASSES: ClassVar[set[str]] = {
        f"source--{name}" for name in ("label", "title", "same", "near", "related", "count")
    }
    BINDINGS: ClassVar[list[BindingType]] = [
        bind("n", "step(1)", "source.next", N_("Next word"), N_("The next matched word or search result")),
        hidden(
            "N",
            "step(-1)",
            "source.previous",
            N_("Previous word"),
            N_("The previous matched word or search result"),
        ),
        bind("slash", "find", "source.find", N_("Find"), N_("Find words in this article")),
        hidden(
            "left_square_bracket",
            "article(-1)",
            "source.article_before",
            N_("Previous article"),
            N_("Read the article before this one"),
        ),
        hidden(
            "right_square_bracket",
            "article(1)",
            "source.article_after",
            N_("Next article"),
            N_("Read the article after this one"),
        ),
        bind("z", "zoom", "source.zoom", N_("Zoom"), N_("Read the article on a full page, and back")),
        bind("b", "pin", "source.pin", N_("Pin"), N_("Pin the selected words or the quote, or take it off")),
        bind("e", "edit", "source.edit", N_("Edit"), N_("Open the file in your editor, at the quote")),
        bind("o", "browse", "source.browse", N_("Open"), N_("Open the article in a browser")),
        hidden("escape", "stop_finding", "source.stop", N_("Stop searching"), N_("Stop searching")),
    ]
    state: reactive[str] = reactive("empty", init=False)
    body = query_one("#source-body", ArticleBody)
    finder = query_one("#source-finder", Finder)

    @dataclass
    class Loaded(Message):
        """A place's article was read and its text measured, or it could not be."""

        workspace: Workspace
        place: Place
        result: tuple[Article, Layout] | YinjuError

    class Zoomed(Message):
        """The article should have a page of its own, or be back in its pane."""

    def __init__(
        self, measure: int = _MEASURE, bookmark: Callable[[ArticleInfo], int | None] = lambda info: None
    ) -> None:
        super().__init__(id="source", classes="-empty")
        self._measure, self._bookmark = measure, bookmark
        #: The articles that `article` steps through, () for all of the library.
        self.beside: Sequence[ArticleInfo] = ()
        self.article: Article | None = None
        self.place: Place | None = None
        self.workspace: Workspace | None = None
        #: The answer whose quotes are marked.
        self.answer: Answer | None = None
        self._patience: Timer | None = None
        self._folded: Folded | None = None
        self._wanted = ""
        self._at: int | None = None

    def compose(self) -> ComposeResult:
        yield FactBar(self._title, lambda: _BESIDE, id="source-title")
        yield FactBar(self._facts, self._programs, id="source-facts")
        yield FactBar(lambda: Content(self._whole_path()), id="source-path", from_end=True)
        yield Paragraph(self._message, id="source-message")
        yield Link(lambda: _("Choose an article"), "app.library")
        yield ArticleBody(self._measure)
        yield Finder(id="source-finder")
        yield FactBar(self._words, self._steps, id="source-words")

    # Opening an article

    def read(self, workspace: Workspace, place: Place, step: int = 0) -> None:
        """Show ``place``, or the article ``step`` further on in the library. It is read in a thread."""
        self.workspace = workspace
        self._stop_waiting()
        self._patience = self.set_timer(_PATIENCE, lambda: self._opening(None if step else place))
        self._load(workspace, place, step)

    def clear(self) -> None:
        """Close the article that is open, if any."""
        self.workers.cancel_group(self, "read")
        self._stop_waiting()
        self._leave(None)
        self.answer = None
        self.state = "empty"
        self.query_one("#source-message", Paragraph).translate()

    def _stop_waiting(self) -> None:
        if self._patience is not None:
            self._patience.stop()

    @work(thread=True, exclusive=True, group="read")
    def _load(self, workspace: Workspace, place: Place, step: int) -> None:
        worker = get_current_worker()
        try:
            if step:
                articles = self.beside or workspace.session.articles()
                info = _neighbour(articles, place.article.id, step)
                place = Place("", info, top=self._bookmark(info))
            article = workspace.read(place)
            place = place.in_article(article)
            laid = Layout(shown(article.text), article.blocks)
            result: tuple[Article, Layout] | YinjuError = article, laid
        except YinjuError as error:
            result = error
        if not worker.is_cancelled:
            self.post_message(self.Loaded(workspace, place, result))

    @on(Loaded)
    def _loaded(self, message: Loaded) -> None:
        self._stop_waiting()
        if isinstance(message.result, YinjuError):
            self._fail(message.result)
        else:
            self._show(*message.result, message.place)

    def _show(self, article: Article, laid: Layout, place: Place) -> None:
        """Show ``place`` in its article, whose text is ``laid``, scrolled to the quote."""
        if self.article != article:
            self._folded = None
        self.article, self.place = article, place
        self._wanted, self._at = "", None
        self._hide_finder()
        self.state = "open"
        quotes = self._quotes(article)
        self.body.show(laid, place.passage, place.quote, place.matches, quotes, place.top)
        self._update_bars()

    def _quotes(self, article: Article) -> list[Cited]:
        """The answer's quotes in the article."""
        return [
            Cited(Span(citation.start, citation.end), citation.number)
            for citation in (self.answer.citations if self.answer is not None else ())
            if citation.hit.article.id == article.id
            and article.text[citation.start : citation.end] == citation.quote
        ]

    def _opening(self, place: Place | None) -> None:
        """Say that ``place``, or the next article for None, is being opened."""
        self._leave(place)
        self.state = "opening"
        self.query_one("#source-message", Paragraph).translate()

    def _fail(self, error: YinjuError) -> None:
        """Show why the article could not be opened."""
        self._leave(None)
        self.state = "failed"
        self.mount(ErrorBlock(error), before="#source-body")

    def _leave(self, place: Place | None) -> None:
        self.query(ErrorBlock).remove()
        self.article, self.place, self._folded = None, place, None
        self._hide_finder()
        self.body.show(Layout(""))

    # What is shown

    def watch_state(self, before: str, state: str) -> None:
        self.update_classes({f"-{before}": False, f"-{state}": True})
        self.query(ErrorBlock).remove()
        self.refresh_bindings()

    def _update_bars(self) -> None:
        """Update the lines above and below the text."""
        for bar in self.query(FactBar):
            bar.refresh(layout=True)
        path = self._whole_path()
        self.query_one("#source-facts").tooltip = self.query_one("#source-path").tooltip = Content(path)
        self.refresh_bindings()

    def _message(self) -> str:
        if self.state == "opening":
            title = one_line(self.place.article.title) if self.place is not None else ""
            return _("Opening {title} …").format(title=title) if title else _("Opening the article …")
        return _("No article is open.\n\nAsk a question: its sources open here, with the quote highlighted.")

    def _title(self) -> Content:
        if self.article is None or self.place is None:
            return Content()
        label = (f"{self.place.label} " if self.place.label else "", self.get_visual_style("source--label"))
        return Content.assemble(label, (one_line(self.article.title), self.get_visual_style("source--title")))

    def _facts(self) -> Content:
        article = self.article
        if article is None:
            return Content()
        at = self._cited
        place = page(page_of(article.pages, at.start), read_of(article.blocks, *at)) if at else ""
        known = facts(place, article.author, article.source, date_and_language(article))
        if self.query_one("#source-path").display:
            return Content(known)
        return Content(facts(known, name_of(article.path)))

    def _programs(self) -> list[tuple[str, str, int]]:
        links = [("edit", _("Edit"), "source.edit"), ("browse", _("Open"), "source.browse")]
        if self.size.width >= _ROOMY:
            links.insert(0, ("pin", _("Pin"), "source.pin"))
        return [
            (f"{key_of(self, id)} {text}".strip(), name, 0)
            for name, text, id in links
            if self.check_action(name, ())
        ]

    def _whole_path(self) -> str:
        if self.article is None or self.workspace is None:
            return ""
        return where(self.article, self.workspace.bundled)

    def _words(self) -> Content:
        """The current word with the word of the question that it matches, or else all matches."""
        if self._wanted:
            return Content() if self.body.finds else Content(_("Not in this article"))
        matches = self.body.matches
        if self._at is not None and matches:
            return self._pair(matches[self._at])
        best = {(m.word, one_line(m.text).casefold()): m for m in sorted(matches, key=lambda m: m.similarity)}
        return Content("  ").join(
            self._pair(m) for m in sorted(best.values(), key=lambda m: (-m.similarity, m.start))
        )

    def _pair(self, match: Match) -> Content:
        """ "offer = offer", "报价 ≈ offer 71 %", "年薪 ~ offer 52 %": same, near, related."""
        kind = strength(match.similarity)
        text = (one_line(match.text), self.get_visual_style(f"source--{kind}"))
        word = one_line(match.word)
        if kind == "same":
            return Content.assemble(text, f" = {word}" if self._at is not None else "")
        return Content.assemble(text, f" {'≈' if kind == 'near' else '~'} {word} {percent(match.similarity)}")

    def _steps(self) -> list[tuple[str, str, int]]:
        stops = self._stops
        find = [(f"{key_of(self, 'source.find')} {_('Find')}".strip(), "find", 0)]
        if not stops:
            return find
        at = "–" if self._at is None else f"{self._at + 1:,}"
        return [*find, ("‹", "step", -1), (f"{at}/{len(stops):,}", "", 0), ("›", "step", 1)]

    # Going from word to word

    @property
    def _stops(self) -> Sequence[Span]:
        if self._wanted:
            return self.body.finds
        return [Span(match.start, match.end) for match in self.body.matches]

    def action_step(self, step: int) -> None:
        stops = self._stops
        if not stops:
            return
        if self._at is not None:
            self._look_at((self._at + step) % len(stops))
            return
        quote = self.place.quote if self.place is not None else None
        begin = self.body.reading if self._wanted or quote is None else quote.start
        first = next((n for n, stop in enumerate(stops) if stop.start >= begin), 0)
        self._look_at(first if step > 0 else (first - 1) % len(stops))

    def _look_at(self, index: int | None, *, reveal: bool = True) -> None:
        self._at = index
        self.body.mark(self._stops[index] if index is not None else None, reveal=reveal)
        self.query_one("#source-words", FactBar).refresh()

    @on(ArticleBody.WordChosen)
    def _word_chosen(self, message: ArticleBody.WordChosen) -> None:
        if not self._wanted and message.index != self._at:
            self._look_at(message.index, reveal=False)

    @on(ArticleBody.CitationChosen)
    async def _citation_chosen(self, message: ArticleBody.CitationChosen) -> None:
        await self.app.run_action(f"screen.cite({message.number})")

    # Looking for words

    def action_find(self) -> None:
        self.finder.display = True
        self.screen.set_focus(self.finder.input)  # at once: what is typed may have arrived with this key

    @on(Finder.Sought)
    def _sought(self, message: Finder.Sought) -> None:
        if self.article is not None:
            self._find(self.article, message.wanted.strip())

    @work(exclusive=True, group="find")
    async def _find(self, article: Article, wanted: str) -> None:
        folded = self._folded
        if folded is None:
            folded = await asyncio.to_thread(fold, article.text)
        spans = await asyncio.to_thread(list, finds(folded, wanted))
        if article is not self.article or not self.finder.display:
            return
        self._folded, self._wanted, self._at = folded, wanted, None
        self.body.mark(None, spans)
        self.refresh_bindings()
        if wanted:
            self.action_step(1)
        self.query_one("#source-words", FactBar).refresh()

    @on(Finder.Stepped)
    def _finder_stepped(self, message: Finder.Stepped) -> None:
        self.action_step(message.step)

    @on(Finder.Left)
    def _finder_left(self, message: Finder.Left) -> None:
        self.body.focus()
        if message.close:
            self.action_stop_finding()

    def _hide_finder(self) -> None:
        if self.finder.has_focus_within:
            self.body.focus()
        self.finder.display = False

    def action_stop_finding(self) -> None:
        self._hide_finder()
        self.finder.input.value = ""
        self._wanted, self._at = "", None
        self.body.mark(None, ())
        self._update_bars()

    # Other programs

    def action_article(self, step: int) -> None:
        if self.workspace is not None and self.place is not None:
            self.read(self.workspace, self.place, step)

    def action_pin(self) -> None:
        """Pin the selected words to the sheet, or else the quote that the article was opened at."""
        if self.article is None or self.workspace is None:
            return
        span = self.body.selected or self._cited
        if span is None:
            self.notify(_("Select words with the mouse, or open a quote, to pin it."), markup=False)
            return
        number = page_of(self.article.pages, span.start)
        quote = self.article.text[span.start : span.end]
        self.post_message(PinWanted(self.workspace, self.article, span, quote, number))

    def action_zoom(self) -> None:
        self.post_message(self.Zoomed())

    def action_edit(self) -> None:
        self._open_with(edit)

    def action_browse(self) -> None:
        self._open_with(browse)

    def _open_with(self, program: Callable[[App[object], Article, Span], None]) -> None:
        if self.article is not None:
            try:
                program(self.app, self.article, self._cited or Span(0, 0))
            except YinjuError as error:
                notify(self.app, error)

    @property
    def _cited(self) -> Span | None:
        """The quote, or else the passage, that the article was opened at."""
        return self.place.quote or self.place.passage if self.place is not None else None

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        if action == "stop_finding":
            return self.finder.display
        if action in ("pin", "edit", "browse", "find", "article", "zoom") and self.article is None:
            return False
        if action == "step":
            return bool(self._stops)
        if action == "edit":
            return not self.app.is_web
        if action == "browse" and self.app.is_web and self.article is not None:
            return web_address(self.article) is not None
        return True

    @on(Followed)
    async def _followed(self, message: Followed) -> None:
        message.stop()
        number = f"({message.number})" if message.number else ""
        await self.run_action(message.name + number)


def _neighbour(articles: Sequence[ArticleInfo], id: int, step: int) -> ArticleInfo:
    """The article ``step`` after ``id``, the first after the last. Raises UsageError if there is none."""
    if not articles:
        raise UsageError("the library holds no articles", "add a file or a folder")
    at = next((n for n, article in enumerate(articles) if article.id == id), -1)
    return articles[(at + step) % len(articles)]
