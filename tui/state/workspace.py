"""What the app works on: the open library and its engine. All of it blocks: call it in a thread."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING

from index.errors import Cancelled, UsageError, YinjuError
from index.types import AddReport, Article, LibraryStatus, SyncReport
from qa.question.filters import Filters
from qa.settings import Settings, default_library
from tui.jobs import tasks
from tui.jobs.process import Step
from tui.state.place import Place

if TYPE_CHECKING:
    from index.library import Library
    from qa.engine import Engine
    from qa.types import Answer, Hit


@dataclass(frozen=True, slots=True)
class Workspace:
    """``bundled`` says that the articles are the ones that come with the app."""

    library: Library
    engine: Engine
    status: LibraryStatus
    bundled: bool
    settings: Settings

    @classmethod
    def over(cls, library: Library, settings: Settings) -> Workspace:
        from qa.bundled import is_bundled
        from qa.engine import Engine

        return cls(library, Engine(library), library.status(), is_bundled(library), settings)

    def warm_up(self) -> None:
        """Load what the first question would wait for."""
        if self.status.passages:
            self.engine.search("引句", k=1)

    def ask(
        self,
        question: str,
        previous: Sequence[str],
        filters: Filters,
        found: Callable[[tuple[Hit, ...]], None],
    ) -> Answer:
        """``found`` is told the passages before they are read."""
        return self.engine.ask(
            question, k=self.settings.k or 5, previous=previous, filters=filters, found=found
        )

    def read(self, place: Place) -> Article:
        """The article of ``place``. UsageError: it is gone, or its passage reads otherwise by now."""
        article = self.library.article(place.article.id)
        if not place.stands_in(article):
            raise UsageError("the article has changed since this answer", "ask again")
        return article

    def add(
        self, paths: Sequence[Path], tell: Callable[[Step], None], cancelled: Callable[[], bool]
    ) -> tuple[Workspace, AddReport | None]:
        """Add files and folders; in place of the bundled articles to the user's own library, made if need be.

        The workspace is the one to go on with: this one while the user's own library holds nothing.
        The report is None when it was cancelled; what was finished before is kept.
        """
        if not self.bundled:
            return self._add(paths, tell, cancelled)
        from index.library import Library

        own = Library.open(default_library(), create=True, model=self.settings.model or None)
        try:
            workspace, report = Workspace.over(own, self.settings)._add(paths, tell, cancelled)
        except YinjuError:
            own.close()
            raise
        if workspace.status.articles:
            return workspace, report
        own.close()
        return self, report

    def _add(
        self, paths: Sequence[Path], tell: Callable[[Step], None], cancelled: Callable[[], bool]
    ) -> tuple[Workspace, AddReport | None]:
        try:
            report = tasks.add(self.library.path, paths, tell, cancelled)
        except Cancelled:
            report = None
        return self.refreshed(), report

    def sync(
        self, tell: Callable[[Step], None], cancelled: Callable[[], bool]
    ) -> tuple[Workspace, SyncReport | None]:
        """Take in what changed on disk, see `Library.sync`; what is returned is as for `add`."""
        try:
            report = tasks.sync(self.library.path, False, tell, cancelled)
        except Cancelled:
            report = None
        return self.refreshed(), report

    def would_sync(self, tell: Callable[[Step], None], cancelled: Callable[[], bool]) -> SyncReport:
        """What `sync` would do."""
        return tasks.sync(self.library.path, True, tell, cancelled)

    def shares(self, other: Workspace | None) -> bool:
        """Whether ``other`` is the same open library, though perhaps counted at another time."""
        return other is not None and other.library is self.library

    def refreshed(self) -> Workspace:
        """The workspace with the counts that its library has now."""
        return replace(self, status=self.library.status())


#: Opens the library that the user wants, or builds the bundled one.
OpenLibrary = Callable[[], "Library"]


def named(path: Path | None) -> OpenLibrary:
    """What opens the library in folder ``path``, the bundled articles for None."""

    def open_it() -> Library:
        from index.library import Library
        from qa.bundled import open_bundled

        return open_bundled() if path is None else Library.open(path)

    return open_it
