"""The app's commands in the command palette."""

from __future__ import annotations

from functools import partial

from textual.command import DiscoveryHit, Hit, Hits, Provider

from tui.i18n import LANGUAGES, N_, _

#: Name, what it does, and the action of the app or of the page in front.
COMMANDS = (
    (N_("Add articles"), N_("A file or a folder"), "app.add"),
    (N_("Articles"), N_("List, sort, remove and read them"), "app.library"),
    (N_("Libraries"), N_("Switch to another library, or make one"), "app.libraries"),
    (N_("Conversations"), N_("Go on with an earlier conversation"), "app.conversations"),
    (N_("New conversation"), N_("Begin a new conversation"), "screen.clear"),
    (N_("Settings"), N_("Language and theme"), "app.settings"),
    (N_("Light or dark"), N_("Switch between light and dark"), "app.toggle_dark"),
    (N_("Help"), N_("Every key"), "app.help"),
    (N_("Tour"), N_("The app in a minute"), "app.tour"),
    (N_("Open the library again"), N_("After an error, or to see what another program added"), "app.reopen"),
    (N_("Source"), N_("Show or hide the source"), "screen.source"),
    (N_("Why this answer"), N_("Scores, words and the decision behind it"), "screen.evidence"),
    (N_("Next source"), N_("Read the next citation"), "screen.step(1)"),
    (N_("Previous source"), N_("Read the citation before"), "screen.step(-1)"),
    (N_("Ask without the question before"), N_("Ask again with nothing carried over"), "screen.ask_alone"),
    (N_("Copy or save"), N_("Copy the answer or save the conversation"), "screen.share"),
    (N_("Quit"), N_("Leave Yinju"), "app.quit"),
)


class YinjuCommands(Provider):
    """Offers the commands that the page in front can do, the themes and the languages."""

    async def discover(self) -> Hits:
        for name, what, action in self._possible():
            yield DiscoveryHit(name, partial(self._run, action), help=what)

    async def search(self, query: str) -> Hits:
        matcher = self.matcher(query)
        for name, what, action in [*self._possible(), *self._choices()]:
            if (score := max(matcher.match(name), 0.5 * matcher.match(what))) > 0:
                yield Hit(score, matcher.highlight(name), partial(self._run, action), help=what)

    def _possible(self) -> list[tuple[str, str, str]]:
        return [(_(name), _(what), action) for name, what, action in COMMANDS if self._can(action)]

    def _choices(self) -> list[tuple[str, str, str]]:
        """What would make the first list long: found by typing only."""
        themes = [
            (_("Theme: {name}").format(name=name), _("Change the colours"), f"app.theme({name!r})")
            for name in sorted(self.app.available_themes)
        ]
        languages = [
            (name, _("Language of the interface"), f"app.language({code!r})")
            for code, name in LANGUAGES.items()
        ]
        return themes + languages

    def _can(self, action: str) -> bool:
        place, _dot, name = action.partition(".")
        node = self.app if place == "app" else self.screen
        return hasattr(node, "action_" + name.split("(")[0])

    async def _run(self, action: str) -> None:
        await self.screen.run_action(action)
