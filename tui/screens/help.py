"""What the page below is for, with all its keys and those of its parts."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, ClassVar

from textual import events
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Horizontal, VerticalScroll
from textual.content import Content
from textual.dom import DOMNode
from textual.screen import Screen

from index.text.display import cells, wrap
from qa.i18n import N_, _
from tui.screens.base import Dialogue
from tui.widgets.common.base import bind
from tui.widgets.common.label import Box, Label, Paragraph

#: Cells between a key and what it does; cells that the edges of the box and of a column take.
_GAP, _EDGE = 2, 5
#: Cells of a screen with room for two columns; of the box with two columns, and with one.
_TWO, _WIDEST, _NARROW = 110, 124, 76


class HelpScreen(Dialogue[None]):
    """Lists the bindings of the app, of ``page`` and of its parts: the widgets with a name in ``PART``.

    ``keys`` are the remapped ones, by the id of their binding.
    """

    AUTO_FOCUS = "#help-scroll"
    COMPONENT_CLASSES: ClassVar[set[str]] = {"help--key", "help--part"}
    BINDINGS: ClassVar[list[BindingType]] = [
        bind("escape,f1,q", "dismiss", "help.close", N_("Close"), N_("Close the help")),
    ]

    def __init__(self, page: Screen[Any], keys: Mapping[str, str]) -> None:
        super().__init__()
        self._page, self._remapped = page, keys

    def compose(self) -> ComposeResult:
        box = Box(lambda: _("Help"), id="help", subtitle=lambda: _("Esc closes"))
        with box, VerticalScroll(id="help-scroll"):
            yield Paragraph(lambda: _(self._page.HELP or ""), id="help-what")
            with Horizontal(id="help-keys"):
                yield Label(lambda: self._column(0))
                yield Label(lambda: self._column(1))

    def on_resize(self) -> None:
        for label in self.query(Label):
            label.translate()

    def on_click(self, event: events.Click) -> None:
        """Close on a click beside the box."""
        if event.widget is self:
            self.dismiss()

    @property
    def _columns(self) -> int:
        """The number of columns."""
        return 2 if self.size.width >= _TWO else 1

    def _column(self, number: int) -> Content:
        """The keys in a column. Both columns are about equally long."""
        if number >= self._columns:
            return Content()
        width = min(self.size.width * 24 // 25, _WIDEST if self._columns == 2 else _NARROW) // self._columns
        blocks = [block for part in self._parts() if (block := self._block(*part, width - _EDGE))]
        total, before = sum(map(len, blocks)), 0
        shown: list[Content] = []
        for block in blocks:
            if self._columns == 1 or (before + len(block) / 2 > total / 2) == bool(number):
                shown += block
            before += len(block)
        return Content("\n").join(shown)

    def _parts(self) -> Iterator[tuple[str, list[tuple[str, str]]]]:
        """The name of each part, and its keys with what they do."""
        yield _("On this page"), self._rows(type(self._page))
        named: dict[str, dict[type[DOMNode], None]] = {}
        for node in self._page.walk_children():
            if part := getattr(node, "PART", ""):
                named.setdefault(part, {})[type(node)] = None
        for part, kinds in named.items():
            yield _(part), [row for kind in kinds for row in self._rows(kind)]
        if isinstance(self._page, Dialogue):
            yield _("Everywhere"), self._rows(Dialogue)
        else:
            commands = self.app.get_key_display(Binding(self.app.COMMAND_PALETTE_BINDING, "", ""))
            yield (
                _("Everywhere"),
                [
                    *self._rows(type(self.app)),
                    (commands, _("Find a command, article, conversation or heading")),
                ],
            )

    def _rows(self, kind: type[DOMNode]) -> list[tuple[str, str]]:
        """The keys and texts of a widget's bindings, without Textual's own and the numbered ones."""
        own = [base for base in kind.__mro__ if base.__module__.startswith("tui.")]
        bindings = (binding for base in own for binding in base.__dict__.get("BINDINGS", ()))
        return [
            (self._shown(binding), _(binding.tooltip or binding.description))
            for binding in bindings
            if isinstance(binding, Binding) and binding.id and not binding.id[-1].isdigit()
            if kind is Dialogue or binding not in Dialogue.BINDINGS
        ]

    def _shown(self, binding: Binding) -> str:
        keys = self._remapped.get(binding.id or "", binding.key)
        each = dict.fromkeys(
            self.app.get_key_display(Binding(key.strip(), binding.action, "")) for key in keys.split(",")
        )
        return " ".join(each)

    def _block(self, part: str, rows: list[tuple[str, str]], width: int) -> list[Content]:
        """A part in lines of ``width`` cells, and an empty line."""
        if not rows:
            return []
        key_style, part_style = (
            self.get_visual_style(f"help--{name}", partial=True) for name in ("key", "part")
        )
        indent = max(cells(key) for key, _what in rows) + _GAP
        lines = [Content.styled(part, part_style)]
        for key, what in rows:
            before = Content.assemble((key, key_style), " " * (indent - cells(key)))
            for start, end in wrap(what, max(8, width - indent)):
                lines.append(Content.assemble(before, what[start:end]))
                before = Content(" " * indent)
        return [*lines, Content()]
