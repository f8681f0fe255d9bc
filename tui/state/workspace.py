"""What the app works on: a library, and what it held when it was last looked at. Call it in a thread."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING

from index.errors import ModelError, UsageError
from index.types import Article, LibraryStatus
from qa.settings import Settings
from tui.state.place import Place

if TYPE_CHECKING:
    from qa.session import Session


@dataclass(frozen=True, slots=True)
class Workspace:
    """A session, and the status of its library at one moment."""

    session: Session
    status: LibraryStatus

    @classmethod
    def over(cls, session: Session) -> Workspace:
        _ = session.engine  # made here and now, not by two questions at once
        return cls(session, session.status())

    @property
    def path(self) -> Path:
        """The folder of the library."""
        return self.session.path

    @property
    def bundled(self) -> bool:
        """Whether the articles are the ones that come with the app."""
        return self.session.bundled

    @property
    def name(self) -> str:
        """What the library is called in the history: its path, "" for the bundled articles."""
        return "" if self.bundled else str(self.path)

    def warm_up(self) -> None:
        """Load what the first question would wait for."""
        if self.status.passages:
            with suppress(ModelError):  # a cross-encoder is missing: the first question tells it
                self.session.search("引句")

    def read(self, place: Place) -> Article:
        """The article of ``place``. UsageError: it is gone, or its passage reads otherwise by now."""
        article = self.session.article(place.article.id)
        if not place.stands_in(article):
            raise UsageError("the article has changed since this answer", "ask again")
        return article

    def shares(self, other: Workspace | None) -> bool:
        """Whether ``other`` is the same open library, though perhaps counted at another time."""
        return other is not None and other.session is self.session

    def refreshed(self) -> Workspace:
        """The workspace with the counts that its library has now."""
        return replace(self, status=self.session.status())


#: Opens the library that the user wants, or builds the bundled one.
OpenSession = Callable[[], "Session"]


def opener(path: Path | None, settings: Settings, *, create: bool = False) -> OpenSession:
    """What opens the library in folder ``path`` (``create``: makes it), the bundled articles for None."""

    def open_session() -> Session:
        from qa.session import Session

        if path is None:
            return Session.open_bundled(settings)
        return Session.open(replace(settings, library=path), create=create)

    return open_session
