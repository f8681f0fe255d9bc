"""The command palette: themes are seen while one goes through them."""

from __future__ import annotations

from functools import partial

from textual import on
from textual.command import Command, CommandList, CommandPalette
from textual.widgets import OptionList
from textual.widgets.option_list import Option

from tui.rendering.i18n import _
from tui.screens.commands import THEME


class Palette(CommandPalette):
    """Textual's, in the language of the interface."""

    def __init__(self) -> None:
        super().__init__(placeholder=_("Find a command …"), id="--command-palette")
        self._before = ""

    def on_mount(self) -> None:
        self._before = self.app.theme

    def on_unmount(self) -> None:
        if self._selected_command is None:
            self.app.theme = self._before

    @on(OptionList.OptionHighlighted)
    def _preview(self, event: OptionList.OptionHighlighted) -> None:
        """Show the theme under the cursor; beside the themes the one that was there before."""
        theme = self._before
        if isinstance(event.option, Command) and isinstance(command := event.option.hit.command, partial):
            kind, _dot, name = str(command.args[0]).partition(":")
            theme = name if kind == THEME else theme
        if theme != self.app.theme:
            self.app.theme = theme

    def _start_no_matches_countdown(self, search_value: str) -> None:
        """Say at once that nothing was found, where Textual waits and says it in English."""
        found = self.query_one(CommandList)
        if search_value:
            found.add_option(Option(_("No command has this name."), id=self._NO_MATCHES, disabled=True))
        self._list_visible = bool(search_value)
