"""The dates of articles as bars: one for each year or month. The arrow keys go from bar to bar."""

from __future__ import annotations

from collections.abc import Sequence
from typing import ClassVar

from textual import events
from textual.binding import BindingType
from textual.content import Content
from textual.geometry import clamp
from textual.reactive import reactive
from textual.widget import Widget

from qa.i18n import N_
from qa.overview.facts import Period
from qa.question.filters import NO_FILTERS, Filters
from tui.messages import ArticlesWanted
from tui.rendering.formats import articles
from tui.widgets.common.base import bind, hidden

#: The eighths of a bar in one line.
_EIGHTHS = " ▁▂▃▄▅▆▇█"
#: Lines of the bars; cells of a bar at most; cells that a label takes with the gap after it.
_LINES, _WIDEST, _LABEL = 4, 6, 6


class Timeline(Widget, can_focus=True):
    """Enter or a click lists the articles of the period."""

    PART = N_("Dates")
    COMPONENT_CLASSES: ClassVar[set[str]] = {
        *(f"timeline--{name}" for name in ("bar", "cursor", "faint", "told")),
    }
    BINDINGS: ClassVar[list[BindingType]] = [
        bind("enter,space", "follow", "dates.list", N_("List"), N_("List these articles")),
        hidden("left,h", "move(-1)", "dates.left", N_("Earlier"), N_("The period before")),
        hidden("right,l", "move(1)", "dates.right", N_("Later"), N_("The period after")),
        hidden("home", "first", "dates.first", N_("First")),
        hidden("end", "last", "dates.last", N_("Last")),
        hidden("up,k", "app.focus_previous", "dates.up", N_("Up"), N_("The line above")),
        hidden("down,j", "app.focus_next", "dates.down", N_("Down"), N_("The line below")),
    ]
    ALLOW_SELECT = False

    at: reactive[int] = reactive(0)

    def __init__(self) -> None:
        super().__init__(id="timeline")
        self._periods: Sequence[Period] = ()
        self._within = NO_FILTERS

    def show(self, periods: Sequence[Period], within: Filters) -> None:
        """Show these periods of the articles ``within``; the last one is the current one."""
        self._periods, self._within = periods, within
        self.display = len(periods) > 1
        self.at = len(periods) - 1
        self.refresh()

    @property
    def filters(self) -> Filters:
        """The filters that only the articles of the current period pass."""
        return self._within.adding(self._periods[self.at].filters) if self._periods else self._within

    def validate_at(self, at: int) -> int:
        return clamp(at, 0, max(0, len(self._periods) - 1))

    # Drawing

    @property
    def _shown(self) -> Sequence[Period]:
        """The latest periods that there is room for."""
        return self._periods[-max(1, self.content_size.width) :]

    @property
    def _step(self) -> int:
        """The cells from one bar to the next."""
        return clamp(self.content_size.width // max(1, len(self._shown)), 1, _WIDEST)

    def render(self) -> Content:
        shown, step = self._shown, self._step
        if not shown:
            return Content()
        styles = {
            name: self.get_visual_style(f"timeline--{name}") for name in ("bar", "cursor", "faint", "told")
        }
        most = max(period.count for period in shown)
        current = len(shown) - len(self._periods) + self.at
        told = self._periods[self.at]
        lines = [Content.styled(f"{told.name} · {articles(told.count)}", styles["told"])]
        wide = max(1, step - 1)
        for level in reversed(range(_LINES)):
            line = []
            for number, period in enumerate(shown):
                eighths = -(-period.count * _LINES * 8 // most) - level * 8  # 1 at least for any article
                bar = _EIGHTHS[clamp(eighths, 0, 8)]
                style = styles["cursor" if number == current else "bar"]
                if not period.count and not level:
                    bar, style = "·", styles["cursor" if number == current else "faint"]
                text = bar.ljust(wide) if bar == "·" else bar * wide
                line.append(Content.assemble((text, style), " " * (step - wide)))
            lines.append(Content("").join(line))
        lines.append(Content.styled(self._labels(shown, step), styles["faint"]))
        return Content("\n").join(lines)

    def _labels(self, shown: Sequence[Period], step: int) -> str:
        """The years below their first bars, where there is room."""
        line, before = "", ""
        for number, period in enumerate(shown):
            year = period.name[:4]
            if year != before and len(line) <= number * step and (not line or number * step >= len(line) + 1):
                line = line.ljust(number * step) + year
            before = year
        return line[: self.content_size.width]

    # Going about

    def action_move(self, step: int) -> None:
        self.at += step

    def action_first(self) -> None:
        self.at = 0

    def action_last(self) -> None:
        self.at = len(self._periods) - 1

    def action_follow(self) -> None:
        if self._periods:
            self.post_message(ArticlesWanted(self.filters))

    def _period_at(self, x: int) -> int | None:
        """The period whose bar is in this column of the widget."""
        number = (x - self.gutter.left) // self._step
        if not 0 <= number < len(self._shown):
            return None
        return len(self._periods) - len(self._shown) + number

    def on_mouse_move(self, event: events.MouseMove) -> None:
        if (at := self._period_at(event.x)) is not None:
            self.at = at

    def on_click(self, event: events.Click) -> None:
        event.stop()
        if (at := self._period_at(event.x)) is not None:
            self.at = at
            self.action_follow()
