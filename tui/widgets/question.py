"""The box that a question is typed in: several lines, wrapped by the rules of Chinese and English."""

from __future__ import annotations

from collections.abc import Sequence
from typing import ClassVar, cast

from rich.cells import cell_len
from textual import events
from textual._ansi_sequences import ANSI_SEQUENCES_KEYS
from textual.binding import Binding, BindingType
from textual.document._wrapped_document import WrappedDocument
from textual.keys import Keys
from textual.message import Message
from textual.widgets import TextArea

from index.fold import printable
from qa.render import wrap
from tui.i18n import N_, _

# Terminals that tell Alt+Enter (and editors' terminals that are told to tell Shift+Enter) send these,
# which Textual would read as Enter alone.
cast(dict[str, tuple[Keys, ...]], ANSI_SEQUENCES_KEYS)["\x1b\r"] = (Keys.ControlJ,)

#: Actions of `TextArea` whose keys the page has another use for.
_LEFT_TO_THE_PAGE = {"select_line", "select_all", "cursor_page_up", "cursor_page_down"}


class QuestionBox(TextArea):
    """Enter asks; up on the first line and down on the last go through the questions asked before."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("enter", "submit", N_("Ask"), show=False, id="question.ask", tooltip=N_("Ask the question")),
        Binding(
            "shift+enter,ctrl+j,alt+enter",
            "break_line",
            N_("New line"),
            show=False,
            id="question.newline",
            tooltip=N_("Go on in a new line"),
        ),
        Binding(
            "up",
            "earlier",
            N_("Earlier question"),
            show=False,
            id="question.earlier",
            tooltip=N_("Bring back the question asked before"),
        ),
        Binding(
            "down",
            "later",
            N_("Later question"),
            show=False,
            id="question.later",
            tooltip=N_("Bring back the question asked after that"),
        ),
    ]

    class Submitted(Message):
        """Enter was pressed."""

    class Left(Message):
        """The cursor was to go to the left of the start of the text, or delete there."""

        def __init__(self, *, deleting: bool) -> None:
            super().__init__()
            self.deleting = deleting

    class Refused(Message):
        """A paste of ``count`` characters is longer than a question may be; the text is as it was."""

        def __init__(self, count: int) -> None:
            super().__init__()
            self.count = count

    def __init__(self) -> None:
        super().__init__(id="question", highlight_cursor_line=False)
        self.match_cursor_bracket = False
        self._asked: list[str] = []
        self._at = 0
        self._edited: dict[int, str] = {}

    def translate(self) -> None:
        self.placeholder = _("Ask in Chinese or English")

    def on_mount(self) -> None:
        self.translate()

    def _set_document(self, text: str, language: str | None) -> None:
        super()._set_document(text, language)
        self.wrapped_document = _Wrapped(self.document, tab_width=self.indent_width)
        self.navigator = type(self.navigator)(self.wrapped_document)
        self._rewrap_and_refresh_virtual_size()

    def replace_all(self, text: str) -> None:
        """Make ``text`` the whole text, with the cursor at its end; this can be undone."""
        self.replace(text, (0, 0), self.document.end, maintain_selection_offset=False)
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
        return action not in _LEFT_TO_THE_PAGE and super().check_action(action, parameters)

    async def _on_key(self, event: events.Key) -> None:
        if "\r" in event.key:  # Shift+Enter as xterm tells it
            event.prevent_default().stop()
            self.action_break_line()
        elif event.key == "enter":
            event.prevent_default()  # what it does is for the bindings to say

    def action_submit(self) -> None:
        self.post_message(self.Submitted())

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

    # Pasting

    async def _on_paste(self, event: events.Paste) -> None:
        event.prevent_default().stop()
        self._paste(event.text)

    def action_paste(self) -> None:
        self._paste(self.app.clipboard)

    def _paste(self, text: str) -> None:
        from qa.engine import LONGEST_QUESTION

        clean = printable(text.replace("\r\n", "\n").replace("\r", "\n")).strip("\n")
        room = LONGEST_QUESTION - len(self.text) + len(self.selected_text)
        if len(clean) > max(0, room):
            self.post_message(self.Refused(len(clean) + len(self.text) - len(self.selected_text)))
        elif clean and (result := self._replace_via_keyboard(clean, *self.selection)):
            self.move_cursor(result.end_location)

    # Questions asked before

    @property
    def asked(self) -> Sequence[str]:
        """The questions asked before, oldest first."""
        return tuple(self._asked)

    @asked.setter
    def asked(self, questions: Sequence[str]) -> None:
        self._asked = list(questions)
        self._at = len(self._asked)
        self._edited.clear()

    def remember(self, question: str) -> None:
        if not self._asked or self._asked[-1] != question:
            self._asked.append(question)
        self._at = len(self._asked)
        self._edited.clear()

    def action_earlier(self) -> None:
        if self.navigator.is_first_wrapped_line(self.cursor_location):
            self._go(-1)
        else:
            self.action_cursor_up()

    def action_later(self) -> None:
        if self.navigator.is_last_wrapped_line(self.cursor_location):
            self._go(1)
        else:
            self.action_cursor_down()

    def _go(self, step: int) -> None:
        at = self._at + step
        if not 0 <= at <= len(self._asked):
            return
        self._edited[self._at] = self.text
        self._at = at
        self.replace_all(self._edited.get(at, self._asked[at] if at < len(self._asked) else ""))

    # Where the terminal's own cursor stands, which input methods open their list of characters at

    def on_resize(self) -> None:
        self.scroll_cursor_visible()
        if self.has_focus:
            self.app.cursor_position = self.cursor_screen_offset


class _Wrapped(WrappedDocument):
    """Breaks lines beside Chinese characters, where Textual's own breaks at spaces alone."""

    def wrap(self, width: int, tab_width: int | None = None) -> None:
        self._width = width
        self._wrap_offsets = [_breaks(line, width) if width else [] for line in self.document.lines]
        self._tab_width_cache = [[] for _line in self._wrap_offsets]  # tabs never get in
        self._offset_to_line_info = []
        self._line_index_to_offsets = []
        for number, offsets in enumerate(self._wrap_offsets):
            top = len(self._offset_to_line_info)
            self._offset_to_line_info += [(number, section) for section in range(len(offsets) + 1)]
            self._line_index_to_offsets.append(list(range(top, len(self._offset_to_line_info))))

    def wrap_range(self, start: tuple[int, int], old_end: tuple[int, int], new_end: tuple[int, int]) -> None:
        self.wrap(self._width)


def _breaks(line: str, width: int) -> list[int]:
    """Where the lines after the first begin; spaces belong to the line before, as far as they fit."""
    starts = [0, *(span.start for span in wrap(line, width)[1:])]
    breaks: list[int] = []
    for start, end in zip(starts, [*starts[1:], len(line)], strict=True):
        breaks += [start] if start else []
        used = cell_len(line[start:end])
        while used > width + 1:
            at = start + max(1, _fitting(line[start:end], width))
            breaks.append(at)
            start, used = at, cell_len(line[at:end])
    return breaks


def _fitting(text: str, width: int) -> int:
    """How many characters of ``text`` fit."""
    used = 0
    for count, char in enumerate(text):
        used += cell_len(char)
        if used > width:
            return count
    return len(text)
