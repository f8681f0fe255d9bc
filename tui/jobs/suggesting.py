"""Looks for questions to ask next, a moment at a time, and leaves the keys the rest."""

from __future__ import annotations

import time
from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial

from textual.message import Message
from textual.screen import Screen
from textual.worker import get_current_worker

from index.errors import YinjuError
from index.types import Monitor
from qa import i18n
from qa.types import Answer, Suggestion
from tui.state.workspace import Workspace

#: How often they are looked for after each other, and seconds between.
_ROUNDS, _PAUSE = 8, 0.5
_GROUP = "suggest"


class Suggesting:
    """Call it in the thread of ``screen``, whose workers do the work and which gets `Found`."""

    @dataclass
    class Found(Message):
        """What to ask next, after an ``answer`` or, for None, to begin with. More may follow."""

        workspace: Workspace
        answer: Answer | None
        suggestions: tuple[Suggestion, ...]

    def __init__(self, screen: Screen[None]) -> None:
        self._screen = screen

    def begin(self, workspace: Workspace, answer: Answer | None = None, previous: Sequence[str] = ()) -> None:
        """Look for questions after an answer to one that ``previous`` ones preceded, or to begin with."""
        look = partial(self._look, workspace, answer, tuple(previous))
        self._screen.run_worker(look, thread=True, exclusive=True, group=_GROUP)

    def stop(self) -> None:
        """Look no further."""
        self._screen.workers.cancel_group(self._screen, _GROUP)

    def _look(self, workspace: Workspace, answer: Answer | None, previous: Sequence[str]) -> None:
        worker, session = get_current_worker(), workspace.session
        monitor = Monitor(cancelled=lambda: worker.is_cancelled)
        try:
            for _round in range(_ROUNDS):
                if answer is None:
                    found, complete = session.suggest_first(i18n.language(), monitor)
                else:
                    found, complete = session.suggest_next(answer, previous, monitor)
                monitor.check()
                self._screen.post_message(self.Found(workspace, answer, found))
                if complete:
                    return
                time.sleep(_PAUSE)
        except YinjuError:
            return  # stopped; or the library cannot be read, which the next question tells
