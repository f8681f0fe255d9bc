"""What the app does for a whole library: checks it, backs it up and restores it, brings it up to date."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, cast

from textual.screen import ModalScreen

from qa.settings import default_library
from tui.app_base import Appearance
from tui.rendering.i18n import _
from tui.rendering.measures import tilde
from tui.state import libraries
from tui.state.workspace import named

if TYPE_CHECKING:
    from tui.app import YinjuApp


class Care(Appearance):
    """``unopened`` is the folder of a library that could not be opened."""

    unopened: Path | None = None

    @property
    def _yinju(self) -> YinjuApp:
        return cast("YinjuApp", self)

    def action_check(self, library: Path | None = None) -> None:
        """Look over the library that is open, or the one in folder ``library``."""
        from tui.screens.check import CheckScreen

        library = library or self._cared_for
        if library is None:
            self.notify(_("The articles are not open."), severity="warning")
        elif not isinstance(self.screen, ModalScreen):
            self.push_screen(CheckScreen(library))

    def mended(self, library: Path) -> None:
        """Open a library again that was mended, if it is in use or should be."""
        if library == self._cared_for:
            self._yinju.action_reopen()

    def action_back_up(self) -> None:
        from tui.screens.backup import BackUpScreen

        if self._yinju.workspace is None:
            self.notify(_("The articles are not open."), severity="warning")
        elif self._yinju.workspace.bundled:
            self.notify(_("The bundled articles come with Yinju: there is nothing of yours to back up."))
        elif not isinstance(self.screen, ModalScreen):
            self.push_screen(BackUpScreen(self._yinju.workspace.library.path))

    def action_restore(self) -> None:
        """In place of the bundled articles, a backup becomes the user's own library."""
        from tui.screens.backup import RestoreScreen

        own = self._yinju.workspace is None or not self._yinju.workspace.bundled
        library = (self._cared_for if own else None) or self.settings.library or default_library()
        if not isinstance(self.screen, ModalScreen):
            self.push_screen(RestoreScreen(library))

    def restored(self, library: Path) -> None:
        """Go on with a library as it is now."""
        libraries.grown(self.memory)
        self._yinju.open(named(library))

    @property
    def _cared_for(self) -> Path | None:
        """The folder of the library that is open, or of the one that could not be opened."""
        return self._yinju.workspace.library.path if self._yinju.workspace is not None else self.unopened

    # A library that an earlier version made

    def bringing_up_to_date(self, done: int, total: int) -> None:
        """From a thread: a library that an earlier version made is made anew from its texts."""
        counts = {"done": f"{done:,}", "total": f"{total:,}"}
        told = _("bringing the library up to date: {done} of {total} passages").format(**counts)
        self.call_from_thread(setattr, self._yinju.chat, "busy", told)

    def upgraded(self, kept: Path) -> None:
        told = _(
            "The library is up to date with this version. As it was, it is kept as {path}: delete that "
            "when all is well."
        )
        self.notify(told.format(path=tilde(kept)), title=_("An earlier library"), timeout=20, markup=False)
