"""The dialogues that back up a library into one file, and restore it from one."""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Iterable
from datetime import date
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from textual import on
from textual.getters import query_one
from textual.widget import Widget
from textual.widgets import Input

from index.errors import UsageError
from qa.i18n import N_, _
from tui.jobs import tasks
from tui.jobs.process import Job, Step
from tui.messages import LibraryRestored
from tui.rendering.formats import articles, passages, size_of, tilde
from tui.screens.task import TaskDialogue
from tui.widgets.common.base import TranslatedOnMount
from tui.widgets.common.file import FileInput

if TYPE_CHECKING:
    from qa.session import Restored


class _FileDialogue(TranslatedOnMount, TaskDialogue):
    """Asks for the backup of ``library``."""

    AUTO_FOCUS = "#task-path"
    path = query_one("#task-path", FileInput)

    def __init__(self, library: Path, proposed: str = "") -> None:
        super().__init__()
        self._library, self._proposed = library, proposed

    def form(self) -> Iterable[Widget]:
        yield FileInput(self._proposed, id="task-path")

    def translate(self) -> None:
        self.path.placeholder = _("~/library-backup.db")

    def doing(self, step: Step) -> str:
        if not step.total:
            return _("Starting …")
        return _("Copied: {share}").format(share=f"{step.read * 100 // step.total} %")

    @on(Input.Submitted)
    def action_begin(self) -> None:
        try:
            file = tasks.typed_file(self.path.value)
        except UsageError as error:
            self.message.fail(error)
        else:
            self.perform(self.job(file))

    @abstractmethod
    def job(self, file: Path) -> Job[object]:
        """The task to run with the file."""


class BackUpScreen(_FileDialogue):
    HEADING, DOES = N_("Back up the library"), N_("Back up")
    HELP = N_(
        "The whole library is written to one file while you keep asking. “Restore a backup” "
        "puts it into a folder, here or on another computer. An existing backup of that name "
        "is replaced."
    )

    def __init__(self, library: Path) -> None:
        super().__init__(library, f"~/{library.name}-{date.today():%Y-%m-%d}.db")
        self._file = Path()

    def what(self) -> str:
        return _("Back up all of {folder} to this file:").format(folder=tilde(self._library))

    def job(self, file: Path) -> Job[object]:
        self._file = file
        return partial(tasks.back_up, self._library, file)

    async def done(self, size: int) -> None:
        self.message.show(
            lambda: _("Backed up: {path}, {size}").format(path=tilde(self._file), size=size_of(size))
        )


class RestoreScreen(_FileDialogue):
    HEADING, DOES = N_("Restore a backup"), N_("Restore")
    HELP = N_(
        "The backup is checked from end to end before it replaces the library. The replaced "
        "library is kept beside it, and the conversation continues with the restored one."
    )

    def what(self) -> str:
        return _("This backup will replace the library {folder}, which is kept beside it:").format(
            folder=tilde(self._library)
        )

    def job(self, file: Path) -> Job[object]:
        return partial(tasks.restore, file, self._library)

    async def done(self, restored: Restored) -> None:
        self.message.show(lambda: _restored(restored))
        self.post_message(LibraryRestored(self._library))


def _restored(restored: Restored) -> str:
    status = restored.status
    counts = {"articles": articles(status.articles), "passages": passages(status.passages)}
    text = _("Restored: {articles}, {passages}.").format(**counts)
    if restored.kept is None:
        return text
    return text + "\n" + _("The previous library is kept as {path}").format(path=tilde(restored.kept))
