"""What screens may ask of the app: settings, memory, the open library, the language and the theme."""

from __future__ import annotations

import os
from collections.abc import Callable, Mapping
from dataclasses import replace
from functools import partial
from pathlib import Path
from threading import Lock
from typing import Any

from textual.app import App
from textual.css.model import RuleSet
from textual.driver import Driver
from textual.reactive import reactive
from textual.widget import Widget

from index.address import LibraryUrl
from index.errors import UsageError
from qa import i18n
from qa.i18n import _
from qa.settings import Settings, save
from tui.jobs.adding import Adding
from tui.rendering.errors import error_text
from tui.state import libraries
from tui.state.memory import Memory
from tui.state.workspace import Workspace
from tui.styles.themes import DAY, NIGHT, following, variables
from tui.system.terminal import add_key_sequences, driver_for
from tui.widgets.common.base import Translates

add_key_sequences()
# Textual looks up all rules, 500, in a set for each widget that it styles. The same hash without Python code.
RuleSet.__hash__ = object.__hash__  # type: ignore[method-assign]


class AppBase(App[None]):
    """An app in the language and theme that ``settings`` name, or else those in ``memory``.

    ``memory`` is what the app keeps between runs. ``adding`` adds articles; one run at a time.
    """

    #: The library that is open, with its engine; None until one is.
    workspace: reactive[Workspace | None] = reactive[Workspace | None](None)
    #: What the app is doing just now, in the reader's language; "" for nothing.
    busy: reactive[str] = reactive("")
    #: What the reader chose; in the settings file, too, where anything is kept.
    settings: reactive[Settings] = reactive(Settings(), init=False)
    #: Whether dialogues take paths of this machine. Else files are uploaded and downloaded.
    takes_paths = True

    def __init__(self, settings: Settings, memory: Memory) -> None:
        # Without colours also Textual's grey levels are left out; plain.tcss says what they would.
        super().__init__(ansi_color="NO_COLOR" in os.environ or None)
        self.memory = memory
        self.set_reactive(AppBase.settings, settings)
        self._writing = Lock()
        #: The keys that bindings have in place of their own, by id.
        self.remapped: Mapping[str, str] = {}
        self.adding = Adding(self)
        self._opened: list[Workspace] = []
        #: Called when the app ends, before its libraries are closed, which may take a server a while.
        self.ends: Callable[[], None] = lambda: None
        i18n.use(settings.language or memory.get("language") or i18n.system_language(os.environ))
        self.register_theme(NIGHT)
        self.register_theme(DAY)
        self.theme = self._styled = self._wanted_theme() or following(os.environ)
        self.stylesheet.set_variables(self.get_css_variables())

    def get_driver_class(self) -> type[Driver]:
        return driver_for(super().get_driver_class())

    def on_mount(self) -> None:
        if self.settings.theme and self.theme != self.settings.theme:
            text = _("There is no theme called {name}. Available: {known}")
            text = text.format(name=self.settings.theme, known=", ".join(sorted(self.available_themes)))
            self.notify(text, severity="warning", markup=False)
        self.theme_changed_signal.subscribe(self, lambda _theme: self._translate_screens())

    def on_unmount(self) -> None:
        self.ends()
        for workspace in self._opened:
            workspace.session.close()
        self.memory.close()

    def use(self, workspace: Workspace) -> None:
        """Go on with this workspace. The one before stays open for the answers that were taken from it."""
        if workspace is not self.workspace:
            self._opened.append(workspace)
            workspace.session.use(self.settings)
            libraries.remember(self.memory, workspace)
            self.workspace = workspace

    def with_password(self, library: Path) -> Path:
        """``library``; an address without a password, with that given since the app began."""
        if not isinstance(library, LibraryUrl) or library.token:
            return library
        return next((opened.path for opened in reversed(self._opened) if opened.path == library), library)

    def ask_for_files(self) -> None:
        """Let the page in the browser offer a choice of files to upload."""
        self.open_url("#upload")

    # Settings

    def choose(self, name: str, value: Any) -> None:
        """Go on with another value of a setting, and keep it."""
        self.settings = replace(self.settings, **{name: value})
        if self.memory.keeps:
            self.run_worker(partial(self._save, name), thread=True, group="settings")

    def _save(self, name: str) -> None:
        """Write the value that a setting has by now. Runs in a thread: there is a library to import."""
        try:
            with self._writing:
                save(name, getattr(self.settings, name))
        except UsageError as error:
            text = error_text(error, "\n")
            self.call_from_thread(self.notify, text, severity="error", markup=False)

    def adopt_choices(self) -> None:
        """Move what earlier versions kept elsewhere into the settings file, for the command line too."""
        for name in ("language", "theme"):
            if (chosen := self.memory.get(name)) and self.memory.keeps:
                if not getattr(self.settings, name):
                    self.choose(name, chosen)
                self.memory.set(name, "")

    def watch_settings(self, before: Settings, settings: Settings) -> None:
        if settings.language != before.language:
            self.use_language(settings.language or i18n.system_language(os.environ))
        if settings.theme != before.theme:
            self.theme = self._wanted_theme() or following(os.environ)
        if self.workspace is not None:
            self.workspace.session.use(settings)

    # Language

    def use_language(self, language: str) -> None:
        """Show the interface in ``language``."""
        if language != i18n.language():
            i18n.use(language)
            self._translate_screens()

    def _translate_screens(self) -> None:
        """Work out again what is shown, for another language or in other colours."""
        for screen in self.screen_stack:
            for node in (screen, *screen.walk_children(Widget)):
                if isinstance(node, Translates) and node.is_mounted:  # what is not asks for it itself
                    node.translate()
                node.refresh(layout=True)
            screen.refresh_bindings()

    def action_language(self, language: str) -> None:
        self.choose("language", language)

    def action_next_language(self) -> None:
        languages = list(i18n.LANGUAGES)
        self.choose("language", languages[(languages.index(i18n.language()) + 1) % len(languages)])

    # Theme

    def get_css_variables(self) -> dict[str, str]:
        self.theme_variables = variables(self.current_theme)
        return self.theme_variables

    def action_theme(self, name: str) -> None:
        """Show the colours of this theme, also when the app is started again."""
        self.theme = name
        self.choose("theme", name)

    def action_toggle_dark(self) -> None:
        self.action_theme(DAY.name if self.current_theme.dark else NIGHT.name)

    def refresh_css(self, animate: bool = True) -> None:
        """Read the styles again for another theme.

        Textual also does so for the first theme, for which they were read a moment before.
        """
        if self._styled != self.theme:
            self._styled = self.theme
            super().refresh_css(animate)

    def _wanted_theme(self) -> str:
        """The theme that was set or chosen, "" where there is none of that name."""
        wanted = self.settings.theme or self.memory.get("theme")
        return wanted if wanted in self.available_themes else ""
