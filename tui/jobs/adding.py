"""Adds articles, or what changed on disk, one run at a time. Pages show how far the run is."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path

from textual.app import App
from textual.message import Message
from textual.signal import Signal
from textual.worker import get_current_worker

from index.errors import Cancelled, YinjuError
from index.types import AddReport
from qa.i18n import _
from qa.settings import default_library
from tui.jobs import tasks
from tui.jobs.process import NOT_BEGUN, Step, Watcher
from tui.rendering.errors import error_text
from tui.rendering.formats import articles, duration
from tui.rendering.reports import counted
from tui.state.workspace import Workspace

#: Does the work and returns the workspace to go on with; the report is None when it was cancelled.
Run = Callable[[Watcher], tuple[Workspace, AddReport | None]]


class Adding:
    """Call it in the thread of ``app``, whose workers do the work.

    The app gets `Ended` when a run ends, and then calls `finish`. ``changed`` is published at each step and
    by `finish`.
    """

    @dataclass
    class Ended(Message):
        """A run over ``before`` ended, stopped if ``outcome`` is None. The app goes on with ``after``."""

        before: Workspace
        after: Workspace
        outcome: AddReport | YinjuError | None

    def __init__(self, app: App[None]) -> None:
        self._app = app
        self.changed: Signal[Adding] = Signal(app, "adding")
        self.running = self.stopping = False
        #: Whether the run takes in what changed on disk, instead of adding.
        self.syncing = False
        self.step = NOT_BEGUN
        #: What came of the last run, None where it was stopped; and whether no page has shown it yet.
        self.outcome: AddReport | YinjuError | None = None
        self.unreported = False
        self._begun = 0.0

    def begin(self, workspace: Workspace, paths: Sequence[Path], *, uploaded: bool = False) -> None:
        """Add files and folders to this library. Files that were ``uploaded`` are moved into its folder."""
        self.syncing = False
        self._begin(workspace, partial(_add, workspace, paths, uploaded))

    def sync(self, workspace: Workspace) -> None:
        """Take in what changed on disk."""
        self.syncing = True
        self._begin(workspace, partial(_sync, workspace))

    def _begin(self, workspace: Workspace, run: Run) -> None:
        self.running, self.stopping, self.unreported = True, False, False
        self.step, self._begun = NOT_BEGUN, 0.0
        self._app.run_worker(lambda: self._work(workspace, run), thread=True, group="add", exclusive=True)
        self.changed.publish(self)

    def stop(self) -> None:
        """What was finished stays."""
        self.stopping = self.running
        self.changed.publish(self)

    def _work(self, workspace: Workspace, run: Run) -> None:
        worker = get_current_worker()  # cancelled when the app ends

        def tell(step: Step) -> None:
            if not worker.is_cancelled:
                self._app.call_from_thread(self._stepped, step)

        outcome: AddReport | YinjuError | None
        after = workspace
        try:
            after, outcome = run(Watcher(tell, lambda: self.stopping or worker.is_cancelled))
        except YinjuError as error:
            outcome = error
        if not worker.is_cancelled:
            self._app.post_message(self.Ended(workspace, after, outcome))

    def _stepped(self, step: Step) -> None:
        self._begun = self._begun or time.monotonic()
        self.step = step
        self.changed.publish(self)

    def finish(self, outcome: AddReport | YinjuError | None) -> None:
        """End the run, and publish what came of it."""
        self.running = self.stopping = False
        self.outcome, self.unreported = outcome, True
        self.changed.publish(self)

    # In words

    @property
    def left(self) -> float:
        """Seconds until the run ends; 0 while they are not known."""
        read, total = self.step.read, self.step.total
        return (time.monotonic() - self._begun) / read * (total - read) if read else 0.0

    def progress(self) -> str:
        if self.stopping:
            return _("stopping …")
        if not self.step.total:
            return _("looking for changed files …") if self.syncing else _("looking for articles …")
        counts = {"read": f"{self.step.read:,}", "total": f"{self.step.total:,}"}
        if self.syncing:
            return _("updating: {read} of {total} files").format(**counts)
        if self.left < 1:
            return _("adding: {read} of {total} files").format(**counts)
        return _("adding: {read} of {total} files, {time} left").format(**counts, time=duration(self.left))

    def summary(self) -> str:
        """The outcome in a line."""
        if isinstance(self.outcome, YinjuError):
            return error_text(self.outcome, "\n")
        if self.outcome is None:
            return _("Stopped. Done so far: {articles}.").format(articles=articles(self.step.stored))
        return counted(self.outcome)


# In a thread


def _add(
    workspace: Workspace, paths: Sequence[Path], uploaded: bool, watcher: Watcher
) -> tuple[Workspace, AddReport | None]:
    """Adds to the library. Where the bundled articles are open, it adds to the user's own library.

    Returns ``workspace`` itself while the user's own library holds nothing.
    """
    from qa.session import Session
    from tui.jobs.uploads import keep

    def add(library: Path) -> AddReport:
        return tasks.add(library, keep(library, paths) if uploaded else paths, watcher)

    if not workspace.bundled:
        return _finished(workspace, partial(add, workspace.path))
    own = Session.open(replace(workspace.session.settings, library=default_library()), create=True)
    try:
        after, report = _finished(Workspace.over(own), partial(add, own.path))
    except YinjuError:
        own.close()
        raise
    if after.status.articles:
        return after, report
    own.close()
    return workspace, report


def _sync(workspace: Workspace, watcher: Watcher) -> tuple[Workspace, AddReport | None]:
    return _finished(workspace, partial(tasks.sync, workspace.path, False, watcher))


def _finished(workspace: Workspace, work: Callable[[], AddReport]) -> tuple[Workspace, AddReport | None]:
    """The workspace after the work, and the report, which is None if the work was stopped."""
    try:
        report = work()
    except Cancelled:
        report = None
    return workspace.refreshed(), report
