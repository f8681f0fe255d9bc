"""The question box: several lines, wrapped by the rules of Chinese and English."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import ClassVar

from rich.text import Text
from textual import events
from textual.binding import BindingType
from textual.message import Message
from textual.widgets import TextArea

from index.text.display import printable
from qa.i18n import N_, _
from qa.question.completion import Completion, is_filter
from qa.question.filters import KEYS, Filters, parse
from qa.types import MAX_QUESTION_LENGTH
from tui.widgets.common.base import TranslatedOnMount, hidden
from tui.widgets.common.wrapped import Wrapped
from tui.widgets.composer.completions import Completions, begins_a_key

#: Actions of `TextArea` whose keys the page has another use for.
_LEFT_TO_THE_PAGE = {"select_line", "select_all", "cursor_page_up", "cursor_page_down"}
_LAST_WORD = re.compile(r"\s")
#: What may be a filter.
_FILTER = re.compile(rf'(?<!\S)(?ai:{"|".join(KEYS)})[:：](?:["“「『][^"”」』]*["”」』]|\S+)')


class QuestionBox(TranslatedOnMount, TextArea):
    """Enter asks. Up on the first line and down on the last recall earlier questions."""

    PART = N_("The question")
    COMPONENT_CLASSES: ClassVar[set[str]] = {"question--filter"}
    BINDINGS: ClassVar[list[BindingType]] = [
        hidden("enter", "submit", "question.ask", N_("Ask"), N_("Ask the question")),
        hidden(
            "ctrl+j,shift+enter,alt+enter",
            "break_line",
            "question.newline",
            N_("New line"),
            N_("Start a new line"),
        ),
        hidden(
            "up", "earlier", "question.earlier", N_("Earlier question"), N_("Recall the previous question")
        ),
        hidden("down", "later", "question.later", N_("Later question"), N_("Recall the next question")),
        hidden("tab", "complete", "question.complete", N_("Complete"), N_("Complete the filter being typed")),
        hidden(
            "escape", "close", "question.close", N_("Close the list"), N_("Keep typing without a suggestion")
        ),
    ]

    @dataclass
    class Left(Message):
        """Left or Backspace was pressed at the start of the text."""

        deleting: bool

    @dataclass
    class Refused(Message):
        """A paste was refused: the text would have had ``count`` characters."""

        count: int

    def __init__(
        self, completions: Completions, ask: Callable[[], None], narrow: Callable[[Filters], None]
    ) -> None:
        """Enter calls ``ask``, a filter taken from the list ``completions`` calls ``narrow``.

        They are no messages, because the next key could overtake those.
        """
        super().__init__(id="question", highlight_cursor_line=False)
        self._completions = completions
        self._ask, self._narrow = ask, narrow
        self._before_menu: str | None = None
        self.match_cursor_bracket = False
        #: The questions asked before, oldest first.
        self.asked: list[str] = []
        self._at = 0
        self._edited: dict[int, str] = {}

    def translate(self) -> None:
        self.placeholder = _("Ask in Chinese or English")

    def _set_document(self, text: str, language: str | None) -> None:
        super()._set_document(printable(text), language)
        self.wrapped_document = Wrapped(self.document, tab_width=self.indent_width)
        self.navigator = type(self.navigator)(self.wrapped_document)
        self._rewrap_and_refresh_virtual_size()

    def get_line(self, line_index: int) -> Text:
        """The line, with its filters marked."""
        line = super().get_line(line_index)
        for match in _FILTER.finditer(line.plain):
            if is_filter(match[0]):
                line.stylize(self.get_component_rich_style("question--filter", partial=True), *match.span())
        return line

    def replace_all(self, text: str) -> None:
        """Replace the whole text, with the cursor at its end. This can be undone."""
        self.replace(printable(text), (0, 0), self.document.end, maintain_selection_offset=False)
        self.move_cursor(self.document.end)

    @property
    def cursor_offset(self) -> int:
        """How many characters stand before the cursor."""
        row, column = self.cursor_location
        return sum(len(self.document[line]) + 1 for line in range(row)) + column

    def replace_span(self, start: int, end: int, text: str) -> None:
        """Put ``text`` in place of ``self.text[start:end]``, with the cursor after it."""
        result = self.replace(
            text, self._location(start), self._location(end), maintain_selection_offset=False
        )
        self.move_cursor(result.end_location)

    def _location(self, offset: int) -> tuple[int, int]:
        before = self.text[:offset].split("\n")
        return len(before) - 1, len(before[-1])

    # Keys

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        if action == "close":
            return bool(self._completions.offered)
        if action == "complete":
            return bool(self._completions.offered) or begins_a_key(self._word) or is_filter(self._word)
        return action not in _LEFT_TO_THE_PAGE and super().check_action(action, parameters)

    async def _on_key(self, event: events.Key) -> None:
        """Act on the box's own keys at once.

        Textual acts on a binding only after the key has bubbled up to the screen. Keys that arrive together,
        from an input method or a slow line, would overtake it.
        """
        if "\r" in event.key:  # Shift+Enter as xterm tells it
            event.prevent_default().stop()
            self.action_break_line()
        elif not event.is_printable:
            bound = self.screen.active_bindings.get(event.key)
            if bound is not None and bound.node is self:
                event.prevent_default()
                if await self.app.run_action(bound.binding.action, self):
                    event.stop()
            elif event.key == "enter":
                event.prevent_default()

    def action_submit(self) -> None:
        if (chosen := self._completions.chosen) is not None:
            self.take(chosen)
        else:
            self._ask()

    def action_break_line(self) -> None:
        self._replace_via_keyboard("\n", *self.selection)

    def action_cursor_left(self, select: bool = False) -> None:
        if self.cursor_at_start_of_text and self.selection.is_empty and not select:
            self.post_message(self.Left(deleting=False))
        super().action_cursor_left(select)

    def action_delete_left(self) -> None:
        if self.cursor_at_start_of_text and self.selection.is_empty and not self.text:
            self.post_message(self.Left(deleting=True))
        super().action_delete_left()

    # What may be typed next

    def update_suggestion(self) -> None:
        self._follow()

    def watch_selection(self) -> None:
        if self.is_mounted:
            self._follow()

    def _follow(self) -> None:
        self._completions.follow(self.text, self.cursor_offset)
        if not self._completions.offered:
            self._before_menu = None

    @property
    def _word(self) -> str:
        """The last word if the cursor is at the end of the text."""
        return _LAST_WORD.split(self.text)[-1] if self.cursor_at_end_of_text else ""

    def action_complete(self) -> None:
        if offered := self._completions.offered:
            self.take(self._completions.chosen or offered[0])
            return
        if is_filter(word := self._word):  # one that is none of those on offer
            end = len(self.text)
            self.take(Completion(end - len(word), end, word, ""))
            return
        self._completions.offer_keys(self.text, self.cursor_offset)
        if len(self._completions.offered) == 1:
            self.take(self._completions.offered[0])

    def take(self, completion: Completion) -> None:
        """Type the completion, or apply it if it is a whole filter."""
        start, end, typed, _note = completion
        if typed.endswith(":"):
            self.replace_span(start, end, typed)
            return
        text = self.text
        spaced = not start or text[start - 1].isspace()
        self.replace_span(start, end + (spaced and text[end : end + 1] == " "), "")
        self._narrow(parse(typed)[1])

    def toggle_menu(self) -> None:
        """Open the list with every kind of filter, for the end of the text; or close it."""
        if self._completions.offered:
            self.action_close()
        else:
            self.move_cursor(self.document.end)
            self._completions.offer_menu(self.text)
            self._before_menu = self.text

    def action_close(self) -> None:
        """Close the list, and take back what its menu typed."""
        before = self._before_menu
        self._completions.close()
        if before is not None and self.text != before:
            self.replace_all(before)
        self._before_menu = None

    # Pasting

    async def _on_paste(self, event: events.Paste) -> None:
        event.prevent_default().stop()
        self._paste(event.text)

    def action_paste(self) -> None:
        self._paste(self.app.clipboard)

    def _paste(self, text: str) -> None:
        clean = printable(text.replace("\r\n", "\n").replace("\r", "\n")).strip("\n")
        room = MAX_QUESTION_LENGTH - len(self.text) + len(self.selected_text)
        if len(clean) > max(0, room):
            self.post_message(self.Refused(len(clean) + len(self.text) - len(self.selected_text)))
        elif clean and (result := self._replace_via_keyboard(clean, *self.selection)):
            self.move_cursor(result.end_location)

    # Questions asked before

    def recall(self, questions: Sequence[str]) -> None:
        """Let ↑ bring back ``questions`` of earlier times, oldest first."""
        self.asked[:0] = questions
        self._begin_anew()

    def remember(self, question: str) -> None:
        """Let ↑ bring back this question too."""
        if self.asked[-1:] != [question]:
            self.asked.append(question)
        self._begin_anew()

    def _begin_anew(self) -> None:
        self._at = len(self.asked)
        self._edited.clear()

    def action_earlier(self) -> None:
        if self._completions.offered:
            self._completions.step(-1)
        elif self.navigator.is_first_wrapped_line(self.cursor_location):
            self._go(-1)
        else:
            self.action_cursor_up()

    def action_later(self) -> None:
        if self._completions.offered:
            self._completions.step(1)
        elif self.navigator.is_last_wrapped_line(self.cursor_location):
            self._go(1)
        else:
            self.action_cursor_down()

    def _go(self, step: int) -> None:
        at = self._at + step
        if not 0 <= at <= len(self.asked):
            return
        self._edited[self._at] = self.text
        self._at = at
        self.replace_all(self._edited.get(at, self.asked[at] if at < len(self.asked) else ""))

    # The terminal's own cursor, where input methods open their list of characters

    def on_resize(self) -> None:
        self.scroll_cursor_visible()
        if self.has_focus:
            self.app.cursor_position = self.cursor_screen_offset
