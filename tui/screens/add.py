"""The dialogue that adds a file or a folder."""

from __future__ import annotations

import os
import time
from pathlib import Path
from typing import ClassVar

from textual import on, work
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Horizontal, Vertical
from textual.getters import query_one
from textual.message import Message
from textual.screen import ModalScreen
from textual.widgets import Button, Input, ProgressBar, Static
from textual.worker import Worker, get_current_worker

from index.errors import Phrase, UsageError, YinjuError
from index.types import AddReport
from qa.render import one_line
from tui.text import plural
from tui.widgets.path import PathInput
from tui.workspace import Workspace

#: Skipped files that are named in the report.
_NAMED = 5


class AddScreen(ModalScreen[Workspace]):
    """Closes with the workspace to go on with: another one once the user has articles of their own."""

    AUTO_FOCUS = "#path"
    HELP = "Give a file or a folder; Tab completes. Adding a folder again does only what changed in it."
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape", "stop", "Stop or close", id="add.stop", tooltip="What was finished stays"),
    ]
    path = query_one("#path", PathInput)
    told = query_one("#add-told", Static)
    bar = query_one("#add-bar", ProgressBar)
    add_button = query_one("#add-go", Button)
    stop_button = query_one("#add-stop", Button)

    class Progressed(Message):
        """``done`` of ``total`` articles are in, after ``seconds``."""

        def __init__(self, done: int, total: int, seconds: float) -> None:
            super().__init__()
            self.done, self.total, self.seconds = done, total, seconds

    class Finished(Message):
        """Adding ended: with a report, with None when it was stopped, or with an error."""

        def __init__(self, workspace: Workspace, outcome: AddReport | YinjuError | None) -> None:
            super().__init__()
            self.workspace, self.outcome = workspace, outcome

    def __init__(self, workspace: Workspace) -> None:
        super().__init__()
        self._workspace = workspace
        self._worker: Worker[None] | None = None
        self._done = 0

    def compose(self) -> ComposeResult:
        with Vertical(id="add"):
            yield Static("A file (.txt .md .html) or a folder of them", id="add-what", markup=False)
            yield PathInput()
            yield ProgressBar(id="add-bar", show_percentage=False, show_eta=False)
            yield Static(self._before(), id="add-told", markup=False)
            with Horizontal(id="add-buttons"):
                yield Button("Add", variant="primary", id="add-go", compact=True)
                yield Button("Close", id="add-stop", compact=True)

    def on_mount(self) -> None:
        self.query_one("#add").border_title = "Add articles"

    def _before(self) -> str:
        if self._workspace.bundled:
            return "Starts a library of your own, in place of the bundled articles."
        return f"They go into {one_line(str(self._workspace.library.path))}"

    @on(Input.Submitted, "#path")
    @on(Button.Pressed, "#add-go")
    def _go(self) -> None:
        if self._worker is not None:
            return
        typed = self.path.value.strip()
        path = Path(os.path.expanduser(typed))
        if not typed or not path.exists():
            self._tell(UsageError("{path}: no such file or folder", path=typed or Phrase("nothing")))
            return
        self.path.disabled = self.add_button.disabled = True
        self.stop_button.label = "Stop"
        self.stop_button.focus()
        self.bar.update(total=None, progress=0)
        self.add_class("-adding")
        self.told.update("Looking for articles …")
        self._worker = self._add(path)

    @work(thread=True, exclusive=True, group="add")
    def _add(self, path: Path) -> None:
        worker, begun = get_current_worker(), time.monotonic()

        def progress(done: int, total: int) -> None:
            self.post_message(self.Progressed(done, total, time.monotonic() - begun))

        try:
            workspace, report = self._workspace.add(path, progress, lambda: worker.is_cancelled)
        except YinjuError as error:
            self.post_message(self.Finished(self._workspace, error))
        else:
            self.post_message(self.Finished(workspace, report))

    @on(Progressed)
    def _progressed(self, message: Progressed) -> None:
        self._done = message.done
        self.bar.update(total=message.total, progress=message.done)
        left = message.seconds / message.done * (message.total - message.done) if message.done else 0.0
        time_left = f" · {_duration(left)} left" if left >= 1 else ""
        self.told.update(f"{message.done:,} of {plural(message.total, 'article')}{time_left}")

    @on(Finished)
    def _finished(self, message: Finished) -> None:
        self._workspace, self._worker = message.workspace, None
        self.remove_class("-adding")
        self.path.disabled = self.add_button.disabled = False
        self.stop_button.label = "Close"
        self._tell(message.outcome)

    def _tell(self, outcome: AddReport | YinjuError | None) -> None:
        self.told.set_class(isinstance(outcome, YinjuError), "-error")
        if isinstance(outcome, YinjuError):
            self.told.update("\n→ ".join(filter(None, [one_line(outcome.message), one_line(outcome.hint)])))
            self.path.focus()
        elif outcome is None:
            self.told.update(f"Stopped. What was finished stays: {plural(self._done, 'article')}.")
        else:
            self.told.update(_report(outcome))
            self.stop_button.focus()

    def action_stop(self) -> None:
        if self._worker is not None:
            self.told.update("Stopping …")
            self._worker.cancel()
        else:
            self.dismiss(self._workspace)

    @on(Button.Pressed, "#add-stop")
    def _stop_pressed(self) -> None:
        self.action_stop()


def _report(report: AddReport) -> str:
    lists = {"added": report.added, "updated": report.updated, "unchanged": report.unchanged}
    parts = [f"{len(paths):,} {what}" for what, paths in lists.items() if paths]
    lines = [
        ", ".join(parts) or "No articles there.",
        f"{plural(report.passages, 'passage')} in {report.seconds:.1f} s",
    ]
    if report.skipped:
        lines.append(f"{plural(len(report.skipped), 'file')} skipped:")
        lines += [
            f"  {one_line(Path(path).name)}: {one_line(reason)}" for path, reason in report.skipped[:_NAMED]
        ]
        if len(report.skipped) > _NAMED:
            lines.append(f"  and {len(report.skipped) - _NAMED:,} more")
    return "\n".join(lines)


def _duration(seconds: float) -> str:
    minutes, rest = divmod(round(seconds), 60)
    return f"{minutes} min {rest} s" if minutes else f"{rest} s"
