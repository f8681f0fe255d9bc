"""What a model wrote from the quotes above, each sentence as the gate found it."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, ClassVar

from textual.app import ComposeResult
from textual.containers import Vertical
from textual.content import Content
from textual.selection import Selection

from index.errors import YinjuError
from qa.i18n import _, ngettext
from tui.rendering.errors import error_text
from tui.rendering.formats import shown
from tui.rendering.prose import Prose, ProseView

if TYPE_CHECKING:
    from qa.writing.gate import Written


class Line(ProseView):
    """What was sent to whom, or how the writing ended; ``say`` makes it."""

    def __init__(self, source: str, quotes: int) -> None:
        super().__init__(classes="said")
        self.source, self.quotes = source, quotes

    def build(self) -> Prose:
        text = ngettext(
            "Sent to {host}: your question and this quote",
            "Sent to {host}: your question and these {count} quotes",
            self.quotes,
        )
        return Prose(Content(text.format(host=self.source, count=self.quotes)))


class SentenceView(ProseView):
    """A sentence with the numbers of its quotes and why it is doubtful. Struck ones are not copied."""

    COMPONENT_CLASSES: ClassVar[set[str]] = {
        *("sentence--text", "sentence--lost", "sentence--number", "sentence--reason")
    }

    def __init__(self, written: Written) -> None:
        super().__init__(shown(written.text), classes=f"sentence -{written.state}")
        self.set_class(written.struck, "-struck")
        self.written = written

    def build(self) -> Prose:
        from qa.writing.shown import numbers, reasons

        lost, number = self.get_visual_style("sentence--lost"), self.get_visual_style("sentence--number")
        content = Content.styled(self.text, self.get_visual_style("sentence--text"))
        for start, end in self.written.unfound:
            content = content.stylize(lost, start, end)
        parts = [content, Content.styled(f" {numbers(self.written)}".rstrip(), number)]
        if self.written.reasons:
            why = Content.styled("  " + reasons(self.written), self.get_visual_style("sentence--reason"))
            parts += [Content("\n"), why]
        return Prose(Content("").join(parts))

    def get_selection(self, selection: Selection) -> tuple[str, str] | None:
        """The sentence without the reason; nothing of one that is struck out."""
        if self.written.struck:
            return None
        return selection.extract(self.prose.content.plain.split("\n")[0]), "\n"


class Ending(ProseView):
    """That more is to come, or why no more will."""

    def __init__(self) -> None:
        super().__init__(classes="said")
        self._say = partial(_, "Writing …")

    def build(self) -> Prose:
        return Prose(Content(self._say()))

    def say(self, say: partial[str]) -> None:
        self._say = say
        self.translate()


class WrittenView(Vertical):
    """A written answer as it comes. ``sentences`` are those that are there."""

    def __init__(self, source: str, quotes: int) -> None:
        super().__init__(classes="written")
        self._line = Line(source, quotes)
        self._ending = Ending()
        self.sentences: list[Written] = []

    def compose(self) -> ComposeResult:
        yield self._line
        yield self._ending

    async def add(self, written: Written) -> None:
        self.sentences.append(written)
        await self.mount(SentenceView(written), before=self._ending)

    async def end(self, error: YinjuError | None = None, *, stopped: bool = False) -> None:
        """Say why nothing more comes, if it ended before its end."""
        if error is not None:
            self._ending.say(partial(error_text, error, "\n→ "))
        elif stopped:
            self._ending.say(partial(_, "Stopped."))
        else:
            await self._ending.remove()
