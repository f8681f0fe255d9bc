"""The language and the colours of the app: what they are at the start, and how they change while it runs."""

from __future__ import annotations

import os

from textual.app import App
from textual.theme import Theme
from textual.widget import Widget

from qa.settings import Settings
from tui.rendering import i18n
from tui.rendering.i18n import _
from tui.screens.base import Translates
from tui.state.memory import Memory
from tui.styles.themes import DAY, NIGHT, following, variables


class Appearance(App[None]):
    """An app in the language and theme that ``settings`` name, or ``memory`` has from the last time."""

    def __init__(self, settings: Settings, memory: Memory) -> None:
        # Without colours also Textual's grey levels are left out; plain.tcss says what they would.
        super().__init__(ansi_color="NO_COLOR" in os.environ or None)
        self.settings, self.memory = settings, memory
        i18n.use(settings.language or memory.get("language") or i18n.system_language(os.environ))
        self.register_theme(NIGHT)
        self.register_theme(DAY)
        self.theme = self._styled = self._wanted_theme() or following(os.environ)
        self.stylesheet.set_variables(self.get_css_variables())

    def on_mount(self) -> None:
        if self.settings.theme and self.theme != self.settings.theme:
            self._refuse_theme(self.settings.theme)
        self.theme_changed_signal.subscribe(self, self._theme_changed)

    def get_css_variables(self) -> dict[str, str]:
        self.theme_variables = variables(self.current_theme)
        return self.theme_variables

    def use_language(self, language: str, *, keep: bool = True) -> None:
        """Show the interface in ``language``, from now on also when the app is started again."""
        i18n.use(language)
        if keep:
            self.memory.set("language", language)
        self._tell_anew()

    def _tell_anew(self) -> None:
        """Work out again what is shown, for another language or in other colours."""
        for screen in self.screen_stack:
            for node in (screen, *screen.walk_children(Widget)):
                if isinstance(node, Translates) and node.is_mounted:  # what is not asks for it itself
                    node.translate()
                node.refresh(layout=True)
            screen.refresh_bindings()

    def action_language(self, language: str) -> None:
        self.use_language(language)

    def action_next_language(self) -> None:
        languages = list(i18n.LANGUAGES)
        self.use_language(languages[(languages.index(i18n.language()) + 1) % len(languages)])

    def action_theme(self, name: str) -> None:
        """Show the colours of this theme, from now on also when the app is started again."""
        self.theme = name
        self.memory.set("theme", name)

    def action_toggle_dark(self) -> None:
        self.action_theme(DAY.name if self.current_theme.dark else NIGHT.name)

    def _theme_changed(self, _theme: Theme) -> None:
        self._tell_anew()

    def refresh_css(self, animate: bool = True) -> None:
        """Read the styles again for another theme.

        Textual does so for the first theme as well, which they were read with a moment before.
        """
        if self._styled != self.theme:
            self._styled = self.theme
            super().refresh_css(animate)

    def _wanted_theme(self) -> str:
        """The theme that was set or chosen, "" where there is none of that name."""
        wanted = self.settings.theme or self.memory.get("theme")
        return wanted if wanted in self.available_themes else ""

    def _refuse_theme(self, name: str) -> None:
        known = ", ".join(sorted(self.available_themes))
        text = _("There is no theme {name}. Known: {known}")
        self.notify(text.format(name=name, known=known), severity="warning", markup=False)
