"""The dialogue that adds files and folders."""

from __future__ import annotations

from pathlib import Path
from typing import ClassVar

from textual import on
from textual.app import ComposeResult
from textual.binding import BindingType
from textual.containers import Horizontal, Vertical, VerticalScroll
from textual.content import Content
from textual.getters import app, query_one
from textual.widgets import Button, ProgressBar

from index.errors import UsageError, YinjuError
from index.text.display import crop, one_line
from index.types import AddReport
from tui.app_base import AppBase
from tui.jobs.adding import Adding
from tui.rendering import reports
from tui.rendering.errors import told
from tui.rendering.formats import duration, tilde
from tui.rendering.i18n import N_, _
from tui.screens.base import Dialogue
from tui.state.workspace import Workspace
from tui.system import paths
from tui.widgets.common.base import bind
from tui.widgets.common.folders import FolderTree
from tui.widgets.common.label import Label
from tui.widgets.common.path import PathBox


class AddScreen(Dialogue[None]):
    """Adds to ``workspace``; while articles are being added it shows how that goes."""

    AUTO_FOCUS = "#path"
    HELP = N_(
        "Give files or folders, one a line: type them (Tab completes), paste them, or drop them on the "
        "terminal. Ctrl+F looks through the folders. Adding a folder again does only what changed in it. "
        "Hide leaves the adding to go on while you ask; Ctrl+O brings this back."
    )
    BINDINGS: ClassVar[list[BindingType]] = [
        bind("escape", "leave", "add.leave", N_("Hide or close"), N_("Leave; what is being added goes on")),
        bind("ctrl+f", "browse", "add.browse", N_("Browse"), N_("Look through the folders")),
        bind("ctrl+x", "stop", "add.stop", N_("Stop"), N_("Stop adding; what was finished stays")),
    ]
    app = app(AppBase)
    path = query_one("#path", PathBox)
    told = query_one("#add-told", Label)
    bar = query_one("#add-bar", ProgressBar)
    folders = query_one("#add-tree", FolderTree)

    def __init__(self, workspace: Workspace) -> None:
        super().__init__()
        self._workspace = workspace

    def compose(self) -> ComposeResult:
        with Vertical(id="add", classes="dialogue"):
            yield Label(self._what, id="add-what")
            yield PathBox()
            yield FolderTree(Path.home(), id="add-tree")
            yield ProgressBar(id="add-bar", show_eta=False)
            with VerticalScroll(id="add-scroll"):
                yield Label(self._before, id="add-told")
            with Horizontal(classes="buttons"):
                yield Button("", variant="primary", id="add-go", compact=True)
                for name in ("take", "browse", "stop", "leave"):
                    yield Button("", id=f"add-{name}", compact=True)

    @property
    def adding(self) -> Adding:
        return self.app.adding

    def on_mount(self) -> None:
        self.adding.changed.subscribe(self, self._show, immediate=True)
        self.translate()
        self._show(self.adding)

    def translate(self) -> None:
        self.query_one("#add").border_title = (
            _("Update from disk") if self.adding.running and self.adding.syncing else _("Add articles")
        )
        names = {
            "go": _("Add"),
            "take": _("Take this"),
            "browse": _("Browse"),
            "stop": _("Stop"),
            "leave": _("Hide") if self.adding.running else _("Close"),
        }
        for name, label in names.items():
            self.query_one(f"#add-{name}", Button).label = label

    # In words

    def _what(self) -> str:
        from index.library import Library

        # Of .htm and .html, the longer one tells both.
        known = Library.suffixes()
        names = " ".join(sorted(s for s in known if not any(o != s and o.startswith(s) for o in known)))
        return _("Files or folders, one a line: type, paste or drop them here ({suffixes})").format(
            suffixes=names
        )

    def _before(self) -> str:
        if self._workspace.bundled:
            return _("They begin a library of your own, in place of the bundled articles.")
        return _("They go into {folder}").format(folder=tilde(self._workspace.library.path))

    def _progress(self) -> Content:
        step, left = self.adding.step, self.adding.left
        if self.adding.stopping:
            return Content(_("Stopping … what was finished stays."))
        if not step.total:
            return Content(_("Looking for articles …"))
        counts = {"read": f"{step.read:,}", "total": f"{step.total:,}"}
        if left < 1:
            line = _("{read} of {total} files").format(**counts)
        else:
            line = _("{read} of {total} files · {time} left").format(**counts, time=duration(left))
        return Content("\n".join(filter(None, [line, crop(one_line(step.file), self.told.size.width)])))

    def _outcome(self) -> Content:
        outcome = self.adding.outcome
        if isinstance(outcome, AddReport):
            return Content("\n".join(reports.lines(outcome)))
        if isinstance(outcome, YinjuError):
            return _lines(outcome)
        return Content(self.adding.summary())

    # Adding

    @on(PathBox.Submitted)
    @on(Button.Pressed, "#add-go")
    def _go(self) -> None:
        if self.adding.running:
            return
        try:
            given = paths.parse(self.path.text)
        except UsageError as error:
            lines = _lines(error)
            self.told.add_class("-error")
            self.told.tell(lambda: lines)
            self.path.focus()
        else:
            self.adding.begin(self._workspace, given)
            self.query_one("#add-leave").focus()

    def _show(self, adding: Adding) -> None:
        """Show the form, how the adding goes, or what came of it."""
        was, running = self.has_class("-adding"), adding.running
        if was != running:
            self.set_class(running, "-adding")
            self.path.disabled = running
            self.translate()
        if running:
            self.remove_class("-browsing")
            total = adding.step.total or None
            self.bar.update(total=total, progress=adding.step.read)
            self._tell(self._progress)
            self.query_one("#add-stop", Button).disabled = adding.stopping
        elif adding.unseen:
            adding.unseen = False
            self._workspace = self.app.workspace or self._workspace
            self._tell(self._outcome, failed=isinstance(adding.outcome, YinjuError))
            if isinstance(adding.outcome, AddReport):
                self.path.text = ""
            (self.path if isinstance(adding.outcome, YinjuError) else self.query_one("#add-leave")).focus()

    def _tell(self, text: object, *, failed: bool = False) -> None:
        self.told.set_class(failed, "-error")
        self.told.tell(text)  # type: ignore[arg-type]

    @on(Button.Pressed, "#add-stop")
    def action_stop(self) -> None:
        self.adding.stop()

    @on(Button.Pressed, "#add-leave")
    def action_leave(self) -> None:
        if self.has_class("-browsing"):
            self.action_browse()
        else:
            self.dismiss()

    # Browsing

    @on(Button.Pressed, "#add-browse")
    def action_browse(self) -> None:
        if not self.adding.running:
            self.toggle_class("-browsing")
            (self.folders if self.has_class("-browsing") else self.path).focus()

    @on(Button.Pressed, "#add-take")
    def _take_pressed(self) -> None:
        self.folders.action_take()

    @on(FolderTree.Taken)
    def _taken(self, message: FolderTree.Taken) -> None:
        self.path.put(str(message.path))


def _lines(error: YinjuError) -> Content:
    message, hint = map(one_line, told(error))
    return Content(f"{message}\n→ {hint}" if hint else message)
