"""The page of articles, to find, sort, mark, read, ask, remove, update and compare them."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence
from contextlib import suppress
from pathlib import Path
from typing import ClassVar

from textual import on, work
from textual.app import ComposeResult
from textual.binding import BindingType
from textual.containers import Horizontal, Vertical
from textual.content import Content
from textual.getters import app, query_one
from textual.widgets import Input
from textual.worker import get_current_worker

from index.errors import UsageError, YinjuError
from index.text.display import one_line
from index.types import AddReport, ArticleInfo, Monitor, RemovedArticle, SyncReport
from qa.i18n import N_, _, ngettext
from qa.question.filters import Filters
from tui.app_base import AppBase
from tui.jobs import tasks
from tui.jobs.adding import Adding
from tui.jobs.process import Watcher
from tui.messages import ArticleWanted, OverviewWanted
from tui.rendering.errors import error_text
from tui.rendering.formats import articles, tilde
from tui.rendering.reports import counted, has_details, kept_back
from tui.screens.base import Page
from tui.state.listing import Listing
from tui.state.workspace import Workspace
from tui.widgets.common.actions import Action, ActionRow, undoable
from tui.widgets.common.base import bind, hidden
from tui.widgets.common.keybar import KeyBar
from tui.widgets.common.label import Label, Notice, Text
from tui.widgets.library.articles import ArticleTable
from tui.widgets.library.preview import Preview

#: Columns of the terminal from which the article under the cursor is shown beside the list.
_BESIDE = 120


class LibraryScreen(Page[Filters | None]):
    """Closes with the filters to ask with, or None.

    Actions are for the marked articles, or for the one under the cursor if none is marked.
    """

    AUTO_FOCUS = "#articles"
    HELP = N_(
        "Enter reads an article, q asks only the marked ones (Space marks one, a marks all "
        "that are listed). / narrows the list by words and by filters like lang:en "
        "after:2024 in:Reuters. s or a click on a heading sorts, a second time in reverse. "
        "Delete removes articles from the library, never files; u restores them. r updates "
        "from disk, and asks before it removes articles whose files are gone; d finds "
        "near-duplicates. F7 tells what is in the marked or listed articles; p shows or hides the "
        "preview of an article, where there is room."
    )
    BINDINGS: ClassVar[list[BindingType]] = [
        bind("escape,f2", "close", "library.close", N_("Back"), N_("Back to the questions")),
        bind("slash", "filter", "library.filter", N_("Filter"), N_("Narrow the list")),
        hidden("q", "ask", "library.ask", N_("Ask these"), N_("Ask only these")),
        hidden("o", "app.add", "library.add", N_("Add"), N_("Add files or folders")),
        hidden(
            "l", "app.libraries", "library.others", N_("Libraries"), N_("Open another library, or create one")
        ),
        hidden(
            "delete",
            "remove",
            "library.remove",
            N_("Remove"),
            N_("Remove from the library; files stay, u undoes this"),
        ),
        hidden("u", "undo", "library.undo", N_("Undo"), N_("Restore what was removed")),
        hidden(
            "d",
            "compare",
            "library.compare",
            N_("Near-duplicates"),
            N_("Find articles that are nearly the same"),
        ),
        hidden("r", "renew", "library.renew", N_("Update"), N_("Update from the files on disk")),
        hidden("y", "answer(True)", "library.yes", N_("Yes"), N_("Remove what is gone from disk")),
        hidden("n", "answer(False)", "library.no", N_("No"), N_("Keep what is gone from disk")),
        hidden("i", "details", "library.details", N_("Details"), N_("What was updated, file by file")),
        hidden("ctrl+x", "stop", "library.stop", N_("Stop"), N_("Stop updating; what is done stays")),
        hidden(
            "f7",
            "overview",
            "library.overview",
            N_("What is in here"),
            N_("What is in the marked or listed articles"),
        ),
        hidden(
            "p", "preview", "library.preview", N_("Preview"), N_("Show or hide the preview of an article")
        ),
        hidden("m", "mark_gone", "library.gone", N_("Mark missing")),
    ]
    app = app(AppBase)
    table = query_one(ArticleTable)
    preview = query_one(Preview)
    filter = query_one("#filter", Input)
    notice = query_one("#library-notice", Notice)

    def __init__(self, workspace: Workspace, wanted: str = "") -> None:
        """``wanted`` is the filter to begin with."""
        super().__init__()
        self._workspace, self._wanted = workspace, wanted
        self._previews = self.app.memory.get("preview") != "off"
        self._loaded = self._looking = self._updating = self._comparing = False
        #: The error in the filter as it is typed.
        self._wrong: UsageError | None = None
        #: What `undo` restores.
        self._removed: tuple[RemovedArticle, ...] = ()
        #: Articles whose files are gone from disk.
        self._gone: list[ArticleInfo] = []
        #: What an update would do, while the reader is asked about it.
        self._asked: SyncReport | None = None
        self._report: AddReport | None = None

    def compose(self) -> ComposeResult:
        with Horizontal(id="library"):
            with Vertical(id="library-list"):
                with Horizontal(id="library-find"):
                    yield Label(lambda: "/ ")
                    yield Input(self._wanted, id="filter", compact=True, select_on_focus=False)
                yield ArticleTable()
            yield Preview()
        yield Notice(id="library-notice", collapse=True)
        yield ActionRow(self._actions)
        yield KeyBar()

    def on_mount(self) -> None:
        self.translate()
        self.app.adding.changed.subscribe(self, self._adding_changed, immediate=True)
        self.watch(self.app, "workspace", self._follow)

    def translate(self) -> None:
        self.filter.placeholder = _("words, lang:en, after:2024, in:Reuters")
        self._count()
        self.query_one(ActionRow).refresh()

    # The list

    def _follow(self, workspace: Workspace | None) -> None:
        """Show what the library holds now, or another library that was opened."""
        if workspace is not None:
            if not workspace.shares(self._workspace):
                self._removed, self._gone, self._asked, self._report = (), [], None, None
                self._say(lambda: "")
                self.table.listing = Listing()
            self._workspace = workspace
            self._load(workspace, self.table.listing)

    @work(exclusive=True, group="list")
    async def _load(self, workspace: Workspace, before: Listing) -> None:
        try:
            listing = await asyncio.to_thread(lambda: before.over(workspace.session.articles()))
        except YinjuError as error:
            self._fail(error)
            return
        self._loaded = True
        self.table.show(listing)
        self._narrow(self.filter.value)
        await asyncio.to_thread(listing.prepare)

    @on(Input.Changed, "#filter")
    def _typed(self, event: Input.Changed) -> None:
        self._narrow(event.value)

    def _narrow(self, wanted: str) -> None:
        """Filter the list. An incomplete filter is reported and left out."""
        self._wrong = None
        try:
            self.table.listing.narrow(wanted)
        except UsageError as error:
            self._wrong = error
            with suppress(UsageError):
                self.table.listing.narrow(wanted.rpartition(" ")[0])
        self.table.show(self.table.listing, self._empty())
        self._count()

    def _empty(self) -> str:
        if not self._loaded:
            return ""
        if self.filter.value.strip():
            return _("No article matches. Esc shows all again.")
        return _("No articles yet: o adds some.")

    @on(Input.Submitted, "#filter")
    def _narrowed(self) -> None:
        self.table.focus()

    @on(ArticleTable.Changed)
    def _count(self) -> None:
        """Show the library and the numbers of listed and marked articles in the border."""
        box, listing = self.query_one("#library"), self.table.listing
        place = _("Bundled articles") if self._workspace.bundled else tilde(self._workspace.path)
        box.border_title = Content(place)
        shown, total = len(listing.shown), len(listing.articles)
        if self._wrong is not None:
            box.border_subtitle = Content(error_text(self._wrong, " · "))
        else:
            parts = [articles(total)]
            if shown != total:
                part = _("{count} of {articles}")
                parts = [part.format(count=f"{shown:,}", articles=articles(total))]
            if listing.marked:
                parts.append(_("{count} marked").format(count=f"{len(listing.marked):,}"))
            box.border_subtitle = Content(" · ".join(parts))
        box.set_class(self._wrong is not None, "-error")
        self.query_one(ActionRow).refresh()

    def _say(self, text: Text, *, failed: bool = False) -> None:
        """Show the result of an action, until the next one."""
        if self.leaving:
            return  # the page was closed meanwhile
        self.notice.show(text, failed=failed)
        self.query_one(ActionRow).refresh()

    def _fail(self, error: YinjuError) -> None:
        self._say(lambda: Content(error_text(error, " → ")), failed=True)

    # The article under the cursor

    def on_resize(self) -> None:
        self.call_next(self._show_preview)  # once the new size is known

    @on(ArticleTable.Changed)
    def _show_preview(self) -> None:
        """Show the article under the cursor beside the list, where there is room."""
        self.preview.display = self._previews and self.size.width >= _BESIDE
        if self.preview.display:
            self.preview.show(self._workspace, self.table.current)

    def action_preview(self) -> None:
        if self.size.width < _BESIDE:
            self._say(
                lambda: _("There is room for the preview from {width} columns on.").format(width=_BESIDE)
            )
            return
        self._previews = not self._previews
        self.app.memory.set("preview", "" if self._previews else "off")
        self._show_preview()

    # What can be done

    def _actions(self) -> list[Action]:
        some, marked = bool(self.table.listing.shown), len(self.table.listing.marked)
        count = f" {marked:,}" if marked else ""
        compared = _("Hide duplicates") if self.table.listing.groups else _("Duplicates")
        own = not self._workspace.bundled
        return [
            Action("↵", _("Read"), "read", some),
            Action("q", _("Ask these") + count, "ask", some or marked > 0),
            Action("Del", _("Remove") + count, "remove", own and (some or marked > 0)),
            *([Action("u", _("Undo"), "undo")] if self._removed else []),
            Action("r", _("Update"), "renew", own and bool(self.table.listing.articles)),
            Action("d", compared, "compare", bool(self.table.listing.articles)),
            Action("o", _("Add"), "app.add"),
            Action("l", _("Libraries"), "app.libraries"),
        ]

    def action_filter(self) -> None:
        self.filter.focus()

    def action_read(self) -> None:
        self.table.action_read()

    @on(ArticleTable.Read)
    def _read(self, message: ArticleTable.Read) -> None:
        self.post_message(ArticleWanted(message.info, tuple(self.table.listing.shown)))

    def see(self, article: ArticleInfo) -> None:
        """Put the cursor on ``article``, if it is listed."""
        self.table.see(article.id)

    def narrow(self, wanted: str) -> None:
        """List only the articles that the typed ``wanted`` lets pass."""
        self.filter.value = wanted
        self.table.focus()

    def action_overview(self) -> None:
        """Tell what is in the marked articles, or else in those that are listed."""
        listing = self.table.listing
        some = listing.chosen(-1) or (listing.shown if len(listing.shown) < len(listing.articles) else [])
        self.post_message(OverviewWanted(Filters(articles=tuple(info.id for info in some))))

    def action_ask(self) -> None:
        if chosen := self.table.listing.chosen(self.table.row):
            self.dismiss(Filters(articles=tuple(info.id for info in chosen)))

    def action_close(self) -> None:
        if self._comparing:
            self.workers.cancel_group(self, "compare")
            self._comparing = False
            self._say(lambda: _("Stopped comparing."))
        elif self._looking:
            self.workers.cancel_group(self, "look")
            self._looking = False
            self._say(lambda: _("Stopped. Nothing was changed."))
        elif self.filter.has_focus or self.filter.value:
            self.filter.value = ""
            self.table.focus()
        else:
            self.dismiss(None)

    # Removing

    def action_remove(self) -> None:
        if self._workspace.bundled:
            self._say(
                lambda: _(
                    "The bundled articles cannot be removed. Press o to add your own and start a library."
                )
            )
        elif chosen := self.table.listing.chosen(self.table.row):
            self._say(lambda: _("Removing …"))
            # Workers of the app go on when the page is closed.
            self.app.run_worker(self._remove(self._workspace, [info.id for info in chosen]), group="write")

    async def _remove(self, workspace: Workspace, ids: Sequence[int]) -> None:
        try:
            removed = await asyncio.to_thread(workspace.session.remove_undoable, ids)
            after = await asyncio.to_thread(workspace.refreshed)
        except YinjuError as error:
            self._fail(error)
            return
        if not self.leaving:  # the page may be closed by now
            self._removed, self._gone = removed, []
            self.table.listing.mark([article.id for article in removed], False)
        self.app.use(after)
        if len(removed) == 1:
            title = one_line(removed[0].title)
            self._say(lambda: undoable(_("Removed: {title}").format(title=title)))
        else:
            self._say(lambda: undoable(_("Removed {articles}").format(articles=articles(len(removed)))))

    def action_undo(self) -> None:
        if self._removed:
            removed, self._removed = self._removed, ()
            self._say(lambda: _("Restoring …"))
            self.app.run_worker(self._restore(self._workspace, removed), group="write")

    async def _restore(self, workspace: Workspace, removed: tuple[RemovedArticle, ...]) -> None:
        try:
            count = await asyncio.to_thread(workspace.session.undo_remove, removed)
            after = await asyncio.to_thread(workspace.refreshed)
        except YinjuError as error:
            self._removed = removed
            self._fail(error)
        else:
            self.app.use(after)
            self._say(lambda: _("Restored {articles}").format(articles=articles(count)))

    # Comparing

    def action_compare(self) -> None:
        if self.table.listing.groups:
            self._compared([])
            self._say(lambda: "")
        elif not self._comparing:
            self._comparing = True
            self._say(lambda: _("Comparing …"))
            self._compare(self._workspace)

    @work(exclusive=True, group="compare")
    async def _compare(self, workspace: Workspace) -> None:
        worker = get_current_worker()

        def progress(done: int, total: int) -> None:
            if not worker.is_cancelled:
                self.app.call_from_thread(self._say, lambda: _compared_so_far(done, total))

        try:
            groups = await asyncio.to_thread(
                workspace.session.near_duplicates, Monitor(progress, lambda: worker.is_cancelled)
            )
        except YinjuError as error:
            self._comparing = False
            self._fail(error)
        else:
            self._comparing = False
            self._compared(groups)
            self._say(lambda: _about_alike(groups))

    def _compared(self, groups: list[tuple[int, ...]]) -> None:
        """List the groups of near-duplicates first; without groups, list the articles as before."""
        listing = self.table.listing
        listing.compare(groups)
        if groups:
            listing.sort("alike", down=False)
            self.table.show(listing)
            self.table.action_first()
        else:
            if listing.column == "alike":
                listing.sort("added", down=False)
            self.table.show(listing)

    # Bringing up to date

    def action_renew(self) -> None:
        """Update from disk, but ask before removing anything."""
        if self._workspace.bundled:
            self._say(lambda: _("The bundled articles have no files on disk to update from."))
        elif self.app.adding.running:
            self._say(lambda: _("Articles are being added; wait until that is done."))
        elif not self._looking:
            self._looking, self._asked, self._report, self._gone = True, None, None, []
            self._say(lambda: _("Looking for changed files … Esc stops"))
            self._look(self._workspace)

    @work(exclusive=True, group="look")
    async def _look(self, workspace: Workspace) -> None:
        worker = get_current_worker()
        try:
            report = await asyncio.to_thread(
                tasks.sync, workspace.path, True, Watcher(lambda _step: None, lambda: worker.is_cancelled)
            )
        except YinjuError as error:
            self._looking = False
            self._fail(error)
        else:
            self._looking = False
            self._looked(workspace, report)

    def _looked(self, workspace: Workspace, report: SyncReport) -> None:
        if not workspace.shares(self._workspace):  # another was opened meanwhile
            return
        self._gone = self._at(report.missing)
        if report.removed:
            self._asked = report
            self._show_first(self._at(report.removed))
            self._say(self._question)
        elif report.added or report.updated or report.moved:
            self._update(lambda: self.app.adding.sync(workspace))
        else:
            self._report = report
            self._say(self._updated)

    def _at(self, paths: Sequence[str]) -> list[ArticleInfo]:
        """The articles of these paths."""
        wanted = set(paths)
        return [info for info in self.table.listing.articles if info.path in wanted]

    def _question(self) -> Content:
        count = len(self._asked.removed) if self._asked is not None else 0
        text = ngettext(
            "{count} article is gone from disk: remove it?",
            "{count} articles are gone from disk: remove them?",
            count,
        )
        return Content.assemble(
            text.format(count=f"{count:,}"),
            *("   ", (_("Yes (y)"), "@click=screen.answer(True) underline")),
            *("   ", (_("No (n)"), "@click=screen.answer(False) underline")),
        )

    def action_answer(self, remove: bool) -> None:
        """Go on with the update: with all of it, or only with new and changed files."""
        report, self._asked = self._asked, None
        if report is None:
            return
        listing = self.table.listing
        listing.mark([info.id for info in self._at(report.removed)], False)
        if listing.column == "mark":
            listing.sort("added", down=False)
        self.table.show(listing)
        paths = list(map(Path, [*report.added, *report.updated]))
        workspace = self._workspace
        if remove:
            self._update(lambda: self.app.adding.sync(workspace))
        elif paths:
            self._update(lambda: self.app.adding.begin(workspace, paths))
        else:
            self._say(lambda: _("Nothing was removed."))

    def _update(self, begin: Callable[[], None]) -> None:
        if self.app.adding.running:
            self._say(lambda: _("Articles are being added; wait until that is done."))
        else:
            self._updating = True
            begin()

    def action_stop(self) -> None:
        if self._updating:
            self.app.adding.stop()

    def action_mark_gone(self) -> None:
        """Mark the articles whose files are gone, and list them first."""
        if self._gone:
            self._show_first(self._gone)

    def _show_first(self, marked: Sequence[ArticleInfo]) -> None:
        listing = self.table.listing
        self.filter.value = ""
        listing.marked = {info.id for info in marked}
        listing.sort("mark", down=False)
        self.table.show(listing)
        self.table.action_first()

    def _about_gone(self) -> Content:
        count = len(self._gone)
        text = ngettext("{count} file is gone.", "{count} files are gone.", count)
        mark = (_("Mark for removal (m)"), "@click=screen.mark_gone underline")
        return Content.assemble(text.format(count=f"{count:,}"), "   ", mark)

    def _adding_changed(self, adding: Adding) -> None:
        if not self._updating:
            return
        if adding.running:
            self._say(lambda: _stoppable(adding))
            return
        self._updating = adding.unreported = False
        outcome = adding.outcome
        if isinstance(outcome, YinjuError):
            self._fail(outcome)
        elif outcome is None:
            stopped = adding.summary()
            self._say(lambda: stopped)
        else:
            self._report = outcome
            self._say(self._updated)

    def _updated(self) -> Content:
        """The counts of an update, missing folders and missing files."""
        report = self._report or SyncReport()
        line = Content(counted(report))
        if has_details(report):
            line = Content.assemble(line, "   ", (_("Details (i)"), "@click=screen.details underline"))
        kept = Content(kept_back(report)) if isinstance(report, SyncReport) else Content("")
        gone = self._about_gone() if self._gone else Content("")
        return Content("\n").join(part for part in (line, kept, gone) if part)

    def action_details(self) -> None:
        from tui.screens.report import ReportScreen

        if self._report is not None and has_details(self._report):
            self.app.push_screen(ReportScreen(self._report))


def _stoppable(adding: Adding) -> Content:
    if adding.stopping:
        return Content(adding.progress())
    stop = (_("Stop (Ctrl+X)"), "@click=screen.stop underline")
    return Content.assemble(one_line(adding.progress()), "   ", stop)


def _compared_so_far(done: int, total: int) -> str:
    return _("Comparing: {done} of {total} articles · Esc stops").format(done=f"{done:,}", total=f"{total:,}")


def _about_alike(groups: list[tuple[int, ...]]) -> str:
    if not groups:
        return _("No near-duplicates found.")
    count = sum(map(len, groups))
    return ngettext(
        "{articles} are nearly the same as another, in {count} group: reposts or small edits. d hides this.",
        "{articles} are nearly the same as another, in {count} groups: reposts or small edits. d hides this.",
        len(groups),
    ).format(articles=articles(count), count=f"{len(groups):,}")
