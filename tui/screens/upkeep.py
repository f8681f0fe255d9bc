"""What the page of articles does to a library: removes and brings back, brings up to date, compares."""

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
from index.types import ArticleInfo, Removed
from qa.filters import Filters
from qa.render import one_line
from tui.errors import told
from tui.i18n import N_, _, ngettext
from tui.job import Adding
from tui.page import Page
from tui.reading import file_of
from tui.text import articles
from tui.widgets.actions import ActionRow
from tui.widgets.articles import ArticleTable
from tui.widgets.label import Label
from tui.workspace import Workspace

if TYPE_CHECKING:
    from tui.app import YinjuApp

#: What was last said to the reader; asked anew when the language changes.
Notice = Callable[[], "str | Content"]


class Upkeep(Page[ArticleInfo | Filters | None]):
    """The page's table, its line of notices, and what changes ``workspace`` or looks through all of it."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding(
            "delete",
            "remove",
            N_("Remove"),
            show=False,
            id="library.remove",
            tooltip=N_("Remove from the library; files stay, and u brings them back"),
        ),
        Binding(
            "u", "undo", N_("Undo"), show=False, id="library.undo", tooltip=N_("Bring back what was removed")
        ),
        Binding(
            "r", "renew", N_("Update"), show=False, id="library.renew", tooltip=N_("Take in changed files")
        ),
        Binding("m", "mark_gone", N_("Mark what is gone"), show=False, id="library.gone"),
        Binding(
            "d",
            "compare",
            N_("Near-duplicates"),
            show=False,
            id="library.compare",
            tooltip=N_("Find articles that are nearly the same"),
        ),
    ]
    table = query_one(ArticleTable)
    filter = query_one("#filter", Input)
    notice = query_one("#library-notice", Label)

    def __init__(self, workspace: Workspace) -> None:
        super().__init__()
        self._workspace = workspace
        self._removed: tuple[Removed, ...] = ()
        self._updating = self._comparing = False
        self._gone: list[ArticleInfo] = []

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

    # Removing

    def action_remove(self) -> None:
        if self._workspace.bundled:
            self._say(
                lambda: _("The bundled articles stay as they are: add your own with o, to begin a library.")
            )
        elif chosen := self.table.listing.chosen(self.table.row):
            self._say(lambda: _("Removing …"))
            self._remove(self._workspace, [info.id for info in chosen])

    @work(thread=True, group="write")
    def _remove(self, workspace: Workspace, ids: Sequence[int]) -> None:
        try:
            removed = workspace.library.take(ids)
            after = workspace.refreshed()
        except YinjuError as error:
            self.app.call_from_thread(self._fail, error)
        else:
            self.app.call_from_thread(self._took, after, removed)

    def _took(self, workspace: Workspace, removed: tuple[Removed, ...]) -> None:
        self._removed, self._gone = removed, []
        self.table.listing.mark([article.id for article in removed], False)
        self.yinju.use(workspace)
        if len(removed) == 1:
            title = one_line(removed[0].title)
            self._say(lambda: _undoable(_("Removed: {title}").format(title=title)))
        else:
            count = len(removed)
            self._say(lambda: _undoable(_("Removed {articles}").format(articles=articles(count))))

    def action_undo(self) -> None:
        if self._removed:
            removed, self._removed = self._removed, ()
            self._say(lambda: _("Bringing back …"))
            self._restore(self._workspace, removed)

    @work(thread=True, group="write")
    def _restore(self, workspace: Workspace, removed: tuple[Removed, ...]) -> None:
        try:
            count = workspace.library.restore(removed)
            after = workspace.refreshed()
        except YinjuError as error:
            self.app.call_from_thread(self._could_not_restore, error, removed)
        else:
            self.app.call_from_thread(self._restored, after, count)

    def _could_not_restore(self, error: YinjuError, removed: tuple[Removed, ...]) -> None:
        self._removed = removed
        self._fail(error)

    def _restored(self, workspace: Workspace, count: int) -> None:
        self.yinju.use(workspace)
        self._say(lambda: _("Brought back {articles}").format(articles=articles(count)))

    # Bringing up to date

    def action_renew(self) -> None:
        if self._workspace.bundled:
            self._say(lambda: _("The bundled articles have no files of yours to look at."))
        elif self.yinju.adding.running:
            self._say(lambda: _("Articles are being added: wait until that is done."))
        else:
            self._say(lambda: _("Looking for changed files …"))
            self._renew(self._workspace, list(self.table.listing.articles))

    @work(thread=True, exclusive=True, group="renew")
    def _renew(self, workspace: Workspace, listed: Sequence[ArticleInfo]) -> None:
        files = {info.id: file for info in listed if (file := file_of(info))}
        self.app.call_from_thread(self._looked, workspace, listed, files)

    def _looked(self, workspace: Workspace, listed: Sequence[ArticleInfo], files: dict[int, Path]) -> None:
        self._gone = [info for info in listed if info.id not in files]
        if paths := list(dict.fromkeys(files.values())):
            self._updating = True
            self.yinju.adding.begin(workspace, paths)
        else:
            self._say(self._about_gone)

    def action_mark_gone(self) -> None:
        """Mark the articles whose files are gone, so that one key removes them, and show them first."""
        if not self._gone:
            return
        listing = self.table.listing
        self.filter.value = ""
        listing.marked = {info.id for info in self._gone}
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
            self._say(lambda: Content(adding.progress()))
            return
        self._updating = adding.unseen = False
        failed = isinstance(adding.outcome, YinjuError)
        self._say(lambda: self._updated(adding), failed=failed)

    def _updated(self, adding: Adding) -> Content:
        summary = Content(one_line(adding.summary()))
        return Content.assemble(summary, "\n", self._about_gone()) if self._gone else summary

    # Comparing

    def action_compare(self) -> None:
        if self.table.listing.groups:
            self._compared([])
            self._say(lambda: "")
        elif not self._comparing:
            self._comparing = True
            self._say(lambda: _("Comparing …"))
            self._compare(self._workspace)

    @work(thread=True, exclusive=True, group="compare")
    def _compare(self, workspace: Workspace) -> None:
        worker = get_current_worker()

        def progress(done: int, total: int) -> None:
            self.app.call_from_thread(self._say, lambda: _compared_so_far(done, total))

        try:
            groups = workspace.library.near_duplicates(progress, lambda: worker.is_cancelled)
        except Cancelled:
            self.app.call_from_thread(self._stopped_comparing)
        except YinjuError as error:
            self.app.call_from_thread(self._could_not_compare, error)
        else:
            self.app.call_from_thread(self._found_alike, groups)

    def _stopped_comparing(self) -> None:
        self._comparing = False
        self._say(lambda: _("Stopped comparing."))

    def _could_not_compare(self, error: YinjuError) -> None:
        self._comparing = False
        self._fail(error)

    def _found_alike(self, groups: list[tuple[int, ...]]) -> None:
        self._comparing = False
        self._compared(groups)
        self._say(lambda: _about_alike(groups))

    def _compared(self, groups: list[tuple[int, ...]]) -> None:
        """Show groups of near-duplicates together, or the list without that column for none."""
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


def _undoable(text: str) -> Content:
    return Content.assemble(text, "   ", (_("Undo (u)"), "@click=screen.undo underline"))


def _compared_so_far(done: int, total: int) -> str:
    return _("Comparing: {done} of {total} articles · Esc stops").format(done=f"{done:,}", total=f"{total:,}")


def _about_alike(groups: list[tuple[int, ...]]) -> str:
    if not groups:
        return _("No two articles are nearly the same.")
    count = sum(map(len, groups))
    return ngettext(
        "{articles} are nearly the same as another, in {count} group: reposts or small edits. d hides this.",
        "{articles} are nearly the same as another, in {count} groups: reposts or small edits. d hides this.",
        len(groups),
    ).format(articles=articles(count), count=f"{len(groups):,}")
