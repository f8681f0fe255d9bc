"""The dialogue that checks a library and repairs it."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from textual.containers import VerticalScroll
from textual.widget import Widget

from qa.i18n import N_, _, ngettext
from tui.jobs import tasks
from tui.jobs.process import Step
from tui.messages import LibraryMended
from tui.rendering.formats import tilde
from tui.screens.task import TaskDialogue
from tui.widgets.common.finding import FindingRow

if TYPE_CHECKING:
    from index.maintenance.findings import Finding


class CheckScreen(TaskDialogue):
    """Checks at once, and repairs on demand. ``library`` may be too damaged to open."""

    HEADING, DOES = N_("Check the library"), N_("Repair")
    HELP = N_(
        "Every page of the library's database is checked against its checksum, the passages "
        "against their texts, and the search indexes against both. Repair rebuilds what can "
        "be rebuilt and saves what can be read of a damaged database; the damaged file is "
        "kept. On a server the passages and counts are compared with the articles, and what "
        "interrupted writers left is finished or undone."
    )

    def __init__(self, library: Path) -> None:
        super().__init__()
        self._library = library
        self._found: Sequence[Finding] = ()
        self._fixing = False

    def form(self) -> Iterable[Widget]:
        yield VerticalScroll(id="findings")

    def on_mount(self) -> None:
        self._examine(False)

    def what(self) -> str:
        return tilde(self._library)

    def doing(self, step: Step) -> str:
        text = _("Repairing …") if self._fixing else _("Checking …")
        if not step.total:
            return text
        counts = {"done": f"{step.read:,}", "total": f"{step.total:,}"}
        return text + " " + _("{done} of {total} passages").format(**counts)

    def action_begin(self) -> None:
        self._examine(True)

    def _examine(self, fix: bool) -> None:
        self._fixing = fix
        self.perform(partial(tasks.examine, self._library, fix))

    async def done(self, result: Sequence[Finding]) -> None:
        self._found = result
        rows = self.query_one("#findings")
        await rows.remove_children()
        await rows.mount_all(map(FindingRow, result))
        mendable = any(finding.mendable for finding in result)
        self.set_class(mendable, "-mendable")
        if mendable:
            self.call_after_refresh(self.go.focus)
        self.message.show(self._summary, failed=any(finding.state == "wrong" for finding in result))
        if self._fixing:
            self.post_message(LibraryMended(self._library))

    def _summary(self) -> str:
        states = [finding.state for finding in self._found]
        wrong = states.count("wrong")
        if wrong:
            return ngettext("{count} problem found.", "{count} problems found.", wrong).format(count=wrong)
        if "mended" in states:
            return _("Repaired.")
        return _("No problems found.")
