"""The page of articles: found, sorted, marked; read, asked, removed, brought up to date, compared."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING, ClassVar, cast

from textual import on, work
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Horizontal, Vertical
from textual.content import Content
from textual.getters import query_one
from textual.widgets import Input
from textual.worker import get_current_worker

from index.errors import Cancelled, UsageError, YinjuError
from index.types import ArticleInfo, Removed
from qa.filters import Filters
from qa.render import one_line
from tui.errors import told
from tui.i18n import N_, _, ngettext
from tui.job import Adding
from tui.listing import Listing
from tui.measures import tilde
from tui.page import Page
from tui.text import articles
from tui.widgets.actions import Action, ActionRow
from tui.widgets.articles import ArticleTable
from tui.widgets.keybar import KeyBar
from tui.widgets.label import Label
from tui.workspace import Workspace

if TYPE_CHECKING:
    from tui.app import YinjuApp

#: What was last said to the reader; asked anew when the language changes.
Notice = Callable[[], "str | Content"]


class LibraryScreen(Page["ArticleInfo | Filters | None"]):
    """Closes with the article to read, with the filters to ask with, or None.

    What is done is done to the marked articles, or to the one under the cursor where none is marked.
    """

    AUTO_FOCUS = "#articles"
    HELP = N_(
        "Enter reads an article, q asks in the marked ones only (Space marks, a marks all that are listed). "
        "/ narrows the list by words and by filters like lang:en after:2024 in:Reuters. s or a click on a "
        "heading sorts, once more turns round. Delete removes articles from the library, never files; u "
        "brings them back. r takes in what changed on disk and says which files are gone; d finds articles that are nearly the same."
    )
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape,f2", "close", N_("Back"), id="library.close", tooltip=N_("Back to the questions")),
        Binding("slash", "filter", N_("Filter"), id="library.filter", tooltip=N_("Narrow the list")),
        Binding("q", "ask", N_("Ask these"), show=False, id="library.ask", tooltip=N_("Ask in these only")),
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
        Binding("o", "app.add", N_("Add"), show=False, id="library.add", tooltip=N_("Add files or folders")),
        Binding(
            "l",
            "app.libraries",
            N_("Libraries"),
            show=False,
            id="library.others",
            tooltip=N_("Go to another library, or make one"),
        ),
    ]
    table = query_one(ArticleTable)
    filter = query_one("#filter", Input)
    notice = query_one("#library-notice", Label)

    def __init__(self, workspace: Workspace) -> None:
        super().__init__()
        self._workspace = workspace
        self._loaded = False
        self._removed: tuple[Removed, ...] = ()
        self._updating = self._comparing = False
        self._gone: list[ArticleInfo] = []

    def compose(self) -> ComposeResult:
        with Vertical(id="library"):
            with Horizontal(id="library-find"):
                yield Label(lambda: "/ ")
                yield Input(id="filter", compact=True, select_on_focus=False)
            yield ArticleTable()
        yield Label(lambda: "", id="library-notice")
        yield ActionRow(self._actions)
        yield KeyBar()

    @property
    def yinju(self) -> YinjuApp:
        return cast("YinjuApp", self.app)

    def on_mount(self) -> None:
        self.translate()
        self.yinju.adding.changed.subscribe(self, self._adding_changed, immediate=True)
        self.watch(self.app, "workspace", self._follow)

    def translate(self) -> None:
        self.filter.placeholder = _("words, lang:en, after:2024, in:Reuters")
        self._count()
        self.query_one(ActionRow).refresh()

    # The list

    def _follow(self, workspace: Workspace | None) -> None:
        """Show what the library holds now, or another library."""
        if workspace is not None:
            if workspace.library is not self._workspace.library:
                self._removed, self._gone = (), []
                self._say(lambda: "")
                self.table.listing = Listing()
            self._workspace = workspace
            self._load(self.table.listing)

    @work(thread=True, exclusive=True, group="list")
    def _load(self, before: Listing) -> None:
        try:
            listing = before.over(self._workspace.library.articles())
        except YinjuError as error:
            self.app.call_from_thread(self._fail, error)
        else:
            self.app.call_from_thread(self._show, listing)
            listing.prepare()

    def _show(self, listing: Listing) -> None:
        self._loaded = True
        self.table.listing.articles = listing.articles
        self.table.show(listing)
        self._narrow(self.filter.value)

    @on(Input.Changed, "#filter")
    def _typed(self, event: Input.Changed) -> None:
        self._narrow(event.value)

    def _narrow(self, wanted: str) -> None:
        """A filter that is not typed to its end is said to be wrong, and does not count yet."""
        wrong = None
        try:
            self.table.listing.narrow(wanted)
        except UsageError as error:
            wrong = error
            with suppress(UsageError):
                self.table.listing.narrow(wanted.rpartition(" ")[0])
        self.table.show(self.table.listing, self._empty())
        self._count(wrong)

    def _empty(self) -> str:
        if not self._loaded:
            return ""
        if self.filter.value.strip():
            return _("No article fits. Esc shows all again.")
        return _("No articles yet: o adds some.")

    @on(Input.Submitted, "#filter")
    def _narrowed(self) -> None:
        self.table.focus()

    @on(ArticleTable.Changed)
    def _count(self, wrong: UsageError | ArticleTable.Changed | None = None) -> None:
        """Which library it is in the border's title; how many articles are shown and marked below."""
        box, listing = self.query_one("#library"), self.table.listing
        place = _("Bundled articles") if self._workspace.bundled else tilde(self._workspace.library.path)
        box.border_title = Content(place)
        shown, total = len(listing.shown), len(listing.articles)
        if isinstance(wrong, UsageError):
            said = [one_line(part) for part in told(wrong)]
            box.border_subtitle = Content(" · ".join(filter(None, said)))
        else:
            parts = [articles(total)]
            if shown != total:
                part = _("{count} of {articles}")
                parts = [part.format(count=f"{shown:,}", articles=articles(total))]
            if listing.marked:
                parts.append(_("{count} marked").format(count=f"{len(listing.marked):,}"))
            box.border_subtitle = Content(" · ".join(parts))
        box.set_class(isinstance(wrong, UsageError), "-error")
        self.query_one(ActionRow).refresh()

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
            Action("o", _("Add"), "add"),
            Action("l", _("Libraries"), "libraries"),
        ]

    def _say(self, text: Notice, *, failed: bool = False) -> None:
        """What came of the last action stands there until the next."""
        self.notice.set_class(failed, "-error")
        self.notice.tell(text)
        self.notice.display = bool(str(text()))
        self.query_one(ActionRow).refresh()

    def _fail(self, error: YinjuError) -> None:
        self._loaded = True
        lines = [one_line(part) for part in told(error)]
        self._say(lambda: Content(" → ".join(filter(None, lines))), failed=True)

    def action_add(self) -> None:
        self.yinju.action_add()

    def action_libraries(self) -> None:
        self.yinju.action_libraries()

    def action_filter(self) -> None:
        self.filter.focus()

    def action_read(self) -> None:
        self.table.action_read()

    @on(ArticleTable.Read)
    def _read(self, message: ArticleTable.Read) -> None:
        self.dismiss(message.info)

    def action_ask(self) -> None:
        if chosen := self.table.listing.chosen(self.table.row):
            self.dismiss(Filters(articles=tuple(info.id for info in chosen)))

    def action_close(self) -> None:
        if self._comparing:
            self.workers.cancel_group(self, "compare")
        elif self.filter.has_focus or self.filter.value:
            self.filter.value = ""
            self.table.focus()
        else:
            self.dismiss(None)

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
        there = {info.id: Path(info.path).is_file() for info in listed}
        self.app.call_from_thread(self._looked, workspace, listed, there)

    def _looked(self, workspace: Workspace, listed: Sequence[ArticleInfo], there: dict[int, bool]) -> None:
        self._gone = [info for info in listed if not there[info.id]]
        if paths := [Path(info.path) for info in listed if there[info.id]]:
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
        self._count()

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
        self._count()


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
