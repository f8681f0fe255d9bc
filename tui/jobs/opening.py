"""Opens a library, brings it up to date, and tells what was lost on the way. The last one wanted wins."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from textual.app import App
from textual.message import Message
from textual.worker import get_current_worker

from index.errors import YinjuError
from index.types import Monitor
from qa.i18n import _, ngettext
from tui.rendering.errors import error_text
from tui.rendering.formats import tilde
from tui.state.workspace import OpenSession, Workspace
from tui.system.garbage import keep_for_good

#: Seconds that a notice about a library stays.
_LONG = 20.0


class Opening:
    """Call it in the thread of ``app``, whose workers do the work and which gets `Opened`.

    ``tell`` gets what it does now, in words.
    """

    @dataclass
    class Opened(Message):
        """The library is open, or could not be opened."""

        result: Workspace | YinjuError

    def __init__(self, app: App[None], tell: Callable[[str], None]) -> None:
        self._app = app
        self._tell = tell

    def begin(self, open_session: OpenSession) -> None:
        """Open what ``open_session`` opens, in a thread. A library that was being opened is closed again."""
        self._tell(_("opening the articles …"))
        self._app.run_worker(partial(self._open, open_session), thread=True, exclusive=True, group="open")

    def _open(self, open_session: OpenSession) -> None:
        worker, from_thread = get_current_worker(), self._app.call_from_thread
        try:
            session = open_session()
            if worker.is_cancelled:  # another is wanted by now
                session.close()
                return
            session.upgrade(Monitor(self._bringing_up_to_date, lambda: worker.is_cancelled))
            if session.upgraded_from is not None:
                from_thread(self.upgraded, session.upgraded_from)
            if lost := session.library.lost:
                from_thread(self.changes_lost, lost)
            if lockless := session.library.without_locks():
                from_thread(self._warn, error_text(lockless, "\n"))
            workspace = Workspace.over(session)
            self._app.post_message(self.Opened(workspace))
            workspace.warm_up()
            keep_for_good()
        except YinjuError as error:
            if not worker.is_cancelled:
                self._app.post_message(self.Opened(error))

    def _bringing_up_to_date(self, done: int, total: int) -> None:
        """Say how far the upgrade of a library that an earlier version made is. Called from a thread."""
        text = _("upgrading the library: {done} of {total} passages")
        self._app.call_from_thread(self._tell, text.format(done=f"{done:,}", total=f"{total:,}"))

    def upgraded(self, kept: Path) -> None:
        text = _(
            "The library was upgraded to this version. The old one is kept as {path}; delete it "
            "once everything works."
        ).format(path=tilde(kept))
        self._app.notify(text, title=_("Library upgraded"), timeout=_LONG, markup=False)

    def changes_lost(self, count: int) -> None:
        text = ngettext(
            "The last change of the library was lost; Check the library tells more.",
            "The last {count} changes of the library were lost; Check the library tells more.",
            count,
        )
        self._warn(text.format(count=count))

    def _warn(self, text: str) -> None:
        self._app.notify(text, severity="warning", timeout=_LONG, markup=False)
