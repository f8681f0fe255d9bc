"""The page of articles: found, sorted, marked; read, asked, removed, brought up to date, compared."""

from __future__ import annotations

from contextlib import suppress
from typing import ClassVar

from textual import on, work
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Horizontal, Vertical
from textual.content import Content
from textual.widgets import Input

from index.errors import UsageError, YinjuError
from index.text.display import one_line
from qa.question.filters import Filters
from tui.rendering.errors import told
from tui.rendering.formats import articles
from tui.rendering.i18n import N_, _
from tui.rendering.measures import tilde
from tui.screens.upkeep import Upkeep
from tui.state.listing import Listing
from tui.state.workspace import Workspace
from tui.widgets.common.actions import Action, ActionRow
from tui.widgets.common.keybar import KeyBar
from tui.widgets.common.label import Label
from tui.widgets.library.articles import ArticleTable


class LibraryScreen(Upkeep):
    """Closes with the article to read, with the filters to ask with, or None.

    What is done is done to the marked articles, or to the one under the cursor where none is marked.
    """

    AUTO_FOCUS = "#articles"
    HELP = N_(
        "Enter reads an article, q asks in the marked ones only (Space marks, a marks all that are listed). "
        "/ narrows the list by words and by filters like lang:en after:2024 in:Reuters. s or a click on a "
        "heading sorts, once more reverses. Delete removes articles from the library, never files; u "
        "brings them back. r takes in what changed on disk, and asks before it removes what is gone from "
        "there; d finds articles that are nearly the same."
    )
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape,f2", "close", N_("Back"), id="library.close", tooltip=N_("Back to the questions")),
        Binding("slash", "filter", N_("Filter"), id="library.filter", tooltip=N_("Narrow the list")),
        Binding("q", "ask", N_("Ask these"), show=False, id="library.ask", tooltip=N_("Ask in these only")),
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

    def __init__(self, workspace: Workspace) -> None:
        super().__init__(workspace)
        self._loaded = False
        self._wrong: UsageError | None = None

    def compose(self) -> ComposeResult:
        with Vertical(id="library"):
            with Horizontal(id="library-find"):
                yield Label(lambda: "/ ")
                yield Input(id="filter", compact=True, select_on_focus=False)
            yield ArticleTable()
        yield Label(lambda: "", id="library-notice")
        yield ActionRow(self._actions)
        yield KeyBar()

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
                self._removed, self._gone, self._asked, self._report = (), [], None, None
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
        self.table.show(listing)
        self._narrow(self.filter.value)

    @on(Input.Changed, "#filter")
    def _typed(self, event: Input.Changed) -> None:
        self._narrow(event.value)

    def _narrow(self, wanted: str) -> None:
        """A filter that is not typed to its end is said to be wrong, and does not count yet."""
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
            return _("No article fits. Esc shows all again.")
        return _("No articles yet: o adds some.")

    @on(Input.Submitted, "#filter")
    def _narrowed(self) -> None:
        self.table.focus()

    @on(ArticleTable.Changed)
    def _count(self) -> None:
        """Which library it is in the border's title; how many articles are shown and marked below."""
        box, listing = self.query_one("#library"), self.table.listing
        place = _("Bundled articles") if self._workspace.bundled else tilde(self._workspace.library.path)
        box.border_title = Content(place)
        shown, total = len(listing.shown), len(listing.articles)
        if self._wrong is not None:
            said = [one_line(part) for part in told(self._wrong)]
            box.border_subtitle = Content(" · ".join(filter(None, said)))
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
        if self._comparing or self._looking:
            self.workers.cancel_group(self, "compare")
            self.workers.cancel_group(self, "look")
        elif self.filter.has_focus or self.filter.value:
            self.filter.value = ""
            self.table.focus()
        else:
            self.dismiss(None)
