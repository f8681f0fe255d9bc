"""The dialogue that reports an update from disk, file by file."""

from __future__ import annotations

from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import BindingType
from textual.containers import Horizontal, VerticalScroll

from index.types import AddReport
from qa.i18n import N_, _
from tui.rendering import reports
from tui.screens.base import Dialogue
from tui.widgets.common.base import bind
from tui.widgets.common.label import Box, Label, TextButton


class ReportScreen(Dialogue[None]):
    AUTO_FOCUS = "#report-scroll"
    HELP = N_(
        "Files that could not be read are listed at the end, with the reason. Your files are "
        "only read, never changed."
    )
    BINDINGS: ClassVar[list[BindingType]] = [
        bind("escape,i", "dismiss", "report.close", N_("Close"), N_("Close")),
    ]

    def __init__(self, done: AddReport) -> None:
        super().__init__()
        self._report = done

    def compose(self) -> ComposeResult:
        with Box(lambda: _("Update from disk"), id="report"):
            with VerticalScroll(id="report-scroll"):
                yield Label(lambda: "\n".join(reports.lines(self._report)))
            with Horizontal(classes="buttons"):
                yield TextButton(lambda: _("Close"), "dismiss", id="report-close")
