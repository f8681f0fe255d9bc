"""What every page and dialogue of the app has in common."""

from __future__ import annotations

import importlib
import pkgutil
from dataclasses import replace
from pathlib import Path
from typing import ClassVar, TypeVar

from textual import on
from textual.binding import ActiveBinding, BindingType
from textual.events import Key, ScreenResume
from textual.screen import ModalScreen, Screen

from qa.i18n import N_, _
from tui.widgets.common.base import EndsWorkers, hidden
from tui.widgets.common.keybar import KeyBar
from tui.widgets.common.link import Followed

Result = TypeVar("Result")


def _translated(bindings: dict[str, ActiveBinding]) -> dict[str, ActiveBinding]:
    """The bindings with their texts in the language in use."""
    return {
        key: active._replace(
            binding=replace(
                active.binding, description=_(active.binding.description), tooltip=_(active.binding.tooltip)
            ),
            tooltip=_(active.tooltip),
        )
        for key, active in bindings.items()
    }


def import_screens() -> None:
    """Imports all screens with their widgets. Otherwise most are imported when they are first opened."""
    for module in pkgutil.iter_modules([str(Path(__file__).parent)], f"{__package__}."):
        importlib.import_module(module.name)


class BasePage(EndsWorkers, Screen[Result]):
    """All in it is styled as it is mounted. Textual does it twice more when a screen opens."""

    _resumed = False

    def meet(self, event: Key) -> None:
        """Give the focus to the part that a key is meant for; called before the key is sent.

        Done any later, keys that arrive together would come by two ways and in a wrong order.
        """

    def on_compose(self) -> None:
        """Add the classes that tell the size."""
        axes = zip(self.app.size, (self.HORIZONTAL_BREAKPOINTS, self.VERTICAL_BREAKPOINTS), strict=True)
        for size, breakpoints in axes:
            reached = [name for least, name in breakpoints or () if size >= least]
            self.add_class(*reached[-1:], update=False)
        self.update_node_styles(animate=False)

    @on(ScreenResume)
    def _restyled(self, event: ScreenResume) -> None:
        event.refresh_styles &= self._resumed
        self._resumed = True


class Page(BasePage[Result]):
    """Fills the terminal. Classes tell its size: ``-narrow`` to ``-wide``, ``-short`` or ``-tall``."""

    HORIZONTAL_BREAKPOINTS = [(0, "-narrow"), (100, "-medium"), (150, "-wide")]  # noqa: RUF012
    VERTICAL_BREAKPOINTS = [(0, "-short"), (32, "-tall")]  # noqa: RUF012

    @property
    def active_bindings(self) -> dict[str, ActiveBinding]:
        return _translated(super().active_bindings)


class Dialogue(BasePage[Result], ModalScreen[Result]):
    """A box over the page below. Of the app's keys, those for help, jumping and quitting work in it."""

    BINDINGS: ClassVar[list[BindingType]] = [
        hidden("f1", "app.help", "app.help", N_("Help"), N_("All keys")),
        hidden("ctrl+g", "app.jump", "app.jump", N_("Jump"), N_("Letters on all that can be pressed")),
        hidden("ctrl+q", "app.quit", "app.quit", N_("Quit"), N_("Quit Yinju")),
    ]
    HORIZONTAL_BREAKPOINTS = [(0, "-narrow"), (100, "-medium")]  # noqa: RUF012

    def on_mount(self) -> None:
        self.bindings_updated_signal.subscribe(self, self._show_keys)

    def on_unmount(self) -> None:
        self._show_keys()

    def _show_keys(self, _screen: object = None) -> None:
        """The page below has the bar of keys."""
        for screen in self.app.screen_stack:
            for bar in screen.query(KeyBar):
                bar.refresh()

    @property
    def active_bindings(self) -> dict[str, ActiveBinding]:
        return _translated(super().active_bindings)

    @on(Followed)
    async def _followed(self, message: Followed) -> None:
        """The links of a dialogue are named after its actions."""
        await self.run_action(message.name)
