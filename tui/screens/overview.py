"""The page that tells what is in a library, or in some of its articles."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, ClassVar

from textual import on, work
from textual.app import ComposeResult
from textual.binding import BindingType
from textual.containers import Container, Vertical, VerticalScroll
from textual.content import Content
from textual.getters import app, query_one
from textual.message import Message
from textual.worker import get_current_worker

from index.errors import YinjuError
from index.text.display import one_line
from index.types import Monitor
from qa.i18n import N_, _, ngettext
from qa.question.filters import NO_FILTERS, Filters
from tui.app_base import AppBase
from tui.rendering.formats import LANGUAGES, articles, facts, tilde
from tui.screens.base import Page
from tui.state.workspace import Workspace
from tui.widgets.common.base import bind
from tui.widgets.common.keybar import KeyBar
from tui.widgets.common.label import Notice, Paragraph
from tui.widgets.overview.held import HeldRow, NewRow, Section
from tui.widgets.overview.timeline import Timeline

if TYPE_CHECKING:
    from index.types import ArticleInfo
    from qa.overview.differences import Difference
    from qa.overview.facts import Facts
    from qa.overview.survey import Survey
    from qa.overview.terms import Term

#: The most reposts that are listed.
_REPOSTS = 12


class OverviewScreen(Page[Filters | None]):
    """Tells of the articles that ``filters`` let pass. Closes with the filters to ask with, or None."""

    AUTO_FOCUS = ""
    HELP = N_(
        "What is in here: when the articles were published, the names and terms that are particular to them "
        "in both languages side by side, where they come from, what was added last, reposts, and copies in "
        "which a figure was changed. Enter or a click lists the articles of a line, q asks only those. ← and "
        "→ go through the dates. F7 in the list of articles tells of those that are marked or listed."
    )
    BINDINGS: ClassVar[list[BindingType]] = [
        bind("escape,f7", "close", "overview.close", N_("Back"), N_("Back to where you came from")),
        bind("q", "ask", "overview.ask", N_("Ask these"), N_("Ask only these")),
    ]
    app = app(AppBase)
    timeline = query_one(Timeline)
    notice = query_one("#overview-notice", Notice)

    @dataclass
    class Found(Message):
        """The terms are known; the rest is still looked for."""

        survey: Survey

    def __init__(self, workspace: Workspace, filters: Filters = NO_FILTERS) -> None:
        super().__init__()
        self._workspace, self._filters = workspace, filters
        self._facts: Facts | None = None
        self._progress: Callable[[], str] = str

    def compose(self) -> ComposeResult:
        with VerticalScroll(id="overview", can_focus=False):
            yield Paragraph(self._summary, id="overview-summary")
            yield Timeline()
            with Container(id="overview-columns"):
                with Vertical(id="overview-left"):
                    yield Section(lambda: _("Names and terms"), id="overview-terms")
                with Vertical(id="overview-right"):
                    yield Section(lambda: _("Sources"), id="overview-sources")
                    yield Section(lambda: _("Languages"), id="overview-languages")
                    yield Section(lambda: _("Added last"), id="overview-newest")
                    yield Section(lambda: _("Reposts"), id="overview-reposts")
                    yield Section(lambda: _("Changed figures"), id="overview-differences")
        yield Notice(id="overview-notice", collapse=True)
        yield KeyBar()

    def on_mount(self) -> None:
        self.timeline.display = False
        self.translate()
        self.watch(self.app, "workspace", self._follow)

    def translate(self) -> None:
        box = self.query_one("#overview")
        where = _("Bundled articles") if self._workspace.bundled else tilde(self._workspace.path)
        box.border_title = Content(facts(_("What is in here"), where))
        self._tell()

    def _tell(self) -> None:
        """Tell how far the reading is, and what the page is about."""
        about = _("a selection") if self._filters else ""
        self.query_one("#overview").border_subtitle = Content(facts(about, self._progress()))

    def _summary(self) -> str:
        held = self._facts
        if held is None:
            return ""
        if not held.articles:
            return _("There are no articles here yet. Press Ctrl+O to add a file or a folder.")
        span = ""
        if held.periods:
            first, last = held.periods[0].name, held.periods[-1].name
            span = first if first == last else f"{first} – {last}"
        undated = ngettext("{count} without a date", "{count} without a date", held.undated)
        return facts(
            articles(held.articles),
            _("{count} characters").format(count=f"{held.characters:,}"),
            span,
            undated.format(count=f"{held.undated:,}") if held.undated else "",
        )

    # Reading

    def _follow(self, workspace: Workspace | None) -> None:
        """Tell what the library holds now, or another library that was opened."""
        if workspace is not None:
            if not workspace.shares(self._workspace):
                self._filters = NO_FILTERS
            self._workspace = workspace
            self.translate()
            self._read(workspace, self._filters)

    @work(exclusive=True, group="survey")
    async def _read(self, workspace: Workspace, filters: Filters) -> None:
        """Show the facts at once, then the terms, then the rest."""
        worker = get_current_worker()

        def done(count: int, total: int) -> None:
            if not worker.is_cancelled:
                self.app.call_from_thread(self._say, lambda: _reading(count, total))

        def found(survey: Survey) -> None:
            if not worker.is_cancelled:
                self.post_message(self.Found(survey))

        session = workspace.session
        try:
            held = await asyncio.to_thread(session.facts, filters)
            await self._show_facts(held)
            self._say(lambda: _("reading …"))
            monitor = Monitor(done, lambda: worker.is_cancelled)
            await self._show(await asyncio.to_thread(session.survey, filters, monitor, found))
        except YinjuError as error:
            self.notice.fail(error, " → ")
        self._say(str)

    def _say(self, progress: Callable[[], str]) -> None:
        self._progress = progress
        if not self.leaving:
            self._tell()

    async def _show_facts(self, held: Facts) -> None:
        self._facts = held
        self.query_one("#overview-summary", Paragraph).translate()
        self.timeline.show(held.periods, self._filters)
        most = held.sources[0][1] if held.sources else 1
        within = self._filters
        sources = [
            _fact_row(name, within.adding(Filters(sources=(name,))), count, most)
            for name, count in held.sources
        ]
        await self._section("sources").show(sources)
        languages = [
            _fact_row(
                LANGUAGES.get(name, "–"), within.adding(Filters(languages=(name,))), count, held.articles
            )
            for name, count in held.languages
        ]
        await self._section("languages").show(languages)
        await self._section("newest").show(
            [NewRow(info, held.newest, (info.published or info.added)[:10]) for info in held.newest]
        )
        if self.focused is None:
            first = self.timeline if self.timeline.display else next(iter(self.query(HeldRow)), None)
            if first is not None:
                first.focus(scroll_visible=False)

    @on(Found)
    async def _found(self, message: Found) -> None:
        await self._show(message.survey)

    async def _show(self, survey: Survey) -> None:
        most = max((len(term.articles) for term in survey.terms), default=1)
        await self._section("terms").show([_term_row(term, most) for term in survey.terms])
        await self._section("reposts").show([_repost_row(group) for group in survey.reposts[:_REPOSTS]])
        await self._section("differences").show([_difference_row(each) for each in survey.differences])

    def _section(self, name: str) -> Section:
        return self.query_one(f"#overview-{name}", Section)

    # What can be done

    @property
    def _chosen(self) -> Filters | None:
        """The filters of the line under the cursor."""
        return self.focused.filters if isinstance(self.focused, HeldRow | Timeline) else None

    def action_ask(self) -> None:
        if (chosen := self._chosen) is not None:
            self.dismiss(chosen)

    def action_close(self) -> None:
        self.dismiss(None)


def _reading(done: int, total: int) -> str:
    return _("reading {done} of {total} articles").format(done=f"{done:,}", total=f"{total:,}")


def _fact_row(text: str, filters: Filters, count: int, most: int) -> HeldRow:
    return HeldRow(lambda: text, filters, lambda: f"{count:,}".rjust(len(f"{most:,}")), count / most)


def _term_row(term: Term, most: int) -> HeldRow:
    text = " = ".join(filter(None, (term.chinese, term.latin)))
    return _fact_row(text, Filters(articles=term.articles), len(term.articles), most)


def _repost_row(group: tuple[ArticleInfo, ...]) -> HeldRow:
    text = " ≈ ".join(dict.fromkeys(one_line(info.title) for info in group))
    ids = tuple(info.id for info in group)
    return HeldRow(lambda: text, Filters(articles=ids), lambda: f"{len(group):,}", tooltip=text)


def _difference_row(difference: Difference) -> HeldRow:
    sides = difference.one, difference.other
    text = " ≠ ".join(one_line(side.quantity) for side in sides)
    titles = " · ".join(dict.fromkeys(one_line(side.article.title) for side in sides))
    ids = tuple(side.article.id for side in sides)
    told = "\n".join(one_line(side.text) for side in sides)
    return HeldRow(lambda: f"{text}  {titles}", Filters(articles=ids), str, tooltip=told)
