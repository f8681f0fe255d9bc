"""How kept conversations read in a list, and what is in them."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import datetime
from typing import NamedTuple

from rich.text import Text
from textual.content import Content

from index.text.display import cells, crop, one_line
from index.types import ConversationInfo
from qa.types import Answer
from tui.rendering.formats import shown
from tui.rendering.i18n import _, ngettext
from tui.state.memory import library_of

#: Characters of a quote in the preview.
_QUOTED = 160


class Column(NamedTuple):
    """``text`` is what a conversation has in it."""

    name: str
    width: int
    text: Callable[[ConversationInfo], str]
    right: bool = False

    @property
    def title(self) -> Text:
        return self._fitted(self.name)

    def cell(self, info: ConversationInfo) -> Text:
        return self._fitted(one_line(self.text(info)))

    def _fitted(self, text: str) -> Text:
        text = crop(text, self.width)
        return Text(" " * ((self.width - cells(text)) * self.right) + text)


def columns(listed: Sequence[ConversationInfo], room: int, current: int | None) -> list[Column]:
    """The columns of a table with ``room`` cells; titles take the width that the others leave."""

    def titled(info: ConversationInfo) -> str:
        return ("● " if info.id == current else "") + info.title

    shown = [Column(_("Last used"), 10, _when)]
    if len({info.library for info in listed}) > 1 and room >= 66:
        shown.insert(0, Column(_("Library"), 18, _library))
    if room >= 40:
        shown.insert(0, Column(_("Questions"), 9, lambda info: f"{info.turns:,}", right=True))
    left = room - sum(column.width + 2 for column in shown) - 2
    return [Column(_("Title"), max(8, left), titled), *shown]


def _library(info: ConversationInfo) -> str:
    path = library_of(info)
    return _("bundled articles") if path is None else path.name


def _when(info: ConversationInfo) -> str:
    """When it was last used: today by the clock on the wall, before that the day."""
    moment = datetime.fromisoformat(info.updated).astimezone()
    today = moment.date() == datetime.now().astimezone().date()
    return moment.strftime("%H:%M" if today else "%Y-%m-%d")


def preview(answers: tuple[Answer, ...], turns: int) -> Content:
    """The questions of a conversation that has ``turns``, each with the beginning of its answer."""
    lines: list[Content] = []
    for answer in answers:
        lines.append(Content.styled(shown(one_line(answer.question)), "bold"))
        quoted = one_line(answer.sentences[0].text) if answer.sentences else _("No answer in these articles")
        lines += [Content(crop(quoted, _QUOTED)), Content()]
    if more := turns - len(answers):
        more_of_them = ngettext("… and {count} more question", "… and {count} more questions", more)
        lines.append(Content(more_of_them.format(count=f"{more:,}")))
    return Content("\n").join(lines)
