"""The page of the quote sheet: order the pinned quotes, annotate, take off, read, copy and save them."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING, ClassVar

from rich.text import Text
from textual import on, work
from textual.app import ComposeResult
from textual.binding import BindingType
from textual.containers import Horizontal, Vertical, VerticalScroll
from textual.content import Content
from textual.getters import query_one
from textual.widgets import DataTable

from index.errors import YinjuError
from index.text.display import crop, one_line
from index.types import PinnedQuote
from qa.i18n import N_, _, ngettext
from tui.messages import ArticleWanted
from tui.rendering.formats import date_and_language, facts, page, shown
from tui.screens.base import Page
from tui.state.memory import Memory
from tui.state.workspace import Workspace
from tui.system.clipboard import copy
from tui.widgets.common.actions import Action, ActionRow, undoable
from tui.widgets.common.base import bind, hidden
from tui.widgets.common.keybar import KeyBar
from tui.widgets.common.label import Notice, Paragraph
from tui.widgets.common.table import Table

if TYPE_CHECKING:
    from qa.output.sheet import SheetQuote
    from tui.screens.share import Form

#: Cells of the columns of the table but the quote's, and cells between columns.
_NUMBER, _ARTICLE, _MARK, _GAP = 3, 22, 2, 2
#: Cells of the table from which it names the articles.
_NAMED = 60
#: What stands beside a quote with a note, and beside one that is not where it was pinned.
_NOTED, _ASTRAY = "✎", "≠"
#: Characters of a note.
_LONGEST = 2_000
#: Cells of a quote that a notice names.
_TOLD = 40


@dataclass(frozen=True, slots=True)
class _Undoable:
    """A change of one quote, what is ``told`` of it, and how to take it back."""

    pinned: PinnedQuote
    told: str
    back: Callable[[], None]


class SheetScreen(Page[None]):
    AUTO_FOCUS = "#sheet"
    HELP = N_(
        "The quotes that you pinned in this library, in your order. Enter reads a quote in its article. "
        "Shift+↑ and Shift+↓, or K and J, move it; a gives it a note; Delete takes it off. Until you leave "
        "this page, u undoes that and brings a note back. s copies or saves the sheet: Markdown with "
        "footnotes, plain text, BibTeX. ✎ marks quotes with a note, ≠ those that do not stand in their "
        "article as they did."
    )
    BINDINGS: ClassVar[list[BindingType]] = [
        bind("escape,f9", "dismiss", "sheet.close", N_("Back"), N_("Back to where you came from")),
        *(
            hidden(keys, action, f"sheet.{name}", text, what)
            for keys, action, name, text, what in (
                ("shift+up,K", "move(-1)", "up", N_("Move up"), N_("Move the quote up")),
                ("shift+down,J", "move(1)", "down", N_("Move down"), N_("Move the quote down")),
                ("a", "annotate", "annotate", N_("Note"), N_("Give the quote a note of your own")),
                ("delete,d,b", "unpin", "unpin", N_("Take off"), N_("Take the quote off; u undoes this")),
                ("u", "undo", "undo", N_("Undo"), N_("Put back a quote or note")),
                ("y", "copy", "copy", N_("Copy quote"), N_("Copy this quote with its source")),
            )
        ),
        bind("s,f6", "share", "sheet.share", N_("Copy or save"), N_("Copy the sheet or save it as a file")),
    ]
    table = query_one(Table)
    notice = query_one("#sheet-notice", Notice)
    preview = query_one("#sheet-preview", Paragraph)

    def __init__(self, memory: Memory, workspace: Workspace) -> None:
        super().__init__()
        self._memory, self._workspace = memory, workspace
        self._quotes: list[SheetQuote] | None = None
        self._undoable: list[_Undoable] = []
        #: The id of the quote under the cursor.
        self._at: int | None = None
        self._in_order = asyncio.Lock()
        #: Changes that are not made yet, and whether what is shown was not read since one was.
        self._pending, self._stale = 0, False

    def compose(self) -> ComposeResult:
        with Horizontal(id="sheet-desk"):
            with Vertical(id="sheet-box", classes="section"):
                yield Table(id="sheet", cursor_type="row")
                yield Paragraph(self._nothing, id="sheet-empty")
            with VerticalScroll(id="sheet-side", classes="section"):
                yield Paragraph(id="sheet-preview")
        yield Notice(id="sheet-notice", collapse=True)
        yield ActionRow(self._actions)
        yield KeyBar()

    def on_mount(self) -> None:
        self.translate()

    def on_screen_resume(self) -> None:
        self._load()

    def on_resize(self) -> None:
        self._fill()

    def translate(self) -> None:
        self.query_one("#sheet-box").border_title = _("Quote sheet")
        self.query_one("#sheet-side").border_title = _("Quote")
        self._fill()

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        if action == "undo":
            return bool(self._undoable)
        if action in ("annotate", "unpin", "copy", "share"):
            return self._chosen is not None
        if action == "move":
            return self._beside(int(str(parameters[0]))) is not None if parameters else bool(self._quotes)
        return True

    def _actions(self) -> list[Action]:
        some = self._chosen is not None
        return [
            Action("↵", _("Read"), "read", some),
            Action("⇧↑", _("Up"), "move(-1)", self._beside(-1) is not None),
            Action("⇧↓", _("Down"), "move(1)", self._beside(1) is not None),
            Action("a", _("Note"), "annotate", some),
            Action("Del", _("Take off"), "unpin", some),
            *([Action("u", _("Undo"), "undo")] if self._undoable else []),
            Action("s", _("Copy or save"), "share", some),
        ]

    # The list

    @work(exclusive=True, group="sheet")
    async def _load(self) -> None:
        """Read the sheet, and where its quotes stand now."""
        try:
            quotes = await asyncio.to_thread(self._read)
        except YinjuError as error:
            self.notice.fail(error, " → ")
        else:
            self._quotes = quotes
            self._fill()

    def _read(self) -> list[SheetQuote]:
        return self._workspace.session.sheet(self._memory.pinned(self._workspace))

    def _fill(self) -> None:
        """List the quotes. The cursor stays at its quote."""
        row, quotes = self.table.cursor_row, self._quotes or []
        beside = self.has_class("-medium") or self.has_class("-wide")
        room = self.size.width * (3 if beside else 5) // 5 - 4
        named = room >= _NAMED
        taken = [_NUMBER, *([_ARTICLE] if named else []), _MARK]
        widest = max(8, room - sum(width + _GAP for width in taken) - _GAP)
        columns = [("", _NUMBER), (_("Quote"), widest), *([(_("Article"), _ARTICLE)] if named else [])]
        with self.prevent(DataTable.RowHighlighted):
            self.table.clear(columns=True)
            for name, width in [*columns, ("", _MARK)]:
                self.table.add_column(Text(crop(name, width)), width=width)
            for number, quote in enumerate(quotes, start=1):
                texts = [f"{number:>{_NUMBER}}", crop(one_line(quote.pinned.quote), widest)]
                texts += [crop(one_line(quote.article.title), _ARTICLE)] if named else []
                marks = (_NOTED if quote.pinned.note else " ") + (_ASTRAY if quote.told else "")
                self.table.add_row(*map(Text, [*texts, marks]))
            ids = [quote.pinned.id for quote in quotes]
            row = ids.index(self._at) if self._at in ids else row
            self.table.move_cursor(row=max(0, min(row, len(ids) - 1)))
        self.set_class(not quotes, "-empty")
        self.query_one("#sheet-empty", Paragraph).translate()
        count = ngettext("{count} quote", "{count} quotes", len(quotes)).format(count=f"{len(quotes):,}")
        self.query_one("#sheet-box").border_subtitle = count
        self._look()

    def _nothing(self) -> str:
        if self._quotes is None:
            return ""
        if not self._memory.keeps:
            return _("Quotes are not kept: there is nowhere to store them.")
        return _(
            "No quote is pinned in this library. b pins one, on a source of an answer or in an article; "
            "Alt+P pins the one being read, also while you type."
        )

    @property
    def _chosen(self) -> SheetQuote | None:
        row, quotes = self.table.cursor_row, self._quotes or []
        return quotes[row] if 0 <= row < len(quotes) else None

    def _beside(self, step: int) -> SheetQuote | None:
        """The quote ``step`` places below the one under the cursor."""
        row, quotes = self.table.cursor_row + step, self._quotes or []
        return quotes[row] if self._chosen is not None and 0 <= row < len(quotes) else None

    @on(DataTable.RowHighlighted)
    def _look(self) -> None:
        """Show all of the quote under the cursor."""
        quote = self._chosen
        self._at = quote.pinned.id if quote is not None else None
        self.preview.show(partial(_preview, quote) if quote is not None else str)
        self.query_one("#sheet-side").scroll_home(animate=False)
        self.query_one(ActionRow).refresh()
        self.refresh_bindings()

    # What can be done

    @on(DataTable.RowSelected)
    def action_read(self) -> None:
        """Read the quote in its article, or the article if it says something else by now."""
        quote = self._chosen
        if quote is None:
            return
        if quote.now is None:
            self.notice.show(lambda: quote.told, failed=True)
        elif quote.state == "changed":
            self.post_message(ArticleWanted(quote.now))
        else:
            self.post_message(ArticleWanted(quote.now, start=quote.span.start, text=quote.pinned.quote))

    def action_move(self, step: int) -> None:
        quote, other, quotes = self._chosen, self._beside(step), self._quotes
        if quote is not None and other is not None and quotes is not None:
            row = self.table.cursor_row
            quotes[row], quotes[row + step] = other, quote
            self._fill()
            self._change(lambda: self._memory.move_pin(quote.pinned.id, step), read=False)

    def action_annotate(self) -> None:
        from tui.screens.line import LineScreen

        if (quote := self._chosen) is not None:
            asking = LineScreen(lambda: _("Note"), quote.pinned.note, longest=_LONGEST, empty=True)
            self.app.push_screen(asking, lambda note: self._annotated(quote.pinned, note))

    def _annotated(self, pinned: PinnedQuote, note: str | None) -> None:
        if note is None or note == pinned.note:
            return
        if pinned.note:
            back = partial(self._memory.annotate, pinned.id, pinned.note)
            self._undoable.append(_Undoable(pinned, N_("Note changed: {quote}"), back))
            self._say_undoable()
        self._change(lambda: self._memory.annotate(pinned.id, note))

    def action_unpin(self) -> None:
        if (quote := self._chosen) is not None:
            pinned = quote.pinned
            back = partial(self._memory.restore_pin, pinned.id)
            self._undoable.append(_Undoable(pinned, N_("Taken off: {quote}"), back))
            self._quotes = [other for other in self._quotes or [] if other is not quote]
            self._fill()
            self._say_undoable()
            self._change(lambda: self._memory.unpin(pinned.id))

    def action_undo(self) -> None:
        if self._undoable:
            last = self._undoable.pop()
            self._at = last.pinned.id
            self._say_undoable()
            self._change(last.back)

    def _say_undoable(self) -> None:
        if not self._undoable:
            self.notice.show(str)
            return
        last = self._undoable[-1]
        quote = crop(one_line(last.pinned.quote), _TOLD)
        self.notice.show(lambda: undoable(_(last.told).format(quote=quote)))

    def action_copy(self) -> None:
        from qa.output import sheet

        if (quote := self._chosen) is not None:
            copy(self.app, sheet.plain([quote]).partition("] ")[2])
            self.notify(_("Copied the quote with its source."))

    def action_share(self) -> None:
        from tui.screens.share import ShareScreen

        if quotes := self._quotes:
            self.app.push_screen(ShareScreen(_forms(quotes), _("Quotes")))

    def _change(self, change: Callable[[], None], *, read: bool = True) -> None:
        """Make a change, and ``read`` the sheet again. Changes keep their order and outlast the page."""
        self._pending += 1
        self.app.run_worker(self._changed(change, read), group="change")

    async def _changed(self, change: Callable[[], None], read: bool) -> None:
        async with self._in_order:
            try:
                await asyncio.to_thread(change)
            except YinjuError as error:
                self._failed(error)
                read = True
            self._pending -= 1
            self._stale = self._stale or read
            # What is shown has the changes that are not made yet; what is kept would be older.
            if self._stale and self._all_made():
                try:
                    quotes = await asyncio.to_thread(self._read)
                except YinjuError as error:
                    self._failed(error)
                    return
                if self._all_made():
                    self._quotes, self._stale = quotes, False
                    self._fill()

    def _all_made(self) -> bool:
        """Whether no change is under way, and the page is open."""
        return not self._pending and not self.leaving

    def _failed(self, error: YinjuError) -> None:
        if not self.leaving:
            self.notice.fail(error, " → ")


def _preview(quote: SheetQuote) -> Content:
    """The quote, its source, what became of it, and the note."""
    about = quote.article
    known = facts(page(quote.page, quote.read), about.author, about.source, date_and_language(about))
    blocks = [
        Content(shown(quote.pinned.quote)),
        Content("\n").join([Content.styled(one_line(about.title), "bold"), Content(known)]),
        Content.styled(f"{_ASTRAY} {quote.told}" if quote.told else "", "$text-warning"),
        Content(f"{_NOTED} {shown(quote.pinned.note)}" if quote.pinned.note else ""),
    ]
    return Content("\n\n").join([block for block in blocks if block])


def _forms(quotes: list[SheetQuote]) -> dict[str, Form]:
    """What the sheet is copied and saved as."""
    from qa.output import sheet
    from tui.screens.share import Form

    markdown, plain, bibtex = (partial(make, quotes) for make in (sheet.markdown, sheet.plain, sheet.bibtex))
    return {
        "markdown": Form(N_("Copy the sheet as Markdown with footnotes"), markdown),
        "text": Form(N_("Copy the sheet as plain text"), plain),
        "bibtex": Form(N_("Copy its sources as BibTeX"), bibtex),
        ".md": Form(N_("Save the sheet as Markdown …"), markdown, ".md"),
        ".txt": Form(N_("Save the sheet as plain text …"), plain, ".txt"),
        ".bib": Form(N_("Save its sources as BibTeX …"), bibtex, ".bib"),
    }
