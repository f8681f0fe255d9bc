"""The dialogue that adds files and folders."""

from __future__ import annotations

from pathlib import Path
from typing import ClassVar

from textual import on
from textual.app import ComposeResult
from textual.binding import BindingType
from textual.containers import Horizontal, VerticalScroll
from textual.content import Content
from textual.getters import app, query_one
from textual.widgets import Button, ProgressBar

from index.errors import UsageError, YinjuError
from index.text.display import crop, one_line
from index.types import AddReport
from qa.i18n import N_, _
from tui.app_base import AppBase
from tui.jobs.adding import Adding
from tui.rendering import reports
from tui.rendering.errors import error_text
from tui.rendering.formats import duration, tilde
from tui.screens.base import Dialogue
from tui.state.workspace import Workspace
from tui.system import paths
from tui.widgets.common.base import bind
from tui.widgets.common.folders import FolderTree
from tui.widgets.common.label import Box, Label, Notice, TextButton
from tui.widgets.common.path import PathBox


class AddScreen(Dialogue[None]):
    """Adds to ``workspace``, and shows the progress."""

    AUTO_FOCUS = "#path"
    HELP = N_(
        "Enter files or folders, one per line: type them (Tab completes), paste them, or "
        "drop them on the terminal. Ctrl+F browses folders. Adding a folder again reads only "
        "what has changed in it. Hide lets adding continue while you ask; Ctrl+O shows it "
        "again."
    )
    BINDINGS: ClassVar[list[BindingType]] = [
        bind("escape", "leave", "add.leave", N_("Hide or close"), N_("Close this; adding continues")),
        bind("ctrl+f", "browse", "add.browse", N_("Browse"), N_("Browse folders")),
        bind("ctrl+x", "stop", "add.stop", N_("Stop"), N_("Stop adding; what is done stays")),
    ]
    app = app(AppBase)
    path = query_one("#path", PathBox)
    message = query_one("#add-message", Notice)
    bar = query_one("#add-bar", ProgressBar)
    folders = query_one("#add-tree", FolderTree)

    def __init__(self, workspace: Workspace) -> None:
        super().__init__()
        self._workspace = workspace

    def compose(self) -> ComposeResult:
        with Box(self._title, id="add"):
            yield Label(self._what, id="add-what")
            yield PathBox()
            if self.app.takes_paths:
                yield FolderTree(Path.home(), id="add-tree")
            yield ProgressBar(id="add-bar", show_eta=False)
            with VerticalScroll(id="add-scroll"):
                yield Notice(self._before, id="add-message")
            with Horizontal(classes="buttons"):
                yield TextButton(self._go_on, "add", id="add-go", primary=True)
                yield TextButton(lambda: _("Select this"), "take", id="add-take")
                yield TextButton(lambda: _("Browse"), "browse", id="add-browse")
                yield TextButton(lambda: _("Stop"), "stop", id="add-stop")
                yield TextButton(self._leave, "leave", id="add-leave")

    @property
    def adding(self) -> Adding:
        return self.app.adding

    def on_mount(self) -> None:
        if not self.app.takes_paths:
            self.add_class("-uploads")
            self.path.disabled = True
        self.adding.changed.subscribe(self, self._show, immediate=True)
        self._show(self.adding)
        if not self.app.takes_paths:
            self.query_one("#add-leave" if self.adding.running else "#add-go").focus()

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        if action == "stop":
            return self.adding.running
        return self.app.takes_paths or action != "browse"

    # In words

    def _title(self) -> str:
        return _("Update from disk") if self.adding.running and self.adding.syncing else _("Add articles")

    def _go_on(self) -> str:
        return _("Add") if self.app.takes_paths else _("Choose files …")

    def _leave(self) -> str:
        return _("Hide") if self.adding.running else _("Close")

    def _what(self) -> str:
        from index.library import Library

        # Of .htm and .html, only the longer one is shown.
        known = Library.suffixes()
        names = " ".join(sorted(s for s in known if not any(o != s and o.startswith(s) for o in known)))
        if not self.app.takes_paths:
            return _("Choose files, or drop them on this page ({suffixes})").format(suffixes=names)
        return _("Files or folders, one per line: type, paste or drop them here ({suffixes})").format(
            suffixes=names
        )

    def _before(self) -> str:
        if self._workspace.bundled:
            return _("They will start a library of your own, in place of the bundled articles.")
        return _("They will be added to {folder}").format(folder=tilde(self._workspace.path))

    def _progress(self) -> Content:
        step, left = self.adding.step, self.adding.left
        if self.adding.stopping:
            return Content(_("Stopping … what is done stays."))
        if not step.total:
            return Content(_("Looking for articles …"))
        counts = {"read": f"{step.read:,}", "total": f"{step.total:,}"}
        if left < 1:
            line = _("{read} of {total} files").format(**counts)
        else:
            line = _("{read} of {total} files · {time} left").format(**counts, time=duration(left))
        return Content("\n".join(filter(None, [line, crop(one_line(step.file), self.message.size.width)])))

    def _outcome(self) -> Content:
        outcome = self.adding.outcome
        if isinstance(outcome, AddReport):
            return Content("\n".join(reports.lines(outcome)))
        if isinstance(outcome, YinjuError):
            return Content(error_text(outcome))
        return Content(self.adding.summary())

    # Adding

    @on(PathBox.Submitted)
    def action_add(self) -> None:
        if self.adding.running:
            return
        if not self.app.takes_paths:
            self.app.ask_for_files()
            return
        try:
            given = paths.parse(self.path.text)
        except UsageError as error:
            self.message.fail(error)
            self.path.focus()
        else:
            self.adding.begin(self._workspace, given)
            self.query_one("#add-leave").focus()

    def _show(self, adding: Adding) -> None:
        """Show the form, the progress or the outcome."""
        was, running = self.has_class("-adding"), adding.running
        if was != running:
            self.set_class(running, "-adding")
            self.refresh_bindings()  # nothing is left to stop
            self.path.disabled = running or not self.app.takes_paths
            self.query_one(Box).translate()
            self.query_one("#add-leave", TextButton).translate()
        if running:
            self.remove_class("-browsing")
            total = adding.step.total or None
            self.bar.update(total=total, progress=adding.step.read)
            self.message.show(self._progress)
            self.query_one("#add-stop", Button).disabled = adding.stopping
        elif adding.unreported:
            adding.unreported = False
            self._workspace = self.app.workspace or self._workspace
            self.message.show(self._outcome, failed=isinstance(adding.outcome, YinjuError))
            if isinstance(adding.outcome, AddReport):
                self.path.text = ""
            again = self.path if self.app.takes_paths else self.query_one("#add-go")
            (again if isinstance(adding.outcome, YinjuError) else self.query_one("#add-leave")).focus()

    def action_stop(self) -> None:
        self.adding.stop()

    def action_leave(self) -> None:
        if self.has_class("-browsing"):
            self.action_browse()
        else:
            self.dismiss()

    # Browsing

    def action_browse(self) -> None:
        if not self.adding.running:
            self.toggle_class("-browsing")
            (self.folders if self.has_class("-browsing") else self.path).focus()

    def action_take(self) -> None:
        self.folders.action_take()

    @on(FolderTree.Taken)
    def _taken(self, message: FolderTree.Taken) -> None:
        self.path.put(str(message.path))
