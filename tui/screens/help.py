"""Every key of the page below and of its parts, and what the page is for."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any, ClassVar

from rich.cells import cell_len
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Vertical, VerticalScroll
from textual.content import Content
from textual.dom import DOMNode
from textual.screen import Screen

from tui.i18n import N_, _
from tui.page import Dialogue
from tui.widgets.label import Label

#: Cells between a key and what it does.
_GAP = 2


class HelpScreen(Dialogue[None]):
    """Made from the bindings of the app, of ``page`` and of its parts, so that it cannot fall behind them.

    A part whose keys are to be listed names itself in ``PART``. ``keys`` are those that were remapped,
    by the id of their binding.
    """

    AUTO_FOCUS = "#help-scroll"
    COMPONENT_CLASSES: ClassVar[set[str]] = {"help--key", "help--part", "help--more"}
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape,f1,q", "dismiss", N_("Close"), id="help.close", tooltip=N_("Close the help")),
    ]

    def __init__(self, page: Screen[Any], keys: dict[str, str]) -> None:
        super().__init__()
        self._page, self._remapped = page, keys

    def compose(self) -> ComposeResult:
        with Vertical(id="help"), VerticalScroll(id="help-scroll"):
            yield Label(lambda: _(self._page.HELP or ""), id="help-what")
            yield Label(self._keys, id="help-keys")

    def on_mount(self) -> None:
        self.translate()

    def translate(self) -> None:
        box = self.query_one("#help")
        box.border_title, box.border_subtitle = _("Help"), _("Esc closes")

    def _keys(self) -> Content:
        parts = [
            (part, [(self._shown(binding), binding) for binding in bindings])
            for part, bindings in self._parts()
        ]
        width = max((cell_len(key) for _part, rows in parts for key, _binding in rows), default=0) + _GAP
        lines = [line for part, rows in parts for line in self._lines(part, rows, width)]
        return Content("\n").join(lines)

    def _parts(self) -> Iterator[tuple[str, Sequence[Binding]]]:
        yield _("On this page"), _listed(self._page)
        named: dict[str, DOMNode] = {}
        for node in self._page.walk_children():
            if part := getattr(node, "PART", ""):
                named.setdefault(part, node)
        for part, node in named.items():
            yield _(part), _listed(node)
        yield _("Everywhere"), _listed(self.app)

    def _shown(self, binding: Binding) -> str:
        keys = self._remapped.get(binding.id or "", binding.key)
        each = dict.fromkeys(
            self.app.get_key_display(Binding(key.strip(), binding.action, "")) for key in keys.split(",")
        )
        return " ".join(each)

    def _lines(self, part: str, rows: list[tuple[str, Binding]], width: int) -> Iterator[Content]:
        key_style, part_style, more = (
            self.get_visual_style(f"help--{name}", partial=True) for name in ("key", "part", "more")
        )
        if rows:
            yield Content.styled(part, part_style)
        for key, binding in rows:
            space = " " * (width - cell_len(key))
            what = (_(binding.description), " " * _GAP, (_(binding.tooltip), more))
            yield Content.assemble((key, key_style), space, *what)
        if rows:
            yield Content()


def _listed(node: DOMNode) -> list[Binding]:
    """The bindings that ``node`` itself declares, one of those that go by number."""
    return [
        binding
        for binding in node.BINDINGS
        if isinstance(binding, Binding) and binding.id and not binding.id[-1].isdigit()
    ]
