"""A table of the passages that were considered for an answer, with their ranks."""

from __future__ import annotations

from typing import ClassVar

from textual.content import Content
from textual.widget import Widget

from index.text.display import cells, crop, one_line
from qa.i18n import N_, _
from qa.output.parts import coverage, percent
from qa.types import Answer, Hit
from tui.rendering.formats import facts, meter, page
from tui.state.place import Place
from tui.widgets.common.row import PlaceRow

#: Characters of a passage that stand for it.
_BEGINNING = 160
#: Cells of the rank before a title, between columns, and that a title keeps.
_RANK, _GAP, _LEAST = 4, 2, 20
#: Columns with the cells of their figures. The last is left out first.
_COLUMNS = ((N_("covers"), 10), (N_("words"), 4), (N_("meaning"), 4), (N_("score"), 4))


def _columns(width: int) -> list[tuple[str, int]]:
    """The columns that there is room for beside the titles, with their widths."""
    shown: list[tuple[str, int]] = []
    room = width - _RANK - _LEAST
    for name, least in _COLUMNS:
        column = max(least, cells(_(name)))
        if room < column + _GAP:
            break
        room -= column + _GAP
        shown.append((name, column))
    return shown


def _line(left: Content, ends: list[tuple[str, int]], width: int) -> Content:
    """``left``, and at the right end each text in its column."""
    right = "".join(" " * (_GAP + column - cells(text)) + text for text, column in ends)
    left = left.truncate(max(1, width - cells(right)), ellipsis=True)
    gap = width - left.cell_length - cells(right)
    return Content.assemble(left, " " * gap, (right, "not bold"))


class RankedHead(Widget):
    """The name of the table and of its columns."""

    COMPONENT_CLASSES: ClassVar[set[str]] = {"heading--end"}

    def render(self) -> Content:
        width = self.content_size.width
        ends = [(_(name), column) for name, column in _columns(width)]
        line = _line(Content(_("Passages")), ends, width)
        start = len(line.plain) - len(line.plain.removeprefix(_("Passages")).lstrip())
        return line.stylize(self.get_visual_style("heading--end"), start)


class Ranked(PlaceRow):
    """A passage in two lines: rank, article and figures; then how it begins. Cited ones are marked."""

    COMPONENT_CLASSES: ClassVar[set[str]] = {"ranked--cited", "ranked--begins"}

    def __init__(self, answer: Answer, hit: Hit) -> None:
        cited = [
            citation.number for citation in answer.citations if citation.hit.passage.id == hit.passage.id
        ]
        super().__init__(Place.found(hit), hit.article.title, classes="found")
        self._hit = hit
        self._covers = coverage(hit, answer.words)
        self._cited = " ".join(map(str, cited))
        self._begins = one_line(hit.passage.text[:_BEGINNING].lstrip("# "))

    def render(self) -> Content:
        width, hit = self.content_size.width, self._hit
        figures = {
            "score": f"{hit.score:.2f}",
            "covers": f"{meter(self._covers)} {percent(self._covers):>4}",
            "words": self._rank("lexical"),
            "meaning": self._rank("dense"),
        }
        label = Content.styled(self.place.label.ljust(_RANK), self.get_visual_style("row--label"))
        chip = Content()
        if self._cited:
            chip = Content.styled(f" {self._cited} ", self.get_visual_style("ranked--cited")) + " "
        title = Content.assemble(label, chip, facts(self._text, page(self.place.page, self.place.read)))
        first = _line(title, [(figures[name], column) for name, column in _columns(width)], width)
        begins = Content(" " * _RANK + crop(self._begins, max(1, width - _RANK)))
        return Content.assemble(first, "\n", begins.stylize(self.get_visual_style("ranked--begins")))

    def _rank(self, leg: str) -> str:
        return f"#{self._hit.found_by[leg][0]}" if leg in self._hit.found_by else "–"
