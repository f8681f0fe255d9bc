"""The dialogue for the language and the colours of the interface. It shows a choice at once."""

from __future__ import annotations

from typing import ClassVar

from textual import on
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Horizontal
from textual.getters import app, query_one
from textual.widgets import OptionList
from textual.widgets.option_list import Option

from qa import i18n
from qa.i18n import N_, _
from tui.app_base import AppBase
from tui.rendering.formats import tilde
from tui.screens.base import Dialogue
from tui.styles.themes import DAY, NIGHT
from tui.widgets.common.base import bind, hidden
from tui.widgets.common.label import Box, Paragraph
from tui.widgets.common.link import Link


class Choices(OptionList):
    """The highlighted choice is chosen. Enter is left to the dialogue."""

    BINDINGS: ClassVar[list[BindingType]] = [Binding("enter", "screen.keep", show=False)]


class SettingsScreen(Dialogue[None]):
    """Enter applies the choices, Esc discards them."""

    AUTO_FOCUS = "#settings-languages"
    HELP = N_("↑ and ↓ choose, and the change shows at once. Enter applies it, Esc discards it.")
    BINDINGS: ClassVar[list[BindingType]] = [
        bind("enter", "keep", "settings.keep", N_("Apply"), N_("Apply the changes")),
        bind("escape,f8", "take_back", "settings.close", N_("Back"), N_("Discard the changes and close")),
        hidden("left", "app.focus_previous", "settings.left", N_("Other list")),
        hidden("right", "app.focus_next", "settings.right", N_("Other list")),
    ]
    app = app(AppBase)
    languages = query_one("#settings-languages", OptionList)
    themes = query_one("#settings-themes", OptionList)

    def compose(self) -> ComposeResult:
        with Box(lambda: _("Settings"), id="settings"):
            with Horizontal(id="settings-lists"):
                yield Choices(
                    *(Option(name, code) for code, name in i18n.LANGUAGES.items()),
                    id="settings-languages",
                    markup=False,
                )
                yield Choices(
                    *(Option(name, name) for name in self._theme_names()), id="settings-themes", markup=False
                )
            yield Paragraph(self._file, id="settings-file")
            with Horizontal(classes="links"):
                yield Link(lambda: _("OK (Enter)"), "keep")
                yield Link(lambda: _("Discard (Esc)"), "take_back")

    def _theme_names(self) -> list[str]:
        own = [NIGHT.name, DAY.name]
        return own + sorted(name for name in self.app.available_themes if name not in own)

    def on_mount(self) -> None:
        self._before = i18n.language(), self.app.theme
        self.languages.highlighted = list(i18n.LANGUAGES).index(i18n.language())
        self.themes.highlighted = self._theme_names().index(self.app.theme)
        self.translate()

    def translate(self) -> None:
        self.languages.border_title, self.themes.border_title = _("Language"), _("Colours")

    def _file(self) -> str:
        from qa.settings import settings_file

        return _("Keys, the library and more are set in {file}").format(file=tilde(settings_file()))

    @on(OptionList.OptionHighlighted, "#settings-languages")
    def _language_chosen(self, event: OptionList.OptionHighlighted) -> None:
        if event.option_id is not None and event.option_id != i18n.language():
            self.app.use_language(event.option_id, keep=False)

    @on(OptionList.OptionHighlighted, "#settings-themes")
    def _theme_chosen(self, event: OptionList.OptionHighlighted) -> None:
        if event.option_id is not None and event.option_id != self.app.theme:
            self.app.theme = event.option_id

    def action_keep(self) -> None:
        language, theme = self._before
        if i18n.language() != language:
            self.app.use_language(i18n.language())
        if self.app.theme != theme:
            self.app.action_theme(self.app.theme)
        self.dismiss()

    def action_take_back(self) -> None:
        language, theme = self._before
        if i18n.language() != language:
            self.app.use_language(language, keep=False)
        if self.app.theme != theme:
            self.app.theme = theme
        self.dismiss()
