"""The page of settings: everything that can be set, found by name, with keys. It shows a choice at once."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any, ClassVar

from textual import events, on
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Horizontal, Vertical
from textual.content import Content
from textual.getters import app, query_one
from textual.message import Message
from textual.widget import Widget
from textual.widgets import Input, OptionList, Static
from textual.widgets.option_list import Option

from index.errors import UsageError
from qa import i18n, tuning
from qa.i18n import N_, _
from qa.question.filters import default_filters
from qa.settings import Settings, overriding
from tui.app_base import AppBase
from tui.keys import Bound, clashes, declared, keymap
from tui.rendering.errors import error_text
from tui.rendering.formats import tilde
from tui.screens.base import Dialogue, import_screens
from tui.state.finding import Wanted
from tui.styles.themes import DAY, NIGHT
from tui.widgets.common.base import bind, hidden
from tui.widgets.common.label import Box, Notice, Paragraph
from tui.widgets.common.link import Link

#: Numbers that are offered.
_QUOTES, _SURE = (1, 3, 5, 8, 10, 20), (20, 35, 50, 70, 85)
_DEFAULTS = Settings()
#: What a search has to reach to show a row.
_CERTAIN = 0.4


@dataclass(frozen=True, slots=True)
class Row:
    """A setting: its name, what it does, other words for it, and the choices where there are few.

    ``key`` is the binding whose keys are set.
    """

    name: str
    what: str
    words: str = ""
    choices: Callable[[], list[tuple[Any, str]]] | None = None
    key: Bound | None = None


class SettingList(OptionList):
    """All settings, or those that are looked for."""

    PART = N_("Settings")
    BINDINGS: ClassVar[list[BindingType]] = [
        bind("enter", "screen.edit", "settings.edit", N_("Change"), N_("Change this")),
        hidden("right", "screen.edit", "settings.right", N_("Change"), N_("Change this")),
        bind("delete", "screen.reset", "settings.reset", N_("Default"), N_("Return to the default")),
    ]


class Choices(OptionList):
    """The values of a setting. The highlighted one is shown at once where it can be seen."""

    PART = N_("Choices")
    BINDINGS: ClassVar[list[BindingType]] = [
        bind("enter", "screen.keep", "settings.keep", N_("Keep"), N_("Keep this choice")),
        hidden("left", "screen.back", "settings.left", N_("Back"), N_("Leave it as it was")),
    ]


class KeyBox(Static, can_focus=True):
    """Takes the next key that is pressed."""

    @dataclass
    class Pressed(Message):
        """This key was pressed."""

        key: str

    def on_key(self, event: events.Key) -> None:
        event.stop()
        event.prevent_default()
        self.post_message(self.Pressed(event.key))


class SettingsScreen(Dialogue[None]):
    """Each change holds at once and is kept; Ctrl+Z undoes the last one, Del goes back to the default."""

    AUTO_FOCUS = "#settings-list"
    HELP = N_(
        "Type to find a setting or a key, in any language. Enter changes the one under the cursor. ↑ and ↓ "
        "choose, which shows language and colours at once; Enter keeps it, Esc leaves it as it was. For a "
        "key, press the new one. Ctrl+Z undoes the last change, Del returns to the default. All of it is "
        "written to the settings file, which the command line reads as well."
    )
    BINDINGS: ClassVar[list[BindingType]] = [
        bind("escape", "back", "settings.back", N_("Back"), N_("Leave it as it was, or close")),
        hidden("f8", "close", "settings.close", N_("Close"), N_("Close the settings")),
        bind("ctrl+z", "undo", "settings.undo", N_("Undo"), N_("Undo the last change")),
        hidden("up", "go(-1)", "settings.up", N_("Up"), N_("The setting above")),
        hidden("down", "go(1)", "settings.down", N_("Down"), N_("The setting below")),
    ]
    HORIZONTAL_BREAKPOINTS = [(0, "-tiny"), (64, "-narrow"), (100, "-medium")]  # noqa: RUF012
    VERTICAL_BREAKPOINTS = [(0, "-short"), (18, "-tall")]  # noqa: RUF012
    app = app(AppBase)
    find = query_one("#settings-find", Input)
    listed = query_one("#settings-list", SettingList)
    choices = query_one("#settings-choices", Choices)
    text = query_one("#settings-text", Input)
    key = query_one("#settings-key", KeyBox)
    message = query_one("#settings-message", Notice)

    def __init__(self) -> None:
        super().__init__()
        import_screens()
        self._rows = self._settings() | {bound.id: _row_of(bound) for bound in declared().values()}
        self._current = "language"
        #: What the setting that is being changed was, and what those were that were changed.
        self._before: Any = None
        self._undo: list[tuple[str, Any]] = []

    def compose(self) -> ComposeResult:
        with Box(lambda: _("Settings"), id="settings"):
            yield Input(id="settings-find", select_on_focus=False)
            with Horizontal(id="settings-panes"):
                yield SettingList(id="settings-list", markup=False)
                with Vertical(id="settings-editor"):
                    yield Paragraph(self._told, id="settings-what")
                    yield Choices(id="settings-choices", markup=False)
                    yield Input(id="settings-text")
                    yield KeyBox(id="settings-key")
                    yield Notice(id="settings-message", collapse=True)
            with Horizontal(classes="links"):
                yield Link(lambda: _("OK (Enter)"), "keep")
                yield Link(lambda: _("Undo (Ctrl+Z)"), "undo")
                yield Link(lambda: _("Default (Del)"), "reset")
                yield Link(lambda: _("Back (Esc)"), "back")

    def on_mount(self) -> None:
        self.translate()

    def on_resize(self) -> None:
        self.call_after_refresh(self._list_again)

    def translate(self) -> None:
        self.find.placeholder = _("Find a setting or a key …")
        self.text.placeholder = _("such as lang:en after:2024-01")
        self._list()

    def _settings(self) -> dict[str, Row]:
        """The settings that are no keys, by their name in the settings file."""
        least, most = (round(100 * each(tuning.MIN_CONFIDENCE.values())) for each in (min, max))
        return {
            "language": Row(
                N_("Language"),
                N_("The language of the app and of the command line."),
                "locale 语言 語言",
                lambda: list(i18n.LANGUAGES.items()),
            ),
            "theme": Row(
                N_("Colours"),
                N_("The colours of the app. The ansi themes take those of the terminal."),
                "theme dark light 主题 主題 配色",
                lambda: [(name, name) for name in self._themes()],
            ),
            "k": Row(
                N_("Number of quotes"),
                N_("The most quotes of an answer, in qa ask and qa search as well."),
                "k count passages 条数",
                lambda: self._numbers("k", _QUOTES, _("default: {value}").format(value=5), "{}"),
            ),
            "sure": Row(
                N_("How sure before answering"),
                N_(
                    "How sure it must be that the quotes answer. The default depends on the languages of "
                    "question and article. With less, more is answered, and more of it wrongly."
                ),
                "threshold confidence sureness 把握 门槛 阈值",
                lambda: self._numbers(
                    "sure", _SURE, _("default: {value}").format(value=f"{least}–{most} %"), "{} %"
                ),
            ),
            "filter": Row(
                N_("Default filter"),
                N_("Which articles are asked if a question names none, in qa ask and qa search as well."),
                "scope lang after before in 范围 筛选",
            ),
            "pane": Row(
                N_("Source pane"),
                N_("Whether the source opens by itself when an answer comes."),
                "sidebar side 侧栏 原文",
                lambda: [("open", _("opens with an answer")), ("closed", _("stays closed"))],
            ),
            "write": Row(
                N_("Written answers"),
                N_(
                    "Whether the endpoint of the settings file writes from the quotes of each answer. It "
                    "gets your question and the quotes; what it writes is checked."
                ),
                "llm model endpoint generate summary ollama 模型 生成 写",
                lambda: [("off", _("off")), ("on", _("on"))],
            ),
        }

    def _numbers(self, id: str, offered: Iterable[int], default: str, unit: str) -> list[tuple[Any, str]]:
        """The default, the numbers that are offered, and the one that is set."""
        now = getattr(self.app.settings, id)
        numbers = sorted({*offered, now} - {0})
        return [(0, default), *((number, unit.format(number)) for number in numbers)]

    def _themes(self) -> list[str]:
        own = [NIGHT.name, DAY.name]
        return own + sorted(name for name in self.app.available_themes if name not in own)

    # The list

    def _list(self) -> None:
        """Show the settings that fit what is typed, the current one under the cursor."""
        wanted = Wanted(self.find.value)
        shown = {id: row for id, row in self._rows.items() if self._fits(wanted, id, row)}
        options: list[Option] = []
        part = ""
        for id, row in shown.items():
            if row.key is not None and part != row.key.place:
                part = row.key.place
                head = _("Keys: {part}").format(part=_(part))
                options.append(Option(Content.styled(head, "$text-primary bold"), disabled=True))
            options.append(Option(self._line(id, row), id))
        with self.prevent(OptionList.OptionHighlighted):
            self.listed.clear_options()
            self.listed.add_options(options or [Option(_("Nothing found."), disabled=True)])
            if shown:
                if self._current not in shown:
                    self._current = next(iter(shown))
                self.listed.highlighted = self.listed.get_option_index(self._current)
        self._show()

    def _list_again(self) -> None:
        """Fit the list to its room. The cursor may have moved on, and its message be still on the way."""
        if (option := self.listed.highlighted_option) is not None and option.id is not None:
            self._current = option.id
        self._list()

    def _fits(self, wanted: Wanted, id: str, row: Row) -> bool:
        texts = [_(row.name), row.name, row.words, id, self._value(id)]
        if row.key is not None:
            texts += [_(row.key.place), *row.key.keys]
        return not self.find.value.strip() or wanted.score(" ".join(texts)) >= _CERTAIN

    def _line(self, id: str, row: Row) -> Content:
        width = max(8, self.listed.scrollable_content_region.width - 2)
        value = Content(self._value(id)).truncate(max(4, width // 2), ellipsis=True)
        if self._is_set(id):
            value = value.stylize("$text-accent")
        name = Content(_(row.name)).truncate(width - value.cell_length - 1, ellipsis=True)
        return Content.assemble(name, " " * (width - name.cell_length - value.cell_length), value)

    def _value(self, id: str) -> str:
        """The value of a setting in words."""
        row = self._rows[id]
        if row.key is not None:
            return " ".join(map(self._key_name, self._keys(row.key)))
        now = self._now(id)
        if row.choices is None:
            return str(now) or _("none")
        return str(dict(row.choices()).get(now, now))

    def _now(self, id: str) -> Any:
        """What holds by now: for language and colours what is on the screen."""
        if id in ("language", "theme"):
            return i18n.language() if id == "language" else self.app.theme
        return getattr(self.app.settings, id)

    def _is_set(self, id: str) -> bool:
        """Whether it is another than the default."""
        if self._rows[id].key is not None:
            return id in self.app.settings.keys
        return bool(getattr(self.app.settings, id) != getattr(_DEFAULTS, id))

    def _keys(self, bound: Bound) -> tuple[str, ...]:
        now = self.app.remapped.get(bound.id)
        return tuple(now.split(",")) if now else bound.keys

    def _key_name(self, key: str) -> str:
        return self.app.get_key_display(Binding(key, "", ""))

    @on(OptionList.OptionHighlighted, "#settings-list")
    def _row_highlighted(self, event: OptionList.OptionHighlighted) -> None:
        if event.option_id is not None and event.option_id != self._current:
            self._current = event.option_id
            self._show()

    @on(OptionList.OptionSelected, "#settings-list")
    def _row_selected(self) -> None:
        self.action_edit()

    @on(Input.Changed, "#settings-find")
    def _typed(self) -> None:
        self._list()

    def meet(self, event: events.Key) -> None:
        """What is typed on the list is looked for."""
        if self.is_mounted and self.focused is self.listed and event.is_printable:
            self.set_focus(self.find)

    def action_go(self, step: int) -> None:
        if self.focused is self.find:
            (self.listed.action_cursor_down if step > 0 else self.listed.action_cursor_up)()
        else:
            self.focus_next() if step > 0 else self.focus_previous()

    # The setting under the cursor

    @property
    def _row(self) -> Row:
        return self._rows[self._current]

    def _told(self) -> Content:
        from qa.settings import settings_file

        row = self._row
        lines = [Content.styled(_(row.name), "bold"), Content(_(row.what) if row.key is None else row.key.id)]
        if row.key is not None:
            before = " ".join(map(self._key_name, row.key.keys))
            lines.append(Content(_("Default: {keys}").format(keys=before)))
        elif name := overriding(self._current):
            lines.append(Content(_("{name} is set, and counts again at the next start.").format(name=name)))
        if self.app.memory.keeps:
            lines.append(Content.styled(tilde(settings_file()), "$text-muted"))
        return Content("\n").join(lines)

    def _show(self) -> None:
        """Show what the current setting is, and how it is changed."""
        row = self._row
        self.query_one("#settings-what", Paragraph).translate()
        self.choices.display = row.choices is not None
        self.text.display = row.choices is None and row.key is None
        self.key.display = row.key is not None
        self.message.show(str)
        if row.choices is not None:
            values = row.choices()
            with self.prevent(OptionList.OptionHighlighted):
                self.choices.clear_options()
                self.choices.add_options([Option(name) for _value, name in values])
                now = [value for value, _name in values]
                at = now.index(self._now(self._current)) if self._now(self._current) in now else 0
                self.choices.highlighted = at
        elif row.key is None:
            self.text.value = str(self._now(self._current))
        else:
            self._tell_clashes(row.key, self._keys(row.key) if self._is_set(self._current) else ())
            self.key.update(_("Enter, then the new key"))

    @property
    def _editor(self) -> Widget:
        return next(each for each in (self.choices, self.text, self.key) if each.display)

    @property
    def _editing(self) -> bool:
        return self.focused is not None and self.focused in (self.choices, self.text, self.key)

    def action_edit(self) -> None:
        if not self._editing:
            self._before = self._now(self._current) if self._row.key is None else None
            self.add_class("-editing")
            self._editor.focus()
            if self._editor is self.key:
                self.key.update(_("Press the new key (Esc: none)"))

    @on(OptionList.OptionHighlighted, "#settings-choices")
    def _preview(self, event: OptionList.OptionHighlighted) -> None:
        """Show the language or the colours under the cursor."""
        if self._row.choices is not None:
            self._see(self._current, self._row.choices()[event.option_index][0])

    def _see(self, id: str, value: Any) -> None:
        if id == "language":
            self.app.use_language(value)
        elif id == "theme" and value != self.app.theme:
            self.app.theme = value

    def _end(self) -> None:
        self.remove_class("-editing")
        self.listed.focus()
        self._list()

    # Changing

    @on(OptionList.OptionSelected, "#settings-choices")
    def _chosen(self, event: OptionList.OptionSelected) -> None:
        self.action_keep()

    @on(Input.Submitted)
    def action_keep(self) -> None:
        """Keep the choice, or begin to choose."""
        row, id = self._row, self._current
        if not self._editing:
            self.action_edit()
        elif row.choices is not None:
            at = self.choices.highlighted or 0
            self._choose(id, row.choices()[at][0])
            self._end()
        elif row.key is None:
            try:
                value = str(default_filters(self.text.value))
            except UsageError as error:
                self.message.fail(error)
                return
            self._choose(id, value)
            self._end()

    @on(KeyBox.Pressed)
    def _key_pressed(self, message: KeyBox.Pressed) -> None:
        bound = self._row.key
        if message.key != "escape" and bound is not None:
            keys, problems = keymap({bound.id: message.key})
            if bound.id in keys:
                self._choose(self._current, keys[bound.id])
            self._end()
            self._tell_clashes(bound, (message.key,), problems)
        else:
            self._end()

    def _tell_clashes(self, bound: Bound, keys: Iterable[str], problems: Iterable[UsageError] = ()) -> None:
        """Say what else the keys do in the same place, and what is wrong with them."""
        told = [error_text(problem, "\n") for problem in problems]
        if also := clashes(bound.id, keys, self.app.remapped):
            told.append(_("The same key: {names}").format(names=_(", ").join(map(_, also))))
        if told:
            self.message.show(lambda: "\n".join(told), failed=True)

    def _choose(self, id: str, value: Any) -> None:
        """Take a value for the setting, and remember what it was."""
        row = self._rows[id]
        before = self.app.settings.keys if row.key is not None else getattr(self.app.settings, id)
        if row.key is not None:
            value = (
                {**before, row.key.id: value}
                if value
                else {name: keys for name, keys in before.items() if name != row.key.id}
            )
        if value != before:
            self._undo.append((id, before))
        self._set(id, value)

    def _set(self, id: str, value: Any) -> None:
        self.app.choose("keys" if self._rows[id].key is not None else id, value)
        if value:  # also where the setting was so already, and something else was looked at
            self._see(id, value)

    def action_reset(self) -> None:
        if not self._editing:
            if self._is_set(self._current):
                self._choose(self._current, "" if self._row.key else getattr(_DEFAULTS, self._current))
            self._list()

    def action_undo(self) -> None:
        if self._undo:
            self._current, value = self._undo.pop()
            self.find.value = ""
            self._set(self._current, value)
        self._end()

    def action_back(self) -> None:
        """Leave the setting as it was; from the list, close."""
        if self._editing:
            self._see(self._current, self._before)
            self._end()
        elif self.find.value:
            self.find.value = ""
            self.listed.focus()
        else:
            self.dismiss()

    def action_close(self) -> None:
        if self._editing:
            self.action_back()
        self.dismiss()


def _row_of(bound: Bound) -> Row:
    return Row(bound.what, "", key=bound)
