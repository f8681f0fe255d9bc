"""The dialogue for the language and the colours of the interface. What is chosen holds at once."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar, cast

from textual import on
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Horizontal, Vertical
from textual.getters import query_one
from textual.widgets import OptionList
from textual.widgets.option_list import Option

from tui import i18n
from tui.i18n import N_, _
from tui.page import Dialogue
from tui.themes import DAY, NIGHT
from tui.widgets.label import Label

if TYPE_CHECKING:
    from tui.app import YinjuApp


class SettingsScreen(Dialogue[None]):
    AUTO_FOCUS = "#settings-languages"
    HELP = N_("↑ and ↓ choose, and what is chosen is seen at once. It is remembered for the next time.")
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape,f8,enter", "dismiss", N_("Close"), id="settings.close", tooltip=N_("Close")),
        Binding("left,right", "app.focus_next", N_("Other list"), show=False, id="settings.other"),
    ]
    languages = query_one("#settings-languages", OptionList)
    themes = query_one("#settings-themes", OptionList)

    def compose(self) -> ComposeResult:
        with Vertical(id="settings"):
            with Horizontal(id="settings-lists"):
                yield OptionList(
                    *(Option(name, code) for code, name in i18n.LANGUAGES.items()),
                    id="settings-languages",
                    markup=False,
                )
                yield OptionList(
                    *(Option(name, name) for name in self._theme_names()), id="settings-themes", markup=False
                )
            yield Label(self._file, id="settings-file")

    @property
    def yinju(self) -> YinjuApp:
        return cast("YinjuApp", self.app)

    def _theme_names(self) -> list[str]:
        own = [NIGHT.name, DAY.name]
        return own + sorted(name for name in self.app.available_themes if name not in own)

    def on_mount(self) -> None:
        self.languages.highlighted = list(i18n.LANGUAGES).index(i18n.language())
        self.themes.highlighted = self._theme_names().index(self.app.theme)
        self.translate()

    def translate(self) -> None:
        box = self.query_one("#settings")
        box.border_title, box.border_subtitle = _("Settings"), _("Esc closes")
        self.languages.border_title, self.themes.border_title = _("Language"), _("Colours")

    def _file(self) -> str:
        from qa.settings import settings_file

        return _("Keys, the library and more are set in {file}").format(file=settings_file())

    @on(OptionList.OptionHighlighted, "#settings-languages")
    def _language_chosen(self, event: OptionList.OptionHighlighted) -> None:
        if event.option_id is not None and event.option_id != i18n.language():
            self.yinju.use_language(event.option_id)

    @on(OptionList.OptionHighlighted, "#settings-themes")
    def _theme_chosen(self, event: OptionList.OptionHighlighted) -> None:
        if event.option_id is not None and event.option_id != self.app.theme:
            self.app.theme = event.option_id

    @on(OptionList.OptionSelected)
    def _done(self) -> None:
        self.dismiss()
