"""What the app says before the first question."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from functools import partial
from typing import TYPE_CHECKING

from textual import work
from textual.app import ComposeResult
from textual.containers import Vertical
from textual.content import Content
from textual.reactive import reactive
from textual.widgets import Static

from index.errors import YinjuError
from index.text.display import one_line
from index.types import ArticleInfo, ConversationInfo
from qa import i18n
from qa.i18n import _, ngettext
from qa.question.filters import NO_FILTERS
from qa.types import Suggestion
from tui.messages import ArticleWanted, ConversationChosen, OverviewWanted
from tui.rendering.errors import message_and_hint
from tui.rendering.formats import counts, facts
from tui.state.workspace import Workspace
from tui.widgets.common.base import EndsWorkers
from tui.widgets.common.label import Label, Paragraph
from tui.widgets.common.link import key_of
from tui.widgets.transcript.offers import Example, Offer, SuggestionList

if TYPE_CHECKING:
    from qa.overview.facts import Facts

#: Questions that the bundled articles answer, by language of the interface. The first is answered in that
#: language, the second also in the other one or by sources that differ.
EXAMPLES = {
    "en": (
        "What is an exploding offer?",
        "How many GPUs were Meta's recruits told they could use?",
        "How much did Meta invest in Scale AI?",
    ),
    "zh-Hans": (
        "辛顿的公司是在哪里拍卖的？",
        "谷歌花了多少钱买下 DeepMind？",
        "Scale AI 七月裁掉了百分之多少的员工？",
    ),
    "zh-Hant": (
        "蘋果放進手機裡的模型有多少參數？",
        "Google 花了多少錢買下 DeepMind？",
        "離職後競業禁止最長可以多久？",
    ),
}
#: Sources that are named.
_SOURCES = 3
#: Earlier conversations that are offered.
_RECENT = 3


class Recent(Offer):
    """A conversation to go on with."""

    def __init__(self, info: ConversationInfo) -> None:
        super().__init__()
        self.info = info

    def render(self) -> Content:
        asked = ngettext("{count} question", "{count} questions", self.info.turns)
        end = f"{asked.format(count=self.info.turns)} · {self.info.updated[:10]}"
        room = max(8, self.content_size.width - Content(end).cell_length - 4)
        title = Content("↩ " + one_line(self.info.title)).truncate(room, ellipsis=True)
        gap = " " * max(2, self.content_size.width - title.cell_length - Content(end).cell_length)
        return Content.assemble(title, gap, end)

    def action_follow(self) -> None:
        self.post_message(ConversationChosen(self.info))


class Held(Offer):
    """What is in the library, in a line: Enter tells more of it."""

    def __init__(self, held: Facts) -> None:
        super().__init__()
        self._held = held

    def render(self) -> Content:
        periods = self._held.periods
        span = "–".join(dict.fromkeys((periods[0].name, periods[-1].name))) if periods else ""
        sources = ", ".join(name for name, _count in self._held.sources[:_SOURCES])
        more = " …" if len(self._held.sources) > _SOURCES else ""
        key = key_of(self.app, "app.overview")
        line = Content(f"◔ {_('What is in here')}  {facts(span, sources)}{more}")
        room = max(8, self.content_size.width - len(key) - 2)
        line = line.truncate(room, ellipsis=True)
        return Content.assemble(
            line, " " * max(2, self.content_size.width - line.cell_length - len(key)), key
        )

    def action_follow(self) -> None:
        self.post_message(OverviewWanted(NO_FILTERS))


class Newest(Offer):
    """The article that was added last."""

    def __init__(self, info: ArticleInfo) -> None:
        super().__init__()
        self._info = info

    def render(self) -> Content:
        line = Content(f"+ {_('Added last')}  {one_line(self._info.title)}")
        return line.truncate(max(8, self.content_size.width), ellipsis=True)

    def action_follow(self) -> None:
        self.post_message(ArticleWanted(self._info))


class Welcome(EndsWorkers, Vertical):
    """Questions to try where there are only the bundled articles, and the conversations kept last."""

    workspace: reactive[Workspace | None] = reactive[Workspace | None](None)

    def compose(self) -> ComposeResult:
        yield Static("引句  Yinju", id="welcome-name", markup=False)
        yield Paragraph(self._what, id="welcome-what")
        yield Paragraph(self._state, id="welcome-state")
        yield Vertical(id="welcome-held")
        with Vertical(id="welcome-examples"):
            for number in range(len(EXAMPLES["en"])):
                yield Example(partial(_example, number))
        yield SuggestionList()
        with Vertical(id="welcome-recent"):
            yield Label(lambda: _("Continue an earlier conversation:"))
        yield Paragraph(self._keys, id="welcome-keys")

    def _what(self) -> str:
        return _(
            "Ask your articles a question, in Chinese or English. The answer is the sentence "
            "itself, word for word, with its source."
        )

    def _state(self) -> str:
        if self.workspace is None:
            return _("Opening the articles …")
        held = counts(self.workspace.status)
        if self.workspace.bundled:
            return _("{counts}\nAll about the contest for AI talent. Try one of these:").format(counts=held)
        if self.workspace.status.articles:
            return _("{counts}\nWhat do you want to know?").format(counts=held)
        return _("There are no articles here yet. Press Ctrl+O to add a file or a folder.")

    def _keys(self) -> str:
        return _("Tab moves · Enter asks · F4 shows sources · Ctrl+O adds articles · F1 help")

    def on_mount(self) -> None:
        self.query_one("#welcome-recent").display = False

    def watch_workspace(self, workspace: Workspace | None) -> None:
        self.query_one("#welcome-examples").display = workspace is None or workspace.bundled
        for paragraph in self.query(Paragraph):
            paragraph.translate()
        if workspace is not None:
            self._tell(workspace)

    @work(exclusive=True, group="held")
    async def _tell(self, workspace: Workspace) -> None:
        """Tell in two lines what is in a library of the reader's own."""
        lines: list[Offer] = []
        if workspace.status.articles and not workspace.bundled:
            try:
                held = await asyncio.to_thread(workspace.session.facts)
            except YinjuError as error:
                self.notify(message_and_hint(error)[0], severity="warning", markup=False)
                return
            lines = [Held(held), *map(Newest, held.newest[:1])]
        box = self.query_one("#welcome-held")
        async with self.batch():
            await box.query(Offer).remove()
            await box.mount_all(lines)
            box.display = bool(lines)

    async def offer(self, conversations: Sequence[ConversationInfo]) -> None:
        """Offer to continue the first of these, which come newest first; of those that look alike, one.

        An example that was asked and nothing else is offered already.
        """
        examples = {question for questions in EXAMPLES.values() for question in questions}
        looks = {one_line(info.title): info for info in reversed(conversations)}
        newest = [
            info
            for info in conversations
            if looks[one_line(info.title)] is info and (info.turns > 1 or info.title not in examples)
        ]
        recent = self.query_one("#welcome-recent")
        async with self.batch():
            await recent.query(Recent).remove()
            await recent.mount_all(map(Recent, newest[:_RECENT]))
            recent.display = bool(newest)

    async def suggest(self, suggestions: Sequence[Suggestion]) -> None:
        """Offer these questions, which the articles answer."""
        await self.query_one(SuggestionList).show(suggestions)


def _example(number: int) -> str:
    return EXAMPLES[i18n.language()][number]
