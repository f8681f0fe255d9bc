"""What the page of articles does when files changed on disk: looks, asks before it removes, takes it in."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, ClassVar, cast

from textual import work
from textual.binding import Binding, BindingType
from textual.content import Content
from textual.getters import query_one
from textual.widgets import Input
from textual.worker import get_current_worker

from index.errors import Cancelled, YinjuError
from index.text.display import one_line
from index.types import AddReport, ArticleInfo, SyncReport
from qa.question.filters import Filters
from tui.jobs.adding import Adding
from tui.rendering.errors import told
from tui.rendering.i18n import N_, _, ngettext
from tui.rendering.reports import counted, has_details, kept_back
from tui.screens.base import Page
from tui.state.workspace import Workspace
from tui.widgets.common.actions import ActionRow
from tui.widgets.common.label import Label
from tui.widgets.library.articles import ArticleTable

if TYPE_CHECKING:
    from tui.app import YinjuApp

#: What was last said to the reader; asked anew when the language changes.
Notice = Callable[[], "str | Content"]


class Updating(Page[ArticleInfo | Filters | None]):
    """The page's table, its line of notices, and the update of ``workspace`` from disk."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding(
            "r",
            "renew",
            N_("Update"),
            show=False,
            id="library.renew",
            tooltip=N_("Take in what changed on disk"),
        ),
        Binding(
            "y",
            "answer(True)",
            N_("Yes"),
            show=False,
            id="library.yes",
            tooltip=N_("Remove what is gone from disk"),
        ),
        Binding(
            "n",
            "answer(False)",
            N_("No"),
            show=False,
            id="library.no",
            tooltip=N_("Keep what is gone from disk"),
        ),
        Binding(
            "i",
            "details",
            N_("Details"),
            show=False,
            id="library.details",
            tooltip=N_("What was updated, file by file"),
        ),
        Binding(
            "ctrl+x",
            "stop",
            N_("Stop"),
            show=False,
            id="library.stop",
            tooltip=N_("Stop updating; what was finished stays"),
        ),
        Binding("m", "mark_gone", N_("Mark what is gone"), show=False, id="library.gone"),
    ]
    table = query_one(ArticleTable)
    filter = query_one("#filter", Input)
    notice = query_one("#library-notice", Label)

    def __init__(self, workspace: Workspace) -> None:
        super().__init__()
        self._workspace = workspace
        self._looking = self._updating = False
        self._gone: list[ArticleInfo] = []
        #: What an update would do, while the reader is asked about it.
        self._asked: SyncReport | None = None
        self._report: AddReport | None = None

    @property
    def yinju(self) -> YinjuApp:
        return cast("YinjuApp", self.app)

    def _say(self, text: Notice, *, failed: bool = False) -> None:
        """What came of the last action stands there until the next."""
        self.notice.set_class(failed, "-error")
        self.notice.tell(text)
        self.notice.display = bool(str(text()))
        self.query_one(ActionRow).refresh()

    def _fail(self, error: YinjuError) -> None:
        lines = [one_line(part) for part in told(error)]
        self._say(lambda: Content(" → ".join(filter(None, lines))), failed=True)

    # Bringing up to date

    def action_renew(self) -> None:
        """Look what changed on disk; what would be removed is shown and asked about first."""
        if self._workspace.bundled:
            self._say(lambda: _("The bundled articles have no files of yours to look at."))
        elif self.yinju.adding.running:
            self._say(lambda: _("Articles are being added: wait until that is done."))
        elif not self._looking:
            self._looking, self._asked, self._report, self._gone = True, None, None, []
            self._say(lambda: _("Looking for changed files … Esc stops"))
            self._look(self._workspace)

    @work(thread=True, exclusive=True, group="look")
    def _look(self, workspace: Workspace) -> None:
        worker = get_current_worker()
        try:
            report = workspace.would_sync(lambda _step: None, lambda: worker.is_cancelled)
        except Cancelled:
            self.app.call_from_thread(self._stopped_looking)
        except YinjuError as error:
            self.app.call_from_thread(self._could_not_look, error)
        else:
            if not worker.is_cancelled:
                self.app.call_from_thread(self._looked, workspace, report)

    def _stopped_looking(self) -> None:
        self._looking = False
        self._say(lambda: _("Stopped. Nothing was changed."))

    def _could_not_look(self, error: YinjuError) -> None:
        self._looking = False
        self._fail(error)

    def _looked(self, workspace: Workspace, report: SyncReport) -> None:
        self._looking = False
        if workspace.library is not self._workspace.library:  # another was opened meanwhile
            return
        self._gone = self._at(report.missing)
        if report.removed:
            self._asked = report
            self._show_first(self._at(report.removed))
            self._say(self._question)
        elif report.added or report.updated or report.moved:
            self._update(lambda: self.yinju.adding.sync(workspace))
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
        """Go on as asked: with all of it, or with what is new and changed alone."""
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
            self._update(lambda: self.yinju.adding.sync(workspace))
        elif paths:
            self._update(lambda: self.yinju.adding.begin(workspace, paths))
        else:
            self._say(lambda: _("Nothing was removed."))

    def _update(self, begin: Callable[[], None]) -> None:
        if self.yinju.adding.running:
            self._say(lambda: _("Articles are being added: wait until that is done."))
        else:
            self._updating = True
            begin()

    def action_stop(self) -> None:
        if self._updating:
            self.yinju.adding.stop()

    def action_mark_gone(self) -> None:
        """Mark the articles whose files are gone, so that one key removes them, and show them first."""
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
        mark = (_("Mark to remove (m)"), "@click=screen.mark_gone underline")
        return Content.assemble(text.format(count=f"{count:,}"), "   ", mark)

    def _adding_changed(self, adding: Adding) -> None:
        if not self._updating:
            return
        if adding.running:
            self._say(lambda: _stoppable(adding))
            return
        self._updating = adding.unseen = False
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
        """The counts, folders that are not there, files that are gone."""
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
