"""The dialogue that checks the citations of kept conversations and the pinned quotes again."""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import Iterable, Sequence
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from textual import on
from textual.containers import VerticalScroll
from textual.widget import Widget

from index.types import ArticleInfo
from qa.i18n import N_, _, ngettext
from tui.jobs import tasks
from tui.jobs.process import Step
from tui.messages import ArticleWanted
from tui.screens.task import TaskDialogue
from tui.state.workspace import Workspace
from tui.widgets.common.label import Label
from tui.widgets.common.verdict import VerdictRow

if TYPE_CHECKING:
    from qa.verify import Claim, Verdict

#: Citations that are listed.
_MOST = 200


class VerifyScreen(TaskDialogue):
    """Checks at once. ``history`` is the file that keeps them; articles of ``workspace`` can be read."""

    HEADING, DOES = N_("Check the citations"), N_("Check again")
    HELP = N_(
        "Every quote of the kept conversations and every pinned one is looked for in its article as it is "
        "now, in the library that it was taken from. A moved quote stands elsewhere in its article; a "
        "changed one stands nowhere in it. Enter on a line opens the article if its library is open."
    )

    def __init__(self, history: Path, workspace: Workspace | None) -> None:
        super().__init__()
        self._history, self._workspace = history, workspace
        self._verdicts: Sequence[Verdict] = ()

    def form(self) -> Iterable[Widget]:
        yield VerticalScroll(id="findings")

    def on_mount(self) -> None:
        self.action_begin()

    def what(self) -> str:
        return _("Do the quotes that were kept still stand in their articles?")

    def doing(self, step: Step) -> str:
        return _("Checking …")

    def action_begin(self) -> None:
        self.perform(partial(tasks.verify, self._history))

    async def done(self, result: Sequence[Verdict]) -> None:
        self._verdicts = result
        wrong = [verdict for verdict in result if verdict.state != "right"]
        articles = await asyncio.to_thread(self._articles) if wrong else {}
        rows: list[Widget] = [
            VerdictRow(verdict, articles.get(_known(verdict.claim))) for verdict in wrong[:_MOST]
        ]
        if more := len(wrong) - len(rows):
            rows.append(
                Label(lambda: ngettext("{count} more", "{count} more", more).format(count=f"{more:,}"))
            )
        found = self.query_one("#findings")
        await found.remove_children()
        await found.mount_all(rows)
        if rows:
            self.call_after_refresh(rows[0].focus)
        self.message.show(self._summary, failed=bool(wrong))

    def _articles(self) -> dict[tuple[str, str], ArticleInfo]:
        """The articles of the library that is open, by path and title."""
        if self._workspace is None:
            return {}
        return {(info.path, info.title): info for info in self._workspace.session.articles()}

    def _summary(self) -> str:
        from qa.verify import STATES

        if not self._verdicts:
            return _("No citations are kept yet.")
        counts = Counter(verdict.state for verdict in self._verdicts)
        checked = ngettext("{count} citation", "{count} citations", len(self._verdicts))
        states = _(", ").join(
            f"{counts[state]:,} {_(name)}" for state, name in STATES.items() if counts[state]
        )
        return _("{checked}: {states}").format(
            checked=checked.format(count=f"{len(self._verdicts):,}"), states=states
        )

    @on(VerdictRow.Opened)
    def _opened(self, message: VerdictRow.Opened) -> None:
        """Read the article, at the quote where it stands in it."""
        verdict, info = message.row.verdict, message.row.article
        if info is None:
            self.notify(_("Its library is not open."), severity="warning")
            return
        found = verdict.found
        self.dismiss()
        self.app.post_message(
            ArticleWanted(info, start=found.start, text=verdict.claim.quote) if found else ArticleWanted(info)
        )


def _known(claim: Claim) -> tuple[str, str]:
    return claim.path, claim.title
