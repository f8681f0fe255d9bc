"""The terminal app. It paints at once and opens the library in a thread."""

from __future__ import annotations

import asyncio
import gc
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any, ClassVar

from textual import on, work
from textual.binding import Binding, BindingType
from textual.command import CommandPalette
from textual.events import AppFocus, Event, Key
from textual.keys import format_key
from textual.screen import ModalScreen

from index.address import LibraryUrl
from index.errors import YinjuError
from index.text.display import one_line
from index.types import ArticleInfo, Span
from qa.i18n import N_, _
from qa.question.filters import Filters
from qa.settings import Settings, own_library
from tui.app_base import AppBase
from tui.jobs.adding import Adding
from tui.jobs.opening import Opening
from tui.messages import (
    ArticlesWanted,
    ArticleWanted,
    CheckWanted,
    ConversationChosen,
    LibraryMended,
    LibraryRestored,
    LibraryWanted,
    OverviewWanted,
    Uploaded,
    WordsChanged,
)
from tui.rendering.errors import error_text, library_in
from tui.screens.base import BasePage, Dialogue, Page, import_screens
from tui.screens.chat import ChatScreen
from tui.screens.palette import YinjuCommands
from tui.state import libraries
from tui.state.memory import Conversation, Memory, library_of, not_resumed
from tui.state.place import Place
from tui.state.workspace import OpenSession, Workspace, opener
from tui.system.ending import end_soon
from tui.system.garbage import keep_for_good
from tui.widgets.common.base import bind, hidden
from tui.widgets.common.link import key_of
from tui.widgets.common.pin import PinWanted

if TYPE_CHECKING:
    from index.types import ConversationInfo

#: Seconds between looks whether the terminal is still there.
_LOOK_FOR_TERMINAL = 2.0
#: Keys as they are printed on keyboards, where Textual names them otherwise.
_PRINTED = {"escape": "Esc", "pageup": "PgUp", "pagedown": "PgDn", "delete": "Del", "insert": "Ins"} | {
    key: key.capitalize() for key in ("enter", "tab", "space", "home", "end")
}


class YinjuApp(AppBase):
    """``open_session`` is called in a thread; what it opens is closed when the app ends.

    Without ``memory`` nothing is kept between runs.
    """

    TITLE = "引句 Yinju"
    CSS_PATH = [  # noqa: RUF012 - Textual declares it so
        "styles/base.tcss",
        "styles/chat.tcss",
        "styles/composer.tcss",
        "styles/source.tcss",
        "styles/reader.tcss",
        "styles/evidence.tcss",
        "styles/library.tcss",
        "styles/overview.tcss",
        "styles/conversations.tcss",
        "styles/sheet.tcss",
        "styles/dialogues.tcss",
        "styles/plain.tcss",
    ]
    COMMANDS = {YinjuCommands}  # noqa: RUF012
    BINDINGS: ClassVar[list[BindingType]] = [
        bind("f1", "help", "app.help", N_("Help"), N_("All keys")),
        bind("f2", "library", "app.library", N_("Articles"), N_("List the articles")),
        hidden(
            "ctrl+o", "add", "app.add", N_("Add articles"), N_("Add files and folders, or see the progress")
        ),
        bind(
            "f3",
            "conversations",
            "app.conversations",
            N_("Conversations"),
            N_("Continue an earlier conversation"),
        ),
        hidden("ctrl+g", "jump", "app.jump", N_("Jump"), N_("Letters on all that can be pressed")),
        hidden(
            "f7",
            "overview",
            "app.overview",
            N_("What is in here"),
            N_("Dates, names and terms, sources, reposts"),
        ),
        hidden("f9", "sheet", "app.sheet", N_("Quote sheet"), N_("The quotes that you pinned")),
        hidden("f8", "settings", "app.settings", N_("Settings"), N_("Language, colours, answers and keys")),
        hidden(
            "ctrl+t", "toggle_dark", "app.theme", N_("Light or dark"), N_("Switch between light and dark")
        ),
        hidden("ctrl+q", "quit", "app.quit", N_("Quit"), N_("Quit Yinju")),
    ]

    def __init__(
        self,
        open_session: OpenSession,
        *,
        settings: Settings | None = None,
        memory: Memory | None = None,
        takes_paths: bool = True,
    ) -> None:
        super().__init__(settings or Settings(), memory or Memory())
        self.takes_paths = takes_paths
        #: Files that were uploaded, and are to be added next.
        self._uploads: list[Path] = []
        self._open_session = libraries.opener_at_start(open_session, self.settings, self.memory)
        #: The folder of a library that could not be opened.
        self.unopened: Path | None = None
        self._resuming: Conversation | None = None
        #: A library on a server that is being made. Once there is one, the next start opens it.
        self._made: Path | None = None
        self._pinning = asyncio.Lock()
        self.opening = Opening(self, self._tell)
        self.chat = ChatScreen(self.memory)

    def get_default_screen(self) -> ChatScreen:
        return self.chat.data_bind(AppBase.workspace, AppBase.busy, AppBase.settings)

    async def on_event(self, event: Event) -> None:
        if isinstance(event, Key) and not event.is_forwarded and isinstance(self.screen, BasePage):
            self.screen.meet(event)
        await super().on_event(event)

    def on_mount(self) -> None:
        if self.settings.keys or self.is_web:
            self._use_keys()
        if not self.is_web and sys.__stdin__ is not None and sys.__stdin__.isatty():
            self.set_interval(_LOOK_FOR_TERMINAL, self._leave_closed_terminal)
        self.memory.on_trouble = self._trouble
        self.screen_change_signal.subscribe(self, lambda _screen: self._look_for_articles())
        self.adding.changed.subscribe(self, self._adding_changed, immediate=True)
        if self.memory.trouble is not None:
            self._trouble(self.memory.trouble)
        self.busy = _("opening the articles …")
        # Not before: threads that import would take their turns from the first frame.
        self.call_after_refresh(self._begin)

    def _begin(self) -> None:
        keep_for_good()
        gc.enable()
        self.adopt_choices()
        self._recall()
        self.action_reopen()

    def _leave_closed_terminal(self) -> None:
        """End the app when its terminal is gone.

        A closed window signals the program that started the app, which may be ``make``, and not the app.
        """
        if sys.__stdin__ is not None and not sys.__stdin__.isatty():
            self.exit()

    @work
    async def _recall(self) -> None:
        """Let ↑ bring back the questions of earlier times."""
        try:
            questions = await asyncio.to_thread(self.memory.questions)
        except YinjuError as error:
            self._trouble(error)
        else:
            self.chat.composer.box.recall(questions)

    def _trouble(self, error: YinjuError) -> None:
        """Show that something cannot be kept. May be called from a thread, and before the first frame."""
        self.chat.call_later(self.chat.fail, error)

    def watch_settings(self, before: Settings, settings: Settings) -> None:
        super().watch_settings(before, settings)
        if settings.keys != before.keys:
            self._use_keys()

    def _use_keys(self) -> None:
        """Take the keys of the settings, and in a browser others for those that it keeps for itself."""
        from tui.keys import for_browser, keymap

        import_screens()
        usable, problems = keymap(self.settings.keys)
        self.remapped = for_browser(usable) if self.is_web else usable
        self.set_keymap(self.remapped)
        for problem in problems:
            self.notify(error_text(problem, "\n"), severity="warning", markup=False)

    def get_key_display(self, binding: Binding) -> str:
        """Keys as they are printed on them: F1, Esc, PgUp, Shift+Tab; ^n for Ctrl+N."""
        modifiers, key = binding.parse_key()
        function = key[:1] == "f" and key[1:].isdigit()
        name = _PRINTED.get(key) or (key.upper() if function else format_key(key))
        name = "^" + name if "ctrl" in modifiers else name
        return "+".join([*(each.capitalize() for each in modifiers if each != "ctrl"), name])

    # The library

    def _tell(self, doing: str) -> None:
        self.busy = doing

    def action_reopen(self) -> None:
        self.open(self._open_session)

    def open(self, open_session: OpenSession) -> None:
        """Go on with the library that ``open_session`` opens. The one before stays open for its answers."""
        self._open_session = open_session
        self._resuming = self._made = None
        self.opening.begin(open_session)

    @on(Opening.Opened)
    async def _library_opened(self, message: Opening.Opened) -> None:
        self.busy = ""
        resuming, self._resuming = self._resuming, None
        made, self._made = self._made, None
        if isinstance(message.result, YinjuError):
            self.unopened = library_in(message.result) or self.unopened
            await self.chat.fail(not_resumed(message.result) if resuming else message.result)
            return
        self.use(message.result)
        if made is not None and made == message.result.path:
            libraries.open_next_time(self.memory, made)
        self._add_uploads()
        if resuming is not None:
            self._open_session = opener(
                None if message.result.bundled else message.result.path, self.settings
            )
            self.chat.resume(resuming)

    @on(LibraryWanted)
    def _library_wanted(self, message: LibraryWanted) -> None:
        path = message.path and self.with_password(message.path)
        if message.create and path is not None:
            self.open(libraries.opener_of_new(path, self.settings))
            self._made = path if isinstance(path, LibraryUrl) else None
        else:
            self.open(opener(path, self.settings))

    @on(AppFocus)
    @on(ChatScreen.Replied)
    def _look_for_articles(self) -> None:
        """Another program may have added articles by now."""
        if self.workspace is not None and not self.adding.running:
            self._refresh(self.workspace)

    @work(exclusive=True, group="count")
    async def _refresh(self, before: Workspace) -> None:
        """Show what the library holds now, if it has changed since it was looked at."""
        try:
            now = await asyncio.to_thread(before.refreshed)
        except YinjuError as error:
            self.notify(one_line(str(error)), severity="error", markup=False)
            return
        if self.workspace is before and now.status.generation != before.status.generation:
            self.use(now)

    # Adding articles

    @on(Uploaded)
    def _uploaded(self, message: Uploaded) -> None:
        self._uploads += message.files
        self._add_uploads()

    def _add_uploads(self) -> None:
        """Add what was uploaded, once the library is open and nothing else is being added."""
        if self._uploads and self.workspace is not None and not self.adding.running:
            uploads, self._uploads = self._uploads, []
            self.adding.begin(self.workspace, uploads, uploaded=True)
            if not isinstance(self.screen, ModalScreen):
                self.action_add()

    def _adding_changed(self, adding: Adding) -> None:
        self.busy = adding.progress() if adding.running else ""

    @on(Adding.Ended)
    def _adding_ended(self, message: Adding.Ended) -> None:
        before, after = message.before, message.after
        if self.workspace is None or self.workspace.shares(before):
            if not after.shares(before):
                libraries.forget_bundled_choice(self.memory)
            self.use(after)
        elif not after.shares(before):
            after.session.close()  # the reader has gone on to another library meanwhile
        self.adding.finish(message.outcome)
        if self.adding.unreported:
            self.notify(
                self.adding.summary(),
                title=_("Update from disk") if self.adding.syncing else _("Adding articles"),
                severity="error" if isinstance(message.outcome, YinjuError) else "information",
                markup=False,
            )
        self._add_uploads()

    # The library as a whole: checked, backed up, restored

    @property
    def _library_folder(self) -> Path | None:
        """The folder of the library that is open, or of the one that could not be opened."""
        return self.workspace.path if self.workspace is not None else self.unopened

    def action_check(self, library: Path | None = None) -> None:
        """Check the library that is open, or the one in folder ``library``."""
        from tui.screens.check import CheckScreen

        library = library or self._library_folder
        if library is None:
            self._say_none_is_open()
        else:
            self._show(CheckScreen(self.with_password(library)))

    @on(CheckWanted)
    def _check_wanted(self, message: CheckWanted) -> None:
        self.action_check(message.path)

    @on(LibraryMended)
    def _library_mended(self, message: LibraryMended) -> None:
        if message.path == self._library_folder:
            self.action_reopen()

    def action_verify(self) -> None:
        from tui.screens.verify import VerifyScreen

        if self.memory.file is None:
            self.notify(_("Conversations are not kept, so there are no citations to check."))
        else:
            self._show(VerifyScreen(self.memory.file, self.workspace))

    def action_words(self) -> None:
        from tui.screens.words import WordsScreen

        if (opened := self._in_use()) and opened.bundled:
            self.notify(_("Words can be taught to a library of your own; add articles first."))
        elif opened:
            self._show(WordsScreen(opened))

    @on(WordsChanged)
    def _words_changed(self, message: WordsChanged) -> None:
        if self.workspace is not None and self.workspace.path == message.path:
            self._refresh(self.workspace)

    def action_back_up(self) -> None:
        from tui.screens.backup import BackUpScreen

        if (opened := self._in_use()) and opened.bundled:
            self.notify(_("The bundled articles come with Yinju; there is nothing of yours to back up."))
        elif opened:
            self._show(BackUpScreen(opened.path))

    def action_restore(self) -> None:
        """Restore a backup; in place of the bundled articles it becomes the reader's own library."""
        from tui.screens.backup import RestoreScreen

        own = self.workspace is None or not self.workspace.bundled
        library = (self._library_folder if own else None) or own_library(self.settings)
        if isinstance(library, LibraryUrl):
            self.notify(
                _("A backup is not put back on a server; open a library in a folder and restore it there.")
            )
        else:
            self._show(RestoreScreen(library))

    @on(LibraryRestored)
    def _library_restored(self, message: LibraryRestored) -> None:
        libraries.forget_bundled_choice(self.memory)
        self.open(opener(message.path, self.settings))

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        return self.takes_paths or action not in ("back_up", "restore")

    # Pages and dialogues

    def _show(self, dialogue: Dialogue[None]) -> None:
        """Open a dialogue, unless one is open."""
        if not isinstance(self.screen, ModalScreen):
            self.push_screen(dialogue)

    def _in_use(self) -> Workspace | None:
        """The open library; if there is none, that is told."""
        if self.workspace is None:
            self._say_none_is_open()
        return self.workspace

    def _say_none_is_open(self) -> None:
        text = _("Opening the articles …") if self.busy else _("No library is open yet.")
        self.notify(text, severity="warning")

    def action_library(self) -> None:
        from tui.screens.library import LibraryScreen

        if (opened := self._in_use()) and self._leave_page(LibraryScreen):
            self.push_screen(LibraryScreen(opened), self._library_closed)

    def _leave_page(self, page: type[Page[Any]]) -> bool:
        """Go back to ``page`` where it is open, else to the questions, to which it goes back itself.

        Returns whether ``page`` may open: neither it nor a dialogue was open.
        """
        before = self.screen
        if isinstance(before, ModalScreen):
            return False
        while self.screen is not self.chat and not isinstance(self.screen, page):
            self.screen.dismiss(None)
        if self.screen is before and before is not self.chat:
            before.dismiss(None)
            return False
        return self.screen is self.chat

    def _library_closed(self, chosen: Filters | None) -> None:
        """Ask only the articles that were chosen there."""
        if chosen is not None:
            self.chat.composer.filters = chosen
            self.call_later(self._ask_them)

    def _ask_them(self) -> None:
        while self.screen is not self.chat:
            self.screen.dismiss(None)
        self.chat.composer.box.focus()

    def action_overview(self) -> None:
        from tui.screens.overview import OverviewScreen

        if (opened := self._in_use()) and self._leave_page(OverviewScreen):
            self.push_screen(OverviewScreen(opened), self._library_closed)

    @on(OverviewWanted)
    def _overview_wanted(self, message: OverviewWanted) -> None:
        from tui.screens.overview import OverviewScreen

        if self.workspace is not None:
            self.push_screen(OverviewScreen(self.workspace, message.filters), self._library_closed)

    @on(ArticlesWanted)
    def _articles_wanted(self, message: ArticlesWanted) -> None:
        """List these articles: in the list below, if there is one."""
        from tui.screens.library import LibraryScreen

        wanted = str(message.filters)
        below = next((screen for screen in self.screen_stack if isinstance(screen, LibraryScreen)), None)
        if below is not None:
            while self.screen is not below:
                self.screen.dismiss(None)
            below.narrow(wanted)
        elif self.workspace is not None:
            self.push_screen(LibraryScreen(self.workspace, wanted), self._library_closed)

    @on(ArticleWanted)
    def _article_wanted(self, message: ArticleWanted) -> None:
        from tui.screens.reader import ReaderScreen

        if self.workspace is None:
            self._say_none_is_open()
        else:
            while isinstance(self.screen, ReaderScreen):
                self.screen.dismiss(None)
            answer = self.chat.side.answer_from(self.workspace)
            passage = Span(message.start, message.start + len(message.text)) if message.text else None
            place = Place("", message.info, passage, message.text)
            reader = ReaderScreen(self.workspace, place, answer, message.beside)
            self.push_screen(reader, self._reader_closed)

    def _reader_closed(self, article: ArticleInfo | None) -> None:
        """In the list, go to the article that was read."""
        from tui.screens.library import LibraryScreen

        if article is not None and isinstance(self.screen, LibraryScreen):
            self.screen.see(article)

    def action_add(self) -> None:
        from tui.screens.add import AddScreen

        if opened := self._in_use():
            self._show(AddScreen(opened))

    def action_libraries(self) -> None:
        from tui.screens.libraries import LibrariesScreen

        self._show(LibrariesScreen(self.workspace))

    async def action_new_conversation(self) -> None:
        await self.chat.action_clear()

    def action_conversations(self) -> None:
        from tui.screens.conversations import ConversationsScreen

        if self._leave_page(ConversationsScreen):
            self.push_screen(ConversationsScreen(self.memory, self.chat.conversation), self._resume)

    @on(ConversationChosen)
    def _conversation_chosen(self, message: ConversationChosen) -> None:
        self._resume(message.info)

    def _resume(self, info: ConversationInfo | None) -> None:
        """Go on with a conversation, in the library that it was held in."""
        if info is None or info.id == self.chat.conversation.id:
            return
        conversation, path = Conversation(info.id, info.title), library_of(info)
        if self.workspace is not None and (
            self.workspace.bundled if path is None else self.workspace.path == path
        ):
            self.chat.resume(conversation)
        else:
            self._resuming = conversation
            self.opening.begin(opener(path and self.with_password(path), self.settings))

    # The quote sheet

    def action_sheet(self) -> None:
        from tui.screens.sheet import SheetScreen

        if (opened := self._in_use()) and self._leave_page(SheetScreen):
            self.push_screen(SheetScreen(self.memory, opened))

    @on(PinWanted)
    def _pin_wanted(self, message: PinWanted) -> None:
        self._pin(message)

    @work(group="pin")
    async def _pin(self, wanted: PinWanted) -> None:
        """Pin a quote, or take it off; say which, and what undoes it. Presses keep their order."""
        where = wanted.workspace, wanted.article, wanted.span, wanted.quote, wanted.page
        try:
            async with self._pinning:
                pinned = await asyncio.to_thread(self.memory.toggle_pin, *where)
        except YinjuError as error:
            self.notify(error_text(error, "\n"), severity="error", markup=False)
            return
        if pinned:
            key = key_of(self, "app.sheet")
            title, told = _("Pinned to the quote sheet"), _("The same key takes it off again.")
            told += " " + _("{key} shows the sheet.").format(key=key) if key else ""
        else:
            title, told = _("Taken off the quote sheet"), _("The same key puts it back.")
        self.notify(told, title=title, timeout=4, markup=False)

    def action_settings(self) -> None:
        from tui.screens.settings import SettingsScreen

        self._show(SettingsScreen())

    def action_jump(self) -> None:
        """Show a letter on everything that can be focused or pressed on the screen in front."""
        from tui.screens.jump import JumpScreen
        from tui.widgets.common.targets import targets

        if found := targets(self.screen):
            self.push_screen(JumpScreen(found), lambda target: target.press() if target else None)

    def action_help(self) -> None:
        from tui.screens.help import HelpScreen

        if not isinstance(self.screen, HelpScreen | CommandPalette):
            self.push_screen(HelpScreen(self.screen, self.remapped))

    def action_help_quit(self) -> None:
        """Ctrl+C where nothing is selected: say how one leaves."""
        for active in self.screen.active_bindings.values():
            if active.binding.action in ("quit", "app.quit"):
                key = self.get_key_display(active.binding)
                self.notify(f"{key}  {_('Quit Yinju')}", markup=False, timeout=3)
                return

    def action_command_palette(self) -> None:
        from tui.screens.palette import Palette

        if not isinstance(self.screen, ModalScreen):
            self.push_screen(Palette())


def run(
    open_session: OpenSession, *, settings: Settings, history: Path | None = None, takes_paths: bool = True
) -> None:
    """Run the app until the user quits; what it keeps goes into the file ``history``."""
    memory = Memory.open(history)
    app = YinjuApp(open_session, settings=settings, memory=memory, takes_paths=takes_paths)
    app.ends = lambda: end_soon(app.return_code or 0)
    app.run()
