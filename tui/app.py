"""The terminal app. It paints at once and opens the library in a thread."""

from __future__ import annotations

import sys
from typing import ClassVar

from textual import work
from textual.app import App
from textual.binding import Binding, BindingType
from textual.command import CommandPalette
from textual.message import Message
from textual.reactive import reactive

from index.errors import YinjuError
from index.types import ArticleInfo
from qa.settings import Settings
from tui.commands import YinjuCommands
from tui.screens.chat import ChatScreen
from tui.themes import DAY, NIGHT, defaults
from tui.workspace import OpenLibrary, Workspace

#: Seconds between looks whether the terminal is still there.
_LOOK_FOR_TERMINAL = 2.0


class YinjuApp(App[None]):
    """``open_library`` is called in a thread; what it opens is closed when the app ends."""

    TITLE = "引句 Yinju"
    CSS_PATH = "yinju.tcss"
    COMMANDS = App.COMMANDS | {YinjuCommands}
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("f1", "help", "Help", id="app.help", tooltip="Every key"),
        Binding("f2", "library", "Articles", id="app.library", tooltip="List the articles and read one"),
        Binding("f3", "add", "Add", id="app.add", tooltip="Add a file or a folder"),
        Binding(
            "ctrl+t",
            "toggle_dark",
            "Theme",
            show=False,
            id="app.theme",
            tooltip="Switch between light and dark",
        ),
    ]

    workspace: reactive[Workspace | None] = reactive[Workspace | None](None)

    class Opened(Message):
        """The library is open, or could not be opened."""

        def __init__(self, result: Workspace | YinjuError) -> None:
            super().__init__()
            self.result = result

    def __init__(self, open_library: OpenLibrary, *, settings: Settings | None = None) -> None:
        super().__init__()
        self.settings = settings or Settings()
        self._open_library = open_library
        self._opened: list[Workspace] = []
        self._chat = ChatScreen()
        self.register_theme(NIGHT)
        self.register_theme(DAY)
        self.theme = NIGHT.name

    def get_theme_variable_defaults(self) -> dict[str, str]:
        return defaults(self.current_theme.dark)

    def get_default_screen(self) -> ChatScreen:
        return self._chat

    def on_mount(self) -> None:
        if self.settings.theme:
            self._use_theme(self.settings.theme)
        if sys.__stdin__ is not None and sys.__stdin__.isatty():
            self.set_interval(_LOOK_FOR_TERMINAL, self._leave_closed_terminal)
        self.action_reopen()

    def _leave_closed_terminal(self) -> None:
        """A window that is closed tells the program that started this one, which may be ``make``: not us."""
        if sys.__stdin__ is not None and not sys.__stdin__.isatty():
            self.exit()

    def on_unmount(self) -> None:
        for workspace in self._opened:
            workspace.library.close()

    def action_reopen(self) -> None:
        self._chat.busy = "opening the articles …"
        self._open()

    @work(thread=True, exclusive=True, group="open")
    def _open(self) -> None:
        try:
            workspace = Workspace.over(self._open_library(), self.settings)
            self.post_message(self.Opened(workspace))
            workspace.warm_up()
        except YinjuError as error:
            self.post_message(self.Opened(error))

    async def on_yinju_app_opened(self, message: Opened) -> None:
        self._chat.busy = ""
        if isinstance(message.result, YinjuError):
            await self._chat.fail(message.result)
        else:
            self._use(message.result)

    def _use(self, workspace: Workspace | None) -> None:
        if workspace is not None and workspace is not self.workspace:
            self._opened.append(workspace)
            self.workspace = self._chat.workspace = workspace

    def action_library(self) -> None:
        from tui.screens.library import LibraryScreen

        if self.workspace is not None and self.screen is self._chat:
            self.push_screen(LibraryScreen(self.workspace), self._read)

    def _read(self, info: ArticleInfo | None) -> None:
        if info is not None:
            self._chat.read(info)

    def action_add(self) -> None:
        from tui.screens.add import AddScreen

        if self.workspace is None:
            self.notify("The articles are not open.", severity="warning")
        elif self.screen is self._chat:
            self.push_screen(AddScreen(self.workspace), self._use)

    def action_help(self) -> None:
        from tui.screens.help import HelpScreen

        if not isinstance(self.screen, HelpScreen | CommandPalette):
            self.push_screen(HelpScreen(self.screen))

    def action_toggle_dark(self) -> None:
        self.theme = DAY.name if self.current_theme.dark else NIGHT.name

    def _use_theme(self, name: str) -> None:
        if name in self.available_themes:
            self.theme = name
        else:
            known = ", ".join(sorted(self.available_themes))
            self.notify(f"There is no theme {name!r}. Known: {known}", severity="warning", markup=False)


def run(open_library: OpenLibrary, *, settings: Settings | None = None) -> None:
    """Run the app until the user quits."""
    YinjuApp(open_library, settings=settings).run()
