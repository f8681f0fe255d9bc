"""One thing that checking a library found."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from textual.content import Content

from index.text.display import cells, one_line
from qa.i18n import N_, _, translated
from tui.rendering.prose import Prose, ProseView

if TYPE_CHECKING:
    from index.maintenance.findings import Finding

#: The sign and the word for each state.
_STATES = {
    "well": ("✓", N_("OK")),
    "note": ("•", N_("note")),
    "wrong": ("✗", N_("problem")),
    "mended": ("✓", N_("repaired")),
}


class FindingRow(ProseView):
    """Its state, its text, and in a line below what to do about it."""

    COMPONENT_CLASSES: ClassVar[set[str]] = {f"finding--{name}" for name in (*_STATES, "hint")}

    def __init__(self, finding: Finding) -> None:
        super().__init__()
        self.finding = finding

    def build(self) -> Prose:
        found = self.finding
        width = max(cells(_(word)) for _sign, word in _STATES.values())
        sign, word = _STATES[found.state][0], _(_STATES[found.state][1])
        label = Content.styled(
            f"{sign} {word}{' ' * (width - cells(word))} ", self.get_visual_style(f"finding--{found.state}")
        )
        text = Content(one_line(translated(found.text)))
        if hint := self._hint():
            text = Content.assemble(text, "\n", ("→ " + hint, self.get_visual_style("finding--hint")))
        return Prose(text, label)

    def _hint(self) -> str:
        """The hint, in the app's own words for what the app can do."""
        found = self.finding
        if not found.mendable:
            return one_line(translated(found.hint))
        if found.check in ("pages", "database"):
            return _(
                "“Repair” saves the articles that can be read. You can also restore a backup from "
                "the command palette."
            )
        return _("“Repair” takes care of it.")
