"""The dialogue with all libraries, to open, create and check them and to remove them from the list."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from pathlib import Path
from typing import ClassVar

from rich.text import Text
from textual import on, work
from textual.app import ComposeResult
from textual.binding import BindingType
from textual.containers import Horizontal
from textual.getters import app, query_one
from textual.widgets import DataTable, Input

from index.address import LibraryUrl
from index.errors import UsageError
from index.text.display import cells, crop, one_line
from qa.i18n import N_, _, translated
from tui.app_base import AppBase
from tui.messages import CheckWanted, LibraryWanted
from tui.rendering.formats import size_of, tilde, when
from tui.screens.base import Dialogue
from tui.state import libraries
from tui.state.libraries import Shelf
from tui.state.workspace import Workspace
from tui.widgets.common.base import bind
from tui.widgets.common.label import Box, Notice, TextButton

#: Cells of the columns for articles, size and last use; the least for name and path.
_ARTICLES, _SIZE, _OPENED, _NAME, _PATH = 9, 9, 16, 12, 14


class LibrariesScreen(Dialogue[None]):
    """``workspace`` is the one that is open."""

    AUTO_FOCUS = "#libraries-table"
    HELP = N_(
        "Enter opens a library; the next start opens it too, unless the settings name one. n "
        "creates a library: give it a name, the path of a folder, or an address on a Milvus "
        "server. c checks one for damage. Delete removes one from this list; the library "
        "stays where it is."
    )
    BINDINGS: ClassVar[list[BindingType]] = [
        bind("escape", "close", "libraries.close", N_("Close"), N_("Close")),
        bind("n", "new", "libraries.new", N_("New library"), N_("Create a library, or open a folder")),
        bind("c", "check", "libraries.check", N_("Check"), N_("Look for damage in it and repair it")),
        bind(
            "delete",
            "forget",
            "libraries.forget",
            N_("Remove from list"),
            N_("Remove it from this list; it stays where it is"),
        ),
    ]
    app = app(AppBase)
    table = query_one("#libraries-table", DataTable)
    name_input = query_one("#libraries-name", Input)
    message = query_one("#libraries-message", Notice)

    def __init__(self, workspace: Workspace | None) -> None:
        super().__init__()
        self._workspace = workspace
        self._shelves: list[Shelf] = []

    def compose(self) -> ComposeResult:
        with Box(lambda: _("Libraries"), id="libraries"):
            table: DataTable[Text] = DataTable(id="libraries-table", cursor_type="row")
            yield table
            yield Input(id="libraries-name")
            yield Notice(id="libraries-message")
            with Horizontal(classes="buttons"):
                yield TextButton(lambda: _("Open"), "open", id="libraries-open")
                yield TextButton(lambda: _("New library"), "new", id="libraries-new")
                yield TextButton(lambda: _("Check"), "check", id="libraries-check")
                yield TextButton(lambda: _("Remove from list"), "forget", id="libraries-forget")
                yield TextButton(lambda: _("Close"), "close", id="libraries-close")

    def on_mount(self) -> None:
        self.name_input.display = False
        self.translate()
        self._load()

    def translate(self) -> None:
        self.name_input.border_title = _("New library")
        self.name_input.placeholder = (
            _("A name, a folder, or milvus://HOST:PORT/NAME")
            if self.app.takes_paths
            else _("A name, or milvus://HOST:PORT/NAME")
        )
        self._fill()

    @work(exclusive=True, group="libraries")
    async def _load(self) -> None:
        """List the libraries at once, and then what each holds."""
        self._shelves = await asyncio.to_thread(libraries.known, self.app.memory)
        self._fill()
        here = (at for at, shelf in enumerate(self._shelves) if self._is_open(shelf))
        self.table.move_cursor(row=next(here, 0))
        # A worker of the table: what waits for the list waits for no server.
        self.table.run_worker(self._look_into(), exclusive=True)

    async def _look_into(self) -> None:
        for shelf in sorted(self._shelves, key=lambda shelf: isinstance(shelf.path, LibraryUrl)):
            asked = replace(shelf, path=shelf.path and self.app.with_password(shelf.path))
            seen = await asyncio.to_thread(libraries.looked_into, asked)
            if self.leaving:
                return
            self._shelves = [seen if each is shelf else each for each in self._shelves]
            self._fill()

    def on_resize(self) -> None:
        self.call_after_refresh(self._fill)

    def _fill(self) -> None:
        row = self.table.cursor_row
        self.table.clear(columns=True)
        columns = self._columns()
        for name, width in columns:
            self.table.add_column(name, width=width)
        for shelf in self._shelves:
            texts = self._cells(shelf)
            fitted = (Text(crop(text, width)) for (_name, width), text in zip(columns, texts, strict=True))
            self.table.add_row(*fitted)
        self.table.move_cursor(row=min(row, max(0, len(self._shelves) - 1)))
        self.refresh_bindings()

    def _columns(self) -> list[tuple[str, int]]:
        """Names and widths. Paths get what the others leave, or no column if that is too little."""
        fixed = [(_("Articles"), _ARTICLES), (_("Size"), _SIZE), (_("Last opened"), _OPENED)]
        names = [cells(self._called(shelf)) for shelf in self._shelves]
        room = max(30, self.table.size.width - 2) - sum(width + 2 for _name, width in fixed) - 2
        name = min(max([_NAME, *names]), max(_NAME, room // 2 if room > 2 * _PATH else room))
        columns = [(_("Name"), name), *fixed]
        left = room - name - 2
        return columns if left < _PATH else [columns[0], (_("Place"), left), *fixed]

    def _cells(self, shelf: Shelf) -> list[str]:
        status = shelf.status
        if shelf.path is None and self._workspace is not None and self._workspace.bundled:
            status = self._workspace.status
        counts = ["–", "–"]
        if status is not None:
            counts = [f"{status.articles:,}", "–" if status.bytes is None else size_of(status.bytes)]
        if shelf.missing or shelf.trouble:
            counts = [_("missing") if shelf.missing else _("no access") if shelf.shut else _("damaged"), "–"]
        folder = tilde(shelf.path) if shelf.path is not None else _("included with Yinju")
        texts = [self._called(shelf), folder, *counts, when(shelf.opened)]
        return texts if len(self._columns()) == len(texts) else [texts[0], *texts[2:]]

    def _called(self, shelf: Shelf) -> str:
        name = one_line(shelf.path.name) if shelf.path is not None else _("Bundled articles")
        return ("● " if self._is_open(shelf) else "  ") + name

    def _is_open(self, shelf: Shelf) -> bool:
        workspace = self._workspace
        return workspace is not None and shelf.path == (None if workspace.bundled else workspace.path)

    @property
    def _chosen(self) -> Shelf | None:
        row = self.table.cursor_row
        return self._shelves[row] if 0 <= row < len(self._shelves) else None

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        if action in ("forget", "check"):
            return self._chosen is not None and self._chosen.path is not None
        return True

    @on(DataTable.RowHighlighted)
    def _highlighted(self) -> None:
        """Say below the table what its row may have no room for."""
        shelf = self._chosen
        self.message.show(
            lambda: "" if shelf is None else _about(shelf), failed=bool(shelf and shelf.trouble)
        )
        self.refresh_bindings()

    # What can be done

    @on(DataTable.RowSelected)
    def action_open(self) -> None:
        if (shelf := self._chosen) is None or shelf.missing:
            return
        if not self._is_open(shelf):
            self._go_to(shelf.path)
        else:
            self.dismiss()

    def _go_to(self, path: Path | None, *, create: bool = False) -> None:
        if not (create and isinstance(path, LibraryUrl)):  # the app does it once that is made
            libraries.open_next_time(self.app.memory, path)
        self.app.post_message(LibraryWanted(path, create))
        self.dismiss()

    def action_new(self) -> None:
        self.name_input.display = True
        self.name_input.focus()

    @on(Input.Submitted, "#libraries-name")
    def _named(self, event: Input.Submitted) -> None:
        try:
            path = libraries.folder_for(event.value, takes_paths=self.app.takes_paths)
        except UsageError as error:
            self.message.fail(error, "\n")
        else:
            self._go_to(path, create=True)

    def action_check(self) -> None:
        shelf = self._chosen
        if shelf is not None and shelf.path is not None and not shelf.missing:
            self.dismiss()
            self.app.post_message(CheckWanted(shelf.path))

    def action_forget(self) -> None:
        shelf = self._chosen
        if shelf is None or shelf.path is None:
            return
        path = shelf.path
        libraries.forget(self.app.memory, path)
        self._shelves.remove(shelf)
        self._fill()
        said = _("Removed from the list; the library stays at {path}").format(path=tilde(path))
        self.notify(said, markup=False)

    def action_close(self) -> None:
        if self.name_input.has_focus:
            self.name_input.display = False
            self.table.focus()
        else:
            self.dismiss()


def _about(shelf: Shelf) -> str:
    if shelf.path is None:
        return _("These articles come with Yinju; add your own to start a library.")
    if shelf.missing:
        return _("{folder} no longer exists. Delete removes it from the list.").format(
            folder=tilde(shelf.path)
        )
    return f"{tilde(shelf.path)}: {translated(shelf.trouble)}" if shelf.trouble else tilde(shelf.path)
