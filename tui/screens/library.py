"""The page that lists the articles."""

from __future__ import annotations

from typing import ClassVar

from rich.text import Text
from textual import on, work
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.getters import query_one
from textual.screen import Screen
from textual.widgets import DataTable, Footer, Input, Static

from index.errors import YinjuError
from index.types import ArticleInfo
from qa.render import one_line
from tui.text import LANGUAGES, plural
from tui.workspace import Workspace

#: Columns of language, date and number of passages.
_WIDTHS = (8, 10, 8)


class LibraryScreen(Screen[ArticleInfo | None]):
    """Closes with the article that was chosen, or None."""

    AUTO_FOCUS = "DataTable"
    HELP = "Enter reads the article. / narrows the list to titles, paths and languages with what you type."
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape,f2", "close", "Back", id="library.close", tooltip="Back to the questions"),
        Binding("slash", "filter", "Filter", id="library.filter", tooltip="Narrow the list"),
    ]
    table = query_one("#articles", DataTable)
    filter = query_one("#filter", Input)

    def __init__(self, workspace: Workspace) -> None:
        super().__init__()
        self._workspace = workspace
        self._articles: list[ArticleInfo] = []

    def compose(self) -> ComposeResult:
        yield Static(id="library-name", markup=False)
        yield Input(placeholder="Filter by title, path or language", id="filter")
        table: DataTable[Text] = DataTable(id="articles", cursor_type="row")
        yield table
        yield Footer()

    def on_mount(self) -> None:
        self._load()

    @work(thread=True)
    def _load(self) -> None:
        try:
            articles = self._workspace.library.articles()
        except YinjuError as error:
            self.app.call_from_thread(self.query_one("#library-name", Static).update, one_line(str(error)))
        else:
            self.app.call_from_thread(self._show, articles)

    def _show(self, articles: list[ArticleInfo]) -> None:
        self._articles = articles
        self._fill("")

    @on(Input.Changed, "#filter")
    def _narrow(self, event: Input.Changed) -> None:
        self._fill(event.value)

    @on(Input.Submitted, "#filter")
    def _narrowed(self) -> None:
        self.table.focus()

    def on_resize(self) -> None:
        self._fill(self.filter.value)

    def _fill(self, wanted: str) -> None:
        """List the articles that ``wanted`` allows; titles take the width that the other columns leave."""
        words = wanted.casefold().split()
        kept = [info for info in self._articles if all(word in _searched(info) for word in words)]
        row, room = self.table.cursor_row, max(10, self.size.width - sum(_WIDTHS) - 2 * len(_WIDTHS) - 5)
        self.table.clear(columns=True)
        for name, width in zip(("Title", "Language", "Date", "Passages"), (room, *_WIDTHS), strict=True):
            self.table.add_column(name, width=width)
        for info in kept:
            title = Text(one_line(info.title))
            title.truncate(room, overflow="ellipsis")
            facts = (LANGUAGES.get(info.language, "–"), one_line(info.published or "–")[:10])
            count = Text(f"{info.passages:,}", justify="right")
            self.table.add_row(title, *map(Text, facts), count, key=str(info.id))
        self.table.move_cursor(row=row)
        name = "bundled articles" if self._workspace.bundled else str(self._workspace.library.path)
        few = f"{len(kept):,} of " if words else ""
        self.query_one("#library-name", Static).update(
            f"{few}{plural(len(self._articles), 'article')} · {one_line(name)}"
        )

    @on(DataTable.RowSelected)
    def _chosen(self, event: DataTable.RowSelected) -> None:
        self.dismiss(next(info for info in self._articles if str(info.id) == event.row_key.value))

    def action_filter(self) -> None:
        self.filter.focus()

    def action_close(self) -> None:
        if self.filter.has_focus:
            self.filter.value = ""
            self.table.focus()
        else:
            self.dismiss(None)


def _searched(info: ArticleInfo) -> str:
    return f"{info.title} {info.path} {info.language} {LANGUAGES.get(info.language, '')}".casefold()
