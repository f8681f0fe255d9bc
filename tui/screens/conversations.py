"""The page of kept conversations: found, gone on with, renamed, deleted, saved."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import TYPE_CHECKING, ClassVar

from rich.text import Text
from textual import on, work
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Horizontal, VerticalScroll
from textual.content import Content
from textual.getters import query_one
from textual.widgets import DataTable, Input

from index.errors import YinjuError
from qa.render import crop, one_line
from qa.types import Answer
from tui.errors import told
from tui.i18n import N_, _, ngettext
from tui.memory import Conversation, Memory, library_of
from tui.page import Page
from tui.text import shown
from tui.widgets.keybar import KeyBar
from tui.widgets.label import Label

if TYPE_CHECKING:
    from index.types import ConversationInfo

#: Cells of the columns beside the title.
_COUNT, _LIBRARY, _TIME = 9, 16, 16
#: Characters of a quote in the preview.
_QUOTED = 160


class ConversationsScreen(Page["ConversationInfo | None"]):
    """Closes with the conversation to go on with, or None. ``current`` is the one that is going on."""

    AUTO_FOCUS = "#conversations"
    HELP = N_(
        "Enter goes on with a conversation, in the library it was held in. / finds conversations by words "
        "in their questions and quotes. What is deleted can be brought back with u until you leave."
    )
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding(
            "escape,f3", "close", N_("Back"), id="conversations.close", tooltip=N_("Back to the questions")
        ),
        Binding(
            "slash", "find", N_("Find"), id="conversations.find", tooltip=N_("Words in questions or quotes")
        ),
        Binding("r", "rename", N_("Rename"), id="conversations.rename", tooltip=N_("Give it another title")),
        Binding("s", "save", N_("Save"), id="conversations.save", tooltip=N_("Copy it or save it as a file")),
        Binding("delete,d", "delete", N_("Delete"), id="conversations.delete", tooltip=N_("Can be undone")),
        Binding("u", "undo", N_("Undo"), id="conversations.undo", tooltip=N_("Bring back what was deleted")),
        Binding("n", "new", N_("New"), id="conversations.new", tooltip=N_("Begin a new conversation")),
    ]
    table = query_one("#conversations", DataTable)
    find = query_one("#conversations-find", Input)
    told = query_one("#conversations-told", Label)
    preview = query_one("#conversations-preview", Label)

    def __init__(self, memory: Memory, current: Conversation) -> None:
        super().__init__()
        self._memory, self._current = memory, current
        self._listed: list[ConversationInfo] = []
        self._deleted: list[ConversationInfo] = []
        self._message = ""

    def compose(self) -> ComposeResult:
        yield Label(self._heading, id="conversations-name", classes="page--name")
        yield Input(id="conversations-find")
        with Horizontal(id="conversations-desk"):
            table: DataTable[Text] = DataTable(id="conversations", cursor_type="row")
            yield table
            with VerticalScroll(id="conversations-side", can_focus=False):
                yield Label(lambda: "", id="conversations-preview")
        yield Label(self._told, id="conversations-told")
        yield KeyBar()

    def on_mount(self) -> None:
        self.translate()
        self._load("")

    def translate(self) -> None:
        self.find.placeholder = _("Words in questions, quotes or titles")
        self.query_one("#conversations-side").border_title = _("Questions")
        self._fill()

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        if action == "undo":
            return bool(self._deleted)
        if action in ("rename", "save", "delete"):
            return bool(self._listed)
        return True

    # The list

    @work(thread=True, exclusive=True, group="conversations")
    def _load(self, words: str) -> None:
        try:
            listed = self._memory.conversations(words)
        except YinjuError as error:
            self.app.call_from_thread(self._fail, error)
        else:
            self.app.call_from_thread(self._show, listed)

    def _show(self, listed: list[ConversationInfo]) -> None:
        self._listed = listed
        self._fill()

    def _fail(self, error: YinjuError) -> None:
        message, hint = map(one_line, told(error))
        self.notify("\n".join(filter(None, (message, hint))), severity="error", markup=False)

    def on_resize(self) -> None:
        self._fill()

    def _fill(self) -> None:
        """List the conversations; titles take the width that the other columns leave."""
        row = self.table.cursor_row
        wide = self.has_class("-medium") or self.has_class("-wide")
        whole = self.size.width * 3 // 5 if wide else self.size.width
        columns: list[tuple[str, int, Callable[[ConversationInfo], str]]] = [(_("Last used"), _TIME, _when)]
        if whole >= 80 and len({info.library for info in self._listed}) > 1:
            columns.insert(0, (_("Library"), _LIBRARY, _library))
        if whole >= 50:
            columns.insert(0, (_("Questions"), _COUNT, lambda info: f"{info.turns:,}"))
        room = max(10, whole - sum(2 + width for _name, width, _text in columns) - 5)
        columns.insert(0, (_("Title"), room, self._titled))
        self.table.clear(columns=True)
        for name, width, _text in columns:
            self.table.add_column(name, width=width)
        for info in self._listed:
            texts = (Text(crop(one_line(text(info)), width)) for _name, width, text in columns)
            self.table.add_row(*texts, key=str(info.id))
        if self._listed:
            self.table.move_cursor(row=min(row, len(self._listed) - 1))
        else:
            self.preview.tell(self._nothing)
        for label in self.query(Label):
            label.translate()
        self.refresh_bindings()

    def _titled(self, info: ConversationInfo) -> str:
        return ("● " if info.id == self._current.id else "") + info.title

    def _heading(self) -> str:
        count = len(self._listed)
        return ngettext("{count} conversation", "{count} conversations", count).format(count=f"{count:,}")

    def _nothing(self) -> str:
        if self.find.value:
            return _("No conversation has these words.")
        if not self._memory.keeps:
            return _("Nothing is kept: there is no place to keep it.")
        return _("Nothing was asked yet. Conversations are kept here by themselves.")

    def _told(self) -> str | Content:
        if not self._deleted:
            return ""
        title = crop(one_line(self._deleted[-1].title), 40)
        return Content.assemble(
            _("Deleted: {title}").format(title=title), "   ", (_("Undo (u)"), "@click=screen.undo underline")
        )

    @property
    def _chosen(self) -> ConversationInfo | None:
        row = self.table.cursor_row
        return self._listed[row] if 0 <= row < len(self._listed) else None

    # The preview

    @on(DataTable.RowHighlighted)
    def _highlighted(self) -> None:
        if (info := self._chosen) is not None:
            self._look(info)

    @work(thread=True, exclusive=True, group="preview")
    def _look(self, info: ConversationInfo) -> None:
        try:
            answers = self._memory.answers(Conversation(info.id))
        except YinjuError as error:
            message = " ".join(told(error))
            self.app.call_from_thread(self.preview.tell, lambda: one_line(message))
        else:
            self.app.call_from_thread(self.preview.tell, lambda: _preview(answers))

    # What can be done

    @on(Input.Changed, "#conversations-find")
    def _finding(self, event: Input.Changed) -> None:
        self._load(event.value)

    @on(Input.Submitted, "#conversations-find")
    def _found(self) -> None:
        self.table.focus()

    @on(DataTable.RowSelected)
    def _resume(self) -> None:
        if (info := self._chosen) is not None:
            self.dismiss(info)

    def action_find(self) -> None:
        self.find.focus()

    def action_close(self) -> None:
        if self.find.has_focus:
            self.find.value = ""
            self.table.focus()
        else:
            self.dismiss(None)

    def action_rename(self) -> None:
        from tui.screens.rename import RenameScreen

        if (info := self._chosen) is not None:
            self.app.push_screen(RenameScreen(info.title), lambda title: self._renamed(info, title))

    def _renamed(self, info: ConversationInfo, title: str | None) -> None:
        if title:
            if info.id == self._current.id:
                self._current.title = title
            self._change(lambda: self._memory.rename(info.id, title))

    def action_save(self) -> None:
        if (info := self._chosen) is not None:
            self._save(info)

    @work(thread=True, exclusive=True, group="save")
    def _save(self, info: ConversationInfo) -> None:
        from tui.screens.share import ShareScreen

        try:
            answers = self._memory.answers(Conversation(info.id))
        except YinjuError as error:
            self.app.call_from_thread(self._fail, error)
        else:
            self.app.call_from_thread(self.app.push_screen, ShareScreen(None, answers, info.title))

    def action_delete(self) -> None:
        if (info := self._chosen) is not None:
            self._deleted.append(info)
            self._change(lambda: self._memory.delete(info.id, self._current))

    def action_undo(self) -> None:
        if self._deleted:
            info = self._deleted.pop()
            self._change(lambda: self._memory.restore(info.id))

    def action_new(self) -> None:
        self.dismiss(None)
        self.app.call_later(self.app.run_action, "app.new_conversation")

    @work(thread=True, group="change")
    def _change(self, change: Callable[[], None]) -> None:
        """Change what is kept, then list it anew."""
        try:
            change()
        except YinjuError as error:
            self.app.call_from_thread(self._fail, error)
        self.app.call_from_thread(lambda: self._load(self.find.value))


def _library(info: ConversationInfo) -> str:
    path = library_of(info)
    return _("bundled articles") if path is None else path.name


def _when(info: ConversationInfo) -> str:
    """When it was last used, as the clock on the wall shows it, to the minute."""
    return datetime.fromisoformat(info.updated).astimezone().strftime("%Y-%m-%d %H:%M")


def _preview(answers: tuple[Answer, ...]) -> Content:
    lines: list[Content] = []
    for answer in answers:
        lines.append(Content.styled(shown(one_line(answer.question)), "bold"))
        quoted = one_line(answer.sentences[0].text) if answer.sentences else _("No answer in these articles")
        lines += [Content(crop(quoted, _QUOTED)), Content()]
    return Content("\n").join(lines)
