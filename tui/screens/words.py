"""The dialogue that teaches a library words, and forgets them."""

from __future__ import annotations

import asyncio
import re
from collections.abc import Iterable, Sequence
from functools import partial
from typing import ClassVar

from textual import on, work
from textual.binding import BindingType
from textual.getters import query_one
from textual.widget import Widget
from textual.widgets import Input, OptionList
from textual.widgets.option_list import Option

from index.errors import UsageError, YinjuError
from index.text.display import one_line
from index.types import TaughtWord
from qa.i18n import N_, _
from tui.jobs import tasks
from tui.jobs.process import Step
from tui.messages import WordsChanged
from tui.screens.task import TaskDialogue
from tui.state.workspace import Workspace
from tui.widgets.common.base import TranslatedOnMount, bind
from tui.widgets.common.label import TextButton

#: What stands between a word and the names that mean the same.
_BETWEEN = re.compile("[=＝,，、;；]")


class WordList(OptionList):
    """The taught words."""

    PART = N_("Words")
    BINDINGS: ClassVar[list[BindingType]] = [
        bind("delete,backspace", "screen.forget", "words.forget", N_("Forget"), N_("Forget this word")),
    ]


class WordsScreen(TranslatedOnMount, TaskDialogue):
    """Enter teaches what is typed. What is forgotten is typed again: Enter undoes it."""

    AUTO_FOCUS = "#task-path"
    HEADING, DOES = N_("Words"), N_("Teach")
    HELP = N_(
        "Teach the library a word or name that it does not know: 大模型, or 谷歌 = Google, Alphabet. A "
        "Chinese word is one word from then on, and a question with one of the names finds passages with "
        "another. In the list, Enter takes a word up to add names to it, and Delete forgets it."
    )
    typed = query_one("#task-path", Input)
    listed = query_one("#words", OptionList)

    def __init__(self, workspace: Workspace) -> None:
        super().__init__()
        self._workspace = workspace
        self._words: Sequence[TaughtWord] = ()
        self._forgetting = False

    def form(self) -> Iterable[Widget]:
        yield Input(id="task-path")
        yield WordList(id="words", markup=False)

    def more_buttons(self) -> Iterable[Widget]:
        yield TextButton(lambda: _("Forget"), "forget", id="words-forget")

    def translate(self) -> None:
        self.typed.placeholder = _("A word = names that mean the same")

    def on_mount(self) -> None:
        self.translate()
        self._list()

    def what(self) -> str:
        return _("Words and names that this library should know:")

    def doing(self, step: Step) -> str:
        text = _("Forgetting …") if self._forgetting else _("Learning …")
        if not step.total:
            return text
        counts = {"done": f"{step.read:,}", "total": f"{step.total:,}"}
        return text + " " + _("{done} of {total} passages").format(**counts)

    @work(exclusive=True, group="words")
    async def _list(self) -> None:
        """Show the words that the library knows by now."""
        try:
            self._words = await asyncio.to_thread(self._workspace.session.words)
        except YinjuError as error:
            self.message.fail(error)
            return
        self.listed.clear_options()
        self.listed.add_options([Option(_shown(word), str(at)) for at, word in enumerate(self._words)])
        self.set_class(bool(self._words), "-some")

    @on(Input.Submitted)
    def action_begin(self) -> None:
        word, *same = [part.strip() for part in _BETWEEN.split(self.typed.value)]
        if not word:
            self.message.fail(UsageError("no word is typed", "such as 谷歌 = Google"))
            return
        self._forgetting = False
        self.perform(partial(tasks.teach, self._workspace.path, word, [name for name in same if name]))

    @on(OptionList.OptionSelected)
    def _taken_up(self, event: OptionList.OptionSelected) -> None:
        """Put a word into the line, to add names to it."""
        self._type(self._words[event.option_index])

    def action_forget(self) -> None:
        if (at := self.listed.highlighted) is not None:
            self._forgetting = True
            self.perform(partial(tasks.forget, self._workspace.path, self._words[at].word))

    def _type(self, word: TaughtWord) -> None:
        self.typed.value = _shown(word)
        self.typed.cursor_position = len(self.typed.value)
        self.typed.focus()

    async def done(self, result: TaughtWord) -> None:
        word, forgotten = _shown(result), self._forgetting
        if forgotten:
            self.call_after_refresh(self._type, result)
        else:
            self.typed.value = ""
            self.call_after_refresh(self.typed.focus)
        self.message.show(
            lambda: (
                _("Forgotten: {word}. Enter teaches it again.") if forgotten else _("Taught: {word}")
            ).format(word=word)
        )
        self._list()
        self.post_message(WordsChanged(self._workspace.path))


def _shown(word: TaughtWord) -> str:
    return " = ".join(map(one_line, [word.word, _(", ").join(word.same)] if word.same else [word.word]))
