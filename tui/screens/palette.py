"""The command palette with the commands of the app. It previews the theme under the cursor."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial

from textual import on
from textual.command import Command, CommandList, CommandPalette, DiscoveryHit, Hit, Hits, Provider
from textual.markup import escape
from textual.widgets import OptionList
from textual.widgets.option_list import Option

from qa.i18n import LANGUAGES, N_, _

#: The action that chooses a theme.
THEME = "app.theme"
#: Name, what it does, and the action of the app or of the page in front.
COMMANDS = (
    (N_("Add articles"), N_("Files or folders"), "app.add"),
    (N_("Articles"), N_("List, sort, remove and read them"), "app.library"),
    (N_("Libraries"), N_("Switch to another library, or create one"), "app.libraries"),
    (N_("Check the library"), N_("Look for damage and repair it"), "app.check"),
    (N_("Back up the library …"), N_("The whole library in one file"), "app.back_up"),
    (N_("Restore a backup …"), N_("Replace the library with it"), "app.restore"),
    (N_("Conversations"), N_("Continue an earlier conversation"), "app.conversations"),
    (N_("New conversation"), N_("Start a new conversation"), "screen.clear"),
    (N_("Source"), N_("Show or hide the source"), "screen.source"),
    (N_("Zoom"), N_("Read the article on a full page"), "screen.read"),
    (N_("Headings"), N_("Go to a heading of the article"), "screen.outline"),
    (N_("Wider source"), N_("Give the source more room"), "screen.divide(1)"),
    (N_("Narrower source"), N_("Give the source less room"), "screen.divide(-1)"),
    (N_("Why this answer"), N_("How it was decided, and where your words were found"), "screen.evidence"),
    (N_("Next citation"), N_("Read the next citation"), "screen.step(1)"),
    (N_("Previous citation"), N_("Read the previous citation"), "screen.step(-1)"),
    (N_("Ask without the previous question"), N_("Ask again with nothing carried over"), "screen.ask_alone"),
    (N_("Copy or save"), N_("Copy the answer or save the conversation"), "screen.share"),
    (N_("Settings"), N_("Language and colours"), "app.settings"),
    (N_("Light or dark"), N_("Switch between light and dark"), "app.toggle_dark"),
    (N_("Help"), N_("All keys"), "app.help"),
    (N_("Reopen the library"), N_("After an error, or to see what another program added"), "app.reopen"),
    (N_("Quit"), N_("Quit Yinju"), "app.quit"),
)


class YinjuCommands(Provider):
    """Offers the commands that the page in front has, with their keys, and the themes and languages."""

    async def discover(self) -> Hits:
        for name, what, action in self._possible():
            yield DiscoveryHit(escape(_(name)), partial(self._run, action), help=self._help(what, action))

    async def search(self, query: str) -> Hits:
        """English names are found in every language of the interface."""
        matcher = self.matcher(query)
        possible = [(_(name), name, what, action) for name, what, action in self._possible()]
        for name, english, what, action in [*possible, *self._choices()]:
            scores = matcher.match(name), 0.9 * matcher.match(english), 0.5 * matcher.match(_(what))
            if (score := max(scores)) > 0:
                run = partial(self._run, action)
                yield Hit(score, matcher.highlight(name), run, help=self._help(what, action))

    def _help(self, what: str, action: str) -> str:
        """What a command does, and its key as the reader has set it."""
        bound = action.partition(".")[2]
        for active in self.screen.active_bindings.values():
            if active.binding.action == bound:
                return escape(f"{_(what)} · {self.app.get_key_display(active.binding)}")
        return escape(_(what))

    def _possible(self) -> list[tuple[str, str, str]]:
        return [command for command in COMMANDS if self._can(command[2])]

    def _choices(self) -> Iterator[tuple[str, str, str, str]]:
        """Themes and languages, which are offered only when one types. Each with its English name."""
        theme, colours = N_("Theme: {name}"), N_("Change the colours")
        for name in sorted(self.app.available_themes):
            yield _(theme).format(name=name), theme.format(name=name), colours, f"{THEME}({name!r})"
        language, what = N_("Language: {name}"), N_("Language of the interface")
        for code, name in LANGUAGES.items():
            yield _(language).format(name=name), language.format(name=name), what, f"app.language({code!r})"

    def _can(self, action: str) -> bool:
        place, _dot, name = action.partition(".")
        node = self.app if place == "app" else self.screen
        name = name.split("(")[0]
        return hasattr(node, "action_" + name) and node.check_action(name, ()) is not False

    async def _run(self, action: str) -> None:
        await self.screen.run_action(action)


class Palette(CommandPalette):
    """Textual's, in the language of the interface."""

    def __init__(self) -> None:
        super().__init__(placeholder=_("Find a command …"), id="--command-palette")
        self._before = ""

    def on_mount(self) -> None:
        self._before = self.app.theme

    def on_unmount(self) -> None:
        if self._selected_command is None:
            self.app.theme = self._before

    @on(OptionList.OptionHighlighted)
    def _preview(self, event: OptionList.OptionHighlighted) -> None:
        """Show the theme under the cursor, or the one before for any other command."""
        theme = self._before
        if isinstance(event.option, Command) and isinstance(command := event.option.hit.command, partial):
            action, _paren, name = str(command.args[0]).partition("(")
            theme = name[1:-2] if action == THEME else theme
        if theme != self.app.theme:
            self.app.theme = theme

    def _start_no_matches_countdown(self, search_value: str) -> None:
        """Say at once that nothing was found, where Textual waits and says it in English."""
        found = self.query_one(CommandList)
        if search_value:
            found.add_option(Option(_("No command matches."), id=self._NO_MATCHES, disabled=True))
        self._list_visible = bool(search_value)
