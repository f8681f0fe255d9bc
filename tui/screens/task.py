"""A dialogue that runs a task in another process, and shows its progress and its result."""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Iterable
from typing import Any, ClassVar

from textual import work
from textual.app import ComposeResult
from textual.binding import BindingType
from textual.containers import Horizontal, VerticalScroll
from textual.getters import app, query_one
from textual.widget import Widget
from textual.widgets import Button, ProgressBar
from textual.worker import get_current_worker

from index.errors import Cancelled, YinjuError
from qa.i18n import N_, _
from tui.app_base import AppBase
from tui.jobs.process import NOT_BEGUN, Job, Step, Watcher
from tui.rendering.errors import without_frames
from tui.screens.base import Dialogue
from tui.widgets.common.base import bind
from tui.widgets.common.label import Box, Label, Notice, TextButton


class TaskDialogue(Dialogue[None]):
    """Esc stops the task while it runs, and closes the dialogue afterwards."""

    BINDINGS: ClassVar[list[BindingType]] = [
        bind("escape", "leave", "task.leave", N_("Close"), N_("Stop, or close")),
    ]
    #: The title of the dialogue, and what its first button says.
    HEADING: ClassVar[str]
    DOES: ClassVar[str]
    app = app(AppBase)
    message = query_one("#task-message", Notice)
    bar = query_one("#task-bar", ProgressBar)
    go = query_one("#task-go", Button)

    def __init__(self) -> None:
        super().__init__()
        self._step = NOT_BEGUN
        self._stopping = False

    def compose(self) -> ComposeResult:
        with Box(lambda: _(self.HEADING), id="task"):
            yield Label(self.what, id="task-what")
            yield from self.form()
            yield ProgressBar(id="task-bar", show_eta=False)
            with VerticalScroll(id="task-scroll"):
                yield Notice(id="task-message")
            with Horizontal(classes="buttons"):
                yield TextButton(lambda: _(self.DOES), "begin", id="task-go")
                yield from self.more_buttons()
                yield TextButton(lambda: _("Stop"), "stop", id="task-stop")
                yield TextButton(lambda: _("Close"), "leave", id="task-leave")

    # What each task has of its own

    @abstractmethod
    def what(self) -> str:
        """A sentence about the task."""

    @abstractmethod
    def doing(self, step: Step) -> str:
        """The progress in words."""

    @abstractmethod
    async def done(self, result: Any) -> None:
        """Show the result."""

    @abstractmethod
    def action_begin(self) -> None:
        """Run the task: the first button was pressed."""

    def form(self) -> Iterable[Widget]:
        """The widgets to fill in first."""
        return ()

    def more_buttons(self) -> Iterable[Widget]:
        """Buttons beside the first one."""
        return ()

    # In common

    @property
    def working(self) -> bool:
        return self.has_class("-working")

    def perform(self, job: Job[Any]) -> None:
        """Run ``job``, unless articles are being added: only one may write."""
        if self.app.adding.running:
            self.message.show(lambda: _("Articles are being added; wait until that is done."), failed=True)
        elif not self.working:
            self._step, self._stopping = NOT_BEGUN, False
            self.add_class("-working")
            self._show_step()
            self.query_one("#task-stop").focus()
            self._perform(job)

    @work(thread=True, exclusive=True, group="task")
    def _perform(self, job: Job[Any]) -> None:
        worker = get_current_worker()  # cancelled when the dialogue or the app is closed

        def tell(step: Step) -> None:
            if not worker.is_cancelled:
                self.app.call_from_thread(self._stepped, step)

        try:
            result = job(Watcher(tell, lambda: self._stopping or worker.is_cancelled))
        except YinjuError as error:
            result = without_frames(error)
        if not worker.is_cancelled:
            self.app.call_from_thread(self.call_later, self._finished, result)

    def _stepped(self, step: Step) -> None:
        self._step = step
        if not self.leaving:
            self._show_step()

    def _show_step(self) -> None:
        step = self._step
        self.bar.update(total=step.total or None, progress=min(step.read, step.total))
        self.message.show(lambda: _("Stopping …") if self._stopping else self.doing(step))

    async def _finished(self, result: Any) -> None:
        self.remove_class("-working")
        self.call_after_refresh(self.query_one("#task-leave").focus)
        if isinstance(result, Cancelled):
            self.message.show(lambda: _("Stopped."))
        elif isinstance(result, YinjuError):
            self.message.fail(result)
        else:
            await self.done(result)

    def action_stop(self) -> None:
        self._stopping = True
        self._show_step()

    def action_leave(self) -> None:
        if self.working:
            self.action_stop()
        else:
            self.dismiss()
