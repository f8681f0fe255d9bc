"""The app's own commands in the command palette."""

from __future__ import annotations

from functools import partial

from textual.command import DiscoveryHit, Hit, Hits, Provider

#: Name, what it does, and the action of the app or of the page in front.
COMMANDS = (
    ("Add articles", "A file or a folder", "app.add"),
    ("Articles", "List the articles and read one", "app.library"),
    ("Switch between light and dark", "Paper by day, ink by night", "app.toggle_dark"),
    ("Help", "Every key", "app.help"),
    ("Open the library again", "After an error, or to see what another program added", "app.reopen"),
    ("Source pane", "Show or hide it", "screen.source"),
    ("Evidence", "Every passage considered for the answer, with scores", "screen.evidence"),
    ("Next source", "Read the next citation", "screen.step(1)"),
    ("Previous source", "Read the citation before", "screen.step(-1)"),
    ("Ask without the question before", "Ask again with nothing carried over", "screen.ask_alone"),
    ("Copy the answer", "The quotes with their sources", "screen.copy"),
    ("New conversation", "Forget the questions so far", "screen.clear"),
)


class YinjuCommands(Provider):
    """Offers the commands that the page in front can do."""

    async def discover(self) -> Hits:
        for name, what, action in self._possible():
            yield DiscoveryHit(name, partial(self._run, action), help=what)

    async def search(self, query: str) -> Hits:
        matcher = self.matcher(query)
        for name, what, action in self._possible():
            if (score := matcher.match(name)) > 0:
                yield Hit(score, matcher.highlight(name), partial(self._run, action), help=what)

    def _possible(self) -> list[tuple[str, str, str]]:
        return [command for command in COMMANDS if self._can(command[2])]

    def _can(self, action: str) -> bool:
        place, _, name = action.partition(".")
        node = self.app if place == "app" else self.screen
        return hasattr(node, "action_" + name.split("(")[0])

    async def _run(self, action: str) -> None:
        await self.screen.run_action(action)
