"""What the page of articles does to a library: removes and brings back, compares."""

from __future__ import annotations

from collections.abc import Sequence
from typing import ClassVar

from textual import work
from textual.binding import Binding, BindingType
from textual.content import Content
from textual.worker import get_current_worker

from index.errors import Cancelled, YinjuError
from index.text.display import one_line
from index.types import Monitor, Removed
from tui.rendering.formats import articles
from tui.rendering.i18n import N_, _, ngettext
from tui.screens.library_update import Updating
from tui.state.workspace import Workspace


class Upkeep(Updating):
    """What changes ``workspace`` or looks through all of it, at the reader's word."""

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
            "d",
            "compare",
            N_("Near-duplicates"),
            show=False,
            id="library.compare",
            tooltip=N_("Find articles that are nearly the same"),
        ),
    ]

    def __init__(self, workspace: Workspace) -> None:
        super().__init__(workspace)
        self._removed: tuple[Removed, ...] = ()
        self._comparing = False

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
            removed = workspace.library.remove_undoable(ids)
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
            count = workspace.library.undo_remove(removed)
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
            groups = workspace.library.near_duplicates(Monitor(progress, lambda: worker.is_cancelled))
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
