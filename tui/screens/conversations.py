"""The page of kept conversations, to find, continue, rename, delete and save them."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence
from datetime import datetime
from typing import ClassVar, NamedTuple

from rich.text import Text
from textual import on, work
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Horizontal, Vertical, VerticalScroll
from textual.content import Content
from textual.getters import query_one
from textual.widgets import DataTable, Input

from index.errors import YinjuError
from index.text.display import cells, crop, one_line
from index.types import ConversationInfo
from qa.i18n import N_, _, ngettext
from qa.types import Answer
from tui.rendering.errors import error_text
from tui.rendering.formats import shown
from tui.screens.base import Page
from tui.state.memory import Conversation, Memory, library_of
from tui.widgets.common.actions import Action, ActionRow, undoable
from tui.widgets.common.base import bind, hidden
from tui.widgets.common.keybar import KeyBar
from tui.widgets.common.label import Label, Notice, Paragraph
from tui.widgets.common.table import Table

#: Questions that the preview shows at most.
_PREVIEWED = 30
#: Characters of a quote in the preview.
_QUOTED = 160
#: Seconds after which the list is read again: another window, or a new answer, may have changed it.
_LOOK_AGAIN = 2.0


class ConversationsScreen(Page[ConversationInfo | None]):
    """Closes with the conversation to continue, or None. ``current`` is the one on the chat page."""

    AUTO_FOCUS = "#conversations"
    HELP = N_(
        "Enter continues a conversation, in the library it was held in; ● marks the current "
        "one. / searches titles, questions and quotes. Until you leave this page, u restores "
        "what you deleted."
    )
    BINDINGS: ClassVar[list[BindingType]] = [
        bind("escape,f3", "close", "conversations.close", N_("Back"), N_("Back to the questions")),
        bind(
            "slash", "find", "conversations.find", N_("Find"), N_("Find words in titles, questions or quotes")
        ),
        Binding("down", "list", show=False),
        *(
            hidden(key, action, f"conversations.{action}", name, what)
            for key, action, name, what in (
                ("r", "rename", N_("Rename"), N_("Change its title")),
                ("s", "save", N_("Copy or save"), N_("Copy it or save it as a file")),
                ("delete,d", "delete", N_("Delete"), N_("Delete it; u undoes this")),
                ("u", "undo", N_("Undo"), N_("Restore what was deleted")),
                ("n", "new", N_("New"), N_("Start a new conversation")),
            )
        ),
    ]
    table = query_one(Table)
    find = query_one("#conversations-find", Input)
    notice = query_one("#conversations-notice", Notice)
    preview = query_one("#conversations-preview", Paragraph)

    def __init__(self, memory: Memory, current: Conversation) -> None:
        super().__init__()
        self._memory, self._current = memory, current
        self._listed: list[ConversationInfo] | None = None
        self._deleted: list[tuple[ConversationInfo, bool]] = []
        self._previewed: ConversationInfo | None = None
        self._at: int | None = None
        self._in_order = asyncio.Lock()

    def compose(self) -> ComposeResult:
        with Horizontal(id="conversations-desk"):
            with Vertical(id="conversations-box", classes="section"):
                with Horizontal(id="conversations-line"):
                    yield Label(lambda: "/ ")
                    yield Input(id="conversations-find", compact=True, select_on_focus=False)
                yield Table(id="conversations", cursor_type="row")
                yield Paragraph(self._nothing, id="conversations-empty")
            with VerticalScroll(id="conversations-side", classes="section"):
                yield Paragraph(id="conversations-preview")
        yield Notice(id="conversations-notice", collapse=True)
        yield ActionRow(self._actions)
        yield KeyBar()

    def on_mount(self) -> None:
        self.translate()
        self._load("")
        self.set_interval(_LOOK_AGAIN, self._look_again)

    def translate(self) -> None:
        self.find.placeholder = _("words in titles, questions or quotes")
        self.query_one("#conversations-box").border_title = _("Conversations")
        self.query_one("#conversations-side").border_title = _("Questions")
        self._fill()

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        if action == "undo":
            return bool(self._deleted)
        if action in ("resume", "rename", "save", "delete"):
            return self._chosen is not None
        if action == "list":
            return self.find.has_focus
        return True

    def _actions(self) -> list[Action]:
        some = self._chosen is not None
        return [
            Action("↵", _("Continue"), "resume", some),
            Action("r", _("Rename"), "rename", some),
            Action("s", _("Copy or save"), "save", some),
            Action("Del", _("Delete"), "delete", some),
            *([Action("u", _("Undo"), "undo")] if self._deleted else []),
            Action("n", _("New"), "new"),
        ]

    # The list

    def _look_again(self) -> None:
        # A list that takes longer than this to read would be called off by each next look.
        if not any(one.node is self and one.group == "conversations" for one in self.workers):
            self._load(self.find.value)

    @work(exclusive=True, group="conversations")
    async def _load(self, words: str) -> None:
        try:
            listed = await asyncio.to_thread(self._memory.conversations, words)
        except YinjuError as error:
            self.notice.fail(error, " → ")
        else:
            self._list(listed)

    def _list(self, listed: list[ConversationInfo]) -> None:
        if listed != self._listed:
            self._listed = listed
            self._fill()

    def on_resize(self) -> None:
        self._fill()

    def _fill(self) -> None:
        """List the conversations. The cursor stays at its conversation."""
        row, listed = self.table.cursor_row, self._listed or []
        beside = self.has_class("-medium") or self.has_class("-wide")
        room = self.size.width * (3 if beside else 5) // 5 - 4
        columns = columns_for(listed, room, self._current.id)
        with self.prevent(DataTable.RowHighlighted):
            self.table.clear(columns=True)
            for column in columns:
                self.table.add_column(column.fitted(column.name), width=column.width)
            for info in listed:
                self.table.add_row(*(column.fitted(one_line(column.text(info))) for column in columns))
            ids = [info.id for info in listed]
            if self._at in ids:
                row = ids.index(self._at)
            self.table.move_cursor(row=max(0, min(row, len(ids) - 1)))
        self.set_class(not listed, "-empty")
        self.query_one("#conversations-empty", Paragraph).translate()
        count = ngettext("{count} conversation", "{count} conversations", len(listed))
        self.query_one("#conversations-box").border_subtitle = count.format(count=f"{len(listed):,}")
        self._look()

    def _nothing(self) -> str:
        if self._listed is None:
            return ""
        if self.find.value.strip():
            return _("No conversation contains these words. Esc shows all again.")
        if not self._memory.keeps:
            return _("Conversations are not kept: there is nowhere to store them.")
        return _("No questions yet. Your conversations will be kept here.")

    @property
    def _chosen(self) -> ConversationInfo | None:
        row, listed = self.table.cursor_row, self._listed or []
        return listed[row] if 0 <= row < len(listed) else None

    # The preview

    @on(DataTable.RowHighlighted)
    def _look(self) -> None:
        """Show the questions of the conversation under the cursor."""
        info = self._chosen
        self._at = info.id if info is not None else None
        if info != self._previewed:
            self._previewed = info
            self.workers.cancel_group(self, "preview")
            if info is None:
                self.preview.show(str)
            else:
                self._preview(info)
            self.query_one("#conversations-side").scroll_home(animate=False)
        self.query_one(ActionRow).refresh()
        self.refresh_bindings()

    @work(exclusive=True, group="preview")
    async def _preview(self, info: ConversationInfo) -> None:
        try:
            answers = await asyncio.to_thread(self._memory.answers, Conversation(info.id), _PREVIEWED)
        except YinjuError as error:
            failed = error
            self.preview.show(lambda: error_text(failed))
        else:
            self.preview.show(lambda: preview(answers, info.turns))

    # What can be done

    @on(Input.Changed, "#conversations-find")
    def _finding(self, event: Input.Changed) -> None:
        self._load(event.value)

    @on(Input.Submitted, "#conversations-find")
    def action_list(self) -> None:
        self.table.focus()

    @on(DataTable.RowSelected)
    def action_resume(self) -> None:
        if (info := self._chosen) is not None:
            self.dismiss(info)

    def action_find(self) -> None:
        self.find.focus()

    def action_close(self) -> None:
        if self.find.has_focus or self.find.value:
            self.find.value = ""
            self.table.focus()
        else:
            self.dismiss(None)

    def action_rename(self) -> None:
        from tui.screens.line import LineScreen

        if (info := self._chosen) is not None:
            asking = LineScreen(lambda: _("Title"), info.title)
            self.app.push_screen(asking, lambda title: self._renamed(info, title))

    def _renamed(self, info: ConversationInfo, title: str | None) -> None:
        if title:
            if info.id == self._current.id:
                self._current.title = title
            self._change(lambda: self._memory.rename(info.id, title))

    def action_save(self) -> None:
        if (info := self._chosen) is not None:
            self._save(info)

    @work(exclusive=True, group="save")
    async def _save(self, info: ConversationInfo) -> None:
        from tui.screens.share import ShareScreen, forms_of

        try:
            answers = await asyncio.to_thread(self._memory.answers, Conversation(info.id))
        except YinjuError as error:
            self.notice.fail(error, " → ")
        else:
            if self.is_current:
                self.app.push_screen(ShareScreen(forms_of(None, answers, info.title), info.title))

    def action_delete(self) -> None:
        if (info := self._chosen) is not None:
            self._deleted.append((info, info.id == self._current.id))
            self._change(lambda: self._memory.delete(info.id, self._current))
            self._listed = [other for other in self._listed or [] if other is not info]
            self._fill()
            self._say_deleted()

    def action_undo(self) -> None:
        if self._deleted:
            info, current = self._deleted.pop()
            self._at = info.id
            self._change(lambda: self._restore(info.id, current))
            self._say_deleted()

    def _restore(self, conversation: int, current: bool) -> None:
        self._memory.restore(conversation)
        if current and self._current.id is None:
            self._current.id = conversation

    def _say_deleted(self) -> None:
        if not self._deleted:
            self.notice.show(str)
            return
        title = crop(one_line(self._deleted[-1][0].title), 40)
        self.notice.show(lambda: undoable(_("Deleted: {title}").format(title=title)))

    def action_new(self) -> None:
        self.dismiss(None)
        self.app.call_later(self.app.run_action, "app.new_conversation")

    def _change(self, change: Callable[[], None]) -> None:
        """Make a change and list the conversations again. Changes keep their order and outlast the page."""
        self.app.run_worker(self._changed(change, self.find.value), group="change")

    async def _changed(self, change: Callable[[], None], words: str) -> None:
        async with self._in_order:
            try:
                await asyncio.to_thread(change)
                listed = await asyncio.to_thread(self._memory.conversations, words)
            except YinjuError as error:
                if not self.leaving:
                    self.notice.fail(error, " → ")
                return
        if not self.leaving:
            self._list(listed)


class Column(NamedTuple):
    """``text`` gives the text for a conversation."""

    name: str
    width: int
    text: Callable[[ConversationInfo], str]
    right: bool = False

    def fitted(self, text: str) -> Text:
        text = crop(text, self.width)
        return Text(" " * ((self.width - cells(text)) * self.right) + text)


def columns_for(listed: Sequence[ConversationInfo], room: int, current: int | None) -> list[Column]:
    """The columns of a table of ``room`` cells. Titles get the width that the others leave."""

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
    """When it was last used: the time if it was today, else the date."""
    moment = datetime.fromisoformat(info.updated).astimezone()
    today = moment.date() == datetime.now().astimezone().date()
    return moment.strftime("%H:%M" if today else "%Y-%m-%d")


def preview(answers: tuple[Answer, ...], turns: int) -> Content:
    """The questions of a conversation of ``turns`` turns, each with the beginning of its answer."""
    lines: list[Content] = []
    for answer in answers:
        lines.append(Content.styled(shown(one_line(answer.question)), "bold"))
        quoted = one_line(answer.sentences[0].text) if answer.sentences else _("No answer in these articles")
        lines += [Content(crop(quoted, _QUOTED)), Content()]
    if more := turns - len(answers):
        more_of_them = ngettext("… and {count} more question", "… and {count} more questions", more)
        lines.append(Content(more_of_them.format(count=f"{more:,}")))
    return Content("\n").join(lines)
