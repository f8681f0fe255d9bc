"""What stands under a question until its answer is there."""

from __future__ import annotations

from collections.abc import Callable
from time import monotonic
from typing import ClassVar

from textual.content import Content
from textual.reactive import reactive
from textual.widget import Widget

from index.text.display import crop, one_line
from qa.i18n import _, ngettext
from qa.output.parts import coverage, percent
from qa.types import Hit
from tui.rendering.formats import meter

#: Seconds before anything is shown. Most answers come sooner, and nothing flickers.
_PATIENCE = 0.12
#: Seconds after which the time is shown.
_LONG = 2.0
#: Passages named while they are read.
_NAMED = 6


class Waiting(Widget):
    """``opening()`` is true until the library is open."""

    COMPONENT_CLASSES: ClassVar[set[str]] = {"waiting--quiet"}

    hits: reactive[tuple[Hit, ...]] = reactive[tuple[Hit, ...]]((), repaint=False)
    late: reactive[bool] = reactive(False, layout=True)
    seconds: reactive[int] = reactive(0)
    #: Why no answer will come, "" while one may.
    ended: reactive[str] = reactive("", layout=True)

    def __init__(self, opening: Callable[[], bool]) -> None:
        super().__init__()
        self._opening = opening
        self._since = monotonic()

    def on_mount(self) -> None:
        self.set_timer(_PATIENCE, self._appear)
        self._clock = self.set_interval(0.5, self._tick)

    def watch_hits(self) -> None:
        if self.late:
            self.refresh(layout=True)

    def _appear(self) -> None:
        self.late = True

    def _tick(self) -> None:
        waited = monotonic() - self._since
        self.seconds = int(waited) if waited >= _LONG else 0
        self.refresh()

    def end(self, why: str) -> None:
        """Say why no answer will come; ``why`` is still to translate."""
        self.ended, self.late = why, True
        self._clock.stop()

    def render(self) -> Content:
        if not self.late:
            return Content()
        if self.ended:
            return Content(_(self.ended))
        if self._opening():
            doing = _("Opening the articles …")
        elif self.hits:
            count = len(self.hits)
            doing = ngettext("Reading {count} passage …", "Reading {count} passages …", count).format(
                count=count
            )
        else:
            doing = _("Searching …")
        if self.seconds:
            doing += "  " + _("{seconds} s · Esc stops").format(seconds=self.seconds)
        quiet = self.get_visual_style("waiting--quiet")
        named = [Content.styled(self._named(hit), quiet) for hit in self.hits[:_NAMED]]
        return Content("\n").join([Content(doing), *named])

    def _named(self, hit: Hit) -> str:
        covers = coverage(hit, ())
        share = f"{meter(covers)} {percent(covers):>4}  "
        return share + crop(one_line(hit.article.title), max(10, self.size.width - len(share) - 1))
