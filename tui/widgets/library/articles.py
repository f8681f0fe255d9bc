"""The table of articles. It draws only the rows in view, so that ten thousand open at once."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import ClassVar, NamedTuple

from rich.cells import cell_len, set_cell_size
from rich.segment import Segment
from rich.style import Style
from textual import events
from textual.binding import BindingType
from textual.geometry import Size
from textual.message import Message
from textual.reactive import reactive
from textual.scroll_view import ScrollView
from textual.strip import Strip

from index.text.display import one_line
from index.types import ArticleInfo
from qa.i18n import N_, _
from tui.rendering.formats import LANGUAGES, tilde
from tui.state.listing import Listing
from tui.widgets.common.base import bind, hidden


class Column(NamedTuple):
    """Shown in tables of ``least`` cells or more. ``width`` 0 shares what the other columns leave."""

    key: str
    name: str
    width: int
    least: int = 0
    right: bool = False


_COLUMNS = (
    Column("mark", "✓", 1),
    Column("alike", "≈", 3),
    Column("title", N_("Title"), 0),
    Column("language", N_("Language"), 10),
    Column("date", N_("Date"), 10),
    Column("source", N_("Published in"), 16, 90),
    Column("passages", N_("Passages"), 10, 78, right=True),
    Column("added", N_("Added"), 10, 130),
    Column("path", N_("Path"), 0, 140),
)
_GAP = 2
#: Cells that a mouse click on the marks may be beside them.
_MARK = 3


class ArticleTable(ScrollView, can_focus=True):
    """Shows a `Listing`."""

    PART = N_("Articles")
    COMPONENT_CLASSES: ClassVar[set[str]] = {
        *(f"articles--{name}" for name in ("header", "sorted", "cursor", "blurred", "hover", "empty")),
        *(f"articles--{name}" for name in ("marked", "mark", "faint", "alike")),
    }
    ALLOW_SELECT = False
    BINDINGS: ClassVar[list[BindingType]] = [
        hidden("up,k", "move(-1)", "articles.up", N_("Up")),
        hidden("down,j", "move(1)", "articles.down", N_("Down")),
        hidden("pageup", "turn(-1)", "articles.pageup", N_("Page up")),
        hidden("pagedown", "turn(1)", "articles.pagedown", N_("Page down")),
        hidden("home", "first", "articles.first", N_("First")),
        hidden("end", "last", "articles.last", N_("Last")),
        hidden("enter", "read", "articles.read", N_("Read"), N_("Read the article")),
        bind("space", "mark", "articles.mark", N_("Mark"), N_("Mark or unmark it")),
        hidden("shift+up", "extend(-1)", "articles.extend.up", N_("Mark upwards")),
        hidden("shift+down", "extend(1)", "articles.extend.down", N_("Mark downwards")),
        hidden("a", "mark_all", "articles.all", N_("Mark all"), N_("Mark all that are listed")),
        hidden("s", "sort_next", "articles.sort", N_("Sort"), N_("Sort by the next column")),
        hidden("S", "sort_back", "articles.turn", N_("Reverse the order")),
        *(
            hidden(str(n), f"sort_by({n})", f"articles.sort.{n}", N_("Sort by this column"))
            for n in range(1, 8)
        ),
    ]

    row: reactive[int] = reactive(0)
    _hovered: reactive[int] = reactive(-1)

    @dataclass
    class Read(Message):
        """An article is to be read."""

        info: ArticleInfo

    class Changed(Message):
        """The cursor, the marks or the order have changed."""

    def __init__(self) -> None:
        super().__init__(id="articles")
        self.listing = Listing()
        self.empty = ""
        self._anchor = 0

    def show(self, listing: Listing, empty: str = "") -> None:
        """Show ``listing``, or the text ``empty`` if it lists nothing. The cursor stays at its article."""
        at = self.current
        self.listing, self.empty = listing, empty
        rows = {info.id: row for row, info in enumerate(listing.shown)}
        self.row = rows.get(at.id, self.row) if at is not None else self.row
        self.on_resize()
        self.refresh()
        self.post_message(self.Changed())

    def see(self, id: int) -> None:
        """Put the cursor on the article, if it is listed."""
        self.row = next((row for row, info in enumerate(self.listing.shown) if info.id == id), self.row)

    @property
    def current(self) -> ArticleInfo | None:
        """The article under the cursor."""
        return self.listing.shown[self.row] if 0 <= self.row < len(self.listing.shown) else None

    # Drawing

    def columns(self) -> list[tuple[Column, int]]:
        """The columns that there is room for, with their widths."""
        width = self.size.width
        shown = [
            column
            for column in _COLUMNS
            if column.least <= width and (column.key != "alike" or self.listing.groups)
        ]
        left = width - sum(column.width for column in shown) - _GAP * (len(shown) - 1) - 2
        open_ended = sum(not column.width for column in shown)
        share = left if open_ended == 1 else left * 3 // 5
        return [
            (column, column.width or max(8, share if column.key == "title" else left - share))
            for column in shown
        ]

    def render_line(self, y: int) -> Strip:
        width = self.size.width
        if y == 0:
            return self._header()
        row = y - 1 + self.scroll_offset.y
        if row >= len(self.listing.shown):
            text = self.empty if not self.listing.shown and y == 2 else ""
            style = self.get_component_rich_style("articles--empty")
            return Strip([Segment("  " + fit(text, width - 2), style)], width)
        return self._row(row)

    def _header(self) -> Strip:
        plain = self.get_component_rich_style("articles--header")
        chosen = self.get_component_rich_style("articles--sorted")
        parts = []
        for column, width in self.columns():
            sorted_by = column.key == self.listing.column
            arrow = ("▼" if self.listing.down else "▲") if sorted_by else ""
            name = arrow or "✓" if column.key == "mark" else f"{_(column.name)} {arrow}".strip()
            parts.append((fit(name, width, right=column.right), chosen if sorted_by else plain))
        return self._line(parts, plain)

    def _row(self, row: int) -> Strip:
        info = self.listing.shown[row]
        base = self._base(row, info)
        faint = base + self.get_component_rich_style("articles--faint", partial=True)
        mark = base + self.get_component_rich_style("articles--mark", partial=True)
        alike = base + self.get_component_rich_style("articles--alike", partial=True)
        group = self.listing.group(info.id)
        values = {
            "mark": ("✓" if info.id in self.listing.marked else " ", mark),
            "alike": (f"≈{group}" if group else "", alike),
            "title": (one_line(info.title), base),
            "language": (LANGUAGES.get(info.language, "–"), faint),
            "date": (one_line(info.published or "–")[:10], faint),
            "source": (one_line(info.source or "–"), faint),
            "passages": (f"{info.passages:,}", faint),
            "added": (info.added[:10], faint),
            "path": (tilde(Path(info.path)), faint),
        }
        parts = []
        for column, width in self.columns():
            text, style = values[column.key]
            cut = fit_end(text, width) if column.key == "path" else fit(text, width, right=column.right)
            parts.append((cut, style))
        return self._line(parts, base)

    def _base(self, row: int, info: ArticleInfo) -> Style:
        """The style of the first that applies: cursor, hover, mark."""
        if row == self.row:
            name = "articles--cursor" if self.has_focus else "articles--blurred"
        elif row == self._hovered:
            name = "articles--hover"
        elif info.id in self.listing.marked:
            name = "articles--marked"
        else:
            return self.rich_style
        return self.get_component_rich_style(name)

    def _line(self, parts: list[tuple[str, Style]], base: Style) -> Strip:
        segments = [Segment(" ", base)]
        for text, style in parts:
            segments += [Segment(text, style), Segment(" " * _GAP, base)]
        return Strip(segments).adjust_cell_length(self.size.width, base)

    # Moving

    def watch_row(self) -> None:
        self._see()
        self.post_message(self.Changed())

    def validate_row(self, row: int) -> int:
        return max(0, min(row, len(self.listing.shown) - 1))

    def _see(self) -> None:
        """Bring the row under the cursor into view. The header takes a line."""
        height, top = self.size.height - 1, self.scroll_offset.y
        if height > 0 and not top <= self.row < top + height:
            self.scroll_to(y=self.row if self.row < top else self.row - height + 1, animate=False)

    def on_resize(self) -> None:
        self.virtual_size = Size(self.size.width, len(self.listing.shown) + 1)
        self._see()

    def action_move(self, step: int) -> None:
        self.row += step
        self._anchor = self.row

    def action_turn(self, step: int) -> None:
        self.action_move(step * max(1, self.size.height - 2))

    def action_first(self) -> None:
        self.row = self._anchor = 0

    def action_last(self) -> None:
        self.row = self._anchor = len(self.listing.shown) - 1

    def action_read(self) -> None:
        if (info := self.current) is not None:
            self.post_message(self.Read(info))

    # Marking

    def _mark(self, rows: range, on: bool) -> None:
        self.listing.mark((self.listing.shown[row].id for row in rows), on)
        self.refresh()
        self.post_message(self.Changed())

    def _turn_over(self, row: int) -> None:
        info = self.listing.shown[row]
        self._mark(range(row, row + 1), info.id not in self.listing.marked)

    def action_mark(self) -> None:
        if self.current is not None:
            self._turn_over(self.row)
            self.action_move(1)

    def action_extend(self, step: int) -> None:
        if self.current is not None:
            self._mark(range(self.row, self.row + 1), True)
            self.row += step
            self._mark(range(self.row, self.row + 1), True)
            self._anchor = self.row

    def action_mark_all(self) -> None:
        """Mark all that are listed, or unmark them if they are marked."""
        rows = range(len(self.listing.shown))
        self._mark(rows, not all(info.id in self.listing.marked for info in self.listing.shown))

    # Sorting

    @property
    def _sort_keys(self) -> list[str]:
        """The columns that there is room for, without the marks."""
        return [column.key for column, _width in self.columns() if column.key != "mark"]

    def action_sort_by(self, number: int) -> None:
        """Sort by the column of this number, in reverse if the list is sorted by it."""
        keys = self._sort_keys
        if number <= len(keys):
            self._sort(keys[number - 1])

    def action_sort_next(self) -> None:
        keys = self._sort_keys
        at = keys.index(self.listing.column) + 1 if self.listing.column in keys else 0
        self._sort(keys[at % len(keys)])

    def action_sort_back(self) -> None:
        if self.listing.column:
            self._sort(self.listing.column)

    def _sort(self, key: str) -> None:
        self.listing.sort(key)
        self.show(self.listing, self.empty)

    # The mouse

    def _row_at(self, y: int) -> int:
        row = y - 1 + self.scroll_offset.y
        return row if y > 0 and row < len(self.listing.shown) else -1

    def on_mouse_move(self, event: events.MouseMove) -> None:
        self._hovered = self._row_at(event.y)

    def on_leave(self) -> None:
        self._hovered = -1

    def on_click(self, event: events.Click) -> None:
        if event.y == 0:
            self._sort_at(event.x)
            return
        row = self._row_at(event.y)
        if row < 0:
            return
        if event.shift:
            first, last = sorted((self._anchor, row))
            self._mark(range(first, last + 1), True)
            self.row = row
            return
        self.row = self._anchor = row
        if event.x < _MARK or event.ctrl:
            self._turn_over(row)
        elif event.chain == 2:
            self.action_read()

    def _sort_at(self, x: int) -> None:
        at = 1
        for column, width in self.columns():
            if x < at + width + _GAP:
                self._sort(column.key)
                return
            at += width + _GAP


def fit(text: str, width: int, *, right: bool = False) -> str:
    """``text`` in exactly ``width`` cells, with "…" where it was cut; no wide character is halved."""
    length = cell_len(text)
    if length > width:
        text = set_cell_size(text, width - 1).rstrip() + "…"
        length = cell_len(text)
    gap = " " * (width - length)
    return gap + text if right else text + gap


def fit_end(text: str, width: int) -> str:
    """The same with the end of the text, which says most about a path."""
    if cell_len(text) <= width:
        return fit(text, width)
    kept = len(text)
    used = 1
    while kept and used + cell_len(text[kept - 1]) <= width:
        kept -= 1
        used += cell_len(text[kept])
    return fit("…" + text[kept:], width)
