"""The list of completions over the question box. The keys of the box move through it."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from textual.content import Content
from textual.message import Message
from textual.widgets import OptionList
from textual.widgets.option_list import Option

from index.text.display import cells, crop, one_line
from qa.i18n import _
from qa.question.completion import MAX_COMPLETIONS, Choices, Completion, complete, is_filter
from qa.question.filters import KEYS

#: Columns of a row, at most.
_LEFT, _NOTE = 32, 40
#: Rows of the list, with its border, where there is hardly room for it.
_LOWEST = 3
#: A filter whose value is being typed, or was.
_VALUE = re.compile(rf"(?<!\S)(?ai:{'|'.join(KEYS)})[:：]")
#: A slash at the very start asks for the kinds of filters.
_SLASH = re.compile(r"/([a-zA-Z]*)")


class Completions(OptionList, can_focus=False):
    """``choices`` are of the articles that are open."""

    @dataclass
    class Taken(Message):
        """A row was clicked on."""

        completion: Completion

    def __init__(self) -> None:
        super().__init__(id="completions", markup=False)
        self.choices = Choices()
        #: The completions in the list, () while it is closed.
        self.offered: tuple[Completion, ...] = ()
        self._refused: int | None = None

    def translate(self) -> None:
        """Close the list, whose rows are in the language before."""
        self._offer((), chosen=False)

    @property
    def chosen(self) -> Completion | None:
        """The highlighted completion."""
        return self.offered[self.highlighted] if self.offered and self.highlighted is not None else None

    def follow(self, text: str, cursor: int) -> None:
        """Offer values while a filter is typed, the kinds of filters after a slash, nothing for a word."""
        found: Sequence[Completion] = ()
        if slash := _SLASH.fullmatch(text):
            keys = complete(slash[1], len(slash[1]), self.choices)
            found = [key._replace(start=0, end=len(text)) for key in keys]
        elif _VALUE.search(text, 0, cursor):
            found = [each for each in complete(text, cursor, self.choices) if not each.text.endswith(":")]
        if not found or found[0].start != self._refused:
            stands = bool(found) and is_filter(text[found[0].start : cursor])
            self._offer(found, chosen=not stands)

    def offer_keys(self, text: str, cursor: int) -> None:
        """Offer the kinds of filters that begin with the word before the cursor."""
        self._offer(complete(text, cursor, self.choices), chosen=True)

    def offer_menu(self, text: str) -> None:
        """Offer every kind of filter, for the end of ``text``."""
        space = "" if not text or text.endswith((" ", "\n")) else " "
        keys = complete("", 0, self.choices)
        self._offer(
            [Completion(len(text), len(text), space + key.text, key.note) for key in keys], chosen=True
        )

    def close(self) -> None:
        """Close the list until another filter is typed."""
        self._refused = self.offered[0].start if self.offered else None
        self._show((), chosen=False)

    def step(self, step: int) -> None:
        if self.highlighted is None:
            self.highlighted = 0 if step > 0 else len(self.offered) - 1
        else:
            self.highlighted = (self.highlighted + step) % len(self.offered)

    def _offer(self, completions: Sequence[Completion], *, chosen: bool) -> None:
        self._refused = None
        if completions or self.offered:
            self._show(completions, chosen=chosen)

    def _show(self, completions: Sequence[Completion], *, chosen: bool) -> None:
        self.offered = tuple(completions)
        above = self.screen.query_one("#composer-frame").region.y
        self.styles.max_height = max(_LOWEST, min(MAX_COMPLETIONS + 2, above))
        self.display = bool(completions)
        columns = [_columns(completion) for completion in completions]
        room = min(_LEFT, max((cells(left) for left, _note in columns), default=0))
        self.set_options(Option(_row(left, note, room)) for left, note in columns)
        self.highlighted = 0 if chosen and completions else None

    def on_option_list_option_selected(self, event: OptionList.OptionSelected) -> None:
        event.stop()
        self.post_message(self.Taken(self.offered[event.option_index]))


def begins_a_key(word: str) -> bool:
    """Whether a kind of filter begins with ``word``."""
    return bool(word) and any(key.startswith(word.lower()) for key in KEYS)


def kind(key: str) -> str:
    """The name of a kind of filter."""
    return {
        "lang": _("Language"),
        "after": _("From a date"),
        "before": _("Before a date"),
        "in": _("Source or folder"),
        "article": _("Individual articles"),
    }[key]


def _columns(completion: Completion) -> tuple[str, str]:
    typed, note = one_line(completion.text), one_line(completion.note)
    return (kind(typed[:-1]), f"{typed}  {note}") if typed.endswith(":") else (typed, note)


def _row(left: str, note: str, room: int) -> Content:
    left = crop(left, room)
    return Content.assemble(left + " " * (room - cells(left) + 2), (crop(note, _NOTE), "dim"))
